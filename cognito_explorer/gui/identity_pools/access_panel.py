"""Try access: a guest on the left, a signed-in user on the right, the same requests tried by both."""

import asyncio
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.auth.tokens import TokenSet, decode
from cognito_explorer.core.identity_pools.credentials import (
    Access,
    open_authenticated_access,
    open_guest_access,
    user_pool_login,
)
from cognito_explorer.core.identity_pools.identity_pools import (
    IdentityPoolDetail,
    UserPoolProvider,
    describe_identity_pool,
)
from cognito_explorer.core.identity_pools.probes import SANDBOX_PROBES, Probe, run_probe
from cognito_explorer.core.identity_pools.roles import why_authenticated, why_guest
from cognito_explorer.gui.identity_pools.access_column import AccessColumn
from cognito_explorer.gui.identity_pools.probe_form import ask_probe
from cognito_explorer.gui.identity_pools.probe_table import ProbeRow, Side, explain, probe_columns
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.remembering import RememberedSplitter
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.text_view import TextView
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.workspace import Page, PageKind, Workspace

_SIGN_IN_FIRST = "Nobody has signed in yet. Sign in through the hosted UI, and their ID token is used here."


class AccessPanel(Panel):
    """The two columns, and the probes beneath."""

    def __init__(self, page: Page, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(f"Try access · {page.context.identity_pool_name}", parent)
        self._page = page
        self._workspace = workspace
        self._detail: IdentityPoolDetail | None = None
        self._shown_tokens: TokenSet | None = None
        self._guest_identity = ""
        self.guest = AccessColumn("Guest", "user")
        self.authenticated = AccessColumn("Authenticated", "shield-check")
        self.providers = QComboBox()
        self.providers.setAccessibleName("Whose tokens")
        self.probes: RecordTable[ProbeRow] = RecordTable(probe_columns())
        self.probes_view = RecordView(self.probes, "probes")
        self.answer = TextView("Answers")
        self.run_button = QPushButton(icon("play", Tone.TEXT), "&Run all with both")
        self.run_button.setProperty("kind", "primary")
        self.run_one_button = QPushButton("R&un selected")
        self.add_button = QPushButton(icon("plus"), "&Add a probe…")
        self.remove_button = QPushButton(icon("minus"), "Re&move")
        self._wire()
        self.set_content(self._arrange())
        is_sandbox = page.aws is not None and page.aws.profile.kind == "sandbox"
        self.probes.set_rows(ProbeRow(probe) for probe in SANDBOX_PROBES if is_sandbox)

    def reload(self) -> None:
        """Read the identity pool."""
        self.tasks.start("load", self._load(), label="Reading the identity pool")

    def focus_first(self) -> None:
        """One press runs everything."""
        self.run_button.setFocus()

    def commands(self) -> list[Command]:
        """What can be done here."""
        return [
            Command("access.run", "Run all probes with both", self.run_all, "Ctrl+Return", icon="play"),
            Command("access.guest", "Get a guest's credentials", self.guest.start, icon="user"),
            Command("access.user", "Get a signed-in user's credentials", self.authenticated.start, icon="shield-check"),
            Command("probe.add", "Add a probe…", self._add, icon="plus"),
        ]

    def run_all(self) -> None:
        """Get what credentials can be got, and try every probe with them."""
        self.tasks.start("run", self._run(self.probes.records()), label="Trying access")

    async def _load(self) -> None:
        if self._page.aws is None:
            return
        self._detail = await describe_identity_pool(self._page.aws, self._page.context.identity_pool_id)
        self.providers.blockSignals(True)
        self.providers.clear()
        for provider in self._detail.user_pool_providers:
            self.providers.addItem(f"{provider.pool_id} · {provider.client_id}", provider)
        self.providers.blockSignals(False)
        self.providers.setVisible(self.providers.count() > 1)
        self._choose_newest()
        self._offer_guest()
        self._offer_authenticated()
        self.show_content()

    def _choose_newest(self) -> None:
        """Begin with the provider somebody has signed in to."""
        for index in range(self.providers.count()):
            provider = self.providers.itemData(index)
            tokens = self._workspace.tokens_of(provider.pool_id)
            if tokens is not None and tokens.client_id == provider.client_id:
                self.providers.setCurrentIndex(index)

    def _offer_guest(self) -> None:
        if self._detail is None:
            return
        self.guest.offer(
            self._open_guest,
            who="not signed in",
            note="Anyone who opens the app. Cognito is asked without any token.",
            why=why_guest(self._detail),
            aws=self._page.aws,
        )

    def _offer_authenticated(self) -> None:
        provider = self._provider()
        if self._detail is None or provider is None:
            self.authenticated.offer(None, who="", note="This pool accepts no user pool.", why="", aws=None)
            self.authenticated.offer_instead("", lambda: None)
            return
        tokens = self._workspace.tokens_of(provider.pool_id)
        self._shown_tokens = tokens
        if tokens is None or not tokens.id_token:
            self.authenticated.offer(None, who="", note=_SIGN_IN_FIRST, why="", aws=self._page.aws)
            self.authenticated.offer_instead("Sign in…", self._sign_in)
            return
        claims = decode(tokens.id_token).claims
        self.authenticated.offer(
            self._open_authenticated,
            who=str(claims.get("cognito:username", "")),
            note="Cognito is asked with the ID token of the newest sign-in.",
            why=why_authenticated(self._detail, provider, claims),
            aws=self._page.aws,
        )
        self.authenticated.offer_instead("Sign in as somebody else…", self._sign_in)

    def _follow_tokens(self) -> None:
        provider = self._provider()
        if provider is not None and self._workspace.tokens_of(provider.pool_id) is not self._shown_tokens:
            self._choose_newest()
            self._clear_side("authenticated")
            self._offer_authenticated()

    def _provider(self) -> UserPoolProvider | None:
        provider = self.providers.currentData()
        return provider if isinstance(provider, UserPoolProvider) else None

    def _sign_in(self) -> None:
        provider = self._provider()
        if provider is not None:
            context = replace(self._page.context, pool_id=provider.pool_id, pool_name=provider.pool_id)
            context = replace(context, identity_pool_id="", identity_pool_name="")
            self._workspace.open(Page(PageKind.SIGN_IN, context, self._page.aws))

    async def _open_guest(self) -> Access:
        assert self._page.aws is not None
        pool_id = self._page.context.identity_pool_id
        access = await open_guest_access(self._page.aws, pool_id, identity_id=self._guest_identity)
        self._guest_identity = access.identity_id
        return access

    async def _open_authenticated(self) -> Access:
        assert self._page.aws is not None
        assert self._shown_tokens is not None
        logins = user_pool_login(self._shown_tokens.pool_id, self._shown_tokens.id_token)
        return await open_authenticated_access(self._page.aws, self._page.context.identity_pool_id, logins)

    async def _run(self, rows: tuple[ProbeRow, ...]) -> None:
        self.run_button.setEnabled(False)
        try:
            await asyncio.gather(
                self._run_side("guest", self.guest, rows), self._run_side("authenticated", self.authenticated, rows)
            )
        finally:
            self.run_button.setEnabled(True)

    async def _run_side(self, side: Side, column: AccessColumn, rows: tuple[ProbeRow, ...]) -> None:
        if (column.access is None or column.is_expired) and column.can_open:
            await column.open()
        if column.access is None or self._page.aws is None:
            return
        for row in rows:
            result = await run_probe(self._page.aws, column.access.credentials, row.probe)
            self._change(row.probe, partial(ProbeRow.answered, side=side, result=result))

    def _change(self, probe: Probe, change: "partial[ProbeRow]") -> None:
        row = next((row for row in self.probes.records() if row.probe == probe), None)
        if row is not None:
            self.probes.replace(lambda each: each.probe == probe, change(row))
            self._show_answer()

    def _clear_side(self, side: Side) -> None:
        for row in self.probes.records():
            self._change(row.probe, partial(ProbeRow.answered, side=side, result=None))

    def _show_answer(self) -> None:
        row = self.probes_view.current_record()
        self.answer.set_text(explain(row) if isinstance(row, ProbeRow) else "")
        self.remove_button.setEnabled(isinstance(row, ProbeRow))
        self.run_one_button.setEnabled(isinstance(row, ProbeRow))

    def _run_one(self) -> None:
        row = self.probes_view.current_record()
        if isinstance(row, ProbeRow):
            self.tasks.start("run", self._run((row,)), label="Trying access")

    def _add(self) -> None:
        self.tasks.start("add", self._ask())

    async def _ask(self) -> None:
        probe = await ask_probe(self)
        if probe is not None and all(row.probe != probe for row in self.probes.records()):
            self.probes.add_rows([ProbeRow(probe)])

    def _remove(self) -> None:
        row = self.probes_view.current_record()
        if isinstance(row, ProbeRow):
            self.probes.remove(lambda each: each.probe == row.probe)
            self._show_answer()

    def _wire(self) -> None:
        self.providers.currentIndexChanged.connect(lambda _index: self._offer_authenticated())
        self._workspace.changed.connect(self._follow_tokens)
        self.run_button.clicked.connect(self.run_all)
        self.run_one_button.clicked.connect(self._run_one)
        self.add_button.clicked.connect(self._add)
        self.remove_button.clicked.connect(self._remove)
        self.probes_view.selectionModel().currentRowChanged.connect(lambda *_: self._show_answer())
        self.probes_view.activated.connect(lambda _index: self._run_one())
        self.guest.changed.connect(lambda: self._clear_side("guest"))
        self.authenticated.changed.connect(lambda: self._clear_side("authenticated"))

    def _arrange(self) -> QWidget:
        columns = QHBoxLayout()
        columns.setContentsMargins(16, 0, 16, 0)
        columns.setSpacing(12)
        columns.addWidget(self.guest, 1)
        columns.addWidget(self.authenticated, 1)
        heading = QHBoxLayout()
        heading.setContentsMargins(16, 12, 16, 0)
        heading.setSpacing(8)
        heading.addWidget(plain_label("Try access", "title"), 1)
        heading.addWidget(self.providers)
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(12)
        column.addLayout(heading)
        column.addLayout(columns, 1)
        splitter = RememberedSplitter("access", Qt.Orientation.Vertical)
        splitter.addWidget(upper)
        splitter.addWidget(self._probe_part())
        splitter.setStretchFactor(1, 1)
        splitter.restore([340, 360])
        return splitter

    def _probe_part(self) -> QWidget:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(plain_label("Requests tried for real", "section"), 1)
        for button in (self.run_button, self.run_one_button, self.add_button, self.remove_button):
            buttons.addWidget(button)
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        column.addLayout(buttons)
        column.addWidget(self.probes_view, 3)
        column.addWidget(self.answer, 2)
        self.answer.editor.setMinimumHeight(72)
        self._show_answer()
        return part
