"""Users and what administrators do to them: facts of user-pools.md sections 2 and 5."""

from typing import Any

import pytest

from tests.sandbox.auth.second_factors import PHONE
from tests.sandbox.auth.srp_client import sign_in_with_srp
from tests.sandbox.pools import FLOWS, PASSWORD, SMS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

MAIL = {"email": "ada@moonletter.example", "email_verified": "true"}
CANNOT_RESET = "User password cannot be reset in the current state."


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    flows = [*FLOWS, "ALLOW_USER_AUTH"]
    factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    return make_pool(sandbox, client={"ExplicitAuthFlows": flows}, Policies=factors, SmsConfiguration=SMS)


@pytest.fixture(scope="module")
def plain(sandbox: RunningSandbox) -> PoolUnderTest:
    """A pool whose users all have passwords."""
    return make_pool(sandbox, SmsConfiguration=SMS)


def entries(attributes: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


def named(pool: PoolUnderTest, username: str) -> dict[str, str]:
    return {"UserPoolId": pool.pool_id, "Username": username}


def attributes_of(pool: PoolUnderTest, username: str) -> dict[str, str]:
    return {
        entry["Name"]: entry["Value"] for entry in pool.idp.admin_get_user(**named(pool, username))["UserAttributes"]
    }


def invite(pool: PoolUnderTest, username: str, **more: Any) -> Any:
    return pool.idp.admin_create_user(**named(pool, username), **{"MessageAction": "SUPPRESS", **more})["User"]


def sign_up(pool: PoolUnderTest, username: str, **attributes: str) -> Any:
    return pool.public.sign_up(
        ClientId=pool.client_id, Username=username, Password=PASSWORD, UserAttributes=entries(attributes)
    )


def enter_state(pool: PoolUnderTest, username: str, status: str) -> None:
    """A user of this status."""
    if status == "UNCONFIRMED":
        sign_up(pool, username, email=MAIL["email"])
    elif status == "FORCE_CHANGE_PASSWORD":
        invite(pool, username, TemporaryPassword=PASSWORD, UserAttributes=entries(MAIL))
    else:
        pool.add_user(username, **MAIL)
        if status == "RESET_REQUIRED":
            pool.idp.admin_reset_user_password(**named(pool, username))
    assert pool.status(username) == status


STATES = ["UNCONFIRMED", "CONFIRMED", "FORCE_CHANGE_PASSWORD", "RESET_REQUIRED"]


def test_an_administrator_sees_attributes_status_and_factors(pool: PoolUnderTest) -> None:
    """user-pools.md 2: AdminGetUser has attributes, UserStatus, Enabled, UserMFASettingList, PreferredMfaSetting."""
    pool.add_user("seen", phone_number=PHONE)
    pool.idp.admin_set_user_mfa_preference(
        **named(pool, "seen"), SMSMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    shown = pool.idp.admin_get_user(**named(pool, "seen"))
    assert (shown["UserStatus"], shown["Enabled"]) == ("CONFIRMED", True)
    assert (shown["UserMFASettingList"], shown["PreferredMfaSetting"]) == (["SMS_MFA"], "SMS_MFA")
    assert {"sub", "phone_number"} <= {entry["Name"] for entry in shown["UserAttributes"]}


def test_first_and_second_factors_are_told_to_the_administrator(pool: PoolUnderTest) -> None:
    """user-pools.md 2: AdminGetUserAuthFactors gives configured first factors and MFA."""
    pool.add_user("factors", **MAIL)
    told = pool.idp.admin_get_user_auth_factors(**named(pool, "factors"))
    assert told["Username"] == "factors"
    assert set(told["ConfiguredUserAuthFactors"]) == {"PASSWORD", "EMAIL_OTP"}


def test_an_invitation_goes_by_text_message_unless_said_otherwise(plain: PoolUnderTest) -> None:
    """user-pools.md 2: AdminCreateUser DesiredDeliveryMediums, default SMS."""
    both = entries({"email": "both@moonletter.example", "phone_number": PHONE})
    plain.idp.admin_create_user(**named(plain, "by-default"), UserAttributes=both)
    assert plain.sandbox.messages()[0]["medium"] == "SMS"
    plain.idp.admin_create_user(**named(plain, "by-mail"), UserAttributes=both, DesiredDeliveryMediums=["EMAIL"])
    assert plain.sandbox.messages()[0]["medium"] == "EMAIL"


def test_an_enabled_user_may_be_deleted(plain: PoolUnderTest) -> None:
    """user-pools.md 2: the console insists on disabling before deletion, the API does not."""
    plain.add_user("short-lived")
    plain.idp.admin_delete_user(**named(plain, "short-lived"))
    with refused("UserNotFoundException", "User does not exist."):
        plain.status("short-lived")


def test_verifying_in_the_same_call_sends_no_message(plain: PoolUnderTest) -> None:
    """user-pools.md 2: email_verified=true in the same call skips the verification message."""
    plain.add_user("mover", **MAIL)
    before = len(plain.sandbox.messages())
    new = entries({"email": "new@moonletter.example", "email_verified": "true"})
    plain.idp.admin_update_user_attributes(**named(plain, "mover"), UserAttributes=new)
    assert len(plain.sandbox.messages()) == before
    assert attributes_of(plain, "mover")["email_verified"] == "true"


def test_a_blank_value_and_a_deletion_both_remove_an_attribute(plain: PoolUnderTest) -> None:
    """user-pools.md 2: a blank value deletes the attribute; AdminDeleteUserAttributes takes UserAttributeNames."""
    plain.add_user("fading", name="Ada", nickname="A")
    plain.idp.admin_update_user_attributes(**named(plain, "fading"), UserAttributes=entries({"name": ""}))
    plain.idp.admin_delete_user_attributes(**named(plain, "fading"), UserAttributeNames=["nickname"])
    assert not {"name", "nickname"} & attributes_of(plain, "fading").keys()


def test_a_user_is_named_by_username_sub_or_active_alias(sandbox: RunningSandbox) -> None:
    """user-pools.md 2: Username of admin operations may be the username, the sub or an active alias."""
    pool = make_pool(sandbox, AliasAttributes=["email", "preferred_username"])
    pool.add_user("ada", **MAIL, preferred_username="countess")
    for name in ("ada", attributes_of(pool, "ada")["sub"], MAIL["email"], "countess"):
        assert pool.idp.admin_get_user(**named(pool, name))["Username"] == "ada"
    pool.idp.admin_update_user_attributes(**named(pool, "ada"), UserAttributes=entries({"email_verified": "false"}))
    with refused("UserNotFoundException"):
        pool.status(MAIL["email"])


@pytest.mark.parametrize("name", ["a b", "g" * 129, "tab\tbed", ""])
def test_a_group_has_a_name_of_at_most_128_characters_without_spaces(plain: PoolUnderTest, name: str) -> None:
    """user-pools.md 2: group names ≤128 characters, no spaces."""
    strict = plain.sandbox.client("cognito-idp", parameter_validation=False)
    with refused("InvalidParameterException"):
        strict.create_group(UserPoolId=plain.pool_id, GroupName=name)


@pytest.mark.parametrize("settings", [{"Description": "d" * 2049}, {"Precedence": -1}])
def test_a_group_has_a_short_description_and_no_negative_precedence(
    plain: PoolUnderTest, settings: dict[str, Any]
) -> None:
    """user-pools.md 2: Description ≤2048, Precedence ≥0."""
    strict = plain.sandbox.client("cognito-idp", parameter_validation=False)
    with refused("InvalidParameterException"):
        strict.create_group(UserPoolId=plain.pool_id, GroupName="bounds", **settings)


def test_signing_up_tells_what_comes_next(pool: PoolUnderTest) -> None:
    """user-pools.md 2: SignUp returns UserConfirmed, UserSub, CodeDeliveryDetails and Session."""
    answer = sign_up(pool, "joining", email="joining@moonletter.example")
    assert answer["UserConfirmed"] is False
    assert answer["UserSub"] == attributes_of(pool, "joining")["sub"]
    assert answer["CodeDeliveryDetails"]["AttributeName"] == "email"
    assert answer["Session"]


def test_a_first_password_needs_no_previous_one(pool: PoolUnderTest) -> None:
    """user-pools.md 2: ChangePassword, PreviousPassword optional for a passwordless user's first password."""
    invite(pool, "first", UserAttributes=entries({**MAIL, "email": "first@moonletter.example"}))
    asked = pool.public.initiate_auth(
        AuthFlow="USER_AUTH",
        ClientId=pool.client_id,
        AuthParameters={"USERNAME": "first", "PREFERRED_CHALLENGE": "EMAIL_OTP"},
    )
    done = pool.public.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="EMAIL_OTP",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "first", "EMAIL_OTP_CODE": pool.latest_code()},
    )
    token = done["AuthenticationResult"]["AccessToken"]
    pool.public.change_password(AccessToken=token, ProposedPassword=PASSWORD)
    assert pool.tokens("first")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pool.public.change_password(AccessToken=token, ProposedPassword="Another-Pass-7")


def test_an_address_is_verified_with_a_code_asked_for(plain: PoolUnderTest) -> None:
    """user-pools.md 2: GetUserAttributeVerificationCode and VerifyUserAttribute."""
    plain.add_user("verifier", email="verifier@moonletter.example")
    token = plain.tokens("verifier")["AccessToken"]
    sent = plain.public.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    assert sent["CodeDeliveryDetails"]["Destination"] == "v***@m***"
    plain.public.verify_user_attribute(AccessToken=token, AttributeName="email", Code=plain.latest_code())
    assert attributes_of(plain, "verifier")["email_verified"] == "true"


def test_who_signs_up_is_unconfirmed_until_confirmed(plain: PoolUnderTest) -> None:
    """user-pools.md 5: SignUp, UNCONFIRMED; ConfirmSignUp, CONFIRMED."""
    sign_up(plain, "signing", email="signing@moonletter.example")
    assert plain.status("signing") == "UNCONFIRMED"
    plain.public.confirm_sign_up(ClientId=plain.client_id, Username="signing", ConfirmationCode=plain.latest_code())
    assert plain.status("signing") == "CONFIRMED"


def test_an_invitation_has_a_password_given_or_generated(plain: PoolUnderTest) -> None:
    """user-pools.md 5: AdminCreateUser with a given or generated password, FORCE_CHANGE_PASSWORD."""
    assert invite(plain, "given", TemporaryPassword=PASSWORD)["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert invite(plain, "generated")["UserStatus"] == "FORCE_CHANGE_PASSWORD"


def test_an_invitation_without_a_password_is_confirmed_where_none_is_needed(pool: PoolUnderTest) -> None:
    """user-pools.md 5: AdminCreateUser with no password in a passwordless pool, CONFIRMED."""
    assert invite(pool, "no-password", UserAttributes=entries(MAIL))["UserStatus"] == "CONFIRMED"


def test_a_resent_invitation_has_a_new_password_and_a_new_week(plain: PoolUnderTest) -> None:
    """user-pools.md 5: RESEND leaves FORCE_CHANGE_PASSWORD, renews password and validity period."""
    invite(plain, "late", TemporaryPassword="Temporary-1")
    plain.sandbox.advance(8 * 86400)
    with refused("NotAuthorizedException"):
        plain.sign_in("late", "Temporary-1")
    renewed = invite(plain, "late", TemporaryPassword="Temporary-2", MessageAction="RESEND")
    assert renewed["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert plain.sign_in("late", "Temporary-2")["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize(("is_permanent", "becomes"), [(True, "CONFIRMED"), (False, "FORCE_CHANGE_PASSWORD")])
def test_an_administrators_password_confirms_or_must_be_changed_from_any_state(
    plain: PoolUnderTest, status: str, becomes: str, *, is_permanent: bool
) -> None:
    """user-pools.md 5: any local user, AdminSetUserPassword Permanent true or false."""
    username = f"{status}-{is_permanent}"
    enter_state(plain, username, status)
    plain.idp.admin_set_user_password(**named(plain, username), Password="Another-Pass-7", Permanent=is_permanent)
    assert plain.status(username) == becomes


def test_a_permanent_password_asks_for_no_required_attribute(sandbox: RunningSandbox) -> None:
    """user-pools.md 5: AdminSetUserPassword Permanent=true skips required-attribute checks."""
    pool = make_pool(sandbox, Schema=[{"Name": "given_name", "Required": True, "Mutable": True}])
    invite(pool, "ada", TemporaryPassword="Temporary-1")
    pool.idp.admin_set_user_password(**named(pool, "ada"), Password=PASSWORD, Permanent=True)
    assert pool.tokens("ada")


@pytest.mark.parametrize("status", ["CONFIRMED", "RESET_REQUIRED"])
def test_a_code_for_a_new_password_confirms(plain: PoolUnderTest, status: str) -> None:
    """user-pools.md 5: ForgotPassword and ConfirmForgotPassword from CONFIRMED or RESET_REQUIRED, CONFIRMED."""
    username = f"forgot-{status}"
    enter_state(plain, username, status)
    plain.public.forgot_password(ClientId=plain.client_id, Username=username)
    plain.public.confirm_forgot_password(
        ClientId=plain.client_id, Username=username, ConfirmationCode=plain.latest_code(), Password="Another-Pass-7"
    )
    assert plain.status(username) == "CONFIRMED"


@pytest.mark.parametrize("status", ["CONFIRMED", "FORCE_CHANGE_PASSWORD", "RESET_REQUIRED"])
def test_only_the_unconfirmed_can_be_confirmed(plain: PoolUnderTest, status: str) -> None:
    """user-pools.md 5: AdminConfirmSignUp of another status, NotAuthorizedException that names it."""
    enter_state(plain, f"confirm-{status}", status)
    with refused("NotAuthorizedException", f"User cannot be confirmed. Current status is {status}"):
        plain.idp.admin_confirm_sign_up(**named(plain, f"confirm-{status}"))


def test_nothing_is_reset_without_a_contact_or_by_administrators_alone(sandbox: RunningSandbox) -> None:
    """user-pools.md 5: AdminResetUserPassword without a verified contact or with admin-only recovery is refused."""
    mechanisms = {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}
    pool = make_pool(sandbox, AccountRecoverySetting=mechanisms)
    pool.add_user("ada", **MAIL)
    with refused("InvalidParameterException"):
        pool.idp.admin_reset_user_password(**named(pool, "ada"))
    with refused("InvalidParameterException"):
        pool.public.forgot_password(ClientId=pool.client_id, Username="ada")


def test_the_unconfirmed_cannot_recover_a_password(plain: PoolUnderTest) -> None:
    """user-pools.md 5: ForgotPassword, UNCONFIRMED or nothing verified, InvalidParameterException."""
    enter_state(plain, "never-confirmed", "UNCONFIRMED")
    text = "Cannot reset password for the user as there is no registered/verified email or phone_number"
    with refused("InvalidParameterException", text):
        plain.public.forgot_password(ClientId=plain.client_id, Username="never-confirmed")


@pytest.mark.parametrize("status", ["CONFIRMED", "UNCONFIRMED", "RESET_REQUIRED"])
def test_only_an_open_invitation_is_resent(plain: PoolUnderTest, status: str) -> None:
    """user-pools.md 5: AdminCreateUser RESEND of another status, UnsupportedUserStateException."""
    enter_state(plain, f"resend-{status}", status)
    with refused("UnsupportedUserStateException"):
        invite(plain, f"resend-{status}", MessageAction="RESEND")


@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "USER_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH", "USER_AUTH"])
def test_no_flow_lets_a_disabled_user_in(pool: PoolUnderTest, flow: str) -> None:
    """user-pools.md 5: any sign-in of a disabled user, NotAuthorizedException `User is disabled.`"""
    username = f"off-{flow}"
    pool.add_user(username)
    pool.idp.admin_disable_user(**named(pool, username))
    parameters = {"USERNAME": username, "PASSWORD": PASSWORD}
    with refused("NotAuthorizedException", "User is disabled."):
        if flow == "USER_SRP_AUTH":
            sign_in_with_srp(pool.public, pool.pool_id, pool.client_id, username, PASSWORD)
        elif flow == "ADMIN_USER_PASSWORD_AUTH":
            pool.idp.admin_initiate_auth(
                UserPoolId=pool.pool_id, ClientId=pool.client_id, AuthFlow=flow, AuthParameters=parameters
            )
        else:
            more = {"PREFERRED_CHALLENGE": "PASSWORD"} if flow == "USER_AUTH" else {}
            pool.public.initiate_auth(AuthFlow=flow, ClientId=pool.client_id, AuthParameters=parameters | more)


@pytest.mark.parametrize("status", STATES)
def test_being_enabled_is_no_status(plain: PoolUnderTest, status: str) -> None:
    """user-pools.md 5: Enabled is orthogonal to status."""
    username = f"enabled-{status}"
    enter_state(plain, username, status)
    plain.idp.admin_disable_user(**named(plain, username))
    shown = plain.idp.admin_get_user(**named(plain, username))
    assert (shown["Enabled"], shown["UserStatus"]) == (False, status)


def test_a_name_is_free_after_deletion_and_the_sub_is_new(plain: PoolUnderTest) -> None:
    """user-pools.md 5: usernames are reusable after deletion; sub is not."""
    plain.add_user("phoenix")
    old = attributes_of(plain, "phoenix")["sub"]
    plain.idp.admin_delete_user(**named(plain, "phoenix"))
    plain.add_user("phoenix")
    assert attributes_of(plain, "phoenix")["sub"] != old
    with refused("UserNotFoundException"):
        plain.status(old)


def test_setting_a_contact_right_makes_a_reset_possible(plain: PoolUnderTest) -> None:
    """user-pools.md 5: forgotten password without a verified address, set email_verified=true and reset."""
    plain.add_user("unreachable", email="unreachable@moonletter.example")
    with refused("InvalidParameterException"):
        plain.idp.admin_reset_user_password(**named(plain, "unreachable"))
    plain.idp.admin_update_user_attributes(
        **named(plain, "unreachable"), UserAttributes=entries({"email_verified": "true"})
    )
    plain.idp.admin_reset_user_password(**named(plain, "unreachable"))
    assert plain.status("unreachable") == "RESET_REQUIRED"
