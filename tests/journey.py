"""The main job from beginning to end in the real window; `picture` is called at each step."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from cognito_explorer.gui.auth.sign_in_panel import SignInPanel
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.connections import SANDBOX_PROFILE
from cognito_explorer.gui.identity_pools.access_panel import AccessPanel
from cognito_explorer.gui.identity_pools.probe_table import ProbeRow
from cognito_explorer.gui.lib.explaining import explaining
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.new_user_dialog import CreateUserDialog
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from cognito_explorer.gui.workspace import PageKind
from tests.gui.auth.hosted_ui_driver import DEMO_PASSWORD, came_back, keyboard_in, next_page, press, type_text
from tests.hand import Hand

Picture = Callable[[str], None]
Pause = Callable[[], Awaitable[None]]


class MainJob:
    """Each step leaves the window as the next one needs it. Everything is done by keyboard."""

    def __init__(self, window: MainWindow, picture: Picture, web_page_painted: Pause | None = None) -> None:
        self.window = window
        self.hand = Hand(window)
        self._picture = picture
        # A web page is painted by another process, some frames after it says that it has loaded.
        self._web_page_painted = web_page_painted

    async def begin(self) -> None:
        """The start page, with the sandbox's tree beside it."""
        await self.hand.be_active()
        await self.hand.settle()
        self._picture("start")

    async def look_at_the_pool(self) -> None:
        """The pool in plain words, from the tree."""
        self.hand.control(Qt.Key.Key_1)
        self.hand.press(Qt.Key.Key_Home)
        self.hand.press(Qt.Key.Key_Down, times=2)
        self.hand.press(Qt.Key.Key_Return)
        await self.hand.settle()
        self._picture("user pool")

    async def find_a_user(self) -> UsersPanel:
        """The list, then the server's search by prefix."""
        await self.hand.go("users of moonletter")
        panel = self.hand.page(UsersPanel)
        self._picture("users")
        self.hand.control(Qt.Key.Key_F)
        self.hand.write("ada@")
        self.hand.press(Qt.Key.Key_Return)
        await self.hand.settle()
        self.hand.tab_to(panel.list.view)
        if panel.list.view.current_record() is None:
            self.hand.press(Qt.Key.Key_Down)
        await self.hand.settle()
        self._picture("a user found")
        return panel

    async def change_a_user(self, panel: UsersPanel) -> None:
        """An attribute, staged with before and after, then applied."""
        inspector = panel.user_inspector
        self.hand.control(Qt.Key.Key_3)
        line = inspector.attributes.row("name").editor
        assert isinstance(line, QLineEdit)
        self.hand.tab_to(line)
        self.hand.control(Qt.Key.Key_A)
        self.hand.write("Augusta Ada King")
        self._picture("a change before it is applied")
        self.hand.tab_to(inspector.changes.apply_button)
        self.hand.press(Qt.Key.Key_Space)
        await self.hand.settle()
        self._picture("a change applied")
        self.hand.dismiss_toasts()

    async def add_to_a_group(self, panel: UsersPanel, group: str) -> None:
        """One group more."""
        membership = panel.user_inspector.membership
        membership.chooser.setCurrentIndex(membership.chooser.findText(group, Qt.MatchFlag.MatchContains))
        self.hand.tab_to(membership.add_button)
        self.hand.press(Qt.Key.Key_Space)
        await self.hand.settle()
        self._picture("a group added")
        self.hand.dismiss_toasts()

    async def create_a_user(self, panel: UsersPanel) -> None:
        """The form made from the schema; Enter with a field missing, then all is well."""
        self.hand.control(Qt.Key.Key_N)
        dialog = await self.hand.dialog(CreateUserDialog)
        self.hand.write("mary")
        self.hand.press(Qt.Key.Key_Return)
        await dialog.tasks.idle()
        self._picture("creating a user, with a field missing")
        dialog.form.set_values({"email": "mary@moonletter.example", "name": "Mary Somerville"})
        dialog.form.focus_first()
        self.hand.press(Qt.Key.Key_Return)
        await dialog.tasks.idle()
        await self.hand.settle()
        await self.hand.be_active()
        self._picture("a user created")
        self.hand.dismiss_toasts()

    async def sign_in(self, username: str = "ada") -> None:
        """The hosted UI in the embedded view: a wrong password first, then the right one."""
        await self.hand.go("sign in to moonletter")
        panel = self.hand.page(SignInPanel)
        self._picture("sign-in form")
        self.hand.press(Qt.Key.Key_Space)
        await next_page(panel.attempt_view)
        await keyboard_in(panel.attempt_view, "username")
        answered = next_page(panel.attempt_view)
        self._fill(panel, username, "not the password")
        await answered
        if self._web_page_painted is not None:
            await self._web_page_painted()
        self._picture("hosted UI, wrong password")
        returned = came_back(panel)
        # The page keeps the name and puts the keyboard into the password.
        await keyboard_in(panel.attempt_view, "password")
        type_text(panel.attempt_view, DEMO_PASSWORD)
        press(panel.attempt_view, Qt.Key.Key_Return)
        await returned
        await self.hand.settle()

    async def read_the_tokens(self) -> TokensPanel:
        """ID, access and refresh token."""
        panel = self.hand.page(TokensPanel)
        self._picture("ID token")
        for kind, name in (("access", "access token"), ("refresh", "refresh token"), ("id", "")):
            panel.kind_buttons[kind].setFocus()  # type: ignore[index]  # the three kinds are literals
            self.hand.press(Qt.Key.Key_Space)
            await self.hand.settle()
            if name:
                self._picture(name)
        return panel

    async def look_at_the_identity_pool(self) -> None:
        """Providers and roles."""
        await self.hand.go("overview of identity pool moonletter")
        self._picture("identity pool")

    async def try_access(self) -> dict[str, ProbeRow]:
        """Guest and subscriber, side by side; the answers by the probe's title."""
        await self.hand.go("try access with moonletter")
        panel = self.hand.page(AccessPanel)
        self._picture("access before")
        self.hand.press(Qt.Key.Key_Space)
        await self.hand.settle()
        article = next(
            at for at, row in enumerate(panel.probes.table.records()) if row.probe.title == "Read an article"
        )
        panel.probes.view.selectRow(article)
        self._picture("access tried")
        return {row.probe.title: row for row in panel.probes.table.records()}

    def _fill(self, panel: SignInPanel, username: str, password: str) -> None:
        type_text(panel.attempt_view, username)
        press(panel.attempt_view, Qt.Key.Key_Tab)
        type_text(panel.attempt_view, password)
        press(panel.attempt_view, Qt.Key.Key_Return)


async def look_around(window: MainWindow, picture: Picture) -> None:
    """What stands beside the main job: the palette, the profiles, the sandbox's page, a sandbox that died."""
    hand = Hand(window)
    hand.control(Qt.Key.Key_K)
    hand.write("user")
    picture("palette")
    hand.press(Qt.Key.Key_Escape)
    explaining().wanted.emit("NotAuthorizedException: Incorrect username or password.")
    await hand.settle()
    picture("an error explained")
    await _open_another_region(window, hand)
    picture("connections side by side")
    window.open_profiles()
    await hand.settle()
    picture("profiles")
    window.open_sandbox()
    await hand.settle()
    picture("sandbox")
    hand.control(Qt.Key.Key_J)
    picture("calls")
    hand.control(Qt.Key.Key_J)
    await _let_the_sandbox_die(window)
    picture("sandbox has stopped")
    window.banner.retry_button.setFocus()
    hand.press(Qt.Key.Key_Space)
    await hand.settle()
    picture("sandbox started again")


async def _open_another_region(window: MainWindow, hand: Hand) -> None:
    """A second connection beneath the first in the tree, with a page of its own in front."""
    window.session.switch(SANDBOX_PROFILE, "eu-central-1")
    await hand.settle()
    there = (page for page in window.tree.pages() if page.context.region == "eu-central-1")
    window.open_page(next(page for page in there if page.kind is PageKind.USERS))
    await hand.settle()


async def _let_the_sandbox_die(window: MainWindow) -> None:
    sandbox = window.connections.sandbox
    assert sandbox is not None
    stopped = asyncio.Event()
    window.connections.sandbox_stopped.connect(stopped.set)
    os.kill(sandbox.running.pid, signal.SIGTERM)
    await stopped.wait()
