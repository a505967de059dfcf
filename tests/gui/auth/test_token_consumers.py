"""What an API expects is typed once, counts for every token, and is remembered."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.tokens import DecodedToken, SignatureCheck, issuer_of
from cognito_explorer.core.insight.finding import TokenContext
from cognito_explorer.gui.auth.token_consumers import TokenConsumers
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.theme import Theme, ThemeChoice, theme
from tests.core.auth.guarded_api import guarded_api
from tests.gui.auth.token_stage import confirm_dialog, laid_out

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CLAIMS: dict[str, Any] = {
    "iss": issuer_of("us-east-1_abc"),
    "sub": "s",
    "client_id": "c1",
    "token_use": "access",
    "exp": int(NOW.timestamp()) - 5,
    "scope": "openid",
}
TOKEN = DecodedToken("access", "raw", {"alg": "RS256", "kid": "k"}, CLAIMS)
SIGNED = SignatureCheck("valid", "", "k", "AWS")
EXPECTED = ("issuer", "audience", "scopes", "use", "groups", "grace")


@pytest.fixture
def part(qtbot: QtBot, theme_app: Theme) -> TokenConsumers:
    for name in EXPECTED:
        Settings().put(f"tokens/expected_{name}", "")
    made = TokenConsumers()
    qtbot.addWidget(made)
    return made


def answer_of(part: TokenConsumers, consumer: str) -> tuple[str, str]:
    part.show_token(TOKEN, TokenContext(now=NOW, signature=SIGNED), None)
    row = next(row for row in part.answers.records() if row.consumer == consumer)
    return row.will, row.claim


def test_a_verifiers_settings_count_for_the_verifier_alone(part: TokenConsumers) -> None:
    part.audience_line.setText("c1")
    assert answer_of(part, "aws-jwt-verify") == ("no", "exp")
    part.grace_line.setText("10")
    assert answer_of(part, "aws-jwt-verify") == ("yes", "client_id")
    assert answer_of(part, "GetUser") == ("no", "exp")
    part.groups_line.setText("paid")
    assert answer_of(part, "aws-jwt-verify") == ("no", "cognito:groups")
    part.groups_line.clear()
    part.use_box.setCurrentIndex(part.use_box.findData("id"))
    assert answer_of(part, "aws-jwt-verify") == ("no", "token_use")


def test_what_is_expected_is_remembered(part: TokenConsumers, qtbot: QtBot) -> None:
    part.grace_line.setText("30")
    part.groups_line.setText("paid")
    part.use_box.setCurrentIndex(part.use_box.findData("access"))
    with qtbot.waitSignal(part.changed):
        part.use_box.activated.emit(2)
    again = TokenConsumers()
    qtbot.addWidget(again)
    assert (again.grace_line.text(), again.groups_line.text(), again.use_box.currentData()) == ("30", "paid", "access")
    for name in EXPECTED:
        Settings().put(f"tokens/expected_{name}", "")


def test_a_token_pasted_into_the_wrong_line_is_not_kept(part: TokenConsumers, qtbot: QtBot) -> None:
    part.audience_line.setText("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl")
    with qtbot.waitSignal(part.changed):
        part.use_box.activated.emit(0)
    assert Settings().text("tokens/expected_audience") == ""


async def test_an_answer_leaves_the_table_whole_and_the_keyboard_where_it_was(part: TokenConsumers) -> None:
    part.resize(660, 400)
    part.show()
    part.show_token(TOKEN, TokenContext(now=NOW), None)
    with guarded_api(TOKEN.raw) as api:
        part.live.url_line.setText(f"{api}/audience")
        part.live.ask_button.setFocus()
        part.live.ask_button.click()
        await asyncio.sleep(0)
        await confirm_dialog(part.live, "Send it")
        await part.live.tasks.idle()
    await laid_out()
    assert part.focusWidget() is part.live.ask_button
    assert part.view.verticalScrollBar().maximum() == 0, "every row has its room"
    assert not part.live.said.visibleRegion().isEmpty(), "the answer is looked at"


async def test_a_row_reached_by_key_is_seen_and_stays_chosen(part: TokenConsumers) -> None:
    part.resize(660, 300)
    part.show()
    part.show_token(TOKEN, TokenContext(now=NOW), None)
    part.answers.sort(0, Qt.SortOrder.DescendingOrder)
    part.view.setFocus()
    for _ in range(part.answers.rowCount()):
        QTest.keyClick(part.view, Qt.Key.Key_Down)
    await laid_out()
    row = part.view.currentIndex()
    assert row.row() == part.answers.rowCount() - 1
    assert part.view.viewport().visibleRegion().contains(part.view.visualRect(row).center())
    consumer = part.answers.record(row).consumer
    part.show_token(TOKEN, TokenContext(now=NOW), None)
    part.audience_line.setText("c1")
    part.show_token(TOKEN, TokenContext(now=NOW), None)
    assert part.answers.record(part.view.currentIndex()).consumer == consumer


async def test_most_reasons_are_read_whole_beside_the_findings(part: TokenConsumers) -> None:
    part.resize(690, 600)
    part.show()
    answer_of(part, "GetUser")
    await laid_out()
    at = next(number for number, column in enumerate(part.answers.columns) if column.key == "why")
    room = QRect(0, 0, part.view.columnWidth(at) - 16, 9_999)
    whole = 0
    for row, answer in enumerate(part.answers.records()):
        words = part.view.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, answer.reason)
        whole += words.height() <= part.view.rowHeight(row)
    assert whole > part.answers.rowCount() * 0.7
    assert part.view.verticalScrollBar().maximum() == part.view.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("hidden", [("Consumer", "why"), ("why", "Consumer")])
async def test_without_the_long_columns_every_row_is_one_line(part: TokenConsumers, hidden: tuple[str, ...]) -> None:
    part.resize(690, 600)
    part.show()
    for name in hidden:
        part.view.show_column(name, shown=False)
    answer_of(part, "GetUser")
    heights = {part.view.rowHeight(row) for row in range(part.answers.rowCount())}
    part.view.restore_columns()
    assert heights == {theme().row_height()}


async def test_rows_of_several_lines_follow_looks_and_type_size(part: TokenConsumers, theme_app: Theme) -> None:
    part.resize(690, 600)
    part.show()
    answer_of(part, "GetUser")
    await laid_out()
    designed = [part.view.rowHeight(row) for row in range(part.answers.rowCount())]
    assert max(designed) > theme_app.row_height()
    theme_app.choose(ThemeChoice.DARK)
    theme_app.set_scale(1.4)
    await laid_out()
    larger = [part.view.rowHeight(row) for row in range(part.answers.rowCount())]
    assert all(height > theme_app.row_height() for height, before in zip(larger, designed, strict=True) if before > 26)
    theme_app.set_scale(1.0)
    theme_app.choose(ThemeChoice.LIGHT)
    await laid_out()
    assert [part.view.rowHeight(row) for row in range(part.answers.rowCount())] == designed
