"""The authorize endpoint, parameter by parameter: facts of hosted-ui.md sections 3, 4 and 7."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import jwt
import pytest

from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn, answer_of, with_query
from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool
from tests.sandbox_fixture import RunningSandbox

SCOPES = ["openid", "email", "phone", "aws.cognito.signin.user.admin"]
OAUTH: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code", "implicit"],
    "AllowedOAuthScopes": SCOPES,
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": [CALLBACK, f"{CALLBACK}?from=here", "moonletter://back"],
    "LogoutURLs": [CALLBACK],
}


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> Iterator[PoolUnderTest]:
    made = make_pool(sandbox, client=OAUTH)
    made.idp.create_user_pool_domain(UserPoolId=made.pool_id, Domain="classic")
    made.add_user("ada", email="ada@mail.example", email_verified="true", phone_number="+441632960100")
    yield made
    made.idp.delete_user_pool_domain(UserPoolId=made.pool_id, Domain="classic")


@pytest.fixture
def browser(pool: PoolUnderTest) -> Iterator[Browser]:
    with Browser(pool.sandbox, "classic") as opened:
        yield opened


def asking(pool: PoolUnderTest, **changed: str) -> SignIn:
    attempt = SignIn(**{"client_id": pool.client_id, "scope": "openid"} | changed)
    attempt.query = {name: value for name, value in attempt.query.items() if value}
    return attempt


def enter(browser: Browser, attempt: SignIn) -> httpx.Response:
    page = browser.go("oauth2/authorize", **attempt.query)
    return page if page.is_redirect else browser.submit(page, username="ada", password=PASSWORD)


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def tokens_for(browser: Browser, attempt: SignIn) -> dict[str, Any]:
    tokens: dict[str, Any] = attempt.exchange(browser, answer_of(enter(browser, attempt))["code"]).json()
    return tokens


def test_without_a_scope_every_scope_of_the_client_is_meant(pool: PoolUnderTest, browser: Browser) -> None:
    tokens = tokens_for(browser, asking(pool, scope=""))
    assert set(claims_of(tokens["access_token"])["scope"].split()) == set(SCOPES)


def test_the_implicit_flow_brings_tokens_in_the_fragment_and_none_to_refresh_with(
    pool: PoolUnderTest, browser: Browser
) -> None:
    attempt = asking(pool, response_type="token", code_challenge="", code_challenge_method="")
    location = enter(browser, attempt).headers["location"]
    answer = dict(parse_qsl(urlsplit(location).fragment))
    assert answer.keys() == {"access_token", "id_token", "token_type", "expires_in", "state"}
    assert (answer["token_type"], answer["expires_in"], answer["state"]) == ("bearer", "3600", attempt.query["state"])
    assert claims_of(answer["id_token"])["nonce"] == attempt.query["nonce"]


def test_a_resource_becomes_the_access_token_s_audience(pool: PoolUnderTest, browser: Browser) -> None:
    tokens = tokens_for(browser, asking(pool, resource="https://api.moonletter.example/articles"))
    assert claims_of(tokens["access_token"])["aud"] == "https://api.moonletter.example/articles"
    assert claims_of(tokens["id_token"])["aud"] == pool.client_id


@pytest.mark.parametrize("resource", ["http://api.moonletter.example", "not an address", "https://x.example/#part"])
def test_a_resource_of_another_form_is_refused(pool: PoolUnderTest, browser: Browser, resource: str) -> None:
    answer = answer_of(browser.go("oauth2/authorize", **asking(pool, resource=resource).query))
    assert answer["error"] == "invalid_request"


def test_a_parameter_sent_twice_is_refused(pool: PoolUnderTest, browser: Browser) -> None:
    pairs = [*asking(pool).query.items(), ("scope", "openid")]
    response = browser.http.get(with_query(f"{browser.base}/oauth2/authorize", pairs))
    assert answer_of(response)["error"] == "invalid_request"


def test_a_missing_response_type_is_told_to_the_application(pool: PoolUnderTest, browser: Browser) -> None:
    answer = answer_of(browser.go("oauth2/authorize", **asking(pool, response_type="").query))
    assert answer["error"] == "invalid_request"


def test_the_state_comes_back_letter_by_letter(pool: PoolUnderTest, browser: Browser) -> None:
    state = 'a b+c%20"ü月'
    assert answer_of(enter(browser, asking(pool, state=state)))["state"] == state


@pytest.mark.parametrize(
    ("redirect_uri", "start"),
    [(f"{CALLBACK}?from=here", f"{CALLBACK}?from=here&code="), ("moonletter://back", "moonletter://back?code=")],
)
def test_any_registered_address_is_returned_to_as_it_is(
    pool: PoolUnderTest, browser: Browser, redirect_uri: str, start: str
) -> None:
    assert enter(browser, asking(pool, redirect_uri=redirect_uri)).headers["location"].startswith(start)


def test_login_hint_fills_in_the_name(pool: PoolUnderTest, browser: Browser) -> None:
    page = browser.go("oauth2/authorize", **asking(pool, login_hint="ada").query)
    assert 'value="ada"' in page.text


def test_the_classic_pages_know_neither_prompt_nor_lang(pool: PoolUnderTest, browser: Browser) -> None:
    enter(browser, asking(pool))
    assert "code" in answer_of(browser.go("oauth2/authorize", **asking(pool, prompt="login").query))
    with Browser(pool.sandbox, "classic") as other:
        page = other.go("oauth2/authorize", **asking(pool, prompt="none", lang="de").query)
    assert '<html lang="en"' in page.text


def test_a_code_lives_five_minutes(pool: PoolUnderTest, browser: Browser) -> None:
    attempt = asking(pool)
    code = answer_of(enter(browser, attempt))["code"]
    pool.sandbox.advance(301)
    assert attempt.exchange(browser, code).json() == {"error": "invalid_grant"}


def test_a_session_lives_one_hour_and_is_not_extended(pool: PoolUnderTest, browser: Browser) -> None:
    enter(browser, asking(pool))
    pool.sandbox.advance(3000)
    assert "code" in answer_of(browser.go("oauth2/authorize", **asking(pool).query))
    pool.sandbox.advance(700)
    assert browser.go("oauth2/authorize", **asking(pool).query).url.path.endswith("/login")


def test_tokens_of_a_second_application_keep_the_time_of_the_sign_in(pool: PoolUnderTest, browser: Browser) -> None:
    first = claims_of(tokens_for(browser, asking(pool))["id_token"])
    pool.sandbox.advance(60)
    second = claims_of(tokens_for(browser, asking(pool))["id_token"])
    assert second["auth_time"] == first["auth_time"]
    assert second["iat"] >= first["iat"] + 60
    assert second["origin_jti"] != first["origin_jti"]


def test_an_unknown_provider_or_identifier_is_refused(pool: PoolUnderTest, browser: Browser) -> None:
    for wanted in ({"identity_provider": "Google"}, {"idp_identifier": "moonlight-corp.example"}):
        answer = answer_of(browser.go("oauth2/authorize", **asking(pool, **wanted).query))
        assert answer["error"] == "unauthorized_client"


def test_a_client_that_may_not_read_an_address_cannot_have_its_scope(pool: PoolUnderTest, browser: Browser) -> None:
    client = pool.add_client(**OAUTH, ReadAttributes=["name", "email"])
    attempt = asking(pool, client_id=client["ClientId"], scope="openid email")
    assert attempt.exchange(browser, answer_of(enter(browser, attempt))["code"]).json() == {"error": "invalid_grant"}


def test_a_page_of_another_origin_may_call_what_applications_call(pool: PoolUnderTest, browser: Browser) -> None:
    for path in ("oauth2/token", "oauth2/userInfo", "oauth2/revoke"):
        asked = browser.http.options(f"{browser.base}/{path}", headers={"Origin": "http://localhost:3000"})
        assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "*")
    answer = browser.http.post(f"{browser.base}/oauth2/token", data={}, headers={"Origin": "http://localhost:3000"})
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_wrong_method_is_not_allowed(browser: Browser) -> None:
    assert browser.http.get(f"{browser.base}/oauth2/token").status_code == 405
    assert browser.http.post(f"{browser.base}/oauth2/authorize", data={}).status_code == 405


def test_user_info_ends_with_the_user_s_sign_ins(pool: PoolUnderTest, browser: Browser) -> None:
    tokens = tokens_for(browser, asking(pool, scope="openid email"))
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    shown = browser.http.get(f"{browser.base}/oauth2/userInfo", headers=bearer).json()
    assert (shown["email"], shown["email_verified"]) == ("ada@mail.example", "true")
    pool.idp.admin_user_global_sign_out(UserPoolId=pool.pool_id, Username="ada")
    refused = browser.http.get(f"{browser.base}/oauth2/userInfo", headers=bearer)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")


def test_signing_out_everywhere_leaves_the_browser_s_session(pool: PoolUnderTest, browser: Browser) -> None:
    """tokens.md section 7: the hosted-UI cookie is not cleared."""
    enter(browser, asking(pool))
    pool.idp.admin_user_global_sign_out(UserPoolId=pool.pool_id, Username="ada")
    assert "code" in answer_of(browser.go("oauth2/authorize", **asking(pool).query))


def test_a_client_without_the_switch_has_no_pages(pool: PoolUnderTest, browser: Browser) -> None:
    client = pool.add_client()
    page = browser.go("oauth2/authorize", **asking(pool, client_id=client["ClientId"]).query)
    assert (page.status_code, "oauth_off" in page.text) == (400, True)


def test_sign_out_without_response_type_says_what_is_missing(pool: PoolUnderTest, browser: Browser) -> None:
    page = browser.go("logout", client_id=pool.client_id, redirect_uri=CALLBACK)
    assert "Required String parameter &#39;response_type&#39; is not present" in page.text


def test_a_mailed_link_confirms_an_account(sandbox: RunningSandbox) -> None:
    """user-pools-config.md section 5: CONFIRM_WITH_LINK, which needs a domain."""
    template = {"DefaultEmailOption": "CONFIRM_WITH_LINK", "EmailMessageByLink": "Here: {##Open the moon##}"}
    pool = make_pool(sandbox, client=OAUTH, VerificationMessageTemplate=template)
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="by-link")
    pool.public.sign_up(
        ClientId=pool.client_id,
        Username="selene",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "selene@mail.example"}],
    )
    found = re.fullmatch(r'Here: <a href="([^"]+)">Open the moon</a>', sandbox.messages()[0]["body"])
    assert found is not None
    with Browser(sandbox, "by-link") as browser:
        page = browser.http.get(unescape(found[1]))
        assert "Your registration has been confirmed." in page.text
        again = browser.http.get(unescape(found[1]))
        assert "Current status is CONFIRMED" in again.text
    assert pool.status("selene") == "CONFIRMED"
    pool.idp.delete_user_pool_domain(UserPoolId=pool.pool_id, Domain="by-link")
