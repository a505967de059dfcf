"""Policy variables: ${aws:username} and friends, with defaults and the three literals."""

import re
from collections.abc import Callable, Mapping

from cognito_explorer.iam.match import Pattern, wildcard_pattern

Context = Mapping[str, str | tuple[str, ...]]

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_DEFAULTED = re.compile(r"^\s*([^,]+?)\s*,\s*'([^']*)'\s*$")


def expand(text: str, context: Context, *, has_variables: bool, has_wildcards: bool = True) -> Pattern | None:
    """The pattern with variables filled in, or None when a value is missing.

    Values are inserted literally: a wildcard inside a value is no wildcard. `context` has lower-case keys.
    """
    plain: Callable[[str], Pattern] = wildcard_pattern if has_wildcards else tuple
    if not has_variables or "${" not in text:
        return plain(text)
    symbols: list[Pattern] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        value = _value(found[1], context)
        if value is None:
            return None
        symbols += [plain(text[end : found.start()]), tuple(value)]
        end = found.end()
    symbols.append(plain(text[end:]))
    return tuple(symbol for pattern in symbols for symbol in pattern)


def _value(inside: str, context: Context) -> str | None:
    if inside in ("*", "?", "$"):
        return inside
    defaulted = _DEFAULTED.match(inside)
    key, default = (defaulted[1], defaulted[2]) if defaulted else (inside.strip(), None)
    value = context.get(key.lower())
    return value if isinstance(value, str) else default  # only single-valued keys can be variables
