"""Widgets and tools that know no Cognito noun."""
