"""A copied secret leaves the clipboard in time, and nobody else's text goes with it."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cognito_explorer.gui.lib.clipboard import concealed, copy_secret, what_becomes_of_secret
from cognito_explorer.gui.lib.text_view import SecretText
from cognito_explorer.gui.lib.theme import Theme

SECRET = "eyJhbGciOiJSUzI1NiJ9.secret"


@pytest.fixture
def page(qtbot: QtBot, theme_app: Theme) -> QWidget:
    QGuiApplication.clipboard().clear()
    QApplication.sendPostedEvents()
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def stays() -> list[QTimer]:
    return [timer for timer in QGuiApplication.clipboard().findChildren(QTimer) if timer.isActive()]


def let_a_minute_pass(qtbot: QtBot) -> None:
    """The timer that waits a minute is told to wait no more, and comes as it would."""
    (timer,) = stays()
    assert timer.interval() == 60_000
    with qtbot.waitSignal(timer.timeout):
        timer.setInterval(0)


def test_a_secret_leaves_the_clipboard_after_a_minute(qtbot: QtBot, page: QWidget) -> None:
    copy_secret(page, SECRET, "the token")
    assert QGuiApplication.clipboard().text() == SECRET
    let_a_minute_pass(qtbot)
    assert QGuiApplication.clipboard().text() == ""
    assert stays() == []


def test_a_text_of_somebody_else_stays(qtbot: QtBot, page: QWidget, qapp: QApplication) -> None:
    copy_secret(page, SECRET, "the token")
    QGuiApplication.clipboard().setText("somebody else's")
    let_a_minute_pass(qtbot)
    assert QGuiApplication.clipboard().text() == "somebody else's"
    copy_secret(page, SECRET, "the token")
    QGuiApplication.clipboard().setText("somebody else's")
    QTimer.singleShot(0, qapp, lambda: qapp.exit(0))
    qapp.exec()
    assert QGuiApplication.clipboard().text() == "somebody else's"


def test_a_secret_leaves_the_clipboard_when_the_app_ends(page: QWidget, qapp: QApplication) -> None:
    copy_secret(page, SECRET, "the token")
    QTimer.singleShot(0, qapp, lambda: qapp.exit(0))
    qapp.exec()
    assert QGuiApplication.clipboard().text() == ""


def test_a_secret_that_is_copied_again_has_its_whole_minute(qtbot: QtBot, page: QWidget) -> None:
    copy_secret(page, SECRET, "the token")
    (first,) = stays()
    copy_secret(page, SECRET, "the token")
    assert not first.isActive()
    assert QGuiApplication.clipboard().text() == SECRET
    let_a_minute_pass(qtbot)
    assert QGuiApplication.clipboard().text() == ""


@pytest.mark.parametrize(
    ("platform", "marks"),
    [
        ("linux", {"x-kde-passwordManagerHint": b"secret"}),
        (
            "win32",
            {
                "ExcludeClipboardContentFromMonitorProcessing": b"1",
                "CanIncludeInClipboardHistory": bytes(4),
                "CanUploadToCloudClipboard": bytes(4),
            },
        ),
        ("darwin", {}),
    ],
)
def test_a_secret_bears_the_mark_its_system_knows(platform: str, marks: dict[str, bytes], qapp: QApplication) -> None:
    data = concealed(SECRET, platform)
    assert data.text() == SECRET
    assert {name: data.data(name).data() for name in data.formats() if name != "text/plain"} == marks


@pytest.mark.parametrize(("platform", "is_warned"), [("linux", False), ("win32", False), ("darwin", True)])
def test_where_no_mark_can_be_made_it_is_said(platform: str, is_warned: bool) -> None:
    assert ("history" in what_becomes_of_secret(platform)) is is_warned


def test_what_is_copied_out_of_a_shown_secret_leaves_as_well(qtbot: QtBot, page: QWidget) -> None:
    secret = SecretText("token", page)
    secret.set_secret(SECRET, "")
    secret.show()
    secret.reveal_button.click()
    secret.editor.selectAll()
    secret.editor.setFocus()
    QTest.keySequence(secret.editor, "Ctrl+C")
    assert QGuiApplication.clipboard().text() == SECRET
    let_a_minute_pass(qtbot)
    assert QGuiApplication.clipboard().text() == ""
