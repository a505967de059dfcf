"""Password and sign-in policy, second factors: facts of user-pools-config.md sections 3 and 4."""

from typing import Any

import pytest

from tests.sandbox.auth.second_factors import MAIL, PHONE, SES, make_mfa_pool, register_authenticator, respond, set_mfa
from tests.sandbox.one_time_codes import totp
from tests.sandbox.pools import PASSWORD, SMS, PoolUnderTest, add_sms_role, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

WRONG = "Incorrect username or password."


@pytest.fixture(scope="module")
def strict(sandbox: RunningSandbox) -> Any:
    """A client of boto3 that checks nothing itself."""
    return sandbox.client("cognito-idp", parameter_validation=False)


@pytest.fixture(scope="module")
def symbols(sandbox: RunningSandbox) -> PoolUnderTest:
    """A pool whose passwords need a symbol and nothing else."""
    made = make_pool(sandbox, Policies={"PasswordPolicy": {"MinimumLength": 6, "RequireSymbols": True}})
    made.add_user("ada")
    return made


def set_password(pool: PoolUnderTest, password: str, username: str = "ada") -> None:
    pool.idp.admin_set_user_password(UserPoolId=pool.pool_id, Username=username, Password=password, Permanent=True)


@pytest.mark.parametrize(
    "policy",
    [
        {"MinimumLength": 5},
        {"MinimumLength": 100},
        {"MinimumLength": 8, "PasswordHistorySize": 25},
        {"MinimumLength": 8, "TemporaryPasswordValidityDays": 366},
        {"MinimumLength": 8, "TemporaryPasswordValidityDays": -1},
    ],
)
def test_a_password_policy_has_bounds(strict: Any, policy: dict[str, int]) -> None:
    """user-pools-config.md 3: MinimumLength 6 to 99, PasswordHistorySize 0 to 24, validity 0 to 365 days."""
    with refused("InvalidParameterException"):
        strict.create_user_pool(PoolName="bounds", Policies={"PasswordPolicy": policy})


def test_the_bounds_themselves_are_taken(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 3: the largest values of the password policy."""
    policy = {"MinimumLength": 99, "PasswordHistorySize": 24, "TemporaryPasswordValidityDays": 365}
    pool = make_pool(sandbox, Policies={"PasswordPolicy": policy})
    described = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]["Policies"]["PasswordPolicy"]
    assert {name: described[name] for name in policy} == policy


def test_no_days_of_validity_are_seven(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 3: TemporaryPasswordValidityDays 0 means the default 7."""
    pool = make_pool(sandbox, Policies={"PasswordPolicy": {"MinimumLength": 8, "TemporaryPasswordValidityDays": 0}})
    described = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]["Policies"]["PasswordPolicy"]
    assert described["TemporaryPasswordValidityDays"] == 7


@pytest.mark.parametrize("symbol", [*"^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"])
def test_a_symbol_of_the_list_counts(symbols: PoolUnderTest, symbol: str) -> None:
    """user-pools-config.md 3: the symbols that count."""
    set_password(symbols, f"abcdef{symbol}")


def test_a_space_inside_counts_as_a_symbol_and_one_at_an_end_is_refused(symbols: PoolUnderTest) -> None:
    """user-pools-config.md 3: a space that is neither first nor last counts."""
    set_password(symbols, "abc def")
    for password in (" abcdef", "abcdef "):
        with refused("InvalidParameterException"):
            set_password(symbols, password)


@pytest.mark.parametrize("password", ["abcdef", "abcdef€", "abcdef§", "ABC123"])
def test_nothing_else_counts_as_a_symbol(symbols: PoolUnderTest, password: str) -> None:
    """user-pools-config.md 3: only the listed symbols count."""
    with refused(
        "InvalidPasswordException", "Password did not conform with policy: Password must have symbol characters"
    ):
        set_password(symbols, password)


def test_a_password_has_256_characters_at_most(symbols: PoolUnderTest, strict: Any) -> None:
    """user-pools-config.md 3 and api-quotas.md 5: hard maximum 256 characters."""
    set_password(symbols, "-" * 256)
    with refused("InvalidParameterException"):
        strict.admin_set_user_password(UserPoolId=symbols.pool_id, Username="ada", Password="-" * 257, Permanent=True)


def test_the_history_counts_the_current_password(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 3: history N includes the current password; PasswordHistoryPolicyViolationException."""
    pool = make_pool(sandbox, Policies={"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}})
    pool.add_user("ada")
    for password in (PASSWORD, "second-password"):
        if password != PASSWORD:
            set_password(pool, password)
        with refused("PasswordHistoryPolicyViolationException"):
            set_password(pool, password)
    with refused("PasswordHistoryPolicyViolationException"):
        set_password(pool, PASSWORD)
    set_password(pool, "third-password")
    set_password(pool, PASSWORD)


@pytest.mark.parametrize(
    ("factors", "is_taken"),
    [
        (["PASSWORD"], True),
        (["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"], True),
        (["EMAIL_OTP"], False),
        (["WEB_AUTHN"], False),
        (["PASSWORD", "SOFTWARE_TOKEN"], False),
    ],
)
def test_first_factors_are_a_password_and_what_may_stand_beside_it(
    sandbox: RunningSandbox, strict: Any, factors: list[str], *, is_taken: bool
) -> None:
    """user-pools-config.md 3: PASSWORD is always needed; SOFTWARE_TOKEN in the enum is not supported."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": factors}}
    if is_taken:
        add_sms_role(sandbox)
        kept = strict.create_user_pool(PoolName="factors", Policies=policies, SmsConfiguration=SMS)["UserPool"]
        assert kept["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"] == factors
        return
    with refused("InvalidParameterException"):
        strict.create_user_pool(PoolName="factors", Policies=policies)


@pytest.mark.parametrize("factor", ["EMAIL_OTP", "SMS_OTP"])
def test_codes_as_first_factors_and_required_mfa_exclude_each_other(sandbox: RunningSandbox, factor: str) -> None:
    """user-pools-config.md 3: passwordless OTP cannot be combined with required MFA, whichever comes first."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", factor]}}
    passwordless = make_pool(sandbox, Policies=policies, SmsConfiguration=SMS)
    with refused("InvalidParameterException"):
        set_mfa(passwordless, "ON", "TOTP")
    demanding = make_mfa_pool(sandbox, "ON", "TOTP")
    with refused("InvalidParameterException"):
        demanding.idp.update_user_pool(UserPoolId=demanding.pool_id, Policies=policies, MfaConfiguration="ON")


def test_the_wait_doubles_from_one_second_and_ends_at_fifteen_minutes(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 3: after 5 failures 1 s, doubling to about 15 minutes; `Password attempts exceeded`."""
    pool = make_pool(sandbox)
    pool.add_user("ada")
    sandbox.control("clock", {"is_frozen": True})
    try:
        for _ in range(5):
            with refused("NotAuthorizedException", WRONG):
                pool.sign_in("ada", "Wrong-Password-1")
        for wait_s in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512):
            sandbox.advance(wait_s - 0.5)
            with refused("NotAuthorizedException", "Password attempts exceeded"):
                pool.sign_in("ada")
            sandbox.advance(1)
            with refused("NotAuthorizedException", WRONG):
                pool.sign_in("ada", "Wrong-Password-1")
        sandbox.advance(901)
        assert pool.tokens("ada")
    finally:
        sandbox.control("clock", {"is_frozen": False})


def test_fifteen_minutes_without_attempts_forget_the_failures(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 3: the lockout resets after 15 minutes without attempts."""
    pool = make_pool(sandbox)
    pool.add_user("ada")
    for _ in range(4):
        with refused("NotAuthorizedException", WRONG):
            pool.sign_in("ada", "Wrong-Password-1")
    sandbox.advance(901)
    for _ in range(4):
        with refused("NotAuthorizedException", WRONG):
            pool.sign_in("ada", "Wrong-Password-1")
    assert pool.tokens("ada")


@pytest.mark.parametrize("mode", ["OFF", "OPTIONAL", "ON"])
def test_second_factors_are_off_optional_or_required(sandbox: RunningSandbox, mode: str) -> None:
    """user-pools-config.md 4: MfaConfiguration OFF, OPTIONAL, ON."""
    pool = make_mfa_pool(sandbox, mode, "TOTP")
    assert pool.idp.get_user_pool_mfa_config(UserPoolId=pool.pool_id)["MfaConfiguration"] == mode


def test_codes_by_mail_need_a_sender_of_ones_own(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 4: e-mail MFA needs SES sending (DEVELOPER)."""
    pool = make_pool(sandbox)
    with refused("InvalidParameterException"):
        set_mfa(pool, "OPTIONAL", "EMAIL")
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, EmailConfiguration=SES)
    set_mfa(pool, "OPTIONAL", "EMAIL")


def test_codes_by_text_message_need_an_sms_configuration(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 4: SMS needs an SMS configuration."""
    pool = make_pool(sandbox)
    with refused("InvalidParameterException"):
        pool.idp.set_user_pool_mfa_config(
            UserPoolId=pool.pool_id, MfaConfiguration="ON", SmsMfaConfiguration={"SmsAuthenticationMessage": "{####}"}
        )
    with refused("InvalidParameterException"):
        make_pool(sandbox, MfaConfiguration="ON")


def test_a_users_factors_are_listed_by_these_names(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 4: UserMFASettingList has SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP; one is preferred."""
    pool = make_mfa_pool(sandbox, "OPTIONAL", "SMS", "TOTP", "EMAIL")
    pool.add_user("ada", email=MAIL, phone_number=PHONE)
    token = pool.tokens("ada")["AccessToken"]
    register_authenticator(pool, token, prefers=False)
    pool.public.set_user_mfa_preference(
        AccessToken=token,
        SMSMfaSettings={"Enabled": True},
        EmailMfaSettings={"Enabled": True, "PreferredMfa": True},
    )
    user = pool.public.get_user(AccessToken=token)
    assert set(user["UserMFASettingList"]) == {"SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"}
    assert user["PreferredMfaSetting"] == "EMAIL_OTP"


def test_a_factor_is_turned_on_once_its_means_are_there(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 4: TOTP must be verified first; SMS and e-mail need the attribute to be present."""
    pool = make_mfa_pool(sandbox, "OPTIONAL", "SMS", "TOTP", "EMAIL")
    pool.add_user("ada")
    token = pool.tokens("ada")["AccessToken"]
    for block in ("SMSMfaSettings", "SoftwareTokenMfaSettings", "EmailMfaSettings"):
        with refused("InvalidParameterException"):
            pool.public.set_user_mfa_preference(AccessToken=token, **{block: {"Enabled": True}})


def test_an_authenticators_secret_is_base32_and_its_code_is_checked(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 4: SecretCode (base32), VerifySoftwareToken; wrong code, EnableSoftwareTokenMFAException."""
    pool = make_mfa_pool(sandbox, "OPTIONAL", "TOTP")
    pool.add_user("ada")
    token = pool.tokens("ada")["AccessToken"]
    secret = pool.public.associate_software_token(AccessToken=token)["SecretCode"]
    assert set(secret) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    with refused("EnableSoftwareTokenMFAException", "Code mismatch"):
        pool.public.verify_software_token(AccessToken=token, UserCode=totp(secret, later_s=-3600))
    assert pool.public.verify_software_token(AccessToken=token, UserCode=totp(secret))["Status"] == "SUCCESS"


def test_five_wrong_codes_lock_like_wrong_passwords(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 3: five bad MFA codes trigger the lockout, too."""
    pool = make_mfa_pool(sandbox, "ON", "SMS")
    pool.add_user("ada", phone_number=PHONE)
    asked = pool.sign_in("ada")
    code = pool.latest_code()
    for _ in range(5):
        with refused("CodeMismatchException"):
            respond(pool, asked, "ada", SMS_MFA_CODE="1" * 6 if code != "1" * 6 else "2" * 6)
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        pool.sign_in("ada")


@pytest.mark.parametrize("factor", ["SMS", "TOTP", "EMAIL"])
def test_who_signed_up_gets_tokens_where_mfa_is_required_and_who_was_invited_sets_up(
    sandbox: RunningSandbox, factor: str
) -> None:
    """user-pools-config.md 4: self-registered users receive tokens on first sign-in, invited ones MFA_SETUP."""
    pool = make_mfa_pool(sandbox, "ON", factor)
    pool.public.sign_up(ClientId=pool.client_id, Username="joiner", Password=PASSWORD)
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="joiner")
    token = pool.tokens("joiner")["AccessToken"]
    if factor == "TOTP":
        assert register_authenticator(pool, token)
        assert pool.sign_in("joiner")["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    pool.add_user("invited")
    assert pool.sign_in("invited")["ChallengeName"] == "MFA_SETUP"
