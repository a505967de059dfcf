"""Connections side by side: in front is whose page is in front, and closing one closes its pages."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QStandardItem

from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.open_connection import ConnectionKey, OpenConnection
from cognito_explorer.gui.page_tabs import Tab
from cognito_explorer.gui.tree_branches import note, offer

if TYPE_CHECKING:
    from cognito_explorer.gui.main_window import MainWindow


class ConnectionSides(QObject):
    """Owned by the window: keeps tree, tabs and session of one mind."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        session, tree = window.session, window.tree
        session.changed.connect(self._show)
        session.switching.connect(self._show_a_page)
        tree.connect_wanted.connect(session.connect_to)
        tree.front_wanted.connect(self._bring)
        tree.close_wanted.connect(self.close)
        window.top_bar.close_wanted.connect(self.close_front)
        window.top_bar.profile_wanted.connect(self.choose)
        window.book.changed.connect(self.restore)
        window.book.shared.renewed.connect(self._take_renewed)
        privacy().changed.connect(self._show)
        self._show()

    def choose(self, profile: Profile) -> None:
        """Look through a profile: where it is open already, or anew in its own Region, asked for if nobody knows it."""
        if profile.region:
            self._choose(profile)
        else:
            self._window.tasks.start("choose", self._ask_and_choose(profile), label=f"Connecting to {profile.name}")

    async def _ask_and_choose(self, profile: Profile) -> None:
        from cognito_explorer.gui.connection.shared_looks import with_region

        known = await with_region(self._window, profile, self._window.book)
        if known is not None:
            self._choose(known)

    def _choose(self, profile: Profile) -> None:
        session = self._window.session
        regions = [each.region for each in session.of_profile(profile.id)] or [profile.region]
        is_front = session.profile is not None and session.profile.id == profile.id
        session.switch(profile, session.region if is_front else regions[-1])

    def restore(self) -> None:
        """Add the connections of the last run whose profiles are known by now; tell of those that are gone."""
        session, book = self._window.session, self._window.book
        session.restore(book.usable())
        gone = [key for key in session.awaited if book.is_gone(key[0])]
        if gone:
            session.give_up(gone)
            words = f"{counted(len(gone), 'connection')} of last time cannot be opened: the profile is gone."
            toast(self._window, words, tone=Tone.WARN)
        self._show()

    def close_front(self) -> None:
        """Close the connection in front."""
        front = self._window.session.front_key
        if front is not None:
            self.close(front)

    def close(self, key: ConnectionKey) -> None:
        """Close a connection and its pages; staged edits are asked about first."""
        self._window.tasks.start(f"close {key}", self._close(key), label="Closing the connection")

    def close_all(self, profile_id: str) -> None:
        """Close every connection of a profile that is gone, without a question: nothing could be applied any more."""
        self.close_pages(profile_id)
        for connection in self._window.session.of_profile(profile_id):
            self._window.session.close(connection.key)
        self._window.workspace.forget_tokens(profile_id)

    def close_pages(self, profile_id: str) -> None:
        """Close every page that looks through a profile."""
        for tab in self._window.tabs.tabs():
            if tab.page.context.profile_id == profile_id:
                self._window.closing.remove(tab.panel)

    def take_edited(self, profile: Profile) -> None:
        """A profile was edited: its connections are opened anew. A Region that was corrected is gone to."""
        session = self._window.session
        before = session.front
        session.take_profile(profile)
        self._window.tabs.mark_anew()
        for connection in session.of_profile(profile.id):
            if connection.aws is not None or connection.trouble is not None:
                session.connect_to(connection.key)
        if before is not None and before.profile.id == profile.id and before.profile.region != profile.region:
            session.switch(profile)
            if before.region != profile.region and not self._pages_of(before):
                session.close(before.key)
        elif before is not None and before.profile.id == profile.id:
            session.switching.emit()

    def _take_renewed(self, names: frozenset[str]) -> None:
        """What the AWS CLI's files say of these profiles is new: their doors ask anew, and what failed is tried."""
        for connection in self._window.session.connections():
            if {connection.profile.aws_profile, connection.profile.source_profile} & names:
                self._window.connections.renew(connection.profile)
                if connection.trouble is not None:
                    self._window.session.connect_to(connection.key)

    def why_not(self) -> str:
        """Why no connection can be closed, or ""."""
        return "" if self._window.session.front is not None else "No connection is open."

    async def _close(self, key: ConnectionKey) -> None:
        window = self._window
        connection = next((each for each in window.session.connections() if each.key == key), None)
        if connection is None:
            return
        if not await window.closing.may_lose(self._pages_of(connection)):
            return
        for tab in self._pages_of(connection):
            window.closing.remove(tab.panel)
        window.session.close(key)
        if not window.session.of_profile(connection.profile.id):
            window.workspace.forget_tokens(connection.profile.id)

    def _pages_of(self, connection: OpenConnection) -> list[Tab]:
        return [tab for tab in self._window.tabs.tabs() if connection.owns(tab.page)]

    def _bring(self, key: ConnectionKey) -> None:
        found = next((each for each in self._window.session.connections() if each.key == key), None)
        if found is not None:
            self._window.session.switch(found.profile, found.region)

    def _show_a_page(self) -> None:
        """No page of another connection stays in front: the newest of this one's comes, or the start page."""
        window, front = self._window, self._window.session.front
        active = window.tabs.active()
        if active is None or active.page.aws is None or (front is not None and front.owns(active.page)):
            return
        pages = self._pages_of(front) if front is not None else []
        if pages:
            window.open_page(pages[-1].page)
        else:
            window.open_welcome()

    def _show(self) -> None:
        session = self._window.session
        self._window.tree.show_connections(session.connections(), session.front_key, last=self._last_line())

    def _read_keyring(self) -> None:
        if self._window.session.front is None and self._window.banner.error is not None:
            self._window.banner.retry_wanted.emit()  # it goes on to the profile used last
            return
        self._window.tasks.start("load_profiles", self._window.book.load(), label="Reading the keyring")

    def _last_line(self) -> QStandardItem | None:
        """Beneath the connections: what of the last run is still missing, or that there is none."""
        window = self._window
        awaited, trouble = window.session.awaited, window.book.trouble
        if awaited and trouble is not None:
            words = f"{counted(len(awaited), 'connection')} in the keyring. Try again"
            line = offer(words, "lock", self._read_keyring)
            line.setToolTip(f"{trouble.title}\nThey were open last time and are kept for the next start.")
            return line
        if not window.session.connections():
            return note("No connection is open")
        return None
