"""Dialogs are awaited, answered by real clicks and keys, and Esc is always the safe answer."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.gui.lib.dialogs import (
    Dialog,
    ask_form,
    ask_secret,
    ask_text,
    ask_typed_name,
    confirm,
)
from cognito_explorer.gui.lib.faces import ErrorBanner
from cognito_explorer.gui.lib.form import Field, Form
from cognito_explorer.gui.lib.labels import breakable, plain_label
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.tasks import Activity, TaskScope
from cognito_explorer.gui.lib.theme import Theme

pytestmark = pytest.mark.usefixtures("theme_app")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window to ask over."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(800, 600)
    widget.show()
    return widget


async def answered(
    window: QWidget, question: Coroutine[Any, Any, object], act: Callable[[Dialog], object]
) -> list[object]:
    """Ask, let `act` answer the open dialog, and give back what the question gave."""
    scope, answers = TaskScope(window), list[object]()

    async def ask() -> None:
        answers.append(await question)

    scope.start("ask", ask())
    await asyncio.sleep(0)
    (dialog,) = window.findChildren(Dialog)
    act(dialog)
    await scope.idle()
    return answers


def click(words: str) -> Callable[[Dialog], None]:
    def act(dialog: Dialog) -> None:
        button = next(button for button in dialog.findChildren(QPushButton) if button.text() == words)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    return act


def press(key: Qt.Key) -> Callable[[Dialog], None]:
    return lambda dialog: QTest.keyClick(dialog, key)


def type_in(text: str, then: Callable[[Dialog], object]) -> Callable[[Dialog], None]:
    def act(dialog: Dialog) -> None:
        line = dialog.findChild(QLineEdit)
        assert line is not None
        QTest.keyClicks(line, text)
        then(dialog)

    return act


def question(window: QWidget) -> Coroutine[Any, Any, bool]:
    return confirm(
        window, title="Delete ada?", text="It cannot be undone.", action="Delete", keep="Keep it", destructive=True
    )


@pytest.mark.parametrize(
    ("act", "expected"),
    [(click("Delete"), True), (click("Keep it"), False), (press(Qt.Key.Key_Escape), False)],
    ids=["the action", "the safe button", "Esc"],
)
async def test_a_confirmation_is_answered_by(window: QWidget, act: Callable[[Dialog], object], expected: bool) -> None:
    assert await answered(window, question(window), act) == [expected]


async def test_enter_takes_the_safe_answer_and_the_destructive_button_is_red_and_last(window: QWidget) -> None:
    def act(dialog: Dialog) -> None:
        buttons = dialog.findChildren(QPushButton)
        assert [button.text() for button in buttons] == ["Keep it", "Delete"]
        assert buttons[-1].property("kind") == "danger"
        assert buttons[0].isDefault()
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    assert await answered(window, question(window), act) == [False]


async def test_the_name_must_be_typed_before_the_button_works(window: QWidget) -> None:
    asked = ask_typed_name(window, title="Delete the pool?", text="All users go.", name="moonletter")

    def act(dialog: Dialog) -> None:
        button = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Delete")
        type_in("moonlette", lambda _dialog: None)(dialog)
        assert not button.isEnabled()
        type_in("r", click("Delete"))(dialog)

    assert await answered(window, asked, act) == [True]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("moonlette", False),
        ("moonletter", True),
        ("  moonletter ", True),
        ("Moonletter", False),
        ("moon letter", False),
        ("moonletter.", False),
    ],
)
async def test_enter_goes_on_once_the_whole_name_is_typed(window: QWidget, typed: str, expected: bool) -> None:
    asked = ask_typed_name(window, title="Delete the pool?", text="All users go.", name="moonletter")
    assert await answered(window, asked, type_in(typed, press(Qt.Key.Key_Return))) == [expected]


async def test_a_masked_name_is_shown_only_while_the_button_is_held(window: QWidget, settings: Settings) -> None:
    name = "ada@moonletter.example"
    privacy().switch(on=True)
    asked = ask_typed_name(window, title=f"Delete {name}?", text="They go.", name=name)

    def shown(dialog: Dialog) -> str:
        return " ".join(label.text() for label in dialog.findChildren(QLabel)).replace("\u200b", "")

    def act(dialog: Dialog) -> None:
        assert name not in shown(dialog)
        button = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Hold to see it")
        QTest.mousePress(button, Qt.MouseButton.LeftButton)
        assert name in shown(dialog)
        QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
        assert name not in shown(dialog)
        type_in(name, click("Delete"))(dialog)

    assert await answered(window, asked, act) == [True]
    privacy().switch(on=False)


async def test_a_name_that_is_changed_again_makes_enter_keep(window: QWidget) -> None:
    asked = ask_typed_name(window, title="Delete the pool?", text="All users go.", name="moonletter")

    def act(dialog: Dialog) -> None:
        type_in("moonletter", lambda _dialog: None)(dialog)
        type_in("s", press(Qt.Key.Key_Return))(dialog)

    assert await answered(window, asked, act) == [False]


async def test_a_text_is_asked_for_and_enter_gives_it(window: QWidget) -> None:
    asked = ask_text(window, title="Rename", label="Name")
    assert await answered(window, asked, type_in("free", press(Qt.Key.Key_Return))) == ["free"]


async def test_a_text_called_off_is_none(window: QWidget) -> None:
    asked = ask_text(window, title="Rename", label="Name", value="old")
    assert await answered(window, asked, press(Qt.Key.Key_Escape)) == [None]


async def test_a_secret_is_hidden_while_typed(window: QWidget) -> None:
    def act(dialog: Dialog) -> None:
        line = dialog.findChild(QLineEdit)
        assert line is not None
        assert line.echoMode() is QLineEdit.EchoMode.Password
        type_in(" s3cret ", click("Continue"))(dialog)

    assert await answered(window, ask_secret(window, title="Password", label="Password"), act) == [" s3cret "]


async def test_a_form_whose_work_fails_stays_open_with_what_was_typed(window: QWidget) -> None:
    tries = list[str]()
    form = Form([Field("name", "Name", is_required=True)])

    async def submit() -> None:
        tries.append(str(form.values()["name"]))
        if len(tries) == 1:
            raise ExplorerError("That name is taken.", "Choose another one.")

    scope, answers = TaskScope(window), list[bool]()

    async def ask() -> None:
        answers.append(await ask_form(window, form, title="Create a group", action="Create", submit=submit))

    scope.start("ask", ask())
    await asyncio.sleep(0)
    (dialog,) = window.findChildren(Dialog)
    (inner,) = dialog.findChildren(TaskScope)
    click("Create")(dialog)
    assert form.problems() == {"name": "Name is needed."}
    type_in("free", click("Create"))(dialog)
    await inner.idle()
    await asyncio.sleep(0)
    banner = dialog.findChild(ErrorBanner)
    assert banner is not None
    assert banner.isVisible()
    assert form.values() == {"name": "free"}
    click("Create")(dialog)
    await scope.idle()
    assert (tries, answers) == (["free", "free"], [True])


async def test_a_window_destroyed_under_a_question_ends_the_question() -> None:
    window, after = QWidget(), list[str]()
    scope = TaskScope(window)

    async def ask() -> None:
        await question(window)
        after.append("ran on")

    scope.start("ask", ask())
    await asyncio.sleep(0)
    shiboken6.delete(window)
    await scope.idle()
    assert after == []


async def test_a_question_leaves_no_dialog_behind(window: QWidget, qapp: QApplication) -> None:
    await answered(window, question(window), click("Delete"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not [dialog for dialog in window.findChildren(Dialog) if dialog.isVisible()]


async def test_a_question_that_waits_for_an_answer_is_no_running_work() -> None:
    owner, activity, gate = QWidget(), Activity(), asyncio.Event()
    scope, busy = TaskScope(owner, activity), list[bool]()
    scope.busy_changed.connect(busy.append)

    async def ask_and_work() -> None:
        if await confirm(owner, title="Delete it?", text="It is gone then.", action="Delete"):
            await gate.wait()

    scope.start("delete", ask_and_work(), label="Deleting")
    assert [task.label for task in activity.running()] == ["Deleting"]
    await asyncio.sleep(0)
    assert activity.running() == ()
    assert not scope.is_busy
    owner.findChildren(Dialog)[0].accept()
    assert [task.label for task in activity.running()] == ["Deleting"]
    gate.set()
    await scope.idle()
    assert busy == [True, False, True, False]
    owner.deleteLater()


async def test_every_button_of_a_question_has_room_for_its_words_in_bold(theme_app: Theme, qtbot: QtBot) -> None:
    dialog = Dialog(None, "Disable ada?", "They cannot sign in.")
    qtbot.addWidget(dialog)
    buttons = (dialog.add_safe("Keep enabled"), dialog.add_action("Disable", destructive=True))
    buttons[0].setDefault(True)
    dialog.show()
    bold = QFontMetrics(theme_app.font(is_bold=True))
    for button in buttons:
        assert button.width() >= bold.horizontalAdvance(button.text()) + 26


async def test_a_form_that_grows_by_its_complaints_never_covers_the_buttons(window: QWidget) -> None:
    fields = [Field(f"f{number}", f"Field {number}", is_required=True, hint="Said beneath it.") for number in range(6)]
    words = "A sentence that is long enough to be broken over several lines of a narrow question. " * 3
    form = Form(fields)

    def act(dialog: Dialog) -> None:
        QApplication.processEvents()
        button = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Create")
        for _ in range(2):
            (area,) = dialog.findChildren(QScrollArea)
            assert area.geometry().bottom() < button.geometry().top()
            button.click()
            QApplication.processEvents()
        dialog.reject()

    await answered(window, ask_form(window, form, title="Create a user?", text=words, action="Create"), act)


@pytest.mark.parametrize("scale", [1.0, 1.5])
async def test_a_dialog_grows_with_what_is_shown_in_it_later(window: QWidget, theme_app: Theme, scale: float) -> None:
    theme_app.set_scale(scale)
    dialog = Dialog(window, "Sign in for “Corporate production single sign-on”", "What was begun goes on. " * 6)
    code = plain_label("", "title")
    page = plain_label("", "small", wrap=True)
    for part in (code, page):
        dialog.body.addWidget(part)
        part.hide()
    dialog.add_safe("Cancel")
    dialog.open()
    QApplication.processEvents()
    code.setText("GJQY-PQGJ")
    page.setText(breakable("https://device.sso.eu-central-1.amazonaws.com/" + "start_url/" * 20))
    for part in (code, page):
        part.show()
    QApplication.processEvents()
    assert code.height() >= code.sizeHint().height()
    assert page.height() >= page.heightForWidth(page.width())
    assert dialog.height() < dialog.screen().availableGeometry().height()
    dialog.reject()
    theme_app.set_scale(1.0)
