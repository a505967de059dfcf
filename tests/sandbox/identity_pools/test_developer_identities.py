"""Developer identities: users whom a backend signs in and vouches for."""

import uuid
from typing import Any

import jwt
import pytest

from tests.sandbox.identity_pools.test_identities import refusal
from tests.sandbox.identity_pools.visitors import PROVIDER, PoolKit, logins, trust_policy
from tests.sandbox_fixture import RunningSandbox

DEVELOPER = "login.moonletter"
COGNITO = "cognito-identity.amazonaws.com"


@pytest.fixture
def kit(demo_sandbox: RunningSandbox) -> PoolKit:
    return PoolKit(demo_sandbox)


@pytest.fixture
def pool_id(kit: PoolKit) -> str:
    return kit.pool(DeveloperProviderName=DEVELOPER, AllowClassicFlow=True)


def token_for(kit: PoolKit, pool_id: str, user: str, **params: Any) -> dict[str, Any]:
    """GetOpenIdTokenForDeveloperIdentity; other logins go into `Logins`."""
    given = {DEVELOPER: user} | params.pop("Logins", {})
    answer: dict[str, Any] = kit.admin.get_open_id_token_for_developer_identity(
        IdentityPoolId=pool_id, Logins=given, **params
    )
    return answer


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_a_user_keeps_the_identity_and_the_token_lasts_fifteen_minutes(kit: PoolKit, pool_id: str) -> None:
    first, second = token_for(kit, pool_id, "ada"), token_for(kit, pool_id, "ada", TokenDuration=86_400)
    assert first["IdentityId"] == second["IdentityId"]
    claims = claims_of(first["Token"])
    assert (claims["iss"], claims["aud"], claims["sub"]) == (f"https://{COGNITO}", pool_id, first["IdentityId"])
    assert claims["amr"][:2] == ["authenticated", DEVELOPER]
    assert claims["exp"] - claims["iat"] == 900
    later = claims_of(second["Token"])
    assert later["exp"] - later["iat"] == 86_400
    assert kit.admin.describe_identity(IdentityId=first["IdentityId"])["Logins"] == [DEVELOPER]


def test_the_token_is_a_login_for_credentials(kit: PoolKit, pool_id: str) -> None:
    role = kit.role(f"developers-{uuid.uuid4().hex[:8]}", pool_id, "authenticated")
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": role})
    given = token_for(kit, pool_id, "ada")
    answer = kit.public.get_credentials_for_identity(IdentityId=given["IdentityId"], Logins={COGNITO: given["Token"]})
    assert answer["IdentityId"] == given["IdentityId"]
    classic = kit.sandbox.public_client("sts").assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="classic", WebIdentityToken=given["Token"]
    )
    assert classic["SubjectFromWebIdentityToken"] == given["IdentityId"]


def test_a_token_opens_no_other_identity_and_no_other_pool(kit: PoolKit, pool_id: str) -> None:
    ada, grace = token_for(kit, pool_id, "ada"), token_for(kit, pool_id, "grace")
    swapped = refusal(
        kit.public.get_credentials_for_identity, IdentityId=ada["IdentityId"], Logins={COGNITO: grace["Token"]}
    )
    assert swapped.startswith("NotAuthorizedException: Logins don't match.")
    elsewhere = refusal(kit.public.get_id, IdentityPoolId=kit.pool(), Logins={COGNITO: ada["Token"]})
    assert elsewhere.startswith("NotAuthorizedException: Invalid login token.")
    garbled = refusal(kit.public.get_id, IdentityPoolId=pool_id, Logins={COGNITO: "not.a.token"})
    assert garbled.startswith("NotAuthorizedException: Invalid login token.")


def test_a_guests_own_token_is_no_login(kit: PoolKit, pool_id: str) -> None:
    guest = kit.public.get_id(IdentityPoolId=pool_id)["IdentityId"]
    token = kit.public.get_open_id_token(IdentityId=guest)["Token"]
    refused = refusal(kit.public.get_credentials_for_identity, IdentityId=guest, Logins={COGNITO: token})
    assert refused.startswith("NotAuthorizedException: Invalid login token.")


def test_a_guest_becomes_a_developers_user_and_keeps_the_identity(kit: PoolKit, pool_id: str) -> None:
    guest = kit.public.get_id(IdentityPoolId=pool_id)["IdentityId"]
    assert token_for(kit, pool_id, "ada", IdentityId=guest)["IdentityId"] == guest
    assert token_for(kit, pool_id, "ada")["IdentityId"] == guest
    assert refusal(kit.public.get_credentials_for_identity, IdentityId=guest).endswith("is forbidden.")


def test_public_logins_are_linked_along_and_conflict_when_they_are_somebody_elses(kit: PoolKit, pool_id: str) -> None:
    login = logins(kit.sandbox, "linus")
    linked = token_for(kit, pool_id, "linus", Logins=login)["IdentityId"]
    assert kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"] == linked
    token_for(kit, pool_id, "ada")
    refused = refusal(
        kit.admin.get_open_id_token_for_developer_identity,
        IdentityPoolId=pool_id,
        Logins={DEVELOPER: "ada"} | login,
    )
    assert refused.startswith("ResourceConflictException")


def test_a_user_who_has_an_identity_does_not_get_a_second(kit: PoolKit, pool_id: str) -> None:
    token_for(kit, pool_id, "ada")
    other = token_for(kit, pool_id, "grace")["IdentityId"]
    refused = refusal(
        kit.admin.get_open_id_token_for_developer_identity,
        IdentityPoolId=pool_id,
        IdentityId=other,
        Logins={DEVELOPER: "ada"},
    )
    assert refused.startswith("DeveloperUserAlreadyRegisteredException")


@pytest.mark.parametrize("given", [{"login.somebody": "ada"}, {PROVIDER: "token"}])
def test_exactly_one_developer_login_must_be_there(kit: PoolKit, pool_id: str, given: dict[str, str]) -> None:
    refused = refusal(kit.admin.get_open_id_token_for_developer_identity, IdentityPoolId=pool_id, Logins=given)
    assert refused.startswith("InvalidParameterException")


def test_users_are_looked_up_by_either_side_in_pages(kit: PoolKit, pool_id: str) -> None:
    identity_id = token_for(kit, pool_id, "u1")["IdentityId"]
    for user in ("u2", "u3"):
        token_for(kit, pool_id, user, IdentityId=identity_id)
    found = kit.admin.lookup_developer_identity(IdentityPoolId=pool_id, DeveloperUserIdentifier="u2")
    assert found["IdentityId"] == identity_id
    first = kit.admin.lookup_developer_identity(IdentityPoolId=pool_id, IdentityId=identity_id, MaxResults=2)
    second = kit.admin.lookup_developer_identity(
        IdentityPoolId=pool_id, IdentityId=identity_id, MaxResults=2, NextToken=first["NextToken"]
    )
    assert first["DeveloperUserIdentifierList"] + second["DeveloperUserIdentifierList"] == ["u1", "u2", "u3"]
    assert "NextToken" not in second
    both = kit.admin.lookup_developer_identity(
        IdentityPoolId=pool_id, IdentityId=identity_id, DeveloperUserIdentifier="u3"
    )
    assert both["DeveloperUserIdentifierList"] == ["u3"]


def test_a_lookup_that_fits_nobody_is_refused(kit: PoolKit, pool_id: str) -> None:
    ada, grace = (token_for(kit, pool_id, user)["IdentityId"] for user in ("ada", "grace"))
    assert ada != grace
    look_up = kit.admin.lookup_developer_identity
    assert refusal(look_up, IdentityPoolId=pool_id).startswith("InvalidParameterException")
    unknown = refusal(look_up, IdentityPoolId=pool_id, DeveloperUserIdentifier="nobody")
    assert unknown.startswith("ResourceNotFoundException")
    mixed = refusal(look_up, IdentityPoolId=pool_id, IdentityId=ada, DeveloperUserIdentifier="grace")
    assert mixed.startswith("ResourceConflictException")


def test_two_users_merge_into_the_destination(kit: PoolKit, pool_id: str) -> None:
    source, destination = (token_for(kit, pool_id, user) for user in ("source", "destination"))
    merged = kit.admin.merge_developer_identities(
        SourceUserIdentifier="source",
        DestinationUserIdentifier="destination",
        DeveloperProviderName=DEVELOPER,
        IdentityPoolId=pool_id,
    )["IdentityId"]
    assert merged == destination["IdentityId"]
    assert token_for(kit, pool_id, "source")["IdentityId"] == merged
    enabled = kit.admin.list_identities(IdentityPoolId=pool_id, MaxResults=60, HideDisabled=True)["Identities"]
    assert [each["IdentityId"] for each in enabled] == [merged]
    # A token fetched before the merge leads to the identity that stayed.
    login = {COGNITO: source["Token"]}
    assert kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"] == merged


def test_identities_with_logins_of_one_provider_do_not_merge(kit: PoolKit, pool_id: str) -> None:
    for user in ("ada", "linus"):
        token_for(kit, pool_id, user, Logins=logins(kit.sandbox, user))
    refused = refusal(
        kit.admin.merge_developer_identities,
        SourceUserIdentifier="ada",
        DestinationUserIdentifier="linus",
        DeveloperProviderName=DEVELOPER,
        IdentityPoolId=pool_id,
    )
    assert refused.startswith("ResourceConflictException")


def test_a_merge_makes_no_identity_of_more_than_twenty_logins(kit: PoolKit, pool_id: str) -> None:
    crowded = token_for(kit, pool_id, "u0")["IdentityId"]
    for number in range(1, 20):
        token_for(kit, pool_id, f"u{number}", IdentityId=crowded)
    token_for(kit, pool_id, "one-more")
    refused = refusal(
        kit.admin.merge_developer_identities,
        SourceUserIdentifier="one-more",
        DestinationUserIdentifier="u0",
        DeveloperProviderName=DEVELOPER,
        IdentityPoolId=pool_id,
    )
    assert refused.startswith("InvalidParameterException")


def test_an_unlinked_user_begins_anew(kit: PoolKit, pool_id: str) -> None:
    identity_id = token_for(kit, pool_id, "ada")["IdentityId"]
    params = {
        "IdentityId": identity_id,
        "IdentityPoolId": pool_id,
        "DeveloperProviderName": DEVELOPER,
        "DeveloperUserIdentifier": "ada",
    }
    kit.admin.unlink_developer_identity(**params)
    assert refusal(kit.admin.unlink_developer_identity, **params).startswith("ResourceNotFoundException")
    assert refusal(kit.public.get_credentials_for_identity, IdentityId=identity_id).endswith("is forbidden.")
    assert token_for(kit, pool_id, "ada")["IdentityId"] != identity_id
    params["DeveloperProviderName"] = "login.other"
    assert refusal(kit.admin.unlink_developer_identity, **params).startswith("InvalidParameterException")


def test_the_developers_provider_never_changes(kit: PoolKit, pool_id: str) -> None:
    changed = {"IdentityPoolId": pool_id, "IdentityPoolName": "try", "AllowUnauthenticatedIdentities": True}
    refused = refusal(kit.admin.update_identity_pool, **changed, DeveloperProviderName="login.other")
    assert refused.startswith("InvalidParameterException")
    kit.admin.update_identity_pool(**changed)
    assert kit.admin.describe_identity_pool(IdentityPoolId=pool_id)["DeveloperProviderName"] == DEVELOPER


def test_principal_tags_of_the_backend_become_session_tags(kit: PoolKit, pool_id: str) -> None:
    name = f"tagged-{uuid.uuid4().hex[:8]}"
    role = kit.role(name, pool_id, "authenticated")
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": role})
    given = token_for(kit, pool_id, "ada", PrincipalTags={"plan": "paid"})
    tags = claims_of(given["Token"])["https://aws.amazon.com/tags"]["principal_tags"]
    assert tags == {"plan": ["paid"]}
    ask = {"IdentityId": given["IdentityId"], "Logins": {COGNITO: given["Token"]}}
    assert refusal(kit.public.get_credentials_for_identity, **ask).startswith("InvalidIdentityPoolConfiguration")
    kit.trust(name, tagging(pool_id))
    assert kit.public.get_credentials_for_identity(**ask)["Credentials"]


def tagging(pool_id: str) -> dict[str, Any]:
    """The usual trust, with permission to tag the session."""
    policy = trust_policy(pool_id, "authenticated")
    policy["Statement"][0]["Action"] = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
    return policy
