"""PreSignUp and PostConfirmation."""

from tests.sandbox.pools import refused
from tests.sandbox.triggers.scene import make_scene, sign_up
from tests.sandbox_fixture import RunningSandbox


def test_pre_sign_up_sees_the_event_as_cognito_words_it(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "pre-event", ["PreSignUp"], "pass")
    sign_up(scene, "ada", ValidationData=[{"Name": "key", "Value": "moon"}], ClientMetadata={"from": "test"})
    assert scene.events() == [
        {
            "version": "1",
            "triggerSource": "PreSignUp_SignUp",
            "region": "us-east-1",
            "userPoolId": scene.pool.pool_id,
            "userName": "ada",
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": scene.pool.client_id},
            "request": {
                "userAttributes": {"email": "ada@moon.example"},
                "validationData": {"key": "moon"},
                "clientMetadata": {"from": "test"},
            },
            "response": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
        }
    ]


def test_pre_sign_up_confirms_and_verifies_at_once(sandbox: RunningSandbox) -> None:
    body = "event['response'].update(autoConfirmUser=True, autoVerifyEmail=True)"
    scene = make_scene(sandbox, "pre-confirm", ["PreSignUp", "PostConfirmation"], body)
    assert sign_up(scene, "ada")["UserConfirmed"] is True
    found = scene.pool.idp.admin_get_user(UserPoolId=scene.pool.pool_id, Username="ada")
    attributes = {each["Name"]: each["Value"] for each in found["UserAttributes"]}
    assert (found["UserStatus"], attributes["email_verified"]) == ("CONFIRMED", "true")
    assert scene.sources() == ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]


def test_pre_sign_up_can_refuse_with_its_own_words(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "pre-refuse", ["PreSignUp"], "raise Exception('no moon today')")
    with refused("UserLambdaValidationException", "PreSignUp failed with error no moon today"):
        sign_up(scene, "ada")
    with refused("UserNotFoundException"):
        scene.pool.status("ada")


def test_an_unreadable_answer_is_an_invalid_response(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "pre-malformed", ["PreSignUp"], "return None")
    with refused("InvalidLambdaResponseException", "Unrecognizable lambda output"):
        sign_up(scene, "ada")


def test_a_crash_is_an_unexpected_exception(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "pre-crash", ["PreSignUp"], "import os; os._exit(1)")
    with refused("UnexpectedLambdaException"):
        sign_up(scene, "ada")


def test_a_function_that_forbids_the_pool_is_not_invoked(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "pre-forbidden", ["PreSignUp"], "pass")
    statement = f"cognito-{scene.pool.pool_id.rpartition('_')[2]}"
    sandbox.client("lambda").remove_permission(FunctionName="pre-forbidden", StatementId=statement)
    text = "PreSignUp invocation failed due to error AccessDeniedException."
    with refused("UnexpectedLambdaException", text):
        sign_up(scene, "ada")
    assert scene.events() == []


def test_an_administrators_invitation_asks_pre_sign_up_too(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "pre-admin", ["PreSignUp"], "event['response']['autoVerifyEmail'] = True")
    scene.pool.add_user("ada", email="ada@moon.example")
    (event,) = scene.events()
    assert event["triggerSource"] == "PreSignUp_AdminCreateUser"
    assert event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"


def test_pre_sign_up_knows_the_name_a_user_of_an_email_pool_will_have(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "pre-uuid", ["PreSignUp"], "pass", UsernameAttributes=["email"])
    made = scene.pool.public.sign_up(
        ClientId=scene.pool.client_id, Username="eve@moon.example", Password="Moonletter-2026"
    )
    assert scene.events()[0]["userName"] == made["UserSub"]


def test_post_confirmation_may_change_the_user_it_is_told_of(sandbox: RunningSandbox) -> None:
    body = """
import boto3
boto3.client("cognito-idp").admin_update_user_attributes(
    UserPoolId=event["userPoolId"], Username=event["userName"],
    UserAttributes=[{"Name": "nickname", "Value": event["request"]["userAttributes"]["cognito:user_status"]}])
""".strip()
    iam = sandbox.client("iam")
    allow = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*"}]}'
    scene = make_scene(sandbox, "post-change", ["PostConfirmation"], body, function={"Timeout": 15})
    iam.put_role_policy(RoleName="runs-functions", PolicyName="cognito", PolicyDocument=allow)
    sign_up(scene, "ada")
    scene.pool.public.confirm_sign_up(
        ClientId=scene.pool.client_id, Username="ada", ConfirmationCode=scene.pool.latest_code()
    )
    found = scene.pool.idp.admin_get_user(UserPoolId=scene.pool.pool_id, Username="ada")
    assert {"Name": "nickname", "Value": "CONFIRMED"} in found["UserAttributes"]


def test_a_failing_post_confirmation_leaves_the_user_confirmed(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "post-fail", ["PostConfirmation"], "raise Exception('late')")
    sign_up(scene, "ada")
    with refused("UserLambdaValidationException", "PostConfirmation failed with error late"):
        scene.pool.public.confirm_sign_up(
            ClientId=scene.pool.client_id, Username="ada", ConfirmationCode=scene.pool.latest_code()
        )
    assert scene.pool.status("ada") == "CONFIRMED"


def test_a_reset_password_and_an_administrators_confirmation_are_confirmations_too(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "post-kinds", ["PostConfirmation"], "pass")
    sign_up(scene, "ada")
    scene.pool.idp.admin_confirm_sign_up(UserPoolId=scene.pool.pool_id, Username="ada")
    verified = [{"Name": "email_verified", "Value": "true"}]
    scene.pool.idp.admin_update_user_attributes(UserPoolId=scene.pool.pool_id, Username="ada", UserAttributes=verified)
    scene.pool.public.forgot_password(ClientId=scene.pool.client_id, Username="ada")
    scene.pool.public.confirm_forgot_password(
        ClientId=scene.pool.client_id,
        Username="ada",
        ConfirmationCode=scene.pool.latest_code(),
        Password="Moonletter-2027",
    )
    assert scene.sources() == ["PostConfirmation_ConfirmSignUp", "PostConfirmation_ConfirmForgotPassword"]
