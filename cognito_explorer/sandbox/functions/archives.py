"""The zip file a function is made of: taken only when it can be unpacked safely."""

import io
import lzma
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from cognito_explorer.sandbox.errors import ServiceError

_MAX_UNZIPPED_BYTES = 262_144_000
_MAX_ENTRIES = 20_000
_MAX_NAME_BYTES = 255
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(NotImplementedError, RuntimeError, EOFError, ValueError, OSError),
)


def check_archive(code: bytes) -> None:
    """Raise InvalidParameterValueException for what is no zip file, climbs out of its folder or is too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(code)) as archive:
            entries = archive.infolist()
            is_small = len(entries) <= _MAX_ENTRIES and sum(entry.file_size for entry in entries) <= _MAX_UNZIPPED_BYTES
            if is_small and archive.testzip() is not None:
                raise _unreadable()
    except _BROKEN:
        raise _unreadable() from None
    if not entries:
        raise ServiceError("InvalidParameterValueException", "Uploaded file must be a non-empty zip")
    if not is_small:
        text = f"Unzipped size must be smaller than {_MAX_UNZIPPED_BYTES} bytes"
        raise ServiceError("InvalidParameterValueException", text)
    if not all(map(_is_safe, entries)) or _has_file_for_folder(entries):
        raise _unreadable()


def _is_safe(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    is_named = bool(path.parts) and all(len(part.encode()) <= _MAX_NAME_BYTES for part in path.parts)
    return is_named and not (is_link or path.is_absolute() or ".." in path.parts or ":" in entry.filename)


def _has_file_for_folder(entries: list[zipfile.ZipInfo]) -> bool:
    """Whether one name is a file here and a folder there."""
    folders: set[PurePosixPath] = set()
    files: set[PurePosixPath] = set()
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        folders.update(path.parents)
        (folders if entry.is_dir() else files).add(path)
    return not folders.isdisjoint(files)


def _unreadable() -> ServiceError:
    text = "Could not unzip uploaded file. Please check your file, then try to upload again."
    return ServiceError("InvalidParameterValueException", text)
