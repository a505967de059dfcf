"""Pools and clients for tests, made through the real API."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox_fixture import RunningSandbox

PASSWORD = "Moonletter-2026"
SMS_ROLE = "sms"
SMS = {"SnsCallerArn": f"arn:aws:iam::210987654321:role/{SMS_ROLE}", "ExternalId": "moon"}
_TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "cognito-idp.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": SMS["ExternalId"]}},
}
_PUBLISH = {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}


@dataclass
class PoolUnderTest:
    """A fresh pool with one public client that allows every flow."""

    sandbox: RunningSandbox
    idp: Any
    public: Any
    pool_id: str
    client_id: str

    def add_user(self, username: str, **attributes: str) -> dict[str, Any]:
        """A CONFIRMED user with the password above."""
        given = [{"Name": name.replace("__", ":"), "Value": value} for name, value in attributes.items()]
        made: dict[str, Any] = self.idp.admin_create_user(
            UserPoolId=self.pool_id, Username=username, UserAttributes=given, MessageAction="SUPPRESS"
        )
        self.idp.admin_set_user_password(UserPoolId=self.pool_id, Username=username, Password=PASSWORD, Permanent=True)
        return made

    def add_client(self, **settings: Any) -> dict[str, Any]:
        """Another client of the pool."""
        answer = self.idp.create_user_pool_client(UserPoolId=self.pool_id, ClientName="another", **settings)
        client: dict[str, Any] = answer["UserPoolClient"]
        return client

    def sign_in(self, username: str, password: str = PASSWORD, *, client_id: str = "") -> dict[str, Any]:
        """USER_PASSWORD_AUTH."""
        answer: dict[str, Any] = self.public.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=client_id or self.client_id,
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )
        return answer

    def tokens(self, username: str, *, client_id: str = "") -> dict[str, Any]:
        """The tokens of a plain sign-in."""
        tokens: dict[str, Any] = self.sign_in(username, client_id=client_id)["AuthenticationResult"]
        return tokens

    def status(self, username: str) -> str:
        """UserStatus as the administrator sees it."""
        return str(self.idp.admin_get_user(UserPoolId=self.pool_id, Username=username)["UserStatus"])

    def latest_code(self) -> str:
        """The code of the newest message."""
        return str(self.sandbox.messages()[0]["code"])


FLOWS = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
]


def add_sms_role(sandbox: RunningSandbox) -> None:
    """Let Cognito send the texts of pools whose SmsConfiguration is SMS: one role for all tests of a sandbox."""
    if SMS_ROLE in sandbox.shared:
        return
    sandbox.shared.add(SMS_ROLE)
    iam = sandbox.client("iam")
    trust, allowed = ({"Version": "2012-10-17", "Statement": [each]} for each in (_TRUST, _PUBLISH))
    iam.create_role(RoleName=SMS_ROLE, AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName=SMS_ROLE, PolicyName="publish", PolicyDocument=json.dumps(allowed))


def make_pool(sandbox: RunningSandbox, *, client: dict[str, Any] | None = None, **settings: Any) -> PoolUnderTest:
    """A pool that verifies e-mail addresses, and its client."""
    if settings.get("SmsConfiguration") == SMS:
        add_sms_role(sandbox)
    idp = sandbox.client("cognito-idp")
    settings = {"AutoVerifiedAttributes": ["email"], **settings}
    pool_id = idp.create_user_pool(PoolName="under test", **settings)["UserPool"]["Id"]
    made = idp.create_user_pool_client(
        UserPoolId=pool_id, ClientName="app", **{"ExplicitAuthFlows": FLOWS, **(client or {})}
    )
    client_id = made["UserPoolClient"]["ClientId"]
    return PoolUnderTest(sandbox, idp, sandbox.public_client("cognito-idp"), pool_id, client_id)


class refused:  # noqa: N801  # reads as a sentence: with refused(...)
    """Expect a ClientError with this code and, where given, exactly this message."""

    def __init__(self, code: str, message: str | None = None) -> None:
        self._code, self._message = code, message
        self._raises = pytest.raises(ClientError)

    def __enter__(self) -> None:
        self._caught = self._raises.__enter__()

    def __exit__(self, *problem: Any) -> bool:
        handled = bool(self._raises.__exit__(*problem))
        error = self._caught.value.response["Error"]
        assert error["Code"] == self._code, error
        if self._message is not None:
            assert error["Message"] == self._message
        return handled
