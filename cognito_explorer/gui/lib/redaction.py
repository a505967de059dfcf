"""Takes secrets and people out of a text before it may leave the program."""

import base64
import re
from pathlib import Path

from cognito_explorer.gui.lib.mail_addresses import replace_mail_addresses

_NAMES = (
    r"passw(?:or)?d|passphrase|pwd|secret|token|verifier|authorization|credential|cookie|session|code|signature|"
    r"assertion|csrf|srp|salt|api[_-]?key|private[_-]?key"
)
# A name and a value stand together as in JSON, a header, a form, a query, a repr, or as a pair in a tuple.
_MARK = r"(?:\\?[\"'])?\s*(?:[:=]|%3[DA])\s*|[\"']\s*,\s*(?=b?[\"'])"
_VALUE = r"b?\\?\"(?:\\.|[^\"\\])*\\?\"|b?'(?:\\.|[^'\\])*'|[^\s,;&)}\]]+"
# Words joined by dots, each looked at once; a token begins at the first `eyJ` with enough behind it and a dot to come.
_DOTTED = re.compile(r"(?<![\w.-])[\w-]*+(?:\.[\w-]*+)++")
_TOKEN = re.compile(r"eyJ[\w-]{6,}+\.[\w.-]*+")
_PEM = re.compile(r"-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|\Z)", re.DOTALL)
_KEY_ID = re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b")
_SCHEME = re.compile(r"(?i)\b(bearer|basic)\s+([\w.~+/=-]{8,})")
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # Of a header's line all that follows: a cookie's other parts and a signature's have names of their own.
    (
        re.compile(
            r"(?im)(?P<name>\b(?:proxy-)?authorization|\b(?:set-)?cookie)(?P<mark>\s*:[ \t]*)(?![\"'{\[])[^\n]+"
        ),
        r"\g<name>\g<mark>[removed]",
    ),
    (_KEY_ID, "[access key id]"),
    (
        re.compile(
            # A name is looked at from its first letter alone: from each of them, a long word would take seconds.
            rf"(?i)(?<![\w-])(?P<name>[\w-]*(?:{_NAMES})[\w-]*+)(?P<mark>{_MARK})(?:(?:bearer|basic)\s+)?(?:{_VALUE})",
            re.DOTALL,
        ),
        r"\g<name>\g<mark>[removed]",
    ),
    (_SCHEME, r"\1 [removed]"),
    (re.compile(r"://[^/\s:@]+:[^/\s@]+@"), "://[removed]@"),
)
_PHONE = re.compile(r"(?i)(?:\+|%2B)\d[\d ()-]{6,}\d")
_LONG = re.compile(r"(?<![\w/+=-])[\w/+=-]{40,}(?![\w/+=-])")
_KEY_LENGTH, _READABLE_PART, _DIGITS = 40, 12, 4
# No part of a path is as long and mixes cases and digits; random letters with a few strokes among them do.
_LONGEST_PART = 28


def redact(text: str) -> str:
    """The text without tokens, keys, passwords, e-mail addresses, phone numbers and the person's home folder."""
    text = _PEM.sub("[key]", text)
    text = _DOTTED.sub(_without_token, text)
    for pattern, words in _RULES:
        text = pattern.sub(words, text)
    text = _PHONE.sub("[phone]", replace_mail_addresses(text, _address))
    text = _LONG.sub(_long_word, text)
    return text.replace(str(Path.home()), "~")


def holds_secret(text: str) -> bool:
    """Whether a token or a key stands in a text, by its looks alone: such a text is not to be kept."""
    has_token = any(_token_in(match.group()) for match in _DOTTED.finditer(text))
    return has_token or bool(_KEY_ID.search(text)) or any(map(_looks_random, _LONG.findall(text)))


def names_secret(text: str) -> bool:
    """Whether a text says that a secret stands in it: a private key, a header that carries one, `password=…`."""
    is_named = any(pattern.search(text) for pattern, _ in _RULES if pattern is not _SCHEME)
    return is_named or bool(_PEM.search(text)) or any(map(_is_credential, _SCHEME.finditer(text)))


def _is_credential(match: re.Match[str]) -> bool:
    """Whether the word after "Bearer" or "Basic" is more than a word: behind "Basic" stands user:password in Base64."""
    scheme, word = match.groups()
    if scheme.lower() == "bearer":
        return True
    word = word.rstrip("=")
    try:
        return b":" in base64.b64decode(
            word + "=" * (-len(word) % 4), altchars=b"-_" if set("-_") & set(word) else None
        )
    except ValueError:
        return False


def _token_in(words: str) -> re.Match[str] | None:
    """The token in words that are joined by dots: the search begins at the first `eyJ` of each."""
    start = words.find("eyJ")
    while start >= 0:
        found = _TOKEN.match(words, start)
        if found is not None:
            return found
        # What is behind it in the same word is shorter still, and no dot follows the last word.
        start = words.find("eyJ", words.find(".", start) + 1) if "." in words[start:] else -1
    return None


def _without_token(match: re.Match[str]) -> str:
    found = _token_in(match.group())
    return match.group() if found is None else f"{match.group()[: found.start()]}[token]"


def _address(local: str, from_at: str) -> str:
    """What only begins with an @, as a decorator in a traceback does, is none."""
    return "[e-mail]" if local else from_at


def _long_word(match: re.Match[str]) -> str:
    word = match.group()
    return "[removed]" if _looks_random(word) else word


def _looks_random(word: str) -> bool:
    """A secret mixes cases and digits, or is one run of letters and digits; a path or a rule of dashes is neither."""
    bare = word.rstrip("=").rpartition("=")[2] or word
    if bare.isalnum() and (sum(letter.isdigit() for letter in bare) >= _DIGITS):
        return True
    parts = bare.split("/")
    if any(len(part) > _LONGEST_PART and _is_mixed(part) for part in parts):
        return True
    return _is_mixed(bare) and (len(bare) == _KEY_LENGTH or len(bare) / len(parts) > _READABLE_PART)


def _is_mixed(word: str) -> bool:
    return bool(re.search(r"[a-z]", word) and re.search(r"[A-Z]", word) and re.search(r"[\d+/]", word))
