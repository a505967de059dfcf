"""The portal of IAM Identity Center: what is somebody's there, signing out, and forgetting."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cognito_explorer.core.aws.sso_portal import forget_sign_in, list_account_roles, list_accounts, sign_out, sso_of
from cognito_explorer.core.aws.sso_tokens import SsoSession
from cognito_explorer.core.errors import SessionExpired, Unreachable, VaultUnavailable
from cognito_explorer.core.profiles import Profile
from cognito_explorer.core.vault import MemoryVault
from tests.core.aws.signing_in import Asked
from tests.sandbox.profile_endpoints.kit import ACCOUNT, make_permission_set
from tests.sandbox.profile_endpoints.test_single_sign_on import SCOPE, Kit
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture(autouse=True)
def _endpoints(demo_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", f"{demo_sandbox.endpoint}/_sso/oidc")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", f"{demo_sandbox.endpoint}/_sso/portal")


@pytest.fixture(scope="module")
def kit(demo_sandbox: RunningSandbox) -> Iterator[Kit]:
    for name in ("Portal", "Another"):
        make_permission_set(demo_sandbox, name)
    made = Kit(demo_sandbox)
    yield made
    made.http.close()


@pytest.fixture
def profile(kit: Kit) -> Profile:
    there = Profile("p", "Corp", "sso", "us-east-1", "#3A57D6", kit.sandbox.endpoint)
    return replace(there, sso_start_url=kit.start_url, sso_region="us-east-1")


@pytest.fixture
def sso(profile: Profile) -> SsoSession:
    found = sso_of(profile)
    assert found is not None
    return found


@pytest.fixture
def asked(kit: Kit, sso: SsoSession) -> Asked:
    """Somebody who has signed in, in this run."""
    made = Asked(lambda question: question.refuse())
    _, tokens = kit.sign_in(SCOPE)
    made.person.sso_tokens[sso.key] = {"accessToken": tokens["accessToken"]}
    return made


async def test_accounts_and_permission_sets_are_listed_with_the_token(
    profile: Profile, sso: SsoSession, asked: Asked
) -> None:
    accounts = await list_accounts(profile, sso, asked.person)
    assert [(account.id, account.name) for account in accounts] == [(ACCOUNT, "Sandbox")]
    assert "moonletter" not in repr(accounts), "whose account it is is nobody's business"
    roles = await list_account_roles(profile, sso, asked.person, ACCOUNT)
    assert {"Another", "Portal"} <= set(roles)
    assert list(roles) == sorted(roles)


async def test_who_is_not_signed_in_is_told_so(profile: Profile, sso: SsoSession, kit: Kit, asked: Asked) -> None:
    nobody = Asked(lambda question: question.refuse())
    with pytest.raises(SessionExpired, match="not signed in"):
        await list_accounts(profile, sso, nobody.person)
    kit.portal.logout(accessToken=asked.person.sso_tokens.own(sso.key))
    with pytest.raises(SessionExpired, match="not signed in"):
        await list_accounts(profile, sso, asked.person)


async def test_signing_out_ends_the_session_there_and_leaves_nothing_here(
    profile: Profile, sso: SsoSession, kit: Kit, asked: Asked
) -> None:
    token = asked.person.sso_tokens.own(sso.key)
    asked.person.credentials_of(profile)["cached"] = "role credentials"
    assert await sign_out(profile, asked.person)
    assert not asked.vault._values
    assert asked.person.credentials_of(profile) == {}
    with pytest.raises(kit.portal.exceptions.UnauthorizedException):
        kit.portal.list_accounts(accessToken=token)
    assert not await sign_out(profile, asked.person), "there is nobody left to sign out"


async def test_a_token_is_forgotten_though_aws_cannot_be_told(
    profile: Profile, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:9")
    with pytest.raises(Unreachable):
        await sign_out(profile, asked.person)
    assert not asked.vault._values


class Locked(MemoryVault):
    """A keyring that is locked until it is unlocked."""

    is_locked = True

    def get(self, key: str) -> str:
        """As a keyring does."""
        self._check()
        return super().get(key)

    def forget(self, key: str) -> None:
        """As a keyring does."""
        self._check()
        super().forget(key)

    def _check(self) -> None:
        if self.is_locked:
            raise VaultUnavailable("The keyring is locked.", "Unlock it.", code="KeyringLocked")


@pytest.fixture
def locked(asked: Asked) -> Locked:
    """The keyring of somebody who has signed in, locked since."""
    vault = Locked()
    vault._values |= asked.vault._values
    asked.person.sso_tokens._open_vault = lambda: vault
    return vault


async def test_a_token_that_stays_in_a_locked_keyring_is_said_and_is_good_for_nothing(
    profile: Profile, sso: SsoSession, kit: Kit, asked: Asked, locked: Locked
) -> None:
    token = asked.person.sso_tokens.own(sso.key)
    with pytest.raises(VaultUnavailable, match="You are signed out, but the token is still in the keyring") as said:
        await sign_out(profile, asked.person)
    assert "Unlock the keyring" in said.value.hint
    with pytest.raises(kit.portal.exceptions.UnauthorizedException):
        kit.portal.list_accounts(accessToken=token)
    with pytest.raises(VaultUnavailable, match="Nobody was signed out: the keyring is locked"):
        await sign_out(profile, asked.person)
    locked.is_locked = False
    assert await sign_out(profile, asked.person), "and what the hint says works"
    assert not locked._values


async def test_a_token_that_stays_good_in_a_locked_keyring_is_said(
    profile: Profile, asked: Asked, locked: Locked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:9")
    with pytest.raises(VaultUnavailable, match="You are not signed out") as said:
        await sign_out(profile, asked.person)
    assert "still in the keyring" in said.value.title
    assert locked._values


async def test_a_deleted_profiles_token_stays_while_another_profile_needs_it(profile: Profile, asked: Asked) -> None:
    other = replace(profile, id="q", sso_role_name="Another")
    await forget_sign_in(profile, (other,), asked.person)
    assert asked.vault._values
    elsewhere = replace(other, sso_start_url="https://d-1234567890.awsapps.com/start")
    await forget_sign_in(profile, (elsewhere,), asked.person)
    assert not asked.vault._values
