"""The proofs in a Logins map, really checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from cognito_explorer.sandbox.auth.keys import find_key
from cognito_explorer.sandbox.auth.sign_ins import find_sign_in
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.users import load_user
from cognito_explorer.sandbox.world import World

_USER_POOL_HOST = "cognito-idp."


@dataclass(frozen=True, slots=True)
class Login:
    """One verified login: provider name, the user's subject there, the audience of the token and all its claims."""

    provider: str
    subject: str
    client_id: str
    claims: Mapping[str, Any]


def verify_logins(world: World, pool: Mapping[str, Any], logins: Mapping[str, str]) -> tuple[Login, ...]:
    """Every login of the map, verified; raises NotAuthorizedException with Cognito's sentence otherwise."""
    return tuple(_verify(world, pool, provider, token) for provider, token in sorted(logins.items()))


def _verify(world: World, pool: Mapping[str, Any], provider: str, token: str) -> Login:
    if provider.startswith(_USER_POOL_HOST):
        return _verify_user_pool(world, pool, provider, token)
    if provider in pool.get("SupportedLoginProviders", {}):
        raise ServiceError("ExternalServiceException", f"The sandbox stays on this machine: it cannot ask {provider}.")
    raise _unsupported()


def _verify_user_pool(world: World, pool: Mapping[str, Any], provider: str, token: str) -> Login:
    accepted = [each for each in pool.get("CognitoIdentityProviders", ()) if each["ProviderName"] == provider]
    if not accepted:
        raise _unsupported()
    claims = _check_signature(world, provider.rpartition("/")[2], token)
    if claims.get("iss") != f"https://{provider}":
        raise _invalid("Issuer doesn't match providerName")
    now = int(world.clock.now())
    if now >= claims["exp"]:
        raise _invalid(f"Token expired: {now} >= {claims['exp']}")
    # An access token has no aud, so it fails here, as it does at Cognito.
    entry = next((each for each in accepted if each["ClientId"] == claims.get("aud")), None)
    if entry is None or claims.get("token_use") != "id":
        raise _unsupported()
    if entry.get("ServerSideTokenCheck") and not _is_alive(world, claims):
        raise ServiceError("NotAuthorizedException", "Token is inactive")
    return Login(provider, claims["sub"], claims["aud"], claims)


def _check_signature(world: World, user_pool_id: str, token: str) -> dict[str, Any]:
    try:
        found = find_key(world, str(jwt.get_unverified_header(token).get("kid", "")))
        if found is None or found[0] != user_pool_id:
            raise _invalid("Couldn't verify signed token.")
        # Times are checked against the sandbox's own clock, not the machine's; iss and aud by the caller.
        options: Any = {f"verify_{name}": False for name in ("exp", "iat", "nbf", "aud", "iss")}
        claims: dict[str, Any] = jwt.decode(token, found[2], ["RS256"], options=options | {"require": ["exp", "sub"]})
    except jwt.InvalidSignatureError:
        raise _invalid("Couldn't verify signed token.") from None
    except jwt.PyJWTError:
        raise _invalid("Not a valid OpenId Connect identity token.") from None
    return claims


def _is_alive(world: World, claims: Mapping[str, Any]) -> bool:
    """Whether the sign-in behind a token is neither revoked nor its user disabled or gone."""
    sign_in = find_sign_in(world, str(claims.get("event_id", "")))
    if sign_in is None or sign_in.is_revoked:
        return False
    user = load_user(world, sign_in.user_id)
    return user is not None and user.is_enabled


def _invalid(reason: str) -> ServiceError:
    return ServiceError("NotAuthorizedException", f"Invalid login token. {reason}")


def _unsupported() -> ServiceError:
    return ServiceError("NotAuthorizedException", "Token is not from a supported provider of this identity pool.")
