"""How STS refuses who comes with another's token: facts of iam-evaluation.md section 6."""

import json
import time
import uuid
from typing import Any

import jwt
import pytest

from tests.sandbox.identity_pools.providers import MOONBOOK_CLIENT, issuer_of, sign_in_at, statement_for
from tests.sandbox.pools import refused
from tests.sandbox.test_sts import COGNITO, classic_token, make_role, web_trust
from tests.sandbox_fixture import RunningSandbox

WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
NOT_AUTHORIZED = "Not authorized to perform sts:AssumeRoleWithWebIdentity"


@pytest.fixture(scope="module")
def sts(sandbox: RunningSandbox) -> Any:
    return sandbox.public_client("sts")


def role_for(sandbox: RunningSandbox, trust: str) -> str:
    return make_role(sandbox, f"Facts-{uuid.uuid4().hex[:8]}", trust)


def a_guest(sandbox: RunningSandbox, **more: Any) -> dict[str, Any]:
    """What a guest of the basic flow calls with."""
    pool_id, _, token = classic_token(sandbox)
    role = role_for(sandbox, web_trust(pool_id, "unauthenticated"))
    return {"RoleArn": role, "RoleSessionName": "facts", "WebIdentityToken": token} | more


def test_an_answer_has_these_members(sandbox: RunningSandbox, sts: Any) -> None:
    """iam-evaluation.md 6: what AssumeRoleWithWebIdentity returns, for an hour unless said otherwise."""
    given = a_guest(sandbox)
    answer = sts.assume_role_with_web_identity(**given)
    assert answer["Credentials"].keys() == {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
    assert answer["AssumedRoleUser"].keys() == {"AssumedRoleId", "Arn"}
    assert answer["Provider"] == COGNITO
    assert answer["Audience"].startswith("us-east-1:")
    assert answer["SubjectFromWebIdentityToken"].startswith("us-east-1:")
    assert 0 <= answer["PackedPolicySize"] <= 100
    assert answer["Credentials"]["Expiration"].timestamp() - time.time() == pytest.approx(3600, abs=30)


@pytest.mark.parametrize("flaw", ["principal", "aud", "amr", "sub", "role"])
def test_a_trust_policy_that_does_not_fit(sandbox: RunningSandbox, sts: Any, flaw: str) -> None:
    """iam-evaluation.md 6: AccessDenied (403) for principal, aud, amr and sub."""
    pool_id, identity_id, token = classic_token(sandbox)
    other = f"us-east-1:{uuid.uuid4()}"
    trust = json.loads(web_trust(other if flaw == "aud" else pool_id, "x" if flaw == "amr" else "unauthenticated"))
    statement = trust["Statement"][0]
    if flaw == "principal":
        statement["Principal"] = {"Federated": "accounts.google.com"}
    statement["Condition"]["StringLike"] = {f"{COGNITO}:sub": other if flaw == "sub" else identity_id}
    role = role_for(sandbox, json.dumps(trust)) + ("-gone" if flaw == "role" else "")
    with refused("AccessDenied", NOT_AUTHORIZED):
        sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="facts", WebIdentityToken=token)


@pytest.mark.parametrize("flaw", ["malformed", "issuer without provider", "forged"])
def test_a_token_that_proves_nothing(sandbox: RunningSandbox, sts: Any, flaw: str) -> None:
    """iam-evaluation.md 6: InvalidIdentityToken (400), malformed, wrong issuer or no provider in IAM."""
    given = a_guest(sandbox)
    issuer = "https://idp.example" if flaw == "issuer without provider" else f"https://{COGNITO}"
    foreign = jwt.encode({"iss": issuer, "sub": "x", "aud": "y", "exp": 9_999_999_999}, "k" * 32)
    token = "a.b.c" if flaw == "malformed" else foreign
    with refused("InvalidIdentityToken"):
        sts.assume_role_with_web_identity(**given | {"WebIdentityToken": token})


def test_an_expired_token(sandbox: RunningSandbox, sts: Any) -> None:
    """iam-evaluation.md 6: ExpiredTokenException (400)."""
    given = a_guest(sandbox)
    sandbox.advance(601)
    try:
        with refused("ExpiredTokenException"):
            sts.assume_role_with_web_identity(**given)
    finally:
        sandbox.advance(-601)


@pytest.mark.parametrize("provider", ["www.amazon.com", "graph.facebook.com"])
def test_a_provider_that_rejects_an_access_token(sandbox: RunningSandbox, sts: Any, provider: str) -> None:
    """iam-evaluation.md 6: IDPRejectedClaim (403); ProviderId is for access tokens of these two."""
    given = a_guest(sandbox) | {"WebIdentityToken": "revoked", "ProviderId": provider}
    with refused("IDPRejectedClaim"):
        sts.assume_role_with_web_identity(**given)


@pytest.mark.parametrize(
    ("fact", "more", "code"),
    [
        ("no JSON", {"Policy": "not json"}, "MalformedPolicyDocument"),
        ("no policy", {"Policy": '{"Statement":1}'}, "MalformedPolicyDocument"),
        ("2,049 characters", {"Policy": "{" + " " * 2047 + "}"}, "ValidationError"),
        ("11 policies", {"PolicyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}] * 11}, "ValidationError"),
        ("above the role's maximum", {"DurationSeconds": 3601}, "ValidationError"),
    ],
)
def test_a_session_that_is_not_to_be_had(
    sandbox: RunningSandbox, sts: Any, fact: str, more: dict[str, Any], code: str
) -> None:
    """iam-evaluation.md 6: session policies, and a duration above the role's maximum."""
    given = a_guest(sandbox)
    with pytest.raises(sts.exceptions.ClientError) as caught:
        sts.assume_role_with_web_identity(**given, **more)
    assert caught.value.response["Error"]["Code"] == code, fact


def test_a_session_policy_that_is_too_large(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 6: PackedPolicyTooLarge (400), for policies and tags together."""
    sts = sandbox.client("sts")
    tags = [{"Key": f"{number:03}{'k' * 120}", "Value": "v" * 250} for number in range(50)]
    trust = {"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
    role = role_for(sandbox, json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    with refused("PackedPolicyTooLarge"):
        sts.assume_role(RoleArn=role, RoleSessionName="facts", Tags=tags)
    assert sts.assume_role(RoleArn=role, RoleSessionName="facts", Tags=tags[:1])["PackedPolicySize"] > 0


@pytest.mark.parametrize(
    ("key", "value", "is_trusted"),
    [("aud", MOONBOOK_CLIENT, True), ("sub", "*", True), ("email", "*@*", True), ("sub", "nobody", False)],
)
def test_keys_of_an_openid_provider(
    sandbox: RunningSandbox, sts: Any, key: str, value: str, *, is_trusted: bool
) -> None:
    """iam-evaluation.md 6: aud, sub and email of an OIDC provider in a trust policy."""
    url = issuer_of(sandbox, "moonbook")
    host = url.removeprefix("http://")
    arn = f"arn:aws:iam::210987654321:oidc-provider/{host}"
    iam = sandbox.client("iam")
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    iam.create_open_id_connect_provider(Url=url, ClientIDList=[MOONBOOK_CLIENT], ThumbprintList=["0" * 40])
    token = sign_in_at(sandbox, "moonbook", "luna", MOONBOOK_CLIENT)["id_token"]
    role = role_for(sandbox, statement_for(arn, WEB_IDENTITY, {"StringLike": {f"{host}:{key}": value}}))
    given = {"RoleArn": role, "RoleSessionName": "facts", "WebIdentityToken": token}
    if is_trusted:
        assert sts.assume_role_with_web_identity(**given)["Provider"] == arn
        return
    with refused("AccessDenied", NOT_AUTHORIZED):
        sts.assume_role_with_web_identity(**given)


@pytest.mark.parametrize(
    ("fact", "more"),
    [
        ("ExternalId of 1", {"ExternalId": "x"}),
        ("ExternalId of 1,225", {"ExternalId": "x" * 1225}),
        ("TokenCode of 5", {"SerialNumber": "arn:aws:iam::210987654321:mfa/x", "TokenCode": "12345"}),
        ("51 tags", {"Tags": [{"Key": f"k{number}", "Value": "v"} for number in range(51)]}),
        ("duration of 899", {"DurationSeconds": 899}),
        ("duration of 43,201", {"DurationSeconds": 43_201}),
    ],
)
def test_the_limits_of_assume_role(sandbox: RunningSandbox, fact: str, more: dict[str, Any]) -> None:
    """iam-evaluation.md 6: ExternalId 2 to 1,224, TokenCode 6 digits, 50 tags, 900 to 43,200 seconds."""
    admin = sandbox.client("sts", parameter_validation=False)
    with pytest.raises(admin.exceptions.ClientError) as caught:
        admin.assume_role(RoleArn="arn:aws:iam::210987654321:role/nobody", RoleSessionName="facts", **more)
    assert caught.value.response["Error"]["Code"] == "ValidationError", fact
