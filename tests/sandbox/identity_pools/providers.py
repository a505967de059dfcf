"""Tokens of identity providers outside user pools: the built-in ones, and a SAML provider of the test's own."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree  # type: ignore[import-untyped]  # lxml has no types
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner

from tests.sandbox_fixture import NOBODY_TRUSTED, RunningSandbox

AUDIENCE = "https://signin.aws.amazon.com/saml"
MOONBOOK_CLIENT = "moonbook-client-of-cognito"
_MOONBOOK_SECRET = "moonbook-secret-of-cognito"
_SAML = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
_REDIRECT = "http://localhost:8400/oauth2/idpresponse"


def sign_in_at(sandbox: RunningSandbox, player: str, person: str, client_id: str) -> dict[str, Any]:
    """The tokens a built-in OpenID provider gives an application for one of its people."""
    issuer = issuer_of(sandbox, player)
    query = {
        "client_id": client_id,
        "redirect_uri": _REDIRECT,
        "response_type": "code",
        "scope": "openid email profile",
    }
    http = httpx.Client(trust_env=False, verify=NOBODY_TRUSTED)
    chosen = http.post(f"{issuer}/authorize?{urlencode(query)}", data={"person": person})
    code = parse_qs(urlsplit(chosen.headers["location"]).query)["code"][0]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _REDIRECT,
        "client_id": client_id,
        "client_secret": _MOONBOOK_SECRET,
    }
    tokens: dict[str, Any] = http.post(f"{issuer}/token", data=form).json()
    http.close()
    return tokens


def issuer_of(sandbox: RunningSandbox, player: str) -> str:
    """A built-in provider's address."""
    return f"{sandbox.browser_origin}/_providers/{player}"


class SamlProvider:
    """A SAML identity provider with a key of its own."""

    entity_id = "https://idp.moonrise.example"

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "moonrise")])
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(self._key.public_key())
        )
        builder = builder.serial_number(1).not_valid_before(now - timedelta(days=1))
        self._certificate = builder.not_valid_after(now + timedelta(days=9)).sign(self._key, hashes.SHA256())

    def register(self, sandbox: RunningSandbox, name: str) -> str:
        """The provider's ARN in IAM."""
        answer = sandbox.client("iam").create_saml_provider(SAMLMetadataDocument=self.metadata(), Name=name)
        return str(answer["SAMLProviderArn"])

    def metadata(self, services: str = "") -> str:
        """The provider's metadata document; `services` is the XML of where it signs people on and off."""
        certificate = base64.b64encode(self._certificate.public_bytes(Encoding.DER)).decode()
        protocol = "urn:oasis:names:tc:SAML:2.0:protocol"
        # IAM takes documents of a thousand characters and more.
        padding = f"<!-- {'moonrise ' * 20}-->"
        return (
            '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
            f' entityID="{self.entity_id}">{padding}'
            f'<md:IDPSSODescriptor protocolSupportEnumeration="{protocol}"><md:KeyDescriptor use="signing">'
            f'<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{certificate}'
            f"</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>{services}</md:IDPSSODescriptor>"
            "</md:EntityDescriptor>"
        )

    def respond(
        self,
        subject: str,
        attributes: dict[str, Any],
        *,
        audience: str = AUDIENCE,
        lasts_s: int = 300,
        status: str = "Success",
    ) -> str:
        """A base64 response whose assertion is signed."""
        now = datetime.now(UTC)
        end, begin = ((now + timedelta(seconds=shift)).strftime("%Y-%m-%dT%H:%M:%SZ") for shift in (lasts_s, -9))
        named = "".join(
            f'<saml:Attribute Name="{name}">{"".join(_value(each) for each in _listed(value))}</saml:Attribute>'
            for name, value in attributes.items()
        )
        persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
        assertion = etree.fromstring(
            f'<saml:Assertion {_SAML} ID="_a1" Version="2.0" IssueInstant="{begin}">'
            f"<saml:Issuer>{self.entity_id}</saml:Issuer>"
            '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="placeholder"/>'
            f'<saml:Subject><saml:NameID Format="{persistent}">{subject}</saml:NameID>'
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
            f'<saml:SubjectConfirmationData Recipient="{AUDIENCE}" NotOnOrAfter="{end}"/></saml:SubjectConfirmation>'
            f'</saml:Subject><saml:Conditions NotBefore="{begin}" NotOnOrAfter="{end}"><saml:AudienceRestriction>'
            f"<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
            f"<saml:AttributeStatement>{named}</saml:AttributeStatement></saml:Assertion>"
        )
        signed = etree.tostring(self.sign(assertion)).decode()
        response = (
            '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1"><samlp:Status>'
            f'<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status>'
            f"{signed}</samlp:Response>"
        )
        return base64.b64encode(response.encode()).decode()

    def sign(self, element: Any) -> Any:
        """The element, which has a placeholder, with a signature over itself."""
        signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
        pem = self._certificate.public_bytes(Encoding.PEM).decode()
        return signer.sign(element, key=self._key, cert=pem, reference_uri=f"#{element.get('ID')}")


def statement_for(principal: str, action: Any, condition: dict[str, Any]) -> str:
    """A trust policy for one federated principal."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": principal},
        "Action": action,
        "Condition": condition,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _value(text: str) -> str:
    return f"<saml:AttributeValue>{text}</saml:AttributeValue>"
