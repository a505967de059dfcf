"""The keys that an OpenID provider on this machine publishes. Whoever is elsewhere is never asked."""

from functools import partial
from typing import Any, Literal

import jwt

from cognito_explorer.sandbox.federation.addresses import is_loopback
from cognito_explorer.sandbox.federation.outbound import TimedOut, Unreachable, call
from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.world import World

_JSON = {"Accept": "application/json"}


class KeysMissing(Exception):  # noqa: N818  # read as a sentence: the keys are missing
    """Why there is no key: nobody answered, or what was answered holds none that fits."""

    def __init__(self, fault: Literal["unreachable", "keyless"]) -> None:
        super().__init__(fault)
        self.fault = fault


def published_key(world: World, issuer: str, kid: str) -> Any:
    """The public key with this id, found by way of discovery. Raises KeysMissing; the asking is an errand."""
    if not is_loopback(issuer):
        raise KeysMissing("unreachable")
    keys = world.errands.ask(("keys", issuer), partial(_fetch_keys, issuer))
    entries = [each for each in keys if isinstance(each, dict)] if isinstance(keys, list) else []
    fitting = next((each for each in entries if each.get("kid", "") == kid), None)
    try:
        return jwt.PyJWK(fitting).key if fitting else None
    except (jwt.PyJWTError, ValueError, TypeError):
        raise KeysMissing("keyless") from None


def _fetch_keys(issuer: str) -> object:
    stated = _fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration").get("jwks_uri")
    if not isinstance(stated, str) or not is_loopback(stated):
        raise KeysMissing("keyless")
    return _fetch(stated).get("keys")


def _fetch(url: str) -> dict[str, Any]:
    try:
        reply = call(url, headers=_JSON)
    except (TimedOut, Unreachable):
        raise KeysMissing("unreachable") from None
    except FederationProblem:
        raise KeysMissing("keyless") from None
    document = reply.json() if reply.status == 200 else None
    if document is None:
        raise KeysMissing("keyless")
    return document
