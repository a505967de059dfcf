"""Flows, sessions and secret hashes: facts of auth-flows.md sections 1 to 3 and 8."""

import json
from typing import Any

import pytest

from cognito_explorer.sandbox.auth.secret_hash import secret_hash
from tests.sandbox.auth.device_client import DeviceClient
from tests.sandbox.auth.second_factors import MAIL, make_mfa_pool, respond
from tests.sandbox.auth.srp_client import SrpClient
from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

CHOICE = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_AUTH"]}
REQUIRED = {
    "USER_PASSWORD_AUTH": ["USERNAME", "PASSWORD"],
    "USER_SRP_AUTH": ["USERNAME", "SRP_A"],
    "ADMIN_USER_PASSWORD_AUTH": ["USERNAME", "PASSWORD"],
    "ADMIN_NO_SRP_AUTH": ["USERNAME", "PASSWORD"],
    "CUSTOM_AUTH": ["USERNAME"],
    "USER_AUTH": ["USERNAME"],
    "REFRESH_TOKEN_AUTH": ["REFRESH_TOKEN"],
    "REFRESH_TOKEN": ["REFRESH_TOKEN"],
}
PERMITS = {
    "USER_PASSWORD_AUTH": "ALLOW_USER_PASSWORD_AUTH",
    "USER_SRP_AUTH": "ALLOW_USER_SRP_AUTH",
    "ADMIN_USER_PASSWORD_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "CUSTOM_AUTH": "ALLOW_CUSTOM_AUTH",
    "USER_AUTH": "ALLOW_USER_AUTH",
    "REFRESH_TOKEN_AUTH": "ALLOW_REFRESH_TOKEN_AUTH",
}
TRACKED = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    """One whose client allows every flow."""
    made = make_pool(sandbox, client={"ExplicitAuthFlows": [*CHOICE["ExplicitAuthFlows"], "ALLOW_CUSTOM_AUTH"]})
    made.add_user("ada", email=MAIL, email_verified="true")
    return made


@pytest.fixture(scope="module")
def mailing(sandbox: RunningSandbox) -> PoolUnderTest:
    """A pool that asks for a code by e-mail."""
    made = make_mfa_pool(sandbox, "ON", "EMAIL", client=CHOICE)
    made.add_user("ada", email=MAIL, email_verified="true")
    return made


def start(pool: PoolUnderTest, flow: str, client_id: str = "", **parameters: str) -> dict[str, Any]:
    """InitiateAuth, or AdminInitiateAuth for its own flows."""
    given = {"AuthFlow": flow, "ClientId": client_id or pool.client_id, "AuthParameters": parameters}
    if flow.startswith("ADMIN_"):
        answer: dict[str, Any] = pool.idp.admin_initiate_auth(UserPoolId=pool.pool_id, **given)
    else:
        answer = pool.public.initiate_auth(**given)
    return answer


def test_starting_needs_no_signature_and_an_administrators_start_does(pool: PoolUnderTest) -> None:
    """auth-flows.md 1: InitiateAuth is unsigned; AdminInitiateAuth is signed and needs UserPoolId."""
    assert start(pool, "USER_PASSWORD_AUTH", USERNAME="ada", PASSWORD=PASSWORD)["AuthenticationResult"]
    named = {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "ClientId": pool.client_id}
    parameters = {"USERNAME": "ada", "PASSWORD": PASSWORD}
    with refused("MissingAuthenticationTokenException"):
        pool.public.admin_initiate_auth(UserPoolId=pool.pool_id, AuthParameters=parameters, **named)
    strict = pool.sandbox.client("cognito-idp", parameter_validation=False)
    with refused("InvalidParameterException"):
        strict.admin_initiate_auth(AuthParameters=parameters, **named)


def test_a_challenge_is_answered_by_its_own_name(mailing: PoolUnderTest) -> None:
    """auth-flows.md 1: RespondToAuthChallenge has the same ChallengeName and the Session of the reply."""
    asked = mailing.sign_in("ada")
    code = mailing.latest_code()
    with refused("NotAuthorizedException", "Invalid session for the user."):
        respond(mailing, asked | {"ChallengeName": "SOFTWARE_TOKEN_MFA"}, "ada", SOFTWARE_TOKEN_MFA_CODE=code)
    assert respond(mailing, asked, "ada", EMAIL_OTP_CODE=code)["AuthenticationResult"]


def test_a_session_has_20_to_4096_characters_and_is_good_for_one_success(mailing: PoolUnderTest) -> None:
    """auth-flows.md 1: Session 20 to 4,096 characters; after success, `session can only be used once.`"""
    asked = mailing.sign_in("ada")
    assert 20 <= len(asked["Session"]) <= 4096
    code = mailing.latest_code()
    respond(mailing, asked, "ada", EMAIL_OTP_CODE=code)
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        respond(mailing, asked, "ada", EMAIL_OTP_CODE=code)
    strict = mailing.sandbox.client("cognito-idp", parameter_validation=False)
    with refused("InvalidParameterException"):
        strict.respond_to_auth_challenge(ClientId=mailing.client_id, ChallengeName="EMAIL_OTP", Session="s" * 19)


@pytest.mark.parametrize("minutes", [3, 15])
def test_a_session_lives_as_long_as_the_client_says(mailing: PoolUnderTest, minutes: int) -> None:
    """auth-flows.md 1: AuthSessionValidity 3 to 15 minutes."""
    client_id = mailing.add_client(**CHOICE, AuthSessionValidity=minutes)["ClientId"]
    asked = mailing.sign_in("ada", client_id=client_id)
    mailing.sandbox.advance(60 * minutes + 1)
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        mailing.public.respond_to_auth_challenge(
            ClientId=client_id,
            ChallengeName="EMAIL_OTP",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "ada", "EMAIL_OTP_CODE": mailing.latest_code()},
        )


def test_available_challenges_come_with_user_auth_alone(pool: PoolUnderTest, mailing: PoolUnderTest) -> None:
    """auth-flows.md 1: AvailableChallenges appears with USER_AUTH."""
    assert start(pool, "USER_AUTH", USERNAME="ada")["AvailableChallenges"]
    assert "AvailableChallenges" not in mailing.sign_in("ada")


def test_an_answer_without_a_remembered_device_names_a_new_one(sandbox: RunningSandbox) -> None:
    """auth-flows.md 1: NewDeviceMetadata in the result; DEVICE_KEY added for a remembered device."""
    pool = make_pool(sandbox, DeviceConfiguration=TRACKED)
    pool.add_user("ada")
    tokens = pool.tokens("ada")
    device = DeviceClient(pool, tokens["NewDeviceMetadata"])
    device.confirm(tokens["AccessToken"])
    known = start(pool, "USER_PASSWORD_AUTH", USERNAME="ada", PASSWORD=PASSWORD, DEVICE_KEY=device.key)
    assert "NewDeviceMetadata" not in device.prove(known, "ada")["AuthenticationResult"]


@pytest.mark.parametrize("flow", ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"])
def test_an_alias_signs_in_and_the_reply_has_the_real_name(sandbox: RunningSandbox, flow: str) -> None:
    """auth-flows.md 1: USER_ID_FOR_SRP and USERNAME are the real username after an alias sign-in."""
    pool = make_pool(sandbox, AliasAttributes=["email"])
    pool.add_user("ada", email=MAIL, email_verified="true")
    if flow == "USER_PASSWORD_AUTH":
        assert pool.tokens(MAIL)
        return
    srp = SrpClient(pool.pool_id, PASSWORD)
    asked = start(pool, flow, USERNAME=MAIL, SRP_A=f"{srp.public:x}")
    assert asked["ChallengeParameters"]["USER_ID_FOR_SRP"] == asked["ChallengeParameters"]["USERNAME"] == "ada"
    answer = srp.answer(asked["ChallengeParameters"])
    assert respond(pool, asked, answer.pop("USERNAME"), **answer)["AuthenticationResult"]


def test_a_secret_hash_is_that_of_the_reference() -> None:
    """auth-flows.md 1: SECRET_HASH is Base64(HMAC_SHA256(secret, username + client id)), with its test value."""
    assert secret_hash("secret", "alice", "client123") == "oKHO337pkuh1r3zUNCZ1oCL3YgM0Yi2nkcAZsKQTIH8="


def test_every_step_of_a_client_with_a_secret_needs_the_hash(mailing: PoolUnderTest) -> None:
    """auth-flows.md 1: SECRET_HASH in AuthParameters and in every ChallengeResponses."""
    client = mailing.add_client(**CHOICE, GenerateSecret=True)
    proof = secret_hash(client["ClientSecret"], "ada", client["ClientId"])
    missing = f"Client {client['ClientId']} is configured with secret but SECRET_HASH was not received"
    given = {"USERNAME": "ada", "PASSWORD": PASSWORD}
    with refused("NotAuthorizedException", missing):
        start(mailing, "USER_PASSWORD_AUTH", client["ClientId"], **given)
    asked = start(mailing, "USER_PASSWORD_AUTH", client["ClientId"], **given, SECRET_HASH=proof)
    named = {"ClientId": client["ClientId"], "ChallengeName": "EMAIL_OTP", "Session": asked["Session"]}
    answer = {"USERNAME": "ada", "EMAIL_OTP_CODE": mailing.latest_code()}
    with refused("NotAuthorizedException", missing):
        mailing.public.respond_to_auth_challenge(**named, ChallengeResponses=answer)
    done = mailing.public.respond_to_auth_challenge(**named, ChallengeResponses=answer | {"SECRET_HASH": proof})
    assert done["AuthenticationResult"]


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("sign_up", {"Password": PASSWORD}),
        ("confirm_sign_up", {"ConfirmationCode": "123456"}),
        ("resend_confirmation_code", {}),
        ("forgot_password", {}),
        ("confirm_forgot_password", {"ConfirmationCode": "123456", "Password": PASSWORD}),
    ],
)
def test_operations_with_a_secret_hash_member_check_it(
    pool: PoolUnderTest, operation: str, more: dict[str, str]
) -> None:
    """auth-flows.md 1: SignUp, ConfirmSignUp, ResendConfirmationCode, (Confirm)ForgotPassword have SecretHash."""
    client = pool.add_client(GenerateSecret=True)
    named = {"ClientId": client["ClientId"], "Username": "ada", **more}
    for given in ({}, {"SecretHash": secret_hash("another", "ada", client["ClientId"])}):
        with refused("NotAuthorizedException"):
            getattr(pool.public, operation)(**named, **given)


def test_some_operations_take_the_plain_secret(pool: PoolUnderTest) -> None:
    """auth-flows.md 1: RevokeToken and GetTokensFromRefreshToken take the secret itself."""
    client = pool.add_client(ExplicitAuthFlows=FLOWS, GenerateSecret=True)
    proof = secret_hash(client["ClientSecret"], "ada", client["ClientId"])
    signed_in = start(
        pool, "USER_PASSWORD_AUTH", client["ClientId"], USERNAME="ada", PASSWORD=PASSWORD, SECRET_HASH=proof
    )
    token, named = signed_in["AuthenticationResult"]["RefreshToken"], {"ClientId": client["ClientId"]}
    with refused("NotAuthorizedException"):
        pool.public.get_tokens_from_refresh_token(RefreshToken=token, **named, ClientSecret="w" * 30)
    secret = {"ClientSecret": client["ClientSecret"]}
    assert pool.public.get_tokens_from_refresh_token(RefreshToken=token, **named, **secret)["AuthenticationResult"]
    with refused("UnauthorizedException"):
        pool.public.revoke_token(Token=token, **named, ClientSecret="w" * 30)
    pool.public.revoke_token(Token=token, **named, **secret)


def test_a_refresh_is_hashed_with_the_name_inside_the_token(sandbox: RunningSandbox) -> None:
    """auth-flows.md 1: for refresh the hash username is the sub in pools whose usernames are addresses."""
    pool = make_pool(sandbox, UsernameAttributes=["email"])
    sub = pool.add_user(MAIL)["User"]["Username"]
    client = pool.add_client(ExplicitAuthFlows=FLOWS, GenerateSecret=True)
    key = client["ClientSecret"], client["ClientId"]
    parameters = {"USERNAME": MAIL, "PASSWORD": PASSWORD, "SECRET_HASH": secret_hash(key[0], MAIL, key[1])}
    tokens = start(pool, "USER_PASSWORD_AUTH", key[1], **parameters)["AuthenticationResult"]
    refresh = {"REFRESH_TOKEN": tokens["RefreshToken"]}
    renewed = start(pool, "REFRESH_TOKEN_AUTH", key[1], **refresh, SECRET_HASH=secret_hash(key[0], sub, key[1]))
    assert renewed["AuthenticationResult"]


@pytest.mark.parametrize("flow", PERMITS)
def test_a_flow_needs_the_clients_permission(pool: PoolUnderTest, flow: str) -> None:
    """auth-flows.md 2: each flow needs its value in ExplicitAuthFlows, InvalidParameterException otherwise."""
    others = [value for name, value in PERMITS.items() if name != flow]
    client_id = pool.add_client(ExplicitAuthFlows=others)["ClientId"]
    parameters = {"USERNAME": "ada", "PASSWORD": PASSWORD, "SRP_A": "1f", "REFRESH_TOKEN": "a.b.c.d.e"}
    with refused("InvalidParameterException"):
        start(pool, flow, client_id, **parameters)


@pytest.mark.parametrize(("flow", "name"), [(flow, name) for flow, names in REQUIRED.items() for name in names])
def test_a_required_parameter_is_missed(pool: PoolUnderTest, flow: str, name: str) -> None:
    """auth-flows.md 2: the required AuthParameters of each flow."""
    parameters = {each: "1f" for each in REQUIRED[flow] if each != name}
    with refused("InvalidParameterException", f"Missing required parameter {name}"):
        start(pool, flow, **parameters)


@pytest.mark.parametrize(
    ("flow", "parameters", "reply"),
    [
        ("USER_PASSWORD_AUTH", {"PASSWORD": PASSWORD}, None),
        ("ADMIN_USER_PASSWORD_AUTH", {"PASSWORD": PASSWORD}, None),
        ("ADMIN_NO_SRP_AUTH", {"PASSWORD": PASSWORD}, None),
        ("USER_SRP_AUTH", {"SRP_A": "1f"}, "PASSWORD_VERIFIER"),
        ("USER_AUTH", {}, "SELECT_CHALLENGE"),
        ("USER_AUTH", {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}, None),
        ("USER_AUTH", {"PREFERRED_CHALLENGE": "PASSWORD"}, "PASSWORD"),
        ("USER_AUTH", {"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": "1f"}, "PASSWORD_VERIFIER"),
    ],
)
def test_a_flow_has_its_first_reply(
    pool: PoolUnderTest, flow: str, parameters: dict[str, str], reply: str | None
) -> None:
    """auth-flows.md 2: the first reply of each flow."""
    answer = start(pool, flow, USERNAME="ada", **parameters)
    assert answer.get("ChallengeName") == reply
    assert ("AuthenticationResult" in answer) is (reply is None)


def test_a_temporary_password_is_followed_by_the_choice_of_another(pool: PoolUnderTest) -> None:
    """auth-flows.md 2: USER_PASSWORD_AUTH, tokens or MFA or a new password."""
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id, Username="new", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS"
    )
    for flow in ("USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH"):
        answer = start(pool, flow, USERNAME="new", PASSWORD=PASSWORD)
        assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_choosing_is_beyond_the_lite_plan(sandbox: RunningSandbox) -> None:
    """auth-flows.md 2: USER_AUTH is of the Essentials plan or above."""
    pool = make_pool(sandbox, UserPoolTier="LITE")
    pool.add_user("ada")
    strict = pool.sandbox.client("cognito-idp")
    with refused("FeatureUnavailableInTierException"):
        client_id = strict.create_user_pool_client(UserPoolId=pool.pool_id, ClientName="c", **CHOICE)["UserPoolClient"][
            "ClientId"
        ]
        start(pool, "USER_AUTH", client_id, USERNAME="ada")


def test_what_a_start_may_carry_is_taken(pool: PoolUnderTest) -> None:
    """auth-flows.md 1: ClientMetadata, UserContextData or ContextData, AnalyticsMetadata are optional."""
    named = {"ClientId": pool.client_id, "AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD}}
    more = {"ClientMetadata": {"a": "b"}, "AnalyticsMetadata": {"AnalyticsEndpointId": "e"}}
    context = {"IpAddress": "192.0.2.1", "ServerName": "s", "ServerPath": "/", "HttpHeaders": []}
    shown = {"IpAddress": "192.0.2.1", "EncodedData": "x"}
    assert pool.public.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", **named, **more, UserContextData=shown)
    signed = {"UserPoolId": pool.pool_id, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH"}
    assert pool.idp.admin_initiate_auth(**signed, **named, **more, ContextData=context)["AuthenticationResult"]


@pytest.mark.parametrize(
    "challenge",
    [
        "SMS_MFA",
        "EMAIL_OTP",
        "SMS_OTP",
        "SOFTWARE_TOKEN_MFA",
        "SELECT_MFA_TYPE",
        "MFA_SETUP",
        "NEW_PASSWORD_REQUIRED",
        "CUSTOM_CHALLENGE",
        "SELECT_CHALLENGE",
        "PASSWORD",
        "PASSWORD_SRP",
        "WEB_AUTHN",
        "DEVICE_SRP_AUTH",
        "DEVICE_PASSWORD_VERIFIER",
    ],
)
def test_every_answer_names_the_user(pool: PoolUnderTest, challenge: str) -> None:
    """auth-flows.md 3: every response also carries USERNAME."""
    codes = dict.fromkeys((f"{challenge}_CODE", "ANSWER", "PASSWORD", "NEW_PASSWORD", "CREDENTIAL", "DEVICE_KEY"), "1f")
    proof = {f"PASSWORD_CLAIM_{name}": "c2lnbmVk" for name in ("SIGNATURE", "SECRET_BLOCK")}
    with refused("InvalidParameterException", "Missing required parameter USERNAME"):
        pool.public.respond_to_auth_challenge(
            ClientId=pool.client_id,
            ChallengeName=challenge,
            Session="s" * 40,
            ChallengeResponses={**codes, **proof, "SRP_A": "1f", "TIMESTAMP": "Tue May 7 00:09:40 UTC 2024"},
        )


def test_the_legacy_challenge_is_a_sign_in_of_administrators(pool: PoolUnderTest) -> None:
    """auth-flows.md 3: ADMIN_NO_SRP_AUTH, USERNAME and PASSWORD (legacy); without a session is our choice."""
    named = {"ClientId": pool.client_id, "ChallengeName": "ADMIN_NO_SRP_AUTH"}
    given = {"USERNAME": "ada", "PASSWORD": PASSWORD}
    answered = pool.idp.admin_respond_to_auth_challenge(UserPoolId=pool.pool_id, **named, ChallengeResponses=given)
    assert answered["AuthenticationResult"]
    with refused("NotAuthorizedException", "Incorrect username or password."):
        wrong = given | {"PASSWORD": "Not-hers-2026"}
        pool.idp.admin_respond_to_auth_challenge(UserPoolId=pool.pool_id, **named, ChallengeResponses=wrong)
    with refused("InvalidParameterException"):
        pool.public.respond_to_auth_challenge(**named, ChallengeResponses=given)
    client_id = pool.add_client(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])["ClientId"]
    with refused("InvalidParameterException"):
        pool.idp.admin_respond_to_auth_challenge(
            UserPoolId=pool.pool_id, **named | {"ClientId": client_id}, ChallengeResponses=given
        )


@pytest.mark.parametrize("is_allowed", [True, False])
def test_a_server_signs_people_in_with_a_permission_and_leaves_an_event(
    sandbox: RunningSandbox, *, is_allowed: bool
) -> None:
    """auth-flows.md 8: AdminInitiateAuth needs cognito-idp:AdminInitiateAuth; with Plus it writes an auth event."""
    pool = make_pool(sandbox, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    pool.add_user("ada")
    iam, name = sandbox.client("iam"), f"server-{is_allowed}"
    iam.create_user(UserName=name)
    action = "cognito-idp:AdminInitiateAuth" if is_allowed else "cognito-idp:AdminGetUser"
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    server = sandbox.client("cognito-idp", keys=(key["AccessKeyId"], key["SecretAccessKey"]))
    given = {
        "UserPoolId": pool.pool_id,
        "ClientId": pool.client_id,
        "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD},
    }
    if not is_allowed:
        with refused("AccessDeniedException"):
            server.admin_initiate_auth(**given)
        return
    assert server.admin_initiate_auth(**given)["AuthenticationResult"]
    (event,) = pool.idp.admin_list_user_auth_events(UserPoolId=pool.pool_id, Username="ada")["AuthEvents"]
    assert (event["EventType"], event["EventResponse"]) == ("SignIn", "Pass")
