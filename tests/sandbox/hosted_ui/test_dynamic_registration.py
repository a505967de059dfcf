"""Applications that register themselves: hosted-ui.md section 2, user-pools-config.md section 12, RFC 7591."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn, answer_of
from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

SCOPE = "aws.cognito/dcr/register"
API = "https://api.moonletter.example"
APP: dict[str, Any] = {"client_name": "Moon reader", "redirect_uris": [CALLBACK]}


@pytest.fixture
def browser(sandbox: RunningSandbox) -> Iterator[Browser]:
    with Browser(sandbox, "registry") as opened:
        yield opened


@pytest.fixture
def pool(sandbox: RunningSandbox) -> Iterator[PoolUnderTest]:
    made = make_pool(sandbox)
    made.idp.create_user_pool_domain(UserPoolId=made.pool_id, Domain="registry")
    made.idp.create_resource_server(
        UserPoolId=made.pool_id,
        Identifier=API,
        Name="articles",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}],
    )
    yield made
    made.idp.delete_user_pool_domain(UserPoolId=made.pool_id, Domain="registry")


def configure(pool: PoolUnderTest, **settings: Any) -> None:
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, DcrConfiguration={"EnableStatus": "Enabled", **settings})


def register(browser: Browser, metadata: Any, *, token: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return browser.http.post(f"{browser.base}/oauth2/register", json=metadata, headers=headers)


def machine_token(browser: Browser, pool: PoolUnderTest, scope: str) -> str:
    """The access token of a machine that may have one scope."""
    client = pool.add_client(
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[scope],
        AllowedOAuthFlowsUserPoolClient=True,
    )
    secret = {"client_id": client["ClientId"], "client_secret": client["ClientSecret"]}
    return str(browser.token(grant_type="client_credentials", **secret).json()["access_token"])


def test_an_application_registers_itself_and_signs_people_in(browser: Browser, pool: PoolUnderTest) -> None:
    """hosted-ui.md 2 and user-pools-config.md 7 and 12: POST /oauth2/register; ClientType DCR, no secrets to add."""
    configure(pool, OpenDcrEnabled=True)
    pool.add_user("ada", email="ada@moonletter.example")
    answer = register(browser, APP | {"token_endpoint_auth_method": "none"})
    assert answer.status_code == 201
    registered = answer.json()
    assert "client_secret" not in registered
    assert registered["grant_types"] == ["authorization_code", "refresh_token"]
    attempt = SignIn(client_id=registered["client_id"], scope="openid email")
    page = browser.submit(browser.go("login", **attempt.query), username="ada", password=PASSWORD)
    assert "id_token" in attempt.exchange(browser, answer_of(page)["code"]).json()
    named = {"UserPoolId": pool.pool_id, "ClientId": registered["client_id"]}
    assert pool.idp.describe_user_pool_client(**named)["UserPoolClient"]["ClientType"] == "DCR"
    with refused("InvalidParameterException"):
        pool.idp.add_user_pool_client_secret(**named)


def test_without_open_registration_a_token_with_the_scope_is_needed(browser: Browser, pool: PoolUnderTest) -> None:
    """hosted-ui.md 2: scope `aws.cognito/dcr/register`; AllowedScopes, AuthenticatedGrantTypes."""
    configure(pool, AllowedScopes=[f"{API}/read"])
    assert register(browser, APP).status_code == 401
    assert register(browser, APP, token="made-up").json()["error"] == "invalid_token"
    lacking = register(browser, APP, token=machine_token(browser, pool, f"{API}/read"))
    assert (lacking.status_code, lacking.json()["error"]) == (403, "insufficient_scope")
    token = machine_token(browser, pool, SCOPE)
    assert register(browser, APP, token=token).json()["client_secret"]
    machine = register(browser, {"grant_types": ["client_credentials"]}, token=token).json()
    assert machine["scope"] == f"{API}/read"
    secret = {name: machine[name] for name in ("client_id", "client_secret")}
    assert "access_token" in browser.token(grant_type="client_credentials", **secret).json()


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ([], "invalid_client_metadata"),
        ({"client_name": 7, "redirect_uris": [CALLBACK]}, "invalid_client_metadata"),
        ({"client_name": "no way back"}, "invalid_redirect_uri"),
        (APP | {"redirect_uris": ["http://elsewhere.example/callback"]}, "invalid_redirect_uri"),
        (APP | {"redirect_uris": ["x" * 2000]}, "invalid_redirect_uri"),
        (APP | {"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        (APP | {"redirect_uris": ["http://["]}, "invalid_redirect_uri"),
        (APP | {"grant_types": ["client_credentials"]}, "invalid_client_metadata"),
        (APP | {"grant_types": ["implicit"]}, "invalid_client_metadata"),
        (APP | {"scope": SCOPE}, "invalid_client_metadata"),
        (APP | {"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
    ],
)
def test_what_open_registration_does_not_allow_is_refused(
    browser: Browser, pool: PoolUnderTest, metadata: Any, error: str
) -> None:
    """user-pools-config.md 12: OpenDcrEnabled, OpenDcrGrantTypes, AllowedScopes."""
    configure(pool, OpenDcrEnabled=True, AllowedScopes=[SCOPE], OpenDcrGrantTypes=["code", "implicit"])
    answer = register(browser, metadata)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_pool_registers_nobody_unless_told_to(browser: Browser, pool: PoolUnderTest) -> None:
    """hosted-ui.md 2 and user-pools-config.md 12: dynamic client registration, if enabled."""
    assert register(browser, APP).status_code == 403
    configure(pool, OpenDcrEnabled=True, OpenDcrGrantTypes=[])
    assert register(browser, APP).json()["error"] == "invalid_client_metadata"
