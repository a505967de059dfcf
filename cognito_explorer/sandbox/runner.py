"""Builds one sandbox on a folder, serves it, and says when it is ready."""

import errno
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import uvicorn
from starlette.routing import BaseRoute, Mount

from cognito_explorer.sandbox import key_sets
from cognito_explorer.sandbox.callers import Callers
from cognito_explorer.sandbox.clock import Clock
from cognito_explorer.sandbox.control import Control
from cognito_explorer.sandbox.data_folder import DataFolder
from cognito_explorer.sandbox.disturbances import connection_class
from cognito_explorer.sandbox.faults import Faults
from cognito_explorer.sandbox.federation.addresses import MOUNT
from cognito_explorer.sandbox.federation.routes import routes as provider_routes
from cognito_explorer.sandbox.functions.host import FunctionHost
from cognito_explorer.sandbox.gate import Gate
from cognito_explorer.sandbox.hosted_ui.routes import routes as hosted_ui_routes
from cognito_explorer.sandbox.iam_directory import IamDirectory
from cognito_explorer.sandbox.identity_card import IdentityCard, finished_seed, note_seed, open_chance, read_card
from cognito_explorer.sandbox.moto_services import MotoServices
from cognito_explorer.sandbox.outbox import Outbox
from cognito_explorer.sandbox.profile_endpoints.routes import routes as profile_routes
from cognito_explorer.sandbox.protocol import service_model
from cognito_explorer.sandbox.registry import create_tables, import_areas
from cognito_explorer.sandbox.server import build_app
from cognito_explorer.sandbox.services import Services
from cognito_explorer.sandbox.store import Store
from cognito_explorer.sandbox.sts import SecurityTokenService
from cognito_explorer.sandbox.sts_operations import StsOperations
from cognito_explorer.sandbox.user_pools import pool_files
from cognito_explorer.sandbox.world import World

HOST = "127.0.0.1"


class PortTaken(Exception):  # noqa: N818  # read as a sentence: the port is taken
    """Somebody else listens there. The text is for people."""


class SeedRefused(Exception):  # noqa: N818  # read as a sentence: the seed was refused
    """The folder is filled already. The text is for people."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What the command line asks for. `seed` and `seed_number` None leave a filled folder as it is."""

    port: int = 0
    seed: str | None = None
    seed_number: int | None = None
    region: str = "us-east-1"
    has_local_issuer: bool = False
    is_child: bool = False


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Everything that was built."""

    world: World
    moto: MotoServices
    card: IdentityCard
    services: Services
    writer: ThreadPoolExecutor


class Announcement:
    """Fills a new world and prints the ready line, once the server listens."""

    def __init__(self, folder: DataFolder, sandbox: Sandbox, ready: dict[str, Any], seed: str) -> None:
        self._folder = folder
        self._sandbox = sandbox
        self._ready = ready
        self._seed = seed
        self.failure: BaseException | None = None

    def make(self, server: uvicorn.Server) -> None:
        """Do it; a failure stops the server and is kept."""
        try:
            if self._seed:
                # Loaded here, because most starts find a world that is filled already.
                from cognito_explorer.sandbox.seeds.catalogue import seed_world

                self._sandbox.moto.start_loading()
                seed_world(self._seed, self._sandbox.world, self._sandbox.card.administrator)
                note_seed(self._sandbox.world.store, self._seed)
            self._folder.write_running(self._ready)
            sys.stdout.write(json.dumps(self._ready) + "\n")
            sys.stdout.flush()
            service_model("cognito-idp")  # 30 ms that the first call need not wait for
            if not self._seed:
                self._sandbox.moto.start_loading()
        except BaseException as failure:  # noqa: BLE001  # raised again where it ends the process
            self.failure = failure
            server.should_exit = True


class AnnouncingServer(uvicorn.Server):
    """Makes its announcement in a thread, as soon as it listens."""

    def __init__(self, config: uvicorn.Config, announcement: Announcement) -> None:
        super().__init__(config)
        self._thread = threading.Thread(target=announcement.make, args=(self,), daemon=True)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._thread.start()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A signal ends the sandbox in good order; uvicorn would raise it again and lose the clean-up."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def run(folder: DataFolder, launch: Launch) -> None:
    """Serve until a signal comes or, for a child, standard input closes. Raises PortTaken and SeedRefused."""
    store, needed_seed = _open_store(folder, launch.seed)
    listener = _listen(launch.port)
    sandbox = _build(folder, store, f"http://{HOST}:{listener.getsockname()[1]}", launch)
    ready = _ready_line(sandbox, launch.region)
    announcement = Announcement(folder, sandbox, ready, needed_seed)
    server = AnnouncingServer(_config(sandbox, ready, needed_seed), announcement)
    if launch.is_child:
        threading.Thread(target=_stop_with_stdin, args=(server,), daemon=True).start()
    try:
        server.run(sockets=[listener])
    finally:
        sandbox.world.functions.close()
        sandbox.writer.shutdown()
        store.close()
    if announcement.failure is not None:
        raise announcement.failure


def _ready_line(sandbox: Sandbox, region: str) -> dict[str, Any]:
    return {
        "endpoint": sandbox.world.endpoint,
        "access_key_id": sandbox.card.administrator.access_key_id,
        "secret_access_key": sandbox.card.administrator.secret_access_key,
        "control_token": sandbox.card.control_token,
        "region": region,
        "version": _version(),
        "pid": os.getpid(),
    }


def _open_store(folder: DataFolder, seed: str | None) -> tuple[Store, str]:
    """The folder's store, and the seed it still has to be filled with ("" for none)."""
    is_new = not folder.database.exists()
    store = Store(folder.database)
    finished = None if is_new else finished_seed(store)
    if finished is not None:
        if seed is not None:
            store.close()
            raise SeedRefused(
                f"A seed fills an empty folder only, and {folder.path} already holds the world '{finished}'."
                " Leave --seed out to continue it, or add --reset to delete it first."
            )
        return store, ""
    if not is_new:
        store.close()
        folder.erase_world()
        store = Store(folder.database)
    return store, seed or "empty"


def _build(folder: DataFolder, store: Store, endpoint: str, launch: Launch) -> Sandbox:
    clock = Clock()
    card = read_card(store)
    chance = open_chance(store, launch.seed_number)
    moto = MotoServices(store, clock, chance)
    directory = IamDirectory(moto)
    sts = SecurityTokenService(store, clock, directory, chance)
    outbox = Outbox(store, clock)
    functions = FunctionHost(folder.path, clock, sts)
    faults = Faults(chance.branch("faults"))
    world = World(folder.path, store, clock, outbox, sts, functions, endpoint, chance=chance, faults=faults)
    world.has_local_issuer, world.moto = launch.has_local_issuer, moto
    create_tables(store, import_areas())
    callers = Callers(card.administrator, directory, sts, clock)
    services = Services(
        world,
        moto=moto,
        callers=callers,
        gate=Gate(directory, clock),
        sts_operations=StsOperations(world, directory),
    )
    return Sandbox(world, moto, card, services, ThreadPoolExecutor(1, thread_name_prefix="writer"))


def _config(sandbox: Sandbox, ready: dict[str, Any], seed: str) -> uvicorn.Config:
    facts = {name: ready[name] for name in ("endpoint", "region", "version", "pid")}
    facts["seed"] = seed or finished_seed(sandbox.world.store)
    control = Control(sandbox.world, sandbox.services.log, sandbox.card.control_token, facts)
    routes: list[BaseRoute] = [
        Mount("/_sandbox", routes=control.routes(sandbox.writer)),
        Mount("/_hosted", routes=hosted_ui_routes(sandbox.world)),
        Mount(MOUNT, routes=provider_routes(sandbox.world)),
        *profile_routes(sandbox.world, sandbox.writer),
        *key_sets.routes(sandbox.world, sandbox.writer),
        *pool_files.routes(sandbox.world, sandbox.writer),
    ]
    app = build_app(sandbox.services, sandbox.writer, sandbox.world, routes)
    return uvicorn.Config(
        app,
        http=connection_class(sandbox.world.faults),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=2,
    )


def _listen(port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it, every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform != "win32":
        # On Windows this option would let two sandboxes share a port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as busy:
        listener.close()
        if busy.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortTaken(f"Port {port} on {HOST} is taken or not allowed. Choose another one.") from busy
        raise
    return listener


def _stop_with_stdin(server: uvicorn.Server) -> None:
    """A parent that dies closes the pipe, whatever killed it."""
    descriptor = sys.stdin.fileno()
    while os.read(descriptor, 4096):
        continue
    server.should_exit = True


def _version() -> str:
    try:
        return version("cognito-explorer")
    except PackageNotFoundError:
        return "0"
