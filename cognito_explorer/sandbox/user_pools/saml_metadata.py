"""What a SAML provider's metadata file says about where to send people."""

from xml.etree import ElementTree

from cognito_explorer.sandbox.errors import ServiceError

_METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


def redirect_bindings(metadata: str) -> dict[str, str]:
    """Sign-in and sign-out address for redirects, as far as there are any; raises InvalidParameterException."""
    if not metadata:
        return {}
    provider = _parse(metadata)
    found = {
        "SSORedirectBindingURI": _location(provider, "SingleSignOnService"),
        "SLORedirectBindingURI": _location(provider, "SingleLogoutService"),
    }
    return {name: location for name, location in found.items() if location}


def _parse(metadata: str) -> ElementTree.Element:
    # Entities could blow a small file up to any size; no provider's metadata needs a document type.
    if "<!DOCTYPE" in metadata or "<!ENTITY" in metadata:
        raise ServiceError("InvalidParameterException", "Invalid SAML metadata: document types are not allowed.")
    try:
        root = ElementTree.fromstring(metadata)  # noqa: S314  # no document type, so no entities
    except (ElementTree.ParseError, ValueError):
        raise ServiceError("InvalidParameterException", "Invalid SAML metadata: not well-formed XML.") from None
    provider = root.find(f".//{_METADATA}IDPSSODescriptor")
    if provider is None:
        raise ServiceError("InvalidParameterException", "Invalid SAML metadata: IDPSSODescriptor is missing.")
    return provider


def _location(provider: ElementTree.Element, service: str) -> str:
    entries = provider.findall(f"{_METADATA}{service}")
    return next((entry.get("Location", "") for entry in entries if entry.get("Binding") == _REDIRECT), "")
