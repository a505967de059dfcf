"""What tests of the tokens page share: a sign-in's tokens, a page on its pool, a page without a connection."""

import asyncio
import base64
import json
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.workspace import Page, PageKind, Workspace
from tests.gui.auth.opened_pages import OpenedPages
from tests.sandbox_fixture import RunningSandbox
from tests.signed_in import signed_in

CLIENT_ID = "3moonletterweb7k2q9v5d1h8s"


@pytest.fixture
def tokens(demo_sandbox: RunningSandbox) -> TokenSet:
    """Ada's, by password."""
    return signed_in(demo_sandbox, "ada")


@pytest.fixture
async def panel(qtbot: QtBot, page: Page, workspace: Workspace, opened: OpenedPages) -> TokensPanel:
    return await shown(qtbot, TokensPanel(replace(page, kind=PageKind.TOKENS), workspace))


@pytest.fixture
async def lonely(qtbot: QtBot, theme_app: Theme) -> TokensPanel:
    """Without a connection."""
    return await shown(qtbot, TokensPanel(Page(PageKind.TOKENS), Workspace()))


async def shown(qtbot: QtBot, panel: TokensPanel) -> TokensPanel:
    qtbot.addWidget(panel)
    panel.resize(1040, 700)
    panel.show()
    await panel.tasks.idle()
    return panel


def titles(panel: TokensPanel) -> list[str]:
    return [finding.title for finding in panel.findings.findings()]


def paste(panel: TokensPanel, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    panel.paste_field.editor.setFocus()
    QTest.keyClick(panel.paste_field.editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def painted_texts(panel: QWidget) -> list[str]:
    found = [label.text() for label in panel.findChildren(QLabel)]
    found += [button.text() for button in panel.findChildren(QPushButton)]
    return found + [each.toolTip() for each in panel.findChildren(QWidget)]


def forged(**claims: object) -> str:
    """Signed by nobody, at the length that signatures have."""
    parts = ({"alg": "RS256", "kid": "nobody"}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in parts]
    return f"{encoded[0]}.{encoded[1]}.{'A' * 342}"


async def confirm_dialog(panel: QWidget, words: str) -> None:
    await asyncio.sleep(0)
    dialog = panel.findChild(Dialog)
    assert dialog is not None
    next(button for button in dialog.findChildren(QPushButton) if button.text() == words).click()


async def laid_out() -> None:
    """Texts that are new need several rounds of layout, and what waits for those comes after."""
    for _ in range(5):
        await asyncio.sleep(0)
