"""The tokens a developer's backend fetches for its users, brought back by them as a login."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.login import Login, invalid_login
from cognito_explorer.sandbox.identity_pools.open_id_tokens import PROVIDER, principal_tags_of, verify_open_id_token
from cognito_explorer.sandbox.world import World


def verify_developer_token(world: World, pool: Mapping[str, Any], token: str) -> Login:
    """The login `cognito-identity.amazonaws.com`: the token names the identity itself."""
    try:
        claims = verify_open_id_token(world, token)
    except ServiceError as problem:
        if problem.code == "ExpiredTokenException":
            raise invalid_login("Token expired") from None
        raise invalid_login("Not a valid OpenId Connect identity token.") from None
    if claims["aud"] != pool["IdentityPoolId"]:
        raise invalid_login("The token was issued for another identity pool.")
    methods = tuple(each for each in claims["amr"] if each != "authenticated")
    if "authenticated" not in claims["amr"]:
        raise invalid_login("The token is a guest's.")
    return Login(
        PROVIDER,
        claims["sub"],
        claims["aud"],
        claims,
        mapping_key=pool.get("DeveloperProviderName", ""),
        methods=methods,
        principal_tags=principal_tags_of(claims),
    )
