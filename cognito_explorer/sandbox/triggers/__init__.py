"""Lambda triggers of user pools."""
