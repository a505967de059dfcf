"""What the token on show is, whose, and how long it will live, with its times on a line."""

from datetime import UTC, datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.gui.auth.token_timeline import TokenTimeline
from cognito_explorer.gui.lib.badge import StatusBadge
from cognito_explorer.gui.lib.labels import ElidedLabel, IconLabel, plain_label, set_property
from cognito_explorer.gui.lib.times import clock, duration
from cognito_explorer.gui.lib.tokens import Tone

KINDS = {"id": "ID token", "access": "Access token", "refresh": "Refresh token", "other": "Token"}
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
        layout.addWidget(self.timeline)

    def text(self) -> str:
        """The line as it reads."""
        return " · ".join(part for part in (self._kind.text(), self._whose.text(), self.expiry.text) if part)

    def show_token(self, token: DecodedToken, client_name: str) -> None:
        """Show another token."""
        self._kind.setText(KINDS[token.kind])
        user = token.username or ("no user" if token.claims else "")
        self._whose.setText(" · ".join(part for part in (user, client_name or token.client_id) if part))
        self.tell_time(token)

    def show_refresh_until(self, until: datetime | None) -> None:
        """Until when the sign-in can be refreshed; None: nothing is known of it."""
        is_over = until is not None and until <= datetime.now(UTC)
        words = "" if until is None else clock().relative(until)
        self.refreshable.setText(
            "" if until is None else f"refresh ended {words}" if is_over else f"refresh ends {words}"
        )
        self.refreshable.setToolTip("" if until is None else f"The refresh token's end: {clock().exact(until)}")
        self.refreshable.setVisible(until is not None)

    def tell_time(self, token: DecodedToken) -> None:
        """The countdown and the timeline as of now."""
        now = datetime.now(UTC)
        self.expiry.set_status(*expiry_in_words(token, now))
        self.timeline.show_token(token, now)


def expiry_in_words(token: DecodedToken, now: datetime) -> tuple[str, Tone, str]:
    """How long a token is valid, or for how long it has not been, with tone and icon."""
    if token.kind == "refresh":
        return "opaque", Tone.MUTED, "lock"
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
