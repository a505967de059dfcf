"""Secrets that were used, and every file in which one of them is found again."""

import base64
from pathlib import Path
from urllib.parse import quote

# What is shorter is in many files by chance.
_SHORTEST = 6


class Spills:
    """Knows secrets by what they are called, as they are and as a file may have written them."""

    def __init__(self) -> None:
        self._forms: dict[str, set[bytes]] = {}

    def add(self, name: str, secret: str) -> None:
        """A password, a key or a token. Of a signed token, its signature alone is looked for: it makes it valid."""
        assert len(secret) >= _SHORTEST, f"{name} is too short to be looked for"
        text = secret.rpartition(".")[2] if secret.count(".") >= 2 and secret.startswith("ey") else secret
        raw = text.encode()
        forms = {raw, text.encode("utf-16-le"), quote(text, safe="").encode()}
        # Of the three ways in which a text may lie within base64, the middle that does not depend on its neighbours.
        forms |= {base64.b64encode(b" " * skip + raw)[4:-4] for skip in range(3)}
        self._forms[name] = forms

    def found_in(self, folder: Path, *, apart_from: Path) -> list[str]:
        """The secret's name and the file, for each that is found; nothing is told of what stands there."""
        files = (file for file in folder.rglob("*") if file.is_file() and apart_from not in file.parents)
        return [f"{name} in {file}" for file in files for name in self.names_in(_read(file))]

    def names_in(self, content: bytes) -> list[str]:
        """Which secrets stand in a text."""
        return [name for name, forms in self._forms.items() if any(form in content for form in forms)]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:  # taken away meanwhile, as browsers do
        return b""
