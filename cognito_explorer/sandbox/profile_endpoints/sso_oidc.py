"""The operations of sso-oidc."""

from typing import Any

from starlette.responses import JSONResponse, Response

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.profile_endpoints.asking import Asked
from cognito_explorer.sandbox.profile_endpoints.code_flow import exchange_code
from cognito_explorer.sandbox.profile_endpoints.device_flow import exchange_device_code, start_device_flow
from cognito_explorer.sandbox.profile_endpoints.sso_clients import (
    AUTHORIZATION_CODE,
    DEVICE_CODE,
    REFRESH_TOKEN,
    check_client,
    check_grant,
    register_client,
)
from cognito_explorer.sandbox.profile_endpoints.sso_tokens import refresh_tokens
from cognito_explorer.sandbox.protocol import service_model
from cognito_explorer.sandbox.validation import validate

_NO_STORE = {"Cache-Control": "no-store"}


def register(asked: Asked) -> Response:
    """RegisterClient."""
    return JSONResponse(register_client(asked.world, _params(asked, "RegisterClient")), headers=_NO_STORE)


def start_device(asked: Asked) -> Response:
    """StartDeviceAuthorization."""
    params = _params(asked, "StartDeviceAuthorization")
    client = check_client(asked.world, params)
    check_grant(client, DEVICE_CODE)
    return JSONResponse(start_device_flow(asked.world, client, params["startUrl"]), headers=_NO_STORE)


def create_token(asked: Asked) -> Response:
    """CreateToken, for each of its grants."""
    if "aws_iam" in asked.query:
        raise ServiceError("UnauthorizedClientException", "The sandbox has no applications that sign by IAM.")
    params = _params(asked, "CreateToken")
    client = check_client(asked.world, params)
    grant = params["grantType"]
    if grant not in (DEVICE_CODE, AUTHORIZATION_CODE, REFRESH_TOKEN):
        raise ServiceError("UnsupportedGrantTypeException", f"The grant {grant} is not supported.")
    check_grant(client, grant)
    if grant == DEVICE_CODE:
        answer = exchange_device_code(asked.world, client, params.get("deviceCode", ""))
    elif grant == REFRESH_TOKEN:
        answer = refresh_tokens(asked.world, client, params.get("refreshToken", ""))
    else:
        answer = exchange_code(asked.world, client, params)
    return JSONResponse(answer, headers=_NO_STORE)


def _params(asked: Asked, operation: str) -> dict[str, Any]:
    shape = service_model("sso-oidc").operation_model(operation).input_shape
    assert shape is not None
    params = {name: value for name, value in asked.json().items() if value is not None}
    try:
        validate(params, shape)
    except ServiceError as problem:
        raise ServiceError("InvalidRequestException", problem.message) from None
    return params
