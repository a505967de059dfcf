"""A token put together from what it was broken into: lines, strings of programs, pieces between blanks."""

import re
from math import inf

from cognito_explorer.core.auth.long_texts import decoded

# A backslash, cmd's ^ or PowerShell's ` at the end of a line says that it goes on.
_REST_OF_LINE = re.compile(
    r"(?:[ \t]*[\\^`])?[ \t]*\r?\n[ \t>|]{0,16}([A-Za-z0-9_.-]++)([\"'`,;)}\]\\^ \t]*)(?=\r?\n|<|$)"
)
# The end of it, with more of the command behind its quotation mark.
_REST_OF_COMMAND = re.compile(r"[ \t]*[\\^`][ \t]*\r?\n[ \t]{0,16}([A-Za-z0-9_.-]++)(?=[\"'])")
# The next part of a text that a program joins: between two equal quotation marks, a plus sign, a line break or both.
_JOINED = re.compile(r"([\"'`])[ \t]*(?:\\?\r?\n[ \t]*)?(?:\+[ \t]*)?(?:\r?\n[ \t]*)?[fru]?\1([A-Za-z0-9_.-]++)(?=\1)")
# What readers of pictures and columns make of a token: blanks at equal distances, or around its dots.
_TORN = re.compile(r"[ \t]{1,3}(\.?)[ \t]{0,3}([A-Za-z0-9_.-]++)(?=[\s\"'`,;)}\]<]|$)")
# The alphabet of base64 in place of base64url's.
_STANDARD = re.compile(r"[+/][A-Za-z0-9+/_.=-]++")
_LEAST_PART = 16
# How many characters a signature has at least, so that a wrapped one is known from a whole one.
_SIGNATURE_LENGTHS = {"RS": 342, "PS": 342, "ES": 86, "HS": 43, "Ed": 86}


class GrowingToken:
    """A token that was begun in a text, and how it goes on. Each line is looked at once, however many there are."""

    def __init__(self, begun: str) -> None:
        self._pieces: list[str] = []
        self._width = len(begun)
        self._is_over = False
        self._dots = self._last = 0
        self._least: float | None = None
        self.add(begun)

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def wants_more(self) -> bool:
        """Whether what stands on the next line may belong to it."""
        if self._is_over:
            return False
        if self._dots == 2:
            self._least = _least_of(self.text.partition(".")[0]) if self._least is None else self._least
            return self._last < self._least
        # The last part of an encrypted token, its tag, has 22 characters.
        return self._dots < 4 or (self._dots == 4 and self._last < 22)

    def grow(self, text: str, end: int) -> int | None:
        """Take what goes on behind `end`, and say where that ends; None where nothing does."""
        if rest := _REST_OF_LINE.match(text, end):
            # A mark other than those that shells go on with is the end of it.
            self._is_over = bool(rest[2].strip(" \t\\^`"))
            return self._taken(rest[1], rest.end(1))
        if joined := _JOINED.match(text, end):
            return self._taken(joined[2], joined.end(2))
        if last := _REST_OF_COMMAND.match(text, end):
            return self._taken(last[1], last.end())
        if standard := _STANDARD.match(text, end):
            return self._taken(standard[0], standard.end())
        torn = _TORN.match(text, end)
        if torn is None or not self._fits(torn[1], torn[2]):
            return None
        return self._taken(torn[1] + torn[2], torn.end(2))

    def _taken(self, piece: str, end: int) -> int:
        self.add(piece)
        return end

    def _fits(self, dot: str, piece: str) -> bool:
        """Whether what stands behind blanks goes on with it: around a dot, or in pieces of one width but the last."""
        if dot or self._pieces[-1].endswith("."):
            return len(piece) >= _LEAST_PART
        return len(piece) == self._width or (len(self._pieces) > 1 and len(piece) < self._width)

    def add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._dots += piece.count(".")
        rest = piece.rpartition(".")[2]
        self._last = len(rest) + (0 if "." in piece else self._last)


def _least_of(encoded_header: str) -> float:
    """How many characters the third part has at least; that of an encrypted token is never the last one."""
    header = decoded(encoded_header)
    named = re.search(r'"alg"\s*:\s*"(\w\w)', header)
    return inf if '"enc"' in header else _SIGNATURE_LENGTHS.get(named[1] if named else "", 1)
