"""Predictions with the pool's own function, held against the tokens and the refusals of real sign-ins."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import ExplorerError, WriteRefused
from cognito_explorer.core.insight.pre_token_answer import MOST_CHANGES, apply_answer, read_answer
from cognito_explorer.core.insight.pre_token_trigger import LIMIT_S
from cognito_explorer.core.insight.token_preview import Preview, PreviewRequest
from cognito_explorer.core.user_pools.app_clients import describe_app_client
from tests.core.insight.pre_token_stage import configure, door, predict, request_for, scene, without_drawn
from tests.sandbox.functions.lambdas import allow_pool
from tests.sandbox.hosted_ui.browser import Browser, SignIn
from tests.sandbox.triggers.scene import Scene
from tests.sandbox_fixture import RunningSandbox

__all__ = ["door", "scene"]

NAMES = (
    "idTokenGeneration",
    "accessTokenGeneration",
    "groupOverrideDetails",
    "groupsToOverride",
    "claimsToAddOrOverride",
    "claimsToSuppress",
    "scopesToAdd",
    "sub",
    "exp",
    "moon",
)


@pytest.mark.parametrize(
    ("version", "username"), [("V1_0", "ada"), ("V2_0", "ada"), ("V2_0", "grace"), ("V3_0", "linus")]
)
async def test_what_is_predicted_with_the_function_is_what_is_issued(
    door: Aws, scene: Scene, version: str, username: str
) -> None:
    configure(scene, version)
    predicted = await predict(door, scene, await request_for(door, scene, username))
    issued = scene.pool.tokens(username)
    assert predicted.identity == without_drawn(issued["IdToken"])
    assert predicted.access == without_drawn(issued["AccessToken"])
    ours, cognitos = scene.events()[-2:]
    assert ours == cognitos


async def test_a_hosted_sign_in_is_predicted_with_its_scopes(
    door: Aws, scene: Scene, demo_sandbox: RunningSandbox
) -> None:
    configure(scene, "V2_0")
    predicted = await predict(door, scene, await request_for(door, scene, "ada", scopes=("openid", "email")))
    attempt = SignIn(client_id=scene.pool.client_id, scope="openid email")
    with Browser(demo_sandbox, "decides") as browser:
        issued = attempt.exchange(browser, attempt.code(browser)).json()
    assert predicted.identity == without_drawn(issued["id_token"])
    assert predicted.access == without_drawn(issued["access_token"])
    assert predicted.access["scope"] == "openid moon/read"
    ours, cognitos = scene.events()[-2:]
    assert ours["triggerSource"] == cognitos["triggerSource"] == "TokenGeneration_HostedAuth"
    assert ours["request"] == cognitos["request"]


async def test_a_machines_token_is_predicted_with_version_three(
    door: Aws, scene: Scene, demo_sandbox: RunningSandbox
) -> None:
    configure(scene, "V3_0")
    made = scene.pool.add_client(
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["shop/read", "shop/write"],
        AllowedOAuthFlowsUserPoolClient=True,
    )
    client = await describe_app_client(door, scene.pool.pool_id, made["ClientId"])
    predicted = await predict(door, scene, PreviewRequest(client))
    with Browser(demo_sandbox, "decides") as browser:
        secret = {"client_id": client.client_id, "client_secret": client.secret}
        issued = browser.token(grant_type="client_credentials", **secret).json()
    assert predicted.identity == {}
    assert predicted.access == without_drawn(issued["access_token"])
    assert predicted.access["scope"] == "shop/read moon/read"
    ours, cognitos = scene.events()[-2:]
    assert ours["request"] == cognitos["request"]
    assert ours["userName"] == cognitos["userName"]


@pytest.mark.parametrize("username", ["raises", "crashes", "garbles", "types"])
async def test_a_function_that_fails_is_told_as_a_sign_in_would_be(door: Aws, scene: Scene, username: str) -> None:
    configure(scene, "V2_0")
    with pytest.raises(ExplorerError) as ours:
        await predict(door, scene, await request_for(door, scene, username))
    with pytest.raises(ClientError) as cognitos:
        scene.pool.sign_in(username)
    error = cognitos.value.response["Error"]
    assert ours.value.code == error["Code"]
    words = [text.partition("RequestId")[0] for text in (ours.value.said, error["Message"])]
    assert words[0] == words[1]


async def test_only_an_administrator_may_invoke_it_and_it_is_journalled(door: Aws, scene: Scene) -> None:
    configure(scene, "V1_0")
    request = await request_for(door, scene, "ada")
    for mode in ("read-only", "support"):
        door.permit.switch(mode)
        with pytest.raises(WriteRefused):
            await predict(door, scene, request)
    assert door.journal.recent() == ()
    door.permit.switch("admin")
    await predict(door, scene, request)
    (change,) = door.journal.recent()
    assert (change.action, change.outcome, change.scope) == ("Invoke", "accepted", scene.pool.pool_id)
    assert change.target == "function decides, tokens of user ada predicted"
    assert change.after["invoked with"].startswith("TokenGeneration_Authentication, event V1_0")
    assert "writes, sends and calls" in change.after["side effects"]
    logged = next(call for call in door.calls.recent() if call.operation == "Invoke")
    assert logged.parameters["Payload"] == "•••"


async def test_what_the_function_may_not_change_is_named(door: Aws, scene: Scene) -> None:
    configure(scene, "V1_0")
    predicted = await predict(door, scene, await request_for(door, scene, "ada"))
    (note,) = [each for each in predicted.notes if "in vain" in each]
    assert "sub, iss, username, cognito:username, token_use, exp, aud" in note
    assert "moon" not in note


async def test_a_function_that_does_not_let_cognito_in_is_told(
    door: Aws, scene: Scene, demo_sandbox: RunningSandbox
) -> None:
    configure(scene, "V2_0")
    request = await request_for(door, scene, "grace")
    assert not [each for each in (await predict(door, scene, request)).notes if "Cognito may not" in each]
    functions = demo_sandbox.client("lambda")
    (statement,) = json.loads(functions.get_policy(FunctionName=scene.function_arn)["Policy"])["Statement"]
    functions.remove_permission(FunctionName=scene.function_arn, StatementId=statement["Sid"])
    try:
        predicted = await predict(door, scene, request)
        with pytest.raises(ClientError) as refused:
            scene.pool.sign_in("grace")
    finally:
        pool = scene.pool.idp.describe_user_pool(UserPoolId=scene.pool.pool_id)["UserPool"]
        allow_pool(demo_sandbox, scene.function_arn, pool["Arn"])
    assert [each for each in predicted.notes if "Cognito may not" in each]
    assert refused.value.response["Error"]["Code"] == "UnexpectedLambdaException"


def test_it_waits_no_longer_than_cognito_does() -> None:
    assert LIMIT_S == 5


def answer(details: Any, member: str = "claimsAndScopeOverrideDetails") -> bytes:
    return json.dumps({"response": {member: details}}).encode()


@pytest.mark.parametrize(
    ("version", "payload"),
    [
        ("V2_0", b"\xff"),
        ("V2_0", b"{"),
        ("V2_0", b"[" * 100_000),
        ("V2_0", b"null"),
        ("V2_0", b'{"response": {}, "more": NaN}'),
        ("V2_0", b'{"response": null}'),
        ("V2_0", answer([])),
        ("V2_0", answer({"accessTokenGeneration": {"scopesToAdd": "moon/read"}})),
        ("V2_0", answer({"accessTokenGeneration": {"scopesToAdd": [1]}})),
        ("V2_0", answer({"groupOverrideDetails": {"preferredRole": 1}})),
        ("V2_0", answer({"idTokenGeneration": {"claimsToAddOrOverride": {"address": {}}}})),
        ("V2_0", answer({"idTokenGeneration": {"claimsToSuppress": ["x"] * (MOST_CHANGES + 1)}})),
        ("V1_0", answer({"claimsToAddOrOverride": {"level": 3}}, "claimsOverrideDetails")),
    ],
)
def test_what_cognito_could_not_read_is_refused_with_its_code(version: str, payload: bytes) -> None:
    with pytest.raises(ExplorerError) as refused:
        read_answer(payload, version)
    assert refused.value.code == "InvalidLambdaResponseException"


@pytest.mark.parametrize("details", [None, {}, {"idTokenGeneration": None}])
def test_a_function_that_decides_nothing_changes_nothing(details: Any) -> None:
    predicted = Preview({"sub": "s"}, {"sub": "s", "scope": "openid", "username": "ada"})
    assert apply_answer(predicted, read_answer(answer(details), "V2_0")) == predicted


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(details=st.dictionaries(st.sampled_from(NAMES), JSON), version=st.sampled_from(["V1_0", "V2_0"]))
def test_no_answer_makes_it_fall_over_or_changes_what_is_fixed(details: dict[str, Any], version: str) -> None:
    fixed = {"sub": "s", "iss": "i", "exp": 1, "token_use": "id"}
    predicted = Preview({**fixed, "aud": "web"}, {**fixed, "client_id": "web", "scope": "openid", "username": "ada"})
    member = "claimsOverrideDetails" if version == "V1_0" else "claimsAndScopeOverrideDetails"
    try:
        found = apply_answer(predicted, read_answer(answer(details, member), version))
    except ExplorerError as error:
        assert error.code == "InvalidLambdaResponseException"
        return
    for claims in (found.identity, found.access):
        assert {name: claims[name] for name in fixed} == fixed
