"""Functions: create, read, change, delete."""

import base64
import binascii
import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

from cognito_explorer.iam.evaluate import evaluate_trust
from cognito_explorer.iam.request import Principal
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.functions.archives import check_archive
from cognito_explorer.sandbox.functions.host import Image
from cognito_explorer.sandbox.iam_directory import NamedPolicy, Role
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.trust import parsed_policy
from cognito_explorer.sandbox.world import ACCOUNT_ID, Call, World

_NAME = re.compile(
    r"(?:(?:arn:aws:lambda:(?P<region>[a-z0-9-]+):)?(?P<account>\d{12}):)?(?:function:)?(?P<name>[a-zA-Z0-9-_]+)"
    r"(?::(?P<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?"
)
_DEFAULTS = {"Description": "", "Timeout": 3, "MemorySize": 128}
_SETTINGS = (
    *("Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize"),
    *("TracingConfig", "EphemeralStorage", "LoggingConfig"),
)
# What a function would be given besides its code: the sandbox has none of it, and a function would miss it.
_LACKING = (
    *("Layers", "FileSystemConfigs", "ImageConfig", "CapacityProviderConfig", "DurableConfig", "SnapStart"),
    *("VpcConfig", "DeadLetterConfig", "KMSKeyArn", "CodeSigningConfigArn", "TenancyConfig", "RuntimeConfig"),
    *("AcceleratorConfig", "Publish", "PublishTo"),
)
_MAX_TIMEOUT_S, _MAX_MEMORY_MB, _MAX_ZIP_BYTES = 900, 10_240, 52_428_800
_MAX_ENVIRONMENT_BYTES = 4096


def function_arn(region: str, name: str) -> str:
    """The ARN of a function, whichever way it is named; its qualifier is left out."""
    found = _NAME.fullmatch(name)
    if found is None:
        return f"arn:aws:lambda:{region}:{ACCOUNT_ID}:function:{name}"
    return f"arn:aws:lambda:{found['region'] or region}:{found['account'] or ACCOUNT_ID}:function:{found['name']}"


def find_function(world: World, arn: str) -> Row | None:
    """The stored function with this ARN, or None."""
    return world.store.one("SELECT * FROM lambda_functions WHERE arn = ?", (function_arn("", arn),))


def function_of(call: Call) -> Row:
    """The function a call names; raises ResourceNotFoundException, also for versions, which the sandbox lacks."""
    name = call.params["FunctionName"]
    arn = function_arn(call.region, name)
    found = _NAME.fullmatch(name)
    qualifier = call.params.get("Qualifier") or (found["qualifier"] if found else None) or "$LATEST"
    row = find_function(call.world, arn) if qualifier == "$LATEST" else None
    if row is None or row["region"] != call.region:
        named = arn if qualifier == "$LATEST" else f"{arn}:{qualifier}"
        raise ServiceError("ResourceNotFoundException", f"Function not found: {named}", status=404)
    return row


def image_of(world: World, row: Row) -> Image:
    """A stored function as it is run. To be called from the writer: it looks up the execution role."""
    body = json.loads(row["body"])
    variables = body.get("Environment", {}).get("Variables", {})
    return Image(body, row["code"], world.sts.find_role(body["Role"]), variables)


@operation("lambda", "CreateFunction")
def create_function(call: Call) -> dict[str, Any]:
    """A new function of a zip file with a Python handler."""
    params = call.params
    arn = function_arn(call.region, params["FunctionName"])
    _check_settings(call.world, params)
    for name in ("Runtime", "Handler"):
        if not params.get(name):
            raise _invalid(f"{name} is mandatory for functions created with deployment packages.")
    code = _code_of(params["Code"])
    if find_function(call.world, arn) is not None:
        raise ServiceError("ResourceConflictException", f"Function already exist: {params['FunctionName']}", status=409)
    body = {
        "FunctionName": arn.rpartition(":")[2],
        "FunctionArn": arn,
        "TracingConfig": {"Mode": "PassThrough"},
        "EphemeralStorage": {"Size": 512},
        **_DEFAULTS,
        **{name: params[name] for name in _SETTINGS if name in params},
        "Version": "$LATEST",
        "PackageType": "Zip",
        "Architectures": params.get("Architectures", ["x86_64"]),
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "Tags": params.get("Tags", {}),
        **({"Environment": params["Environment"]} if params.get("Environment") else {}),
    }
    body = _dated(call.world, body | _code_facts(code))
    call.world.store.execute(
        "INSERT INTO lambda_functions (arn, region, name, body, code) VALUES (?, ?, ?, ?, ?)",
        (arn, call.region, body["FunctionName"], json.dumps(body), code),
    )
    return _configuration(body)


@operation("lambda", "GetFunction")
def get_function(call: Call) -> dict[str, Any]:
    """A function's settings; its code is not offered for download."""
    body = json.loads(function_of(call)["body"])
    answer = {"Configuration": _configuration(body), "Code": {"RepositoryType": "S3"}}
    return answer | ({"Tags": body["Tags"]} if body["Tags"] else {})


@operation("lambda", "GetFunctionConfiguration")
def get_function_configuration(call: Call) -> dict[str, Any]:
    """A function's settings."""
    return _configuration(json.loads(function_of(call)["body"]))


@operation("lambda", "ListFunctions")
def list_functions(call: Call) -> dict[str, Any]:
    """The functions of the region by name."""
    size = min(call.params.get("MaxItems", 50), 50)
    rows = call.world.store.all(
        "SELECT body FROM lambda_functions WHERE region = ? AND name > ? ORDER BY name LIMIT ?",
        (call.region, call.params.get("Marker", ""), size + 1),
    )
    bodies = [json.loads(row["body"]) for row in rows[:size]]
    marker = {"NextMarker": bodies[-1]["FunctionName"]} if len(rows) > size else {}
    return {"Functions": [_configuration(body) for body in bodies]} | marker


@operation("lambda", "UpdateFunctionCode")
def update_function_code(call: Call) -> dict[str, Any]:
    """Other code under the same name."""
    row = function_of(call)
    _check_revision(call, row)
    if call.params.get("Publish"):
        raise _invalid("The sandbox's Lambda has no versions to publish.")
    code = _code_of(call.params)
    body = json.loads(row["body"]) | _code_facts(code)
    if call.params.get("DryRun"):
        return _configuration(body)
    body = _dated(call.world, body)
    call.world.store.execute(
        "UPDATE lambda_functions SET body = ?, code = ? WHERE arn = ?", (json.dumps(body), code, row["arn"])
    )
    return _configuration(body)


@operation("lambda", "UpdateFunctionConfiguration")
def update_function_configuration(call: Call) -> dict[str, Any]:
    """Other settings; what is left out stays."""
    row = function_of(call)
    _check_revision(call, row)
    _check_settings(call.world, call.params)
    changes = {name: call.params[name] for name in (*_SETTINGS, "Environment") if name in call.params}
    body = _dated(call.world, json.loads(row["body"]) | changes)
    call.world.store.execute("UPDATE lambda_functions SET body = ? WHERE arn = ?", (json.dumps(body), row["arn"]))
    return _configuration(body)


@operation("lambda", "DeleteFunction")
def delete_function(call: Call) -> dict[str, Any]:
    """Delete a function with its policy. Triggers that name it fail from now on."""
    call.world.store.execute("DELETE FROM lambda_functions WHERE arn = ?", (function_of(call)["arn"],))
    return {"StatusCode": 204}


def _check_revision(call: Call, row: Row) -> None:
    wanted = call.params.get("RevisionId")
    if wanted and wanted != json.loads(row["body"])["RevisionId"]:
        text = (
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to"
            " retrieve the latest Revision Id"
        )
        raise ServiceError("PreconditionFailedException", text, status=412)


def _check_settings(world: World, params: dict[str, Any]) -> None:
    runtime = params.get("Runtime", "python3")
    if not runtime.startswith("python3") or params.get("PackageType", "Zip") != "Zip":
        raise _invalid(f"The sandbox runs zip files with a Python handler only, not {params.get('Runtime', 'images')}.")
    lacking = next((name for name in _LACKING if params.get(name)), None)
    if lacking:
        raise _invalid(f"The sandbox's Lambda has no {lacking}.")
    if params.get("Timeout", 1) > _MAX_TIMEOUT_S or params.get("MemorySize", 128) > _MAX_MEMORY_MB:
        raise _invalid(f"Timeout reaches to {_MAX_TIMEOUT_S} seconds and MemorySize to {_MAX_MEMORY_MB} MB.")
    _check_variables(params.get("Environment", {}).get("Variables", {}))
    if "\0" in params.get("Handler", ""):
        raise _invalid("The Handler must not hold a NUL character.")
    if "Role" in params and not _is_assumable(world.sts.find_role(params["Role"])):
        raise _invalid("The role defined for the function cannot be assumed by Lambda.")


def _check_variables(variables: dict[str, str]) -> None:
    """Raise InvalidParameterValueException for what no environment can hold, or too much of it."""
    unable = "Lambda was unable to configure your environment variables because the environment variables you have"
    reserved = next((name for name in variables if _is_reserved(name)), None)
    if reserved:
        raise _invalid(
            f"{unable} provided contains reserved keys that are currently not supported for modification. Reserved keys"
            f" used in this request: {reserved}"
        )
    if len(json.dumps(variables, ensure_ascii=False, separators=(",", ":")).encode()) > _MAX_ENVIRONMENT_BYTES:
        raise _invalid(f"{unable} provided exceeded the 4KB limit.")
    if any("\0" in value for value in variables.values()):
        raise _invalid(f"{unable} provided hold a NUL character.")


def _is_assumable(role: Role | None) -> bool:
    if role is None:
        return False
    trust = parsed_policy(NamedPolicy("trust policy", role.trust), "trust")
    principal = Principal(service="lambda.amazonaws.com")
    return evaluate_trust(trust, action="sts:AssumeRole", principal=principal, context={}).is_allowed


def _is_reserved(name: str) -> bool:
    own = ("_HANDLER", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    return name in own or name == "AWS_SESSION_TOKEN" or name.startswith(("AWS_LAMBDA_", "LAMBDA_TASK_ROOT"))


def _code_of(given: dict[str, Any]) -> bytes:
    if "ZipFile" not in given:
        raise _invalid("The sandbox's Lambda takes code as a ZipFile in the request, and from nowhere else.")
    try:
        code = base64.b64decode(given["ZipFile"], validate=True)
    except (binascii.Error, ValueError):
        raise _invalid("ZipFile is not base64.") from None
    if len(code) > _MAX_ZIP_BYTES:
        raise ServiceError("RequestEntityTooLargeException", f"Request must be smaller than {_MAX_ZIP_BYTES} bytes")
    check_archive(code)
    return code


def _code_facts(code: bytes) -> dict[str, Any]:
    return {"CodeSize": len(code), "CodeSha256": base64.b64encode(hashlib.sha256(code).digest()).decode()}


def _dated(world: World, body: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromtimestamp(world.clock.now(), UTC)
    modified = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"
    return body | {"LastModified": modified, "RevisionId": world.chance.uuid4()}


def _configuration(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "Tags"}


def _invalid(text: str) -> ServiceError:
    return ServiceError("InvalidParameterValueException", text)
