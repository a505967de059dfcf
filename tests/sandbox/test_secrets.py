"""Secrets stay out of what is printed by accident: the repr of every record that carries one."""

from pathlib import Path
from typing import Any

import pytest

from cognito_explorer.sandbox.auth.flows import Attempt
from cognito_explorer.sandbox.auth.sessions import ChallengeState
from cognito_explorer.sandbox.auth.tokens import Grant
from cognito_explorer.sandbox.callers import AccessKey
from cognito_explorer.sandbox.hosted_ui.authorization import AuthorizationRequest
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.identity_card import IdentityCard
from cognito_explorer.sandbox.outbox import Message
from cognito_explorer.sandbox.sigv4 import Signature
from cognito_explorer.sandbox.store import Store
from cognito_explorer.sandbox.sts import Credentials
from cognito_explorer.sandbox.triggers.letters import Letter
from cognito_explorer.sandbox.user_pools.passwords import Password, Verifier
from cognito_explorer.sandbox.user_pools.users import NewUser
from cognito_explorer.sandbox.wire import WireAnswer, WireRequest
from cognito_explorer.sandbox.world import Call

SECRET = "hunter2-do-not-print"
MAP = {"PASSWORD": SECRET}
PAIRS = [("password", SECRET)]
WORLD: Any = None

RECORDS = [
    AccessKey("AKIA", SECRET),
    Attempt(WORLD, {}, {"ClientSecret": SECRET}, MAP, SECRET, is_admin=False, metadata=MAP),
    AuthorizationRequest({"ClientSecret": SECRET}, "uri", "code", (), SECRET, SECRET, "challenge", "", frozenset(), ""),
    Call(WORLD, "us-east-1", MAP),
    ChallengeState("pool", "client", 1, "SRP", MAP),
    Credentials("ASIA", SECRET, SECRET, 0.0, "arn", "id"),
    Grant(nonce=SECRET),
    IdentityCard(AccessKey("AKIA", SECRET), SECRET),
    Letter("SignUp", "email", SECRET, "ada@moonletter.example"),
    Message(0.0, "EMAIL", "to", "subject", SECRET, "pool", "ada", "SignUp", SECRET),
    NewUser("ada", {}, password=SECRET),
    Password(Verifier(SECRET, SECRET), 0.0),
    Signature("AKIA", "20260101", "us-east-1", "s3", "20260101T000000Z", ("host",), SECRET, SECRET),
    Visit(WORLD, "domain", {}, "POST", PAIRS, PAIRS, MAP, MAP),
    WireAnswer(200, SECRET.encode(), PAIRS),
    WireRequest("POST", "/", SECRET, MAP, SECRET.encode(), "id"),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_printed_record_shows_no_secret(record: Any) -> None:
    assert SECRET not in repr(record)


def test_a_store_does_not_print_what_it_holds(tmp_path: Path) -> None:
    store = Store(tmp_path / "world.sqlite3")
    store.create_tables("CREATE TABLE kept (secret TEXT)")
    store.execute("INSERT INTO kept VALUES (?)", (SECRET,))
    assert SECRET not in repr(store.all("SELECT * FROM kept"))
    store.close()
