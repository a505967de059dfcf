"""Which role an identity gets. Pure: configuration and claims in, a role's ARN out."""

from collections.abc import Iterable, Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.login import Login


def choose_role(config: Mapping[str, Any], logins: Iterable[Login], custom_role_arn: str | None) -> str:
    """The role for a call with these verified logins (none: a guest).

    Raises NotAuthorizedException where a mapping says no, InvalidIdentityPoolConfigurationException without a role.
    """
    logins = tuple(logins)
    roles = config.get("Roles", {})
    if not logins:
        if custom_role_arn:
            raise _custom_role_refused()
        return _configured(roles, "unauthenticated")
    mappings = config.get("RoleMappings", {})
    for login in logins:
        mapping = mappings.get(login.mapping_key)
        if mapping is not None:
            chosen = _mapped(mapping, login.claims, custom_role_arn)
            return chosen or _ambiguous(mapping, roles)
    if custom_role_arn:
        raise _custom_role_refused()
    return _configured(roles, "authenticated")


def invalid_configuration() -> ServiceError:
    """What Cognito says whenever it cannot assume a role for a caller."""
    return ServiceError(
        "InvalidIdentityPoolConfigurationException",
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
    )


def _mapped(mapping: Mapping[str, Any], claims: Mapping[str, Any], custom_role_arn: str | None) -> str | None:
    if mapping["Type"] == "Token":
        candidates = _roles_of(claims.get("cognito:roles"))
        # Several roles without a preferred one are ambiguous; so, by the same setting, is none at all.
        stated = claims.get("cognito:preferred_role")
        preferred = stated if isinstance(stated, str) and stated else None
    else:
        rules = mapping.get("RulesConfiguration", {}).get("Rules", [])
        candidates = [rule["RoleARN"] for rule in rules if _matches(rule, claims)]
        preferred = candidates[0] if candidates else None
    if custom_role_arn is None:
        return preferred
    if custom_role_arn not in candidates:
        raise _custom_role_refused()
    return custom_role_arn


def _roles_of(claim: Any) -> list[str]:
    """The claim is a list; some providers write its members into one text, with commas between."""
    members = claim.split(",") if isinstance(claim, str) else claim
    return [str(each).strip() for each in members] if isinstance(members, list) else []


def _matches(rule: Mapping[str, str], claims: Mapping[str, Any]) -> bool:
    """Claims that are absent match nothing, not even NotEqual; lists and booleans are compared as written in JSON."""
    if rule["Claim"] not in claims:
        return False
    actual, wanted = _as_text(claims[rule["Claim"]]), rule["Value"]
    match rule["MatchType"]:
        case "Equals":
            return actual == wanted
        case "NotEqual":
            return actual != wanted
        case "StartsWith":
            return actual.startswith(wanted)
        case _:
            return wanted in actual


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return str(value)


def _ambiguous(mapping: Mapping[str, Any], roles: Mapping[str, str]) -> str:
    if mapping.get("AmbiguousRoleResolution") == "Deny":
        raise ServiceError("NotAuthorizedException", "Access denied: the role mapping of this provider names no role.")
    return _configured(roles, "authenticated")


def _configured(roles: Mapping[str, str], kind: str) -> str:
    if not roles.get(kind):
        raise invalid_configuration()
    return roles[kind]


def _custom_role_refused() -> ServiceError:
    return ServiceError("NotAuthorizedException", "The custom role is not among the roles this login may assume.")
