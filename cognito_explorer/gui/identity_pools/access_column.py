"""One somebody's access: who they are to the identity pool, the role, the temporary credentials."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.identity_pools.credentials import Access, as_shell_exports
from cognito_explorer.gui.lib.clipboard import copy_secret
from cognito_explorer.gui.lib.faces import ErrorBanner
from cognito_explorer.gui.lib.facts import Fact, FactList
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import IconLabel, plain_label, set_tone
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.text_view import SecretLabel
from cognito_explorer.gui.lib.times import countdown
from cognito_explorer.gui.lib.tokens import Tone

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_SOON_S = 300
Opener = Callable[[], Coroutine[Any, Any, Access]]


class AccessColumn(QFrame):
    """Asks for credentials with `opener`. `changed`: there are other credentials, or none."""

    changed = Signal()

    def __init__(self, title: str, symbol: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.tasks = TaskScope(self)
        self.access: Access | None = None
        self._opener: Opener | None = None
        self._instead: Callable[[], object] = lambda: None
        self._aws: Aws | None = None
        self._why = ""
        self._heading = plain_label(title, "section")
        self._who = plain_label("", "muted")
        self.banner = ErrorBanner()
        self.get_button = QPushButton("Get credentials")
        self.get_button.setProperty("kind", "primary")
        self.other_button = QPushButton()
        self.other_button.hide()
        self.note = plain_label("", "muted", wrap=True)
        self.facts = FactList()
        self.secret = SecretLabel("the secret access key")
        self.token = SecretLabel("the session token")
        self.expiry = plain_label("")
        self.exports_button = QPushButton(icon("copy"), "Copy as shell exports")
        self._stack = QStackedWidget()
        self._timer = QTimer(self)
        self._timer.setInterval(1_000)
        self._timer.timeout.connect(self._show_expiry)
        self._arrange(symbol)
        self._wire()

    @property
    def is_expired(self) -> bool:
        """Whether the credentials have run out."""
        return self.access is not None and self.access.credentials.expires_at <= datetime.now(UTC)

    @property
    def can_open(self) -> bool:
        """Whether credentials can be asked for."""
        return self._opener is not None

    def offer(self, opener: Opener | None, *, who: str, note: str, why: str, aws: "Aws | None") -> None:
        """Say how credentials are got (None: not at all), for whom, and why they will have their role."""
        self._opener, self._why, self._aws = opener, why, aws
        self._who.setText(who)
        self.note.setText(note)
        self.get_button.setVisible(opener is not None)
        self.banner.dismiss()
        self.forget()

    def offer_instead(self, title: str, run: Callable[[], object]) -> None:
        """Offer another button beside: sign in first."""
        self.other_button.setText(title)
        self.other_button.setVisible(bool(title))
        self._instead = run

    def forget(self) -> None:
        """Drop the credentials."""
        self.access = None
        self._timer.stop()
        self.secret.set_secret("")
        self.token.set_secret("")
        self._stack.setCurrentIndex(0)
        self.changed.emit()

    def start(self) -> None:
        """Ask for credentials."""
        if self._opener is not None:
            self.tasks.start("credentials", self.open(), label="Getting credentials")

    async def open(self) -> Access | None:
        """Ask for credentials and show them; an error is shown, and the old ones are dropped."""
        if self._opener is None:
            return None
        self.banner.dismiss()
        self.get_button.setEnabled(False)
        try:
            access = await self._opener()
        except ExplorerError as error:
            self.forget()
            self.banner.show_error(error)
            return None
        finally:
            self.get_button.setEnabled(True)
        self._show(access)
        return access

    def _show(self, access: Access) -> None:
        self.access = access
        credentials = access.credentials
        self.facts.set_facts(
            (
                Fact("Identity", access.identity_id, is_identifier=True),
                Fact("Role", access.role_name, self._why, icon="role"),
                Fact("Caller", access.caller.arn, is_identifier=True),
                Fact("Access key id", credentials.access_key_id, is_identifier=True),
            )
        )
        self.secret.set_secret(credentials.secret_access_key)
        self.token.set_secret(credentials.session_token)
        self._stack.setCurrentIndex(1)
        self._show_expiry()
        self._timer.start()
        self.changed.emit()

    def _show_expiry(self) -> None:
        if self.access is None:
            return
        left = (self.access.credentials.expires_at - datetime.now(UTC)).total_seconds()
        if left <= 0:
            self.expiry.setText("Expired: get new ones")
            set_tone(self.expiry, Tone.BAD)
            return
        self.expiry.setText(f"Expires in {countdown(left)}")
        set_tone(self.expiry, Tone.WARN if left < _SOON_S else Tone.MUTED)

    def _copy_exports(self) -> None:
        if self.access is not None and self._aws is not None:
            endpoint = self._aws.profile.endpoint_url
            lines = as_shell_exports(self.access.credentials, region=self._aws.region, endpoint_url=endpoint)
            copy_secret(self, lines, "the export lines")

    def _wire(self) -> None:
        self.other_button.clicked.connect(lambda: self._instead())
        self.get_button.clicked.connect(self.start)
        self.renew_button.clicked.connect(self.start)
        self.exports_button.clicked.connect(self._copy_exports)
        self.banner.retry_wanted.connect(self.start)

    def _arrange(self, symbol: str) -> None:
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(IconLabel(symbol, Tone.ACCENT, 20))
        heading.addWidget(self._heading)
        heading.addWidget(self._who, 1)
        before = QWidget()
        column = QVBoxLayout(before)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.note)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.get_button)
        buttons.addWidget(self.other_button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        self._stack.addWidget(before)
        self._stack.addWidget(self._after())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        layout.addLayout(heading)
        layout.addWidget(self.banner)
        layout.addWidget(self._stack, 1)

    def _after(self) -> QWidget:
        self.renew_button = QPushButton(icon("refresh"), "Renew")
        secrets = QGridLayout()
        secrets.setHorizontalSpacing(12)
        secrets.setVerticalSpacing(4)
        secrets.setColumnMinimumWidth(0, 128)
        secrets.setColumnStretch(1, 1)
        for row, (label, secret) in enumerate((("Secret key", self.secret), ("Session token", self.token))):
            secrets.addWidget(plain_label(label, "muted"), row, 0)
            secrets.addWidget(secret, row, 1)
        last = QHBoxLayout()
        last.setSpacing(8)
        last.addWidget(self.expiry, 1)
        last.addWidget(self.renew_button)
        last.addWidget(self.exports_button)
        after = QWidget()
        column = QVBoxLayout(after)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.facts)
        column.addLayout(secrets)
        column.addStretch(1)
        column.addLayout(last)
        return after
