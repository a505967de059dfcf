"""Which role a login gets: a table of configurations and claims."""

from typing import Any

import pytest

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.login import Login
from cognito_explorer.sandbox.identity_pools.role_choice import choose_role

PROVIDER = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool"
ROLES = {"authenticated": "signed-in", "unauthenticated": "guest"}
TOKEN = {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}
DENY = {"Type": "Token", "AmbiguousRoleResolution": "Deny"}


def rules(*entries: tuple[str, str, str, str], otherwise: str = "Deny") -> dict[str, Any]:
    found = [{"Claim": claim, "MatchType": how, "Value": value, "RoleARN": arn} for claim, how, value, arn in entries]
    return {"Type": "Rules", "AmbiguousRoleResolution": otherwise, "RulesConfiguration": {"Rules": found}}


def choose(mapping: dict[str, Any] | None, claims: dict[str, Any], custom: str | None = None) -> str:
    config = {"Roles": ROLES} | ({"RoleMappings": {f"{PROVIDER}:web": mapping}} if mapping else {})
    return choose_role(config, [Login(PROVIDER, "sub", "web", claims, mapping_key=f"{PROVIDER}:web")], custom)


@pytest.mark.parametrize(
    ("mapping", "claims", "custom", "role"),
    [
        (None, {"cognito:preferred_role": "paid"}, None, "signed-in"),
        (TOKEN, {"cognito:preferred_role": "paid", "cognito:roles": ["paid", "free"]}, None, "paid"),
        (TOKEN, {"cognito:roles": ["paid", "free"]}, None, "signed-in"),
        (TOKEN, {}, None, "signed-in"),
        (TOKEN, {"cognito:preferred_role": "paid", "cognito:roles": ["paid", "free"]}, "free", "free"),
        (rules(("custom:plan", "Equals", "paid", "a")), {"custom:plan": "paid"}, None, "a"),
        (rules(("a", "Equals", "1", "a"), ("b", "Equals", "2", "b")), {"a": "1", "b": "2"}, None, "a"),
        (rules(("a", "Equals", "1", "a"), ("b", "Equals", "2", "b")), {"a": "1", "b": "2"}, "b", "b"),
        (rules(("email", "StartsWith", "ada@", "a")), {"email": "ada@x.example"}, None, "a"),
        (rules(("cognito:groups", "Contains", "paid", "a")), {"cognito:groups": ["free", "paid"]}, None, "a"),
        (rules(("email_verified", "Equals", "true", "a")), {"email_verified": True}, None, "a"),
        (rules(("plan", "NotEqual", "free", "a")), {"plan": "paid"}, None, "a"),
        (rules(("plan", "NotEqual", "free", "a"), otherwise="AuthenticatedRole"), {}, None, "signed-in"),
        (rules(("plan", "Equals", "Paid", "a"), otherwise="AuthenticatedRole"), {"plan": "paid"}, None, "signed-in"),
    ],
)
def test_the_mapping_chooses(
    mapping: dict[str, Any] | None, claims: dict[str, Any], custom: str | None, role: str
) -> None:
    assert choose(mapping, claims, custom) == role


@pytest.mark.parametrize(
    ("mapping", "claims", "custom"),
    [
        (DENY, {"cognito:roles": ["paid", "free"]}, None),
        (DENY, {}, None),
        (TOKEN, {"cognito:roles": ["paid"], "cognito:preferred_role": "paid"}, "editor"),
        (None, {"cognito:roles": ["paid"]}, "paid"),
        (rules(("plan", "Equals", "paid", "a")), {"plan": "free"}, None),
        (rules(("plan", "Equals", "paid", "a")), {"plan": "paid"}, "b"),
    ],
)
def test_the_mapping_refuses(mapping: dict[str, Any] | None, claims: dict[str, Any], custom: str | None) -> None:
    with pytest.raises(ServiceError) as refused:
        choose(mapping, claims, custom)
    assert refused.value.code == "NotAuthorizedException"


def test_a_guest_gets_the_guests_role_and_no_other() -> None:
    assert choose_role({"Roles": ROLES}, (), None) == "guest"
    with pytest.raises(ServiceError) as refused:
        choose_role({"Roles": ROLES}, (), "editor")
    assert refused.value.code == "NotAuthorizedException"


def test_a_mapping_of_another_client_does_not_count() -> None:
    config = {"Roles": ROLES, "RoleMappings": {f"{PROVIDER}:server": DENY}}
    assert choose_role(config, [Login(PROVIDER, "sub", "web", {})], None) == "signed-in"


@pytest.mark.parametrize("logins", [(), (Login(PROVIDER, "sub", "web", {}),)])
def test_a_pool_without_roles_is_configured_badly(logins: tuple[Login, ...]) -> None:
    with pytest.raises(ServiceError) as refused:
        choose_role({}, logins, None)
    assert refused.value.code == "InvalidIdentityPoolConfigurationException"
