"""Two tokens side by side, claim by claim: ID with access, before with after a refresh, two people."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from cognito_explorer.core.auth.tokens import DecodedToken, instant
from cognito_explorer.core.durations import in_words
from cognito_explorer.core.insight.claims import as_text

Change = Literal["same", "changed", "only left", "only right"]

_TIMES = frozenset({"auth_time", "iat", "exp", "nbf", "updated_at"})
# They differ between any two tokens of one sign-in: no news.
_ALWAYS = frozenset({"jti", "at_hash", "iat", "exp"})


@dataclass(frozen=True, slots=True)
class ClaimDifference:
    """One claim in both tokens. `left` and `right` are as text, "" where absent; `detail` says what moved, in words.

    `is_expected`: the claim differs between any two tokens.
    """

    name: str
    change: Change
    left: str
    right: str
    detail: str = ""
    is_expected: bool = False


def compare_tokens(left: DecodedToken, right: DecodedToken) -> tuple[ClaimDifference, ...]:
    """Every claim of both, differences first: those that tell something, the expected ones, what is the same."""
    names = list(dict.fromkeys([*left.claims, *right.claims]))
    rows = [_difference(name, left.claims, right.claims) for name in names]
    return tuple(sorted(rows, key=lambda row: (row.change == "same", row.is_expected)))


def summary_of(left: DecodedToken, right: DecodedToken) -> str:
    """How the two are related, in a sentence or two."""
    if left.raw == right.raw:
        return "Both are the same token."
    parts = [_kinds(left, right), _whose(left, right)]
    rows = [row for row in compare_tokens(left, right) if row.change != "same" and not row.is_expected]
    count = "No claim differs" if not rows else f"{len(rows)} claim{'s differ' if len(rows) > 1 else ' differs'}"
    return " ".join(part for part in (*parts, f"{count}, besides ids and times of issue.") if part)


def _difference(name: str, left: dict[str, Any], right: dict[str, Any]) -> ClaimDifference:
    if name not in right:
        return ClaimDifference(name, "only left", as_text(left[name]), "", "", name in _ALWAYS)
    if name not in left:
        return ClaimDifference(name, "only right", "", as_text(right[name]), "", name in _ALWAYS)
    before, after = left[name], right[name]
    if _is_same(before, after):
        return ClaimDifference(name, "same", as_text(before), as_text(after))
    detail = _moved(name, before, after)
    return ClaimDifference(name, "changed", as_text(before), as_text(after), detail, name in _ALWAYS)


def _is_same(before: Any, after: Any) -> bool:
    """Python takes 1 for True; a verifier does not."""
    return type(before) is type(after) and bool(before == after)


def _moved(name: str, before: Any, after: Any) -> str:
    if name in _TIMES:
        return _time_moved(before, after)
    if isinstance(before, list) and isinstance(after, list):
        return _members_moved(before, after)
    if name == "scope" and isinstance(before, str) and isinstance(after, str):
        return _members_moved(before.split(), after.split())
    if type(before) is not type(after):
        return f"{_type(before)} became {_type(after)}"
    return ""


def _time_moved(before: Any, after: Any) -> str:
    first, second = instant(before), instant(after)
    if first is None or second is None:
        return ""
    apart = second - first
    return f"{in_words(apart)} {'later' if apart > timedelta(0) else 'earlier'}"


def _members_moved(before: list[Any], after: list[Any]) -> str:
    added = [f"+ {as_text(each)}" for each in after if each not in before]
    removed = [f"− {as_text(each)}" for each in before if each not in after]
    return " ".join([*added, *removed]) or "another order"


def _type(value: Any) -> str:
    names = {bool: "a boolean", str: "a string", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "null")


def _kinds(left: DecodedToken, right: DecodedToken) -> str:
    names = {"id": "n ID token", "access": "n access token", "refresh": " refresh token", "other": " token"}
    return "" if left.kind == right.kind else f"A{names[left.kind]} and a{names[right.kind]}."


def _whose(left: DecodedToken, right: DecodedToken) -> str:
    for name, same, other in (
        ("sub", "", "Two different users."),
        ("origin_jti", "Of the same sign-in.", "Of two sign-ins of the same user."),
    ):
        one, two = left.claims.get(name), right.claims.get(name)
        if one is not None and two is not None and one != two:
            return other
        if one is not None and one == two and same:
            return same
    return ""
