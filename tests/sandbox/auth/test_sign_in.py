"""Signing in with boto3 against the real process."""

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest

from tests.sandbox.auth.srp_client import SrpClient, sign_in_with_srp
from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

WRONG = "Incorrect username or password."


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox)
    made.add_user("ada", email="ada@moonletter.example", email_verified="true")
    return made


def _claims(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def test_srp_signs_in_without_sending_the_password(pool: PoolUnderTest) -> None:
    answer = sign_in_with_srp(pool.public, pool.pool_id, pool.client_id, "ada", PASSWORD)
    assert _claims(answer["AuthenticationResult"]["IdToken"])["cognito:username"] == "ada"


def test_srp_with_a_wrong_password_is_refused(pool: PoolUnderTest) -> None:
    with refused("NotAuthorizedException", WRONG):
        sign_in_with_srp(pool.public, pool.pool_id, pool.client_id, "ada", "not this one")


def test_an_srp_challenge_can_be_answered_once(pool: PoolUnderTest) -> None:
    srp = SrpClient(pool.pool_id, PASSWORD)
    asked = pool.public.initiate_auth(
        AuthFlow="USER_SRP_AUTH",
        ClientId=pool.client_id,
        AuthParameters={"USERNAME": "ada", "SRP_A": f"{srp.public:x}"},
    )
    answer = {
        "ClientId": pool.client_id,
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeResponses": srp.answer(asked["ChallengeParameters"]),
    }
    pool.public.respond_to_auth_challenge(**answer)
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        pool.public.respond_to_auth_challenge(**answer)


def test_a_hidden_user_gets_the_same_false_salt_every_time(pool: PoolUnderTest) -> None:
    client = pool.add_client(ExplicitAuthFlows=FLOWS, PreventUserExistenceErrors="ENABLED")
    srp = SrpClient(pool.pool_id, PASSWORD)

    def ask() -> Any:
        return pool.public.initiate_auth(
            AuthFlow="USER_SRP_AUTH",
            ClientId=client["ClientId"],
            AuthParameters={"USERNAME": "nobody", "SRP_A": f"{srp.public:x}"},
        )["ChallengeParameters"]

    first, second = ask(), ask()
    assert first["SALT"] == second["SALT"]
    assert first["SRP_B"] != second["SRP_B"]
    with refused("NotAuthorizedException", WRONG):
        sign_in_with_srp(pool.public, pool.pool_id, client["ClientId"], "nobody", PASSWORD)


def test_an_unknown_user_is_named_or_hidden_as_the_client_says(pool: PoolUnderTest) -> None:
    with refused("UserNotFoundException", "User does not exist."):
        pool.sign_in("nobody")
    hiding = pool.add_client(ExplicitAuthFlows=FLOWS, PreventUserExistenceErrors="ENABLED")
    with refused("NotAuthorizedException", WRONG):
        pool.sign_in("nobody", client_id=hiding["ClientId"])


def test_a_flow_the_client_does_not_allow_is_named(pool: PoolUnderTest) -> None:
    client = pool.add_client(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    with refused("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client"):
        pool.sign_in("ada", client_id=client["ClientId"])
    with refused("InvalidParameterException", "Auth flow not enabled for this client"):
        pool.idp.admin_initiate_auth(
            UserPoolId=pool.pool_id,
            ClientId=client["ClientId"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        )


def test_an_administrator_signs_a_user_in(pool: PoolUnderTest) -> None:
    answer = pool.idp.admin_initiate_auth(
        UserPoolId=pool.pool_id,
        ClientId=pool.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    assert answer["AuthenticationResult"]["TokenType"] == "Bearer"


def test_a_client_with_a_secret_demands_the_right_hash(pool: PoolUnderTest) -> None:
    client = pool.add_client(ExplicitAuthFlows=FLOWS, GenerateSecret=True)
    client_id, secret = client["ClientId"], client["ClientSecret"]

    def sign_in(**more: str) -> Any:
        parameters = {"USERNAME": "ada", "PASSWORD": PASSWORD, **more}
        return pool.public.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId=client_id, AuthParameters=parameters)

    unsent = f"Client {client_id} is configured with secret but SECRET_HASH was not received"
    with refused("NotAuthorizedException", unsent):
        sign_in()
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {client_id}"):
        sign_in(SECRET_HASH="d3Jvbmc=")
    digest = hmac.new(secret.encode(), f"ada{client_id}".encode(), hashlib.sha256).digest()
    tokens = sign_in(SECRET_HASH=base64.b64encode(digest).decode())["AuthenticationResult"]
    refreshed = pool.public.get_tokens_from_refresh_token(
        ClientId=client_id, ClientSecret=secret, RefreshToken=tokens["RefreshToken"]
    )
    assert "AccessToken" in refreshed["AuthenticationResult"]


def test_a_temporary_password_leads_to_choosing_ones_own(pool: PoolUnderTest) -> None:
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username="alan",
        TemporaryPassword="Temporary-1",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": "alan@moonletter.example"}],
    )
    asked = pool.sign_in("alan", "Temporary-1")
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert json.loads(asked["ChallengeParameters"]["userAttributes"]) == {"email": "alan@moonletter.example"}
    answer = {"ClientId": pool.client_id, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"]}
    with refused("InvalidPasswordException", "Password did not conform with policy: Password not long enough"):
        pool.public.respond_to_auth_challenge(
            **answer, ChallengeResponses={"USERNAME": "alan", "NEW_PASSWORD": "short"}
        )
    responses = {"USERNAME": "alan", "NEW_PASSWORD": PASSWORD}
    done = pool.public.respond_to_auth_challenge(**answer, ChallengeResponses=responses)
    assert "IdToken" in done["AuthenticationResult"]
    assert pool.status("alan") == "CONFIRMED"
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        pool.public.respond_to_auth_challenge(**answer, ChallengeResponses=responses)


def test_the_new_password_comes_with_the_required_attributes_an_invitation_left_out(sandbox: RunningSandbox) -> None:
    """auth-flows.md section 3: `requiredAttributes` asks, `userAttributes.<name>` answers."""
    schema = [{"Name": name, "Required": True, "Mutable": True} for name in ("email", "given_name")]
    pool = make_pool(sandbox, Schema=schema)
    email = [{"Name": "email", "Value": "alan@moonletter.example"}]
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id, Username="alan", TemporaryPassword="Temporary-1", UserAttributes=email
    )
    asked = pool.sign_in("alan", "Temporary-1")
    assert json.loads(asked["ChallengeParameters"]["requiredAttributes"]) == ["userAttributes.given_name"]
    answer = {"ClientId": pool.client_id, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"]}
    responses = {"USERNAME": "alan", "NEW_PASSWORD": PASSWORD}
    text = "Attributes did not conform to the schema: given_name: The attribute is required"
    with refused("InvalidParameterException", text):
        pool.public.respond_to_auth_challenge(**answer, ChallengeResponses=responses)
    with refused("InvalidParameterException", text):
        blank = responses | {"userAttributes.given_name": ""}
        pool.public.respond_to_auth_challenge(**answer, ChallengeResponses=blank)
    other = {"userAttributes.given_name": "Alan", "userAttributes.email": "other@moonletter.example"}
    with refused("InvalidParameterException", "Cannot modify an already provided email"):
        pool.public.respond_to_auth_challenge(**answer, ChallengeResponses=responses | other)
    given = responses | {"userAttributes.given_name": "Alan"}
    assert "AuthenticationResult" in pool.public.respond_to_auth_challenge(**answer, ChallengeResponses=given)
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="alan")
    assert {"Name": "given_name", "Value": "Alan"} in user["UserAttributes"]
    assert user["UserStatus"] == "CONFIRMED"


def test_a_temporary_password_also_works_through_srp(pool: PoolUnderTest) -> None:
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id, Username="alonzo", TemporaryPassword="Temporary-1", MessageAction="SUPPRESS"
    )
    answer = sign_in_with_srp(pool.public, pool.pool_id, pool.client_id, "alonzo", "Temporary-1")
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_a_session_that_is_garbage_is_refused(pool: PoolUnderTest) -> None:
    with refused("NotAuthorizedException", "Invalid session for the user."):
        pool.public.respond_to_auth_challenge(
            ClientId=pool.client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session="x" * 40,
            ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": PASSWORD},
        )


def test_a_session_expires_with_the_clients_session_validity(pool: PoolUnderTest) -> None:
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id, Username="slow", TemporaryPassword="Temporary-1", MessageAction="SUPPRESS"
    )
    asked = pool.sign_in("slow", "Temporary-1")
    pool.sandbox.advance(181)
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        pool.public.respond_to_auth_challenge(
            ClientId=pool.client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "slow", "NEW_PASSWORD": PASSWORD},
        )


def test_an_old_temporary_password_has_expired(pool: PoolUnderTest) -> None:
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id, Username="late", TemporaryPassword="Temporary-1", MessageAction="SUPPRESS"
    )
    pool.sandbox.advance(7 * 86400 + 1)
    expired = "Temporary password has expired and must be reset by an administrator."
    with refused("NotAuthorizedException", expired):
        pool.sign_in("late", "Temporary-1")
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id, Username="late", TemporaryPassword="Temporary-2", MessageAction="RESEND"
    )
    assert pool.sign_in("late", "Temporary-2")["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_five_wrong_passwords_lock_even_the_right_one_out_for_a_while(pool: PoolUnderTest) -> None:
    pool.add_user("forgetful")
    for _ in range(8):
        pool.sandbox.advance(20)
        with refused("NotAuthorizedException", WRONG):
            pool.sign_in("forgetful", "Wrong-Password-1")
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        pool.sign_in("forgetful")
    pool.sandbox.advance(20)
    assert "AuthenticationResult" in pool.sign_in("forgetful")
    with refused("NotAuthorizedException", WRONG):
        pool.sign_in("forgetful", "Wrong-Password-1")
    assert "AuthenticationResult" in pool.sign_in("forgetful")


def test_a_disabled_user_is_told_so_even_where_users_are_hidden(pool: PoolUnderTest) -> None:
    pool.add_user("ken")
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="ken")
    hiding = pool.add_client(ExplicitAuthFlows=FLOWS, PreventUserExistenceErrors="ENABLED")
    with refused("NotAuthorizedException", "User is disabled."):
        pool.sign_in("ken", client_id=hiding["ClientId"])
    pool.idp.admin_enable_user(UserPoolId=pool.pool_id, Username="ken")
    assert "AuthenticationResult" in pool.sign_in("ken")


def test_a_missing_parameter_is_named(pool: PoolUnderTest) -> None:
    with refused("InvalidParameterException", "Missing required parameter USERNAME"):
        pool.public.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH", ClientId=pool.client_id, AuthParameters={"PASSWORD": PASSWORD}
        )


def test_an_unknown_client_does_not_exist(pool: PoolUnderTest) -> None:
    unknown = "0" * 26
    with refused("ResourceNotFoundException", f"User pool client {unknown} does not exist."):
        pool.sign_in("ada", client_id=unknown)


def test_a_verified_alias_signs_in_and_an_unverified_one_does_not(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, AliasAttributes=["email"])
    pool.add_user("grace", email="grace@moonletter.example", email_verified="true")
    pool.add_user("linus", email="linus@moonletter.example", email_verified="false")
    srp = sign_in_with_srp(pool.public, pool.pool_id, pool.client_id, "grace@moonletter.example", PASSWORD)
    assert _claims(srp["AuthenticationResult"]["AccessToken"])["username"] == "grace"
    with refused("UserNotFoundException"):
        pool.sign_in("linus@moonletter.example")


def test_names_ignore_case_only_where_the_pool_says_so(sandbox: RunningSandbox) -> None:
    relaxed = make_pool(sandbox, UsernameConfiguration={"CaseSensitive": False})
    relaxed.add_user("Ada")
    assert _claims(relaxed.tokens("aDA")["IdToken"])["cognito:username"] == "Ada"
    strict = make_pool(sandbox)
    strict.add_user("Ada")
    with refused("UserNotFoundException"):
        strict.sign_in("ada")
