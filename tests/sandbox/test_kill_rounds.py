"""`kill -9` at any moment: what was acknowledged is there afterwards, and the folder opens again."""

import http.client
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from tests.sandbox.pools import FLOWS, PASSWORD
from tests.sandbox_fixture import RunningSandbox, start_sandbox

BUCKET = "kept"
KINDS = ("user", "group", "sign-in", "iam", "s3")
WRITERS_END_TIMEOUT_S = 30
Write = Callable[[str], None]


@dataclass
class Ledger:
    """What the sandbox has acknowledged, by kind. Each writer has a kind of its own."""

    names: dict[str, list[str]] = field(default_factory=dict)
    total: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def note(self, kind: str, name: str) -> None:
        """One more acknowledged write."""
        with self.changed:
            self.names.setdefault(kind, []).append(name)
            self.total += 1
            self.changed.notify_all()

    def wait_for(self, more: int) -> None:
        """Return once so many more writes were acknowledged, and at least one of each kind ever."""
        with self.changed:
            wanted = self.total + more

            def is_enough() -> bool:
                return self.total >= wanted and len(self.names) == len(KINDS)

            assert self.changed.wait_for(is_enough, timeout=WRITERS_END_TIMEOUT_S)


@dataclass
class Place:
    """Where everything is written to."""

    pool_id: str
    client_id: str


def found_place(running: RunningSandbox) -> Place:
    """A pool with a client, and a bucket."""
    idp = running.client("cognito-idp")
    pool_id = idp.create_user_pool(PoolName="kept")["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=FLOWS)
    idp.admin_create_user(UserPoolId=pool_id, Username="ada", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool_id, Username="ada", Password=PASSWORD, Permanent=True)
    running.client("s3").create_bucket(Bucket=BUCKET)
    return Place(pool_id, client["UserPoolClient"]["ClientId"])


def writers_of(running: RunningSandbox, place: Place, ledger: Ledger) -> dict[str, Write]:
    """One write of each kind; a sign-in is a write, too: its refresh token must stay good."""
    idp, iam, s3 = (running.client(service) for service in ("cognito-idp", "iam", "s3"))
    public = running.public_client("cognito-idp")

    def add_user(name: str) -> None:
        idp.admin_create_user(UserPoolId=place.pool_id, Username=name, MessageAction="SUPPRESS")
        ledger.note("user", name)

    def add_group(name: str) -> None:
        idp.create_group(UserPoolId=place.pool_id, GroupName=name)
        ledger.note("group", name)

    def sign_in(_name: str) -> None:
        answer = public.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=place.client_id,
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        )
        if "AuthenticationResult" not in answer:
            raise ConnectionError("the head of the answer came, and the body was cut off")
        ledger.note("sign-in", answer["AuthenticationResult"]["RefreshToken"])

    def add_role_user(name: str) -> None:
        iam.create_user(UserName=name)
        ledger.note("iam", name)

    def put(name: str) -> None:
        s3.put_object(Bucket=BUCKET, Key=name, Body=name.encode())
        ledger.note("s3", name)

    return dict(zip(KINDS, (add_user, add_group, sign_in, add_role_user, put), strict=True))


@contextmanager
def writing(running: RunningSandbox, place: Place, ledger: Ledger, number: int) -> Iterator[None]:
    """Everybody writes at once until the sandbox is no longer there."""
    threads = [
        threading.Thread(target=write_on, args=(write, f"{kind}-{number}"))
        for kind, write in writers_of(running, place, ledger).items()
    ]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(WRITERS_END_TIMEOUT_S)
        assert not thread.is_alive()


def write_on(write: Write, prefix: str) -> None:
    """Write until a write fails, as all do once the process is dead."""
    step = 0
    while True:
        step += 1
        try:
            write(f"{prefix}-{step}")
        except (BotoCoreError, ClientError, ResponseParserError, http.client.HTTPException, OSError):
            return


def check(running: RunningSandbox, place: Place, ledger: Ledger) -> None:
    """Everything acknowledged is there."""
    idp, iam, s3 = (running.client(service) for service in ("cognito-idp", "iam", "s3"))
    pages = idp.get_paginator("list_users").paginate(UserPoolId=place.pool_id)
    users = {user["Username"] for page in pages for user in page["Users"]}
    pages = idp.get_paginator("list_groups").paginate(UserPoolId=place.pool_id)
    groups = {group["GroupName"] for page in pages for group in page["Groups"]}
    pages = iam.get_paginator("list_users").paginate()
    iam_users = {user["UserName"] for page in pages for user in page["Users"]}
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    objects = {each["Key"] for page in pages for each in page.get("Contents", [])}
    found = {"user": users, "group": groups, "iam": iam_users, "s3": objects}
    for kind, names in found.items():
        assert not set(ledger.names.get(kind, [])) - names, kind
    for token in ledger.names.get("sign-in", [])[-3:]:
        refresh(running, place, token)
    for name in ledger.names.get("s3", [])[-1:]:
        assert s3.get_object(Bucket=BUCKET, Key=name)["Body"].read() == name.encode()


def refresh(running: RunningSandbox, place: Place, token: str) -> dict[str, Any]:
    """REFRESH_TOKEN_AUTH with a token from before."""
    answer: dict[str, Any] = running.public_client("cognito-idp").initiate_auth(
        AuthFlow="REFRESH_TOKEN_AUTH", ClientId=place.client_id, AuthParameters={"REFRESH_TOKEN": token}
    )
    return answer


def run_rounds(data: Path, rounds: int) -> None:
    """Write, kill, open again and compare, over and over on one folder."""
    dice = random.Random(rounds)
    running = start_sandbox(data, "--seed", "empty")
    place, ledger = found_place(running), Ledger()
    try:
        for number in range(rounds):
            with writing(running, place, ledger, number):
                ledger.wait_for(dice.randint(1, 60))
                running.kill()
            running = start_sandbox(data)
            check(running, place, ledger)
    finally:
        running.stop()


def test_nothing_acknowledged_is_lost_when_it_is_killed(tmp_path: Path) -> None:
    run_rounds(tmp_path / "world", 3)


@pytest.mark.full
def test_nothing_acknowledged_is_lost_in_fifty_rounds(tmp_path: Path) -> None:
    run_rounds(tmp_path / "world", 50)


def test_a_kill_while_seeding_leaves_a_folder_that_starts_over(tmp_path: Path) -> None:
    data = tmp_path / "world"
    killed = start_unready(data, "--seed", "big:200000")
    killed.kill()
    running = start_sandbox(data, "--seed", "empty")
    try:
        assert running.client("cognito-idp").list_user_pools(MaxResults=5)["UserPools"] == []
    finally:
        running.stop()


def start_unready(data: Path, *options: str) -> RunningSandbox:
    """A child that has only begun: its first users are in, and it is not ready."""

    command = [sys.executable, "-m", "cognito_explorer.sandbox", "--data", str(data), "--child", *options]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert "users so far" in process.stderr.readline()
    process.stderr.close()
    return RunningSandbox(data, process, {})
