"""Roles, their policies, the bucket and what is in it, made through the sandbox's own IAM and S3.

They go over HTTP like anybody's requests, so that they are kept like anybody's requests.
"""

import json
from typing import Any

from cognito_explorer import resources
from cognito_explorer.sandbox.callers import AccessKey
from cognito_explorer.sandbox.seeds.account import Account
from cognito_explorer.sandbox.world import World

BUCKET = "moonletter-content"
_ARN = f"arn:aws:s3:::{BUCKET}"
_LIST_TEASERS = {
    "Sid": "ListTeasers",
    "Effect": "Allow",
    "Action": "s3:ListBucket",
    "Resource": _ARN,
    "Condition": {"StringLike": {"s3:prefix": ["teasers/", "teasers/*"]}},
}
_READ_TEASERS = {"Sid": "ReadTeasers", "Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{_ARN}/teasers/*"}
_READ_ARTICLES = {"Sid": "ReadArticles", "Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{_ARN}/articles/*"}
_LIST_ALL = {"Sid": "ListEverything", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": _ARN}
_EDIT = {
    "Sid": "EditContent",
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
    "Resource": f"{_ARN}/*",
}
# Role, who may assume it, its one inline policy's name and statements.
_ROLES: tuple[tuple[str, str, str, str, list[dict[str, Any]]], ...] = (
    ("MoonletterGuest", "unauthenticated", "Guests of Moonletter", "ReadTeasers", [_READ_TEASERS, _LIST_TEASERS]),
    ("MoonletterReader", "authenticated", "Signed-in readers", "ReadTeasers", [_READ_TEASERS, _LIST_TEASERS]),
    (
        "MoonletterSubscriber",
        "authenticated",
        "Paying subscribers",
        "ReadArticles",
        [_READ_TEASERS, _LIST_TEASERS, _READ_ARTICLES],
    ),
    ("MoonletterEditor", "authenticated", "Editors", "EditContent", [_LIST_ALL, _EDIT]),
)


def role_arn(world: World, name: str) -> str:
    """The ARN of one of the roles made here."""
    return f"arn:aws:iam::{world.account_id}:role/{name}"


def trust_policy(identity_pool_id: str, amr: str) -> dict[str, Any]:
    """The trust of a role for the identities of one pool, guests or signed in."""
    provider = "cognito-identity.amazonaws.com"
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {f"{provider}:aud": identity_pool_id},
            "ForAnyValue:StringLike": {f"{provider}:amr": amr},
        },
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def make_roles(world: World, administrator: AccessKey, identity_pool_id: str) -> None:
    """The four roles."""
    account = Account(world.endpoint, administrator)
    for name, amr, description, policy, statements in _ROLES:
        trust = json.dumps(trust_policy(identity_pool_id, amr))
        account.iam("CreateRole", RoleName=name, AssumeRolePolicyDocument=trust, Description=description)
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        account.iam("PutRolePolicy", RoleName=name, PolicyName=policy, PolicyDocument=document)


def make_bucket(world: World, administrator: AccessKey) -> None:
    """The bucket, with teasers and articles."""
    account = Account(world.endpoint, administrator)
    account.put(f"/{BUCKET}", b"")
    root = resources.path("sample", "content")
    for path in sorted(root.glob("*/*.md")):
        account.put(f"/{BUCKET}/{path.relative_to(root).as_posix()}", path.read_bytes(), "text/markdown")
