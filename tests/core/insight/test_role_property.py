"""Any mapping, any claims: the trace ends at the role that the sandbox's own decision comes to, or where it refuses."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cognito_explorer.core.identity_pools.identity_pools import (
    IdentityPoolDetail,
    OtherProvider,
    UserPoolProvider,
    parse_roles,
)
from cognito_explorer.core.insight.role_logins import RoleLogin, login_as
from cognito_explorer.core.insight.role_trace import trace_role
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.login import Login
from cognito_explorer.sandbox.identity_pools.role_choice import choose_role

POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"
GOOGLE = "accounts.google.com"
ROLES = [f"arn:aws:iam::1:role/{name}" for name in "ABC"]
WORDS = st.sampled_from(["a", "b", "ab", "A", "true", "1", ""])
NAMES = st.sampled_from(["x", "y", "cognito:groups", "cognito:roles"])
VALUES = WORDS | st.booleans() | st.integers(0, 1) | st.lists(WORDS, max_size=2)
RULES = st.builds(
    lambda claim, match, value, role: {"Claim": claim, "MatchType": match, "Value": value, "RoleARN": role},
    NAMES,
    st.sampled_from(["Equals", "NotEqual", "StartsWith", "Contains"]),
    WORDS.filter(bool),
    st.sampled_from(ROLES),
)
AMBIGUOUS = st.sampled_from(["AuthenticatedRole", "Deny"])
MAPPINGS: st.SearchStrategy[dict[str, Any] | None] = st.none() | st.one_of(
    st.builds(lambda ambiguous: {"Type": "Token", "AmbiguousRoleResolution": ambiguous}, AMBIGUOUS),
    st.builds(
        lambda ambiguous, rules: {
            "Type": "Rules",
            "AmbiguousRoleResolution": ambiguous,
            "RulesConfiguration": {"Rules": rules},
        },
        AMBIGUOUS,
        st.lists(RULES, min_size=1, max_size=4),
    ),
)
CLAIMS = st.dictionaries(NAMES, VALUES).flatmap(
    lambda claims: st.fixed_dictionaries(
        {},
        optional={
            "cognito:preferred_role": st.sampled_from([*ROLES, ""]),
            "cognito:roles": st.lists(st.sampled_from(ROLES), max_size=3) | st.just(",".join(ROLES)),
        },
    ).map(lambda roles: claims | roles)
)


@settings(max_examples=400, deadline=None)
@given(
    mapping=MAPPINGS,
    claims=CLAIMS,
    authenticated=st.sampled_from(["", "arn:aws:iam::1:role/In"]),
    wanted=st.sampled_from(["", *ROLES]),
    is_google=st.booleans(),
)
def test_the_trace_and_the_sandbox_decide_alike(
    mapping: dict[str, Any] | None, claims: dict[str, Any], authenticated: str, wanted: str, *, is_google: bool
) -> None:
    key = GOOGLE if is_google else f"{POOL}:web"
    config = {
        "Roles": {"authenticated": authenticated} if authenticated else {},
        "RoleMappings": {key: mapping} if mapping else {},
    }
    detail = IdentityPoolDetail(
        "us-east-1:1", "p", False, False,
        (UserPoolProvider(POOL, "us-east-1_abc", "web", False),),
        (OtherProvider("Google", GOOGLE, "web"),),
        parse_roles(config),
    )  # fmt: skip
    told = claims | {"aud": "web"}
    login = login_as(GOOGLE, told) if is_google else RoleLogin(POOL, told, "web")
    try:
        given_ = choose_role(config, [Login(key, "s", "web", told, mapping_key=key)], wanted or None)
    except ServiceError:
        given_ = ""
    trace = trace_role(detail, login, custom_role_arn=wanted)
    assert trace.role_arn == given_, (trace.steps, config, told)
    assert trace.is_known
