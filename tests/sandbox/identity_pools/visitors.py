"""People who come to an identity pool, with what they bring along."""

import json
from dataclasses import dataclass
from typing import Any

from tests.sandbox.hosted_ui.browser import PASSWORD, POOL, WEB
from tests.sandbox_fixture import RunningSandbox

IDENTITY_POOL = "us-east-1:6d6f6f6e-6c65-4474-8572-2d64656d6f21"
PROVIDER = f"cognito-idp.us-east-1.amazonaws.com/{POOL}"
BUCKET = "moonletter-content"
TEASER = "teasers/2026-11-halving.md"
ARTICLE = "articles/2026-11-halving.md"


def id_token(sandbox: RunningSandbox, username: str, *, client_id: str = WEB, kind: str = "IdToken") -> str:
    """A token of a user, signed in by password."""
    answer = sandbox.public_client("cognito-idp").initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
    )
    return str(answer["AuthenticationResult"][kind])


def logins(sandbox: RunningSandbox, username: str) -> dict[str, str]:
    """A Logins map for a user of Moonletter."""
    return {PROVIDER: id_token(sandbox, username)}


@dataclass(frozen=True)
class Visitor:
    """Somebody with temporary credentials."""

    sandbox: RunningSandbox
    identity_id: str
    keys: tuple[str, str, str]

    def client(self, service: str) -> Any:
        return self.sandbox.client(service, keys=self.keys)

    def role(self) -> str:
        """The name of the assumed role."""
        return str(self.client("sts").get_caller_identity()["Arn"]).split("/")[1]


def visit(sandbox: RunningSandbox, pool_id: str = IDENTITY_POOL, login: dict[str, str] | None = None) -> Visitor:
    """GetId and GetCredentialsForIdentity; without a login as a guest."""
    identity = sandbox.public_client("cognito-identity")
    given = {"Logins": login} if login else {}
    identity_id = identity.get_id(IdentityPoolId=pool_id, **given)["IdentityId"]
    answer = identity.get_credentials_for_identity(IdentityId=identity_id, **given)
    issued = answer["Credentials"]
    keys = (issued["AccessKeyId"], issued["SecretKey"], issued["SessionToken"])
    return Visitor(sandbox, answer["IdentityId"], keys)


class PoolKit:
    """Identity pools and roles made for one test, so that Moonletter's own stay as they are."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.admin = sandbox.client("cognito-identity")
        self.public = sandbox.public_client("cognito-identity")
        self.iam = sandbox.client("iam")

    def pool(self, **changed: Any) -> str:
        """A pool that takes guests and the web client, unless told otherwise."""
        params = {
            "IdentityPoolName": "try",
            "AllowUnauthenticatedIdentities": True,
            "CognitoIdentityProviders": [{"ProviderName": PROVIDER, "ClientId": WEB}],
        } | changed
        return str(self.admin.create_identity_pool(**params)["IdentityPoolId"])

    def role(self, name: str, pool_id: str, amr: str, *actions: str) -> str:
        """A role that the pool's identities may assume and that allows some actions on everything."""
        trust = trust_policy(pool_id, amr)
        arn = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        statement = {"Effect": "Allow", "Action": list(actions) or ["s3:GetObject"], "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        self.iam.put_role_policy(RoleName=name, PolicyName="allowed", PolicyDocument=json.dumps(document))
        return str(arn)

    def trust(self, role: str, policy: dict[str, Any]) -> None:
        """Give a role another trust policy."""
        self.iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(policy))


def trust_policy(pool_id: str, amr: str) -> dict[str, Any]:
    """The usual trust of a role for an identity pool."""
    provider = "cognito-identity.amazonaws.com"
    condition = {
        "StringEquals": {f"{provider}:aud": pool_id},
        "ForAnyValue:StringLike": {f"{provider}:amr": amr},
    }
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
