"""From a guest or an ID token to temporary AWS credentials (the enhanced flow), and who one then is."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cognito_explorer.core.aws.caller import Caller, get_caller_identity
from cognito_explorer.core.aws.partitions import dns_suffix

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws


@dataclass(frozen=True, slots=True)
class Credentials:
    """Temporary keys for one hour."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody's access: which identity, with which keys, and who STS says that is."""

    identity_id: str
    credentials: Credentials
    caller: Caller

    @property
    def role_name(self) -> str:
        """The assumed role's name, out of arn:aws:sts::…:assumed-role/<role>/<session>."""
        parts = self.caller.arn.split("/")
        return parts[1] if len(parts) > 1 else ""


async def guest_identity(aws: "Aws", identity_pool_id: str) -> str:
    """A new guest's identity id (GetId without logins). Each call makes one: keep it. Raises ExplorerError."""
    answer = await aws.read(aws.public_identity.get_id, IdentityPoolId=identity_pool_id)
    return answer["IdentityId"]


async def authenticated_identity(aws: "Aws", identity_pool_id: str, logins: Mapping[str, str]) -> str:
    """The identity id that belongs to these logins (GetId). Raises ExplorerError."""
    answer = await aws.read(aws.public_identity.get_id, IdentityPoolId=identity_pool_id, Logins=logins)
    return answer["IdentityId"]


async def get_credentials(
    aws: "Aws", identity_id: str, logins: Mapping[str, str] | None = None
) -> tuple[str, Credentials]:
    """Keys for an identity (GetCredentialsForIdentity), and the identity id it answered, which may be another one."""
    operation = aws.public_identity.get_credentials_for_identity
    answer = await aws.read(operation, IdentityId=identity_id, Logins=logins or {})
    keys = answer["Credentials"]
    # Cognito calls it SecretKey where all of AWS says SecretAccessKey.
    found = Credentials(keys["AccessKeyId"], keys["SecretKey"], keys["SessionToken"], keys["Expiration"])
    return answer["IdentityId"], found


async def open_guest_access(aws: "Aws", identity_pool_id: str, *, identity_id: str = "") -> Access:
    """A guest's access from beginning to end; pass the identity id of the last time to stay the same guest."""
    return await _open(aws, identity_id or await guest_identity(aws, identity_pool_id), {})


async def open_authenticated_access(aws: "Aws", identity_pool_id: str, logins: Mapping[str, str]) -> Access:
    """A signed-in user's access from beginning to end."""
    return await _open(aws, await authenticated_identity(aws, identity_pool_id, logins), logins)


def user_pool_login(pool_id: str, id_token: str) -> dict[str, str]:
    """The Logins map for a user pool's ID token (an access token is refused by Cognito)."""
    region = pool_id.partition("_")[0]
    return {f"cognito-idp.{region}.{dns_suffix(region)}/{pool_id}": id_token}


def as_shell_exports(credentials: Credentials, *, region: str = "", endpoint_url: str = "") -> str:
    """Lines for a POSIX shell."""
    values = {
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": endpoint_url,
    }
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items() if value)


def acting_door(aws: "Aws", credentials: Credentials) -> "Aws":
    """A door that acts with these credentials; close it when done."""
    return aws.acting_as(credentials.access_key_id, credentials.secret_access_key, credentials.session_token)


async def _open(aws: "Aws", identity_id: str, logins: Mapping[str, str]) -> Access:
    identity_id, credentials = await get_credentials(aws, identity_id, logins)
    door = acting_door(aws, credentials)
    try:
        return Access(identity_id, credentials, await get_caller_identity(door))
    finally:
        door.close()
