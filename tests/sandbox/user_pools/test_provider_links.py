"""Linking people of external providers with users that exist, and parting them again."""

import json
from typing import Any

import pytest

from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox.user_pools.test_identity_providers import GOOGLE, OIDC
from tests.sandbox_fixture import RunningSandbox

MERGING = "SourceUser is already linked to DestinationUser"


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox)
    key = {"UserPoolId": made.pool_id}
    made.idp.create_identity_provider(**key, ProviderName="Google", ProviderType="Google", ProviderDetails=GOOGLE)
    made.idp.create_identity_provider(
        **key, ProviderName="Moonbook", ProviderType="OIDC", ProviderDetails=OIDC, AttributeMapping={"email": "email"}
    )
    return made


def _link(pool: PoolUnderTest, username: str, provider: str, value: str, attribute: str = "Cognito_Subject") -> None:
    pool.idp.admin_link_provider_for_user(
        UserPoolId=pool.pool_id,
        DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": username},
        SourceUser={"ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value},
    )


def _disable(pool: PoolUnderTest, provider: str, value: str, attribute: str = "Cognito_Subject") -> None:
    pool.idp.admin_disable_provider_for_user(
        UserPoolId=pool.pool_id,
        User={"ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value},
    )


def _identities(pool: PoolUnderTest, username: str) -> Any:
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username=username)
    attributes = {entry["Name"]: entry["Value"] for entry in user["UserAttributes"]}
    return json.loads(attributes.get("identities", "[]"))


def test_a_linked_identity_shows_in_the_users_identities(pool: PoolUnderTest) -> None:
    pool.add_user("ada")
    _link(pool, "ada", "Google", "1047")
    [identity] = _identities(pool, "ada")
    assert isinstance(identity.pop("dateCreated"), int)
    assert identity == {
        "userId": "1047",
        "providerName": "Google",
        "providerType": "Google",
        "issuer": None,
        "primary": False,
    }


def test_an_identity_is_linked_to_one_user(pool: PoolUnderTest) -> None:
    pool.add_user("grace")
    pool.add_user("linus")
    _link(pool, "grace", "Moonbook", "g-1")
    with refused("InvalidParameterException", MERGING):
        _link(pool, "grace", "Moonbook", "g-1")
    with refused("InvalidParameterException", MERGING):
        _link(pool, "linus", "Moonbook", "g-1")


def test_a_user_takes_five_links(pool: PoolUnderTest) -> None:
    pool.add_user("popular")
    for number in range(5):
        _link(pool, "popular", "Moonbook", f"popular-{number}")
    with refused("LimitExceededException"):
        _link(pool, "popular", "Moonbook", "popular-6")
    assert len(_identities(pool, "popular")) == 5


def test_a_social_source_is_named_by_its_subject_and_others_by_a_mapped_attribute(pool: PoolUnderTest) -> None:
    pool.add_user("mapped")
    with refused("InvalidParameterException"):
        _link(pool, "mapped", "Google", "mapped@x.example", "email")
    with refused("InvalidParameterException"):
        _link(pool, "mapped", "Moonbook", "Ada", "given_name")
    _link(pool, "mapped", "Moonbook", "mapped@x.example", "email")
    assert _identities(pool, "mapped")[0]["userId"] == "mapped@x.example"


def test_the_destination_must_exist_and_the_provider_too(pool: PoolUnderTest) -> None:
    with refused("UserNotFoundException", "User does not exist."):
        _link(pool, "nobody", "Google", "1")
    pool.add_user("alone")
    with refused("InvalidParameterException", f"The provider Nobody does not exist for User Pool {pool.pool_id}."):
        _link(pool, "alone", "Nobody", "1")
    with refused("InvalidParameterException"):
        _link(pool, "alone", "Google", "")


def test_a_disabled_provider_is_parted_from_the_user(pool: PoolUnderTest) -> None:
    pool.add_user("parted")
    _link(pool, "parted", "Google", "parted-1")
    _disable(pool, "Google", "parted-1")
    assert _identities(pool, "parted") == []
    _link(pool, "parted", "Google", "parted-1")
    with refused("UserNotFoundException"):
        _disable(pool, "Google", "somebody")


def test_a_disabled_local_user_can_no_longer_sign_in_with_the_password(pool: PoolUnderTest) -> None:
    pool.add_user("local")
    assert pool.tokens("local")
    _disable(pool, "Cognito", "local")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pool.sign_in("local")
    with refused("InvalidParameterException"):
        _disable(pool, "Cognito", "local", "email")


def test_deleting_a_user_frees_its_identities(pool: PoolUnderTest) -> None:
    pool.add_user("gone")
    _link(pool, "gone", "Google", "free-again")
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="gone")
    pool.add_user("next")
    _link(pool, "next", "Google", "free-again")
