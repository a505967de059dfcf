"""Which role an identity gets: facts of identity-pools.md section 5."""

from typing import Any

import pytest

from cognito_explorer.sandbox.errors import ServiceError
from tests.sandbox.identity_pools.test_role_choice import DENY, TOKEN, choose, rules
from tests.sandbox_fixture import RunningSandbox

KEY = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Moon12345:1example23456789"
ROLE = "arn:aws:iam::210987654321:role/reader"
RULE = {"Claim": "custom:plan", "MatchType": "Equals", "Value": "paid", "RoleARN": ROLE}
TWO = {"cognito:roles": ["paid", "free"]}
# What has too many is beyond a quota (section 9); the rest breaks the model or contradicts itself.
REFUSALS = ("ValidationException", "InvalidParameterException", "LimitExceededException")
LENIENT = "AuthenticatedRole"


@pytest.mark.parametrize(
    ("fact", "mapping", "claims", "custom", "role"),
    [
        ("1: no mapping for the provider", None, TWO, None, "signed-in"),
        ("2a: CustomRoleArn in cognito:roles", TOKEN, TWO, "free", "free"),
        ("2a: CustomRoleArn not in cognito:roles", TOKEN, TWO, "editor", None),
        ("2b: preferred role", TOKEN, {**TWO, "cognito:preferred_role": "paid"}, None, "paid"),
        ("2a: roles in one text, as older documents have it", TOKEN, {"cognito:roles": "paid, free"}, "free", "free"),
        ("2b: a preferred role that is no text", DENY, {"cognito:preferred_role": 5}, None, None),
        ("2a: roles that are no list", TOKEN, {"cognito:roles": 5}, "free", None),
        ("2c and 4: several roles, AuthenticatedRole", TOKEN, TWO, None, "signed-in"),
        ("2c and 4: several roles, Deny", DENY, TWO, None, None),
        ("2c: no role claim, AuthenticatedRole", TOKEN, {}, None, "signed-in"),
        ("2c: no role claim, Deny", DENY, {}, None, None),
        ("3: first match wins", rules(("a", "Equals", "1", "x"), ("a", "Equals", "1", "y")), {"a": "1"}, None, "x"),
        (
            "3: CustomRoleArn selects among matches",
            rules(("a", "Equals", "1", "x"), ("a", "Equals", "1", "y")),
            {"a": "1"},
            "y",
            "y",
        ),
        ("3 and 4: no match, Deny", rules(("a", "Equals", "1", "x")), {"a": "2"}, None, None),
        (
            "3 and 4: no match, AuthenticatedRole",
            rules(("a", "Equals", "1", "x"), otherwise=LENIENT),
            {"a": "2"},
            None,
            "signed-in",
        ),
        ("Equals", rules(("a", "Equals", "moon", "x")), {"a": "moon"}, None, "x"),
        ("StartsWith", rules(("a", "StartsWith", "mo", "x")), {"a": "moon"}, None, "x"),
        ("Contains", rules(("a", "Contains", "oo", "x")), {"a": "moon"}, None, "x"),
        ("NotEqual", rules(("a", "NotEqual", "sun", "x")), {"a": "moon"}, None, "x"),
        ("NotEqual on an absent claim", rules(("a", "NotEqual", "sun", "x")), {}, None, None),
        ("case-sensitive", rules(("a", "Equals", "Moon", "x")), {"a": "moon"}, None, None),
        ("custom: is part of the name", rules(("plan", "Equals", "paid", "x")), {"custom:plan": "paid"}, None, None),
        ("Contains on an array", rules(("g", "Contains", "paid", "x")), {"g": ["free", "paid"]}, None, "x"),
    ],
)
def test_a_role_is_chosen_in_this_order(
    fact: str, mapping: dict[str, Any] | None, claims: dict[str, Any], custom: str | None, role: str | None
) -> None:
    """identity-pools.md 5: steps 1 to 4 and the match types."""
    if role is not None:
        assert choose(mapping, claims, custom) == role, fact
        return
    with pytest.raises(ServiceError) as caught:
        choose(mapping, claims, custom)
    assert caught.value.code == "NotAuthorizedException", fact


def mapping(**changed: Any) -> dict[str, Any]:
    whole = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [RULE]}}
    return {name: value for name, value in {**whole, **changed}.items() if value is not None}


@pytest.mark.parametrize(
    ("fact", "mappings", "is_taken"),
    [
        ("25 rules", {KEY: mapping(RulesConfiguration={"Rules": [RULE] * 25})}, True),
        ("26 rules", {KEY: mapping(RulesConfiguration={"Rules": [RULE] * 26})}, False),
        ("10 providers", {f"{KEY}{number}": mapping() for number in range(10)}, True),
        ("11 providers", {f"{KEY}{number}": mapping() for number in range(11)}, False),
        ("claim of 65", {KEY: mapping(RulesConfiguration={"Rules": [{**RULE, "Claim": "c" * 65}]})}, False),
        ("value of 129", {KEY: mapping(RulesConfiguration={"Rules": [{**RULE, "Value": "v" * 129}]})}, False),
        ("other match type", {KEY: mapping(RulesConfiguration={"Rules": [{**RULE, "MatchType": "Like"}]})}, False),
        ("rules without resolution", {KEY: mapping(AmbiguousRoleResolution=None)}, False),
        ("token without resolution", {KEY: {"Type": "Token"}}, False),
    ],
)
def test_mappings_have_these_limits(
    sandbox: RunningSandbox, fact: str, mappings: dict[str, Any], *, is_taken: bool
) -> None:
    """identity-pools.md 5: claim ≤64, value ≤128, ≤25 rules, ≤10 providers; a resolution is required."""
    admin = sandbox.client("cognito-identity", parameter_validation=False)
    providers = [{"ProviderName": key.partition(":")[0], "ClientId": key.partition(":")[2]} for key in mappings]
    made = admin.create_identity_pool(
        IdentityPoolName="limits", AllowUnauthenticatedIdentities=False, CognitoIdentityProviders=providers
    )
    given = {"IdentityPoolId": made["IdentityPoolId"], "Roles": {"authenticated": ROLE}, "RoleMappings": mappings}
    if is_taken:
        admin.set_identity_pool_roles(**given)
        kept = admin.get_identity_pool_roles(IdentityPoolId=made["IdentityPoolId"])
        assert kept["RoleMappings"].keys() == mappings.keys(), fact
        return
    with pytest.raises(admin.exceptions.ClientError) as caught:
        admin.set_identity_pool_roles(**given)
    assert caught.value.response["Error"]["Code"] in REFUSALS, fact
