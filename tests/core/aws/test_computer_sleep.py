"""A laptop that was closed for an hour: its sockets look open and lead nowhere, and a write must not be lost on one."""

import asyncio
import selectors
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from cognito_explorer.core.aws import connection
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.http import HttpRequest
from cognito_explorer.core.aws.idleness import RESTED_S, Idleness
from cognito_explorer.core.errors import Unreachable
from cognito_explorer.core.journal import Change, Intent, Journal
from cognito_explorer.core.profiles import Profile
from cognito_explorer.core.user_pools.pools import list_pools
from tests.sandbox_fixture import RunningSandbox

HOUR_S = 3_600.0


class Router:
    """Stands between us and the sandbox, and may forget every connection it has without a word, as routers do."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._selector = selectors.DefaultSelector()
        self._peers: dict[socket.socket, socket.socket] = {}
        self._forgotten: set[socket.socket] = set()
        self._is_over = False
        self._selector.register(self._listener, selectors.EVENT_READ)
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def forget(self) -> None:
        """From now on nothing comes through the connections there are; new ones work."""
        self._forgotten |= set(self._peers)

    def stop(self) -> None:
        """Close everything."""
        self._is_over = True
        self._thread.join()
        for each in (*self._peers, self._listener):
            each.close()
        self._selector.close()

    def _serve(self) -> None:
        while not self._is_over:
            for key, _ in self._selector.select(0.05):
                one = key.fileobj
                assert isinstance(one, socket.socket)
                self._connect() if one is self._listener else self._pass_on(one)

    def _connect(self) -> None:
        near, _ = self._listener.accept()
        far = socket.create_connection(("127.0.0.1", self._port))
        for one, other in ((near, far), (far, near)):
            self._peers[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _pass_on(self, one: socket.socket) -> None:
        try:
            data = one.recv(65_536)
        except OSError:
            data = b""
        if data and one not in self._forgotten:
            self._peers[one].sendall(data)
        elif not data:
            self._selector.unregister(one)
            if one not in self._forgotten:
                self._peers[one].shutdown(socket.SHUT_WR)


@pytest.fixture
def router(demo_sandbox: RunningSandbox) -> Iterator[Router]:
    made = Router(int(demo_sandbox.endpoint.rpartition(":")[2]))
    yield made
    made.stop()


class WallClock:
    """The time of day, which goes on while a computer sleeps."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def now(self) -> float:
        return time.time() + self.ahead_s


@pytest.fixture
def wall() -> WallClock:
    return WallClock()


@pytest_asyncio.fixture
async def aws(
    demo_sandbox: RunningSandbox, router: Router, wall: WallClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Aws]:
    """A door through the router, with connections that rest in its pools."""
    for patience in ("READ_TIMEOUT_S", "WRITE_TIMEOUT_S"):
        monkeypatch.setattr(connection, patience, 3)
    ready = demo_sandbox.ready
    keys = (ready["access_key_id"], ready["secret_access_key"])
    profile = Profile("p", "Laptop", "keys", "us-east-1", "#3A57D6", router.address, "", *keys, chosen_mode="admin")
    made = await Aws.open(profile, journal=Journal())
    made._connection._idleness = Idleness(wall.now)
    made.http._idleness = Idleness(wall.now)
    await list_pools(made).next_page()
    await write(made, demo_sandbox, "before")
    await made.http.send(HttpRequest(f"{router.address}/nothing"))
    yield made
    await made.drain()
    made.close()


async def write(aws: Aws, sandbox: RunningSandbox, name: str) -> None:
    """One write, journalled."""
    pool_id = sandbox.client("cognito-idp").list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    intent = Intent(name, {}, {"description": name}, pool_id)
    await aws.write(intent, aws.idp.update_group, UserPoolId=pool_id, GroupName="paid", Description=name)


def updates(sandbox: RunningSandbox) -> int:
    """How often the sandbox was asked to change a group."""
    served = sandbox.control("log")["requests"]
    return sum(request["operation"] == "UpdateGroup" for request in served)


async def changes(aws: Aws) -> tuple[Change, ...]:
    return tuple(await aws.journal.search("", limit=10))


async def test_after_a_sleep_a_write_goes_over_a_new_connection_and_once(
    aws: Aws, demo_sandbox: RunningSandbox, router: Router, wall: WallClock
) -> None:
    before = updates(demo_sandbox)
    router.forget()
    wall.ahead_s += HOUR_S
    await write(aws, demo_sandbox, "after")
    assert [change.outcome for change in await changes(aws)] == ["accepted", "accepted"]
    assert updates(demo_sandbox) == before + 1
    assert await list_pools(aws).next_page()


async def test_tokens_and_keys_are_asked_for_over_a_new_connection_too(
    aws: Aws, router: Router, wall: WallClock
) -> None:
    router.forget()
    wall.ahead_s -= HOUR_S
    answer = await asyncio.wait_for(aws.http.send(HttpRequest(f"{router.address}/nothing")), 3)
    assert answer.status


async def test_a_write_that_was_under_way_is_never_sent_twice(
    aws: Aws, demo_sandbox: RunningSandbox, router: Router
) -> None:
    """Nothing rested: the connection was lost with the write on its way, and nobody knows."""
    before = updates(demo_sandbox)
    router.forget()
    with pytest.raises(Unreachable):
        await write(aws, demo_sandbox, "lost")
    assert sorted(change.outcome for change in await changes(aws)) == ["accepted", "unknown"]
    assert updates(demo_sandbox) == before, "it did not arrive, and was not sent again"
    assert await list_pools(aws).next_page(), "a read goes on"


async def test_a_stopped_endpoint_that_goes_on_answers_reads(
    demo_sandbox: RunningSandbox, aws: Aws, router: Router
) -> None:
    router.forget()
    assert await list_pools(aws).next_page(), "botocore repeats a read by itself over a new connection"


def test_only_what_rested_is_let_go() -> None:
    now = [0.0]
    idleness, gone = Idleness(lambda: now[0]), []
    for passed, expected in ((RESTED_S - 1, 0), (RESTED_S - 1, 0), (RESTED_S + 1, 1), (0, 1), (-HOUR_S, 2)):
        now[0] += passed
        idleness.end(lambda: gone.append(1))
        assert len(gone) == expected
    now[0] += RESTED_S
    idleness.begin()
    now[0] += RESTED_S
    idleness.end(lambda: gone.append(1))
    assert len(gone) == 2, "what took long has not rested"
