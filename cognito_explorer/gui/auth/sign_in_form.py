"""What to ask the hosted UI for: app client, callback URL, scopes, and who is expected."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cognito_explorer.core.auth.hosted_ui import Wishes
from cognito_explorer.core.auth.oauth import HostedApp
from cognito_explorer.core.sandbox_process import DEMO_APP_SECRET, DEMO_PASSWORD
from cognito_explorer.core.user_pools.app_clients import AppClient
from cognito_explorer.gui.auth.hosted_clients import HostedClients, why_not
from cognito_explorer.gui.lib.billable import billable_badge
from cognito_explorer.gui.lib.facts import Fact, FactList
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label, plain_tooltip
from cognito_explorer.gui.lib.privacy import veil
from cognito_explorer.gui.lib.theme import theme

WIDTH_PX = 440
_SCOPE_WORDS = {
    "openid": "an ID token, and who the user is",
    "email": "the e-mail address",
    "phone": "the phone number",
    "profile": "the other readable attributes",
    "aws.cognito.signin.user.admin": "self-service",
}
# Who is in the sandbox's own pools, by the pool's name.
_DEMO_PEOPLE = {
    "moonletter": "Sign in as ada, grace or linus.",
    "moonletter-eu": "Sign in as margaret, who is asked for a code of her authenticator app.",
}


def _demo_facts(pool_name: str) -> list[Fact]:
    if pool_name not in _DEMO_PEOPLE:
        return []
    facts = [Fact("Everyone's demo password", DEMO_PASSWORD, _DEMO_PEOPLE[pool_name], is_identifier=True)]
    if pool_name == "moonletter-eu":
        hint = "Type it into any authenticator app, which then shows the codes."
        facts.append(Fact("Her app's secret", DEMO_APP_SECRET, hint, is_identifier=True))
    return facts


class SignInForm(QWidget):
    """`submitted`: the person wants to sign in with what the form says."""

    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found = HostedClients("", "", ())
        self.client_box = QComboBox()
        self.callback_box = QComboBox()
        self.hint_line = QLineEdit()
        veil(self.hint_line)
        self.hint_line.setPlaceholderText("Username or e-mail address to fill in (optional)")
        self.hint_line.setMaxLength(256)
        self.sign_in_button = QPushButton(icon("sign-in", "on_accent"), "&Sign in")
        self.sign_in_button.setProperty("kind", "primary")
        self.scope_boxes: list[QCheckBox] = []
        self._scopes = QVBoxLayout()
        self.sent_card = QFrame()
        self._sent = plain_label("", wrap=True)
        self.demo = FactList()
        self.demo.hide()
        self._client_note = plain_label("", "small", wrap=True)
        self._callback_label = plain_label("Ca&llback URL")
        self._arrange()
        self.client_box.currentIndexChanged.connect(lambda _at: self._show_client())
        self.hint_line.textChanged.connect(lambda _text: self._tell())
        self.hint_line.returnPressed.connect(self._submit)
        self.sign_in_button.clicked.connect(self._submit)

    def show_clients(self, found: HostedClients) -> None:
        """Offer these clients; the one chosen before stays chosen if it is still there."""
        chosen = self.client
        self._found = found
        facts = _demo_facts(found.pool_name) if found.is_sandbox else []
        self.demo.set_facts(facts)
        self.demo.setVisible(bool(facts))
        self.client_box.blockSignals(True)
        model = QStandardItemModel(self.client_box)
        for client in found.clients:
            model.appendRow(_item(client))
        self.client_box.setModel(model)
        usable = [at for at, client in enumerate(found.clients) if client.can_sign_in]
        same = [at for at in usable if chosen is not None and found.clients[at].client_id == chosen.client_id]
        self.client_box.setCurrentIndex((same or usable or [-1])[0])
        self.client_box.blockSignals(False)
        self._show_client()

    @property
    def client(self) -> AppClient | None:
        """The chosen client, or None where no client can sign in."""
        at = self.client_box.currentIndex()
        return self._found.clients[at] if 0 <= at < len(self._found.clients) else None

    def scopes(self) -> tuple[str, ...]:
        """The scopes to ask for."""
        return tuple(str(box.property("scope")) for box in self.scope_boxes if box.isChecked())

    def app(self) -> HostedApp | None:
        """The application to sign in to, or None where no client can."""
        client = self.client
        if client is None:
            return None
        callback = self.callback_box.currentText()
        return HostedApp(self._found.origin, client.client_id, callback, self.scopes(), client.secret)

    def wishes(self) -> Wishes:
        """The optional parameters."""
        return Wishes(login_hint=self.hint_line.text().strip())

    def sent_words(self) -> str:
        """What the form says it will send."""
        return self._sent.text()

    def _submit(self) -> None:
        if self.sign_in_button.isEnabled():
            self.submitted.emit()

    def _show_client(self) -> None:
        client = self.client
        self.callback_box.clear()
        self.callback_box.addItems(list(client.callback_urls) if client else [])
        several = client is not None and len(client.callback_urls) > 1
        self.callback_box.setVisible(several)
        self._callback_label.setVisible(several)
        self._client_note.setText(_describe(client) if client else "No app client of this pool can sign people in.")
        self._show_scopes(client.scopes if client else ())
        self._tell()

    def _show_scopes(self, scopes: Sequence[str]) -> None:
        for box in self.scope_boxes:
            box.hide()
            box.deleteLater()
        self.scope_boxes = [_scope_box(scope) for scope in scopes]
        for box in self.scope_boxes:
            box.toggled.connect(lambda _on: self._tell())
            self._scopes.addWidget(box)

    def _tell(self) -> None:
        client = self.client
        self.sign_in_button.setEnabled(client is not None and bool(self.scopes()))
        if client is None:
            self._sent.setText("")
            return
        words = [
            f"{self._found.origin} opens in a private view that forgets everything when it closes.",
            "Along go a PKCE challenge (S256), so that only this app can use the code; a random state, so that the"
            " answer belongs to this attempt; and a random nonce, so that the ID token does.",
            f"The answer to {self.callback_box.currentText() or (client.callback_urls or ('',))[0]} is caught here and"
            " never loaded.",
        ]
        if not self.scopes():
            words = ["Choose at least one scope."]
        elif "openid" not in self.scopes():
            words.append("Without openid there will be no ID token, and nothing to compare the nonce with.")
        self._sent.setText("\n\n".join(words))

    def _sign_in_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.sign_in_button)
        line.addWidget(billable_badge())
        line.addStretch(1)
        return line

    def _arrange(self) -> None:
        for box in (self.client_box, self.callback_box):
            box.setMinimumWidth(theme().px(320))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sent_card.setProperty("role", "card")
        card = QVBoxLayout(self.sent_card)
        card.setContentsMargins(16, 16, 16, 16)
        card.setSpacing(8)
        card.addWidget(plain_label("What will be sent", "section"))
        card.addWidget(self._sent)
        self._scopes.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(_label("App &client", self.client_box))
        layout.addWidget(self.client_box)
        layout.addWidget(self._client_note)
        self._callback_label.setBuddy(self.callback_box)
        layout.addSpacing(8)
        layout.addWidget(self._callback_label)
        layout.addWidget(self.callback_box)
        layout.addSpacing(8)
        layout.addWidget(plain_label("Scopes"))
        layout.addLayout(self._scopes)
        layout.addSpacing(8)
        layout.addWidget(_label("&Expected user", self.hint_line))
        layout.addWidget(self.hint_line)
        layout.addSpacing(8)
        layout.addWidget(self.demo)
        layout.addSpacing(16)
        layout.addLayout(self._sign_in_line())


def _label(text: str, buddy: QWidget) -> QLabel:
    label = plain_label(text)
    label.setBuddy(buddy)
    return label


def _item(client: AppClient) -> QStandardItem:
    reason = why_not(client)
    name = client.name or client.client_id
    item = QStandardItem(f"{name}: {reason}" if reason else name)
    item.setEnabled(not reason)
    return item


def _describe(client: AppClient) -> str:
    kind = "Confidential: proves itself with its secret." if client.has_secret else "Public: has no secret."
    return f"{kind} {client.client_id}"


def _scope_box(scope: str) -> QCheckBox:
    words = _SCOPE_WORDS.get(scope, "")
    escaped = scope.replace("&", "&&")
    box = QCheckBox(f"{escaped}: {words}" if words else escaped)
    box.setProperty("scope", scope)
    box.setToolTip(plain_tooltip(scope))
    box.setChecked(True)
    return box
