"""What a person sees in the first moment after a paste."""

import asyncio

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from tests.gui.auth.token_stage import forged, panel, tokens

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
    panel.take_text(tokens.id_token)
    late = (panel.details, panel.heading.timeline, panel.heading.skew_meter)
    assert not any(part.updatesEnabled() for part in late)
    await panel.tasks.idle()
    await asyncio.sleep(0.2)
    assert all(part.updatesEnabled() for part in late)
    assert panel.details.isVisible()


async def test_a_token_that_nobody_has_leaves_no_trace_on_an_empty_page(panel: TokensPanel, tokens: TokenSet) -> None:
    await asyncio.sleep(0.3)
    assert panel.token is None
    assert panel.findings.findings() == ()
    assert panel.heading.text() == ""
    assert panel.heading.isHidden()
    panel.take_text(tokens.id_token)
    assert panel.heading.text().startswith("ID token · ada")


def _places(panel: TokensPanel) -> list[tuple[QPoint, int, int]]:
    parts = (panel.heading, panel.heading.timeline, panel.heading.expiry, panel.findings.view, panel.paste_button)
    return [(part.mapTo(panel, QPoint()), part.width(), part.height()) for part in parts]
