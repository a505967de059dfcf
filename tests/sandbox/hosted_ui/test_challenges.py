"""Second factors on the pages: facts of auth-flows.md section 3 and user-pools-config.md section 4."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.sandbox.auth.second_factors import MAIL, PHONE, make_mfa_pool
from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn, alert_of, answer_of
from tests.sandbox.one_time_codes import totp
from tests.sandbox.pools import PASSWORD, PoolUnderTest
from tests.sandbox_fixture import RunningSandbox

OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": [CALLBACK],
}
MakePool = Callable[..., PoolUnderTest]


@pytest.fixture
def make(sandbox: RunningSandbox) -> Iterator[MakePool]:
    made: list[PoolUnderTest] = []

    def build(mode: str, *factors: str, client: dict[str, Any] | None = None, **settings: Any) -> PoolUnderTest:
        pool = make_mfa_pool(sandbox, mode, *factors, client=OAUTH | (client or {}), **settings)
        pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="factors")
        made.append(pool)
        return pool

    yield build
    for pool in made:
        pool.idp.delete_user_pool_domain(UserPoolId=pool.pool_id, Domain="factors")


@pytest.fixture
def browser(sandbox: RunningSandbox) -> Iterator[Browser]:
    with Browser(sandbox, "factors") as opened:
        yield opened


def with_password(browser: Browser, pool: PoolUnderTest, username: str = "ada") -> httpx.Response:
    page = browser.go("login", **SignIn(client_id=pool.client_id, scope="openid").query)
    return browser.submit(page, username=username, password=PASSWORD)


def prefer(pool: PoolUnderTest, **settings: dict[str, bool]) -> None:
    pool.idp.admin_set_user_mfa_preference(UserPoolId=pool.pool_id, Username="ada", **settings)


ON = {"Enabled": True, "PreferredMfa": False}


@pytest.mark.parametrize(
    ("setting", "destination"), [("SMSMfaSettings", "+********0100"), ("EmailMfaSettings", "a***@m***")]
)
def test_a_code_is_asked_for_where_it_was_sent(
    make: MakePool, browser: Browser, setting: str, destination: str
) -> None:
    pool = make("OPTIONAL", "SMS", "EMAIL")
    pool.add_user("ada", email=MAIL, phone_number=PHONE)
    prefer(pool, **{setting: ON})
    page = with_password(browser, pool)
    assert destination in page.text
    wrong = browser.submit(page, code="nothing")
    assert alert_of(wrong) == "Invalid code or auth state for the user."
    assert "code" in answer_of(browser.submit(wrong, code=pool.latest_code()))


def test_no_session_is_there_before_the_second_factor(make: MakePool, browser: Browser) -> None:
    pool = make("OPTIONAL", "SMS")
    pool.add_user("ada", phone_number=PHONE)
    prefer(pool, SMSMfaSettings=ON)
    with_password(browser, pool)
    again = browser.go("oauth2/authorize", **SignIn(client_id=pool.client_id, scope="openid").query)
    assert again.url.path.endswith("/login")


def test_a_code_is_good_for_three_minutes(make: MakePool, browser: Browser) -> None:
    """Managed login always gives three minutes, whatever AuthSessionValidity says."""
    pool = make("OPTIONAL", "SMS", client={"AuthSessionValidity": 15})
    pool.add_user("ada", phone_number=PHONE)
    prefer(pool, SMSMfaSettings=ON)
    page = with_password(browser, pool)
    code = pool.latest_code()
    pool.sandbox.advance(181)
    late = browser.submit(page, code=code)
    assert late.url.path.endswith("/challenge")
    assert alert_of(late) == "Invalid session for the user, session is expired."
    assert 'id="password"' in late.text


def test_somebody_with_two_factors_chooses(make: MakePool, browser: Browser) -> None:
    pool = make("OPTIONAL", "SMS", "EMAIL")
    pool.add_user("ada", email=MAIL, phone_number=PHONE)
    prefer(pool, SMSMfaSettings=ON, EmailMfaSettings=ON)
    page = with_password(browser, pool)
    assert re.findall(r'name="answer" value="([A-Z_]+)"', page.text) == ["SMS_MFA", "EMAIL_OTP"]
    asked = browser.submit(page, answer="EMAIL_OTP")
    assert "a***@m***" in asked.text
    assert "code" in answer_of(browser.submit(asked, code=pool.latest_code()))


def test_an_authenticator_app_is_set_up_by_its_secret_on_the_way_in(make: MakePool, browser: Browser) -> None:
    pool = make("ON", "TOTP")
    pool.add_user("ada", email=MAIL)
    page = with_password(browser, pool)
    setup = browser.submit(page, answer="SOFTWARE_TOKEN_MFA") if 'value="SOFTWARE_TOKEN_MFA"' in page.text else page
    found = re.search(r'id="secret"[^>]*>([A-Z2-7 ]+)<', setup.text)
    assert found is not None
    secret = found[1].replace(" ", "")
    assert f"secret={secret}" in setup.text
    wrong = browser.submit(setup, code="000")
    assert alert_of(wrong).startswith("Code mismatch")
    code = totp(secret)
    assert "code" in answer_of(browser.submit(wrong, code=f"{code[:3]} {code[3:]}"))
    with Browser(pool.sandbox, "factors") as later:
        asked = with_password(later, pool)
        assert "authenticator app" in asked.text
        used = later.submit(asked, code=code)
        assert alert_of(used) == "Your software token has already been used once."
        assert "code" in answer_of(later.submit(used, code=totp(secret, later_s=30)))


def test_who_signed_up_sets_up_an_app_at_the_pages_at_once(make: MakePool, browser: Browser) -> None:
    pool = make("ON", "TOTP")
    pool.public.sign_up(ClientId=pool.client_id, Username="joiner", Password=PASSWORD)
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="joiner")
    page = with_password(browser, pool, "joiner")
    assert 'id="secret"' in page.text or 'value="SOFTWARE_TOKEN_MFA"' in page.text
    assert "AuthenticationResult" in pool.sign_in("joiner")


def test_an_address_is_set_up_by_a_code_to_it(make: MakePool, browser: Browser) -> None:
    pool = make("ON", "EMAIL", "TOTP")
    pool.add_user("ada")
    page = with_password(browser, pool)
    where = browser.submit(page, answer="EMAIL_OTP")
    asked = browser.submit(where, address=MAIL)
    assert "a***@m***" in asked.text
    assert "code" in answer_of(browser.submit(asked, code=pool.latest_code()))


def test_a_new_password_comes_before_the_second_factor(make: MakePool, browser: Browser) -> None:
    pool = make("ON", "SMS")
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username="alan",
        TemporaryPassword=PASSWORD,
        UserAttributes=[{"Name": "phone_number", "Value": PHONE}],
        MessageAction="SUPPRESS",
    )
    page = with_password(browser, pool, "alan")
    typed = {"password": "Full-moon-2027", "password_again": "Full-moon-2027"}
    asked = browser.submit(page, **typed)
    assert "+********0100" in asked.text
    assert "code" in answer_of(browser.submit(asked, code=pool.latest_code()))


def test_a_client_with_a_secret_needs_no_secret_from_the_browser(make: MakePool, browser: Browser) -> None:
    pool = make("OPTIONAL", "SMS")
    pool.add_user("ada", phone_number=PHONE)
    prefer(pool, SMSMfaSettings=ON)
    client = pool.add_client(**OAUTH, GenerateSecret=True)
    page = browser.go("login", **SignIn(client_id=client["ClientId"], scope="openid").query)
    asked = browser.submit(page, username="ada", password=PASSWORD)
    assert "code" in answer_of(browser.submit(asked, code=pool.latest_code()))
