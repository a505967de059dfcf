"""Try access: a guest on the left, a signed-in user on the right, the same requests tried by both."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.core.errors import AccessDenied, ExplorerError, Unreachable
from cognito_explorer.core.identity_pools.credentials import (
    Access,
    open_authenticated_access,
    open_guest_access,
    user_pool_login,
)
from cognito_explorer.core.identity_pools.identity_pools import (
    UNKNOWN_ROLES,
    IdentityPoolDetail,
    Roles,
    UserPoolProvider,
    describe_settings,
    get_roles,
)
from cognito_explorer.core.identity_pools.probes import SANDBOX_PROBES, Probe, ProbeResult, run_probe
from cognito_explorer.core.identity_pools.roles import unknown_pool
from cognito_explorer.gui.identity_pools.access_column import AccessColumn
from cognito_explorer.gui.identity_pools.client_names import name_clients
from cognito_explorer.gui.identity_pools.offers import authenticated_offer, guest_offer, name_client
from cognito_explorer.gui.identity_pools.probe_table import Side
from cognito_explorer.gui.identity_pools.probes_part import Probes, ProbesPart
from cognito_explorer.gui.identity_pools.writing_probes import sort_out, why_kept_back
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.remembering import RememberedSplitter
from cognito_explorer.gui.lib.tasks import together
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.workspace import Page, PageKind, Workspace

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_CLIENT_NAME_CHARS = 12
_LEAST_PX = 96
_SIZES_PX = (308, 344)


class AccessPanel(Panel):
    """The two columns, and the probes beneath."""

    def __init__(self, page: Page, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(f"Try access · {page.context.identity_pool_name}", parent)
        self._page = page
        self._workspace = workspace
        self._detail: IdentityPoolDetail | None = None
        self._shown_tokens: TokenSet | None = None  # whose access the column gets
        self._seen_tokens: TokenSet | None = None  # the newest sign-in that was looked at
        self._guest_identity = ""
        self._client_names: dict[str, str] = {}
        self.guest = AccessColumn("Guest", "user")
        self.authenticated = AccessColumn("Authenticated", "shield-check")
        self.columns: dict[Side, AccessColumn] = {"guest": self.guest, "authenticated": self.authenticated}
        self.guest.aws = self.authenticated.aws = page.aws
        self.providers = QComboBox()
        self.probes = ProbesPart(self._why_not_run, self._why_not_try)
        self._wire()
        self._arrange()
        is_sandbox = page.aws is not None and page.aws.profile.kind == "sandbox"
        self.probes.set_probes(SANDBOX_PROBES if is_sandbox else ())

    def reload(self) -> None:
        """Read the identity pool. Credentials and answers stay."""
        self.tasks.start("load", self._load(), label="Reading the identity pool")

    def focus_first(self) -> None:
        """One press runs everything."""
        self.probes.run_button.setFocus()

    def commands(self) -> list[Command]:
        """What can be done here."""
        return [
            Command("access.run", "Run all probes with both", self.run_all, "Ctrl+Return", icon="play"),
            Command("access.stop", "Stop running probes", self.stop, icon="stop"),
            Command(
                "access.guest",
                "Get a guest's credentials",
                self.guest.start,
                icon="user",
                why_not=self.guest.why_not_start,
            ),
            Command(
                "access.user",
                "Get a signed-in user's credentials",
                self.authenticated.start,
                icon="shield-check",
                why_not=self.authenticated.why_not_start,
            ),
            Command("probe.add", "Add a probe…", self.probes.add, icon="plus"),
        ]

    def come_back(self) -> None:
        """The connection answers again. Credentials are asked for by a person only."""
        super().come_back()
        for column in self.columns.values():
            if isinstance(column.banner.error, Unreachable) and not column.tasks.is_busy:
                column.banner.dismiss()
        self.probes.refresh()

    def run_all(self) -> None:
        """Get what credentials can be got, and try every probe with them."""
        self._start(self.probes.probes())

    def stop(self) -> None:
        """End what is running; answers that came stay."""
        self.tasks.cancel("run")
        for column in self.columns.values():
            column.tasks.cancel_all()

    async def _load(self) -> None:
        if self._page.aws is None:
            self.show_empty("Not connected", "Access is tried through a profile. Choose one first.", icon="compare")
            return
        pool_id, name = self._page.context.identity_pool_id, self._page.context.identity_pool_name
        try:
            settings = await describe_settings(self._page.aws, pool_id)
        except AccessDenied as error:
            # Reading the settings needs a permission; becoming a guest needs none.
            self.show_error(error)
            self._take(unknown_pool(pool_id, name))
            return
        self._client_names = await name_clients(self._page.aws, settings)
        self._take(replace(settings, roles=await self._load_roles(pool_id)))

    async def _load_roles(self, pool_id: str) -> Roles:
        assert self._page.aws is not None
        try:
            return await get_roles(self._page.aws, pool_id)
        except ExplorerError:
            return UNKNOWN_ROLES

    def _take(self, detail: IdentityPoolDetail) -> None:
        self._detail = detail
        self._seen_tokens = self._newest_tokens()
        self._fill_providers()
        self.guest.offer(guest_offer(detail, self._open_guest))
        self._offer_authenticated()
        self.show_content()

    def _fill_providers(self) -> None:
        if self._detail is None:
            return
        listed = self._detail.user_pool_providers
        if not self._detail.is_known and (tokens := self._newest_tokens()) is not None:
            listed = (UserPoolProvider("", tokens.pool_id, tokens.client_id, is_checked_at_server=False),)
        pools = {provider.pool_id for provider in listed}
        was = self._provider()
        self.providers.blockSignals(True)
        self.providers.clear()
        for provider in listed:
            client = self._client_names.get(provider.client_id, provider.client_id)
            title = client if len(pools) == 1 else f"{provider.pool_id} · {client}"
            self.providers.addItem(title, provider)
            whole = f"User pool {provider.pool_id}, app client {client} ({provider.client_id})"
            self.providers.setItemData(self.providers.count() - 1, whole, Qt.ItemDataRole.ToolTipRole)
        self._choose(was)
        self.providers.blockSignals(False)
        self.providers.setVisible(self.providers.count() > 1)

    def _choose(self, was: UserPoolProvider | None) -> None:
        """Stay where one was; begin with the client of the newest sign-in."""
        tokens = self._newest_tokens()
        for index in range(self.providers.count()):
            provider = self.providers.itemData(index)
            is_newest = tokens is not None and (tokens.pool_id, tokens.client_id) == (
                provider.pool_id,
                provider.client_id,
            )
            if provider == was or (was is None and is_newest):
                self.providers.setCurrentIndex(index)
                return

    def _newest_tokens(self) -> TokenSet | None:
        pool_id = self._page.context.pool_id
        found = self._workspace.tokens_of(pool_id) if pool_id else None
        return found or self._workspace.newest_tokens(self._page.context.profile_id) or self._page.context.tokens

    def _tokens_for(self, provider: UserPoolProvider) -> TokenSet | None:
        given = self._page.context.tokens
        ours = given if given is not None and given.pool_id == provider.pool_id else None
        return self._workspace.tokens_of(provider.pool_id) or ours

    def _offer_authenticated(self) -> None:
        if self._detail is None:
            return
        provider = self._provider()
        self._shown_tokens = self._tokens_for(provider) if provider is not None else None
        offer = authenticated_offer(self._detail, provider, self._shown_tokens, self._open_authenticated)
        if self._shown_tokens is not None:
            offer = name_client(offer, self._shown_tokens.client_id, self._client_names)
        self.authenticated.offer(offer)
        self.probes.refresh()

    def _follow_tokens(self) -> None:
        """Somebody signed in, or another tab is shown now: only other tokens change something here."""
        tokens = self._newest_tokens()
        if self._detail is None or tokens is None or tokens is self._seen_tokens:
            return
        self._seen_tokens = tokens
        pools = {self.providers.itemData(index).pool_id for index in range(self.providers.count())}
        if tokens.pool_id in pools or not self._detail.is_known:
            self.providers.setCurrentIndex(-1)
            self._fill_providers()
            self._offer_authenticated()

    def _provider(self) -> UserPoolProvider | None:
        provider = self.providers.currentData()
        return provider if isinstance(provider, UserPoolProvider) else None

    def _sign_in(self) -> None:
        provider = self._provider()
        if provider is not None:
            here = self._page.context
            name = here.pool_name if here.pool_id == provider.pool_id else provider.pool_id
            context = replace(here, pool_id=provider.pool_id, pool_name=name, tokens=None)
            context = replace(context, identity_pool_id="", identity_pool_name="")
            self._workspace.open(Page(PageKind.SIGN_IN, context, self._page.aws))

    async def _open_guest(self) -> Access:
        assert self._page.aws is not None
        pool_id = self._page.context.identity_pool_id
        try:
            access = await open_guest_access(self._page.aws, pool_id, identity_id=self._guest_identity)
        except Unreachable:
            raise
        except ExplorerError:
            # The identity may be gone, as after a reset of the sandbox: the next try asks for a new one.
            self._guest_identity = ""
            raise
        self._guest_identity = access.identity_id
        return access

    async def _open_authenticated(self) -> Access:
        assert self._page.aws is not None
        assert self._shown_tokens is not None
        logins = user_pool_login(self._shown_tokens.pool_id, self._shown_tokens.id_token)
        return await open_authenticated_access(self._page.aws, self._page.context.identity_pool_id, logins)

    def _start(self, probes: Probes) -> None:
        if probes and self._detail is not None:
            self.tasks.start("run", self._run(probes), label="Trying access")

    async def _run(self, probes: Probes) -> None:
        if self._page.aws is not None:
            sorted_out = await sort_out(self, self._page.aws, probes)
            await together(self._run_side(side, self._page.aws, sorted_out) for side in self.columns)

    async def _run_side(self, side: Side, aws: "Aws", probes: Mapping[Probe, ProbeResult | None]) -> None:
        # New credentials take all answers away.
        access = await self.columns[side].ensure()
        for probe, kept in probes.items():
            if kept is not None:
                self.probes.answer(side, probe, kept)
            elif access is not None:
                self.probes.begin(side, probe)
                with aws.permit.assured(probe.target):
                    self.probes.answer(side, probe, await run_probe(aws, access.credentials, probe))

    def _why_not_run(self, side: Side) -> str:
        column = self.columns[side]
        if column.banner.error is not None:
            return column.banner.error.title
        return "Run it to read what the service says." if column.can_open else column.note.text()

    def _why_not_get(self) -> str:
        """Why nobody gets credentials here, or ""."""
        if self._page.aws is None:
            return ""
        service, permit = "cognito-identity", self._page.aws.permit
        return permit.why_not("GetId", service) or permit.why_not("GetCredentialsForIdentity", service)

    def _why_not_try(self, probe: Probe) -> str:
        return why_kept_back(self._page.aws, probe)

    def _review(self) -> None:
        """The mode was switched, or the endpoint turned out to lack something."""
        for column in self.columns.values():
            column.review()
        self.probes.let_go()
        self.probes.refresh()
        self.commands_changed.emit()

    def _wire(self) -> None:
        self.providers.setAccessibleName("App client whose tokens are used")
        self.providers.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        # Wide enough for most names where there is room; less where there is none.
        self.providers.setMinimumContentsLength(_CLIENT_NAME_CHARS)
        self.providers.setMinimumWidth(theme().px(_LEAST_PX))
        self.providers.currentIndexChanged.connect(lambda _index: self._offer_authenticated())
        self._workspace.changed.connect(self._follow_tokens)
        if self._page.aws is not None:
            self.follow_answers(self._page.aws.calls.subscribe)
            self.destroyed.connect(partial(_end, self._page.aws.permit.subscribe(self._review)))
        self.authenticated.other_wanted.connect(self._sign_in)
        self.guest.changed.connect(lambda: self.probes.clear("guest"))
        self.authenticated.changed.connect(lambda: self.probes.clear("authenticated"))
        for column in self.columns.values():
            column.why_not_get = self._why_not_get
            column.tasks.tasks_changed.connect(self.probes.refresh)
        self.probes.run_wanted.connect(self._start)
        self.probes.stop_wanted.connect(self.stop)
        self.tasks.tasks_changed.connect(lambda: self.probes.set_running(running=self.tasks.is_running("run")))

    def _arrange(self) -> None:
        splitter = RememberedSplitter("access", Qt.Orientation.Vertical)
        self.set_content(splitter)  # before it is filled: whatever is put into a widget is styled again, with all in it
        upper = QWidget()
        splitter.addWidget(upper)
        columns = QHBoxLayout(upper)
        columns.setContentsMargins(16, 12, 16, 8)
        columns.setSpacing(12)
        columns.addWidget(self.guest, 1)
        columns.addWidget(self.authenticated, 1)
        self.authenticated.add_to_heading(self.providers)
        splitter.addWidget(self.probes)
        # Qt shares sizes out at once: at the size it has before it is shown, the least heights would bend them.
        splitter.resize(upper.sizeHint().width(), sum(_SIZES_PX))
        splitter.restore(_SIZES_PX)


def _end(stop: Callable[[], object], _destroyed: object = None) -> None:
    stop()
