"""Asking Cognito whether it still takes an access token: the one thing no claim tells."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cognito_explorer.core.errors import ExplorerError

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_REFUSALS = frozenset({
    "NotAuthorizedException", "UserNotFoundException", "UserNotConfirmedException", "PasswordResetRequiredException",
})  # fmt: skip
_SCOPES = "does not have required scopes"


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """What Cognito said of a token. "unknown" where it gave no answer about the token; `detail` is a sentence."""

    state: Literal["accepted", "refused", "unknown"]
    detail: str


async def ask_get_user(aws: "Aws", access_token: str) -> LiveAnswer:
    """Send the token to GetUser once, on demand only. Never raises for an answer; the token is not logged."""
    try:
        await aws.read(aws.idp.get_user, AccessToken=access_token)
    except ExplorerError as error:
        said = error.said or f"{error.title} {error.hint}".strip()
        if error.code in _REFUSALS and _SCOPES not in said:
            return LiveAnswer("refused", f"GetUser answered {error.code}: {said}")
        return LiveAnswer("unknown", f"GetUser says nothing of it: {said}")
    return LiveAnswer("accepted", "GetUser took it just now: it is neither revoked nor signed out.")
