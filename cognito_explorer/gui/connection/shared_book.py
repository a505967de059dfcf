"""The profiles in the AWS CLI's files: read off the GUI thread, anew when the files change, and never written.

What a person chooses for one here (colour, mode, Region) stands in our own settings, without any secret.
"""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from cognito_explorer.core.aws.shared_profiles import (
    SharedProfile,
    as_profile,
    is_shared,
    list_shared_profiles,
    shared_files,
)
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profile_colors import spread_colors
from cognito_explorer.gui.connection.profile_modes import ORDER
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.tasks import TaskScope, is_loop_running

_SETTING = "shared_profiles"
# An editor and the AWS CLI write a file in several steps.
_SETTLED_MS = 250


@dataclass(frozen=True, slots=True)
class SharedRow:
    """A profile of the files, and how it is used here."""

    profile: Profile
    shared: SharedProfile


class SharedBook(QObject):
    """`changed`: other profiles than before, or the files cannot be read any more (`trouble` says why).

    `renewed` carries the names of profiles that lead elsewhere or have other keys than before.
    """

    changed = Signal()
    renewed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[SharedRow, ...] = ()
        self.trouble: InvalidInput | None = None
        self.files: tuple[Path, ...] = ()
        self.folders: tuple[Path, ...] = ()  # those in whose place a folder stands
        self.is_loaded = False
        self.tasks = TaskScope(self)
        self._marks: dict[str, str] = {}
        self._watcher = QFileSystemWatcher(self)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLED_MS)
        self._settling.timeout.connect(self._start_loading)
        for told in (self._watcher.fileChanged, self._watcher.directoryChanged):
            told.connect(lambda _path: self._settling.start())

    def find(self, profile_id: str) -> Profile | None:
        """A profile of the files by its id."""
        return next((row.profile for row in self.rows if row.profile.id == profile_id), None)

    def profiles(self) -> tuple[Profile, ...]:
        """Every one of them."""
        return tuple(row.profile for row in self.rows)

    async def load(self) -> None:
        """Read the files. What is wrong with them, if anything, stands in `trouble`."""
        rows, folders = self.rows, self.folders
        self.files, found, trouble = await asyncio.to_thread(_read)
        self.folders = await asyncio.to_thread(_folders_among, self.files)
        if trouble is None:
            rows = _rows_of(found)
            self._tell_renewed(found)
        said = trouble.title if trouble is not None else ""
        is_new = (rows, self.folders) != (self.rows, folders) or said != (
            self.trouble.title if self.trouble is not None else ""
        )
        self.rows, self.trouble, self.is_loaded = rows, trouble, trouble is None
        self._watch()
        if is_new:
            self.changed.emit()

    def keep(self, profile: Profile) -> None:
        """Remember colour, mode, Region and production of one of them. Its files stay as they are."""
        settings, place = Settings(), _place(profile.id)
        from_files = next((row.shared.region for row in self.rows if row.profile.id == profile.id), "")
        settings.put(f"{place}/color", profile.color)
        settings.put(f"{place}/mode", profile.chosen_mode)
        settings.put(f"{place}/production", profile.is_production)
        settings.put(f"{place}/region", "" if profile.region == from_files else profile.region)
        self.rows = tuple(
            replace(row, profile=_as_chosen(as_profile(row.shared))) if row.profile.id == profile.id else row
            for row in self.rows
        )
        self.changed.emit()

    def _tell_renewed(self, found: tuple[SharedProfile, ...]) -> None:
        before, self._marks = self._marks, {shared.name: shared.mark for shared in found}
        names = frozenset(name for name, mark in self._marks.items() if before.get(name, mark) != mark)
        if names:
            self.renewed.emit(names)

    def _watch(self) -> None:
        """The folders as well: most programs put a new file in the place of the old one, or make the folder first."""
        folders = {next(folder for folder in file.parents if folder.is_dir()) for file in self.files}
        wanted = {str(path) for path in (*folders, *(file for file in self.files if file.exists()))}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(sorted(wanted - watched))

    def _start_loading(self) -> None:
        if is_loop_running():
            self.tasks.start("load", self.load(), label="Reading the AWS configuration files")


def _read() -> tuple[tuple[Path, ...], tuple[SharedProfile, ...], InvalidInput | None]:
    try:
        return shared_files(), list_shared_profiles(), None
    except InvalidInput as trouble:
        return shared_files(), (), trouble


def _folders_among(files: tuple[Path, ...]) -> tuple[Path, ...]:
    return tuple(file for file in files if file.is_dir())


def _rows_of(found: tuple[SharedProfile, ...]) -> tuple[SharedRow, ...]:
    chosen = [_as_chosen(as_profile(shared)) for shared in found]
    colors = spread_colors((each.id for each in chosen if not each.color), [each.color for each in chosen])
    whole = (replace(each, color=each.color or colors[each.id]) for each in chosen)
    return tuple(SharedRow(profile, shared) for profile, shared in zip(whole, found, strict=True))


def _as_chosen(profile: Profile) -> Profile:
    """With what was chosen for it here, its colour "" where none was.

    A mode that is not understood must not be more than reading.
    """
    settings, place = Settings(), _place(profile.id)
    mode = settings.text(f"{place}/mode")
    return replace(
        profile,
        color=settings.text(f"{place}/color"),
        chosen_mode=next((known for known in ORDER if known == mode), ""),
        is_production=settings.flag(f"{place}/production"),
        region=settings.text(f"{place}/region") or profile.region,
    )


def _place(profile_id: str) -> str:
    if not is_shared(profile_id):
        raise ValueError("this profile is not one of the files")
    return f"{_SETTING}/{profile_id}"
