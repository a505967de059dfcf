"""What AWS profiles other than keys need: single sign-on, instance metadata and container credentials."""
