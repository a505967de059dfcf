"""Identity pools: create, read, replace, delete."""

import json
import re
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.ids import new_id
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.paging import Listing, read_page
from cognito_explorer.sandbox.world import Call, World

MAX_POOLS = 1000
MAX_USER_POOL_PROVIDERS = 50
_SETTINGS = (
    "IdentityPoolName",
    "AllowUnauthenticatedIdentities",
    "AllowClassicFlow",
    "SupportedLoginProviders",
    "DeveloperProviderName",
    "OpenIdConnectProviderARNs",
    "CognitoIdentityProviders",
    "SamlProviderARNs",
    "IdentityPoolTags",
)
_USER_POOL_PROVIDER = re.compile(r"cognito-idp\.[a-z0-9-]+\.amazonaws\.com/[\w-]+_[0-9A-Za-z]+")
# What lists of ARNs name, each in its own way.
_PROVIDER_ARNS = {
    name: re.compile(rf"arn:aws[\w-]*:iam::\d{{12}}:{kind}/\S+", re.ASCII)
    for name, kind in (("OpenIdConnectProviderARNs", "oidc-provider"), ("SamlProviderARNs", "saml-provider"))
}
_LIST_POOLS = """
SELECT number AS page_key, body FROM identity_pools WHERE region = ? AND number > ? ORDER BY number LIMIT ?
"""


def load_identity_pool(world: World, pool_id: str) -> dict[str, Any]:
    """A pool in the shape of DescribeIdentityPool; raises ResourceNotFoundException."""
    pool = find_identity_pool(world, pool_id)
    if pool is None:
        raise unknown_pool(pool_id)
    return pool


def find_identity_pool(world: World, pool_id: str) -> dict[str, Any] | None:
    """Like `load_identity_pool`, but None for a pool that is not there."""
    row = world.store.one("SELECT body FROM identity_pools WHERE id = ?", (pool_id,))
    pool: dict[str, Any] | None = json.loads(row["body"]) if row else None
    return pool


def identity_pool_of(call: Call) -> dict[str, Any]:
    """The pool a call names; a pool of another region does not exist for it."""
    pool_id: str = call.params["IdentityPoolId"]
    if call.region and not pool_id.startswith(f"{call.region}:"):
        raise unknown_pool(pool_id)
    return load_identity_pool(call.world, pool_id)


def unknown_pool(pool_id: str) -> ServiceError:
    """What Cognito says about a pool id it does not have in this region."""
    return ServiceError("ResourceNotFoundException", f"IdentityPool '{pool_id}' not found.")


def create_identity_pool(
    world: World, region: str, params: dict[str, Any], *, pool_id: str | None = None
) -> dict[str, Any]:
    """Make a pool from CreateIdentityPool's parameters and return it in the shape of DescribeIdentityPool."""
    row = world.store.one("SELECT COUNT(*) AS number FROM identity_pools")
    if row and row["number"] >= MAX_POOLS:
        raise ServiceError("LimitExceededException", f"An account has at most {MAX_POOLS} identity pools.")
    pool_id = pool_id or new_id(world, region)
    pool = {"IdentityPoolId": pool_id} | _settings(params)
    world.store.execute(
        "INSERT INTO identity_pools (id, region, body) VALUES (?, ?, ?)", (pool_id, region, json.dumps(pool))
    )
    return pool


@operation("cognito-identity", "CreateIdentityPool")
def create(call: Call) -> dict[str, Any]:
    """A new pool."""
    return create_identity_pool(call.world, call.region, call.params)


@operation("cognito-identity", "DescribeIdentityPool")
def describe(call: Call) -> dict[str, Any]:
    """The whole configuration of a pool, roles apart."""
    return identity_pool_of(call)


@operation("cognito-identity", "UpdateIdentityPool")
def update(call: Call) -> dict[str, Any]:
    """Replace the configuration: what is left out is reset."""
    known = identity_pool_of(call)
    developer = known.get("DeveloperProviderName")
    if developer and call.params.get("DeveloperProviderName", developer) != developer:
        raise ServiceError("InvalidParameterException", "The developer provider name cannot be changed once it is set.")
    pool = {"IdentityPoolId": known["IdentityPoolId"]} | _settings(call.params)
    if developer:
        pool["DeveloperProviderName"] = developer
    call.world.store.execute(
        "UPDATE identity_pools SET body = ? WHERE id = ?", (json.dumps(pool), pool["IdentityPoolId"])
    )
    return pool


@operation("cognito-identity", "DeleteIdentityPool")
def delete(call: Call) -> dict[str, Any]:
    """Delete a pool with its identities. Roles and credentials already issued stay."""
    pool = identity_pool_of(call)
    call.world.store.execute("DELETE FROM identity_pools WHERE id = ?", (pool["IdentityPoolId"],))
    return {}


@operation("cognito-identity", "ListIdentityPools")
def list_identity_pools(call: Call) -> dict[str, Any]:
    """Pools of the region, in the order of their creation."""
    listing = Listing("ListIdentityPools", _LIST_POOLS, (call.region,), start=0)
    rows, token = read_page(call.world, listing, limit=call.params["MaxResults"], token=call.params.get("NextToken"))
    pools = [json.loads(row["body"]) for row in rows]
    shown = [{name: pool[name] for name in ("IdentityPoolId", "IdentityPoolName")} for pool in pools]
    return {"IdentityPools": shown} | ({"NextToken": token} if token else {})


def check_tag_keys(tags: dict[str, str]) -> None:
    """Raises InvalidParameterException for keys that are AWS's own."""
    if any(key.lower().startswith("aws:") for key in tags):
        raise ServiceError("InvalidParameterException", "Tag keys must not start with aws:.")


def _settings(params: dict[str, Any]) -> dict[str, Any]:
    check_tag_keys(params.get("IdentityPoolTags", {}))
    for name, form in _PROVIDER_ARNS.items():
        wrong = next((arn for arn in params.get(name, ()) if not form.fullmatch(arn)), None)
        if wrong is not None:
            raise ServiceError("InvalidParameterException", f"'{wrong}' is not an ARN for {name}.")
    settings = {name: params[name] for name in _SETTINGS if params.get(name) not in (None, [], {})}
    settings.setdefault("AllowClassicFlow", False)
    settings.setdefault("IdentityPoolTags", {})
    settings["CognitoIdentityProviders"] = [_user_pool_provider(each) for each in _providers(params)]
    if not settings["CognitoIdentityProviders"]:
        del settings["CognitoIdentityProviders"]
    return settings


def _providers(params: dict[str, Any]) -> list[dict[str, Any]]:
    given: list[dict[str, Any]] = params.get("CognitoIdentityProviders", [])
    if len(given) > MAX_USER_POOL_PROVIDERS:
        text = f"An identity pool takes at most {MAX_USER_POOL_PROVIDERS} user pool providers."
        raise ServiceError("LimitExceededException", text)
    pairs = [(each.get("ProviderName"), each.get("ClientId")) for each in given]
    if len(set(pairs)) < len(pairs):
        raise ServiceError("InvalidParameterException", "The same user pool client is listed twice.")
    return given


def _user_pool_provider(given: dict[str, Any]) -> dict[str, Any]:
    name, client_id = given.get("ProviderName", ""), given.get("ClientId", "")
    if not _USER_POOL_PROVIDER.fullmatch(name):
        raise ServiceError("InvalidParameterException", f"'{name}' is not the provider name of a user pool.")
    if not client_id:
        raise ServiceError("InvalidParameterException", f"The provider {name} needs a ClientId.")
    return {
        "ProviderName": name,
        "ClientId": client_id,
        "ServerSideTokenCheck": given.get("ServerSideTokenCheck", False),
    }
