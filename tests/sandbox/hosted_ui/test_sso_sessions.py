"""Sessions of browsers in the session lists (user-pools.md section 6: ids begin sso; NONE and LINKED)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn, answer_of
from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "aws.cognito.signin.user.admin"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": [CALLBACK],
}


@contextmanager
def tracking_pool(sandbox: RunningSandbox) -> Iterator[PoolUnderTest]:
    """A pool with pages at the domain `sessions` that tracks sessions, and ada."""
    made = make_pool(sandbox, client={"ExplicitAuthFlows": FLOWS, **OAUTH})
    made.add_user("ada")
    made.idp.create_user_pool_domain(UserPoolId=made.pool_id, Domain="sessions")
    made.idp.set_user_pool_session_configuration(
        UserPoolId=made.pool_id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 20}
    )
    yield made
    made.idp.delete_user_pool_domain(UserPoolId=made.pool_id, Domain="sessions")


@pytest.fixture
def pool(sandbox: RunningSandbox) -> Iterator[PoolUnderTest]:
    with tracking_pool(sandbox) as made:
        yield made


@pytest.fixture
def browser(sandbox: RunningSandbox) -> Iterator[Browser]:
    with Browser(sandbox, "sessions") as opened:
        yield opened


def sign_in(browser: Browser, pool: PoolUnderTest) -> dict[str, Any]:
    """Tokens by way of the pages."""
    attempt = SignIn(client_id=pool.client_id, scope="openid aws.cognito.signin.user.admin")
    page = browser.go("login", **attempt.query)
    return tokens_for(browser, pool, attempt, browser.submit(page, username="ada", password=PASSWORD))


def tokens_for(browser: Browser, pool: PoolUnderTest, attempt: SignIn, page: Any) -> dict[str, Any]:
    answer = browser.token(
        grant_type="authorization_code",
        client_id=pool.client_id,
        code=answer_of(page)["code"],
        redirect_uri=CALLBACK,
        code_verifier=attempt.verifier,
    )
    tokens: dict[str, Any] = answer.json()
    return tokens


def sessions(pool: PoolUnderTest) -> dict[str, list[dict[str, Any]]]:
    """A user's sessions by their type."""
    found: dict[str, list[dict[str, Any]]] = {"TOKEN": [], "SSO": []}
    for each in pool.idp.admin_list_user_sessions(UserPoolId=pool.pool_id, Username="ada")["Sessions"]:
        found[each["SessionType"]].append(each)
    return found


def silently(browser: Browser, pool: PoolUnderTest) -> bool:
    """Whether the browser gets into the application without signing in again."""
    page = browser.go("oauth2/authorize", **SignIn(client_id=pool.client_id, scope="openid").query)
    return page.is_redirect and "code=" in page.headers["location"]


def test_a_browsers_session_is_listed_and_its_tokens_name_it(browser: Browser, pool: PoolUnderTest) -> None:
    tokens = sign_in(browser, pool)
    found = sessions(pool)
    (token,), (sso,) = found["TOKEN"], found["SSO"]
    assert sso["SessionId"].startswith("sso")
    assert len(sso["SessionId"]) == 28
    assert (sso["ClientId"], sso["IsCurrentSession"]) == (pool.client_id, False)
    assert token["OriginSessionId"] == sso["SessionId"]
    assert "OriginSessionId" not in sso
    own = pool.public.list_user_sessions(AccessToken=tokens["access_token"])["Sessions"]
    assert {each["SessionType"]: each["IsCurrentSession"] for each in own} == {"TOKEN": True, "SSO": False}
    pool.tokens("ada")
    assert ["OriginSessionId" in each for each in sessions(pool)["TOKEN"]].count(False) == 1


def test_a_pool_that_tracks_nothing_lists_no_browser(browser: Browser, pool: PoolUnderTest) -> None:
    pool.idp.set_user_pool_session_configuration(
        UserPoolId=pool.pool_id, UserSessionTracking="DISABLED", TokenSession={"MaxPerUser": 20}
    )
    sign_in(browser, pool)
    assert sessions(pool) == {"TOKEN": [], "SSO": []}
    assert silently(browser, pool)


def revoke(pool: PoolUnderTest, session: dict[str, Any], linked: str) -> None:
    pool.idp.admin_revoke_user_session(
        UserPoolId=pool.pool_id,
        Username="ada",
        SessionId=session["SessionId"],
        RevokeAssociatedSessions=linked,
    )


@pytest.mark.parametrize(("linked", "has_tokens"), [("NONE", True), ("LINKED", False)])
def test_ending_a_browsers_session_ends_its_tokens_only_when_linked(
    browser: Browser, pool: PoolUnderTest, linked: str, has_tokens: bool
) -> None:
    tokens = sign_in(browser, pool)
    revoke(pool, sessions(pool)["SSO"][0], linked)
    assert sessions(pool)["SSO"] == []
    assert not silently(browser, pool)
    assert bool(sessions(pool)["TOKEN"]) is has_tokens
    if has_tokens:
        assert pool.public.get_user(AccessToken=tokens["access_token"])["Username"] == "ada"
        return
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.public.get_user(AccessToken=tokens["access_token"])


@pytest.mark.parametrize(("linked", "has_browser"), [("NONE", True), ("LINKED", False)])
def test_ending_tokens_ends_the_browsers_session_only_when_linked(
    browser: Browser, pool: PoolUnderTest, linked: str, has_browser: bool
) -> None:
    sign_in(browser, pool)
    revoke(pool, sessions(pool)["TOKEN"][0], linked)
    assert bool(sessions(pool)["SSO"]) is has_browser
    assert silently(browser, pool) is has_browser


def test_signing_out_at_the_pages_ends_the_listed_session(browser: Browser, pool: PoolUnderTest) -> None:
    sign_in(browser, pool)
    browser.go("logout", client_id=pool.client_id, redirect_uri=CALLBACK, response_type="code")
    assert sessions(pool)["SSO"] == []
    assert sessions(pool)["TOKEN"]


def test_a_client_reuses_a_browsers_session_as_long_as_it_is_set_to(browser: Browser, pool: PoolUnderTest) -> None:
    named = {"UserPoolId": pool.pool_id, "ClientId": pool.client_id}
    pool.idp.set_user_pool_client_session_configuration(**named, SSOSession={"MaxValidityMinutes": 120})
    sign_in(browser, pool)
    pool.sandbox.advance(7100)
    assert silently(browser, pool)
    pool.sandbox.advance(200)
    assert not silently(browser, pool)
    pool.idp.set_user_pool_client_session_configuration(**named, SSOSession={"MaxValidityMinutes": 0})
    sign_in(browser, pool)
    assert sessions(pool)["SSO"]
    assert not silently(browser, pool)
