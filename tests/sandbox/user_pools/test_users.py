"""Users as an administrator makes, changes and finds them."""

from typing import Any

import pytest

from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

CANNOT_RESET = "User password cannot be reset in the current state."


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(
        sandbox,
        Schema=[
            {"Name": "plan", "AttributeDataType": "String"},
            {"Name": "ref", "AttributeDataType": "String", "Mutable": False},
        ],
    )
    made.add_user("checked", custom__ref="one")
    return made


def _invite(pool: PoolUnderTest, username: str, **more: Any) -> Any:
    return pool.idp.admin_create_user(UserPoolId=pool.pool_id, Username=username, **more)["User"]


def _attributes(pool: PoolUnderTest, username: str) -> dict[str, str]:
    shown = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username=username)["UserAttributes"]
    return {entry["Name"]: entry["Value"] for entry in shown}


def _update(pool: PoolUnderTest, username: str, **changes: str) -> None:
    attributes = [{"Name": name.replace("__", ":"), "Value": value} for name, value in changes.items()]
    pool.idp.admin_update_user_attributes(UserPoolId=pool.pool_id, Username=username, UserAttributes=attributes)


def test_an_invited_user_gets_a_mail_with_name_and_temporary_password(pool: PoolUnderTest) -> None:
    mail_address = [{"Name": "email", "Value": "alan@moonletter.example"}]
    user = _invite(pool, "alan", UserAttributes=mail_address, DesiredDeliveryMediums=["EMAIL"])
    assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert user["Enabled"] is True
    mail = pool.sandbox.messages()[0]
    assert mail["purpose"] == "AdminCreateUser"
    assert mail["body"] == f"Your username is alan and temporary password is {mail['code']}."
    assert pool.sign_in("alan", mail["code"])["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_a_suppressed_invitation_sends_nothing(pool: PoolUnderTest) -> None:
    before = len(pool.sandbox.messages())
    _invite(pool, "silent", MessageAction="SUPPRESS", UserAttributes=[{"Name": "email", "Value": "s@x.example"}])
    assert len(pool.sandbox.messages()) == before


def test_resending_renews_the_temporary_password(pool: PoolUnderTest) -> None:
    _invite(pool, "again", TemporaryPassword="Temporary-1", MessageAction="SUPPRESS")
    _invite(pool, "again", TemporaryPassword="Temporary-2", MessageAction="RESEND")
    with refused("NotAuthorizedException"):
        pool.sign_in("again", "Temporary-1")
    assert pool.sign_in("again", "Temporary-2")["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_only_an_invitation_that_is_open_can_be_resent(pool: PoolUnderTest) -> None:
    pool.add_user("settled")
    with refused("UnsupportedUserStateException"):
        _invite(pool, "settled", MessageAction="RESEND")
    with refused("UserNotFoundException", "User does not exist."):
        _invite(pool, "nobody", MessageAction="RESEND")


def test_a_weak_temporary_password_is_named_after_the_password_policy(pool: PoolUnderTest) -> None:
    text = "Password did not conform with password policy: Password must have numeric characters"
    with refused("InvalidPasswordException", text):
        _invite(pool, "weak", TemporaryPassword="Password-!")


def test_a_name_that_is_taken_is_refused(pool: PoolUnderTest) -> None:
    pool.add_user("taken")
    with refused("UsernameExistsException", "User already exists"):
        _invite(pool, "taken")


def test_a_deleted_name_is_free_again_with_another_sub(pool: PoolUnderTest) -> None:
    pool.add_user("phoenix")
    first = _attributes(pool, "phoenix")["sub"]
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="phoenix")
    with refused("UserNotFoundException", "User does not exist."):
        pool.status("phoenix")
    pool.add_user("phoenix")
    assert _attributes(pool, "phoenix")["sub"] != first


def test_a_user_is_found_by_sub_too(pool: PoolUnderTest) -> None:
    pool.add_user("sub-seeker")
    answer = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username=_attributes(pool, "sub-seeker")["sub"])
    assert answer["Username"] == "sub-seeker"


def test_attributes_are_changed_and_a_blank_value_removes_one(pool: PoolUnderTest) -> None:
    pool.add_user("ada", name="Ada", custom__plan="free")
    _update(pool, "ada", custom__plan="paid", name="")
    attributes = _attributes(pool, "ada")
    assert attributes["custom:plan"] == "paid"
    assert "name" not in attributes
    pool.idp.admin_delete_user_attributes(
        UserPoolId=pool.pool_id, Username="ada", UserAttributeNames=["custom:plan", "nickname"]
    )
    assert "custom:plan" not in _attributes(pool, "ada")


def test_a_changed_address_is_unverified_unless_the_change_says_otherwise(pool: PoolUnderTest) -> None:
    pool.add_user("mover", email="old@moonletter.example", email_verified="true")
    _update(pool, "mover", email="new@moonletter.example")
    assert _attributes(pool, "mover")["email_verified"] == "false"
    assert pool.sandbox.messages()[0]["destination"] == "new@moonletter.example"
    _update(pool, "mover", email="newer@moonletter.example", email_verified="true")
    assert _attributes(pool, "mover")["email_verified"] == "true"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"email": "nonsense"}, "Invalid email address format."),
        ({"phone_number": "0123"}, "Invalid phone number format."),
        ({"custom__ref": "other"}, "user.custom:ref: Attribute cannot be updated."),
        ({"sub": "other"}, "user.sub: Attribute cannot be updated."),
        ({"custom__shoe": "42"}, "user.custom:shoe: Attribute does not exist in the schema.\n"),
    ],
)
def test_values_that_do_not_fit_the_schema_are_refused(pool: PoolUnderTest, change: dict[str, str], text: str) -> None:
    with refused("InvalidParameterException", text):
        _update(pool, "checked", **change)


def test_who_signs_up_gives_every_required_attribute(sandbox: RunningSandbox) -> None:
    strict = make_pool(sandbox, Schema=[{"Name": "email", "Required": True}])
    with refused(
        "InvalidParameterException", "Attributes did not conform to the schema: email: The attribute is required"
    ):
        strict.public.sign_up(ClientId=strict.client_id, Username="ada", Password=PASSWORD)


def test_who_is_invited_without_a_password_needs_every_required_attribute(sandbox: RunningSandbox) -> None:
    passwordless = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    strict = make_pool(sandbox, Schema=[{"Name": "name", "Required": True}], Policies=passwordless)
    with refused(
        "InvalidParameterException", "Attributes did not conform to the schema: name: The attribute is required"
    ):
        _invite(strict, "ada")


def test_confirming_works_for_the_unconfirmed_only(pool: PoolUnderTest) -> None:
    pool.public.sign_up(ClientId=pool.client_id, Username="edsger", Password=PASSWORD)
    key = {"UserPoolId": pool.pool_id, "Username": "edsger"}
    with refused("NotAuthorizedException", CANNOT_RESET):
        pool.idp.admin_reset_user_password(**key)
    pool.idp.admin_confirm_sign_up(**key)
    assert pool.status("edsger") == "CONFIRMED"
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        pool.idp.admin_confirm_sign_up(**key)


def test_a_permanent_password_confirms_and_a_temporary_one_must_be_changed(pool: PoolUnderTest) -> None:
    _invite(pool, "stuck", MessageAction="SUPPRESS")
    key = {"UserPoolId": pool.pool_id, "Username": "stuck"}
    pool.idp.admin_set_user_password(**key, Password=PASSWORD, Permanent=True)
    assert pool.status("stuck") == "CONFIRMED"
    pool.idp.admin_set_user_password(**key, Password="Temporary-9", Permanent=False)
    assert pool.status("stuck") == "FORCE_CHANGE_PASSWORD"
    with refused("NotAuthorizedException", CANNOT_RESET):
        pool.idp.admin_reset_user_password(**key)


def test_a_reset_makes_the_person_choose_a_new_password_with_a_code(pool: PoolUnderTest) -> None:
    pool.add_user("barbara", email="barbara@moonletter.example", email_verified="true")
    pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username="barbara")
    assert pool.status("barbara") == "RESET_REQUIRED"
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        pool.sign_in("barbara")
    pool.public.confirm_forgot_password(
        ClientId=pool.client_id, Username="barbara", ConfirmationCode=pool.latest_code(), Password="Chosen-Anew-3"
    )
    assert pool.status("barbara") == "CONFIRMED"
    assert "AuthenticationResult" in pool.sign_in("barbara", "Chosen-Anew-3")


def test_a_forced_alias_is_taken_from_its_holder(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, AliasAttributes=["email"])
    pool.add_user("first", email="shared@x.example", email_verified="true")
    claimed = [{"Name": "email", "Value": "shared@x.example"}, {"Name": "email_verified", "Value": "True"}]
    with refused("AliasExistsException", "An account with the email already exists."):
        _invite(pool, "second", UserAttributes=claimed)
    _invite(pool, "second", UserAttributes=claimed, ForceAliasCreation=True)
    assert _attributes(pool, "first")["email_verified"] == "false"
    assert _attributes(pool, "shared@x.example")["email_verified"] == "true"


def test_the_number_of_users_is_kept(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    pool.add_user("one")
    pool.add_user("two")
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="one")
    assert pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]["EstimatedNumberOfUsers"] == 1
