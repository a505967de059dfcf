"""The services beside Cognito, with parameters made from their models: an answer or a refusal, never a 500."""

import random
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.sandbox.fuzz_shapes import Maker
from tests.sandbox_fixture import RunningSandbox

SERVICES = ["sts", "iam", "s3", "lambda", "dynamodb", "sqs", "sns", "kms"]
MODELS = {service: botocore.session.get_session().get_service_model(service) for service in SERVICES}
# What botocore itself cannot write down never reaches the sandbox.
UNWRITABLE = (
    AttributeError,
    KeyError,
    OverflowError,
    RecursionError,
    RuntimeError,
    TypeError,
    UnicodeError,
    ValueError,
)
ROLE = "arn:aws:iam::210987654321:role/somebody"
KNOWN: dict[str, list[Any]] = {
    "RoleArn": [ROLE],
    "RoleName": ["somebody"],
    "UserName": ["someone"],
    "Bucket": ["fuzzed"],
    "Key": ["key", "a/b"],
    "PolicyDocument": ['{"Version": "2012-10-17", "Statement": []}', "{"],
    "TableName": ["fuzzed"],
    "FunctionName": ["fuzzed"],
    "DurationSeconds": [900, 3600],
}


@pytest.fixture(scope="module")
def clients(sandbox: RunningSandbox) -> Iterator[dict[str, Any]]:
    """A client of each service that checks nothing by itself, and something to name."""
    made = {service: sandbox.client(service, parameter_validation=False, read_timeout=20) for service in SERVICES}
    trust = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}'
    )
    made["iam"].create_role(RoleName="somebody", AssumeRolePolicyDocument=trust)
    made["iam"].create_user(UserName="someone")
    made["s3"].create_bucket(Bucket="fuzzed")
    yield made


def check(client: Any, service: str, operation: str, seed: int) -> None:
    """One call with made-up parameters."""
    shape = MODELS[service].operation_model(operation).input_shape
    maker = Maker(random.Random(seed), KNOWN, mischief=0.0)
    params = maker.value(shape) if shape is not None else {}
    try:
        client._make_api_call(operation, params)
    except ClientError as refused:
        status = refused.response["ResponseMetadata"]["HTTPStatusCode"]
        assert status < 500 or status in (501, 503), (service, operation, params, refused.response)
    except (BotoCoreError, *UNWRITABLE) as unwritable:
        assert "timeout" not in str(unwritable).lower(), (service, operation, params)


def operations(service: str) -> list[str]:
    """Every operation that is answered with something that ends."""
    return [
        name
        for name in MODELS[service].operation_names
        if not MODELS[service].operation_model(name).has_event_stream_output
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_answers_whatever_it_is_sent(clients: dict[str, Any], service: str) -> None:
    dice = random.Random(service)
    for _ in range(60):
        check(clients[service], service, dice.choice(operations(service)), dice.getrandbits(32))


@pytest.mark.full
@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_of_a_service_answers(clients: dict[str, Any], service: str) -> None:
    dice = random.Random(service)
    for operation in operations(service):
        for _ in range(15):
            check(clients[service], service, operation, dice.getrandbits(32))
