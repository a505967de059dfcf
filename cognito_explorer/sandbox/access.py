"""What a request asks for in IAM's terms: action, resource and condition keys."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.protocol import ParsedCall
from cognito_explorer.sandbox.world import ACCOUNT_ID

Context = dict[str, str | tuple[str, ...]]
PathOf = Callable[[str, str], str]

_ROLE_ARN = re.compile(r"arn:aws:iam::\d{12}:role/.+")
_IAM_ENTITIES = {
    "RoleName": "role",
    "UserName": "user",
    "GroupName": "group",
    "InstanceProfileName": "instance-profile",
}
_IAM_MAKERS = {
    "role": "CreateRole",
    "user": "CreateUser",
    "group": "CreateGroup",
    "instance-profile": "CreateInstanceProfile",
}
_READS = ("Get", "List", "Describe", "Lookup")


@dataclass(frozen=True, slots=True)
class Access:
    """One thing asked for; a request may ask for several."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


def cognito_accesses(call: ParsedCall, region: str) -> list[Access]:
    """A Cognito administration call; handing a role to Cognito needs iam:PassRole as well."""
    wanted = [Access(f"{call.service}:{call.name}", cognito_resource(call, region))]
    if call.name.startswith(_READS):
        return wanted
    passed_to: Context = {"iam:PassedToService": f"{call.service}.amazonaws.com"}
    return wanted + [Access("iam:PassRole", arn, passed_to) for arn in sorted(set(_role_arns(call.params)))]


def cognito_resource(call: ParsedCall, region: str) -> str:
    """The ARN a call is about, "*" for the calls that are about no one thing."""
    params = call.params
    if "ResourceArn" in params:
        return str(params["ResourceArn"])
    if call.service == "cognito-idp" and "UserPoolId" in params:
        return f"arn:aws:cognito-idp:{region}:{ACCOUNT_ID}:userpool/{params['UserPoolId']}"
    if call.service == "cognito-identity" and "IdentityPoolId" in params:
        return f"arn:aws:cognito-identity:{region}:{ACCOUNT_ID}:identitypool/{params['IdentityPoolId']}"
    return "*"


def iam_access(action: str, params: dict[str, str], path_of: PathOf) -> Access:
    """A call of IAM's query protocol. `path_of` knows the paths of the entities that are there."""
    context: Context = {}
    if "PolicyArn" in params:
        context["iam:PolicyARN"] = params["PolicyArn"]
    if "PermissionsBoundary" in params:
        context["iam:PermissionsBoundary"] = params["PermissionsBoundary"]
    return Access(f"iam:{action}", _iam_resource(action, params, path_of), context)


def _role_arns(value: Any) -> Iterator[str]:
    if isinstance(value, str) and _ROLE_ARN.fullmatch(value):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _role_arns(member)
    elif isinstance(value, list):
        for member in value:
            yield from _role_arns(member)


def _iam_resource(action: str, params: dict[str, str], path_of: PathOf) -> str:
    """The entity a call is about. A path is part of an ARN; only the call that makes an entity names it."""
    if action == "CreatePolicy":
        return f"arn:aws:iam::{ACCOUNT_ID}:policy{params.get('Path', '/')}{params.get('PolicyName', '')}"
    for member, kind in _IAM_ENTITIES.items():
        if member in params:
            name = params[member]
            path = params.get("Path", "/") if action == _IAM_MAKERS[kind] else path_of(kind, name)
            return f"arn:aws:iam::{ACCOUNT_ID}:{kind}{path}{name}"
    return params.get("PolicyArn") or params.get("PolicySourceArn", "*")
