"""Paints a finding: icon, title, the word for its level at the right, and beneath what was seen and what to do."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from cognito_explorer.core.insight.finding import Finding
from cognito_explorer.gui.lib import icons
from cognito_explorer.gui.lib.labels import breakable
from cognito_explorer.gui.lib.theme import SECTION_PX, SMALL_PX, theme
from cognito_explorer.gui.lib.tokens import Tone

Index = QModelIndex | QPersistentModelIndex

LOOKS = {
    "ok": ("check-circle", Tone.GOOD, "Good"),
    "warn": ("warning", Tone.WARN, "Look at this"),
    "bad": ("error", Tone.BAD, "Wrong"),
    "info": ("info", Tone.INFO, "To know"),
    "unknown": ("help", Tone.INFO, "Not known"),
}
_LEFT, _RIGHT, _ABOVE, _GAP = 16, 12, 6, 8
_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_TALL = 100_000
_KEPT = 500


class FindingDelegate(QStyledItemDelegate):
    """Text is painted as it stands, never as markup; long words are broken anywhere."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._laid_out: dict[tuple[Finding, int], tuple[tuple[str, int], ...]] = {}
        self._take_looks()
        theme().changed.connect(self._take_looks)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        finding: Finding = index.data(Qt.ItemDataRole.UserRole)
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        return QSize(width, sum(height for _text, height in self._blocks(finding, width)) + 2 * _ABOVE)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        finding: Finding = index.data(Qt.ItemDataRole.UserRole)
        rect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._selection)
        name, tone, word = LOOKS[finding.level]
        painter.drawPixmap(rect.left() + _LEFT, rect.top() + _ABOVE, icons.pixmap(name, tone, self._icon_px))
        left, top = self._text_left(rect), rect.top() + _ABOVE
        painter.setFont(self._small)
        painter.setPen(self._inks[tone])
        level = QRect(left, top, rect.right() - _RIGHT - left + 1, self._line)
        painter.drawText(level, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, word)
        inks = (self._inks[Tone.TEXT], self._inks[Tone.TEXT], self._inks[Tone.MUTED])
        for number, (text, height) in enumerate(self._blocks(finding, rect.width())):
            if not text:
                continue
            room = self._room(rect.width(), word if number == 0 else "")
            painter.setFont(self._title if number == 0 else self._body)
            painter.setPen(inks[number])
            painter.drawText(QRect(left, top, room, height), _WRAPPED, text)
            top += height

    def _blocks(self, finding: Finding, width: int) -> tuple[tuple[str, int], ...]:
        """Title, what was seen and advice, each with the height it takes; kept, for a view asks many times."""
        blocks = self._laid_out.get((finding, width))
        if blocks is None:
            if len(self._laid_out) >= _KEPT:
                self._laid_out.clear()
            blocks = self._laid_out[finding, width] = self._lay_out(finding, width)
        return blocks

    def _lay_out(self, finding: Finding, width: int) -> tuple[tuple[str, int], ...]:
        level = LOOKS[finding.level][2]
        texts = (breakable(finding.title), breakable(finding.detail), breakable(advice_of(finding)))
        return tuple(
            (text, self._height(text, self._room(width, level if number == 0 else ""), is_title=number == 0))
            for number, text in enumerate(texts)
        )

    def _height(self, text: str, room: int, *, is_title: bool) -> int:
        if not text:
            return 0
        metrics = self._title_metrics if is_title else self._body_metrics
        return metrics.boundingRect(QRect(0, 0, room, _TALL), _WRAPPED, text).height()

    def _room(self, width: int, level: str) -> int:
        """How wide a text may be; a title shares its line with the level."""
        beside = self._small_metrics.horizontalAdvance(level) + _GAP if level else 0
        return max(40, width - _LEFT - self._icon_px - _GAP - _RIGHT - beside)

    def _text_left(self, rect: QRect) -> int:
        return rect.left() + _LEFT + self._icon_px + _GAP

    def _take_looks(self) -> None:
        looks = theme()
        self._laid_out.clear()
        self._title: QFont = looks.font(SECTION_PX, is_bold=True)
        self._body, self._small = looks.font(), looks.font(SMALL_PX)
        self._title_metrics, self._body_metrics = QFontMetrics(self._title), QFontMetrics(self._body)
        self._small_metrics = QFontMetrics(self._small)
        self._line = self._title_metrics.height()
        self._icon_px = looks.px(16)
        self._inks = {tone: QColor(looks.tokens.tone(tone)) for tone in Tone}
        self._selection = QColor(looks.tokens.selection)


def advice_of(finding: Finding) -> str:
    """Why it matters, where something is amiss, and what to do; what is right has the why in its tooltip."""
    why = finding.why if finding.level in ("bad", "warn", "unknown") else ""
    return " ".join(part for part in (why, finding.remedy) if part)
