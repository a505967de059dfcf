"""Everything without a window."""
