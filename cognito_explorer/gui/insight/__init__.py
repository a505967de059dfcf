"""Panels that need several areas at once."""
