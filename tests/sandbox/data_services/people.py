"""IAM users with exactly the rights a test is about."""

import json
from typing import Any

from tests.sandbox_fixture import RunningSandbox


def user_with(sandbox: RunningSandbox, name: str, *statements: dict[str, Any]) -> tuple[str, str]:
    """Keys of a new user with these statements."""
    iam = sandbox.client("iam")
    iam.create_user(UserName=name)
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def allow(actions: str | list[str], resource: str | list[str], **condition: Any) -> dict[str, Any]:
    """An Allow statement."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})
