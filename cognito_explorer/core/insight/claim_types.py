"""What types claims must have: RFC 7519 for every issuer, and Cognito's own habits for user pools."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from cognito_explorer.core.auth.time_units import TIME_CLAIMS, wrong_unit
from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.insight.finding import Finding

_WHY = "Some libraries turn a wrong type into the right one in silence, others refuse: the token works here, not there."
_REMEDY = "Look at what writes it: a trigger, a test's own signer, or a copy out of userInfo, where all is text."


def is_numeric_date(value: Any) -> bool:
    """A number of seconds, with or without a fraction, and finite (RFC 7519, section 2)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and _is_finite(value)


def _is_finite(value: int | float) -> bool:
    """A whole number is, however many digits it has: a float could not hold more than 308 of them."""
    return isinstance(value, int) or math.isfinite(value)


def is_text(value: Any) -> bool:
    """A string."""
    return isinstance(value, str)


def is_audience(value: Any) -> bool:
    """A string or a list of strings (RFC 7519, section 4.1.3)."""
    return is_text(value) or (is_texts(value) and bool(value))


def is_texts(value: Any) -> bool:
    """A list of strings."""
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def is_boolean(value: Any) -> bool:
    """true or false."""
    return isinstance(value, bool)


Rule = tuple[Callable[[Any], bool], str, str]
_DATE: Callable[[str], Rule] = lambda section: (is_numeric_date, "a number of seconds", section)  # noqa: E731
_STANDARD: dict[str, Rule] = {
    "exp": _DATE("RFC 7519, section 4.1.4"),
    "nbf": _DATE("RFC 7519, section 4.1.5"),
    "iat": _DATE("RFC 7519, section 4.1.6"),
    "auth_time": _DATE("OpenID Connect Core, section 2"),
    "updated_at": (is_numeric_date, "a number of seconds", "OpenID Connect Core, section 5.1"),
    "iss": (is_text, "a text", "RFC 7519, section 4.1.1"),
    "sub": (is_text, "a text", "RFC 7519, section 4.1.2"),
    "aud": (is_audience, "a text or a list of texts", "RFC 7519, section 4.1.3"),
    "jti": (is_text, "a text", "RFC 7519, section 4.1.7"),
    "scope": (is_text, "a text", "RFC 8693, section 4.2"),
    "client_id": (is_text, "a text", "RFC 8693, section 4.3"),
    "nonce": (is_text, "a text", "OpenID Connect Core, section 2"),
    "amr": (is_texts, "a list of texts", "OpenID Connect Core, section 2"),
    "email_verified": (is_boolean, "true or false", "OpenID Connect Core, section 5.1"),
    "phone_number_verified": (is_boolean, "true or false", "OpenID Connect Core, section 5.1"),
}
_COGNITO: dict[str, Rule] = {
    "token_use": (is_text, "a text", "as Cognito writes it"),
    "cognito:groups": (is_texts, "a list of texts", "as Cognito writes it"),
    "cognito:roles": (is_texts, "a list of texts", "as Cognito writes it"),
    "username": (is_text, "a text", "as Cognito writes it"),
    "cognito:username": (is_text, "a text", "as Cognito writes it"),
    "identities": (lambda value: isinstance(value, list), "a list", "as Cognito writes it"),
}
# updated_at is a plain attribute in a user pool, and attributes are text.
_TEXT_IN_POOLS = "updated_at"


def type_findings(token: DecodedToken) -> Iterator[Finding]:
    """One finding for each claim of a wrong type, or one that all are right."""
    rules = _STANDARD | _COGNITO if token.pool_id else _STANDARD
    # Those in another unit are told with the times.
    wrong = sum(wrong_unit(token.claims.get(name)) is not None for name in TIME_CLAIMS)
    for name, value in token.claims.items():
        rule = _rule_of(name, rules, token)
        if rule is None or rule[0](value):
            continue
        wrong += 1
        detail = f"{name} must be {rule[1]} ({rule[2]}); here it is {kind_of_value(value)}."
        yield Finding("bad", f"The claim {name} is of a wrong type.", detail, "types", name, _WHY, _REMEDY)
    if not wrong:
        yield Finding("ok", "Every claim is of the right type.", "", "types", "", _WHY)


def kind_of_value(value: Any) -> str:
    """What a JSON value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, int | float):
        return (
            "a number" if _is_finite(value) else "NaN, which is no number" if value != value else "a number without end"
        )
    return "a list" if isinstance(value, list) else "an object"


def _rule_of(name: str, rules: dict[str, Rule], token: DecodedToken) -> Rule | None:
    if token.pool_id and name == _TEXT_IN_POOLS:
        return None
    if token.kind == "id" and token.pool_id and name.startswith("custom:"):
        return is_text, "a text", "as Cognito writes it"
    return rules.get(name)
