"""The pool's schema: what an attribute may hold, and what is wrong with a value, in plain words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

E164 = re.compile(r"\+[1-9]\d{4,14}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
# Set by Cognito alone, or through the verification flow and administrators' flags.
GENERATED = frozenset({"sub", "identities"})

_LABELS = {
    "sub": "User id (sub)",
    "email": "E-mail",
    "email_verified": "E-mail verified",
    "phone_number": "Phone number",
    "phone_number_verified": "Phone number verified",
    "preferred_username": "Preferred username",
    "given_name": "Given name",
    "middle_name": "Middle name",
    "family_name": "Family name",
    "updated_at": "Updated at",
    "zoneinfo": "Time zone",
}


@dataclass(frozen=True, slots=True)
class AttributeSpec:
    """One attribute of the schema. `data_type` is String, Number, Boolean or DateTime; limits are None when open."""

    name: str
    data_type: str
    is_required: bool
    is_mutable: bool
    minimum: int | None = None
    maximum: int | None = None

    @property
    def label(self) -> str:
        """The name for people."""
        plain = self.name.removeprefix("dev:").removeprefix("custom:")
        return _LABELS.get(self.name, plain.replace("_", " ").capitalize() if plain == self.name else plain)

    @property
    def is_custom(self) -> bool:
        """Whether the pool's owner added it."""
        return ":" in self.name

    @property
    def is_generated(self) -> bool:
        """Whether Cognito alone sets it."""
        return self.name in GENERATED


def parse_schema(rows: Iterable[Any]) -> tuple[AttributeSpec, ...]:
    """The records for SchemaAttributes: standard ones first, required ones before the others."""
    specs = [_parse_spec(row) for row in rows]
    return tuple(sorted(specs, key=lambda spec: (spec.is_custom, not spec.is_required)))


def check_value(spec: AttributeSpec, value: str) -> str:
    """What is wrong with a value, as a sentence; "" when nothing is. An empty value means "not set"."""
    if not value:
        return f"{spec.label} is required in this pool." if spec.is_required else ""
    checks = {"Number": _check_number, "Boolean": _check_boolean, "DateTime": _check_date_time}
    problem = checks.get(spec.data_type, _check_string)(spec, value)
    return problem or _check_format(spec, value)


def check_new_user(specs: Iterable[AttributeSpec], values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a new user's attributes, by attribute name; {} when nothing is."""
    by_name = {spec.name: spec for spec in specs}
    problems = {
        name: check_value(spec, values.get(name, "")) for name, spec in by_name.items() if not spec.is_generated
    }
    problems |= {name: "This pool has no such attribute." for name in values if name not in by_name}
    problems |= {name: f"{by_name[name].label} is set by Cognito." for name in values if name in GENERATED & {*by_name}}
    return {name: problem for name, problem in problems.items() if problem}


def check_changes(
    specs: Iterable[AttributeSpec], before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, str]:
    """What is wrong with changed attributes, by name; a name missing from `after` is to be removed."""
    by_name = {spec.name: spec for spec in specs}
    problems: dict[str, str] = {}
    for name in sorted({*before, *after}):
        if before.get(name, "") == after.get(name, ""):
            continue
        spec = by_name.get(name)
        problem = "This pool has no such attribute." if spec is None else _check_change(spec, after.get(name, ""))
        if problem:
            problems[name] = problem
    return problems


def changed_attributes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """What to send to AdminUpdateUserAttributes: new values, and "" for the removed ones."""
    names = sorted({*before, *after})
    return {name: after.get(name, "") for name in names if before.get(name, "") != after.get(name, "")}


def _check_change(spec: AttributeSpec, value: str) -> str:
    if spec.is_generated:
        return f"{spec.label} is set by Cognito and never changes."
    if not spec.is_mutable:
        return f"{spec.label} can be set only when the user is created."
    return check_value(spec, value)


def _check_string(spec: AttributeSpec, value: str) -> str:
    if spec.minimum is not None and len(value) < spec.minimum:
        return f"{spec.label} needs at least {spec.minimum} characters; this has {len(value)}."
    if spec.maximum is not None and len(value) > spec.maximum:
        return f"{spec.label} may have at most {spec.maximum} characters; this has {len(value)}."
    return ""


def _check_number(spec: AttributeSpec, value: str) -> str:
    if not re.fullmatch(r"-?\d+", value):
        return f"{spec.label} must be a whole number."
    if spec.minimum is not None and int(value) < spec.minimum:
        return f"{spec.label} must be at least {spec.minimum}."
    if spec.maximum is not None and int(value) > spec.maximum:
        return f"{spec.label} must be at most {spec.maximum}."
    return ""


def _check_boolean(spec: AttributeSpec, value: str) -> str:
    return "" if value in ("true", "false") else f"{spec.label} must be true or false, in lower case."


def _check_date_time(spec: AttributeSpec, value: str) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return f"{spec.label} must be a date and time such as 2026-11-30T12:00:00+00:00."
    return ""


def _check_format(spec: AttributeSpec, value: str) -> str:
    if spec.name == "email" and not EMAIL.fullmatch(value):
        return "This does not look like an e-mail address."
    if spec.name == "phone_number" and not E164.fullmatch(value):
        return "A phone number starts with + and the country code, digits only: +14325551212."
    if spec.name == "birthdate" and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return "A date of birth is written YYYY-MM-DD."
    return ""


def _parse_spec(row: Any) -> AttributeSpec:
    text = row.get("StringAttributeConstraints") or {}
    number = row.get("NumberAttributeConstraints") or {}
    return AttributeSpec(
        name=row["Name"],
        data_type=row.get("AttributeDataType", "String"),
        is_required=row.get("Required", False),
        is_mutable=row.get("Mutable", True),
        minimum=_limit(text.get("MinLength", number.get("MinValue"))),
        maximum=_limit(text.get("MaxLength", number.get("MaxValue"))),
    )


def _limit(text: str | None) -> int | None:
    """Limits travel as strings; a fraction is cut off and nonsense means no limit."""
    try:
        return int(float(text)) if text not in (None, "") else None
    except (ValueError, OverflowError):
        return None
