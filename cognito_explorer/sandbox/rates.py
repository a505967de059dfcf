"""Holds calls to the rates they have in this world: whose they are, and what was bought for their region."""

from collections.abc import Mapping
from typing import Any

import jwt

from cognito_explorer.sandbox.quotas import Asked
from cognito_explorer.sandbox.user_pools.provisioned_limits import provisioned_limits
from cognito_explorer.sandbox.world import World


def check_call_rate(world: World, service: str, operation: str, region: str, params: Mapping[str, Any]) -> None:
    """Raise TooManyRequestsException when throttling is on and this call is one too many."""
    if not world.faults.knobs.is_throttled:
        return
    asked = Asked(
        service,
        operation,
        region,
        pool_id=str(params.get("UserPoolId", "")),
        user=_user_of(params),
        challenge=str(params.get("ChallengeName", "")),
    )
    world.faults.check_rate(asked, now=world.clock.now(), bought=provisioned_limits(world, region))


def check_page_rate(world: World, pool: Mapping[str, Any], operation: str, *, challenge: str = "") -> None:
    """The same for a page that counts as this operation does, once however often the visit is handled again."""
    region, params = pool["Id"].partition("_")[0], {"ChallengeName": challenge}
    world.errands.keep("rate", lambda: check_call_rate(world, "cognito-idp", operation, region, params))


def check_client_rate(world: World, domain: str, client_id: str) -> None:
    """The same for the client of a visit to the hosted UI that does not name it in its address."""
    world.faults.check_rate(Asked("hosted-ui client", domain, client_id=client_id), now=world.clock.now())


def _user_of(params: Mapping[str, Any]) -> str:
    """The user a call is about: the name that was typed, or the one in a token, which need not be a true one."""
    answers = params.get("AuthParameters", {}) | params.get("ChallengeResponses", {})
    if "USERNAME" in answers:
        return f"{params.get('ClientId')} {answers['USERNAME']}"
    try:
        claims = jwt.decode(params.get("AccessToken", ""), options={"verify_signature": False})
    except jwt.PyJWTError:
        return ""
    return f"{claims.get('client_id')} {claims.get('username')}"
