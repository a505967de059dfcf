"""The zip file a function is made of: taken only when it can be unpacked safely."""

import io
import stat
import zipfile
from pathlib import PurePosixPath

from cognito_explorer.sandbox.errors import ServiceError

_MAX_UNZIPPED_BYTES = 262_144_000
_MAX_ENTRIES = 20_000


def check_archive(code: bytes) -> None:
    """Raise InvalidParameterValueException for what is no zip file, climbs out of its folder or is too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(code)) as archive:
            entries = archive.infolist()
            is_small = len(entries) <= _MAX_ENTRIES and sum(entry.file_size for entry in entries) <= _MAX_UNZIPPED_BYTES
            if is_small and archive.testzip() is not None:
                raise _unreadable()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise _unreadable() from None
    if not entries:
        raise ServiceError("InvalidParameterValueException", "Uploaded file must be a non-empty zip")
    if not is_small:
        text = f"Unzipped size must be smaller than {_MAX_UNZIPPED_BYTES} bytes"
        raise ServiceError("InvalidParameterValueException", text)
    if not all(map(_is_safe, entries)):
        raise _unreadable()


def _is_safe(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return not (is_link or path.is_absolute() or ".." in path.parts or ":" in entry.filename)


def _unreadable() -> ServiceError:
    text = "Could not unzip uploaded file. Please check your file, then try to upload again."
    return ServiceError("InvalidParameterValueException", text)
