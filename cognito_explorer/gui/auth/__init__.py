"""Panels of sign-in and tokens."""
