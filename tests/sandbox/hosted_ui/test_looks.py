"""Style sheets, logos and branding on the pages: facts of hosted-ui.md sections 1, 8 and 9."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn
from tests.sandbox.pools import PoolUnderTest, make_pool
from tests.sandbox_fixture import RunningSandbox

OAUTH: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": [CALLBACK],
}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
CSS = ".submitButton-customizable { background-color: #abcdef; }"
MakePool = Callable[[int], PoolUnderTest]


@pytest.fixture
def make(sandbox: RunningSandbox) -> Iterator[MakePool]:
    made: list[PoolUnderTest] = []

    def build(version: int) -> PoolUnderTest:
        pool = make_pool(sandbox, client=OAUTH)
        pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="looks", ManagedLoginVersion=version)
        made.append(pool)
        return pool

    yield build
    for pool in made:
        pool.idp.delete_user_pool_domain(UserPoolId=pool.pool_id, Domain="looks")


@pytest.fixture
def browser(sandbox: RunningSandbox) -> Iterator[Browser]:
    with Browser(sandbox, "looks") as opened:
        yield opened


def login(pool: PoolUnderTest, browser: Browser, *, client_id: str = "", path: str = "login") -> httpx.Response:
    return browser.go(path, **SignIn(client_id=client_id or pool.client_id, scope="openid").query)


def style_of(browser: Browser, pool: PoolUnderTest, *, client_id: str = "") -> str:
    style = browser.http.get(f"{browser.base}/style.css", params={"client_id": client_id or pool.client_id})
    assert style.headers["content-type"].startswith("text/css")
    return style.text


def test_a_style_sheet_for_all_clients_is_loaded_after_our_own(make: MakePool, browser: Browser) -> None:
    pool = make(1)
    assert "style.css" not in login(pool, browser).text
    pool.idp.set_ui_customization(UserPoolId=pool.pool_id, CSS=CSS)
    page = login(pool, browser).text
    assert page.index("hosted_ui.css") < page.index("style.css?client_id=")
    assert style_of(browser, pool) == CSS
    assert 'class="submitButton-customizable"' in page


def test_a_client_s_own_style_sheet_goes_before_the_pool_s(make: MakePool, browser: Browser) -> None:
    pool = make(1)
    other = pool.add_client(**OAUTH)["ClientId"]
    pool.idp.set_ui_customization(UserPoolId=pool.pool_id, CSS=CSS)
    pool.idp.set_ui_customization(UserPoolId=pool.pool_id, ClientId=other, CSS=CSS.replace("abcdef", "123456"))
    assert "#abcdef" in style_of(browser, pool)
    assert "#123456" in style_of(browser, pool, client_id=other)


def test_a_logo_takes_the_place_of_the_name(make: MakePool, browser: Browser) -> None:
    pool = make(1)
    pool.idp.set_ui_customization(UserPoolId=pool.pool_id, ImageFile=PNG)
    page = login(pool, browser)
    assert 'class="logo logo-customizable"' in page.text
    assert "img-src 'self'" in page.headers["content-security-policy"]
    image = browser.http.get(f"{browser.base}/image", params={"client_id": pool.client_id, "category": "LOGO"})
    assert (image.content, image.headers["content-type"]) == (PNG, "image/png")


def test_managed_login_shows_no_pages_without_a_branding_style(make: MakePool, browser: Browser) -> None:
    pool = make(2)
    refused = login(pool, browser)
    assert (refused.status_code, "Login pages unavailable" in refused.text) == (400, True)
    pool.idp.create_managed_login_branding(
        UserPoolId=pool.pool_id, ClientId=pool.client_id, UseCognitoProvidedValues=True
    )
    assert 'id="password"' in login(pool, browser).text


def test_the_basic_settings_of_a_branding_style_are_applied(make: MakePool, browser: Browser) -> None:
    pool = make(2)
    settings = {
        "categories": {"global": {"colorSchemeMode": "DARK"}},
        "components": {
            "primaryButton": {"darkMode": {"defaults": {"backgroundColor": "c0ffeeff", "textColor": "nonsense;}"}}},
            "form": {"borderRadius": 3.0, "logo": {"enabled": True}},
        },
    }
    logo = {"Category": "FORM_LOGO", "ColorMode": "DARK", "Extension": "SVG", "Bytes": SVG}
    pool.idp.create_managed_login_branding(
        UserPoolId=pool.pool_id, ClientId=pool.client_id, Settings=settings, Assets=[logo]
    )
    page = login(pool, browser).text
    assert 'data-scheme="dark"' in page
    assert "category=FORM_LOGO" in page
    css = style_of(browser, pool)
    assert "--accent: #c0ffeeff;" in css
    assert ".card { border-radius: 3px }" in css
    assert "nonsense" not in css
    image = browser.http.get(f"{browser.base}/image", params={"client_id": pool.client_id, "category": "FORM_LOGO"})
    assert image.content == SVG
    assert image.headers["content-security-policy"].startswith("default-src 'none'")


def test_terms_and_privacy_are_shown_together_or_not_at_all(make: MakePool, browser: Browser) -> None:
    pool = make(2)
    pool.idp.create_managed_login_branding(
        UserPoolId=pool.pool_id, ClientId=pool.client_id, UseCognitoProvidedValues=True
    )
    for name, is_shown in (("terms-of-use", False), ("privacy-policy", True)):
        pool.idp.create_terms(
            UserPoolId=pool.pool_id,
            ClientId=pool.client_id,
            TermsName=name,
            TermsSource="LINK",
            Enforcement="NONE",
            Links={
                "cognito:default": f"https://moon.example/{name}",
                "cognito:german": f"https://moon.example/de/{name}",
            },
        )
        page = login(pool, browser, path="signup").text
        assert ("https://moon.example/terms-of-use" in page) is is_shown
    query = SignIn(client_id=pool.client_id, scope="openid", lang="de").query
    assert "https://moon.example/de/privacy-policy" in browser.go("signup", **query).text
