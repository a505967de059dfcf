"""Opens the page that explains an error or a pasted text, about whatever the page in front is about."""

from dataclasses import replace
from typing import TYPE_CHECKING

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.gui.insight.explanation_panel import ExplanationPanel
from cognito_explorer.gui.workspace import Context, Page, PageKind

if TYPE_CHECKING:
    from cognito_explorer.gui.main_window import MainWindow


def open_explanation(window: "MainWindow", trouble: object = "") -> None:
    """Show the page; without an error it is a page to paste one on."""
    window.open_page(_page(window))
    tab = window.tabs.active()
    if tab is None:
        return
    if isinstance(trouble, ExplorerError) and isinstance(tab.panel, ExplanationPanel):
        tab.panel.take_error(trouble)
    elif trouble:
        tab.panel.take_text(str(trouble))


def _page(window: "MainWindow") -> Page:
    """In the context of the page in front; where that is about no pool, of the last page that is."""
    active = window.tabs.active()
    profile = window.session.profile
    if active is not None and (active.page.context.pool_id or active.page.context.identity_pool_id):
        context = replace(active.page.context, username=window.workspace.context.username, tokens=None)
        return Page(PageKind.EXPLANATION, context, active.page.aws)
    pages = [tab.page for tab in window.tabs.tabs() if tab.page.context.pool_id and tab.page.aws is window.session.aws]
    if pages:
        return Page(PageKind.EXPLANATION, replace(pages[-1].context, username="", tokens=None), pages[-1].aws)
    context = Context(profile_id=profile.id if profile else "", region=window.session.region)
    return Page(PageKind.EXPLANATION, context, window.session.aws)
