"""CustomMessage."""

import pytest

from tests.sandbox.pools import refused
from tests.sandbox.triggers.scene import make_scene, sign_up
from tests.sandbox_fixture import RunningSandbox

WORDS = """
name = event["userName"] if event["request"]["usernameParameter"] is None else event["request"]["usernameParameter"]
event["response"].update(emailSubject="Moon mail", emailMessage=f"{name}: " + event["request"]["codeParameter"],
    smsMessage="Moon " + event["request"]["codeParameter"])
""".strip()


def test_a_sign_up_code_arrives_in_the_functions_words(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "words", ["CustomMessage"], WORDS)
    sign_up(scene, "ada", ClientMetadata={"lang": "de"})
    (message, *_) = sandbox.messages()
    assert (message["subject"], message["body"]) == ("Moon mail", f"ada: {message['code']}")
    (event,) = scene.events()
    assert event["triggerSource"] == "CustomMessage_SignUp"
    assert event["request"]["clientMetadata"] == {"lang": "de"}
    assert event["request"]["codeParameter"] == "{####}"
    assert event["request"]["userAttributes"]["cognito:user_status"] == "UNCONFIRMED"
    scene.pool.public.confirm_sign_up(ClientId=scene.pool.client_id, Username="ada", ConfirmationCode=message["code"])
    assert scene.pool.status("ada") == "CONFIRMED"


def test_every_occasion_has_its_source(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "occasions", ["CustomMessage"], WORDS)
    pool = scene.pool
    sign_up(scene, "ada")
    pool.public.resend_confirmation_code(ClientId=pool.client_id, Username="ada")
    pool.public.confirm_sign_up(ClientId=pool.client_id, Username="ada", ConfirmationCode=pool.latest_code())
    pool.public.forgot_password(ClientId=pool.client_id, Username="ada")
    token = pool.tokens("ada")["AccessToken"]
    changed = [{"Name": "email", "Value": "new@moon.example"}]
    pool.public.update_user_attributes(AccessToken=token, UserAttributes=changed)
    pool.public.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    email = [{"Name": "email", "Value": "eve@moon.example"}]
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id, Username="eve", UserAttributes=email, DesiredDeliveryMediums=["EMAIL"]
    )
    assert sandbox.messages()[0]["body"] == f"eve: {sandbox.messages()[0]['code']}"
    assert [source.removeprefix("CustomMessage_") for source in scene.sources()] == [
        *("SignUp", "ResendCode", "ForgotPassword", "UpdateUserAttribute", "VerifyUserAttribute", "AdminCreateUser"),
    ]


def test_silence_leaves_the_pools_own_words(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "silent", ["CustomMessage"], "pass")
    sign_up(scene, "ada")
    (message, *_) = sandbox.messages()
    assert message["body"] == f"Your verification code is {message['code']}."


@pytest.mark.parametrize("words", ["no code in it", "{####}" + "x" * 20_000])
def test_words_that_cannot_be_sent_are_an_invalid_response(sandbox: RunningSandbox, words: str) -> None:
    scene = make_scene(
        sandbox, f"unsent-{len(words)}", ["CustomMessage"], f"event['response']['emailMessage'] = {words!r}"
    )
    with refused("InvalidLambdaResponseException"):
        sign_up(scene, "ada")
    with refused("UserNotFoundException"):
        scene.pool.status("ada")
