"""Who would sign in, where and how: what a prediction of tokens needs to know."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from cognito_explorer.core.user_pools.app_clients import AppClient
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label

API, HOSTED, MACHINE = "api", "hosted", "machine"
_WAYS = (
    (API, "Through the API"),
    (HOSTED, "Through the hosted UI"),
    (MACHINE, "Client credentials, no user"),
)
_LONGEST = 256


class TokenPreviewForm(QWidget):
    """`submitted`: predict what the form says."""

    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clients: tuple[AppClient, ...] = ()
        self.user_line = QLineEdit()
        self.user_line.setPlaceholderText("Username, e-mail address, phone number or sub")
        self.user_line.setMaxLength(_LONGEST)
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
        self.predict_button = QPushButton(icon("token", "on_accent"), "&Predict")
        self.predict_button.setProperty("kind", "primary")
        self._arrange()
        self.client_box.currentIndexChanged.connect(self._fill_scopes)
        self.way_box.currentIndexChanged.connect(self._fill_scopes)
        for line in (self.user_line, self.scope_line, self.resource_line):
            line.returnPressed.connect(self.submitted)
        self.predict_button.clicked.connect(self.submitted)

    @property
    def client(self) -> AppClient | None:
        """The chosen client, None where the pool has none."""
        at = self.client_box.currentIndex()
        return self._clients[at] if 0 <= at < len(self._clients) else None

    @property
    def way(self) -> str:
        """API, HOSTED or MACHINE."""
        return str(self.way_box.currentData())

    @property
    def scopes(self) -> tuple[str, ...] | None:
        """The scopes asked for; None through the API, which knows none."""
        return None if self.way == API else tuple(dict.fromkeys(self.scope_line.text().split()))

    @property
    def resource(self) -> str:
        """The resource that the access token is to be bound to, "" for none."""
        return "" if self.way == API else self.resource_line.text().strip()

    def show_clients(self, clients: tuple[AppClient, ...]) -> None:
        """Offer these; the one chosen before stays chosen."""
        chosen = self.client.client_id if self.client is not None else ""
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

    def _fill_scopes(self) -> None:
        has_scopes, has_user = self.way != API, self.way != MACHINE
        self.client_box.setToolTip(self.client.client_id if self.client is not None else "")
        self.scope_line.setEnabled(has_scopes)
        self.resource_line.setEnabled(has_scopes)
        self.user_line.setEnabled(has_user)
        self.predict_button.setEnabled(self.client is not None)
        allowed = self.client.scopes if self.client is not None else ()
        self.scope_line.setText(" ".join(allowed) if has_scopes else "")

    def _arrange(self) -> None:
        for box in (self.client_box, self.way_box):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(18)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        parts = (("&User", self.user_line), ("App &client", self.client_box), ("&How", self.way_box))
        for column, (words, part) in enumerate(parts):
            grid.addWidget(_label(words, part), 0, column)
            grid.addWidget(part, 1, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(_label("&Scopes", self.scope_line), 2, 0, 1, 2)
        grid.addWidget(self.scope_line, 3, 0, 1, 2)
        grid.addWidget(_label("&Resource", self.resource_line), 2, 2)
        last = QHBoxLayout()
        last.setSpacing(12)
        last.addWidget(self.resource_line, 1)
        last.addWidget(self.predict_button)
        grid.addLayout(last, 3, 2)


def _label(words: str, part: QWidget) -> QLabel:
    label = plain_label(words, "small")
    label.setBuddy(part)
    return label
