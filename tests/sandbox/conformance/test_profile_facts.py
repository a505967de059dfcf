"""What profiles meet at the endpoints of single sign-on: facts of profiles.md section 6."""

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
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


def test_pickers_come_in_pages(kit: Kit) -> None:
    """profiles.md 6: list_accounts and list_account_roles are paginated, nextToken."""
    make_permission_set(kit.sandbox, "Writer")
    token = {"accessToken": kit.sign_in(SCOPE)[1]["accessToken"]}
    (accounts,) = kit.portal.get_paginator("list_accounts").paginate(**token)
    named = {**token, "accountId": accounts["accountList"][0]["accountId"]}
    pages = list(kit.portal.get_paginator("list_account_roles").paginate(**named, PaginationConfig={"PageSize": 1}))
    assert [[each["roleName"] for each in page["roleList"]] for page in pages] == [["Reader"], ["Writer"]]
    assert "nextToken" in pages[0]


def test_signing_out_ends_what_was_refreshed_before(kit: Kit) -> None:
    """profiles.md 6: logout(accessToken) invalidates the session, earlier and later tokens of it alike."""
    client, tokens = kit.sign_in(SCOPE)
    other = kit.sign_in(SCOPE)[1]
    again = kit.oidc.create_token(**client, grantType="refresh_token", refreshToken=tokens["refreshToken"])
    kit.portal.logout(accessToken=again["accessToken"])
    for token in (tokens["accessToken"], again["accessToken"]):
        with refused("UnauthorizedException"):
            kit.portal.list_accounts(accessToken=token)
    with refused("InvalidGrantException"):
        kit.oidc.create_token(**client, grantType="refresh_token", refreshToken=again["refreshToken"])
    assert kit.portal.list_accounts(accessToken=other["accessToken"])["accountList"]


def test_a_registration_ends(kit: Kit) -> None:
    """profiles.md 6, device code 1 and 4: clientSecretExpiresAt; afterwards InvalidClient, register again."""
    made = kit.oidc.register_client(clientName="facts", clientType="public", scopes=[SCOPE])
    client = {name: made[name] for name in ("clientId", "clientSecret")}
    left_s = made["clientSecretExpiresAt"] - made["clientIdIssuedAt"]
    kit.sandbox.advance(left_s + 1)
    try:
        with refused("InvalidClientException"):
            kit.start(client)
    finally:
        kit.sandbox.advance(-left_s - 1)


CODE_GRANTS = {
    "grantTypes": ["authorization_code", "refresh_token"],
    "redirectUris": ["http://127.0.0.1/oauth/callback"],
    "scopes": [SCOPE],
}
VERIFIER = "a-verifier-that-is-long-enough-for-everybody-1234"


def authorize(kit: Kit, client: dict[str, str], answer: str = "allow", **changed: str) -> httpx.Response:
    """Open the page of the code flow and press a button, where there is one."""
    query = {
        "response_type": "code",
        "client_id": client["clientId"],
        "redirect_uri": "http://127.0.0.1:49152/oauth/callback",
        "state": "remembered",
        "code_challenge_method": "S256",
        "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
        "scopes": SCOPE,
    } | changed
    url = f"{kit.sandbox.browser_origin}/_sso/oidc/authorize?{urlencode(query)}"
    page = kit.http.get(url)
    return kit.answer(url, answer) if page.status_code == 200 else page


def came_back(answer: httpx.Response) -> dict[str, list[str]]:
    parts = urlsplit(answer.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "http://127.0.0.1:49152/oauth/callback"
    return parse_qs(parts.query)


def test_a_code_is_had_at_authorize_and_proven_by_its_verifier(kit: Kit) -> None:
    """profiles.md 6: authorization code and PKCE; redirect registered without port, issuerUrl the start URL, S256."""
    client = kit.register(**CODE_GRANTS, issuerUrl=kit.start_url)
    back = came_back(authorize(kit, client))
    assert back["state"] == ["remembered"]
    ask = {**client, "grantType": "authorization_code", "redirectUri": "http://127.0.0.1:49152/oauth/callback"}
    tokens = kit.oidc.create_token(**ask, code=back["code"][0], codeVerifier=VERIFIER)
    assert tokens["tokenType"] == "Bearer"
    assert kit.portal.list_accounts(accessToken=tokens["accessToken"])["accountList"]
    assert kit.oidc.create_token(**client, grantType="refresh_token", refreshToken=tokens["refreshToken"])
    for wrong in ({"codeVerifier": VERIFIER}, {"code": "unknown", "codeVerifier": VERIFIER}):
        with refused("InvalidGrantException"):
            kit.oidc.create_token(**ask, **{"code": back["code"][0], **wrong})
    fresh = came_back(authorize(kit, client))["code"][0]
    with refused("InvalidGrantException"):
        kit.oidc.create_token(**ask, code=fresh, codeVerifier="another")


def test_whoever_declines_sends_no_code(kit: Kit) -> None:
    """profiles.md 6: the user refuses at /authorize."""
    assert came_back(authorize(kit, kit.register(**CODE_GRANTS), "deny"))["error"] == ["access_denied"]


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "http://127.0.0.1:49152/elsewhere"},
        {"redirect_uri": "https://elsewhere.example/oauth/callback"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"response_type": "token"},
        {"client_id": "nobody"},
    ],
)
def test_what_cannot_be_followed_is_not_sent_back(kit: Kit, changed: dict[str, str]) -> None:
    """profiles.md 6: /authorize with `scopes` and S256, for a registered redirect only."""
    assert authorize(kit, kit.register(**CODE_GRANTS), **changed).status_code == 400


def test_a_client_has_the_grants_it_registered_for(kit: Kit) -> None:
    """profiles.md 6: grantTypes authorization_code and refresh_token, or the device code."""
    with refused("UnauthorizedClientException"):
        kit.start(kit.register(**CODE_GRANTS))
    with refused("UnauthorizedClientException"):
        kit.oidc.create_token(**kit.register(), grantType="authorization_code", code="x", redirectUri="http://x")
