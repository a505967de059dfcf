"""Findings are painted: in order, as plain text, with room for every word, and told to those who do not see them."""

import asyncio

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.core.insight.finding import Finding
from cognito_explorer.gui.auth.findings_list import FindingsList
from cognito_explorer.gui.auth.token_bar import TokenBar
from cognito_explorer.gui.auth.token_claims import TokenClaims
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.theme import Theme
from tests.gui.auth.token_stage import forged, lonely, tokens

__all__ = ["lonely", "tokens"]

GOOD = Finding("ok", "The signature is valid.", "Signed by the pool.", "signature", "", "Anybody can write a token.")
LATE = Finding("bad", "Expired 3 minutes ago.", "", "expiry", "exp", "Nobody should accept it.", "Refresh it.")
OPEN = Finding("unknown", "Whether it was revoked is not known.", "<b>x</b> " + "k" * 200)


@pytest.fixture
def shown(qtbot: QtBot, theme_app: Theme) -> FindingsList:
    found = FindingsList()
    qtbot.addWidget(found)
    found.resize(340, 600)
    found.show()
    return found


def test_what_is_wrong_stands_first_and_is_counted(shown: FindingsList) -> None:
    tester = QAbstractItemModelTester(shown.view.model())
    shown.set_findings([GOOD, OPEN, LATE])
    assert shown.findings() == (LATE, OPEN, GOOD)
    assert shown.summary.text() == "1 wrong · 1 not known"
    shown.set_findings([GOOD])
    assert shown.summary.text() == "nothing wrong in 1 check"
    assert tester.model() is shown.view.model()


def test_a_finding_is_told_and_copied_with_all_it_says(shown: FindingsList) -> None:
    shown.set_findings([LATE, GOOD])
    index = shown.view.model().index(0, 0)
    words = "Wrong: Expired 3 minutes ago. Nobody should accept it. Refresh it."
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == words
    shown.view.setCurrentIndex(index)
    QTest.keyClick(shown.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == words


def test_a_passed_one_unfolds_why_it_matters_when_it_is_chosen(shown: FindingsList) -> None:
    shown.set_findings([LATE, GOOD])
    shown.grab()
    good = shown.view.model().index(1, 0)
    folded = shown.view.visualRect(good).height()
    shown.view.setCurrentIndex(shown.view.model().index(0, 0))
    QTest.keyClick(shown.view, Qt.Key.Key_Down)
    shown.grab()
    assert shown.view.currentIndex() == good
    assert shown.view.visualRect(good).height() > folded
    assert "Anybody can write a token." in good.data(Qt.ItemDataRole.AccessibleTextRole)
    QTest.keyClick(shown.view, Qt.Key.Key_Up)
    shown.grab()
    assert shown.view.visualRect(good).height() == folded
    QTest.keyClick(shown.view, Qt.Key.Key_Down)
    shown.set_findings([GOOD])
    shown.grab()
    assert shown.view.visualRect(shown.view.model().index(0, 0)).height() == folded


def test_a_narrow_list_makes_its_rows_higher_and_cuts_no_word_off(shown: FindingsList) -> None:
    shown.set_findings([OPEN])
    index = shown.view.model().index(0, 0)
    shown.grab()
    wide = shown.view.visualRect(index)
    shown.resize(shown.minimumWidth(), 600)
    shown.grab()
    narrow = shown.view.visualRect(index)
    assert narrow.height() > wide.height()
    assert narrow.width() <= shown.view.viewport().width()


def test_a_countdown_leaves_the_list_where_it_is(shown: FindingsList) -> None:
    shown.resize(340, 120)
    shown.set_findings([*[GOOD] * 12, OPEN])
    shown.grab()
    shown.view.scrollToBottom()
    at = shown.view.verticalScrollBar().value()
    assert at > 0
    shown.set_findings([*[GOOD] * 12, Finding("unknown", "Whether it was revoked is not known.", "k" * 200)])
    shown.grab()
    assert shown.view.verticalScrollBar().value() >= at - 40


def test_every_row_can_be_scrolled_to_beside_the_bar_that_comes(shown: FindingsList) -> None:
    shown.resize(340, 200)
    shown.set_findings([*[GOOD] * 12, OPEN])
    shown.grab()
    shown.view.scrollToBottom()
    last = shown.view.visualRect(shown.view.model().index(12, 0))
    assert shown.view.verticalScrollBar().isVisible()
    assert last.bottom() <= shown.view.viewport().height()
    assert last.width() == shown.view.viewport().width()


async def test_another_token_is_read_from_its_first_finding(lonely: TokensPanel, tokens: TokenSet) -> None:
    lonely.resize(900, 420)
    lonely.take_text(tokens.id_token)
    lonely.grab()
    lonely.findings.view.scrollToBottom()
    assert lonely.findings.view.verticalScrollBar().value() > 0
    lonely.take_text(forged(token_use="id", sub="first", aud="x", iat=1))
    lonely.grab()
    assert lonely.findings.view.verticalScrollBar().value() == 0


async def test_the_claims_follow_the_findings_by_themselves(lonely: TokensPanel, tokens: TokenSet) -> None:
    claims = lonely.details.currentWidget()
    assert isinstance(claims, TokenClaims)
    assert not claims.isVisible()
    lonely.take_text(tokens.id_token)
    assert lonely.findings.findings()
    async with asyncio.timeout(10):
        while not (claims.isVisible() and claims.table.rowCount() > 5):  # noqa: ASYNC110  # Qt tells no one of it
            await asyncio.sleep(0)


async def test_a_tab_that_was_not_looked_at_has_the_token_on_show(lonely: TokensPanel, tokens: TokenSet) -> None:
    details = lonely.details
    lonely.take_text(forged(token_use="id", sub="first", aud="x", iat=1))
    lonely.take_text(tokens.id_token)
    for part in (details.header_view, details.payload, details.lifetimes, details.comparison, details.consumers):
        details.setCurrentWidget(part)
    assert details.header.rowCount() == 2
    assert "Moonlettr" in details.payload.text()
    assert len(details.consumers.answers.records()) > 5
    assert details.comparison.others_box.count() == 1


def test_buttons_that_do_not_fit_beside_the_tokens_stand_beneath(qtbot: QtBot, theme_app: Theme) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(900, 200)
    kind, buttons = QPushButton("ID"), [QPushButton("Refresh tokens") for _ in range(4)]
    bar = TokenBar(kind, buttons, page)
    bar.resize(900, 40)
    page.show()
    assert kind.y() == buttons[-1].y()
    assert buttons[-1].geometry().right() == bar.rect().right()
    bar.resize(bar.minimumSizeHint().width(), 80)
    QCoreApplication.sendPostedEvents()
    assert buttons[0].y() > kind.geometry().bottom()
    assert buttons[-1].geometry().right() <= bar.rect().right()
    for button in buttons[1:]:
        button.hide()
    for _ in range(2):  # first it is noticed, then laid out
        QCoreApplication.sendPostedEvents()
    assert buttons[0].y() == kind.y()


async def test_the_page_fits_a_small_window(lonely: TokensPanel, tokens: TokenSet) -> None:
    lonely.resize(720, 600)
    lonely.take_text(tokens.id_token)
    QCoreApplication.sendPostedEvents()
    last = lonely.paste_button
    assert last.mapTo(lonely, last.rect().bottomRight()).x() < lonely.width()
