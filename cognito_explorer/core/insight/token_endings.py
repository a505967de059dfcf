"""What ends a token and what lives on: refresh, revoke, sign-out everywhere, disabling, deletion, logout, waiting.

Rule source: tokens.md, section 7 (RevokeToken, GlobalSignOut, AdminDisableUser and the hosted UI's /logout).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cognito_explorer.core.auth.sign_in_ends import EndedBy, SignInEnd
from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind, instant
from cognito_explorer.core.durations import in_words
from cognito_explorer.core.user_pools.app_clients import AppClient

_OFFLINE = "where nobody asks Cognito"
_NAMES = {"id": "the ID token", "access": "the access token", "refresh": "the refresh token"}
# What somebody did, and which way of ending a sign-in it was; "" for none of those offered here.
_DEEDS: dict[EndedBy, tuple[str, str]] = {
    "revoked": ("revoked it", "revoke"),
    "signed out": ("signed the user out everywhere", "sign_out"),
    "user disabled": ("disabled the user", "disable"),
    "user deleted": ("deleted the user", ""),
}
_OF_USER = ("sign_out", "disable")
_OF_ONE_SIGN_IN = (_NAMES["access"], _NAMES["refresh"])
CREDENTIALS_LAST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Survivor:
    """What goes on living, where, and until when; `until` is None where it has no end or none is known."""

    what: str
    until: datetime | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """One thing that can be done: its name, what it ends at once, and what goes on living. `note`: a sentence."""

    name: str
    title: str
    ends: tuple[str, ...]
    survivors: tuple[Survivor, ...]
    note: str = ""


def endings_of(
    tokens: Mapping[TokenKind, DecodedToken],
    client: AppClient | None,
    *,
    now: datetime,
    rotates: bool | None = None,
    ended: SignInEnd | None = None,
) -> tuple[Ending, ...]:
    """What each way of ending a sign-in would do to these tokens. `rotates` None: the client's setting is not known.

    `ended`: it was ended from here already, and what that ended is no more.
    """
    found = _endings_of(tokens, client, now=now, rotates=rotates)
    return tuple(_after(each, ended) for each in found) if ended is not None else found


def _after(ending: Ending, ended: SignInEnd) -> Ending:
    """What would still end, and live on, once a sign-in was ended."""
    did, done = _DEEDS[ended.by]
    is_done, is_of_user = ending.name == done, ended.by in ("user disabled", "user deleted")
    notes = {"refresh": f"Cognito refuses it: you {did} at {ended.told_at}."}
    if ending.name in ("revoke", "sign_out") or (ending.name == "disable" and is_of_user):
        notes[ending.name] = f"Done at {ended.told_at}." if is_done else f"You {did} at {ended.told_at}."
    ends = tuple(each for each in ending.ends if not each.startswith(_OF_ONE_SIGN_IN))
    is_nothing = is_done or ending.name in ("refresh", "revoke") or (is_of_user and ending.name in _OF_USER)
    alive = tuple(each for each in ending.survivors if each.what != _NAMES["refresh"])
    return replace(ending, ends=() if is_nothing else ends, survivors=alive, note=notes.get(ending.name, ending.note))


def _endings_of(
    tokens: Mapping[TokenKind, DecodedToken], client: AppClient | None, *, now: datetime, rotates: bool | None
) -> tuple[Ending, ...]:
    offline = tuple(_offline(kind, token, now) for kind, token in tokens.items() if kind in ("id", "access"))
    credentials = Survivor("AWS credentials an identity pool gave for them, an hour at most", now + CREDENTIALS_LAST)
    refresh = Survivor(_NAMES["refresh"], refresh_until(tokens, client))
    lasting = (*offline, credentials)
    at_cognito = tuple(f"{_NAMES[kind]} at Cognito itself" for kind in ("access",) if kind in tokens)
    has_refresh = ("the refresh token",) if "refresh" in tokens else ()
    return (
        _refreshing(tokens, offline, refresh, client=client, rotates=rotates),
        Ending(
            "revoke",
            "Revoke the refresh token",
            (*has_refresh, *at_cognito, "every token of the same sign-in (origin_jti)"),
            (*lasting, Survivor("the user's other sign-ins"), Survivor("the hosted UI's cookie")),
            _revocation_note(tokens, client),
        ),
        Ending(
            "sign_out",
            "Sign out everywhere (GlobalSignOut)",
            (*has_refresh, *at_cognito, "the refresh and access tokens of all of the user's sign-ins"),
            (*lasting, Survivor("the hosted UI's cookie: it signs in again without a password")),
            "Signing in again is allowed at once.",
        ),
        Ending(
            "disable",
            "Disable the user",
            (*has_refresh, *at_cognito, "every session; signing in"),
            lasting,
            "Enabling the user again brings none of them back.",
        ),
        Ending(
            "logout",
            "The sign-out address (/logout)",
            ("the hosted UI's cookie in that browser",),
            (refresh, *lasting) if has_refresh else lasting,
            "No token is touched.",
        ),
        Ending("wait", "Do nothing", (), (refresh, *offline) if has_refresh else offline),
    )


def refresh_until(tokens: Mapping[TokenKind, DecodedToken], client: AppClient | None) -> datetime | None:
    """Until when a sign-in can be refreshed: its own time plus the client's setting; None where either is not known."""
    signed_in = signed_in_at(tokens)
    if signed_in is None or client is None:
        return None
    try:
        return signed_in + client.refresh_token_validity
    except OverflowError:
        # Anybody can write a sign-in in the year 9999 into a token.
        return None


def signed_in_at(tokens: Mapping[TokenKind, DecodedToken]) -> datetime | None:
    """When the user of these tokens proved who they are, whatever was refreshed since."""
    leading = tokens.get("access") or tokens.get("id")
    return instant(leading.claims.get("auth_time")) if leading is not None else None


def _refreshing(
    tokens: Mapping[TokenKind, DecodedToken],
    offline: tuple[Survivor, ...],
    refresh: Survivor,
    *,
    client: AppClient | None,
    rotates: bool | None,
) -> Ending:
    ends: tuple[str, ...] = ()
    if rotates:
        grace = client.rotation_grace if client is not None else timedelta()
        when = f"after {in_words(grace)} of grace" if grace else "at once: the client gives no grace"
        ends = (f"the refresh token used, {when}",)
        note = "The client rotates refresh tokens: a new one comes with the same end."
    else:
        note = "The refresh token stays the same." if rotates is False else "A client that rotates replaces it."
    kept = offline if rotates or "refresh" not in tokens else (refresh, *offline)
    return Ending(
        "refresh", "Refresh", ends, kept, f"{note} The earlier ID and access tokens stay valid beside the new."
    )


def _offline(kind: TokenKind, token: DecodedToken, now: datetime) -> Survivor:
    until = token.expires_at
    return Survivor(f"{_NAMES[kind]}, {_OFFLINE}", until, is_over=until is not None and until <= now)


def _revocation_note(tokens: Mapping[TokenKind, DecodedToken], client: AppClient | None) -> str:
    leading = tokens.get("access") or tokens.get("id")
    has_origin = leading is not None and "origin_jti" in leading.claims
    if (client is not None and not client.is_revocation_enabled) or (leading is not None and not has_origin):
        return "Token revocation is off for this client (there is no origin_jti): Cognito would refuse."
    return "Already revoked is a success, too."
