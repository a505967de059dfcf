"""An identity pool in plain words: who may come in, and as which role."""

from dataclasses import dataclass, replace

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cognito_explorer.core.identity_pools.identity_pools import (
    IdentityPoolDetail,
    describe_identity_pool,
)
from cognito_explorer.core.identity_pools.roles import mapping_in_words, mapping_of, role_name
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.facts import Fact, FactList
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.workspace import Page, PageKind, Workspace

_TABLE_PX = 150
_FACTS_PX = 760


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider as a line: what it is, its name, whose tokens, how a role is chosen."""

    kind: str
    name: str
    client: str
    role_choice: str


class IdentityPoolPanel(Panel):
    """Overview of one identity pool."""

    def __init__(self, page: Page, workspace: Workspace, parent: QWidget | None = None) -> None:
        name = page.context.identity_pool_name
        super().__init__(f"{name} (identity pool)", parent)
        self._page = page
        self._workspace = workspace
        self._name = plain_label(name, "title")
        self.facts = FactList()
        self.roles = FactList()
        self._table: RecordTable[ProviderRow] = RecordTable(_columns())
        self.providers_view = RecordView(self._table, "identity-providers")
        self.try_button = QPushButton(icon("compare", Tone.TEXT), "&Try access")
        self.try_button.setProperty("kind", "primary")
        self.try_button.clicked.connect(self._try_access)
        self.set_content(self._arrange())

    def reload(self) -> None:
        """Read the settings and the roles."""
        self.tasks.start("load", self._load(), label="Reading the identity pool")

    def focus_first(self) -> None:
        """Trying is what one comes for."""
        self.try_button.setFocus()

    async def _load(self) -> None:
        if self._page.aws is None:
            return
        detail = await describe_identity_pool(self._page.aws, self._page.context.identity_pool_id)
        self._name.setText(detail.name)
        self.facts.set_facts(_facts(detail))
        self.roles.set_facts(_roles(detail))
        self._table.set_rows(_providers(detail))
        self.show_content()

    def _try_access(self) -> None:
        self._workspace.open(replace(self._page, kind=PageKind.ACCESS))

    def _arrange(self) -> QWidget:
        heading = QHBoxLayout()
        heading.addWidget(self._name, 1)
        heading.addWidget(self.try_button)
        for facts in (self.facts, self.roles):
            facts.setMaximumWidth(_FACTS_PX)
        self.providers_view.setMinimumHeight(_TABLE_PX)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(heading)
        layout.addWidget(self.facts)
        layout.addSpacing(4)
        layout.addWidget(plain_label("Roles", "section"))
        layout.addWidget(self.roles)
        layout.addSpacing(4)
        layout.addWidget(plain_label("Whose tokens it accepts", "section"))
        layout.addWidget(self.providers_view, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        return scroll


def _facts(detail: IdentityPoolDetail) -> tuple[Fact, ...]:
    guests = (
        Fact("Guests", "Let in", "Anyone gets credentials without signing in.", tone=Tone.WARN, icon="unlock")
        if detail.allows_guests
        else Fact("Guests", "Not let in", "Only a signed-in user gets credentials.", tone=Tone.GOOD, icon="lock")
    )
    classic = (
        Fact("Classic flow", "Allowed", "An app may choose the role itself and keep credentials longer than an hour.")
        if detail.allows_classic_flow
        else Fact("Classic flow", "Off", "The pool chooses the role, and credentials last one hour.")
    )
    return (guests, classic, Fact("Identity pool id", detail.id, is_identifier=True), Fact("Region", detail.region))


def _roles(detail: IdentityPoolDetail) -> tuple[Fact, ...]:
    return (
        _role("Guest", detail.roles.unauthenticated, "Guests get no credentials until a role is set."),
        _role("Authenticated", detail.roles.authenticated, "Signed-in users have no role to fall back on."),
    )


def _role(label: str, arn: str, without: str) -> Fact:
    if not arn:
        return Fact(label, "No role set", without, tone=Tone.WARN, icon="warning")
    return Fact(label, arn, role_name(arn), is_identifier=True)


def _providers(detail: IdentityPoolDetail) -> list[ProviderRow]:
    rows = [
        ProviderRow("User pool", one.pool_id, one.client_id, mapping_in_words(mapping_of(detail, one)))
        for one in detail.user_pool_providers
    ]
    rows += [ProviderRow(one.kind, one.name, one.detail, mapping_in_words(None)) for one in detail.other_providers]
    return rows


def _columns() -> tuple[Column[ProviderRow], ...]:
    return (
        Column("Provider", lambda row: row.kind, width=100),
        Column("Name", lambda row: row.name, width=180, is_identifier=True),
        Column("App client", lambda row: row.client, width=220, is_identifier=True),
        Column("Role", lambda row: row.role_choice, width=480),
    )
