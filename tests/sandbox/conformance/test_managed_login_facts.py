"""Managed login, the pages' cookies and what is told of a sign-in that fails: facts of hosted-ui.md 2 to 7 and 10."""

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import jwt
import pytest

from tests.sandbox.auth.second_factors import MAIL
from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn, alert_of, answer_of
from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

DOMAIN = "fact-pages"
LANGUAGES = ["de", "en", "es", "fr", "id", "it", "ja", "ko", "pt-BR", "zh-CN", "zh-TW"]
OAUTH: dict[str, Any] = {
    "ExplicitAuthFlows": [*FLOWS, "ALLOW_CUSTOM_AUTH"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email", "phone", "aws.cognito.signin.user.admin"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": [CALLBACK],
    "LogoutURLs": [CALLBACK],
}


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    """A pool with managed login."""
    made = make_pool(sandbox, client=OAUTH)
    made.idp.create_user_pool_domain(UserPoolId=made.pool_id, Domain=DOMAIN, ManagedLoginVersion=2)
    brand(made, made.client_id)
    made.add_user("ada", email=MAIL, email_verified="true")
    return made


@pytest.fixture
def browser(pool: PoolUnderTest) -> Iterator[Browser]:
    with Browser(pool.sandbox, DOMAIN) as opened:
        yield opened


def brand(pool: PoolUnderTest, client_id: str) -> None:
    named = {"UserPoolId": pool.pool_id, "ClientId": client_id}
    pool.idp.create_managed_login_branding(**named, UseCognitoProvidedValues=True)


def branded_client(pool: PoolUnderTest, **settings: Any) -> dict[str, Any]:
    client = pool.add_client(**OAUTH | settings)
    brand(pool, client["ClientId"])
    return client


def asking(pool: PoolUnderTest, **changed: str) -> SignIn:
    attempt = SignIn(**{"client_id": pool.client_id, "scope": "openid"} | changed)
    attempt.query = {name: value for name, value in attempt.query.items() if value}
    return attempt


def ask(pool: PoolUnderTest, browser: Browser, **changed: str) -> httpx.Response:
    return browser.go("oauth2/authorize", **asking(pool, **changed).query)


def enter(browser: Browser, attempt: SignIn) -> dict[str, str]:
    page = browser.go("oauth2/authorize", **attempt.query)
    return answer_of(browser.submit(page, username="ada", password=PASSWORD))


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "login", 400),
        ("POST", "signup", 400),
        ("POST", "confirm", 400),
        ("POST", "confirmUser", 400),
        ("POST", "forgotPassword", 400),
        ("POST", "confirmforgotPassword", 400),
        ("GET", "resendcode", 400),
        ("POST", "resendcode", 400),
        ("POST", "oauth2/idpresponse", 400),
        ("POST", "saml2/logout", 400),
        ("POST", "oauth2/register", 400),
        ("GET", "oauth2/token", 405),
        ("GET", "oauth2/revoke", 405),
        ("GET", "saml2/idpresponse", 405),
        ("POST", "logout", 405),
        ("GET", ".well-known/openid-configuration", 404),
        ("GET", ".well-known/jwks.json", 404),
    ],
)
def test_an_endpoint_has_its_methods(browser: Browser, method: str, path: str, status: int) -> None:
    """hosted-ui.md 2: GET and POST of pages; discovery and keys are on the issuer's host and not on the domain."""
    answer = browser.http.request(method, f"{browser.base}/{path}", follow_redirects=True)
    assert answer.status_code == status


@pytest.mark.parametrize("page", ["signup", "confirm", "resendcode", "forgotPassword", "confirmforgotPassword"])
def test_a_page_is_shown_and_takes_its_form(pool: PoolUnderTest, browser: Browser, page: str) -> None:
    """hosted-ui.md 2: sign-up, code entry and recovery pages, GET and POST."""
    shown = browser.go(page, **asking(pool).query)
    assert (shown.status_code, 'method="post"' in shown.text) == (200, True)
    again = browser.submit(shown, action=page, username="nobody-here")
    assert again.status_code == 200


def test_authorize_leads_to_the_login_page_with_the_same_query(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 2: /oauth2/authorize redirects to /login, which takes the same query."""
    attempt = asking(pool)
    first = browser.http.get(f"{browser.base}/oauth2/authorize", params=attempt.query)
    place = urlsplit(first.headers["location"])
    assert place.path.endswith(f"{DOMAIN}/login")
    assert dict(parse_qsl(place.query)) == attempt.query


def test_a_passkey_is_added_by_who_is_signed_in(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 2: /passkeys/add registers a passkey for the signed-in user."""
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    named = {"UserPoolId": pool.pool_id, "AutoVerifiedAttributes": ["email"]}
    pool.idp.update_user_pool(**named, Policies=policy)
    assert browser.go("passkeys/add", **asking(pool).query).url.path.endswith("/login")
    enter(browser, asking(pool))
    assert 'data-ceremony="create"' in browser.go("passkeys/add", **asking(pool).query).text
    pool.idp.update_user_pool(**named)


def test_without_a_scope_all_of_the_client_s_are_meant(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 3: scope, default all scopes allowed on the client."""
    attempt = asking(pool, scope="")
    tokens = attempt.exchange(browser, enter(browser, attempt)["code"]).json()
    assert set(claims_of(tokens["access_token"])["scope"].split()) == set(OAUTH["AllowedOAuthScopes"])


@pytest.mark.parametrize("state", ["plain", 'a b+c%20"ü月', '{"to": "/articles?a=1&b=2"}'])
def test_the_state_is_returned_unchanged(pool: PoolUnderTest, browser: Browser, state: str) -> None:
    """hosted-ui.md 3: state, returned unchanged."""
    assert enter(browser, asking(pool, state=state))["state"] == state


@pytest.mark.parametrize(("length", "is_good"), [(42, False), (43, True), (128, True), (129, False)])
def test_a_verifier_has_its_length(pool: PoolUnderTest, browser: Browser, length: int, *, is_good: bool) -> None:
    """hosted-ui.md 3: verifier of 43 to 128 characters, challenge the base64url of its SHA-256 without padding."""
    verifier = "v" * length
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode()
    attempt = asking(pool, code_challenge=digest.rstrip("="))
    attempt.verifier = verifier
    answer = attempt.exchange(browser, enter(browser, attempt)["code"])
    assert (answer.status_code == 200) is is_good


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": "short"},
        {"code_challenge": "a" * 43 + "="},
        {"code_challenge_method": ""},
        {"code_challenge_method": "s256"},
        {"code_challenge": ""},
    ],
)
def test_a_challenge_has_its_form(pool: PoolUnderTest, browser: Browser, changed: dict[str, str]) -> None:
    """hosted-ui.md 3: S256 only; no padding; invalid_request."""
    assert answer_of(ask(pool, browser, **changed))["error"] == "invalid_request"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_managed_login_speaks_these_languages(pool: PoolUnderTest, browser: Browser, lang: str) -> None:
    """hosted-ui.md 3 and 7: lang; a cookie remembers it."""
    assert f'<html lang="{lang}"' in ask(pool, browser, lang=lang).text
    assert f'<html lang="{lang}"' in ask(pool, browser).text
    if lang != "en":
        assert browser.http.cookies.get("lang") == lang
        assert '<html lang="en"' in ask(pool, browser, lang="en").text
        assert '<html lang="en"' in ask(pool, browser).text


def test_a_hint_fills_in_the_name(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 3: login_hint prefills the username."""
    assert 'value="ada@mail.example"' in ask(pool, browser, login_hint="ada@mail.example").text


def test_prompts_decide_who_is_asked(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 3: none and login_required; login and select_account ask again; consent; combined with spaces."""
    for page in ("oauth2/authorize", "login"):
        answer = answer_of(browser.go(page, **asking(pool, prompt="none").query))
        assert answer["error"] == "login_required"
    enter(browser, asking(pool))
    for prompt in ("none", "consent"):
        assert "code" in answer_of(ask(pool, browser, prompt=prompt))
    for prompt in ("login", "select_account", "login consent"):
        assert ask(pool, browser, prompt=prompt).url.path.endswith("/login")
    for prompt in ("none login", "perhaps"):
        assert answer_of(ask(pool, browser, prompt=prompt))["error"] == "invalid_request"


def test_the_classic_pages_know_none_of_this(sandbox: RunningSandbox) -> None:
    """hosted-ui.md 3: lang and prompt are managed login's only."""
    classic = make_pool(sandbox, client=OAUTH)
    classic.idp.create_user_pool_domain(UserPoolId=classic.pool_id, Domain="fact-classic")
    classic.add_user("ada")
    with Browser(sandbox, "fact-classic") as browser:
        assert '<html lang="en"' in ask(classic, browser, lang="de", prompt="none").text
        enter(browser, asking(classic))
        assert "code" in answer_of(ask(classic, browser, prompt="login"))


@pytest.mark.parametrize(
    ("resource", "is_good"),
    [
        ("https://api.moonletter.example/articles", True),
        ("http://localhost:3000/api", True),
        ("moonletter:api", True),
        ("http://api.moonletter.example", False),
        ("https://api.moonletter.example/#part", False),
        ("api", False),
    ],
)
def test_a_resource_becomes_the_audience(
    pool: PoolUnderTest, browser: Browser, resource: str, *, is_good: bool
) -> None:
    """hosted-ui.md 3: resource is https, http on this machine or a custom scheme; the access token's aud."""
    attempt = asking(pool, resource=resource)
    if is_good:
        tokens = attempt.exchange(browser, enter(browser, attempt)["code"]).json()
        assert claims_of(tokens["access_token"])["aud"] == resource
    else:
        assert answer_of(ask(pool, browser, resource=resource))["error"] == "invalid_request"


def test_step_up_is_asked_for_by_level_and_by_age(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 3 and auth-flows.md 4: acr_values, of which some must be known; max_age."""
    attempt = asking(pool, acr_values="urn:other urn:cognito:loa:1")
    tokens = attempt.exchange(browser, enter(browser, attempt)["code"]).json()
    assert claims_of(tokens["id_token"])["acr"] == "urn:cognito:loa:1"
    assert ask(pool, browser, acr_values="urn:cognito:loa:2").url.path.endswith("/login")
    for wrong in ({"acr_values": "urn:other"}, {"max_age": "soon"}, {"max_age": "-1"}):
        assert answer_of(ask(pool, browser, **wrong))["error"] == "invalid_request"
    pool.sandbox.advance(61)
    assert ask(pool, browser, max_age="60").url.path.endswith("/login")
    assert "code" in answer_of(ask(pool, browser, max_age="3000"))


def test_who_cannot_be_reached_cannot_reset_a_password(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 3: wrong reset config, `Could not reset password for the account, …`."""
    pool.add_user("hermit")
    page = browser.submit(browser.go("forgotPassword", **asking(pool).query), username="hermit")
    assert alert_of(page) == "Could not reset password for the account, please contact support or try again."


def test_a_default_address_is_one_of_the_list(pool: PoolUnderTest) -> None:
    """hosted-ui.md 3: the default redirect must be in the list."""
    assert pool.add_client(**OAUTH, DefaultRedirectURI=CALLBACK)["DefaultRedirectURI"] == CALLBACK
    with refused("InvalidParameterException"):
        pool.add_client(**OAUTH, DefaultRedirectURI=f"{CALLBACK}/")


def test_without_openid_there_is_no_id_token(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 4: id_token if openid; userInfo and aws.cognito.signin.user.admin as the scopes say."""
    attempt = asking(pool, scope="aws.cognito.signin.user.admin")
    tokens = attempt.exchange(browser, enter(browser, attempt)["code"]).json()
    assert "id_token" not in tokens
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert browser.http.get(f"{browser.base}/oauth2/userInfo", headers=bearer).status_code == 401
    assert pool.public.get_user(AccessToken=tokens["access_token"])["Username"] == "ada"


def test_a_code_belongs_to_its_client_and_needs_what_its_scopes_show(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 4: invalid_grant for another client, and where the client may not read what a scope demands."""
    other = branded_client(pool, ReadAttributes=["name", "email"])["ClientId"]
    attempt = asking(pool)
    code = enter(browser, attempt)["code"]
    assert attempt.exchange(browser, code, client_id=other).json() == {"error": "invalid_grant"}
    assert attempt.exchange(browser, code).status_code == 200
    with Browser(pool.sandbox, DOMAIN) as afresh:
        blind = asking(pool, client_id=other, scope="openid email")
        assert blind.exchange(afresh, enter(afresh, blind)["code"]).json() == {"error": "invalid_grant"}


def test_a_machine_has_an_access_token_alone(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 4: client_credentials, scope optional, resource; access_token only; invalid_scope."""
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")]
    pool.idp.create_resource_server(UserPoolId=pool.pool_id, Identifier="facts", Name="facts", Scopes=scopes)
    machine = pool.add_client(
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["facts/read"],
        AllowedOAuthFlowsUserPoolClient=True,
    )
    form = {
        "grant_type": "client_credentials",
        "client_id": machine["ClientId"],
        "client_secret": machine["ClientSecret"],
    }
    answer = browser.token(**form, resource="https://api.moonletter.example").json()
    assert answer.keys() == {"access_token", "expires_in", "token_type"}
    claims = claims_of(answer["access_token"])
    assert (claims["scope"], claims["aud"]) == ("facts/read", "https://api.moonletter.example")
    for scope in ("facts/write", "openid"):
        refusal = browser.token(**form, scope=scope)
        assert (refusal.status_code, refusal.json()) == (400, {"error": "invalid_scope"})
    for metadata in ("[]", '{"a": 1}', "{"):
        assert browser.token(**form, aws_client_metadata=metadata).json()["error"] == "invalid_request"
    assert browser.token(**form, aws_client_metadata=json.dumps({"why": "facts"})).status_code == 200


def test_a_missing_address_is_named_on_the_error_page(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 5: `Required String parameter 'redirect_uri' is not present`."""
    page = browser.go("logout", client_id=pool.client_id)
    assert (page.status_code, page.url.path.endswith("/error")) == (400, True)
    assert alert_of(page) == "Required String parameter 'redirect_uri' is not present"


def test_a_confidential_client_revokes_by_its_secret(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 6: client_id of public clients, or Basic; 401 invalid_client."""
    client = branded_client(pool, GenerateSecret=True)
    attempt = asking(pool, client_id=client["ClientId"])
    code = enter(browser, attempt)["code"]
    tokens = attempt.exchange(browser, code, client_secret=client["ClientSecret"]).json()
    form, url = {"token": tokens["refresh_token"]}, f"{browser.base}/oauth2/revoke"
    without = browser.http.post(url, data=form | {"client_id": client["ClientId"]})
    assert (without.status_code, without.json()) == (401, {"error": "invalid_client"})
    right = httpx.BasicAuth(client["ClientId"], client["ClientSecret"])
    assert browser.http.post(url, data=form, auth=right).status_code == 200
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    again = browser.http.post(f"{browser.base}/oauth2/token", data=refresh, auth=right)
    assert again.json() == {"error": "invalid_grant"}


def test_a_refresh_token_outlives_the_browser_s_session(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 7: after an hour credentials are entered anew, though refresh tokens live on."""
    attempt = asking(pool)
    tokens = attempt.exchange(browser, enter(browser, attempt)["code"]).json()
    assert browser.http.cookies.get("cognito")
    pool.sandbox.advance(3601)
    assert ask(pool, browser).url.path.endswith("/login")
    form = {
        "grant_type": "refresh_token",
        "client_id": pool.client_id,
        "refresh_token": tokens["refresh_token"],
    }
    assert browser.token(**form).status_code == 200


@pytest.mark.parametrize(("seconds", "is_good"), [(280, True), (310, False)])
def test_a_prompt_is_good_for_five_minutes(
    pool: PoolUnderTest, browser: Browser, seconds: int, *, is_good: bool
) -> None:
    """hosted-ui.md 7: an unfinished prompt is cancelled after about 5 minutes; cookie XSRF-TOKEN."""
    page = ask(pool, browser)
    assert browser.http.cookies.get("XSRF-TOKEN")
    pool.sandbox.advance(seconds)
    answer = browser.submit(page, username="ada", password=PASSWORD)
    assert answer.is_redirect is is_good
    if not is_good:
        assert alert_of(answer).startswith("This page was open for too long")
        assert "code" in answer_of(browser.submit(answer, username="ada", password=PASSWORD))


def test_custom_challenges_are_not_offered(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 7: managed login does not offer CUSTOM_AUTH, also to a client that may use it."""
    page = ask(pool, browser)
    assert 'id="password"' in page.text
    assert "custom" not in page.text.replace("-customizable", "").lower()


def test_without_a_branding_style_there_are_no_pages(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 1 and 10: version 2 without branding, `login pages unavailable`, until there is one."""
    bare = pool.add_client(**OAUTH)["ClientId"]
    page = ask(pool, browser, client_id=bare)
    assert (page.status_code, alert_of(page).startswith("Login pages unavailable")) == (400, True)
    brand(pool, bare)
    assert ask(pool, browser, client_id=bare).status_code == 200


def test_both_terms_are_shown_or_none(pool: PoolUnderTest, browser: Browser) -> None:
    """hosted-ui.md 9: terms of use and privacy links, both documents are needed to be shown."""
    client_id = branded_client(pool)["ClientId"]
    shown = []
    for name in ("terms-of-use", "privacy-policy"):
        link = f"https://moon.example/{name}"
        document = {"TermsName": name, "TermsSource": "LINK", "Enforcement": "NONE", "Links": {"cognito:default": link}}
        pool.idp.create_terms(UserPoolId=pool.pool_id, ClientId=client_id, **document)
        page = browser.go("signup", **asking(pool, client_id=client_id).query)
        shown.append("https://moon.example/terms-of-use" in page.text)
    assert shown == [False, True]
