"""What the token on show is, whose, and how long it will live, with its times on a line and the clock beside it."""

from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cognito_explorer.core.auth.clock_skew import ClockSkew
from cognito_explorer.core.auth.sign_in_ends import SignInEnd
from cognito_explorer.core.auth.time_units import wrong_unit
from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind
from cognito_explorer.core.insight.token_names import name_of, titled
from cognito_explorer.gui.auth.skew_meter import SkewMeter
from cognito_explorer.gui.auth.token_timeline import TokenTimeline
from cognito_explorer.gui.lib.badge import StatusBadge
from cognito_explorer.gui.lib.labels import ElidedLabel, IconLabel, plain_label, set_property
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.times import clock, duration
from cognito_explorer.gui.lib.tokens import Tone

KINDS: dict[TokenKind, str] = {"id": "ID token", "access": "Access token", "refresh": "Refresh token", "other": "Token"}
_SOON_S = 300


class TokenHeading(QWidget):
    """Kind, user, client, countdown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = plain_label("", "title")
        self._whose = ElidedLabel()
        set_property(self._whose, "tone", "muted")
        self.refreshable = plain_label("", "small")
        self.expiry = StatusBadge()
        self.timeline = TokenTimeline()
        self.skew_meter = SkewMeter()
        self._ahead = timedelta()
        self._token: DecodedToken | None = None
        self._client_name = ""
        self._end: tuple[SignInEnd | None, str] = (None, "")
        self._refresh: tuple[datetime, datetime] | None = None
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(IconLabel("token", Tone.ACCENT, 20))
        line.addWidget(self._kind)
        line.addWidget(self._whose, 1)
        line.addWidget(self.refreshable)
        line.addWidget(self.expiry)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(line)
        times = QHBoxLayout()
        times.setSpacing(24)
        times.addWidget(self.timeline, 1)
        times.addWidget(self.skew_meter)
        layout.addLayout(times)
        privacy().changed.connect(self._tell_whose)

    def text(self) -> str:
        """The line as it reads."""
        return " · ".join(part for part in (self._kind.text(), self._whose.text(), self.expiry.text) if part)

    def show_token(self, token: DecodedToken, client_name: str) -> None:
        """Show another token."""
        self._token, self._client_name = token, client_name
        self._kind.setText(titled(name_of(token)))
        self._tell_whose()
        self.tell_time()

    def _tell_whose(self) -> None:
        token = self._token
        if token is not None:
            know_user_of(token)
            user = privacy().in_text(_user_of(token)) if token.claims else ""
            self._whose.setText(" · ".join(part for part in (user, self._client_name or token.client_id) if part))

    def show_refresh(self, signed_in_at: datetime | None, until: datetime | None) -> None:
        """Since when and until when the sign-in can be refreshed; None: not known, or nothing to refresh with."""
        refresh = (signed_in_at, until) if signed_in_at is not None and until is not None else None
        if refresh == self._refresh and self.refreshable.isHidden() == (refresh is None):
            return
        self._refresh = refresh
        self.refreshable.setToolTip("" if until is None else f"The refresh token's end: {clock().exact(until)}")
        self.refreshable.setVisible(self._refresh is not None)
        self.tell_time()

    def show_end(self, end: SignInEnd | None, refused: str = "") -> None:
        """The token on show was revoked or signed out from here; None: it was not. `refused`: what else ended it."""
        if (end, refused) != self._end:
            self._end = end, refused
            self.tell_time()

    def show_clock(self, skew: ClockSkew | None) -> None:
        """Tell times by the clock that the local one was compared with; None: by the local one."""
        self._ahead = skew.ahead if skew is not None else timedelta()
        self.skew_meter.show_clock(skew)

    def tell_time(self) -> None:
        """The countdowns and the timeline as of now."""
        token, now = self._token, datetime.now(UTC) + self._ahead
        if token is None:
            return
        self._tell_expiry(token, now)
        self.timeline.show_token(token, now, self._refresh)
        self.skew_meter.setVisible(self.timeline.has_times)
        self._tell_refreshable(now)

    def _tell_expiry(self, token: DecodedToken, now: datetime) -> None:
        text, tone, icon = expiry_in_words(token, now)
        is_over = token.expires_at is not None and token.expires_at <= now
        end, refused = self._end
        if is_over or (end is None and not refused):
            self.expiry.set_status(text, tone, icon)
            return
        until, tip = token.expires_at, ""
        if until is not None:
            tip = f"Cognito refuses it. Where signature and time alone are checked, it {text}."
        if end is not None:
            self.expiry.set_status(f"{end.by} at {end.told_at}", Tone.BAD, "denied", tip=tip)
            return
        offline = f" · accepted offline until {clock().time_of_day(until)}" if until is not None else ""
        self.expiry.set_status(f"{refused}{offline}", Tone.BAD, "denied", tip=tip)

    def _tell_refreshable(self, now: datetime) -> None:
        if self._refresh is None:
            return
        until = self._refresh[1]
        if until <= now:
            self.refreshable.setText(f"refresh ended {_short((now - until).total_seconds())} ago")
        else:
            self.refreshable.setText(f"refresh ends in {_short((until - now).total_seconds())}")


def _user_of(token: DecodedToken) -> str:
    """A foreign issuer names nobody but in sub; a machine's token has its client there."""
    subject = token.claims.get("sub")
    is_person = isinstance(subject, str) and subject not in ("", token.client_id)
    return token.username or (str(subject) if is_person else "no user")


def know_user_of(token: DecodedToken) -> None:
    """Have the privacy switch mask the token's user wherever they are named."""
    subject = token.claims.get("sub")
    key = subject if isinstance(subject, str) else ""
    privacy().know([(token.username, key)] if token.username else [(key, "")])


def expiry_in_words(token: DecodedToken, now: datetime) -> tuple[str, Tone, str]:
    """How long a token is valid, or for how long it has not been, with tone and icon."""
    if token.kind == "refresh":
        return "opaque", Tone.MUTED, "lock"
    if token.payload == "token":
        return "nested", Tone.MUTED, "token"
    if token.expires_at is None and token.payload == "cut" and "exp" not in token.claims:
        return "expiry not read", Tone.WARN, "warning"
    if misread := wrong_unit(token.claims.get("exp")):
        return f"exp in {misread.unit}", Tone.BAD, "error"
    if token.expires_at is None:
        return "no expiry time", Tone.WARN, "warning"
    seconds = (token.expires_at - now).total_seconds()
    if seconds <= 0:
        return f"expired {_short(-seconds)} ago", Tone.BAD, "error"
    tone = Tone.WARN if seconds < _SOON_S else Tone.GOOD
    return f"expires in {_short(seconds)}", tone, "clock"


def _short(seconds: float) -> str:
    words = duration(seconds)
    for unit, short in ((" minutes", " min"), (" minute", " min"), (" seconds", " s"), (" second", " s")):
        words = words.replace(unit, short)
    return words
