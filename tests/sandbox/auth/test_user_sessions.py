"""Tracked sessions (reference: user-pools 6, tokens 7)."""

import pytest

from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox)
    made.add_user("ada")
    _track(made, most=20)
    return made


def _track(pool: PoolUnderTest, *, most: int) -> None:
    pool.idp.set_user_pool_session_configuration(
        UserPoolId=pool.pool_id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": most}
    )


def test_a_pool_tracks_no_sessions_unless_told_to(sandbox: RunningSandbox) -> None:
    """user-pools 6: tracking default DISABLED."""
    pool = make_pool(sandbox)
    pool.add_user("ada")
    assert pool.public.list_user_sessions(AccessToken=pool.tokens("ada")["AccessToken"])["Sessions"] == []


def test_sessions_are_listed_and_ended_one_by_one(pool: PoolUnderTest) -> None:
    """tokens 7: RevokeUserSession ends one tracked session; ids begin tkn; the caller's own cannot be revoked."""
    first, second = pool.tokens("ada")["AccessToken"], pool.tokens("ada")["AccessToken"]
    sessions = pool.public.list_user_sessions(AccessToken=second)["Sessions"]
    assert [entry["IsCurrentSession"] for entry in sessions] == [True, False]
    assert all(entry["SessionId"].startswith("tkn") and entry["SessionType"] == "TOKEN" for entry in sessions)
    with refused("InvalidParameterException"):
        pool.public.revoke_user_session(AccessToken=second, SessionId=sessions[0]["SessionId"])
    pool.public.revoke_user_session(AccessToken=second, SessionId=sessions[1]["SessionId"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.public.get_user(AccessToken=first)
    assert len(pool.public.list_user_sessions(AccessToken=second)["Sessions"]) == 1
    with refused("ResourceNotFoundException"):
        pool.public.revoke_user_session(AccessToken=second, SessionId=sessions[1]["SessionId"])


def test_an_administrator_sees_and_ends_sessions(pool: PoolUnderTest) -> None:
    """operations: AdminListUserSessions, AdminRevokeUserSession; the application's word on the address is shown."""
    answer = pool.public.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=pool.client_id,
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        UserContextData={"IpAddress": "198.51.100.7"},
    )
    named = {"UserPoolId": pool.pool_id, "Username": "ada"}
    (session,) = pool.idp.admin_list_user_sessions(**named)["Sessions"]
    assert session["LastIPAddress"] == "198.51.100.7"
    assert session["IsCurrentSession"] is False
    pool.idp.admin_revoke_user_session(**named, SessionId=session["SessionId"])
    assert pool.idp.admin_list_user_sessions(**named)["Sessions"] == []
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        pool.public.get_tokens_from_refresh_token(
            ClientId=pool.client_id, RefreshToken=answer["AuthenticationResult"]["RefreshToken"]
        )


def test_the_oldest_session_makes_room(pool: PoolUnderTest) -> None:
    """user-pools 6: MaxPerUser, oldest token session evicted."""
    _track(pool, most=2)
    oldest, *_, newest = [pool.tokens("ada")["AccessToken"] for _ in range(3)]
    assert len(pool.public.list_user_sessions(AccessToken=newest)["Sessions"]) == 2
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.public.get_user(AccessToken=oldest)


def test_signing_out_ends_sessions_and_a_refresh_shows_one_in_use(pool: PoolUnderTest) -> None:
    """tokens 7: GlobalSignOut; only active sessions are listed."""
    tokens = pool.tokens("ada")
    pool.sandbox.advance(60)
    pool.public.get_tokens_from_refresh_token(ClientId=pool.client_id, RefreshToken=tokens["RefreshToken"])
    named = {"UserPoolId": pool.pool_id, "Username": "ada"}
    (session,) = pool.idp.admin_list_user_sessions(**named)["Sessions"]
    assert (session["LastActiveDate"] - session["CreateDate"]).total_seconds() >= 60
    pool.public.global_sign_out(AccessToken=tokens["AccessToken"])
    assert pool.idp.admin_list_user_sessions(**named)["Sessions"] == []
