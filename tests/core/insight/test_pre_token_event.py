"""What the function is told: why it is asked, and the client metadata of whoever signs in."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.insight.pool_facts import PreTokenTrigger
from cognito_explorer.core.insight.pre_token_event import event_of, why_no_metadata
from cognito_explorer.core.insight.pre_token_metadata import read_metadata
from cognito_explorer.core.insight.preview_settings import read_settings
from cognito_explorer.core.insight.token_preview import LastStep, PreviewRequest, preview
from cognito_explorer.core.user_pools.app_clients import describe_app_client
from cognito_explorer.core.user_pools.users import find_user
from tests.core.insight.pre_token_stage import configure, door, predict, request_for, scene, without_drawn
from tests.sandbox.auth.device_client import DeviceClient
from tests.sandbox.auth.srp_client import SrpClient
from tests.sandbox.hosted_ui.browser import Browser
from tests.sandbox.pools import PASSWORD, make_pool
from tests.sandbox.triggers.scene import Scene
from tests.sandbox_fixture import RunningSandbox

__all__ = ["door", "scene"]

METADATA = {"plan": "gold", "from": "telephone"}
AUTOMATIC = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}


def answered(scene: Scene, asked: dict[str, Any], **responses: str) -> dict[str, Any]:
    found: dict[str, Any] = scene.pool.public.respond_to_auth_challenge(
        ClientId=scene.pool.client_id,
        ChallengeName=asked["ChallengeName"],
        ChallengeResponses=responses,
        ClientMetadata=METADATA,
        **{name: asked[name] for name in ("Session",) if name in asked},
    )
    return dict(found["AuthenticationResult"])


def by_one_call(scene: Scene, username: str) -> dict[str, Any]:
    found: dict[str, Any] = scene.pool.public.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=scene.pool.client_id,
        AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
        ClientMetadata=METADATA,
    )
    return found.get("AuthenticationResult") or answered(scene, found, USERNAME=username, NEW_PASSWORD=PASSWORD)


def by_srp(scene: Scene, username: str) -> dict[str, Any]:
    client = SrpClient(scene.pool.pool_id, PASSWORD)
    asked = scene.pool.public.initiate_auth(
        AuthFlow="USER_SRP_AUTH",
        ClientId=scene.pool.client_id,
        AuthParameters={"USERNAME": username, "SRP_A": f"{client.public:x}"},
    )
    return answered(scene, asked, **client.answer(asked["ChallengeParameters"]))


def by_refresh(scene: Scene, username: str) -> dict[str, Any]:
    first = scene.pool.tokens(username)
    found = scene.pool.public.get_tokens_from_refresh_token(
        ClientId=scene.pool.client_id, RefreshToken=first["RefreshToken"], ClientMetadata=METADATA
    )
    return dict(found["AuthenticationResult"])


@pytest.mark.parametrize(
    ("last_step", "username", "sign_in", "source", "has_metadata"),
    [
        ("sign-in", "ada", by_one_call, "Authentication", False),
        ("sign-in", "invited", by_one_call, "NewPasswordChallenge", True),
        ("challenge", "ada", by_srp, "Authentication", True),
        ("refresh", "ada", by_refresh, "RefreshTokens", True),
    ],
)
@pytest.mark.parametrize("version", ["V1_0", "V2_0", "V3_0"])
async def test_client_metadata_goes_along_where_cognito_hands_it_on(
    door: Aws,
    scene: Scene,
    version: str,
    last_step: LastStep,
    username: str,
    sign_in: Callable[[Scene, str], dict[str, Any]],
    source: str,
    has_metadata: bool,
) -> None:
    configure(scene, version)
    if username == "invited":
        scene.pool.add_user(username, email="invited@moon.example")
        set_password = scene.pool.idp.admin_set_user_password
        set_password(UserPoolId=scene.pool.pool_id, Username=username, Password=PASSWORD, Permanent=False)
    request = await request_for(door, scene, username, last_step=last_step, metadata=METADATA)
    before = len(scene.events())
    predicted = await predict(door, scene, request)
    issued = sign_in(scene, username)
    if username == "invited":
        scene.pool.idp.admin_delete_user(UserPoolId=scene.pool.pool_id, Username=username)
    assert predicted.access == without_drawn(issued["AccessToken"])
    assert predicted.identity == without_drawn(issued["IdToken"])
    ours, *_, cognitos = scene.events()[before:]
    assert ours == cognitos
    assert ours["triggerSource"] == f"TokenGeneration_{source}"
    assert ours["request"].get("clientMetadata") == (METADATA if has_metadata else None)
    assert ("client metadata" in door.journal.recent()[0].after) is has_metadata


async def test_a_sign_in_on_a_remembered_device_is_predicted(door: Aws, scene: Scene) -> None:
    configure(scene, "V2_0")
    pool = {"UserPoolId": scene.pool.pool_id}
    config = {"PreTokenGenerationConfig": {"LambdaArn": scene.function_arn, "LambdaVersion": "V2_0"}}
    scene.pool.idp.update_user_pool(**pool, LambdaConfig=config, DeviceConfiguration=AUTOMATIC)
    first = scene.pool.tokens("grace")
    device = DeviceClient(scene.pool, first["NewDeviceMetadata"])
    device.confirm(first["AccessToken"])
    request = await request_for(door, scene, "grace", last_step="device")
    predicted = await predict(door, scene, request)
    asked = scene.pool.public.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=scene.pool.client_id,
        AuthParameters={"USERNAME": "grace", "PASSWORD": PASSWORD, "DEVICE_KEY": device.key},
    )
    issued = device.prove(asked, "grace")["AuthenticationResult"]
    scene.pool.idp.update_user_pool(**pool, LambdaConfig=config)
    ours, cognitos = scene.events()[-2:]
    assert ours == cognitos
    assert ours["triggerSource"] == "TokenGeneration_AuthenticateDevice"
    assert predicted.access | {"device_key": device.key} == without_drawn(issued["AccessToken"])
    notes = preview(replace(request, remembers_devices=False)).notes
    assert any("remembers no devices" in note for note in notes)


async def test_a_machines_metadata_goes_along(door: Aws, scene: Scene, demo_sandbox: RunningSandbox) -> None:
    configure(scene, "V3_0")
    made = scene.pool.add_client(
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["shop/read"],
        AllowedOAuthFlowsUserPoolClient=True,
    )
    client = await describe_app_client(door, scene.pool.pool_id, made["ClientId"])
    await predict(door, scene, PreviewRequest(client, metadata=METADATA))
    with Browser(demo_sandbox, "decides") as browser:
        secret = {"client_id": client.client_id, "client_secret": client.secret}
        browser.token(grant_type="client_credentials", **secret, aws_client_metadata=json.dumps(METADATA))
    ours, cognitos = scene.events()[-2:]
    assert ours == cognitos
    assert ours["request"]["clientMetadata"] == METADATA


async def test_the_hosted_ui_hands_no_metadata_on(door: Aws, scene: Scene) -> None:
    request = await request_for(door, scene, "ada", scopes=("openid",), metadata=METADATA)
    assert "clientMetadata" not in event_of(request, PreTokenTrigger(scene.function_arn, "V2_0"))["request"]
    assert why_no_metadata(request) == "The hosted UI takes no client metadata."
    hosted = event_of(replace(request, last_step="refresh"), PreTokenTrigger(scene.function_arn, "V2_0"))
    assert (hosted["triggerSource"], hosted["request"]["scopes"]) == ("TokenGeneration_RefreshTokens", ["openid"])


async def test_a_pool_of_the_updated_issuer_is_predicted_with_it(door: Aws, demo_sandbox: RunningSandbox) -> None:
    pool = make_pool(demo_sandbox, IssuerConfiguration={"Type": "UPDATED"})
    pool.add_user("ada", email="ada@moon.example")
    try:
        settings = await read_settings(door, pool.pool_id, pool.client_id)
        user = await find_user(door, pool.pool_id, "ada")
        predicted = preview(PreviewRequest(settings.client, user, issuer=settings.issuer))
        issued = pool.tokens("ada")
    finally:
        pool.idp.delete_user_pool(UserPoolId=pool.pool_id)
    assert predicted.access == without_drawn(issued["AccessToken"])
    assert predicted.access["iss"].startswith("https://issuer-cognito-idp.")
    assert (settings.trigger, settings.remembers_devices) == (None, False)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        (" \n ", {}),
        ("plan = gold\n\nquery=a=b", {"plan": "gold", "query": "a=b"}),
        ('{"plan": "gold", "empty": ""}', {"plan": "gold", "empty": ""}),
    ],
)
def test_client_metadata_is_read_as_people_write_it(text: str, found: dict[str, str]) -> None:
    assert read_metadata(text) == found


@pytest.mark.parametrize(
    "text", ["plan", "=gold", "a=1\na=2", '{"plan": 1}', "{", '{"a":' * 50_000, f"a={'x' * 131_073}"]
)
def test_client_metadata_that_cognito_would_refuse_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_metadata(text)
