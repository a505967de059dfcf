"""What a column can offer: how credentials are got, for whom, and why they will have their role."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cognito_explorer.core.auth.tokens import TokenSet, decode
from cognito_explorer.core.identity_pools.credentials import Access
from cognito_explorer.core.identity_pools.identity_pools import IdentityPoolDetail, UserPoolProvider
from cognito_explorer.core.identity_pools.roles import why_authenticated, why_guest

Opener = Callable[[], Coroutine[Any, Any, Access]]

SIGN_IN = "Sign in…"
SIGN_IN_AGAIN = "Sign in as somebody else…"
_NO_USER_POOL = "This identity pool accepts no user pool's tokens."
_SIGN_IN_FIRST = "Nobody has signed in yet. Sign in through the hosted UI, and their ID token is used here."
_OTHER_CLIENT = (
    "The newest sign-in ({name}) went through another app client, {client}. "
    "Choose that one if it is listed above, or sign in through this one."
)


@dataclass(frozen=True, slots=True)
class Offer:
    """`opener` gets the credentials (None: there is no way yet). Credentials outlive an offer with an equal `key`."""

    opener: Opener | None = field(repr=False, compare=False)
    note: str
    who: str = ""
    why: str = ""
    key: str = field(default="", repr=False)
    instead: str = ""


def guest_offer(detail: IdentityPoolDetail, opener: Opener) -> Offer:
    """A guest can always be tried: Cognito's own refusal says more than a button that is missing."""
    note = "Anyone who opens the app. Cognito is asked without any token."
    if not detail.allows_guests:
        note = "This pool lets no guests in. Cognito can be asked all the same."
    return Offer(opener, note, who="not signed in", why=why_guest(detail), key="guest")


def name_client(offer: Offer, client_id: str, names: Mapping[str, str]) -> Offer:
    """The offer with the client's name where its id stands in the note."""
    name = names.get(client_id, "")
    return replace(offer, note=offer.note.replace(client_id, name)) if name and client_id else offer


def authenticated_offer(
    detail: IdentityPoolDetail, provider: UserPoolProvider | None, tokens: TokenSet | None, opener: Opener
) -> Offer:
    """The holder of the newest ID token, or the way to one."""
    if provider is None:
        return Offer(None, _NO_USER_POOL if detail.is_known else _SIGN_IN_FIRST)
    if tokens is None or not tokens.id_token:
        return Offer(None, _SIGN_IN_FIRST, instead=SIGN_IN)
    claims = decode(tokens.id_token).claims
    name = str(claims.get("cognito:username", ""))
    if tokens.client_id != provider.client_id:
        note = _OTHER_CLIENT.format(name=name or "no name", client=tokens.client_id)
        return Offer(None, note, instead=SIGN_IN)
    return Offer(
        opener,
        "Cognito is asked with the ID token of the newest sign-in.",
        who=name,
        why=why_authenticated(detail, provider, claims),
        key=tokens.id_token,
        instead=SIGN_IN_AGAIN,
    )
