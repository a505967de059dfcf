"""Wildcards, actions and ARNs. Matching is linear in practice and never backtracks exponentially."""

from enum import Enum
from functools import lru_cache


class Wild(Enum):
    """The two wildcards, as symbols that no text can contain."""

    ANY = "*"
    ONE = "?"


Pattern = tuple[str | Wild, ...]


@lru_cache(maxsize=4096)
def wildcard_pattern(text: str) -> Pattern:
    """A pattern in which `*` and `?` are wildcards."""
    return tuple(Wild.ANY if char == "*" else Wild.ONE if char == "?" else char for char in text)


def matches(pattern: Pattern, text: str) -> bool:
    """Whether the whole text fits the pattern. Two pointers: at most len(pattern) × len(text) steps."""
    at, position = 0, 0
    star, resume = -1, 0
    while position < len(text):
        if at < len(pattern) and pattern[at] is Wild.ANY:
            star, resume = at, position
            at += 1
        elif at < len(pattern) and pattern[at] in (Wild.ONE, text[position]):
            at += 1
            position += 1
        elif star >= 0:
            resume += 1
            at, position = star + 1, resume
        else:
            return False
    return all(symbol is Wild.ANY for symbol in pattern[at:])


def action_matches(pattern: str, action: str) -> bool:
    """Whether an action such as s3:GetObject fits; case does not count."""
    return matches(wildcard_pattern(pattern.lower()), action.lower())


def split_arn(arn: str) -> list[str]:
    """The six parts of an ARN; the last keeps its colons."""
    return arn.split(":", 5)


def principal_matches(pattern: str, arn: str, account: str) -> bool:
    """Whether an AWS principal element names this ARN: "*", the account (id or root), or the ARN itself."""
    return pattern in ("*", arn) or names_account(pattern, account)


def names_account(pattern: str, account: str) -> bool:
    """Whether a principal element names a whole account."""
    parts = split_arn(pattern)
    is_root = len(parts) == 6 and parts[2] == "iam" and parts[4] == account and parts[5] == "root"
    return bool(account) and (pattern == account or is_root)
