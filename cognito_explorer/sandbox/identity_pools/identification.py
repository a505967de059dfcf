"""Which identity a call is about, given an id, logins, or both."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.identities import (
    Identity,
    create_identity,
    link,
    load_identity,
    merge_away,
    owner_of,
)
from cognito_explorer.sandbox.identity_pools.identity_pools import load_identity_pool
from cognito_explorer.sandbox.identity_pools.login import Login
from cognito_explorer.sandbox.identity_pools.logins import is_listed, verify_logins
from cognito_explorer.sandbox.identity_pools.open_id_tokens import PROVIDER
from cognito_explorer.sandbox.world import Call, World

GUESTS_REFUSED = "Unauthenticated access is not supported for this identity pool."
LOGINS_DO_NOT_MATCH = "Logins don't match. Please include at least one valid login for this identity or identity pool."


@dataclass(frozen=True, slots=True)
class Identified:
    """Who calls: the pool, the identity and the verified logins (none for a guest)."""

    pool: Mapping[str, Any]
    identity: Identity
    logins: tuple[Login, ...]


def identify_new(world: World, pool: Mapping[str, Any], logins: Mapping[str, str]) -> Identified:
    """GetId: the identity the logins lead to, a new one for new logins, a new guest without any."""
    pool_id = pool["IdentityPoolId"]
    if not logins:
        if not pool["AllowUnauthenticatedIdentities"]:
            raise _refused(GUESTS_REFUSED)
        return Identified(pool, create_identity(world, pool_id), ())
    verified = verify_logins(world, pool, logins)
    if any(login.provider == PROVIDER and owner_of(world, pool_id, login) is None for login in verified):
        raise _refused(LOGINS_DO_NOT_MATCH)  # the identity that a developer's token names is gone
    return Identified(pool, identity_of_logins(world, pool_id, verified), verified)


def identity_of_logins(world: World, pool_id: str, logins: tuple[Login, ...]) -> Identity:
    """The identity that verified logins lead to, with those that are new linked to it; a new one for new logins."""
    owners = _owners(world, pool_id, logins)
    if len(owners) > 1:
        raise conflict()
    identity = load_identity(world, owners.pop()) if owners else create_identity(world, pool_id, logins)
    link_new(world, identity, logins)
    return load_identity(world, identity.id)


def identify(call: Call) -> Identified:
    """The identity named by a call's IdentityId, proven by its Logins; guests are upgraded, or merged away."""
    identity = load_identity(call.world, call.params["IdentityId"])
    if call.region and not identity.id.startswith(f"{call.region}:"):
        raise _forbidden(identity)
    pool = load_identity_pool(call.world, identity.pool_id)
    logins = call.params.get("Logins", {})
    if not logins:
        return Identified(pool, _as_guest(pool, identity), ())
    if any(name in identity.providers and not is_listed(call.world, pool, name) for name in logins):
        raise _refused(LOGINS_DO_NOT_MATCH)  # the provider was removed since
    verified = verify_logins(call.world, pool, logins)
    if identity.merged_into:
        identity = load_identity(call.world, identity.merged_into)
    return Identified(pool, _with_logins(call.world, identity, verified), verified)


def _as_guest(pool: Mapping[str, Any], identity: Identity) -> Identity:
    if not identity.is_guest or identity.merged_into:
        raise _forbidden(identity)
    if not pool["AllowUnauthenticatedIdentities"]:
        raise _refused(GUESTS_REFUSED)
    return identity


def _with_logins(world: World, identity: Identity, logins: tuple[Login, ...]) -> Identity:
    owners = _owners(world, identity.pool_id, logins)
    if identity.is_guest:
        if len(owners) > 1:
            raise conflict()
        successor = next(iter(owners), identity.id)
        if successor != identity.id:
            merge_away(world, identity, successor)
        identity = load_identity(world, successor)
    elif identity.id not in owners:
        raise _refused(LOGINS_DO_NOT_MATCH)
    elif len(owners) > 1:
        raise conflict()
    link_new(world, identity, logins)
    return load_identity(world, identity.id)


def link_new(world: World, identity: Identity, logins: tuple[Login, ...]) -> None:
    """A second login of a provider the identity already has is another person's."""
    new = [login for login in logins if owner_of(world, identity.pool_id, login) is None]
    if any(login.provider in identity.providers for login in new):
        raise conflict()
    link(world, identity, new)


def _owners(world: World, pool_id: str, logins: tuple[Login, ...]) -> set[str]:
    found = (owner_of(world, pool_id, login) for login in logins)
    return {identity_id for identity_id in found if identity_id is not None}


def _forbidden(identity: Identity) -> ServiceError:
    return _refused(f"Access to Identity '{identity.id}' is forbidden.")


def _refused(message: str) -> ServiceError:
    return ServiceError("NotAuthorizedException", message)


def conflict() -> ServiceError:
    """A login belongs to somebody else."""
    return ServiceError("ResourceConflictException", "Logins are already linked to another identity.")
