"""Whatever identity pools, STS and the profile endpoints are sent, they answer in words, and never with a 500."""

import json
import random
import uuid
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from tests.sandbox.identity_pools.visitors import IDENTITY_POOL, PROVIDER
from tests.sandbox.profile_endpoints.kit import call
from tests.sandbox.test_robustness import send
from tests.sandbox_fixture import RunningSandbox

TEXTS = [
    *("", "a", "é🌙", "\x00", "null", "-1", "--1", "1" * 5000, "a" * 300, "s3:GetObject"),
    *(IDENTITY_POOL, PROVIDER, "accounts.google.com", "cognito-identity.amazonaws.com", "a.b.c", "e30.e30.e30"),
    *("arn:aws:iam::210987654321:role/MoonletterGuest", "210987654321", "123456"),
    *("arn:aws:iam::210987654321:saml-provider/x", "us-east-1:00000000-0000-4000-8000-000000000000"),
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
]
STRANGE: list[Any] = [None, True, 0, -1, 2**70, 1.5, [], {}, [None], {"a": None}]


def model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def value(dice: random.Random, shape: Shape) -> Any:
    """Something like the shape, or something strange."""
    if dice.random() < 0.04:
        return dice.choice(STRANGE)
    if isinstance(shape, StructureShape):
        wanted = [name for name in shape.members if name in shape.required_members or dice.random() < 0.4]
        return {name: value(dice, shape.members[name]) for name in wanted}
    if isinstance(shape, ListShape):
        return [value(dice, shape.member) for _ in range(dice.randint(0, 2))]
    if isinstance(shape, MapShape):
        return {dice.choice(TEXTS): value(dice, shape.value) for _ in range(dice.randint(0, 2))}
    if shape.type_name == "boolean":
        return dice.choice([True, False])
    if shape.type_name in ("integer", "long"):
        return dice.choice([0, 1, 60, 900, 3600, 2**40])
    enum = getattr(shape, "enum", None)
    return dice.choice([*enum, *TEXTS[:3]]) if enum else dice.choice(TEXTS)


def fields(prefix: str, given: Any) -> dict[str, str]:
    """Parameters as the query protocol has them."""
    if isinstance(given, dict):
        members = [fields(f"{prefix}.{name}" if prefix else name, each) for name, each in given.items()]
        return {name: text for member in members for name, text in member.items()}
    if isinstance(given, list):
        listed = [fields(f"{prefix}.member.{number}", each) for number, each in enumerate(given, start=1)]
        return {name: text for member in listed for name, text in member.items()}
    return {prefix: str(given)}


def rounds(seed: int) -> random.Random:
    return random.Random(f"identity pools {seed}")


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(each, marks=pytest.mark.full) for each in range(2, 20))])
def test_every_operation_of_identity_pools_survives_nonsense(demo_sandbox: RunningSandbox, seed: int) -> None:
    dice, service = rounds(seed), model("cognito-identity")
    kept = demo_sandbox.client("cognito-identity").describe_identity_pool(IdentityPoolId=IDENTITY_POOL)
    for name in service.operation_names:
        if name in ("DeleteIdentityPool", "UpdateIdentityPool", "SetIdentityPoolRoles"):
            continue  # they would take the demo's own pool away; their parameters are checked like the others'
        for _ in range(6):
            shape = service.operation_model(name).input_shape
            assert shape is not None
            body = json.dumps(value(dice, shape)).encode()
            headers = {
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": f"AWSCognitoIdentityService.{name}",
            }
            status = send(demo_sandbox, "cognito-identity", "POST", "/", body, headers)
            assert status < 500, (name, body)
    now = demo_sandbox.client("cognito-identity").describe_identity_pool(IdentityPoolId=IDENTITY_POOL)
    assert {**now, "ResponseMetadata": 0} == {**kept, "ResponseMetadata": 0}


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(each, marks=pytest.mark.full) for each in range(2, 20))])
def test_sts_and_the_simulator_survive_nonsense(demo_sandbox: RunningSandbox, seed: int) -> None:
    dice = rounds(seed)
    sts, iam = model("sts"), model("iam")
    simulations = [name for name in iam.operation_names if name.startswith(("Simulate", "GetContextKeys"))]
    for service, name in [*((sts, name) for name in sts.operation_names), *((iam, name) for name in simulations)]:
        for _ in range(6):
            shape = service.operation_model(name).input_shape
            given = fields("", value(dice, shape)) if shape is not None else {}
            form = {"Action": name, "Version": service.api_version, **given}
            body = urlencode(form, quote_via=quote).encode()
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            status = send(demo_sandbox, service.service_name, "POST", "/", body, headers)
            assert status < 500 or status == 501, (name, form)


@pytest.mark.parametrize("seed", [0, *(pytest.param(each, marks=pytest.mark.full) for each in range(1, 10))])
def test_the_profile_endpoints_survive_nonsense(demo_sandbox: RunningSandbox, seed: int) -> None:
    dice = rounds(seed)
    oidc = model("sso-oidc")
    for name in oidc.operation_names:
        operation = oidc.operation_model(name)
        assert operation.input_shape is not None
        for _ in range(8):
            body = json.dumps(value(dice, operation.input_shape)).encode()
            url = f"{demo_sandbox.endpoint}/_sso/oidc{operation.http['requestUri']}"
            answer = call(url, "POST", {"Content-Type": "application/json"}, body)
            assert answer.status < 500, (name, body, answer.text)
    paths = ["/_sso/device", "/_sso/oidc/authorize", "/_sso/x", "/_imds/latest/meta-data/", "/_container/credentials/x"]
    paths += [f"/_sso/portal/{each}" for each in ("assignment/roles", "assignment/accounts", "federation/credentials")]
    names = ["user_code", "client_id", "redirect_uri", "role_name", "account_id", "next_token", "max_result", "state"]
    for _ in range(60):
        query = urlencode({name: dice.choice(TEXTS) for name in dice.sample(names, 3)})
        shown = dice.choice(["x", "e30", "a" * 400])
        headers = dict.fromkeys(("x-amz-sso_bearer_token", "X-aws-ec2-metadata-token", "Authorization"), shown)
        method, path = dice.choice(["GET", "POST", "PUT", "DELETE"]), dice.choice(paths)
        form = query.encode() if method != "GET" else None
        answer = call(f"{demo_sandbox.endpoint}{path}?{query}", method, headers, form)
        assert answer.status < 500, (method, path, query, answer.text)


def test_a_program_with_a_strange_name_harms_no_page(demo_sandbox: RunningSandbox) -> None:
    name = f"<script>alert('{uuid.uuid4()}')</script>"
    body = json.dumps({"clientName": name, "clientType": "public"}).encode()
    made = json.loads(call(f"{demo_sandbox.endpoint}/_sso/oidc/client/register", "POST", {}, body).text)
    start = {"startUrl": f"{demo_sandbox.endpoint}/_sso/start"} | {
        key: made[key] for key in ("clientId", "clientSecret")
    }
    url = f"{demo_sandbox.endpoint}/_sso/oidc/device_authorization"
    started = json.loads(call(url, "POST", {}, json.dumps(start).encode()).text)
    page = call(started["verificationUriComplete"])
    assert name not in page.text
    assert "&lt;script&gt;" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
