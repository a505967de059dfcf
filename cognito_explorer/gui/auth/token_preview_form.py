"""Who would sign in, where and how: what a prediction of tokens needs to know."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from cognito_explorer.core.insight.token_preview import OPENID_SCOPES, LastStep
from cognito_explorer.core.user_pools.app_clients import AppClient
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.privacy import veil
from cognito_explorer.gui.lib.theme import theme

API, CHALLENGE, DEVICE, HOSTED, MACHINE = "api", "challenge", "device", "hosted", "machine"
REFRESH, HOSTED_REFRESH = "refresh", "hosted refresh"
_WAYS = (
    (API, "Through the API, in one call"),
    (CHALLENGE, "Through the API, after a challenge"),
    (DEVICE, "Through the API, on a remembered device"),
    (REFRESH, "Through the API, refreshed"),
    (HOSTED, "Through the hosted UI"),
    (HOSTED_REFRESH, "Through the hosted UI, refreshed"),
    (MACHINE, "Client credentials, no user"),
)
_LAST_STEPS: dict[str, LastStep] = {
    CHALLENGE: "challenge",
    DEVICE: "device",
    REFRESH: "refresh",
    HOSTED_REFRESH: "refresh",
}
_METADATA_HINT = "For the pool's function: one key=value a line, or a JSON object"
_METADATA_PX = 36
_LONGEST = 256


class TokenPreviewForm(QWidget):
    """`submitted`: predict what the form says. `changed`: somebody chose or typed something else since."""

    submitted = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clients: tuple[AppClient, ...] = ()
        self.user_line = QLineEdit()
        self.user_line.setPlaceholderText("Username, e-mail address, phone number or sub")
        self.user_line.setMaxLength(_LONGEST)
        veil(self.user_line)
        self.client_box = QComboBox()
        self.way_box = QComboBox()
        for value, words in _WAYS:
            self.way_box.addItem(words, value)
        self.scope_line = QLineEdit()
        self.scope_line.setPlaceholderText("Scopes, separated by blanks")
        self.resource_line = QLineEdit()
        self.resource_line.setPlaceholderText("None: an absolute address")
        self.resource_line.setMaxLength(_LONGEST)
        self.resource_line.setToolTip("What the access token is bound to (the parameter resource): its aud")
        self.metadata_text = QPlainTextEdit()
        self.metadata_text.setPlaceholderText(_METADATA_HINT)
        self.metadata_text.setTabChangesFocus(True)
        self.metadata_text.setFixedHeight(theme().px(_METADATA_PX))
        self._metadata_label = _label("Client &metadata", self.metadata_text)
        self._scope_label = _label("&Scopes", self.scope_line)
        self._resource_label = _label("&Resource", self.resource_line)
        self.predict_button = QPushButton(icon("token", "on_accent"), "Predic&t")
        self.predict_button.setProperty("kind", "primary")
        self._arrange()
        for box in (self.client_box, self.way_box):
            box.currentIndexChanged.connect(self._fill_scopes)
            box.currentIndexChanged.connect(self.changed)
        for line in (self.user_line, self.scope_line, self.resource_line):
            line.returnPressed.connect(self.submitted)
            line.textEdited.connect(self.changed)
        self.predict_button.clicked.connect(self.submitted)

    @property
    def client(self) -> AppClient | None:
        """The chosen client, None where the pool has none."""
        at = self.client_box.currentIndex()
        return self._clients[at] if 0 <= at < len(self._clients) else None

    @property
    def way(self) -> str:
        """One of the constants above."""
        return str(self.way_box.currentData())

    @property
    def last_step(self) -> LastStep:
        """What brings the tokens."""
        return _LAST_STEPS.get(self.way, "sign-in")

    @property
    def has_scopes(self) -> bool:
        """Whether scopes and a resource are asked for: the API knows none."""
        return self.way in (HOSTED, HOSTED_REFRESH, MACHINE)

    @property
    def scopes(self) -> tuple[str, ...] | None:
        """The scopes asked for; None through the API, which knows none."""
        return tuple(dict.fromkeys(self.scope_line.text().split())) if self.has_scopes else None

    @property
    def resource(self) -> str:
        """The resource that the access token is to be bound to, "" for none."""
        return self.resource_line.text().strip() if self.has_scopes else ""

    def show_metadata(self, *, shown: bool) -> None:
        """Ask for client metadata, or not: it is for a pre token generation function alone."""
        for part in (self._metadata_label, self.metadata_text):
            part.setVisible(shown)

    def show_clients(self, clients: tuple[AppClient, ...]) -> None:
        """Offer these; the one chosen before stays chosen, and the scopes asked of it stay as they were typed."""
        chosen = self.client.client_id if self.client is not None else ""
        typed = self.scope_line.text()
        self._clients = clients
        self.client_box.blockSignals(True)
        self.client_box.clear()
        names = [each.name for each in clients]
        for number, each in enumerate(clients):
            is_told = bool(each.name) and names.count(each.name) == 1
            self.client_box.addItem(each.name if is_told else f"{each.name} {each.client_id}".strip(), each.client_id)
            self.client_box.setItemData(number, each.client_id, Qt.ItemDataRole.ToolTipRole)
        at = next((at for at, each in enumerate(clients) if each.client_id == chosen), 0)
        self.client_box.setCurrentIndex(at)
        self.client_box.blockSignals(False)
        self._fill_scopes()
        if chosen and typed and self.client is not None and self.client.client_id == chosen:
            self.scope_line.setText(typed)

    def _fill_scopes(self) -> None:
        has_scopes, has_user = self.has_scopes, self.way != MACHINE
        self.client_box.setToolTip(self.client.client_id if self.client is not None else "")
        for part in (self._scope_label, self.scope_line, self._resource_label, self.resource_line):
            part.setVisible(has_scopes)
        self.user_line.setEnabled(has_user)
        self.predict_button.setEnabled(self.client is not None)
        allowed: tuple[str, ...] = self.client.scopes if self.client is not None else ()
        if not has_user:
            allowed = tuple(scope for scope in allowed if scope not in OPENID_SCOPES)
        self.scope_line.setText(" ".join(allowed) if has_scopes else "")

    def _arrange(self) -> None:
        for box in (self.client_box, self.way_box):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(18)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        parts = (("&User", self.user_line), ("App &client", self.client_box), ("H&ow", self.way_box))
        for column, (words, part) in enumerate(parts):
            grid.addWidget(_label(words, part), 0, column)
            grid.addWidget(part, 1, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(self.predict_button, 1, 3)
        grid.addWidget(self._scope_label, 2, 0, 1, 2)
        grid.addWidget(self.scope_line, 3, 0, 1, 2)
        grid.addWidget(self._resource_label, 2, 2, 1, 2)
        grid.addWidget(self.resource_line, 3, 2, 1, 2)
        grid.addWidget(self._metadata_label, 4, 0, 1, 4)
        grid.addWidget(self.metadata_text, 5, 0, 1, 4)
        for part in (self._scope_label, self.scope_line, self._resource_label, self.resource_line):
            part.hide()
        self.show_metadata(shown=False)


def _label(words: str, part: QWidget) -> QLabel:
    label = plain_label(words, "small")
    label.setBuddy(part)
    return label
