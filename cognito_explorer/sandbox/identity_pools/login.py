"""What a verified login is, and how Cognito words that one is not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.issuers import TokenProblem
from cognito_explorer.sandbox.world import World


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


def problem_with(world: World, provider: str, problem: TokenProblem) -> ServiceError:
    """A bad token in Cognito's words."""
    reasons = {
        "malformed": "Not a valid OpenId Connect identity token.",
        "issuer": "Issuer doesn't match providerName",
        "signature": "Couldn't verify signed token.",
        "keyless": "Couldn't verify signed token.",
        "expired": f"Token expired: {int(world.clock.now())} >= {problem.expires_at}",
    }
    if problem.fault not in reasons:
        return unreachable(provider)
    return invalid_login(reasons[problem.fault])


def unreachable(provider: str) -> ServiceError:
    """The provider is on the network, and the sandbox is not."""
    return ServiceError("ExternalServiceException", f"The sandbox stays on this machine: it cannot ask {provider}.")
