"""USER_AUTH: the user chooses how to prove who they are (reference: flows 3, config 3, errors 3, tiers)."""

from typing import Any

import pytest

from tests.sandbox.auth.second_factors import MAIL, PHONE, respond, set_mfa
from tests.sandbox.auth.srp_client import SrpClient
from tests.sandbox.pools import FLOWS, PASSWORD, SMS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

ALL = ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]
CLIENT = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_AUTH"]}


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = _make(sandbox, ALL, SmsConfiguration=SMS)
    made.add_user("ada", email=MAIL, email_verified="true", phone_number=PHONE)
    return made


def _make(sandbox: RunningSandbox, factors: list[str], *, hides: bool = False, **settings: Any) -> PoolUnderTest:
    client = CLIENT | ({"PreventUserExistenceErrors": "ENABLED"} if hides else {})
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": factors}}
    return make_pool(sandbox, client=client, Policies=policies, **settings)


def _choose(pool: PoolUnderTest, username: str, *, session: str = "", **parameters: str) -> dict[str, Any]:
    answer: dict[str, Any] = pool.public.initiate_auth(
        AuthFlow="USER_AUTH",
        ClientId=pool.client_id,
        AuthParameters={"USERNAME": username, **parameters},
        **({"Session": session} if session else {}),
    )
    return answer


def test_without_a_preference_the_user_is_offered_what_they_have(pool: PoolUnderTest) -> None:
    """flows: SELECT_CHALLENGE and AvailableChallenges; PASSWORD covers PASSWORD and PASSWORD_SRP."""
    asked = _choose(pool, "ada")
    assert asked["ChallengeName"] == "SELECT_CHALLENGE"
    assert asked["AvailableChallenges"] == ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"]


def test_a_preference_that_is_not_available_leads_to_the_choice(pool: PoolUnderTest) -> None:
    """flows: preferred but unavailable."""
    assert _choose(pool, "ada", PREFERRED_CHALLENGE="WEB_AUTHN")["ChallengeName"] == "SELECT_CHALLENGE"


def test_a_preferred_mail_code_of_eight_digits_signs_in(pool: PoolUnderTest) -> None:
    """flows: straight to EMAIL_OTP, masked destination, eight digits; wrong codes never lock out."""
    asked = _choose(pool, "ada", PREFERRED_CHALLENGE="EMAIL_OTP")
    assert asked["ChallengeName"] == "EMAIL_OTP"
    assert asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "a***@m***"
    code = pool.latest_code()
    assert len(code) == 8
    for _ in range(6):
        with refused("CodeMismatchException", "Invalid code or auth state for the user."):
            respond(pool, asked, "ada", EMAIL_OTP_CODE="00000000" if code != "00000000" else "11111111")
    assert "AuthenticationResult" in respond(pool, asked, "ada", EMAIL_OTP_CODE=code)


def test_a_chosen_text_message_signs_in(pool: PoolUnderTest) -> None:
    """flows 3: SELECT_CHALLENGE with ANSWER=SMS_OTP, then SMS_OTP_CODE; the number is verified by that."""
    asked = respond(pool, _choose(pool, "ada"), "ada", ANSWER="SMS_OTP")
    assert asked["ChallengeName"] == "SMS_OTP"
    assert "AuthenticationResult" in respond(pool, asked, "ada", SMS_OTP_CODE=pool.latest_code())


def test_the_password_comes_with_the_choice_the_preference_or_its_own_challenge(pool: PoolUnderTest) -> None:
    """flows 3: SELECT_CHALLENGE with PASSWORD; PREFERRED_CHALLENGE with and without its input."""
    asked = _choose(pool, "ada")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        respond(pool, asked, "ada", ANSWER="PASSWORD", PASSWORD="Wrong-Password-1")
    assert "AuthenticationResult" in respond(pool, asked, "ada", ANSWER="PASSWORD", PASSWORD=PASSWORD)
    assert "AuthenticationResult" in _choose(pool, "ada", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    asked = _choose(pool, "ada", PREFERRED_CHALLENGE="PASSWORD")
    assert asked["ChallengeName"] == "PASSWORD"
    assert "AuthenticationResult" in respond(pool, asked, "ada", PASSWORD=PASSWORD)


def test_the_password_is_proven_by_srp(pool: PoolUnderTest) -> None:
    """flows 3: PASSWORD_SRP with SRP_A leads to PASSWORD_VERIFIER."""
    for start in ("preferred", "challenge", "choice"):
        srp = SrpClient(pool.pool_id, PASSWORD)
        public = f"{srp.public:x}"
        if start == "preferred":
            asked = _choose(pool, "ada", PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=public)
        elif start == "challenge":
            asked = respond(pool, _choose(pool, "ada", PREFERRED_CHALLENGE="PASSWORD_SRP"), "ada", SRP_A=public)
        else:
            asked = respond(pool, _choose(pool, "ada"), "ada", ANSWER="PASSWORD_SRP", SRP_A=public)
        assert asked["ChallengeName"] == "PASSWORD_VERIFIER"
        answer = srp.answer(asked["ChallengeParameters"])
        assert "AuthenticationResult" in respond(pool, asked, answer.pop("USERNAME"), **answer)


def test_a_temporary_password_offers_the_password_only(pool: PoolUnderTest) -> None:
    """user-pools 5: USER_AUTH, FORCE_CHANGE_PASSWORD: only PASSWORD and PASSWORD_SRP."""
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username="guest",
        TemporaryPassword="Temporary-1",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": "guest@moonletter.example"}],
    )
    asked = _choose(pool, "guest")
    assert asked["AvailableChallenges"] == ["PASSWORD", "PASSWORD_SRP"]
    asked = respond(pool, asked, "guest", ANSWER="PASSWORD", PASSWORD="Temporary-1")
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_a_session_lasts_for_one_choice(pool: PoolUnderTest) -> None:
    """errors 2: session can only be used once."""
    asked = _choose(pool, "ada")
    respond(pool, asked, "ada", ANSWER="EMAIL_OTP")
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        respond(pool, asked, "ada", ANSWER="EMAIL_OTP")


def test_who_signs_up_without_a_password_confirms_by_the_first_code(pool: PoolUnderTest) -> None:
    """user-pools 2: Password is optional when passwordless; 5: a correct first OTP confirms and verifies."""
    attributes = [{"Name": "email", "Value": "mary@moonletter.example"}]
    pool.public.sign_up(ClientId=pool.client_id, Username="mary", UserAttributes=attributes)
    asked = _choose(pool, "mary")
    assert asked["AvailableChallenges"] == ["EMAIL_OTP"]
    asked = respond(pool, asked, "mary", ANSWER="EMAIL_OTP")
    tokens = respond(pool, asked, "mary", EMAIL_OTP_CODE=pool.latest_code())["AuthenticationResult"]
    assert pool.status("mary") == "CONFIRMED"
    shown = pool.public.get_user(AccessToken=tokens["AccessToken"])["UserAttributes"]
    assert {"Name": "email_verified", "Value": "true"} in shown


def test_the_session_of_the_confirmation_signs_in_once(pool: PoolUnderTest) -> None:
    """flows: Session from ConfirmSignUp passed to InitiateAuth(USER_AUTH)."""
    attributes = [{"Name": "email", "Value": "joan@moonletter.example"}]
    made = pool.public.sign_up(ClientId=pool.client_id, Username="joan", Password=PASSWORD, UserAttributes=attributes)
    with refused("NotAuthorizedException"):
        _choose(pool, "joan", session=made["Session"])
    confirmed = pool.public.confirm_sign_up(
        ClientId=pool.client_id, Username="joan", ConfirmationCode=pool.latest_code(), Session=made["Session"]
    )
    assert "AuthenticationResult" in _choose(pool, "joan", session=confirmed["Session"])
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        _choose(pool, "joan", session=confirmed["Session"])


def test_optional_mfa_takes_codes_away_from_who_has_a_second_factor(sandbox: RunningSandbox) -> None:
    """config 3: with optional MFA, a user who has an MFA factor cannot use OTP first factors."""
    pool = _make(sandbox, ALL, SmsConfiguration=SMS)
    pool.add_user("ada", email=MAIL, phone_number=PHONE)
    set_mfa(pool, "OPTIONAL", "SMS")
    pool.idp.admin_set_user_mfa_preference(
        UserPoolId=pool.pool_id, Username="ada", SMSMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    assert _choose(pool, "ada")["AvailableChallenges"] == ["PASSWORD", "PASSWORD_SRP"]
    asked = _choose(pool, "ada", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    assert asked["ChallengeName"] == "SMS_MFA"


def test_a_hidden_user_gets_a_simulated_code(sandbox: RunningSandbox) -> None:
    """errors 3: fake EMAIL_OTP with a destination masked from the input; unhidden: UserNotFoundException."""
    hiding = _make(sandbox, ALL, hides=True)
    asked = _choose(hiding, "nobody@moonletter.example")
    assert asked["ChallengeName"] == "EMAIL_OTP"
    assert asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "n***@m***"
    with refused("CodeMismatchException", "Invalid code or auth state for the user."):
        respond(hiding, asked, "nobody@moonletter.example", EMAIL_OTP_CODE="12345678")
    plain = _make(sandbox, ["PASSWORD"], hides=True)
    asked = _choose(plain, "nobody")
    assert asked["AvailableChallenges"] == ["PASSWORD", "PASSWORD_SRP"]
    with refused("NotAuthorizedException", "Incorrect username or password."):
        respond(plain, asked, "nobody", ANSWER="PASSWORD", PASSWORD=PASSWORD)
    open_pool = _make(sandbox, ALL)
    with refused("UserNotFoundException", "User does not exist."):
        _choose(open_pool, "nobody")


def test_choosing_needs_the_flow_and_the_plan(sandbox: RunningSandbox) -> None:
    """flows 2: ALLOW_USER_AUTH, Essentials+; config 9: FeatureUnavailableInTierException."""
    pool = make_pool(sandbox)
    pool.add_user("ada")
    with refused("InvalidParameterException", "USER_AUTH flow not enabled for this client"):
        _choose(pool, "ada")
    with refused("FeatureUnavailableInTierException"):
        make_pool(sandbox, client=CLIENT, UserPoolTier="LITE")


def test_the_factors_a_user_has_are_told(pool: PoolUnderTest) -> None:
    """operations: GetUserAuthFactors, AdminGetUserAuthFactors."""
    token = _choose(pool, "ada", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"]
    own = pool.public.get_user_auth_factors(AccessToken=token["AccessToken"])
    assert own["ConfiguredUserAuthFactors"] == ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]
    seen = pool.idp.admin_get_user_auth_factors(UserPoolId=pool.pool_id, Username="ada")
    assert seen["ConfiguredUserAuthFactors"] == own["ConfiguredUserAuthFactors"]
