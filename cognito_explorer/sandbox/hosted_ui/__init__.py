"""The hosted UI and the OAuth endpoints."""
