"""The profile and Region the window looks through, and the door to them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cognito_explorer.core.errors import ExplorerError, NotOffered
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connections import Connections
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.tasks import TaskScope

if TYPE_CHECKING:
    from cognito_explorer.core.aws.caller import Caller
    from cognito_explorer.core.aws.door import Aws


class Session(QObject):
    """Switches profile and Region. `opened` comes before who we are is known, `caller_known` after."""

    switching = Signal()
    opened = Signal()
    caller_known = Signal()
    failed = Signal(object)

    def __init__(self, connections: Connections, book: ProfileBook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks = TaskScope(self)
        self.profile: Profile | None = None
        self.region = ""
        self.aws: Aws | None = None
        self.caller: Caller | None = None
        self.trouble: ExplorerError | None = None
        self._connections = connections
        self._book = book

    def switch(self, profile: Profile, region: str = "") -> None:
        """Look through another profile or Region from now on."""
        self.tasks.cancel("caller")  # an answer about the profile before must not stand beside this one
        self.profile, self.region = profile, region or profile.region
        self.aws = self.caller = self.trouble = None
        self.switching.emit()
        self.tasks.start("connect", self._switch(profile, self.region), label=f"Connecting to {profile.name}")

    def retry(self) -> None:
        """Try the same profile again."""
        if self.profile is None:
            return
        if self.profile.kind not in ("sandbox", "keys"):
            # Its credentials lie outside: they may have been renewed since the door was opened.
            self._connections.renew(self.profile)
        self.switch(self.profile, self.region)

    async def _switch(self, profile: Profile, region: str) -> None:
        try:
            self.aws = await self._connections.open(profile, region)
        except ExplorerError as error:
            self.trouble = error
            self.failed.emit(error)
            return
        settings = Settings()
        if self._book.may_be_last(profile, settings.text("profile")):
            settings.put("profile", profile.id)
            settings.put("region", region)
        self.opened.emit()

    def ask_who_we_are(self) -> None:
        """Ask STS, once for each switch. The window does when its first list stands: that is what one waits for."""
        if self.aws is not None and self.caller is None:
            self.tasks.start("caller", self._ask_who_we_are(self.aws), label="Asking who we are")

    async def _ask_who_we_are(self, aws: "Aws") -> None:
        from cognito_explorer.core.aws.caller import get_caller_identity

        try:
            self.caller = await get_caller_identity(aws)
        except NotOffered:
            return  # an emulator without STS: there is nobody to be
        except ExplorerError as error:
            self.trouble = error
            self.failed.emit(error)
            return
        self.caller_known.emit()
