"""What changes while a browser is in the middle of something: domains, users, addresses."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.hosted_ui.browser import PASSWORD, Browser, SignIn, alert_of
from tests.sandbox.pools import PoolUnderTest, make_pool
from tests.sandbox_fixture import RunningSandbox

CALLBACK = "http://localhost:8400/zurück-月"
OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": [CALLBACK],
}
NEW = {"password": "Full-moon-2027", "password_again": "Full-moon-2027"}


@pytest.fixture
def browser(sandbox: RunningSandbox) -> Iterator[Browser]:
    with Browser(sandbox, "moving") as opened:
        yield opened


@pytest.fixture
def pool(sandbox: RunningSandbox) -> Iterator[PoolUnderTest]:
    made = make_pool(sandbox, client=OAUTH)
    made.idp.create_user_pool_domain(UserPoolId=made.pool_id, Domain="moving")
    yield made
    if made.idp.describe_user_pool_domain(Domain="moving")["DomainDescription"].get("UserPoolId") == made.pool_id:
        made.idp.delete_user_pool_domain(UserPoolId=made.pool_id, Domain="moving")


def request_of(pool: PoolUnderTest) -> dict[str, Any]:
    return SignIn(client_id=pool.client_id, redirect_uri=CALLBACK, scope="openid").query


def test_an_address_with_letters_of_any_language_is_returned_to(pool: PoolUnderTest, browser: Browser) -> None:
    pool.add_user("ada")
    page = browser.go("oauth2/authorize", **request_of(pool))
    answer = browser.submit(page, username="ada", password=PASSWORD)
    assert answer.headers["location"].startswith("http://localhost:8400/zur%C3%BCck-%E6%9C%88?code=")


def test_a_session_does_not_move_to_another_pool_with_its_domain(
    sandbox: RunningSandbox, pool: PoolUnderTest, browser: Browser
) -> None:
    pool.add_user("ada")
    page = browser.go("oauth2/authorize", **request_of(pool))
    assert browser.submit(page, username="ada", password=PASSWORD).is_redirect
    assert browser.go("oauth2/authorize", **request_of(pool)).is_redirect
    pool.idp.delete_user_pool_domain(UserPoolId=pool.pool_id, Domain="moving")
    other = make_pool(sandbox, client=OAUTH)
    other.idp.create_user_pool_domain(UserPoolId=other.pool_id, Domain="moving")
    asked = browser.go("oauth2/authorize", **request_of(other))
    assert (asked.status_code, asked.url.path) == (200, "/_hosted/moving/login")
    other.idp.delete_user_pool_domain(UserPoolId=other.pool_id, Domain="moving")


@pytest.mark.parametrize(
    ("change", "text"),
    [("admin_disable_user", "User is disabled."), ("admin_delete_user", "Invalid session for the user.")],
)
def test_who_was_locked_out_meanwhile_sets_no_password(
    pool: PoolUnderTest, browser: Browser, change: str, text: str
) -> None:
    pool.idp.admin_create_user(UserPoolId=pool.pool_id, Username="alan", TemporaryPassword=PASSWORD)
    page = browser.submit(browser.go("login", **request_of(pool)), username="alan", password=PASSWORD)
    assert "Choose your own password" in page.text
    getattr(pool.idp, change)(UserPoolId=pool.pool_id, Username="alan")
    refused = browser.submit(page, **NEW)
    assert (refused.status_code, alert_of(refused)) == (200, text)
