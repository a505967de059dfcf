"""Paints the cells of a RecordView by hand: the same through a style sheet takes several times as long."""

from math import ceil
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QStaticText, QTextOption, QTransform
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from cognito_explorer.gui.lib import icons
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone, mix

_PADDING = 8
_MARK_PX = 3
_ICON_GAP = 6
_DOT_SHARE = 0.625  # of an icon's side, as in menus
_KEPT = 4_000
_RAGGED = 0.5
_WRAP = QTextOption(Qt.AlignmentFlag.AlignLeft)
_WRAP.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
# As numbers: a set of flags of Python's takes longer to look into than a cell to paint.
_ENABLED, _SELECTED, _HOVERED, _FOCUSED = (
    flag.value
    for flag in (
        QStyle.StateFlag.State_Enabled,
        QStyle.StateFlag.State_Selected,
        QStyle.StateFlag.State_MouseOver,
        QStyle.StateFlag.State_HasFocus,
    )
)

Index = QModelIndex | QPersistentModelIndex


class CellDelegate(QStyledItemDelegate):
    """Ground, hairline, icon and text of a cell. `marked_row` and `marked_column` carry the keyboard's mark."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.marked_row = -1
        self.marked_column = 0
        self._take_looks()
        theme().changed.connect(self._take_looks)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        table = index.model()
        if not isinstance(table, RecordTable):
            super().paint(painter, option, index)
            return
        rect, state = option.rect, option.state.value
        column, record = table.columns[index.column()], table.record(index)
        self._paint_ground(painter, rect, state)
        if index.row() == self.marked_row and index.column() == self.marked_column:
            painter.fillRect(rect.left(), rect.top(), _MARK_PX, rect.height() - 1, self._accent)
        tone = column.tone(record) if column.tone is not None else Tone.TEXT
        left, top = rect.left() + _PADDING, rect.top() + (rect.height() - 1 - self._icon_px) // 2
        if self._paint_sign(painter, QPoint(left, top), column, record):
            left += self._icon_px + _ICON_GAP
        room = QRect(left, rect.top(), rect.right() - left - _PADDING + 1, rect.height() - 1)
        painter.setPen(self._inks[tone] if state & _ENABLED else self._disabled)
        self._paint_text(painter, room, column, column.text(record))

    def _paint_sign(self, painter: QPainter, corner: QPoint, column: Column[object], record: object) -> bool:
        """The dot or the icon before the text; tells whether there is one."""
        if column.dot is not None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(column.dot(record)))
            radius = self._icon_px * _DOT_SHARE / 2
            painter.drawEllipse(QPointF(corner) + QPointF(self._icon_px, self._icon_px) / 2, radius, radius)
            painter.restore()
            return True
        name = column.icon(record) if column.icon is not None else ""
        if name:
            tone = column.tone(record) if column.tone is not None else Tone.TEXT
            painter.drawPixmap(corner, icons.pixmap(name, tone, self._icon_px))
        return bool(name)

    def _paint_ground(self, painter: QPainter, rect: QRect, state: int) -> None:
        if state & _SELECTED:
            painter.fillRect(rect, self._selection)
        elif state & _HOVERED:
            painter.fillRect(rect, self._hover)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, self._grid)
        if state & _FOCUSED and not state & _SELECTED:
            painter.setPen(self._accent)
            painter.drawRect(rect.adjusted(0, 0, -1, -2))

    def _paint_text(self, painter: QPainter, room: QRect, column: Column[object], text: str) -> None:
        if not text or room.width() <= 0:
            return
        shaped = self._shape(text, room.width(), column)
        size = shaped.size()
        left = room.right() + 1 - size.width() if column.is_right_aligned else room.left()
        painter.setFont(self._mono if column.is_identifier else self._font)
        painter.drawStaticText(QPointF(left, room.top() + (room.height() - size.height()) // 2), shaped)

    def height_of(self, column: Column[Any], record: object, width: int) -> int:
        """How high a cell of that width has to be for its lines."""
        has_sign = column.dot is not None or (column.icon is not None and bool(column.icon(record)))
        room = width - 2 * _PADDING - (self._icon_px + _ICON_GAP if has_sign else 0)
        text = column.text(record)
        return ceil(self._shape(text, room, column).size().height()) + _PADDING if text and room > 0 else 0

    def _shape(self, text: str, width: int, column: Column[Any]) -> QStaticText:
        """The text cut to a width and laid out, kept for the next time the cell is painted."""
        is_identifier = column.is_identifier
        key = (text, width, is_identifier, column.lines)
        shaped = self._shaped.get(key)
        if shaped is None:
            metrics = self._mono_metrics if is_identifier else self._metrics
            mode = Qt.TextElideMode.ElideMiddle if is_identifier else Qt.TextElideMode.ElideRight
            # Lines end at words: what is cut has to leave some room in each.
            whole = width if column.lines == 1 else int(width * (column.lines - _RAGGED))
            shaped = QStaticText(metrics.elidedText(text.replace("\n", " "), mode, whole))
            shaped.setTextFormat(Qt.TextFormat.PlainText)
            if column.lines > 1:
                shaped.setTextOption(_WRAP)
                shaped.setTextWidth(width)
            shaped.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            shaped.prepare(QTransform(), self._mono if is_identifier else self._font)
            if len(self._shaped) >= _KEPT:
                self._shaped.clear()
            self._shaped[key] = shaped
        return shaped

    def _take_looks(self) -> None:
        looks = theme()
        tokens = looks.tokens
        self._font, self._mono = looks.font(), looks.monospace()
        self._metrics, self._mono_metrics = QFontMetrics(self._font), QFontMetrics(self._mono)
        self._shaped: dict[tuple[str, int, bool, int], QStaticText] = {}
        self._icon_px = looks.px(16)
        self._inks = {tone: QColor(tokens.tone(tone)) for tone in Tone}
        self._disabled, self._accent = QColor(tokens.disabled), QColor(tokens.accent)
        self._selection, self._hover = QColor(tokens.selection), QColor(tokens.hover)
        self._grid = QColor(mix(tokens.line, tokens.surface, 0.5))
