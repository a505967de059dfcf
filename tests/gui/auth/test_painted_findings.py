"""What a person sees in the first moment after a paste."""

from dataclasses import replace

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.gui.auth.paste_rehearsal import PasteRehearsal
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.late import LatePart
from cognito_explorer.gui.workspace import Page, PageKind, Workspace
from tests.gui.auth.opened_pages import OpenedPages
from tests.gui.auth.token_stage import forged, panel, shown, tokens
from tests.gui.windows import heard, within

__all__ = ["panel", "tokens"]


async def test_everything_is_in_its_place_at_once(panel: TokensPanel, tokens: TokenSet) -> None:
    for text in (forged(iss="x"), tokens.id_token):
        panel.take_text(text)
        at_once = _places(panel)
        QApplication.sendPostedEvents()
        assert _places(panel) == at_once
        await panel.tasks.idle()
        panel.paste_button.setChecked(True)
        QApplication.sendPostedEvents()


async def test_what_is_about_to_change_beside_the_findings_is_not_painted_first(
    panel: TokensPanel, tokens: TokenSet
) -> None:
    panel.take_text(forged(iss="x"))
    await panel.tasks.idle()
    late_part = panel.findChild(LatePart)
    assert late_part is not None
    panel.take_text(tokens.id_token)
    coming = heard(late_part.coming)
    late = (panel.details, panel.heading.timeline, panel.heading.skew_meter)
    assert not any(part.updatesEnabled() for part in late)
    await within(coming)
    assert all(part.updatesEnabled() for part in late)
    assert panel.details.isVisible()


async def test_a_token_that_nobody_has_leaves_no_trace_on_an_empty_page(
    qtbot: QtBot, page: Page, workspace: Workspace, opened: OpenedPages, tokens: TokenSet
) -> None:
    panel = TokensPanel(replace(page, kind=PageKind.TOKENS), workspace)
    rehearsal = panel.findChild(PasteRehearsal)
    assert rehearsal is not None
    played, had_findings = heard(rehearsal.timeout), heard(panel.findings.view.model().modelReset)
    await shown(qtbot, panel)
    await within(had_findings)
    await within(played)
    assert panel.token is None
    assert panel.findings.findings() == ()
    assert panel.heading.text() == ""
    assert panel.heading.isHidden()
    panel.take_text(tokens.id_token)
    assert panel.heading.text().startswith("ID token · ada")


def _places(panel: TokensPanel) -> list[tuple[QPoint, int, int]]:
    parts = (panel.heading, panel.heading.timeline, panel.heading.expiry, panel.findings.view, panel.paste_button)
    return [(part.mapTo(panel, QPoint()), part.width(), part.height()) for part in parts]
