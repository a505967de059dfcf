"""AWS profiles that “aws login” signs in: what it left is used while it is valid, and is never written.

botocore would renew it: it writes the new refresh token below ~/.aws, and needs a library that few have. Whoever
renewed it elsewhere would leave the CLI's own file useless, for a refresh token works once.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.errors import SessionExpired

if TYPE_CHECKING:
    from botocore.credentials import RefreshableCredentials

_KEYS = {"access_key": "accessKeyId", "secret_key": "secretAccessKey", "token": "sessionToken"}


def login_credentials(profile_name: str, settings: Mapping[str, Any], ahead_s: int) -> "RefreshableCredentials | None":
    """What “aws login” left for a profile of the shared files; None where the profile is of another kind.

    They are read anew `ahead_s` seconds before they end. Raises SessionExpired where nobody is signed in any more.
    """
    from botocore.credentials import RefreshableCredentials

    login_session = settings.get("login_session")
    if not login_session:
        return None

    def fetch() -> dict[str, Any]:
        return _read(profile_name, str(login_session))

    return RefreshableCredentials.create_from_metadata(
        metadata=fetch(), refresh_using=fetch, method="login", advisory_timeout=ahead_s, mandatory_timeout=ahead_s
    )


def _read(profile_name: str, login_session: str) -> dict[str, Any]:
    from botocore.utils import JSONFileCache, generate_login_cache_key, get_login_token_cache_directory

    try:
        kept = JSONFileCache(get_login_token_cache_directory())[generate_login_cache_key(login_session)]
        found = kept["accessToken"]
        ends = datetime.fromisoformat(found["expiresAt"])
        metadata = {name: found[key] for name, key in _KEYS.items()}
        has_ended = ends <= datetime.now(UTC)
    except (OSError, ValueError, KeyError, TypeError) as trouble:
        raise _signed_out(profile_name, "has not signed in") from trouble
    if has_ended:
        raise _signed_out(profile_name, "signed in too long ago")
    return {**metadata, "expiry_time": ends.isoformat()}


def _signed_out(profile_name: str, what: str) -> SessionExpired:
    hint = (
        f"Run “aws sts get-caller-identity --profile {profile_name}” in a terminal: it renews what can be renewed."
        f" Where that fails, run “aws login --profile {profile_name}”. Then try again."
    )
    return SessionExpired(f"“aws login” {what} with the AWS profile “{profile_name}”.", hint, code="LoginNeeded")
