"""Policy variables: ${aws:username} and friends, with defaults and the three literals."""

import re
from collections.abc import Callable, Mapping

from cognito_explorer.iam.match import Pattern, wildcard_pattern

Context = Mapping[str, str | tuple[str, ...]]

_LITERALS = ("*", "?", "$")
_VARIABLE = re.compile(r"\$\{([^{}]*)\}")


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


def variable_names(text: str) -> tuple[str, ...]:
    """The condition keys, as they are written, that a text's variables stand for."""
    inside = (found[1] for found in _VARIABLE.finditer(text)) if "${" in text else ()
    return tuple(each.partition(",")[0].strip() for each in inside if each not in _LITERALS)


def variable_keys(text: str) -> tuple[str, ...]:
    """The condition keys, in lower case, that a text's variables stand for."""
    inside = (found[1] for found in _VARIABLE.finditer(text)) if "${" in text else ()
    return tuple(_split(each)[0] for each in inside if each not in _LITERALS)


def _value(inside: str, context: Context) -> str | None:
    if inside in _LITERALS:
        return inside
    key, default = _split(inside)
    value = context.get(key)
    return value if isinstance(value, str) else default  # only single-valued keys can be variables


def _split(inside: str) -> tuple[str, str | None]:
    """A variable's key in lower case, and its default: ${aws:PrincipalTag/team, 'none'}."""
    key, _, rest = inside.partition(",")
    quoted = rest.strip()
    is_quoted = len(quoted) > 1 and quoted[0] == quoted[-1] == "'"
    return key.strip().lower(), quoted[1:-1] if is_quoted else None
