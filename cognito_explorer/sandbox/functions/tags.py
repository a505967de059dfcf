"""Tags of functions."""

import json
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.functions.functions import find_function
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.world import Call


@operation("lambda", "ListTags")
def list_tags(call: Call) -> dict[str, Any]:
    """A function's tags."""
    return {"Tags": json.loads(_function(call)["body"])["Tags"]}


@operation("lambda", "TagResource")
def tag_function(call: Call) -> dict[str, Any]:
    """Add tags, or change their values."""
    row = _function(call)
    _save(call, row, json.loads(row["body"])["Tags"] | call.params["Tags"])
    return {}


@operation("lambda", "UntagResource")
def untag_function(call: Call) -> dict[str, Any]:
    """Take tags away; those that are not there do not matter."""
    row = _function(call)
    kept = {
        name: value for name, value in json.loads(row["body"])["Tags"].items() if name not in call.params["TagKeys"]
    }
    _save(call, row, kept)
    return {}


def _function(call: Call) -> Row:
    row = find_function(call.world, call.params["Resource"])
    if row is None or row["region"] != call.region:
        text = f"Function not found: {call.params['Resource']}"
        raise ServiceError("ResourceNotFoundException", text, status=404)
    return row


def _save(call: Call, row: Row, tags: dict[str, str]) -> None:
    body = json.dumps(json.loads(row["body"]) | {"Tags": tags})
    call.world.store.execute("UPDATE lambda_functions SET body = ? WHERE arn = ?", (body, row["arn"]))
