"""The knobs below /_sandbox: slow, throttled, failing, out of order, and at another time."""

import http.client
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError

from tests.sandbox.functions.lambdas import make_function
from tests.sandbox.pools import make_pool, refused
from tests.sandbox_fixture import RunningSandbox, direct, start_sandbox


@pytest.fixture(autouse=True)
def good_day(sandbox: RunningSandbox) -> Iterator[None]:
    """Every knob back where it was."""
    yield
    delete(sandbox)
    sandbox.control("clock", {"is_frozen": False, "checks_signatures": False})
    sandbox.control("clock", {"now": time.time()})


def delete(sandbox: RunningSandbox) -> None:
    """DELETE /_sandbox/faults."""
    connection = http.client.HTTPConnection(urlsplit(sandbox.endpoint).netloc, timeout=10)
    connection.request("DELETE", "/_sandbox/faults", headers={"X-Sandbox-Token": sandbox.ready["control_token"]})
    assert connection.getresponse().status == 200
    connection.close()


def list_pools(sandbox: RunningSandbox) -> Any:
    """A call that changes nothing."""
    return sandbox.client("cognito-idp").list_user_pools(MaxResults=1)


def test_the_knobs_show_how_they_stand(sandbox: RunningSandbox) -> None:
    rest = {"latency": [], "errors": [], "is_throttled": False, "outage": "none", "is_mail_limited": True}
    rest["inactive_sts_regions"] = []
    assert sandbox.control("faults") == rest
    asked = [{"operations": "s3:*", "fixed_ms": 5, "jitter_ms": 2}]
    assert sandbox.control("faults", {"latency": asked}) == {**rest, "latency": asked}
    assert sandbox.control("faults", {"outage": "none"})["latency"] == asked
    delete(sandbox)
    assert sandbox.control("faults") == rest


@pytest.mark.parametrize(
    "body",
    [
        {"latencies": []},
        {"latency": {}},
        {"latency": [{"fixed_ms": 1}]},
        {"latency": [{"operations": "*", "fixed_ms": -1}]},
        {"latency": [{"operations": "*", "fixed_ms": 1e12}]},
        {"errors": [{"operations": "*"}]},
        {"errors": [{"operations": "*", "code": "X", "rate": 1.5}]},
        {"errors": [{"operations": "*", "code": "X\n"}]},
        {"errors": [{"operations": "*", "code": "\u2603"}]},
        {"errors": [{"operations": "*", "code": "X", "status": 200}]},
        {"is_throttled": 1},
        {"outage": "total"},
    ],
)
def test_a_setting_that_is_none_is_refused_in_words(sandbox: RunningSandbox, body: dict[str, Any]) -> None:
    with pytest.raises(HTTPError) as caught:
        sandbox.control("faults", body)
    with caught.value as answer:
        assert answer.code == 400
        assert answer.read().startswith(b'{"error":"')


def test_latency_is_for_the_named_operations_alone(sandbox: RunningSandbox) -> None:
    sandbox.control("faults", {"latency": [{"operations": "cognito-idp:List*", "fixed_ms": 300}]})
    begun = time.monotonic()
    list_pools(sandbox)
    assert time.monotonic() - begun >= 0.3
    names = [entry["operation"] for entry in sandbox.control("log")["requests"][:1]]
    assert names == ["ListUserPools"]
    assert sandbox.control("log")["requests"][0]["took_ms"] < 300


def test_what_is_held_back_leaves_when_no_answer_is_to_be_late_any_more(sandbox: RunningSandbox) -> None:
    sandbox.control("faults", {"latency": [{"operations": "cognito-idp:List*", "fixed_ms": 300_000}]})
    with ThreadPoolExecutor(1) as other:
        answer = other.submit(list_pools, sandbox)
        while not any(entry["operation"] == "ListUserPools" for entry in sandbox.control("log")["requests"]):
            assert not answer.done()
        assert not answer.done()
        sandbox.control("faults", {"latency": []})
        answer.result(timeout=30)


def test_an_error_comes_as_often_as_it_was_asked_for(sandbox: RunningSandbox) -> None:
    rule = {"operations": "cognito-idp:ListUserPools", "code": "InternalErrorException", "status": 500}
    sandbox.control("faults", {"errors": [rule]})
    with refused("InternalErrorException", "Something went wrong"):
        list_pools(sandbox)
    sandbox.client("cognito-identity").list_identity_pools(MaxResults=1)
    sandbox.control("faults", {"errors": [{**rule, "rate": 0}]})
    list_pools(sandbox)


def test_a_call_that_was_let_through_does_not_fail_after_its_work_is_done(sandbox: RunningSandbox) -> None:
    source = """
        import json, os, urllib.request

        def handler(event, context):
            url = os.environ["AWS_ENDPOINT_URL"] + "/_sandbox/faults"
            body = json.dumps({"errors": [{"operations": "lambda:*", "code": "ServiceException"}]}).encode()
            headers = {"X-Sandbox-Token": os.environ["TOKEN"]}
            urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers), timeout=20)
            return "done"
    """
    settings = {"Environment": {"Variables": {"TOKEN": sandbox.ready["control_token"]}}, "Timeout": 30}
    make_function(sandbox, "saboteur", source, **settings)
    assert sandbox.client("lambda").invoke(FunctionName="saboteur")["Payload"].read() == b'"done"'
    with refused("ServiceException"):
        sandbox.client("lambda").invoke(FunctionName="saboteur")


def test_other_services_fail_in_their_own_shape(sandbox: RunningSandbox) -> None:
    rules = [
        {"operations": "s3:ListAllMyBuckets", "code": "SlowDown", "status": 503},
        {"operations": "iam:*", "code": "Throttling", "message": "Rate exceeded"},
        {"operations": "sts:GetCallerIdentity", "code": "ServiceUnavailable", "status": 503},
    ]
    sandbox.control("faults", {"errors": rules})
    with refused("SlowDown"):
        sandbox.client("s3").list_buckets()
    with refused("Throttling", "Rate exceeded"):
        sandbox.client("iam").list_roles()
    with refused("ServiceUnavailable"):
        sandbox.client("sts").get_caller_identity()


def test_half_the_calls_fail_in_the_same_places_in_a_numbered_world(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        numbered = start_sandbox(tmp_path / name, "--seed-number", "7")
        try:
            rule = {"operations": "*", "code": "InternalErrorException", "rate": 0.5}
            numbered.control("faults", {"errors": [rule]})
            found.append([does_answer(numbered) for _ in range(20)])
        finally:
            numbered.stop()
    assert found[0] == found[1]
    assert {True, False} == set(found[0])


def does_answer(sandbox: RunningSandbox) -> bool:
    """Whether one call came through."""
    try:
        list_pools(sandbox)
    except ClientError:
        return False
    return True


def test_a_category_is_throttled_at_its_published_rate_and_refills(sandbox: RunningSandbox) -> None:
    # api-quotas.md 2: UserPoolRead has 15 requests a second, ListUserPools and DescribeUserPool together.
    idp = sandbox.client("cognito-idp")
    pool_id = make_pool(sandbox).pool_id
    sandbox.control("clock", {"is_frozen": True})
    sandbox.control("faults", {"is_throttled": True})
    for _ in range(14):
        idp.list_user_pools(MaxResults=1)
    idp.describe_user_pool(UserPoolId=pool_id)
    calls: list[Any] = [lambda: idp.list_user_pools(MaxResults=1), lambda: idp.describe_user_pool(UserPoolId=pool_id)]
    for call in calls:
        with refused("TooManyRequestsException", "Rate exceeded"):
            call()
    sandbox.client("cognito-idp", region="eu-central-1").list_user_pools(MaxResults=1)
    idp.list_users(UserPoolId=pool_id)
    sandbox.advance(1)
    idp.list_user_pools(MaxResults=1)


def test_one_operation_on_one_pool_is_throttled_sooner(sandbox: RunningSandbox) -> None:
    # api-quotas.md 1: in the categories marked so, any single operation is limited to 5 a second per user pool.
    idp = sandbox.client("cognito-idp")
    pool_id = make_pool(sandbox).pool_id
    sandbox.control("clock", {"is_frozen": True})
    sandbox.control("faults", {"is_throttled": True})
    for _ in range(5):
        idp.list_groups(UserPoolId=pool_id)
    with refused("TooManyRequestsException", "Rate exceeded"):
        idp.list_groups(UserPoolId=pool_id)
    idp.list_resource_servers(UserPoolId=pool_id, MaxResults=1)


def test_identity_pool_operations_have_a_rate_each(sandbox: RunningSandbox) -> None:
    # api-quotas.md 4: ListIdentities has 5 requests a second.
    identity = sandbox.client("cognito-identity")
    made = identity.create_identity_pool(IdentityPoolName="rates", AllowUnauthenticatedIdentities=True)
    sandbox.control("clock", {"is_frozen": True})
    sandbox.control("faults", {"is_throttled": True})
    for _ in range(5):
        identity.list_identities(IdentityPoolId=made["IdentityPoolId"], MaxResults=1)
    with refused("TooManyRequestsException", "Rate exceeded"):
        identity.list_identities(IdentityPoolId=made["IdentityPoolId"], MaxResults=1)


def test_an_outage_leaves_only_the_knobs(sandbox: RunningSandbox) -> None:
    sandbox.control("faults", {"outage": "unavailable"})
    with pytest.raises(ClientError) as caught:
        list_pools(sandbox)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    sandbox.control("faults", {"outage": "refused"})
    with pytest.raises((EndpointConnectionError, ConnectionClosedError)):
        list_pools(sandbox)
    sandbox.control("faults", {"outage": "none"})
    list_pools(sandbox)


def test_a_hosted_page_can_be_slow_and_broken(sandbox: RunningSandbox) -> None:
    sandbox.control("faults", {"errors": [{"operations": "hosted-ui:GET /login", "code": "X", "status": 502}]})
    with pytest.raises(HTTPError) as caught:
        direct.open(f"{sandbox.endpoint}/_hosted/nobody/login", timeout=10)
    with caught.value as answer:
        assert answer.code == 502


def test_the_clock_is_set_and_stopped_and_the_date_follows(sandbox: RunningSandbox) -> None:
    state = sandbox.control("clock", {"now": "2031-05-06T07:08:09Z", "is_frozen": True})
    moment = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert (state["now"], state["is_frozen"]) == (moment.timestamp(), True)
    headers = list_pools(sandbox)["ResponseMetadata"]["HTTPHeaders"]
    assert parsedate_to_datetime(headers["date"]) == moment
    assert sandbox.control("clock", {"advance_s": 60})["now"] == moment.timestamp() + 60
    made = sandbox.client("cognito-idp").create_user_pool(PoolName="later")["UserPool"]
    assert made["CreationDate"].timestamp() == moment.timestamp() + 60
    going = sandbox.control("clock", {"is_frozen": False})
    assert not going["is_frozen"]
    assert moment.timestamp() + 60 <= going["now"] < moment.timestamp() + 70
    assert sandbox.control("clock")["now"] >= going["now"]


def test_signatures_can_be_held_against_the_moved_clock(sandbox: RunningSandbox) -> None:
    sandbox.control("clock", {"advance_s": 3600})
    list_pools(sandbox)
    sandbox.control("clock", {"checks_signatures": True})
    with pytest.raises(ClientError, match=r"Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \("):
        list_pools(sandbox)
    with refused("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."):
        sandbox.client("s3").list_buckets()
    sandbox.control("clock", {"advance_s": -7200})
    with pytest.raises(ClientError, match=r"Signature not yet current: .* is still later than .*5 min"):
        sandbox.client("iam").list_roles()
