"""PreTokenGeneration, versions 1 to 3."""

import base64
import json
import urllib.parse
import urllib.request
from typing import Any

import pytest

from tests.sandbox.pools import PASSWORD, refused
from tests.sandbox.triggers.scene import Scene, make_scene
from tests.sandbox_fixture import RunningSandbox, direct

ROLE = "arn:aws:iam::210987654321:role/readers"


def claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return decoded


def make(sandbox: RunningSandbox, name: str, version: str, body: str, **client: Any) -> Scene:
    scene = make_scene(sandbox, name, [], body, client=client)
    config = {"PreTokenGenerationConfig": {"LambdaArn": scene.function_arn, "LambdaVersion": version}}
    scene.pool.idp.update_user_pool(UserPoolId=scene.pool.pool_id, LambdaConfig=config)
    scene.pool.add_user("ada", email="ada@moon.example")
    scene.pool.idp.create_group(UserPoolId=scene.pool.pool_id, GroupName="readers", RoleArn=ROLE)
    scene.pool.idp.admin_add_user_to_group(UserPoolId=scene.pool.pool_id, Username="ada", GroupName="readers")
    return scene


def test_version_one_changes_the_id_token_and_keeps_what_it_may_not_change(sandbox: RunningSandbox) -> None:
    body = """
event["response"]["claimsOverrideDetails"] = {
    "claimsToAddOrOverride": {"moon": "full", "email": "other@moon.example", "sub": "me", "both": "x"},
    "claimsToSuppress": ["both", "email_verified", "aud"]}
""".strip()
    scene = make(sandbox, "tokens-1", "V1_0", body)
    tokens = scene.pool.tokens("ada")
    identity, access = claims(tokens["IdToken"]), claims(tokens["AccessToken"])
    assert (identity["moon"], identity["email"]) == ("full", "other@moon.example")
    assert identity["sub"] == access["sub"] != "me"
    assert identity["aud"] == scene.pool.client_id
    assert "both" not in identity
    assert "moon" not in access
    assert identity["cognito:groups"] == ["readers"]
    (event,) = scene.events()
    assert (event["version"], event["triggerSource"]) == ("1", "TokenGeneration_Authentication")
    assert event["request"]["groupConfiguration"] == {
        "groupsToOverride": ["readers"],
        "iamRolesToOverride": [ROLE],
        "preferredRole": ROLE,
    }
    assert "scopes" not in event["request"]


def test_version_two_changes_both_tokens_and_scopes(sandbox: RunningSandbox) -> None:
    body = """
event["response"]["claimsAndScopeOverrideDetails"] = {
    "idTokenGeneration": {"claimsToAddOrOverride": {"level": 3, "tags": ["a", "b"]}},
    "accessTokenGeneration": {"claimsToAddOrOverride": {
        "plan": {"name": "gold"}, "aud": event["callerContext"]["clientId"]},
        "scopesToAdd": ["moon/read"], "claimsToSuppress": ["username", "cognito:groups"]}}
""".strip()
    scene = make(sandbox, "tokens-2", "V2_0", body)
    tokens = scene.pool.tokens("ada")
    identity, access = claims(tokens["IdToken"]), claims(tokens["AccessToken"])
    assert (identity["level"], identity["tags"]) == (3, ["a", "b"])
    assert access["plan"] == {"name": "gold"}
    assert access["aud"] == scene.pool.client_id
    assert access["scope"] == "aws.cognito.signin.user.admin moon/read"
    assert access["username"] == "ada"
    assert "cognito:groups" not in access
    (event,) = scene.events()
    assert event["version"] == "2"
    assert event["request"]["scopes"] == ["aws.cognito.signin.user.admin"]


def test_groups_and_roles_can_be_overridden_for_both_tokens(sandbox: RunningSandbox) -> None:
    body = """
event["response"]["claimsOverrideDetails"] = {"groupOverrideDetails": {
    "groupsToOverride": ["editors"], "iamRolesToOverride": ["r1"], "preferredRole": "r1"}}
""".strip()
    scene = make(sandbox, "tokens-groups", "V1_0", body)
    tokens = scene.pool.tokens("ada")
    identity, access = claims(tokens["IdToken"]), claims(tokens["AccessToken"])
    assert identity["cognito:groups"] == access["cognito:groups"] == ["editors"]
    assert (identity["cognito:roles"], identity["cognito:preferred_role"]) == (["r1"], "r1")
    assert "cognito:roles" not in access


def test_empty_group_details_take_the_groups_away(sandbox: RunningSandbox) -> None:
    body = 'event["response"]["claimsOverrideDetails"] = {"groupOverrideDetails": None}'
    scene = make(sandbox, "tokens-no-groups", "V1_0", body)
    assert not [name for name in claims(scene.pool.tokens("ada")["IdToken"]) if "groups" in name or "role" in name]


def test_a_refresh_asks_again(sandbox: RunningSandbox) -> None:
    scene = make(sandbox, "tokens-refresh", "V1_0", "pass")
    refresh = scene.pool.tokens("ada")["RefreshToken"]
    parameters = {"REFRESH_TOKEN": refresh}
    scene.pool.public.initiate_auth(
        AuthFlow="REFRESH_TOKEN_AUTH", ClientId=scene.pool.client_id, AuthParameters=parameters
    )
    assert scene.sources() == ["TokenGeneration_Authentication", "TokenGeneration_RefreshTokens"]


def test_a_new_password_is_an_occasion_of_its_own(sandbox: RunningSandbox) -> None:
    scene = make(sandbox, "tokens-new-password", "V1_0", "pass")
    scene.pool.idp.admin_set_user_password(
        UserPoolId=scene.pool.pool_id, Username="ada", Password="Temporary-2026", Permanent=False
    )
    asked = scene.pool.sign_in("ada", "Temporary-2026")
    scene.pool.public.respond_to_auth_challenge(
        ClientId=scene.pool.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": PASSWORD},
        ClientMetadata={"why": "first"},
    )
    (event,) = scene.events()
    assert event["triggerSource"] == "TokenGeneration_NewPasswordChallenge"
    assert event["request"]["clientMetadata"] == {"why": "first"}


@pytest.mark.parametrize(
    ("name", "version", "body"),
    [
        ("not-text", "V1_0", '{"claimsOverrideDetails": {"claimsToAddOrOverride": {"a": 1}}}'),
        ("no-object", "V2_0", '{"claimsAndScopeOverrideDetails": []}'),
        (
            "not-simple",
            "V2_0",
            '{"claimsAndScopeOverrideDetails": {"idTokenGeneration": {"claimsToAddOrOverride": {"address": {}}}}}',
        ),
    ],
)
def test_overrides_of_the_wrong_type_are_an_invalid_response(
    sandbox: RunningSandbox, name: str, version: str, body: str
) -> None:
    scene = make(sandbox, name, version, f'event["response"] = {body}')
    with refused("InvalidLambdaResponseException"):
        scene.pool.sign_in("ada")


def test_version_three_is_asked_about_machines(sandbox: RunningSandbox) -> None:
    """hosted-ui.md 4: client_credentials, aws_client_metadata is URL-encoded JSON for the trigger's version 3."""
    body = """
if event["triggerSource"] == "TokenGeneration_ClientCredentials":
    event["response"]["claimsAndScopeOverrideDetails"] = {"accessTokenGeneration": {
        "claimsToAddOrOverride": {"tenant": "moon"}, "scopesToSuppress": ["shop/write"]}}
""".strip()
    scene = make(sandbox, "tokens-3", "V3_0", body)
    pool = scene.pool
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")]
    pool.idp.create_resource_server(UserPoolId=pool.pool_id, Identifier="shop", Name="shop", Scopes=scopes)
    machine = pool.add_client(
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["shop/read", "shop/write"],
        AllowedOAuthFlowsUserPoolClient=True,
    )
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="machines-three")
    form = {
        "grant_type": "client_credentials",
        "client_id": machine["ClientId"],
        "client_secret": machine["ClientSecret"],
        "aws_client_metadata": '{"tenant": "moon & sun"}',
    }
    request = urllib.request.Request(
        f"{sandbox.endpoint}/_hosted/machines-three/oauth2/token", urllib.parse.urlencode(form).encode()
    )
    with direct.open(request) as answer:
        token = claims(json.load(answer)["access_token"])
    assert (token["tenant"], token["scope"]) == ("moon", "shop/read")
    (event,) = scene.events()
    assert event["version"] == "3"
    assert event["request"]["scopes"] == ["shop/read", "shop/write"]
    assert event["request"]["clientMetadata"] == {"tenant": "moon & sun"}
