"""Every operation of both services, with parameters made from the model: never a 500, never a hang."""

import http.client
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.sandbox.fuzz_shapes import Maker
from tests.sandbox.pools import PASSWORD, make_pool
from tests.sandbox_fixture import RunningSandbox, start_sandbox

TARGETS = {
    "cognito-idp": "AWSCognitoIdentityProviderService",
    "cognito-identity": "AWSCognitoIdentityService",
}
MODELS = {service: botocore.session.get_session().get_service_model(service) for service in TARGETS}
OPERATIONS = [(service, name) for service, model in MODELS.items() for name in model.operation_names]
QUICK, DEEP, ROUNDS = 4, 100, 3
TIMEOUT_S = 20


class Fuzzed:
    """A sandbox of its own with something of everything in it, and one connection to it."""

    def __init__(self, running: RunningSandbox) -> None:
        self.running = running
        self.connection = http.client.HTTPConnection(urlsplit(running.endpoint).netloc, timeout=TIMEOUT_S)
        self.keys = Credentials(running.ready["access_key_id"], running.ready["secret_access_key"])
        self.known: dict[str, list[Any]] = {}
        self.refill()

    def refill(self) -> None:
        """A fresh pool with a user, a group, clients, tokens, and an identity pool beside it."""
        pool = make_pool(self.running)
        secret_client = pool.add_client(GenerateSecret=True)
        pool.add_user("ada", email="ada@moonletter.example", email_verified="true")
        pool.idp.create_group(UserPoolId=pool.pool_id, GroupName="paid")
        pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, Username="ada", GroupName="paid")
        tokens = pool.tokens("ada")
        provider = f"cognito-idp.us-east-1.amazonaws.com/{pool.pool_id}"
        identity = self.running.client("cognito-identity")
        identity_pool_id = identity.create_identity_pool(
            IdentityPoolName="fuzz",
            AllowUnauthenticatedIdentities=True,
            CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": pool.client_id}],
        )["IdentityPoolId"]
        identity_id = identity.get_id(IdentityPoolId=identity_pool_id)["IdentityId"]
        role = "arn:aws:iam::210987654321:role/somebody"
        self.known = {
            "UserPoolId": [pool.pool_id],
            "ClientId": [pool.client_id, secret_client["ClientId"]],
            "Username": ["ada"],
            "USERNAME": ["ada"],
            "GroupName": ["paid"],
            "AccessToken": [tokens["AccessToken"]],
            "RefreshToken": [tokens["RefreshToken"]],
            "Token": [tokens["RefreshToken"]],
            "Password": [PASSWORD],
            "IdentityPoolId": [identity_pool_id],
            "IdentityId": [identity_id],
            "Logins": [tokens["IdToken"], provider],
            "ResourceArn": [f"arn:aws:cognito-idp:us-east-1:210987654321:userpool/{pool.pool_id}"],
            "RoleArn": [role],
            "AuthParameters": ["ada", PASSWORD, "USERNAME", "PASSWORD", "SRP_A", "REFRESH_TOKEN", "ff"],
            "ChallengeResponses": ["ada", PASSWORD, "USERNAME", "NEW_PASSWORD", "TIMESTAMP", "SMS_MFA_CODE"],
            "Name": ["email", "sub", "custom:plan", "phone_number"],
        }

    def call(self, service: str, operation: str, params: Any, *, is_signed: bool) -> tuple[int, bytes]:
        """Send one call and return its status and body."""
        body = json.dumps(params).encode()
        headers = {
            "X-Amz-Target": f"{TARGETS[service]}.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
        }
        if is_signed:
            request = AWSRequest("POST", self.running.endpoint + "/", headers=headers, data=body)
            SigV4Auth(self.keys, service, "us-east-1").add_auth(request)
            headers = dict(request.headers.items())
        self.connection.request("POST", "/", body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    """One sandbox for all of it, as a server on the network would be."""
    running = start_sandbox(tmp_path_factory.mktemp("fuzz") / "world", "--seed-number", "1")
    there = Fuzzed(running)
    yield there
    there.connection.close()
    assert running.stop() == 0


def check(fuzzed: Fuzzed, service: str, name: str, seed: int) -> None:
    """A few calls of one operation with made-up parameters."""
    model = MODELS[service].operation_model(name)
    maker = Maker(random.Random(seed), fuzzed.known)
    is_public = model.auth_type == "none" or "smithy.api#noAuth" in (model.auth or ())
    for _ in range(ROUNDS):
        params = maker.value(model.input_shape) if model.input_shape is not None else {}
        note(f"{service} {name} {json.dumps(params)}")
        status, body = fuzzed.call(service, name, params, is_signed=not is_public)
        assert status < 500, (service, name, params, body)
        answer = json.loads(body)
        assert status == 200 or answer["__type"], body


@pytest.mark.parametrize(("service", "name"), OPERATIONS, ids=[name for _, name in OPERATIONS])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=QUICK, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_an_operation_answers_whatever_it_is_sent(fuzzed: Fuzzed, service: str, name: str, seed: int) -> None:
    if "Delete" in name:
        fuzzed.refill()
    check(fuzzed, service, name, seed)


@pytest.mark.full
@pytest.mark.parametrize(("service", "name"), OPERATIONS, ids=[name for _, name in OPERATIONS])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=DEEP, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_an_operation_answers_whatever_it_is_sent_for_long(fuzzed: Fuzzed, service: str, name: str, seed: int) -> None:
    if "Delete" in name and seed % 5 == 0:
        fuzzed.refill()
    check(fuzzed, service, name, seed)


def test_what_was_fuzzed_opens_again(fuzzed: Fuzzed, tmp_path: Path) -> None:
    fuzzed.refill()
    pool_id = fuzzed.known["UserPoolId"][0]
    idp = fuzzed.running.client("cognito-idp")
    assert idp.list_users(UserPoolId=pool_id)["Users"][0]["Username"] == "ada"
