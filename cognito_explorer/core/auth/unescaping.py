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
_ESCAPED = re.compile(r"\\(?<!\\\\)\\*+(?:u00|x)([2-7][0-9A-Fa-f])")
# A soft break of quoted-printable (RFC 2045, section 6.7) is an equals sign at the end of a line of 76 characters at
# most; who quotes the mail puts more before it.
_SHORTEST_QUOTED, _LONGEST_QUOTED = 40, 90
_IS_QUOTED_PRINTABLE = re.compile(r"(?m)^[^\n]{40,90}=[ \t]*\r?\n[ \t>]{0,16}[\w.-]")
_MAY_BE_SOFT = re.compile(r"=[ \t]*\r?\n[ \t>]{0,16}[\w.-]")
_SOFT_BREAK = re.compile(r"=[ \t]*\r?\n(?:[ \t]{0,4}(?:>[ \t]?){1,8})?")
_QUOTED = {"=3D": "=", "=3d": "=", "=2E": ".", "=2e": ".", "=22": '"', "=26": "&", "=5F": "_", "=5f": "_", "=20": " "}
# AppSync's subprotocol of web sockets has its header in base64 behind this word.
_SUBPROTOCOL = "header-ey"
# Each begins with a plain character, which is looked for many times faster than a pattern is.
_PERCENT_CODE = re.compile(r"%(?:[237][0-9A-Fa-f])")
_ENTITY = re.compile(r"&[#0-9A-Za-z]{2,8};")
_BREAK = re.compile(r"<(?:wbr|br) ?/?>")
# Where one in this many characters begins a code, taking them kind by kind is faster than one by one.
_OFTEN = 40
_FEW = 200


def unescaped(text: str) -> str:
    """A text without them, however often percent signs were added."""
    if "=\n" in text or "=\r\n" in text:
        text = _without_soft_breaks(text)
    if "%" in text:
        text = _without_percent(text)
    if "&" in text or "<" in text:
        text = _replaced(text, _BREAK, _BREAKS)
        text = _replaced(text, _ENTITY, _ENTITIES)
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
    return _replaced(text, _PERCENT_CODE, _PERCENT)


def _without_soft_breaks(text: str) -> str:
    return _all_replaced(_SOFT_BREAK.sub("", text), _QUOTED) if _is_quoted_printable(text) else text


def _is_quoted_printable(text: str) -> bool:
    """Of a few breaks each is looked at, which spares a look at every line."""
    for number, found in enumerate(_MAY_BE_SOFT.finditer(text)):
        if number >= _FEW:
            return _IS_QUOTED_PRINTABLE.search(text) is not None
        begin, end = found.start() - _LONGEST_QUOTED - 1, found.start()
        line = text[max(0, begin) : end].rpartition("\n")[2]
        if _SHORTEST_QUOTED <= len(line) <= _LONGEST_QUOTED:
            return True
    return False


def _replaced(text: str, code: re.Pattern[str], marks: dict[str, str]) -> str:
    """`code` finds all that `marks` has, and maybe more: that stays as it is."""
    if text.count(code.pattern[0]) * _OFTEN > len(text):
        return _all_replaced(text, marks)
    return code.sub(lambda found: marks.get(found[0], found[0]), text)


def _all_replaced(text: str, marks: dict[str, str]) -> str:
    for code, mark in marks.items():
        text = text.replace(code, mark)
    return text
