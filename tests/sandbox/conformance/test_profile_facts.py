"""What profiles meet at the endpoints of single sign-on: facts of profiles.md section 6."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.pools import refused
from tests.sandbox.profile_endpoints.kit import make_permission_set
from tests.sandbox.profile_endpoints.test_single_sign_on import DEVICE_CODE, SCOPE, Kit
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture(scope="module")
def kit(sandbox: RunningSandbox) -> Iterator[Kit]:
    make_permission_set(sandbox, "Reader")
    made = Kit(sandbox)
    yield made
    made.http.close()


def test_a_device_flow_has_these_members_and_waits(kit: Kit) -> None:
    """profiles.md 6, device code 1 to 4: members, about ten minutes, pending and slow down."""
    made = kit.oidc.register_client(clientName="facts", clientType="public", scopes=[SCOPE])
    assert isinstance(made["clientSecretExpiresAt"], int)
    client = {name: made[name] for name in ("clientId", "clientSecret")}
    started = kit.start(client)
    wanted = {"deviceCode", "userCode", "verificationUri", "verificationUriComplete", "expiresIn", "interval"}
    assert wanted <= started.keys()
    assert started["expiresIn"] == 600
    for code in ("AuthorizationPendingException", "SlowDownException"):
        with refused(code):
            kit.poll(client, started)


@pytest.mark.parametrize(("scopes", "has_refresh_token"), [([SCOPE], True), ([], False)])
def test_a_refresh_token_needs_the_scope(kit: Kit, scopes: list[str], *, has_refresh_token: bool) -> None:
    """profiles.md 6, device code 1 and 5: tokenType Bearer, and a refresh token for who registered with scopes."""
    _, tokens = kit.sign_in(*scopes)
    assert tokens["tokenType"] == "Bearer"
    assert bool(tokens.get("refreshToken")) is has_refresh_token


def test_who_denies_and_who_waits_too_long(kit: Kit) -> None:
    """profiles.md 6, device code 4: AccessDeniedException when refused, ExpiredTokenException when over."""
    client = kit.register()
    started = kit.start(client)
    kit.answer(started["verificationUriComplete"], "deny")
    with refused("AccessDeniedException"):
        kit.poll(client, started)
    late = kit.start(client)
    kit.sandbox.advance(601)
    try:
        with refused("ExpiredTokenException"):
            kit.poll(client, late)
    finally:
        kit.sandbox.advance(-601)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"deviceCode": "nobody's"}, "InvalidGrantException"), ({"clientSecret": "wrong"}, "InvalidClientException")],
)
def test_what_is_unknown_makes_one_register_again(kit: Kit, change: dict[str, Any], code: str) -> None:
    """profiles.md 6, device code 4: InvalidGrant and InvalidClient."""
    client = kit.register()
    started = kit.start(client)
    given = {**client, "grantType": DEVICE_CODE, "deviceCode": started["deviceCode"], **change}
    with refused(code):
        kit.oidc.create_token(**given)


def test_the_portal_lists_and_hands_out_until_signed_out(kit: Kit) -> None:
    """profiles.md 6: ListAccounts, ListAccountRoles, GetRoleCredentials (expiration in milliseconds), Logout."""
    token = {"accessToken": kit.sign_in(SCOPE)[1]["accessToken"]}
    (account,) = kit.portal.list_accounts(**token)["accountList"]
    (role,) = kit.portal.list_account_roles(**token, accountId=account["accountId"])["roleList"]
    given = {**token, "accountId": account["accountId"], "roleName": role["roleName"]}
    issued = kit.portal.get_role_credentials(**given)["roleCredentials"]
    assert issued["expiration"] > 1_000_000_000_000
    kit.portal.logout(**token)
    with refused("UnauthorizedException"):
        kit.portal.get_role_credentials(**given)
