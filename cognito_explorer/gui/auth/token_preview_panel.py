"""Tokens without a sign-in: what Cognito would issue, put together from the pool's settings and marked as predicted."""

from dataclasses import replace
from typing import ClassVar

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import ExplorerError, InvalidInput
from cognito_explorer.core.insight.pool_facts import PoolFacts, find_person, read_trigger
from cognito_explorer.core.insight.pre_token_metadata import read_metadata
from cognito_explorer.core.insight.pre_token_trigger import FAILURES, ask_trigger, intent_of
from cognito_explorer.core.insight.predicted_claims import Kind, Prediction, is_comparable
from cognito_explorer.core.insight.preview_settings import read_settings
from cognito_explorer.core.insight.token_preview import PreviewRequest, preview
from cognito_explorer.core.user_pools.groups import list_groups_for_user
from cognito_explorer.core.user_pools.users import User
from cognito_explorer.gui.auth.hosted_clients import load_hosted_clients
from cognito_explorer.gui.auth.pasted_tokens import read_pasted, read_set
from cognito_explorer.gui.auth.predicted_claims import PredictedClaims
from cognito_explorer.gui.auth.token_preview_form import DEVICE, HOSTED, MACHINE, TokenPreviewForm
from cognito_explorer.gui.auth.token_preview_trigger import TokenPreviewTrigger, confirm_invocation
from cognito_explorer.gui.lib.badge import StatusBadge
from cognito_explorer.gui.lib.faces import EmptyFace
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import breakable, plain_label, set_tone
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.workspace import Page, Workspace

_HINT = "Predicted from the pool's settings: nobody signs in. Ids and times that a sign-in draws are left out."
_CHOOSE = "Choose whose sign-in it is, through which app client and how, and press Predict."
_OF_THE_SIGN_IN = {
    HOSTED: "The ID token will have at_hash, and nonce where one is sent.",
    DEVICE: "The access token will have device_key.",
}
_OTHERS = "The clipboard holds no token of this user and app client."


class TokenPreviewPanel(Panel):
    """Choose user, client, way and scopes; the ID and the access token appear, with what was kept out and why.

    The settings are read at each prediction; when is said beside it.
    """

    STALE_AFTER: ClassVar[frozenset[str]] = frozenset({
        *("create_user_pool_client", "update_user_pool_client", "delete_user_pool_client", "update_user_pool"),
    })  # fmt: skip

    def __init__(self, page: Page, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(f"Predict · {page.context.pool_name or page.context.pool_id}", parent)
        self._page = page
        self._workspace = workspace
        self._pasted: dict[TokenKind, DecodedToken] = {}
        self._asked_with: str | None = None  # what stood in the field when the function was asked
        self.prediction: Prediction | None = None
        self.form = TokenPreviewForm()
        self.form.user_line.setText(page.context.username)
        self.badge = StatusBadge()
        self.read_at = plain_label("", "muted")
        self.notes = plain_label("", wrap=True, selectable=True)
        self.trigger = TokenPreviewTrigger()
        self.identity = PredictedClaims()
        self.access = PredictedClaims()
        self.paste_button = QPushButton(icon("compare"), "Compare with the clipboard")
        self.tabs = QTabWidget()
        self.nothing = EmptyFace()
        self.form.submitted.connect(self.predict)
        self.form.changed.connect(self._follow_choices)
        self.form.metadata_text.textChanged.connect(self._follow_metadata)
        self.trigger.invoke_wanted.connect(self.apply_trigger)
        self.paste_button.clicked.connect(self.take_clipboard)
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

    def apply_trigger(self) -> None:
        """Ask whether the pool's function may run, and predict with what it answers."""
        if self._page.aws is not None and self.prediction is not None:
            self.tasks.start("predict", self._invoke(self._page.aws, self.prediction), label="Invoking the function")

    def take_clipboard(self) -> None:
        """Hold a real token from the clipboard against the prediction."""
        prediction = self.prediction
        if prediction is None:
            return
        self.clear_error()
        try:
            found = read_pasted(QGuiApplication.clipboard().text()).tokens
        except InvalidInput as error:
            self.show_error(error)
            return
        self._pasted = {kind: each for kind, each in found.items() if is_comparable(prediction, each)}
        if not self._pasted:
            self.show_error(InvalidInput(_OTHERS, "Predict for the token's own user and client first."))
        self._show_claims(prediction)

    @override
    def focus_first(self) -> None:
        self.form.user_line.setFocus()

    async def _load(self, aws: Aws) -> None:
        found = await load_hosted_clients(aws, self._page.context.pool_id)
        trigger = await read_trigger(aws, self._page.context.pool_id)
        self.form.show_metadata(shown=trigger is not None)
        self.form.show_clients(found.clients)
        if not found.clients:
            self.nothing.show_text(
                "This pool has no app clients", "Without one nobody gets tokens.", icon_name="client"
            )
        self.show_content()

    async def _predict(self, aws: Aws) -> None:
        chosen, pool_id = self.form.client, self._page.context.pool_id
        if chosen is None:
            return
        self.clear_error()
        try:
            # As they are now, not as they were when the page was opened.
            now = await read_settings(aws, pool_id, chosen.client_id)
            user = None if self.form.way == MACHINE else await self._person(aws, pool_id)
            if user is not None:
                privacy().know([(user.username, user.sub)])
            groups = () if user is None else await list_groups_for_user(aws, pool_id, user.username)
        except ExplorerError:
            self._forget()
            raise
        self.form.show_metadata(shown=now.trigger is not None)
        request = PreviewRequest(
            now.client,
            user,
            groups,
            self.form.scopes,
            now.trigger,
            now.issuer,
            self.form.resource,
            self.form.last_step,
            remembers_devices=now.remembers_devices,
        )
        plain = preview(request)
        facts = PoolFacts(user, groups, now.client, now.trigger, is_trigger_known=True)
        self._pasted, self._asked_with = {}, None
        self.read_at.setText(f"Settings, user and groups as of {clock().exact(now.read_at)}")
        self._show(aws, Prediction(request, plain, plain, facts))

    async def _invoke(self, aws: Aws, prediction: Prediction) -> None:
        written = self.form.metadata_text.toPlainText()
        request = replace(prediction.request, metadata=read_metadata(written))
        trigger = request.trigger
        if trigger is None or not await confirm_invocation(self, aws, request, trigger):
            return
        self.clear_error()
        self._asked_with = written
        try:
            with aws.permit.assured(intent_of(request, trigger).target):
                final = await ask_trigger(aws, request, trigger, prediction.plain)
        except ExplorerError as error:
            if error.code not in FAILURES:
                raise
            self._show_failure(error)
            self.trigger.show_request(aws, request, outcome="failed")
            return
        self._show(aws, replace(prediction, request=request, final=final))

    def _follow_choices(self) -> None:
        """Tokens of other choices must not stand beneath these; what is being read is for those, too."""
        self.tasks.cancel("predict")
        if self.prediction is not None:
            self._forget()

    def _follow_metadata(self) -> None:
        """It is for the function alone: a prediction without it stays."""
        if self._asked_with not in (None, self.form.metadata_text.toPlainText()):
            self._follow_choices()

    def _forget(self) -> None:
        """What was predicted is not of whom the form names now."""
        self.prediction = self._asked_with = None
        self.read_at.clear()
        for part in (self.badge, self.tabs, self.notes, self.trigger):
            part.hide()
        self.nothing.show_text("Nothing predicted yet", _CHOOSE, icon_name="token")
        self.nothing.show()

    async def _person(self, aws: Aws, pool_id: str) -> User:
        scrap = self.form.user_line.text().strip()
        if not scrap:
            raise InvalidInput("Whose tokens?", "Enter a username, an e-mail address, a phone number or a sub.")
        found = await find_person(aws, pool_id, scrap)
        if found is None:
            raise InvalidInput("The pool has no such user.", "It must be the whole username, address, number or sub.")
        return found

    def _show(self, aws: Aws, prediction: Prediction) -> None:
        self.prediction = prediction
        notes = prediction.final.notes
        self.notes.setText(breakable("\n".join(notes) or "Nothing stands in the way."))
        set_tone(self.notes, Tone.WARN if notes else Tone.MUTED)
        self.notes.show()
        if self.form.way in _OF_THE_SIGN_IN and prediction.final.identity:
            self.notes.setText(f"{self.notes.text()}\n{_OF_THE_SIGN_IN[self.form.way]}")
        self.trigger.show_request(aws, prediction.request, outcome="applied" if prediction.has_asked else "not asked")
        if prediction.plain.is_refused:
            self._show_refusal()
            return
        self._show_claims(prediction)
        for part in (self.badge, self.tabs):
            part.show()
        self.nothing.hide()

    def _show_refusal(self) -> None:
        for part in (self.badge, self.tabs, self.trigger):
            part.hide()
        self.nothing.show_text("No tokens", "Cognito would refuse this: the reasons stand above.", icon_name="denied")
        self.nothing.show()

    def _show_claims(self, prediction: Prediction) -> None:
        """Where this very user signed in with this client, or one was pasted, beside what was really issued."""
        issued = self._workspace.tokens_of(self._page.context.pool_id)
        real = self._pasted or (read_set(issued).tokens if issued is not None else {})
        parts: tuple[tuple[Kind, PredictedClaims], ...] = (("id", self.identity), ("access", self.access))
        for kind, part in parts:
            theirs = real.get(kind)
            is_same = theirs is not None and is_comparable(prediction, theirs)
            part.show_prediction(prediction, kind, theirs.claims if theirs is not None and is_same else None)
            self.tabs.setTabVisible(self.tabs.indexOf(part), bool(prediction.claims(kind)))

    def _show_failure(self, error: ExplorerError) -> None:
        """The function fails, and with it the sign-in: there would be no tokens."""
        self.notes.setText(breakable(f"With the function this sign-in fails. {error.code}: {error.said}"))
        set_tone(self.notes, Tone.BAD)
        self.tabs.hide()
        self.nothing.show_text("No tokens", "Nobody gets any as long as the function answers so.", icon_name="denied")
        self.nothing.show()

    def _assemble(self) -> None:
        self.badge.set_status("predicted", Tone.INFO, "info")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.identity, "ID token")
        self.tabs.addTab(self.access, "Access token")
        self.tabs.setCornerWidget(_with_room(self.paste_button))
        for late in (self.badge, self.tabs, self.notes):
            late.hide()
        self.nothing.show_text("Nothing predicted yet", _CHOOSE, icon_name="token")
        self.nothing.set_action("", None)  # the form above has the button
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(plain_label("Tokens without a sign-in", "title"))
        heading.addWidget(self.badge)
        heading.addStretch(1)
        heading.addWidget(self.read_at)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 16, 12)
        top.setSpacing(8)
        top.addLayout(heading)
        for part in (plain_label(_HINT, "muted", wrap=True), self.form, self.notes, self.trigger):
            top.addWidget(part)
        layout.addLayout(top)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.nothing, 1)
        self.set_content(whole)


def _with_room(button: QPushButton) -> QWidget:
    """Tabs put their corner widget to the very edge."""
    corner = QWidget()
    beside = QHBoxLayout(corner)
    beside.setContentsMargins(0, 0, 16, 4)
    beside.addWidget(button)
    return corner
