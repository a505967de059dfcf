"""Threat protection at work, its events, and what stands beside it: user-pools.md 2 and 6, user-pools-config.md 8."""

from typing import Any

import jwt
import pytest

from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox.user_pools.test_identity_providers import GOOGLE, OIDC
from tests.sandbox_fixture import RunningSandbox

TWO_YEARS_S = 2 * 365 * 86_400
SOURCE = "arn:aws:ses:us-east-1:210987654321:identity/post@moonletter.example"
WORDS = {"Subject": "Was it you?", "TextBody": "No: {one-click-link-invalid} {feedback-token}"}
HERE, AWAY = "198.51.100.7", "203.0.113.9"
NOTIFY = {"NotifyConfiguration": {"SourceArn": SOURCE, "BlockEmail": WORDS, "NoActionEmail": WORDS}}


def make(sandbox: RunningSandbox, mode: str = "ENFORCED", **settings: Any) -> PoolUnderTest:
    """A protected pool with one user, whose address nobody verified."""
    add_ons = {"AdvancedSecurityMode": mode}
    made = make_pool(sandbox, UserPoolTier="PLUS", UserPoolAddOns=add_ons, **settings)
    made.add_user("ada", email="ada@moonletter.example")
    return made


def sign_in(pool: PoolUnderTest, address: str = HERE, *, password: str = PASSWORD, client_id: str = "") -> Any:
    return pool.public.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=client_id or pool.client_id,
        AuthParameters={"USERNAME": "ada", "PASSWORD": password},
        UserContextData={"IpAddress": address},
    )


def events(pool: PoolUnderTest) -> list[dict[str, Any]]:
    found = pool.idp.admin_list_user_auth_events(UserPoolId=pool.pool_id, Username="ada")
    return list(found["AuthEvents"])


def answer_risk(pool: PoolUnderTest, action: str, *, notifies: bool, **more: Any) -> None:
    pool.idp.set_risk_configuration(
        UserPoolId=pool.pool_id,
        AccountTakeoverRiskConfiguration={
            **NOTIFY,
            "Actions": {"HighAction": {"Notify": notifies, "EventAction": action}},
        },
        **more,
    )


def test_a_user_judges_an_event_by_the_token_of_the_mail(sandbox: RunningSandbox) -> None:
    """user-pools.md 2: UpdateAuthEventFeedback, FeedbackToken from the notification e-mail; unsigned."""
    pool = make(sandbox)
    answer_risk(pool, "BLOCK", notifies=True)
    assert sign_in(pool)["AuthenticationResult"]
    with refused("NotAuthorizedException"):
        sign_in(pool, AWAY)
    event_id = events(pool)[0]["EventId"]
    given = {"UserPoolId": pool.pool_id, "Username": "ada", "EventId": event_id, "FeedbackValue": "Invalid"}
    with refused("NotAuthorizedException"):
        pool.public.update_auth_event_feedback(**given, FeedbackToken="made-up")
    pool.public.update_auth_event_feedback(**given, FeedbackToken=sandbox.messages()[0]["code"])
    assert events(pool)[0]["EventFeedback"]["FeedbackValue"] == "Invalid"


@pytest.mark.parametrize("is_at_risk", [True, False])
def test_a_notification_goes_to_any_address_when_something_was_done(
    sandbox: RunningSandbox, *, is_at_risk: bool
) -> None:
    """user-pools-config.md 8: notifications even to unverified e-mails, and only when an automated response ran."""
    pool = make(sandbox)
    answer_risk(pool, "NO_ACTION", notifies=True)
    sign_in(pool)
    before = len(sandbox.messages())
    assert sign_in(pool, AWAY if is_at_risk else HERE)["AuthenticationResult"]
    messages = sandbox.messages()
    assert [each["subject"] for each in messages[: len(messages) - before]] == (["Was it you?"] if is_at_risk else [])


def test_an_audited_pool_writes_down_and_does_nothing(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 8: AdvancedSecurityMode AUDIT; user-pools.md 6: AccountTakeover and High."""
    pool = make(sandbox, "AUDIT")
    answer_risk(pool, "BLOCK", notifies=False)
    sign_in(pool)
    assert sign_in(pool, AWAY)["AuthenticationResult"]
    risk = events(pool)[0]["EventRisk"]
    assert (risk["RiskDecision"], risk["RiskLevel"]) == ("AccountTakeover", "High")


def test_addresses_are_blocked_or_skipped(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 8: IP lists, Blocked and Skipped; user-pools.md 6: RiskDecision Block."""
    pool = make(sandbox)
    lists = {"BlockedIPRangeList": ["192.0.2.0/24"], "SkippedIPRangeList": ["203.0.113.0/24"]}
    answer_risk(pool, "BLOCK", notifies=False, RiskExceptionConfiguration=lists)
    sign_in(pool)
    assert sign_in(pool, AWAY)["AuthenticationResult"]
    with refused("NotAuthorizedException"):
        sign_in(pool, "192.0.2.1")
    assert events(pool)[0]["EventRisk"]["RiskDecision"] == "Block"


def test_a_client_may_have_its_own_answers_and_a_bare_call_resets(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 8: per-client overrides with ClientId; user-pools.md 2: UserPoolId alone resets."""
    pool = make(sandbox)
    answer_risk(pool, "BLOCK", notifies=False)
    lenient = pool.add_client(ExplicitAuthFlows=FLOWS)["ClientId"]
    actions = {"HighAction": {"Notify": False, "EventAction": "NO_ACTION"}}
    pool.idp.set_risk_configuration(
        UserPoolId=pool.pool_id, ClientId=lenient, AccountTakeoverRiskConfiguration={"Actions": actions}
    )
    sign_in(pool)
    assert sign_in(pool, "192.0.2.9", client_id=lenient)["AuthenticationResult"]
    with refused("NotAuthorizedException"):
        sign_in(pool, AWAY)
    pool.idp.set_risk_configuration(UserPoolId=pool.pool_id)
    found = pool.idp.describe_risk_configuration(UserPoolId=pool.pool_id)["RiskConfiguration"]
    assert "AccountTakeoverRiskConfiguration" not in found
    assert sign_in(pool, AWAY)["AuthenticationResult"]


@pytest.mark.parametrize("action", ["BLOCK", "NO_ACTION"])
def test_a_compromised_password_is_found(sandbox: RunningSandbox, action: str) -> None:
    """user-pools-config.md 8: compromised credentials; user-pools.md 6: CompromisedCredentialsDetected."""
    pool = make(sandbox)
    block = {"EventFilter": ["SIGN_IN"], "Actions": {"EventAction": action}}
    pool.idp.set_risk_configuration(UserPoolId=pool.pool_id, CompromisedCredentialsRiskConfiguration=block)
    leaked = "Password123!"
    pool.idp.admin_set_user_password(UserPoolId=pool.pool_id, Username="ada", Password=leaked, Permanent=True)
    if action == "BLOCK":
        with pytest.raises(pool.public.exceptions.ClientError):
            sign_in(pool, password=leaked)
    else:
        assert sign_in(pool, password=leaked)["AuthenticationResult"]
    assert events(pool)[0]["EventRisk"]["CompromisedCredentialsDetected"] is True


def test_an_event_has_a_type_an_end_and_challenges(sandbox: RunningSandbox) -> None:
    """user-pools.md 6: EventType of each deed; EventResponse Fail; Password, Failure; context IP."""
    pool = make(sandbox)
    key = {"ClientId": pool.client_id, "Username": "mary"}
    address = [{"Name": "email", "Value": "mary@moonletter.example"}]
    pool.public.sign_up(**key, Password=PASSWORD, UserAttributes=address)
    pool.public.resend_confirmation_code(**key)
    pool.public.confirm_sign_up(**key, ConfirmationCode=pool.latest_code())
    pool.public.forgot_password(**key)
    pool.public.confirm_forgot_password(**key, ConfirmationCode=pool.latest_code(), Password="Another-2026")
    found = pool.idp.admin_list_user_auth_events(UserPoolId=pool.pool_id, Username="mary")["AuthEvents"]
    kinds = ["PasswordChange", "ForgotPassword", "ResendCode", "SignUp"]
    assert [event["EventType"] for event in found] == kinds
    with refused("NotAuthorizedException"):
        sign_in(pool, password="Wrong-Password-1")
    (event,) = events(pool)
    assert (event["EventType"], event["EventResponse"]) == ("SignIn", "Fail")
    assert event["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Failure"}]
    assert event["EventContextData"] == {"IpAddress": HERE}


def test_events_are_kept_two_years(sandbox: RunningSandbox) -> None:
    """user-pools.md 6: kept two years."""
    pool = make(sandbox)
    sign_in(pool)
    sandbox.advance(TWO_YEARS_S - 60)
    try:
        assert len(events(pool)) == 1
        sandbox.advance(120)
        assert not events(pool)
        sandbox.advance(-120)
    finally:
        sandbox.advance(-TWO_YEARS_S + 60)


def test_levels_of_an_openid_provider_have_names_of_its_own(sandbox: RunningSandbox) -> None:
    """user-pools.md 2: AcrMapping (OIDC)."""
    pool = make_pool(sandbox)
    mapping = {"Level1": "low", "Level2": "high"}
    key = {"UserPoolId": pool.pool_id, "ProviderName": "Moonbook"}
    pool.idp.create_identity_provider(**key, ProviderType="OIDC", ProviderDetails=OIDC, AcrMapping=mapping)
    assert pool.idp.describe_identity_provider(**key)["IdentityProvider"]["AcrMapping"] == mapping
    with refused("InvalidParameterException"):
        pool.idp.create_identity_provider(
            UserPoolId=pool.pool_id,
            ProviderName="Google",
            ProviderType="Google",
            ProviderDetails=GOOGLE,
            AcrMapping=mapping,
        )


def test_a_token_becomes_another_ones(sandbox: RunningSandbox) -> None:
    """user-pools.md 2: GetDerivedToken, token exchange via the API; user-pools-config.md 7: its flow must be on."""
    pool = make_pool(sandbox)
    pool.add_user("ada")
    flows = ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_REFRESH_TOKEN_AUTH"]
    client_id = pool.add_client(ExplicitAuthFlows=flows)["ClientId"]
    token = pool.tokens("ada")["AccessToken"]
    request = {"SubjectToken": token, "SubjectTokenType": "ACCESS_TOKEN", "RequestedTokenType": "ACCESS_TOKEN"}
    issued = pool.idp.get_derived_token(ClientId=client_id, **request)["IssuedToken"]
    claims = jwt.decode(issued, options={"verify_signature": False})
    assert (claims["username"], claims["client_id"]) == ("ada", client_id)
    with pytest.raises(pool.idp.exceptions.ClientError):
        pool.idp.get_derived_token(ClientId=pool.client_id, **request)


def test_a_pool_is_renamed(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 10: pool name can be updated through `PoolName`."""
    pool = make_pool(sandbox)
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, PoolName="renamed")
    assert pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]["Name"] == "renamed"
