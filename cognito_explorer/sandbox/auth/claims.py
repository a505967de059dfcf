"""What stands in a token: claims from user, groups, client and grant."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cognito_explorer.sandbox.user_pools.users import User

ADMIN_SCOPE = "aws.cognito.signin.user.admin"
_BOOLEANS = ("email_verified", "phone_number_verified")
_SCOPED = {"email": ("email", "email_verified"), "phone": ("phone_number", "phone_number_verified")}


def visible_attributes(client: Mapping[str, Any], user: User, scopes: Iterable[str] | None = None) -> dict[str, str]:
    """The attributes a client may read; with `scopes` those of a hosted sign-in, where openid alone means all."""
    readable = client.get("ReadAttributes")
    attributes = {
        name: value for name, value in user.attributes.items() if name == "sub" or readable is None or name in readable
    }
    named = {"email", "phone", "profile"} & set(scopes or ())
    if not named:
        return attributes
    return {name: value for name, value in attributes.items() if name == "sub" or _scope_of(name) in named}


def id_claims(user: User, attributes: Mapping[str, str], groups: list[dict[str, Any]]) -> dict[str, Any]:
    """The claims about the user in an ID token: booleans where Cognito has booleans, custom attributes as strings."""
    claims: dict[str, Any] = dict(attributes)
    for name in _BOOLEANS:
        if name in claims:
            claims[name] = claims[name].lower() == "true"
    if "identities" in claims:
        claims["identities"] = [_identity_claim(entry) for entry in json.loads(claims["identities"])]
    return claims | {"sub": user.sub, "cognito:username": user.username} | group_claims(groups)


def group_claims(groups: list[dict[str, Any]]) -> dict[str, Any]:
    """`cognito:groups`, `cognito:roles` and `cognito:preferred_role`; a tie of different roles prefers none."""
    if not groups:
        return {}
    claims: dict[str, Any] = {"cognito:groups": [group["GroupName"] for group in groups]}
    with_role = [group for group in groups if "RoleArn" in group]
    if not with_role:
        return claims
    claims["cognito:roles"] = list(dict.fromkeys(group["RoleArn"] for group in with_role))
    best = with_role[0].get("Precedence")
    preferred = {group["RoleArn"] for group in with_role if group.get("Precedence") == best}
    return claims | ({"cognito:preferred_role": preferred.pop()} if len(preferred) == 1 else {})


def _identity_claim(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A linked identity as tokens have it: the attribute's truth value and number are strings there."""
    return {**entry, "primary": str(entry["primary"]).lower(), "dateCreated": str(entry["dateCreated"])}


def _scope_of(attribute: str) -> str:
    return next((scope for scope, names in _SCOPED.items() if attribute in names), "profile")
