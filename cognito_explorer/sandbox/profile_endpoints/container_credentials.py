"""Credentials of containers: a role's, for whoever shows the token that lies in the sandbox's data folder."""

import hashlib
import hmac
import os
import sys
from datetime import UTC, datetime

from starlette.responses import JSONResponse, Response

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.profile_endpoints.asking import Asked
from cognito_explorer.sandbox.profile_endpoints.assigned_roles import container_roles, hand_out
from cognito_explorer.sandbox.user_pools.paging import sandbox_secret
from cognito_explorer.sandbox.world import World

# What AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names; below the data folder.
TOKEN_FILE = "container-token"  # noqa: S105  # a file's name
_CREDENTIALS_S = 6 * 3600


def write_token_file(world: World) -> None:
    """Lay the token out for containers, readable for the sandbox's own person alone."""
    descriptor = os.open(world.data / TOKEN_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        if sys.platform != "win32":
            os.fchmod(descriptor, 0o600)  # the file may be an old one with another mode
        file.write(_token(world))


def get_credentials(asked: Asked) -> Response:
    """Credentials of the role the path names; without one, of the first that trusts containers."""
    given = asked.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), _token(asked.world).encode()):
        raise ServiceError("Unauthorized", "The Authorization header is missing or wrong.", status=401)
    roles = container_roles(asked.world)
    name = asked.path.get("role", "")
    role = roles.get(name) if name else next(iter(roles.values()), None)
    if role is None:
        raise ServiceError(
            "NotFound", "No such role trusts ecs-tasks.amazonaws.com or pods.eks.amazonaws.com.", status=404
        )
    task = hashlib.sha256(f"task {role.name}".encode()).hexdigest()[:32]
    issued = hand_out(asked.world, role, task, {}, _CREDENTIALS_S)
    expires = datetime.fromtimestamp(issued.expires_at, UTC)
    document = {
        "RoleArn": role.arn,
        "AccessKeyId": issued.access_key_id,
        "SecretAccessKey": issued.secret_access_key,
        "Token": issued.session_token,
        "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return JSONResponse(document, headers={"Cache-Control": "no-store"})


def _token(world: World) -> str:
    return sandbox_secret(world, "container-token").hex()
