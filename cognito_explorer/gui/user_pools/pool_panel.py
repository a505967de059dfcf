"""A user pool in plain words: settings, attributes, app clients, groups, sign-in pages."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.core.auth.hosted_pages import why_no_pages
from cognito_explorer.core.user_pools.app_clients import AppClient, describe_app_client, list_app_clients
from cognito_explorer.core.user_pools.domains import describe_domain
from cognito_explorer.core.user_pools.groups import list_groups
from cognito_explorer.core.user_pools.pool_overview import describe_in_words
from cognito_explorer.core.user_pools.pools import PoolDetail, describe_pool
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.facts import Fact, FactList
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import ElidedLabel, plain_tooltip, set_property
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.scrolled import scrolled_column
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.user_pools.groups_part import GroupsPart
from cognito_explorer.gui.user_pools.pool_section import PoolSection
from cognito_explorer.gui.user_pools.pool_switches import PoolSwitches
from cognito_explorer.gui.user_pools.pool_tables import ATTRIBUTE_COLUMNS, CLIENT_COLUMNS, SmallTable
from cognito_explorer.gui.workspace import Page, PageKind, Workspace

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_AT_MOST = 1_000
_CLIENTS_AT_MOST = 200


class PoolPanel(Panel):
    """Sections that load side by side; one that may not be read leaves the others standing."""

    def __init__(self, page: Page, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(page.context.pool_name or page.context.pool_id, parent)
        if page.aws is None:
            raise ValueError("a pool is read through an open door")
        self._aws: Aws = page.aws
        self._page, self._workspace = page, workspace
        self._pool: PoolDetail | None = None
        self._no_pages = ""
        self.users_button = QPushButton(icon("users", "on_accent"), "&Browse users")
        self.users_button.setProperty("kind", "primary")
        self.sign_in_button = QPushButton(icon("sign-in"), "&Sign in…")
        self.identifiers = FactList()
        self.settings_lists = (FactList(), FactList())
        self.domain_list = FactList()
        self.attributes_table = SmallTable("pool attributes", ATTRIBUTE_COLUMNS)
        self.clients_table = SmallTable("app clients", CLIENT_COLUMNS, ("client id", "client_id"))
        self.groups_part = GroupsPart(self._aws, page.context.pool_id, self.tasks)
        self.switches = PoolSwitches(self._aws, page.context.pool_id, self.tasks)
        self.settings = PoolSection("Overview", self._overview(), self.tasks, self._fill_settings)
        self.domain = PoolSection("Sign-in pages", self.domain_list, self.tasks, self._fill_domain)
        self.attributes = PoolSection("Attributes", self.attributes_table, self.tasks, self._fill_settings)
        self.clients = PoolSection("App clients", self.clients_table, self.tasks, self._fill_clients)
        self.groups = PoolSection("Groups", self.groups_part, self.tasks, self._fill_groups)
        self.set_content(self._arrange())
        self.follow_answers(self._aws.calls.subscribe)
        self.switches.changed.connect(self.settings.load)
        self.groups_part.changed.connect(self.groups.load)
        self.groups_part.reviewed.connect(self.commands_changed)
        self.users_button.clicked.connect(partial(self._open, PageKind.USERS))
        self.sign_in_button.clicked.connect(partial(self._open, PageKind.SIGN_IN))

    @override
    def reload(self) -> None:
        """Load every section anew."""
        self.show_content()
        for section in (self.settings, self.clients, self.groups):
            section.load()

    @override
    def retry(self) -> None:
        """Undo again what could not be undone, or load anew."""
        error = self.banner.error
        if not any(toasts.repeat(error) for toasts in (self.switches.toasts, self.groups_part.toasts)):
            self.reload()

    @override
    def come_back(self) -> None:
        super().come_back()
        for section in (self.settings, self.domain, self.clients, self.groups):
            section.come_back()

    @override
    def commands(self) -> list[Command]:
        return [
            Command("pool.browse_users", "Browse users", partial(self._open, PageKind.USERS), icon="users"),
            Command(
                "pool.sign_in",
                "Sign in…",
                partial(self._open, PageKind.SIGN_IN),
                icon="sign-in",
                why_not=lambda: self._no_pages,
            ),
            *self.switches.commands(),
            *self.groups_part.commands(),
        ]

    @override
    def focus_first(self) -> None:
        self.users_button.setFocus()

    def _open(self, kind: PageKind) -> None:
        self._workspace.open(Page(kind, replace(self._page.context, username=""), self._aws))

    async def _fill_settings(self) -> None:
        pool = await describe_pool(self._aws, self._page.context.pool_id)
        self._pool = pool
        self._title_label.setText(pool.name)
        self.identifiers.set_facts(_identifiers(pool))
        facts = _settings(pool)
        for facts_list, half in zip(self.settings_lists, (facts[::2], facts[1::2]), strict=True):
            facts_list.set_facts(half)
        self.switches.show_pool(pool)
        self.settings.show_body()
        # Most pools use a handful of the attributes there are.
        used = [spec for spec in pool.attributes if (spec.is_required and not spec.is_generated) or spec.is_custom]
        self.attributes_table.show_records(tuple(used))
        self.attributes.show()
        self.domain.show()
        self.domain.load()
        standard = sum(not spec.is_custom for spec in pool.attributes)
        custom = len(pool.attributes) - standard
        if used:
            self.attributes.show_body(f"{counted(custom, 'custom attribute')}, and {standard} standard ones")
        else:
            self.attributes.show_note("Nothing is required and there are no custom attributes.")

    async def _fill_domain(self) -> None:
        if self._pool is None:
            return
        names = [name for name in (self._pool.custom_domain, self._pool.domain) if name]
        if not names:
            self._show_no_pages("")
            self.domain.show_note("This pool has no domain, so there is no hosted UI to sign in with.")
            return
        pool = self._pool
        self._show_no_pages(await why_no_pages(self._aws, pool.domain, pool.custom_domain, pool.region))
        facts: list[Fact] = []
        for name in names:
            domain = await describe_domain(self._aws, name)
            is_active = domain.status in ("ACTIVE", "")
            tone, mark = (Tone.GOOD, "check-circle") if is_active else (Tone.WARN, "clock")
            kind = "Custom domain" if domain.is_custom else "Domain"
            facts.append(Fact(kind, name, is_identifier=True))
            facts.append(Fact("Status", (domain.status or "ACTIVE").capitalize(), tone=tone, icon=mark))
            pages = "managed login" if domain.managed_login_version == 2 else "hosted UI (classic)"
            facts.append(Fact("Pages", "none known here" if self._no_pages else pages, self._no_pages))
        self.domain_list.set_facts(facts)
        self.domain.show_body()

    def _show_no_pages(self, reason: str) -> None:
        self._no_pages = reason
        self.sign_in_button.setEnabled(not reason)
        self.sign_in_button.setToolTip(plain_tooltip(reason))
        self.commands_changed.emit()

    async def _fill_clients(self) -> None:
        summaries = await list_app_clients(self._aws, self._page.context.pool_id).collect(limit=_CLIENTS_AT_MOST)
        clients: list[AppClient] = []
        for summary in summaries:
            clients.append(await describe_app_client(self._aws, self._page.context.pool_id, summary.client_id))
        self.clients_table.show_records(tuple(clients))
        if clients:
            self.clients.show_body(counted(len(clients), "client"))
        else:
            self.clients.show_note("No app client yet: without one nobody can sign in.")

    async def _fill_groups(self) -> None:
        groups = await list_groups(self._aws, self._page.context.pool_id).collect(limit=_AT_MOST)
        ordered = sorted(groups, key=lambda group: (group.precedence is None, group.precedence or 0, group.name))
        self.groups_part.show_groups(tuple(ordered))
        if groups:
            self.groups.show_body(f"{counted(len(groups), 'group')}, lowest precedence wins")
        else:
            nothing = "No groups. A group gives its members a role, and its name stands in their tokens."
            self.groups.show_note(nothing, keep_body=True)

    def _overview(self) -> QWidget:
        body = QWidget()
        halves = QHBoxLayout()
        halves.setSpacing(24)
        for facts_list in self.settings_lists:
            halves.addWidget(facts_list, 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.identifiers)
        column.addLayout(halves)
        column.addWidget(self.switches)
        return body

    def _arrange(self) -> QWidget:
        self._title_label = ElidedLabel(self._page.context.pool_name or self._page.context.pool_id)
        set_property(self._title_label, "role", "title")
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(self._title_label, 1)
        heading.addWidget(self.sign_in_button)
        heading.addWidget(self.users_button)
        scroll = QScrollArea()
        column = scrolled_column(scroll, (16, 12, 16, 16), 12)
        column.addLayout(heading)
        for section in (self.settings, self.domain, self.clients, self.groups, self.attributes):
            column.addWidget(section)
        column.addStretch(1)
        for section in (self.attributes, self.domain):
            section.hide()
        return scroll


def _identifiers(pool: PoolDetail) -> list[Fact]:
    facts = [Fact("Pool id", pool.id, is_identifier=True), Fact("ARN", pool.arn, is_identifier=True)]
    return facts if pool.created_at is None else [*facts, Fact("Created", pool.created_at)]


def _settings(pool: PoolDetail) -> list[Fact]:
    """The settings in words. The domain has a section of its own."""
    facts = [fact for fact in describe_in_words(pool) if fact.label != "Sign-in pages"]
    return [Fact(fact.label, fact.value[:1].upper() + fact.value[1:], fact.hint) for fact in facts]
