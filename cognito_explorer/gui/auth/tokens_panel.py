"""Tokens: those of a sign-in, or any that are pasted. What is in them, and what is to be said about them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget
from typing_extensions import override

from cognito_explorer.core.auth.clock_skew import ClockSkew
from cognito_explorer.core.auth.liveness import ask_get_user
from cognito_explorer.core.auth.sign_in_ends import EndedBy
from cognito_explorer.core.auth.tokens import DecodedToken, SignatureCheck, TokenKind, TokenSet
from cognito_explorer.core.errors import ExplorerError, InvalidInput
from cognito_explorer.core.insight.token_endings import signed_in_at
from cognito_explorer.core.insight.token_findings import examine
from cognito_explorer.gui.auth.ended_sign_ins import ended_sign_ins
from cognito_explorer.gui.auth.findings_list import FindingsList
from cognito_explorer.gui.auth.found_tokens import FoundTokens
from cognito_explorer.gui.auth.kind_buttons import KindButtons
from cognito_explorer.gui.auth.no_token_face import no_token_face
from cognito_explorer.gui.auth.paste_field import PasteField
from cognito_explorer.gui.auth.paste_rehearsal import PasteRehearsal
from cognito_explorer.gui.auth.pasted_tokens import ReadTokens, as_token_set, read_set
from cognito_explorer.gui.auth.token_actions import TokenActions
from cognito_explorer.gui.auth.token_bar import TokenBar, beneath, stacked
from cognito_explorer.gui.auth.token_comparison import EarlierTokens
from cognito_explorer.gui.auth.token_details import TokenDetails
from cognito_explorer.gui.auth.token_heading import TokenHeading
from cognito_explorer.gui.auth.token_knowledge import TokenKnowledge
from cognito_explorer.gui.auth.token_reader import TokenReader
from cognito_explorer.gui.auth.token_surroundings import (
    check_at_issuers,
    check_at_pool,
    checks_at_hand,
    compare_clocks,
    learn_facts,
    look_around,
    may_ask_issuer,
    start_after_findings,
)
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.drop_target import DropTarget
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.laid_out import laid_out_once
from cognito_explorer.gui.lib.late import LatePart
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.remembering import RememberedSplitter
from cognito_explorer.gui.workspace import Page, PageKind, Workspace

_TICK_MS = 1_000


class TokensPanel(Panel):
    """Shows the newest tokens of the page's pool, and whatever is pasted. Nothing in a token is believed."""

    STALE_AFTER = frozenset({
        *("admin_add_user_to_group", "admin_remove_user_from_group", "admin_update_user_attributes", "update_group"),
        *("admin_delete_user_attributes", "admin_delete_user", "update_user_pool_client", "update_user_pool"),
    })  # fmt: skip

    def __init__(self, page: Page, workspace: Workspace, parent: QWidget | None = None) -> None:
        name = page.context.pool_name or page.context.pool_id
        super().__init__(f"Tokens · {name}" if name else "Token", parent)
        self._page = page
        self._workspace = workspace
        self._set: TokenSet | None = None
        self._read = ReadTokens({})
        self._kind: TokenKind = "other"
        self._known = TokenKnowledge(page.context.pool_id, is_connected=page.aws is not None)
        self._earlier = EarlierTokens()
        self.paste_field = PasteField()
        self._reader = TokenReader(self, self.paste_field)
        self.paste_button = QPushButton(icon("plus"), "Pa&ste a token")
        self.paste_button.setCheckable(True)
        self.found_box = FoundTokens()
        self.heading = TokenHeading()
        self.findings = FindingsList()
        self.details = TokenDetails(page.aws)
        self._late = LatePart(self.details, (self.heading.timeline, self.heading.skew_meter))
        self._rehearsal = PasteRehearsal(self.findings, self.heading, page.context.pool_id, self)
        remember = partial(workspace.remember_tokens, profile_id=page.context.profile_id)
        self.token_actions = TokenActions(self, page, remember)
        self.kinds = KindButtons()
        self._body = QStackedWidget()
        self._drops = DropTarget(self)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._assemble_content()
        self._connect_parts()

    @property
    def token(self) -> DecodedToken | None:
        """The token on show, or None."""
        return self._read.tokens.get(self._kind)

    @property
    def kind_buttons(self) -> dict[TokenKind, QPushButton]:
        """The button of each token on the page."""
        return self.kinds.buttons

    @property
    def signature(self) -> SignatureCheck | None:
        """What is known of the signature of the token on show."""
        return self._known.checks.get(self._kind)

    @override
    def reload(self) -> None:
        """Take the newest tokens of the pool; look at the pool and its keys anew."""
        self._follow()
        if self._set is not None:
            self._look_around(self._set)
        self.show_content()

    @override
    def take_text(self, text: str) -> None:
        """Show the tokens in a text; what is wrong with it is said beneath the field."""
        self._reader.take_text(text)

    def take_files(self, paths: Sequence[Path]) -> None:
        """Show the tokens in files."""
        self._reader.take_files(paths)

    def show_set(self, tokens: TokenSet) -> None:
        """Show the tokens of a sign-in or of a refresh."""
        try:
            self._show(read_set(tokens), tokens)
        except InvalidInput as error:
            self.show_error(error)

    def show_kind(self, kind: TokenKind) -> None:
        """Show another token of the set."""
        if kind not in self._read.tokens:
            return
        self._kind = kind
        self.kinds.mark(kind)
        token = self._read.tokens[kind]
        self.heading.show_token(token, self._known.client_name(token))
        self.token_actions.show_token(token)
        self.details.expected.hold(token)
        self.details.show_token(token, self._known.facts_of(token))
        self._show_set()
        self.details.show_identity_pools(self._known.around.readable_pools)
        self.findings.view.scrollToTop()
        self._examine()

    @override
    def commands(self) -> list[Command]:
        paste = Command("token.paste_here", "Paste a token here", self._reader.take_clipboard, "Ctrl+V", icon="plus")
        return [paste, *self.token_actions.commands()]

    @override
    def focus_first(self) -> None:
        if self.token is None or self.paste_button.isChecked():
            self.paste_field.editor.setFocus()
        else:
            self.details.claims_view.setFocus()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self._rehearsal.wait()
        self._tick()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _follow(self) -> None:
        """A sign-in or a refresh in this pool brought new tokens."""
        newest = self._workspace.tokens_of(self._page.context.pool_id) or self._page.context.tokens
        if newest is not None and newest is not self._set and not self._was_pasted_later(newest):
            self.show_set(newest)

    def _was_pasted_later(self, newest: TokenSet) -> bool:
        return self._set is not None and self._set.received_at > newest.received_at

    def _show(self, found: ReadTokens, tokens: TokenSet) -> None:
        self.clear_error()
        self._rehearsal.end()
        self.tasks.cancel("check")
        self._earlier.keep(self._read.tokens)
        self.details.show_user_info(None)
        self._read, self._set, self._known = found, tokens, self._known.of_other_tokens(found.tokens)
        self._known.checks |= checks_at_hand(self._page.aws, found.tokens)
        self.kinds.show_kinds(found.tokens)
        self.found_box.show_read(found)
        self._body.setCurrentIndex(1)
        self.heading.show()
        self.paste_button.setVisible(True)
        self.paste_field.setVisible(self.paste_button.isChecked())
        self.token_actions.show_set(tokens, self._known.around)
        self.show_kind(self._kind if self._kind in found.tokens else found.first)
        self._look_around(tokens)

    def _look_around(self, tokens: TokenSet) -> None:
        if self._page.aws is not None:
            works = (self._check, partial(self._surround, tokens), self._learn, self._compare_clocks)
            start_after_findings(self.tasks, works)

    async def _check(self) -> None:
        if self._page.aws is None:
            return
        for kind, token in tuple(self._read.tokens.items()):
            if kind != "refresh":
                self._known.checks[kind] = await check_at_pool(self._page.aws, token)
        self._examine()

    async def _check_at_issuer(self) -> None:
        known = self._known
        checks, skew = await check_at_issuers(self, self._page.aws, self._read.tokens, self.details.expected.issuer)
        known.checks |= checks
        self._take_clock(skew)
        self._examine()

    async def _compare_clocks(self) -> None:
        if self._page.aws is not None:
            self._take_clock(await compare_clocks(self._page.aws, tuple(self._read.tokens.values())))
            self._tick()

    def _take_clock(self, skew: ClockSkew | None) -> None:
        """An answer that told no time takes an earlier measure not away."""
        self._known.clock = skew or self._known.clock
        self.heading.show_clock(self._known.clock)

    async def _surround(self, tokens: TokenSet) -> None:
        if self._page.aws is None:
            return
        self._known.around = await look_around(self._page.aws, tokens, self._page.context)
        self.token_actions.show_set(tokens, self._known.around)
        token = self.token
        if token is not None:
            self.heading.show_token(token, self._known.client_name(token))
        self.details.show_identity_pools(self._known.around.readable_pools)
        self._examine()

    async def _learn(self) -> None:
        if self._page.aws is None:
            return
        self._known.facts = await learn_facts(self._page.aws, tuple(self._read.tokens.values()))
        token = self.token
        if token is not None:
            self.details.show_facts(self._known.facts_of(token))
            self._examine()
            self._show_set()

    def _show_set(self) -> None:
        client, end = self._known.client(), self._known.end()
        self.token_actions.show_end(end)
        self.details.show_set(self._read.tokens, self._earlier.known, client, end)
        self.heading.show_refresh(signed_in_at(self._read.tokens), self._known.refreshable_until())

    def _note_end(self, tokens: TokenSet, by: EndedBy) -> None:
        ended_sign_ins().note(tokens, by, ahead=self._known.ahead)

    def _follow_end(self) -> None:
        """On this page or another: what Cognito said before is out of date."""
        token = self.token
        if token is not None and self._known.end() is not None:
            self._known.live.clear()
            self.show_kind(token.kind)

    def _examine(self) -> None:
        token = self.token
        if token is None:
            return
        set_pool_id = self._set.pool_id if self._set is not None else ""
        self.heading.show_end(self._known.end_of(token), self._known.refused_of(token))
        expected = self.details.expected
        context = self._known.context_of(token, set_pool_id, expected.issuer, expected.audience)
        identity_pool = self._known.around.identity_pool if token.pool_id == set_pool_id else None
        self.details.show_consumers(context, identity_pool.detail if identity_pool is not None else None)
        self.findings.set_findings(examine(token, context, self._read.troubles_of(token)))
        can_ask = self._page.aws is not None and bool(self._read.access_beside(token))
        self.findings.offer(self.findings.live_button, offered=can_ask and token.raw not in self._known.live)
        is_open = context.signature is not None and context.signature.state == "not checked"
        self.findings.offer(self.findings.forget_button, offered=self.findings.is_unexpected)
        self.findings.offer(self.findings.check_button, offered=is_open and may_ask_issuer(token, expected.issuer))

    async def _ask_cognito(self) -> None:
        token = self.token
        if self._page.aws is None or token is None:
            return
        self._known.take_live(await ask_get_user(self._page.aws, self._read.access_beside(token)))
        self._examine()
        self._show_set()

    def _tick(self) -> None:
        token = self.token
        if token is not None:
            self.heading.tell_time()
            self._examine()

    def _take(self, found: ReadTokens) -> None:
        was_typed = self.focusWidget() is self.paste_field.editor
        self.paste_field.accept()
        self._late.hold_back()
        with self.findings.settled(), laid_out_once(*self._above):
            self._show(found, as_token_set(found))
            if was_typed:
                self.kind_buttons[self._kind].setFocus()  # the field goes, and the keyboard with it
            self.paste_button.setChecked(False)

    @override
    def take_clipboard(self) -> None:
        """Read it if it holds a token. Anything else may be private: then there is a field to paste into."""
        self._reader.take_clipboard(only_tokens=True)

    def _open_beside(self, kind: PageKind) -> None:
        token, here = self.token, self._page.context
        username = token.username if token is not None and token.pool_id == here.pool_id else ""
        self._workspace.open(Page(kind, replace(here, tokens=None, username=username or here.username), self._page.aws))

    def _open_access(self) -> None:
        known = self._known.around.identity_pool
        if known is not None and self._set is not None:
            # Pasted ones, too: Try access may be open already, and takes the newest of the pool.
            if self._set.pool_id:
                self._workspace.remember_tokens(self._set.pool_id, self._set, self._page.context.profile_id)
            context = replace(
                self._page.context, identity_pool_id=known.id, identity_pool_name=known.name, tokens=self._set
            )
            self._workspace.open(Page(PageKind.ACCESS, context, self._page.aws))

    def _take_refreshed(self, tokens: TokenSet) -> None:
        if self._set is not tokens:
            self.show_set(tokens)

    def _connect_parts(self) -> None:
        if self._page.aws is not None:
            self.follow(self._page.aws.journal.subscribe)
            self.follow_answers(self._page.aws.calls.subscribe)
        self._timer.timeout.connect(self._tick)
        self._late.coming.connect(self.details.catch_up_shown)
        self._workspace.changed.connect(self._follow)
        self.token_actions.preview_wanted.connect(partial(self._open_beside, PageKind.PREVIEW))
        self.kinds.chosen.connect(self.show_kind)
        self.details.expected.changed.connect(self._examine)
        self.findings.forget_button.clicked.connect(self.details.expected.forget)
        self._drops.text_dropped.connect(self.take_text)
        self._drops.files_dropped.connect(self.take_files)
        self.paste_field.entered.connect(self.take_text)
        self.paste_field.files_pasted.connect(self.take_files)
        self._reader.read.connect(self._take)
        self._reader.refused.connect(partial(self.paste_button.setChecked, True))
        self.paste_button.toggled.connect(self._toggle_paste)
        self.token_actions.refreshed.connect(self._take_refreshed)
        self.token_actions.copy_menu.findings = self.findings.findings
        self.token_actions.ended.connect(self._note_end)
        ended_sign_ins().changed.connect(self._follow_end)
        self.token_actions.user_told.connect(self.details.show_user_info)
        self.token_actions.access_wanted.connect(self._open_access)
        self.findings.check_button.clicked.connect(
            lambda: self.tasks.start("check", self._check_at_issuer(), label="Fetching the issuer's keys")
        )
        self.findings.live_button.clicked.connect(
            lambda: self.tasks.start("live", self._ask_cognito(), label="Asking Cognito")
        )
        self.found_box.chosen.connect(self._show_found)
        self.found_box.asked.connect(lambda: self.tasks.start("choose", self.found_box.ask(), label="Choosing"))
        self.tasks.failed.connect(self._follow_failure)

    def _show_found(self, at: int) -> None:
        if 0 <= at < len(self._read.found):
            found = self._read.showing(at)
            self._kind = found.first
            self._show(found, as_token_set(found))

    def _toggle_paste(self, shown: bool) -> None:
        self.paste_field.setVisible(shown or self.token is None)
        if shown:
            self.paste_field.editor.setFocus()

    def _follow_failure(self, name: str, error: ExplorerError) -> None:
        if self._known.take_failure(name, error, self._kind, self.token_actions.refreshing):
            self._examine()
            self._show_set()

    def _assemble_content(self) -> None:
        bar = TokenBar(self.kinds, (*self.token_actions.buttons(), self.paste_button))
        top = stacked((bar, self.paste_field, self.found_box, self.heading))
        whole = beneath(top, self._body)
        self._above = (whole, top, bar, self.kinds, self.heading)
        self.set_content(whole)  # before it is filled: whatever is put into a widget is styled again, with all in it
        can_sign_in = self._page.aws is not None and bool(self._page.context.pool_id)
        self._body.addWidget(no_token_face(partial(self._open_beside, PageKind.SIGN_IN) if can_sign_in else None))
        splitter = RememberedSplitter("tokens", Qt.Orientation.Horizontal)
        self._body.addWidget(splitter)
        splitter.addWidget(self.findings)
        splitter.addWidget(self._late)
        for at, share in enumerate((1, 2)):
            splitter.setStretchFactor(at, share)
        splitter.restore([340, 700])
        self.heading.hide()
        self.paste_field.show()
        self.paste_button.hide()
