"""Panels of identity pools."""
