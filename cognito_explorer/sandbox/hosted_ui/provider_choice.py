"""Which external providers a client offers, and which one a request means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.user_pools.identity_providers import find_provider, provider_by_identifier

LOCAL = "COGNITO"
_WORDS = {"LoginWithAmazon": "Amazon", "SignInWithApple": "Apple"}


@dataclass(frozen=True, slots=True)
class ProviderLink:
    """A way to an external provider on the sign-in page."""

    name: str
    href: str
    is_company: bool
    icon: str = ""


def wanted_provider(visit: Visit, client: dict[str, Any]) -> str | None:
    """The provider a request names, "" for no particular one, None for one the client does not have."""
    supported = client.get("SupportedIdentityProviders", [])
    identifier = visit.asked("idp_identifier").strip()
    name = visit.asked("identity_provider")
    if identifier and not name:
        found = _by_identifier(visit, identifier)
        name = found["ProviderName"] if found else identifier
    if name or not supported:
        return name if name in supported else None
    return str(supported[0]) if len(supported) == 1 else ""


def has_own_users(client: Mapping[str, Any]) -> bool:
    """Whether the pool's own people may use a client's pages: names, passwords and accounts of theirs."""
    return LOCAL in client.get("SupportedIdentityProviders", ())


def provider_links(visit: Visit, client: dict[str, Any]) -> tuple[list[ProviderLink], bool]:
    """Links to the client's providers, and whether some are found by a person's company address instead."""
    links, asks_company = [], False
    for name in client.get("SupportedIdentityProviders", ()):
        provider = None if name == LOCAL else find_provider(visit.world, visit.pool["Id"], name)
        if provider is None:
            continue
        is_company = provider["ProviderType"] == "SAML"
        if is_company and provider.get("IdpIdentifiers"):
            asks_company = True
            continue
        href = visit.link("oauth2/authorize", identity_provider=name, notice="")
        links.append(ProviderLink(_WORDS.get(name, name), href, is_company))
    return links, asks_company


def _by_identifier(visit: Visit, identifier: str) -> dict[str, Any] | None:
    """By the identifier itself, or by the domain of a mail address."""
    names = (identifier, identifier.rpartition("@")[2])
    found = (provider_by_identifier(visit.world, visit.pool["Id"], name) for name in names)
    return next((provider for provider in found if provider is not None), None)
