"""The top of the inspector: who this is, the status in plain words with Cognito's own beneath, and the identifiers."""

from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cognito_explorer.core.user_pools.user_status import status_meaning
from cognito_explorer.core.user_pools.users import User
from cognito_explorer.gui.lib.badge import StatusBadge
from cognito_explorer.gui.lib.facts import Fact, FactList
from cognito_explorer.gui.lib.labels import ElidedLabel, plain_label, set_property
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.user_pools.user_looks import enabled_look, status_look


class UserHeading(QWidget):
    """Shows one user; every text is plain and elided."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ElidedLabel()
        set_property(self.name, "role", "title")
        self.status = StatusBadge()
        self.enabled = StatusBadge()
        self.sentence = plain_label("", wrap=True, selectable=True)
        self.code = plain_label("", "small", selectable=True)
        self.facts = FactList()
        badges = QHBoxLayout()
        badges.setSpacing(8)
        badges.addWidget(self.status)
        badges.addWidget(self.enabled)
        badges.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.name)
        layout.addLayout(badges)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.code)
        layout.addLayout(words)
        layout.addWidget(self.facts)

    def show_user(self, user: User, temporary_password_days: int) -> None:
        """Show a user."""
        self.name.setText(user.name or user.username)
        look = status_look(user, temporary_password_days)
        self.status.set_status(look.word, look.tone, look.icon, tip=user.status)
        switch = enabled_look(user)
        self.enabled.set_status(switch.word, switch.tone, switch.icon)
        self.sentence.setText(status_meaning(user, temporary_password_days).sentence)
        self.code.setText(user.status if user.is_enabled else f"{user.status} · Enabled: false")
        self.facts.set_facts(
            [
                Fact("Username", user.username, is_identifier=True),
                Fact("User id (sub)", user.sub or "none", is_identifier=bool(user.sub)),
                *(_time("Created", user.created_at)),
                *(_time("Last changed", user.modified_at)),
            ]
        )


def _time(label: str, moment: datetime | None) -> tuple[Fact, ...]:
    return (Fact(label, moment, tone=Tone.TEXT),) if moment else ()
