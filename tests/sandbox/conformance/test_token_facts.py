"""Results of sign-ins and their tokens: facts of auth-flows.md sections 1, 2 and 7 and tokens.md sections 1 to 3."""

from typing import Any

import jwt
import pytest

from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox)
    made.add_user("ada", email="ada@moonletter.example", email_verified="true", name="Ada")
    return made


@pytest.fixture(scope="module")
def tokens(pool: PoolUnderTest) -> dict[str, Any]:
    return pool.tokens("ada")


def claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def test_a_finished_sign_in_has_three_tokens_a_time_and_a_type(tokens: dict[str, Any]) -> None:
    """auth-flows.md 1: AuthenticationResult holds three tokens, ExpiresIn in seconds and TokenType Bearer."""
    assert tokens.keys() == {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"}
    assert (tokens["ExpiresIn"], tokens["TokenType"]) == (3600, "Bearer")


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_administrators_flows_are_not_for_everybody(pool: PoolUnderTest, flow: str) -> None:
    """auth-flows.md 2: ADMIN_USER_PASSWORD_AUTH and its legacy name are AdminInitiateAuth's only."""
    with refused("InvalidParameterException"):
        pool.public.initiate_auth(
            AuthFlow=flow, ClientId=pool.client_id, AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD}
        )


@pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
def test_a_refresh_brings_an_id_and_an_access_token_alone(
    pool: PoolUnderTest, tokens: dict[str, Any], flow: str
) -> None:
    """auth-flows.md 2 and 7: REFRESH_TOKEN_AUTH, alias REFRESH_TOKEN, gives no refresh token."""
    given = {"REFRESH_TOKEN": tokens["RefreshToken"]}
    answer = pool.public.initiate_auth(AuthFlow=flow, ClientId=pool.client_id, AuthParameters=given)
    result = answer["AuthenticationResult"]
    assert {"IdToken", "AccessToken"} <= result.keys()
    assert "RefreshToken" not in result


def test_tokens_from_a_refresh_token_are_two_without_rotation(pool: PoolUnderTest, tokens: dict[str, Any]) -> None:
    """auth-flows.md 7: GetTokensFromRefreshToken without rotation gives a new ID and a new access token."""
    answer = pool.public.get_tokens_from_refresh_token(RefreshToken=tokens["RefreshToken"], ClientId=pool.client_id)
    result = answer["AuthenticationResult"]
    assert {"IdToken", "AccessToken"} <= result.keys()
    assert "RefreshToken" not in result


def test_a_refresh_token_has_five_parts(tokens: dict[str, Any]) -> None:
    """tokens.md 1: the refresh token is an encrypted JWE of five parts and cannot be decoded."""
    assert tokens["RefreshToken"].count(".") == 4
    with pytest.raises(jwt.DecodeError):
        claims(tokens["RefreshToken"])


def test_tokens_of_one_sign_in_share_their_origin_and_event(tokens: dict[str, Any]) -> None:
    """tokens.md 2: jti is each token's own; origin_jti, event_id and auth_time are the sign-in's."""
    own, access = claims(tokens["IdToken"]), claims(tokens["AccessToken"])
    assert own["jti"] != access["jti"]
    for name in ("origin_jti", "event_id", "auth_time", "sub", "iss"):
        assert own[name] == access[name]


def test_verification_is_a_boolean_in_the_id_token(tokens: dict[str, Any]) -> None:
    """tokens.md 2: email_verified is a boolean, token_use is id, aud is the client."""
    own = claims(tokens["IdToken"])
    assert own["email_verified"] is True
    assert own["token_use"] == "id"
    assert own["aud"] == claims(tokens["AccessToken"])["client_id"]


def test_an_access_token_has_no_attributes(tokens: dict[str, Any]) -> None:
    """tokens.md 3: no user attributes; username as cognito:username; the self-service scope alone."""
    access = claims(tokens["AccessToken"])
    assert not access.keys() & {"email", "email_verified", "name", "aud", "cognito:username"}
    assert access["username"] == claims(tokens["IdToken"])["cognito:username"] == "ada"
    assert access["token_use"] == "access"
    assert access["scope"] == "aws.cognito.signin.user.admin"


def test_every_access_token_has_a_version(tokens: dict[str, Any]) -> None:
    """tokens.md 3: version is 2."""
    assert claims(tokens["AccessToken"])["version"] == 2


def test_a_revoked_refresh_token_may_be_revoked_again(pool: PoolUnderTest) -> None:
    """tokens.md 7: revoking what is revoked already is a success."""
    token = pool.tokens("ada")["RefreshToken"]
    for _ in range(2):
        pool.public.revoke_token(Token=token, ClientId=pool.client_id)
    with refused("NotAuthorizedException"):
        pool.public.get_tokens_from_refresh_token(RefreshToken=token, ClientId=pool.client_id)
