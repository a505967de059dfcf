"""The connections that are open side by side, and the one in front: whose eyes the window looks through."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cognito_explorer.core.errors import ExplorerError, NotOffered
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connections import Connections
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.open_connection import ConnectionKey, OpenConnection
from cognito_explorer.gui.workspace import Page

if TYPE_CHECKING:
    from cognito_explorer.core.aws.call_log import CallLog
    from cognito_explorer.core.aws.caller import Caller
    from cognito_explorer.core.aws.door import Aws

_SETTING = "connections"


class Session(QObject):
    """Opens, brings to the front and closes connections.

    `switching`: another one is in front, or none. `opened`: the one in front has a door; `caller_known`: and we know
    who we are there. `failed`: the one in front cannot be opened. `changed`: something about any of them is new.
    """

    switching = Signal()
    opened = Signal()
    caller_known = Signal()
    failed = Signal(object)
    changed = Signal()

    def __init__(self, connections: Connections, book: ProfileBook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks = TaskScope(self)
        self._connections = connections
        self._book = book
        self._open: dict[ConnectionKey, OpenConnection] = {}
        self._front: ConnectionKey | None = None
        # Those of the last run that are not here yet, and those worth restoring at the next start.
        self.awaited: tuple[ConnectionKey, ...] = _read_keys()
        self._kept: set[ConnectionKey] = set()
        self.tasks.tasks_changed.connect(self.changed)

    @property
    def front(self) -> OpenConnection | None:
        """The connection that pages are opened through and the top bar tells about; None where none is open."""
        return self._open.get(self._front) if self._front is not None else None

    @property
    def front_key(self) -> ConnectionKey | None:
        """Which connection is in front."""
        return self._front

    @property
    def profile(self) -> Profile | None:
        """The profile in front."""
        return self.front.profile if self.front is not None else None

    @property
    def region(self) -> str:
        """The Region in front; "" without a connection."""
        return self.front.region if self.front is not None else ""

    @property
    def aws(self) -> "Aws | None":
        """The door in front, once it is open."""
        return self.front.aws if self.front is not None else None

    @property
    def calls(self) -> "CallLog | None":
        """What was sent for the connection in front; before it has a door, what is sent to become somebody."""
        front, person = self.front, self._connections.person_of()
        if front is None or front.aws is not None:
            return front.aws.calls if front is not None and front.aws is not None else None
        return person.calls_of(front.profile) if person is not None else None

    @property
    def caller(self) -> "Caller | None":
        """Who we are in front, once AWS has said so."""
        return self.front.caller if self.front is not None else None

    @property
    def trouble(self) -> ExplorerError | None:
        """Why the connection in front cannot be used."""
        return self.front.trouble if self.front is not None else None

    def connections(self) -> tuple[OpenConnection, ...]:
        """Every open connection, in the order of opening."""
        return tuple(
            replace(each, is_connecting=self.tasks.is_running(_task("connect", key)))
            for key, each in self._open.items()
        )

    def of_profile(self, profile_id: str) -> tuple[OpenConnection, ...]:
        """A profile's open connections, one for each Region."""
        return tuple(each for each in self.connections() if each.profile.id == profile_id)

    def switch(self, profile: Profile, region: str = "") -> None:
        """Bring a connection to the front. One that is new is added and opened; one that failed is tried again."""
        wanted = OpenConnection(profile, region or profile.region)
        known = self._open.setdefault(wanted.key, wanted)
        if known.profile != profile:
            self._open[known.key] = replace(known, profile=profile)
        self._bring(known.key)
        if known.aws is None:
            self.connect_to(known.key)

    def follow(self, page: Page) -> None:
        """A page is in front: its connection is, too. A page without one leaves everything as it is."""
        owner = next((each for each in self._open.values() if each.owns(page)), None)
        if owner is not None and owner.key != self._front:
            self._bring(owner.key)

    def connect_to(self, key: ConnectionKey) -> None:
        """Open a connection's door, anew if it has one. It stays where it is, in front or not."""
        self.tasks.cancel(_task("caller", key))  # an answer from before must not stand beside the new door
        self._put(key, aws=None, caller=None, trouble=None)
        work = self._connect(key)
        self.tasks.start(_task("connect", key), work, label=f"Connecting to {self._open[key].profile.name}")

    def retry(self) -> None:
        """Try the connection in front again."""
        front = self.front
        if front is None:
            return
        if front.profile.kind not in ("sandbox", "keys"):
            # Its credentials lie outside: they may have been renewed since the door was opened.
            self._connections.renew(front.profile)
        self.connect_to(front.key)
        self.switching.emit()

    def close(self, key: ConnectionKey) -> None:
        """Take a connection away. Its door closes when the writes under way have their answer."""
        for name in ("connect", "caller"):
            self.tasks.cancel(_task(name, key))
        order = list(self._open)
        if self._open.pop(key, None) is None:
            return
        self._kept.discard(key)
        self.awaited = tuple(each for each in self.awaited if each != key)
        self._connections.close_door(*key)
        if self._front == key:
            self._front = None
            beside = order[max(0, order.index(key) - 1)] if order.index(key) else next(iter(self._open), None)
            self._bring(beside)
        self._remember()
        self.changed.emit()

    def take_profile(self, profile: Profile) -> None:
        """A profile is another one now: every connection of it says so."""
        for each in self.of_profile(profile.id):
            self._put(each.key, profile=profile)

    def restore(self, profiles: Sequence[Profile]) -> None:
        """Add the awaited connections of these profiles as they stood before; they connect when somebody wants them."""
        known = {profile.id: profile for profile in profiles}
        found = [key for key in self.awaited if key[0] in known]
        if found:
            self.awaited = tuple(key for key in self.awaited if key not in found)
            fresh = {key: OpenConnection(known[key[0]], key[1]) for key in found}
            self._open = {**fresh, **self._open}
            self._kept.update(found)
            self.changed.emit()

    def give_up(self, keys: Sequence[ConnectionKey]) -> None:
        """Await these no longer: their profiles are gone."""
        self.awaited = tuple(key for key in self.awaited if key not in keys)
        self._remember()

    def ask_who_we_are(self) -> None:
        """Ask STS, once for each connection. The window does when a list stands: that is what one waits for."""
        front = self.front
        if front is not None and front.aws is not None and front.caller is None:
            work = self._ask_who_we_are(front.key, front.aws)
            self.tasks.start(_task("caller", front.key), work, label="Asking who we are", place=front.place)

    def _bring(self, key: ConnectionKey | None) -> None:
        self._front = key
        self.switching.emit()
        front = self.front
        if front is not None and front.aws is not None:
            self._remember()
            self.opened.emit()
            if front.caller is not None:
                self.caller_known.emit()
            else:
                self.ask_who_we_are()
        self.changed.emit()

    def _put(self, key: ConnectionKey, **changes: Any) -> None:
        if key in self._open:
            self._open[key] = replace(self._open[key], **changes)
            self.changed.emit()

    async def _connect(self, key: ConnectionKey) -> None:
        profile, region = self._open[key].profile, self._open[key].region
        try:
            aws = await self._connections.open(profile, region)
        except ExplorerError as error:
            self._fail(key, error)
            return
        self._kept.add(key)
        self._put(key, aws=aws)
        if key == self._front:
            self._remember()
            self.opened.emit()

    async def _ask_who_we_are(self, key: ConnectionKey, aws: "Aws") -> None:
        from cognito_explorer.core.aws.caller import get_caller_identity

        try:
            caller = await get_caller_identity(aws)
        except NotOffered:
            return  # an emulator without STS: there is nobody to be
        except ExplorerError as error:
            self._fail(key, error)
            return
        self._connections.share_pace(aws, caller.account_id)
        self._put(key, caller=caller)
        if key == self._front:
            self.caller_known.emit()

    def _fail(self, key: ConnectionKey, error: ExplorerError) -> None:
        self._put(key, trouble=error)
        if key == self._front:
            self.failed.emit(error)

    def _remember(self) -> None:
        """For the next start: ids and Regions, nothing else."""
        settings, front = Settings(), self.front
        if front is not None and self._book.may_be_last(front.profile, settings.text("profile")):
            settings.put("profile", front.profile.id)
            settings.put("region", front.region)
        lasting = {key for key, each in self._open.items() if self._book.is_lasting(each.profile)}
        open_now = [key for key in self._open if key in self._kept & lasting]
        settings.put(_SETTING, [" ".join(key) for key in dict.fromkeys((*open_now, *self.awaited))])


def _task(name: str, key: ConnectionKey) -> str:
    return f"{name} {' '.join(key)}"


def _read_keys() -> tuple[ConnectionKey, ...]:
    found = (line.partition(" ") for line in Settings().texts(_SETTING))
    return tuple((profile_id, region) for profile_id, _, region in found)
