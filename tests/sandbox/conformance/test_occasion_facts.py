"""When which trigger runs, what it gets and what its failures look like: facts of user-pools-config.md section 6."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.sandbox.auth.second_factors import respond
from tests.sandbox.pools import PASSWORD, make_pool, refused
from tests.sandbox.triggers.scene import Scene, make_scene, sign_up
from tests.sandbox_fixture import RunningSandbox

TRIGGERS = [
    "PreSignUp",
    "PostConfirmation",
    "PreAuthentication",
    "PostAuthentication",
    "PreTokenGeneration",
    "CustomMessage",
]
NEW = "Moonletter-2027"
# What a life of one person brings about, in the order of the table.
OCCASIONS = {
    "PreSignUp_SignUp",
    "PreSignUp_AdminCreateUser",
    "PostConfirmation_ConfirmSignUp",
    "PostConfirmation_ConfirmForgotPassword",
    "PreAuthentication_Authentication",
    "PostAuthentication_Authentication",
    "TokenGeneration_Authentication",
    "TokenGeneration_NewPasswordChallenge",
    "TokenGeneration_RefreshTokens",
    "CustomMessage_SignUp",
    "CustomMessage_AdminCreateUser",
    "CustomMessage_ResendCode",
    "CustomMessage_ForgotPassword",
    "CustomMessage_UpdateUserAttribute",
    "CustomMessage_VerifyUserAttribute",
}


@pytest.fixture(scope="module")
def events(sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
    """One event of each occasion, from the life of one person and the invitation of another."""
    scene = make_scene(sandbox, "occasions", TRIGGERS, "pass")
    pool, public = scene.pool, scene.pool.public
    key = {"ClientId": pool.client_id, "Username": "ada"}
    sign_up(scene, "ada", ClientMetadata={"from": "the moon"}, ValidationData=[{"Name": "v", "Value": "1"}])
    public.resend_confirmation_code(**key)
    public.confirm_sign_up(**key, ConfirmationCode=pool.latest_code(), ClientMetadata={"from": "the moon"})
    public.forgot_password(**key)
    public.confirm_forgot_password(**key, ConfirmationCode=pool.latest_code(), Password=PASSWORD)
    tokens = pool.tokens("ada")
    public.initiate_auth(
        AuthFlow="REFRESH_TOKEN_AUTH",
        ClientId=pool.client_id,
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
    )
    public.get_user_attribute_verification_code(AccessToken=tokens["AccessToken"], AttributeName="email")
    changed = [{"Name": "email", "Value": "other@moon.example"}]
    public.update_user_attributes(AccessToken=tokens["AccessToken"], UserAttributes=changed)
    invited = [{"Name": "email", "Value": "grace@moon.example"}]
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username="grace",
        TemporaryPassword=PASSWORD,
        UserAttributes=invited,
        DesiredDeliveryMediums=["EMAIL"],
    )
    respond(pool, pool.sign_in("grace"), "grace", NEW_PASSWORD=NEW)
    return {event["triggerSource"]: event for event in scene.events()}


@pytest.mark.parametrize("source", sorted(OCCASIONS))
def test_an_occasion_has_this_name(events: dict[str, dict[str, Any]], source: str) -> None:
    """user-pools-config.md 6: triggerSource of each trigger."""
    assert source in events


def test_no_other_occasion_is_known(events: dict[str, dict[str, Any]]) -> None:
    """user-pools-config.md 6: triggerSource, and no others for these triggers."""
    assert events.keys() == OCCASIONS


@pytest.mark.parametrize(
    ("source", "request_keys", "response_keys"),
    [
        (
            "PreSignUp_SignUp",
            {"userAttributes", "validationData", "clientMetadata"},
            {"autoConfirmUser", "autoVerifyEmail", "autoVerifyPhone"},
        ),
        ("PostConfirmation_ConfirmSignUp", {"userAttributes", "clientMetadata"}, set()),
        ("PreAuthentication_Authentication", {"userAttributes", "validationData"}, set()),
        ("PostAuthentication_Authentication", {"userAttributes", "newDeviceUsed"}, set()),
        (
            "CustomMessage_SignUp",
            {"userAttributes", "codeParameter", "usernameParameter"},
            {"smsMessage", "emailMessage", "emailSubject"},
        ),
    ],
)
def test_an_event_brings_and_takes_these_members(
    events: dict[str, dict[str, Any]], source: str, request_keys: set[str], response_keys: set[str]
) -> None:
    """user-pools-config.md 6: request extras and response of each trigger."""
    assert request_keys <= events[source]["request"].keys()
    assert events[source]["response"].keys() == response_keys


def failing(sandbox: RunningSandbox, name: str, body: str, triggers: Iterable[str] = ("PreSignUp",)) -> Scene:
    return make_scene(sandbox, name, list(triggers), body)


@pytest.mark.parametrize(
    ("name", "body", "code", "message"),
    [
        (
            "refuses",
            "raise ValueError('not on the moon')",
            "UserLambdaValidationException",
            "PreSignUp failed with error not on the moon",
        ),
        ("malformed", "return {'moon': 1}", "InvalidLambdaResponseException", None),
        ("crashes", "import os; os._exit(3)", "UnexpectedLambdaException", None),
    ],
)
def test_a_function_that_fails(sandbox: RunningSandbox, name: str, body: str, code: str, message: str | None) -> None:
    """user-pools-config.md 6: `<Trigger> failed with error <text>`; malformed output; crash."""
    scene = failing(sandbox, name, body)
    with refused(code, message):
        sign_up(scene, "ada")


def test_a_function_confirms_and_verifies(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 6 and user-pools.md 5: autoConfirmUser and autoVerifyEmail of PreSignUp, CONFIRMED."""
    body = "event['response'].update(autoConfirmUser=True, autoVerifyEmail=True)"
    scene = failing(sandbox, "confirms", body)
    assert sign_up(scene, "ada")["UserConfirmed"] is True
    user = scene.pool.idp.admin_get_user(UserPoolId=scene.pool.pool_id, Username="ada")
    assert user["UserStatus"] == "CONFIRMED"
    assert {"Name": "email_verified", "Value": "true"} in user["UserAttributes"]


def test_a_function_must_let_the_pool_call_it(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 6: function policy, principal cognito-idp.amazonaws.com, AWS:SourceArn = pool ARN."""
    scene = failing(sandbox, "guarded", "pass")
    other = make_pool(sandbox, LambdaConfig={"PreSignUp": scene.function_arn})
    given = {"Username": "ada", "Password": PASSWORD, "UserAttributes": [{"Name": "email", "Value": "a@moon.example"}]}
    with refused("UnexpectedLambdaException"):
        other.public.sign_up(ClientId=other.client_id, **given)
    assert scene.pool.public.sign_up(ClientId=scene.pool.client_id, **given)["UserSub"]


@pytest.mark.parametrize(("status", "attribute"), [("CONFIRMED", "true"), ("RESET_REQUIRED", "false")])
def test_a_person_is_taken_over(sandbox: RunningSandbox, status: str, attribute: str) -> None:
    """user-pools-config.md 6: UserMigration_Authentication; password; attributes, finalUserStatus, messageAction."""
    body = (
        "event['response'] = {'userAttributes': {'email': 'ada@moon.example', 'email_verified': '%s'},"
        " 'finalUserStatus': '%s', 'messageAction': 'SUPPRESS'}"
    )
    scene = failing(sandbox, f"migrates-{status.lower()}", body % (attribute, status), ["UserMigration"])
    if status == "CONFIRMED":
        assert scene.pool.tokens("ada")["AccessToken"]
    else:
        with refused("PasswordResetRequiredException"):
            scene.pool.sign_in("ada")
    assert scene.pool.status("ada") == status
    (event,) = scene.events()[:1]
    assert (event["triggerSource"], event["request"]["password"]) == ("UserMigration_Authentication", PASSWORD)
