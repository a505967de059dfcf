"""The first list without botocore: signed as botocore signs, answered as botocore answers, and given up in silence."""

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cognito_explorer.core.aws import first_look as quick
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import SessionExpired, Unreachable
from cognito_explorer.core.identity_pools.identity_pools import list_identity_pools
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.profiles import Profile
from cognito_explorer.core.user_pools.pools import list_pools
from tests.sandbox_fixture import RunningSandbox

NOW = datetime(2026, 11, 23, 10, 20, 30, tzinfo=UTC)


def profile_of(sandbox: RunningSandbox) -> Profile:
    return Profile(
        id="sandbox",
        name="Sandbox",
        kind="sandbox",
        region="us-east-1",
        color="#2F9E6E",
        endpoint_url=sandbox.endpoint,
        access_key_id=sandbox.ready["access_key_id"],
        secret_access_key=sandbox.ready["secret_access_key"],
    )


@pytest.mark.parametrize("service", ["cognito-idp", "cognito-identity"])
def test_the_signature_is_the_one_botocore_makes(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = Profile("p", "P", "sandbox", "eu-west-1", "#000000", "http://127.0.0.1:4566", "", "AKIDEXAMPLE", "s3cr3t")
    operation = next(key for key in quick.TARGETS if key[0] == service)
    body = json.dumps({"MaxResults": 60}).encode()
    ours = quick.sign(profile, (service, "eu-west-1"), ("127.0.0.1:4566", quick.TARGETS[operation]), body, NOW)
    request = AWSRequest("POST", "http://127.0.0.1:4566/", headers=dict(ours), data=body)
    del request.headers["Authorization"]
    del request.headers["X-Amz-Date"]
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: NOW.replace(tzinfo=None))
    SigV4Auth(Credentials("AKIDEXAMPLE", "s3cr3t"), service, "eu-west-1").add_auth(request)
    assert ours["Authorization"] == request.headers["Authorization"]


async def test_the_first_lists_need_no_client_and_equal_what_botocore_answers(demo_sandbox: RunningSandbox) -> None:
    profile = profile_of(demo_sandbox)
    ajar = Aws.ajar(profile, region="us-east-1", journal=Journal())
    opened = await Aws.open(profile)
    try:
        assert await list_pools(ajar).collect(100) == await list_pools(opened).collect(100)
        assert await list_identity_pools(ajar).collect(100) == await list_identity_pools(opened).collect(100)
        assert [call.outcome for call in ajar.calls.recent()] == ["ok", "ok"]
        assert all(call.request_id for call in ajar.calls.recent())
        assert not ajar._connection._clients
    finally:
        ajar.close()
        opened.close()


async def test_a_refusal_is_told_as_botocore_tells_it(demo_sandbox: RunningSandbox) -> None:
    wrong = Aws.ajar(
        replace(profile_of(demo_sandbox), access_key_id="AKIANOBODYKNOWSTHIS0"), region="us-east-1", journal=Journal()
    )
    try:
        with pytest.raises(SessionExpired):
            await list_pools(wrong).next_page()
    finally:
        wrong.close()


async def test_nobody_at_home_is_said_in_words(demo_sandbox: RunningSandbox) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    nowhere = Aws.ajar(replace(profile_of(demo_sandbox), endpoint_url=address), region="us-east-1", journal=Journal())
    try:
        with pytest.raises(Unreachable):
            await list_pools(nowhere).next_page()
    finally:
        nowhere.close()
