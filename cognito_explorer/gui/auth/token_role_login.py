"""As what a token is brought to an identity pool, by which flow, and for which role."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.identity_pools.identity_pools import IdentityPoolDetail
from cognito_explorer.core.insight.role_claims import read_claims
from cognito_explorer.core.insight.role_logins import OPAQUE, RoleLogin, login_as, login_of_token, provider_key
from cognito_explorer.core.insight.role_trace import Flow
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.narrow_box import narrow_box
from cognito_explorer.gui.lib.theme import theme

_FLOWS: tuple[tuple[Flow, str], ...] = (("enhanced", "Enhanced flow"), ("classic", "Basic (classic) flow"))
_ITS_OWN = "Its issuer's login"
_TEXT_PX = 72
_LONGEST_ARN = 2_048
_SAML_WORDS = "SAML response (base64 or XML), or its attributes as a JSON object"
_OTHER_WORDS = 'What the provider says of the person, as a JSON object, e.g. {"app_id": "…", "user_id": "…"}'


class TokenRoleLogin(QWidget):
    """`changed`: something else would be brought, or asked for."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered = [(_ITS_OWN, "")]
        self.provider_box = narrow_box(6)
        self.provider_box.addItem(_ITS_OWN, "")
        self.flow_box = narrow_box(6)
        for flow, words in _FLOWS:
            self.flow_box.addItem(words, flow)
        self.role_line = QLineEdit()
        self.role_line.setMaxLength(_LONGEST_ARN)
        self.role_line.setPlaceholderText("None: the pool chooses")
        self.role_line.setToolTip("CustomRoleArn; in the classic flow, the role that STS is asked for")
        self.claims_text = QPlainTextEdit()
        self.claims_text.setTabChangesFocus(True)
        self.claims_text.setFixedHeight(theme().px(_TEXT_PX))
        self.claims_text.setAccessibleName("What the provider says")
        self.trouble = plain_label("", "small", wrap=True)
        self._arrange()
        self.provider_box.currentIndexChanged.connect(lambda _at: self._choose())
        self.flow_box.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self.role_line.editingFinished.connect(self.changed)
        self.claims_text.textChanged.connect(self.changed)
        self._choose()

    @property
    def flow(self) -> Flow:
        """The chosen flow."""
        return next(flow for flow, _ in _FLOWS if flow == self.flow_box.currentData())

    @property
    def role_arn(self) -> str:
        """The role asked for by name, "" for none."""
        return self.role_line.text().strip()

    def offer(self, detail: IdentityPoolDetail | None) -> None:
        """Offer the providers of a pool; the one chosen before stays chosen where this pool has it, too."""
        chosen = self.provider_box.currentData()
        rows = [(_ITS_OWN, "")]
        if detail is not None:
            rows += [(f"{each.kind}: {each.name}", provider_key(each)) for each in detail.other_providers]
        if rows == self._offered:
            return
        self._offered = rows
        self.provider_box.blockSignals(True)
        self.provider_box.clear()
        for words, key in rows:
            self.provider_box.addItem(words, key)
        self.provider_box.setCurrentIndex(max(0, self.provider_box.findData(chosen)))
        self.provider_box.blockSignals(False)
        self._show_parts()

    def login(self, token: DecodedToken) -> RoleLogin:
        """What is brought: the token on show, under its issuer's name or another's, or what was typed."""
        provider = str(self.provider_box.currentData())
        self.trouble.hide()
        if not provider:
            return login_of_token(token)
        if not self._is_typed():
            return login_as(provider, token.claims)
        try:
            return login_as(provider, read_claims(self.claims_text.toPlainText()))
        except InvalidInput as error:
            self.trouble.setText(f"{error.title} {error.hint}")
            self.trouble.show()
            return login_as(provider, {})

    def _is_typed(self) -> bool:
        """Whether the provider's tokens are none that the page can read: opaque ones, and assertions."""
        provider = str(self.provider_box.currentData())
        return provider in OPAQUE or provider.startswith("arn:")

    def _choose(self) -> None:
        self._show_parts()
        self.changed.emit()

    def _show_parts(self) -> None:
        is_saml = str(self.provider_box.currentData()).startswith("arn:")
        self.claims_text.setPlaceholderText(_SAML_WORDS if is_saml else _OTHER_WORDS)
        self.claims_text.setVisible(self._is_typed())
        if not self._is_typed():
            self.trouble.hide()

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for column, (words, part) in enumerate((("Brought as", self.provider_box), ("By", self.flow_box))):
            grid.addWidget(_label(words, part), 0, column)
            grid.addWidget(part, 1, column)
            grid.setColumnStretch(column, 1)
        # A role's ARN is long, and three beside each other are too wide for a small window.
        grid.addWidget(_label("Role asked for", self.role_line), 2, 0, 1, 2)
        for row, whole in enumerate((self.role_line, self.claims_text, self.trouble), 3):
            grid.addWidget(whole, row, 0, 1, 2)


def _label(words: str, part: QWidget) -> QLabel:
    label = plain_label(words, "small")
    label.setBuddy(part)
    return label
