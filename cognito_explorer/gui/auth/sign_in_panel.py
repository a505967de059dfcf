"""Signing in through the hosted UI, watched step by step."""

from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QWidget
from typing_extensions import override

from cognito_explorer.core.auth.hosted_ui import SignInAttempt, begin_sign_in, check_redirect, exchange_code
from cognito_explorer.core.auth.hosted_ui import match_redirect as read_redirect
from cognito_explorer.core.auth.tokens import TokenSet, decode, is_same_sign_in
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import ExplorerError, InvalidInput
from cognito_explorer.gui.auth.attempt_view import AttemptView
from cognito_explorer.gui.auth.hosted_clients import load_hosted_clients
from cognito_explorer.gui.auth.page_guard import PageGuard
from cognito_explorer.gui.auth.sign_in_form import WIDTH_PX, SignInForm
from cognito_explorer.gui.auth.sign_in_steps import Step
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.scrolled import scrolled_column
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.workspace import Page, PageKind, Workspace

_SIGN_IN = ("cognito-idp", "InitiateAuth")


class SignInPanel(Panel):
    """First a form that says what will be sent, then the hosted UI, then the tokens in their own tab."""

    def __init__(self, page: Page, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(f"Sign in · {page.context.pool_name or page.context.pool_id}", parent)
        self._page = page
        self._workspace = workspace
        self._attempt: SignInAttempt | None = None
        self._signed_in: TokenSet | None = None
        self.form = SignInForm()
        self.attempt_view = AttemptView()
        self._heading = plain_label("", "title", wrap=True)
        self._faces = QStackedWidget()
        self._arrange()
        if self._page.aws is not None:
            self.follow_answers(self._page.aws.calls.subscribe)
        self.form.submitted.connect(self.sign_in)
        self.attempt_view.start_over_wanted.connect(self.sign_in)
        self.attempt_view.change_wanted.connect(self.show_form)
        self.attempt_view.came_back.connect(self._come_back)
        self.attempt_view.outcome.tokens_button.clicked.connect(self._show_tokens)
        self._workspace.changed.connect(self._follow_refreshed)

    @property
    def is_signing_in(self) -> bool:
        """Whether an attempt is on show, open or ended."""
        return self._faces.currentWidget() is self.attempt_view

    @override
    def reload(self) -> None:
        """Read the pool's domain and clients. An open attempt goes on."""
        if self._page.aws is not None:
            self.tasks.start("load", self._load(self._page.aws), label="Reading the app clients")

    def sign_in(self) -> None:
        """Open the hosted UI with what the form says, after a question where signing in was not agreed to."""
        aws = self._page.aws
        if aws is None or self.form.app() is None:
            return
        if aws.permit.verdict(*_SIGN_IN, {}).must_ask and not aws.permit.may_sign_in:
            self.tasks.start("agree", self._agree_and_open(aws), label="Asking whether to sign in")
        else:
            self._open(aws)

    async def _agree_and_open(self, aws: Aws) -> None:
        """Before the page: a sign-in that has happened there cannot be called off any more."""
        await aws.permit.check(*_SIGN_IN, {})
        self._open(aws)

    def _open(self, aws: Aws) -> None:
        app = self.form.app()
        if app is None:
            return
        self.clear_error()
        self.tasks.cancel("exchange")
        self._faces.setCurrentWidget(self.attempt_view)
        try:
            self._attempt = begin_sign_in(app, self.form.wishes())
            self.attempt_view.begin(self._attempt, PageGuard(aws.permit, aws.calls, app.origin))
        except ExplorerError as error:
            self.attempt_view.show_error(error)

    def show_form(self) -> None:
        """Back to the form; what was chosen stays."""
        self.attempt_view.close_browser()
        self._faces.setCurrentIndex(0)
        self.form.sign_in_button.setFocus()

    @override
    def commands(self) -> list[Command]:
        return [
            Command(
                "sign_in.begin",
                "Sign in through the hosted UI",
                self.sign_in,
                icon="sign-in",
                why_not=lambda: "" if self.form.sign_in_button.isEnabled() else "No app client can sign in.",
                is_billed=lambda: True,
            ),
            Command(
                "sign_in.cancel",
                "Cancel the sign-in",
                self.attempt_view.cancel,
                icon="stop",
                why_not=lambda: "" if self.attempt_view.is_open else "No sign-in is open.",
            ),
        ]

    @override
    def focus_first(self) -> None:
        browser = self.attempt_view.browser
        if self.is_signing_in and browser is not None:
            browser.setFocus()
        elif self.is_signing_in:
            self.attempt_view.outcome.focus_first()
        else:
            self.form.sign_in_button.setFocus()

    async def _load(self, aws: Aws) -> None:
        found = await load_hosted_clients(aws, self._page.context.pool_id)
        if found.no_pages is not None:
            self.show_empty(
                found.no_pages.title, found.no_pages.hint, icon="info", action="Look again", run=self.reload
            )
            return
        if not found.origin:
            self.show_empty(
                "This user pool has no domain.",
                "The hosted UI lives on a domain of the pool. Add a Cognito prefix or a domain of your own to the"
                " pool, then reload.",
                icon="domain",
                action="Look again",
                run=self.reload,
            )
            return
        self._heading.setText(f"Sign in to {found.pool_name}")
        self.form.show_clients(found)
        self.show_content()

    def _come_back(self, address: str) -> None:
        if self._attempt is not None and self._page.aws is not None:
            attempt, self._attempt = self._attempt, None
            self.tasks.start("exchange", self._finish(self._page.aws, attempt, address), label="Signing in")

    async def _finish(self, aws: Aws, attempt: SignInAttempt, address: str) -> None:
        view = self.attempt_view
        view.show_waiting("Exchanging the code for tokens…")
        try:
            tokens = await self._exchange(aws, attempt, address)
        except ExplorerError as error:
            view.show_error(error)
            return
        view.show_done(f"Signed in as {_who(tokens)}.", "The tokens are kept in memory until the app closes.")
        self._signed_in = tokens
        self._workspace.remember_tokens(tokens.pool_id, tokens, self._page.context.profile_id)
        self._open_tokens()

    async def _exchange(self, aws: Aws, attempt: SignInAttempt, address: str) -> TokenSet:
        steps = self.attempt_view.steps
        redirect = read_redirect(attempt, address)
        if redirect is None:
            raise InvalidInput("The answer went to another address.", "Start the sign-in again.")
        if not redirect.error:
            steps.finish(Step.ASKED, Step.SIGNED_IN, Step.CAME_BACK)
        check_redirect(attempt, redirect)
        steps.finish(Step.STATE)
        try:
            tokens = await exchange_code(aws.http, attempt, redirect, self._page.context.pool_id)
        except InvalidInput as error:
            # Tokens came, and the ID token among them is not for this attempt: the token endpoint's own refusals
            # bear a code.
            if not error.code:
                steps.finish(Step.EXCHANGED)
            raise
        steps.finish(Step.EXCHANGED)
        if tokens.id_token:
            steps.finish(Step.NONCE)
        else:
            steps.leave_out(Step.NONCE)
        return tokens

    def _follow_refreshed(self) -> None:
        """Tokens that were refreshed since are those of this sign-in, too: a client that rotates ends the earlier."""
        ours = self._signed_in
        newest = self._workspace.tokens_of(ours.pool_id) if ours is not None else None
        if ours is not None and newest is not None and newest is not ours and is_same_sign_in(newest, ours):
            self._signed_in = newest

    def _show_tokens(self) -> None:
        """Others may have been pasted since: this sign-in's are the newest again."""
        ours = self._signed_in
        if ours is not None:
            again = replace(ours, received_at=datetime.now(UTC))
            self._workspace.remember_tokens(ours.pool_id, again, self._page.context.profile_id)
        self._open_tokens()

    def _open_tokens(self) -> None:
        context = replace(self._page.context, username="", tokens=None)
        self._workspace.open(Page(PageKind.TOKENS, context, self._page.aws))

    def _arrange(self) -> None:
        self.form.setMaximumWidth(theme().px(WIDTH_PX))
        self.form.sent_card.setMaximumWidth(theme().px(WIDTH_PX))
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addWidget(self.form, 1)
        columns.addWidget(self.form.sent_card, 1, Qt.AlignmentFlag.AlignTop)
        columns.addStretch(0)
        scroll = QScrollArea()
        inner = scrolled_column(scroll, (24, 24, 24, 24), 16)
        inner.addWidget(self._heading)
        inner.addLayout(columns)
        inner.addStretch(1)
        self._faces.addWidget(scroll)
        self._faces.addWidget(self.attempt_view)
        self.set_content(self._faces)


def _who(tokens: TokenSet) -> str:
    return decode(tokens.id_token or tokens.access_token).username or "a user without a name"
