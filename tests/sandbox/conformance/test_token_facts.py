"""Results of sign-ins and their tokens: facts of auth-flows.md sections 1 to 3 and 7 and tokens.md sections 1 to 4."""

import json
from typing import Any

import jwt
import pytest

from tests.sandbox.auth.device_client import DeviceClient
from tests.sandbox.auth.second_factors import MAIL, PHONE, make_mfa_pool, respond
from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn
from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox.triggers.scene import Scene, make_scene
from tests.sandbox_fixture import RunningSandbox

CHOICE = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_AUTH"]}
LEVELS = [f"urn:cognito:loa:{level}" for level in range(1, 5)]
TRACKED = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
DEVELOPERS = [{"Name": each, "AttributeDataType": "String", "DeveloperOnlyAttribute": True} for each in ("seen", "not")]
OAUTH: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": [CALLBACK],
}
THIRD = """
told = {"source": event["triggerSource"], "told": event["request"].get("clientMetadata", {})}
own = {**told, "dev:custom:seen": "forged", "dev:new": "forged"}
access = {**told, "aud": event["callerContext"]["clientId"]}
event["response"]["claimsAndScopeOverrideDetails"] = {
    "idTokenGeneration": {"claimsToAddOrOverride": own, "claimsToSuppress": ["dev:custom:not"]},
    "accessTokenGeneration": {"claimsToAddOrOverride": access, "scopesToSuppress": ["shop/write"]}}
""".strip()


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox)
    made.add_user("ada", email="ada@moonletter.example", email_verified="true", name="Ada")
    return made


@pytest.fixture(scope="module")
def tokens(pool: PoolUnderTest) -> dict[str, Any]:
    return pool.tokens("ada")


def claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def test_a_finished_sign_in_has_three_tokens_a_time_and_a_type(tokens: dict[str, Any]) -> None:
    """auth-flows.md 1: AuthenticationResult holds three tokens, ExpiresIn in seconds and TokenType Bearer."""
    assert tokens.keys() == {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"}
    assert (tokens["ExpiresIn"], tokens["TokenType"]) == (3600, "Bearer")


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_administrators_flows_are_not_for_everybody(pool: PoolUnderTest, flow: str) -> None:
    """auth-flows.md 2: ADMIN_USER_PASSWORD_AUTH and its legacy name are AdminInitiateAuth's only."""
    with refused("InvalidParameterException"):
        pool.public.initiate_auth(
            AuthFlow=flow, ClientId=pool.client_id, AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD}
        )


@pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
def test_a_refresh_brings_an_id_and_an_access_token_alone(
    pool: PoolUnderTest, tokens: dict[str, Any], flow: str
) -> None:
    """auth-flows.md 2 and 7: REFRESH_TOKEN_AUTH, alias REFRESH_TOKEN, gives no refresh token."""
    given = {"REFRESH_TOKEN": tokens["RefreshToken"]}
    answer = pool.public.initiate_auth(AuthFlow=flow, ClientId=pool.client_id, AuthParameters=given)
    result = answer["AuthenticationResult"]
    assert {"IdToken", "AccessToken"} <= result.keys()
    assert "RefreshToken" not in result


def test_tokens_from_a_refresh_token_are_two_without_rotation(pool: PoolUnderTest, tokens: dict[str, Any]) -> None:
    """auth-flows.md 7: GetTokensFromRefreshToken without rotation gives a new ID and a new access token."""
    answer = pool.public.get_tokens_from_refresh_token(RefreshToken=tokens["RefreshToken"], ClientId=pool.client_id)
    result = answer["AuthenticationResult"]
    assert {"IdToken", "AccessToken"} <= result.keys()
    assert "RefreshToken" not in result


def test_a_refresh_token_has_five_parts(tokens: dict[str, Any]) -> None:
    """tokens.md 1: the refresh token is an encrypted JWE of five parts and cannot be decoded."""
    assert tokens["RefreshToken"].count(".") == 4
    with pytest.raises(jwt.DecodeError):
        claims(tokens["RefreshToken"])


def test_tokens_of_one_sign_in_share_their_origin_and_event(tokens: dict[str, Any]) -> None:
    """tokens.md 2: jti is each token's own; origin_jti, event_id and auth_time are the sign-in's."""
    own, access = claims(tokens["IdToken"]), claims(tokens["AccessToken"])
    assert own["jti"] != access["jti"]
    for name in ("origin_jti", "event_id", "auth_time", "sub", "iss"):
        assert own[name] == access[name]


def test_verification_is_a_boolean_in_the_id_token(tokens: dict[str, Any]) -> None:
    """tokens.md 2: email_verified is a boolean, token_use is id, aud is the client."""
    own = claims(tokens["IdToken"])
    assert own["email_verified"] is True
    assert own["token_use"] == "id"
    assert own["aud"] == claims(tokens["AccessToken"])["client_id"]


def test_an_access_token_has_no_attributes(tokens: dict[str, Any]) -> None:
    """tokens.md 3: no user attributes; username as cognito:username; the self-service scope alone."""
    access = claims(tokens["AccessToken"])
    assert not access.keys() & {"email", "email_verified", "name", "aud", "cognito:username"}
    assert access["username"] == claims(tokens["IdToken"])["cognito:username"] == "ada"
    assert access["token_use"] == "access"
    assert access["scope"] == "aws.cognito.signin.user.admin"


def test_every_access_token_has_a_version(tokens: dict[str, Any]) -> None:
    """tokens.md 3: version is 2."""
    assert claims(tokens["AccessToken"])["version"] == 2


def test_a_revoked_refresh_token_may_be_revoked_again(pool: PoolUnderTest) -> None:
    """tokens.md 7: revoking what is revoked already is a success."""
    token = pool.tokens("ada")["RefreshToken"]
    for _ in range(2):
        pool.public.revoke_token(Token=token, ClientId=pool.client_id)
    with refused("NotAuthorizedException"):
        pool.public.get_tokens_from_refresh_token(RefreshToken=token, ClientId=pool.client_id)


def choose(pool: PoolUnderTest, username: str, **parameters: str) -> dict[str, Any]:
    """USER_AUTH."""
    answer: dict[str, Any] = pool.public.initiate_auth(
        AuthFlow="USER_AUTH", ClientId=pool.client_id, AuthParameters={"USERNAME": username, **parameters}
    )
    return answer


@pytest.fixture(scope="module")
def stepping(sandbox: RunningSandbox) -> PoolUnderTest:
    """Grace has a telephone for second factors, ada has none."""
    made = make_mfa_pool(sandbox, "OPTIONAL", "SMS", client=CHOICE)
    made.add_user("ada")
    made.add_user("grace", phone_number=PHONE)
    made.idp.admin_set_user_mfa_preference(
        UserPoolId=made.pool_id, Username="grace", SMSMfaSettings={"Enabled": True, "PreferredMfa": False}
    )
    return made


@pytest.mark.parametrize(
    ("username", "wanted", "reached"),
    [
        ("ada", LEVELS[:1], 1),
        ("ada", LEVELS[1::-1], 1),
        ("ada", LEVELS[::-1], 1),
        ("grace", LEVELS[1::-1], 2),
        ("grace", LEVELS[:2], 2),
        ("ada", LEVELS[1:], 0),
    ],
)
def test_the_first_level_that_can_be_reached_is(
    stepping: PoolUnderTest, username: str, wanted: list[str], reached: int
) -> None:
    """auth-flows.md 3 and tokens.md 2: levels, highest first; acr reached, amr methods; the factors are our choice."""
    given = {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD, "TARGET_ACR_VALUES": " ".join(wanted)}
    if not reached:
        with refused("NotAuthorizedException"):
            choose(stepping, username, **given)
        return
    answer = choose(stepping, username, **given)
    if username == "grace":
        answer = respond(stepping, answer, username, SMS_MFA_CODE=stepping.latest_code())
    for kind in ("IdToken", "AccessToken"):
        found = claims(answer["AuthenticationResult"][kind])
        assert found["acr"] == LEVELS[reached - 1]
        assert found["amr"] == (["pwd", "sms", "mfa"] if reached == 2 else ["pwd"])


def test_a_level_is_heeded_after_a_confirmation_too(sandbox: RunningSandbox) -> None:
    """auth-flows.md 3: TARGET_ACR_VALUES with the Session of ConfirmSignUp."""
    pool = make_pool(sandbox, client=CHOICE)

    def confirmed(name: str) -> dict[str, Any]:
        mail = [{"Name": "email", "Value": MAIL}]
        named = {"ClientId": pool.client_id, "Username": name}
        pool.public.sign_up(**named, Password=PASSWORD, UserAttributes=mail)
        session = pool.public.confirm_sign_up(**named, ConfirmationCode=pool.latest_code())["Session"]
        return {"AuthFlow": "USER_AUTH", "ClientId": pool.client_id, "Session": session}

    def wants(name: str, *levels: str) -> dict[str, dict[str, str]]:
        return {"AuthParameters": {"USERNAME": name, "TARGET_ACR_VALUES": " ".join(levels)}}

    first = confirmed("ada")
    for levels, code in ((("urn:none",), "InvalidParameterException"), (LEVELS[1:2], "NotAuthorizedException")):
        with refused(code):
            pool.public.initiate_auth(**first, **wants("ada", *levels))
    done = pool.public.initiate_auth(**first, **wants("ada", *LEVELS))["AuthenticationResult"]
    assert (claims(done["IdToken"])["acr"], claims(done["IdToken"])["amr"]) == (LEVELS[0], ["otp"])


def test_the_session_of_a_confirmation_is_for_the_first_sign_in(sandbox: RunningSandbox) -> None:
    """auth-flows.md 3: first sign-in only, within session lifetime."""
    pool = make_pool(sandbox, client=CHOICE)
    for name, is_late in (("ada", False), ("grace", True)):
        mail = [{"Name": "email", "Value": f"{name}@moonletter.example"}]
        named = {"ClientId": pool.client_id, "Username": name}
        pool.public.sign_up(**named, Password=PASSWORD, UserAttributes=mail)
        session = pool.public.confirm_sign_up(**named, ConfirmationCode=pool.latest_code())["Session"]
        if is_late:
            pool.sandbox.advance(181)
        else:
            assert pool.tokens(name)
        with refused("NotAuthorizedException"):
            pool.public.initiate_auth(
                AuthFlow="USER_AUTH", ClientId=pool.client_id, AuthParameters={"USERNAME": name}, Session=session
            )


def test_levels_are_beyond_the_lite_plan(sandbox: RunningSandbox) -> None:
    """auth-flows.md 3 and tokens.md 2 and 4: step-up and V2 and V3 need Essentials, FeatureUnavailableInTier."""
    versioned = {"LambdaArn": "arn:aws:lambda:us-east-1:210987654321:function:tokens", "LambdaVersion": "V2_0"}
    for settings in (
        {"AcrConfiguration": {"Level1": {"AcrValue": "urn:moon:one"}}},
        {"LambdaConfig": {"PreTokenGenerationConfig": versioned}},
        {"LambdaConfig": {"PreTokenGenerationConfig": versioned | {"LambdaVersion": "V3_0"}}},
    ):
        with refused("FeatureUnavailableInTierException"):
            make_pool(sandbox, UserPoolTier="LITE", **settings)
    with refused("FeatureUnavailableInTierException"):
        make_pool(sandbox, UserPoolTier="LITE", client=CHOICE)


def test_a_developers_attribute_stands_in_the_id_token(sandbox: RunningSandbox) -> None:
    """tokens.md 4: `dev:` attributes are there to be suppressed."""
    pool = make_pool(sandbox, Schema=DEVELOPERS)
    pool.add_user("ada", dev__custom__seen="yes")
    tokens = pool.tokens("ada")
    assert claims(tokens["IdToken"])["dev:custom:seen"] == "yes"
    assert "dev:custom:seen" not in claims(tokens["AccessToken"])


@pytest.fixture(scope="module")
def third(sandbox: RunningSandbox) -> Scene:
    """A function of version 3 that says in the tokens what it was asked for."""
    made = make_scene(sandbox, "third-facts", [], THIRD, client=OAUTH, Schema=DEVELOPERS, DeviceConfiguration=TRACKED)
    config = {"PreTokenGenerationConfig": {"LambdaArn": made.function_arn, "LambdaVersion": "V3_0"}}
    pool = made.pool
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, LambdaConfig=config, DeviceConfiguration=TRACKED)
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="third-facts")
    pool.add_user("ada", dev__custom__seen="yes", dev__custom__not="no")
    return made


def test_suppressed_is_all_a_developers_attribute_can_be(third: Scene) -> None:
    """tokens.md 4: `dev:` attributes can only be suppressed; an access token's aud may be added, its own client's."""
    tokens = third.pool.tokens("ada")
    own, access = claims(tokens["IdToken"]), claims(tokens["AccessToken"])
    assert [own.get(f"dev:{name}") for name in ("custom:seen", "custom:not", "new")] == ["yes", None, None]
    assert access["aud"] == access["client_id"] == own["aud"] == third.pool.client_id
    assert own["source"] == access["source"] == "TokenGeneration_Authentication"


def test_a_device_and_a_first_password_and_a_refresh_have_sources_of_their_own(third: Scene) -> None:
    """tokens.md 3 and 4: _AuthenticateDevice, _NewPasswordChallenge, _RefreshTokens; device_key; clientMetadata."""
    pool = third.pool
    tokens = pool.tokens("ada")
    device = DeviceClient(pool, tokens["NewDeviceMetadata"])
    device.confirm(tokens["AccessToken"])
    given = {"USERNAME": "ada", "PASSWORD": PASSWORD, "DEVICE_KEY": device.key}
    asked = pool.public.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH", ClientId=pool.client_id, AuthParameters=given, ClientMetadata={"at": "start"}
    )
    proven = device.prove(asked, "ada")["AuthenticationResult"]
    access = claims(proven["AccessToken"])
    assert (access["source"], access["device_key"]) == ("TokenGeneration_AuthenticateDevice", device.key)
    named = {"ClientId": pool.client_id, "RefreshToken": proven["RefreshToken"], "DeviceKey": device.key}
    again = pool.public.get_tokens_from_refresh_token(**named, ClientMetadata={"at": "refresh"})["AuthenticationResult"]
    renewed = claims(again["IdToken"])
    assert (renewed["source"], renewed["told"]) == ("TokenGeneration_RefreshTokens", {"at": "refresh"})
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id, Username="new", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS"
    )
    started = pool.sign_in("new")
    done = pool.public.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName=started["ChallengeName"],
        Session=started["Session"],
        ChallengeResponses={"USERNAME": "new", "NEW_PASSWORD": "Another-moon-27"},
        ClientMetadata={"at": "answer"},
    )
    own = claims(done["AuthenticationResult"]["IdToken"])
    assert (own["source"], own["told"]) == ("TokenGeneration_NewPasswordChallenge", {"at": "answer"})


def test_metadata_of_the_beginning_do_not_reach_the_tokens(third: Scene) -> None:
    """tokens.md 4: clientMetadata is not InitiateAuth's."""
    tokens = third.pool.public.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=third.pool.client_id,
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        ClientMetadata={"at": "start"},
    )["AuthenticationResult"]
    assert claims(tokens["IdToken"])["told"] == {}


def test_a_machine_is_customised_with_its_metadata_by_version_three(third: Scene) -> None:
    """tokens.md 4: V3, TokenGeneration_ClientCredentials, sees clientMetadata; auth-flows.md 1: the plain secret."""
    pool = third.pool
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")]
    pool.idp.create_resource_server(UserPoolId=pool.pool_id, Identifier="shop", Name="shop", Scopes=scopes)
    client = pool.add_client(
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["shop/read", "shop/write"],
    )
    named = {"ClientId": client["ClientId"], "ClientMetadata": {"for": "moon"}}
    with refused("NotAuthorizedException"):
        pool.idp.get_client_token(**named, Secret="w" * 30)
    issued = pool.idp.get_client_token(**named, Secret=client["ClientSecret"])["ClientAuthenticationResult"]
    with Browser(pool.sandbox, "third-facts") as browser:
        form = {"grant_type": "client_credentials", "aws_client_metadata": json.dumps({"for": "moon"})}
        key = (client["ClientId"], client["ClientSecret"])
        posted = browser.http.post(f"{browser.base}/oauth2/token", data=form, auth=key)
        broken = browser.http.post(f"{browser.base}/oauth2/token", data=form | {"aws_client_metadata": "{"}, auth=key)
    for token in (issued["AccessToken"], posted.json()["access_token"]):
        found = claims(token)
        assert (found["source"], found["told"]) == ("TokenGeneration_ClientCredentials", {"for": "moon"})
        assert (found["aud"], found["scope"]) == (client["ClientId"], "shop/read")
    assert (broken.status_code, broken.json()["error"]) == (400, "invalid_request")


def test_the_pages_have_a_source_of_their_own_and_know_no_device(third: Scene) -> None:
    """tokens.md 3 and 4: TokenGeneration_HostedAuth; device_key when device tracking applies."""
    attempt = SignIn(client_id=third.pool.client_id, scope="openid")
    with Browser(third.pool.sandbox, "third-facts") as browser:
        found = claims(attempt.exchange(browser, attempt.code(browser)).json()["access_token"])
    assert found["source"] == "TokenGeneration_HostedAuth"
    assert "device_key" not in found
