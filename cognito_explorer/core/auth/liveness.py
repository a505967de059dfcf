"""Asking Cognito whether it still takes an access token: the one thing no claim tells."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cognito_explorer.core.errors import ExplorerError

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_REFUSALS = frozenset({
    "NotAuthorizedException", "UserNotFoundException", "UserNotConfirmedException", "PasswordResetRequiredException",
})  # fmt: skip
# What GetUser says of dead tokens.
_EXPIRED = "expired for Cognito"
_ENDS = {
    "has expired": _EXPIRED,
    "revoked": "revoked",
    "usernotfound": "user deleted",
    "user is disabled": "user disabled",
}
_SCOPES = "does not have required scopes"


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """What Cognito said of a token. "unknown" where it gave no answer about the token; `detail` is a sentence."""

    state: Literal["accepted", "refused", "unknown"]
    detail: str

    @property
    def ends_sign_in(self) -> bool:
        """Whether nothing else of the same sign-in is worth more: an expired token can be refreshed."""
        return self.in_words not in ("", _EXPIRED)

    @property
    def in_words(self) -> str:
        """What a refusal makes of a token, in two or three words; "" where it was not refused."""
        if self.state != "refused":
            return ""
        said = self.detail.casefold()
        return next((words for sign, words in _ENDS.items() if sign in said), "refused by Cognito")


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
