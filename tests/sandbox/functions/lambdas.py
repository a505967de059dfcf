"""Lambda functions for tests, made through the real API."""

import io
import json
import textwrap
import zipfile
from typing import Any

from botocore.exceptions import ClientError

from tests.sandbox_fixture import RunningSandbox

ROLE = "runs-functions"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


def zipped(source: str, *, name: str = "main.py") -> bytes:
    """A zip file with one module."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, textwrap.dedent(source))
    return packed.getvalue()


def role_arn(sandbox: RunningSandbox, name: str = ROLE, *, policy: dict[str, Any] | None = None) -> str:
    """A role that Lambda may assume, made when it is not there yet."""
    iam = sandbox.client("iam")
    try:
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))["Role"]["Arn"]
    except ClientError:
        arn = iam.get_role(RoleName=name)["Role"]["Arn"]
    if policy:
        iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=json.dumps(policy))
    return str(arn)


def make_function(sandbox: RunningSandbox, name: str, source: str, **settings: Any) -> str:
    """A function whose module `main` has a `handler`; its ARN."""
    made = sandbox.client("lambda").create_function(
        FunctionName=name,
        **{
            "Runtime": "python3.12",
            "Handler": "main.handler",
            "Role": settings.pop("Role", None) or role_arn(sandbox),
            "Code": {"ZipFile": zipped(source)},
            **settings,
        },
    )
    return str(made["FunctionArn"])


def allow_pool(sandbox: RunningSandbox, function_arn: str, pool_arn: str) -> None:
    """Let Cognito invoke a function for a pool."""
    sandbox.client("lambda").add_permission(
        FunctionName=function_arn,
        StatementId=f"cognito-{pool_arn.rpartition('_')[2]}",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
        SourceArn=pool_arn,
    )
