"""What functions are told, how long they are waited for and what becomes of it: user-pools-config.md section 6."""

import time
from typing import Any

import pytest

from tests.sandbox.auth.second_factors import PHONE, respond
from tests.sandbox.pools import PASSWORD, SMS, add_sms_role, refused
from tests.sandbox.triggers.scene import Scene, make_scene, sign_up
from tests.sandbox_fixture import RunningSandbox

CUSTOM = ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"]
RIDDLE = """
source, request, response = event["triggerSource"].split("_")[0], event["request"], event["response"]
if source == "DefineAuthChallenge":
    is_right = bool(request["session"]) and request["session"][-1]["challengeResult"]
    response.update(issueTokens=is_right, failAuthentication=False, challengeName="CUSTOM_CHALLENGE")
elif source == "CreateAuthChallenge":
    response.update(publicChallengeParameters={"q": "full?"}, privateChallengeParameters={"a": "moon"},
        challengeMetadata="RIDDLE")
elif source == "VerifyAuthChallengeResponse":
    response["answerCorrect"] = request["challengeAnswer"] == request["privateChallengeParameters"]["a"]
""".strip()
LATE_ONCE = """
from pathlib import Path
mark = Path("%s")
if not mark.exists():
    mark.touch()
    import time; time.sleep(30)
""".strip()
MIGRATE = """
event["response"].update(finalUserStatus="CONFIRMED", userAttributes={
    "email": event["userName"] + "@moon.example", "email_verified": "true", "phone_number": "%s"})
event["response"].update(%s)
""".strip()
OCCASIONS = {
    *("SignUp", "AdminCreateUser", "ResendCode", "ForgotPassword", "UpdateUserAttribute", "VerifyUserAttribute"),
    "Authentication",
}


def ask(scene: Scene, username: str = "ada") -> Any:
    return scene.pool.public.initiate_auth(
        AuthFlow="CUSTOM_AUTH", ClientId=scene.pool.client_id, AuthParameters={"USERNAME": username}
    )


@pytest.fixture(scope="module")
def rounds(sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
    """The last event of each function of a custom sign-in: a wrong answer, a right one, tokens."""
    scene = make_scene(sandbox, "told", CUSTOM, RIDDLE)
    scene.pool.add_user("ada")
    again = respond(scene.pool, ask(scene), "ada", ANSWER="sun")
    assert respond(scene.pool, again, "ada", ANSWER="moon")["AuthenticationResult"]
    return {event["triggerSource"].removesuffix("_Authentication"): event for event in scene.events()}


@pytest.mark.parametrize(
    ("name", "request_keys", "response_keys"),
    [
        (CUSTOM[0], {"session"}, {"challengeName", "issueTokens", "failAuthentication"}),
        (
            CUSTOM[1],
            {"challengeName", "session"},
            {"publicChallengeParameters", "privateChallengeParameters", "challengeMetadata"},
        ),
        (CUSTOM[2], {"privateChallengeParameters", "challengeAnswer"}, {"answerCorrect"}),
    ],
)
def test_functions_of_a_custom_sign_in_have_these_members(
    rounds: dict[str, dict[str, Any]], name: str, request_keys: set[str], response_keys: set[str]
) -> None:
    """user-pools-config.md 6: request extras and response of the three; all are `_Authentication`."""
    assert rounds[name]["request"].keys() == {"userAttributes"} | request_keys
    assert rounds[name]["response"].keys() == response_keys


def test_a_round_has_three_members(rounds: dict[str, dict[str, Any]]) -> None:
    """user-pools-config.md 6: session[] items are challengeName, challengeResult and challengeMetadata."""
    told = {"challengeName": "CUSTOM_CHALLENGE", "challengeMetadata": "RIDDLE"}
    assert rounds[CUSTOM[0]]["request"]["session"] == [told | {"challengeResult": each} for each in (False, True)]
    assert rounds[CUSTOM[2]]["request"]["challengeAnswer"] == "moon"
    assert rounds[CUSTOM[2]]["request"]["privateChallengeParameters"] == {"a": "moon"}


def test_functions_learn_of_an_unknown_user_where_users_are_hidden(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 6 and user-pools-errors.md 3: userNotFound; CUSTOM_AUTH, triggers run with it."""
    hiding = {"PreventUserExistenceErrors": "ENABLED"}
    scene = make_scene(sandbox, "told-hidden", [*CUSTOM, "PreAuthentication"], RIDDLE, client=hiding)
    assert ask(scene, "nobody")["ChallengeName"] == "CUSTOM_CHALLENGE"
    with refused("NotAuthorizedException"):
        scene.pool.sign_in("nobody")
    told = {event["triggerSource"]: event["request"]["userNotFound"] for event in scene.events()}
    assert told["DefineAuthChallenge_Authentication"] is told["PreAuthentication_Authentication"] is True
    shown = make_scene(sandbox, "told-shown", CUSTOM, RIDDLE)
    with refused("UserNotFoundException"):
        ask(shown, "nobody")
    assert not shown.events()


def test_a_function_has_five_seconds_and_another_try(sandbox: RunningSandbox, tmp_path: Any) -> None:
    """user-pools-config.md 6: synchronous with a 5-second limit; Cognito may retry time-outs."""
    scene = make_scene(
        sandbox, "late-once", ["PreAuthentication"], LATE_ONCE % (tmp_path / "m").as_posix(), function={"Timeout": 60}
    )
    scene.pool.add_user("ada")
    started = time.monotonic()
    assert scene.pool.tokens("ada")
    assert 5 <= time.monotonic() - started < 10
    assert len(scene.events()) == 2


@pytest.mark.full
def test_a_function_is_tried_three_times(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 6: three attempts (older text), then UnexpectedLambdaException."""
    body = "import time; time.sleep(30)"
    scene = make_scene(sandbox, "waits", ["PreAuthentication"], body, function={"Timeout": 60})
    scene.pool.add_user("ada")
    started = time.monotonic()
    text = "PreAuthentication invocation failed due to error Socket timeout while invoking Lambda function."
    with refused("UnexpectedLambdaException", text):
        scene.pool.sign_in("ada")
    assert 15 <= time.monotonic() - started < 20
    assert len(scene.events()) == 3


def make_sender(sandbox: RunningSandbox, name: str, trigger: str, body: str) -> Scene:
    """A pool whose codes of one kind a function delivers; texts are a second factor there."""
    key = sandbox.client("kms").create_key()["KeyMetadata"]["Arn"]
    scene = make_scene(sandbox, name, [], body)
    add_sms_role(sandbox)
    is_mail = trigger == "CustomEmailSender"
    scene.pool.idp.update_user_pool(
        UserPoolId=scene.pool.pool_id,
        LambdaConfig={trigger: {"LambdaArn": scene.function_arn, "LambdaVersion": "V1_0"}, "KMSKeyID": key},
        AutoVerifiedAttributes=["email" if is_mail else "phone_number"],
        SmsConfiguration=SMS,
        MfaConfiguration="OPTIONAL",
        AccountRecoverySetting={
            "RecoveryMechanisms": [{"Name": "verified_email" if is_mail else "verified_phone_number", "Priority": 1}]
        },
    )
    return scene


def seen(scene: Scene, number: int) -> list[dict[str, Any]]:
    """The events, once there are so many."""

    def so_many() -> list[dict[str, Any]] | None:
        events = scene.events()
        return events if len(events) >= number else None

    return scene.once(so_many)


@pytest.mark.parametrize("trigger", ["CustomEmailSender", "CustomSMSSender"])
def test_senders_have_a_source_for_each_message(sandbox: RunningSandbox, trigger: str) -> None:
    """user-pools-config.md 6: the suffixes of CustomMessage; type and an encrypted code in the request."""
    scene = make_sender(sandbox, f"sources-{trigger}", trigger, "pass")
    pool, public = scene.pool, scene.pool.public
    is_mail = trigger == "CustomEmailSender"
    attribute, value, other = (
        ("email", "ada@moon.example", "new@moon.example") if is_mail else ("phone_number", PHONE, "+441632960101")
    )
    key, admin = {"ClientId": pool.client_id, "Username": "ada"}, {"UserPoolId": pool.pool_id, "Username": "ada"}
    public.sign_up(**key, Password=PASSWORD, UserAttributes=[{"Name": attribute, "Value": value}])
    public.resend_confirmation_code(**key)
    pool.idp.admin_confirm_sign_up(**admin)
    verified = [{"Name": f"{attribute}_verified", "Value": "true"}]
    pool.idp.admin_update_user_attributes(**admin, UserAttributes=verified)
    public.forgot_password(**key)
    token = pool.tokens("ada")["AccessToken"]
    public.get_user_attribute_verification_code(AccessToken=token, AttributeName=attribute)
    public.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": attribute, "Value": other}])
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username="grace",
        UserAttributes=[{"Name": attribute, "Value": value}],
        DesiredDeliveryMediums=["EMAIL" if is_mail else "SMS"],
    )
    wanted = OCCASIONS if not is_mail else OCCASIONS - {"Authentication"}
    if not is_mail:
        pool.idp.admin_set_user_mfa_preference(**admin, SMSMfaSettings={"Enabled": True, "PreferredMfa": True})
        assert pool.sign_in("ada")["ChallengeName"] == "SMS_MFA"
    events = seen(scene, len(wanted))
    assert {event["triggerSource"] for event in events} == {f"{trigger}_{suffix}" for suffix in wanted}
    kind = f"custom{'Email' if is_mail else 'SMS'}SenderRequestV1"
    assert {event["request"]["type"] for event in events} == {kind}
    assert all(len(event["request"]["code"]) > 100 for event in events)


def test_nobody_waits_for_a_sender_or_learns_that_it_failed(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 6: custom senders run asynchronously and answer nothing."""
    scene = make_sender(sandbox, "failing-sender", "CustomEmailSender", "raise ValueError('no post today')")
    assert sign_up(scene, "ada")["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
    assert seen(scene, 1)[0]["triggerSource"] == "CustomEmailSender_SignUp"
    assert scene.pool.status("ada") == "UNCONFIRMED"


@pytest.mark.parametrize(
    ("answer", "media"),
    [
        ("", ["SMS"]),
        ("desiredDeliveryMediums=['EMAIL']", ["EMAIL"]),
        ("desiredDeliveryMediums=['EMAIL', 'SMS']", ["EMAIL", "SMS"]),
        ("messageAction='SUPPRESS', desiredDeliveryMediums=['EMAIL']", []),
    ],
)
def test_who_is_migrated_is_welcomed(sandbox: RunningSandbox, answer: str, media: list[str]) -> None:
    """user-pools-config.md 6: UserMigration, messageAction and desiredDeliveryMediums (the words are our choice)."""
    name = f"welcomes-{len(answer)}"
    scene = make_scene(sandbox, name, ["UserMigration"], MIGRATE % (PHONE, answer), SmsConfiguration=SMS)
    before = len(sandbox.messages())
    assert scene.pool.tokens(name)
    messages = sandbox.messages()
    sent = messages[: len(messages) - before]
    assert [message["medium"] for message in sent] == media
    assert not [message for message in sent if PASSWORD in str(message) or name not in message["body"]]


def test_a_medium_that_is_none_makes_nobody(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 6: malformed output of UserMigration, InvalidLambdaResponseException."""
    scene = make_scene(sandbox, "pigeon", ["UserMigration"], MIGRATE % (PHONE, "desiredDeliveryMediums=['PIGEON']"))
    with refused("InvalidLambdaResponseException"):
        scene.pool.sign_in("ada")
    with refused("UserNotFoundException"):
        scene.pool.status("ada")


def test_a_migration_may_take_over_an_alias(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 6: UserMigration_ForgotPassword without a password; forceAliasCreation."""
    body = MIGRATE % (PHONE, "messageAction='SUPPRESS', forceAliasCreation=True")
    scene = make_scene(sandbox, "steals", ["UserMigration"], body, AliasAttributes=["email"])
    scene.pool.add_user("old", email="new@moon.example", email_verified="true")
    scene.pool.public.forgot_password(ClientId=scene.pool.client_id, Username="new")
    (event,) = scene.events()
    assert event["triggerSource"] == "UserMigration_ForgotPassword"
    assert "password" not in event["request"]
    assert scene.pool.status("new") == "RESET_REQUIRED"
    holder = scene.pool.idp.admin_get_user(UserPoolId=scene.pool.pool_id, Username="old")
    assert {"Name": "email_verified", "Value": "false"} in holder["UserAttributes"]
