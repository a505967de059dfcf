"""Characters that nobody sees, and those that turn a line round, written out: what is shown reads as it stands."""

import re

# The controls but tab and line break; the marks, embeddings, overrides and isolates of Unicode's bidirectional
# algorithm (UAX 9); breaks that only some programs obey; the byte order mark; halves of characters. The joiners stay:
# emoji and the scripts of India and Persia are written with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
    "|\r(?!\n)"
)


def visible(text: str) -> str:
    """The text with such characters as `\\u202e`: for what came from outside and is shown, not for what is copied."""
    return _UNSEEN.sub(_written_out, text) if _UNSEEN.search(text) else text


def _written_out(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
