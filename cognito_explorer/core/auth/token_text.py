"""Finds tokens in whatever was pasted: headers, curl lines, HAR files, cookies, answers, addresses, wrapped lines."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from cognito_explorer.core.auth.growing_token import GrowingToken
from cognito_explorer.core.auth.long_texts import bites, decoded, parsed
from cognito_explorer.core.auth.look_alikes import in_latin, is_suspicious
from cognito_explorer.core.auth.unescaping import ALL_ENCODED

FoundForm = Literal["jwt", "opaque"]
NamedKind = Literal["", "id", "access", "refresh"]

# What lies beyond is not looked at; a recording of a whole day stays below it.
LONGEST = 20_000_000
MOST_TOKENS = 200
# Candidates that turn out to be none cost time as well.
_MOST_CANDIDATES = 600
_MOST_WRAPPED_LINES = 1_000
_MOST_VALUES = 200_000
_DEEPEST = 4
_ASKED_EVERY = 200
_BEHIND = 160
_LONGEST_LINE = 1_000
_BEGINNING = 400
_LEAST_PIECE = 8

# The first characters of '{"' and of '{' with white space, as base64url writes them. Possessive: each is read once.
_RUN = re.compile(r"e(?<![A-Za-z0-9_-]e)[yw][A-Za-z0-9_-]{8,}+={0,2}(?:\.[A-Za-z0-9_-]*+={0,2}){0,5}")
# The same, encoded once more.
_TWICE = re.compile(r"[Ze](?<![A-Za-z0-9+/_-][Ze])(?:(?<=Z)X[lc]|(?<=e)y[JAIK])[A-Za-z0-9+/_-]{40,}+={0,2}")
# A pattern looked for in megabytes holds up every other thread: as much as somebody pastes to ask what it is.
_PASTED = 50_000
_PASETO = re.compile(r"(?<![\w.])v[1-4]\.(?:public|local)\.(?=[\w-]{20})")
_PASETO_BEFORE = re.compile(r"(?<![\w.])v[1-4]\.(?:public|local)\.[\w-]{20,}\.$")
_HEADER = re.compile(r'\{\s*"[\w$.:/#-]{2}')
_SPACED = re.compile(r"\s*e[\w.-]{8,}+(?:\s+[\w.-]++){1,400}\s*")
_OPAQUE = re.compile(r"[Rr](?<!\w[Rr])(?i:efresh_?token[\"']?\s{0,4}[=:]\s{0,4}[\"']?(?!ey[JA])([\w.~+/=-]{16,}))")
# A name, and what stands between it and a token: “:”, “=” or “=>”, a tab, or a comma between two quoted texts.
_NAME_BEFORE = re.compile(
    r"(?<![\w.@%-])([\w.@%-]{1,140}+)(?:[\"'\\]{0,3}\s{0,4}(?:=>?|:)|[\"'\\]{1,3}\s{0,4},(?=\s{0,4}[\"'])|\t)"
    r"\s{0,4}[\"'\\]{0,2}\s?(?:[Bb]earer\s+)?$"
)
# What an element of a form or of XML is called.
_ELEMENT_BEFORE = re.compile(
    r"""\bname=["']?([\w.-]{1,80})["']?(?:[^<>]{0,60}\bvalue=["']?|\s{0,4})$|<([\w:.-]{1,80})>\s{0,4}$"""
)
_COOKIE = re.compile(r"[Cc-](?:(?<!-)(?<!\w[Cc])(?i:ookie\s*:)|(?<=-)(?i:b|-cookie)\s)")
_HTML = frozenset({"p", "td", "th", "pre", "code", "span", "div", "b", "i", "li", "textarea", "body", "kbd", "samp"})
# Base64 of anything, and what of it stands on the next line.
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]++={0,2}")
_ENCODED_REST = re.compile(r"[ \t]*\r?\n[ \t>|]{0,16}([A-Za-z0-9+/_-]++={0,2})(?=[\"'`,;)}\]\s]|$)")
_KINDS: tuple[tuple[str, NamedKind], ...] = (("refreshtoken", "refresh"), ("accesstoken", "access"), ("idtoken", "id"))
# Without any of these, nothing below can match.
_SIGNS = ("ey", "ew", "ZX", "efresh", "EFRESH", *ALL_ENCODED)


Place = tuple[str, ...]
_LOOKED_INTO = (str, dict, list)
_NOTHING: tuple[Any, Any] = (None, None)
# Told what share of a text was looked through; answers whether to go on.
Watch = Callable[[float], bool]


@dataclass(frozen=True, slots=True)
class FoundToken:
    """One token, where it stood in words, and what it was called there: `named` is "" where nothing told its kind.

    An "opaque" one is no JWT and was known by its name alone.
    """

    text: str = field(repr=False)
    where: str
    form: FoundForm = "jwt"
    named: NamedKind = ""
    also_at: tuple[str, ...] = ()


def find_tokens(text: str, watch: Watch | None = None) -> tuple[FoundToken, ...]:
    """The tokens in a text, in its order and each once. Never raises.

    Looks at the first 20 MB and finds 200 at most. `watch` may end it: what was found until then is returned.
    """
    written, text = text, in_latin(text) if is_suspicious(text) else text
    search = _Search(len(text), watch)
    with suppress(_EndedError):
        search.look(text[:LONGEST].strip(), (), 0)
    found = search.found() if written is text else tuple(_as_written(each, written, text) for each in search.found())
    is_alone = len(found) == 1 and len(found[0].text) < len(text) and bool(_SPACED.fullmatch(text))
    # Words are shorter than what a token is torn into.
    is_torn = is_alone and all(len(each) >= _LEAST_PIECE for each in text.split()[:-1])
    if is_torn and GrowingToken(found[0].text).wants_more:
        # One token alone, torn by blanks.
        return (replace(found[0], text="".join(text.split())),)
    return found


def is_paseto(text: str) -> bool:
    """Whether a text has a token of the other kind, which looks much alike, in it."""
    return bool(_PASETO.search(text, 0, _PASTED))


def _as_written(token: FoundToken, written: str, text: str) -> FoundToken:
    """A token with the letters that stood there, as far as it stood in one piece."""
    at = text.find(token.text)
    return replace(token, text=written[at : at + len(token.text)]) if at >= 0 else token


def why_none(text: str) -> str:
    """What a text holds in which no token was found, as sentences."""
    paseto = _PASETO.search(text, 0, _PASTED)
    if paseto:
        return f"It holds a PASETO ({paseto[0]}…), which is no JWT: Cognito writes none, and nothing of AWS takes one."
    looked = f"{min(len(text), LONGEST):,} characters were looked through:"
    if "eyJ" in text:
        return f"{looked} where one seems to begin (eyJ…), no header could be read."
    return f"{looked} none of them begins one (eyJ…)."


def text_in(raw: bytes) -> str:
    """A file's text, in the encodings that shells and browsers write; what is in none of them is read all the same."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    # Every other byte of Latin text in UTF-16 is zero; such a file may lack its mark.
    begun = raw[:_BEGINNING]
    for at, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = begun[at::2]
        if half and half.count(0) > len(half) // 2:
            return raw.decode(encoding, "replace")
    return raw.decode("utf-8-sig", "replace")


def is_text(raw: bytes) -> bool:
    """Whether a file is one that people could read, as far as its beginning tells."""
    begun = text_in(raw[:_BEGINNING])[:-1]
    return "\0" not in begun and begun.count("\ufffd") * 10 <= len(begun)


class _EndedError(Exception):
    """Nobody wants to know any more."""


class _Search:
    """What was found so far, and how much work may still be done."""

    def __init__(self, length: int, watch: Watch | None) -> None:
        self._watch = watch
        self._share = 0.0
        self._breaths = 0
        self._found: dict[str, FoundToken] = {}
        self._candidates_left = _MOST_CANDIDATES
        self._lines_left = _MOST_WRAPPED_LINES
        self._values_left = _MOST_VALUES
        self._characters_left = 3 * min(length, LONGEST) + 10_000

    def found(self) -> tuple[FoundToken, ...]:
        return tuple(self._found.values())

    @property
    def _is_over(self) -> bool:
        return self._candidates_left <= 0 or self._characters_left <= 0 or len(self._found) >= MOST_TOKENS

    def look(self, text: str, where: Place, depth: int) -> None:
        """Look at a text that may be JSON, base64 or anything around tokens."""
        if depth > _DEEPEST or self._is_over or not any(sign in text for sign in _SIGNS):
            return
        self._characters_left -= len(text)
        if text[0] in '{["':
            document = parsed(text, self._breathe)
            if document is not None and document != text:
                self._walk(document, where, depth)
                return
        overhang = 0
        for bite in bites(text):
            if depth == 0:
                self._share = bite.share
            self._ask()
            overhang = self._scan(bite.text, (bite.begin + overhang, bite.end), where, depth)

    def _breathe(self) -> None:
        """Asking takes longer than most of what is done between."""
        self._breaths += 1
        if self._breaths % _ASKED_EVERY == 0:
            self._ask()

    def _ask(self) -> None:
        if self._watch is not None and not self._watch(self._share):
            raise _EndedError

    def _walk(self, document: Any, where: Place, depth: int) -> None:
        """Every text in a document, in its order; the deepest ones stay unread."""
        rest = [iter([(document, where)])]
        while rest and self._values_left > 0 and not self._is_over:
            value, place = next(rest[-1], _NOTHING)
            self._values_left -= place is not None
            self._breathe()
            if place is None:
                rest.pop()
            elif isinstance(value, str):
                self._take_named(value, place, depth)
            else:
                rest.append(_members(value, place))

    def _take_named(self, text: str, place: Place, depth: int) -> None:
        is_refresh = bool(place) and _kind_of(place[-1]) == "refresh"
        before = len(self._found)
        if len(text) > 10:
            self.look(text.strip(), place, depth + 1)
        if is_refresh and len(self._found) == before and text.strip() and text.strip() not in self._found:
            self._add(FoundToken(text.strip(), _in_words(place), "opaque", "refresh"))

    def _scan(self, text: str, span: tuple[int, int], where: Place, depth: int) -> int:
        """Look at what begins in a span; how far the last token reaches beyond it."""
        begun = len(self._found)
        end = span[0]
        for match in _begun_in(span, _RUN, text):
            if self._is_over:
                return 0
            if match.start() < end or not _is_header(match[0]) or _is_footer(text, match.start()):
                continue
            self._candidates_left -= 1
            token, end = self._whole(text, match)
            if "." not in token:
                encoded, encoded_end = self._encoded(text, match.start())
                if self._is_document(encoded, where, depth):
                    end = encoded_end
                    continue
            self._add(_described(token, text, match.start(), where))
        if len(self._found) == begun:
            end = self._scan_encoded(text, span, where, depth)
        if "efresh" in text or "EFRESH" in text:
            self._scan_opaque(text, span, where)
        return max(0, end - span[1])

    def _scan_opaque(self, text: str, span: tuple[int, int], where: Place) -> None:
        for match in _begun_in(span, _OPAQUE, text):
            if self._is_over:
                return
            self._candidates_left -= 1
            self._add(FoundToken(match[1], _in_words((*where, "refresh_token")), "opaque", "refresh"))

    def _scan_encoded(self, text: str, span: tuple[int, int], where: Place, depth: int) -> int:
        end = span[0]
        for match in _begun_in(span, _TWICE, text):
            if match.start() < end:
                continue
            self._candidates_left -= 1
            if self._is_over:
                break
            encoded, end = self._encoded(text, match.start())
            self.look(decoded(encoded).strip(), (*where, "base64"), depth + 1)
        return end

    def _is_document(self, token: str, where: Place, depth: int) -> bool:
        """Whether a run without dots is base64 of a document that holds tokens."""
        begun = len(self._found)
        inner = decoded(token).strip()
        if "token" in inner.lower() or "eyJ" in inner:
            self.look(inner, (*where, "base64"), depth + 1)
        return len(self._found) > begun

    def _whole(self, text: str, match: re.Match[str]) -> tuple[str, int]:
        """The token with the lines it was wrapped over, and where it ends."""
        token, end = GrowingToken(match[0]), match.end()
        while self._lines_left > 0 and token.wants_more:
            self._lines_left -= 1
            behind = token.grow(text, end)
            if behind is None:
                break
            end = behind
        return _without_dots(token.text), end

    def _encoded(self, text: str, start: int) -> tuple[str, int]:
        """What is in base64 from there on, with the lines it was wrapped over, and where it ends."""
        first = _ENCODED.match(text, start)
        parts, end = ([first[0]], first.end()) if first else ([], start)
        while self._lines_left > 0 and parts and not parts[-1].endswith("="):
            rest = _ENCODED_REST.match(text, end)
            if rest is None:
                break
            self._lines_left -= 1
            parts.append(rest[1])
            end = rest.end(1)
        return "".join(parts), end

    def _add(self, token: FoundToken) -> None:
        known = self._found.get(token.text)
        if known is None:
            self._found[token.text] = token
        elif token.where not in (known.where, *known.also_at) and len(known.also_at) < 10:
            self._found[token.text] = replace(known, also_at=(*known.also_at, token.where))


def _begun_in(span: tuple[int, int], pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for match in pattern.finditer(text, span[0]):
        if match.start() >= span[1]:
            return
        yield match


def _members(value: dict[str, Any] | list[Any], place: Place) -> Iterator[tuple[Any, Place]]:
    """What of text stands in a list or an object, with its place. HAR files have their own words."""
    if isinstance(value, list):
        for number, each in enumerate(value, 1):
            if isinstance(each, _LOOKED_INTO):
                yield each, (*place, _har_entry(each, number) if isinstance(each, dict) else str(number))
        return
    own = value.get("name")
    if isinstance(own, str) and isinstance(value.get("value"), str):
        # A header, cookie or query parameter of a HAR file, which has a number of its own in place.
        yield value["value"], (*place[:-1], own[:80])
        return
    for name, each in value.items():
        if isinstance(each, _LOOKED_INTO):
            is_encoded = name == "text" and isinstance(each, str) and value.get("encoding") == "base64"
            inner = place if name in ("log", "entries") else (*place, name[:80])
            yield decoded(str(each)) if is_encoded else each, inner


def _har_entry(entry: dict[str, Any], number: int) -> str:
    request = entry.get("request")
    if not isinstance(request, dict) or not isinstance(request.get("url"), str):
        return str(number)
    address = re.split(r"[?#]", request["url"], maxsplit=1)[0][:120]
    return f"entry {number} {str(request.get('method', ''))[:10]} {address}"


def _is_footer(text: str, start: int) -> bool:
    """Whether it is the last part of a PASETO, which is JSON as well."""
    if text[max(0, start - 1) : start] != ".":
        return False
    word = re.split(r"[^\w.-]", text[max(0, start - _LONGEST_LINE) : start])[-1]
    return bool(_PASETO_BEFORE.fullmatch(word))


def _without_dots(token: str) -> str:
    """Without the dots that tell that somebody cut it off; a token without a signature ends with one."""
    return token.rstrip(".") if token.endswith("..") else token


def _described(token: str, text: str, start: int, where: Place) -> FoundToken:
    before = text[max(0, start - _BEHIND) : start]
    name = _name_in(before)
    line = text[max(0, start - _LONGEST_LINE) : start].rpartition("\n")[2]
    kind = _kind_of(name) or (_kind_of(where[-1]) if where else "")
    return FoundToken(token, _in_words((*where, _origin(line, before, name))) or "alone", "jwt", kind)


def _name_in(before: str) -> str:
    """What a token was called by what stands before it, or ""."""
    element = _ELEMENT_BEFORE.search(before)
    if element:
        name = str(element[1] or element[2])
        return "" if name.lower() in _HTML else name
    named = _NAME_BEFORE.search(before)
    return named[1].strip("-") if named else ""


def _origin(line: str, before: str, name: str) -> str:
    """In which part of a line a token stood: a curl command, an address, a cookie or a header."""
    last_word = line.split()[-1] if line.split() else ""
    if "://" in last_word:
        part = "URL fragment" if "#" in last_word else "URL query" if "?" in last_word else "URL"
        return f"{part}, {name}" if name else part
    lead = "curl command, " if re.match(r"\s*(?:\$ )?curl\b", line) else ""
    if name.lower() == "authorization":
        return f"{lead}header Authorization"
    if re.search(r"[Bb]earer\s+$", before):
        return f"{lead}after Bearer"
    if _COOKIE.search(line):
        return f"{lead}cookie {name}".strip()
    return f"{lead}{name}".strip(" ,")


def _kind_of(name: str) -> NamedKind:
    plain = re.sub(r"[^a-z]", "", name.lower())
    return next((kind for word, kind in _KINDS if plain.endswith(word)), "")


def _in_words(place: Place) -> str:
    return ", ".join(part for part in place if part)[:300]


def _is_header(token: str) -> bool:
    """Whether the beginning is a JSON object's whose first name can be read, as every header's is."""
    return bool(_HEADER.match(decoded(token[:40].partition(".")[0])))
