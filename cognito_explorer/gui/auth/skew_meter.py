"""How far this computer's clock is from the one that tokens are held against, as a needle on a short line."""

from datetime import timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from cognito_explorer.core.auth.clock_skew import ClockSkew
from cognito_explorer.core.durations import in_words
from cognito_explorer.core.insight.time_findings import SKEW
from cognito_explorer.gui.lib.labels import plain_tooltip
from cognito_explorer.gui.lib.theme import SMALL_PX, theme

# Signed requests are refused beyond it, so nobody's clock is further off for long.
_END = timedelta(minutes=5)
_RIGHT = timedelta(seconds=2)
_LINE_PX = 96


class SkewMeter(QWidget):
    """In the middle the clocks agree; the strong part is what verifiers forgive. The tooltip has the measure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock: ClockSkew | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_clock(None)

    def show_clock(self, clock: ClockSkew | None) -> None:
        """Show how far the clocks are apart; None: they were not compared."""
        self._clock = clock
        told = _in_full(clock)
        self.setToolTip(plain_tooltip(told))
        self.setAccessibleName(told)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The words below the line."""
        clock = self._clock
        if clock is None:
            return "clock not compared"
        if abs(clock.ahead) <= max(_RIGHT, clock.within):
            return "clock right"
        return f"clock {in_words(clock.ahead)} {'slow' if clock.ahead > timedelta() else 'fast'}"

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font())
        return QSize(max(theme().px(_LINE_PX), metrics.horizontalAdvance(self.text()) + 4), metrics.height() + 20)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        middle = 8.0
        painter.setPen(QPen(QColor(tokens.line), 3))
        painter.drawLine(QPointF(self._x(-_END), middle), QPointF(self._x(_END), middle))
        painter.setPen(QPen(QColor(tokens.border), 3))
        painter.drawLine(QPointF(self._x(-SKEW), middle), QPointF(self._x(SKEW), middle))
        if self._clock is not None:
            # A clock that is slow stands left of the right one.
            needle = self._x(-self._clock.ahead)
            is_far = abs(self._clock.ahead) > SKEW
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.warn if is_far else tokens.good))
            painter.drawPolygon(
                QPolygonF(
                    [QPointF(needle, middle - 1), QPointF(needle - 5, middle - 8), QPointF(needle + 5, middle - 8)]
                )
            )
        painter.setPen(QColor(tokens.muted))
        height = QFontMetrics(self._font()).height()
        painter.drawText(QRectF(0, 16, self.width(), height), Qt.AlignmentFlag.AlignHCenter, self.text())
        painter.end()

    def _x(self, skew: timedelta) -> float:
        share = max(-1.0, min(1.0, skew / _END))
        return self.width() / 2 + (theme().px(_LINE_PX) / 2 - 6) * share

    def _font(self) -> QFont:
        return theme().font(SMALL_PX)


def _in_full(clock: ClockSkew | None) -> str:
    if clock is None:
        return "This computer's clock was not compared with AWS's: times are told by this computer's alone."
    whose = "AWS's" if clock.clock == "AWS" else f"that of {clock.clock}"
    way = "behind" if clock.ahead > timedelta() else "ahead of"
    apart = abs(clock.ahead.total_seconds())
    return (
        f"This computer's clock is {apart:.1f} s {way} {whose}, give or take {clock.within.total_seconds():.1f} s, by"
        f" the Date header of its answer. Verifiers forgive {in_words(SKEW)} at most."
    )
