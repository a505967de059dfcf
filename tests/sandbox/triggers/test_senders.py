"""CustomEmailSender and CustomSMSSender: the code arrives encrypted, and the function can read it."""

import json

from tests.sandbox.functions.lambdas import role_arn
from tests.sandbox.pools import SMS, add_sms_role, refused
from tests.sandbox.triggers.scene import Scene, make_scene, sign_up
from tests.sandbox_fixture import RunningSandbox

READ = """
import base64, boto3, botocore.session
from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient, StrictAwsKmsMasterKeyProvider
keys = StrictAwsKmsMasterKeyProvider(key_ids=[__import__("os").environ["KEY_ARN"]])
client = EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)
code, header = client.decrypt(source=base64.b64decode(event["request"]["code"]), key_provider=keys)
print("CODE", json.dumps([code.decode(), header.encryption_context["userpool-id"]]))
""".strip()


def decrypted(scene: Scene) -> list[str]:
    """What the function read, once it has."""

    def read() -> list[str] | None:
        for entry in scene.pool.sandbox.control("functions")["invocations"]:
            lines = [line for line in entry["log"].splitlines() if line.startswith("CODE ")]
            if entry["function"] == scene.function and lines:
                found: list[str] = json.loads(lines[0].removeprefix("CODE "))
                return found
            assert entry["function"] != scene.function, entry["log"]
        return None

    return scene.once(read)


def make(sandbox: RunningSandbox, name: str, trigger: str) -> Scene:
    key = sandbox.client("kms").create_key()["KeyMetadata"]["Arn"]
    allow = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key}
    role = role_arn(sandbox, f"reads-{name}", policy={"Version": "2012-10-17", "Statement": [allow]})
    function = {"Timeout": 20, "Role": role, "Environment": {"Variables": {"KEY_ARN": key}}}
    scene = make_scene(sandbox, name, [], READ, function=function)
    config = {trigger: {"LambdaArn": scene.function_arn, "LambdaVersion": "V1_0"}, "KMSKeyID": key}
    verified = ["email"] if trigger == "CustomEmailSender" else ["phone_number"]
    add_sms_role(sandbox)
    scene.pool.idp.update_user_pool(
        UserPoolId=scene.pool.pool_id, LambdaConfig=config, AutoVerifiedAttributes=verified, SmsConfiguration=SMS
    )
    return scene


def test_the_mail_sender_gets_the_code_and_nothing_else_is_sent(sandbox: RunningSandbox) -> None:
    scene = make(sandbox, "mails", "CustomEmailSender")
    before = len(sandbox.messages())
    details = sign_up(scene, "ada")["CodeDeliveryDetails"]
    assert details["DeliveryMedium"] == "EMAIL"
    code, pool_id = decrypted(scene)
    assert pool_id == scene.pool.pool_id
    assert len(sandbox.messages()) == before
    scene.pool.public.confirm_sign_up(ClientId=scene.pool.client_id, Username="ada", ConfirmationCode=code)
    (event,) = scene.events()
    assert event["triggerSource"] == "CustomEmailSender_SignUp"
    assert event["request"]["type"] == "customEmailSenderRequestV1"


def test_the_text_sender_has_a_type_of_its_own(sandbox: RunningSandbox) -> None:
    scene = make(sandbox, "texts", "CustomSMSSender")
    phone = [{"Name": "phone_number", "Value": "+491700000001"}]
    scene.pool.public.sign_up(
        ClientId=scene.pool.client_id, Username="ada", Password="Moonletter-2026", UserAttributes=phone
    )
    assert len(decrypted(scene)[0]) == 6
    (event,) = scene.events()
    assert event["triggerSource"] == "CustomSMSSender_SignUp"
    assert event["request"]["type"] == "customSMSSenderRequestV1"


def test_a_key_that_is_gone_delivers_nothing(sandbox: RunningSandbox) -> None:
    scene = make(sandbox, "keyless", "CustomEmailSender")
    key = scene.pool.idp.describe_user_pool(UserPoolId=scene.pool.pool_id)["UserPool"]["LambdaConfig"]["KMSKeyID"]
    sandbox.client("kms").disable_key(KeyId=key)
    with refused("CodeDeliveryFailureException"):
        sign_up(scene, "ada")
    with refused("UserNotFoundException"):
        scene.pool.status("ada")


def test_a_warning_of_a_risky_sign_in_is_the_senders_too(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 6: CustomEmailSender_AccountTakeOverNotification."""
    scene = make(sandbox, "warns", "CustomEmailSender")
    pool = scene.pool
    config = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]["LambdaConfig"]
    add_ons = {"AdvancedSecurityMode": "ENFORCED"}
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, LambdaConfig=config, UserPoolTier="PLUS", UserPoolAddOns=add_ons)
    pool.add_user("ada", email="ada@moonletter.example")
    mail = {"Subject": "Seen", "TextBody": "{username}"}
    source = "arn:aws:ses:us-east-1:210987654321:identity/post@moonletter.example"
    pool.idp.set_risk_configuration(
        UserPoolId=pool.pool_id,
        AccountTakeoverRiskConfiguration={
            "NotifyConfiguration": {"SourceArn": source, "NoActionEmail": mail},
            "Actions": {"HighAction": {"Notify": True, "EventAction": "NO_ACTION"}},
        },
    )
    before = len(sandbox.messages())
    for address in ("198.51.100.7", "203.0.113.9"):
        assert pool.public.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=pool.client_id,
            AuthParameters={"USERNAME": "ada", "PASSWORD": "Moonletter-2026"},
            UserContextData={"IpAddress": address},
        )["AuthenticationResult"]
    token, _ = decrypted(scene)
    assert len(sandbox.messages()) == before
    (event,) = scene.events()
    assert event["triggerSource"] == "CustomEmailSender_AccountTakeOverNotification"
    (risky, _) = pool.idp.admin_list_user_auth_events(UserPoolId=pool.pool_id, Username="ada")["AuthEvents"]
    pool.public.update_auth_event_feedback(
        UserPoolId=pool.pool_id,
        Username="ada",
        EventId=risky["EventId"],
        FeedbackToken=token,
        FeedbackValue="Invalid",
    )
