"""What the page says that each ending kills and leaves alive, held against what the sandbox does afterwards."""

from collections.abc import Iterator

import httpx
import pytest

from cognito_explorer.core.auth.hosted_ui import hosted_origin
from cognito_explorer.core.auth.liveness import ask_get_user
from cognito_explorer.core.auth.oauth import HostedApp
from cognito_explorer.core.auth.sessions import logout_url, refresh_tokens, revoke_tokens, sign_out_everywhere
from cognito_explorer.core.auth.tokens import TokenSet, token_set
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import ExplorerError
from tests.sandbox.hosted_ui.browser import CALLBACK, POOL, WEB, Browser, SignIn
from tests.sandbox_fixture import RunningSandbox
from tests.signed_in import signed_in

LINUS = {"UserPoolId": POOL, "Username": "linus"}


@pytest.fixture
def app(demo_sandbox: RunningSandbox) -> HostedApp:
    return HostedApp(hosted_origin("moonletter", "us-east-1", endpoint_url=demo_sandbox.endpoint), WEB)


@pytest.fixture
def browser(demo_sandbox: RunningSandbox) -> Iterator[Browser]:
    with Browser(demo_sandbox) as made:
        yield made


def hosted(browser: Browser) -> TokenSet:
    """Linus's, by the hosted UI, whose cookie the browser keeps."""
    sign_in = SignIn()
    answer = sign_in.exchange(browser, sign_in.code(browser, "linus")).json()
    return token_set(answer, POOL, WEB)


def is_still_in(browser: Browser) -> bool:
    """Whether the hosted UI's cookie brings a code without a password."""
    answer = browser.go("oauth2/authorize", **SignIn().query)
    return answer.is_redirect and answer.headers["location"].startswith(f"{CALLBACK}?code=")


async def is_alive(aws: Aws, app: HostedApp, tokens: TokenSet) -> dict[str, bool]:
    try:
        is_refreshed = bool((await refresh_tokens(aws.http, app, tokens)).access_token)
    except ExplorerError:
        is_refreshed = False
    taken = await ask_get_user(aws, tokens.access_token)
    return {"refresh": is_refreshed, "access": taken.state == "accepted"}


ALIVE, DEAD = {"refresh": True, "access": True}, {"refresh": False, "access": False}


async def test_revoking_leaves_other_sign_ins_and_the_hosted_cookie(
    aws: Aws, app: HostedApp, browser: Browser, demo_sandbox: RunningSandbox
) -> None:
    tokens, other = hosted(browser), signed_in(demo_sandbox, "linus")
    await revoke_tokens(aws, app, tokens)
    assert await is_alive(aws, app, tokens) == DEAD
    assert await is_alive(aws, app, other) == ALIVE
    assert is_still_in(browser)


async def test_signing_out_everywhere_leaves_the_hosted_cookie_which_signs_in_again(
    aws: Aws, app: HostedApp, browser: Browser
) -> None:
    tokens = hosted(browser)
    await sign_out_everywhere(aws, tokens)
    assert await is_alive(aws, app, tokens) == DEAD
    assert is_still_in(browser)


async def test_disabling_ends_every_session_and_enabling_brings_none_back(
    aws: Aws, app: HostedApp, browser: Browser, demo_sandbox: RunningSandbox
) -> None:
    tokens, other = hosted(browser), signed_in(demo_sandbox, "linus")
    idp = demo_sandbox.client("cognito-idp")
    idp.admin_disable_user(**LINUS)
    try:
        assert [await is_alive(aws, app, each) for each in (tokens, other)] == [DEAD, DEAD]
        assert not is_still_in(browser)
        with pytest.raises(Exception, match="disabled"):
            signed_in(demo_sandbox, "linus")
    finally:
        idp.admin_enable_user(**LINUS)
    assert [await is_alive(aws, app, each) for each in (tokens, other)] == [DEAD, DEAD]
    assert await is_alive(aws, app, signed_in(demo_sandbox, "linus")) == ALIVE


async def test_the_sign_out_address_ends_the_cookie_and_touches_no_token(
    aws: Aws, app: HostedApp, browser: Browser, demo_sandbox: RunningSandbox
) -> None:
    tokens = hosted(browser)
    client = demo_sandbox.client("cognito-idp").describe_user_pool_client(UserPoolId=POOL, ClientId=WEB)
    address = logout_url(HostedApp(browser.base, WEB), client["UserPoolClient"]["LogoutURLs"][0])
    assert isinstance(browser.http.get(address), httpx.Response)
    assert not is_still_in(browser)
    assert await is_alive(aws, app, tokens) == ALIVE
