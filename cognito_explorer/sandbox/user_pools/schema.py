"""Attributes a pool knows: the standard ones, custom ones, and what values they take."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError

MAX_CUSTOM_ATTRIBUTES = 50
_STRINGS = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "gender",
    "zoneinfo",
    "locale",
    "phone_number",
    "address",
]
_COGNITOS_OWN = frozenset({"sub", "identities"})
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)
_MAX_BYTES = 2048
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE = re.compile(r"\+\d{1,15}")


def standard_attributes() -> list[dict[str, Any]]:
    """The schema of a pool without custom attributes, as DescribeUserPool shows it."""
    texts = [_string(name, 0, 2048) for name in _STRINGS]
    booleans = [_attribute(name, "Boolean") for name in ("email_verified", "phone_number_verified")]
    updated = _attribute("updated_at", "Number") | {"NumberAttributeConstraints": {"MinValue": "0"}}
    identities = _attribute("identities", "String") | {"StringAttributeConstraints": {}}
    sub = _string("sub", 1, 2048) | {"Mutable": False, "Required": True}
    return [sub, *texts, *booleans, _string("birthdate", 10, 10), updated, identities]


def build_schema(given: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The schema of a new pool: the standard attributes, changed and extended by CreateUserPool's `Schema`."""
    schema = {attribute["Name"]: attribute for attribute in standard_attributes()}
    standard = set(schema)
    for wanted in _named(given):
        if wanted["Name"] in standard:
            _check_standard(schema[wanted["Name"]], wanted)
            check_constraints(wanted["Name"], wanted)
            schema[wanted["Name"]] |= dict(wanted)
            continue
        custom = custom_attribute(wanted)
        if custom["Name"] in schema:
            raise ServiceError(
                "InvalidParameterException",
                f"Duplicate custom attribute names {custom['Name']} are not allowed in a user pool schema.",
            )
        schema[custom["Name"]] = custom
    _check_count(schema)
    return list(schema.values())


def _named(given: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The attributes; raises InvalidParameterException for one without a name, which the model lets through."""
    for position, wanted in enumerate(given, start=1):
        if not wanted.get("Name"):
            raise ServiceError(
                "InvalidParameterException",
                f"1 validation error detected: Value null at 'schema.{position}.member.name' failed to satisfy"
                " constraint: Member must not be null",
            )
        yield wanted


def add_custom_attributes(schema: list[dict[str, Any]], given: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The schema with more custom attributes; a name that is taken is refused."""
    known = {attribute["Name"]: attribute for attribute in schema}
    for wanted in _named(given):
        custom = custom_attribute(wanted)
        if custom["Name"] in known:
            raise ServiceError(
                "InvalidParameterException",
                f"custom:{wanted['Name']}: Existing attribute already has name {custom['Name']}.",
            )
        known[custom["Name"]] = custom
    _check_count(known)
    return list(known.values())


def custom_attribute(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """One custom attribute as the pool keeps it: prefixed, mutable unless said otherwise, never required."""
    name = wanted.get("Name", "")
    if not name:
        raise ServiceError("InvalidParameterException", "The name of a custom attribute is missing.")
    if len(name) > 20:
        raise ServiceError(
            "InvalidParameterException",
            f"1 validation error detected: Value '{name}' at 'schema.name' failed to satisfy constraint: "
            "Member must have length less than or equal to 20",
        )
    if wanted.get("Required"):
        raise ServiceError("InvalidParameterException", "Required custom attributes are not supported currently.")
    if "AttributeDataType" not in wanted:
        raise ServiceError(
            "InvalidParameterException",
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        )
    is_developer = bool(wanted.get("DeveloperOnlyAttribute", False))
    attribute = {
        "Name": f"{'dev:' if is_developer else ''}custom:{name}",
        "AttributeDataType": wanted["AttributeDataType"],
        "DeveloperOnlyAttribute": is_developer,
        "Mutable": wanted.get("Mutable", True),
        "Required": False,
    }
    kind = attribute["AttributeDataType"]
    check_constraints(attribute["Name"], wanted)
    if kind in ("String", "Number"):
        attribute[f"{kind}AttributeConstraints"] = dict(wanted.get(f"{kind}AttributeConstraints", {}))
    return attribute


def check_constraints(name: str, wanted: Mapping[str, Any]) -> None:
    """Raises InvalidParameterException for limits that are no numbers, or the wrong way round."""
    lengths, values = wanted.get("StringAttributeConstraints", {}), wanted.get("NumberAttributeConstraints", {})
    if not all(map(_WHOLE.fullmatch, lengths.values())) or not all(map(_NUMBER.fullmatch, values.values())):
        raise ServiceError("InvalidParameterException", f"The constraints of attribute {name} must be numbers.")
    if int(lengths.get("MinLength", 0)) > int(lengths.get("MaxLength", 2048)):
        raise ServiceError(
            "InvalidParameterException", f"Attribute {name} cannot have a max length shorter than it's min length"
        )
    if "MinValue" in values and "MaxValue" in values and float(values["MinValue"]) > float(values["MaxValue"]):
        raise ServiceError(
            "InvalidParameterException", f"Attribute {name} cannot have a max value smaller than it's min value"
        )


def _check_standard(attribute: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    kind = wanted.get("AttributeDataType", attribute["AttributeDataType"])
    if kind != attribute["AttributeDataType"] or wanted.get("DeveloperOnlyAttribute"):
        raise ServiceError(
            "InvalidParameterException",
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute "
            + attribute["Name"],
        )


def required_attributes(pool: Mapping[str, Any]) -> list[str]:
    """Names a user must have, `sub` left out because Cognito makes it."""
    return [entry["Name"] for entry in pool["SchemaAttributes"] if entry.get("Required") and entry["Name"] != "sub"]


def check_new_attributes(pool: Mapping[str, Any], attributes: Mapping[str, str]) -> None:
    """Raises InvalidParameterException when a new user's attributes do not fit the schema, or one is missing."""
    check_given_attributes(pool, attributes)
    for name in required_attributes(pool):
        if not attributes.get(name):
            raise _misfit(f"{name}: The attribute is required")


def check_given_attributes(pool: Mapping[str, Any], attributes: Mapping[str, str]) -> None:
    """Raises InvalidParameterException for a new user's attribute that does not fit; required ones may be missing."""
    check_values(pool, attributes)
    for name in _COGNITOS_OWN & attributes.keys():
        raise ServiceError("InvalidParameterException", f"{name}: Attribute cannot be set.")


def check_changed_attributes(pool: Mapping[str, Any], attributes: Mapping[str, str]) -> None:
    """Raises InvalidParameterException when an update names an unknown or immutable attribute, or a bad value."""
    schema = {entry["Name"]: entry for entry in pool["SchemaAttributes"]}
    for name in attributes:
        if name not in schema:
            raise ServiceError("InvalidParameterException", f"user.{name}: Attribute does not exist in the schema.\n")
    check_values(pool, attributes)
    for name, value in attributes.items():
        if name in _COGNITOS_OWN or not schema[name].get("Mutable", True):
            raise ServiceError("InvalidParameterException", f"user.{name}: Attribute cannot be updated.")
        if not value and schema[name].get("Required"):
            raise ServiceError("InvalidParameterException", f"user.{name}: Attribute cannot be empty.")


def check_values(pool: Mapping[str, Any], attributes: Mapping[str, str]) -> None:
    """Raises InvalidParameterException for a name the schema lacks or a value its type refuses; blank values pass."""
    schema = {entry["Name"]: entry for entry in pool["SchemaAttributes"]}
    for name, value in attributes.items():
        if name not in schema:
            raise _misfit(f"{name}: Attribute does not exist in the schema.")
        if value:
            _check_value(schema[name], value)


def _check_value(entry: Mapping[str, Any], value: str) -> None:
    name = entry["Name"]
    if name == "email" and not _EMAIL.fullmatch(value):
        raise ServiceError("InvalidParameterException", "Invalid email address format.")
    if name == "phone_number" and not _PHONE.fullmatch(value):
        raise ServiceError("InvalidParameterException", "Invalid phone number format.")
    match entry["AttributeDataType"]:
        case "Boolean":
            if value.lower() not in ("true", "false"):
                raise _misfit(f"{name}: The value must be true or false")
        case "Number":
            _check_number(entry, value)
        case "DateTime":
            _check_date_time(name, value)
        case "String":
            _check_length(entry, value)


def _check_length(entry: Mapping[str, Any], value: str) -> None:
    limits = entry.get("StringAttributeConstraints", {})
    low, high = int(limits.get("MinLength", 0)), int(limits.get("MaxLength", 2048))
    if not low <= len(value) <= high or len(value.encode()) > _MAX_BYTES:
        raise _misfit(f"{entry['Name']}: String must be {low} to {high} characters long")


def _check_number(entry: Mapping[str, Any], value: str) -> None:
    limits = entry.get("NumberAttributeConstraints", {})
    if not _NUMBER.fullmatch(value):
        raise _misfit(f"{entry['Name']}: The value must be a number")
    number = float(value)
    low, high = float(limits.get("MinValue", "-inf")), float(limits.get("MaxValue", "inf"))
    if not low <= number <= high:
        raise _misfit(f"{entry['Name']}: The value must be between {low:g} and {high:g}")


def _check_date_time(name: str, value: str) -> None:
    try:
        is_date = _NUMBER.fullmatch(value) is not None or bool(datetime.fromisoformat(value))
    except ValueError:
        is_date = False
    if not is_date:
        raise _misfit(f"{name}: The value must be a date")


def _check_count(schema: Mapping[str, Any]) -> None:
    if sum(":" in name for name in schema) > MAX_CUSTOM_ATTRIBUTES:
        raise ServiceError("InvalidParameterException", "Custom attributes limit of 50 exceeded.")


def _misfit(reason: str) -> ServiceError:
    return ServiceError("InvalidParameterException", f"Attributes did not conform to the schema: {reason}")


def _string(name: str, low: int, high: int) -> dict[str, Any]:
    limits = {"MinLength": str(low), "MaxLength": str(high)}
    return _attribute(name, "String") | {"StringAttributeConstraints": limits}


def _attribute(name: str, kind: str) -> dict[str, Any]:
    return {
        "Name": name,
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": False,
        "Mutable": True,
        "Required": False,
    }
