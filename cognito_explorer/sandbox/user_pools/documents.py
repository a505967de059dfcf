"""Settings of a pool or a client that have operations of their own: one JSON document each, by kind and name."""

import json
from typing import Any

from cognito_explorer.sandbox.world import World

_KEY = "pool_id = ? AND kind = ? AND name = ?"


def load_document(world: World, pool_id: str, kind: str, name: str = "") -> dict[str, Any]:
    """A document, or an empty one."""
    row = world.store.one(f"SELECT body FROM pool_documents WHERE {_KEY}", (pool_id, kind, name))  # noqa: S608
    document: dict[str, Any] = json.loads(row["body"]) if row else {}
    return document


def documents_of(world: World, pool_id: str, kind: str) -> list[dict[str, Any]]:
    """All documents of a kind by name."""
    rows = world.store.all(
        "SELECT body FROM pool_documents WHERE pool_id = ? AND kind = ? ORDER BY name", (pool_id, kind)
    )
    return [json.loads(row["body"]) for row in rows]


def save_document(world: World, pool_id: str, kind: str, body: dict[str, Any], *, name: str = "") -> None:
    """Write a document, new or not. `ClientId` in it ties it to a client."""
    world.store.execute(
        "INSERT OR REPLACE INTO pool_documents (pool_id, kind, name, client_id, body) VALUES (?, ?, ?, ?, ?)",
        (pool_id, kind, name, body.get("ClientId", ""), json.dumps(body)),
    )


def delete_document(world: World, pool_id: str, kind: str, name: str = "") -> None:
    """Forget a document; its absence is fine."""
    world.store.execute(f"DELETE FROM pool_documents WHERE {_KEY}", (pool_id, kind, name))  # noqa: S608


def forget_client(world: World, pool_id: str, client_id: str) -> None:
    """Forget everything that was set for one client, once it is deleted."""
    world.store.execute("DELETE FROM pool_documents WHERE pool_id = ? AND client_id = ?", (pool_id, client_id))
