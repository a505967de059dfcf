"""External identity providers of a pool: what they are called, where they are, which claim becomes which attribute."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.federation.addresses import current, provider_url
from cognito_explorer.sandbox.federation.brands import openid_brand
from cognito_explorer.sandbox.federation.moonbook import discovery
from cognito_explorer.sandbox.federation.provider_keys import encryption_key
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.paging import Listing, read_page
from cognito_explorer.sandbox.user_pools.pools import load_pool, pool_of
from cognito_explorer.sandbox.user_pools.provider_details import SOCIAL, clean_details, shown_details
from cognito_explorer.sandbox.world import Call, World

MAX_PROVIDERS = 300
_DISCOVERED = {
    "authorize_url": "authorization_endpoint",
    "token_url": "token_endpoint",
    "attributes_url": "userinfo_endpoint",
    "jwks_uri": "jwks_uri",
}
_CHANGEABLE = ("AttributeMapping", "IdpIdentifiers", "AcrMapping")
_LIST = "SELECT name AS page_key, body FROM identity_providers WHERE pool_id = ? AND name > ? ORDER BY name LIMIT ?"


def find_provider(world: World, pool_id: str, name: str) -> dict[str, Any] | None:
    """A provider as configured, in the shape of DescribeIdentityProvider without what that derives; None if missing."""
    row = world.store.one("SELECT body FROM identity_providers WHERE pool_id = ? AND name = ?", (pool_id, name))
    if row is None:
        return None
    provider: dict[str, Any] = json.loads(row["body"])
    return provider


def load_provider(world: World, pool_id: str, name: str) -> dict[str, Any]:
    """Like `find_provider`, but raises ResourceNotFoundException."""
    provider = find_provider(world, pool_id, name)
    if provider is None:
        raise ServiceError("ResourceNotFoundException", f"Identity provider {name} does not exist.")
    return provider


def provider_by_identifier(world: World, pool_id: str, identifier: str) -> dict[str, Any] | None:
    """The provider that answers to an `idp_identifier`, a name or a mail domain."""
    row = world.store.one(
        "SELECT provider FROM provider_identifiers WHERE pool_id = ? AND identifier = ?", (pool_id, identifier)
    )
    return find_provider(world, pool_id, row["provider"]) if row else None


def providers_of(world: World, pool_id: str) -> list[dict[str, Any]]:
    """Every provider of a pool by name."""
    rows = world.store.all("SELECT body FROM identity_providers WHERE pool_id = ? ORDER BY name", (pool_id,))
    return [json.loads(row["body"]) for row in rows]


def create_provider(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    """Make a provider from CreateIdentityProvider's parameters and return it as `find_provider` does."""
    pool = load_pool(world, params["UserPoolId"])
    name, kind = params["ProviderName"], params["ProviderType"]
    _check_name(world, pool["Id"], name, kind)
    now = world.clock.now()
    provider = {
        "UserPoolId": pool["Id"],
        "ProviderName": name,
        "ProviderType": kind,
        "ProviderDetails": clean_details(kind, params["ProviderDetails"]),
        "AttributeMapping": _mapping(pool, kind, params.get("AttributeMapping")),
        "IdpIdentifiers": params.get("IdpIdentifiers", []),
        "CreationDate": now,
        "LastModifiedDate": now,
    }
    if params.get("AcrMapping"):
        provider["AcrMapping"] = _acr_mapping(kind, params["AcrMapping"])
    world.store.execute(
        "INSERT INTO identity_providers (pool_id, name, body) VALUES (?, ?, ?)",
        (pool["Id"], name, json.dumps(provider)),
    )
    _save_identifiers(world, pool["Id"], name, provider["IdpIdentifiers"])
    return provider


def describe_provider(world: World, provider: Mapping[str, Any]) -> dict[str, Any]:
    """A provider with what Cognito derives, and without Apple's private key."""
    shown = shown_details(provider["ProviderType"], provider["ProviderDetails"])
    if shown.get("EncryptedResponses", "").lower() == "true":
        shown |= {"ActiveEncryptionCertificate": encryption_key(world, provider["UserPoolId"]).certificate_text}
    return {**provider, "ProviderDetails": _discovered(world, shown.get("oidc_issuer", "")) | shown}


def _discovered(world: World, issuer: str) -> dict[str, str]:
    """The addresses discovery finds, for the sandbox's own providers alone: no call waits here for somebody else."""
    here = current(world, issuer.rstrip("/"))
    brand = openid_brand(here.rpartition("/")[2])
    if brand is None or here != provider_url(world, brand.key):
        return {}
    found = discovery(world, brand)
    return {name: found[key] for name, key in _DISCOVERED.items()}


@operation("cognito-idp", "CreateIdentityProvider")
def create_identity_provider(call: Call) -> dict[str, Any]:
    """A new provider; clients offer it once it is among their supported ones."""
    pool_of(call)
    return {"IdentityProvider": describe_provider(call.world, create_provider(call.world, call.params))}


@operation("cognito-idp", "UpdateIdentityProvider")
def update_identity_provider(call: Call) -> dict[str, Any]:
    """Change a provider: each block that is given is replaced as a whole, the others stay."""
    pool = pool_of(call)
    provider = load_provider(call.world, pool["Id"], call.params["ProviderName"])
    kind = provider["ProviderType"]
    if "ProviderDetails" in call.params:
        provider["ProviderDetails"] = clean_details(kind, call.params["ProviderDetails"])
    provider |= {name: call.params[name] for name in _CHANGEABLE if name in call.params}
    provider["AttributeMapping"] = _mapping(pool, kind, provider["AttributeMapping"])
    if "AcrMapping" in call.params:
        provider["AcrMapping"] = _acr_mapping(kind, call.params["AcrMapping"])
    provider["LastModifiedDate"] = call.world.clock.now()
    key = (pool["Id"], provider["ProviderName"])
    call.world.store.execute(
        "UPDATE identity_providers SET body = ? WHERE pool_id = ? AND name = ?", (json.dumps(provider), *key)
    )
    _save_identifiers(call.world, *key, provider["IdpIdentifiers"])
    return {"IdentityProvider": describe_provider(call.world, provider)}


@operation("cognito-idp", "DescribeIdentityProvider")
def describe_identity_provider(call: Call) -> dict[str, Any]:
    """A provider with its client secret in clear."""
    provider = load_provider(call.world, pool_of(call)["Id"], call.params["ProviderName"])
    return {"IdentityProvider": describe_provider(call.world, provider)}


@operation("cognito-idp", "GetIdentityProviderByIdentifier")
def get_by_identifier(call: Call) -> dict[str, Any]:
    """The provider behind a friendly name or mail domain."""
    identifier = call.params["IdpIdentifier"]
    provider = provider_by_identifier(call.world, pool_of(call)["Id"], identifier)
    if provider is None:
        raise ServiceError("ResourceNotFoundException", f"Identity provider identifier {identifier} does not exist.")
    return {"IdentityProvider": describe_provider(call.world, provider)}


@operation("cognito-idp", "DeleteIdentityProvider")
def delete_identity_provider(call: Call) -> dict[str, Any]:
    """Delete a provider; the users that came through it stay, but can no longer sign in with it."""
    pool_id = pool_of(call)["Id"]
    provider = load_provider(call.world, pool_id, call.params["ProviderName"])
    call.world.store.execute(
        "DELETE FROM identity_providers WHERE pool_id = ? AND name = ?", (pool_id, provider["ProviderName"])
    )
    return {}


@operation("cognito-idp", "ListIdentityProviders")
def list_identity_providers(call: Call) -> dict[str, Any]:
    """Names and types by name."""
    listing = Listing("ListIdentityProviders", _LIST, (pool_of(call)["Id"],))
    # The model allows pages of 60, but no more than 50 entries in an answer.
    limit = min(call.params.get("MaxResults") or 50, 50)
    rows, token = read_page(call.world, listing, limit=limit, token=call.params.get("NextToken"))
    shown = ("ProviderName", "ProviderType", "LastModifiedDate", "CreationDate")
    providers = [{name: body[name] for name in shown} for body in (json.loads(row["body"]) for row in rows)]
    return {"Providers": providers} | ({"NextToken": token} if token else {})


def _check_name(world: World, pool_id: str, name: str, kind: str) -> None:
    is_reserved = name in SOCIAL or name.upper() == "COGNITO"
    if (kind in SOCIAL or is_reserved) and name != kind:
        raise ServiceError("InvalidParameterException", f"Provider {name} cannot be of type {kind}.")
    if find_provider(world, pool_id, name):
        raise ServiceError("DuplicateProviderException", f"A provider already exists with the name {name}.")
    row = world.store.one("SELECT COUNT(*) AS number FROM identity_providers WHERE pool_id = ?", (pool_id,))
    if row and row["number"] >= MAX_PROVIDERS:
        raise ServiceError("LimitExceededException", f"A user pool takes at most {MAX_PROVIDERS} identity providers.")


def _mapping(pool: Mapping[str, Any], kind: str, given: Mapping[str, str] | None) -> dict[str, str]:
    """The mapping with the user name's own; an immutable target is taken, and fails at the second sign-in."""
    known = {entry["Name"] for entry in pool["SchemaAttributes"]}
    for attribute in given or ():
        if attribute not in known and attribute != "username":
            raise ServiceError(
                "InvalidParameterException", f"Invalid attribute mapping: {attribute} is not in the pool."
            )
    subject = {"Facebook": "id", "LoginWithAmazon": "user_id", "SAML": ""}.get(kind, "sub")
    return ({"username": subject} if subject else {}) | dict(given or {})


def _acr_mapping(kind: str, mapping: dict[str, str]) -> dict[str, str]:
    if mapping and kind != "OIDC":
        raise ServiceError("InvalidParameterException", "Only OIDC identity providers support AcrMapping.")
    return mapping


def _save_identifiers(world: World, pool_id: str, name: str, identifiers: Iterable[str]) -> None:
    world.store.execute("DELETE FROM provider_identifiers WHERE pool_id = ? AND provider = ?", (pool_id, name))
    for identifier in dict.fromkeys(identifiers):
        if provider_by_identifier(world, pool_id, identifier):
            raise ServiceError("InvalidParameterException", f"Identifier {identifier} is used by another provider.")
        world.store.execute(
            "INSERT INTO provider_identifiers (pool_id, identifier, provider) VALUES (?, ?, ?)",
            (pool_id, identifier, name),
        )
