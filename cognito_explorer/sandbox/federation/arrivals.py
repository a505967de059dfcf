"""Somebody arrives from an external provider: which user they are, and what their profile takes over."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth.flows import Attempt
from cognito_explorer.sandbox.auth.sign_in import check_write_allowed
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.federation.inbound_trigger import revised_claims
from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.triggers.authentication import after_authentication, before_authentication
from cognito_explorer.sandbox.triggers.registration import after_confirmation, before_sign_up
from cognito_explorer.sandbox.user_pools.groups import join_provider_group
from cognito_explorer.sandbox.user_pools.provider_links import Identity, federated_user, linked_user
from cognito_explorer.sandbox.user_pools.schema import check_changed_attributes, check_values, required_attributes
from cognito_explorer.sandbox.user_pools.users import EXTERNAL_PROVIDER, User, check_aliases_free, save_user
from cognito_explorer.sandbox.world import World

_VERIFIABLE = ("email", "phone_number")


def arrive(
    world: World,
    pool: dict[str, Any],
    client: Mapping[str, Any],
    provider: Mapping[str, Any],
    claims: Mapping[str, Any],
) -> User:
    """The user with these claims: a new profile at the first sign-in, an updated one at every later one.

    Raises FederationProblem. The claims have the provider's own names, but for the subject: that is `sub`.
    """
    subject = _subject(claims)
    identity = Identity(provider["ProviderName"], subject, issuer=str(claims.get("iss", "")))
    try:
        name = f"{identity.provider}_{subject}"
        mapped = map_attributes(provider, revised_claims(world, pool, provider, name, claims))
        names = {name: value for name, value in mapped.items() if not name.endswith("_verified")}
        check_write_allowed(pool, client, names)
        user = linked_user(world, pool, identity, mapped)
        if user is None:
            return _welcome(world, pool, identity, mapped)
        attempt = _attempt(world, pool, client, user)
        before_authentication(attempt)
        user = _update(world, pool, user, mapped)
        after_authentication(attempt, user)
        return user
    except ServiceError as refusal:
        raise FederationProblem(refusal.message, error="invalid_request") from refusal


def map_attributes(provider: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, str]:
    """Pool attributes from a provider's claims; what the provider does not tell is left out."""
    mapping = {name: claim for name, claim in provider["AttributeMapping"].items() if name != "username"}
    found = {name: _text(claims[claim]) for name, claim in mapping.items() if claims.get(claim) not in (None, "")}
    return {name: value for name, value in found.items() if value}


def _subject(claims: Mapping[str, Any]) -> str:
    """What a name is made of; its source is fixed, whatever an AttributeMapping says of `username`."""
    subject = claims.get("sub")
    if not subject:
        raise FederationProblem("Invalid user attributes: the provider told no subject", error="invalid_request")
    return str(subject)


def _welcome(world: World, pool: dict[str, Any], identity: Identity, mapped: dict[str, str]) -> User:
    check_values(pool, mapped)
    missing = [name for name in required_attributes(pool) if not mapped.get(name)]
    if missing:
        text = f"Invalid user attributes: Required attribute {', '.join(missing)} is missing"
        raise FederationProblem(text, error="invalid_request")
    name = f"{identity.provider}_{identity.value}"
    admission = before_sign_up(world, pool, "ExternalProvider", name, mapped)
    verified = {f"{attribute}_verified": "true" for attribute in admission.verified}
    user = federated_user(world, pool, identity, _unverified(mapped, {}) | mapped | verified)
    join_provider_group(world, pool["Id"], identity.provider, user.id)
    after_confirmation(world, pool, "ConfirmSignUp", user)
    return user


def _attempt(world: World, pool: dict[str, Any], client: Mapping[str, Any], user: User) -> Attempt:
    """The sign-in as triggers are told of it."""
    return Attempt(
        world=world,
        pool=pool,
        client=dict(client),
        values={"USERNAME": user.username},
        session="",
        is_admin=False,
        metadata={},
    )


def _update(world: World, pool: dict[str, Any], user: User, mapped: dict[str, str]) -> User:
    if not user.is_enabled:
        raise ServiceError("NotAuthorizedException", "User is disabled.")
    check_changed_attributes(pool, mapped)
    merged = user.attributes | _unverified(mapped, user.attributes) | mapped
    if user.status != EXTERNAL_PROVIDER:
        # A profile of an external provider signs in by no alias, so it may share its address with others.
        check_aliases_free(world, pool, merged, owner=user)
    return user if merged == user.attributes else save_user(world, replace(user, attributes=merged))


def _unverified(mapped: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """A new address is unverified unless the provider's claims say otherwise."""
    moved = [name for name in _VERIFIABLE if name in mapped and mapped[name] != before.get(name)]
    return {f"{name}_verified": "false" for name in moved}


def _text(value: Any) -> str:
    """A claim as an attribute: truth values in lower case, several values in brackets."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return str(value)
