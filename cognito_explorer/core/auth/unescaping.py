"""What hides where a token begins and ends: percent signs, entities, backslashes, soft breaks, marks without width."""

import re
from urllib.parse import unquote

_PERCENT = {
    "%2B": "+", "%2b": "+", "%2F": "/", "%2f": "/",
    "%3D": "=", "%3d": "=", "%26": "&", "%2E": ".", "%2e": ".", "%22": '"', "%20": " ", "%3A": ":", "%3a": ":",
    "%7B": "{", "%7b": "{", "%7D": "}", "%7d": "}", "%2C": ",", "%2c": ",", "%3B": ";", "%3b": ";", "%23": "#",
}  # fmt: skip
# The beginning of a token in an address of which every single character is encoded.
ALL_ENCODED = ("%65%79", "%65%77", "%5a%58", "%5A%58")
_ENTITIES = {
    "&quot;": '"', "&#34;": '"', "&#x22;": '"', "&apos;": "'", "&#39;": "'", "&#x27;": "'", "&#46;": ".",
    "&#x2e;": ".", "&#x2E;": ".", "&period;": ".", "&#45;": "-", "&#95;": "_", "&lowbar;": "_", "&#61;": "=",
    "&equals;": "=", "&shy;": "", "&#173;": "", "&nbsp;": " ", "&lt;": "<", "&gt;": ">", "&amp;": "&",
}  # fmt: skip
_BREAKS = {"<wbr>": "", "<wbr/>": "", "<wbr />": "", "<br>": "\n", "<br/>": "\n", "<br />": "\n"}
# Zero-width space, soft hyphen, word joiner, byte order mark: pages and chats put them into long words.
_WIDTHLESS = ("\u200b", "\u00ad", "\u2060", "\ufeff")
# Printable ASCII in JavaScript, Python and Java. Each run of backslashes is read once.
_ESCAPED = re.compile(r"(?<!\\)\\++(?:u00|x)([2-7][0-9A-Fa-f])")
# A soft break of quoted-printable (RFC 2045, section 6.7) is an equals sign at the end of a line of 76 characters at
# most; who quotes the mail puts more before it.
_IS_QUOTED_PRINTABLE = re.compile(r"(?m)^[^\n]{40,90}=[ \t]*\r?\n[ \t>]{0,16}[\w.-]")
_SOFT_BREAK = re.compile(r"=[ \t]*\r?\n(?:[ \t]{0,4}(?:>[ \t]?){1,8})?")
_QUOTED = {"=3D": "=", "=3d": "=", "=2E": ".", "=2e": ".", "=22": '"', "=26": "&", "=5F": "_", "=5f": "_", "=20": " "}
# AppSync's subprotocol of web sockets has its header in base64 behind this word.
_SUBPROTOCOL = "header-ey"


def unescaped(text: str) -> str:
    """A text without them, however often percent signs were added."""
    if "=\n" in text or "=\r\n" in text:
        text = _without_soft_breaks(text)
    if "%" in text:
        text = _without_percent(text)
    if "&" in text or "<" in text:
        text = _replaced(text, _BREAKS)
        text = _replaced(text, _ENTITIES)
    for mark in _WIDTHLESS:
        if mark in text:
            text = text.replace(mark, "")
    if "\\n" in text:
        text = text.replace("\\r\\n", "\n").replace("\\n", "\n")
    if "\\u00" in text or "\\x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text.replace(_SUBPROTOCOL, "header ey")


def _without_percent(text: str) -> str:
    for _ in range(3):
        if "%25" not in text:
            break
        text = text.replace("%25", "%")
    if any(begun in text for begun in ALL_ENCODED):
        return unquote(text, errors="replace")
    return _replaced(text, _PERCENT)


def _without_soft_breaks(text: str) -> str:
    if not _IS_QUOTED_PRINTABLE.search(text):
        return text
    return _replaced(_SOFT_BREAK.sub("", text), _QUOTED)


def _replaced(text: str, marks: dict[str, str]) -> str:
    for code, mark in marks.items():
        text = text.replace(code, mark)
    return text
