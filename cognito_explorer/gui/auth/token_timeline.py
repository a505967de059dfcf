"""auth_time, iat, now and exp of a token on one line."""

from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from cognito_explorer.core.auth.tokens import DecodedToken, instant
from cognito_explorer.gui.lib.labels import plain_tooltip
from cognito_explorer.gui.lib.theme import SMALL_PX, theme
from cognito_explorer.gui.lib.times import clock

_MARGIN = 8
_DOT = 4
_GAP = 12


@dataclass(frozen=True, slots=True)
class _Mark:
    word: str
    at: datetime


class TokenTimeline(QWidget):
    """The part of its life a token has behind it is drawn strong. The tooltip has the exact times."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: tuple[_Mark, ...] = ()
        self._now = datetime.now(UTC)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_token(self, token: DecodedToken, now: datetime) -> None:
        """Show a token's times as they stand now."""
        named = (("signed in", "auth_time"), ("issued", "iat"), ("expires", "exp"))
        found = [_Mark(word, at) for word, name in named if (at := instant(token.claims.get(name))) is not None]
        self._now = now
        marks = tuple(sorted(found, key=lambda mark: mark.at))
        if marks != self._marks:
            self._marks = marks
            told = "\n".join(f"{mark.word}: {clock().exact(mark.at)}" for mark in marks)
            self.setToolTip(plain_tooltip(told))
            self.setAccessibleName(told)
        self.setVisible(len(marks) > 1)
        self.update()

    def labels(self) -> list[str]:
        """The words below the line, left to right; marks too close to be told apart share one."""
        return [text for text, _left in self._labels()]

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, QFontMetrics(self._font()).height() + 20)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._marks) < 2:
            return
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        middle, start, end = 8.0, self._x(self._first()), self._x(self._last())
        expiry = next((mark.at for mark in self._marks if mark.word == "expires"), None)
        is_over = expiry is not None and expiry <= self._now
        colour = QColor(tokens.bad if is_over else tokens.accent)
        painter.setPen(QPen(QColor(tokens.line), 3))
        painter.drawLine(QPointF(start, middle), QPointF(end, middle))
        painter.setPen(QPen(colour, 3))
        passed = self._x(min(self._now, expiry) if expiry else self._now)
        painter.drawLine(QPointF(start, middle), QPointF(max(start, passed), middle))
        painter.setPen(Qt.PenStyle.NoPen)
        for mark in self._marks:
            painter.setBrush(QColor(tokens.bad) if mark.word == "expires" and is_over else QColor(tokens.border))
            painter.drawEllipse(QPointF(self._x(mark.at), middle), _DOT, _DOT)
        painter.setBrush(QColor(tokens.text))
        now = self._x(self._now)
        painter.drawPolygon(
            QPolygonF([QPointF(now, middle - 2), QPointF(now - 5, middle - 8), QPointF(now + 5, middle - 8)])
        )
        painter.setPen(QColor(tokens.muted))
        height = QFontMetrics(self._font()).height()
        for text, left in self._labels():
            painter.drawText(QRectF(left, 16, self.width(), height), Qt.AlignmentFlag.AlignLeft, text)
        painter.end()

    def _labels(self) -> list[tuple[str, float]]:
        groups: list[tuple[list[str], datetime]] = []
        metrics = QFontMetrics(self._font())
        for mark in (*self._marks, _Mark("now", self._now)):
            groups.append(([mark.word], mark.at))
        groups.sort(key=lambda group: group[1])
        placed: list[tuple[str, float]] = []
        for words, at in groups:
            text = " · ".join(words)
            left = self._clamped(self._x(at), metrics.horizontalAdvance(text))
            if placed and left < placed[-1][1] + metrics.horizontalAdvance(placed[-1][0]) + _GAP:
                text = f"{placed[-1][0]} · {text}"
                left = self._clamped(placed[-1][1], metrics.horizontalAdvance(text), is_centred=False)
                placed.pop()
            placed.append((text, left))
        return placed

    def _clamped(self, x: float, width: float, *, is_centred: bool = True) -> float:
        left = x - width / 2 if is_centred else x
        return max(0.0, min(left, self.width() - width))

    def _x(self, at: datetime) -> float:
        whole = (self._last() - self._first()).total_seconds() or 1.0
        share = min(1.0, max(0.0, (at - self._first()).total_seconds() / whole))
        return _MARGIN + (self.width() - 2 * _MARGIN) * share

    def _first(self) -> datetime:
        return min(self._now, *(mark.at for mark in self._marks))

    def _last(self) -> datetime:
        """What lies long after the expiry is not drawn to scale: an old token's life would shrink to a dot."""
        last = max(mark.at for mark in self._marks)
        life = last - min(mark.at for mark in self._marks)
        return max(last, min(self._now, last + life))

    def _font(self) -> QFont:
        return theme().font(SMALL_PX)
