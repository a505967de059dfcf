"""What was revoked or signed out from the tokens page goes on being known there, also when it is pasted again."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress

import pytest

from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.user_pools.users import User, delete_user, disable_user, find_user, sign_out_user
from cognito_explorer.gui.auth.ended_sign_ins import ended_sign_ins
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import PageKind
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.token_stage import confirm_dialog, lonely, panel, titles, tokens
from tests.gui.windows import page_of
from tests.hand import Hand
from tests.sandbox.hosted_ui.browser import PASSWORD
from tests.sandbox_fixture import RunningSandbox
from tests.signed_in import signed_in

__all__ = ["lonely", "panel", "tokens"]
Ending = Callable[[Aws, str, User], Awaitable[None]]


@pytest.fixture
def other(demo_sandbox: RunningSandbox) -> TokenSet:
    """Another sign-in of hers."""
    return signed_in(demo_sandbox, "ada")


async def show(panel: TokensPanel, tokens: TokenSet) -> None:
    panel.show_set(tokens)
    await panel.tasks.idle()


async def end(panel: TokensPanel, tokens: TokenSet, words: str) -> None:
    await show(panel, tokens)
    actions = panel.token_actions
    (actions.revoke_action if words == "Revoke" else actions.sign_out_action).trigger()
    await confirm_dialog(panel, words)
    await panel.tasks.idle()
    assert panel.banner.error is None


def told(panel: TokensPanel, words: str) -> bool:
    return any(title.startswith(words) for title in titles(panel))


async def test_what_was_revoked_is_known_to_be_wherever_it_is_told(
    panel: TokensPanel, lonely: TokensPanel, tokens: TokenSet, other: TokenSet
) -> None:
    lonely.take_text(tokens.id_token)
    await end(panel, tokens, "Revoke")
    for kind in ("id", "access", "refresh"):
        panel.kind_buttons[kind].click()
        assert told(panel, "You revoked it at ")
        assert "Whether it was revoked is not known." not in titles(panel)
        assert panel.heading.expiry.text.startswith("revoked at ")
    lifetimes = panel.details.lifetimes.text()
    assert "Lives on the refresh token" not in lifetimes
    assert "Revoke the refresh token: Ends nothing" in lifetimes
    assert panel.heading.refreshable.isHidden()
    assert told(lonely, "You revoked it at "), "another page that shows it, too"
    for text in (tokens.refresh_token, f"{tokens.access_token}\n{tokens.refresh_token}"):
        await show(panel, other)
        assert not told(panel, "You revoked it at "), "the user's other sign-ins go on"
        assert panel.token_actions.refresh_button.isEnabled()
        panel.take_text(text)
        await panel.tasks.idle()
        assert told(panel, "You revoked it at ")
        assert not panel.token_actions.refresh_button.isEnabled()


async def test_a_sign_out_everywhere_is_known_of_every_token_issued_before_and_of_none_after(
    panel: TokensPanel, tokens: TokenSet, other: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    await end(panel, tokens, "Sign out")
    await show(panel, other)
    assert told(panel, "You signed its user out everywhere at ")
    assert panel.heading.expiry.text.startswith("signed out at ")
    assert "Sign out everywhere (GlobalSignOut): Ends nothing" in panel.details.lifetimes.text()
    assert "signed this user out everywhere" in panel.token_actions.why_no_refresh()
    demo_sandbox.advance(5)
    try:
        await show(panel, signed_in(demo_sandbox, "ada"))
    finally:
        demo_sandbox.advance(-5)
    assert not told(panel, "You signed its user out everywhere at ")
    assert panel.token_actions.why_no_refresh() == ""


async def test_what_cognito_said_before_a_revocation_is_not_told_after_it(panel: TokensPanel, tokens: TokenSet) -> None:
    await show(panel, tokens)
    panel.findings.live_button.click()
    await panel.tasks.idle()
    assert "Cognito still takes it." in titles(panel)
    await end(panel, tokens, "Revoke")
    assert "Cognito still takes it." not in titles(panel)
    ended = ended_sign_ins().of_any({"access": panel.token}) if panel.token is not None else None
    assert ended is not None
    assert ended.told_at == clock().time_of_day(ended.at)
    assert tokens.refresh_token not in repr(vars(ended_sign_ins()))


@pytest.fixture
def mila(demo_sandbox: RunningSandbox) -> Iterator[str]:
    """A user of the test's own: what is done to her is not to be undone."""
    idp, named = demo_sandbox.client("cognito-idp"), {"UserPoolId": POOL_ID, "Username": "mila"}
    idp.admin_create_user(**named, MessageAction="SUPPRESS")
    idp.admin_set_user_password(**named, Password=PASSWORD, Permanent=True)
    yield "mila"
    with suppress(idp.exceptions.UserNotFoundException):
        idp.admin_delete_user(**named)


@pytest.mark.parametrize(
    ("end", "title"),
    [
        (sign_out_user, "You signed its user out everywhere at "),
        (disable_user, "You disabled its user at "),
        (delete_user, "You deleted its user at "),
    ],
)
@pytest.mark.parametrize("is_open_before", [True, False])
async def test_what_a_users_page_ended_is_told_on_the_tokens_page(
    shared_window: MainWindow, demo_sandbox: RunningSandbox, mila: str, end: Ending, title: str, is_open_before: bool
) -> None:
    hand, page = Hand(shared_window), page_of(shared_window, PageKind.TOKENS)
    tokens = signed_in(demo_sandbox, mila)
    demo_sandbox.advance(5)
    try:
        if is_open_before:
            shared_window.open_page(page)
            await show(hand.page(TokensPanel), tokens)
        assert page.aws is not None
        user = await find_user(page.aws, POOL_ID, mila)
        assert user is not None
        await end(page.aws, POOL_ID, user)
        shared_window.open_page(page)
        panel = hand.page(TokensPanel)
        await panel.tasks.idle()
        if not is_open_before:
            await show(panel, tokens)
        for kind in ("id", "access", "refresh"):
            panel.kind_buttons[kind].click()
            assert told(panel, title)
        assert title.removesuffix(" at ").partition(" ")[2].split()[0] in panel.token_actions.why_no_refresh()
        assert "Whether it was revoked is not known." not in titles(panel)
    finally:
        demo_sandbox.advance(-5)
