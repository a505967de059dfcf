"""Logins of providers that are neither user pools nor the developer: OpenID Connect, SAML and the public ones."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.login import Login, TagDefaults, invalid_login, unsupported_provider
from cognito_explorer.sandbox.issuers import TokenProblem, read_token
from cognito_explorer.sandbox.world import World

# Public providers whose tokens are ID tokens, and who issues them.
_PUBLIC_ISSUERS = {
    "accounts.google.com": "https://accounts.google.com",
    "appleid.apple.com": "https://appleid.apple.com",
}
_REASONS = {
    "malformed": "Not a valid OpenId Connect identity token.",
    "issuer": "Issuer doesn't match providerName",
    "signature": "Couldn't verify signed token.",
}


def verify_external(world: World, pool: Mapping[str, Any], provider: str, token: str) -> Login:
    """One login, verified; raises NotAuthorizedException or ExternalServiceException."""
    if provider in pool.get("SupportedLoginProviders", {}):
        return _verify_public(world, pool["SupportedLoginProviders"][provider], provider, token)
    ending = f":oidc-provider/{provider}"
    arn = next((arn for arn in pool.get("OpenIdConnectProviderARNs", ()) if arn.endswith(ending)), "")
    registered = world.sts.directory.find_openid_provider(arn) if arn else None
    if registered is None:
        raise unsupported_provider()
    claims = _read(world, provider, f"https://{provider}", token)
    client_id = client_of(claims)
    if client_id not in registered.client_ids:
        raise unsupported_provider()
    return Login(provider, str(claims["sub"]), client_id, claims, mapping_key=arn, methods=(provider,))


def client_of(claims: Mapping[str, Any]) -> str:
    """Whom a token was issued to: `azp` if it is there, else `aud`."""
    audience = claims.get("azp") or claims.get("aud", "")
    return str(audience[0] if isinstance(audience, list) and audience else audience)


def _verify_public(world: World, app_ids: str, provider: str, token: str) -> Login:
    issuer = _PUBLIC_ISSUERS.get(provider)
    if issuer is None:
        raise _unreachable(provider)
    claims = _read(world, provider, issuer, token)
    client_id = client_of(claims)
    if client_id not in app_ids.split(";"):
        raise unsupported_provider()
    return Login(
        provider,
        str(claims["sub"]),
        client_id,
        claims,
        mapping_key=provider,
        methods=(provider,),
        tag_defaults=TagDefaults(),
    )


def _read(world: World, provider: str, issuer: str, token: str) -> dict[str, Any]:
    try:
        return read_token(world, token, issuer)
    except TokenProblem as problem:
        if problem.fault == "unreachable":
            raise _unreachable(provider) from None
        if problem.fault == "expired":
            raise invalid_login(f"Token expired: {int(world.clock.now())} >= {problem.expires_at}") from None
        raise invalid_login(_REASONS[problem.fault]) from None


def _unreachable(provider: str) -> ServiceError:
    return ServiceError("ExternalServiceException", f"The sandbox stays on this machine: it cannot ask {provider}.")
