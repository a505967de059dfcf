"""How a role is chosen, in words: tables of mappings and claims."""

from typing import Any

import pytest

from cognito_explorer.core.identity_pools.identity_pools import (
    UNKNOWN_ROLES,
    IdentityPoolDetail,
    MappingRule,
    RoleMapping,
    Roles,
    UserPoolProvider,
    parse_roles,
    parse_settings,
)
from cognito_explorer.core.identity_pools.roles import (
    mapping_in_words,
    mapping_of,
    matching_rule,
    role_name,
    unknown_pool,
    why_authenticated,
    why_guest,
)

PROVIDER = UserPoolProvider("cognito-idp.us-east-1.amazonaws.com/us-east-1_A", "us-east-1_A", "client", False)
KEY = "cognito-idp.us-east-1.amazonaws.com/us-east-1_A:client"
ARN = "arn:aws:iam::1:role/"


def rule(match_type: str, value: str = "paid", claim: str = "custom:plan") -> MappingRule:
    return MappingRule(claim, match_type, value, f"{ARN}{match_type}")


def detail(*mappings: RoleMapping, guests: bool = True, roles: Roles | None = None) -> IdentityPoolDetail:
    found = roles if roles is not None else Roles(f"{ARN}In", f"{ARN}Guest", mappings)
    return IdentityPoolDetail("us-east-1:1", "pool", guests, False, (PROVIDER,), (), found)


@pytest.mark.parametrize(
    ("arn", "name"),
    [(f"{ARN}Guest", "Guest"), (f"{ARN}service-role/deep/Guest", "Guest"), ("Guest", "Guest"), ("", "")],
)
def test_a_role_is_named_by_the_end_of_its_arn(arn: str, name: str) -> None:
    assert role_name(arn) == name


def test_a_mapping_belongs_to_a_pool_and_a_client() -> None:
    ours = RoleMapping(KEY, "Token", "Deny", ())
    other = RoleMapping(f"{KEY}2", "Token", "Deny", ())
    assert mapping_of(detail(other, ours), PROVIDER) is ours
    assert mapping_of(detail(other), PROVIDER) is None


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        (None, "Everyone gets the pool's authenticated role."),
        (
            RoleMapping(KEY, "Token", "AuthenticatedRole", ()),
            "The role of the user's best group; otherwise the pool's authenticated role.",
        ),
        (
            RoleMapping(KEY, "Token", "Deny", ()),
            "The role of the user's best group; otherwise nobody gets credentials.",
        ),
        (RoleMapping(KEY, "Token", "", ()), "The role of the user's best group; otherwise it is undecided."),
        (
            RoleMapping(KEY, "Rules", "Deny", (rule("Equals"), rule("Contains", "x"))),
            "The first rule that fits: if custom:plan is “paid”, Equals; if custom:plan contains “x”, Contains; "
            "otherwise nobody gets credentials.",
        ),
        (
            RoleMapping(KEY, "Rules", "Deny", ()),
            "The first rule that fits: there is none; otherwise nobody gets credentials.",
        ),
    ],
)
def test_a_mapping_is_told_in_words(mapping: RoleMapping | None, words: str) -> None:
    assert mapping_in_words(mapping) == words


@pytest.mark.parametrize(
    ("pool", "words"),
    [
        (detail(), "No sign-in, so the pool's guest role."),
        (detail(guests=False), "This pool lets no guests in."),
        (detail(roles=Roles("", "", ())), "This pool has no role for guests."),
        (detail(roles=UNKNOWN_ROLES), "Why is not known"),
        (detail(guests=False, roles=UNKNOWN_ROLES), "This pool lets no guests in."),
        (unknown_pool("us-east-1:1", "pool"), "Why is not known"),
    ],
)
def test_a_guests_role_has_a_reason(pool: IdentityPoolDetail, words: str) -> None:
    assert why_guest(pool).startswith(words)


@pytest.mark.parametrize(
    ("mapping", "claims", "words"),
    [
        (None, {}, "There is no role mapping for this app client, so the pool's authenticated role."),
        (
            RoleMapping(KEY, "Token", "Deny", ()),
            {"cognito:preferred_role": f"{ARN}P", "cognito:groups": ["paid"]},
            "The token's preferred role, from the group paid.",
        ),
        (
            RoleMapping(KEY, "Token", "Deny", ()),
            {"cognito:preferred_role": f"{ARN}P", "cognito:groups": ["paid", "editors"]},
            "The token's preferred role, from the groups paid, editors.",
        ),
        (RoleMapping(KEY, "Token", "Deny", ()), {"cognito:preferred_role": f"{ARN}P"}, "The token's preferred role."),
        (
            RoleMapping(KEY, "Token", "AuthenticatedRole", ()),
            {},
            "The token prefers no role, so the pool's authenticated role.",
        ),
        (
            RoleMapping(KEY, "Token", "Deny", ()),
            {"cognito:roles": ["a", "b"]},
            "The token names several roles and prefers none, so no credentials: the pool denies what is ambiguous.",
        ),
        (RoleMapping(KEY, "Token", "", ()), {}, "The token prefers no role, so it is undecided."),
        (
            RoleMapping(KEY, "Rules", "Deny", (rule("Equals", "free"), rule("StartsWith", "pa"))),
            {"custom:plan": "paid"},
            "Rule 2 is the first that fits: custom:plan starts with “pa”.",
        ),
        (
            RoleMapping(KEY, "Rules", "AuthenticatedRole", (rule("Equals", "free"),)),
            {"custom:plan": "paid"},
            "No rule fits this token, so the pool's authenticated role.",
        ),
    ],
)
def test_a_signed_in_users_role_has_a_reason(mapping: RoleMapping | None, claims: dict[str, Any], words: str) -> None:
    pool = detail(*([mapping] if mapping is not None else []))
    assert why_authenticated(pool, PROVIDER, claims) == words


def test_without_the_roles_the_reason_is_not_known() -> None:
    assert why_authenticated(detail(roles=UNKNOWN_ROLES), PROVIDER, {}).startswith("Why is not known")


@pytest.mark.parametrize(
    ("match_type", "value", "claim", "fits"),
    [
        ("Equals", "paid", "paid", True),
        ("Equals", "paid", "Paid", False),
        ("NotEqual", "paid", "free", True),
        ("NotEqual", "paid", "paid", False),
        ("StartsWith", "pa", "paid", True),
        ("StartsWith", "ai", "paid", False),
        ("Contains", "ai", "paid", True),
        ("Contains", "x", "paid", False),
        ("Contains", "editors", ["paid", "editors"], True),
        ("Equals", "true", True, True),
        ("Equals", "7", 7, True),
    ],
)
def test_a_rule_fits_or_does_not(match_type: str, value: str, claim: Any, fits: bool) -> None:
    mapping = RoleMapping(KEY, "Rules", "Deny", (rule(match_type, value),))
    assert (matching_rule(mapping, {"custom:plan": claim}) is not None) is fits


@pytest.mark.parametrize("match_type", ["Equals", "NotEqual", "StartsWith", "Contains"])
def test_an_absent_claim_fits_no_rule(match_type: str) -> None:
    assert matching_rule(RoleMapping(KEY, "Rules", "Deny", (rule(match_type, ""),)), {}) is None


def test_the_first_rule_that_fits_wins() -> None:
    mapping = RoleMapping(KEY, "Rules", "Deny", (rule("NotEqual", "free"), rule("Equals", "paid")))
    found = matching_rule(mapping, {"custom:plan": "paid"})
    assert found is not None
    assert found.match_type == "NotEqual"


def test_settings_without_roles_say_that_the_roles_are_unknown() -> None:
    assert not parse_settings({"IdentityPoolId": "us-east-1:1"}).roles.is_known
    assert parse_roles({}).is_known
