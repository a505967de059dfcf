"""The InboundFederation trigger: a function has the last word on what a provider tells of somebody."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.triggers.invocation import Occasion, ask_trigger, find_trigger, malformed
from cognito_explorer.sandbox.world import World


def revised_claims(
    world: World, pool: Mapping[str, Any], provider: Mapping[str, Any], username: str, claims: Mapping[str, Any]
) -> dict[str, Any]:
    """The claims to map: those the function returns in `userAttributesToMap`, or all where it returns none.

    Raises the function's refusal. The subject is the provider's to say and stays.
    """
    trigger = find_trigger(pool, "InboundFederation")
    if trigger is None:
        return dict(claims)
    told = {name: value for name, value in claims.items() if name not in ("aud", "exp", "iat", "nonce", "auth_time")}
    sources = ("samlResponse",) if provider["ProviderType"] == "SAML" else ("idToken", "userInfo")
    request = {
        "providerName": provider["ProviderName"],
        "providerType": provider["ProviderType"],
        "attributes": dict.fromkeys(sources, told),
    }
    occasion = Occasion("ExternalProvider", username, request, {"userAttributesToMap": {}})
    chosen = ask_trigger(world, pool, trigger, occasion).get("userAttributesToMap")
    if not chosen:
        return dict(claims)
    if not isinstance(chosen, dict):
        raise malformed()
    kept = {name: claims[name] for name in ("sub", "iss") if name in claims}
    return {**chosen, **kept}
