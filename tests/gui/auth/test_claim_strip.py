"""The claims and the strip beneath them: every value whole, every column in sight."""

import json
import re
from datetime import UTC, datetime

from PySide6.QtGui import QGuiApplication

from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.workspace import Workspace
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.token_stage import forged, lonely, panel, tokens

__all__ = ["lonely", "panel", "tokens"]


async def test_the_chosen_claim_is_told_whole_and_can_be_copied(lonely: TokensPanel) -> None:
    roles = [f"arn:aws:iam::210987654321:role/{'Reader' * 9}{number}" for number in range(3)]
    moment = datetime(2026, 11, 30, 14, 6, 6, tzinfo=UTC)
    claims = {"sub": "a-b", "cognito:roles": roles, "exp": int(moment.timestamp())}
    lonely.take_text(forged(token_use="id", **claims))
    part = lonely.details.claims_part

    def choose(name: str) -> str:
        part.view.setCurrentIndex(part.table.find(lambda row: row.name == name))
        return part.strip.value.toPlainText()

    assert choose("cognito:roles") == json.dumps(roles)
    part.strip.value.selectAll()
    part.strip.value.copy()
    assert QGuiApplication.clipboard().text() == json.dumps(roles)
    told = choose("exp").splitlines()
    assert told[0] == str(claims["exp"])
    assert f"{moment:%Y-%m-%d %H:%M:%S} UTC" in told[1]
    assert clock().relative(moment) in told[1]
    row = next(each for each in part.table.records() if each.name == "exp")
    assert re.search(r"\d\d:\d\d:\d\d · ", part.table.columns[1].text(row))


async def test_the_claims_are_back_after_a_token_that_has_none(lonely: TokensPanel) -> None:
    details = lonely.details
    good, opaque = forged(token_use="id", sub="first", aud="x"), "eyJhbGciOiJSUzI1NiIsImtpZCI6Im5vYm9keSJ9.!!!.AAAA"
    lonely.take_text(good)
    lonely.take_text(opaque)
    assert details.currentWidget() is not details.claims_part
    lonely.take_text(good)
    assert details.currentWidget() is details.claims_part
    details.setCurrentWidget(details.header_view)
    lonely.take_text(opaque)
    lonely.take_text(good)
    assert details.currentWidget() is details.header_view


async def test_no_column_of_the_claims_is_out_of_sight_in_a_small_window(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    panel.resize(790, 620)
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    view = panel.details.claims_view
    panel.grab()
    assert view.is_column_shown("now")
    widths = [view.columnWidth(logical) for logical in view.shown_columns()]
    assert sum(widths) <= view.viewport().width()
    panel.resize(1400, 620)
    panel.grab()
    assert view.columnWidth(1) > 220
    assert not Settings().texts("columns/token-claims")
