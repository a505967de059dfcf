"""Secrets that were used, and every file in which one of them is found again."""

import base64
import html
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

# A picture's pixels hold any few bytes by chance; what it says in words is looked at.
_PNG = b"\x89PNG\r\n\x1a\n"
_WORDS = (b"tEXt", b"zTXt", b"iTXt")


class Spills:
    """Knows secrets by what they are called, as they are and as a file may have written them."""

    # What is shorter is in many files by chance.
    SHORTEST = 6

    def __init__(self) -> None:
        self._forms: dict[str, set[bytes]] = {}

    def add(self, name: str, secret: str) -> None:
        """A password, a key or a token. Of a signed token, its signature alone is looked for: it makes it valid."""
        assert len(secret) >= self.SHORTEST, f"{name} is too short to be looked for"
        text = secret.rpartition(".")[2] if secret.count(".") >= 2 and secret.startswith("ey") else secret
        self._forms[name] = set(_forms(text))

    def found_in(self, folder: Path, *, apart_from: Path) -> list[str]:
        """The secret's name and the file, for each that is found; nothing is told of what stands there."""
        paths = (path for path in folder.rglob("*") if apart_from not in path.parents)
        return [f"{name} in {path}" for path in paths for name in self.names_in(_read(path))]

    def names_in(self, content: bytes) -> list[str]:
        """Which secrets stand in a text."""
        return [name for name, forms in self._forms.items() if any(form in content for form in forms)]


def _forms(text: str) -> Iterator[bytes]:
    raw = text.encode()
    yield from (raw, text.encode("utf-16-le"), text.encode("utf-16-be"))
    yield from (quote(text, safe="").encode(), quote(text).encode(), quote_plus(text).encode())
    for escaped in (json.dumps(text), json.dumps(text).replace("/", r"\/"), json.dumps(text, ensure_ascii=False)):
        yield escaped[1:-1].encode()
    yield from (html.escape(text).encode(), raw.hex().encode(), raw.hex().upper().encode())
    # Of the three ways in which a text may lie within base64, the middle that does not depend on its neighbours.
    for skip in range(3):
        within = base64.b64encode(b" " * skip + raw)[4:-4]
        yield from (within, within.translate(bytes.maketrans(b"+/", b"-_")))


def _read(path: Path) -> bytes:
    """A file's name and what stands in it."""
    name = path.name.encode() + b"\n"
    if not path.is_file():
        return name
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # taken away meanwhile, as browsers do
        return name
    return name + (b"\n".join(_words_of_picture(content)) if content.startswith(_PNG) else content)


def _words_of_picture(content: bytes) -> Iterator[bytes]:
    """The text chunks of a PNG, unpacked (PNG specification, section 11.3.3)."""
    at = len(_PNG)
    while at + 8 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        data = content[at + 8 : at + 8 + size]
        if kind in _WORDS:
            yield data
            packed = re.search(rb"\x78[\x01\x5e\x9c\xda]", data)
            if packed:
                yield zlib.decompressobj().decompress(data[packed.start() :])
        at += size + 12
