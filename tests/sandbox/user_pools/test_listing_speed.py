"""Pages of users cost the same in a pool of any size: each is a range of an index, never a scan or a sort."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cognito_explorer.sandbox.data_folder import DATABASE
from cognito_explorer.sandbox.registry import create_tables, import_areas
from cognito_explorer.sandbox.store import Store
from cognito_explorer.sandbox.user_pools.user_listing import list_statements
from tests.sandbox.pools import make_pool
from tests.sandbox_fixture import start_sandbox


@pytest.mark.parametrize("statement", list_statements())
def test_a_page_is_a_range_of_an_index(tmp_path: Path, statement: str) -> None:
    store = Store(tmp_path / "world.sqlite3")
    create_tables(store, import_areas())
    plan = [row["detail"] for row in store.all(f"EXPLAIN QUERY PLAN {statement}", [1] * statement.count("?"))]
    store.close()
    assert len(plan) == 1, plan
    assert plan[0].startswith("SEARCH users USING "), plan
    assert "(pool_id=? AND " in plan[0] or "(sub=?)" in plan[0], plan


def test_users_of_an_older_data_folder_are_listed_like_new_ones(tmp_path: Path) -> None:
    first = start_sandbox(tmp_path / "world", "--seed", "empty")
    pool = make_pool(first, Schema=[{"Name": "plan", "AttributeDataType": "String"}])
    pool.add_user("ada", given_name='A"da\\', email="ada@x.example", custom__plan="ñ")
    new = pool.idp.list_users(UserPoolId=pool.pool_id)["Users"]
    first.stop()
    _write_attributes_as_they_once_were(tmp_path / "world" / DATABASE)
    second = start_sandbox(tmp_path / "world")
    try:
        idp = second.client("cognito-idp")
        assert idp.list_users(UserPoolId=pool.pool_id)["Users"] == new
        assert idp.admin_get_user(UserPoolId=pool.pool_id, Username="ada")["UserAttributes"] == new[0]["Attributes"]
        asked = idp.list_users(UserPoolId=pool.pool_id, AttributesToGet=["custom:plan"])["Users"][0]["Attributes"]
        assert asked == [{"Name": "custom:plan", "Value": "ñ"}]
    finally:
        second.stop()


def _write_attributes_as_they_once_were(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        for number, text in connection.execute("SELECT id, attributes FROM users").fetchall():
            mapping = {entry["Name"]: entry["Value"] for entry in json.loads(text)}
            connection.execute("UPDATE users SET attributes = ? WHERE id = ?", (json.dumps(mapping), number))
