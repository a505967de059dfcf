"""Signing out, in both forms."""

import pytest

from tests.sandbox.hosted_ui.browser import CALLBACK, WEB, Browser, SignIn
from tests.sandbox_fixture import RunningSandbox

LOGOUT = "http://localhost:8400/logout"


def test_signing_out_leads_to_the_logout_uri_and_ends_the_session(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        attempt = SignIn()
        tokens = attempt.exchange(browser, attempt.code(browser)).json()
        left = browser.go("logout", client_id=WEB, logout_uri=LOGOUT, redirect_uri=CALLBACK, response_type="code")
        assert left.headers["location"] == LOGOUT
        assert browser.go("oauth2/authorize", **SignIn().query).status_code == 200
        form = {"grant_type": "refresh_token", "client_id": WEB, "refresh_token": tokens["refresh_token"]}
        assert browser.token(**form).status_code == 200


def test_signing_out_to_sign_in_again_keeps_the_request(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        attempt = SignIn()
        attempt.code(browser)
        page = browser.go("logout", **attempt.query)
        assert page.url.path == "/_hosted/moonletter/login"
        assert page.url.params["state"] == attempt.query["state"]
        assert "Sign in" in page.text


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"client_id": WEB, "logout_uri": f"{LOGOUT}/"}, "logout_mismatch"),
        ({"client_id": WEB, "redirect_uri": LOGOUT, "response_type": "code"}, "redirect_mismatch"),
        ({"client_id": WEB}, "redirect_uri_missing"),
        ({"client_id": "unknown", "logout_uri": LOGOUT}, "client_unknown"),
        ({"logout_uri": LOGOUT}, "client_missing"),
    ],
)
def test_a_wrong_way_out_is_an_error_page(demo_sandbox: RunningSandbox, query: dict[str, str], code: str) -> None:
    with Browser(demo_sandbox) as browser:
        page = browser.go("logout", **query)
    assert page.status_code == 400
    assert code in page.text
