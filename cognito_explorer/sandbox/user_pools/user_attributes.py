"""Changing a user's attributes: what is checked, what becomes unverified, what is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth.codes import issue_code
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.schema import check_changed_attributes, required_attributes
from cognito_explorer.sandbox.user_pools.users import User, check_aliases_free, save_user
from cognito_explorer.sandbox.world import World

_VERIFIABLE = ("email", "phone_number")


def change_attributes(
    world: World, pool: Mapping[str, Any], user: User, changes: Mapping[str, str]
) -> tuple[User, list[dict[str, str]]]:
    """Apply changes (a blank value removes the attribute); returns the user and the details of the codes sent.

    A changed e-mail address or phone number is unverified unless the same change says otherwise.
    """
    check_changed_attributes(pool, changes)
    check_aliases_free(world, pool, {**user.attributes, **changes}, owner=user)
    moved = [name for name in _VERIFIABLE if changes.get(name) and changes[name] != user.attributes.get(name)]
    to_verify = [
        name
        for name in moved
        if changes.get(f"{name}_verified", "").lower() != "true" and name in pool.get("AutoVerifiedAttributes", ())
    ]
    kept_back = set(to_verify) & set(
        pool.get("UserAttributeUpdateSettings", {}).get("AttributesRequireVerificationBeforeUpdate", ())
    )
    attributes = dict(user.attributes)
    for name in moved:
        if name not in kept_back:
            attributes[f"{name}_verified"] = "false"
    attributes |= {name: value for name, value in changes.items() if name not in kept_back}
    user = save_user(world, replace(user, attributes={name: value for name, value in attributes.items() if value}))
    return user, [issue_code(world, pool, user, "UpdateUserAttribute", (name, changes[name])) for name in to_verify]


def remove_attributes(world: World, pool: Mapping[str, Any], user: User, names: Iterable[str]) -> User:
    """Remove attributes; a required or immutable one is refused, one the user does not have is fine."""
    removed = set(names)
    check_changed_attributes(pool, dict.fromkeys(removed, ""))
    for name in required_attributes(pool):
        if name in removed:
            raise ServiceError("InvalidParameterException", f"user.{name}: Attribute cannot be deleted.")
    removed |= {f"{name}_verified" for name in removed if name in _VERIFIABLE}
    attributes = {name: value for name, value in user.attributes.items() if name not in removed}
    return save_user(world, replace(user, attributes=attributes))
