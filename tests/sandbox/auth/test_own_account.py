"""What a signed-in person changes and ends (reference: user-pools 2, config 1 and 5)."""

import pytest

from tests.sandbox.auth.second_factors import MAIL
from tests.sandbox.pools import FLOWS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

NEW = "countess@moonletter.example"


@pytest.fixture
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox, Schema=[{"Name": "plan", "AttributeDataType": "String"}])
    made.add_user("ada", email=MAIL, email_verified="true", name="Ada", custom__plan="paid")
    return made


def _attributes(pool: PoolUnderTest, token: str) -> dict[str, str]:
    shown = pool.public.get_user(AccessToken=token)["UserAttributes"]
    return {entry["Name"]: entry["Value"] for entry in shown}


def test_a_person_deletes_their_account(pool: PoolUnderTest) -> None:
    """operations: DeleteUser; the tokens are unusable."""
    token = pool.tokens("ada")["AccessToken"]
    pool.public.delete_user(AccessToken=token)
    with refused("UserNotFoundException"):
        pool.status("ada")
    with refused("NotAuthorizedException"):
        pool.public.get_user(AccessToken=token)


def test_a_person_deletes_attributes_the_client_may_write(pool: PoolUnderTest) -> None:
    """operations: DeleteUserAttributes; config 1: writing a non-writable attribute, NotAuthorizedException."""
    token = pool.tokens("ada")["AccessToken"]
    pool.public.delete_user_attributes(AccessToken=token, UserAttributeNames=["name", "custom:plan"])
    assert not {"name", "custom:plan"} & _attributes(pool, token).keys()
    narrow = pool.add_client(ExplicitAuthFlows=FLOWS, WriteAttributes=["name"])["ClientId"]
    other = pool.tokens("ada", client_id=narrow)["AccessToken"]
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        pool.public.delete_user_attributes(AccessToken=other, UserAttributeNames=["email"])


def test_nobody_verifies_their_own_address_by_writing_so(pool: PoolUnderTest) -> None:
    """config 1: only admins or the verification flow can set email_verified."""
    token = pool.tokens("ada")["AccessToken"]
    with refused("NotAuthorizedException"):
        pool.public.update_user_attributes(
            AccessToken=token, UserAttributes=[{"Name": "email_verified", "Value": "true"}]
        )


def test_a_changed_address_is_unverified_and_gets_a_code(pool: PoolUnderTest) -> None:
    """config 5: auto-verified attributes get a code."""
    token = pool.tokens("ada")["AccessToken"]
    answer = pool.public.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "email", "Value": NEW}])
    assert answer["CodeDeliveryDetailsList"][0]["Destination"] == "c***@m***"
    assert (_attributes(pool, token)["email"], _attributes(pool, token)["email_verified"]) == (NEW, "false")
    with refused("CodeMismatchException", "Invalid verification code provided, please try again."):
        pool.public.verify_user_attribute(AccessToken=token, AttributeName="email", Code="none")
    pool.public.verify_user_attribute(AccessToken=token, AttributeName="email", Code=pool.latest_code())
    assert _attributes(pool, token)["email_verified"] == "true"


def test_an_address_may_have_to_be_verified_before_it_counts(sandbox: RunningSandbox) -> None:
    """config 5: AttributesRequireVerificationBeforeUpdate keeps the old value until the new one is verified."""
    settings = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    pool = make_pool(sandbox, UserAttributeUpdateSettings=settings)
    pool.add_user("ada", email=MAIL, email_verified="true")
    token = pool.tokens("ada")["AccessToken"]
    pool.public.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "email", "Value": NEW}])
    assert pool.sandbox.messages()[0]["destination"] == NEW
    assert (_attributes(pool, token)["email"], _attributes(pool, token)["email_verified"]) == (MAIL, "true")
    pool.public.verify_user_attribute(AccessToken=token, AttributeName="email", Code=pool.latest_code())
    assert (_attributes(pool, token)["email"], _attributes(pool, token)["email_verified"]) == (NEW, "true")
