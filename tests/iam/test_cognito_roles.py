"""Trust policies of Cognito roles, and what guests, subscribers and editors may do."""

import pytest

from cognito_explorer.iam.evaluate import Layers, Verdict, evaluate, evaluate_trust
from cognito_explorer.iam.policy import Policy
from cognito_explorer.iam.request import Principal, Request
from tests.iam.documents import (
    ACCOUNT,
    ARTICLE,
    BY_SESSION,
    BY_USER,
    OTHER_ACCOUNT,
    ROLE,
    ROOT,
    TEASER,
    USER,
    Context,
    Raw,
    allow,
    deny,
    policy,
)

POOL = "us-east-1:0d8a1f7a-5b1c-4f3e-8f6f-3f6f2f0c7f10"
COGNITO = "cognito-identity.amazonaws.com"
WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_moonLettr"
BUCKET = "arn:aws:s3:::moonletter-content"


def trust(amr: str = "authenticated", **members: object) -> Policy:
    condition = {"StringEquals": {f"{COGNITO}:aud": POOL}, "ForAnyValue:StringLike": {f"{COGNITO}:amr": amr}}
    statement: Raw = {
        "Effect": "Allow",
        "Principal": {"Federated": COGNITO},
        "Action": [WEB_IDENTITY, "sts:TagSession"],
        "Condition": condition,
        **members,
    }
    return policy(statement, layer="trust", name="Trust")


def login(**changes: str | tuple[str, ...]) -> Context:
    whole: Context = {"aud": POOL, "sub": "us-east-1:1", "amr": ("authenticated", USER_POOL)}
    return {f"{COGNITO}:{key}": value for key, value in {**whole, **changes}.items()}


@pytest.mark.parametrize(
    ("trusting", "action", "provider", "context", "is_trusted"),
    [
        (trust(), WEB_IDENTITY, COGNITO, login(), True),
        (trust(), "sts:TagSession", COGNITO, login(), True),
        (trust(), WEB_IDENTITY, COGNITO, login(amr=("unauthenticated",)), False),
        (trust("unauthenticated"), WEB_IDENTITY, COGNITO, login(amr=("unauthenticated",)), True),
        (trust("unauthenticated"), WEB_IDENTITY, COGNITO, login(), False),
        (trust("cognito-idp.*"), WEB_IDENTITY, COGNITO, login(), True),
        (trust(), WEB_IDENTITY, COGNITO, login(aud="us-east-1:other"), False),
        (trust(), WEB_IDENTITY, COGNITO, {f"{COGNITO}:amr": ("authenticated",)}, False),
        (trust(), WEB_IDENTITY, "accounts.google.com", login(), False),
        (trust(), "sts:AssumeRole", COGNITO, login(), False),
        (trust(Action=WEB_IDENTITY), "sts:TagSession", COGNITO, login(), False),
        (trust(Principal={"Federated": ["accounts.google.com", COGNITO]}), WEB_IDENTITY, COGNITO, login(), True),
        (trust(Principal={"Service": COGNITO}), WEB_IDENTITY, COGNITO, login(), False),
        (trust(Principal={"AWS": ROOT}), WEB_IDENTITY, COGNITO, login(), False),
        (trust(Principal="*"), WEB_IDENTITY, COGNITO, login(), True),
    ],
)
def test_a_role_trusts_the_right_logins_only(
    trusting: Policy, action: str, provider: str, context: Context, is_trusted: bool
) -> None:
    verdict = evaluate_trust(trusting, action=action, principal=Principal(federated=provider), context=context)
    assert verdict.is_allowed is is_trusted
    assert verdict.layer == "trust"
    if not is_trusted:
        assert verdict.reason == f"because no role trust policy allows the {action} action"
        assert verdict.considered


def test_what_the_trust_policy_missed_is_told() -> None:
    verdict = evaluate_trust(
        trust(), action=WEB_IDENTITY, principal=Principal(federated=COGNITO), context=login(amr=("unauthenticated",))
    )
    mismatch = verdict.considered[0].mismatch
    assert (mismatch.key, mismatch.expected, mismatch.actual) == (
        f"{COGNITO}:amr",
        ("authenticated",),
        ("unauthenticated",),
    )
    other = evaluate_trust(trust(), action=WEB_IDENTITY, principal=Principal(federated="x.example"), context=login())
    assert other.considered[0].why == f"it is about {COGNITO}, not about x.example"


def test_a_trust_policy_can_deny() -> None:
    whole = trust()
    denying = trust(Effect="Deny")
    both = Policy("Trust", "trust", whole.statements + denying.statements)
    verdict = evaluate_trust(both, action=WEB_IDENTITY, principal=Principal(federated=COGNITO), context=login())
    assert (verdict.decision, verdict.reason) == ("explicit_deny", "with an explicit deny in the role trust policy")


@pytest.mark.parametrize(
    ("named", "principal", "is_trusted"),
    [
        ({"AWS": ROOT}, BY_USER, True),
        ({"AWS": ACCOUNT}, BY_SESSION, True),
        ({"AWS": USER}, BY_USER, True),
        ({"AWS": ROLE}, BY_SESSION, True),
        ({"AWS": USER}, BY_SESSION, False),
        ({"AWS": OTHER_ACCOUNT}, BY_SESSION, False),
        ({"AWS": "*"}, BY_SESSION, True),
        ({"Service": "lambda.amazonaws.com"}, Principal(service="lambda.amazonaws.com"), True),
        ({"Service": "lambda.amazonaws.com"}, Principal(service="ec2.amazonaws.com"), False),
    ],
)
def test_roles_trust_principals_of_aws_and_services(named: object, principal: Principal, is_trusted: bool) -> None:
    trusting = policy({"Effect": "Allow", "Principal": named, "Action": "sts:AssumeRole"}, layer="trust")
    verdict = evaluate_trust(trusting, action="sts:AssumeRole", principal=principal, context={})
    assert verdict.is_allowed is is_trusted


def test_assuming_a_role_always_needs_its_trust() -> None:
    target = f"arn:aws:iam::{ACCOUNT}:role/Target"
    request = Request("sts:AssumeRole", target, BY_USER)
    own = policy(allow("sts:AssumeRole", target))

    def trusting(named: str) -> Policy:
        return policy({"Effect": "Allow", "Principal": {"AWS": named}, "Action": "sts:AssumeRole"}, layer="trust")

    def layer(layers: Layers) -> tuple[str, str]:
        verdict = evaluate(request, layers)
        return verdict.decision, verdict.layer

    assert layer(Layers((own,))) == ("implicit_deny", "trust")
    assert layer(Layers((own,), resource=trusting(ROLE))) == ("implicit_deny", "trust")
    assert layer(Layers((own,), resource=trusting(ROOT))) == ("allowed", "identity")
    assert layer(Layers(resource=trusting(ROOT))) == ("implicit_deny", "identity")
    assert layer(Layers(resource=trusting(USER))) == ("allowed", "trust")


TEASERS_ONLY = {"StringLike": {"s3:prefix": "teasers/*"}}
GUEST = (allow("s3:GetObject", f"{BUCKET}/teasers/*"), allow("s3:ListBucket", BUCKET, Condition=TEASERS_ONLY))
SUBSCRIBER = (*GUEST, allow("s3:GetObject", f"{BUCKET}/articles/*"))
EDITOR = (allow(["s3:GetObject", "s3:PutObject"], f"{BUCKET}/*"), allow("s3:ListBucket", BUCKET))
IN_TEASERS: Context = {"s3:prefix": "teasers/"}
IN_ARTICLES: Context = {"s3:prefix": "articles/"}


@pytest.mark.parametrize(
    ("role", "action", "resource", "context", "is_allowed"),
    [
        (GUEST, "s3:GetObject", TEASER, {}, True),
        (GUEST, "s3:GetObject", ARTICLE, {}, False),
        (GUEST, "s3:ListBucket", BUCKET, IN_TEASERS, True),
        (GUEST, "s3:ListBucket", BUCKET, IN_ARTICLES, False),
        (GUEST, "s3:ListBucket", BUCKET, {}, False),
        (GUEST, "s3:PutObject", TEASER, {}, False),
        (SUBSCRIBER, "s3:GetObject", TEASER, {}, True),
        (SUBSCRIBER, "s3:GetObject", ARTICLE, {}, True),
        (SUBSCRIBER, "s3:PutObject", ARTICLE, {}, False),
        (SUBSCRIBER, "s3:ListBucket", BUCKET, IN_ARTICLES, False),
        (EDITOR, "s3:GetObject", ARTICLE, {}, True),
        (EDITOR, "s3:PutObject", ARTICLE, {}, True),
        (EDITOR, "s3:DeleteObject", ARTICLE, {}, False),
        (EDITOR, "s3:ListBucket", BUCKET, IN_ARTICLES, True),
    ],
)
def test_guests_see_teasers_subscribers_articles_and_editors_write(
    role: tuple[Raw, ...], action: str, resource: str, context: Context, is_allowed: bool
) -> None:
    verdict = evaluate(Request(action, resource, BY_SESSION, context), Layers((policy(*role),)))
    assert verdict.is_allowed is is_allowed
    if not is_allowed:
        assert verdict.reason == f"because no identity-based policy allows the {action} action"


INLINE_ACTIONS = allow(["s3:*", "polly:*", "dynamodb:*"])
MANAGED_ACTIONS = allow(["polly:*", "rum:PutRumEvents"])
INLINE, MANAGED = policy(INLINE_ACTIONS, layer="session"), policy(MANAGED_ACTIONS, layer="session")
MERGED = policy(INLINE_ACTIONS, MANAGED_ACTIONS, layer="session")


@pytest.mark.parametrize(
    ("action", "passed", "layer"),
    [
        ("s3:GetObject", (INLINE,), "identity"),
        ("ec2:RunInstances", (INLINE,), "session"),
        ("polly:SynthesizeSpeech", (INLINE, MANAGED), "identity"),
        ("s3:GetObject", (INLINE, MANAGED), "identity"),
        ("rum:PutRumEvents", (INLINE, MANAGED), "identity"),
        ("rum:PutRumEvents", (INLINE,), "session"),
        ("s3:GetObject", (MANAGED,), "session"),
        ("ec2:RunInstances", (INLINE, MANAGED), "session"),
        ("s3:GetObject", (MERGED,), "identity"),
        ("rum:PutRumEvents", (MERGED,), "identity"),
        ("sts:GetSessionToken", (MERGED,), "session"),
    ],
)
def test_a_guests_session_policies_cut_even_an_administrator_role(
    action: str, passed: tuple[Policy, ...], layer: str
) -> None:
    verdict = evaluate(Request(action, "*", BY_SESSION), Layers((policy(allow("*")),), session=passed))
    assert verdict.layer == layer
    assert verdict.is_allowed is (layer == "identity")


@pytest.mark.parametrize(
    ("plan", "decision"),
    [("paid", "allowed"), ("free", "implicit_deny"), (None, "implicit_deny"), ("", "explicit_deny")],
)
def test_principal_tags_open_the_articles(plan: str | None, decision: str) -> None:
    own = policy(
        allow("s3:GetObject", f"{BUCKET}/articles/*", Condition={"StringEquals": {"aws:PrincipalTag/plan": "paid"}}),
        deny(Condition={"StringEquals": {"aws:PrincipalTag/plan": ""}}),
    )
    context: Context = {} if plan is None else {"aws:PrincipalTag/plan": plan}
    verdict: Verdict = evaluate(Request("s3:GetObject", ARTICLE, BY_SESSION, context), Layers((own,)))
    assert verdict.decision == decision
