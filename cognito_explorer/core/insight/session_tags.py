"""The tags that a login gives its session, as “Using attributes for access control” has it. Pure."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.core.identity_pools.principal_tags import TagMap
from cognito_explorer.core.insight.role_logins import DEVELOPER, RoleLogin

# All values together.
MOST_BYTES = 460
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_SAML_DEFAULTS = {"username": f"{_CLAIMS}/nameidentifier", "client": f"{_CLAIMS}/name"}
_DEFAULTS = {
    "graph.facebook.com": {"username": "user_id", "client": "app_id"},
    "www.amazon.com": {"username": "user_id", "client": "client_id"},
}
_OPENID_DEFAULTS = {"username": "sub", "client": "aud"}
_CARRIED = "https://aws.amazon.com/tags"


def session_tags(tag_map: TagMap, login: RoleLogin) -> dict[str, str]:
    """The tags by key. A claim that is missing gives none; a developer's token brings its own along."""
    found = _carried(login)
    for key, claim in _effective(tag_map, login).items():
        if claim in login.claims:
            found[key] = _as_text(login.claims[claim])
    return found


def size_of(tags: Mapping[str, str]) -> int:
    """The bytes of all values."""
    return sum(len(value.encode(errors="replace")) for value in tags.values())


def _effective(tag_map: TagMap, login: RoleLogin) -> Mapping[str, str]:
    if not tag_map.uses_defaults:
        return tag_map.tags
    if login.provider.startswith("arn:"):
        return _SAML_DEFAULTS
    return _DEFAULTS.get(login.provider, _OPENID_DEFAULTS)


def _carried(login: RoleLogin) -> dict[str, str]:
    carried = login.claims.get(_CARRIED) if login.provider == DEVELOPER else None
    tags = carried.get("principal_tags") if isinstance(carried, dict) else None
    if not isinstance(tags, dict):
        return {}
    return {str(key): _as_text(value[0] if isinstance(value, list) and value else value) for key, value in tags.items()}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
