"""Whatever a browser or a stranger sends to the pages and to the built-in providers: an answer, and never a 500."""

import random
from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.federation.travel import Harbour, make_harbour
from tests.sandbox_fixture import RunningSandbox

PATHS = [
    ("GET", "oauth2/authorize"),
    ("GET", "login"),
    ("POST", "login"),
    ("POST", "challenge"),
    ("GET", "signup"),
    ("POST", "signup"),
    ("GET", "confirm"),
    ("POST", "confirm"),
    ("GET", "confirmUser"),
    ("POST", "confirmUser"),
    ("GET", "resendcode"),
    ("POST", "resendcode"),
    ("GET", "forgotPassword"),
    ("POST", "forgotPassword"),
    ("GET", "confirmforgotPassword"),
    ("POST", "confirmforgotPassword"),
    ("GET", "passkeys/add"),
    ("POST", "passkeys/add"),
    ("GET", "logout"),
    ("GET", "error"),
    ("GET", "style.css"),
    ("GET", "image"),
    ("GET", "oauth2/idpresponse"),
    ("POST", "oauth2/idpresponse"),
    ("POST", "saml2/idpresponse"),
    ("GET", "saml2/logout"),
    ("POST", "saml2/logout"),
    ("POST", "oauth2/register"),
    ("POST", "oauth2/token"),
    ("POST", "oauth2/revoke"),
    ("GET", "oauth2/userInfo"),
]
PROVIDER_PATHS = [
    ("GET", "moonbook/authorize"),
    ("POST", "moonbook/authorize"),
    ("POST", "moonbook/token"),
    ("GET", "moonbook/userinfo"),
    ("GET", "nobody/authorize"),
    ("GET", "moonlight/sso"),
    ("POST", "moonlight/sso"),
    ("GET", "moonlight/logout"),
    ("POST", "moonlight/logout"),
]
NAMES = [
    *("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "prompt", "lang", "max_age", "resource"),
    *("identity_provider", "idp_identifier", "code_challenge", "code_challenge_method", "code", "grant_type"),
    *("code_verifier", "refresh_token", "token", "client_secret", "username", "password", "step", "_csrf", "answer"),
    *("SAMLResponse", "SAMLRequest", "RelayState", "person", "acs", "audience", "credential", "logout_uri", "category"),
    *("confirmation_code", "user_name", "login_hint", "notice", "error"),
]
WORDS = [
    *("", "a", "é月", "\x00", "\ud83c\udf19", "%", "../..", "<b>", "null", "[]", "{}", "-1", "9" * 40, "none login"),
    *(
        "http://localhost/oauth2/idpresponse",
        "http://[",
        "javascript:alert(1)",
        "a b",
        "=",
        "a=b&c=d",
        "PD94bWw+",
        "e30=",
    ),
    *("identity_provider=MoonlightCorp", "code", "token", "openid", "S256", "authorization_code", "refresh_token"),
    *("Moonbook", "MoonlightCorp", "client_credentials", "luna", "x" * 5000),
]


@pytest.fixture(scope="module")
def harbour(sandbox: RunningSandbox) -> Iterator[Harbour]:
    made = make_harbour(sandbox, "hostile", providers=("COGNITO", "Moonbook", "MoonlightCorp"))
    yield made
    made.drop()


def nonsense(dice: random.Random, harbour: Harbour) -> dict[str, str]:
    chosen = {name: dice.choice(WORDS) for name in dice.sample(NAMES, dice.randint(0, 8))}
    right = harbour.request().query
    return chosen | {name: right[name] for name in right if dice.random() < 0.7}


def encodable(pairs: dict[str, str]) -> dict[str, str]:
    return {name: value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for name, value in pairs.items()}


@pytest.mark.parametrize("seed", range(8))
def test_the_pages_survive_nonsense(harbour: Harbour, seed: int) -> None:
    dice = random.Random(seed)
    with harbour.browser() as browser:
        for _ in range(40):
            base, (method, path) = dice.choice(
                [(browser.base, dice.choice(PATHS)), (f"{browser.origin}/_providers", dice.choice(PROVIDER_PATHS))]
            )
            query = encodable(nonsense(dice, harbour))
            form = encodable(nonsense(dice, harbour)) if method == "POST" else None
            headers = {"Authorization": dice.choice(["Basic !!", "Basic Og==", "Bearer a.b.c", "Bearer"])}
            cookies = {"cognito": dice.choice(WORDS[:3]).encode().hex(), "lang": "xx"}
            sent = httpx.Request(method, f"{base}/{path}", params=query, data=form, headers=headers, cookies=cookies)
            answer = browser.http.send(sent)
            assert answer.status_code < 500, (method, path, query, form, answer.status_code)
            assert "Traceback" not in answer.text
