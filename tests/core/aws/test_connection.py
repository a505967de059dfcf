"""Which credentials, endpoints and retries a client really gets."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore import UNSIGNED
from botocore.utils import parse_timestamp

from cognito_explorer.core.aws import credentials
from cognito_explorer.core.aws.connection import Answer, Connection
from cognito_explorer.core.profiles import Profile

KEYS = Profile(
    id="k", name="K", kind="keys", region="us-east-1", color="", access_key_id="AKIAOWN", secret_access_key="own"
)


@pytest.fixture
def connection() -> Iterator[Connection]:
    made = Connection(KEYS, "us-east-1")
    yield made
    made.close()


def test_entered_keys_are_never_mixed_with_the_environment(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "env")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "env token")
    monkeypatch.setenv("AWS_PROFILE", "missing")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    client = connection.client("cognito-idp", "read")
    keys = client._request_signer._credentials
    assert (keys.access_key, keys.secret_key, keys.token) == ("AKIAOWN", "own", None)
    assert client.meta.endpoint_url == "https://cognito-idp.us-east-1.amazonaws.com"


def test_reads_are_repeated_and_writes_and_public_calls_are_not(connection: Connection) -> None:
    attempts = {
        mode: connection.client("cognito-idp", mode).meta.config.retries["total_max_attempts"]
        for mode in ("read", "write", "public")
    }
    assert attempts == {"read": 3, "write": 1, "public": 1}


def test_public_clients_sign_nothing(connection: Connection) -> None:
    assert connection.client("cognito-identity", "public").meta.config.signature_version is UNSIGNED
    assert connection.client("cognito-identity", "read").meta.config.signature_version == "v4"


def test_other_credentials_are_tried_once_only() -> None:
    single = Connection(KEYS, "us-east-1", is_single_shot=True)
    assert single.client("sts", "read").meta.config.retries["total_max_attempts"] == 1
    single.close()


def test_a_client_is_made_once(connection: Connection) -> None:
    assert connection.client("sts", "read") is connection.client("sts", "read")


def test_no_proxy_stands_between_us_and_a_local_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    local = Profile(
        **{name: getattr(KEYS, name) for name in Profile.__dataclass_fields__} | {"endpoint_url": "http://127.0.0.1:1"}
    )
    connection = Connection(local, "us-east-1")
    assert connection.client("cognito-idp", "read").meta.config.proxies == {}
    connection.close()


def test_every_call_says_who_asks(connection: Connection) -> None:
    agent = connection.client("cognito-idp", "read").meta.config.user_agent
    assert agent.startswith("Cognito-Explorer/")
    assert " Botocore/" in agent


@pytest.mark.parametrize("value", [0, 1_700_000_000, 1_700_000_000.25, -1.5, "2026-01-02T03:04:05Z", 100_000_000_000])
def test_times_are_what_botocore_reads_but_in_utc(value: Any) -> None:
    read = credentials._utc(value)
    assert read == parse_timestamp(value)
    assert read.utcoffset() == timedelta(0)


def test_what_was_answered_stands_in_no_repr() -> None:
    assert "secret" not in repr(Answer({}, response={"AuthenticationResult": {"AccessToken": "secret"}}))
