"""An identity pool in plain words: who may come in, and as which role."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cognito_explorer.core.errors import ExplorerError, Unreachable
from cognito_explorer.core.identity_pools.identity_pools import (
    IdentityPoolDetail,
    RoleMapping,
    describe_settings,
    get_roles,
)
from cognito_explorer.core.identity_pools.roles import mapping_in_words, mapping_of, role_name
from cognito_explorer.gui.identity_pools.client_names import name_clients
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.faces import ErrorBanner
from cognito_explorer.gui.lib.facts import Fact, FactList
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.workspace import Page, PageKind, Workspace

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_MOST_ROWS = 8
_FACTS_PX = 640
_NOT_KNOWN = "Not known: the pool's roles could not be read."


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider as a line: what it is, its name, whose tokens, how a role is chosen, the app client's name."""

    kind: str
    name: str
    client: str
    role_choice: str
    client_name: str = ""


class IdentityPoolPanel(Panel):
    """Overview of one identity pool. The roles are read apart: who may not read them still sees the rest."""

    def __init__(self, page: Page, workspace: Workspace, parent: QWidget | None = None) -> None:
        name = page.context.identity_pool_name
        super().__init__(f"{name} (identity pool)", parent)
        self._page = page
        self._workspace = workspace
        self._detail: IdentityPoolDetail | None = None
        self._client_names: dict[str, str] = {}
        self._name = plain_label(name, "title", wrap=True)
        self.facts = FactList()
        self.roles = FactList()
        self.roles_banner = ErrorBanner()
        self._table: RecordTable[ProviderRow] = RecordTable(_columns())
        self.providers_view = RecordView(self._table, "identity-providers")
        self.providers_view.setAccessibleName("Providers")
        self.no_providers = plain_label("No tokens at all: only guests come in.", "muted", wrap=True)
        self.role_choice = plain_label("", wrap=True, selectable=True)
        self.try_button = QPushButton(icon("compare", "on_accent"), "&Try access")
        self.try_button.setProperty("kind", "primary")
        self._wire()
        self.set_content(self._arrange())

    def reload(self) -> None:
        """Read the settings and the roles."""
        self.tasks.start("load", self._load(), label="Reading the identity pool")

    def load_roles(self) -> None:
        """Read the roles alone."""
        self.tasks.start("roles", self._load_roles(), label="Reading the roles")

    def come_back(self) -> None:
        """The connection answers again."""
        super().come_back()
        if isinstance(self.roles_banner.error, Unreachable):
            self.load_roles()

    def focus_first(self) -> None:
        """Trying is what one comes for."""
        self.try_button.setFocus()

    def commands(self) -> list[Command]:
        """What can be done here."""
        return [Command("identity_pool.try", "Try access", self._try_access, icon="compare")]

    async def _load(self) -> None:
        aws, pool_id = self._page.aws, self._page.context.identity_pool_id
        if aws is None:
            self.show_empty("Not connected", "An identity pool is read through a profile. Choose one first.")
            return
        detail = await describe_settings(aws, pool_id)
        detail = await self._with_roles(aws, detail)
        self._client_names = await name_clients(aws, detail)
        self._show(detail)
        self.show_content()

    async def _load_roles(self) -> None:
        if self._page.aws is not None and self._detail is not None:
            self._show(await self._with_roles(self._page.aws, self._detail))

    async def _with_roles(self, aws: "Aws", detail: IdentityPoolDetail) -> IdentityPoolDetail:
        """The pool with its roles; why they could not be read stands in their place."""
        self.roles_banner.dismiss()
        try:
            return replace(detail, roles=await get_roles(aws, detail.id))
        except ExplorerError as error:
            self.roles_banner.show_error(error)
            return detail

    def _show(self, detail: IdentityPoolDetail) -> None:
        self._detail = detail
        self._name.setText(detail.name)
        self.facts.set_facts(_facts(detail))
        self.roles.set_facts(_roles(detail))
        self.roles.setVisible(detail.roles.is_known)
        self._table.set_rows(_providers(detail, self._client_names))
        rows = len(self._table.records())
        self.providers_view.setVisible(bool(rows))
        self.no_providers.setVisible(not rows)
        self._fit_table()
        self._show_choice()

    def _show_choice(self) -> None:
        """The whole sentence beneath, where the cell has not room enough for it."""
        rows = self._table.records()
        row = self.providers_view.current_record() or (rows[0] if rows else None)
        words = row.role_choice if isinstance(row, ProviderRow) else ""
        room_px = self.providers_view.columnWidth(len(self._table.columns) - 1) - 16
        self.role_choice.setText(words)
        self.role_choice.setVisible(self.role_choice.fontMetrics().horizontalAdvance(words) > room_px)

    def _fit_table(self) -> None:
        """As high as its rows, within reason."""
        rows = max(1, min(_MOST_ROWS, len(self._table.records())))
        header = self.providers_view.horizontalHeader().sizeHint().height()
        self.providers_view.setFixedHeight(header + rows * theme().row_height() + 2)

    def _try_access(self) -> None:
        self._workspace.open(replace(self._page, kind=PageKind.ACCESS))

    def _wire(self) -> None:
        self.try_button.clicked.connect(self._try_access)
        self.roles_banner.retry_wanted.connect(self.load_roles)
        self.providers_view.selectionModel().currentRowChanged.connect(lambda *_: self._show_choice())
        self.providers_view.horizontalHeader().sectionResized.connect(lambda *_: self._show_choice())
        theme().changed.connect(self._fit_table)
        if self._page.aws is not None:
            self.follow_answers(self._page.aws.calls.subscribe)

    def _arrange(self) -> QWidget:
        heading = QHBoxLayout()
        heading.addWidget(self._name, 1)
        heading.addWidget(self.try_button, 0, Qt.AlignmentFlag.AlignTop)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(heading)
        sections = (
            ("", (self.facts,)),
            ("Roles", (self.roles_banner, self.roles)),
            ("Whose tokens it accepts", (self.providers_view, self.no_providers, self.role_choice)),
        )
        for title, parts in sections:
            if title:
                layout.addSpacing(4)
                layout.addWidget(plain_label(title, "section"))
            for part in parts:
                layout.addWidget(part)
        layout.addStretch(1)
        for facts in (self.facts, self.roles):
            facts.setMaximumWidth(theme().px(_FACTS_PX))
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


def _providers(detail: IdentityPoolDetail, names: Mapping[str, str]) -> list[ProviderRow]:
    def choice(mapping: RoleMapping | None) -> str:
        return mapping_in_words(mapping) if detail.roles.is_known else _NOT_KNOWN

    rows = [
        ProviderRow(
            "User pool", one.pool_id, one.client_id, choice(mapping_of(detail, one)), names.get(one.client_id, "")
        )
        for one in detail.user_pool_providers
    ]
    mappings = {mapping.provider: mapping for mapping in detail.roles.mappings}
    for one in detail.other_providers:
        mapping = mappings.get(one.name) or mappings.get(one.detail)
        rows.append(ProviderRow(one.kind, one.name, one.detail, choice(mapping)))
    return rows


def _columns() -> tuple[Column[ProviderRow], ...]:
    return (
        Column("Provider", lambda row: row.kind, width=120),
        Column("Name", lambda row: row.name, width=160, is_identifier=True),
        Column("App client", lambda row: row.client_name, tooltip=lambda row: row.client_name, width=100),
        Column("Client or app id", lambda row: row.client, width=205, is_identifier=True),
        Column("Role", lambda row: row.role_choice, width=120),
    )
