"""Signing in through the pages, from the authorization request to the tokens."""

import json
from typing import Any

import jwt
import pytest

from tests.sandbox.hosted_ui.browser import CALLBACK, PASSWORD, POOL, WEB, Browser, SignIn, alert_of, answer_of
from tests.sandbox_fixture import RunningSandbox, direct


def claims_of(sandbox: RunningSandbox, token: str, **checked: Any) -> dict[str, Any]:
    """The claims, after the signature was checked against the published keys."""
    with direct.open(f"{sandbox.endpoint}/{POOL}/.well-known/jwks.json", timeout=10) as answer:
        keys = json.load(answer)
    kid = jwt.get_unverified_header(token)["kid"]
    key = next(jwt.PyJWK(each) for each in keys["keys"] if each["kid"] == kid)
    claims: dict[str, Any] = jwt.decode(
        token, key, ["RS256"], issuer=f"https://cognito-idp.us-east-1.amazonaws.com/{POOL}", leeway=5, **checked
    )
    return claims


def test_a_reader_signs_in_with_code_and_proof_key(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        attempt = SignIn()
        page = browser.go("oauth2/authorize", **attempt.query)
        assert page.status_code == 200
        assert "moonletter" in page.text
        answer = answer_of(browser.submit(page, username="ada@moonletter.example", password=PASSWORD))
        assert answer.keys() == {"code", "state"}
        assert answer["state"] == attempt.query["state"]
        response = attempt.exchange(browser, answer["code"])
        assert response.status_code == 200
        assert response.headers["cache-control"] == "no-store"
        tokens = response.json()
    assert tokens.keys() == {"id_token", "access_token", "refresh_token", "expires_in", "token_type"}
    identity = claims_of(demo_sandbox, tokens["id_token"], audience=WEB)
    assert identity["nonce"] == attempt.query["nonce"]
    assert identity["cognito:username"] == "ada"
    assert identity["cognito:groups"] == ["paid"]
    assert identity["custom:plan"] == "paid"
    access = claims_of(demo_sandbox, tokens["access_token"])
    assert access["client_id"] == WEB
    assert set(access["scope"].split()) == set(attempt.query["scope"].split())


def test_the_pages_load_nothing_from_elsewhere_and_run_nothing(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        page = browser.go("login", **SignIn().query)
        policy = page.headers["content-security-policy"]
        style = browser.http.get(f"{browser.base}/hosted_ui.css")
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "form-action 'self' http://localhost:8400" in policy
    assert page.headers["cache-control"] == "no-store"
    assert "<script" not in page.text
    assert style.headers["content-type"].startswith("text/css")
    assert "http" not in style.text


def test_a_wrong_password_is_said_next_to_the_form(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        page = browser.go("login", **SignIn().query)
        refused = browser.submit(page, username="grace", password="Not-hers-2026")
        assert refused.status_code == 200
        assert alert_of(refused) == "Incorrect username or password."
        assert 'value="grace"' in refused.text
        assert "Not-hers-2026" not in refused.text
        assert "code" in answer_of(browser.submit(refused, username="grace", password=PASSWORD))


def test_an_unknown_name_is_not_told_from_a_wrong_password(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        refused = browser.submit(browser.go("login", **SignIn().query), username="nobody", password=PASSWORD)
        assert alert_of(refused) == "Incorrect username or password."


def test_a_disabled_user_is_told_so(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        refused = browser.submit(browser.go("login", **SignIn().query), username="ken", password=PASSWORD)
        assert alert_of(refused) == "User is disabled."


def test_an_expired_invitation_is_told_so(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        refused = browser.submit(browser.go("login", **SignIn().query), username="alan", password=PASSWORD)
        assert alert_of(refused) == "Temporary password has expired and must be reset by an administrator."


def test_text_from_outside_is_never_markup(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        page = browser.go("login", **SignIn(login_hint='"><b>hint', state="<i>state").query)
    assert "<b>" not in page.text
    assert "<i>" not in page.text


def test_a_form_without_our_token_is_shown_again(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        page = browser.go("login", **SignIn().query)
        refused = browser.submit(page, username="ada", password=PASSWORD, _csrf="forged")
        assert refused.status_code == 200
        assert "Please try again" in alert_of(refused)


def test_a_browser_that_is_signed_in_is_not_asked_again(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        SignIn().code(browser)
        second = SignIn()
        answer = answer_of(browser.go("oauth2/authorize", **second.query))
        assert answer["state"] == second.query["state"]
        assert second.exchange(browser, answer["code"]).status_code == 200


def test_the_session_cookie_lasts_an_hour_and_belongs_to_the_domain(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        page = browser.go("login", **SignIn().query)
        cookies = browser.submit(page, username="ada", password=PASSWORD).headers.get_list("set-cookie")
    (cookie,) = [each for each in cookies if each.startswith("cognito=")]
    assert "Max-Age=3600" in cookie
    assert "HttpOnly" in cookie
    assert "Path=/_hosted/moonletter" in cookie


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "id_token"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unauthorized_client"),
        ({"identity_provider": "Google"}, "unauthorized_client"),
        ({"scope": "openid phone"}, "invalid_scope"),
    ],
)
def test_a_bad_request_is_told_to_the_application(
    demo_sandbox: RunningSandbox, changed: dict[str, str], error: str
) -> None:
    with Browser(demo_sandbox) as browser:
        attempt = SignIn(**changed)
        response = browser.go("oauth2/authorize", **attempt.query)
        location = response.headers["location"]
    assert location.startswith(CALLBACK)
    assert f"error={error}" in location
    assert f"state={attempt.query['state']}" in location


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"redirect_uri": f"{CALLBACK}/"}, "redirect_mismatch"),
        ({"redirect_uri": "http://localhost:8401/callback"}, "redirect_mismatch"),
        ({"redirect_uri": "https://evil.example/callback"}, "redirect_mismatch"),
        ({"redirect_uri": ""}, "redirect_uri_missing"),
        ({"client_id": "unknown"}, "client_unknown"),
        ({"client_id": ""}, "client_missing"),
    ],
)
def test_a_wrong_address_is_shown_here_and_never_redirected_to(
    demo_sandbox: RunningSandbox, changed: dict[str, str], code: str
) -> None:
    with Browser(demo_sandbox) as browser:
        for path in ("oauth2/authorize", "login"):
            page = browser.go(path, **SignIn(**changed).query)
            assert page.status_code == 400
            assert page.url.path == "/_hosted/moonletter/error"
            assert code in page.text
            assert "evil.example" not in page.text


def test_a_domain_nobody_has_is_not_found(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox, "no-such-domain") as browser:
        assert browser.go("login").status_code == 404
