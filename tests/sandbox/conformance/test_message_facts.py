"""Recovery, verification and messages: facts of user-pools-config.md section 5 and user-pools-errors.md section 5."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.auth.second_factors import PHONE, SES
from tests.sandbox.pools import PASSWORD, SMS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

MAIL = "ada@moonletter.example"
BOTH = {"email": MAIL, "email_verified": "true", "phone_number": PHONE, "phone_number_verified": "true"}
OLD_CODE = "Invalid code provided, please request a code again."


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox, SmsConfiguration=SMS)


@pytest.fixture(scope="module")
def strict(sandbox: RunningSandbox) -> Any:
    """A client of boto3 that checks nothing itself."""
    return sandbox.client("cognito-idp", parameter_validation=False)


@pytest.fixture
def stopped(sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """The sandbox with its clock stopped."""
    sandbox.control("clock", {"is_frozen": True})
    yield sandbox
    sandbox.control("clock", {"is_frozen": False})


def entries(attributes: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


def sign_up(pool: PoolUnderTest, username: str, **attributes: str) -> Any:
    return pool.public.sign_up(
        ClientId=pool.client_id, Username=username, Password=PASSWORD, UserAttributes=entries(attributes)
    )


def mechanisms(*names: str) -> dict[str, Any]:
    listed = [{"Name": name, "Priority": number} for number, name in enumerate(names, 1)]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": listed}}


@pytest.mark.parametrize(
    ("settings", "medium"),
    [
        ({}, "SMS"),
        (mechanisms("verified_email"), "EMAIL"),
        (mechanisms("verified_email", "verified_phone_number"), "EMAIL"),
        (mechanisms("verified_phone_number", "verified_email"), "SMS"),
    ],
)
def test_a_password_is_recovered_by_the_first_mechanism(
    sandbox: RunningSandbox, settings: dict[str, Any], medium: str
) -> None:
    """user-pools-config.md 5: RecoveryMechanisms by priority; unset means phone first, then e-mail."""
    pool = make_pool(sandbox, SmsConfiguration=SMS, **settings)
    pool.add_user("ada", **BOTH)
    sent = pool.public.forgot_password(ClientId=pool.client_id, Username="ada")["CodeDeliveryDetails"]
    assert sent["DeliveryMedium"] == medium


def test_an_unverified_contact_is_passed_over(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 5: verified_email, verified_phone_number: only verified contacts recover."""
    pool = make_pool(sandbox, SmsConfiguration=SMS)
    pool.add_user("ada", **{**BOTH, "phone_number_verified": "false"})
    sent = pool.public.forgot_password(ClientId=pool.client_id, Username="ada")["CodeDeliveryDetails"]
    assert sent["DeliveryMedium"] == "EMAIL"


@pytest.mark.parametrize("priority", [0, 3])
def test_a_mechanism_has_priority_one_or_two(strict: Any, priority: int) -> None:
    """user-pools-config.md 5: Priority 1 or 2."""
    setting = {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": priority}]}
    with refused("InvalidParameterException"):
        strict.create_user_pool(PoolName="priorities", AccountRecoverySetting=setting)


@pytest.mark.parametrize(("attribute", "value"), [("email", MAIL), ("phone_number", PHONE)])
def test_an_auto_verified_attribute_gets_a_code_at_sign_up(sandbox: RunningSandbox, attribute: str, value: str) -> None:
    """user-pools-config.md 5: AutoVerifiedAttributes get a code at sign-up, which verifies the attribute."""
    pool = make_pool(sandbox, SmsConfiguration=SMS, AutoVerifiedAttributes=[attribute])
    answer = sign_up(pool, "ada", **{attribute: value})
    assert answer["CodeDeliveryDetails"]["AttributeName"] == attribute
    pool.public.confirm_sign_up(ClientId=pool.client_id, Username="ada", ConfirmationCode=pool.latest_code())
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ada")
    assert {"Name": f"{attribute}_verified", "Value": "true"} in user["UserAttributes"]


def test_no_code_goes_out_where_nothing_is_verified(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 5: without AutoVerifiedAttributes there is no code at sign-up."""
    pool = make_pool(sandbox, AutoVerifiedAttributes=[])
    assert "CodeDeliveryDetails" not in sign_up(pool, "ada", email=MAIL)


def test_a_pools_own_words_take_the_place_of_the_code(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 5: VerificationMessageTemplate, CONFIRM_WITH_CODE, {####} is the code."""
    template = {"EmailSubject": "Moon", "EmailMessage": "The moon says {####}", "SmsMessage": "Moon: {####}"}
    pool = make_pool(sandbox, EmailConfiguration=SES, SmsConfiguration=SMS, VerificationMessageTemplate=template)
    sign_up(pool, "ada", email=MAIL)
    mail = sandbox.messages()[0]
    assert (mail["subject"], mail["body"]) == ("Moon", f"The moon says {mail['code']}")


def test_words_left_out_are_cognitos(pool: PoolUnderTest) -> None:
    """user-pools-config.md 5: default texts of verification and invitation."""
    sign_up(pool, "defaults", email="defaults@moonletter.example")
    mail = pool.sandbox.messages()[0]
    assert mail["body"] == f"Your verification code is {mail['code']}."
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id, Username="invited", UserAttributes=entries({"email": "invited@moonletter.example"})
    )
    mail = pool.sandbox.messages()[0]
    assert mail["body"] == f"Your username is invited and temporary password is {mail['code']}."


def test_a_link_confirms_where_the_pool_has_a_domain(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 5: CONFIRM_WITH_LINK, {##text##} becomes the link; needs a domain."""
    template = {
        "DefaultEmailOption": "CONFIRM_WITH_LINK",
        "EmailMessageByLink": "Come in: {##the door##}",
        "EmailSubjectByLink": "Door",
    }
    pool = make_pool(sandbox, EmailConfiguration=SES, VerificationMessageTemplate=template)
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="fact-door")
    sign_up(pool, "ada", email=MAIL)
    mail = sandbox.messages()[0]
    assert mail["subject"] == "Door"
    assert "confirmUser?" in mail["body"]
    assert ">the door</a>" in mail["body"]


@pytest.mark.parametrize(
    "template",
    [
        {"SmsMessage": "no code"},
        {"SmsMessage": "{####}" + "x" * 135},
        {"EmailMessage": "no code at all"},
        {"EmailMessage": "{####}" + "x" * 19_995},
        {"EmailMessageByLink": "no link at all"},
        {"EmailSubject": "x" * 141},
        {"EmailSubject": ""},
    ],
)
def test_a_template_has_its_length_and_its_place_for_the_code(strict: Any, template: dict[str, str]) -> None:
    """user-pools-config.md 5, api-quotas.md 5: SMS ≤140, e-mail ≤20,000, subject 1 to 140, {####}, {##text##}."""
    with refused("InvalidParameterException"):
        strict.create_user_pool(PoolName="templates", VerificationMessageTemplate=template)


def test_an_invitation_fills_in_name_and_password(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 5: invitation placeholders {username} and {####}."""
    words = {
        "EmailMessage": "Dear {username}, {####} is yours",
        "EmailSubject": "Welcome",
        "SMSMessage": "{username} {####}",
    }
    pool = make_pool(sandbox, AdminCreateUserConfig={"InviteMessageTemplate": words}, EmailConfiguration=SES)
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id, Username="ada", TemporaryPassword=PASSWORD, UserAttributes=entries({"email": MAIL})
    )
    mail = sandbox.messages()[0]
    assert (mail["subject"], mail["body"]) == ("Welcome", f"Dear ada, {PASSWORD} is yours")


def test_an_invitation_without_a_place_for_the_password_is_not_delivered(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 5: without {####} no invite is delivered to password users."""
    words = {"EmailMessage": "Dear {username}, welcome"}
    pool = make_pool(sandbox, AdminCreateUserConfig={"InviteMessageTemplate": words}, EmailConfiguration=SES)
    before = len(sandbox.messages())
    pool.idp.admin_create_user(UserPoolId=pool.pool_id, Username="ada", UserAttributes=entries({"email": MAIL}))
    assert len(sandbox.messages()) == before


@pytest.mark.parametrize(("lives_s", "is_alive"), [(86_399, True), (86_401, False)])
def test_a_sign_up_code_lives_a_day(
    stopped: RunningSandbox, pool: PoolUnderTest, lives_s: int, *, is_alive: bool
) -> None:
    """user-pools-config.md 5 and api-quotas.md 5: sign-up codes live 24 h."""
    username = f"waiting-{lives_s}"
    sign_up(pool, username, email=f"{username}@moonletter.example")
    code = pool.latest_code()
    stopped.advance(lives_s)
    given = {"ClientId": pool.client_id, "Username": username, "ConfirmationCode": code}
    if is_alive:
        pool.public.confirm_sign_up(**given)
        return
    with refused("ExpiredCodeException", OLD_CODE):
        pool.public.confirm_sign_up(**given)


@pytest.mark.parametrize(("lives_s", "is_alive"), [(3_599, True), (3_601, False)])
def test_a_reset_code_lives_an_hour(
    stopped: RunningSandbox, pool: PoolUnderTest, lives_s: int, *, is_alive: bool
) -> None:
    """user-pools-config.md 5 and api-quotas.md 5: forgot-password codes live 1 h."""
    username = f"forgetting-{lives_s}"
    pool.add_user(username, email=MAIL, email_verified="true")
    pool.public.forgot_password(ClientId=pool.client_id, Username=username)
    given = {"ClientId": pool.client_id, "Username": username, "Password": "Another-Pass-7"}
    code = pool.latest_code()
    stopped.advance(lives_s)
    if is_alive:
        pool.public.confirm_forgot_password(ConfirmationCode=code, **given)
        return
    with refused("ExpiredCodeException", OLD_CODE):
        pool.public.confirm_forgot_password(ConfirmationCode=code, **given)


def test_an_attributes_code_lives_a_day(stopped: RunningSandbox, pool: PoolUnderTest) -> None:
    """user-pools-config.md 5 and api-quotas.md 5: attribute codes live 24 h."""
    client_id = pool.add_client(
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        AccessTokenValidity=1,
        TokenValidityUnits={"AccessToken": "days"},
    )["ClientId"]
    pool.add_user("mover", email=MAIL)
    token = pool.tokens("mover", client_id=client_id)["AccessToken"]
    pool.public.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    code = pool.latest_code()
    stopped.advance(86_401)
    fresh = pool.tokens("mover", client_id=client_id)["AccessToken"]
    with refused("ExpiredCodeException", OLD_CODE):
        pool.public.verify_user_attribute(AccessToken=fresh, AttributeName="email", Code=code)


def test_a_pool_of_administrators_lets_nobody_sign_up(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 5: AllowAdminCreateUserOnly, `SignUp is not permitted for this user pool`."""
    pool = make_pool(sandbox, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    with refused("NotAuthorizedException", "SignUp is not permitted for this user pool"):
        sign_up(pool, "ada", email=MAIL)
    pool.add_user("ada")


def test_an_address_to_be_verified_first_keeps_the_old_one(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 5: AttributesRequireVerificationBeforeUpdate, whose values must also be auto-verified."""
    first = {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}}
    with refused("InvalidParameterException"):
        make_pool(sandbox, AutoVerifiedAttributes=[], **first)
    pool = make_pool(sandbox, **first)
    pool.add_user("ada", email=MAIL, email_verified="true")
    token = pool.tokens("ada")["AccessToken"]
    pool.public.update_user_attributes(AccessToken=token, UserAttributes=entries({"email": "new@moonletter.example"}))
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ada")
    assert {"Name": "email", "Value": MAIL} in user["UserAttributes"]


def test_text_messages_go_by_one_service(strict: Any) -> None:
    """user-pools-config.md 5: SmsConfiguration has SnsCallerArn or EumsSms, which exclude each other."""
    both = {"SnsCallerArn": SMS["SnsCallerArn"], "EumsSms": {"CallerArn": SMS["SnsCallerArn"]}}
    with refused("InvalidParameterException"):
        strict.create_user_pool(PoolName="texts", SmsConfiguration=both)
    kept = {"EumsSms": both["EumsSms"]}
    assert strict.create_user_pool(PoolName="texts", SmsConfiguration=kept)["UserPool"]["SmsConfiguration"] == kept


@pytest.mark.parametrize(
    ("attributes", "destination"),
    [({"email": "jane@glory.example"}, "j***@g***"), ({"phone_number": "+44163296"}, None)],
)
def test_a_destination_is_masked(sandbox: RunningSandbox, attributes: dict[str, str], destination: str | None) -> None:
    """user-pools-errors.md 5: first letters of local part and domain; `+`, asterisks, the last four digits (field)."""
    [(name, value)] = attributes.items()
    pool = make_pool(sandbox, SmsConfiguration=SMS, AutoVerifiedAttributes=[name])
    details = sign_up(pool, "jane", **attributes)["CodeDeliveryDetails"]
    expected = destination or "+" + "*" * (len(value) - 5) + value[-4:]
    medium = "EMAIL" if name == "email" else "SMS"
    assert details == {"Destination": expected, "DeliveryMedium": medium, "AttributeName": name}
