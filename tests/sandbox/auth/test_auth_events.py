"""Auth events of threat protection (reference: user-pools 6, config 8 and 9)."""

from typing import Any

import jwt
import pytest

from tests.sandbox.auth.second_factors import MAIL, PHONE, respond, set_mfa
from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn
from tests.sandbox.pools import FLOWS, PASSWORD, SMS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

PLUS: dict[str, Any] = {"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}
HERE = {"IpAddress": "198.51.100.7"}


@pytest.fixture
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox, SmsConfiguration=SMS, **PLUS)
    made.add_user("ada", email=MAIL, email_verified="true", phone_number=PHONE)
    return made


def _events(pool: PoolUnderTest, username: str = "ada", **more: Any) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = pool.idp.admin_list_user_auth_events(
        UserPoolId=pool.pool_id, Username=username, **more
    )["AuthEvents"]
    return events


def _sign_in(pool: PoolUnderTest, password: str = PASSWORD) -> dict[str, Any]:
    answer: dict[str, Any] = pool.public.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=pool.client_id,
        AuthParameters={"USERNAME": "ada", "PASSWORD": password},
        UserContextData=HERE,
    )
    return answer


def test_a_sign_in_is_an_event_with_the_tokens_event_id(pool: PoolUnderTest) -> None:
    """user-pools 6: `EventId` equals the tokens' `event_id` claim; response, risk, challenges and context."""
    token = _sign_in(pool)["AuthenticationResult"]["IdToken"]
    (event,) = _events(pool)
    assert event["EventId"] == jwt.decode(token, options={"verify_signature": False})["event_id"]
    assert (event["EventType"], event["EventResponse"]) == ("SignIn", "Pass")
    assert event["EventRisk"]["RiskDecision"] == "NoRisk"
    assert event["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Success"}]
    assert event["EventContextData"] == HERE


def test_a_wrong_password_is_a_failed_event(pool: PoolUnderTest) -> None:
    """user-pools 6: EventResponse Fail, challenge Password Failure; the lockout goes on counting."""
    for _ in range(5):
        with refused("NotAuthorizedException", "Incorrect username or password."):
            _sign_in(pool, "Wrong-Password-1")
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        _sign_in(pool)
    events = _events(pool)
    assert {event["EventResponse"] for event in events} == {"Fail"}
    assert len(events) == 6
    assert events[0]["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Failure"}]


def test_one_event_goes_through_all_challenges(pool: PoolUnderTest) -> None:
    """user-pools 6: EventResponse InProgress, then Pass; challenges Password and Mfa."""
    set_mfa(pool, "OPTIONAL", "SMS")
    pool.idp.admin_set_user_mfa_preference(UserPoolId=pool.pool_id, Username="ada", SMSMfaSettings={"Enabled": True})
    asked = _sign_in(pool)
    assert [event["EventResponse"] for event in _events(pool)] == ["InProgress"]
    code = pool.latest_code()
    with refused("CodeMismatchException"):
        respond(pool, asked, "ada", SMS_MFA_CODE="000000" if code != "000000" else "111111")
    (failed,) = _events(pool)
    assert failed["EventResponse"] == "Fail"
    assert failed["ChallengeResponses"][-1] == {"ChallengeName": "Mfa", "ChallengeResponse": "Failure"}
    done = respond(pool, asked, "ada", SMS_MFA_CODE=code)["AuthenticationResult"]
    (event,) = _events(pool)
    assert event["EventResponse"] == "Pass"
    assert [entry["ChallengeName"] for entry in event["ChallengeResponses"]] == ["Password", "Mfa"]
    assert event["EventId"] == jwt.decode(done["IdToken"], options={"verify_signature": False})["event_id"]


def test_sign_up_recovery_and_password_changes_are_events_newest_first(pool: PoolUnderTest) -> None:
    """user-pools 6: EventType SignUp, ForgotPassword, PasswordChange, ResendCode; pages."""
    attributes = [{"Name": "email", "Value": "mary@moonletter.example"}]
    public, named = pool.public, {"ClientId": pool.client_id, "Username": "mary"}
    public.sign_up(**named, Password=PASSWORD, UserAttributes=attributes)
    public.resend_confirmation_code(**named)
    public.confirm_sign_up(**named, ConfirmationCode=pool.latest_code())
    public.forgot_password(**named)
    public.confirm_forgot_password(**named, ConfirmationCode=pool.latest_code(), Password="Another-2026")
    kinds = [event["EventType"] for event in _events(pool, "mary")]
    assert kinds == ["PasswordChange", "ForgotPassword", "ResendCode", "SignUp"]
    first = pool.idp.admin_list_user_auth_events(UserPoolId=pool.pool_id, Username="mary", MaxResults=3)
    assert len(first["AuthEvents"]) == 3
    rest = _events(pool, "mary", MaxResults=3, NextToken=first["NextToken"])
    assert [event["EventType"] for event in rest] == ["SignUp"]


def test_an_administrator_judges_an_event(pool: PoolUnderTest) -> None:
    """operations: AdminUpdateAuthEventFeedback Valid/Invalid."""
    _sign_in(pool)
    named = {"UserPoolId": pool.pool_id, "Username": "ada"}
    event_id = _events(pool)[0]["EventId"]
    pool.idp.admin_update_auth_event_feedback(**named, EventId=event_id, FeedbackValue="Invalid")
    feedback = _events(pool)[0]["EventFeedback"]
    assert (feedback["FeedbackValue"], feedback["Provider"]) == ("Invalid", "Admin")
    with refused("ResourceNotFoundException"):
        pool.idp.admin_update_auth_event_feedback(**named, EventId="unknown", FeedbackValue="Valid")


def test_a_forbidden_address_is_turned_away_and_the_user_may_judge_that(pool: PoolUnderTest) -> None:
    """config 8: Blocked IP lists, notification; operations: UpdateAuthEventFeedback by the mail's token."""
    mail = {"Subject": "Was it you?", "TextBody": "No: {one-click-link-invalid} {feedback-token}"}
    source = "arn:aws:ses:us-east-1:210987654321:identity/post@moonletter.example"
    pool.idp.set_risk_configuration(
        UserPoolId=pool.pool_id,
        RiskExceptionConfiguration={"BlockedIPRangeList": ["198.51.100.0/24"]},
        AccountTakeoverRiskConfiguration={
            "NotifyConfiguration": {"SourceArn": source, "BlockEmail": mail},
            "Actions": {"HighAction": {"Notify": True, "EventAction": "BLOCK"}},
        },
    )
    with refused("NotAuthorizedException", "Unable to login because of security reasons"):
        _sign_in(pool)
    (event,) = _events(pool)
    assert event["EventRisk"]["RiskDecision"] == "Block"
    sent = pool.sandbox.messages()[0]
    assert sent["subject"] == "Was it you?"
    judgement = {
        "UserPoolId": pool.pool_id,
        "Username": "ada",
        "EventId": event["EventId"],
        "FeedbackValue": "Invalid",
    }
    with refused("NotAuthorizedException"):
        pool.public.update_auth_event_feedback(**judgement, FeedbackToken="made-up")
    pool.public.update_auth_event_feedback(**judgement, FeedbackToken=sent["code"])
    assert _events(pool)[0]["EventFeedback"]["FeedbackValue"] == "Invalid"
    assert "AuthenticationResult" in pool.sign_in("ada")


def test_events_need_threat_protection(sandbox: RunningSandbox) -> None:
    """user-pools 6: UserPoolAddOnNotEnabledException."""
    plain = make_pool(sandbox)
    plain.add_user("ada")
    with refused("UserPoolAddOnNotEnabledException"):
        _events(plain)


def test_another_ones_session_spoils_nobodys_event(pool: PoolUnderTest) -> None:
    """user-pools 6: a step that fails is written down for the user it names, as an event of its own."""
    set_mfa(pool, "OPTIONAL", "SMS")
    pool.idp.admin_set_user_mfa_preference(UserPoolId=pool.pool_id, Username="ada", SMSMfaSettings={"Enabled": True})
    pool.add_user("grace")
    asked = _sign_in(pool)
    with refused("NotAuthorizedException", "Invalid session for the user."):
        respond(pool, asked, "grace", SMS_MFA_CODE="000000")
    assert [event["EventResponse"] for event in _events(pool)] == ["InProgress"]
    assert [event["EventResponse"] for event in _events(pool, "grace")] == ["Fail"]


def test_what_is_done_at_the_pages_is_an_event_too(pool: PoolUnderTest) -> None:
    """user-pools 6: event types SignUp, ResendCode, ForgotPassword and PasswordChange, wherever they happen."""
    client_id = pool.add_client(
        ExplicitAuthFlows=FLOWS,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        SupportedIdentityProviders=["COGNITO"],
        CallbackURLs=[CALLBACK],
    )["ClientId"]
    domain = pool.pool_id.lower().replace("_", "-")
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain=domain)
    query = SignIn(client_id=client_id, scope="openid").query
    typed = {"password": PASSWORD, "password_again": PASSWORD}
    with Browser(pool.sandbox, domain) as browser:
        browser.submit(browser.go("forgotPassword", **query), username="ada")
        reset = browser.go("confirmforgotPassword", **query, username="ada")
        browser.submit(reset, code=pool.latest_code(), **typed)
    assert [event["EventType"] for event in _events(pool)] == ["PasswordChange", "ForgotPassword"]
