"""Ways to other providers and back: facts of hosted-ui.md 2, 3, 5 and 10 and of user-pools-config.md 1, 2 and 11."""

import base64
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cognito_explorer.sandbox.clock import Clock
from cognito_explorer.sandbox.federation import outbound
from cognito_explorer.sandbox.federation.openid import claims_for_code, find_openid_provider
from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.federation.saml_request import inflate
from cognito_explorer.sandbox.federation.xml_signatures import find, parse
from cognito_explorer.sandbox.functions.host import FunctionHost
from cognito_explorer.sandbox.outbox import Outbox
from cognito_explorer.sandbox.store import Store
from cognito_explorer.sandbox.sts import SecurityTokenService
from cognito_explorer.sandbox.world import World
from tests.sandbox.conformance.test_provider_facts import AMAZON, APPLE, FACEBOOK
from tests.sandbox.federation.stranger import SUBJECT, Stranger, stranger
from tests.sandbox.federation.travel import CLAIMS, LUNA, Harbour, finish, make_harbour, told, travel
from tests.sandbox.hosted_ui.browser import Browser, alert_of, query_of
from tests.sandbox.pools import refused
from tests.sandbox.user_pools.test_identity_providers import GOOGLE, METADATA
from tests.sandbox_fixture import RunningSandbox

LOGOUT = "http://localhost:8400/logout"
PUBLIC = {"Google": GOOGLE, "Facebook": FACEBOOK, "LoginWithAmazon": AMAZON, "SignInWithApple": APPLE}
ALL = ["COGNITO", "Moonbook", "MoonlightCorp", "Stranger", *PUBLIC]


@pytest.fixture(scope="module")
def provider() -> Iterator[Stranger]:
    with stranger() as made:
        yield made


@pytest.fixture(scope="module")
def harbour(sandbox: RunningSandbox, provider: Stranger) -> Iterator[Harbour]:
    """A pool, whose names ignore case, with a provider of every sort."""
    made = make_harbour(sandbox, "fact-ways", UsernameConfiguration={"CaseSensitive": False})
    named = {"UserPoolId": made.pool.pool_id, "AttributeMapping": {"email": "email"}}
    public = [(name, name, details) for name, details in PUBLIC.items()]
    for name, kind, details in (("Stranger", "OIDC", provider.details), *public):
        made.pool.idp.create_identity_provider(**named, ProviderName=name, ProviderType=kind, ProviderDetails=details)
    made.update_provider("MoonlightCorp", IdpIdentifiers=["moonlight-corp.example", "corp"])
    made.allow(SupportedIdentityProviders=ALL)
    yield made
    made.drop()


@pytest.fixture
def browser(harbour: Harbour, provider: Stranger) -> Iterator[Browser]:
    provider.behave()
    with harbour.browser() as opened:
        yield opened


def go(harbour: Harbour, browser: Browser, **wanted: str) -> Any:
    return browser.go("oauth2/authorize", **harbour.request(**wanted).query)


def visit(harbour: Harbour, browser: Browser, provider: Stranger, **changed: Any) -> dict[str, str]:
    """To the stranger and back: what the application is told."""
    asked = query_of(go(harbour, browser, identity_provider="Stranger").headers["location"])
    if "/token" not in provider.silent and provider.answers.get("/token", (200, b""))[0] == 200:
        provider.vouch(asked["nonce"][0], time.time(), **changed)
    return told(browser.go("oauth2/idpresponse", code="c", state=asked["state"][0]))


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("COGNITO", "/_hosted/fact-ways/login"),
        ("Moonbook", "/_providers/moonbook/authorize"),
        ("MoonlightCorp", "/_providers/moonlight/sso"),
        ("Google", "/_providers/google/authorize"),
        ("Facebook", "/_providers/facebook/authorize"),
        ("LoginWithAmazon", "/_providers/amazon/authorize"),
        ("SignInWithApple", "/_providers/apple/authorize"),
    ],
)
def test_a_named_provider_skips_the_choice(harbour: Harbour, browser: Browser, name: str, place: str) -> None:
    """hosted-ui.md 2 and 3: identity_provider COGNITO, a public one or a pool's own; authorize redirects there."""
    page = go(harbour, browser, identity_provider=name)
    assert page.url.path == place
    assert "identity_provider=Moonbook" not in page.text


@pytest.mark.parametrize("identifier", ["corp", "moonlight-corp.example", "noor.hadid@moonlight-corp.example"])
def test_an_identifier_names_a_provider(harbour: Harbour, browser: Browser, identifier: str) -> None:
    """hosted-ui.md 3 and user-pools-config.md 11: idp_identifier, strings or mail domains."""
    assert go(harbour, browser, idp_identifier=identifier).url.path == "/_providers/moonlight/sso"


def test_a_hint_goes_on_to_openid_providers_alone(harbour: Harbour, browser: Browser) -> None:
    """hosted-ui.md 3 and 7: login_hint goes on to OIDC-type IdPs only; cookies csrf-state, csrf-state-legacy."""
    hint = "luna@moonbook.example"
    openid = go(harbour, browser, identity_provider="Moonbook", login_hint=hint)
    assert openid.url.params["login_hint"] == hint
    assert {"csrf-state", "csrf-state-legacy"} <= set(browser.http.cookies)
    saml = go(harbour, browser, identity_provider="MoonlightCorp", login_hint=hint)
    assert hint not in str(saml.url)


def test_each_kind_comes_back_to_its_own_address(harbour: Harbour, browser: Browser) -> None:
    """hosted-ui.md 2: /oauth2/idpresponse; /saml2/idpresponse, POST; entity id `urn:amazon:cognito:sp:<poolId>`."""
    openid = go(harbour, browser, identity_provider="Moonbook")
    assert openid.url.params["redirect_uri"] == f"{browser.base}/oauth2/idpresponse"
    saml = go(harbour, browser, identity_provider="MoonlightCorp")
    request = parse(inflate(saml.url.params["SAMLRequest"]))
    assert request.get("AssertionConsumerServiceURL") == f"{browser.base}/saml2/idpresponse"
    assert request.get("ProtocolBinding").endswith(":HTTP-POST")
    assert [each.text for each in find(request, "saml:Issuer")] == [f"urn:amazon:cognito:sp:{harbour.pool.pool_id}"]


def test_a_provider_takes_the_address_that_is_registered(harbour: Harbour, browser: Browser) -> None:
    """hosted-ui.md 10: the IdP says redirect URI invalid, where it is not /oauth2/idpresponse of a domain."""
    page = go(harbour, browser, identity_provider="Moonbook")
    wrong = browser.http.get(str(page.url.copy_set_param("redirect_uri", f"{browser.base}/callback")))
    assert (wrong.status_code, "redirect_uri is not registered" in wrong.text) == (400, True)


def test_the_answer_may_come_by_form(harbour: Harbour, browser: Browser, provider: Stranger) -> None:
    """hosted-ui.md 2: /oauth2/idpresponse by GET or POST."""
    asked = query_of(go(harbour, browser, identity_provider="Stranger").headers["location"])
    provider.vouch(asked["nonce"][0], time.time())
    form = {"code": "c", "state": asked["state"][0]}
    assert "code" in told(browser.http.post(f"{browser.base}/oauth2/idpresponse", data=form))


@pytest.mark.parametrize("name", ["Moonbook", "MoonlightCorp"])
def test_who_cancels_at_the_provider_is_denied_access(harbour: Harbour, browser: Browser, name: str) -> None:
    """hosted-ui.md 3: access_denied, the user cancelled at the IdP."""
    assert told(finish(browser, go(harbour, browser, identity_provider=name), ""))["error"] == "access_denied"


def test_a_provider_s_own_error_is_told_on(harbour: Harbour, browser: Browser) -> None:
    """hosted-ui.md 3: server_error by redirect, IdP failure."""
    asked = query_of(go(harbour, browser, identity_provider="Stranger").headers["location"])
    form = {"error": "temporarily_unavailable", "error_description": "try later", "state": asked["state"][0]}
    answer = told(browser.http.post(f"{browser.base}/oauth2/idpresponse", data=form))
    assert (answer["error"], answer["error_description"]) == ("server_error", "try later")


@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
def test_a_provider_s_status_is_told(harbour: Harbour, browser: Browser, provider: Stranger, status: int) -> None:
    """hosted-ui.md 3: server_error, `[IdP name] Error - [status] error getting token`; 429 too."""
    provider.say("/token", {"error": "no"}, status)
    answer = visit(harbour, browser, provider)
    assert (answer["error"], answer["error_description"]) == (
        "server_error",
        f"Stranger Error - {status} error getting token",
    )


def test_google_s_error_is_called_google_s(harbour: Harbour, browser: Browser) -> None:
    """hosted-ui.md 3: `Google Error - …`."""
    state = go(harbour, browser, identity_provider="Google").url.params["state"]
    answer = told(browser.go("oauth2/idpresponse", code="nobody-gave-this", state=state))
    assert answer["error_description"] == "Google Error - 400 error getting token"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world without a process, whose patience with providers is short."""
    monkeypatch.setattr(outbound, "_TIMEOUT_S", 0.3)
    store, clock = Store(tmp_path / "world.sqlite"), Clock()
    no_sts: SecurityTokenService = object()  # type: ignore[assignment]  # nothing here asks for credentials
    functions = FunctionHost(tmp_path, clock, no_sts)
    yield World(tmp_path, store, clock, Outbox(store, clock), no_sts, functions, "http://127.0.0.1:4000")
    store.close()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/token", "Timeout occurred in calling IdP token endpoint"),
        ("/jwks", "Timeout in calling jwks uri"),
        ("/userinfo", "Read timed out"),
    ],
)
def test_a_silent_provider_is_waited_for_so_long(provider: Stranger, world: World, path: str, text: str) -> None:
    """hosted-ui.md 3: server_error, descriptions of time-outs."""
    provider.behave()
    provider.vouch("n", world.clock.now())
    provider.silent.add(path)
    settings = {"ProviderName": "Stranger", "ProviderType": "OIDC", "ProviderDetails": provider.details}
    with pytest.raises(FederationProblem) as caught:
        claims_for_code(world, settings, "c", redirect_uri="http://localhost/oauth2/idpresponse", nonce="n")
    assert (caught.value.error, caught.value.description) == ("server_error", text)


@pytest.mark.parametrize(
    ("endpoint", "text"),
    [
        ("token_endpoint", "Connection reset"),
        ("userinfo_endpoint", "Connection reset"),
        ("jwks_uri", "Error in calling jwks uri"),
    ],
)
def test_a_provider_nobody_reaches_is_told(
    harbour: Harbour, browser: Browser, provider: Stranger, endpoint: str, text: str
) -> None:
    """hosted-ui.md 3: server_error, `Connection reset`; keys that cannot be had, in the words of the key set."""
    nowhere = provider.discovery(**{endpoint: "http://127.0.0.1:9/"})
    provider.say("/.well-known/openid-configuration", nowhere)
    answer = visit(harbour, browser, provider)
    assert (answer["error"], answer["error_description"]) == ("server_error", text)


def test_discovery_is_tried_before_what_is_stated(provider: Stranger, world: World) -> None:
    """user-pools-config.md 11: issuer discovery is tried first; where it is impossible, the four addresses count."""
    provider.behave()
    stated = dict.fromkeys(("authorize_url", "token_url", "attributes_url", "jwks_uri"), f"{provider.url}/stated")
    settings = {"ProviderName": "S", "ProviderType": "OIDC", "ProviderDetails": provider.details | stated}
    assert find_openid_provider(world, settings).token_url == f"{provider.url}/token"
    provider.say("/.well-known/openid-configuration", {}, 404)
    assert find_openid_provider(world, settings).token_url == f"{provider.url}/stated"
    with pytest.raises(FederationProblem):
        find_openid_provider(world, settings | {"ProviderDetails": provider.details})


def test_a_client_offers_what_it_supports(harbour: Harbour, browser: Browser) -> None:
    """user-pools-config.md 11 and hosted-ui.md 10: a client offers an IdP only among its supported ones."""
    harbour.allow(SupportedIdentityProviders=["COGNITO", "Moonbook"])
    page = go(harbour, browser)
    assert ("identity_provider=Moonbook" in page.text, "identity_provider=Google" in page.text) == (True, False)
    assert told(go(harbour, browser, identity_provider="Google"))["error"] == "unauthorized_client"
    harbour.allow(SupportedIdentityProviders=ALL)
    with refused("InvalidParameterException"):
        harbour.allow(SupportedIdentityProviders=["Nobody"])


def test_subjects_keep_their_case(harbour: Harbour, browser: Browser, provider: Stranger) -> None:
    """user-pools-config.md 2: federated subject ids stay case-sensitive, also where names do not."""
    for subject in ("Selene", "selene"):
        provider.say("/userinfo", {"sub": subject, "email": f"{subject}@elsewhere.example"})
        with harbour.browser() as afresh:
            assert "code" in visit(harbour, afresh, provider, sub=subject)
    assert harbour.user("Stranger_Selene")["email"] == "Selene@elsewhere.example"
    assert harbour.user("Stranger_selene")["email"] == "selene@elsewhere.example"


def test_what_is_mapped_has_to_be_writable(harbour: Harbour, browser: Browser, provider: Stranger) -> None:
    """user-pools-config.md 11: AttributeMapping is pool attribute to claim; targets writable by the client."""
    harbour.allow(SupportedIdentityProviders=ALL, WriteAttributes=["name"])
    assert visit(harbour, browser, provider)["error"] == "invalid_request"
    harbour.allow(SupportedIdentityProviders=ALL)
    assert "code" in visit(harbour, browser, provider)
    assert harbour.user(f"Stranger_{SUBJECT}")["email"] == "stranger@elsewhere.example"


@pytest.mark.parametrize(("is_required", "is_mutable"), [(True, True), (False, False)])
def test_a_mapped_attribute_is_told_and_mutable(
    sandbox: RunningSandbox, *, is_required: bool, is_mutable: bool
) -> None:
    """user-pools-config.md 1 and 11: `Invalid user attributes: Required attribute`; an immutable target fails later."""
    email = {"Name": "email", "AttributeDataType": "String", "Required": is_required, "Mutable": is_mutable}
    made = make_harbour(sandbox, "fact-mapped", Schema=[email])
    with made.browser() as browser:
        first = told(travel(made, browser, "orion" if is_required else "luna")[1])
    if is_required:
        assert first["error_description"].startswith("Invalid user attributes: Required attribute")
    else:
        assert "code" in first
        with made.browser() as again:
            assert "cannot be updated" in told(travel(made, again, "luna")[1])["error_description"]
    made.drop()


def test_a_session_with_the_provider_outlives_the_sign_out(harbour: Harbour, browser: Browser) -> None:
    """hosted-ui.md 5 and 10: OIDC and social IdP sessions persist, so nobody asks again."""
    told(travel(harbour, browser, "luna", identity_provider="Moonbook")[1])
    left = browser.go("logout", client_id=harbour.pool.client_id, logout_uri=LOGOUT)
    assert left.headers["location"] == LOGOUT
    assert "code" in told(go(harbour, browser, identity_provider="Moonbook"))
    assert harbour.user(LUNA)["status"] == "EXTERNAL_PROVIDER"


@pytest.mark.parametrize("is_set", [False, True])
def test_saml_signs_out_of_the_provider_where_it_is_set(harbour: Harbour, browser: Browser, *, is_set: bool) -> None:
    """hosted-ui.md 2 and 5: SAML single logout only when configured (IDPSignout); back by /saml2/logout."""
    metadata = browser.http.get(f"{browser.origin}/_providers/moonlight/metadata").text
    details = {"MetadataFile": metadata} | ({"IDPSignout": "true"} if is_set else {})
    harbour.update_provider("MoonlightCorp", ProviderDetails=details)
    told(travel(harbour, browser, "noor", identity_provider="MoonlightCorp")[1])
    way = browser.http.get(f"{browser.base}/logout", params={"client_id": harbour.pool.client_id, "logout_uri": LOGOUT})
    assert ("/_providers/moonlight/logout?" in way.headers["location"]) is is_set
    assert browser._follow(way).headers["location"] == LOGOUT
    page = go(harbour, browser, identity_provider="MoonlightCorp")
    assert ("Who are you today?" in page.text) is is_set


def test_a_relay_state_that_is_none_is_told(harbour: Harbour, browser: Browser) -> None:
    """hosted-ui.md 3: `Invalid relayState from identity provider`."""
    form = {"SAMLResponse": "e30=", "RelayState": "nobody-sent-this"}
    page = browser.http.post(f"{browser.base}/saml2/idpresponse", data=form, follow_redirects=True)
    assert (page.status_code, alert_of(page)) == (400, "Invalid relayState from identity provider")


@pytest.mark.parametrize(
    ("response", "text"), [("e30=", "Invalid SAML document"), ("A" * 100_001, "Invalid SAML response received")]
)
def test_a_response_that_is_none_lets_nobody_in(harbour: Harbour, browser: Browser, response: str, text: str) -> None:
    """hosted-ui.md 3 and api-quotas.md 5: a SAML response, 100,000 characters at most."""
    state = go(harbour, browser, identity_provider="MoonlightCorp").url.params["RelayState"]
    form = {"SAMLResponse": response, "RelayState": state}
    answer = told(browser.http.post(f"{browser.base}/saml2/idpresponse", data=form))
    assert (answer["error"], answer["error_description"]) == ("server_error", text)


def test_a_description_adds_what_cognito_derives(harbour: Harbour) -> None:
    """user-pools-config.md 11: SSO and SLO addresses, the encryption certificate; an update drops them."""
    key = {"UserPoolId": harbour.pool.pool_id, "ProviderName": "Derived"}
    details = {"MetadataFile": METADATA, "EncryptedResponses": "true"}
    harbour.pool.idp.create_identity_provider(**key, ProviderType="SAML", ProviderDetails=details)
    shown = harbour.pool.idp.describe_identity_provider(**key)["IdentityProvider"]
    derived = shown["ProviderDetails"].keys() - details.keys()
    assert derived == {"SSORedirectBindingURI", "SLORedirectBindingURI", "ActiveEncryptionCertificate"}
    again = harbour.pool.idp.update_identity_provider(**key, ProviderDetails=shown["ProviderDetails"])
    assert again["IdentityProvider"]["ProviderDetails"] == shown["ProviderDetails"]
    openid = harbour.pool.idp.describe_identity_provider(**key | {"ProviderName": "Moonbook"})["IdentityProvider"]
    assert openid["ProviderDetails"].keys() >= {
        "authorize_url",
        "token_url",
        "jwks_uri",
        "attributes_url_add_attributes",
    }
    harbour.pool.idp.delete_identity_provider(**key)


def test_an_identifier_belongs_to_one_provider_and_there_are_fifty(harbour: Harbour) -> None:
    """user-pools-config.md 11 and user-pools.md 2: IdpIdentifiers, at most 50; names of 32 characters."""
    strict = harbour.sandbox.client("cognito-idp", parameter_validation=False)
    key = {"UserPoolId": harbour.pool.pool_id, "ProviderName": "Moonbook"}
    for identifiers in ([f"i{number}" for number in range(51)], ["corp"]):
        with refused("InvalidParameterException"):
            strict.update_identity_provider(**key, IdpIdentifiers=identifiers)
    long = {"ProviderName": "p" * 33, "ProviderType": "SAML", "ProviderDetails": {"MetadataFile": METADATA}}
    with refused("InvalidParameterException"):
        strict.create_identity_provider(UserPoolId=harbour.pool.pool_id, **long)


def test_a_provider_may_begin_where_it_is_let(harbour: Harbour, browser: Browser) -> None:
    """user-pools-config.md 11: IDPInit; metadata by MetadataURL; claims of SAML by their names."""
    url = f"{browser.origin}/_providers/moonlight"
    details = {"MetadataURL": f"{url}/metadata", "IDPInit": "true"}
    harbour.update_provider("MoonlightCorp", ProviderDetails=details, AttributeMapping={"name": f"{CLAIMS}/name"})
    wanted = harbour.request(identity_provider="MoonlightCorp", code_challenge="", code_challenge_method="")
    relay_state = str(browser.http.build_request("GET", url, params=wanted.query).url.query, "ascii")
    audience = f"urn:amazon:cognito:sp:{harbour.pool.pool_id}"
    query = {"acs": f"{browser.base}/saml2/idpresponse", "audience": audience, "RelayState": relay_state}
    end = finish(browser, browser.http.get(f"{url}/sso", params=query), "tess")
    assert "code" in told(end)
    assert harbour.user("MoonlightCorp_ML-2001")["name"] == "Tess Vale"


def test_encrypted_assertions_are_demanded_and_read(harbour: Harbour, browser: Browser) -> None:
    """user-pools-config.md 11: EncryptedResponses."""
    url = f"{browser.origin}/_providers/moonlight/metadata"
    for wanted in ("true", "false"):
        details = {"MetadataURL": url, "EncryptedResponses": wanted}
        harbour.update_provider("MoonlightCorp", ProviderDetails=details)
        page = browser.submit(go(harbour, browser, identity_provider="MoonlightCorp", prompt="login"), person="noor")
        sent = re.search(r'name="SAMLResponse" value="([^"]+)"', page.text)
        assert sent is not None
        assert (b"EncryptedAssertion" in base64.b64decode(sent[1])) is (wanted == "true")
        assert "code" in told(finish(browser, page, "noor"))
        browser.http.cookies.clear()


def test_too_many_answers_of_providers_are_too_many(harbour: Harbour, browser: Browser, provider: Stranger) -> None:
    """api-quotas.md 1: handling of external-IdP responses, 25 a second; hosted endpoints answer 429."""
    states = []
    for _ in range(26):
        asked = query_of(go(harbour, browser, identity_provider="Stranger").headers["location"])
        states.append(asked["state"][0])
    harbour.sandbox.control("clock", {"is_frozen": True})
    harbour.sandbox.control("faults", {"is_throttled": True})
    answers = [
        browser.http.get(f"{browser.base}/oauth2/idpresponse", params={"code": "c", "state": state}) for state in states
    ]
    harbour.sandbox.control("faults", {"is_throttled": False})
    harbour.sandbox.control("clock", {"is_frozen": False})
    assert [answer.status_code for answer in answers] == [302] * 25 + [429]
