"""Cognito Explorer: see and try Amazon Cognito."""
