"""Choice-based sign-in on managed login: facts of user-pools-config.md section 3 and auth-flows.md section 3."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from tests.sandbox.auth.passkey_device import Authenticator
from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn, alert_of, answer_of
from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool
from tests.sandbox_fixture import RunningSandbox

OAUTH: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": [CALLBACK],
    "ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_AUTH"],
}
POLICY = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]}}


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> Iterator[PoolUnderTest]:
    made = make_pool(sandbox, client=OAUTH, Policies=POLICY)
    made.idp.create_user_pool_domain(UserPoolId=made.pool_id, Domain="choice", ManagedLoginVersion=2)
    made.idp.create_managed_login_branding(
        UserPoolId=made.pool_id, ClientId=made.client_id, UseCognitoProvidedValues=True
    )
    made.add_user("ada", email="ada@mail.example", email_verified="true")
    made.add_user("ken")
    yield made
    made.idp.delete_user_pool_domain(UserPoolId=made.pool_id, Domain="choice")


@pytest.fixture
def browser(pool: PoolUnderTest) -> Iterator[Browser]:
    with Browser(pool.sandbox, "choice") as opened:
        yield opened


def query_of(pool: PoolUnderTest, **changed: str) -> dict[str, str]:
    return SignIn(**{"client_id": pool.client_id, "scope": "openid"} | changed).query


def test_the_name_comes_first_and_then_the_choice(pool: PoolUnderTest, browser: Browser) -> None:
    page = browser.go("login", **query_of(pool))
    assert 'id="password"' not in page.text
    choice = browser.submit(page, username="ada")
    assert set(re.findall(r'name="answer" value="([A-Z_]+)"', choice.text)) == {"PASSWORD", "EMAIL_OTP"}
    typed = browser.submit(choice, answer="PASSWORD")
    wrong = browser.submit(typed, password="Not-hers-2026")
    assert alert_of(wrong) == "Incorrect username or password."
    assert "code" in answer_of(browser.submit(wrong, password=PASSWORD))


def test_a_code_by_mail_is_enough(pool: PoolUnderTest, browser: Browser) -> None:
    choice = browser.submit(browser.go("login", **query_of(pool)), username="ada")
    asked = browser.submit(choice, answer="EMAIL_OTP")
    assert "a***@m***" in asked.text
    assert "code" in answer_of(browser.submit(asked, code=pool.latest_code()))


def test_who_has_a_password_only_is_asked_for_it_at_once(pool: PoolUnderTest, browser: Browser) -> None:
    page = browser.submit(browser.go("login", **query_of(pool)), username="ken")
    assert 'id="password"' in page.text
    assert "code" in answer_of(browser.submit(page, password=PASSWORD))


def test_a_client_without_user_auth_asks_for_name_and_password(pool: PoolUnderTest, browser: Browser) -> None:
    client = pool.add_client(**OAUTH | {"ExplicitAuthFlows": FLOWS})["ClientId"]
    pool.idp.create_managed_login_branding(UserPoolId=pool.pool_id, ClientId=client, UseCognitoProvidedValues=True)
    assert 'id="password"' in browser.go("login", **query_of(pool, client_id=client)).text


def test_a_signed_in_person_adds_a_passkey_and_signs_in_with_it(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md section 2: /passkeys/add."""
    assert browser.go("passkeys/add", **query_of(pool)).url.path.endswith("/login")
    typed = browser.submit(browser.submit(browser.go("login", **query_of(pool)), username="ken"), password=PASSWORD)
    answer_of(typed)
    page = browser.go("passkeys/add", **query_of(pool))
    assert "script-src 'self';" in page.headers["content-security-policy"]
    device = Authenticator(origin=browser.origin)
    done = browser.submit(page, credential=json.dumps(device.create(options_in(page.text))))
    assert "passkey" in done.text.lower()
    assert alert_of(done) == ""
    with Browser(pool.sandbox, "choice") as later:
        choice = later.submit(later.go("login", **query_of(pool)), username="ken")
        asked = later.submit(choice, answer="WEB_AUTHN")
        assert "code" in answer_of(later.submit(asked, credential=json.dumps(device.get(options_in(asked.text)))))


def options_in(text: str) -> dict[str, Any]:
    """The options the page gives its script."""
    found = re.search(r'data-options="([^"]*)"', text)
    assert found is not None
    options: dict[str, Any] = json.loads(unescape(found[1]))
    return options
