"""The top of the inspector: who this is, the status in plain words with Cognito's own beneath, and the identifiers."""

from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.user_pools.user_status import status_meaning
from cognito_explorer.core.user_pools.users import User
from cognito_explorer.gui.lib.badge import StatusBadge
from cognito_explorer.gui.lib.facts import Fact, FactList
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import ElidedLabel, plain_label, set_property
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.user_pools.user_looks import enabled_look, status_look


class UserHeading(QWidget):
    """Shows one user; every text is plain and elided."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ElidedLabel(masks=False)
        set_property(self.name, "role", "title")
        self.status = StatusBadge()
        self.enabled = StatusBadge()
        self.sentence = plain_label("", wrap=True, selectable=True)
        self.code = plain_label("", "small", selectable=True)
        self.facts = FactList()
        self._sub = ""
        self.reveal_button = _reveal_button()
        self.reveal_button.clicked.connect(lambda: privacy().reveal(self._sub))
        badges = QHBoxLayout()
        badges.setSpacing(8)
        badges.addWidget(self.status)
        badges.addWidget(self.enabled)
        badges.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.reveal_button)
        layout.addLayout(head)
        layout.addLayout(badges)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.code)
        layout.addLayout(words)
        layout.addWidget(self.facts)

    def show_user(self, user: User, temporary_password_days: int) -> None:
        """Show a user."""
        is_hidden = privacy().hides(user.sub)
        self._sub = user.sub
        self.reveal_button.setVisible(is_hidden)
        privacy().know([(user.username, user.sub)])
        username = privacy().of_username(user.sub, user.username)
        self.name.setText(privacy().of_record(user.sub, user.name) or username)
        look = status_look(user, temporary_password_days)
        self.status.set_status(look.word, look.tone, look.icon, tip=user.status)
        switch = enabled_look(user)
        self.enabled.set_status(switch.word, switch.tone, switch.icon)
        self.sentence.setText(status_meaning(user, temporary_password_days).sentence)
        self.code.setText(user.status if user.is_enabled else f"{user.status} · Enabled: false")
        self.facts.set_facts(
            [
                Fact("Username", username, is_identifier=True, masks=False),
                Fact("User id (sub)", user.sub or "none", is_identifier=bool(user.sub)),
                *(_time("Created", user.created_at)),
                *(_time("Last changed", user.modified_at)),
            ]
        )


def _reveal_button() -> QPushButton:
    button = QPushButton(icon("eye"), "Revea&l")
    button.setToolTip("Show this user's address, number and names; the others stay masked")
    button.hide()
    return button


def _time(label: str, moment: datetime | None) -> tuple[Fact, ...]:
    return (Fact(label, moment, tone=Tone.TEXT),) if moment else ()
