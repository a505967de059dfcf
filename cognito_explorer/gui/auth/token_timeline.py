"""Sign-in, issue, now, expiry and the end of refreshing on one line."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

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
_EXPIRES, _ISSUED = "expires", "issued"
# A stretch before or after the token's life gets this share of the life's width at most, and is dashed then.
_SQUEEZED = 0.4


@dataclass(frozen=True, slots=True)
class _Mark:
    word: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From one mark to the next; `width` is relative to the others'."""

    start: datetime
    end: datetime
    width: float
    is_squeezed: bool


class TokenTimeline(QWidget):
    """The part of its life a token has behind it is drawn strong; what is dashed is longer than drawn.

    The tooltip has the exact times.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: tuple[_Mark, ...] = ()
        self._now = datetime.now(UTC)
        self._scaled: tuple[tuple[tuple[_Mark, ...], datetime], list[_Stretch]] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_token(self, token: DecodedToken, now: datetime, refresh: tuple[datetime, datetime] | None = None) -> None:
        """Show a token's times as they stand now. `refresh`: when its user signed in, until when that is refreshed."""
        named = (("signed in", "auth_time"), (_ISSUED, "iat"), (_EXPIRES, "exp"))
        found = [_Mark(word, at) for word, name in named if (at := instant(token.claims.get(name))) is not None]
        if refresh is not None:
            # A refresh token tells nothing itself.
            found += [] if found else [_Mark("signed in", refresh[0])]
            found.append(_Mark("refresh until", refresh[1]))
        self._now = now
        marks = tuple(sorted(found, key=lambda mark: mark.at))
        if marks != self._marks:
            self._marks = marks
            told = "\n".join(f"{mark.word}: {clock().exact(mark.at)}" for mark in marks)
            self.setToolTip(plain_tooltip(told))
            self.setAccessibleName(told)
        self.setVisible(self.has_times)
        self.update()

    @property
    def has_times(self) -> bool:
        """Whether there is anything to show."""
        return len(self._marks) > 1

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
        middle = 8.0
        self._draw_line(painter, middle)
        is_over = self._is_over()
        painter.setPen(Qt.PenStyle.NoPen)
        for mark in self._marks:
            painter.setBrush(QColor(tokens.bad if mark.word == _EXPIRES and is_over else tokens.border))
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

    def _draw_line(self, painter: QPainter, middle: float) -> None:
        tokens = theme().tokens
        for stretch in self._scale():
            pen = QPen(QColor(tokens.border if stretch.is_squeezed else tokens.line), 3)
            if stretch.is_squeezed:
                pen.setDashPattern([1, 2])
            painter.setPen(pen)
            painter.drawLine(QPointF(self._x(stretch.start), middle), QPointF(self._x(stretch.end), middle))
        expires_at = self._at(_EXPIRES)
        passed = min(self._now, expires_at) if expires_at else self._now
        painter.setPen(QPen(QColor(tokens.bad if self._is_over() else tokens.accent), 3))
        start = self._x(self._marks[0].at)
        painter.drawLine(QPointF(start, middle), QPointF(max(start, self._x(passed)), middle))

    def _labels(self) -> list[tuple[str, float]]:
        metrics = QFontMetrics(self._font())
        marks = sorted((*self._marks, _Mark("now", self._now)), key=lambda mark: mark.at)
        placed: list[tuple[str, float]] = []
        for mark in marks:
            text = mark.word
            left = self._clamped(self._x(mark.at), metrics.horizontalAdvance(text))
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
        """Where a moment lies: each stretch has its own scale."""
        stretches = self._scale()
        whole = sum(stretch.width for stretch in stretches) or 1.0
        before = 0.0
        for stretch in stretches:
            if at < stretch.end:
                before += stretch.width * max(0.0, (at - stretch.start) / (stretch.end - stretch.start))
                break
            before += stretch.width
        return _MARGIN + (self.width() - 2 * _MARGIN) * before / whole

    def _scale(self) -> list[_Stretch]:
        """Kept until a mark or the present has moved: whoever paints asks for it many times."""
        key = (self._marks, self._now)
        if self._scaled is None or self._scaled[0] != key:
            self._scaled = (key, self._stretches())
        return self._scaled[1]

    def _stretches(self) -> list[_Stretch]:
        """To scale, but for what is long beside the token's life: that would shrink to a dot."""
        at = sorted({mark.at for mark in self._marks})
        at = [self._now, *at] if self._now < at[0] else [*at, self._now] if self._now > at[-1] else at
        issued_at, expires_at = self._at(_ISSUED) or at[0], self._at(_EXPIRES) or at[-1]
        if issued_at >= expires_at:
            issued_at, expires_at = at[0], at[-1]
        life = (expires_at - issued_at) or timedelta(seconds=1)
        found = []
        for start, end in pairwise(at):
            share = (end - start) / life
            is_squeezed = share > _SQUEEZED and not issued_at <= start < expires_at
            found.append(_Stretch(start, end, _SQUEEZED if is_squeezed else share, is_squeezed))
        return found

    def _at(self, word: str) -> datetime | None:
        return next((mark.at for mark in self._marks if mark.word == word), None)

    def _is_over(self) -> bool:
        expires_at = self._at(_EXPIRES)
        return expires_at is not None and expires_at <= self._now

    def _font(self) -> QFont:
        return theme().font(SMALL_PX)
