"""PreTokenGeneration, versions 1 to 3: what a function may change in tokens, and what it may not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.triggers.invocation import (
    Occasion,
    Trigger,
    ask_trigger,
    event_attributes,
    find_trigger,
    malformed,
    metadata_of,
)
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

_MAX_CHANGES = 5_000
# A group's name, its role and the preferred one can be overridden, but only through groupOverrideDetails.
_FIXED = frozenset({
    *("sub", "iss", "aud", "client_id", "username", "identities", "token_use", "exp", "iat", "nbf", "auth_time"),
    *("jti", "origin_jti", "event_id", "nonce", "at_hash", "azp", "acr", "amr", "version", "device_key"),
})  # fmt: skip
_SIMPLE = ("email_verified", "phone_number_verified", "updated_at", "address")
_SUPPRESSIBLE = ("cognito:groups", "cognito:roles", "cognito:preferred_role")
_OVERRIDES = {"1": "claimsOverrideDetails"}
_OVERRIDES_LATER = "claimsAndScopeOverrideDetails"


@dataclass(frozen=True, slots=True)
class Change:
    """Claims to set and to leave out of one token, and scopes to add and to take."""

    add: dict[str, Any] = field(default_factory=dict, repr=False)
    suppress: frozenset[str] = frozenset()
    scopes_to_add: tuple[str, ...] = ()
    scopes_to_suppress: frozenset[str] = frozenset()

    def applied(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """The claims with what may be changed changed; what is suppressed is not overridden."""
        own_client = claims.get("client_id")
        added = {
            name: value
            for name, value in self.add.items()
            if _is_open(name) or (name == "aud" and own_client and value == own_client)
        }
        hidden = {name for name in self.suppress if _is_open(name) or name in _SUPPRESSIBLE or name.startswith("dev:")}
        if "cognito:groups" in hidden:
            hidden |= set(_SUPPRESSIBLE)
        return {name: value for name, value in {**claims, **added}.items() if name not in hidden}

    def scopes(self, given: Iterable[str]) -> list[str]:
        """The scopes of an access token."""
        return [scope for scope in dict.fromkeys((*given, *self.scopes_to_add)) if scope not in self.scopes_to_suppress]


@dataclass(frozen=True, slots=True)
class Customisation:
    """All a function decided. `groups` are the group claims to use instead of the user's, None to keep them."""

    identity: Change = Change()
    access: Change = Change()
    groups: dict[str, Any] | None = field(default=None, repr=False)

    def identity_claims(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """The claims of an ID token, changed as was decided."""
        return self.identity.applied(self._with_groups(claims, _SUPPRESSIBLE))

    def access_claims(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """The claims of an access token, changed as was decided."""
        scope = " ".join(self.access.scopes(claims["scope"].split()))
        return self.access.applied(self._with_groups({**claims, "scope": scope}, _SUPPRESSIBLE[:1]))

    def _with_groups(self, claims: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
        if self.groups is None:
            return claims
        kept = {name: value for name, value in claims.items() if name not in _SUPPRESSIBLE}
        return kept | {name: value for name, value in self.groups.items() if name in names}


def customise_tokens(
    world: World,
    pool: Mapping[str, Any],
    user: User,
    source: str,
    *,
    groups: Mapping[str, Any],
    scopes: Iterable[str],
) -> Customisation:
    """Ask PreTokenGeneration about the tokens of a user. `groups` are the group claims they would have."""
    trigger = find_trigger(pool, "PreTokenGeneration")
    if trigger is None:
        return Customisation()
    request = {
        "userAttributes": event_attributes(user),
        "groupConfiguration": {
            "groupsToOverride": groups.get("cognito:groups", []),
            "iamRolesToOverride": groups.get("cognito:roles", []),
            "preferredRole": groups.get("cognito:preferred_role"),
        },
        **({} if trigger.version == "1" else {"scopes": list(scopes)}),
        **metadata_of(world),
    }
    return _asked(world, pool, trigger, Occasion(source, user.username, request))


def source_of(world: World, *, is_hosted: bool, is_refresh: bool) -> str:
    """The trigger source's suffix for the tokens of a user."""
    if is_refresh:
        return "RefreshTokens"
    if is_hosted:
        return "HostedAuth"
    challenge = world.errands.params.get("ChallengeName", "")
    if challenge == "NEW_PASSWORD_REQUIRED":
        return "NewPasswordChallenge"
    return "AuthenticateDevice" if challenge.startswith("DEVICE_") else "Authentication"


def customise_machine_token(world: World, pool: Mapping[str, Any], scopes: Iterable[str]) -> Change:
    """Ask PreTokenGeneration about an access token of client credentials; only version 3 is asked."""
    trigger = find_trigger(pool, "PreTokenGeneration")
    if trigger is None or trigger.version != "3":
        return Change()
    no_groups: dict[str, Any] = {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None}
    request = {"userAttributes": {}, "groupConfiguration": no_groups, "scopes": list(scopes), **metadata_of(world)}
    return _asked(world, pool, trigger, Occasion("ClientCredentials", "ClientCredentials", request)).access


def _asked(world: World, pool: Mapping[str, Any], trigger: Trigger, occasion: Occasion) -> Customisation:
    member = _OVERRIDES.get(trigger.version, _OVERRIDES_LATER)
    occasion.response[member] = None
    details = _object(ask_trigger(world, pool, trigger, occasion), member)
    if trigger.version == "1":
        change = _change(details, is_text=True)
        _check_size(change)
        return Customisation(identity=change, groups=_groups(details))
    identity = _change(_object(details, "idTokenGeneration"))
    access = _change(_object(details, "accessTokenGeneration"))
    if any(isinstance(identity.add.get(name), dict | list) for name in _SIMPLE):
        raise malformed()
    _check_size(identity, access)
    return Customisation(identity, access, _groups(details))


def _change(details: Mapping[str, Any], *, is_text: bool = False) -> Change:
    add = _object(details, "claimsToAddOrOverride")
    if is_text and not all(isinstance(value, str) for value in add.values()):
        raise malformed()
    return Change(
        add,
        frozenset(_texts(details, "claimsToSuppress")),
        tuple(_texts(details, "scopesToAdd")),
        frozenset(_texts(details, "scopesToSuppress")),
    )


def _groups(details: Mapping[str, Any]) -> dict[str, Any] | None:
    """The group claims to use; a member that is there but empty takes the groups away."""
    if "groupOverrideDetails" not in details:
        return None
    given = _object(details, "groupOverrideDetails")
    if not isinstance(given.get("preferredRole"), str | None):
        raise malformed()
    claims = {
        "cognito:groups": _texts(given, "groupsToOverride"),
        "cognito:roles": _texts(given, "iamRolesToOverride"),
        "cognito:preferred_role": given.get("preferredRole"),
    }
    return {name: value for name, value in claims.items() if value}


def _is_open(name: str) -> bool:
    return name not in _FIXED and not name.startswith(("cognito:", "dev:"))


def _object(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    if value is not None and not isinstance(value, dict):
        raise malformed()
    return value or {}


def _texts(holder: Mapping[str, Any], name: str) -> list[str]:
    value = holder.get(name) or []
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise malformed()
    return value


def _check_size(*changes: Change) -> None:
    if sum(map(_size, changes)) > _MAX_CHANGES:
        raise malformed()


def _size(change: Change) -> int:
    return len(change.add) + len(change.suppress) + len(change.scopes_to_add) + len(change.scopes_to_suppress)
