"""Roles that AWS hands out, and the environment of programs that fetch them."""

import json
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from email.message import Message
from typing import Any

from tests.sandbox_fixture import RunningSandbox, direct

ACCOUNT = "210987654321"
SSO_PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/AWSSSO_sandbox_DO_NOT_DELETE"
_LISTING = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}


@dataclass(frozen=True)
class Answer:
    """What an address answered; header names are in lower case."""

    status: int
    text: str
    headers: dict[str, str]


def call(url: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None) -> Answer:
    """One plain HTTP request, refused or not."""
    request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with direct.open(request, timeout=10) as found:
            return Answer(found.status, found.read().decode(), _lowered(found.headers))
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, refusal.read().decode(), _lowered(refusal.headers))


def make_role(sandbox: RunningSandbox, name: str, principal: dict[str, str], action: str = "sts:AssumeRole") -> str:
    """A role that lists buckets and trusts a principal of AWS; its name."""
    iam = sandbox.client("iam")
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    document = json.dumps({"Version": "2012-10-17", "Statement": [_LISTING]})
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)
    return name


def make_permission_set(sandbox: RunningSandbox, name: str) -> str:
    """A role named and trusting as those of IAM Identity Center; the name people see."""
    reserved = f"AWSReservedSSO_{name}_{uuid.uuid4().hex[:16]}"
    make_role(sandbox, reserved, {"Federated": SSO_PROVIDER}, "sts:AssumeRoleWithSAML")
    return name


def arn_of(session: Any, sandbox: RunningSandbox) -> str:
    """Who a boto3 session is, as the sandbox's STS says."""
    sts = session.client("sts", region_name="us-east-1", endpoint_url=sandbox.endpoint)
    return str(sts.get_caller_identity()["Arn"])


def _lowered(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
