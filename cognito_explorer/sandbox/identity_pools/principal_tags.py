"""Attributes for access control: claims of a login that become tags of its session."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.identity_pools import identity_pool_of
from cognito_explorer.sandbox.identity_pools.login import Login
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.world import Call, World

# All values together. Source: Cognito developer guide, "Using attributes for access control".
MAX_VALUES_BYTES = 460


@dataclass(frozen=True, slots=True)
class TagMap:
    """Which claim becomes which tag, for one provider of a pool."""

    uses_defaults: bool
    tags: Mapping[str, str]


@operation("cognito-identity", "SetPrincipalTagAttributeMap")
def set_tag_map(call: Call) -> dict[str, Any]:
    """Replace a provider's map."""
    pool_id = identity_pool_of(call)["IdentityPoolId"]
    provider, tags = call.params["IdentityProviderName"], call.params.get("PrincipalTags", {})
    uses_defaults = bool(call.params.get("UseDefaults"))
    if uses_defaults and tags:
        raise ServiceError("InvalidParameterException", "PrincipalTags and UseDefaults exclude each other.")
    call.world.store.execute(
        "INSERT OR REPLACE INTO identity_principal_tags (pool_id, provider, uses_defaults, tags) VALUES (?, ?, ?, ?)",
        (pool_id, provider, uses_defaults, json.dumps(tags)),
    )
    return _described(call, pool_id, provider)


@operation("cognito-identity", "GetPrincipalTagAttributeMap")
def get_tag_map(call: Call) -> dict[str, Any]:
    """A provider's map; an empty one where none was set."""
    return _described(call, identity_pool_of(call)["IdentityPoolId"], call.params["IdentityProviderName"])


def principal_tags_for(world: World, pool: Mapping[str, Any], logins: Iterable[Login]) -> dict[str, str]:
    """The tags that verified logins give their session. A claim that is missing gives none."""
    found: dict[str, str] = {}
    for login in logins:
        found |= login.principal_tags
        known = (_load(world, pool["IdentityPoolId"], name) for name in (login.provider, login.mapping_key))
        tag_map = next(filter(None, known), TagMap(uses_defaults=False, tags={}))
        for key, claim in _effective(tag_map, login).items():
            if claim in login.claims:
                found[key] = _as_text(login.claims[claim])
    if sum(len(value.encode()) for value in found.values()) > MAX_VALUES_BYTES:
        text = f"The values of the principal tags are longer than {MAX_VALUES_BYTES} bytes together."
        raise ServiceError("InvalidParameterException", text)
    return found


def _effective(tag_map: TagMap, login: Login) -> Mapping[str, str]:
    if not tag_map.uses_defaults:
        return tag_map.tags
    return {"username": login.tag_defaults.username, "client": login.tag_defaults.client}


def _described(call: Call, pool_id: str, provider: str) -> dict[str, Any]:
    tag_map = _load(call.world, pool_id, provider) or TagMap(uses_defaults=False, tags={})
    return {
        "IdentityPoolId": pool_id,
        "IdentityProviderName": provider,
        "UseDefaults": tag_map.uses_defaults,
        "PrincipalTags": dict(tag_map.tags),
    }


def _load(world: World, pool_id: str, provider: str) -> TagMap | None:
    row = world.store.one(
        "SELECT uses_defaults, tags FROM identity_principal_tags WHERE pool_id = ? AND provider = ?",
        (pool_id, provider),
    )
    return TagMap(bool(row["uses_defaults"]), json.loads(row["tags"])) if row else None


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
