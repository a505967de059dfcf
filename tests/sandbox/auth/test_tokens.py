"""Tokens: what stands in them, who accepts them, and what ends them."""

import base64
import json
from typing import Any

import jwt
import pytest

from tests.sandbox.pools import FLOWS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox, direct

ROLE = "arn:aws:iam::210987654321:role/"


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(
        sandbox,
        Schema=[{"Name": "plan", "AttributeDataType": "String"}, {"Name": "age", "AttributeDataType": "Number"}],
    )
    made.add_user(
        "ada", email="ada@moonletter.example", email_verified="true", name="Ada", custom__plan="paid", custom__age="36"
    )
    for name, precedence, role in (("free", 30, "Reader"), ("paid", 20, "Subscriber")):
        made.idp.create_group(UserPoolId=made.pool_id, GroupName=name, Precedence=precedence, RoleArn=ROLE + role)
        made.idp.admin_add_user_to_group(UserPoolId=made.pool_id, GroupName=name, Username="ada")
    return made


def _fetch(pool: PoolUnderTest, document: str) -> Any:
    url = f"{pool.sandbox.endpoint}/{pool.pool_id}/.well-known/{document}"
    with direct.open(url, timeout=10) as answer:
        return json.load(answer)


def _verified(pool: PoolUnderTest, token: str) -> Any:
    keys = {entry["kid"]: jwt.PyJWK(entry) for entry in _fetch(pool, "jwks.json")["keys"]}
    key = keys[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(
        token, key, algorithms=["RS256"], options={"verify_aud": False, "verify_exp": False, "verify_iat": False}
    )


def _refresh(pool: PoolUnderTest, token: str, client_id: str = "") -> Any:
    answer = pool.public.initiate_auth(
        AuthFlow="REFRESH_TOKEN_AUTH",
        ClientId=client_id or pool.client_id,
        AuthParameters={"REFRESH_TOKEN": token},
    )
    return answer["AuthenticationResult"]


def test_id_and_access_token_are_signed_with_different_published_keys(pool: PoolUnderTest) -> None:
    tokens = pool.tokens("ada")
    kids = {jwt.get_unverified_header(tokens[name])["kid"] for name in ("IdToken", "AccessToken")}
    assert len(kids) == 2
    assert jwt.get_unverified_header(tokens["IdToken"]).keys() == {"kid", "alg"}
    issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{pool.pool_id}"
    assert _verified(pool, tokens["IdToken"])["iss"] == issuer
    assert _verified(pool, tokens["AccessToken"])["iss"] == issuer


def test_an_id_token_carries_attributes_with_their_types(pool: PoolUnderTest) -> None:
    claims = _verified(pool, pool.tokens("ada")["IdToken"])
    assert claims["token_use"] == "id"
    assert claims["aud"] == pool.client_id
    assert claims["cognito:username"] == "ada"
    assert claims["email_verified"] is True
    assert claims["custom:plan"] == "paid"
    assert claims["custom:age"] == "36"
    assert claims["exp"] - claims["iat"] == 3600
    assert isinstance(claims["auth_time"], int)


def test_groups_roles_and_the_preferred_role_follow_precedence(pool: PoolUnderTest) -> None:
    tokens = pool.tokens("ada")
    claims = _verified(pool, tokens["IdToken"])
    assert claims["cognito:groups"] == ["paid", "free"]
    assert claims["cognito:roles"] == [ROLE + "Subscriber", ROLE + "Reader"]
    assert claims["cognito:preferred_role"] == ROLE + "Subscriber"
    access = _verified(pool, tokens["AccessToken"])
    assert access["cognito:groups"] == ["paid", "free"]
    assert "cognito:roles" not in access


def test_a_tie_of_different_roles_prefers_none(pool: PoolUnderTest) -> None:
    pool.add_user("torn")
    pool.idp.create_group(UserPoolId=pool.pool_id, GroupName="tied", Precedence=20, RoleArn=ROLE + "Other")
    for group in ("tied", "paid"):
        pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, GroupName=group, Username="torn")
    claims = _verified(pool, pool.tokens("torn")["IdToken"])
    assert "cognito:preferred_role" not in claims
    assert len(claims["cognito:roles"]) == 2


def test_who_has_no_group_has_no_group_claims(pool: PoolUnderTest) -> None:
    pool.add_user("alone")
    claims = _verified(pool, pool.tokens("alone")["IdToken"])
    assert not [name for name in claims if name in ("cognito:groups", "cognito:roles", "cognito:preferred_role")]


def test_an_access_token_names_the_client_and_has_no_audience(pool: PoolUnderTest) -> None:
    claims = _verified(pool, pool.tokens("ada")["AccessToken"])
    assert claims["token_use"] == "access"
    assert claims["client_id"] == pool.client_id
    assert claims["scope"] == "aws.cognito.signin.user.admin"
    assert claims["username"] == "ada"
    assert "aud" not in claims
    assert "email" not in claims


def test_a_client_sees_only_attributes_it_may_read(pool: PoolUnderTest) -> None:
    client = pool.add_client(ExplicitAuthFlows=FLOWS, ReadAttributes=["name"])
    tokens = pool.tokens("ada", client_id=client["ClientId"])
    claims = _verified(pool, tokens["IdToken"])
    assert claims["name"] == "Ada"
    assert "email" not in claims
    shown = pool.public.get_user(AccessToken=tokens["AccessToken"])["UserAttributes"]
    assert {entry["Name"] for entry in shown} == {"sub", "name"}


def test_validity_follows_the_client(pool: PoolUnderTest) -> None:
    client = pool.add_client(
        ExplicitAuthFlows=FLOWS,
        AccessTokenValidity=10,
        IdTokenValidity=2,
        TokenValidityUnits={"AccessToken": "minutes", "IdToken": "hours"},
    )
    tokens = pool.tokens("ada", client_id=client["ClientId"])
    assert tokens["ExpiresIn"] == 600
    claims = _verified(pool, tokens["IdToken"])
    assert claims["exp"] - claims["iat"] == 7200


def test_the_discovery_document_points_at_the_sandbox_but_names_amazons_issuer(pool: PoolUnderTest) -> None:
    document = _fetch(pool, "openid-configuration")
    assert document["issuer"] == f"https://cognito-idp.us-east-1.amazonaws.com/{pool.pool_id}"
    assert document["jwks_uri"].startswith(pool.sandbox.endpoint)


def test_a_refresh_gives_new_tokens_of_the_same_sign_in(pool: PoolUnderTest) -> None:
    first = pool.tokens("ada")
    assert first["RefreshToken"].count(".") == 4
    pool.sandbox.advance(5)
    second = _refresh(pool, first["RefreshToken"])
    assert "RefreshToken" not in second
    before, after = _verified(pool, first["AccessToken"]), _verified(pool, second["AccessToken"])
    for name in ("origin_jti", "event_id", "auth_time"):
        assert before[name] == after[name]
    assert before["jti"] != after["jti"]
    assert after["iat"] > before["iat"]


def test_group_changes_show_after_a_refresh(pool: PoolUnderTest) -> None:
    pool.add_user("climber")
    tokens = pool.tokens("climber")
    pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, GroupName="paid", Username="climber")
    assert _verified(pool, _refresh(pool, tokens["RefreshToken"])["IdToken"])["cognito:groups"] == ["paid"]


def test_a_refresh_token_of_another_client_or_made_up_is_invalid(pool: PoolUnderTest) -> None:
    other = pool.add_client(ExplicitAuthFlows=FLOWS)
    token = pool.tokens("ada")["RefreshToken"]
    for refused_token, client_id in ((token, other["ClientId"]), ("made.up.by.some.one", pool.client_id)):
        with refused("NotAuthorizedException", "Invalid Refresh Token"):
            _refresh(pool, refused_token, client_id)


def test_a_refresh_token_expires(pool: PoolUnderTest) -> None:
    client = pool.add_client(
        ExplicitAuthFlows=FLOWS, RefreshTokenValidity=60, TokenValidityUnits={"RefreshToken": "minutes"}
    )
    tokens = pool.tokens("ada", client_id=client["ClientId"])
    pool.sandbox.advance(3601)
    with refused("NotAuthorizedException", "Refresh Token has expired"):
        _refresh(pool, tokens["RefreshToken"], client["ClientId"])


def test_a_rotated_refresh_token_is_replaced_and_its_reuse_is_noticed(pool: PoolUnderTest) -> None:
    flows = [flow for flow in FLOWS if "REFRESH" not in flow]
    client = pool.add_client(
        ExplicitAuthFlows=flows, RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
    )["ClientId"]
    first = pool.tokens("ada", client_id=client)["RefreshToken"]

    def rotate(token: str) -> Any:
        answer = pool.public.get_tokens_from_refresh_token(RefreshToken=token, ClientId=client)
        return answer["AuthenticationResult"]["RefreshToken"]

    second = rotate(first)
    assert second != first
    assert rotate(first) != second
    pool.sandbox.advance(11)
    with refused("RefreshTokenReuseException"):
        rotate(first)
    assert rotate(second)


def test_a_replaced_refresh_token_stays_replaced_when_its_client_rotates_no_more(pool: PoolUnderTest) -> None:
    flows = [flow for flow in FLOWS if flow != "ALLOW_REFRESH_TOKEN_AUTH"]
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
    client_id = pool.add_client(ExplicitAuthFlows=flows, RefreshTokenRotation=rotation)["ClientId"]
    first = pool.tokens("ada", client_id=client_id)["RefreshToken"]
    named = {"ClientId": client_id, "RefreshToken": first}
    newer = pool.public.get_tokens_from_refresh_token(**named)["AuthenticationResult"]["RefreshToken"]
    pool.sandbox.advance(1)
    pool.idp.update_user_pool_client(UserPoolId=pool.pool_id, ClientId=client_id, ExplicitAuthFlows=flows)
    with refused("RefreshTokenReuseException"):
        pool.public.get_tokens_from_refresh_token(**named)
    assert pool.public.get_tokens_from_refresh_token(ClientId=client_id, RefreshToken=newer)["AuthenticationResult"]


def test_revoking_a_refresh_token_ends_its_family_and_no_other(pool: PoolUnderTest) -> None:
    ended, other = pool.tokens("ada"), pool.tokens("ada")
    pool.public.revoke_token(Token=ended["RefreshToken"], ClientId=pool.client_id)
    pool.public.revoke_token(Token=ended["RefreshToken"], ClientId=pool.client_id)
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        _refresh(pool, ended["RefreshToken"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.public.get_user(AccessToken=ended["AccessToken"])
    assert pool.public.get_user(AccessToken=other["AccessToken"])["Username"] == "ada"


def test_only_a_refresh_token_can_be_revoked(pool: PoolUnderTest) -> None:
    with refused("UnsupportedTokenTypeException"):
        pool.public.revoke_token(Token=pool.tokens("ada")["AccessToken"], ClientId=pool.client_id)


def test_without_revocation_there_is_no_origin_and_nothing_to_revoke(pool: PoolUnderTest) -> None:
    client = pool.add_client(ExplicitAuthFlows=FLOWS, EnableTokenRevocation=False)["ClientId"]
    tokens = pool.tokens("ada", client_id=client)
    assert "origin_jti" not in _verified(pool, tokens["IdToken"])
    with refused("UnsupportedOperationException"):
        pool.public.revoke_token(Token=tokens["RefreshToken"], ClientId=client)


def test_signing_out_everywhere_ends_all_sign_ins(pool: PoolUnderTest) -> None:
    here, there = pool.tokens("ada"), pool.tokens("ada")
    pool.public.global_sign_out(AccessToken=here["AccessToken"])
    for tokens in (here, there):
        with refused("NotAuthorizedException", "Access Token has been revoked"):
            pool.public.get_user(AccessToken=tokens["AccessToken"])
        with refused("NotAuthorizedException", "Refresh Token has been revoked"):
            _refresh(pool, tokens["RefreshToken"])
    assert pool.tokens("ada")


def test_an_administrator_signs_a_user_out_everywhere(pool: PoolUnderTest) -> None:
    tokens = pool.tokens("ada")
    pool.idp.admin_user_global_sign_out(UserPoolId=pool.pool_id, Username="ada")
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        _refresh(pool, tokens["RefreshToken"])


def test_enabling_does_not_revive_what_disabling_revoked(pool: PoolUnderTest) -> None:
    pool.add_user("blink")
    tokens = pool.tokens("blink")
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="blink")
    pool.idp.admin_enable_user(UserPoolId=pool.pool_id, Username="blink")
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        _refresh(pool, tokens["RefreshToken"])


def test_an_expired_access_token_says_so(pool: PoolUnderTest) -> None:
    tokens = pool.tokens("ada")
    pool.sandbox.advance(3601)
    with refused("NotAuthorizedException", "Access Token has expired"):
        pool.public.get_user(AccessToken=tokens["AccessToken"])


def test_an_id_token_or_a_tampered_one_is_not_an_access_token(pool: PoolUnderTest) -> None:
    tokens = pool.tokens("ada")
    head, body, signature = tokens["AccessToken"].split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["username"] = "grace"
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    for wrong in (tokens["IdToken"], f"{head}.{forged}.{signature}", "not.a.token"):
        with refused("NotAuthorizedException", "Invalid Access Token"):
            pool.public.get_user(AccessToken=wrong)


def test_tokens_of_a_deleted_user_do_not_work(pool: PoolUnderTest) -> None:
    pool.add_user("gone")
    tokens = pool.tokens("gone")
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="gone")
    with refused("NotAuthorizedException", "Invalid Access Token"):
        pool.public.get_user(AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        _refresh(pool, tokens["RefreshToken"])
