"""Letters of other alphabets that look like those of base64url: what a reader of pictures, or a prankster, writes."""

import re
import unicodedata

_LATIN = dict(zip("\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455", "aeopcyxijs", strict=True)) | dict(
    zip("\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408", "ABEKMHOPCTXIJ", strict=True)
)
_TABLE = str.maketrans(_LATIN)
# One of them within what a token may be: texts in Cyrillic have none of these.
_AMONG = re.compile(f"(?:^|[\\w.-]{{3}})[{''.join(_LATIN)}][A-Za-z0-9_.-]{{3}}")
# Beyond this nobody looks for a letter, and it would take its time.
_LONGEST = 50_000


def in_latin(text: str) -> str:
    """The same, character for character, with the look-alikes replaced; texts that are long or ASCII as they are."""
    return text if text.isascii() or len(text) > _LONGEST else text.translate(_TABLE)


def is_suspicious(text: str) -> bool:
    """Whether look-alikes stand among the letters of a token."""
    return not text.isascii() and len(text) <= _LONGEST and bool(_AMONG.search(text))


def named(character: str) -> str:
    """The alphabet of a look-alike, as an adjective, or "": “Cyrillic”."""
    return unicodedata.name(character, "").partition(" ")[0].title() if character in _LATIN else ""
