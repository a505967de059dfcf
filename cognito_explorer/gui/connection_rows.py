"""How a connection stands in the tree: its colour, its name, beneath it Region and mode, and a cross that closes it."""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QIcon, QPainter, QStandardItem
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip
from typing_extensions import override

from cognito_explorer.gui.connection.profile_modes import MODES
from cognito_explorer.gui.lib import icons
from cognito_explorer.gui.lib.color_dot import color_dot
from cognito_explorer.gui.lib.labels import plain_tooltip
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.open_connection import OpenConnection

CONNECTION = Qt.ItemDataRole.UserRole + 3
_LINE = Qt.ItemDataRole.UserRole + 4
_IS_FRONT = Qt.ItemDataRole.UserRole + 5
_HEIGHT_PX, _ICON_PX, _GAP_PX, _CLOSE_PX = 40, 16, 4, 20
_SMALL_PX = 11

Index = QModelIndex | QPersistentModelIndex


def show_connection(root: QStandardItem, connection: OpenConnection, *, is_front: bool) -> None:
    """Write a connection into its row."""
    line = second_line(connection)
    root.setText(connection.profile.name)
    root.setIcon(color_dot(connection.profile.color))
    root.setData(connection, CONNECTION)
    root.setData(line, _LINE)
    root.setData(is_front, _IS_FRONT)
    who = privacy().in_text(connection.caller.arn) if connection.caller is not None else ""
    root.setToolTip(plain_tooltip("\n".join(part for part in (connection.profile.name, line, who) if part)))
    front = ", in front" if is_front else ""
    root.setData(f"{connection.profile.name}, {line}{front}", Qt.ItemDataRole.AccessibleTextRole)
    root.setData("Delete closes the connection and its pages", Qt.ItemDataRole.AccessibleDescriptionRole)


def second_line(connection: OpenConnection) -> str:
    """What it lets through, or that it is not open, and where it leads: a narrow tree cuts off the end."""
    state = MODES[connection.mode].name
    if connection.aws is None:
        state = "connecting…" if connection.is_connecting else "not open"
    place = "production" if connection.profile.is_production else ""
    return " · ".join(word for word in (state, place, connection.region) if word)


class ConnectionRows(QStyledItemDelegate):
    """Paints the rows of connections in two lines, every other row as the style does."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        if isinstance(index.data(CONNECTION), OpenConnection):
            lines = QFontMetrics(theme().font()).height() + QFontMetrics(theme().font(_SMALL_PX)).height()
            return QSize(hint.width(), max(theme().px(_HEIGHT_PX), lines + 8))
        return hint

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        connection = index.data(CONNECTION)
        if not isinstance(connection, OpenConnection):
            super().paint(painter, option, index)
            return
        bare = QStyleOptionViewItem(option)
        self.initStyleOption(bare, index)
        bare.text, is_front = "", bool(index.data(_IS_FRONT))
        bare.icon = QIcon()
        widget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, bare, painter, widget)
        painter.save()
        self._paint_words(painter, option.rect, index, connection, is_front=is_front)
        painter.restore()

    @override
    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        is_connection = isinstance(index.data(CONNECTION), OpenConnection)
        if is_connection and event.type() is QEvent.Type.ToolTip and cross_of(option.rect).contains(event.pos()):
            QToolTip.showText(event.globalPos(), "Close the connection and its pages (Delete)", view)
            return True
        return super().helpEvent(event, view, option, index)

    def _paint_words(
        self, painter: QPainter, rect: QRect, index: Index, connection: OpenConnection, *, is_front: bool
    ) -> None:
        icon_px, gap = theme().px(_ICON_PX), theme().px(_GAP_PX)
        left = rect.left() + gap
        room = cross_of(rect).left() - left - icon_px - gap
        name, small = theme().font(is_bold=is_front), theme().font(_SMALL_PX)
        upper, lower = QFontMetrics(name).height(), QFontMetrics(small).height()
        top = rect.top() + (rect.height() - upper - lower) // 2
        dot = color_dot(connection.profile.color).pixmap(icon_px)
        painter.drawPixmap(left, top + (upper - icon_px) // 2, icon_px, icon_px, dot)
        words = left + icon_px + gap
        for text, font, tone, at, height in (
            (connection.profile.name, name, Tone.TEXT, top, upper),
            (str(index.data(_LINE)), small, Tone.MUTED, top + upper, lower),
        ):
            painter.setFont(font)
            painter.setPen(theme().tokens.tone(tone))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(words, at, room, height), Qt.AlignmentFlag.AlignVCenter, shown)
        cross = cross_of(rect)
        mark = icons.pixmap("close", Tone.MUTED, theme().px(12))
        side = mark.deviceIndependentSize().toSize()
        corner = cross.center() - QRect(0, 0, side.width(), side.height()).center()
        painter.drawPixmap(corner, mark)


def cross_of(rect: QRect) -> QRect:
    """Where in a row one clicks to close it."""
    side = theme().px(_CLOSE_PX)
    return QRect(rect.right() - side, rect.top() + (rect.height() - side) // 2, side, side)
