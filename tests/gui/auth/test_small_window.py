"""In a window of 900 by 600 the token page scrolls sideways nowhere, on no tab."""

import pytest
from PySide6.QtWidgets import QScrollArea

from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.workspace import Workspace
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.token_stage import laid_out, panel, tokens

__all__ = ["panel", "tokens"]


@pytest.mark.parametrize(("width", "height"), [(660, 420), (640, 400)])
async def test_nothing_scrolls_sideways(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet, width: int, height: int
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    panel.resize(width, height)
    beyond: dict[str, int] = {}
    for at in range(panel.details.count()):
        if not panel.details.isTabVisible(at):
            continue
        panel.details.setCurrentIndex(at)
        await panel.tasks.idle()
        await laid_out()
        for kind in (QScrollArea, RecordView):
            for area in panel.findChildren(kind):
                if area.isVisible() and area.horizontalScrollBar().maximum():
                    name = f"{panel.details.tabText(at)}: {area.accessibleName() or type(area).__name__}"
                    beyond[name] = area.horizontalScrollBar().maximum()
    assert beyond == {}
    badge = panel.heading.expiry
    assert panel.rect().contains(badge.rect().translated(badge.mapTo(panel, badge.rect().topLeft())))
