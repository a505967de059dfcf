"""The IAM policy language: parse, match, conditions, variables, evaluate."""
