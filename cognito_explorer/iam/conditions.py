"""Condition operators. Rule source: IAM user guide, "IAM JSON policy elements: Condition operators"."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from cognito_explorer.iam.match import matches, split_arn, wildcard_pattern
from cognito_explorer.iam.policy import Condition
from cognito_explorer.iam.variables import Context, expand

Comparison = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that does not hold. `actual` is empty where the key is not part of the request."""

    condition: Condition
    actual: tuple[str, ...]

    @property
    def why(self) -> str:
        """It in a sentence."""
        key, wanted = self.condition.key, " or ".join(self.condition.values)
        if self.condition.operator == "Null":
            return f"{key} is {'set' if self.actual else 'not part of the request'}"
        if not self.actual:
            return f"{key} is not part of the request"
        return f"{key} is {' and '.join(self.actual)}, {self.condition.full_operator} wants {wanted}"


def unmet(condition: Condition, context: Context, *, has_variables: bool) -> Unmet | None:
    """The condition if it does not hold, None if it does. `context` has lower-case keys."""
    found = context.get(condition.key.lower(), ())
    values = (found,) if isinstance(found, str) else found
    if condition.quantifier == "ForAllValues":
        # IAM takes a set that resolves to nothing, such as an empty string, for an empty one.
        values = tuple(value for value in values if value)
    if condition.operator == "Null":
        is_met = ("false" if values else "true") in (wanted.lower() for wanted in condition.values)
    elif not values:
        is_met = _holds_when_missing(condition)
    else:
        is_met = _holds(condition, values, context, has_variables=has_variables)
    return None if is_met else Unmet(condition, values)


def _holds_when_missing(condition: Condition) -> bool:
    if condition.is_if_exists or condition.quantifier == "ForAllValues":
        return True
    return condition.quantifier == "" and _is_negated(condition.operator)


def _holds(condition: Condition, values: tuple[str, ...], context: Context, *, has_variables: bool) -> bool:
    fits = [_fits_any(condition, value, context, has_variables=has_variables) for value in values]
    if _is_negated(condition.operator):
        fits = [not each for each in fits]
        return any(fits) if condition.quantifier == "ForAnyValue" else all(fits)
    return all(fits) if condition.quantifier == "ForAllValues" else any(fits)


def _fits_any(condition: Condition, value: str, context: Context, *, has_variables: bool) -> bool:
    name = _negated(condition.operator)
    if name in _PATTERNED:
        return any(_fits_pattern(name, value, wanted, context, has_variables) for wanted in condition.values)
    compare = _COMPARISONS[name]
    return any(_safely(compare, value, wanted) for wanted in condition.values)


def _fits_pattern(name: str, value: str, wanted: str, context: Context, has_variables: bool) -> bool:
    if name.startswith("Arn"):
        return _fits_arn(value, wanted, context, has_variables=has_variables)
    has_wildcards = name == "StringLike"
    pattern = expand(wanted, context, has_variables=has_variables, has_wildcards=has_wildcards)
    if pattern is None:
        return False
    if has_wildcards:
        return matches(pattern, value)
    plain = "".join(str(symbol) for symbol in pattern)
    return plain.lower() == value.lower() if name == "StringEqualsIgnoreCase" else plain == value


def _fits_arn(value: str, wanted: str, context: Context, *, has_variables: bool) -> bool:
    if wanted == "*":
        return True
    parts, wanted_parts = split_arn(value), split_arn(wanted)
    if len(parts) != 6 or len(wanted_parts) != 6:
        return False
    last = expand(wanted_parts[5], context, has_variables=has_variables)
    heads = zip(wanted_parts[:5], parts[:5], strict=True)
    return last is not None and all(matches(wildcard_pattern(w), p) for w, p in heads) and matches(last, parts[5])


def _is_negated(operator: str) -> bool:
    return "Not" in operator


def _negated(operator: str) -> str:
    """The positive twin of an operator: StringNotEquals → StringEquals, NotIpAddress → IpAddress."""
    return operator.replace("Not", "", 1)


def _safely(compare: Comparison, value: str, wanted: str) -> bool:
    try:
        return compare(value, wanted)
    except (ValueError, OverflowError, binascii.Error):
        return False


def _moment(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _in_network(value: str, wanted: str) -> bool:
    return ip_address(value) in ip_network(wanted, strict=False)


def _same_bytes(value: str, wanted: str) -> bool:
    return base64.b64decode(value, validate=True) == base64.b64decode(wanted, validate=True)


_PATTERNED = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"})
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "Equals": lambda value, wanted: value == wanted,
    "LessThan": lambda value, wanted: value < wanted,
    "LessThanEquals": lambda value, wanted: value <= wanted,
    "GreaterThan": lambda value, wanted: value > wanted,
    "GreaterThanEquals": lambda value, wanted: value >= wanted,
}


def _ordered(read: Callable[[str], float], order: Callable[[float, float], bool]) -> Comparison:
    return lambda value, wanted: order(read(value), read(wanted))


_COMPARISONS: dict[str, Comparison] = {
    **{f"Numeric{name}": _ordered(float, order) for name, order in _ORDER.items()},
    **{f"Date{name}": _ordered(_moment, order) for name, order in _ORDER.items()},
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "BinaryEquals": _same_bytes,
    "IpAddress": _in_network,
}
