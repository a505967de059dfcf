"""The endpoints an application calls itself."""

import base64
from typing import Any

import jwt
import pytest

from tests.sandbox.hosted_ui.browser import (
    CALLBACK,
    MACHINE,
    POOL,
    SERVER,
    WEB,
    Browser,
    SignIn,
    sign_in,
)
from tests.sandbox_fixture import RunningSandbox

READ = "https://api.moonletter.example/articles.read"


def unverified(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def secret_of(sandbox: RunningSandbox, client_id: str) -> str:
    found = sandbox.client("cognito-idp").describe_user_pool_client(UserPoolId=POOL, ClientId=client_id)
    return str(found["UserPoolClient"]["ClientSecret"])


def test_a_code_works_once(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        attempt = SignIn()
        code = attempt.code(browser)
        assert attempt.exchange(browser, code).status_code == 200
        again = attempt.exchange(browser, code)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "x" * 43},
        {"code_verifier": ""},
        {"redirect_uri": "http://localhost:8400/other"},
        {"client_id": SERVER},
    ],
)
def test_a_code_is_bound_to_proof_key_redirect_and_client(
    demo_sandbox: RunningSandbox, changed: dict[str, str]
) -> None:
    if changed.get("client_id"):
        changed = changed | {"client_secret": secret_of(demo_sandbox, SERVER)}
    with Browser(demo_sandbox) as browser:
        attempt = SignIn()
        refused = attempt.exchange(browser, attempt.code(browser), **changed)
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_grant"})


def test_a_verifier_for_a_code_without_challenge_is_refused(demo_sandbox: RunningSandbox) -> None:
    with Browser(demo_sandbox) as browser:
        attempt = SignIn(code_challenge="", code_challenge_method="")
        assert attempt.exchange(browser, attempt.code(browser)).json() == {"error": "invalid_grant"}
        second = SignIn(code_challenge="", code_challenge_method="")
        assert "access_token" in second.exchange(browser, second.code(browser), code_verifier="").json()


def test_without_openid_there_is_no_id_token(demo_sandbox: RunningSandbox) -> None:
    assert "id_token" not in sign_in(demo_sandbox, "ada", scope="aws.cognito.signin.user.admin")


def test_a_refresh_token_brings_new_tokens_until_it_is_revoked(demo_sandbox: RunningSandbox) -> None:
    tokens = sign_in(demo_sandbox, "linus")
    form = {"grant_type": "refresh_token", "client_id": WEB, "refresh_token": tokens["refresh_token"]}
    with Browser(demo_sandbox) as browser:
        renewed = browser.token(**form).json()
        assert renewed.keys() == {"id_token", "access_token", "expires_in", "token_type"}
        first, second = unverified(tokens["id_token"]), unverified(renewed["id_token"])
        assert (first["auth_time"], first["origin_jti"]) == (second["auth_time"], second["origin_jti"])
        url = f"{browser.base}/oauth2/revoke"
        for _ in range(2):
            assert browser.http.post(url, data={"token": form["refresh_token"], "client_id": WEB}).status_code == 200
        assert browser.token(**form).json() == {"error": "invalid_grant"}
        wrong_kind = browser.http.post(url, data={"token": tokens["access_token"], "client_id": WEB})
        assert (wrong_kind.status_code, wrong_kind.json()) == (400, {"error": "unsupported_token_type"})
        unknown = browser.http.post(url, data={"token": "x", "client_id": "unknown"})
        assert (unknown.status_code, unknown.json()) == (401, {"error": "invalid_client"})


def test_a_client_with_a_secret_proves_itself_by_basic_or_body(demo_sandbox: RunningSandbox) -> None:
    secret = secret_of(demo_sandbox, SERVER)
    basic = base64.b64encode(f"{SERVER}:{secret}".encode()).decode()
    with Browser(demo_sandbox) as browser:
        attempt = SignIn(client_id=SERVER)
        form = {
            "grant_type": "authorization_code",
            "redirect_uri": CALLBACK,
            "code": attempt.code(browser),
            "code_verifier": attempt.verifier,
        }
        answer = browser.http.post(
            f"{browser.base}/oauth2/token", data=form, headers={"Authorization": f"Basic {basic}"}
        )
        assert answer.status_code == 200
        second = SignIn(client_id=SERVER)
        assert second.exchange(browser, second.code(browser), client_secret=secret).status_code == 200
        third = SignIn(client_id=SERVER)
        refused = third.exchange(browser, third.code(browser), client_secret="wrong")
        assert (refused.status_code, refused.json()) == (400, {"error": "invalid_client"})
        assert third.exchange(browser, "code").json() == {"error": "invalid_client"}


def test_a_machine_gets_an_access_token_for_its_scopes(demo_sandbox: RunningSandbox) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": MACHINE,
        "client_secret": secret_of(demo_sandbox, MACHINE),
    }
    with Browser(demo_sandbox) as browser:
        tokens = browser.token(**form, scope=READ).json()
        assert tokens.keys() == {"access_token", "expires_in", "token_type"}
        claims = unverified(tokens["access_token"])
        assert (claims["sub"], claims["scope"], "username" in claims) == (MACHINE, READ, False)
        everything = unverified(browser.token(**form).json()["access_token"])["scope"].split()
        assert set(everything) == {READ, READ.replace("read", "write")}
        assert browser.token(**form, scope="openid").json() == {"error": "invalid_scope"}
        assert browser.token(**form | {"grant_type": "authorization_code"}).json() == {"error": "unauthorized_client"}


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"client_id": WEB}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "authorization_code", "client_id": WEB}, "invalid_request"),
        ({"grant_type": "password", "client_id": WEB}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "client_id": WEB}, "unauthorized_client"),
        ({"grant_type": "refresh_token", "client_id": WEB, "refresh_token": "a.b.c.d.e"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "client_id": "unknown", "refresh_token": "a.b.c.d.e"}, "invalid_client"),
        ({"grant_type": "refresh_token", "client_id": WEB, "client_secret": "x"}, "invalid_client"),
    ],
)
def test_the_token_endpoint_says_what_is_wrong(demo_sandbox: RunningSandbox, form: dict[str, str], error: str) -> None:
    with Browser(demo_sandbox) as browser:
        refused = browser.token(**form)
    assert refused.status_code == 400
    assert refused.json()["error"] == error


def test_user_info_shows_attributes_as_strings(demo_sandbox: RunningSandbox) -> None:
    tokens = sign_in(demo_sandbox, "ada", scope="openid email")
    with Browser(demo_sandbox) as browser:
        url = f"{browser.base}/oauth2/userInfo"
        shown = browser.http.get(url, headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()
        assert shown == {
            "sub": unverified(tokens["access_token"])["sub"],
            "email": "ada@moonletter.example",
            "email_verified": "true",
            "username": "ada",
        }
        missing = browser.http.get(url)
        assert (missing.status_code, missing.json()["error"]) == (400, "invalid_request")
        wrong = browser.http.get(url, headers={"Authorization": f"Bearer {tokens['id_token']}"})
        assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_token")
        assert 'error="invalid_token"' in wrong.headers["www-authenticate"]


def test_user_info_needs_the_openid_scope(demo_sandbox: RunningSandbox) -> None:
    tokens = sign_in(demo_sandbox, "ada", scope="aws.cognito.signin.user.admin")
    with Browser(demo_sandbox) as browser:
        refused = browser.http.get(
            f"{browser.base}/oauth2/userInfo", headers={"Authorization": f"Bearer {tokens['access_token']}"}
        )
    assert refused.status_code == 401
