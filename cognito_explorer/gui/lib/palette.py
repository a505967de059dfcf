"""Ctrl+K: type a few letters of what is wanted. Also the sheet of all shortcuts."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsDropShadowEffect,
    QGridLayout,
    QLineEdit,
    QListView,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cognito_explorer.gui.lib import icons
from cognito_explorer.gui.lib.billable import BILLABLE, WORD
from cognito_explorer.gui.lib.commands import Command, CommandList
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.fuzzy import score
from cognito_explorer.gui.lib.labels import plain_label, plain_tooltip
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone

Index = QModelIndex | QPersistentModelIndex
Suggest = Callable[[str], Sequence[Command]]

_ROOT = QModelIndex()
_WIDTH, _ROWS = 620, 10
_COMMAND_ROLE = Qt.ItemDataRole.UserRole + 1


def rank(query: str, commands: CommandList) -> list[Command]:
    """The commands that fit, best first. Without a query: what was done last, then all in order."""
    recent = [command.id for command in commands.recent()]
    if not query.strip():
        rest = [command for command in commands.all() if command.id not in recent]
        return [*commands.recent(), *rest]
    found = []
    for order, command in enumerate(commands.all()):
        points = max(score(query, f"{command.title} {command.group}"), score(query, " ".join(command.keywords)))
        if points:
            points += 15 if command.id in recent else 0
            points -= 0 if command.is_enabled else 200
            found.append((-points, order, command))
    return [command for _, _, command in sorted(found, key=lambda entry: entry[:2])]


class Palette(QFrame):
    """Lies over its window. `suggest` adds entries for what is typed (a page, a token to open) before the commands,
    `suggest_last` behind them (a name to look up).
    """

    def __init__(
        self,
        commands: CommandList,
        window: QWidget,
        suggest: Suggest | None = None,
        suggest_last: Suggest | None = None,
    ) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self._commands, self._suggest, self._suggest_last = commands, suggest, suggest_last
        self._window = window
        self._came_from: QWidget | None = None
        self.line = QLineEdit()
        self.line.setAccessibleName("Find a command")
        self.line.installEventFilter(self)
        self.line.textChanged.connect(lambda _text: self._fill())
        self._model = _Entries(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_EntryDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.clicked.connect(self._run)
        self._none = plain_label("Nothing fits. Try fewer letters.", "muted")
        self._none.setContentsMargins(12, 12, 12, 12)
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 5)
        layout.setSpacing(4)
        for part in (self.line, self.list, self._none):
            layout.addWidget(part)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(32)
        shadow.setOffset(0, 8)
        shadow.setColor(QColor(0, 0, 0, 90))
        self.setGraphicsEffect(shadow)
        window.installEventFilter(self)
        self.hide()

    def open(self, text: str = "", placeholder: str = "Find anyone, paste anything") -> None:
        """Show it, with the keyboard in its line."""
        if not self.isVisible():
            self._came_from = QApplication.focusWidget()
        self._commands.refresh()
        self.line.setPlaceholderText(placeholder)
        self.line.setText(text)
        self._fill()
        self.show()
        self.raise_()
        self.line.setFocus()

    def close_palette(self) -> None:
        """Hide it and give the keyboard back."""
        if not self.isVisible():
            return
        self.hide()
        if self._came_from is not None:
            self._came_from.setFocus()
        self._came_from = None

    def entries(self) -> list[Command]:
        """What is offered now, best first."""
        return list(self._model.commands)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take_key(event)
        if watched is self.line and event.type() == QEvent.Type.FocusOut:
            self.hide()
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _take_key(self, event: QKeyEvent) -> bool:
        page = _ROWS - 1
        moves = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Tab: 1,
            Qt.Key.Key_Backtab: -1,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_PageUp: -page,
        }
        key = Qt.Key(event.key())
        if key in moves:
            self._move(moves[key])
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentIndex())
        else:
            return False
        return True

    def _move(self, steps: int) -> None:
        count = self._model.rowCount()
        if count:
            row = self.list.currentIndex().row() + steps
            wrapped = row % count if abs(steps) == 1 else min(count - 1, max(0, row))
            self.list.setCurrentIndex(self._model.index(wrapped))

    def _run(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        command = self._model.commands[index.row()]
        if not command.is_enabled:
            return
        self.close_palette()
        if not self._commands.run(command.id):
            command.run()

    def _fill(self) -> None:
        query = self.line.text()
        first, last = self._suggested(self._suggest, query), self._suggested(self._suggest_last, query)
        self._model.show(first + rank(query, self._commands) + last)
        self.list.setCurrentIndex(self._model.index(0))
        is_empty = not self._model.commands
        self._none.setVisible(is_empty)
        self.list.setVisible(not is_empty)
        self._place()

    def _suggested(self, suggest: Suggest | None, query: str) -> list[Command]:
        return list(suggest(query)) if suggest is not None and query.strip() else []

    def _place(self) -> None:
        rows = min(_ROWS, self._model.rowCount())
        self.list.setFixedHeight(rows * (theme().row_height() + theme().px(6)))
        width = min(theme().px(_WIDTH), self._window.width() - 32)
        self._layout.activate()
        self.setGeometry(
            (self._window.width() - width) // 2, min(72, self._window.height() // 12), width, self.sizeHint().height()
        )


class ShortcutSheet(Dialog):
    """Every shortcut, by menu."""

    def __init__(self, commands: CommandList, parent: QWidget) -> None:
        super().__init__(parent, "Keyboard shortcuts")
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        row = 0
        with_shortcut = [command for command in commands.all() if command.shortcut]
        for group in dict.fromkeys(command.group for command in with_shortcut):
            grid.addWidget(plain_label(group or "General", "section"), row, 0)
            row += 1
            for command in (one for one in with_shortcut if one.group == group):
                grid.addWidget(plain_label(command.title), row, 0)
                grid.addWidget(plain_label(_shortcut(command), "mono"), row, 1, Qt.AlignmentFlag.AlignRight)
                row += 1
            grid.setRowMinimumHeight(row, 12)
            row += 1
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setMinimumHeight(min(440, inside.sizeHint().height() + 8))
        self.body.addWidget(scroll)
        self.add_safe("Close").setDefault(True)


class _Entries(QAbstractListModel):
    """What the palette offers."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.commands: list[Command] = []

    def show(self, commands: list[Command]) -> None:
        self.beginResetModel()
        self.commands = commands
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.commands)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        command = self.commands[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return command.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{command.title}, {WORD}" if command.is_billed() else command.title
        if role == Qt.ItemDataRole.ToolTipRole and command.is_billed():
            return plain_tooltip(BILLABLE)
        return command if role == _COMMAND_ROLE else None


class _EntryDelegate(QStyledItemDelegate):
    """Icon, title, and small at the right: why not, or menu and shortcut."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, theme().row_height() + theme().px(6))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        command = index.data(_COMMAND_ROLE)
        tokens, row = theme().tokens, option.rect.adjusted(5, 1, -5, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(tokens.selection))
            painter.drawRoundedRect(row, 4, 4)
        side = theme().px(16)
        mark = QRect(row.left() + 8, row.center().y() - side // 2 + 1, side, side)
        mode = QIcon.Mode.Normal if command.is_enabled else QIcon.Mode.Disabled
        tone = Tone.BAD if command.is_destructive else Tone.MUTED
        icons.icon(command.icon or "command", tone).paint(painter, mark, Qt.AlignmentFlag.AlignCenter, mode)
        words = QRect(mark.right() + 10, row.top(), row.right() - mark.right() - 20, row.height())
        self._write(painter, command, words)
        painter.restore()

    def _write(self, painter: QPainter, command: Command, words: QRect) -> None:
        tokens, middle = theme().tokens, Qt.AlignmentFlag.AlignVCenter
        aside = command.disabled_reason or "   ".join(part for part in (command.group, _shortcut(command)) if part)
        painter.setFont(theme().font(11))
        metrics = painter.fontMetrics()
        aside = metrics.elidedText(aside, Qt.TextElideMode.ElideRight, words.width() // 2)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | middle | Qt.TextFlag.TextSingleLine, aside)
        words.setRight(words.right() - metrics.horizontalAdvance(aside) - 16)
        painter.setFont(theme().font())
        painter.setPen(QColor(tokens.text if command.is_enabled else tokens.disabled))
        room = words.width() - (_badge_width() + 8 if command.is_billed() else 0)
        title = painter.fontMetrics().elidedText(command.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | middle | Qt.TextFlag.TextSingleLine, title)
        if command.is_billed():
            left = words.left() + painter.fontMetrics().horizontalAdvance(title) + 8
            _paint_badge(painter, QRect(left, words.top(), _badge_width(), words.height()))


def _badge_width() -> int:
    return theme().px(12) + 4 + QFontMetrics(theme().font(11)).horizontalAdvance(WORD)


def _paint_badge(painter: QPainter, place: QRect) -> None:
    """The mark of what is billed: the same icon, word and colour as beside a button."""
    side = theme().px(12)
    mark = QRect(place.left(), place.center().y() - side // 2 + 1, side, side)
    icons.icon("tag", Tone.INFO).paint(painter, mark)
    painter.setFont(theme().font(11))
    painter.setPen(QColor(theme().tokens.info))
    words = place.adjusted(side + 4, 0, 0, 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, WORD)


def _shortcut(command: Command) -> str:
    return QKeySequence(command.shortcut).toString(QKeySequence.SequenceFormat.NativeText) if command.shortcut else ""
