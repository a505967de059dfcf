"""Credentials as they are shown: identity, role, caller, masked secrets, and the time that is left."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.identity_pools.credentials import Access, as_shell_exports
from cognito_explorer.gui.lib.clipboard import copy_secret
from cognito_explorer.gui.lib.facts import LABEL_PX, Fact, FactList
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label, set_tone
from cognito_explorer.gui.lib.text_view import SecretLabel
from cognito_explorer.gui.lib.times import countdown
from cognito_explorer.gui.lib.tokens import Tone

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_SOON_S = 300
_EXPORTS = "Copy as export lines for a shell"


class AccessView(QWidget):
    """Shows one Access; forgets it when told. `foot` is put where it never scrolls out of sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._access: Access | None = None
        self._aws: Aws | None = None
        self.facts = FactList()
        self.secret = SecretLabel("the secret access key")
        self.token = SecretLabel("the session token")
        self.foot = QWidget()
        self.expiry = plain_label("")
        self.renew_button = QPushButton(icon("refresh"), "Renew")
        self.exports_button = QPushButton(icon("copy"), "Copy exports")
        self.exports_button.clicked.connect(self._copy_exports)
        self._timer = QTimer(self)
        self._timer.setInterval(1_000)
        self._timer.timeout.connect(self._show_expiry)
        self._arrange()

    def show_access(self, access: Access, *, why: str, before: str, aws: "Aws | None") -> None:
        """Show these; `before` is the identity id of the last time, if there was one."""
        self._access, self._aws = access, aws
        is_other = before and before != access.identity_id
        self.facts.set_facts(
            (
                Fact("Identity", access.identity_id, f"Not the one as before: {before}" if is_other else "", True),
                Fact("Role", access.role_name, why, is_identifier=True, icon="role"),
                Fact("Caller", access.caller.arn, is_identifier=True),
                Fact("Access key id", access.credentials.access_key_id, is_identifier=True),
            )
        )
        self.secret.set_secret(access.credentials.secret_access_key)
        self.token.set_secret(access.credentials.session_token)
        self._show_expiry()
        self._timer.start()

    def forget(self) -> None:
        """Keep no secret any longer."""
        self._access = None
        self._timer.stop()
        self.facts.set_facts(())
        self.secret.set_secret("")
        self.token.set_secret("")

    def _show_expiry(self) -> None:
        if self._access is None:
            return
        left_s = (self._access.credentials.expires_at - datetime.now(UTC)).total_seconds()
        if left_s <= 0:
            self.expiry.setText("Expired: renew them")
            set_tone(self.expiry, Tone.BAD)
            self._timer.stop()
            return
        self.expiry.setText(f"Expires in {countdown(left_s)}")
        set_tone(self.expiry, Tone.WARN if left_s < _SOON_S else Tone.MUTED)

    def _copy_exports(self) -> None:
        if self._access is not None and self._aws is not None:
            endpoint = self._aws.profile.endpoint_url
            lines = as_shell_exports(self._access.credentials, region=self._aws.region, endpoint_url=endpoint)
            copy_secret(self, lines, "the export lines")

    def _arrange(self) -> None:
        lines = self.facts.layout()
        if isinstance(lines, QGridLayout):
            lines.setVerticalSpacing(4)
        for button, words in ((self.renew_button, "Renew the credentials"), (self.exports_button, _EXPORTS)):
            button.setToolTip(words)
            button.setAccessibleName(words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.facts)
        column.addLayout(self._secrets())
        column.addStretch(1)
        last = QHBoxLayout(self.foot)
        last.setContentsMargins(0, 0, 0, 0)
        last.setSpacing(8)
        last.addWidget(self.expiry, 1)
        last.addWidget(self.renew_button)
        last.addWidget(self.exports_button)

    def _secrets(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, LABEL_PX)
        grid.setColumnStretch(1, 1)
        for row, (label, secret) in enumerate((("Secret key", self.secret), ("Session token", self.token))):
            grid.addWidget(plain_label(label, "muted"), row, 0)
            grid.addWidget(secret, row, 1)
        return grid
