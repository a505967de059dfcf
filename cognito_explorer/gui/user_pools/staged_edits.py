"""Edits of a user's attributes that were not applied yet: what differs, what is wrong with it, what will be sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cognito_explorer.core.user_pools.attributes import AttributeSpec, check_changes
from cognito_explorer.core.user_pools.users import User

# The flag that falls when its address changes, unless it is sent along.
FLAGS = {"email": "email_verified", "phone_number": "phone_number_verified"}
SCHEMA_UNKNOWN = "The pool's attribute list could not be read, so nothing can be checked before it is sent."


@dataclass(frozen=True, slots=True)
class Edit:
    """One attribute before and after; "" means not set."""

    name: str
    label: str
    before: str
    after: str


def edits_between(
    specs: Iterable[AttributeSpec], before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[Edit, ...]:
    """What differs, in the order of `after`."""
    labels = {spec.name: spec.label for spec in specs}
    return tuple(
        Edit(name, labels.get(name, name), before.get(name, ""), after.get(name, ""))
        for name in dict.fromkeys((*after, *before))
        if before.get(name, "") != after.get(name, "")
    )


def problems_of(specs: Iterable[AttributeSpec], before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the changed ones, by name. A flag without its address cannot be set."""
    found = check_changes(specs, before, after)
    for name, flag in FLAGS.items():
        if after.get(flag) == "true" and before.get(flag) != "true" and not after.get(name):
            found[flag] = "There is no address to be verified."
    return found


def in_words(edit: Edit, value: str) -> str:
    """A value of an edit as people say it."""
    if not value:
        return "not set"
    if edit.name in FLAGS.values():
        return {"true": "verified", "false": "not verified"}.get(value, value)
    return value


def flags_kept(user: User, after: Mapping[str, str]) -> frozenset[str]:
    """The flags that shall survive a changed address: they must be sent again."""
    return frozenset(
        flag
        for name, flag in FLAGS.items()
        if after.get(name, "") != user.attributes.get(name, "") and after.get(flag) == "true"
    )


def why_locked(name: str, spec: AttributeSpec | None) -> str:
    """Why an attribute cannot be edited, or ""."""
    if spec is None:
        return SCHEMA_UNKNOWN
    if spec.is_generated:
        return "Set by Cognito and never changes." if name == "sub" else "Set by Cognito for linked accounts."
    return "" if spec.is_mutable else "Can be set only when the user is created: the pool marks it as immutable."
