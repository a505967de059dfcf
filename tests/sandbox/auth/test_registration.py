"""Signing up, confirming, forgetting and changing a password."""

from typing import Any

import pytest

from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

WRONG_CODE = "Invalid verification code provided, please try again."
OLD_CODE = "Invalid code provided, please request a code again."


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox, Schema=[{"Name": "plan", "AttributeDataType": "String"}])


def _sign_up(pool: PoolUnderTest, username: str, **more: Any) -> Any:
    attributes = [{"Name": "email", "Value": f"{username}@moonletter.example"}]
    settings = {"Password": PASSWORD, "UserAttributes": attributes, **more}
    return pool.public.sign_up(ClientId=pool.client_id, Username=username, **settings)


def _confirm(pool: PoolUnderTest, username: str, code: str) -> None:
    pool.public.confirm_sign_up(ClientId=pool.client_id, Username=username, ConfirmationCode=code)


def _reset(pool: PoolUnderTest, username: str, code: str, password: str = "Another-Pass-7") -> None:
    pool.public.confirm_forgot_password(
        ClientId=pool.client_id, Username=username, ConfirmationCode=code, Password=password
    )


def test_a_person_signs_up_confirms_by_mail_and_signs_in(pool: PoolUnderTest) -> None:
    answer = _sign_up(pool, "ada")
    assert answer["UserConfirmed"] is False
    expected = {"Destination": "a***@m***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert answer["CodeDeliveryDetails"] == expected
    assert pool.status("ada") == "UNCONFIRMED"
    with refused("UserNotConfirmedException", "User is not confirmed."):
        pool.sign_in("ada")
    mail = pool.sandbox.messages()[0]
    assert mail["destination"] == "ada@moonletter.example"
    assert mail["body"] == f"Your verification code is {mail['code']}."
    with refused("CodeMismatchException", WRONG_CODE):
        _confirm(pool, "ada", "abcdef")
    _confirm(pool, "ada", mail["code"])
    claims = pool.public.get_user(AccessToken=pool.tokens("ada")["AccessToken"])["UserAttributes"]
    assert {"Name": "email_verified", "Value": "true"} in claims


def test_a_name_that_is_taken_is_refused(pool: PoolUnderTest) -> None:
    _sign_up(pool, "taken")
    with refused("UsernameExistsException", "User already exists"):
        _sign_up(pool, "taken")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Sh0rt!", "Password not long enough"),
        ("lowercase-1", "Password must have uppercase characters"),
        ("UPPERCASE-1", "Password must have lowercase characters"),
        ("No-Digits-Here", "Password must have numeric characters"),
        ("NoSymbols1", "Password must have symbol characters"),
    ],
)
def test_only_the_first_broken_rule_of_the_password_policy_is_named(
    pool: PoolUnderTest, password: str, reason: str
) -> None:
    with refused("InvalidPasswordException", f"Password did not conform with policy: {reason}"):
        _sign_up(pool, "weak", Password=password)


def test_an_attribute_the_pool_does_not_know_is_refused(pool: PoolUnderTest) -> None:
    unknown = [{"Name": "custom:shoe", "Value": "42"}]
    text = "Attributes did not conform to the schema: custom:shoe: Attribute does not exist in the schema."
    with refused("InvalidParameterException", text):
        _sign_up(pool, "shoes", UserAttributes=unknown)


def test_nobody_verifies_their_own_address_by_saying_so(pool: PoolUnderTest) -> None:
    attributes = [{"Name": "email", "Value": "x@y.example"}, {"Name": "email_verified", "Value": "true"}]
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        _sign_up(pool, "liar", UserAttributes=attributes)


def test_a_pool_for_administrators_only_lets_nobody_sign_up(sandbox: RunningSandbox) -> None:
    closed = make_pool(sandbox, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    with refused("NotAuthorizedException", "SignUp is not permitted for this user pool"):
        _sign_up(closed, "ada")


def test_a_resent_code_replaces_the_first(pool: PoolUnderTest) -> None:
    _sign_up(pool, "twice")
    first = pool.latest_code()
    while True:
        pool.public.resend_confirmation_code(ClientId=pool.client_id, Username="twice")
        if pool.latest_code() != first:
            break
    with refused("CodeMismatchException", WRONG_CODE):
        _confirm(pool, "twice", first)
    _confirm(pool, "twice", pool.latest_code())
    with refused("InvalidParameterException", "User is already confirmed."):
        pool.public.resend_confirmation_code(ClientId=pool.client_id, Username="twice")
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        _confirm(pool, "twice", "123456")


def test_a_sign_up_code_lives_for_a_day(pool: PoolUnderTest) -> None:
    _sign_up(pool, "slow")
    pool.sandbox.advance(86401)
    with refused("ExpiredCodeException", OLD_CODE):
        _confirm(pool, "slow", pool.latest_code())


def test_guessing_codes_ends_after_fifteen_attempts(pool: PoolUnderTest) -> None:
    _sign_up(pool, "guessed")
    for _ in range(15):
        with refused("CodeMismatchException"):
            _confirm(pool, "guessed", "abcdef")
    with refused("LimitExceededException", "Attempt limit exceeded, please try after some time."):
        _confirm(pool, "guessed", pool.latest_code())
    pool.sandbox.advance(3601)
    _confirm(pool, "guessed", pool.latest_code())


def test_an_alias_that_is_taken_is_found_out_when_confirming(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, AliasAttributes=["email"])
    shared = [{"Name": "email", "Value": "shared@moonletter.example"}]
    for username in ("first", "second"):
        _sign_up(pool, username, UserAttributes=shared)
        if username == "first":
            _confirm(pool, "first", pool.latest_code())
    with refused("AliasExistsException", "An account with the email already exists."):
        _confirm(pool, "second", pool.latest_code())
    pool.public.confirm_sign_up(
        ClientId=pool.client_id, Username="second", ConfirmationCode=pool.latest_code(), ForceAliasCreation=True
    )
    answer = pool.public.get_user(AccessToken=pool.tokens("shared@moonletter.example")["AccessToken"])
    assert answer["Username"] == "second"


def test_where_addresses_are_usernames_the_username_is_the_sub(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, UsernameAttributes=["email"])
    with refused("InvalidParameterException", "Username should be an email."):
        _sign_up(pool, "ada", UserAttributes=[])
    answer = _sign_up(pool, "ada@moonletter.example", UserAttributes=[])
    _confirm(pool, "ada@moonletter.example", pool.latest_code())
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ada@moonletter.example")
    assert user["Username"] == answer["UserSub"]
    assert "AuthenticationResult" in pool.sign_in("ada@moonletter.example")
    with refused("UsernameExistsException", "An account with the given email already exists."):
        _sign_up(pool, "ada@moonletter.example", UserAttributes=[])


def test_a_forgotten_password_is_replaced_with_a_code(pool: PoolUnderTest) -> None:
    pool.add_user("forgetful", email="forgetful@moonletter.example", email_verified="true")
    sent = pool.public.forgot_password(ClientId=pool.client_id, Username="forgetful")
    assert sent["CodeDeliveryDetails"]["Destination"] == "f***@m***"
    code = pool.latest_code()
    with refused("CodeMismatchException", WRONG_CODE):
        _reset(pool, "forgetful", "abcdef")
    _reset(pool, "forgetful", code)
    assert "AuthenticationResult" in pool.sign_in("forgetful", "Another-Pass-7")
    with refused("ExpiredCodeException", OLD_CODE):
        _reset(pool, "forgetful", code)


def test_a_reset_code_lives_for_an_hour(pool: PoolUnderTest) -> None:
    pool.add_user("dawdler", email="dawdler@moonletter.example", email_verified="true")
    pool.public.forgot_password(ClientId=pool.client_id, Username="dawdler")
    pool.sandbox.advance(3601)
    with refused("ExpiredCodeException", OLD_CODE):
        _reset(pool, "dawdler", pool.latest_code())


def test_without_a_verified_address_nothing_can_be_reset(pool: PoolUnderTest) -> None:
    pool.add_user("nowhere", email="nowhere@moonletter.example")
    text = "Cannot reset password for the user as there is no registered/verified email or phone_number"
    with refused("InvalidParameterException", text):
        pool.public.forgot_password(ClientId=pool.client_id, Username="nowhere")


def test_who_still_has_a_temporary_password_cannot_reset_it(pool: PoolUnderTest) -> None:
    pool.idp.admin_create_user(UserPoolId=pool.pool_id, Username="invited", MessageAction="SUPPRESS")
    with refused("NotAuthorizedException", "User password cannot be reset in the current state."):
        pool.public.forgot_password(ClientId=pool.client_id, Username="invited")


def test_an_unknown_user_is_hidden_behind_a_simulated_delivery(pool: PoolUnderTest) -> None:
    with refused("UserNotFoundException", "Username/client id combination not found."):
        pool.public.forgot_password(ClientId=pool.client_id, Username="nobody")
    hiding = pool.add_client(ExplicitAuthFlows=FLOWS, PreventUserExistenceErrors="ENABLED")["ClientId"]
    first = pool.public.forgot_password(ClientId=hiding, Username="nobody")["CodeDeliveryDetails"]
    again = pool.public.forgot_password(ClientId=hiding, Username="nobody")["CodeDeliveryDetails"]
    assert first == again
    assert first["DeliveryMedium"] == "EMAIL"
    with refused("CodeMismatchException", WRONG_CODE):
        pool.public.confirm_forgot_password(
            ClientId=hiding, Username="nobody", ConfirmationCode="123456", Password=PASSWORD
        )


def test_a_person_changes_the_password_knowing_the_old_one(pool: PoolUnderTest) -> None:
    pool.add_user("changer")
    token = pool.tokens("changer")["AccessToken"]
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pool.public.change_password(AccessToken=token, PreviousPassword="Wrong-Pass-1", ProposedPassword="New-Pass-22")
    pool.public.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword="New-Pass-22")
    assert "AuthenticationResult" in pool.sign_in("changer", "New-Pass-22")


def test_a_password_of_the_history_is_refused(sandbox: RunningSandbox) -> None:
    policy = {"MinimumLength": 8, "PasswordHistorySize": 2}
    pool = make_pool(sandbox, Policies={"PasswordPolicy": policy})
    pool.add_user("historian")
    token = pool.tokens("historian")["AccessToken"]

    def change(old: str, new: str) -> None:
        pool.public.change_password(AccessToken=token, PreviousPassword=old, ProposedPassword=new)

    change(PASSWORD, "second-password")
    with refused("PasswordHistoryPolicyViolationException"):
        change("second-password", PASSWORD)
    change("second-password", "third-password")
    change("third-password", PASSWORD)


def test_a_changed_address_must_be_verified_again(pool: PoolUnderTest) -> None:
    pool.add_user("mover", email="old@moonletter.example", email_verified="true")
    token = pool.tokens("mover")["AccessToken"]
    moved = [{"Name": "email", "Value": "new@moonletter.example"}]
    sent = pool.public.update_user_attributes(AccessToken=token, UserAttributes=moved)["CodeDeliveryDetailsList"]
    assert sent[0]["Destination"] == "n***@m***"

    def verified() -> Any:
        shown = pool.public.get_user(AccessToken=token)["UserAttributes"]
        return {entry["Name"]: entry["Value"] for entry in shown}["email_verified"]

    assert verified() == "false"
    pool.public.verify_user_attribute(AccessToken=token, AttributeName="email", Code=pool.latest_code())
    assert verified() == "true"


def test_a_client_writes_only_attributes_it_may_write(pool: PoolUnderTest) -> None:
    pool.add_user("writer")
    client = pool.add_client(ExplicitAuthFlows=FLOWS, WriteAttributes=["name"])["ClientId"]
    token = pool.tokens("writer", client_id=client)["AccessToken"]
    pool.public.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "name", "Value": "W"}])
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        pool.public.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "custom:plan", "Value": "paid"}])


def test_nobody_without_the_code_learns_which_passwords_were_used(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, Policies={"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 5}})
    pool.add_user("ada", email="ada@moonletter.example", email_verified="true")
    pool.public.forgot_password(ClientId=pool.client_id, Username="ada")
    code = pool.latest_code()
    tried = {"ClientId": pool.client_id, "Username": "ada", "Password": PASSWORD}
    with refused("CodeMismatchException"):
        pool.public.confirm_forgot_password(ConfirmationCode=f"{(int(code) + 1) % 1_000_000:06d}", **tried)
    with refused("PasswordHistoryPolicyViolationException"):
        pool.public.confirm_forgot_password(ConfirmationCode=code, **tried)
    pool.public.confirm_forgot_password(ConfirmationCode=code, **{**tried, "Password": "Full-moon-2027"})
    assert pool.status("ada") == "CONFIRMED"
