"""App clients: what an application may do with a pool."""

import hmac
import json
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.client_settings import build_client_settings, secrets_of
from cognito_explorer.sandbox.user_pools.documents import forget_client
from cognito_explorer.sandbox.user_pools.feature_plans import lets_clients_register
from cognito_explorer.sandbox.user_pools.identity_providers import providers_of
from cognito_explorer.sandbox.user_pools.ids import new_client_id, new_client_secret
from cognito_explorer.sandbox.user_pools.paging import Listing, read_page
from cognito_explorer.sandbox.user_pools.pools import load_pool, pool_of
from cognito_explorer.sandbox.user_pools.resource_servers import scopes_of
from cognito_explorer.sandbox.world import Call, World

MAX_CLIENTS = 1000
REGULAR = "REGULAR"
# What a token needs to register clients, where the pool lets clients register themselves.
REGISTRATION_SCOPE = "aws.cognito/dcr/register"
# What an update leaves alone; the names that only the sandbox knows.
_HIDDEN = ("NewerSecrets", "FirstSecret")
_KEPT = ("UserPoolId", "ClientId", "ClientSecret", "CreationDate", "ClientType", *_HIDDEN)
_LIST_CLIENTS = """
SELECT client_id AS page_key, body FROM app_clients WHERE pool_id = ? AND client_id > ? ORDER BY client_id LIMIT ?
"""


def load_client(world: World, pool_id: str, client_id: str) -> dict[str, Any]:
    """A pool's client in the shape of DescribeUserPoolClient; raises ResourceNotFoundException."""
    client = _load(world, client_id)
    if client is None or client["UserPoolId"] != pool_id:
        raise ServiceError("ResourceNotFoundException", f"User pool client {client_id} does not exist.")
    return client


def find_client(world: World, client_id: str) -> dict[str, Any]:
    """A client of whatever pool, as public operations name it; raises ResourceNotFoundException."""
    client = _load(world, client_id)
    if client is None:
        raise ServiceError("ResourceNotFoundException", f"User pool client {client_id} does not exist.")
    return client


def create_client(
    world: World, params: dict[str, Any], *, client_id: str | None = None, client_type: str = REGULAR
) -> dict[str, Any]:
    """Make a client from CreateUserPoolClient's parameters and return it in the shape of DescribeUserPoolClient.

    `client_type` is "DCR" for one that registered itself.
    """
    pool = load_pool(world, params["UserPoolId"])
    row = world.store.one("SELECT COUNT(*) AS number FROM app_clients WHERE pool_id = ?", (pool["Id"],))
    if row and row["number"] >= MAX_CLIENTS:
        raise ServiceError("LimitExceededException", f"A user pool takes at most {MAX_CLIENTS} app clients.")
    client = {
        "UserPoolId": pool["Id"],
        "ClientName": params["ClientName"],
        "ClientId": client_id or new_client_id(world),
        "ClientType": client_type,
        "CreationDate": world.clock.now(),
        "LastModifiedDate": world.clock.now(),
    }
    if params.get("ClientSecret"):
        client["ClientSecret"] = params["ClientSecret"]
    elif params.get("GenerateSecret"):
        client["ClientSecret"] = new_client_secret(world)
    has_secret = "ClientSecret" in client
    client |= _settings(world, pool, params, has_secret=has_secret)
    world.store.execute(
        "INSERT INTO app_clients (client_id, pool_id, body) VALUES (?, ?, ?)",
        (client["ClientId"], pool["Id"], json.dumps(client)),
    )
    return client


def check_secret(client: dict[str, Any], secret: str) -> bool:
    """Whether this is one of the client's secrets; a client without any takes only the empty string."""
    known = secrets_of(client) or [""]
    return any(hmac.compare_digest(wanted.encode(), secret.encode()) for wanted in known)


def save_client(world: World, client: dict[str, Any]) -> dict[str, Any]:
    """Write a changed client back, with a new modification date."""
    client = client | {"LastModifiedDate": world.clock.now()}
    world.store.execute("UPDATE app_clients SET body = ? WHERE client_id = ?", (json.dumps(client), client["ClientId"]))
    return client


def shown(client: dict[str, Any]) -> dict[str, Any]:
    """A client as DescribeUserPoolClient shows it: with its oldest secret alone."""
    return {"ClientType": REGULAR} | {name: value for name, value in client.items() if name not in _HIDDEN}


def _settings(world: World, pool: dict[str, Any], params: dict[str, Any], *, has_secret: bool) -> dict[str, Any]:
    providers = {provider["ProviderName"] for provider in providers_of(world, pool["Id"])}
    scopes = scopes_of(world, pool["Id"])
    if lets_clients_register(pool):
        scopes = scopes | {REGISTRATION_SCOPE}
    return build_client_settings(pool, params, scopes=scopes, providers=providers, has_secret=has_secret)


def _load(world: World, client_id: str) -> dict[str, Any] | None:
    row = world.store.one("SELECT body FROM app_clients WHERE client_id = ?", (client_id,))
    if row is None:
        return None
    client: dict[str, Any] = json.loads(row["body"])
    return client


@operation("cognito-idp", "ListUserPoolClients")
def list_clients(call: Call) -> dict[str, Any]:
    """Ids and names of a pool's clients; with a type asked for, a page may hold fewer of them than there is room."""
    pool = pool_of(call)
    listing = Listing("ListUserPoolClients", _LIST_CLIENTS, (pool["Id"],))
    limit = call.params.get("MaxResults") or 60
    rows, token = read_page(call.world, listing, limit=limit, token=call.params.get("NextToken"))
    clients = [json.loads(row["body"]) for row in rows]
    if "ClientType" in call.params:
        clients = [client for client in clients if client.get("ClientType", REGULAR) == call.params["ClientType"]]
    entries = [{name: client[name] for name in ("ClientId", "UserPoolId", "ClientName")} for client in clients]
    return {"UserPoolClients": entries} | ({"NextToken": token} if token else {})


@operation("cognito-idp", "DescribeUserPoolClient")
def describe_client(call: Call) -> dict[str, Any]:
    """A client with its secret in clear."""
    pool = pool_of(call)
    return {"UserPoolClient": shown(load_client(call.world, pool["Id"], call.params["ClientId"]))}


@operation("cognito-idp", "CreateUserPoolClient")
def create_user_pool_client(call: Call) -> dict[str, Any]:
    """A new client, with a secret when asked for."""
    pool_of(call)
    return {"UserPoolClient": shown(create_client(call.world, call.params))}


@operation("cognito-idp", "UpdateUserPoolClient")
def update_client(call: Call) -> dict[str, Any]:
    """Replace a client's settings; what is left out goes back to its default, the secret stays."""
    pool = pool_of(call)
    client = load_client(call.world, pool["Id"], call.params["ClientId"])
    kept = {name: client[name] for name in _KEPT if name in client}
    settings = _settings(call.world, pool, call.params, has_secret="ClientSecret" in client)
    name = call.params.get("ClientName", client["ClientName"])
    return {"UserPoolClient": shown(save_client(call.world, kept | {"ClientName": name} | settings))}


@operation("cognito-idp", "DeleteUserPoolClient")
def delete_client(call: Call) -> dict[str, Any]:
    """Delete a client; its tokens can no longer be refreshed."""
    pool = pool_of(call)
    client = load_client(call.world, pool["Id"], call.params["ClientId"])
    call.world.store.execute("DELETE FROM app_clients WHERE client_id = ?", (client["ClientId"],))
    forget_client(call.world, pool["Id"], client["ClientId"])
    return {}
