"""ListUsers' filter: one clause, `attribute = "value"` or `attribute ^= "prefix"`."""

import re
from dataclasses import dataclass

from cognito_explorer.sandbox.errors import ServiceError

# The sandbox's column for each searchable attribute; everything else cannot be searched.
COLUMNS = {
    "username": "username",
    "email": "email_folded",
    "phone_number": "phone_number",
    "name": "name_folded",
    "given_name": "given_name_folded",
    "family_name": "family_name_folded",
    "preferred_username": "preferred_username_folded",
    "cognito:user_status": "status",
    "status": "is_enabled",
    "sub": "sub",
}
_CLAUSE = re.compile(r'\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*', re.DOTALL)
_HIGHEST = "\U0010ffff"
_ENABLED_WORDS = ("Disabled", "Enabled")


@dataclass(frozen=True, slots=True)
class UserFilter:
    """A range of one column, both ends included."""

    column: str
    low: str | int
    high: str | int


def parse_filter(text: str) -> UserFilter | None:
    """The range a filter means, None for a blank one; raises InvalidParameterException."""
    if not text.strip():
        return None
    clause = _CLAUSE.fullmatch(text)
    if clause is None:
        raise ServiceError("InvalidParameterException", "Invalid search filter: " + text)
    attribute, operator, quoted = clause.groups()
    if attribute not in COLUMNS:
        raise ServiceError("InvalidParameterException", f"Attribute {attribute} is not searchable.")
    value = re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
    is_prefix = operator == "^="
    if attribute == "status":
        return _enabled_range(value, is_prefix=is_prefix)
    folded = _fold(attribute, value)
    return UserFilter(COLUMNS[attribute], folded, folded + _HIGHEST if is_prefix else folded)


def _fold(attribute: str, value: str) -> str:
    if attribute in ("username", "phone_number"):
        return value
    return value.upper() if attribute == "cognito:user_status" else value.casefold()


def _enabled_range(value: str, *, is_prefix: bool) -> UserFilter:
    hits = [
        number for number, word in enumerate(_ENABLED_WORDS) if word == value or (is_prefix and word.startswith(value))
    ]
    low, high = (hits[0], hits[-1]) if hits else (2, 1)
    return UserFilter("is_enabled", low, high)
