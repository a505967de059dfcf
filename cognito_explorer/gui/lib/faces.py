"""What a panel shows instead of, or above, its content: skeleton, emptiness, an error, a busy bar."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.core.errors import ExplorerError, NotOffered
from cognito_explorer.gui.lib.clipboard import copy
from cognito_explorer.gui.lib.elided_button import ElidedButton
from cognito_explorer.gui.lib.explaining import explaining
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import IconLabel, breakable, plain_label, set_property
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.toast import BANNER, stand_clear
from cognito_explorer.gui.lib.tokens import Tone

_FRAME_MS = 40
_NARROWEST_PX = 200


class BusyBar(QWidget):
    """A thin bar that runs while work is under way. Takes no room of its own away when it stands still."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(2)
        self._step = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._advance)

    @property
    def is_running(self) -> bool:
        """Whether the bar is moving."""
        return self._timer.isActive()

    def set_running(self, running: bool) -> None:
        """Start or stop."""
        self._step = 0
        if running:
            self._timer.start()
        else:
            self._timer.stop()
        self.update()

    def _advance(self) -> None:
        self._step += 1
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.is_running:
            return
        painter = QPainter(self)
        length = max(48, self.width() // 4)
        left = (self._step * 14) % (self.width() + length) - length
        painter.fillRect(left, 0, length, 2, QColor(theme().tokens.accent))
        painter.end()


class Skeleton(QWidget):
    """Grey bars where rows will be, breathing slowly."""

    _WIDTHS = (0.62, 0.48, 0.71, 0.55, 0.66, 0.42, 0.58, 0.50)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Loading")

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().tokens.skeleton))
        row, bar = theme().row_height(), theme().px(10)
        usable = self.width() - 48
        for number in range(min(14, max(1, (self.height() - 16) // row))):
            top = 16 + number * row + (row - bar) / 2
            painter.setOpacity(max(0.15, 1 - number * 0.065))
            share = self._WIDTHS[number % len(self._WIDTHS)]
            painter.drawRoundedRect(QRectF(16, top, usable * 0.22, bar), 4, 4)
            painter.drawRoundedRect(QRectF(32 + usable * 0.22, top, usable * share, bar), 4, 4)
        painter.end()


class EmptyFace(QWidget):
    """What the list would hold, and the button that fills it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("", Tone.MUTED, 32)
        self._text = plain_label("", "section")
        self._hint = plain_label("", "muted", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.button = QPushButton()
        self.button.setProperty("kind", "primary")
        self._run: Callable[[], object] = lambda: None
        self.button.clicked.connect(lambda: self._run())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(8)
        layout.addStretch(2)
        for part in (self._icon, self._text, self._hint):
            layout.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(8)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_text(self, text: str, hint: str = "", *, icon_name: str = "") -> None:
        """Set the words."""
        self._text.setText(text)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._fit_hint()
        self._icon.set_icon(icon_name, Tone.MUTED)
        self._icon.setVisible(bool(icon_name))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(_NARROWEST_PX), super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_hint()

    def _fit_hint(self) -> None:
        """A wrapped label in a centred place needs its width and height said, or Qt cuts off its second line."""
        hint = self._hint.text()
        room = max(theme().px(_NARROWEST_PX), self.width()) - 48
        width = min(theme().px(420), room, self._hint.fontMetrics().horizontalAdvance(hint) + 8)
        self._hint.setFixedWidth(width)
        self._hint.setMinimumHeight(self._hint.heightForWidth(width) if hint else 0)

    def set_action(self, title: str, run: Callable[[], object] | None) -> None:
        """Set the button; without a title there is none."""
        self.button.setText(title)
        self.button.setVisible(bool(title) and run is not None)
        self._run = run or (lambda: None)


class ErrorBanner(QFrame):
    """What happened, what to do, the code small beneath; Retry and Copy details. Content stays visible below.

    No letters to press with Alt: several banners may stand in one window.
    """

    retry_wanted = Signal()
    explain_wanted = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None, *, is_narrow: bool = False) -> None:
        super().__init__(parent)
        self._is_narrow = is_narrow
        self.setObjectName(BANNER)
        self._error: ExplorerError | None = None
        self._took_retry_away = False
        self._buttons = QHBoxLayout()
        self._title = plain_label("", "section", wrap=True, selectable=True)
        self._hint = plain_label("", wrap=True, selectable=True)
        self._code = plain_label("", "small", wrap=True, selectable=True)
        self._sign = IconLabel("error", Tone.BAD, 20)
        self.retry_button = ElidedButton("Retry", icon("refresh"))
        self.explain_button = QPushButton(icon("help"), "Explain")
        self.copy_button = QPushButton(icon("copy"), "" if is_narrow else "Copy details")
        self.copy_button.setToolTip("Copy details" if is_narrow else "")
        self.copy_button.setAccessibleName("Copy details")
        self.close_button = QPushButton(icon("close", Tone.MUTED), "")
        self.close_button.setProperty("kind", "icon")
        self.close_button.setToolTip("Dismiss")
        self.close_button.setAccessibleName("Dismiss")
        self.retry_button.clicked.connect(self.retry_wanted)
        self.explain_button.clicked.connect(self._explain)
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.dismiss)
        privacy().changed.connect(self._show_words)
        self._arrange()
        self.hide()

    @property
    def error(self) -> ExplorerError | None:
        """The error shown, or None."""
        return self._error

    def show_error(self, error: ExplorerError, *, retry: str = "") -> None:
        """Show what happened; `retry` says on the button what it will do. What an endpoint lacks is no alarm."""
        self._error = error
        lacks = isinstance(error, NotOffered)
        set_property(self, "lacks", "true" if lacks else "false")
        self._sign.set_icon("info" if lacks else "error", Tone.MUTED if lacks else Tone.BAD)
        self._offer_retry(may_help=not lacks)
        if retry:
            self.retry_button.setText(retry)
        self._show_words()
        self._hint.setVisible(bool(error.hint))
        small = " · ".join(part for part in (error.code, error.operation, error.request_id) if part)
        self._code.setText(breakable(small))
        self._code.setVisible(bool(small))
        self.explain_button.setVisible(bool(error.code) and not lacks)
        self.show()
        stand_clear(self)

    def add_button(self, button: QPushButton) -> None:
        """Put another button before those there are."""
        self._buttons.insertWidget(0, button)

    def dismiss(self) -> None:
        """Take the banner away."""
        self._error = None
        self.hide()
        stand_clear(self)
        self.dismissed.emit()

    def details(self) -> str:
        """The whole error as lines of text, as far as it may be seen."""
        if self._error is None:
            return ""
        named = {"Code": self._error.code, "Operation": self._error.operation, "Request id": self._error.request_id}
        lines = [self._error.title, self._error.hint, *(f"{name}: {text}" for name, text in named.items() if text)]
        return privacy().in_error("\n".join(line for line in lines if line), self._error.tells)

    def _show_words(self) -> None:
        if self._error is not None:
            self._title.setText(breakable(privacy().in_error(self._error.title, self._error.tells)))
            self._hint.setText(breakable(privacy().in_error(self._error.hint, self._error.tells)))

    def _offer_retry(self, *, may_help: bool) -> None:
        """Its owner may have hidden the button for good."""
        if may_help and self._took_retry_away:
            self.retry_button.show()
        elif not may_help and not self.retry_button.isHidden():
            self.retry_button.hide()
        else:
            return
        self._took_retry_away = not may_help

    def _explain(self) -> None:
        self.explain_wanted.emit()
        explaining().wanted.emit(self._error)

    def _copy(self) -> None:
        copy(self, self.details(), "the details")

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        for label in (self._title, self._hint, self._code):
            words.addWidget(label)
        buttons = self._buttons
        buttons.setSpacing(8)
        buttons.addWidget(self.retry_button)
        buttons.addWidget(self.explain_button)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        line.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 8, 12)
        layout.setSpacing(8)
        layout.addLayout(line)
        # Beside the sign there is little room in a narrow one.
        (layout if self._is_narrow else words).addLayout(buttons)
