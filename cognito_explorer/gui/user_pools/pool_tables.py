"""The small tables of a pool's overview: attributes, app clients, groups."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.user_pools.app_clients import AppClient
from cognito_explorer.core.user_pools.attributes import AttributeSpec
from cognito_explorer.core.user_pools.groups import Group
from cognito_explorer.gui.lib.clipboard import copy
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone

_ROWS_AT_MOST = 10
_FLOWS = {
    "ALLOW_USER_SRP_AUTH": "password (SRP)",
    "ALLOW_USER_PASSWORD_AUTH": "password",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH": "password (server side)",
    "ALLOW_CUSTOM_AUTH": "custom",
    "ALLOW_USER_AUTH": "choice of factors",
    "ALLOW_REFRESH_TOKEN_AUTH": "refresh",
    "code": "code",
    "implicit": "implicit",
    "client_credentials": "client credentials",
}

ATTRIBUTE_COLUMNS: tuple[Column[AttributeSpec], ...] = (
    Column("Attribute", lambda spec: spec.label, tooltip=lambda spec: spec.name, width=160),
    Column("Name", lambda spec: spec.name, is_identifier=True, width=160),
    Column("Type", lambda spec: spec.data_type, width=90),
    Column("Required", lambda spec: spec.is_required, width=84),
    Column(
        "Can change",
        lambda spec: spec.is_mutable and not spec.is_generated,
        icon=lambda spec: "" if spec.is_mutable and not spec.is_generated else "lock",
        width=96,
    ),
    Column("Limits", lambda spec: limits_of(spec), width=180),
)
CLIENT_COLUMNS: tuple[Column[AppClient], ...] = (
    Column("Name", lambda client: client.name, width=120),
    Column("Client id", lambda client: client.client_id, is_identifier=True, width=176),
    Column(
        "Kind",
        lambda client: "Secret" if client.has_secret else "Public",
        icon=lambda client: "lock" if client.has_secret else "globe",
        tooltip=lambda client: (
            "Must prove itself with a client secret" if client.has_secret else "Has no secret: for apps and browsers"
        ),
        width=92,
    ),
    Column("Hosted UI flows", lambda client: flows_in_words(client.oauth_flows), width=150),
    Column("Sign-in flows", lambda client: flows_in_words(client.auth_flows), width=190),
    Column(
        "Callback URLs",
        lambda client: ", ".join(client.callback_urls) or "none",
        tooltip=lambda client: "\n".join(client.callback_urls),
        tone=lambda client: Tone.TEXT if client.callback_urls else Tone.MUTED,
        width=220,
    ),
)
GROUP_COLUMNS: tuple[Column[Group], ...] = (
    Column("Group", lambda group: group.name, width=140),
    Column("Precedence", lambda group: group.precedence, is_right_aligned=True, width=92),
    Column("Role", lambda group: group.role_arn or "none", is_identifier=True, width=280),
    Column("Description", lambda group: group.description, width=280),
)


class SmallTable(QWidget):
    """A table as high as its rows, with a button that copies what the rows are known by."""

    def __init__(self, name: str, columns: tuple[Column[Any], ...], copied: tuple[str, str] | None = None) -> None:
        super().__init__()
        self.table: RecordTable[Any] = RecordTable(columns, self)
        self.view = RecordView(self.table, name)
        self.view.setProperty("framed", "true")
        self.view.setAccessibleName(name.replace("_", " "))
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.view)
        self.copy_button = QPushButton(icon("copy"), "")
        if copied is not None:
            self._offer_copy(*copied, layout)
        theme().changed.connect(self._fit)

    def show_records(self, records: tuple[Any, ...]) -> None:
        """Show these."""
        self.table.set_rows(records)
        self._fit()

    def _fit(self) -> None:
        rows = min(max(1, self.table.rowCount()), _ROWS_AT_MOST)
        bar = self.view.horizontalScrollBar().sizeHint().height()
        header = self.view.horizontalHeader().sizeHint().height()
        self.view.setFixedHeight(header + rows * theme().row_height() + bar + 4)

    def _offer_copy(self, title: str, attribute: str, layout: QVBoxLayout) -> None:
        self.copy_button.setText(f"Copy {title}")
        self.copy_button.setEnabled(False)
        self.view.selected.connect(lambda: self.copy_button.setEnabled(bool(self.view.chosen())))
        self.copy_button.clicked.connect(lambda: self._copy(title, attribute))
        line = QHBoxLayout()
        line.addWidget(self.copy_button)
        line.addStretch(1)
        layout.addLayout(line)

    def _copy(self, title: str, attribute: str) -> None:
        values = [str(getattr(record, attribute)) for record in self.view.chosen()]
        if values and QGuiApplication.clipboard() is not None:
            copy(self, "\n".join(values), f"the {title}")


def flows_in_words(flows: tuple[str, ...]) -> str:
    """Flows as people say them."""
    return ", ".join(_FLOWS.get(flow, flow) for flow in flows) or "none"


def limits_of(spec: AttributeSpec) -> str:
    """How long, or how large, a value may be."""
    unit = " characters" if spec.data_type == "String" else ""
    low, high = spec.minimum, spec.maximum
    if spec.data_type not in ("String", "Number") or (low is None and high is None):
        return ""
    if low is None or (low == 0 and unit):
        return f"at most {high}{unit}" if high is not None else ""
    return f"at least {low}{unit}" if high is None else f"{low} to {high}{unit}"
