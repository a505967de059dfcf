"""Takes secrets and people out of a text before it may leave the program."""

import re
from pathlib import Path

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"eyJ[\w-]{6,}(?:\.[\w-]*){1,4}"), "[token]"),
    (re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b"), "[access key id]"),
    (
        re.compile(
            r"(?i)(?P<name>[\w-]*(?:passw(?:or)?d|secret|token|verifier|authorization|credential|cookie|session|code)"
            r"[\w-]*)(?P<mark>[\"']?\s*[:=]\s*)(?:(?:bearer|basic)\s+)?(?:\"[^\"]*\"|'[^']*'|[^\s,;)}\]]+)"
        ),
        r"\g<name>\g<mark>[removed]",
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 [removed]"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"\+\d[\d ()-]{6,}\d"), "[phone]"),
)
_LONG = re.compile(r"(?<![\w/+=-])[\w/+=-]{40,}(?![\w/+=-])")


def redact(text: str) -> str:
    """The text without tokens, keys, passwords, e-mail addresses, phone numbers and the person's home folder."""
    for pattern, words in _RULES:
        text = pattern.sub(words, text)
    text = _LONG.sub(_long_word, text)
    return text.replace(str(Path.home()), "~")


def _long_word(match: re.Match[str]) -> str:
    word = match.group()
    # A secret mixes cases and digits; a path or a rule of dashes does not.
    looks_random = re.search(r"[a-z]", word) and re.search(r"[A-Z]", word) and re.search(r"\d", word)
    return "[removed]" if looks_random and word.count("/") < 4 else word
