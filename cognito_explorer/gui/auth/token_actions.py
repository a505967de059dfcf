"""What can be done with tokens: refresh, revoke, sign out, userInfo, copies, trying what they open."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton

from cognito_explorer.core.auth.oauth import HostedApp
from cognito_explorer.core.auth.sessions import (
    logout_url,
    refresh_tokens,
    revoke_tokens,
    sign_out_everywhere,
    user_info,
    whose,
)
from cognito_explorer.core.auth.sign_in_ends import EndedBy, SignInEnd
from cognito_explorer.core.auth.tokens import DecodedToken, TokenSet, decode
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.gui.auth.hosted_clients import load_hosted_app
from cognito_explorer.gui.auth.token_copy_menu import TokenCopyMenu
from cognito_explorer.gui.auth.token_surroundings import Surroundings
from cognito_explorer.gui.lib.billable import BILLABLE, in_menu
from cognito_explorer.gui.lib.clipboard import copy
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.dialogs import confirm_with_care
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.workspace import Page

_REPLACED = " The refresh token was replaced, too: the client rotates it."
_DEEDS: dict[EndedBy, str] = {
    "revoked": "revoked them",
    "signed out": "signed this user out everywhere",
    "user disabled": "disabled this user",
    "user deleted": "deleted this user",
}
# In the order of what they belong to, in `_update`.
_TASKS = ("refresh", "revoke", "sign out", "userinfo", "logout")
_LOGOUT_HINT = "Opened in a browser, it ends the hosted UI's session there. Tokens stay valid."


class TokenActions(QObject):
    """The buttons of the tokens page. `refreshed` carries the new TokenSet; `keep` gets it even if the page is gone.

    `user_told` carries userInfo's answer, a dict. `ended` carries the TokenSet and how it was ended (an EndedBy).
    """

    refreshed = Signal(object)
    user_told = Signal(object)
    access_wanted = Signal()
    preview_wanted = Signal()
    ended = Signal(object, str)

    def __init__(self, panel: Panel, page: Page, keep: Callable[[str, TokenSet], object]) -> None:
        super().__init__(panel)
        self._keep = keep
        self._panel = panel
        self._aws = page.aws
        self._tokens: TokenSet | None = None
        self._refreshing = ""
        self._end: SignInEnd | None = None
        self._running: tuple[bool, ...] = ()
        self.refresh_button = QPushButton(icon("refresh"), "Refresh to&kens")
        self.predict_button = QPushButton("Predict")
        self.predict_button.setToolTip("The tokens a sign-in would bring, without signing in")
        self._why_no_preview = "" if page.aws is not None and page.context.pool_id else "Open a user pool's page first."
        self.access_button = QPushButton(icon("key"), "&Try access")
        self.more_button = QPushButton("&More")
        self.more_button.setProperty("has_menu", True)
        menu = QMenu(self.more_button)
        menu.setToolTipsVisible(True)
        self.copy_menu = TokenCopyMenu(panel, menu)
        menu.addMenu(self.copy_menu)
        self.user_info_action = menu.addAction(icon("user"), "Ask &userInfo")
        self.logout_action = menu.addAction(icon("sign-out"), "Copy the sign-&out address")
        self.revoke_action = menu.addAction(icon("denied", Tone.BAD), in_menu("Re&voke…"))
        self.sign_out_action = menu.addAction(icon("sign-out", Tone.BAD), in_menu("Sign out &everywhere…"))
        self.more_button.setMenu(menu)
        self._connect()
        self._update()
        self.access_button.hide()
        # Shown before it has a parent it would be a window of its own for a moment, and take the keyboard along.
        if self._why_no_preview:
            self.predict_button.hide()

    @property
    def refreshing(self) -> str:
        """The refresh token that is being sent, or was the last."""
        return self._refreshing

    def buttons(self) -> tuple[QPushButton, ...]:
        """Every button, left to right."""
        return self.access_button, self.predict_button, self.refresh_button, self.more_button

    def show_set(self, tokens: TokenSet, around: Surroundings) -> None:
        """Offer what can be done with these."""
        self._tokens = tokens
        self.access_button.setVisible(around.identity_pool is not None)
        self._update()

    def show_end(self, end: SignInEnd | None) -> None:
        """What was ended from here already cannot be refreshed, or ended again."""
        self._end = end
        self._update()

    def show_token(self, token: DecodedToken) -> None:
        """The one of them that is on show: the copies are of it."""
        self.copy_menu.show_token(token, self._tokens)

    def commands(self) -> list[Command]:
        """The same for menus and the palette."""
        return [
            Command(
                "token.refresh",
                "Refresh tokens",
                self.refresh,
                icon="refresh",
                why_not=self.why_no_refresh,
                is_billed=lambda: True,
            ),
            Command(
                "token.revoke",
                "Revoke tokens…",
                self.revoke,
                icon="denied",
                why_not=self.why_no_revoke,
                is_destructive=True,
                is_billed=lambda: True,
            ),
            Command(
                "token.sign_out_everywhere",
                "Sign this user out everywhere…",
                self.sign_out,
                icon="sign-out",
                why_not=self.why_no_sign_out,
                is_destructive=True,
                is_billed=lambda: True,
            ),
            Command("token.user_info", "Ask userInfo", self.ask_user_info, icon="user", why_not=self.why_no_user_info),
            Command(
                "token.sign_out_address",
                "Copy the sign-out address",
                self.copy_logout_address,
                icon="sign-out",
                why_not=self.why_no_logout,
            ),
            Command(
                "token.predict",
                "Predict the tokens of a sign-in",
                self.preview_wanted.emit,
                icon="token",
                why_not=lambda: self._why_no_preview,
            ),
            Command(
                "token.try_access",
                "Try access with these tokens",
                self.access_wanted.emit,
                icon="key",
                why_not=lambda: "" if self.access_button.isVisible() else "No identity pool is known.",
            ),
        ]

    def refresh(self) -> None:
        """New ID and access tokens for the refresh token, once at a time: a client that rotates takes it back."""
        is_running = self._panel.tasks.is_running("refresh")
        if self._aws is not None and self._tokens is not None and not is_running:
            self._refreshing = self._tokens.refresh_token
            self._panel.tasks.start("refresh", self._refresh(self._aws, self._tokens), label="Refreshing tokens")

    def revoke(self) -> None:
        """Ask, then revoke the refresh token and what came of it."""
        if self._aws is not None and self._tokens is not None:
            self._panel.tasks.start("revoke", self._revoke(self._aws, self._tokens), label="Revoking tokens")

    def sign_out(self) -> None:
        """Ask, then revoke every token of the user with their own access token."""
        if self._aws is not None and self._tokens is not None:
            self._panel.tasks.start("sign out", self._sign_out(self._aws, self._tokens), label="Signing out everywhere")

    def ask_user_info(self) -> None:
        """Ask the pool's userInfo endpoint with the access token: it knows of revoked ones, too."""
        if self._aws is not None and self._tokens is not None:
            self._panel.tasks.start("userinfo", self._ask_user_info(self._aws, self._tokens), label="Asking userInfo")

    def copy_logout_address(self) -> None:
        """Put the hosted UI's logout address on the clipboard."""
        if self._aws is not None and self._tokens is not None:
            self._panel.tasks.start("logout", self._copy_logout(self._aws, self._tokens), label="Reading the client")

    def why_no_refresh(self) -> str:
        """Why the tokens cannot be refreshed, or ""."""
        if self._aws is None:
            return "Connect to the pool's profile first."
        if self._tokens is None or not self._tokens.refresh_token:
            return "There is no refresh token."
        if not self._tokens.pool_id or not self._tokens.client_id:
            return "It is not known which app client the refresh token belongs to. Paste the access token with it."
        return self._why_over()

    def why_no_revoke(self) -> str:
        """Why the tokens cannot be revoked, or ""."""
        reason = self.why_no_refresh()
        if not reason and self._aws is not None:
            return self._aws.permit.why_not("RevokeToken")
        return reason

    def why_no_user_info(self) -> str:
        """Why userInfo cannot be asked, or ""."""
        if self._tokens is not None and not self._tokens.access_token:
            return "There is no access token."
        return self.why_no_logout()

    def why_no_sign_out(self) -> str:
        """Why the user cannot be signed out everywhere, or ""."""
        reason = self.why_no_user_info() or self._why_over()
        if not reason and self._aws is not None:
            return self._aws.permit.why_not("GlobalSignOut")
        return reason

    def why_no_logout(self) -> str:
        """Why there is no sign-out address, or ""."""
        if self._aws is None:
            return "Connect to the pool's profile first."
        is_known = self._tokens is not None and self._tokens.pool_id and self._tokens.client_id
        return "" if is_known else "It is not known which app client the tokens belong to."

    def _why_over(self) -> str:
        if self._end is None:
            return ""
        return f"You {_DEEDS[self._end.by]} at {self._end.told_at}."

    async def _refresh(self, aws: Aws, tokens: TokenSet) -> None:
        app, _client = await load_hosted_app(aws, tokens.pool_id, tokens.client_id)
        refreshed = await aws.see_through(_refresh_and_keep(aws, app, tokens, self._keep))
        self.refreshed.emit(refreshed)
        is_replaced = refreshed.refresh_token != tokens.refresh_token
        toast(self._panel, f"Refreshed the ID and access tokens.{_REPLACED if is_replaced else ''}")

    async def _revoke(self, aws: Aws, tokens: TokenSet) -> None:
        sure = await confirm_with_care(
            self._panel,
            title="Revoke these tokens?",
            text="The refresh token stops working, and Cognito refuses the access tokens that came of it. APIs that"
            f" check signature and time alone accept ID and access tokens until they expire{_when(tokens)}. It cannot"
            f" be undone. {BILLABLE}",
            action="Revoke",
            keep="Keep them",
            typed_name=_typed_name(aws, tokens),
        )
        if not sure:
            return
        app, _client = await load_hosted_app(aws, tokens.pool_id, tokens.client_id)
        with aws.permit.assured(whose(tokens)):
            await revoke_tokens(aws, app, tokens)
        self.ended.emit(tokens, "revoked")
        toast(self._panel, "Revoked the refresh token.")

    async def _sign_out(self, aws: Aws, tokens: TokenSet) -> None:
        sure = await confirm_with_care(
            self._panel,
            title="Sign this user out everywhere?",
            text="All of the user's refresh and access tokens stop working at Cognito, on every device. The hosted UI's"
            " cookie stays, and so do ID and access tokens where only signature and time are checked, until they"
            f" expire{_when(tokens)}. It cannot be undone. {BILLABLE}",
            action="Sign out",
            keep="Keep them signed in",
            typed_name=_typed_name(aws, tokens),
        )
        if sure:
            with aws.permit.assured(whose(tokens)):
                await sign_out_everywhere(aws, tokens)
            self.ended.emit(tokens, "signed out")
            toast(self._panel, "Signed the user out everywhere.")

    async def _ask_user_info(self, aws: Aws, tokens: TokenSet) -> None:
        app, _client = await load_hosted_app(aws, tokens.pool_id, tokens.client_id)
        self.user_told.emit(await user_info(aws.http, app, tokens.access_token))

    async def _copy_logout(self, aws: Aws, tokens: TokenSet) -> None:
        app, client = await load_hosted_app(aws, tokens.pool_id, tokens.client_id)
        if not client.logout_urls:
            raise InvalidInput(
                "This app client has no sign-out URL.", "Add one to the client: it must be listed there."
            )
        copy(
            self._panel,
            logout_url(app, client.logout_urls[0]),
            "the sign-out address: open it in the browser to sign out",
        )

    def _connect(self) -> None:
        self.refresh_button.clicked.connect(self.refresh)
        self.access_button.clicked.connect(self.access_wanted)
        self.predict_button.clicked.connect(self.preview_wanted)
        self.logout_action.triggered.connect(self.copy_logout_address)
        self.revoke_action.triggered.connect(self.revoke)
        self.sign_out_action.triggered.connect(self.sign_out)
        self.user_info_action.triggered.connect(self.ask_user_info)
        self._panel.tasks.tasks_changed.connect(self._follow_tasks)
        if self._aws is not None:
            self._panel.destroyed.connect(partial(_end, self._aws.permit.subscribe(self._update)))

    def _follow_tasks(self) -> None:
        """Most of the page's tasks are none of these."""
        if self._running != self._running_now():
            self._update()

    def _running_now(self) -> tuple[bool, ...]:
        return tuple(self._panel.tasks.is_running(name) for name in _TASKS)

    def _update(self) -> None:
        self._running = self._running_now()
        has_tokens = self._tokens is not None
        parts: tuple[tuple[QPushButton | QAction, str, str], ...] = (
            (self.refresh_button, self.why_no_refresh(), BILLABLE),
            (self.revoke_action, self.why_no_revoke(), BILLABLE),
            (self.sign_out_action, self.why_no_sign_out(), BILLABLE),
            (self.user_info_action, self.why_no_user_info(), ""),
            (self.logout_action, self.why_no_logout(), _LOGOUT_HINT),
        )
        for (part, reason, hint), is_running in zip(parts, self._running, strict=True):
            # Qt moves the keyboard on from what is disabled: a button that was pressed stays as it is until it is done.
            part.setEnabled(not reason and (not is_running or part is self.refresh_button))
            if part.toolTip() != (reason or hint):
                part.setToolTip(reason or hint)
        self.refresh_button.setVisible(has_tokens)
        self.more_button.setVisible(has_tokens)


def _typed_name(aws: Aws, tokens: TokenSet) -> str:
    """What must be typed first: in production whom the tokens are of, nothing elsewhere."""
    if not aws.profile.is_production:
        return ""
    try:
        return decode(tokens.id_token or tokens.access_token).username or "revoke"
    except InvalidInput:
        return "revoke"


def _when(tokens: TokenSet) -> str:
    """When the access token on show expires; "" where it has."""
    is_over = tokens.expires_at <= datetime.now(UTC)
    return "" if is_over else f": the one on show {clock().relative(tokens.expires_at)}"


def _end(stop: Callable[[], object], _destroyed: object = None) -> None:
    stop()


async def _refresh_and_keep(
    aws: Aws, app: HostedApp, tokens: TokenSet, keep: Callable[[str, TokenSet], object]
) -> TokenSet:
    """A client that rotates refresh tokens takes the old one back at once: the new ones must not be lost."""
    refreshed = await refresh_tokens(aws.http, app, tokens)
    keep(refreshed.pool_id, refreshed)
    return refreshed
