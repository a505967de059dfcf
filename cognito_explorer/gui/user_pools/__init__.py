"""Panels of user pools."""
