"""Identities of users whom the developer's own backend signs in."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.developer_logins import (
    add_login,
    count_logins,
    find_owner,
    move_all,
    remove_login,
)
from cognito_explorer.sandbox.identity_pools.identification import conflict, identity_of_logins, link_new
from cognito_explorer.sandbox.identity_pools.identities import (
    Identity,
    create_identity,
    find_identity,
    load_identity,
    merge_away,
    owner_of,
)
from cognito_explorer.sandbox.identity_pools.identity_pools import identity_pool_of
from cognito_explorer.sandbox.identity_pools.login import Login
from cognito_explorer.sandbox.identity_pools.logins import verify_logins
from cognito_explorer.sandbox.identity_pools.open_id_tokens import OpenIdToken, issue_open_id_token
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.paging import Listing, read_page
from cognito_explorer.sandbox.world import Call, World

MAX_LOGINS = 20
_DEFAULT_DURATION_S = 900
_DEFAULT_PAGE = 60
_USERS = """
SELECT number AS page_key, user_identifier FROM developer_logins
WHERE identity_id = ? AND number > ? ORDER BY number LIMIT ?
"""


@operation("cognito-identity", "GetOpenIdTokenForDeveloperIdentity")
def get_open_id_token(call: Call) -> dict[str, Any]:
    """A token for a user the backend has signed in; makes or links the identity."""
    pool = identity_pool_of(call)
    provider, user_identifier, others = _split_logins(pool, call.params["Logins"])
    logins = verify_logins(call.world, pool, others)
    identity = _identity_for(call, pool["IdentityPoolId"], user_identifier, logins)
    if find_owner(call.world, identity.pool_id, user_identifier) is None:
        add_login(call.world, identity, provider, user_identifier)
    link_new(call.world, load_identity(call.world, identity.id), logins)
    methods = ("authenticated", provider, *(name for login in logins for name in login.methods))
    said = OpenIdToken(identity.pool_id, identity.id, methods, call.params.get("PrincipalTags", {}))
    duration_s = call.params.get("TokenDuration", _DEFAULT_DURATION_S)
    return {"IdentityId": identity.id, "Token": issue_open_id_token(call.world, said, lifetime_s=duration_s)}


@operation("cognito-identity", "LookupDeveloperIdentity")
def look_up(call: Call) -> dict[str, Any]:
    """The identity of a developer's user, or the users of an identity."""
    pool = identity_pool_of(call)
    identity_id, user_identifier = call.params.get("IdentityId"), call.params.get("DeveloperUserIdentifier")
    if not identity_id and not user_identifier:
        raise ServiceError("InvalidParameterException", "Either IdentityId or DeveloperUserIdentifier must be given.")
    identity = _looked_up(call.world, pool["IdentityPoolId"], identity_id, user_identifier)
    if identity_id and user_identifier:
        return {"IdentityId": identity.id, "DeveloperUserIdentifierList": [user_identifier]}
    listing = Listing("LookupDeveloperIdentity", _USERS, (identity.id,), start=0)
    limit = call.params.get("MaxResults", _DEFAULT_PAGE)
    rows, token = read_page(call.world, listing, limit=limit, token=call.params.get("NextToken"))
    users = [row["user_identifier"] for row in rows]
    answer = {"IdentityId": identity.id, "DeveloperUserIdentifierList": users}
    return answer | ({"NextToken": token} if token else {})


@operation("cognito-identity", "MergeDeveloperIdentities")
def merge(call: Call) -> dict[str, Any]:
    """Make one identity of two users; the destination's stays, the source's is disabled."""
    pool_id = _pool_with(call)
    source = _owner(call.world, pool_id, call.params["SourceUserIdentifier"])
    destination = _owner(call.world, pool_id, call.params["DestinationUserIdentifier"])
    if source.id == destination.id:
        return {"IdentityId": destination.id}
    provider = call.params["DeveloperProviderName"]
    if set(source.providers) & set(destination.providers) - {provider}:
        raise conflict()
    if count_logins(call.world, source, destination) > MAX_LOGINS:
        raise ServiceError("InvalidParameterException", f"An identity has at most {MAX_LOGINS} linked logins.")
    move_all(call.world, source, destination)
    merge_away(call.world, source, destination.id)
    return {"IdentityId": destination.id}


@operation("cognito-identity", "UnlinkDeveloperIdentity")
def unlink(call: Call) -> dict[str, Any]:
    """Take a developer's user away from an identity; without its last login nobody reaches it any more."""
    pool_id = _pool_with(call)
    identity = find_identity(call.world, call.params["IdentityId"])
    if identity is None or identity.pool_id != pool_id:
        raise _unknown_identity(call.params["IdentityId"])
    if not remove_login(call.world, identity, call.params["DeveloperUserIdentifier"]):
        raise _unknown_user(call.params["DeveloperUserIdentifier"])
    return {}


def _split_logins(pool: Mapping[str, Any], logins: Mapping[str, str]) -> tuple[str, str, dict[str, str]]:
    """The developer's provider, its user, and every other login."""
    provider = pool.get("DeveloperProviderName", "")
    if not provider or not logins.get(provider):
        text = "Please include exactly one login of the developer provider of this identity pool."
        raise ServiceError("InvalidParameterException", text)
    return provider, logins[provider], {name: token for name, token in logins.items() if name != provider}


def _identity_for(call: Call, pool_id: str, user_identifier: str, logins: tuple[Login, ...]) -> Identity:
    known = find_owner(call.world, pool_id, user_identifier)
    named = call.params.get("IdentityId")
    if named is None:
        if known is not None:
            return _without_conflict(call.world, known, logins)
        return identity_of_logins(call.world, pool_id, logins) if logins else create_identity(call.world, pool_id)
    identity = find_identity(call.world, named)
    if identity is None or identity.pool_id != pool_id:
        raise _unknown_identity(named)
    if identity.merged_into:
        identity = load_identity(call.world, identity.merged_into)
    if known is not None and known.id != identity.id:
        raise ServiceError(
            "DeveloperUserAlreadyRegisteredException",
            "The developer user identifier is already registered with another identity.",
        )
    return _without_conflict(call.world, identity, logins)


def _without_conflict(world: World, identity: Identity, logins: tuple[Login, ...]) -> Identity:
    if any(owner_of(world, identity.pool_id, login) not in (None, identity.id) for login in logins):
        raise conflict()
    return identity


def _looked_up(world: World, pool_id: str, identity_id: str | None, user_identifier: str | None) -> Identity:
    owner = _owner(world, pool_id, user_identifier) if user_identifier else None
    if not identity_id:
        assert owner is not None
        return owner
    identity = find_identity(world, identity_id)
    if identity is None or identity.pool_id != pool_id:
        raise _unknown_identity(identity_id)
    if owner is not None and owner.id != identity.id:
        raise ServiceError("ResourceConflictException", "The developer user identifier belongs to another identity.")
    return identity


def _pool_with(call: Call) -> str:
    """The id of the pool a call names, whose developer provider must be the one the call names."""
    pool = identity_pool_of(call)
    if pool.get("DeveloperProviderName") != call.params["DeveloperProviderName"]:
        text = f"'{call.params['DeveloperProviderName']}' is not the developer provider of this identity pool."
        raise ServiceError("InvalidParameterException", text)
    return str(pool["IdentityPoolId"])


def _owner(world: World, pool_id: str, user_identifier: str) -> Identity:
    owner = find_owner(world, pool_id, user_identifier)
    if owner is None:
        raise _unknown_user(user_identifier)
    return owner


def _unknown_user(user_identifier: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Developer user '{user_identifier}' not found.")


def _unknown_identity(identity_id: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Identity '{identity_id}' not found.")
