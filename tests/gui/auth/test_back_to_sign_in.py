"""The sign-in page beside the tokens page, where others' tokens were pasted meanwhile."""

from dataclasses import replace

from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.gui.auth.sign_in_panel import SignInPanel
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.workspace import Page, PageKind, Workspace
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.headless_web import headless_web
from tests.gui.auth.hosted_ui_driver import sign_in
from tests.gui.auth.opened_pages import OpenedPages
from tests.gui.auth.token_stage import panel, tokens

__all__ = ["panel", "tokens"]


@headless_web
async def test_show_tokens_shows_those_of_the_sign_in_whatever_was_pasted_since(
    qtbot: QtBot, page: Page, workspace: Workspace, opened: OpenedPages, panel: TokensPanel, tokens: TokenSet
) -> None:
    signing = SignInPanel(replace(page, kind=PageKind.SIGN_IN), workspace)
    qtbot.addWidget(signing)
    signing.show()
    await signing.tasks.idle()
    await sign_in(signing, "grace")
    assert _user(panel) == "grace"
    panel.take_text(tokens.id_token)
    assert _user(panel) == "ada"
    workspace.remember_tokens(POOL_ID, tokens)
    signing.attempt_view.outcome.tokens_button.click()
    assert _user(panel) == "grace"
    assert opened[-1].kind == PageKind.TOKENS
    panel.token_actions.refresh_button.click()
    await panel.tasks.idle()
    refreshed = panel.token
    assert refreshed is not None
    panel.take_text(tokens.id_token)
    signing.attempt_view.outcome.tokens_button.click()
    assert panel.token is not None
    assert panel.token.raw == refreshed.raw, "what was refreshed since is of this sign-in, too"
    await panel.tasks.idle()


def _user(panel: TokensPanel) -> str:
    return panel.token.username if panel.token is not None else ""
