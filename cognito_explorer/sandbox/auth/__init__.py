"""Sign-in flows, tokens and keys."""
