"""The public providers, played by the sandbox: no request leaves this computer."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.federation.addresses import provider_url
from cognito_explorer.sandbox.federation.grants import look_up
from cognito_explorer.sandbox.identity_pools.login import (
    Login,
    TagDefaults,
    invalid_login,
    problem_with,
    unreachable,
    unsupported_provider,
)
from cognito_explorer.sandbox.issuers import TokenProblem, client_of, unverified_issuer, verify_token
from cognito_explorer.sandbox.world import World

# Providers whose logins are ID tokens: their real issuers, and who plays them here.
_ID_TOKENS = {
    "accounts.google.com": (("https://accounts.google.com", "accounts.google.com"), "google"),
    "appleid.apple.com": (("https://appleid.apple.com",), "apple"),
}
# Providers whose logins are access tokens: who plays them, and what they call the app.
ACCESS_TOKENS = {"graph.facebook.com": ("facebook", "app_id"), "www.amazon.com": ("amazon", "client_id")}


def verify_public(world: World, app_ids: str, provider: str, token: str) -> Login:
    """One login of a public provider; `app_ids` are the pool's, separated by semicolons."""
    if provider in _ID_TOKENS:
        login = _verify_id_token(world, provider, token)
    elif provider in ACCESS_TOKENS:
        login = _verify_access_token(world, provider, token)
    else:
        raise unreachable(provider)
    if login.client_id not in app_ids.split(";"):
        raise unsupported_provider()
    return login


def access_token_claims(world: World, provider: str, token: str) -> Mapping[str, Any] | None:
    """What the stand-in of a provider says of an access token: `user_id`, the app, and the person's claims."""
    player, app = ACCESS_TOKENS[provider]
    grant = look_up(world, "token", player, token)
    if grant is None:
        return None
    return grant.person.claims | {"user_id": grant.person.subject, app: str(grant.body.get("client_id", ""))}


def _verify_id_token(world: World, provider: str, token: str) -> Login:
    real_issuers, player = _ID_TOKENS[provider]
    try:
        if unverified_issuer(token) in real_issuers:
            raise TokenProblem("unreachable")
        claims = verify_token(world, token, provider_url(world, player))
    except TokenProblem as problem:
        raise problem_with(world, provider, problem) from None
    return Login(provider, str(claims["sub"]), client_of(claims), claims, mapping_key=provider, methods=(provider,))


def _verify_access_token(world: World, provider: str, token: str) -> Login:
    claims = access_token_claims(world, provider, token)
    if claims is None:
        raise invalid_login(f"{provider} does not know this access token.")
    app = ACCESS_TOKENS[provider][1]
    return Login(
        provider,
        str(claims["user_id"]),
        str(claims[app]),
        claims,
        mapping_key=provider,
        methods=(provider,),
        tag_defaults=TagDefaults("user_id", app),
    )
