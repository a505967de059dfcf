"""Threat protection that acts: leaked passwords and risky sign-ins (user-pools-config.md section 8)."""

from typing import Any

import pytest

from tests.sandbox.auth.second_factors import MAIL, PHONE, SES, respond, set_mfa
from tests.sandbox.pools import PASSWORD, SMS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

LEAKED = "Password123!"
BLOCKED = "Unable to login because of security reasons"
UNUSABLE = "Provided password cannot be used for security reasons."
HOME, NEAR, FAR = "198.51.100.7", "198.51.7.100", "203.0.113.9"
SOURCE = SES["SourceArn"]
MAILS = {
    name: {"Subject": subject, "TextBody": "{username} from {ip-address}, event {event-id}"}
    for name, subject in (("BlockEmail", "Blocked"), ("MfaEmail", "Asked"), ("NoActionEmail", "Seen"))
}


def make(sandbox: RunningSandbox, *, mode: str = "ENFORCED", **settings: Any) -> PoolUnderTest:
    pool = make_pool(
        sandbox,
        SmsConfiguration=SMS,
        EmailConfiguration=SES,
        UserPoolTier="PLUS",
        UserPoolAddOns={"AdvancedSecurityMode": mode},
        **settings,
    )
    pool.add_user("ada", email=MAIL, email_verified="true", phone_number=PHONE)
    return pool


def set_risk(pool: PoolUnderTest, **blocks: Any) -> None:
    pool.idp.set_risk_configuration(UserPoolId=pool.pool_id, **blocks)


def set_actions(pool: PoolUnderTest, *, exceptions: dict[str, Any] | None = None, **actions: str) -> None:
    """LowAction, MediumAction, HighAction by their EventAction, each with a mail."""
    set_risk(
        pool,
        AccountTakeoverRiskConfiguration={
            "NotifyConfiguration": {"SourceArn": SOURCE, **MAILS},
            "Actions": {f"{level}Action": {"Notify": True, "EventAction": each} for level, each in actions.items()},
        },
        **({"RiskExceptionConfiguration": exceptions} if exceptions else {}),
    )


def set_leaked(pool: PoolUnderTest, action: str, *occasions: str) -> None:
    set_risk(
        pool,
        CompromisedCredentialsRiskConfiguration={
            "Actions": {"EventAction": action},
            **({"EventFilter": list(occasions)} if occasions else {}),
        },
    )


def sign_in(pool: PoolUnderTest, address: str, device: str = "", *, password: str = PASSWORD) -> dict[str, Any]:
    answer: dict[str, Any] = pool.public.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=pool.client_id,
        AuthParameters={"USERNAME": "ada", "PASSWORD": password},
        UserContextData={"IpAddress": address, **({"EncodedData": device} if device else {})},
    )
    return answer


def newest_event(pool: PoolUnderTest) -> dict[str, Any]:
    events = pool.idp.admin_list_user_auth_events(UserPoolId=pool.pool_id, Username="ada")["AuthEvents"]
    event: dict[str, Any] = events[0]
    return event


def newest_mail(pool: PoolUnderTest) -> str:
    return str(pool.sandbox.messages()[0]["subject"])


def set_password(pool: PoolUnderTest, password: str) -> None:
    pool.idp.admin_set_user_password(UserPoolId=pool.pool_id, Username="ada", Password=password, Permanent=True)


@pytest.mark.parametrize(
    ("address", "device", "level"),
    [
        (HOME, "laptop", None),
        (HOME, "", None),
        (HOME, "telephone", "Low"),
        (FAR, "laptop", "Low"),
        (NEAR, "telephone", "Medium"),
        (NEAR, "", "Medium"),
        (FAR, "telephone", "High"),
        (FAR, "", "High"),
    ],
)
def test_the_risk_grows_with_what_is_new(sandbox: RunningSandbox, address: str, device: str, level: str | None) -> None:
    """Addresses and devices of earlier sign-ins are known; the first sign-in has nothing to be compared with."""
    pool = make(sandbox, mode="AUDIT")
    set_actions(pool, Low="BLOCK", Medium="BLOCK", High="BLOCK")
    assert "AuthenticationResult" in sign_in(pool, HOME, "laptop")
    assert newest_event(pool)["EventRisk"] == {"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": False}
    assert "AuthenticationResult" in sign_in(pool, address, device)
    event = newest_event(pool)
    assert event["EventRisk"].get("RiskLevel") == level
    assert event["EventRisk"]["RiskDecision"] == ("AccountTakeover" if level else "NoRisk")
    assert "DevicePrint" not in event
    assert "AuthenticationResult" in sign_in(pool, address, device)
    assert newest_event(pool)["EventRisk"]["RiskDecision"] == "NoRisk"


def test_a_blocked_sign_in_is_an_event_and_a_mail(sandbox: RunningSandbox) -> None:
    pool = make(sandbox)
    set_actions(pool, High="BLOCK")
    sign_in(pool, HOME)
    with refused("NotAuthorizedException", BLOCKED):
        sign_in(pool, FAR)
    event = newest_event(pool)
    assert (event["EventResponse"], event["EventContextData"]) == ("Fail", {"IpAddress": FAR})
    assert (event["EventRisk"]["RiskDecision"], event["EventRisk"]["RiskLevel"]) == ("Block", "High")
    assert event["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Success"}]
    assert newest_mail(pool) == "Blocked"
    assert pool.sandbox.messages()[0]["body"] == f"ada from {FAR}, event {event['EventId']}"
    with refused("NotAuthorizedException", BLOCKED):
        sign_in(pool, FAR)
    assert "AuthenticationResult" in sign_in(pool, HOME)


def test_a_wrong_password_is_told_nothing_of_the_risk(sandbox: RunningSandbox) -> None:
    pool = make(sandbox)
    set_actions(pool, High="BLOCK")
    sign_in(pool, HOME)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        sign_in(pool, FAR, password="Wrong-Password-1")


def test_no_action_lets_in_and_tells(sandbox: RunningSandbox) -> None:
    pool = make(sandbox)
    set_actions(pool, High="NO_ACTION")
    sign_in(pool, HOME)
    assert "AuthenticationResult" in sign_in(pool, FAR)
    assert newest_mail(pool) == "Seen"
    assert newest_event(pool)["EventRisk"]["RiskDecision"] == "AccountTakeover"


def test_a_second_factor_that_is_not_turned_on_is_asked_for_at_risk(sandbox: RunningSandbox) -> None:
    pool = make(sandbox)
    set_mfa(pool, "OPTIONAL", "SMS")
    set_actions(pool, High="MFA_REQUIRED")
    assert "AuthenticationResult" in sign_in(pool, HOME)
    asked = sign_in(pool, FAR)
    assert asked["ChallengeName"] == "SMS_MFA"
    assert [message["subject"] for message in sandbox.messages()[:2]] == ["", "Asked"]
    assert "AuthenticationResult" in respond(pool, asked, "ada", SMS_MFA_CODE=pool.latest_code())
    event = newest_event(pool)
    assert (event["EventResponse"], event["EventRisk"]["RiskLevel"]) == ("Pass", "High")
    assert "AuthenticationResult" in sign_in(pool, FAR)


@pytest.mark.parametrize(("action", "is_let_in"), [("MFA_IF_CONFIGURED", True), ("MFA_REQUIRED", False)])
def test_who_has_no_second_factor_is_let_in_or_turned_away(
    sandbox: RunningSandbox, action: str, is_let_in: bool
) -> None:
    pool = make(sandbox)
    set_actions(pool, High=action)
    sign_in(pool, HOME)
    if is_let_in:
        assert "AuthenticationResult" in sign_in(pool, FAR)
        return
    with refused("NotAuthorizedException", BLOCKED):
        sign_in(pool, FAR)
    assert newest_event(pool)["EventRisk"]["RiskDecision"] == "Block"


def test_addresses_of_the_skipped_list_are_no_risk(sandbox: RunningSandbox) -> None:
    pool = make(sandbox)
    set_actions(pool, High="BLOCK", exceptions={"SkippedIPRangeList": ["203.0.113.0/24"]})
    sign_in(pool, HOME)
    assert "AuthenticationResult" in sign_in(pool, FAR)
    assert newest_event(pool)["EventRisk"]["RiskDecision"] == "NoRisk"


def test_a_sign_in_that_was_called_invalid_teaches_nothing(sandbox: RunningSandbox) -> None:
    pool = make(sandbox, mode="AUDIT")
    sign_in(pool, HOME)
    sign_in(pool, FAR)
    pool.idp.admin_update_auth_event_feedback(
        UserPoolId=pool.pool_id, Username="ada", EventId=newest_event(pool)["EventId"], FeedbackValue="Invalid"
    )
    sign_in(pool, FAR)
    assert newest_event(pool)["EventRisk"]["RiskLevel"] == "High"


def test_a_leaked_password_does_not_sign_in(sandbox: RunningSandbox) -> None:
    pool = make(sandbox)
    set_password(pool, LEAKED)
    assert "AuthenticationResult" in sign_in(pool, HOME, password=LEAKED)
    set_leaked(pool, "BLOCK", "SIGN_IN")
    with refused("NotAuthorizedException", BLOCKED):
        sign_in(pool, HOME, password=LEAKED)
    event = newest_event(pool)
    assert event["EventResponse"] == "Fail"
    assert event["EventRisk"]["CompromisedCredentialsDetected"] is True
    set_leaked(pool, "NO_ACTION")
    assert "AuthenticationResult" in sign_in(pool, HOME, password=LEAKED)
    assert newest_event(pool)["EventRisk"]["CompromisedCredentialsDetected"] is True


def test_a_leaked_password_is_not_taken(sandbox: RunningSandbox) -> None:
    pool = make(sandbox)
    set_leaked(pool, "BLOCK")
    with refused("InvalidPasswordException", UNUSABLE):
        pool.public.sign_up(ClientId=pool.client_id, Username="mary", Password=LEAKED)
    token = pool.tokens("ada")["AccessToken"]
    change = {"AccessToken": token, "PreviousPassword": PASSWORD, "ProposedPassword": LEAKED}
    with refused("InvalidPasswordException", UNUSABLE):
        pool.public.change_password(**change)
    set_leaked(pool, "BLOCK", "SIGN_UP")
    pool.public.change_password(**change)
    set_leaked(pool, "NO_ACTION", "SIGN_UP")
    pool.public.sign_up(ClientId=pool.client_id, Username="mary", Password=LEAKED)
    (event,) = pool.idp.admin_list_user_auth_events(UserPoolId=pool.pool_id, Username="mary")["AuthEvents"]
    assert event["EventRisk"]["CompromisedCredentialsDetected"] is True


def test_a_pool_that_only_watches_turns_no_address_away(sandbox: RunningSandbox) -> None:
    pool = make(sandbox, mode="AUDIT")
    set_actions(pool, exceptions={"BlockedIPRangeList": [f"{FAR}/32"]}, High="BLOCK")
    assert sign_in(pool, FAR)["AuthenticationResult"]
    events = pool.idp.admin_list_user_auth_events(UserPoolId=pool.pool_id, Username="ada")["AuthEvents"]
    assert [event["EventResponse"] for event in events] == ["Pass"]
