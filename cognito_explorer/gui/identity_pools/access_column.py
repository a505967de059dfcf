"""One somebody's access: who they are to the identity pool, the role, the temporary credentials."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cognito_explorer.core.errors import ExplorerError, SessionExpired, Unreachable
from cognito_explorer.core.identity_pools.credentials import Access
from cognito_explorer.gui.identity_pools.access_view import AccessView
from cognito_explorer.gui.identity_pools.offers import SIGN_IN, SIGN_IN_AGAIN, Offer
from cognito_explorer.gui.lib.faces import ErrorBanner
from cognito_explorer.gui.lib.labels import ElidedLabel, IconLabel, plain_label, plain_tooltip, set_property
from cognito_explorer.gui.lib.scrolled import scrolled_column
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.theme import CONTROL_PX, theme
from cognito_explorer.gui.lib.tokens import Tone

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws


class AccessColumn(QFrame):
    """Gets credentials as the offer says. `changed`: there are other credentials, or none any longer."""

    changed = Signal()
    other_wanted = Signal()

    def __init__(self, title: str, symbol: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.tasks = TaskScope(self)
        self.access: Access | None = None
        self.aws: Aws | None = None
        self.why_not_get: Callable[[], str] = lambda: ""
        self._offer = Offer(None, "")
        self._last_identity = ""
        self._heading = plain_label(title, "section")
        self._who = ElidedLabel()
        set_property(self._who, "role", "muted")
        self._title_line = QHBoxLayout()
        self.banner = ErrorBanner()
        self.get_button = QPushButton(f"Get {title.lower()} credentials")
        self.get_button.setProperty("kind", "primary")
        self.other_button = QPushButton()
        self.note = plain_label("", "muted", wrap=True)
        self.why = plain_label("", "small", wrap=True)
        self.refusal = plain_label("", "muted", wrap=True)
        self.view = AccessView()
        self._before = QWidget()
        self._arrange(symbol)
        self._wire()

    @property
    def is_expired(self) -> bool:
        """Whether the credentials have run out."""
        return self.access is not None and self.access.credentials.expires_at <= datetime.now(UTC)

    @property
    def can_open(self) -> bool:
        """Whether credentials can be asked for."""
        return self._offer.opener is not None

    def add_to_heading(self, widget: QWidget) -> None:
        """Put a widget at the right of the heading."""
        self._title_line.addWidget(widget)

    def offer(self, offer: Offer) -> None:
        """Take an offer. Credentials are kept if it is for the same somebody with the same token."""
        is_same = offer.key == self._offer.key
        self._offer = offer
        self.review()
        self._who.setText(offer.who)
        self.note.setText(offer.note)
        self.why.setText(offer.why)
        self.why.setVisible(bool(offer.why))
        self.get_button.setVisible(offer.opener is not None)
        self._name_other(offer.instead)
        if not is_same:
            self._last_identity = ""
            self.banner.dismiss()
            self.tasks.cancel_all()
            self.forget()

    def forget(self) -> None:
        """Drop the credentials."""
        had_access = self.access is not None
        self.access = None
        self.view.forget()
        self._show_face()
        if had_access:
            self.changed.emit()

    def why_not_start(self) -> str:
        """Why no credentials can be asked for, or ""."""
        return self.why_not_get() or ("" if self.can_open else self.note.text())

    def review(self) -> None:
        """Something else may be done now, or the endpoint turned out to lack what it takes."""
        reason = self.why_not_get()
        is_free = not self.tasks.is_running("credentials") and not reason
        for button in (self.get_button, self.view.renew_button):
            button.setEnabled(is_free)
            button.setToolTip(plain_tooltip(reason))
        self.refusal.setText(reason)
        self.refusal.setVisible(bool(reason))

    def start(self) -> None:
        """Ask for credentials."""
        if self._offer.opener is not None and not self.why_not_get():
            self.banner.dismiss()
            self.tasks.start("credentials", self._open(self._offer), label="Getting credentials")

    async def ensure(self) -> Access | None:
        """Credentials that are good now, asked for where there are none; None if there is no way to get any."""
        if not self.why_not_start() and (self.access is None or self.is_expired):
            if not self.tasks.is_running("credentials"):
                self.start()
            await self.tasks.idle()
        return None if self.is_expired else self.access

    def show_access(self, access: Access) -> None:
        """Show credentials that were got."""
        before, self._last_identity = self._last_identity, access.identity_id
        self.access = access
        self.view.show_access(access, why=self._offer.why, before=before, aws=self.aws)
        self._show_face()
        self.changed.emit()

    async def _open(self, offer: Offer) -> None:
        if offer.opener is not None:
            self.show_access(await offer.opener())

    def _fail(self, _name: str, error: ExplorerError) -> None:
        # No answer is no refusal: what was known before still holds.
        self.banner.show_error(error)
        if not isinstance(error, Unreachable):
            self.forget()
        if isinstance(error, SessionExpired) and self._offer.instead:
            self._name_other(SIGN_IN)
            self.get_button.hide()

    def _name_other(self, title: str) -> None:
        self.other_button.setText(title)
        self.other_button.setVisible(bool(title))
        set_property(self.other_button, "kind", "" if title == SIGN_IN_AGAIN else "primary")

    def _wire(self) -> None:
        self.other_button.clicked.connect(self.other_wanted)
        self.get_button.clicked.connect(self.start)
        self.view.renew_button.clicked.connect(self.start)
        self.banner.retry_wanted.connect(self.start)
        self.tasks.failed.connect(self._fail)
        self.tasks.tasks_changed.connect(self.review)

    def _arrange(self, symbol: str) -> None:
        line = self._title_line
        line.setSpacing(8)
        line.addWidget(IconLabel(symbol, Tone.ACCENT, 20), 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._heading)
        line.addWidget(self._who, 1)
        # As high as a control, so that the columns align whether or not one stands in the line.
        line.addStrut(theme().px(CONTROL_PX))
        self._arrange_before()
        scroll = QScrollArea()
        column = scrolled_column(scroll, (0, 0, 0, 0), 8)
        for part in (self.banner, self._before, self.view):
            column.addWidget(part)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 12)
        layout.setSpacing(8)
        layout.addLayout(line)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.view.foot)
        self._show_face()

    def _show_face(self) -> None:
        has_access = self.access is not None
        self._before.setVisible(not has_access)
        self.view.setVisible(has_access)
        self.view.foot.setVisible(has_access)

    def _arrange_before(self) -> None:
        column = QVBoxLayout(self._before)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.note)
        column.addWidget(self.why)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.get_button)
        buttons.addWidget(self.other_button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addWidget(self.refusal)
        self.refusal.hide()
