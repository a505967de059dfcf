"""Which user an identity of an external provider is, and how the two are linked and parted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.user_pools.identity_providers import find_provider
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.user_pools.provider_details import SOCIAL
from cognito_explorer.sandbox.user_pools.users import (
    EXTERNAL_PROVIDER,
    NewUser,
    User,
    get_user,
    insert_user,
    load_user,
    save_user,
)
from cognito_explorer.sandbox.world import Call, World

SUBJECT = "Cognito_Subject"
MAX_LINKS = 5
_LOCAL = "Cognito"
_FIND = "SELECT * FROM provider_links WHERE pool_id = ? AND provider = ? AND attribute = ? AND value = ?"
_DELETE = "DELETE FROM provider_links WHERE pool_id = ? AND provider = ? AND attribute = ? AND value = ?"


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a person at a provider: their subject (`attribute` SUBJECT), or the value of a mapped attribute.

    `issuer` is what the provider's tokens or assertions say, "" where there is none.
    """

    provider: str
    value: str
    attribute: str = SUBJECT
    issuer: str = ""


def linked_user(
    world: World, pool: Mapping[str, Any], identity: Identity, attributes: Mapping[str, str] | None = None
) -> User | None:
    """The user an identity signs in as: their own profile, or the one it was linked to; None for a new face.

    `attributes` are the pool attributes mapped from the provider's claims. An identity that was linked by one of them
    is known by its subject from now on.
    """
    row = _find(world, pool["Id"], identity)
    if row is not None:
        return load_user(world, row["user_id"])
    for name, value in (attributes or {}).items():
        row = _find(world, pool["Id"], replace(identity, attribute=name, value=value))
        user = load_user(world, row["user_id"]) if row else None
        if row is not None and user is not None:
            world.store.execute(_DELETE, (row["pool_id"], row["provider"], row["attribute"], row["value"]))
            return link(world, pool, user, identity)
    return None


def federated_user(world: World, pool: Mapping[str, Any], identity: Identity, attributes: Mapping[str, str]) -> User:
    """Make the profile of a new face: `<provider>_<subject>`, EXTERNAL_PROVIDER, with its identity noted.

    `attributes` are as mapped; the caller has checked them. Raises UsernameExistsException.
    """
    new = NewUser(f"{identity.provider}_{identity.value}", attributes, status=EXTERNAL_PROVIDER)
    user = insert_user(world, pool, new)
    return _insert(world, user, identity, is_own=True)


def link(world: World, pool: Mapping[str, Any], user: User, identity: Identity) -> User:
    """Let an identity sign in as a user. Raises InvalidParameterException for one that already does as somebody."""
    row = _find(world, pool["Id"], identity)
    if row is not None and row["is_own"]:
        raise ServiceError(
            "InvalidParameterException",
            "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link",
        )
    if row is not None:
        raise ServiceError("InvalidParameterException", "SourceUser is already linked to DestinationUser")
    linked = [entry for entry in _links_of(world, user) if not entry["is_own"]]
    if len(linked) >= MAX_LINKS:
        raise ServiceError("LimitExceededException", f"A user can have at most {MAX_LINKS} linked identities.")
    return _insert(world, user, identity, is_own=False)


def unlink(world: World, pool: Mapping[str, Any], identity: Identity) -> User:
    """Part an identity from the user it was linked to, and return that user; the next sign-in makes a new profile."""
    row = _find(world, pool["Id"], identity)
    user = load_user(world, row["user_id"]) if row else None
    if row is None or user is None:
        raise ServiceError("UserNotFoundException", "User does not exist.")
    if row["is_own"]:
        raise ServiceError(
            "InvalidParameterException",
            f"{user.username} is the identity's own profile and linked to no other; disable or delete the user.",
        )
    world.store.execute(_DELETE, (row["pool_id"], row["provider"], row["attribute"], row["value"]))
    return _note_identities(world, user)


@operation("cognito-idp", "AdminLinkProviderForUser")
def admin_link_provider(call: Call) -> dict[str, Any]:
    """Let somebody who has not yet signed in with a provider sign in as an existing user."""
    pool, source = pool_of(call), call.params["SourceUser"]
    user = _destination(call.world, pool, call.params["DestinationUser"])
    name = source.get("ProviderName", "")
    provider = find_provider(call.world, pool["Id"], name)
    if provider is None:
        raise ServiceError(
            "InvalidParameterException", f"The provider {name} does not exist for User Pool {pool['Id']}."
        )
    attribute = source.get("ProviderAttributeName") or SUBJECT
    _check_source(provider, attribute, source.get("ProviderAttributeValue", ""))
    link(call.world, pool, user, Identity(name, source["ProviderAttributeValue"], attribute))
    return {}


@operation("cognito-idp", "AdminDisableProviderForUser")
def admin_disable_provider(call: Call) -> dict[str, Any]:
    """Part a linked identity from its user; of a local user, take the password away."""
    pool, named = pool_of(call), call.params["User"]
    name, value = named.get("ProviderName", ""), named.get("ProviderAttributeValue", "")
    attribute = named.get("ProviderAttributeName") or SUBJECT
    if name == _LOCAL:
        if attribute != SUBJECT:
            raise ServiceError("InvalidParameterException", f"ProviderAttributeName must be {SUBJECT} for {_LOCAL}.")
        save_user(call.world, replace(get_user(call.world, pool, value), password=None))
        return {}
    unlink(call.world, pool, Identity(name, value, attribute))
    return {}


def _destination(world: World, pool: dict[str, Any], named: Mapping[str, str]) -> User:
    name, value = named.get("ProviderName", ""), named.get("ProviderAttributeValue", "")
    if name == _LOCAL:
        return get_user(world, pool, value)
    row = _find(world, pool["Id"], Identity(name, value))
    user = load_user(world, row["user_id"]) if row else None
    if user is None:
        raise ServiceError("UserNotFoundException", "User does not exist.")
    return user


def _check_source(provider: Mapping[str, Any], attribute: str, value: str) -> None:
    if not value:
        raise ServiceError("InvalidParameterException", "SourceUser needs a ProviderAttributeValue.")
    if attribute == SUBJECT:
        return
    if provider["ProviderType"] in SOCIAL:
        raise ServiceError(
            "InvalidParameterException", f"ProviderAttributeName must be {SUBJECT} for {provider['ProviderName']}."
        )
    if attribute not in provider["AttributeMapping"]:
        raise ServiceError(
            "InvalidParameterException", f"{attribute} is not mapped from {provider['ProviderName']}'s claims."
        )


def _find(world: World, pool_id: str, identity: Identity) -> Row | None:
    return world.store.one(_FIND, (pool_id, identity.provider, identity.attribute, identity.value))


def _links_of(world: World, user: User) -> list[Row]:
    return world.store.all("SELECT * FROM provider_links WHERE user_id = ? ORDER BY created_at, value", (user.id,))


def _insert(world: World, user: User, identity: Identity, *, is_own: bool) -> User:
    provider = find_provider(world, user.pool_id, identity.provider)
    kind = provider["ProviderType"] if provider else ""
    world.store.execute(
        "INSERT INTO provider_links (pool_id, provider, attribute, value, user_id, provider_type, issuer, is_own,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            user.pool_id,
            identity.provider,
            identity.attribute,
            identity.value,
            user.id,
            kind,
            identity.issuer or None,
            is_own,
            world.clock.now(),
        ),
    )
    return _note_identities(world, user)


def _note_identities(world: World, user: User) -> User:
    """Write the `identities` attribute anew, as Cognito keeps it: a JSON list."""
    entries = [
        {
            "userId": row["value"],
            "providerName": row["provider"],
            "providerType": row["provider_type"],
            "issuer": row["issuer"],
            "primary": bool(row["is_own"]),
            "dateCreated": int(row["created_at"] * 1000),
        }
        for row in _links_of(world, user)
    ]
    attributes = {name: value for name, value in user.attributes.items() if name != "identities"}
    if entries:
        attributes["identities"] = json.dumps(entries, separators=(",", ":"))
    return save_user(world, replace(user, attributes=attributes))
