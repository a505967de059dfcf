"""Times and amounts in words: relative with the exact one at hand, in local time or UTC."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QLocale, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from cognito_explorer.gui.lib.of_application import of_application
from cognito_explorer.gui.lib.settings import Settings

_TICK_MS = 30_000
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_UNITS = ((_DAY * 365, "year"), (_DAY * 30, "month"), (_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute"))


class Clock(QObject):
    """Tells the time as the person wants it. `changed`: local or UTC was chosen; `ticked`: relative times moved on."""

    changed = Signal()
    ticked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_utc = Settings().flag("times_in_utc")
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.ticked)
        self._timer.start()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            # Timers stand while a computer sleeps: whoever comes back must not read how late it was before.
            application.applicationStateChanged.connect(lambda _state: self.ticked.emit())

    @property
    def is_utc(self) -> bool:
        """Whether exact times are shown in UTC."""
        return self._is_utc

    def set_utc(self, is_utc: bool) -> None:
        """Choose, and remember it."""
        if is_utc != self._is_utc:
            self._is_utc = is_utc
            Settings().put("times_in_utc", is_utc)
            self.changed.emit()

    def exact(self, moment: datetime) -> str:
        """Date and time to the second, with the zone: 2026-11-23 09:30:12 UTC."""
        try:
            shown = moment.astimezone(UTC) if self._is_utc else moment.astimezone()
        except OverflowError:
            # In the last hours of the year 9999 or the first of the year 1, where zones have no date to show.
            shown = moment
        return f"{shown:%Y-%m-%d %H:%M:%S %Z}".rstrip()

    def time_of_day(self, moment: datetime) -> str:
        """Hour and minute, after the date where it is not today's: 09:30."""
        shown, today = ((each.astimezone(UTC) if self._is_utc else each.astimezone()) for each in (moment, _now()))
        return f"{shown:%H:%M}" if shown.date() == today.date() else f"{shown:%Y-%m-%d %H:%M}"

    def relative(self, moment: datetime) -> str:
        """How long ago or how far ahead: "2 days ago", "in 58 minutes", "just now"."""
        return relative(moment, datetime.now(UTC))


def clock() -> Clock:
    """The application's clock."""
    return of_application(Clock)


def relative(moment: datetime, now: datetime) -> str:
    """How long before or after `now` a moment is, in its largest unit."""
    seconds = (moment - now).total_seconds()
    if abs(seconds) < 45:
        return "just now" if seconds <= 0 else "in a moment"
    words = _largest(abs(seconds))
    return f"in {words}" if seconds > 0 else f"{words} ago"


def duration(length: timedelta | float) -> str:
    """A length of time (seconds, or a timedelta) in its two largest units: "1 hour 5 minutes"."""
    seconds = round(length.total_seconds() if isinstance(length, timedelta) else length)
    parts = []
    for size, unit in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute"), (1, "second")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(_plural(count, unit))
    return " ".join(parts[:2]) or "0 seconds"


def countdown(length: timedelta | float) -> str:
    """A length of time as a clock shows it: 58:12 or 1:02:03; "0:00" when it is over."""
    seconds = max(0, round(length.total_seconds() if isinstance(length, timedelta) else length))
    hours, rest = divmod(seconds, _HOUR)
    minutes, seconds = divmod(rest, _MINUTE)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def number(value: float) -> str:
    """A number with the locale's separators."""
    locale = QLocale()
    return locale.toString(value) if isinstance(value, int) else locale.toString(value, "g", 12)


def counted(count: int, noun: str, plural: str = "") -> str:
    """An amount with its noun: "1 user", "1,204 users"."""
    return f"{number(count)} {noun if count == 1 else plural or noun + 's'}"


def _now() -> datetime:
    return datetime.now(UTC)


def _largest(seconds: float) -> str:
    for size, unit in _UNITS:
        if seconds >= size:
            return _plural(int(seconds // size), unit)
    return "a minute"


def _plural(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
