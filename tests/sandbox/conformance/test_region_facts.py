"""Regions: facts of identity-pools.md section 9 and iam-evaluation.md section 6."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.pools import refused
from tests.sandbox.profile_endpoints.kit import call
from tests.sandbox_fixture import RunningSandbox

FRANKFURT = "eu-central-1"


@pytest.fixture
def inactive(sandbox: RunningSandbox) -> Iterator[str]:
    """A Region in which STS has been deactivated."""
    sandbox.control("faults", {"inactive_sts_regions": [FRANKFURT]})
    yield FRANKFURT
    sandbox.control("faults", {"inactive_sts_regions": []})


def unsigned(sandbox: RunningSandbox, operation: str, host: str, **given: Any) -> tuple[int, str, str]:
    """Status, code and message of an unsigned call sent to a host's name."""
    port = sandbox.endpoint.rpartition(":")[2]
    headers = {"X-Amz-Target": f"AWSCognitoIdentityService.{operation}", "Content-Type": "application/x-amz-json-1.1"}
    body = json.dumps(given).encode()
    answer = call(f"{sandbox.endpoint}/", "POST", headers | {"Host": f"{host}:{port}"}, body)
    said = json.loads(answer.text)
    return answer.status, said.get("__type", ""), said.get("message", "")


@pytest.mark.parametrize("host", [f"{FRANKFURT}.localhost", f"cognito-identity.{FRANKFURT}.localhost"])
def test_a_pool_of_another_region_is_not_there(sandbox: RunningSandbox, host: str) -> None:
    """identity-pools.md 9: ResourceNotFoundException for another Region's pool, for public calls as well."""
    made = sandbox.client("cognito-identity").create_identity_pool(
        IdentityPoolName="facts", AllowUnauthenticatedIdentities=True
    )
    pool_id = made["IdentityPoolId"]
    answer = unsigned(sandbox, "GetId", host, IdentityPoolId=pool_id)
    assert answer == (400, "ResourceNotFoundException", f"IdentityPool '{pool_id}' not found.")
    assert unsigned(sandbox, "GetId", host.replace(FRANKFURT, "us-east-1"), IdentityPoolId=pool_id)[0] == 200


def test_an_identity_of_another_region_is_out_of_reach(sandbox: RunningSandbox) -> None:
    """identity-pools.md 9: Access to Identity is forbidden, where it is of another Region."""
    made = sandbox.client("cognito-identity").create_identity_pool(
        IdentityPoolName="facts", AllowUnauthenticatedIdentities=True
    )
    identity_id = sandbox.public_client("cognito-identity").get_id(IdentityPoolId=made["IdentityPoolId"])["IdentityId"]
    answer = unsigned(sandbox, "GetCredentialsForIdentity", f"{FRANKFURT}.localhost", IdentityId=identity_id)
    assert answer == (400, "NotAuthorizedException", f"Access to Identity '{identity_id}' is forbidden.")


@pytest.mark.parametrize(
    "host", ["eu-central-1.localhost.evil.example", "moon.localhost", "a.b.eu-central-1.localhost"]
)
def test_no_other_name_is_taken_for_a_regions(sandbox: RunningSandbox, host: str) -> None:
    """A page of a foreign name must not reach the sandbox."""
    assert call(f"{sandbox.endpoint}/", "POST", {"Host": host}, b"{}").status == 403


def test_sts_may_be_inactive_in_a_region(sandbox: RunningSandbox, inactive: str) -> None:
    """iam-evaluation.md 6: RegionDisabledException (403), STS not active there; who asks who they are is answered."""
    there, here = sandbox.client("sts", region=inactive), sandbox.client("sts")
    role = {"RoleArn": "arn:aws:iam::210987654321:role/nobody", "RoleSessionName": "facts"}
    with pytest.raises(there.exceptions.RegionDisabledException) as caught:
        there.assume_role(**role)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    for ask in (there.get_session_token, lambda: there.get_federation_token(Name="facts")):
        with refused("RegionDisabledException"):
            ask()
    assert there.get_caller_identity()["Account"] == "210987654321"
    assert here.get_session_token()["Credentials"]


def test_sts_may_be_inactive_for_web_identities(sandbox: RunningSandbox, inactive: str) -> None:
    """iam-evaluation.md 6: RegionDisabledException for AssumeRoleWithWebIdentity, sent to that Region."""
    form = (
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=facts&WebIdentityToken=a.b.c"
        "&RoleArn=arn:aws:iam::210987654321:role/nobody"
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Host": f"sts.{inactive}.localhost"}
    answer = call(f"{sandbox.endpoint}/", "POST", headers, form.encode())
    assert answer.status == 403
    assert "<Code>RegionDisabledException</Code>" in answer.text
    assert (
        "InvalidIdentityToken"
        in call(f"{sandbox.endpoint}/", "POST", headers | {"Host": "sts.us-east-1.localhost"}, form.encode()).text
    )
