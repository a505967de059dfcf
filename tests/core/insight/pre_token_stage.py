"""A pool whose pre token generation function decides by user and version, and what predictions of it need."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest

from cognito_explorer.core.auth.tokens import decode
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.insight.pool_facts import read_trigger
from cognito_explorer.core.insight.pre_token_trigger import ask_trigger
from cognito_explorer.core.insight.token_preview import DRAWN, Preview, PreviewRequest, preview
from cognito_explorer.core.user_pools.app_clients import describe_app_client
from cognito_explorer.core.user_pools.groups import list_groups_for_user
from cognito_explorer.core.user_pools.users import find_user
from tests.core.conftest import profile_of
from tests.sandbox.functions.lambdas import ROLE as ROLE_OF_FUNCTIONS
from tests.sandbox.hosted_ui.browser import CALLBACK
from tests.sandbox.triggers.scene import Scene, make_scene
from tests.sandbox_fixture import RunningSandbox

ROLE = "arn:aws:iam::210987654321:role/readers"
# One function for all: what it does goes by the user's name and by the event's version.
BODY = """
who, version = event["userName"], event["version"]
if who == "raises":
    raise ValueError("not tonight")
if who == "crashes":
    import os
    os._exit(3)
if who == "garbles":
    return ["no event"]
if who == "types":
    event["response"] = {"claimsAndScopeOverrideDetails": {"idTokenGeneration": []}}
    return event
fixed = {"sub": "me", "iss": "x", "username": "me", "cognito:username": "me", "token_use": "x", "exp": "1", "aud": "x"}
if version == "1":
    event["response"]["claimsOverrideDetails"] = {
        "claimsToAddOrOverride": {**fixed, "moon": "full", "email": "other@moon.example", "both": "x"},
        "claimsToSuppress": ["both", "email_verified", "sub", "cognito:roles"]}
elif who == "grace":
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": {"claimsToSuppress": ["cognito:groups"]},
        "idTokenGeneration": {"claimsToSuppress": ["cognito:groups"]}}
elif who == "linus":
    event["response"]["claimsAndScopeOverrideDetails"] = {"groupOverrideDetails": None}
else:
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "idTokenGeneration": {"claimsToAddOrOverride": {**fixed, "level": 3, "tags": ["a", {"b": None}]}},
        "accessTokenGeneration": {
            "claimsToAddOrOverride": {**fixed, "aud": event["callerContext"]["clientId"], "plan": {"name": "gold"}},
            "claimsToSuppress": ["client_id", "version"],
            "scopesToAdd": ["moon/read"], "scopesToSuppress": ["email", "shop/write"]},
        "groupOverrideDetails": {"groupsToOverride": ["editors"], "iamRolesToOverride": ["r1"], "preferredRole": "r1"}}
""".strip()
USERS = ("ada", "grace", "linus", "raises", "crashes", "garbles", "types")


@pytest.fixture(scope="module")
def scene(demo_sandbox: RunningSandbox) -> Iterator[Scene]:
    """A pool with people, a group, a domain and the function in the shared world, taken away after."""
    client = {
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "profile"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"],
    }
    made = make_scene(demo_sandbox, "decides", [], BODY, client=client)
    pool = {"UserPoolId": made.pool.pool_id}
    made.pool.idp.create_group(**pool, GroupName="readers", RoleArn=ROLE)
    for name in USERS:
        made.pool.add_user(name, email=f"{name}@moon.example")
        made.pool.idp.admin_add_user_to_group(**pool, Username=name, GroupName="readers")
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")]
    made.pool.idp.create_resource_server(**pool, Identifier="shop", Name="shop", Scopes=scopes)
    made.pool.idp.create_user_pool_domain(**pool, Domain="decides")
    yield made
    made.pool.idp.delete_user_pool_domain(**pool, Domain="decides")
    made.pool.idp.delete_user_pool(**pool)
    demo_sandbox.client("lambda").delete_function(FunctionName=made.function_arn)
    demo_sandbox.client("iam").delete_role(RoleName=ROLE_OF_FUNCTIONS)


@pytest.fixture
async def door(demo_sandbox: RunningSandbox) -> AsyncIterator[Aws]:
    opened = await Aws.open(profile_of(demo_sandbox))
    yield opened
    await opened.drain()
    opened.close()


def configure(scene: Scene, version: str) -> None:
    config = {"PreTokenGenerationConfig": {"LambdaArn": scene.function_arn, "LambdaVersion": version}}
    scene.pool.idp.update_user_pool(UserPoolId=scene.pool.pool_id, LambdaConfig=config)


async def predict(door: Aws, scene: Scene, request: PreviewRequest) -> Preview:
    trigger = await read_trigger(door, scene.pool.pool_id)
    assert trigger is not None
    return await ask_trigger(door, replace(request, trigger=trigger), trigger, preview(request))


async def request_for(door: Aws, scene: Scene, username: str, **changed: Any) -> PreviewRequest:
    client = await describe_app_client(door, scene.pool.pool_id, scene.pool.client_id)
    user = await find_user(door, scene.pool.pool_id, username)
    groups = await list_groups_for_user(door, scene.pool.pool_id, username)
    return PreviewRequest(client, user, groups, **changed)


def without_drawn(token: str) -> dict[str, Any]:
    return {name: value for name, value in decode(token).claims.items() if name not in DRAWN}
