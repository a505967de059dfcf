"""What a verified login is, and how Cognito words that one is not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError


@dataclass(frozen=True, slots=True)
class TagDefaults:
    """The claims that the default map of principal tags takes for a provider."""

    username: str = "sub"
    client: str = "aud"


@dataclass(frozen=True, slots=True)
class Login:
    """One verified login: provider name, the user's subject there, the audience of the token and all its claims.

    `mapping_key` is what role mappings call the provider, `methods` is what the login adds to `amr`, and
    `principal_tags` are tags that came ready-made with a developer's token.
    """

    provider: str
    subject: str
    client_id: str
    claims: Mapping[str, Any]
    mapping_key: str = ""
    methods: tuple[str, ...] = ()
    tag_defaults: TagDefaults = field(default_factory=TagDefaults)
    principal_tags: Mapping[str, str] = field(default_factory=dict)


def invalid_login(reason: str) -> ServiceError:
    """The token proves nothing."""
    return ServiceError("NotAuthorizedException", f"Invalid login token. {reason}")


def unsupported_provider() -> ServiceError:
    """The token may be good, but this pool does not take it."""
    return ServiceError("NotAuthorizedException", "Token is not from a supported provider of this identity pool.")
