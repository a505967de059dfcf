"""`big:N`: one user pool with as many people as asked for, streamed in."""

import json
import random
import re
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from cognito_explorer import resources
from cognito_explorer.sandbox.seeds.directory import DEMO_PASSWORD, add_web_client, pool_settings
from cognito_explorer.sandbox.seeds.people import latin_slug, split_name
from cognito_explorer.sandbox.store import Store
from cognito_explorer.sandbox.user_pools.groups import create_group
from cognito_explorer.sandbox.user_pools.passwords import Password, Verifier
from cognito_explorer.sandbox.user_pools.pools import create_pool
from cognito_explorer.sandbox.user_pools.users import (
    CONFIRMED,
    FORCE_CHANGE_PASSWORD,
    INSERT_USER,
    UNCONFIRMED,
    User,
    row_of,
    username_key,
)
from cognito_explorer.sandbox.world import World

NAME = re.compile(r"big:([1-9]\d{0,6})")
POOL_ID = "us-east-1_BigWorld0"
CLIENT_ID = "2bigworldweb6m1k8s3v9d5h7q"
_SALT = "6d6f6f6e6c6574746572"
_BATCH = 5_000
_CACHE_KB = 32 * 1024
_REPORT_EVERY_S = 2.0
_DAY_S = 86_400
_DOMAINS = ("mail.example", "postbox.example", "letters.example", "inbox.test", "campus.example", "studio.test")
_STATES = ((CONFIRMED, 90), (FORCE_CHANGE_PASSWORD, 6), (UNCONFIRMED, 4))


def seed(world: World, how_many: int) -> None:
    """A pool of so many people who all have the demo password. Every tenth is in the group `paid`."""
    with world.store.transaction():
        pool = create_pool(world, "us-east-1", pool_settings("big"), pool_id=POOL_ID)
        add_web_client(world, POOL_ID, CLIENT_ID)
        create_group(world, {"UserPoolId": POOL_ID, "GroupName": "paid", "Precedence": 10})
    with _without_indexes(world.store):
        _stream_in(world.store, (row_of(user, username_key(pool, user.username)) for user in _people(world, how_many)))
        world.store.execute(
            "INSERT INTO group_members (pool_id, group_name, user_id) SELECT pool_id, 'paid', id FROM users"
            " WHERE pool_id = ? AND id % 10 = 0",
            (POOL_ID,),
        )
        _say("sorting …")


def _people(world: World, how_many: int) -> Iterator[User]:
    """The same ones every time, but for the moment they are counted from."""
    draw = random.Random("big")  # noqa: S311  # the same people every time, and nothing secret
    given, family = (_names(kind) for kind in ("given", "family"))
    states = random.Random("states").choices([name for name, _ in _STATES], [part for _, part in _STATES], k=1_000)  # noqa: S311
    now = world.clock.now()
    proof = Verifier(_SALT, "", DEMO_PASSWORD)
    for number in range(1, how_many + 1):
        (first, first_latin), (last, last_latin) = draw.choice(given), draw.choice(family)
        username = f"{first_latin}.{last_latin}{number}"
        sub = str(uuid.UUID(int=draw.getrandbits(128), version=4))
        created_at = now - draw.random() * 730 * _DAY_S
        status = states[number % 1_000]
        yield User(
            id=0,
            pool_id=POOL_ID,
            username=username,
            sub=sub,
            status=status,
            is_enabled=number % 40 != 0,
            attributes={
                "sub": sub,
                "email": f"{username}@{_DOMAINS[number % len(_DOMAINS)]}",
                "email_verified": "false" if status == UNCONFIRMED else "true",
                "name": f"{first} {last}",
                "given_name": first,
                "family_name": last,
                "custom:ref": f"ML-{number:07d}",
            },
            created_at=created_at,
            modified_at=created_at,
            password=Password(proof, created_at),
        )


def _names(kind: str) -> list[tuple[str, str]]:
    """Names of every culture, as written and in Latin letters."""
    cultures: list[dict[str, Any]] = json.loads(resources.read_text("sample", "names.json"))
    pairs = (split_name(entry) for culture in cultures for entry in culture[kind].split())
    return [(native, latin_slug(latin)) for native, latin in pairs]


def _stream_in(store: Store, rows: Iterator[tuple[Any, ...]]) -> None:
    done, said_at = 0, time.monotonic()
    while True:
        batch = list(islice(rows, _BATCH))
        if not batch:
            return
        with store.transaction():
            store.execute_many(INSERT_USER, batch)
        done += len(batch)
        if time.monotonic() - said_at >= _REPORT_EVERY_S:
            said_at = time.monotonic()
            _say(f"{done:,} users so far …")


@contextmanager
def _without_indexes(store: Store) -> Iterator[None]:
    """Sorting once at the end is many times quicker than keeping every index in order with each row."""
    found = store.all("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'users' AND sql <> ''")
    store.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    with store.transaction():
        for index in found:
            store.execute(f'DROP INDEX "{index["name"]}"')
    yield
    for index in found:
        with store.transaction():
            store.execute(index["sql"])
    store.execute("PRAGMA cache_size = -2000")
    store.execute("PRAGMA shrink_memory")


def _say(text: str) -> None:
    sys.stderr.write(f"cognito-explorer sandbox: {text}\n")
    sys.stderr.flush()
