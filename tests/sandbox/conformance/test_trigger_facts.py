"""Triggers, and users who must not be found out: user-pools-config.md section 6 and user-pools-errors.md section 3."""

import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.auth.second_factors import PHONE
from tests.sandbox.auth.srp_client import sign_in_with_srp
from tests.sandbox.federation.travel import open_harbour, told, travel
from tests.sandbox.pools import FLOWS, PASSWORD, SMS, PoolUnderTest, make_pool, refused
from tests.sandbox.triggers.scene import Scene, make_scene, sign_up
from tests.sandbox.user_pools.test_imports import KMS, ROLE, make_import_role
from tests.sandbox_fixture import RunningSandbox, direct

WRONG = "Incorrect username or password."
MIGRATE = "event['response'].update(userAttributes={'email': 'ada@moon.example'}, finalUserStatus='CONFIRMED')"
KEYS = [
    "PreSignUp",
    "CustomMessage",
    "PostConfirmation",
    "PreAuthentication",
    "PostAuthentication",
    "DefineAuthChallenge",
    "CreateAuthChallenge",
    "VerifyAuthChallengeResponse",
    "PreTokenGeneration",
    "UserMigration",
]
FUNCTION = "arn:aws:lambda:us-east-1:210987654321:function:letters"
KEY = "arn:aws:kms:us-east-1:210987654321:key/11111111-2222-4333-8444-555555555555"


@pytest.fixture(scope="module")
def scene(sandbox: RunningSandbox) -> Scene:
    return make_scene(sandbox, "facts", ["PreSignUp", "PreAuthentication", "PostAuthentication"], "pass")


@pytest.fixture(scope="module")
def hiding(sandbox: RunningSandbox) -> Iterator[PoolUnderTest]:
    """A pool whose client must not tell unknown users from others."""
    made = make_pool(sandbox, client={"ExplicitAuthFlows": FLOWS, "PreventUserExistenceErrors": "ENABLED"})
    made.add_user("ada", email="ada@moonletter.example", email_verified="true")
    yield made


@pytest.mark.parametrize("key", KEYS)
def test_a_trigger_is_named_by_an_arn(sandbox: RunningSandbox, key: str) -> None:
    """user-pools-config.md 6: keys of LambdaConfig that take an ARN."""
    pool = make_pool(sandbox, LambdaConfig={key: FUNCTION})
    config = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]["LambdaConfig"]
    assert config[key] == FUNCTION


@pytest.mark.parametrize(
    "config",
    [
        {"PreTokenGenerationConfig": {"LambdaArn": FUNCTION, "LambdaVersion": "V3_0"}},
        {"InboundFederation": {"LambdaArn": FUNCTION, "LambdaVersion": "V1_0"}},
        {"CustomEmailSender": {"LambdaArn": FUNCTION, "LambdaVersion": "V1_0"}, "KMSKeyID": KEY},
        {"CustomSMSSender": {"LambdaArn": FUNCTION, "LambdaVersion": "V1_0"}, "KMSKeyID": KEY},
    ],
)
def test_a_trigger_may_have_a_version(sandbox: RunningSandbox, config: dict[str, Any]) -> None:
    """user-pools-config.md 6: keys of LambdaConfig that take LambdaArn and LambdaVersion; senders need KMSKeyID."""
    pool = make_pool(sandbox, LambdaConfig=config)
    kept = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]["LambdaConfig"]
    assert {name: kept[name] for name in config} == config


def test_both_spellings_of_the_token_trigger_must_agree(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 6: PreTokenGeneration and PreTokenGenerationConfig, ARNs must agree."""
    versioned = {"LambdaArn": FUNCTION, "LambdaVersion": "V2_0"}
    make_pool(sandbox, LambdaConfig={"PreTokenGeneration": FUNCTION, "PreTokenGenerationConfig": versioned})
    with refused("InvalidParameterException"):
        make_pool(sandbox, LambdaConfig={"PreTokenGeneration": FUNCTION + "2", "PreTokenGenerationConfig": versioned})


def test_an_event_has_one_envelope(scene: Scene) -> None:
    """user-pools-config.md 6: the envelope of every event."""
    sign_up(scene, "enveloped")
    (event,) = [entry for entry in scene.events() if entry["userName"] == "enveloped"]
    names = "version triggerSource region userPoolId userName callerContext request response"
    assert event.keys() == set(names.split())
    assert event["callerContext"].keys() == {"awsSdkVersion", "clientId"}
    assert (event["region"], event["userPoolId"]) == ("us-east-1", scene.pool.pool_id)


def test_metadata_of_a_sign_in_go_to_the_triggers_before_it(scene: Scene) -> None:
    """user-pools-config.md 6: InitiateAuth passes ClientMetadata to PreAuthentication as validationData, not on."""
    scene.pool.add_user("metadata")
    scene.pool.public.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=scene.pool.client_id,
        AuthParameters={"USERNAME": "metadata", "PASSWORD": PASSWORD},
        ClientMetadata={"from": "test"},
    )
    requests = {entry["triggerSource"]: entry["request"] for entry in scene.events() if entry["userName"] == "metadata"}
    assert requests["PreAuthentication_Authentication"]["validationData"] == {"from": "test"}
    assert "from" not in str(requests["PostAuthentication_Authentication"])


def test_nobody_migrates_without_a_plain_password(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 6: UserMigration needs a plain password, not SRP."""
    scene = make_scene(sandbox, "migrate-srp", ["UserMigration"], MIGRATE)
    pool = scene.pool
    with refused("UserNotFoundException"):
        sign_in_with_srp(pool.public, pool.pool_id, pool.client_id, "ada", PASSWORD)
    assert scene.sources() == []
    assert pool.sign_in("ada")["AuthenticationResult"]


def test_people_of_providers_meet_no_challenges_messages_or_migrations(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 6: federated sign-in never runs custom challenges, migration, messages or senders."""
    scene = make_scene(sandbox, "fact-federated", KEYS, "pass")
    harbour = open_harbour(scene.pool, "fact-federated")
    for _ in range(2):
        with harbour.browser() as browser:
            told(travel(harbour, browser, "luna")[1])
    assert {source.partition("_")[0] for source in scene.sources()} == {
        "PreSignUp",
        "PostConfirmation",
        "PreAuthentication",
        "PostAuthentication",
    }
    assert "PreSignUp_ExternalProvider" in scene.sources()
    harbour.drop()


def test_a_second_factors_message_has_a_source_of_its_own(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 6: CustomMessage_Authentication."""
    body = "event['response'].update(smsMessage='Moon ' + event['request']['codeParameter'])"
    scene = make_scene(sandbox, "mfa-words", ["CustomMessage"], body, SmsConfiguration=SMS, MfaConfiguration="ON")
    scene.pool.add_user("ada", phone_number=PHONE)
    assert scene.pool.sign_in("ada")["ChallengeName"] == "SMS_MFA"
    assert scene.sources() == ["CustomMessage_Authentication"]
    assert scene.pool.sandbox.messages()[0]["body"].startswith("Moon ")


@pytest.mark.parametrize(("number", "is_taken"), [(2_500, True), (5_001, False)])
def test_a_trigger_adds_five_thousand_claims_at_most(sandbox: RunningSandbox, number: int, *, is_taken: bool) -> None:
    """api-quotas.md 5: added or changed claims and scopes in one pre-token trigger, 5,000 combined."""
    body = (
        "claims = {f'c{number}': 'x' for number in range(%d)}\n"
        "event['response']['claimsOverrideDetails'] = {'claimsToAddOrOverride': claims}"
    )
    scene = make_scene(sandbox, f"claims-{number}", ["PreTokenGeneration"], body % number)
    scene.pool.add_user("ada")
    if is_taken:
        assert scene.pool.tokens("ada")
        return
    with refused("InvalidLambdaResponseException"):
        scene.pool.tokens("ada")


def test_a_hidden_unknown_user_and_a_wrong_password_are_answered_alike(hiding: PoolUnderTest) -> None:
    """user-pools-errors.md 3: password sign-in, NotAuthorizedException `Incorrect username or password.`"""
    for username in ("ada", "nobody"):
        with refused("NotAuthorizedException", WRONG):
            hiding.sign_in(username, "Wrong-Password-1")


def test_hidden_unknown_users_seem_to_get_codes(hiding: PoolUnderTest) -> None:
    """user-pools-errors.md 3: ForgotPassword and ResendConfirmationCode simulate delivery details."""
    for operation in ("forgot_password", "resend_confirmation_code"):
        answer = getattr(hiding.public, operation)(ClientId=hiding.client_id, Username="nobody")
        assert answer["CodeDeliveryDetails"].keys() == {"Destination", "DeliveryMedium", "AttributeName"}


def test_disabled_and_unconfirmed_users_are_not_hidden(hiding: PoolUnderTest) -> None:
    """user-pools-errors.md 3: not hidden are disabled users, unconfirmed ones and a taken name at sign-up."""
    hiding.add_user("disabled")
    hiding.idp.admin_disable_user(UserPoolId=hiding.pool_id, Username="disabled")
    with refused("NotAuthorizedException", "User is disabled."):
        hiding.sign_in("disabled")
    hiding.public.sign_up(ClientId=hiding.client_id, Username="unconfirmed", Password=PASSWORD)
    with refused("UserNotConfirmedException"):
        hiding.sign_in("unconfirmed")
    with refused("UsernameExistsException"):
        hiding.public.sign_up(ClientId=hiding.client_id, Username="ada", Password=PASSWORD)


def test_an_imported_user_is_not_told_apart_where_users_are_hidden(hiding: PoolUnderTest) -> None:
    """user-pools-errors.md 3: imported users get NotAuthorizedException rather than PasswordResetRequiredException."""
    make_import_role(hiding.sandbox)
    key = {"UserPoolId": hiding.pool_id}
    job = hiding.idp.create_user_import_job(**key, JobName="hidden", CloudWatchLogsRoleArn=ROLE)["UserImportJob"]
    header = hiding.idp.get_csv_header(**key)["CSVHeader"]
    person = {"cognito:username": "imported", "email": "imported@x.example", "email_verified": "true"}
    content = "\n".join([",".join(header), ",".join(person.get(name, "") for name in header), ""])
    request = urllib.request.Request(job["PreSignedUrl"], data=content.encode(), headers=KMS, method="PUT")
    with direct.open(request, timeout=20):
        pass
    hiding.idp.start_user_import_job(**key, JobId=job["JobId"])
    while job["Status"] not in ("Succeeded", "Failed"):
        job = hiding.idp.describe_user_import_job(**key, JobId=job["JobId"])["UserImportJob"]
    with refused("NotAuthorizedException", WRONG):
        hiding.sign_in("imported")
