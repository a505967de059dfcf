"""Resource servers: the APIs a pool issues scopes for."""

import json
from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.paging import Listing, read_page
from cognito_explorer.sandbox.user_pools.pools import load_pool, pool_of
from cognito_explorer.sandbox.world import Call, World

MAX_SERVERS = 25
_LIST_SERVERS = """
SELECT identifier AS page_key, body FROM resource_servers WHERE pool_id = ? AND identifier > ?
ORDER BY identifier LIMIT ?
"""


def create_resource_server(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Make a resource server from CreateResourceServer's parameters and return it as Describe shows it."""
    pool = load_pool(world, params["UserPoolId"])
    server = {name: params[name] for name in ("Identifier", "Name")}
    server |= {"UserPoolId": pool["Id"], "Scopes": _checked_scopes(params)}
    if _load(world, pool["Id"], server["Identifier"]):
        raise ServiceError(
            "InvalidParameterException", f"{server['Identifier']} already exists in user pool {pool['Id']}."
        )
    row = world.store.one("SELECT COUNT(*) AS number FROM resource_servers WHERE pool_id = ?", (pool["Id"],))
    if row and row["number"] >= MAX_SERVERS:
        raise ServiceError("LimitExceededException", f"A user pool takes at most {MAX_SERVERS} resource servers.")
    world.store.execute(
        "INSERT INTO resource_servers (pool_id, identifier, body) VALUES (?, ?, ?)",
        (pool["Id"], server["Identifier"], json.dumps(server)),
    )
    return server


def scopes_of(world: World, pool_id: str) -> set[str]:
    """Every scope of the pool's resource servers, spelled identifier/scope."""
    rows = world.store.all("SELECT body FROM resource_servers WHERE pool_id = ?", (pool_id,))
    servers = [json.loads(row["body"]) for row in rows]
    return {f"{server['Identifier']}/{scope['ScopeName']}" for server in servers for scope in server["Scopes"]}


def _load(world: World, pool_id: str, identifier: str) -> dict[str, Any] | None:
    row = world.store.one(
        "SELECT body FROM resource_servers WHERE pool_id = ? AND identifier = ?", (pool_id, identifier)
    )
    if row is None:
        return None
    server: dict[str, Any] = json.loads(row["body"])
    return server


@operation("cognito-idp", "CreateResourceServer")
def create_server(call: Call) -> dict[str, Any]:
    """A new resource server."""
    pool_of(call)
    return {"ResourceServer": create_resource_server(call.world, call.params)}


@operation("cognito-idp", "DescribeResourceServer")
def describe_resource_server(call: Call) -> dict[str, Any]:
    """One resource server with its scopes."""
    return {"ResourceServer": _get(call)}


@operation("cognito-idp", "UpdateResourceServer")
def update_resource_server(call: Call) -> dict[str, Any]:
    """Replace a resource server's name and scopes; scopes that are left out are gone."""
    server = _get(call) | {"Name": call.params["Name"], "Scopes": _checked_scopes(call.params)}
    call.world.store.execute(
        "UPDATE resource_servers SET body = ? WHERE pool_id = ? AND identifier = ?",
        (json.dumps(server), server["UserPoolId"], server["Identifier"]),
    )
    return {"ResourceServer": server}


@operation("cognito-idp", "DeleteResourceServer")
def delete_resource_server(call: Call) -> dict[str, Any]:
    """Delete a resource server; clients that had its scopes get none of them any more."""
    server = _get(call)
    call.world.store.execute(
        "DELETE FROM resource_servers WHERE pool_id = ? AND identifier = ?",
        (server["UserPoolId"], server["Identifier"]),
    )
    return {}


def _get(call: Call) -> dict[str, Any]:
    server = _load(call.world, pool_of(call)["Id"], call.params["Identifier"])
    if server is None:
        raise ServiceError("ResourceNotFoundException", f"Resource server {call.params['Identifier']} does not exist.")
    return server


def _checked_scopes(params: Mapping[str, Any]) -> list[dict[str, str]]:
    scopes: list[dict[str, str]] = params.get("Scopes", [])
    if len({scope["ScopeName"] for scope in scopes}) < len(scopes):
        raise ServiceError("InvalidParameterException", "Scope names must be unique in a resource server.")
    return scopes


@operation("cognito-idp", "ListResourceServers")
def list_resource_servers(call: Call) -> dict[str, Any]:
    """The pool's resource servers; at most 50 a page."""
    listing = Listing("ListResourceServers", _LIST_SERVERS, (pool_of(call)["Id"],))
    limit = call.params.get("MaxResults") or 50
    rows, token = read_page(call.world, listing, limit=limit, token=call.params.get("NextToken"))
    answer = {"ResourceServers": [json.loads(row["body"]) for row in rows]}
    return answer | ({"NextToken": token} if token else {})
