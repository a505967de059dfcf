"""Policies that nobody could follow are refused when they are written, in the words of the service that keeps them."""

import json
from typing import Any

import pytest

from tests.sandbox.pools import refused
from tests.sandbox_fixture import RunningSandbox

ALLOW = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
FOR_POOLS = {
    "Effect": "Allow",
    "Principal": {"Federated": "cognito-identity.amazonaws.com"},
    "Action": "sts:AssumeRoleWithWebIdentity",
}
OF_A_POOL = {"StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-1:1"}}
BUCKET = "written-policies"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture(scope="module")
def iam(sandbox: RunningSandbox) -> Any:
    iam = sandbox.new_client("iam")
    iam.create_role(RoleName="Writer", AssumeRolePolicyDocument=document({**FOR_POOLS, "Condition": OF_A_POOL}))
    return iam


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "This policy contains invalid Json"),
        (document({**FOR_POOLS, "Condition": OF_A_POOL, "Resource": "*"}), "Has prohibited field Resource"),
        (document({"Effect": "Allow", "Action": "sts:AssumeRole"}), "Missing required field Principal"),
        (
            document({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (document(FOR_POOLS), "A condition block must be present for the Cognito provider"),
        (
            document({**FOR_POOLS, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
            "A condition on cognito-identity.amazonaws.com:aud must be present for the Cognito provider",
        ),
    ],
)
def test_a_trust_policy_that_iam_would_not_save_is_refused(iam: Any, text: str, words: str) -> None:
    with refused("MalformedPolicyDocument", words):
        iam.create_role(RoleName="Never", AssumeRolePolicyDocument=text)
    with refused("MalformedPolicyDocument", words):
        iam.update_assume_role_policy(RoleName="Writer", PolicyDocument=text)


def test_a_trust_policy_has_an_end(iam: Any) -> None:
    long = document({**FOR_POOLS, "Condition": OF_A_POOL, "Sid": "a" * 2048})
    with refused("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048"):
        iam.create_role(RoleName="Never", AssumeRolePolicyDocument=long)
    spacious = document({**FOR_POOLS, "Condition": OF_A_POOL}).replace(" ", " " * 200)
    iam.update_assume_role_policy(RoleName="Writer", PolicyDocument=spacious)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (document({**ALLOW, "Principal": "*"}), "Policy document should not specify a principal."),
        (document({"Effect": "Allow", "Action": "s3:*"}), "Policy statement must contain resources."),
        (document({**ALLOW, "Condition": {"StringEqual": {"a": "b"}}}), "Syntax errors in policy."),
        (document({**ALLOW, "Sid": "a"}, {**ALLOW, "Sid": "a"}), None),
        (document({**ALLOW, "Sid": "a b"}), None),
        (document({**ALLOW, "Condition": {"NullIfExists": {"a": "true"}}}), None),
        (document({**ALLOW, "Condition": {"StringEquals": {"a": []}}}), None),
        (document(ALLOW).replace('"Effect"', '"Effect": "Deny", "Effect"'), None),
        (json.dumps({"Version": "2012-10-17", "Statement": [ALLOW], "Conditions": {}}), None),
    ],
)
def test_a_policy_that_the_evaluator_could_not_follow_is_refused(iam: Any, text: str, words: str | None) -> None:
    with refused("MalformedPolicyDocument", words):
        iam.put_role_policy(RoleName="Writer", PolicyName="p", PolicyDocument=text)
    with refused("MalformedPolicyDocument", words):
        iam.create_policy(PolicyName="p", PolicyDocument=text)


OPEN = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "Policies must be valid JSON and the first byte must be '{'"),
        (document({**OPEN, "Resource": "arn:aws:s3:::another/*"}), "Policy has invalid resource"),
        (document({**OPEN, "Resource": f"arn:aws:s3:::{BUCKET}er/*"}), "Policy has invalid resource"),
        (document({**OPEN, "Action": "iam:GetUser"}), "Policy has invalid action"),
        (document({**OPEN, "Condition": {"Bla": {"a": "b"}}}), None),
        (document({name: value for name, value in OPEN.items() if name != "Principal"}), None),
    ],
)
def test_a_bucket_policy_that_s3_would_not_save_is_refused(
    sandbox: RunningSandbox, text: str, words: str | None
) -> None:
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    with refused("MalformedPolicy", words):
        s3.put_bucket_policy(Bucket=BUCKET, Policy=text)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=document(OPEN))


@pytest.mark.parametrize("text", ["nope", "[]", '{"Statement": 3}', document({**ALLOW})])
def test_keys_queues_and_topics_take_no_policy_that_is_none(sandbox: RunningSandbox, text: str) -> None:
    kms, sqs, sns = (sandbox.client(service) for service in ("kms", "sqs", "sns"))
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    queue = sqs.create_queue(QueueName="written")["QueueUrl"]
    topic = sns.create_topic(Name="written")["TopicArn"]
    with refused("MalformedPolicyDocumentException"):
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=text)
    with refused("MalformedPolicyDocumentException"):
        kms.create_key(Policy=text)
    with refused("InvalidAttributeValue"):
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": text})
    with refused("InvalidParameter"):
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=text)
    sqs.send_message(QueueUrl=queue, MessageBody="still there")
    kms.encrypt(KeyId=key, Plaintext=b"still there")


def test_a_role_without_a_trust_policy_is_none_and_spoils_no_other(sandbox: RunningSandbox, iam: Any) -> None:
    iam.meta.events.register(
        "before-sign.iam.CreateRole",
        lambda request, **_: request.__setattr__("data", {"Action": "CreateRole", "RoleName": "Untrusted"}),
    )
    try:
        with refused("ValidationError"):
            iam.create_role(RoleName="Untrusted", AssumeRolePolicyDocument="{}")
    finally:
        iam.meta.events.unregister("before-sign.iam.CreateRole")
    with refused("AccessDenied"):
        sandbox.client("sts").assume_role(RoleArn="arn:aws:iam::210987654321:role/Writer", RoleSessionName="visit")


@pytest.mark.parametrize("params", [{"UserName": "a" * 65}, {"UserName": "a/b"}, {"UserName": "a", "Path": "b"}])
def test_what_iams_own_model_forbids_is_not_kept(sandbox: RunningSandbox, params: dict[str, str]) -> None:
    with refused("ValidationError"):
        sandbox.client("iam", parameter_validation=False).create_user(**params)


def test_a_topic_is_not_made_with_a_policy_that_is_none(sandbox: RunningSandbox) -> None:
    with refused("InvalidParameter"):
        sandbox.client("sns").create_topic(Name="never", Attributes={"Policy": "[1]"})


def test_policies_have_an_end_alone_and_together(sandbox: RunningSandbox) -> None:
    iam = sandbox.client("iam")
    iam.create_user(UserName="long-winded")
    half = document({**ALLOW, "Resource": "arn:aws:s3:::b/" + "x" * 1200})
    iam.put_user_policy(UserName="long-winded", PolicyName="a", PolicyDocument=half)
    iam.put_user_policy(UserName="long-winded", PolicyName="a", PolicyDocument=half)
    with refused("LimitExceeded", "Maximum policy size of 2048 bytes exceeded for user long-winded"):
        iam.put_user_policy(UserName="long-winded", PolicyName="b", PolicyDocument=half)
    whole = document({**ALLOW, "Resource": "arn:aws:s3:::b/" + "x" * 6144})
    with refused("LimitExceeded", "Cannot exceed quota for PolicySize: 6144"):
        iam.create_policy(PolicyName="long", PolicyDocument=whole)
