"""A SAML provider's metadata: who it is, where it signs people on and off, and what it signs with."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import fill
from typing import Any

from cognito_explorer.sandbox.federation.addresses import current, is_safe
from cognito_explorer.sandbox.federation.outbound import TimedOut, Unreachable, call
from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.federation.xml_signatures import METADATA, find, parse
from cognito_explorer.sandbox.world import World

REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


@dataclass(frozen=True, slots=True)
class SamlMetadata:
    """What metadata tell. `sign_on` and `sign_off` map bindings to URLs; certificates are in PEM."""

    entity_id: str
    sign_on: dict[str, str]
    sign_off: dict[str, str]
    certificates: tuple[str, ...]


def load_metadata(world: World, provider: Mapping[str, Any]) -> SamlMetadata:
    """The metadata of a pool's provider, from its file or its URL; raises FederationProblem."""
    details = provider["ProviderDetails"]
    text = details.get("MetadataFile", "").encode() or _fetch(current(world, details.get("MetadataURL", "")))
    return read_metadata(world, text)


def read_metadata(world: World, text: bytes) -> SamlMetadata:
    """Metadata from their XML; raises FederationProblem."""
    root = parse(text)
    entity = (
        root if root.tag == f"{{{METADATA}}}EntityDescriptor" else next(iter(find(root, "md:EntityDescriptor")), None)
    )
    descriptor = next(iter(find(entity, "md:IDPSSODescriptor")), None) if entity is not None else None
    if entity is None or descriptor is None:
        raise FederationProblem("Invalid SAML metadata: no IDPSSODescriptor")
    texts = [
        "".join((found.text or "").split())
        for key in find(descriptor, "md:KeyDescriptor")
        if key.get("use", "signing") == "signing"
        for found in find(key, "ds:KeyInfo/ds:X509Data/ds:X509Certificate")
    ]
    return SamlMetadata(
        entity_id=entity.get("entityID", ""),
        sign_on=_locations(world, descriptor, "md:SingleSignOnService"),
        sign_off=_locations(world, descriptor, "md:SingleLogoutService"),
        certificates=tuple(
            f"-----BEGIN CERTIFICATE-----\n{fill(each, 64)}\n-----END CERTIFICATE-----\n" for each in texts
        ),
    )


def _locations(world: World, descriptor: Any, name: str) -> dict[str, str]:
    services = find(descriptor, name)
    found = {service.get("Binding", ""): current(world, service.get("Location", "")) for service in services}
    return {binding: url for binding, url in found.items() if is_safe(url)}


def _fetch(url: str) -> bytes:
    if not url:
        raise FederationProblem("Invalid SAML metadata: there are none")
    try:
        reply = call(url)
    except (TimedOut, Unreachable):
        raise FederationProblem("Error in calling the SAML metadata URL") from None
    if reply.status != 200:
        raise FederationProblem("Error in calling the SAML metadata URL")
    return reply.body
