"""How users move between states, choose their factors and stay unknown: user-pools.md 2 to 6, -config 3 and 4."""

from typing import Any

import jwt
import pytest

from tests.sandbox.auth.second_factors import MAIL, PHONE, invite, register_authenticator, respond, set_mfa
from tests.sandbox.conformance.test_challenge_facts import register_passkey
from tests.sandbox.pools import FLOWS, PASSWORD, SMS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

CHOICE = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_AUTH"]}
FACTORS = ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]
UNRESETTABLE = "User password cannot be reset in the current state."
WRONG = "Incorrect username or password."
NOBODY = "nobody@moonletter.example"


def make(sandbox: RunningSandbox, *, client: dict[str, Any] = CHOICE, **settings: Any) -> PoolUnderTest:
    """A pool in which people may sign in by codes."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": FACTORS}}
    return make_pool(sandbox, client=client, Policies=policies, SmsConfiguration=SMS, **settings)


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make(sandbox)
    made.add_user("ada", email=MAIL, email_verified="true", phone_number=PHONE)
    return made


def choose(pool: PoolUnderTest, username: str, **parameters: str) -> dict[str, Any]:
    answer: dict[str, Any] = pool.public.initiate_auth(
        AuthFlow="USER_AUTH", ClientId=pool.client_id, AuthParameters={"USERNAME": username, **parameters}
    )
    return answer


def test_a_temporary_password_is_changed_and_confirms(pool: PoolUnderTest) -> None:
    """user-pools.md 5: FORCE_CHANGE_PASSWORD, NEW_PASSWORD_REQUIRED answered, CONFIRMED."""
    assert invite(pool, "invited")["AuthenticationResult"]
    assert pool.status("invited") == "CONFIRMED"


def test_an_invited_user_chooses_the_password_alone(pool: PoolUnderTest) -> None:
    """user-pools.md 5: USER_AUTH of FORCE_CHANGE_PASSWORD, only PASSWORD and PASSWORD_SRP offered (field)."""
    address = [{"Name": "email", "Value": "guest@moonletter.example"}, {"Name": "email_verified", "Value": "true"}]
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username="guest",
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
        UserAttributes=address,
    )
    assert choose(pool, "guest", PREFERRED_CHALLENGE="EMAIL_OTP")["AvailableChallenges"] == ["PASSWORD", "PASSWORD_SRP"]


def test_a_first_code_confirms_and_verifies(pool: PoolUnderTest) -> None:
    """user-pools.md 2 and 5: Password optional when passwordless; a correct first OTP, CONFIRMED and verified."""
    address = [{"Name": "email", "Value": "mary@moonletter.example"}]
    pool.public.sign_up(ClientId=pool.client_id, Username="mary", UserAttributes=address)
    assert pool.status("mary") == "UNCONFIRMED"
    asked = choose(pool, "mary", PREFERRED_CHALLENGE="EMAIL_OTP")
    assert respond(pool, asked, "mary", EMAIL_OTP_CODE=pool.latest_code())["AuthenticationResult"]
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="mary")
    assert user["UserStatus"] == "CONFIRMED"
    assert {"Name": "email_verified", "Value": "true"} in user["UserAttributes"]


def test_an_administrators_reset_sends_a_code(pool: PoolUnderTest) -> None:
    """user-pools.md 2 and 5: AdminResetUserPassword, RESET_REQUIRED and a code."""
    pool.add_user("forgetful", email="forgetful@moonletter.example", email_verified="true")
    before = len(pool.sandbox.messages())
    pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username="forgetful")
    assert pool.status("forgetful") == "RESET_REQUIRED"
    assert len(pool.sandbox.messages()) == before + 1
    pool.public.confirm_forgot_password(
        ClientId=pool.client_id, Username="forgetful", ConfirmationCode=pool.latest_code(), Password=PASSWORD
    )
    assert pool.status("forgetful") == "CONFIRMED"


@pytest.mark.parametrize(("operation", "status"), [("admin", "invited"), ("own", "invited"), ("admin", "unconfirmed")])
def test_some_passwords_cannot_be_reset(pool: PoolUnderTest, operation: str, status: str) -> None:
    """user-pools.md 5: AdminResetUserPassword and ForgotPassword of FORCE_CHANGE_PASSWORD; of UNCONFIRMED."""
    name = f"stuck-{operation}-{status}"
    address = [{"Name": "email", "Value": f"{name}@moonletter.example"}]
    if status == "invited":
        address.append({"Name": "email_verified", "Value": "true"})
        pool.idp.admin_create_user(
            UserPoolId=pool.pool_id, Username=name, UserAttributes=address, MessageAction="SUPPRESS",
            TemporaryPassword=PASSWORD,
        )  # fmt: skip
    else:
        pool.public.sign_up(ClientId=pool.client_id, Username=name, Password=PASSWORD, UserAttributes=address)
    with refused("NotAuthorizedException", UNRESETTABLE if status == "invited" else None):
        if operation == "admin":
            pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username=name)
        else:
            pool.public.forgot_password(ClientId=pool.client_id, Username=name)


def test_who_has_a_second_factor_gets_no_first_codes(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 3: with optional MFA, a user who has an MFA factor cannot use OTP first factors."""
    made = make(sandbox)
    made.add_user("ada", email=MAIL, email_verified="true", phone_number=PHONE)
    assert "EMAIL_OTP" in choose(made, "ada")["AvailableChallenges"]
    set_mfa(made, "OPTIONAL", "SMS")
    on = {"Enabled": True, "PreferredMfa": True}
    made.idp.admin_set_user_mfa_preference(UserPoolId=made.pool_id, Username="ada", SMSMfaSettings=on)
    assert choose(made, "ada")["AvailableChallenges"] == ["PASSWORD", "PASSWORD_SRP"]


def test_a_passkey_may_be_two_factors(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 3: WEB_AUTHN with required MFA when MULTI_FACTOR_WITH_USER_VERIFICATION, else not."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    made = make_pool(sandbox, client=CHOICE, Policies=policies)
    block = {"RelyingPartyId": "localhost", "UserVerification": "preferred"}
    set_mfa(made, "OPTIONAL", "TOTP", WebAuthnConfiguration=block)
    made.add_user("ada")
    register_passkey(made)
    register_authenticator(made, made.tokens("ada")["AccessToken"])
    made.idp.admin_set_user_mfa_preference(
        UserPoolId=made.pool_id, Username="ada", WebAuthnMfaSettings={"Enabled": True}
    )
    for factors, is_offered in (("SINGLE_FACTOR", False), ("MULTI_FACTOR_WITH_USER_VERIFICATION", True)):
        set_mfa(made, "ON", "TOTP", WebAuthnConfiguration=block | {"FactorConfiguration": factors})
        asked = choose(made, "ada", PREFERRED_CHALLENGE="WEB_AUTHN")
        assert asked["ChallengeName"] == ("WEB_AUTHN" if is_offered else "SELECT_CHALLENGE")
        assert ("WEB_AUTHN" in asked["AvailableChallenges"]) is is_offered


def test_an_authenticator_outlives_its_offer_and_is_replaced(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 4: users keep a TOTP when the pool disables it; re-associating replaces it (our choice)."""
    made = make_pool(sandbox)
    set_mfa(made, "OPTIONAL", "TOTP", "SMS")
    made.add_user("ada")
    token = made.tokens("ada")["AccessToken"]
    first = register_authenticator(made, token)
    assert register_authenticator(made, token) != first
    made.idp.set_user_pool_mfa_config(
        UserPoolId=made.pool_id, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": False},
        SmsMfaConfiguration={"SmsConfiguration": SMS},
    )  # fmt: skip
    assert made.sign_in("ada")["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


@pytest.fixture(scope="module")
def hiding(sandbox: RunningSandbox) -> PoolUnderTest:
    """A pool whose client must not tell unknown users from others."""
    return make(sandbox, client=CHOICE | {"PreventUserExistenceErrors": "ENABLED"})


def test_a_hidden_user_seems_to_get_a_code(hiding: PoolUnderTest, pool: PoolUnderTest) -> None:
    """user-pools-errors.md 3: USER_AUTH, fake EMAIL_OTP with a destination masked from the input (field); LEGACY."""
    asked = choose(hiding, NOBODY)
    assert asked["ChallengeName"] == "EMAIL_OTP"
    assert asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "n***@m***"
    with refused("CodeMismatchException"):
        respond(hiding, asked, NOBODY, EMAIL_OTP_CODE="12345678")
    with refused("UserNotFoundException"):
        choose(pool, NOBODY)


def test_a_hidden_users_salt_is_false_but_stays(hiding: PoolUnderTest, pool: PoolUnderTest) -> None:
    """user-pools-errors.md 3: SRP returns a fake but stable salt; LEGACY, UserNotFoundException."""

    def salt(asked: PoolUnderTest, name: str) -> str:
        answer = asked.public.initiate_auth(
            AuthFlow="USER_SRP_AUTH", ClientId=asked.client_id, AuthParameters={"USERNAME": name, "SRP_A": "abcdef"}
        )
        return str(answer["ChallengeParameters"]["SALT"])

    assert salt(hiding, NOBODY) == salt(hiding, NOBODY) != salt(hiding, "noone@moonletter.example")
    with refused("UserNotFoundException"):
        salt(pool, NOBODY)


@pytest.mark.parametrize("operation", ["confirm_forgot_password", "confirm_sign_up"])
def test_a_hidden_users_code_is_wrong_or_too_old(hiding: PoolUnderTest, pool: PoolUnderTest, operation: str) -> None:
    """user-pools-errors.md 3: CodeMismatchException, ExpiredCodeException if none was requested; LEGACY."""
    more = {"Password": PASSWORD} if operation == "confirm_forgot_password" else {}
    given = {"Username": "nobody-2@moonletter.example", "ConfirmationCode": "123456", **more}
    with refused("ExpiredCodeException"):
        getattr(hiding.public, operation)(ClientId=hiding.client_id, **given)
    request = "forgot_password" if more else "resend_confirmation_code"
    getattr(hiding.public, request)(ClientId=hiding.client_id, Username=given["Username"])
    with refused("CodeMismatchException"):
        getattr(hiding.public, operation)(ClientId=hiding.client_id, **given)
    with refused("UserNotFoundException"):
        getattr(pool.public, operation)(ClientId=pool.client_id, **given)


def test_the_lowest_precedence_wins_and_none_is_the_worst(pool: PoolUnderTest) -> None:
    """user-pools.md 2: lowest Precedence wins; null is worst."""
    pool.add_user("member")
    role = "arn:aws:iam::210987654321:role/"
    for name, precedence in (("later", {"Precedence": 7}), ("none", {}), ("first", {"Precedence": 0})):
        pool.idp.create_group(UserPoolId=pool.pool_id, GroupName=name, RoleArn=f"{role}{name}", **precedence)
        pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, GroupName=name, Username="member")

    def preferred() -> str:
        token = pool.tokens("member")["IdToken"]
        return str(jwt.decode(token, options={"verify_signature": False})["cognito:preferred_role"])

    for name in ("first", "later", "none"):
        assert preferred() == f"{role}{name}"
        pool.idp.admin_remove_user_from_group(UserPoolId=pool.pool_id, GroupName=name, Username="member")


@pytest.mark.parametrize(
    "filtered",
    ['nickname = "x"', 'custom:shoe = "x"', 'address = "x"', 'email_verified = "true"', f'username = "{"x" * 250}"'],
)
def test_some_attributes_cannot_be_searched_for(sandbox: RunningSandbox, pool: PoolUnderTest, filtered: str) -> None:
    """user-pools.md 4: not searchable are custom attributes and other standard ones; at most 256 characters."""
    strict = sandbox.client("cognito-idp", parameter_validation=False)
    with refused("InvalidParameterException"):
        strict.list_users(UserPoolId=pool.pool_id, Filter=filtered)


def test_tracked_sessions_have_ids_and_the_oldest_makes_room(sandbox: RunningSandbox) -> None:
    """user-pools.md 6: ids begin tkn; MaxPerUser, oldest token session evicted."""
    made = make_pool(sandbox)
    made.add_user("ada")
    made.idp.set_user_pool_session_configuration(
        UserPoolId=made.pool_id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 2}
    )
    oldest, _, newest = (made.tokens("ada")["AccessToken"] for _ in range(3))
    sessions = made.public.list_user_sessions(AccessToken=newest)["Sessions"]
    assert [each["SessionId"][:3] for each in sessions] == ["tkn", "tkn"]
    with refused("NotAuthorizedException"):
        made.public.get_user(AccessToken=oldest)
