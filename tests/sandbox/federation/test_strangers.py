"""What a provider that is broken, slow or hostile says: an error told to the application, and nobody comes in."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.federation.stranger import SUBJECT, Stranger, stranger
from tests.sandbox.federation.travel import Harbour, make_harbour, told
from tests.sandbox.hosted_ui.browser import Browser, query_of
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture(scope="module")
def provider() -> Iterator[Stranger]:
    with stranger() as made:
        yield made


@pytest.fixture(scope="module")
def harbour(sandbox: RunningSandbox, provider: Stranger) -> Iterator[Harbour]:
    made = make_harbour(sandbox, "strangers")
    made.pool.idp.create_identity_provider(
        UserPoolId=made.pool.pool_id,
        ProviderName="Stranger",
        ProviderType="OIDC",
        ProviderDetails=provider.details,
        AttributeMapping={"email": "email"},
    )
    made.allow(SupportedIdentityProviders=["Stranger"])
    yield made
    made.drop()


@pytest.fixture
def browser(harbour: Harbour, provider: Stranger) -> Iterator[Browser]:
    provider.behave()
    with harbour.browser() as opened:
        yield opened


def set_out(harbour: Harbour, browser: Browser) -> dict[str, str]:
    """To the provider: the state and the nonce that it is told."""
    page = browser.go("oauth2/authorize", **harbour.request().query)
    assert page.status_code == 302, page.text
    return {name: values[0] for name, values in query_of(page.headers["location"]).items()}


def come_back(harbour: Harbour, browser: Browser, provider: Stranger, **changed: Any) -> dict[str, str]:
    """There and back with an ID token: what the application is told."""
    asked = set_out(harbour, browser)
    provider.vouch(asked["nonce"], time.time(), **changed)
    return told(browser.go("oauth2/idpresponse", code="c", state=asked["state"]))


def test_a_stranger_with_good_manners_lets_people_in(harbour: Harbour, browser: Browser, provider: Stranger) -> None:
    assert "code" in come_back(harbour, browser, provider)
    assert harbour.user(f"Stranger_{SUBJECT}")["email"] == "stranger@elsewhere.example"


def test_a_name_is_made_of_the_subject_whatever_the_mapping_says(
    harbour: Harbour, browser: Browser, provider: Stranger
) -> None:
    pool = {"UserPoolId": harbour.pool.pool_id, "ProviderName": "Stranger"}
    harbour.pool.idp.update_identity_provider(**pool, AttributeMapping={"email": "email", "username": "email"})
    provider.say("/userinfo", {"sub": "stranger-2", "email": "stranger@elsewhere.example"})
    try:
        assert "code" in come_back(harbour, browser, provider, sub="stranger-2")
        assert harbour.user("Stranger_stranger-2")["email"] == "stranger@elsewhere.example"
    finally:
        harbour.pool.idp.update_identity_provider(**pool, AttributeMapping={"email": "email"})


def test_an_answer_that_names_another_provider_is_not_taken(
    harbour: Harbour, browser: Browser, provider: Stranger
) -> None:
    """RFC 9207: whoever answers in another's name is after its code."""
    for issuer, outcome in ((provider.url, "code"), ("https://elsewhere.example", "error")):
        with harbour.browser() as afresh:
            asked = set_out(harbour, afresh)
            provider.vouch(asked["nonce"], time.time())
            assert outcome in told(afresh.go("oauth2/idpresponse", code="c", state=asked["state"], iss=issuer))


def test_a_name_with_a_slash_at_its_end_is_the_same(harbour: Harbour, browser: Browser, provider: Stranger) -> None:
    assert "code" in come_back(harbour, browser, provider, iss=f"{provider.url}/")
    browser.http.cookies.clear()
    assert "Bad id_token issuer" in come_back(harbour, browser, provider, iss=f"{provider.url}/else").values()


@pytest.mark.parametrize("claim", ["sub", "email"])
def test_half_a_letter_is_no_claim(harbour: Harbour, browser: Browser, provider: Stranger, claim: str) -> None:
    assert come_back(harbour, browser, provider, **{claim: "\ud800"})["error"] == "server_error"


@pytest.mark.parametrize(
    "keys",
    [
        b"",
        b"[]",
        {},
        {"keys": None},
        {"keys": "keys"},
        {"keys": ["key"]},
        {"keys": [{"kid": "1"}]},
        {"keys": [{"kid": "1", "kty": "RSA", "n": "!", "e": "AQAB"}]},
        {"keys": [{"kid": "1", "kty": "oct", "k": "c2VjcmV0"}]},
        {"keys": [{"kid": "2"}]},
    ],
)
def test_keys_that_are_none_prove_nothing(harbour: Harbour, browser: Browser, provider: Stranger, keys: Any) -> None:
    provider.say("/jwks", keys)
    assert come_back(harbour, browser, provider)["error"] == "server_error"


@pytest.mark.parametrize(
    "url",
    [
        *("", "authorize", "javascript:alert(1)", "https://elsewhere.example/\r\nSet-Cookie: a=b", "http://["),
        *("https://elsewhere.example:port/", "https://elsewhere.example:99999/", "https://elsewhere.example:0/"),
    ],
)
def test_nobody_is_sent_to_what_is_no_address(harbour: Harbour, browser: Browser, provider: Stranger, url: str) -> None:
    provider.say("/.well-known/openid-configuration", provider.discovery(authorization_endpoint=url))
    answer = told(browser.go("oauth2/authorize", **harbour.request().query))
    assert answer["error"] == "server_error"


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
@pytest.mark.parametrize("url", ["https://a..b/", f"https://{'a' * 300}.example/", "https://xn--/"])
def test_a_host_that_has_no_name_is_not_there(
    harbour: Harbour, browser: Browser, provider: Stranger, name: str, url: str
) -> None:
    provider.say("/.well-known/openid-configuration", provider.discovery(**{name: url}))
    assert come_back(harbour, browser, provider)["error"] == "server_error"


def test_an_access_token_that_no_header_carries_is_of_no_use(
    harbour: Harbour, browser: Browser, provider: Stranger
) -> None:
    asked = set_out(harbour, browser)
    provider.vouch(asked["nonce"], time.time())
    tokens = json.loads(provider.answers["/token"][1])
    provider.say("/token", tokens | {"access_token": "\N{CRESCENT MOON}"})
    answer = told(browser.go("oauth2/idpresponse", code="c", state=asked["state"]))
    assert answer["error"] == "server_error"


@pytest.mark.parametrize(
    "userinfo",
    [{"sub": "somebody-else"}, {"sub": None, "email": "x@elsewhere.example"}, {"sub": 7}, [], b"nonsense"],
)
def test_a_userinfo_about_nobody_in_particular_is_not_believed(
    harbour: Harbour, browser: Browser, provider: Stranger, userinfo: Any
) -> None:
    provider.say("/userinfo", userinfo)
    assert "error" in come_back(harbour, browser, provider)
