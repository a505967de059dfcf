"""The way from a token to a role: tables, and the sandbox's own decision."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.auth.tokens import DecodedToken, decode, issuer_of
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.identity_pools.identity_pools import (
    UNKNOWN_ROLES,
    IdentityPoolDetail,
    MappingRule,
    RoleMapping,
    Roles,
    UserPoolProvider,
    describe_identity_pool,
    list_identity_pools,
)
from cognito_explorer.core.insight.role_trace import RoleTrace, trace_role
from tests.sandbox_fixture import RunningSandbox

POOL_ID = "us-east-1_abc"
NAME = f"cognito-idp.us-east-1.amazonaws.com/{POOL_ID}"
ARN = "arn:aws:iam::1:role/"
WEB = "3moonletterweb7k2q9v5d1h8s"


def pool(mapping: RoleMapping | None = None, *, roles: Roles | None = None) -> IdentityPoolDetail:
    provider = UserPoolProvider(NAME, POOL_ID, "web", False)
    known = roles or Roles(f"{ARN}In", f"{ARN}Guest", (mapping,) if mapping else ())
    return IdentityPoolDetail("us-east-1:1", "pool", True, False, (provider,), (), known)


def mapping(kind: str, *rules: MappingRule, ambiguous: str = "AuthenticatedRole") -> RoleMapping:
    return RoleMapping(f"{NAME}:web", kind, ambiguous, rules)


def rule(value: str, role: str, claim: str = "custom:plan", match: str = "Equals") -> MappingRule:
    return MappingRule(claim, match, value, ARN + role)


def token(kind: Any = "id", **claims: Any) -> DecodedToken:
    return DecodedToken(kind, "raw", {}, {"iss": issuer_of(POOL_ID), "aud": "web"} | claims)


def verdicts(trace: RoleTrace) -> list[str]:
    return [step.verdict for step in trace.steps]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (token("access"), "this is an access token"),
        (token(aud="other"), "aud is other; of this user pool it takes web"),
        (token(iss=issuer_of("us-east-1_xyz")), "us-east-1_xyz is not among its user pools"),
        (token(iss="https://id.example"), "https://id.example is not among"),
    ],
)
def test_a_token_the_pool_does_not_take_gets_no_role(asked: DecodedToken, words: str) -> None:
    trace = trace_role(pool(), asked)
    assert trace.role_arn == ""
    assert words in trace.steps[-1].answer


def test_without_a_mapping_everyone_gets_the_authenticated_role() -> None:
    assert trace_role(pool(), token()).role_arn == f"{ARN}In"
    assert "no authenticated role" in trace_role(pool(roles=Roles("", "", ())), token()).conclusion


def test_rules_are_tried_in_order_and_the_first_that_fits_wins() -> None:
    rules = mapping("Rules", rule("x", "X"), rule("paid", "Paid"), rule("paid", "Late"))
    trace = trace_role(pool(rules), token(**{"custom:plan": "paid"}))
    assert trace.role_arn == f"{ARN}Paid"
    assert verdicts(trace) == ["yes", "yes", "no", "yes", "skipped"]
    assert "custom:plan is “paid”" in trace.steps[3].answer


def test_an_absent_claim_fits_no_rule_not_even_not_equal() -> None:
    trace = trace_role(pool(mapping("Rules", rule("x", "X", match="NotEqual"), ambiguous="Deny")), token())
    assert trace.role_arn == ""
    assert "absent claim fits no rule" in trace.steps[2].answer
    assert "denies what is ambiguous" in trace.conclusion


def test_the_tokens_preferred_role_decides() -> None:
    asked = token(**{"cognito:preferred_role": f"{ARN}Paid", "cognito:groups": ["paid"]})
    trace = trace_role(pool(mapping("Token")), asked)
    assert trace.role_arn == f"{ARN}Paid"
    assert trace.steps[-1].answer == "Yes: Paid, from paid."


@pytest.mark.parametrize(
    ("ambiguous", "role", "is_known"), [("AuthenticatedRole", f"{ARN}In", True), ("Deny", "", True), ("", "", False)]
)
def test_a_tie_of_groups_is_settled_by_the_ambiguous_setting(ambiguous: str, role: str, is_known: bool) -> None:
    asked = token(**{"cognito:roles": [f"{ARN}A", f"{ARN}B"]})
    trace = trace_role(pool(mapping("Token", ambiguous=ambiguous)), asked)
    assert (trace.role_arn, trace.is_known) == (role, is_known)
    assert any("tie among A, B" in step.answer for step in trace.steps)


def test_a_role_may_be_asked_for_by_name_where_it_is_a_candidate() -> None:
    asked = token(**{"cognito:roles": [f"{ARN}A", f"{ARN}B"], "cognito:preferred_role": f"{ARN}A"})
    assert trace_role(pool(mapping("Token")), asked, custom_role_arn=f"{ARN}B").role_arn == f"{ARN}B"
    assert trace_role(pool(mapping("Token")), asked, custom_role_arn=f"{ARN}C").role_arn == ""
    assert trace_role(pool(), asked, custom_role_arn=f"{ARN}A").role_arn == ""
    rules = mapping("Rules", rule("x", "X"), rule("paid", "Paid"), rule("paid", "Late"))
    paid = token(**{"custom:plan": "paid"})
    assert trace_role(pool(rules), paid, custom_role_arn=f"{ARN}Late").role_arn == f"{ARN}Late"


def test_roles_that_may_not_be_read_are_not_guessed() -> None:
    trace = trace_role(pool(roles=UNKNOWN_ROLES), token())
    assert not trace.is_known
    assert trace.role_arn == ""


@given(
    st.dictionaries(
        st.sampled_from(["cognito:roles", "cognito:preferred_role", "cognito:groups", "x"]),
        st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text()), st.dictionaries(st.text(), st.text())),
    )
)
def test_no_claims_whatever_break_the_trace(claims: dict[str, Any]) -> None:
    for kind in ("Token", "Rules"):
        assert trace_role(pool(mapping(kind, rule("1", "X", claim="x", match="Contains"))), token(**claims)).conclusion


@pytest.mark.parametrize(
    ("username", "role"),
    [("ada", "MoonletterSubscriber"), ("grace", "MoonletterEditor"), ("linus", "MoonletterReader")],
)
async def test_the_trace_ends_where_the_sandbox_does(
    aws: Aws, demo_sandbox: RunningSandbox, username: str, role: str
) -> None:
    issued = demo_sandbox.public_client("cognito-idp").initiate_auth(
        ClientId=WEB,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": "Moonletter-2026"},
    )["AuthenticationResult"]["IdToken"]
    found = decode(issued)
    summary = (await list_identity_pools(aws).collect(10))[0]
    trace = trace_role(await describe_identity_pool(aws, summary.id), found)
    assert trace.role_arn.rpartition("/")[2] == role
    public = demo_sandbox.public_client("cognito-identity")
    logins = {f"cognito-idp.us-east-1.amazonaws.com/{found.pool_id}": issued}
    identity_id = public.get_id(IdentityPoolId=summary.id, Logins=logins)["IdentityId"]
    keys = public.get_credentials_for_identity(IdentityId=identity_id, Logins=logins)["Credentials"]
    acting = demo_sandbox.client("sts", keys=(keys["AccessKeyId"], keys["SecretKey"], keys["SessionToken"]))
    assert f"/{role}/" in acting.get_caller_identity()["Arn"]
