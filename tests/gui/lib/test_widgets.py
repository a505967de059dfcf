"""Small widgets: plain text always, secrets masked, toasts that act, forms that say what is wrong."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.gui.lib.badge import StatusBadge
from cognito_explorer.gui.lib.crash import CrashReporter
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.faces import EmptyFace, ErrorBanner
from cognito_explorer.gui.lib.facts import Fact, FactList
from cognito_explorer.gui.lib.form import Field, Form
from cognito_explorer.gui.lib.labels import ElidedLabel
from cognito_explorer.gui.lib.remembering import RememberedSplitter, remember_window, restore_window
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.text_view import SecretLabel, TextView
from cognito_explorer.gui.lib.toast import KEEP_CLEAR, Toasts, toast
from cognito_explorer.gui.lib.tokens import Tone

pytestmark = pytest.mark.usefixtures("theme_app")

HOSTILE = '<img src="file:///etc/passwd"><b>bold</b> & <a href="http://evil.test">click</a>'


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(800, 600)
    widget.show()
    return widget


def hostile_widgets() -> list[QWidget]:
    banner, empty, view = ErrorBanner(), EmptyFace(), TextView(HOSTILE)
    banner.show_error(ExplorerError(HOSTILE, HOSTILE, code=HOSTILE))
    empty.show_text(HOSTILE, HOSTILE)
    view.set_text(HOSTILE)
    facts = FactList([Fact(HOSTILE, HOSTILE, hint=HOSTILE), Fact("id", HOSTILE, is_identifier=True)])
    form = Form([Field("key", HOSTILE, hint=HOSTILE)])
    form.show_error("key", HOSTILE)
    return [banner, empty, view, facts, form, StatusBadge(HOSTILE, Tone.BAD, "error"), Dialog(None, HOSTILE, HOSTILE)]


def test_no_widget_takes_outside_text_for_markup(qtbot: QtBot, window: QWidget) -> None:
    widgets = [*hostile_widgets(), toast(window, HOSTILE)]
    for widget in widgets:
        qtbot.addWidget(widget)
    labels = [label for widget in widgets for label in widget.findChildren(QLabel)]
    assert len(labels) >= 12
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


def test_tooltips_of_outside_text_are_escaped() -> None:
    assert "<img" not in ElidedLabel(HOSTILE).toolTip()
    assert "&lt;img" in ElidedLabel(HOSTILE).toolTip()


def test_an_elided_label_keeps_the_whole_text(qtbot: QtBot) -> None:
    label = ElidedLabel("arn:aws:cognito-idp:us-east-1:210987654321:userpool/us-east-1_AbCdEfGhI", middle=True)
    qtbot.addWidget(label)
    label.resize(80, 20)
    assert label.text() == label.toolTip() == label.accessibleName()


def test_a_secret_is_masked_until_asked_for_and_again_when_hidden(qtbot: QtBot) -> None:
    secret = SecretLabel("secret access key", "wJalrXUtnFEMI")
    qtbot.addWidget(secret)
    secret.show()
    assert "wJalr" not in secret.shown_text()
    assert "wJalr" not in secret.findChildren(ElidedLabel)[0].toolTip()
    QTest.mouseClick(secret.reveal_button, Qt.MouseButton.LeftButton)
    assert secret.shown_text() == "wJalrXUtnFEMI"
    secret.hide()
    assert "wJalr" not in secret.shown_text()


def test_a_secret_can_be_copied_without_being_shown(qtbot: QtBot) -> None:
    secret = SecretLabel("secret access key", "wJalrXUtnFEMI")
    qtbot.addWidget(secret)
    secret.show()
    QTest.mouseClick(secret.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "wJalrXUtnFEMI"
    assert "wJalr" not in secret.shown_text()


def test_a_copied_secret_does_not_outlive_the_app(qtbot: QtBot, qapp: QApplication) -> None:
    secret = SecretLabel("secret access key", "wJalrXUtnFEMI")
    qtbot.addWidget(secret)
    secret.show()
    QTest.mouseClick(secret.copy_button, Qt.MouseButton.LeftButton)
    QTimer.singleShot(0, qapp, lambda: qapp.exit(0))
    qapp.exec()
    assert QGuiApplication.clipboard().text() == ""


def test_a_toast_s_button_acts_once_and_ends_it(window: QWidget) -> None:
    done = list[str]()
    note = toast(window, "Disabled ada.", action=("Undo", lambda: done.append("undone")))
    assert note.isVisible()
    QTest.mouseClick(note.action_button, Qt.MouseButton.LeftButton)
    assert done == ["undone"]
    assert not note.isVisible()


def test_a_click_anywhere_on_a_toast_takes_it_off_what_it_covers(window: QWidget) -> None:
    done: list[str] = []
    note = toast(window, "Disabled ada.", action=("Undo", lambda: done.append("undone")))
    QTest.mouseClick(note.findChildren(QLabel)[0], Qt.MouseButton.LeftButton)
    assert not note.isVisible()
    assert not done


async def test_a_toast_lies_over_no_banner_whichever_came_first(window: QWidget) -> None:
    banner = ErrorBanner()
    column = QVBoxLayout(window)
    column.addStretch(1)
    column.addWidget(banner)
    banner.hide()
    toast(window, "Profile saved.")
    banner.show_error(ExplorerError("You may not do this.", "Ask for the permission.", code="AccessDenied"))
    (host,) = window.findChildren(Toasts)
    low = host.geometry().top()
    await loop_turns()
    assert not host.geometry().intersects(banner.geometry())
    toast(window, "Copied.")
    assert not host.geometry().intersects(banner.geometry())
    for note in host.shown()[1:]:
        note.leave()
    banner.dismiss()
    await loop_turns()
    assert host.geometry().top() == low


async def loop_turns() -> None:
    """What is posted and what is due at once has been done."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_toast_leaves_a_page_s_main_buttons_free(window: QWidget) -> None:
    window.resize(900, 600)
    window.show()
    for number, place in enumerate((240, 400, 560)):
        button = QPushButton("Begin", window)
        button.setProperty(*(("kind", "primary") if number == 0 else (KEEP_CLEAR, True)))
        button.setGeometry(place, 480, 120, 28)
        button.show()
    toast(window, "There is another version of the profile that you used last; it was loaded.")
    (host,) = window.findChildren(Toasts)
    assert not [
        each
        for each in window.findChildren(QPushButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if host.geometry().intersects(each.geometry())
    ]
    assert host.geometry().bottom() < 480


def test_a_toast_that_makes_way_for_a_button_comes_to_lie_over_no_banner(window: QWidget) -> None:
    window.resize(900, 600)
    banner, button = ErrorBanner(window), QPushButton("Begin", window)
    banner.show_error(ExplorerError("You may not do this.", "Ask for the permission.", code="AccessDenied"))
    button.setProperty("kind", "primary")
    button.setGeometry(400, 490, 120, 28)
    banner.setGeometry(0, 420, 900, 60)
    button.show()
    toast(window, "Profile saved.")
    (host,) = window.findChildren(Toasts)
    assert not host.geometry().intersects(button.geometry())
    assert not host.geometry().intersects(banner.geometry())


def test_a_fourth_toast_makes_the_oldest_go(window: QWidget) -> None:
    for number in range(4):
        toast(window, f"Note {number}")
    (host,) = window.findChildren(Toasts)
    assert [note.text for note in host.shown()] == ["Note 1", "Note 2", "Note 3"]


def test_facts_can_be_copied_and_times_are_relative(window: QWidget) -> None:
    facts = FactList([Fact("Sub", "9f0c-1", is_identifier=True), Fact("Made", datetime.now(UTC) - timedelta(days=3))])
    facts.setParent(window)
    facts.show()
    assert "3 days ago" in {label.text() for label in facts.findChildren(QLabel)}
    (button,) = facts.findChildren(QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "9f0c-1"
    assert "Copied sub." in {label.text() for label in window.findChildren(QLabel)}


def sample_form() -> Form:
    return Form(
        [
            Field("name", "Name", is_required=True, max_length=8),
            Field("mail", "E-mail", check=lambda text: "" if "@" in text else "An e-mail address has an @."),
            Field("plan", "Plan", kind="choice", value="b", choices=(("a", "Free"), ("b", "Paid"))),
            Field("notify", "Notify & invite", kind="flag", value=True),
            Field("password", "Password", kind="secret"),
        ]
    )


def test_a_form_gives_values_and_says_what_is_wrong(qtbot: QtBot) -> None:
    form = sample_form()
    qtbot.addWidget(form)
    form.show()
    assert form.values() == {"name": "", "mail": "", "plan": "b", "notify": True, "password": ""}
    mail = form.editor("mail")
    QTest.keyClicks(mail, "ada")
    assert not form.check()
    shown = {label.text() for label in form.findChildren(QLabel) if label.isVisible()}
    assert {"Name is needed.", "An e-mail address has an @."} <= shown
    QTest.keyClicks(form.editor("name"), "Ada Lovelace")
    QTest.keyClicks(mail, "@moonletter.example")
    assert form.check()
    assert form.values()["name"] == "Ada Love"
    assert form.is_changed()


def test_every_field_has_an_accelerator_of_its_own(qtbot: QtBot) -> None:
    form = sample_form()
    qtbot.addWidget(form)
    words = [label.text() for label in form.findChildren(QLabel) if label.buddy() is not None]
    words += [box.text() for box in form.findChildren(QCheckBox)]
    letters = [text.replace("&&", "").split("&")[1][0].lower() for text in words]
    assert len(set(letters)) == len(letters) == 5


def test_an_accelerator_goes_to_its_field(qtbot: QtBot) -> None:
    form = sample_form()
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    assert QTest.qWaitForWindowActive(form)
    form.focus_first()
    QTest.keyClick(form.editor("name"), Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    assert isinstance(form.focusWidget(), QComboBox)


def test_enter_in_a_line_submits(qtbot: QtBot) -> None:
    form, told = sample_form(), list[int]()
    qtbot.addWidget(form)
    form.submitted.connect(lambda: told.append(1))
    QTest.keyClick(form.editor("name"), Qt.Key.Key_Return)
    assert told == [1]


def test_a_splitter_and_a_window_come_back_as_they_were(qtbot: QtBot, window: QWidget) -> None:
    def split() -> RememberedSplitter:
        splitter = RememberedSplitter("main", Qt.Orientation.Horizontal)
        qtbot.addWidget(splitter)
        splitter.addWidget(QLineEdit())
        splitter.addWidget(QLineEdit())
        splitter.resize(600, 100)
        splitter.restore([200, 400])
        splitter.show()
        return splitter

    first = split()
    first.moveSplitter(300, 1)
    assert split().sizes() == first.sizes() != [200, 400]
    window.resize(640, 480)
    remember_window(window, "main")
    window.resize(300, 200)
    restore_window(window, "main")
    assert window.width() == 640


def test_settings_keep_words_numbers_and_lists(settings: Settings) -> None:
    settings.put("flag", True)
    settings.put("list", ["a", "b"])
    settings.put("number", 1.5)
    settings.sync()
    again = Settings()
    assert (again.flag("flag"), again.texts("list"), again.number("number", 0)) == (True, ["a", "b"], 1.5)
    again.put("number", "broken")
    assert again.number("number", 7) == 7


async def test_an_unexpected_error_opens_one_dialog_without_secrets(
    window: QWidget, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, qtbot: QtBot
) -> None:
    reporter = CrashReporter(lambda: "1.2.3", window)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    for number in range(2):
        try:
            raise ValueError(f"problem {number}: password=Moonletter-2026 for ada@moonletter.example")
        except ValueError as error:
            reporter.hear(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    qtbot.waitUntil(lambda: "problem 1" in window.findChildren(TextView)[0].text())
    assert len(window.findChildren(Dialog)) == 1
    report = window.findChildren(TextView)[0].text()
    assert "problem 0" in report
    assert "Moonletter-2026" not in report
    assert "ada@" not in report
    assert "Moonletter-2026" not in caplog.text
    caplog.clear()
