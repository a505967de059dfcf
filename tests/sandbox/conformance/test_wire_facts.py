"""How cognito-idp is spoken to: facts of user-pools.md section 1."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cognito_explorer.sandbox.protocol import service_model
from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

TARGET = "AWSCognitoIdentityProviderService"
UNSIGNED = [
    "InitiateAuth",
    "RespondToAuthChallenge",
    "GetTokensFromRefreshToken",
    "RevokeToken",
    "SignUp",
    "ConfirmSignUp",
    "ResendConfirmationCode",
    "ForgotPassword",
    "ConfirmForgotPassword",
    "ChangePassword",
    "GetUser",
    "DeleteUser",
    "UpdateUserAttributes",
    "DeleteUserAttributes",
    "GetUserAuthFactors",
    "GlobalSignOut",
    "GetUserAttributeVerificationCode",
    "VerifyUserAttribute",
    "AssociateSoftwareToken",
    "VerifySoftwareToken",
    "SetUserMFAPreference",
    "SetUserSettings",
    "ConfirmDevice",
    "GetDevice",
    "ListDevices",
    "ForgetDevice",
    "UpdateDeviceStatus",
    "StartWebAuthnRegistration",
    "CompleteWebAuthnRegistration",
    "ListWebAuthnCredentials",
    "DeleteWebAuthnCredential",
    "ListUserSessions",
    "RevokeUserSession",
    "UpdateAuthEventFeedback",
]


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox)
    made.add_user("ada")
    return made


@pytest.fixture(scope="module")
def wire(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.endpoint, trust_env=False) as client:
        yield client


def post(wire: httpx.Client, operation: str, params: dict[str, Any], **headers: str) -> httpx.Response:
    """One call as bytes on the wire, unsigned unless headers say otherwise."""
    sent = {"X-Amz-Target": f"{TARGET}.{operation}", "Content-Type": "application/x-amz-json-1.1", **headers}
    return wire.post("/", content=json.dumps(params), headers=sent)


def signed(sandbox: RunningSandbox, operation: str, params: dict[str, Any], keys: tuple[str, str]) -> httpx.Response:
    """One call as bytes on the wire, signed with these keys."""
    sent = {"X-Amz-Target": f"{TARGET}.{operation}", "Content-Type": "application/x-amz-json-1.1"}
    url, body = f"{sandbox.endpoint}/", json.dumps(params)
    request = AWSRequest("POST", url, headers=sent, data=body)
    SigV4Auth(Credentials(*keys), "cognito-idp", "us-east-1").add_auth(request)
    return httpx.post(url, content=body, headers=dict(request.headers.items()), trust_env=False)


def administrator(sandbox: RunningSandbox) -> tuple[str, str]:
    return sandbox.ready["access_key_id"], sandbox.ready["secret_access_key"]


def test_a_call_is_a_post_named_by_its_target(pool: PoolUnderTest, wire: httpx.Client) -> None:
    """user-pools.md 1: AWS JSON 1.1, POST /, X-Amz-Target names the operation."""
    params = {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": pool.client_id,
        "AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD},
    }
    answer = post(wire, "InitiateAuth", params)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert answer.json()["AuthenticationResult"]["ExpiresIn"] == 3600


def test_an_error_is_a_type_and_a_message_with_status_400(wire: httpx.Client) -> None:
    """user-pools.md 1: error body `__type` and `message`; client errors are HTTP 400."""
    answer = post(wire, "ForgotPassword", {"ClientId": "0" * 26, "Username": "ada"})
    assert answer.status_code == 400
    assert answer.json() == {
        "__type": "ResourceNotFoundException",
        "message": f"User pool client {'0' * 26} does not exist.",
    }


def test_only_an_invalid_parameter_may_have_a_reason_code(wire: httpx.Client) -> None:
    """user-pools.md 1: only InvalidParameterException has a second field, reasonCode."""
    for params in ({}, {"AccessToken": "garbage"}):
        assert set(post(wire, "GetUser", params).json()) <= {"__type", "message", "reasonCode"}
    assert set(post(wire, "GetUser", {"AccessToken": "garbage"}).json()) == {"__type", "message"}


def test_a_server_fault_has_status_500(sandbox: RunningSandbox, wire: httpx.Client) -> None:
    """user-pools.md 1: InternalErrorException is HTTP 500."""
    rule = {"operations": "cognito-idp:GetUser", "code": "InternalErrorException", "status": 500}
    sandbox.control("faults", {"errors": [rule]})
    try:
        answer = post(wire, "GetUser", {"AccessToken": "x"})
    finally:
        sandbox.control("faults", {"errors": []})
    assert (answer.status_code, answer.json()["__type"]) == (500, "InternalErrorException")


@pytest.mark.parametrize("operation", UNSIGNED)
def test_a_public_operation_asks_for_no_signature(wire: httpx.Client, operation: str) -> None:
    """user-pools.md 1 and 2: operations marked (T) and (U) are unsigned."""
    answer = post(wire, operation, {})
    assert answer.status_code == 400
    assert answer.json()["__type"] in ("InvalidParameterException", "NotAuthorizedException")


def test_every_other_operation_asks_for_one(wire: httpx.Client) -> None:
    """user-pools.md 2: everything that is not (T) or (U) is sigv4."""
    others = set(service_model("cognito-idp").operation_names) - set(UNSIGNED)
    assert len(others) == 141 - 34
    for operation in sorted(others):
        assert post(wire, operation, {}).json()["__type"] == "MissingAuthenticationTokenException", operation


def test_iam_cannot_limit_an_unsigned_operation(sandbox: RunningSandbox, pool: PoolUnderTest) -> None:
    """user-pools.md 1: unsigned operations cannot be limited by IAM."""
    iam = sandbox.client("iam")
    iam.create_user(UserName="forbidden")
    deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    iam.put_user_policy(UserName="forbidden", PolicyName="nothing", PolicyDocument=json.dumps(deny))
    key = iam.create_access_key(UserName="forbidden")["AccessKey"]
    keys = (key["AccessKeyId"], key["SecretAccessKey"])
    token = pool.tokens("ada")["AccessToken"]
    assert signed(sandbox, "GetUser", {"AccessToken": token}, keys).json()["Username"] == "ada"
    with refused("AccessDeniedException"):
        sandbox.client("cognito-idp", keys=keys).admin_get_user(UserPoolId=pool.pool_id, Username="ada")


def test_times_are_epoch_seconds_on_the_wire(sandbox: RunningSandbox, pool: PoolUnderTest) -> None:
    """user-pools.md 1: timestamps are epoch seconds; boto3 makes aware datetimes of them."""
    params = {"UserPoolId": pool.pool_id, "Username": "ada"}
    wired = signed(sandbox, "AdminGetUser", params, administrator(sandbox)).json()["UserCreateDate"]
    shown = pool.idp.admin_get_user(**params)["UserCreateDate"]
    assert isinstance(wired, int | float)
    assert shown.tzinfo is not None
    assert shown.timestamp() == pytest.approx(wired, abs=0.002)


def test_ids_have_their_forms(pool: PoolUnderTest) -> None:
    """user-pools.md 1: pool `region_xxxxxxxxx` of at most 55 characters, client id at most 128."""
    assert re.fullmatch(r"[\w-]+_[0-9a-zA-Z]+", pool.pool_id)
    assert len(pool.pool_id) <= 55
    assert re.fullmatch(r"[\w+]+", pool.client_id)
    assert len(pool.client_id) <= 128


@pytest.mark.parametrize("pool_id", ["us-east-1", "us-east-1_", "us east_1a", "us-east-1_" + "x" * 46])
def test_a_pool_id_of_another_form_is_refused(pool: PoolUnderTest, pool_id: str) -> None:
    """user-pools.md 1: the pool id's pattern and length are checked."""
    idp = pool.sandbox.client("cognito-idp", parameter_validation=False)
    with refused("InvalidParameterException"):
        idp.describe_user_pool(UserPoolId=pool_id)


def test_an_arn_names_partition_region_account_and_pool(pool: PoolUnderTest) -> None:
    """user-pools.md 1: ARN `arn:aws:cognito-idp:<region>:<account>:userpool/<poolId>`."""
    arn = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]["Arn"]
    assert re.fullmatch(rf"arn:aws:cognito-idp:us-east-1:\d{{12}}:userpool/{pool.pool_id}", arn)
