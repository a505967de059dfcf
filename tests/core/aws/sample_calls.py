"""Entries for a call log."""

from datetime import UTC, datetime

from cognito_explorer.core.aws.call_log import LoggedCall


def logged_call(number: int) -> LoggedCall:
    """An entry with this number."""
    return LoggedCall(number, datetime(2026, 11, 23, tzinfo=UTC), "sts", "sts:GetCallerIdentity", {}, "ok", 1)
