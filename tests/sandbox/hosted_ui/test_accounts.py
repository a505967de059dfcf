"""Accounts of one's own: registering, recovering, replacing a temporary password."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.hosted_ui.browser import PASSWORD, POOL, Browser, SignIn, alert_of, answer_of
from tests.sandbox_fixture import RunningSandbox

NEW_PASSWORD = "Full-moon-2027"


@pytest.fixture
def browser(demo_sandbox: RunningSandbox) -> Iterator[Browser]:
    with Browser(demo_sandbox) as opened:
        yield opened


@pytest.fixture
def idp(demo_sandbox: RunningSandbox) -> Any:
    return demo_sandbox.client("cognito-idp")


def newest_code(sandbox: RunningSandbox, username: str) -> str:
    message = next(each for each in sandbox.messages() if each["username"] == username)
    found = re.search(r"\b\d{6}\b", message["body"])
    assert found is not None
    return found[0]


def test_somebody_registers_confirms_and_signs_in(demo_sandbox: RunningSandbox, browser: Browser, idp: Any) -> None:
    attempt = SignIn()
    page = browser.go("signup", **attempt.query)
    typed = {"username": "selene", "email": "selene@mail.example", "password": PASSWORD, "password_again": PASSWORD}
    differing = browser.submit(page, **typed | {"password_again": "x"})
    assert alert_of(differing) == "The two passwords differ."
    weak = browser.submit(page, **typed | {"password": "short", "password_again": "short"})
    assert alert_of(weak) == "Password did not conform with policy: Password not long enough."
    assert 'value="selene@mail.example"' in weak.text
    confirm = browser.submit(weak, **typed)
    assert confirm.url.path == "/_hosted/moonletter/confirm"
    wrong = browser.submit(confirm, code="000000")
    assert alert_of(wrong) == "Invalid verification code provided, please try again."
    resent = browser.submit(wrong, action="resendcode")
    assert "A new code is on its way" in resent.text
    login = browser.submit(resent, code=newest_code(demo_sandbox, "selene"))
    assert "Your account is confirmed" in login.text
    answer = answer_of(browser.submit(login, password=PASSWORD))
    assert answer["state"] == attempt.query["state"]
    idp.admin_delete_user(UserPoolId=POOL, Username="selene")


def test_a_taken_name_is_told_so(browser: Browser) -> None:
    page = browser.go("signup", **SignIn().query)
    typed = {"username": "ada", "email": "x@mail.example", "password": PASSWORD, "password_again": PASSWORD}
    assert alert_of(browser.submit(page, **typed)) == "User already exists."


def test_an_unconfirmed_user_is_led_to_the_code(browser: Browser) -> None:
    page = browser.submit(browser.go("login", **SignIn().query), username="edsger", password=PASSWORD)
    assert page.url.path == "/_hosted/moonletter/confirm"
    assert 'value="edsger"' in page.text


def test_a_forgotten_password_is_replaced_by_code(demo_sandbox: RunningSandbox, browser: Browser, idp: Any) -> None:
    attributes = [{"Name": "email", "Value": "forgetful@mail.example"}, {"Name": "email_verified", "Value": "true"}]
    idp.admin_create_user(UserPoolId=POOL, Username="forgetful", UserAttributes=attributes, MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=POOL, Username="forgetful", Password=PASSWORD, Permanent=True)
    forgot = browser.go("forgotPassword", **SignIn().query)
    reset = browser.submit(forgot, username="forgetful@mail.example")
    assert reset.url.path == "/_hosted/moonletter/confirmforgotPassword"
    typed = {"password": NEW_PASSWORD, "password_again": NEW_PASSWORD}
    wrong = browser.submit(reset, code="000000", **typed)
    assert alert_of(wrong) == "Invalid verification code provided, please try again."
    login = browser.submit(wrong, code=newest_code(demo_sandbox, "forgetful"), **typed)
    assert "Your password has been changed" in login.text
    assert "code" in answer_of(browser.submit(login, password=NEW_PASSWORD))
    idp.admin_delete_user(UserPoolId=POOL, Username="forgetful")


def test_a_user_who_must_reset_is_led_to_the_reset(browser: Browser) -> None:
    page = browser.submit(browser.go("login", **SignIn().query), username="barbara", password=PASSWORD)
    assert page.url.path == "/_hosted/moonletter/forgotPassword"
    assert "has to be reset" in page.text


def test_an_unknown_name_gets_no_different_answer_from_recovery(browser: Browser) -> None:
    page = browser.submit(browser.go("forgotPassword", **SignIn().query), username="nobody-at-all")
    assert page.url.path == "/_hosted/moonletter/confirmforgotPassword"


def test_a_temporary_password_opens_nothing_but_the_choice_of_another(browser: Browser, idp: Any) -> None:
    attributes = [{"Name": "email", "Value": "invited@mail.example"}, {"Name": "email_verified", "Value": "true"}]
    idp.admin_create_user(
        UserPoolId=POOL,
        Username="invited",
        UserAttributes=attributes,
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
    )
    attempt = SignIn()
    page = browser.submit(browser.go("login", **attempt.query), username="invited", password=PASSWORD)
    assert "Choose your own password" in page.text
    assert browser.go("oauth2/authorize", **attempt.query).url.path.endswith("/login")
    forged = browser.submit(page, step="AAAA", password=NEW_PASSWORD, password_again=NEW_PASSWORD)
    assert "sign in again" in alert_of(forged)
    weak = browser.submit(page, password="short", password_again="short")
    assert "Password not long enough" in alert_of(weak)
    answer = answer_of(browser.submit(weak, password=NEW_PASSWORD, password_again=NEW_PASSWORD))
    assert answer["state"] == attempt.query["state"]
    assert attempt.exchange(browser, answer["code"]).status_code == 200
    used_up = browser.submit(page, password="Other-moon-2028", password_again="Other-moon-2028")
    assert alert_of(used_up) == "Invalid session for the user, session can only be used once."
    idp.admin_delete_user(UserPoolId=POOL, Username="invited")


def test_disabling_a_user_ends_the_browser_session_for_good(browser: Browser, idp: Any) -> None:
    attributes = [{"Name": "email", "Value": "paused@mail.example"}]
    idp.admin_create_user(UserPoolId=POOL, Username="paused", UserAttributes=attributes, MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=POOL, Username="paused", Password=PASSWORD, Permanent=True)
    attempt = SignIn()
    code = attempt.code(browser, "paused")
    idp.admin_disable_user(UserPoolId=POOL, Username="paused")
    assert attempt.exchange(browser, code).json() == {"error": "invalid_grant"}
    idp.admin_enable_user(UserPoolId=POOL, Username="paused")
    assert browser.go("oauth2/authorize", **SignIn().query).url.path.endswith("/login")
    idp.admin_delete_user(UserPoolId=POOL, Username="paused")


@pytest.mark.parametrize("is_framed", [True, False])
def test_a_form_larger_than_any_of_ours_is_refused(browser: Browser, *, is_framed: bool) -> None:
    body = b"username=" + b"a" * 300_000
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    content = iter([body[:50_000], body[50_000:]]) if is_framed else body
    answer = browser.http.post(f"{browser.base}/login", content=content, headers=form)
    assert (answer.status_code, answer.text) == (413, "The form is too large.")
