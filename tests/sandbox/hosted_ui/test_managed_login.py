"""What managed login has beyond the classic pages: facts of hosted-ui.md sections 1 and 3."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from cognito_explorer import resources
from tests.sandbox.auth.second_factors import make_mfa_pool
from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn, answer_of
from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool
from tests.sandbox_fixture import RunningSandbox

OAUTH: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": [CALLBACK],
}
TEXTS = sorted(resources.path("hosted_ui", "texts").glob("*.json"))


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> Iterator[PoolUnderTest]:
    made = make_pool(sandbox, client=OAUTH, AliasAttributes=["email"])
    made.idp.create_user_pool_domain(UserPoolId=made.pool_id, Domain="managed", ManagedLoginVersion=2)
    made.idp.create_managed_login_branding(
        UserPoolId=made.pool_id, ClientId=made.client_id, UseCognitoProvidedValues=True
    )
    made.add_user("ada", email="ada@mail.example", email_verified="true")
    yield made
    made.idp.delete_user_pool_domain(UserPoolId=made.pool_id, Domain="managed")


@pytest.fixture
def browser(pool: PoolUnderTest) -> Iterator[Browser]:
    with Browser(pool.sandbox, "managed") as opened:
        yield opened


def ask(pool: PoolUnderTest, browser: Browser, **changed: str) -> httpx.Response:
    attempt = SignIn(**{"client_id": pool.client_id, "scope": "openid"} | changed)
    return browser.go("oauth2/authorize", **attempt.query)


def enter(pool: PoolUnderTest, browser: Browser, **changed: str) -> dict[str, str]:
    return answer_of(browser.submit(ask(pool, browser, **changed), username="ada", password=PASSWORD))


def test_prompt_none_without_a_session_is_refused_to_the_application(pool: PoolUnderTest, browser: Browser) -> None:
    assert answer_of(ask(pool, browser, prompt="none"))["error"] == "login_required"
    enter(pool, browser)
    assert "code" in answer_of(ask(pool, browser, prompt="none"))


@pytest.mark.parametrize("prompt", ["login", "select_account", "login consent"])
def test_who_is_signed_in_is_asked_again_on_demand(pool: PoolUnderTest, browser: Browser, prompt: str) -> None:
    enter(pool, browser)
    assert "Sign in" in ask(pool, browser, prompt=prompt).text
    assert "code" in answer_of(ask(pool, browser, prompt="consent"))


@pytest.mark.parametrize("prompt", ["none login", "always"])
def test_a_prompt_that_contradicts_itself_or_is_unknown_is_refused(
    pool: PoolUnderTest, browser: Browser, prompt: str
) -> None:
    assert answer_of(ask(pool, browser, prompt=prompt))["error"] == "invalid_request"


def test_max_age_asks_again_after_that_time(pool: PoolUnderTest, browser: Browser) -> None:
    enter(pool, browser)
    assert "code" in answer_of(ask(pool, browser, max_age="60"))
    pool.sandbox.advance(61)
    assert "Sign in" in ask(pool, browser, max_age="60").text


def test_the_pages_speak_the_language_asked_for_and_remember_it(pool: PoolUnderTest, browser: Browser) -> None:
    page = ask(pool, browser, lang="de")
    assert '<html lang="de">' in page.text
    assert "Anmelden" in page.text
    refused = browser.submit(page, username="ada", password="wrong")
    assert "Benutzername oder Passwort ist falsch." in refused.text
    assert '<html lang="de"' in ask(pool, browser).text


def test_what_to_sign_in_with_is_said_in_the_language_too(pool: PoolUnderTest, browser: Browser) -> None:
    assert ">Benutzername / E-Mail-Adresse</label>" in ask(pool, browser, lang="de").text
    assert ">User name or e-mail address</label>" in ask(pool, browser, lang="en").text


def test_the_password_policy_is_said_in_the_language_too(pool: PoolUnderTest, browser: Browser) -> None:
    page = browser.go("signup", **SignIn(client_id=pool.client_id, scope="openid").query, lang="de")
    said = "Mindestens 8 Zeichen: ein Großbuchstabe, ein Kleinbuchstabe, eine Ziffer, ein Sonderzeichen."
    assert said in page.text


def test_a_language_managed_login_does_not_have_is_english(pool: PoolUnderTest, browser: Browser) -> None:
    assert '<html lang="en"' in ask(pool, browser, lang="tlh").text


def test_there_are_texts_for_every_language() -> None:
    names = {file.stem for file in TEXTS}
    assert names == {"de", "es", "fr", "id", "it", "ja", "ko", "pt-BR", "zh-CN", "zh-TW"}


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_a_language_has_words_for_what_the_pages_say(file: Path) -> None:
    words: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    german = json.loads(resources.read_text("hosted_ui", "texts", "de.json"))
    assert words.keys() == german.keys()
    assert all(word.strip() for word in words.values())
    sources = [*resources.path("hosted_ui").glob("*.html"), *Path(__file__).parents[3].glob("cognito_explorer/**/*.py")]
    said = "\n".join(source.read_text(encoding="utf-8") for source in sources)
    assert [text for text in words if not re.search(rf'"{re.escape(text)}"', said)] == []


def test_acr_values_ask_for_a_second_factor_and_stand_in_the_tokens(sandbox: RunningSandbox) -> None:
    """hosted-ui.md section 3 and tokens.md section 2: the reached level as acr, the methods as amr."""
    pool = make_mfa_pool(sandbox, "OPTIONAL", "SMS", client=OAUTH)
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="levels", ManagedLoginVersion=2)
    pool.idp.create_managed_login_branding(
        UserPoolId=pool.pool_id, ClientId=pool.client_id, UseCognitoProvidedValues=True
    )
    pool.add_user("ada", phone_number="+441632960100")
    with Browser(sandbox, "levels") as browser:
        first = SignIn(client_id=pool.client_id, scope="openid", acr_values="urn:cognito:loa:1")
        page = browser.go("oauth2/authorize", **first.query)
        code = answer_of(browser.submit(page, username="ada", password=PASSWORD))["code"]
        claims = claims_of(first.exchange(browser, code).json()["id_token"])
        assert (claims["acr"], claims["amr"]) == ("urn:cognito:loa:1", ["pwd"])
        pool.idp.admin_set_user_mfa_preference(
            UserPoolId=pool.pool_id, Username="ada", SMSMfaSettings={"Enabled": True, "PreferredMfa": False}
        )
        second = SignIn(client_id=pool.client_id, scope="openid", acr_values="urn:cognito:loa:2 urn:cognito:loa:1")
        again = browser.go("oauth2/authorize", **second.query)
        assert 'id="password"' in again.text
        asked = browser.submit(again, username="ada", password=PASSWORD)
        code = answer_of(browser.submit(asked, code=pool.latest_code()))["code"]
        claims = claims_of(second.exchange(browser, code).json()["id_token"])
        assert (claims["acr"], claims["amr"]) == ("urn:cognito:loa:2", ["pwd", "sms", "mfa"])
    pool.idp.delete_user_pool_domain(UserPoolId=pool.pool_id, Domain="levels")


@pytest.mark.parametrize(("levels", "is_let_in"), [("2 1", True), ("4 3 1", True), ("2", False)])
def test_a_session_will_do_for_the_best_its_user_can_reach(
    pool: PoolUnderTest, levels: str, *, is_let_in: bool
) -> None:
    """auth-flows.md section 3: levels, highest first; who has no second factor is not asked again and again."""
    first = SignIn(client_id=pool.client_id, scope="openid")
    wanted = SignIn(
        client_id=pool.client_id,
        scope="openid",
        acr_values=" ".join(f"urn:cognito:loa:{level}" for level in levels.split()),
    )
    with Browser(pool.sandbox, "managed") as browser:
        first.code(browser)
        answer = browser.go("oauth2/authorize", **wanted.query)
        assert answer.is_redirect is is_let_in
        if is_let_in:
            claims = claims_of(wanted.exchange(browser, answer_of(answer)["code"]).json()["id_token"])
            assert claims["acr"] == "urn:cognito:loa:1"


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims
