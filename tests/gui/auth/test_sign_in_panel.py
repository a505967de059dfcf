"""Signing in on the real hosted UI, in the real web view, against the real sandbox."""

from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.tokens import check_signature, decode, jwks_url
from cognito_explorer.gui.auth.sign_in_panel import SignInPanel
from cognito_explorer.gui.auth.sign_in_steps import Progress, Step
from cognito_explorer.gui.workspace import Page, PageKind, Workspace
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.headless_web import headless_web
from tests.gui.auth.hosted_ui_driver import sign_in
from tests.gui.auth.opened_pages import OpenedPages


pytestmark = headless_web


async def make_panel(qtbot: QtBot, page: Page, workspace: Workspace) -> SignInPanel:
    panel = SignInPanel(page, workspace)
    qtbot.addWidget(panel)
    panel.resize(1040, 700)
    panel.show()
    await panel.tasks.idle()
    return panel


async def test_ada_signs_in_and_her_tokens_are_the_pools(
    qtbot: QtBot, page: Page, workspace: Workspace, opened: OpenedPages
) -> None:
    panel = await make_panel(qtbot, page, workspace)
    await sign_in(panel, "ada")
    tokens = workspace.tokens_of(POOL_ID)
    assert tokens is not None, panel.attempt_view.outcome.text()
    assert page.aws is not None
    check = await check_signature(page.aws.http, tokens.id_token, jwks_url(POOL_ID, page.aws.profile.endpoint_url))
    assert (check.state, decode(tokens.id_token).username) == ("valid", "ada")
    assert [panel.attempt_view.steps.progress(step) for step in Step] == [Progress.DONE] * len(Step)
    assert [each.kind for each in opened] == [PageKind.TOKENS]
    assert not panel.attempt_view.is_open
