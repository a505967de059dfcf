"""The portal of IAM Identity Center: whose accounts and roles somebody may use, and signing out.

Rule source: AWS's IAM Identity Center Portal API (ListAccounts, ListAccountRoles, Logout).
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cognito_explorer.core.aws.errors import translate
from cognito_explorer.core.aws.person import Person
from cognito_explorer.core.aws.single_sign_on import unsigned_client
from cognito_explorer.core.aws.sso_tokens import SsoSession
from cognito_explorer.core.errors import ExplorerError, SessionExpired, VaultUnavailable
from cognito_explorer.core.profiles import Profile

T = TypeVar("T")
_SIGNED_OUT = "UnauthorizedException"


@dataclass(frozen=True, slots=True)
class SsoAccount:
    """An AWS account that somebody may use. The e-mail address is that of its root user."""

    id: str
    name: str
    email: str = field(default="", repr=False)


async def list_accounts(profile: Profile, sso: SsoSession, person: Person) -> tuple[SsoAccount, ...]:
    """Every account somebody is assigned to (ListAccounts), by name. Raises SessionExpired, ExplorerError."""

    def ask(client: Any, token: str) -> tuple[SsoAccount, ...]:
        pages = client.get_paginator("list_accounts").paginate(accessToken=token)
        found = [each for page in pages for each in page["accountList"]]
        made = (SsoAccount(one["accountId"], one.get("accountName", ""), one.get("emailAddress", "")) for one in found)
        return tuple(sorted(made, key=lambda account: (account.name.lower(), account.id)))

    return await asyncio.to_thread(_through_portal, profile, sso, person, ask)


async def list_account_roles(profile: Profile, sso: SsoSession, person: Person, account_id: str) -> tuple[str, ...]:
    """The permission sets somebody has in an account (ListAccountRoles). Raises SessionExpired, ExplorerError."""

    def ask(client: Any, token: str) -> tuple[str, ...]:
        pages = client.get_paginator("list_account_roles").paginate(accessToken=token, accountId=account_id)
        return tuple(sorted(role["roleName"] for page in pages for role in page["roleList"]))

    return await asyncio.to_thread(_through_portal, profile, sso, person, ask)


async def sign_out(profile: Profile, person: Person) -> bool:
    """End the session at IAM Identity Center (Logout), and forget its token and what was fetched with it.

    False where nobody was signed in here; what the AWS CLI keeps is its own. Raises ExplorerError where AWS could not
    be told: the token is forgotten all the same. Raises VaultUnavailable where it stays in the keyring, and says what
    it is still good for.
    """
    return await asyncio.to_thread(_sign_out, profile, person)


async def forget_sign_in(profile: Profile, others: Iterable[Profile], person: Person) -> None:
    """Forget the token that a deleted profile was used with, unless another profile signs in to the same place."""
    await asyncio.to_thread(_forget, profile, tuple(others), person)


def sso_of(profile: Profile) -> SsoSession | None:
    """Where a profile signs in, or None. Reads the shared configuration: belongs into a thread."""
    from botocore.exceptions import BotoCoreError

    from cognito_explorer.core.aws.credentials import make_session, sso_session_of

    if profile.kind not in ("sso", "aws_profile", "role"):
        return None
    try:
        return sso_session_of(make_session(profile))
    except (BotoCoreError, ExplorerError):
        return None


def _sign_out(profile: Profile, person: Person) -> bool:
    sso, tokens = sso_of(profile), person.sso_tokens
    if sso is None:
        return False
    try:
        token = tokens.own(sso.key)
    except VaultUnavailable as locked:
        raise _unseen(locked) from locked
    if not token:
        return False
    left: VaultUnavailable | None = None
    try:
        del tokens[sso.key]
    except VaultUnavailable as locked:
        left = locked
    person.forget_credentials(lambda each: each == profile or sso_of(each) == sso)
    try:
        _send(profile, sso, person, lambda client: client.logout(accessToken=token))
    except ExplorerError as error:
        if error.code != _SIGNED_OUT:
            raise (error if left is None else _still_good(left, error)) from error
    if left is not None:
        raise _worthless(left) from left
    return True


def _unseen(locked: VaultUnavailable) -> VaultUnavailable:
    title = f"Nobody was signed out: {_decapitalised(locked.title)}"
    hint = "Whether a sign-in is kept there cannot be seen. Unlock the keyring, then sign out again."
    return VaultUnavailable(title, hint, code=locked.code)


def _worthless(locked: VaultUnavailable) -> VaultUnavailable:
    title = f"You are signed out, but the token is still in the keyring: {_decapitalised(locked.title)}"
    hint = "AWS has ended its session, so it opens nothing. Unlock the keyring, then sign out again to remove it."
    return VaultUnavailable(title, hint, code=locked.code)


def _still_good(locked: VaultUnavailable, untold: ExplorerError) -> VaultUnavailable:
    title = f"You are not signed out: the token is still in the keyring, and AWS could not be told. {untold.title}"
    hint = (
        "Unlock the keyring and look at the network, then sign out again. Until then the token is good for its hours."
    )
    return VaultUnavailable(title, hint, code=locked.code)


def _decapitalised(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _forget(profile: Profile, others: tuple[Profile, ...], person: Person) -> None:
    sso = sso_of(profile)
    person.forget_credentials(lambda each: each.id == profile.id)
    if sso is not None and not any(sso_of(other) == sso for other in others):
        del person.sso_tokens[sso.key]


def _through_portal(profile: Profile, sso: SsoSession, person: Person, ask: Callable[[Any, str], T]) -> T:
    token = str(person.sso_tokens.get(sso.key, {}).get("accessToken", ""))
    try:
        if token:
            return _send(profile, sso, person, lambda client: ask(client, token))
    except ExplorerError as error:
        if error.code != _SIGNED_OUT:
            raise
    raise SessionExpired("You are not signed in to IAM Identity Center.", "Sign in, then go on.", code="NotSignedIn")


def _send(profile: Profile, sso: SsoSession, person: Person, ask: Callable[[Any], T]) -> T:
    """With a client of its own: this is rare."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        with closing(unsigned_client("sso", profile, sso.region, person)) as client:
            return ask(client)
    except (BotoCoreError, ClientError) as trouble:
        raise translate(trouble, "sso:Portal", profile) from trouble
