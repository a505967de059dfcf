"""What a guest of the enhanced flow may do at most: facts of identity-pools.md section 8."""

import pytest

from cognito_explorer.iam.evaluate import Layers, evaluate
from cognito_explorer.iam.policy import parse_policy
from cognito_explorer.iam.request import Request
from cognito_explorer.sandbox.identity_pools.guest_policy import guest_session_policy
from tests.iam.documents import BY_SESSION, allow, policy

WHOLE = [
    "cloudwatch",
    "logs",
    "dynamodb",
    "kinesis",
    "mobileanalytics",
    "s3",
    "ses",
    "sns",
    "sqs",
    "lambda",
    "machinelearning",
    "execute-api",
    "iot",
    "gamelift",
    "cognito-identity",
    "cognito-idp",
    "lex",
    "polly",
    "comprehend",
    "translate",
    "transcribe",
    "rekognition",
    "mobiletargeting",
    "firehose",
    "appsync",
    "personalize",
    "cognito-sync",
    "codewhisperer",
    "sdb",
]
SINGLE = [
    "sagemaker:InvokeEndpoint",
    "textract:DetectDocumentText",
    "textract:AnalyzeDocument",
    "sumerian:ViewScene",
    "rum:PutRumEvents",
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncryptTo",
    "kms:ReEncryptFrom",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "geo:GetMapTile",
    "geo:SearchPlaceIndexForText",
    "geo:CalculateRoute",
]
NEVER = [
    "ec2:DescribeInstances",
    "iam:GetUser",
    "sts:AssumeRole",
    "secretsmanager:GetSecretValue",
    "cloudformation:ListStacks",
    "sagemaker:CreateModel",
    "textract:StartDocumentAnalysis",
    "sumerian:CreateScene",
    "rum:GetAppMonitor",
    "kms:ListKeys",
    "geo:DeleteMap",
]


def may_guest(action: str) -> bool:
    """Whether a guest may, whose role allows everything."""
    scoped = parse_policy(guest_session_policy(), name="guest", layer="session")
    layers = Layers(identity=(policy(allow("*")),), session=(scoped,))
    return evaluate(Request(action, "*", BY_SESSION), layers).is_allowed


@pytest.mark.parametrize("action", [*(f"{service}:Anything" for service in WHOLE), *SINGLE])
def test_a_guest_may_what_the_lists_hold(action: str) -> None:
    """identity-pools.md 8: the inline list and the managed policy, where the role allows it as well."""
    assert may_guest(action)


@pytest.mark.parametrize("action", NEVER)
def test_a_guest_may_nothing_else(action: str) -> None:
    """identity-pools.md 8: anything else is denied for guests whatever the role says."""
    assert not may_guest(action)


def test_the_lists_grant_nothing_by_themselves() -> None:
    """identity-pools.md 8: the effective permission is an intersection with the role's policy."""
    scoped = parse_policy(guest_session_policy(), name="guest", layer="session")
    assert not evaluate(Request("s3:GetObject", "*", BY_SESSION), Layers(session=(scoped,))).is_allowed
