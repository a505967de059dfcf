"""Questions that can be awaited. None of them starts an event loop of its own; Esc is always the safe answer."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QFontMetrics, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cognito_explorer.gui.lib.billable import BILLABLE, billable_badge
from cognito_explorer.gui.lib.faces import ErrorBanner
from cognito_explorer.gui.lib.form import Field, Form
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.typed_name import add_glance, typed_name_field

WIDTH_PX = 440
_BUTTON_SIDES_PX = 28
_SCREEN_SHARE = 0.9


class Dialog(QDialog):
    """A question as title, consequences as text, room for more, and verbs on the buttons: safe first, action last.

    Where the text says that it is billed, the badge stands beside the buttons.
    """

    def __init__(self, parent: QWidget | None, title: str, text: str = "") -> None:
        super().__init__(parent)
        title, text = privacy().in_text(title), privacy().in_text(text)
        self.setWindowTitle(title)
        self.setMinimumWidth(theme().px(WIDTH_PX))
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        if BILLABLE in text:
            self._buttons.addWidget(billable_badge())
        self._buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        heading = plain_label(title, "title", wrap=True)
        layout.addWidget(heading)
        if text:
            layout.addWidget(plain_label(text, wrap=True))
        layout.addLayout(self.body)
        layout.addStretch(1)
        layout.addSpacing(4)
        layout.addLayout(self._buttons)

    def add_safe(self, words: str) -> QPushButton:
        """The button that changes nothing."""
        button = _roomy_button(words)
        button.clicked.connect(self.reject)
        self._buttons.addWidget(button)
        return button

    def add_action(self, words: str, *, destructive: bool = False) -> QPushButton:
        """The button that does it; not yet connected where the answer must be checked first."""
        button = _roomy_button(words)
        if destructive:
            button.setProperty("kind", "danger")
        self._buttons.addWidget(button)
        return button

    @override
    def event(self, event: QEvent) -> bool:
        """Qt keeps a dialog's height when more is shown in it, and squeezes texts that are wrapped."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._grow()
        return is_done

    def _grow(self) -> None:
        layout = self.layout()
        wanted = layout.totalMinimumHeightForWidth(self.width()) if layout is not None else 0
        room = round(self.screen().availableGeometry().height() * _SCREEN_SHARE)
        if self.height() < min(wanted, room):
            self.resize(self.width(), min(wanted, room))


async def finished(dialog: QDialog) -> bool:
    """Open a dialog over its window and wait for its end; True if it was accepted. The dialog is deleted after."""
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    go_on = TaskScope.wait_for_person()
    dialog.finished.connect(lambda _code: go_on())
    dialog.finished.connect(partial(_resolve, future))
    dialog.destroyed.connect(partial(_abandon, future))
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()
    try:
        return await future == QDialog.DialogCode.Accepted.value
    finally:
        go_on()
        if shiboken6.isValid(dialog):
            dialog.hide()
            dialog.deleteLater()


async def confirm(
    parent: QWidget, *, title: str, text: str, action: str, keep: str = "Cancel", destructive: bool = False
) -> bool:
    """Ask before doing. The safe answer is the default; a destructive one is red and last."""
    dialog = Dialog(parent, title, text)
    safe = dialog.add_safe(keep)
    dialog.add_action(action, destructive=destructive).clicked.connect(dialog.accept)
    safe.setDefault(True)
    safe.setFocus()
    return await finished(dialog)


async def tell(parent: QWidget, *, title: str, text: str, close: str = "Close") -> None:
    """Say something that must be read. Where a toast or a banner does, use that."""
    dialog = Dialog(parent, title, text)
    dialog.add_safe(close).setDefault(True)
    await finished(dialog)


async def ask_text(
    parent: QWidget, *, title: str, label: str, text: str = "", value: str = "", action: str = "Save"
) -> str | None:
    """Ask for one line; None if it was called off."""
    form = Form([Field("answer", label, value=value, is_required=True)])
    return str(form.values()["answer"]) if await ask_form(parent, form, title=title, text=text, action=action) else None


async def ask_secret(
    parent: QWidget, *, title: str, label: str, text: str = "", action: str = "Continue"
) -> str | None:
    """Ask for a secret, hidden while it is typed; None if it was called off."""
    form = Form([Field("answer", label, kind="secret", is_required=True)])
    return str(form.values()["answer"]) if await ask_form(parent, form, title=title, text=text, action=action) else None


async def ask_typed_name(
    parent: QWidget, *, title: str, text: str, name: str, action: str = "Delete", keep: str = "Keep it"
) -> bool:
    """Ask for the name to be typed before something is gone for good."""
    dialog = Dialog(parent, title, text)
    form = Form([typed_name_field(name)])
    add_glance(form, name)
    dialog.body.addWidget(form)
    safe = dialog.add_safe(keep)
    button = dialog.add_action(action, destructive=True)
    button.setEnabled(False)

    def weigh() -> None:
        """Who typed the whole name has answered: Enter goes on, and until then it keeps."""
        is_named = form.values()["name"] == name
        button.setEnabled(is_named)
        (button if is_named else safe).setDefault(True)

    form.changed.connect(weigh)
    button.clicked.connect(dialog.accept)
    safe.setDefault(True)
    form.focus_first()
    return await finished(dialog)


async def confirm_with_care(
    parent: QWidget, *, title: str, text: str, action: str, keep: str, typed_name: str = ""
) -> bool:
    """Ask before something that hurts. With `typed_name`, as in production, that name must be typed first."""
    if typed_name:
        return await ask_typed_name(parent, title=title, text=text, name=typed_name, action=action, keep=keep)
    return await confirm(parent, title=title, text=text, action=action, keep=keep, destructive=True)


async def ask_form(
    parent: QWidget,
    form: Form,
    *,
    title: str,
    text: str = "",
    action: str = "Save",
    submit: Callable[[], Awaitable[object]] | None = None,
) -> bool:
    """Ask with a form. With `submit` the dialog stays until that succeeds: an error is shown, what was typed stays."""
    dialog = _FormDialog(parent, form, (title, text), action)
    dialog.submit = submit
    return await finished(dialog)


async def ask_open_file(parent: QWidget, *, title: str, kinds: str = "All files (*)") -> Path | None:
    """Ask which file to read; None if it was called off."""
    dialog = QFileDialog(parent, title, "", kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return await _chosen_file(dialog)


async def ask_save_file(parent: QWidget, *, title: str, name: str = "", kinds: str = "All files (*)") -> Path | None:
    """Ask where to write; None if it was called off. An existing file is asked about by the dialog itself."""
    dialog = QFileDialog(parent, title, name, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    return await _chosen_file(dialog)


class _Scrolled(QScrollArea):
    """Parts below each other that ask for all their height, and scroll where the screen has less."""

    def __init__(self, parts: Sequence[QWidget]) -> None:
        super().__init__()
        page = self._page = QWidget()
        page.setProperty("role", "scrolled")
        column = QVBoxLayout(page)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(12)
        for part in parts:
            # A button is as wide as its words.
            is_button = isinstance(part, QPushButton)
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft if is_button else Qt.AlignmentFlag(0))
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)
        page.installEventFilter(self)

    @override
    def sizeHint(self) -> QSize:
        return self._page.sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        wanted = self._page.sizeHint()
        # Where it scrolls, the bar takes its width from the form's.
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(wanted.width() + bar, min(wanted.height(), self.screen().availableGeometry().height() // 2))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class ScrollingDialog(Dialog):
    """A question with more parts than a small screen may have room for."""

    def add_parts(self, *parts: QWidget) -> None:
        """Put parts below each other where they scroll, above the buttons."""
        self.body.addWidget(_Scrolled(parts), 1)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Qt takes two thirds of the screen at most: a long form would scroll without need."""
        super().showEvent(event)
        if not event.spontaneous():
            room = self.screen().availableGeometry().height() * _SCREEN_SHARE
            self.resize(self.width(), max(self.height(), min(self.sizeHint().height(), round(room))))


class _FormDialog(ScrollingDialog):
    """A form whose action button checks it, and waits for the work if there is some."""

    def __init__(self, parent: QWidget, form: Form, words: tuple[str, str], action: str) -> None:
        super().__init__(parent, *words)
        self.submit: Callable[[], Awaitable[object]] | None = None
        self._form = form
        self._tasks = TaskScope(self)
        self._banner = ErrorBanner()
        self._banner.retry_button.hide()
        self.body.addWidget(self._banner)
        self.add_parts(form)
        self.add_safe("Cancel")
        self._action = self.add_action(action)
        self._action.setDefault(True)
        self._action.clicked.connect(self._try)
        self._tasks.busy_changed.connect(lambda is_busy: self._action.setEnabled(not is_busy))
        self._tasks.failed.connect(lambda _name, error: self._banner.show_error(error))
        form.focus_first()

    def _try(self) -> None:
        if not self._form.check():
            return
        if self.submit is None:
            self.accept()
            return
        self._banner.dismiss()
        self._tasks.start("submit", self._work(self.submit))

    async def _work(self, submit: Callable[[], Awaitable[object]]) -> None:
        await submit()
        self.accept()


async def _chosen_file(dialog: QFileDialog) -> Path | None:
    chosen: list[str] = []
    dialog.fileSelected.connect(chosen.append)
    return Path(chosen[0]) if await finished(dialog) and chosen else None


def _roomy_button(words: str) -> QPushButton:
    """The style sheet sets the default button in bold, which Qt does not reckon with when it asks for the width."""
    button = QPushButton(words)
    button.setMinimumWidth(QFontMetrics(theme().font(is_bold=True)).horizontalAdvance(words) + _BUTTON_SIDES_PX)
    return button


def _resolve(future: "asyncio.Future[int]", code: int) -> None:
    if not future.done():
        future.set_result(code)


def _abandon(future: "asyncio.Future[int]", _destroyed: object = None) -> None:
    future.cancel()
