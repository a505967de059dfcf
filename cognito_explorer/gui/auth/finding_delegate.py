"""Paints a finding: icon, title, the word for its level at the right, and beneath what was seen and what to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QStaticText, QTextOption, QTransform
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
_WRAP = QTextOption(Qt.AlignmentFlag.AlignLeft)
_WRAP.setWrapMode(QTextOption.WrapMode.WordWrap)
_KEPT = 500
_SAYS_WHY = ("bad", "warn", "unknown")
# As a number: a set of flags of Python's takes longer to look into than an icon to paint.
_SELECTED = QStyle.StateFlag.State_Selected.value


@dataclass(frozen=True, slots=True)
class _Block:
    """A text laid out for its room; `ink` is its colour's tone."""

    text: QStaticText
    font: QFont
    ink: Tone
    height: int


class FindingDelegate(QStyledItemDelegate):
    """Text is painted as it stands, never as markup; long words are broken anywhere."""

    def __init__(self, findings: Callable[[], Sequence[Finding]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Asked for by row: a way through the model's data takes as long as an icon does to be painted.
        self._findings = findings
        # The row whose finding tells why it matters though nothing is amiss: the one that was chosen.
        self.unfolded_row = -1
        self._bar_px = 0
        self._laid_out: dict[tuple[Finding, int, bool], tuple[_Block, ...]] = {}
        self._texts: dict[tuple[str, bool, Tone, int], _Block] = {}
        self._take_looks()
        theme().changed.connect(self._take_looks)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        finding = self._findings()[index.row()]
        width = self._width(option.rect)
        return QSize(
            width, sum(block.height for block in self._blocks(finding, width, self._is_unfolded(index))) + 2 * _ABOVE
        )

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        finding = self._findings()[index.row()]
        rect = option.rect
        width = self._width(rect)
        if option.state.value & _SELECTED:
            painter.fillRect(rect, self._selection)
        name, tone, _word = LOOKS[finding.level]
        painter.drawPixmap(rect.left() + _LEFT, rect.top() + _ABOVE, icons.pixmap(name, tone, self._icon_px))
        left, top = self._text_left(rect), rect.top() + _ABOVE
        level, level_px = self._levels[finding.level]
        painter.setFont(self._small)
        painter.setPen(self._inks[tone])
        painter.drawStaticText(rect.left() + width - _RIGHT - level_px, top + self._level_below, level)
        for block in self._blocks(finding, width, self._is_unfolded(index)):
            painter.setFont(block.font)
            painter.setPen(self._inks[block.ink])
            painter.drawStaticText(left, top, block.text)
            top += block.height

    def _is_unfolded(self, index: Index) -> bool:
        return index.row() == self.unfolded_row

    def _blocks(self, finding: Finding, width: int, is_unfolded: bool) -> tuple[_Block, ...]:
        """Title, what was seen and advice as they are painted; kept, for a view asks many times."""
        blocks = self._laid_out.get((finding, width, is_unfolded))
        if blocks is None:
            if len(self._laid_out) >= _KEPT:
                self._laid_out.clear()
                self._texts.clear()
            blocks = self._laid_out[finding, width, is_unfolded] = self._lay_out(finding, width, is_unfolded)
        return blocks

    def _lay_out(self, finding: Finding, width: int, is_unfolded: bool) -> tuple[_Block, ...]:
        beside = self._levels[finding.level][1] + _GAP
        room = width - _LEFT - self._icon_px - _GAP - _RIGHT
        parts = (
            (finding.title, self._title, Tone.TEXT, room - beside),
            (finding.detail, self._body, Tone.TEXT, room),
            (advice_of(finding, is_unfolded=is_unfolded), self._body, Tone.MUTED, room),
        )
        return tuple(self._block(text, font, ink, max(40, room)) for text, font, ink, room in parts if text)

    def _block(self, text: str, font: QFont, ink: Tone, room: int) -> _Block:
        """Kept as well: many tokens have the same said of them."""
        key = (text, font is self._title, ink, room)
        block = self._texts.get(key)
        if block is None:
            block = self._texts[key] = _block(text, font, ink, room)
        return block

    def _width(self, rect: QRect) -> int:
        """Beside a scroll bar, whether there is one or not: when one comes, no text must be laid out a second time."""
        view = self.parent()
        if not isinstance(view, QListView):
            return rect.width()
        if not self._bar_px:
            self._bar_px = view.verticalScrollBar().sizeHint().width()
        return view.width() - self._bar_px

    def _text_left(self, rect: QRect) -> int:
        return rect.left() + _LEFT + self._icon_px + _GAP

    def _take_looks(self) -> None:
        looks = theme()
        self._laid_out.clear()
        self._texts.clear()
        self._bar_px = 0
        self._title, self._body, self._small = looks.font(SECTION_PX, is_bold=True), looks.font(), looks.font(SMALL_PX)
        self._icon_px = looks.px(16)
        self._inks = {tone: QColor(looks.tokens.tone(tone)) for tone in Tone}
        self._selection = QColor(looks.tokens.selection)
        metrics = QFontMetrics(self._small)
        # In the middle of the title's first line.
        self._level_below = (QFontMetrics(self._title).height() - metrics.height()) // 2
        self._levels = {
            level: (_shaped(word, self._small, -1), metrics.horizontalAdvance(word))
            for level, (_name, _tone, word) in LOOKS.items()
        }


def _block(text: str, font: QFont, ink: Tone, room: int) -> _Block:
    shaped = _shaped(breakable(text), font, room)
    return _Block(shaped, font, ink, ceil(shaped.size().height()))


def _shaped(text: str, font: QFont, width: int) -> QStaticText:
    """Measured and made ready in one go: painted by itself, a text is laid out once to be measured, once to be seen."""
    shaped = QStaticText(text)
    shaped.setTextFormat(Qt.TextFormat.PlainText)
    shaped.setTextOption(_WRAP)
    shaped.setTextWidth(width)
    shaped.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    shaped.prepare(QTransform(), font)
    return shaped


def unfolds(finding: Finding) -> bool:
    """Whether it says more once it is unfolded."""
    return bool(finding.why) and finding.level not in _SAYS_WHY


def advice_of(finding: Finding, *, is_unfolded: bool = False) -> str:
    """Why it matters, where something is amiss, and what to do; what is right has the why once it is unfolded."""
    why = finding.why if is_unfolded or finding.level in _SAYS_WHY else ""
    return " ".join(part for part in (why, finding.remedy) if part)
