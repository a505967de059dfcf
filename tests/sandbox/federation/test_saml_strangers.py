"""What a SAML response has to prove: SAML profiles 4.1.4, and nothing but what is signed is believed."""

import base64
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree  # type: ignore[import-untyped]  # lxml has no types

from cognito_explorer.sandbox.federation.saml_request import inflate
from cognito_explorer.sandbox.federation.xml_signatures import parse
from tests.sandbox.federation.travel import Harbour, make_harbour, told
from tests.sandbox.hosted_ui.browser import Browser, query_of
from tests.sandbox.identity_pools.providers import SamlProvider
from tests.sandbox_fixture import RunningSandbox

SSO = "https://idp.moonrise.example/sso"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
NAMES = {"saml": "urn:oasis:names:tc:SAML:2.0:assertion", "samlp": "urn:oasis:names:tc:SAML:2.0:protocol"}
DS = "{http://www.w3.org/2000/09/xmldsig#}Signature"
Change = Callable[[Any], None]


@pytest.fixture(scope="module")
def provider() -> SamlProvider:
    return SamlProvider()


@pytest.fixture(scope="module")
def harbour(sandbox: RunningSandbox, provider: SamlProvider) -> Iterator[Harbour]:
    made = make_harbour(sandbox, "proofs")
    made.pool.idp.create_identity_provider(
        UserPoolId=made.pool.pool_id,
        ProviderName="Moonrise",
        ProviderType="SAML",
        ProviderDetails={"MetadataFile": metadata(provider, SSO)},
        AttributeMapping={"name": "name"},
    )
    made.allow(SupportedIdentityProviders=["Moonrise"])
    yield made
    made.drop()


@pytest.fixture
def browser(harbour: Harbour) -> Iterator[Browser]:
    with harbour.browser() as opened:
        yield opened


def metadata(provider: SamlProvider, url: str) -> str:
    return provider.metadata(f'<md:SingleSignOnService Binding="{REDIRECT}" Location="{url}"/>')


def set_out(harbour: Harbour, browser: Browser) -> tuple[str, str, str]:
    """Relay state, request id and the address the answer is wanted at."""
    page = browser.go("oauth2/authorize", **harbour.request().query)
    asked = query_of(page.headers["location"])
    request = parse(inflate(asked["SAMLRequest"][0]))
    return asked["RelayState"][0], request.get("ID"), request.get("AssertionConsumerServiceURL")


def response_for(harbour: Harbour, request_id: str, acs: str) -> Any:
    """A response that lets Luna in, once its assertion is signed."""
    now = datetime.now(UTC)
    begin, end = ((now + timedelta(seconds=shift)).strftime("%Y-%m-%dT%H:%M:%SZ") for shift in (-9, 300))
    placeholder = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="placeholder"/>'
    issuer = f'<saml:Issuer xmlns:saml="{NAMES["saml"]}">{SamlProvider.entity_id}</saml:Issuer>'
    return etree.fromstring(
        f'<samlp:Response xmlns:samlp="{NAMES["samlp"]}" ID="_r{request_id}" Version="2.0" InResponseTo="{request_id}"'
        f' Destination="{acs}">{issuer}{placeholder}'
        '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
        f'<saml:Assertion xmlns:saml="{NAMES["saml"]}" ID="_a{request_id}" Version="2.0" IssueInstant="{begin}">'
        f"{issuer}{placeholder}<saml:Subject><saml:NameID>luna</saml:NameID>"
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData'
        f' Recipient="{acs}" NotOnOrAfter="{end}" InResponseTo="{request_id}"/></saml:SubjectConfirmation>'
        f'</saml:Subject><saml:Conditions NotBefore="{begin}" NotOnOrAfter="{end}">'
        f"<saml:AudienceRestriction><saml:Audience>urn:amazon:cognito:sp:{harbour.pool.pool_id}</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
        f'<saml:AuthnStatement AuthnInstant="{begin}"/></saml:Assertion></samlp:Response>'
    )


def sign_assertion(provider: SamlProvider, root: Any) -> None:
    """Sign the assertion alone, as most providers do."""
    root.remove(root.find(DS))
    assertion = one(root, "saml:Assertion")
    root.replace(assertion, provider.sign(assertion))


def one(root: Any, path: str) -> Any:
    found = root.find(path, NAMES)
    assert found is not None
    return found


def arrive(harbour: Harbour, browser: Browser, state: str, root: Any) -> dict[str, str]:
    form = {"RelayState": state, "SAMLResponse": base64.b64encode(etree.tostring(root)).decode()}
    return told(browser.http.post(f"{browser.base}/saml2/idpresponse", data=form))


def users(harbour: Harbour) -> list[str]:
    return [user["Username"] for user in harbour.pool.idp.list_users(UserPoolId=harbour.pool.pool_id)["Users"]]


@pytest.mark.parametrize("is_whole", [False, True])
def test_a_signed_assertion_and_a_signed_response_let_people_in(
    harbour: Harbour, browser: Browser, provider: SamlProvider, *, is_whole: bool
) -> None:
    state, request_id, acs = set_out(harbour, browser)
    root = response_for(harbour, request_id, acs)
    if is_whole:
        assertion = one(root, "saml:Assertion")
        assertion.remove(assertion.find(DS))
        root = provider.sign(root)
    else:
        sign_assertion(provider, root)
    assert "code" in arrive(harbour, browser, state, root)
    assert users(harbour) == ["Moonrise_luna"]


@pytest.mark.parametrize(("prompt", "forced"), [("login", "true"), ("consent", None)])
def test_who_is_to_be_asked_again_is_asked_there(
    harbour: Harbour, browser: Browser, prompt: str, forced: str | None
) -> None:
    """OpenID Connect core 3.1.2.1: `login` wants people to prove anew who they are; SAML calls it ForceAuthn."""
    named = {"UserPoolId": harbour.pool.pool_id, "Domain": "proofs"}
    harbour.pool.idp.update_user_pool_domain(**named, ManagedLoginVersion=2)
    page = browser.go("oauth2/authorize", **harbour.request(prompt=prompt).query)
    harbour.pool.idp.update_user_pool_domain(**named, ManagedLoginVersion=1)
    request = parse(inflate(query_of(page.headers["location"])["SAMLRequest"][0]))
    assert request.get("ForceAuthn") == forced


def _set(path: str, name: str, value: str) -> Change:
    return lambda root: one(root, path).set(name, value)


def _write(path: str, text: str) -> Change:
    def change(root: Any) -> None:
        one(root, path).text = text

    return change


def _remove(path: str) -> Change:
    def change(root: Any) -> None:
        found = one(root, path)
        found.getparent().remove(found)

    return change


def _restrict_further(root: Any) -> None:
    """A second restriction that names somebody else: every one of them has to be met (SAML core 2.5.1.4)."""
    conditions = one(root, "saml:Assertion/saml:Conditions")
    other = deepcopy(conditions[0])
    one(other, "saml:Audience").text = "urn:amazon:cognito:sp:us-east-1_Other"
    conditions.append(other)


_CONFIRMATION = "saml:Assertion/saml:Subject/saml:SubjectConfirmation"
_DATA = f"{_CONFIRMATION}/saml:SubjectConfirmationData"
_AUDIENCE = "saml:Assertion/saml:Conditions/saml:AudienceRestriction"


@pytest.mark.parametrize(
    "change",
    [
        _write("saml:Assertion/saml:Issuer", "https://idp.somebody-else.example"),
        _write(f"{_AUDIENCE}/saml:Audience", "urn:amazon:cognito:sp:us-east-1_Other"),
        _remove(_AUDIENCE),
        _restrict_further,
        _set("saml:Assertion/saml:Conditions", "NotBefore", "2099-01-01T00:00:00Z"),
        _set("saml:Assertion/saml:Conditions", "NotOnOrAfter", "2020-01-01T00:00:00Z"),
        _set("saml:Assertion/saml:Conditions", "NotOnOrAfter", "tomorrow"),
        _set(_DATA, "Recipient", "https://elsewhere.example/saml2/idpresponse"),
        _set(_DATA, "InResponseTo", "_another"),
        _set(_DATA, "NotOnOrAfter", "2020-01-01T00:00:00Z"),
        _set(_CONFIRMATION, "Method", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"),
        _remove("saml:Assertion/saml:Subject/saml:NameID"),
        _write("saml:Assertion/saml:Subject/saml:NameID", ""),
        _set(".", "InResponseTo", "_another"),
        _set("samlp:Status/samlp:StatusCode", "Value", "urn:oasis:names:tc:SAML:2.0:status:Responder"),
    ],
)
def test_an_assertion_that_does_not_fit_lets_nobody_in(
    harbour: Harbour, browser: Browser, provider: SamlProvider, change: Change
) -> None:
    state, request_id, acs = set_out(harbour, browser)
    root = response_for(harbour, request_id, acs)
    change(root)
    sign_assertion(provider, root)
    assert "error" in arrive(harbour, browser, state, root)


def test_a_signed_response_is_for_the_address_it_names(
    harbour: Harbour, browser: Browser, provider: SamlProvider
) -> None:
    """SAML bindings 3.5.5.2: a signed message has a Destination, and that is where it came to."""
    state, request_id, acs = set_out(harbour, browser)
    root = response_for(harbour, request_id, acs)
    assertion = one(root, "saml:Assertion")
    assertion.remove(assertion.find(DS))
    root.set("Destination", "https://elsewhere.example/acs")
    assert "error" in arrive(harbour, browser, state, provider.sign(root))


def _wrap_before(root: Any) -> None:
    """A forged assertion first, the signed one behind it."""
    root.insert(1, _forged(root))


def _wrap_around(root: Any) -> None:
    """The signed assertion inside a forged one that has the signature."""
    signed = one(root, "saml:Assertion")
    forged = _forged(root)
    root.replace(signed, forged)
    forged.insert(1, deepcopy(signed.find(DS)))
    forged.append(signed)


def _wrap_aside(root: Any) -> None:
    """The signed assertion where nobody looks, the forged one in its place with a signature of the same reference."""
    signed = one(root, "saml:Assertion")
    forged = _forged(root)
    root.replace(signed, forged)
    forged.insert(1, deepcopy(signed.find(DS)))
    extensions = etree.SubElement(root, f"{{{NAMES['samlp']}}}Extensions")
    extensions.append(signed)


def _same_id(root: Any) -> None:
    """Two assertions of one id."""
    forged = _forged(root)
    forged.set("ID", one(root, "saml:Assertion").get("ID"))
    root.insert(1, forged)


def _forged(root: Any) -> Any:
    forged = deepcopy(one(root, "saml:Assertion"))
    forged.remove(forged.find(DS))
    forged.set("ID", "_forged")
    one(forged, "saml:Subject/saml:NameID").text = "forged"
    return forged


@pytest.mark.parametrize("wrap", [_wrap_before, _wrap_around, _wrap_aside, _same_id])
def test_what_is_wrapped_around_a_signed_assertion_is_not_believed(
    harbour: Harbour, browser: Browser, provider: SamlProvider, wrap: Change
) -> None:
    state, request_id, acs = set_out(harbour, browser)
    root = response_for(harbour, request_id, acs)
    sign_assertion(provider, root)
    wrap(root)
    arrive(harbour, browser, state, root)
    assert "Moonrise_forged" not in users(harbour)


def test_a_comment_does_not_shorten_a_name(harbour: Harbour, browser: Browser, provider: SamlProvider) -> None:
    """A comment is not part of what is signed: "luna<!-- -->tic" is somebody else than Luna."""
    state, request_id, acs = set_out(harbour, browser)
    root = response_for(harbour, request_id, acs)
    one(root, "saml:Assertion/saml:Subject/saml:NameID").text = "lunatic"
    sign_assertion(provider, root)
    name = one(root, "saml:Assertion/saml:Subject/saml:NameID")
    name.text = "luna"
    name.append(etree.Comment(" "))
    name[0].tail = "tic"
    arrive(harbour, browser, state, root)
    assert set(users(harbour)) <= {"Moonrise_luna", "Moonrise_lunatic"}
    assert "Moonrise_lunatic" in users(harbour)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://elsewhere.example/&#10;Set-Cookie:a", "sso"])
def test_nobody_is_sent_to_metadata_s_nonsense(
    harbour: Harbour, browser: Browser, provider: SamlProvider, url: str
) -> None:
    named = {"UserPoolId": harbour.pool.pool_id, "ProviderName": "Moonrise"}
    harbour.pool.idp.update_identity_provider(**named, ProviderDetails={"MetadataFile": metadata(provider, url)})
    answer = told(browser.go("oauth2/authorize", **harbour.request().query))
    assert answer["error"] == "server_error"
    harbour.pool.idp.update_identity_provider(**named, ProviderDetails={"MetadataFile": metadata(provider, SSO)})


def _gcm(secret: bytes, text: bytes) -> bytes:
    return bytes(12) + AESGCM(secret).encrypt(bytes(12), text, None)


def _cbc(secret: bytes, text: bytes) -> bytes:
    missing = 16 - len(text) % 16
    sealer = Cipher(algorithms.AES(secret), modes.CBC(bytes(16))).encryptor()
    return bytes(16) + sealer.update(text + bytes(missing - 1) + bytes([missing])) + sealer.finalize()


def _encrypt(root: Any, certificate: str, name: str, seal: Callable[[bytes, bytes], bytes]) -> None:
    """The assertion in another's words: with a cipher of that name, for whom the certificate is."""
    public = x509.load_der_x509_certificate(base64.b64decode(certificate)).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    secret = bytes(range(16 if "128" in name else 32))
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA256(), None)
    assertion = one(root, "saml:Assertion")
    wrapped, sealed = (
        base64.b64encode(each).decode()
        for each in (public.encrypt(secret, oaep), seal(secret, etree.tostring(assertion)))
    )
    xenc = "http://www.w3.org/2001/04/xmlenc#"
    hidden = etree.fromstring(
        f'<saml:EncryptedAssertion xmlns:saml="{NAMES["saml"]}" xmlns:xenc="{xenc}"'
        ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
        f'<xenc:EncryptedData Type="{xenc}Element"><xenc:EncryptionMethod Algorithm="{name}"/><ds:KeyInfo>'
        f'<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="{xenc}rsa-oaep-mgf1p">'
        f'<ds:DigestMethod Algorithm="{xenc}sha256"/></xenc:EncryptionMethod><xenc:CipherData>'
        f"<xenc:CipherValue>{wrapped}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>"
        f"{sealed}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>"
    )
    root.replace(assertion, hidden)


@pytest.fixture(scope="module")
def certificate(harbour: Harbour, provider: SamlProvider) -> Iterator[str]:
    """Assertions have to be encrypted: for the owner of this certificate."""
    named = {"UserPoolId": harbour.pool.pool_id, "ProviderName": "Moonrise"}
    plain = {"MetadataFile": metadata(provider, SSO)}
    update = harbour.pool.idp.update_identity_provider
    made = update(**named, ProviderDetails=plain | {"EncryptedResponses": "true"})["IdentityProvider"]
    yield made["ProviderDetails"]["ActiveEncryptionCertificate"]
    update(**named, ProviderDetails=plain)


CBC, GCM = "http://www.w3.org/2001/04/xmlenc#aes{}-cbc", "http://www.w3.org/2009/xmlenc11#aes{}-gcm"


@pytest.mark.parametrize("is_whole", [False, True])
@pytest.mark.parametrize(("name", "seal"), [(CBC.format(128), _cbc), (CBC.format(256), _cbc), (GCM.format(128), _gcm)])
def test_an_assertion_may_be_encrypted_in_these_ways(
    harbour: Harbour,
    browser: Browser,
    provider: SamlProvider,
    certificate: str,
    name: str,
    seal: Any,
    *,
    is_whole: bool,
) -> None:
    state, request_id, acs = set_out(harbour, browser)
    root = response_for(harbour, request_id, acs)
    if is_whole:
        assertion = one(root, "saml:Assertion")
        assertion.remove(assertion.find(DS))
        _encrypt(root, certificate, name, seal)
        root = provider.sign(root)
    else:
        sign_assertion(provider, root)
        _encrypt(root, certificate, name, seal)
    assert "code" in arrive(harbour, browser, state, root)


def _leave_plain(root: Any, _certificate: str) -> None:
    """Nothing is encrypted."""


def _of_another_cipher(root: Any, certificate: str) -> None:
    _encrypt(root, certificate, CBC.format(192), _cbc)


def _garbled(root: Any, certificate: str) -> None:
    _encrypt(root, certificate, CBC.format(256), lambda _secret, _text: b"x" * 40)


def _beside_a_plain_one(root: Any, certificate: str) -> None:
    plain = deepcopy(one(root, "saml:Assertion"))
    _encrypt(root, certificate, GCM.format(256), _gcm)
    root.append(plain)


def _unsigned(root: Any, certificate: str) -> None:
    signed = one(root, "saml:Assertion")
    signed.remove(signed.find(DS))
    _encrypt(root, certificate, GCM.format(256), _gcm)


@pytest.mark.parametrize("hide", [_leave_plain, _of_another_cipher, _garbled, _beside_a_plain_one, _unsigned])
def test_what_is_not_encrypted_as_it_should_lets_nobody_in(
    harbour: Harbour, browser: Browser, provider: SamlProvider, certificate: str, hide: Callable[[Any, str], None]
) -> None:
    state, request_id, acs = set_out(harbour, browser)
    root = response_for(harbour, request_id, acs)
    sign_assertion(provider, root)
    hide(root, certificate)
    assert "error" in arrive(harbour, browser, state, root)
