"""Second factors at sign-in (reference: config 4, flows 3, errors 2)."""

import json

import pytest

from tests.sandbox.auth.second_factors import (
    MAIL,
    PHONE,
    invite,
    make_mfa_pool,
    register_authenticator,
    respond,
    set_mfa,
)
from tests.sandbox.auth.srp_client import sign_in_with_srp
from tests.sandbox.one_time_codes import totp
from tests.sandbox.pools import PASSWORD, PoolUnderTest, refused
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
def optional(sandbox: RunningSandbox) -> PoolUnderTest:
    pool = make_mfa_pool(sandbox, "OPTIONAL", "SMS", "TOTP", "EMAIL")
    pool.add_user("ada", email=MAIL, email_verified="true", phone_number=PHONE, phone_number_verified="true")
    return pool


def _prefer(pool: PoolUnderTest, **settings: dict[str, bool]) -> None:
    pool.idp.admin_set_user_mfa_preference(UserPoolId=pool.pool_id, Username="ada", **settings)


ON = {"Enabled": True, "PreferredMfa": False}
FIRST = {"Enabled": True, "PreferredMfa": True}


def test_optional_mfa_asks_nobody_who_did_not_turn_it_on(optional: PoolUnderTest) -> None:
    """config 4: OPTIONAL."""
    assert "AuthenticationResult" in optional.sign_in("ada")


def test_a_text_message_s_code_ends_the_sign_in(optional: PoolUnderTest) -> None:
    """flows 3: SMS_MFA with medium and masked destination (errors 5)."""
    _prefer(optional, SMSMfaSettings=ON)
    asked = optional.sign_in("ada")
    assert asked["ChallengeName"] == "SMS_MFA"
    assert asked["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"] == "SMS"
    assert asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "+********0100"
    sent = optional.sandbox.messages()[0]
    assert (sent["medium"], sent["destination"], sent["purpose"]) == ("SMS", PHONE, "Authentication")
    assert "AuthenticationResult" in respond(optional, asked, "ada", SMS_MFA_CODE=sent["code"])
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        respond(optional, asked, "ada", SMS_MFA_CODE=sent["code"])


def test_a_mail_s_code_ends_the_sign_in_by_srp(optional: PoolUnderTest) -> None:
    """flows 3: EMAIL_OTP as a second factor, in the SRP flow; the pool's own words."""
    _prefer(optional, EmailMfaSettings=ON)
    asked = sign_in_with_srp(optional.public, optional.pool_id, optional.client_id, "ada", PASSWORD)
    assert asked["ChallengeName"] == "EMAIL_OTP"
    assert asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "a***@m***"
    sent = optional.sandbox.messages()[0]
    assert (sent["subject"], sent["body"]) == ("Moon", f"The moon says {sent['code']}")
    assert "AuthenticationResult" in respond(optional, asked, "ada", EMAIL_OTP_CODE=sent["code"])


def test_a_person_gets_twenty_mails_with_codes_an_hour(optional: PoolUnderTest) -> None:
    """quotas 5: e-mail MFA messages 5 to 20 per hour."""
    _prefer(optional, EmailMfaSettings=ON)
    for _ in range(20):
        optional.sign_in("ada")
    with refused("LimitExceededException", "Attempt limit exceeded, please try after some time."):
        optional.sign_in("ada")
    optional.sandbox.advance(3601)
    assert optional.sign_in("ada")["ChallengeName"] == "EMAIL_OTP"


def test_a_wrong_code_leaves_the_session_open_until_five_lock_the_user_out(optional: PoolUnderTest) -> None:
    """errors 2: Invalid code or auth state; config 3: five bad MFA codes trigger the lockout, too."""
    _prefer(optional, SMSMfaSettings=ON)
    asked = optional.sign_in("ada")
    code = optional.latest_code()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        with refused("CodeMismatchException", "Invalid code or auth state for the user."):
            respond(optional, asked, "ada", SMS_MFA_CODE=wrong)
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        respond(optional, asked, "ada", SMS_MFA_CODE=code)
    optional.sandbox.advance(2)
    assert "AuthenticationResult" in respond(optional, asked, "ada", SMS_MFA_CODE=code)


def test_a_code_lives_as_long_as_the_session(optional: PoolUnderTest) -> None:
    """config 5: MFA codes live for AuthSessionValidity; errors 2: session is expired."""
    _prefer(optional, SMSMfaSettings=ON)
    asked = optional.sign_in("ada")
    code = optional.latest_code()
    optional.sandbox.advance(181)
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        respond(optional, asked, "ada", SMS_MFA_CODE=code)


def test_several_factors_without_a_preference_are_a_choice(optional: PoolUnderTest) -> None:
    """flows 3: SELECT_MFA_TYPE; the e-mail answer may be called as the reference or the guide call it."""
    _prefer(optional, SMSMfaSettings=ON, EmailMfaSettings=ON)
    asked = optional.sign_in("ada")
    assert asked["ChallengeName"] == "SELECT_MFA_TYPE"
    assert json.loads(asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"]) == ["SMS_MFA", "EMAIL_OTP"]
    with refused("InvalidParameterException"):
        respond(optional, asked, "ada", ANSWER="SOFTWARE_TOKEN_MFA")
    chosen = respond(optional, asked, "ada", ANSWER="EMAIL_MFA")
    assert chosen["ChallengeName"] == "EMAIL_OTP"
    done = respond(optional, chosen, "ada", EMAIL_OTP_CODE=optional.latest_code())
    assert "AuthenticationResult" in done


def test_the_preferred_factor_is_asked_for_without_a_choice(optional: PoolUnderTest) -> None:
    """flows: preferred factor set, that factor."""
    _prefer(optional, SMSMfaSettings=FIRST, EmailMfaSettings=ON)
    assert optional.sign_in("ada")["ChallengeName"] == "SMS_MFA"
    shown = optional.idp.admin_get_user(UserPoolId=optional.pool_id, Username="ada")
    assert shown["UserMFASettingList"] == ["SMS_MFA", "EMAIL_OTP"]
    assert shown["PreferredMfaSetting"] == "SMS_MFA"


def test_an_authenticator_is_registered_and_asked_for(optional: PoolUnderTest) -> None:
    """config 4: associate, verify, prefer; flows 3: SOFTWARE_TOKEN_MFA."""
    token = optional.tokens("ada")["AccessToken"]
    secret = register_authenticator(optional, token)
    assert optional.public.get_user(AccessToken=token)["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"
    asked = optional.sign_in("ada")
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    with refused("CodeMismatchException", "Invalid code received for user"):
        respond(optional, asked, "ada", SOFTWARE_TOKEN_MFA_CODE=totp(secret, later_s=-3600))
    code = totp(secret)
    assert "AuthenticationResult" in respond(optional, asked, "ada", SOFTWARE_TOKEN_MFA_CODE=code)
    with refused("ExpiredCodeException", "Your software token has already been used once."):
        respond(optional, optional.sign_in("ada"), "ada", SOFTWARE_TOKEN_MFA_CODE=code)


def test_a_new_authenticator_replaces_the_old_one_when_it_is_verified(optional: PoolUnderTest) -> None:
    """config 4: re-associating replaces the secret."""
    token = optional.tokens("ada")["AccessToken"]
    old = register_authenticator(optional, token)
    new = optional.public.associate_software_token(AccessToken=token)["SecretCode"]
    optional.public.verify_software_token(
        AccessToken=token, UserCode=totp(new, later_s=-30), FriendlyDeviceName="new telephone"
    )
    asked = optional.sign_in("ada")
    assert asked["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"] == "new telephone"
    with refused("CodeMismatchException"):
        respond(optional, asked, "ada", SOFTWARE_TOKEN_MFA_CODE=totp(old))
    assert "AuthenticationResult" in respond(optional, asked, "ada", SOFTWARE_TOKEN_MFA_CODE=totp(new))


def test_a_wrong_first_code_registers_nothing(optional: PoolUnderTest) -> None:
    """errors 1: EnableSoftwareTokenMFAException `Code mismatch`; config 4: TOTP is verified before it is enabled."""
    token = optional.tokens("ada")["AccessToken"]
    secret = optional.public.associate_software_token(AccessToken=token)["SecretCode"]
    with refused("EnableSoftwareTokenMFAException", "Code mismatch"):
        optional.public.verify_software_token(AccessToken=token, UserCode=totp(secret, later_s=-3600))
    with refused("InvalidParameterException", "User has not verified software token mfa"):
        _prefer(optional, SoftwareTokenMfaSettings=ON)


def test_a_pool_without_totp_registers_no_authenticator(optional: PoolUnderTest) -> None:
    """errors 1: SoftwareTokenMFANotFoundException."""
    set_mfa(optional, "OPTIONAL", "SMS")
    token = optional.tokens("ada")["AccessToken"]
    with refused("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool"):
        optional.public.associate_software_token(AccessToken=token)


def test_an_authenticator_goes_on_when_the_pool_stops_offering_it(optional: PoolUnderTest) -> None:
    """config 4: users with a TOTP keep using it."""
    register_authenticator(optional, optional.tokens("ada")["AccessToken"])
    set_mfa(optional, "OPTIONAL", "SMS")
    assert optional.sign_in("ada")["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_an_administrator_takes_a_lost_authenticator_away(optional: PoolUnderTest) -> None:
    """operations: AdminDeleteSoftwareToken."""
    register_authenticator(optional, optional.tokens("ada")["AccessToken"])
    optional.idp.admin_delete_software_token(UserPoolId=optional.pool_id, Username="ada")
    assert "AuthenticationResult" in optional.sign_in("ada")
    assert "UserMFASettingList" not in optional.idp.admin_get_user(UserPoolId=optional.pool_id, Username="ada")


def test_a_preference_must_be_one_and_enabled_and_have_an_address(sandbox: RunningSandbox) -> None:
    """config 4: SMS and e-mail require the attribute; preferred without enabled is an error."""
    pool = make_mfa_pool(sandbox, "OPTIONAL", "SMS", "EMAIL")
    pool.add_user("ada", email=MAIL)
    with refused("InvalidParameterException", "User does not have delivery config set to turn on SMS_MFA"):
        _prefer(pool, SMSMfaSettings=ON)
    with refused("InvalidParameterException"):
        _prefer(pool, EmailMfaSettings={"Enabled": False, "PreferredMfa": True})
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.pool_id, Username="ada", UserAttributes=[{"Name": "phone_number", "Value": PHONE}]
    )
    with refused("InvalidParameterException"):
        _prefer(pool, EmailMfaSettings=FIRST, SMSMfaSettings=FIRST)


def test_the_legacy_settings_turn_text_messages_on_and_off(optional: PoolUnderTest) -> None:
    """operations: SetUserSettings, AdminSetUserSettings; config 4: MFAOptions is SMS only."""
    token = optional.tokens("ada")["AccessToken"]
    option = {"DeliveryMedium": "SMS", "AttributeName": "phone_number"}
    optional.public.set_user_settings(AccessToken=token, MFAOptions=[option])
    assert optional.public.get_user(AccessToken=token)["MFAOptions"] == [option]
    assert optional.sign_in("ada")["ChallengeName"] == "SMS_MFA"
    optional.idp.admin_set_user_settings(UserPoolId=optional.pool_id, Username="ada", MFAOptions=[])
    assert "AuthenticationResult" in optional.sign_in("ada")


def test_mfa_that_is_off_asks_nobody(optional: PoolUnderTest) -> None:
    """config 4: OFF."""
    _prefer(optional, SMSMfaSettings=ON)
    optional.idp.set_user_pool_mfa_config(UserPoolId=optional.pool_id, MfaConfiguration="OFF")
    assert "AuthenticationResult" in optional.sign_in("ada")


def test_required_mfa_takes_the_channel_the_user_has(sandbox: RunningSandbox) -> None:
    """flows: attributes decide, one usable channel is its challenge; also in the administrator's flow."""
    pool = make_mfa_pool(sandbox, "ON", "SMS", "EMAIL")
    pool.add_user("ada", phone_number=PHONE)
    asked = pool.idp.admin_initiate_auth(
        UserPoolId=pool.pool_id,
        ClientId=pool.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    assert asked["ChallengeName"] == "SMS_MFA"
    done = pool.idp.admin_respond_to_auth_challenge(
        UserPoolId=pool.pool_id,
        ClientId=pool.client_id,
        ChallengeName="SMS_MFA",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "SMS_MFA_CODE": pool.latest_code()},
    )
    assert "AuthenticationResult" in done


def test_required_mfa_lets_choose_between_two_channels(sandbox: RunningSandbox) -> None:
    """flows: phone and e-mail both usable, SELECT_MFA_TYPE."""
    pool = make_mfa_pool(sandbox, "ON", "SMS", "EMAIL")
    pool.add_user("ada", email=MAIL, phone_number=PHONE)
    assert pool.sign_in("ada")["ChallengeName"] == "SELECT_MFA_TYPE"


def test_the_channel_that_recovers_passwords_is_no_second_factor(sandbox: RunningSandbox) -> None:
    """flows: the primary recovery channel is excluded; the only channel that is also the recovery channel, error."""
    recovery = {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]}
    pool = make_mfa_pool(sandbox, "ON", "SMS", "EMAIL", AccountRecoverySetting=recovery)
    pool.add_user("ada", email=MAIL, phone_number=PHONE)
    assert pool.sign_in("ada")["ChallengeName"] == "SMS_MFA"
    pool.add_user("grace", email="grace@moonletter.example")
    with refused("MFAMethodNotFoundException"):
        pool.sign_in("grace")


def test_an_invited_person_registers_an_authenticator_after_the_new_password(sandbox: RunningSandbox) -> None:
    """flows 3: NEW_PASSWORD_REQUIRED, then MFA_SETUP with the sessions of Associate- and VerifySoftwareToken."""
    pool = make_mfa_pool(sandbox, "ON", "TOTP")
    asked = invite(pool, "ada")
    assert asked["ChallengeName"] == "MFA_SETUP"
    assert json.loads(asked["ChallengeParameters"]["MFAS_CAN_SETUP"]) == ["SOFTWARE_TOKEN_MFA"]
    made = pool.public.associate_software_token(Session=asked["Session"])
    with refused("InvalidParameterException"):
        respond(pool, asked | {"Session": made["Session"]}, "ada")
    checked = pool.public.verify_software_token(Session=made["Session"], UserCode=totp(made["SecretCode"], later_s=-30))
    assert checked["Status"] == "SUCCESS"
    assert "AuthenticationResult" in respond(pool, asked | {"Session": checked["Session"]}, "ada")
    again = pool.sign_in("ada")
    assert again["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert "AuthenticationResult" in respond(pool, again, "ada", SOFTWARE_TOKEN_MFA_CODE=totp(made["SecretCode"]))


def test_an_invited_person_sets_up_e_mail_by_proving_the_address(sandbox: RunningSandbox) -> None:
    """flows 3: MFA_SETUP, e-mail: respond with USERNAME and `email`."""
    pool = make_mfa_pool(sandbox, "ON", "EMAIL")
    asked = respond(pool, invite(pool, "ada"), "ada", email=MAIL)
    assert asked["ChallengeName"] == "EMAIL_OTP"
    done = respond(pool, asked, "ada", EMAIL_OTP_CODE=pool.latest_code())
    user = pool.public.get_user(AccessToken=done["AuthenticationResult"]["AccessToken"])
    attributes = {entry["Name"]: entry["Value"] for entry in user["UserAttributes"]}
    assert (attributes["email"], attributes["email_verified"]) == (MAIL, "true")
    assert user["PreferredMfaSetting"] == "EMAIL_OTP"


def signed_up(pool: PoolUnderTest, username: str) -> None:
    """A person who registered by themselves and was confirmed by an administrator."""
    pool.public.sign_up(ClientId=pool.client_id, Username=username, Password=PASSWORD)
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username=username)


def test_who_signed_up_is_asked_to_set_up_an_authenticator_until_there_is_one(sandbox: RunningSandbox) -> None:
    """config 4: self-registered users receive tokens on first sign-in; afterwards MFA_SETUP, like everybody."""
    pool = make_mfa_pool(sandbox, "ON", "SMS", "TOTP")
    signed_up(pool, "ada")
    assert "AuthenticationResult" in pool.sign_in("ada")
    assert pool.sign_in("ada")["ChallengeName"] == "MFA_SETUP"
    asked = pool.sign_in("ada")
    assert asked["ChallengeName"] == "MFA_SETUP"
    made = pool.public.associate_software_token(Session=asked["Session"])
    pool.public.verify_software_token(Session=made["Session"], UserCode=totp(made["SecretCode"], later_s=-30))
    again = pool.sign_in("ada")
    assert again["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert "AuthenticationResult" in respond(pool, again, "ada", SOFTWARE_TOKEN_MFA_CODE=totp(made["SecretCode"]))


def test_who_signed_up_gets_tokens_once_where_a_telephone_is_the_only_factor(sandbox: RunningSandbox) -> None:
    """config 4: self-registered users receive tokens on first sign-in to register a factor; SMS needs them."""
    pool = make_mfa_pool(sandbox, "ON", "SMS")
    signed_up(pool, "ada")
    assert "AuthenticationResult" in pool.sign_in("ada")
    assert pool.sign_in("ada")["ChallengeName"] == "MFA_SETUP"
