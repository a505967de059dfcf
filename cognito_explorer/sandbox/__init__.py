"""A local Cognito in a process of its own."""
