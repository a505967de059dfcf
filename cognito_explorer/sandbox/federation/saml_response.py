"""A SAML response, checked: signature, issuer, audience, times, and that it is not used twice."""

import base64
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.federation.saml_metadata import SamlMetadata
from cognito_explorer.sandbox.federation.saml_request import read_stamp, sp_entity_id
from cognito_explorer.sandbox.federation.xml_encryption import decrypt
from cognito_explorer.sandbox.federation.xml_signatures import SAML, SAMLP, find, parse, signed_parts
from cognito_explorer.sandbox.world import World

_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_SKEW_S = 60.0
# The published quota of a SAML response.
_MAX_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an answer must fit. `request_id` is empty where the provider began by itself.

    With a `key` the assertion has to be encrypted for it.
    """

    pool_id: str
    acs_url: str
    request_id: str
    key: rsa.RSAPrivateKey | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SamlIdentity:
    """Who the assertion is about; `attributes` have a list where the provider sent several values."""

    subject: str
    attributes: dict[str, str | list[str]] = field(repr=False)


def read_response(world: World, metadata: SamlMetadata, encoded: str, expected: Expectation) -> SamlIdentity:
    """The person a response vouches for; raises FederationProblem."""
    if len(encoded) > _MAX_CHARACTERS:
        raise FederationProblem("Invalid SAML response received")
    try:
        root = parse(base64.b64decode(encoded, validate=True))
    except ValueError:
        raise FederationProblem("Invalid SAML response received") from None
    if root.tag != f"{{{SAMLP}}}Response":
        raise FederationProblem("Invalid SAML response received")
    _check_status(root)
    _check_way(root, expected)
    assertion = _believed(root, metadata, expected)
    _check_issuer(assertion, metadata)
    _check_conditions(world, assertion, expected)
    subject = _check_subject(world, assertion, expected)
    _use_once(world, assertion, expected)
    return SamlIdentity(subject, _attributes(assertion))


def _check_status(root: Any) -> None:
    codes = [found.get("Value", "") for found in find(root, "samlp:Status/samlp:StatusCode")]
    if codes != [_SUCCESS]:
        inner = [found.get("Value", "") for found in find(root, "samlp:Status/samlp:StatusCode/samlp:StatusCode")]
        reason = ", ".join(code.rpartition(":")[2] for code in [*codes, *inner])
        raise FederationProblem(f"Response status is not success: {reason}", error="access_denied")


def _check_way(root: Any, expected: Expectation) -> None:
    """Where a message names its request, that is ours; a signed one is for the address it came to.

    Source: SAML core 3.2.2 and bindings 3.5.5.2.
    """
    is_signed = bool(find(root, "ds:Signature"))
    is_astray = is_signed and root.get("Destination", expected.acs_url) != expected.acs_url
    if is_astray or root.get("InResponseTo", expected.request_id) != expected.request_id:
        raise FederationProblem("Invalid SAML response received")


def _believed(root: Any, metadata: SamlMetadata, expected: Expectation) -> Any:
    """The assertion of a response. An encrypted one is signed inside, or is part of a response that is signed."""
    if expected.key is None:
        return _signed_assertion(signed_parts(root, metadata.certificates))
    if find(root, "ds:Signature"):
        return decrypt(signed_parts(root, metadata.certificates)[0], expected.key)
    return _signed_assertion(signed_parts(decrypt(root, expected.key), metadata.certificates))


def _signed_assertion(parts: list[Any]) -> Any:
    """The assertion as it was signed, by itself or as part of its response."""
    for part in reversed(parts):
        found = [part] if part.tag == f"{{{SAML}}}Assertion" else find(part, "saml:Assertion")
        if len(found) == 1:
            return found[0]
    raise FederationProblem("SAML Response signature is invalid")


def _check_issuer(assertion: Any, metadata: SamlMetadata) -> None:
    issuers = [(found.text or "").strip() for found in find(assertion, "saml:Issuer")]
    if issuers != [metadata.entity_id]:
        raise FederationProblem("Issuer of the assertion is not the identity provider")


def _check_conditions(world: World, assertion: Any, expected: Expectation) -> None:
    audience = sp_entity_id(expected.pool_id)
    # Every restriction has to be met (SAML core 2.5.1.4), and by its profile a sign-in has one at least.
    audiences = [
        {(found.text or "").strip() for found in find(restriction, "saml:Audience")}
        for restriction in find(assertion, "saml:Conditions/saml:AudienceRestriction")
    ]
    if not audiences or not all(audience in each for each in audiences):
        raise FederationProblem(f"Audience restriction: {audience} is not among the audiences of the assertion")
    for each in find(assertion, "saml:Conditions"):
        _check_window(world, each)


def _check_subject(world: World, assertion: Any, expected: Expectation) -> str:
    for confirmation in find(assertion, "saml:Subject/saml:SubjectConfirmation"):
        for data in find(confirmation, "saml:SubjectConfirmationData"):
            is_ours = confirmation.get("Method") == _BEARER and data.get("Recipient") == expected.acs_url
            if is_ours and data.get("InResponseTo", "") == expected.request_id and data.get("NotOnOrAfter"):
                _check_window(world, data)
                names = [(found.text or "").strip() for found in find(assertion, "saml:Subject/saml:NameID")]
                if len(names) == 1 and names[0]:
                    return names[0]
    raise FederationProblem("Subject confirmation of the assertion does not fit the request")


def _check_window(world: World, found: Any) -> None:
    now = world.clock.now()
    begin, end = found.get("NotBefore"), found.get("NotOnOrAfter")
    is_early = begin is not None and now + _SKEW_S < _seconds(begin)
    if is_early or (end is not None and now - _SKEW_S >= _seconds(end)):
        raise FederationProblem("Assertion is not within its validity time window")


def _use_once(world: World, assertion: Any, expected: Expectation) -> None:
    now = world.clock.now()
    world.store.execute("DELETE FROM saml_assertions WHERE expires_at < ?", (now,))
    ends = [_seconds(found.get("NotOnOrAfter")) for found in find(assertion, ".//*[@NotOnOrAfter]")]
    added = world.store.execute(
        "INSERT OR IGNORE INTO saml_assertions (pool_id, assertion_id, expires_at) VALUES (?, ?, ?)",
        (expected.pool_id, assertion.get("ID", ""), max(ends, default=now) + 2 * _SKEW_S),
    )
    if not added:
        raise FederationProblem("Assertion has been used before")


def _attributes(assertion: Any) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for attribute in find(assertion, "saml:AttributeStatement/saml:Attribute"):
        values = ["".join(value.itertext()) for value in find(attribute, "saml:AttributeValue")]
        if values:
            found[attribute.get("Name", "")] = values[0] if len(values) == 1 else values
    return found


def _seconds(text: str) -> float:
    try:
        return read_stamp(text)
    except ValueError:
        raise FederationProblem("Invalid SAML response received") from None
