"""Identity pools: facts of identity-pools.md, introduction and sections 1 and 2."""

import re
from typing import Any

import jwt
import pytest

from tests.sandbox.pools import refused
from tests.sandbox_fixture import RunningSandbox

ID = re.compile(r"us-east-1:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def admin(sandbox: RunningSandbox) -> Any:
    """A client of boto3 that checks nothing itself."""
    return sandbox.client("cognito-identity", parameter_validation=False)


@pytest.fixture(scope="module")
def public(sandbox: RunningSandbox) -> Any:
    return sandbox.public_client("cognito-identity")


@pytest.fixture(scope="module")
def pool_id(admin: Any) -> str:
    made = admin.create_identity_pool(
        IdentityPoolName="facts",
        AllowUnauthenticatedIdentities=True,
        AllowClassicFlow=True,
        DeveloperProviderName="login.moonletter",
    )
    return str(made["IdentityPoolId"])


def test_pools_and_identities_share_the_form_of_their_ids(public: Any, pool_id: str) -> None:
    """identity-pools.md introduction: both ids are region:GUID."""
    assert ID.fullmatch(pool_id)
    assert ID.fullmatch(public.get_id(IdentityPoolId=pool_id)["IdentityId"])


@pytest.mark.parametrize("size", [None, 0, 61])
def test_a_page_needs_a_size_between_1_and_60(admin: Any, pool_id: str, size: int | None) -> None:
    """identity-pools.md 1: MaxResults 1 to 60 is required for ListIdentityPools and ListIdentities."""
    given = {} if size is None else {"MaxResults": size}
    code = "InvalidParameterException" if size is None else "ValidationException"
    with refused(code):
        admin.list_identity_pools(**given)
    with refused(code):
        admin.list_identities(IdentityPoolId=pool_id, **given)


@pytest.mark.parametrize("seconds", [0, 86401])
def test_a_developers_token_lasts_a_second_to_a_day(admin: Any, pool_id: str, seconds: int) -> None:
    """identity-pools.md 1: TokenDuration is 1 to 86,400 seconds."""
    with refused("ValidationException"):
        admin.get_open_id_token_for_developer_identity(
            IdentityPoolId=pool_id, Logins={"login.moonletter": "ada"}, TokenDuration=seconds
        )


def test_a_developers_token_lasts_fifteen_minutes_or_as_asked(admin: Any, pool_id: str) -> None:
    """identity-pools.md 1: TokenDuration is 900 seconds unless said otherwise."""
    for given, seconds in (({}, 900), ({"TokenDuration": 86400}, 86400)):
        answer = admin.get_open_id_token_for_developer_identity(
            IdentityPoolId=pool_id, Logins={"login.moonletter": "ada"}, **given
        )
        claims = jwt.decode(answer["Token"], options={"verify_signature": False})
        assert claims["exp"] - claims["iat"] == seconds


def test_a_guests_token_names_pool_and_identity_for_ten_minutes(public: Any, pool_id: str) -> None:
    """identity-pools.md 1 and 2: GetOpenIdToken lasts ten minutes; iss, aud, sub and amr are these."""
    identity_id = public.get_id(IdentityPoolId=pool_id)["IdentityId"]
    token = public.get_open_id_token(IdentityId=identity_id)["Token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["iss"] == "https://cognito-identity.amazonaws.com"
    assert (claims["aud"], claims["sub"], claims["amr"]) == (pool_id, identity_id, ["unauthenticated"])
    assert claims["exp"] - claims["iat"] == 600


def test_an_identity_shows_names_of_providers_and_no_users(admin: Any, pool_id: str) -> None:
    """identity-pools.md 1: DescribeIdentity's Logins are provider names, not user ids."""
    made = admin.get_open_id_token_for_developer_identity(IdentityPoolId=pool_id, Logins={"login.moonletter": "grace"})
    assert admin.describe_identity(IdentityId=made["IdentityId"])["Logins"] == ["login.moonletter"]


@pytest.mark.parametrize("count", [0, 61])
def test_one_to_sixty_identities_are_deleted_at_once(admin: Any, pool_id: str, count: int) -> None:
    """identity-pools.md 1: DeleteIdentities takes 1 to 60 ids."""
    with refused("ValidationException"):
        admin.delete_identities(IdentityIdsToDelete=[pool_id] * count)
