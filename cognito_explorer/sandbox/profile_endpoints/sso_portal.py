"""The SSO portal: which accounts and roles somebody has, and credentials for one of them."""

import re

from starlette.responses import JSONResponse, Response

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.profile_endpoints.asking import Asked
from cognito_explorer.sandbox.profile_endpoints.assigned_roles import SSO_PROVIDER, hand_out, permission_sets
from cognito_explorer.sandbox.profile_endpoints.sso_tokens import check_access_token, end_session
from cognito_explorer.sandbox.user_pools.paging import seal, unseal
from cognito_explorer.sandbox.world import World

# Whoever opens the verification page of a sandbox of their own is its administrator.
PERSON = "sandbox-administrator"
_TOKEN_HEADER = "x-amz-sso_bearer_token"  # noqa: S105  # a header's name
_DEFAULT_PAGE = 100
_SESSION_S = 3600


def list_accounts(asked: Asked) -> Response:
    """ListAccounts: the sandbox's one account."""
    _check(asked)
    email = "sandbox@moonletter.example"
    account = {"accountId": asked.world.account_id, "accountName": "Sandbox", "emailAddress": email}
    return JSONResponse({"accountList": [account] if permission_sets(asked.world) else []})


def list_account_roles(asked: Asked) -> Response:
    """ListAccountRoles, in pages."""
    _check(asked)
    _check_account(asked)
    names = sorted(permission_sets(asked.world))
    after = _read_token(asked.world, asked.query.get("next_token", ""))
    rest = [name for name in names if name > after]
    page = rest[: _page_size(asked.query.get("max_result", ""))]
    roles = [{"roleName": name, "accountId": asked.world.account_id} for name in page]
    more = {"nextToken": seal(asked.world, "ListAccountRoles", [page[-1]])} if len(page) < len(rest) else {}
    return JSONResponse({"roleList": roles} | more)


def get_role_credentials(asked: Asked) -> Response:
    """GetRoleCredentials; the expiration is in milliseconds."""
    _check(asked)
    _check_account(asked)
    role = permission_sets(asked.world).get(asked.query.get("role_name", ""))
    if role is None:
        raise _no_access()
    issued = hand_out(asked.world, role, PERSON, {"aws:FederatedProvider": SSO_PROVIDER}, _SESSION_S)
    credentials = {
        "accessKeyId": issued.access_key_id,
        "secretAccessKey": issued.secret_access_key,
        "sessionToken": issued.session_token,
        "expiration": int(issued.expires_at * 1000),
    }
    return JSONResponse({"roleCredentials": credentials}, headers={"Cache-Control": "no-store"})


def log_out(asked: Asked) -> Response:
    """Logout."""
    end_session(asked.world, asked.headers.get(_TOKEN_HEADER, ""))
    return Response(status_code=200)


def _check(asked: Asked) -> None:
    check_access_token(asked.world, asked.headers.get(_TOKEN_HEADER, ""))


def _check_account(asked: Asked) -> None:
    account_id = asked.query.get("account_id", "")
    if not re.fullmatch(r"\d{12}", account_id, re.ASCII):
        raise ServiceError("InvalidRequestException", "The account_id is missing or is no account's id.")
    if account_id != asked.world.account_id:
        raise _no_access()


def _page_size(text: str) -> int:
    if not text:
        return _DEFAULT_PAGE
    if not re.fullmatch(r"[1-9]\d?|100", text, re.ASCII):
        raise ServiceError("InvalidRequestException", "max_result must be between 1 and 100.")
    return int(text)


def _read_token(world: World, token: str) -> str:
    if not token:
        return ""
    try:
        return str(unseal(world, "ListAccountRoles", token)[0])
    except ServiceError:
        raise ServiceError("InvalidRequestException", "Invalid pagination token.") from None


def _no_access() -> ServiceError:
    return ServiceError("ForbiddenException", "No access", status=403)
