"""Finds e-mail addresses in any text, in a time that grows with its length alone: a page shows whatever is pasted."""

import re
from collections.abc import Callable

# From the @ on: looking for the part before it first would go through a long word once for each of its letters. In an
# address of a web page, @ is written as %40.
_FROM_AT = re.compile(r"(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.ASCII | re.IGNORECASE)
_NOT_LOCAL = frozenset("@\"'“”<>(),;:=&?/")


def holds_mail_address(text: str) -> bool:
    """Whether there is one."""
    return _FROM_AT.search(text) is not None


def replace_mail_addresses(text: str, put: Callable[[str, str], str]) -> str:
    """Each of them replaced by what `put` makes of the part before the @, which may be "", and the rest."""
    parts: list[str] = []
    done = 0
    for found in _FROM_AT.finditer(text):
        start = at = found.start()
        while start > done and text[start - 1] not in _NOT_LOCAL and not text[start - 1].isspace():
            start -= 1
        parts += (text[done:start], put(text[start:at], found.group()))
        done = found.end()
    return "".join((*parts, text[done:]))
