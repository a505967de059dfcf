"""UserMigration: a user the pool does not have yet comes over from elsewhere with the first sign-in or reset."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from cognito_explorer.sandbox.auth.mfa_settings import SMS, MfaSettings, save_mfa_settings
from cognito_explorer.sandbox.triggers.invocation import Occasion, Trigger, ask_trigger, find_trigger, malformed
from cognito_explorer.sandbox.user_pools.messages import send_invitation
from cognito_explorer.sandbox.user_pools.schema import check_values
from cognito_explorer.sandbox.user_pools.users import (
    CONFIRMED,
    RESET_REQUIRED,
    NewUser,
    User,
    find_alias_owner,
    insert_user,
    save_user,
)
from cognito_explorer.sandbox.world import World

_ANSWERS = (
    *("userAttributes", "finalUserStatus", "messageAction", "desiredDeliveryMediums"),
    *("forceAliasCreation", "enableSMSMFA"),
)
_MEDIA = frozenset(("EMAIL", "SMS"))
# Stands where an invitation has a temporary password: the one that was typed is not written down.
_UNTOLD = "********"


def migrate_at_sign_in(world: World, pool: dict[str, Any], username: str, password: str) -> User | None:
    """The migrated user, with this password when the trigger said CONFIRMED; None where there is no such trigger."""
    trigger = find_trigger(pool, "UserMigration")
    if trigger is None:
        return None
    return _migrate(world, pool, trigger, username, "Authentication", password)


def migrate_at_reset(world: World, pool: dict[str, Any], username: str) -> User | None:
    """The migrated user, who has no password yet; None where there is no such trigger."""
    trigger = find_trigger(pool, "UserMigration")
    return None if trigger is None else _migrate(world, pool, trigger, username, "ForgotPassword", "")


def _migrate(
    world: World,
    pool: dict[str, Any],
    trigger: Trigger,
    username: str,
    source: Literal["Authentication", "ForgotPassword"],
    password: str,
) -> User:
    # InitiateAuth's ClientMetadata arrives here as both.
    metadata = world.errands.params.get("ClientMetadata") or None
    request: dict[str, Any] = {"validationData": metadata, "clientMetadata": metadata}
    if password:
        request["password"] = password
    response = ask_trigger(world, pool, trigger, Occasion(source, username, request, dict.fromkeys(_ANSWERS)))
    attributes = _attributes(response)
    name = attributes.pop("username", username)
    check_values(pool, attributes)
    if response.get("forceAliasCreation"):
        _free_aliases(world, pool, attributes)
    is_confirmed = source == "Authentication" and response.get("finalUserStatus") == CONFIRMED
    status = CONFIRMED if is_confirmed else RESET_REQUIRED
    wants_texts = _wants_texts(response, attributes)
    media = _welcoming_media(response)
    user = insert_user(world, pool, NewUser(name, attributes, status, password=password if is_confirmed else None))
    if wants_texts:
        save_mfa_settings(world, user, MfaSettings(enabled=frozenset((SMS,))))
    if media:
        send_invitation(world, pool, user, _UNTOLD, media)
    return user


def _welcoming_media(response: Mapping[str, Any]) -> list[str]:
    """How the user is to be welcomed: as administrators invite unless told otherwise, and not at all by SUPPRESS."""
    media = response.get("desiredDeliveryMediums") or ["SMS"]
    if not isinstance(media, list) or not _MEDIA.issuperset(map(str, media)):
        raise malformed()
    return [] if response.get("messageAction") == "SUPPRESS" else media


def _wants_texts(response: Mapping[str, Any], attributes: Mapping[str, str]) -> bool:
    """Whether the user is to sign in with a code by text message, too, for which there has to be a number."""
    wanted = response.get("enableSMSMFA")
    if not isinstance(wanted, bool | None) or (wanted and not attributes.get("phone_number")):
        raise malformed()
    return bool(wanted)


def _attributes(response: Mapping[str, Any]) -> dict[str, str]:
    given = response.get("userAttributes")
    if not isinstance(given, dict) or not given or not all(isinstance(value, str) for value in given.values()):
        raise malformed()
    return {name: value for name, value in given.items() if name not in ("sub", "cognito:user_status")}


def _free_aliases(world: World, pool: dict[str, Any], attributes: Mapping[str, str]) -> None:
    for name in pool.get("AliasAttributes", ()):
        holder = find_alias_owner(world, pool, name, attributes[name]) if name in attributes else None
        if holder is not None and name != "preferred_username":
            save_user(world, replace(holder, attributes={**holder.attributes, f"{name}_verified": "false"}))
