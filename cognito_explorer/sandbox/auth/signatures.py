"""Signing tokens with a pool's keys, and checking that one was."""

from typing import Any

import jwt
from jwt.types import Options

from cognito_explorer.sandbox.auth.keys import TokenUse, find_key, signing_key
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.world import World

_WORDS = {"id": "Id", "access": "Access"}


def sign_token(world: World, pool_id: str, token_use: TokenUse, claims: dict[str, Any]) -> str:
    """A token signed with the pool's key for its kind."""
    signing = signing_key(world, pool_id, token_use)
    # Cognito's header holds kid and alg and nothing else.
    return jwt.encode(claims, signing.key, algorithm="RS256", headers={"kid": signing.kid, "typ": None})


def verify_token(world: World, token: str, token_use: TokenUse) -> tuple[str, dict[str, Any]]:
    """Pool id and claims of a token whose signature and expiry hold; raises NotAuthorizedException."""
    invalid = ServiceError("NotAuthorizedException", f"Invalid {_WORDS[token_use]} Token")
    try:
        found = find_key(world, str(jwt.get_unverified_header(token).get("kid", "")))
        if found is None:
            raise invalid
        pool_id, _, public_key = found
        # Time is checked below: it is the sandbox's clock that counts, not this machine's.
        unchecked: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
        claims: dict[str, Any] = jwt.decode(token, public_key, algorithms=["RS256"], options=unchecked)
    except jwt.InvalidTokenError:
        raise invalid from None
    if claims.get("token_use") != token_use:
        raise invalid
    if world.clock.now() > claims["exp"]:
        raise ServiceError("NotAuthorizedException", f"{_WORDS[token_use]} Token has expired")
    return pool_id, claims
