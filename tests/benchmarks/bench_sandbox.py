"""The sandbox at 100,000 users, side by side with every peer that is installed.

Peers cannot be filled at once, so they hold fewer users (what they take in a minute), which is easier for them.
Their users have as many attributes as ours. What is listed or searched was listed or searched once before.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path
from statistics import median
from typing import Any

from gmpy2 import powmod

from cognito_explorer.sandbox.seeds.crowd import CLIENT_ID, POOL_ID
from tests.benchmarks.bare_sign_in import password_ms, srp_ms
from tests.benchmarks.emulators import Emulator, Wire, our_sandbox, peer, peer_commands
from tests.benchmarks.row import Row
from tests.sandbox.auth.srp_client import SrpClient

_USERS, _FEW, _PEERS_USERS = 100_000, 1_000, 5_000
_STARTS, _PAGES, _SEARCHES, _SIGN_INS, _BARE = 5, 150, 60, 200, 60
_CALLERS, _FILL_S, _LARGEST_PAGE = 4, 60.0, 60
_PASSWORD = "Moonletter-2026"
# With the e-mail address what each of our crowd has.
_ABOUT = {"name": "ชัย رضایی", "given_name": "ชัย", "family_name": "رضایی", "nickname": "ML-0000001"}
_FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one emulator; NaN where it could not do it."""

    start_s: float
    list_ms: float
    search_ms: float
    password_ms: float
    memory_mb: float


def measure() -> list[Row]:
    """Ours first, then each peer; goals are the product's."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        empty_s = _start_s(root, "empty")
        ours, srp, small_ms = _ours(root)
        rows = [
            Row(name="sandbox start to ready, empty", value=empty_s, unit="s", most=1.0),
            Row(name="sandbox start to ready, 100,000 users", value=ours.start_s, unit="s", most=1.0),
            Row(name="sandbox memory, 100,000 users", value=ours.memory_mb, unit="MB", most=200),
            Row(
                name="sandbox ListUsers, 1,000 users of 100,000",
                value=ours.list_ms,
                unit="ms",
                peer="1,000 users of 1,000",
                peer_value=small_ms,
                most_ratio=1.25,
            ),
            Row(name="sandbox search by prefix, 100,000 users", value=ours.search_ms, unit="ms", most=5),
            _sign_in_row("sandbox sign-in by password", ours.password_ms, password_ms(_BARE)),
            _sign_in_row("sandbox sign-in by SRP", srp, srp_ms(_BARE)),
        ]
        for name, command in peer_commands().items():
            rows += _beside(name, ours, _peer(name, command, root / name.replace(" ", "-")))
    return rows


def _sign_in_row(name: str, value: float, bare: float) -> Row:
    # 80 % of the bare rate is 1.25 of the bare time.
    peer = "bare verification, two signatures"
    return Row(name=name, value=value, unit="ms", peer=peer, peer_value=bare, most_ratio=1.25)


def _beside(name: str, ours: Measured, theirs: Measured) -> list[Row]:
    what: tuple[tuple[str, str, float, float, float | None], ...] = (
        ("start to ready", "s", ours.start_s, theirs.start_s, None),
        ("ListUsers, 1,000 users", "ms", ours.list_ms, theirs.list_ms, 1.0),
        ("search by prefix", "ms", ours.search_ms, theirs.search_ms, None),
        ("sign-in by password", "ms", ours.password_ms, theirs.password_ms, None),
        ("memory", "MB", ours.memory_mb, theirs.memory_mb, None),
    )
    return [
        Row(name=f"sandbox {row}", value=value, unit=unit, peer=name, peer_value=other, most_ratio=ratio)
        for row, unit, value, other, ratio in what
        if not isnan(other)
    ]


def _start_s(root: Path, seed: str) -> float:
    """The median; the first start compiles and is not counted."""
    found = []
    for number in range(_STARTS + 1):
        with our_sandbox(root / f"{seed}-{number}", "--seed", seed) as emulator:
            found.append(emulator.started_s)
    return median(found[1:])


def _ours(root: Path) -> tuple[Measured, float, float]:
    """Everything at 100,000 users; SRP sign-ins; and the listing of a small pool."""
    with our_sandbox(root / "few", "--seed", f"big:{_FEW}") as emulator:
        small_ms = _list_ms(emulator.connect(), POOL_ID)
    data = root / "crowd"
    with our_sandbox(data, "--seed", f"big:{_USERS}"):
        pass
    starts = []
    for _ in range(_STARTS):
        with our_sandbox(data) as emulator:
            starts.append(emulator.started_s)
    with our_sandbox(data) as emulator:
        wire = emulator.connect()
        list_ms, search_ms = _list_ms(wire, POOL_ID), _search_ms(wire, POOL_ID, "ada")
        memory_mb = emulator.memory_mb()
        names = _own_people(wire, POOL_ID)
        by_password = _each_ms(emulator, names, lambda wire, name: _sign_in(wire, CLIENT_ID, name))
        by_srp = _each_ms(emulator, names, lambda wire, name: _sign_in_by_srp(wire, name))
        memory_mb = max(memory_mb, emulator.memory_mb())
    return Measured(median(starts), list_ms, search_ms, by_password, memory_mb), by_srp, small_ms


def _peer(name: str, command: list[str], folder: Path) -> Measured:
    with peer(name, command, folder) as emulator:
        wire = emulator.connect()
        pool_id = wire.call("CreateUserPool", PoolName="big")["UserPool"]["Id"]
        client = wire.call("CreateUserPoolClient", UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=_FLOWS)
        client_id = client["UserPoolClient"]["ClientId"]
        begun = time.perf_counter()
        for number in range(_PEERS_USERS):
            if time.perf_counter() - begun > _FILL_S:
                break
            _add_user(wire, pool_id, f"user{number}@mail.example")
        names = _own_people(wire, pool_id)
        return Measured(
            start_s=emulator.started_s,
            list_ms=_or_nan(lambda: _list_ms(wire, pool_id)),
            search_ms=_or_nan(lambda: _search_ms(wire, pool_id, "user12")),
            password_ms=_or_nan(lambda: _each_ms(emulator, names, lambda wire, name: _sign_in(wire, client_id, name))),
            memory_mb=emulator.memory_mb(),
        )


def _or_nan(measurement: Callable[[], float]) -> float:
    """The measurement, NaN where the peer refuses what is measured."""
    try:
        return measurement()
    except RuntimeError:
        return nan


def _add_user(wire: Wire, pool_id: str, name: str) -> None:
    values = {**_ABOUT, "email": name, "email_verified": "true"}
    attributes = [{"Name": key, "Value": value} for key, value in values.items()]
    wire.call("AdminCreateUser", UserPoolId=pool_id, Username=name, MessageAction="SUPPRESS", UserAttributes=attributes)


def _own_people(wire: Wire, pool_id: str) -> list[str]:
    """People with verifiers of their own, one for each caller."""
    users = wire.call("ListUsers", UserPoolId=pool_id, Limit=60)["Users"]
    names = [str(user["Username"]) for user in users if user["Enabled"]][:_CALLERS]
    for name in names:
        wire.call("AdminSetUserPassword", UserPoolId=pool_id, Username=name, Password=_PASSWORD, Permanent=True)
    return names


def _list_ms(wire: Wire, pool_id: str) -> float:
    """Milliseconds for a thousand users, page by page from the start, the second time."""
    _list_pages(wire, pool_id)
    begun = time.perf_counter()
    seen = _list_pages(wire, pool_id)
    return (time.perf_counter() - begun) / seen * 1000 * 1000


def _list_pages(wire: Wire, pool_id: str) -> int:
    """How many users so many pages had; from the start again after the last one."""
    seen = 0
    more: dict[str, Any] = {}
    for _ in range(_PAGES):
        page = wire.call("ListUsers", UserPoolId=pool_id, **more)
        if len(page["Users"]) > _LARGEST_PAGE:
            raise RuntimeError("it has no pages, so there is nothing to compare")
        seen += len(page["Users"])
        more = {"PaginationToken": page["PaginationToken"]} if "PaginationToken" in page else {}
    return seen


def _search_ms(wire: Wire, pool_id: str, prefix: str) -> float:
    found = []
    for _ in range(_SEARCHES):
        begun = time.perf_counter()
        wire.call("ListUsers", UserPoolId=pool_id, Filter=f'email ^= "{prefix}"')
        found.append((time.perf_counter() - begun) * 1000)
    return median(found)


def _each_ms(emulator: Emulator, names: list[str], sign_in: Any) -> float:
    """Milliseconds of time gone by for each of many sign-ins that several callers make at once."""
    each = _SIGN_INS // len(names)

    def run(name: str) -> None:
        with _connection(emulator) as wire:
            for _ in range(each):
                sign_in(wire, name)

    with ThreadPoolExecutor(len(names)) as callers:
        list(callers.map(run, names))
        begun = time.perf_counter()
        list(callers.map(run, names))
        return (time.perf_counter() - begun) / (each * len(names)) * 1000


@contextmanager
def _connection(emulator: Emulator) -> Iterator[Wire]:
    wire = emulator.connect()
    try:
        yield wire
    finally:
        wire.close()


def _sign_in(wire: Wire, client_id: str, name: str) -> None:
    given = {"USERNAME": name, "PASSWORD": _PASSWORD}
    answer = wire.call(
        "InitiateAuth", is_signed=False, AuthFlow="USER_PASSWORD_AUTH", ClientId=client_id, AuthParameters=given
    )
    if "IdToken" not in answer["AuthenticationResult"]:
        raise RuntimeError("no token came")


def _sign_in_by_srp(wire: Wire, name: str) -> None:
    # A small secret and quick arithmetic of the client's own leave the machine to the server.
    srp = SrpClient(POOL_ID, _PASSWORD, a=3, power=lambda base, exponent, modulus: int(powmod(base, exponent, modulus)))
    given = {"USERNAME": name, "SRP_A": f"{srp.public:x}"}
    asked = wire.call(
        "InitiateAuth", is_signed=False, AuthFlow="USER_SRP_AUTH", ClientId=CLIENT_ID, AuthParameters=given
    )
    answer = wire.call(
        "RespondToAuthChallenge",
        is_signed=False,
        ClientId=CLIENT_ID,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=srp.answer(asked["ChallengeParameters"]),
    )
    if "IdToken" not in answer["AuthenticationResult"]:
        raise RuntimeError("no token came")
