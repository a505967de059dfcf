"""XML that is parsed without surprises, signed, and believed only where it is signed."""

from collections.abc import Sequence
from typing import Any

from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.federation.provider_keys import ProviderKey

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
_NAMESPACES = {"saml": SAML, "samlp": SAMLP, "md": METADATA, "ds": DSIG, "xenc": XENC}

# lxml and signxml take a tenth of a second to load; only who signs in by SAML waits for them.


def parse(text: bytes) -> Any:
    """The root element; raises FederationProblem for what is no XML or brings a document type along."""
    from lxml import etree  # type: ignore[import-untyped]  # lxml has no types

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError:
        raise FederationProblem("Invalid SAML document") from None
    if root.getroottree().docinfo.doctype:
        raise FederationProblem("Invalid SAML document: it brings a document type along")
    return root


def element(name: str, attributes: dict[str, str] | None = None, text: str | None = None) -> Any:
    """A new element; `name` has one of SAML's usual prefixes."""
    from lxml import etree

    made = etree.Element(_qualified(name), attributes or {}, nsmap=_NAMESPACES)
    made.text = text
    return made


def add(parent: Any, name: str, attributes: dict[str, str] | None = None, text: str | None = None) -> Any:
    """A new last child."""
    made = element(name, attributes, text)
    parent.append(made)
    return made


def find(parent: Any, path: str) -> list[Any]:
    """Elements by a path with SAML's usual prefixes."""
    found: list[Any] = parent.findall(path, _NAMESPACES)
    return found


def to_bytes(root: Any) -> bytes:
    """The document as text."""
    from lxml import etree

    text: bytes = etree.tostring(root)
    return text


def sign(root: Any, key: ProviderKey) -> Any:
    """The element with an enveloped signature over itself, behind its Issuer where SAML's schema wants it."""
    from signxml.algorithms import CanonicalizationMethod
    from signxml.signer import XMLSigner

    placeholder = element("ds:Signature", {"Id": "placeholder"})
    find(root, "saml:Issuer")[0].addnext(placeholder)
    signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    return signer.sign(root, key=key.key, cert=key.certificate_pem, reference_uri=f"#{root.get('ID')}")


def signed_parts(root: Any, certificates: Sequence[str]) -> list[Any]:
    """What is signed with one of the certificates: the response, its assertion, or both. Raises FederationProblem.

    The elements returned are those the digests were computed from, so that nothing else in the document is believed.
    """
    locations = ["./"] if find(root, "ds:Signature") else []
    locations += [f"./{{{SAML}}}Assertion/"] if find(root, "saml:Assertion/ds:Signature") else []
    if not locations:
        raise FederationProblem("SAML Response signature is invalid")
    return [_verified(root, location, certificates) for location in locations]


def _verified(root: Any, location: str, certificates: Sequence[str]) -> Any:
    from cryptography.exceptions import InvalidSignature as WrongKey
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.exceptions import SignXMLException
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    config = SignatureConfiguration(
        location=location,
        signature_methods=frozenset(
            {SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512}
        ),
        digest_algorithms=frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}),
    )
    for certificate in certificates:
        try:
            result = XMLVerifier().verify(root, x509_cert=certificate, expect_config=config)
        except (SignXMLException, WrongKey, ValueError):
            continue
        if not isinstance(result, list) and result.signed_xml is not None:
            return result.signed_xml
    raise FederationProblem("SAML Response signature is invalid")


def _qualified(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"
