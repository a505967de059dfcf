"""Short ways to write policies and requests."""

from typing import Any

from cognito_explorer.iam.evaluate import Layers, Verdict, evaluate
from cognito_explorer.iam.policy import Layer, Policy, parse_policy
from cognito_explorer.iam.request import Principal, Request

ACCOUNT = "210987654321"
OTHER_ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/readers/Reader"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/visit"
USER = f"arn:aws:iam::{ACCOUNT}:user/ada"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ARTICLE = "arn:aws:s3:::moonletter-content/articles/2026-11-halving.md"
TEASER = "arn:aws:s3:::moonletter-content/teasers/2026-11-halving.md"
BY_SESSION = Principal(SESSION, ACCOUNT, ROLE)
BY_USER = Principal(USER, ACCOUNT)
ANONYMOUS = Principal()

Context = dict[str, str | tuple[str, ...]]
Raw = dict[str, Any]


def allow(action: Any = "s3:*", resource: Any = "*", **members: Any) -> Raw:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **members}


def deny(action: Any = "s3:*", resource: Any = "*", **members: Any) -> Raw:
    return {**allow(action, resource, **members), "Effect": "Deny"}


def policy(*statements: Raw, layer: Layer = "identity", name: str = "Own", version: str = "2012-10-17") -> Policy:
    document: Raw = {"Statement": list(statements)}
    if version:
        document["Version"] = version
    return parse_policy(document, name=name, layer=layer)


def decide(
    *statements: Raw,
    action: str = "s3:GetObject",
    resource: str = ARTICLE,
    context: Context | None = None,
    version: str = "2012-10-17",
) -> Verdict:
    """The verdict on a role session with one identity policy."""
    return evaluate(
        Request(action, resource, BY_SESSION, context or {}), Layers(identity=(policy(*statements, version=version),))
    )
