"""Logins: tokens of identity providers, verified for one identity pool."""

from collections.abc import Mapping
from typing import Any

import jwt

from cognito_explorer.sandbox.auth.keys import find_key, issuer_of
from cognito_explorer.sandbox.auth.sign_ins import find_sign_in
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.developer_tokens import verify_developer_token
from cognito_explorer.sandbox.identity_pools.external_logins import verify_external
from cognito_explorer.sandbox.identity_pools.login import Login, invalid_login, unsupported_provider
from cognito_explorer.sandbox.identity_pools.open_id_tokens import PROVIDER
from cognito_explorer.sandbox.issuers import registered_host
from cognito_explorer.sandbox.user_pools.pools import load_pool
from cognito_explorer.sandbox.user_pools.users import load_user
from cognito_explorer.sandbox.world import World

_USER_POOL_HOST = "cognito-idp."


def verify_logins(world: World, pool: Mapping[str, Any], logins: Mapping[str, str]) -> tuple[Login, ...]:
    """Every login of the map, verified; raises NotAuthorizedException with Cognito's sentence otherwise."""
    return tuple(_verify(world, pool, provider, token) for provider, token in sorted(logins.items()))


def is_listed(world: World, pool: Mapping[str, Any], provider: str) -> bool:
    """Whether a pool still takes logins of a provider, whatever their tokens say."""
    names = {each["ProviderName"] for each in pool.get("CognitoIdentityProviders", ())}
    names |= {
        PROVIDER,
        pool.get("DeveloperProviderName", ""),
        *pool.get("SupportedLoginProviders", {}),
        *pool.get("SamlProviderARNs", ()),
    }
    arns = pool.get("OpenIdConnectProviderARNs", ())
    hosts = {registered_host(world, arn.partition(":oidc-provider/")[2]) for arn in arns}
    return provider in names or registered_host(world, provider) in hosts


def _verify(world: World, pool: Mapping[str, Any], provider: str, token: str) -> Login:
    if provider == PROVIDER:
        return verify_developer_token(world, pool, token)
    if provider.startswith(_USER_POOL_HOST):
        return _verify_user_pool(world, pool, provider, token)
    return verify_external(world, pool, provider, token)


def _verify_user_pool(world: World, pool: Mapping[str, Any], provider: str, token: str) -> Login:
    accepted = [each for each in pool.get("CognitoIdentityProviders", ()) if each["ProviderName"] == provider]
    if not accepted:
        raise unsupported_provider()
    user_pool_id = provider.rpartition("/")[2]
    claims = _check_signature(world, user_pool_id, token)
    if claims.get("iss") not in (f"https://{provider}", issuer_of(world, load_pool(world, user_pool_id))):
        raise invalid_login("Issuer doesn't match providerName")
    now = int(world.clock.now())
    if now >= claims["exp"]:
        raise invalid_login(f"Token expired: {now} >= {claims['exp']}")
    # An access token has no aud, so it fails here, as it does at Cognito.
    entry = next((each for each in accepted if each["ClientId"] == claims.get("aud")), None)
    if entry is None or claims.get("token_use") != "id":
        raise unsupported_provider()
    if entry.get("ServerSideTokenCheck") and not _is_alive(world, claims):
        raise ServiceError("NotAuthorizedException", "Token is inactive")
    return Login(
        provider,
        claims["sub"],
        claims["aud"],
        claims,
        mapping_key=f"{provider}:{claims['aud']}",
        methods=(provider, f"{provider}:CognitoSignIn:{claims['sub']}"),
    )


def _check_signature(world: World, user_pool_id: str, token: str) -> dict[str, Any]:
    try:
        found = find_key(world, str(jwt.get_unverified_header(token).get("kid", "")))
        if found is None or found[0] != user_pool_id:
            raise invalid_login("Couldn't verify signed token.")
        # Times are checked against the sandbox's own clock, not the machine's; iss and aud by the caller.
        options: Any = {f"verify_{name}": False for name in ("exp", "iat", "nbf", "aud", "iss")}
        claims: dict[str, Any] = jwt.decode(token, found[2], ["RS256"], options=options | {"require": ["exp", "sub"]})
    except jwt.InvalidSignatureError:
        raise invalid_login("Couldn't verify signed token.") from None
    except jwt.PyJWTError:
        raise invalid_login("Not a valid OpenId Connect identity token.") from None
    return claims


def _is_alive(world: World, claims: Mapping[str, Any]) -> bool:
    """Whether the sign-in behind a token is neither revoked nor its user disabled or gone."""
    sign_in = find_sign_in(world, str(claims.get("event_id", "")))
    if sign_in is None or sign_in.is_revoked:
        return False
    user = load_user(world, sign_in.user_id)
    return user is not None and user.is_enabled
