"""Where a client's calls go is worked out once for each operation, and is what botocore itself would have found."""

from typing import Any

import botocore.session
import pytest

from cognito_explorer.core.aws.connection import Connection, Operation
from cognito_explorer.core.aws.resolved_once import resolve_once
from cognito_explorer.core.profiles import Profile
from tests.sandbox_fixture import RunningSandbox

PROFILE = Profile("p", "p", "keys", "us-east-1", "", access_key_id="AKIATEST", secret_access_key="s")


def found_by(client: Any, operation: str, **parameters: str) -> Any:
    model = client.meta.service_model.operation_model(operation)
    return client._ruleset_resolver.construct_endpoint(operation_model=model, call_args=parameters, request_context={})


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1"])
@pytest.mark.parametrize(
    ("service", "operation"),
    [("cognito-idp", "ListUsers"), ("cognito-identity", "GetId"), ("sts", "GetCallerIdentity"), ("iam", "GetRole")],
)
def test_it_is_what_botocore_finds(service: str, operation: str, region: str) -> None:
    client = Connection(PROFILE, region).client(service, "read")
    plain = botocore.session.Session().create_client(service, region, aws_access_key_id="a", aws_secret_access_key="b")
    first, theirs = found_by(client, operation), found_by(plain, operation)
    assert (first.url, first.properties, first.headers) == (theirs.url, theirs.properties, theirs.headers)
    assert found_by(client, operation) is first
    assert found_by(plain, operation) is not theirs


def test_where_parameters_decide_it_is_worked_out_each_time() -> None:
    session = botocore.session.Session()
    client = session.create_client("s3", "us-east-1", aws_access_key_id="AKIATEST", aws_secret_access_key="s")
    resolve_once(client)
    found = [found_by(client, "GetObject", Bucket=bucket, Key="k").url for bucket in ("moon", "sun")]
    assert found == ["https://moon.s3.amazonaws.com", "https://sun.s3.amazonaws.com"]


def test_calls_go_to_an_endpoint_of_ones_own(sandbox: RunningSandbox) -> None:
    profile = Profile(
        *("p", "p", "sandbox", "us-east-1", "", sandbox.endpoint),
        access_key_id=sandbox.ready["access_key_id"],
        secret_access_key=sandbox.ready["secret_access_key"],
    )
    connection = Connection(profile, "us-east-1")
    connection.open()
    for _ in range(2):
        answer = connection.invoke(Operation("cognito-idp", "list_user_pools"), "read", {"MaxResults": 1})
        assert answer.trouble is None
    connection.close()
