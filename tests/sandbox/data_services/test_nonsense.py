"""Whatever is sent to the data services and to Lambda, it is answered in words."""

import json
import random
from typing import Any

import pytest

from tests.sandbox.test_robustness import send
from tests.sandbox_fixture import RunningSandbox

_HOLLOW: Any = [{"Put": None}], [{"PutRequest": {"Item": {}}}]
VALUES: list[Any] = [None, "", "a", 5, [], {}, [None], {"a": None}, {"S": "x"}, *_HOLLOW]
TARGETS = {
    "dynamodb": ("DynamoDB_20120810", ["GetItem", "PutItem", "Query", "BatchWriteItem", "TransactWriteItems", "Scan"]),
    "sqs": ("AmazonSQS", ["SendMessage", "ReceiveMessage", "CreateQueue", "DeleteMessage"]),
    "kms": ("TrentService", ["CreateKey", "Encrypt", "Decrypt", "CreateAlias", "ReEncrypt"]),
}
MEMBERS = [
    *("TableName", "Key", "Item", "RequestItems", "TransactItems", "KeyConditionExpression", "QueueUrl", "QueueName"),
    *("KeyId", "CiphertextBlob", "AliasName", "TargetKeyId", "EncryptionContext", "ExpressionAttributeValues"),
]


@pytest.mark.parametrize("service", sorted(TARGETS))
def test_nonsense_in_json_is_answered(sandbox: RunningSandbox, service: str) -> None:
    dice = random.Random(service)
    prefix, names = TARGETS[service]
    for _ in range(60):
        body = {name: dice.choice(VALUES) for name in dice.sample(MEMBERS, dice.randint(0, 4))}
        headers = {"X-Amz-Target": f"{prefix}.{dice.choice(names)}", "Content-Type": "application/x-amz-json-1.0"}
        assert send(sandbox, service, "POST", "/", json.dumps(body).encode(), headers) != 500


def test_nonsense_in_addresses_of_lambda_is_answered(sandbox: RunningSandbox) -> None:
    dice = random.Random(3)
    words = ["functions", "2015-03-31", "a", "%2F", "..", "policy", "invocations", "code", "{FunctionName}", ""]
    for _ in range(60):
        path = "/" + "/".join(["2015-03-31", "functions", *dice.sample(words, dice.randint(0, 3))])
        body = dice.choice([b"", b"{}", b"[]", b"\xff", b'{"Code": {"ZipFile": "!"}}', b'{"FunctionName": 1}'])
        assert send(sandbox, "lambda", dice.choice(["GET", "POST", "PUT", "DELETE"]), path, body, {}) != 500
