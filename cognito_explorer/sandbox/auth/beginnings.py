"""How every sign-in begins: the pool's own function may refuse it before anything is tried."""

from typing import Any

from cognito_explorer.sandbox.auth.flows import Attempt, Flow
from cognito_explorer.sandbox.auth.password_flow import check_attempt_hash
from cognito_explorer.sandbox.triggers.authentication import before_authentication


def begin(attempt: Attempt, flow: Flow) -> dict[str, Any]:
    """Start a flow. A refresh is no sign-in: it has no USERNAME to be refused for."""
    username = attempt.values.get("USERNAME")
    if username and "REFRESH_TOKEN" not in attempt.values:
        check_attempt_hash(attempt, username)
        before_authentication(attempt)
    return flow.start(attempt)
