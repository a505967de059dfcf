"""SAML assertions meant for AWS: of providers that IAM knows, for STS and for identity pools."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.federation.saml_metadata import SamlMetadata, read_metadata
from cognito_explorer.sandbox.federation.xml_signatures import SAML, SAMLP, find, parse, signed_parts
from cognito_explorer.sandbox.world import World

AWS_ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
# Whom an assertion for AWS is for, and where it is to be sent. Regional sign-in addresses begin with the region.
_AUDIENCES = ("https://signin.aws.amazon.com/saml", "urn:amazon:webservices")
_SIGN_IN_SUFFIX = "signin.aws.amazon.com/saml"
_SKEW_S = 300.0
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"

Fault = Literal["unknown provider", "invalid", "expired", "rejected"]


class SamlProblem(Exception):  # noqa: N818  # the callers word it as their services do
    """An assertion that proves nothing; the text says why."""

    def __init__(self, fault: Fault, text: str) -> None:
        super().__init__(text)
        self.fault = fault
        self.text = text


@dataclass(frozen=True, slots=True)
class AwsAssertion:
    """Who a signed assertion is about. `subject_type` is persistent, transient or the name id's whole format."""

    issuer: str
    audience: str
    recipient: str
    subject: str
    subject_type: str
    attributes: dict[str, tuple[str, ...]] = field(repr=False)

    def first(self, name: str) -> str:
        """The first value of an attribute; empty without any."""
        return next(iter(self.attributes.get(name, ())), "")


def read_assertion(world: World, provider_arn: str, encoded: str) -> AwsAssertion:
    """The assertion in a base64 response, signed by the IAM provider; raises SamlProblem."""
    document = world.sts.directory.saml_metadata(provider_arn)
    if not document:
        raise SamlProblem("unknown provider", f"No SAML provider found in your account for {provider_arn}")
    try:
        metadata = read_metadata(world, document.encode())
        return _checked(world, metadata, parse(base64.b64decode(encoded, validate=True)))
    except FederationProblem as problem:
        raise SamlProblem("invalid", str(problem)) from None
    except ValueError:
        raise SamlProblem("invalid", "Invalid base64 SAMLResponse") from None


def name_qualifier(issuer: str, account_id: str, provider_arn: str) -> str:
    """A name for issuer, account and provider together. Source: STS API reference, AssumeRoleWithSAML."""
    text = f"{issuer}{account_id}/{provider_arn.rpartition('/')[2]}"
    return base64.b64encode(hashlib.sha1(text.encode()).digest()).decode()  # noqa: S324  # a name and not a secret


def _checked(world: World, metadata: SamlMetadata, root: Any) -> AwsAssertion:
    if root.tag != f"{{{SAMLP}}}Response":
        raise SamlProblem("invalid", "Invalid SAML response")
    if [found.get("Value", "") for found in find(root, "samlp:Status/samlp:StatusCode")] != [_SUCCESS]:
        raise SamlProblem("rejected", "The status of the SAML response is not success")
    assertion = _signed_assertion(signed_parts(root, metadata.certificates))
    issuer = _text(assertion, "saml:Issuer")
    if issuer != metadata.entity_id:
        raise SamlProblem("invalid", "Issuer not present in specified provider")
    audience = _audience(assertion)
    for each in find(assertion, "saml:Conditions"):
        _check_window(world, each)
    names = find(assertion, "saml:Subject/saml:NameID")
    if len(names) != 1 or not _own_text(names[0]):
        raise SamlProblem("invalid", "The assertion has no subject")
    return AwsAssertion(
        issuer,
        audience,
        _recipient(world, assertion),
        _own_text(names[0]),
        names[0].get("Format", "").removeprefix("urn:oasis:names:tc:SAML:2.0:nameid-format:"),
        _attributes(assertion),
    )


def _signed_assertion(parts: list[Any]) -> Any:
    for part in reversed(parts):
        found = [part] if part.tag == f"{{{SAML}}}Assertion" else find(part, "saml:Assertion")
        if len(found) == 1:
            return found[0]
    raise SamlProblem("invalid", "Response signature invalid")


def _audience(assertion: Any) -> str:
    """AWS as the first restriction names it; every other one has to name it too (SAML core 2.5.1.4)."""
    names = [
        next((name for name in map(_own_text, find(restriction, "saml:Audience")) if _is_for_aws(name)), "")
        for restriction in find(assertion, "saml:Conditions/saml:AudienceRestriction")
    ]
    if not names or not all(names):
        raise SamlProblem("rejected", "The audience of the assertion is not AWS")
    return names[0]


def _recipient(world: World, assertion: Any) -> str:
    path = f"saml:Subject/saml:SubjectConfirmation[@Method='{_BEARER}']/saml:SubjectConfirmationData"
    for data in find(assertion, path):
        recipient = str(data.get("Recipient", ""))
        if _is_for_aws(recipient) and data.get("NotOnOrAfter"):
            _check_window(world, data)
            return recipient
    raise SamlProblem("rejected", "The recipient of the assertion is not AWS's sign-in address")


def _is_for_aws(address: str) -> bool:
    host = address.removeprefix("https://")
    return address in _AUDIENCES or (address != host and host.partition(".")[2] == _SIGN_IN_SUFFIX)


def _check_window(world: World, found: Any) -> None:
    now = world.clock.now()
    begin, end = found.get("NotBefore"), found.get("NotOnOrAfter")
    if begin is not None and now + _SKEW_S < _seconds(begin):
        raise SamlProblem("invalid", "The assertion is not valid yet")
    if end is not None and now - _SKEW_S >= _seconds(end):
        raise SamlProblem("expired", "Token must be redeemed within 5 minutes of issuance")


def _attributes(assertion: Any) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for attribute in find(assertion, "saml:AttributeStatement/saml:Attribute"):
        values = tuple("".join(value.itertext()).strip() for value in find(attribute, "saml:AttributeValue"))
        found[attribute.get("Name", "")] = values
    return found


def _text(parent: Any, path: str) -> str:
    return next((_own_text(found) for found in find(parent, path)), "")


def _own_text(found: Any) -> str:
    return (found.text or "").strip()


def _seconds(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SamlProblem("invalid", "Invalid SAML response") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
