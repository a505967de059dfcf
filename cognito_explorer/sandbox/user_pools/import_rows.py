"""The CSV file of an import: its header, its lines, and which user a line describes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.schema import check_new_attributes
from cognito_explorer.sandbox.user_pools.users import CONFIRMED, RESET_REQUIRED, NewUser, with_username_attribute

MAX_LINE_CHARACTERS = 16_000
USERNAME = "cognito:username"
MFA = "cognito:mfa_enabled"
_STANDARD = [
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
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
]
_BOOLEANS = {"email_verified", "phone_number_verified", MFA}
_BIRTHDATE = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
# A comma that no backslash stands before.
_COMMA = re.compile(r"(?<!\\),")


class RowProblem(Exception):  # noqa: N818  # read as a sentence: the row has a problem
    """Why a line becomes no user; the text is for the job's log."""


def csv_header(pool: Mapping[str, Any]) -> list[str]:
    """The columns a pool's file must have, in any order."""
    custom = [entry["Name"] for entry in pool["SchemaAttributes"] if ":" in entry["Name"]]
    return [USERNAME, *_STANDARD, *custom, MFA]


def split_line(line: str) -> list[str]:
    """The values of a line; a backslash makes a comma part of a value, quotes mean nothing."""
    return [value.replace("\\,", ",").strip() for value in _COMMA.split(line)]


@dataclass(frozen=True, slots=True)
class ImportedUser:
    """The user of a line, and whether codes by SMS are to be their second factor."""

    user: NewUser
    has_mfa: bool


def read_row(pool: Mapping[str, Any], header: Sequence[str], line: str) -> ImportedUser:
    """The user a line describes. Raises RowProblem."""
    if len(line) > MAX_LINE_CHARACTERS:
        raise RowProblem(f"The line is longer than {MAX_LINE_CHARACTERS} characters.")
    values = split_line(line)
    if len(values) != len(header):
        raise RowProblem("The number of values does not match the number of columns.")
    row = {name: value for name, value in zip(header, values, strict=True) if value}
    username = row.pop(USERNAME, "")
    if not username:
        raise RowProblem("The username is missing.")
    has_mfa = row.get(MFA, "").lower() == "true"
    attributes = _converted(row)
    if has_mfa and "phone_number" not in attributes:
        raise RowProblem(f"{MFA} is true, but there is no phone_number.")
    _check_verified(pool, attributes)
    try:
        attributes = dict(with_username_attribute(pool, username, attributes))
        check_new_attributes(pool, attributes)
    except ServiceError as problem:
        raise RowProblem(problem.message) from None
    status = CONFIRMED if _is_passwordless(pool) else RESET_REQUIRED
    return ImportedUser(NewUser(username, attributes, status=status), has_mfa)


def _converted(row: dict[str, str]) -> dict[str, str]:
    for name in _BOOLEANS & row.keys():
        # Spreadsheets write TRUE, and so does the example of the developer guide.
        row[name] = row[name].lower()
        if row[name] not in ("true", "false"):
            raise RowProblem(f"{name} must be true or false.")
    row.pop(MFA, None)
    if "birthdate" in row:
        row["birthdate"] = _iso_date(row["birthdate"])
    if "updated_at" in row and not row["updated_at"].isdecimal():
        raise RowProblem("updated_at must be in seconds since 1970.")
    return row


def _iso_date(text: str) -> str:
    found = _BIRTHDATE.fullmatch(text)
    if found is None:
        raise RowProblem("birthdate must be in the form mm/dd/yyyy.")
    month, day, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise RowProblem("birthdate is no date.") from None


def _check_verified(pool: Mapping[str, Any], attributes: Mapping[str, str]) -> None:
    names = pool.get("AutoVerifiedAttributes", ())
    if not any(attributes.get(name) and attributes.get(f"{name}_verified") == "true" for name in names):
        raise RowProblem(
            "The User Record does not set any of the auto verified attributes to true."
            " (Example: email_verified to true)."
        )


def _is_passwordless(pool: Mapping[str, Any]) -> bool:
    factors = pool["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]
    return bool({"EMAIL_OTP", "SMS_OTP"} & set(factors))
