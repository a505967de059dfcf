"""Which layer decides: the order of evaluation, in one account and across two."""

import pytest

from cognito_explorer.iam.evaluate import Layers, Verdict, evaluate
from cognito_explorer.iam.policy import Policy
from cognito_explorer.iam.request import Principal, Request
from tests.iam.documents import (
    ACCOUNT,
    ANONYMOUS,
    ARTICLE,
    BY_SESSION,
    BY_USER,
    OTHER_ACCOUNT,
    ROLE,
    ROOT,
    SESSION,
    USER,
    Context,
    Raw,
    allow,
    deny,
    policy,
)

YES, NO = policy(allow()), policy(allow("sns:*"))
BOUNDARY, TIGHT_BOUNDARY = policy(allow(), layer="boundary"), policy(allow("sns:*"), layer="boundary")
SESSION_POLICY, TIGHT_SESSION = policy(allow(), layer="session"), policy(allow("sns:*"), layer="session")
SCP, TIGHT_SCP = policy(allow("*"), layer="scp"), policy(allow("sns:*"), layer="scp")
RCP = policy(allow("*", Principal="*"), layer="rcp")
TIGHT_RCP = policy(allow("sns:*", Principal="*"), layer="rcp")
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/guest"
BY_FEDERATED = Principal(FEDERATED, ACCOUNT, USER)
TIGHT = Layers(boundary=TIGHT_BOUNDARY, session=(TIGHT_SESSION,))


def bucket(principal: object, statement: Raw | None = None) -> Policy:
    return policy({**(statement or allow()), "Principal": principal}, layer="resource", name="Bucket")


def ask(layers: Layers, principal: Principal = BY_SESSION, *, owner: str = ACCOUNT) -> Verdict:
    return evaluate(Request("s3:GetObject", ARTICLE, principal, resource_account=owner), layers)


@pytest.mark.parametrize(
    ("layers", "decision", "layer", "reason"),
    [
        (Layers(), "implicit_deny", "identity", "because no identity-based policy allows the s3:GetObject action"),
        (Layers((NO,)), "implicit_deny", "identity", "because no identity-based policy allows the s3:GetObject action"),
        (Layers((NO, YES)), "allowed", "identity", "allowed by an identity-based policy"),
        (Layers((YES,), boundary=BOUNDARY), "allowed", "identity", "allowed by an identity-based policy"),
        (
            Layers((YES,), boundary=TIGHT_BOUNDARY),
            "implicit_deny",
            "boundary",
            "because no permissions boundary allows the s3:GetObject action",
        ),
        (Layers((YES,), session=(SESSION_POLICY,)), "allowed", "identity", "allowed by an identity-based policy"),
        (Layers((YES,), session=()), "allowed", "identity", "allowed by an identity-based policy"),
        (
            Layers((YES,), session=(SESSION_POLICY, TIGHT_SESSION)),
            "allowed",
            "identity",
            "allowed by an identity-based policy",
        ),
        (
            Layers((YES,), session=(TIGHT_SESSION, TIGHT_SESSION)),
            "implicit_deny",
            "session",
            "because no session policy allows the s3:GetObject action",
        ),
        (
            Layers((YES,), scp=(SCP, TIGHT_SCP)),
            "implicit_deny",
            "scp",
            "because no service control policy allows the s3:GetObject action",
        ),
        (
            Layers((YES,), rcp=(TIGHT_RCP,)),
            "implicit_deny",
            "rcp",
            "because no resource control policy allows the s3:GetObject action",
        ),
        (Layers((YES,), scp=(SCP,), rcp=(RCP,)), "allowed", "identity", "allowed by an identity-based policy"),
        (
            Layers((NO,), scp=(SCP,), rcp=(RCP,), boundary=BOUNDARY, session=(SESSION_POLICY,)),
            "implicit_deny",
            "identity",
            "because no identity-based policy allows the s3:GetObject action",
        ),
        (
            Layers((YES, policy(deny()))),
            "explicit_deny",
            "identity",
            "with an explicit deny in an identity-based policy",
        ),
        (
            Layers((YES,), boundary=policy(allow(), deny(), layer="boundary")),
            "explicit_deny",
            "boundary",
            "with an explicit deny in a permissions boundary",
        ),
        (
            Layers((YES,), session=(policy(allow(), deny(), layer="session"),)),
            "explicit_deny",
            "session",
            "with an explicit deny in a session policy",
        ),
        (
            Layers((YES,), resource=bucket("*", deny())),
            "explicit_deny",
            "resource",
            "with an explicit deny in a resource-based policy",
        ),
        (
            Layers((YES,), scp=(policy(allow("*"), deny(), layer="scp"),)),
            "explicit_deny",
            "scp",
            "with an explicit deny in a service control policy",
        ),
        (
            Layers((YES,), rcp=(RCP, policy(deny(Principal="*"), layer="rcp"))),
            "explicit_deny",
            "rcp",
            "with an explicit deny in a resource control policy",
        ),
    ],
)
def test_every_layer_has_its_say_and_its_words(layers: Layers, decision: str, layer: str, reason: str) -> None:
    verdict = ask(layers)
    assert (verdict.decision, verdict.layer, verdict.reason) == (decision, layer, reason)
    assert verdict.is_allowed is (decision == "allowed")


def test_the_statement_that_decided_is_named() -> None:
    granting = policy(allow("sns:*"), allow(Sid="Read"), name="Articles")
    denying = policy(deny(Sid="Never"), name="Guard")
    verdict = ask(Layers((NO, granting)))
    assert verdict.statement is not None
    assert (verdict.policy, verdict.statement.sid, verdict.statement.index) == ("Articles", "Read", 1)
    verdict = ask(Layers((granting, denying)))
    assert verdict.statement is not None
    assert (verdict.policy, verdict.statement.label) == ("Guard", "Never")
    verdict = ask(Layers((NO,)))
    assert (verdict.policy, verdict.statement) == ("", None)
    assert [(each.policy, each.layer, each.statement) for each in verdict.considered] == [
        ("Own", "identity", "statement 1")
    ]


@pytest.mark.parametrize(
    ("named", "principal", "decision_alone", "decision_when_limited"),
    [
        ({"AWS": ROLE}, BY_SESSION, "allowed", "implicit_deny"),
        ({"AWS": SESSION}, BY_SESSION, "allowed", "allowed"),
        ({"AWS": [SESSION, ROLE]}, BY_SESSION, "allowed", "allowed"),
        ({"AWS": USER}, BY_USER, "allowed", "allowed"),
        ({"AWS": ROOT}, BY_SESSION, "implicit_deny", "implicit_deny"),
        ({"AWS": ACCOUNT}, BY_SESSION, "implicit_deny", "implicit_deny"),
        # Everybody includes the caller. IAM user guide, "Evaluating identity-based policies with resource-based
        # policies": in one account either allow is enough; "Principal", IAM role principals: neither boundary nor
        # session policy limits what is granted with a wildcard in the Principal element.
        ("*", BY_SESSION, "allowed", "allowed"),
        ({"AWS": "*"}, BY_USER, "allowed", "allowed"),
        ({"AWS": ["*", ROOT]}, BY_SESSION, "allowed", "allowed"),
        ({"AWS": FEDERATED}, BY_FEDERATED, "allowed", "allowed"),
        ({"AWS": USER}, BY_FEDERATED, "allowed", "implicit_deny"),
        ({"AWS": [ROOT, ROLE]}, BY_SESSION, "allowed", "implicit_deny"),
        ({"AWS": ROLE}, Principal(ROLE, ACCOUNT, ROLE), "allowed", "implicit_deny"),
        ({"AWS": f"{ROLE}2"}, BY_SESSION, "implicit_deny", "implicit_deny"),
        ({"AWS": f"{SESSION}2"}, BY_SESSION, "implicit_deny", "implicit_deny"),
        ({"Service": "s3.amazonaws.com"}, BY_SESSION, "implicit_deny", "implicit_deny"),
        ({"CanonicalUser": "79a59df900b949e5"}, BY_SESSION, "implicit_deny", "implicit_deny"),
        ("*", ANONYMOUS, "allowed", "allowed"),
        ({"AWS": "*"}, ANONYMOUS, "allowed", "allowed"),
        ({"AWS": ROOT}, ANONYMOUS, "implicit_deny", "implicit_deny"),
    ],
)
def test_what_a_grant_of_the_resource_is_worth_depends_on_whom_it_names(
    named: object, principal: Principal, decision_alone: str, decision_when_limited: str
) -> None:
    resource = bucket(named)
    assert ask(Layers(resource=resource), principal).decision == decision_alone
    limited = Layers(boundary=TIGHT_BOUNDARY, session=(TIGHT_SESSION,), resource=resource)
    assert ask(limited, principal).decision == decision_when_limited


@pytest.mark.parametrize("condition", [{"ArnEquals": {"aws:PrincipalArn": ROLE}}, {"Bool": {"aws:k": "true"}}])
def test_a_condition_narrows_a_grant_to_everybody(condition: Raw) -> None:
    named = policy(allow(Principal="*", Condition=condition), layer="resource")
    context: Context = {"aws:PrincipalArn": ROLE, "aws:k": "true"}
    asked = Request("s3:GetObject", ARTICLE, BY_SESSION, context, ACCOUNT)
    assert evaluate(asked, Layers(session=(TIGHT_SESSION,), resource=named)).is_allowed
    assert ask(Layers(resource=named)).decision == "implicit_deny"


@pytest.mark.parametrize("named", [{"AWS": ROOT}, {"AWS": ACCOUNT}])
def test_a_grant_to_the_account_delegates_to_identity_policies(named: object) -> None:
    assert ask(Layers((YES,), resource=bucket(named))).layer == "identity"
    assert ask(Layers((YES,), boundary=TIGHT_BOUNDARY, resource=bucket(named))).layer == "boundary"


def test_a_grant_of_the_resource_does_not_pass_organisation_policies() -> None:
    granted = bucket({"AWS": SESSION})
    assert ask(Layers(resource=granted, scp=(TIGHT_SCP,))).layer == "scp"
    assert ask(Layers(resource=granted, rcp=(TIGHT_RCP,))).layer == "rcp"


@pytest.mark.parametrize(
    ("not_named", "principal", "decision"),
    [
        ({"AWS": ROLE}, BY_SESSION, "allowed"),
        ({"AWS": ROLE}, BY_USER, "explicit_deny"),
        ({"AWS": ROOT}, BY_USER, "allowed"),
        ({"AWS": ROOT}, ANONYMOUS, "explicit_deny"),
    ],
)
def test_not_principal_denies_everybody_else(not_named: object, principal: Principal, decision: str) -> None:
    denial = {**deny(), "NotPrincipal": not_named}
    resource = policy(denial, allow(Principal="*"), layer="resource")
    assert ask(Layers((YES,), resource=resource), principal).decision == decision


@pytest.mark.parametrize(
    ("principal", "decision"), [(BY_USER, "allowed"), (ANONYMOUS, "allowed"), (BY_SESSION, "implicit_deny")]
)
def test_not_principal_allows_everybody_else(principal: Principal, decision: str) -> None:
    resource = policy({**allow(), "NotPrincipal": {"AWS": ROLE}}, layer="resource")
    assert ask(Layers(resource=resource), principal).decision == decision


def test_not_principal_denies_whom_a_boundary_limits_even_when_they_are_excepted() -> None:
    resource = policy({**deny(), "NotPrincipal": {"AWS": ROLE}}, allow(Principal="*"), layer="resource")
    verdict = ask(Layers((YES,), boundary=BOUNDARY, resource=resource))
    assert (verdict.decision, verdict.layer) == ("explicit_deny", "resource")


@pytest.mark.parametrize(
    ("layers", "decision", "layer"),
    [
        (Layers((YES,)), "implicit_deny", "resource"),
        (Layers((YES,), resource=bucket({"AWS": ROLE})), "allowed", "identity"),
        (Layers((YES,), resource=bucket({"AWS": ROOT})), "allowed", "identity"),
        (Layers((YES,), resource=bucket("*")), "allowed", "identity"),
        (Layers((NO,), resource=bucket({"AWS": ROLE})), "implicit_deny", "identity"),
        (Layers((NO,), resource=bucket({"AWS": SESSION})), "implicit_deny", "identity"),
        (Layers((YES,), session=(TIGHT_SESSION,), resource=bucket({"AWS": SESSION})), "implicit_deny", "session"),
        (Layers((YES,), resource=bucket({"AWS": ROLE}, deny())), "explicit_deny", "resource"),
    ],
)
def test_across_accounts_both_sides_must_allow(layers: Layers, decision: str, layer: str) -> None:
    verdict = ask(layers, owner=OTHER_ACCOUNT)
    assert (verdict.decision, verdict.layer) == (decision, layer)


def test_an_arn_tells_whose_the_resource_is() -> None:
    foreign = f"arn:aws:cognito-idp:us-east-1:{OTHER_ACCOUNT}:userpool/us-east-1_a"
    own = foreign.replace(OTHER_ACCOUNT, ACCOUNT)
    reading = Layers((policy(allow("cognito-idp:*")),))
    assert evaluate(Request("cognito-idp:ListUsers", own, BY_SESSION), reading).is_allowed
    assert evaluate(Request("cognito-idp:ListUsers", foreign, BY_SESSION), reading).layer == "resource"
    public = Request("iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess", BY_SESSION)
    assert evaluate(public, Layers((policy(allow("iam:*")),))).is_allowed


def test_a_key_needs_its_own_policy_beside_the_callers() -> None:
    request = Request("kms:Decrypt", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1", BY_SESSION)
    own = policy(allow("kms:*"))
    of_key = policy(allow("kms:*", Principal={"AWS": ROOT}), layer="resource")
    assert evaluate(request, Layers((own,))).layer == "resource"
    assert evaluate(request, Layers((own,), resource=of_key)).is_allowed
    assert evaluate(request, Layers(resource=of_key)).layer == "identity"


def test_a_policy_without_statements_limits_to_nothing() -> None:
    assert ask(Layers((YES,), session=(policy(layer="session"),))).layer == "session"
