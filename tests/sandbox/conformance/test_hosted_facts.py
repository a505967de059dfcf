"""The pages' endpoints, parameter by parameter: facts of hosted-ui.md sections 2 to 7."""

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from tests.sandbox.auth.second_factors import MAIL
from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn, answer_of, with_query
from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

LOGOUT = "http://localhost:8400/logout"
OAUTH: dict[str, Any] = {
    "ExplicitAuthFlows": FLOWS,
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code", "implicit"],
    "AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": [CALLBACK, "moonletter://back"],
    "LogoutURLs": [LOGOUT],
}


@pytest.fixture(scope="module", params=["classic", "managed"])
def pool(request: pytest.FixtureRequest, sandbox: RunningSandbox) -> Iterator[PoolUnderTest]:
    """A pool with classic pages, and one with managed login."""
    made = make_pool(sandbox, client=OAUTH)
    domain, is_managed = domain_of(made), request.param == "managed"
    version = {"ManagedLoginVersion": 2} if is_managed else {}
    made.idp.create_user_pool_domain(UserPoolId=made.pool_id, Domain=domain, **version)
    if is_managed:
        named = {"UserPoolId": made.pool_id, "ClientId": made.client_id}
        made.idp.create_managed_login_branding(**named, UseCognitoProvidedValues=True)
    made.add_user("ada", email=MAIL, email_verified="true")
    yield made
    made.idp.delete_user_pool_domain(UserPoolId=made.pool_id, Domain=domain)


@pytest.fixture
def browser(pool: PoolUnderTest) -> Iterator[Browser]:
    with Browser(pool.sandbox, domain_of(pool)) as opened:
        yield opened


def domain_of(pool: PoolUnderTest) -> str:
    return pool.pool_id.lower().replace("_", "-")


def asking(pool: PoolUnderTest, **changed: str) -> SignIn:
    attempt = SignIn(**{"client_id": pool.client_id, "scope": "openid"} | changed)
    attempt.query = {name: value for name, value in attempt.query.items() if value}
    return attempt


def enter(browser: Browser, attempt: SignIn) -> httpx.Response:
    page = browser.go("oauth2/authorize", **attempt.query)
    return page if page.is_redirect else browser.submit(page, username="ada", password=PASSWORD)


def tokens_of(browser: Browser, attempt: SignIn) -> dict[str, Any]:
    tokens: dict[str, Any] = attempt.exchange(browser, answer_of(enter(browser, attempt))["code"]).json()
    return tokens


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "oauth2/authorize", 400),
        ("GET", "login", 400),
        ("GET", "signup", 400),
        ("GET", "confirm", 400),
        ("GET", "confirmUser", 400),
        ("GET", "forgotPassword", 400),
        ("GET", "confirmforgotPassword", 400),
        ("GET", "passkeys/add", 400),
        ("GET", "logout", 400),
        ("POST", "oauth2/token", 400),
        ("GET", "oauth2/userInfo", 400),
        ("POST", "oauth2/revoke", 400),
        ("GET", "oauth2/idpresponse", 400),
        ("POST", "saml2/idpresponse", 400),
        ("GET", "saml2/logout", 400),
        ("GET", "error", 400),
    ],
)
def test_every_endpoint_is_there(browser: Browser, method: str, path: str, status: int) -> None:
    """hosted-ui.md 2: paths and methods; with nothing in it a request is an error of theirs and no 404 or 405."""
    answer = browser.http.request(method, f"{browser.base}/{path}", follow_redirects=True)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "id_token"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"resource": "http://api.moonletter.example"}, "invalid_request"),
        ({"identity_provider": "Google"}, "unauthorized_client"),
        ({"idp_identifier": "nobody.example"}, "unauthorized_client"),
        ({"scope": "openid phone"}, "invalid_scope"),
    ],
)
def test_an_error_is_told_to_the_application(
    pool: PoolUnderTest, browser: Browser, changed: dict[str, str], error: str
) -> None:
    """hosted-ui.md 3: invalid_request, unauthorized_client and invalid_scope by redirect, with the state."""
    attempt = asking(pool, **changed)
    answer = answer_of(browser.go("oauth2/authorize", **attempt.query))
    assert (answer["error"], answer["state"]) == (error, attempt.query["state"])


def test_a_parameter_sent_twice_is_invalid(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 3 and 4: duplicate parameter, invalid_request."""
    pairs = [*asking(pool).query.items(), ("scope", "email")]
    response = browser.http.get(with_query(f"{browser.base}/oauth2/authorize", pairs))
    assert answer_of(response)["error"] == "invalid_request"
    body = {"grant_type": ["refresh_token", "refresh_token"], "client_id": pool.client_id}
    assert browser.http.post(f"{browser.base}/oauth2/token", data=body).json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    "redirect_uri",
    [f"{CALLBACK}/", f"{CALLBACK}?a=b", CALLBACK.replace("8400", "8401"), CALLBACK.upper(), "https://evil.example"],
)
def test_an_address_that_differs_is_no_address(pool: PoolUnderTest, browser: Browser, redirect_uri: str) -> None:
    """hosted-ui.md 3 and 10: exact match; redirect_mismatch on /error with HTTP 400, never redirected."""
    page = browser.go("oauth2/authorize", **asking(pool, redirect_uri=redirect_uri).query)
    assert (page.status_code, page.url.path.endswith("/error")) == (400, True)
    assert page.url.params["error"] == "redirect_mismatch"
    assert page.url.params["client_id"] == pool.client_id


def test_an_unknown_client_or_one_without_oauth_has_an_error_page(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 3: wrong client_id, AllowedOAuthFlowsUserPoolClient=false."""
    for client_id in ("unknown", pool.add_client()["ClientId"]):
        page = browser.go("oauth2/authorize", **asking(pool, client_id=client_id).query)
        assert (page.status_code, page.url.path.endswith("/error")) == (400, True)


@pytest.mark.parametrize(("flows", "kind"), [(["code"], "token"), (["implicit"], "code")])
def test_a_client_has_its_flows_alone(pool: PoolUnderTest, browser: Browser, flows: list[str], kind: str) -> None:
    """hosted-ui.md 3 and 10: unauthorized_client, AllowedOAuthFlows lacks it."""
    client_id = pool.add_client(**OAUTH | {"AllowedOAuthFlows": flows})["ClientId"]
    answer = answer_of(browser.go("oauth2/authorize", **asking(pool, client_id=client_id, response_type=kind).query))
    assert answer["error"] == "unauthorized_client"


def test_a_code_comes_in_the_query_and_tokens_in_the_fragment(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 3: code and state; access_token, id_token, token_type bearer, expires_in and state; no refresh."""
    attempt = asking(pool)
    response = enter(browser, attempt)
    assert "?code=" in response.headers["location"]
    assert answer_of(response).keys() == {"code", "state"}
    implicit = asking(pool, response_type="token", code_challenge="", code_challenge_method="")
    response = enter(browser, implicit)
    assert "#" in response.headers["location"]
    answer = answer_of(response)
    assert answer.keys() == {"access_token", "id_token", "token_type", "expires_in", "state"}
    assert answer["token_type"] == "bearer"


def test_a_session_skips_the_form_for_an_hour_that_is_not_extended(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 3 and 7: a valid session cookie skips the form; 1 hour, fixed."""
    enter(browser, asking(pool))
    pool.sandbox.advance(3000)
    assert "code" in answer_of(browser.go("oauth2/authorize", **asking(pool).query))
    pool.sandbox.advance(601)
    assert browser.go("oauth2/authorize", **asking(pool).query).url.path.endswith("/login")


def test_a_code_is_good_once_and_for_five_minutes(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 3, 4 and 10: one use, 5 minutes, invalid_grant."""
    attempt = asking(pool)
    code = answer_of(enter(browser, attempt))["code"]
    assert attempt.exchange(browser, code).status_code == 200
    again = attempt.exchange(browser, code)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})
    late = asking(pool)
    code = answer_of(enter(browser, late))["code"]
    pool.sandbox.advance(301)
    assert late.exchange(browser, code).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "changed", [{"code_verifier": ""}, {"code_verifier": "v" * 43}, {"redirect_uri": "moonletter://back"}]
)
def test_a_code_needs_its_verifier_and_its_address(
    pool: PoolUnderTest, browser: Browser, changed: dict[str, str]
) -> None:
    """hosted-ui.md 4 and 10: redirect_uri as in authorize, code_verifier if PKCE; invalid_grant."""
    attempt = asking(pool)
    refusal = attempt.exchange(browser, answer_of(enter(browser, attempt))["code"], **changed)
    assert (refusal.status_code, refusal.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize("is_deleted", [False, True])
def test_a_code_of_a_user_who_is_gone_buys_nothing(pool: PoolUnderTest, browser: Browser, *, is_deleted: bool) -> None:
    """hosted-ui.md 4: disabled or deleted user, invalid_grant."""
    pool.add_user("passing")
    attempt, named = asking(pool), {"UserPoolId": pool.pool_id, "Username": "passing"}
    page = browser.go("oauth2/authorize", **attempt.query)
    code = answer_of(browser.submit(page, username="passing", password=PASSWORD))["code"]
    pool.idp.admin_disable_user(**named)
    if is_deleted:
        pool.idp.admin_delete_user(**named)
    assert attempt.exchange(browser, code).json() == {"error": "invalid_grant"}
    if not is_deleted:
        pool.idp.admin_delete_user(**named)


def test_a_confidential_client_proves_itself_in_header_or_body(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 4 and 10: Basic or client_id and client_secret in the body; wrong secret, invalid_client."""
    client = pool.add_client(**OAUTH, GenerateSecret=True)
    client_id, secret = client["ClientId"], client["ClientSecret"]
    if domain_is_managed(pool):
        named = {"UserPoolId": pool.pool_id, "ClientId": client_id}
        pool.idp.create_managed_login_branding(**named, UseCognitoProvidedValues=True)
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    attempt = asking(pool, client_id=client_id)
    code = answer_of(enter(browser, attempt))["code"]
    assert attempt.exchange(browser, code).json() == {"error": "invalid_client"}
    assert attempt.exchange(browser, code, client_secret="wrong").json() == {"error": "invalid_client"}
    tokens = attempt.exchange(browser, code, client_secret=secret).json()
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    url = f"{browser.base}/oauth2/token"
    assert browser.http.post(url, data=form, headers={"Authorization": f"Basic {basic}"}).status_code == 200


def domain_is_managed(pool: PoolUnderTest) -> bool:
    described = pool.idp.describe_user_pool_domain(Domain=domain_of(pool))["DomainDescription"]
    return bool(described.get("ManagedLoginVersion") == 2)


def test_each_grant_returns_its_tokens(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 4: a code brings three tokens, expires_in and token_type; a refresh two without rotation."""
    tokens = tokens_of(browser, asking(pool))
    assert tokens.keys() == {"access_token", "id_token", "refresh_token", "expires_in", "token_type"}
    form = {"grant_type": "refresh_token", "client_id": pool.client_id, "refresh_token": tokens["refresh_token"]}
    assert browser.token(**form).json().keys() == {"access_token", "id_token", "expires_in", "token_type"}


def test_rotation_renews_the_refresh_token_here_too(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 4 and auth-flows.md 7: refresh_token grant, a new refresh token only with rotation."""
    flows = [flow for flow in FLOWS if flow != "ALLOW_REFRESH_TOKEN_AUTH"]
    rotation = {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}}
    client_id = pool.add_client(**OAUTH | {"ExplicitAuthFlows": flows}, **rotation)["ClientId"]
    token = pool.tokens("ada", client_id=client_id)["RefreshToken"]
    form = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": token}
    assert browser.token(**form).json()["refresh_token"] != token


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "a.b.c.d.e"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "client_id": "unknown"}, "invalid_client"),
    ],
)
def test_a_wrong_grant_is_named_with_status_400(
    pool: PoolUnderTest, browser: Browser, form: dict[str, str], error: str
) -> None:
    """hosted-ui.md 4: the table of errors."""
    answer = browser.token(**{"client_id": pool.client_id} | form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.headers["access-control-allow-origin"] == "*"


def test_signing_out_has_two_forms_and_revokes_nothing(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 5 and tokens.md 7: cookie cleared; logout_uri wins; tokens stay valid."""
    attempt = asking(pool)
    tokens = tokens_of(browser, attempt)
    left = browser.go("logout", **attempt.query | {"logout_uri": LOGOUT})
    assert left.headers["location"] == LOGOUT
    assert browser.go("oauth2/authorize", **asking(pool).query).url.path.endswith("/login")
    enter(browser, asking(pool))
    again = browser.go("logout", **attempt.query)
    assert (again.url.path.endswith("/login"), again.url.params["state"]) == (True, attempt.query["state"])
    form = {"grant_type": "refresh_token", "client_id": pool.client_id, "refresh_token": tokens["refresh_token"]}
    assert browser.token(**form).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"logout_uri": f"{LOGOUT}/"},
        {"redirect_uri": LOGOUT, "response_type": "code"},
        {"redirect_uri": CALLBACK},
        {},
    ],
)
def test_a_wrong_way_out_is_an_error_page(pool: PoolUnderTest, browser: Browser, query: dict[str, str]) -> None:
    """hosted-ui.md 5: logout_uri in LogoutURLs, redirect_uri in CallbackURLs; wrong, the error page."""
    page = browser.go("logout", client_id=pool.client_id, **query)
    assert (page.status_code, page.url.path.endswith("/error")) == (400, True)


def test_a_missing_address_has_an_error_page(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 3: client_id and redirect_uri are required; without them nobody is redirected."""
    for missing in ("client_id", "redirect_uri"):
        page = browser.go("oauth2/authorize", **asking(pool, **{missing: ""}).query)
        assert (page.status_code, page.url.path.endswith("/error")) == (400, True)


def test_a_session_belongs_to_one_domain(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 1 and 7: cookies cover a domain; here, where all are one host, each has its path."""
    enter(browser, asking(pool))
    found = [cookie for cookie in browser.http.cookies.jar if cookie.name == "cognito"]
    assert [cookie.path for cookie in found] == [f"/_hosted/{domain_of(pool)}"]


def test_revoking_is_200_twice_and_for_refresh_tokens_alone(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 6: 200 even if revoked; unsupported_token_type, invalid_request 400; invalid_client 401."""
    tokens, url = tokens_of(browser, asking(pool)), f"{browser.base}/oauth2/revoke"
    named = {"client_id": pool.client_id}
    for _ in range(2):
        assert browser.http.post(url, data={"token": tokens["refresh_token"], **named}).status_code == 200
    other = browser.http.post(url, data={"token": tokens["access_token"], **named})
    assert (other.status_code, other.json()) == (400, {"error": "unsupported_token_type"})
    assert browser.http.post(url, data=named).json()["error"] == "invalid_request"
    unknown = browser.http.post(url, data={"token": "x", "client_id": "unknown"})
    assert (unknown.status_code, unknown.json()) == (401, {"error": "invalid_client"})
    off = pool.add_client(EnableTokenRevocation=False)["ClientId"]
    assert browser.http.post(url, data={"token": "a.b.c.d.e", "client_id": off}).status_code == 400


def test_user_info_speaks_in_strings_and_has_one_text_for_the_dead(pool: PoolUnderTest, browser: Browser) -> None:
    """tokens.md 6 and 8: openid; *_verified strings; 400 invalid_request, 401 invalid_token with one text."""
    tokens, url = tokens_of(browser, asking(pool, scope="openid email")), f"{browser.base}/oauth2/userInfo"
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert browser.http.get(url, headers=bearer).json()["email_verified"] == "true"
    assert browser.http.get(url).status_code == 400
    pool.idp.admin_user_global_sign_out(UserPoolId=pool.pool_id, Username="ada")
    dead = browser.http.get(url, headers=bearer)
    forged = browser.http.get(url, headers={"Authorization": "Bearer x.y.z"})
    assert (dead.status_code, forged.status_code) == (401, 401)
    assert dead.headers["www-authenticate"] == forged.headers["www-authenticate"]
    assert 'error="invalid_token"' in dead.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("https://app.moonletter.example/cb", True),
        ("http://localhost:1/cb", True),
        ("http://127.0.0.1/cb", True),
        ("http://[::1]:8400/cb", True),
        ("myapp://cb", True),
        ("http://app.moonletter.example/cb", False),
        ("https://app.moonletter.example/cb#part", False),
        ("/cb", False),
        ("https://x.example/" + "a" * 1010, False),
    ],
)
@pytest.mark.parametrize("member", ["CallbackURLs", "LogoutURLs"])
def test_an_address_is_absolute_safe_and_short(pool: PoolUnderTest, member: str, url: str, *, is_good: bool) -> None:
    """hosted-ui.md 3: https except on this machine or a scheme of one's own; no fragment; at most 1,024."""
    settings = {**OAUTH, member: [*OAUTH[member], url]}
    if is_good:
        assert url in pool.add_client(**settings)[member]
    else:
        with refused("InvalidParameterException"):
            pool.add_client(**settings)


def test_a_nonce_is_copied(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 3: nonce copied to the ID token."""
    token = tokens_of(browser, asking(pool, nonce="n-7"))["id_token"]
    assert jwt.decode(token, options={"verify_signature": False})["nonce"] == "n-7"
