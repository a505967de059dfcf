"""A client's secrets: a second one beside the first, so that applications can change over without a gap."""

from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.app_clients import load_client, save_client
from cognito_explorer.sandbox.user_pools.client_settings import secrets_of
from cognito_explorer.sandbox.user_pools.ids import new_client_secret
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.world import Call

MAX_SECRETS = 2


@operation("cognito-idp", "AddUserPoolClientSecret")
def add_client_secret(call: Call) -> dict[str, Any]:
    """A second secret; both are good until one is deleted. The value is told once, if it was drawn here."""
    client = _confidential_client(call)
    if len(secrets_of(client)) >= MAX_SECRETS:
        raise ServiceError("LimitExceededException", f"An app client has at most {MAX_SECRETS} secrets.")
    given = call.params.get("ClientSecret", "")
    now = call.world.clock.now()
    value = given or new_client_secret(call.world)
    taken = {entry["ClientSecretId"] for entry in _descriptors(client)}
    number = int(now)
    while f"{client['ClientId']}--{number}" in taken:
        number += 1
    added = {
        "ClientSecretId": f"{client['ClientId']}--{number}",
        "ClientSecretValue": value,
        "ClientSecretCreateDate": now,
    }
    save_client(call.world, client | {"NewerSecrets": [*client.get("NewerSecrets", []), added]})
    return {"ClientSecretDescriptor": {name: added[name] for name in added if not given or name != "ClientSecretValue"}}


@operation("cognito-idp", "ListUserPoolClientSecrets")
def list_client_secrets(call: Call) -> dict[str, Any]:
    """Ids and dates of the secrets, never the values."""
    return {"ClientSecrets": _descriptors(_confidential_client(call))}


@operation("cognito-idp", "DeleteUserPoolClientSecret")
def delete_client_secret(call: Call) -> dict[str, Any]:
    """Delete one of two secrets; the last one stays."""
    client = _confidential_client(call)
    ids = [entry["ClientSecretId"] for entry in _descriptors(client)]
    if call.params["ClientSecretId"] not in ids:
        raise ServiceError("ResourceNotFoundException", "The client secret does not exist.")
    if len(ids) == 1:
        raise ServiceError("InvalidParameterException", "The last remaining secret of a client cannot be deleted.")
    if call.params["ClientSecretId"] == ids[0]:
        # The newer secret moves to the first one's place, id and date with it.
        newer = client["NewerSecrets"][0]
        client["ClientSecret"] = newer["ClientSecretValue"]
        client["FirstSecret"] = _without_value(newer)
    save_client(call.world, client | {"NewerSecrets": []})
    return {}


def _confidential_client(call: Call) -> dict[str, Any]:
    client = load_client(call.world, pool_of(call)["Id"], call.params["ClientId"])
    if not secrets_of(client):
        raise ServiceError("InvalidParameterException", "The client is public: it has no secret.")
    if client.get("ClientType") == "DCR":
        raise ServiceError("InvalidParameterException", "Secrets of dynamically registered clients cannot be managed.")
    return client


def _descriptors(client: dict[str, Any]) -> list[dict[str, Any]]:
    created_at = client["CreationDate"]
    first = {"ClientSecretId": f"{client['ClientId']}--{int(created_at)}", "ClientSecretCreateDate": created_at}
    return [client.get("FirstSecret", first), *map(_without_value, client.get("NewerSecrets", ()))]


def _without_value(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("ClientSecretId", "ClientSecretCreateDate")}
