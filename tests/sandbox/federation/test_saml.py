"""Signing in through a SAML provider: facts of hosted-ui.md sections 2 and 3 and user-pools-config.md section 11."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree  # type: ignore[import-untyped]  # lxml has no types

from cognito_explorer.sandbox.federation.provider_keys import ProviderKey
from cognito_explorer.sandbox.federation.saml_request import inflate
from cognito_explorer.sandbox.federation.xml_signatures import parse, sign
from tests.sandbox.federation.travel import CLAIMS, Harbour, finish, make_harbour, told, travel
from tests.sandbox.hosted_ui.browser import Browser, alert_of
from tests.sandbox_fixture import RunningSandbox

SELMA = "MoonlightCorp_ML-1001"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"


@pytest.fixture
def harbour(sandbox: RunningSandbox, request: pytest.FixtureRequest) -> Iterator[Harbour]:
    settings: dict[str, Any] = getattr(request, "param", {})
    made = make_harbour(sandbox, "company", providers=("MoonlightCorp",), **settings)
    yield made
    made.drop()


def answer_page(harbour: Harbour, browser: Browser, person: str = "selma", **changed: str) -> httpx.Response:
    """The provider's page that holds its response."""
    page = browser.go("oauth2/authorize", **harbour.request(**changed).query)
    return browser.submit(page, person=person) if "Who are you" in page.text else page


def response_in(page: httpx.Response) -> bytes:
    """The SAML response of that page."""
    found = re.search(r'name="SAMLResponse" value="([^"]+)"', page.text)
    assert found is not None
    return base64.b64decode(found[1])


def deliver(browser: Browser, page: httpx.Response, response: bytes) -> httpx.Response:
    """Send another response in that page's place."""
    return browser.submit(page, SAMLResponse=base64.b64encode(response).decode())


def test_the_request_names_the_pool_and_wants_its_answer_posted(harbour: Harbour) -> None:
    """hosted-ui.md 2: entity id `urn:amazon:cognito:sp:<poolId>`; the ACS is /saml2/idpresponse, by POST."""
    with harbour.browser() as browser:
        page = browser.go("oauth2/authorize", **harbour.request().query)
    request = parse(inflate(page.url.params["SAMLRequest"]))
    assert request.find(f"{SAML}Issuer").text == f"urn:amazon:cognito:sp:{harbour.pool.pool_id}"
    assert request.get("AssertionConsumerServiceURL").endswith("/_hosted/company/saml2/idpresponse")
    assert request.get("ProtocolBinding").endswith(":HTTP-POST")
    assert "Signature" not in page.url.params


def test_a_request_is_signed_when_the_provider_wants_it(harbour: Harbour) -> None:
    """user-pools-config.md 11: RequestSigningAlgorithm rsa-sha256."""
    details = harbour.pool.idp.describe_identity_provider(
        UserPoolId=harbour.pool.pool_id, ProviderName="MoonlightCorp"
    )["IdentityProvider"]["ProviderDetails"]
    wanted = {"MetadataFile": details["MetadataFile"], "RequestSigningAlgorithm": "rsa-sha256"}
    harbour.update_provider("MoonlightCorp", ProviderDetails=wanted)
    with harbour.browser() as browser:
        page = browser.go("oauth2/authorize", **harbour.request().query)
    assert page.url.params["SigAlg"].endswith("rsa-sha256")
    assert page.url.params["Signature"]


def test_an_employee_comes_in_with_mapped_attributes(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        attempt, end = travel(harbour, browser, "selma")
        assert told(end)["state"] == attempt.query["state"]
        assert attempt.exchange(browser, told(end)["code"]).status_code == 200
    user = harbour.user(SELMA)
    assert (user["status"], user["email"]) == ("EXTERNAL_PROVIDER", "selma.frost@moonlight-corp.example")
    identity = json.loads(user["identities"])[0]
    assert (identity["userId"], identity["providerType"]) == ("ML-1001", "SAML")
    assert identity["issuer"] == "https://login.moonlight-corp.example/saml"


def test_several_values_of_an_attribute_stand_in_brackets(harbour: Harbour) -> None:
    mapping = {"email": f"{CLAIMS}/emailaddress", "profile": "groups"}
    harbour.update_provider("MoonlightCorp", AttributeMapping=mapping)
    with harbour.browser() as browser:
        told(travel(harbour, browser, "selma")[1])
    assert harbour.user(SELMA)["profile"] == "[engineering, admins]"


REQUIRED = [{"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True}]


@pytest.mark.parametrize("harbour", [{"Schema": REQUIRED}], indirect=True)
def test_a_required_attribute_that_is_missing_is_told(harbour: Harbour) -> None:
    """hosted-ui.md 3: `Invalid user attributes: Required attribute` after /saml2/idpresponse."""
    with harbour.browser() as browser:
        answer = told(travel(harbour, browser, "tess")[1])
    assert answer["error_description"].startswith("Invalid user attributes: Required attribute")


def test_who_declines_is_told_to_the_application(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        assert told(travel(harbour, browser, "")[1])["error"] == "access_denied"


def test_a_changed_assertion_is_not_believed(harbour: Harbour) -> None:
    """hosted-ui.md 3: `SAML Response signature is invalid`."""
    with harbour.browser() as browser:
        page = answer_page(harbour, browser)
        forged = response_in(page).replace(b"ML-1001", b"ML-1002")
        answer = told(deliver(browser, page, forged))
    assert (answer["error"], answer["error_description"]) == ("server_error", "SAML Response signature is invalid")


def test_an_assertion_without_a_signature_is_not_believed(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        page = answer_page(harbour, browser)
        root = parse(response_in(page))
        for signature in root.findall(".//{http://www.w3.org/2000/09/xmldsig#}Signature"):
            signature.getparent().remove(signature)
        answer = told(deliver(browser, page, etree.tostring(root)))
    assert answer["error_description"] == "SAML Response signature is invalid"


def test_an_assertion_signed_by_somebody_else_is_not_believed(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        page = answer_page(harbour, browser)
        root = parse(response_in(page))
        assertion = root.find(f"{SAML}Assertion")
        signature = assertion.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
        certificate = "".join(signature.itertext("{http://www.w3.org/2000/09/xmldsig#}X509Certificate")).strip()
        assertion.remove(signature)
        stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = f"-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n"
        root.replace(assertion, sign(assertion, ProviderKey("", stranger, pem)))
        answer = told(deliver(browser, page, etree.tostring(root)))
    assert answer["error_description"] == "SAML Response signature is invalid"


def test_an_unsigned_assertion_beside_the_signed_one_is_never_read(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        page = answer_page(harbour, browser)
        root = parse(response_in(page))
        signed = root.find(f"{SAML}Assertion")
        evil = parse(etree.tostring(signed).replace(b"ML-1001", b"ML-9999"))
        evil.set("ID", "_evil")
        evil.remove(evil.find("{http://www.w3.org/2000/09/xmldsig#}Signature"))
        root.insert(1, evil)
        end = deliver(browser, page, etree.tostring(root))
    names = [user["Username"] for user in harbour.pool.idp.list_users(UserPoolId=harbour.pool.pool_id)["Users"]]
    assert "MoonlightCorp_ML-9999" not in names
    assert "error" in told(end) or names == [SELMA]


def test_an_assertion_for_another_pool_is_refused(harbour: Harbour) -> None:
    """hosted-ui.md 3: `Audience restriction`."""
    with harbour.browser() as browser:
        page = browser.go("oauth2/authorize", **harbour.request().query)
        relay_state = page.url.params["RelayState"]
        acs = f"{browser.base}/saml2/idpresponse"
        query = urlencode({"acs": acs, "audience": "urn:amazon:cognito:sp:us-east-1_Other", "RelayState": relay_state})
        stray = browser.http.get(f"{browser.origin}/_providers/moonlight/sso?{query}")
        answer = told(finish(browser, stray, "selma"))
    assert answer["error_description"].startswith("Audience restriction")


def test_an_assertion_is_refused_when_it_is_too_old(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        page = answer_page(harbour, browser)
        response = response_in(page)
        harbour.sandbox.advance(400)
        later = answer_page(harbour, browser)
        answer = told(deliver(browser, later, response))
    assert "error" in answer
    assert harbour.pool.idp.list_users(UserPoolId=harbour.pool.pool_id)["Users"] == []


def test_an_assertion_answers_one_request_and_no_other(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        first = answer_page(harbour, browser)
        assert "code" in told(deliver(browser, first, response_in(first)))
        second = answer_page(harbour, browser, prompt="login")
        assert second.is_redirect or "error" in told(deliver(browser, second, response_in(first)))
        again = deliver(browser, first, response_in(first))
    assert (again.status_code, alert_of(again)) == (400, "Invalid relayState from identity provider")


def test_a_provider_begins_by_itself_only_where_that_is_allowed(harbour: Harbour) -> None:
    """user-pools-config.md 11 and hosted-ui.md 3: IDPInit; `Invalid relayState from identity provider`."""
    relay_state = urlencode(
        {
            "identity_provider": "MoonlightCorp",
            "client_id": harbour.pool.client_id,
            "redirect_uri": "http://localhost:8400/callback",
            "response_type": "code",
            "scope": "openid",
        }
    )
    with harbour.browser() as browser:
        acs = f"{browser.base}/saml2/idpresponse"
        audience = f"urn:amazon:cognito:sp:{harbour.pool.pool_id}"
        url = f"{browser.origin}/_providers/moonlight/sso"
        query = {"acs": acs, "audience": audience, "RelayState": relay_state}
        refused = finish(browser, browser.http.get(url, params=query), "noor")
        assert alert_of(refused) == "Invalid relayState from identity provider"
        metadata = browser.http.get(f"{browser.origin}/_providers/moonlight/metadata").text
        harbour.update_provider("MoonlightCorp", ProviderDetails={"MetadataFile": metadata, "IDPInit": "true"})
        page = browser.http.get(url, params=query)
        assert "code" in told(finish(browser, page, "noor"))
        replayed = told(browser.submit(page, SAMLResponse=base64.b64encode(response_in(page)).decode()))
    assert replayed["error_description"] == "Assertion has been used before"


def test_metadata_may_come_from_their_address(harbour: Harbour) -> None:
    """user-pools-config.md 11: MetadataURL."""
    url = f"{harbour.sandbox.browser_origin}/_providers/moonlight/metadata"
    harbour.update_provider("MoonlightCorp", ProviderDetails={"MetadataURL": url})
    with harbour.browser() as browser:
        assert "code" in told(travel(harbour, browser, "selma")[1])


def test_a_document_type_in_a_response_is_refused(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        page = answer_page(harbour, browser)
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + response_in(page)
        answer = told(deliver(browser, page, bomb))
    assert answer["error_description"].startswith("Invalid SAML document")


def test_the_page_that_sends_itself_runs_one_script_of_our_own(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        page = answer_page(harbour, browser)
        policy = page.headers["content-security-policy"]
        script = browser.http.get(f"{browser.origin}/_providers/onward.js")
    assert "script-src 'self';" in policy
    # Browsers hold a form's redirects to form-action, and the last one leads to an application.
    assert "form-action" not in policy
    assert re.findall(r"<script[^>]*>", page.text) == ['<script src="/_providers/onward.js">']
    assert script.headers["content-type"].startswith("text/javascript")
    assert urlsplit(str(page.url)).path == "/_providers/moonlight/sso"


def test_signing_out_signs_out_of_the_provider_only_where_that_is_set(harbour: Harbour) -> None:
    """hosted-ui.md section 5: SAML single logout happens only when configured (IDPSignout)."""
    logout = {"client_id": harbour.pool.client_id, "logout_uri": "http://localhost:8400/logout"}
    with harbour.browser() as browser:
        told(travel(harbour, browser, "selma")[1])
        assert browser.go("logout", **logout).headers["location"] == logout["logout_uri"]
        still_known = browser.go("oauth2/authorize", **harbour.request().query)
        assert "You are signed in" in still_known.text
        metadata = browser.http.get(f"{browser.origin}/_providers/moonlight/metadata").text
        harbour.update_provider("MoonlightCorp", ProviderDetails={"MetadataFile": metadata, "IDPSignout": "true"})
        told(finish(browser, still_known, "selma"))
        left = browser.http.get(f"{browser.base}/logout", params=logout)
        assert urlsplit(left.headers["location"]).path == "/_providers/moonlight/logout"
        assert "Signature=" in left.headers["location"]
        assert browser._follow(left).headers["location"] == logout["logout_uri"]
        assert "Who are you today?" in browser.go("oauth2/authorize", **harbour.request().query).text
