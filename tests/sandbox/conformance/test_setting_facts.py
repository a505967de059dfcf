"""Settings and what comes of them: the rest of user-pools.md 6 and 7, user-pools-config.md 1 to 5, 8 and 12."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.auth.second_factors import PHONE, respond, set_mfa
from tests.sandbox.conformance.test_import_facts import create, csv, line, run, upload
from tests.sandbox.hosted_ui.browser import CALLBACK, Browser
from tests.sandbox.hosted_ui.test_sso_sessions import revoke, sessions, sign_in, tracking_pool
from tests.sandbox.pools import FLOWS, PASSWORD, SMS, PoolUnderTest, add_sms_role, make_pool, refused
from tests.sandbox.triggers.scene import make_scene
from tests.sandbox.user_pools.test_imports import make_import_role
from tests.sandbox_fixture import RunningSandbox

SES = "arn:aws:ses:us-east-1:210987654321:identity/post@moonletter.example"
CUSTOM = ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"]
RIDDLE = """
source, request, response = event["triggerSource"].split("_")[0], event["request"], event["response"]
if source == "DefineAuthChallenge":
    is_right = bool(request["session"])
    response.update(issueTokens=is_right, failAuthentication=False, challengeName="CUSTOM_CHALLENGE")
elif source == "CreateAuthChallenge":
    response.update(publicChallengeParameters={}, privateChallengeParameters={})
else:
    response["answerCorrect"] = True
""".strip()


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    make_import_role(sandbox)
    return make_pool(sandbox)


@pytest.fixture(scope="module")
def strict(sandbox: RunningSandbox) -> Any:
    """A client of boto3 that checks nothing itself."""
    return sandbox.client("cognito-idp", parameter_validation=False)


@pytest.mark.parametrize(
    "settings",
    [
        {"AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
        {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}},
        {
            "AdminCreateUserConfig": {"UnusedAccountValidityDays": 3},
            "Policies": {"PasswordPolicy": {"MinimumLength": 8, "TemporaryPasswordValidityDays": 5}},
        },
        {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}, "UserPoolTier": "LITE"},
    ],
)
def test_settings_that_exclude_each_other_or_lack_something(strict: Any, settings: dict[str, Any]) -> None:
    """user-pools-config.md 2, 3, 5 and 9: exclusive lists, SourceArn required, validity days that differ, the plan."""
    is_plan = "UserPoolTier" in settings
    with refused("FeatureUnavailableInTierException" if is_plan else "InvalidParameterException"):
        strict.create_user_pool(PoolName="contradictory", **settings)


def test_a_sender_of_ones_own_has_no_daily_limit(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 5: COGNITO_DEFAULT, 50 messages a day; DEVELOPER, SES with From and ReplyToEmailAddress."""
    sender = {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": SES,
        "From": "Moonletter <post@moonletter.example>",
        "ReplyToEmailAddress": "reply@moonletter.example",
        "ConfigurationSet": "moon",
    }
    made = make_pool(sandbox, EmailConfiguration=sender)
    assert made.idp.describe_user_pool(UserPoolId=made.pool_id)["UserPool"]["EmailConfiguration"] == sender
    before = sandbox.control("outbox")["daily_mail"]["sent"]
    email = [{"Name": "email", "Value": "ada@moonletter.example"}]
    made.public.sign_up(ClientId=made.client_id, Username="ada", Password=PASSWORD, UserAttributes=email)
    assert sandbox.control("outbox")["daily_mail"]["sent"] == before


def test_codes_have_six_digits(pool: PoolUnderTest) -> None:
    """user-pools-config.md 5: sign-up and reset codes 6 digits (our choice)."""
    email = [{"Name": "email", "Value": "digits@moonletter.example"}]
    pool.public.sign_up(ClientId=pool.client_id, Username="digits", Password=PASSWORD, UserAttributes=email)
    assert len(pool.latest_code()) == 6
    assert pool.latest_code().isdecimal()


def test_what_a_client_may_not_write_is_refused(pool: PoolUnderTest) -> None:
    """user-pools-config.md 1: writing a non-writable attribute, NotAuthorizedException."""
    pool.add_user("writer")
    client_id = pool.add_client(ExplicitAuthFlows=FLOWS, WriteAttributes=["name"])["ClientId"]
    token = pool.tokens("writer", client_id=client_id)["AccessToken"]
    pool.public.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "name", "Value": "Ada"}])
    with refused("NotAuthorizedException"):
        pool.public.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "nickname", "Value": "A"}])


def test_a_factor_is_preferred_only_when_it_is_on(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 4: setting preferred without enabled is an error (our choice)."""
    made = make_pool(sandbox)
    set_mfa(made, "OPTIONAL", "SMS")
    made.add_user("ada", phone_number=PHONE)
    with refused("InvalidParameterException"):
        made.idp.admin_set_user_mfa_preference(
            UserPoolId=made.pool_id, Username="ada", SMSMfaSettings={"Enabled": False, "PreferredMfa": True}
        )


def test_codes_that_cannot_be_delivered(sandbox: RunningSandbox) -> None:
    """user-pools-errors.md 1: CodeDeliveryFailureException; here where a sender's key is disabled."""
    add_sms_role(sandbox)
    kms = sandbox.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    scene = make_scene(sandbox, "undelivered", [], "pass")
    sender = {"LambdaArn": scene.function_arn, "LambdaVersion": "V1_0"}
    config = {"CustomEmailSender": sender, "KMSKeyID": key}
    scene.pool.idp.update_user_pool(
        UserPoolId=scene.pool.pool_id, LambdaConfig=config, AutoVerifiedAttributes=["email"], SmsConfiguration=SMS
    )
    kms.disable_key(KeyId=key)
    email = [{"Name": "email", "Value": "ada@moonletter.example"}]
    with refused("CodeDeliveryFailureException"):
        scene.pool.public.sign_up(
            ClientId=scene.pool.client_id, Username="ada", Password=PASSWORD, UserAttributes=email
        )


@pytest.mark.parametrize(("mode", "is_let_in"), [("ENFORCED", False), ("AUDIT", True)])
def test_custom_sign_ins_have_a_mode_of_their_own(sandbox: RunningSandbox, mode: str, *, is_let_in: bool) -> None:
    """user-pools-config.md 8: AdvancedSecurityAdditionalFlows.CustomAuthMode AUDIT/ENFORCED."""
    add_ons = {"AdvancedSecurityMode": "ENFORCED", "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": mode}}
    scene = make_scene(sandbox, f"mode-{mode}", CUSTOM, RIDDLE, UserPoolTier="PLUS", UserPoolAddOns=add_ons)
    made = scene.pool
    made.add_user("ada")
    actions = {"HighAction": {"Notify": False, "EventAction": "BLOCK"}}
    made.idp.set_risk_configuration(UserPoolId=made.pool_id, AccountTakeoverRiskConfiguration={"Actions": actions})

    def play(address: str) -> Any:
        asked = made.public.initiate_auth(
            AuthFlow="CUSTOM_AUTH",
            ClientId=made.client_id,
            AuthParameters={"USERNAME": "ada"},
            UserContextData={"IpAddress": address},
        )
        return respond(made, asked, "ada", ANSWER="moon")

    assert play("198.51.100.7")["AuthenticationResult"]
    if is_let_in:
        assert play("203.0.113.9")["AuthenticationResult"]
        return
    with refused("NotAuthorizedException"):
        play("203.0.113.9")


def test_imported_users_choose_a_password_by_a_code(pool: PoolUnderTest) -> None:
    """user-pools.md 7: RESET_REQUIRED, complete with ForgotPassword and ConfirmForgotPassword; Succeeded, counters."""
    job = run(pool, csv(line("imported"), line("flawed", email="no address")))
    assert (job["Status"], job["ImportedUsers"], job["FailedUsers"], job["SkippedUsers"]) == ("Succeeded", 1, 1, 0)
    assert pool.status("imported") == "RESET_REQUIRED"
    key = {"ClientId": pool.client_id, "Username": "imported"}
    pool.public.forgot_password(**key)
    pool.public.confirm_forgot_password(**key, ConfirmationCode=pool.latest_code(), Password=PASSWORD)
    assert pool.tokens("imported")


def test_a_log_tells_what_became_of_each_line(pool: PoolUnderTest) -> None:
    """user-pools.md 7: the log of the job; read here at /_sandbox/imports, there are no log groups (our choice)."""
    job = run(pool, csv(line("logged"), line("unlogged", email="no address")))
    lines = pool.sandbox.control(f"imports?job={job['JobId']}")["lines"]
    assert len(lines) == 2
    assert job["Status"] == "Succeeded"


def test_a_file_of_bad_lines_fails_and_a_started_job_is_not_started_again(pool: PoolUnderTest) -> None:
    """user-pools.md 7 and user-pools-errors.md 1: Failed; PreconditionNotMetException, state and missing file."""
    assert run(pool, csv(line("bad", email="no address")))["Status"] == "Failed"
    job = create(pool)
    key = {"UserPoolId": pool.pool_id, "JobId": job["JobId"]}
    with refused("PreconditionNotMetException"):
        pool.idp.start_user_import_job(**key)
    upload(job, csv(line("late")))
    with refused("PreconditionNotMetException"):
        pool.idp.stop_user_import_job(**key)


def test_hashed_passwords_are_not_imported(pool: PoolUnderTest) -> None:
    """user-pools.md 7: PasswordHashingAlgorithm, column undocumented; refused is our choice."""
    with refused("InvalidParameterException"):
        create(pool, PasswordHashingAlgorithm="BCRYPT")


@pytest.fixture
def browsing(sandbox: RunningSandbox) -> Iterator[PoolUnderTest]:
    with tracking_pool(sandbox) as made:
        yield made


@pytest.mark.parametrize("linked", ["NONE", "LINKED"])
def test_a_browsers_session_may_take_its_tokens_along(browsing: PoolUnderTest, linked: str) -> None:
    """user-pools.md 2 and 6: ids begin sso; AdminRevokeUserSession, RevokeAssociatedSessions NONE or LINKED."""
    with Browser(browsing.sandbox, "sessions") as browser:
        sign_in(browser, browsing)
        (session,) = sessions(browsing)["SSO"]
        assert session["SessionId"].startswith("sso")
        revoke(browsing, session, linked)
        assert not sessions(browsing)["SSO"]
        assert bool(sessions(browsing)["TOKEN"]) is (linked == "NONE")


def test_an_application_that_registered_itself_has_no_secrets_to_add(browsing: PoolUnderTest) -> None:
    """user-pools-config.md 7 and 12: ClientType DCR; client-secret operations are rejected."""
    browsing.idp.update_user_pool(
        UserPoolId=browsing.pool_id, DcrConfiguration={"EnableStatus": "Enabled", "OpenDcrEnabled": True}
    )
    with Browser(browsing.sandbox, "sessions") as browser:
        metadata = {"client_name": "Moon", "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}
        made = browser.http.post(f"{browser.base}/oauth2/register", json=metadata).json()
    key = {"UserPoolId": browsing.pool_id, "ClientId": made["client_id"]}
    assert browsing.idp.describe_user_pool_client(**key)["UserPoolClient"]["ClientType"] == "DCR"
    with refused("InvalidParameterException"):
        browsing.idp.add_user_pool_client_secret(**key)
