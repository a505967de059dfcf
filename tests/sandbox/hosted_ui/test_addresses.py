"""Addresses of applications, as far as they could do harm: in redirects, in headers and in forms."""

import pytest

from cognito_explorer.sandbox.hosted_ui.rendering import origin
from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn, alert_of
from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "SupportedIdentityProviders": ["COGNITO"],
}


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox, client={**OAUTH, "CallbackURLs": [CALLBACK]})
    made.idp.create_user_pool_domain(UserPoolId=made.pool_id, Domain="addresses")
    made.add_user("ada")
    return made


@pytest.mark.parametrize(
    "url",
    [
        "http://[",
        "http://localhost:99999/",
        "http://elsewhere.example\\@localhost/",
        "javascript:alert(1)",
        "data:text/html,hello",
        "file:///etc/passwd",
        "https:///callback",
    ],
)
def test_an_address_that_a_browser_would_run_or_misread_is_refused(pool: PoolUnderTest, url: str) -> None:
    for member in ("CallbackURLs", "LogoutURLs"):
        with refused("InvalidParameterException"):
            pool.add_client(**OAUTH | {"CallbackURLs": [CALLBACK], member: [url]})


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://app.example/cb?a=b", "https://app.example"),
        ("https://user@App.example:8443/cb", "https://app.example:8443"),
        ("http://[::1]:8400/cb", "http://[::1]:8400"),
        ("https://münchen.example/cb", "https://xn--mnchen-3ya.example"),
        ("moonletter://back", "moonletter:"),
        ("https://a;script-src/cb", ""),
        ("https://a b/cb", ""),
        ("http://[", ""),
        ("https://a..b/", ""),
        ("", ""),
    ],
)
def test_what_a_header_says_of_an_address_is_plain(url: str, shown: str) -> None:
    assert origin(url) == shown


def test_a_host_of_any_language_has_pages(pool: PoolUnderTest) -> None:
    url = "https://mün月.example/cb"
    client_id = pool.add_client(**OAUTH, CallbackURLs=[url])["ClientId"]
    with Browser(pool.sandbox, "addresses") as browser:
        query = SignIn(client_id=client_id, redirect_uri=url, scope="openid").query
        page = browser.go("oauth2/authorize", **query)
        assert page.status_code == 200
        assert page.headers["content-security-policy"].isascii()
        assert browser.submit(page, username="ada", password=PASSWORD).is_redirect


def test_a_form_of_another_program_on_this_machine_is_not_ours(pool: PoolUnderTest) -> None:
    """Cookies know no ports: whoever serves another one can plant ours, together with a token it was given for it."""
    with Browser(pool.sandbox, "addresses") as browser:
        page = browser.go("oauth2/authorize", **SignIn(client_id=pool.client_id, scope="openid").query)
        browser.origin = "http://localhost:3000"
        answer = browser.submit(page, username="ada", password=PASSWORD)
        assert alert_of(answer).startswith("This page was open for too long or came from elsewhere")
        browser.origin = "null"
        assert browser.submit(page, username="ada", password=PASSWORD).status_code in (200, 403)
        browser.origin = pool.sandbox.browser_origin
        assert browser.submit(page, username="ada", password=PASSWORD).is_redirect
