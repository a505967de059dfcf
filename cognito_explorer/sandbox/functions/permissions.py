"""A function's resource policy: who else may invoke it."""

import json
import re
from typing import Any

from cognito_explorer.iam.evaluate import Layers, evaluate
from cognito_explorer.iam.request import Principal, Request
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.functions.functions import function_of
from cognito_explorer.sandbox.iam_directory import NamedPolicy
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.trust import parsed_policy
from cognito_explorer.sandbox.world import ACCOUNT_ID, Call, World

_SERVICE = re.compile(r"[a-z0-9.-]+\.(?:amazonaws|amazon)\.com")
_PRINCIPAL_ARN = re.compile(r"arn:aws:(?:iam|sts)::\d{12}:\S+")


# Every limit on who may invoke becomes a condition, also those that no caller of the sandbox can meet.
_EQUAL_KEYS = {
    "SourceAccount": "AWS:SourceAccount",
    "PrincipalOrgID": "aws:PrincipalOrgID",
    "EventSourceToken": "lambda:EventSourceToken",
    "FunctionUrlAuthType": "lambda:FunctionUrlAuthType",
}


def policy_of(world: World, arn: str) -> dict[str, Any] | None:
    """The resource policy of a function, or None without any permission."""
    rows = world.store.all("SELECT body FROM lambda_statements WHERE arn = ? ORDER BY rowid", (arn,))
    if not rows:
        return None
    return {"Version": "2012-10-17", "Id": "default", "Statement": [json.loads(row["body"]) for row in rows]}


def may_service_invoke(world: World, arn: str, service: str, source_arn: str) -> bool:
    """Whether a function's policy lets an AWS service invoke it on behalf of a resource, e.g. a user pool."""
    document = policy_of(world, arn)
    if document is None:
        return False
    policy = parsed_policy(NamedPolicy("function policy", document), "resource")
    context = {"aws:SourceArn": source_arn, "aws:SourceAccount": ACCOUNT_ID}
    request = Request("lambda:InvokeFunction", arn, Principal(service=service), context)
    return evaluate(request, Layers(resource=policy)).is_allowed


@operation("lambda", "AddPermission")
def add_permission(call: Call) -> dict[str, Any]:
    """Let a service, an account or a principal use a function."""
    row, params = function_of(call), call.params
    name = params["StatementId"]
    if call.world.store.one("SELECT 1 FROM lambda_statements WHERE arn = ? AND statement_id = ?", (row["arn"], name)):
        text = (
            f"The statement id ({name}) provided already exists. Please provide a new statement id, or remove the"
            " existing statement."
        )
        raise ServiceError("ResourceConflictException", text, status=409)
    statement = {
        "Sid": name,
        "Effect": "Allow",
        "Principal": _principal(params["Principal"]),
        "Action": params["Action"],
        "Resource": row["arn"],
    } | _condition(params)
    call.world.store.execute(
        "INSERT INTO lambda_statements (arn, statement_id, body) VALUES (?, ?, ?)",
        (row["arn"], name, json.dumps(statement)),
    )
    return {"Statement": json.dumps(statement)}


@operation("lambda", "RemovePermission")
def remove_permission(call: Call) -> dict[str, Any]:
    """Take a permission back."""
    row = function_of(call)
    removed = call.world.store.execute(
        "DELETE FROM lambda_statements WHERE arn = ? AND statement_id = ?", (row["arn"], call.params["StatementId"])
    )
    if not removed:
        text = f"Statement {call.params['StatementId']} is not found in resource policy."
        raise ServiceError("ResourceNotFoundException", text, status=404)
    return {}


@operation("lambda", "GetPolicy")
def get_policy(call: Call) -> dict[str, Any]:
    """A function's resource policy."""
    row = function_of(call)
    document = policy_of(call.world, row["arn"])
    if document is None:
        text = "The resource you requested does not exist."
        raise ServiceError("ResourceNotFoundException", text, status=404)
    return {"Policy": json.dumps(document), "RevisionId": json.loads(row["body"])["RevisionId"]}


def _principal(given: str) -> Any:
    if given == "*":
        return "*"
    if _SERVICE.fullmatch(given):
        return {"Service": given}
    if re.fullmatch(r"\d{12}", given, re.ASCII):
        return {"AWS": f"arn:aws:iam::{given}:root"}
    if not _PRINCIPAL_ARN.fullmatch(given):
        text = "The provided principal was invalid. Please check the principal and try again."
        raise ServiceError("InvalidParameterValueException", text)
    return {"AWS": given}


def _condition(params: dict[str, Any]) -> dict[str, Any]:
    condition: dict[str, Any] = {}
    if "SourceArn" in params:
        condition["ArnLike"] = {"AWS:SourceArn": params["SourceArn"]}
    present = {key: params[name] for name, key in _EQUAL_KEYS.items() if params.get(name)}
    if present:
        condition["StringEquals"] = present
    if params.get("InvokedViaFunctionUrl"):
        condition["Bool"] = {"lambda:InvokedViaFunctionUrl": "true"}
    return {"Condition": condition} if condition else {}
