"""Tokens without a sign-in: what Cognito would issue, put together from the pool's settings and marked as predicted."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.insight.pool_facts import PoolFacts, PreTokenTrigger, find_person, read_trigger
from cognito_explorer.core.insight.token_preview import DRAWN, Preview, PreviewRequest, preview
from cognito_explorer.core.user_pools.groups import Group, list_groups_for_user
from cognito_explorer.core.user_pools.users import User
from cognito_explorer.gui.auth.hosted_clients import load_hosted_clients
from cognito_explorer.gui.auth.pasted_tokens import read_set
from cognito_explorer.gui.auth.token_claims import TokenClaims
from cognito_explorer.gui.auth.token_comparison import KnownToken, TokenComparison
from cognito_explorer.gui.auth.token_preview_form import HOSTED, MACHINE, TokenPreviewForm
from cognito_explorer.gui.lib.badge import StatusBadge
from cognito_explorer.gui.lib.labels import breakable, plain_label, set_tone
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.workspace import Page, Workspace

_HINT = (
    "Predicted from the pool's settings: nobody signs in, and no trigger is invoked. Ids and times that a sign-in draws"
    " are left out."
)


class TokenPreviewPanel(Panel):
    """Choose user, client, way and scopes; the ID and the access token appear, with what was kept out and why."""

    def __init__(self, page: Page, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(f"Predict · {page.context.pool_name or page.context.pool_id}", parent)
        self._page = page
        self._workspace = workspace
        self._trigger: PreTokenTrigger | None = None
        self.predicted: Preview | None = None
        self.form = TokenPreviewForm()
        self.form.user_line.setText(page.context.username)
        self.badge = StatusBadge()
        self.notes = plain_label("", wrap=True, selectable=True)
        self.identity = TokenClaims()
        self.access = TokenClaims()
        self.comparison = TokenComparison()
        self.tabs = QTabWidget()
        self.form.submitted.connect(self.predict)
        self._assemble()

    @override
    def reload(self) -> None:
        """Read the clients and the trigger anew."""
        if self._page.aws is not None:
            self.tasks.start("load", self._load(self._page.aws), label="Reading the app clients")

    def predict(self) -> None:
        """Predict what the form says."""
        if self._page.aws is not None:
            self.tasks.start("predict", self._predict(self._page.aws), label="Reading the user")

    @override
    def focus_first(self) -> None:
        self.form.user_line.setFocus()

    async def _load(self, aws: Aws) -> None:
        found = await load_hosted_clients(aws, self._page.context.pool_id)
        self._trigger = await read_trigger(aws, self._page.context.pool_id)
        self.form.show_clients(found.clients)
        self.show_content()

    async def _predict(self, aws: Aws) -> None:
        client, pool_id = self.form.client, self._page.context.pool_id
        if client is None:
            return
        self.clear_error()
        user: User | None = None
        groups: tuple[Group, ...] = ()
        if self.form.way != MACHINE:
            user = await self._person(aws, pool_id)
            groups = await list_groups_for_user(aws, pool_id, user.username)
        request = PreviewRequest(client, user, groups, self.form.scopes, self._trigger)
        facts = PoolFacts(user, groups, client, self._trigger, is_trigger_known=True)
        self._show(preview(request), facts)

    async def _person(self, aws: Aws, pool_id: str) -> User:
        scrap = self.form.user_line.text().strip()
        if not scrap:
            raise InvalidInput("Whose tokens?", "Enter a username, an e-mail address, a phone number or a sub.")
        found = await find_person(aws, pool_id, scrap)
        if found is None:
            raise InvalidInput("The pool has no such user.", "It must be the whole username, address, number or sub.")
        return found

    def _show(self, predicted: Preview, facts: PoolFacts) -> None:
        self.predicted = predicted
        self.notes.setText(breakable("\n".join(predicted.notes) or "Nothing stands in the way."))
        set_tone(self.notes, Tone.WARN if predicted.notes else Tone.MUTED)
        if self.form.way == HOSTED and predicted.identity:
            self.notes.setText(f"{self.notes.text()}\nThe ID token will have at_hash, and nonce where one is sent.")
        kinds: tuple[tuple[TokenKind, TokenClaims, dict[str, object]], ...] = (
            ("id", self.identity, predicted.identity),
            ("access", self.access, predicted.access),
        )
        for kind, part, claims in kinds:
            part.show_token(DecodedToken(kind, "", {}, claims), facts)
            self.tabs.setTabVisible(self.tabs.indexOf(part), bool(claims))
        self.tabs.show()
        self._compare(predicted)

    def _compare(self, predicted: Preview) -> None:
        """Where this very user signed in with this client, the difference to what was issued."""
        issued = self._workspace.tokens_of(self._page.context.pool_id)
        real = None if issued is None else read_set(issued).tokens
        kind: TokenKind = "id" if predicted.identity else "access"
        claims = predicted.identity or predicted.access
        theirs = real.get(kind) if real is not None else None
        is_same = theirs is not None and (theirs.claims.get("sub"), theirs.client_id) == (
            claims.get("sub"),
            claims.get("aud") or claims.get("client_id"),
        )
        self.tabs.setTabVisible(self.tabs.indexOf(self.comparison), is_same)
        if is_same and theirs is not None:
            told = {name: value for name, value in theirs.claims.items() if name not in DRAWN}
            self.comparison.show_token(
                DecodedToken(kind, "predicted", {}, claims),
                [KnownToken("The token that was really issued", DecodedToken(kind, theirs.raw, {}, told))],
            )

    def _assemble(self) -> None:
        self.badge.set_status("predicted", Tone.INFO, "info")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.identity, "ID token (predicted)")
        self.tabs.addTab(self.access, "Access token (predicted)")
        self.tabs.addTab(self.comparison, "Difference to the issued one")
        self.tabs.hide()
        self.notes.setText("")
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 16, 12)
        top.setSpacing(8)
        top.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignLeft)
        top.addWidget(plain_label(_HINT, "muted", wrap=True))
        top.addWidget(self.form)
        top.addWidget(self.notes)
        layout.addLayout(top)
        layout.addWidget(self.tabs, 1)
        layout.addStretch(0)
        self.set_content(whole)
