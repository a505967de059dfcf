"""Local Cognitos as processes, ours and its peers, and a thin client that costs less than any of them."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.benchmarks.peer_programs import peer_program

_TARGET = "AWSCognitoIdentityProviderService"
_TIMEOUT_S = 120
_READY_WITHIN_S = 60
_LOOK_EVERY_S = 0.005


@dataclass
class Emulator:
    """A running one. `started_s` is how long it took from being started to its first right answer."""

    name: str
    endpoint: str
    pid: int
    started_s: float
    keys: Credentials = field(default_factory=lambda: Credentials("test", "test"))

    def memory_mb(self) -> float:
        """What it holds in memory, as the system counts it. Linux only."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS"))
        return int(kilobytes) / 1024

    def connect(self) -> "Wire":
        """A connection that is kept."""
        return Wire(self.endpoint, self.keys)


class Wire:
    """One kept connection to an emulator."""

    def __init__(self, endpoint: str, keys: Credentials) -> None:
        self._endpoint = endpoint
        self._keys = keys
        self._connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=_TIMEOUT_S)

    def call(self, operation: str, *, is_signed: bool = True, **params: Any) -> dict[str, Any]:
        """One call. Raises RuntimeError for any answer but 200."""
        body = json.dumps(params).encode()
        headers = {"X-Amz-Target": f"{_TARGET}.{operation}", "Content-Type": "application/x-amz-json-1.1"}
        if is_signed:
            request = AWSRequest("POST", f"{self._endpoint}/", headers=headers, data=body)
            SigV4Auth(self._keys, "cognito-idp", "us-east-1").add_auth(request)
            headers = dict(request.headers.items())
        self._connection.request("POST", "/", body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{operation} answered {answer.status}: {text[:300]!r}")
        found: dict[str, Any] = json.loads(text)
        return found

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@contextmanager
def our_sandbox(data: Path, *options: str) -> Iterator[Emulator]:
    """Ours, as an installed one runs: with its bytecode at hand."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(data.parent / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "cognito_explorer.sandbox", "--child", "--data", str(data), *options]
    begun = time.perf_counter()
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        started_s = time.perf_counter() - begun
        keys = Credentials(ready["access_key_id"], ready["secret_access_key"])
        try:
            yield Emulator("sandbox", ready["endpoint"], process.pid, started_s, keys)
        finally:
            process.stdin.close()
            process.wait(_TIMEOUT_S)


def peer_commands() -> dict[str, list[str]]:
    """How each peer is started. cognito-local only where npm is. Raises FileNotFoundError without ministack."""
    found = {name: peer_command(name) for name in ("moto server", "ministack")}
    with suppress(FileNotFoundError):
        found["cognito-local"] = peer_command("cognito-local")
    return found


def peer_command(name: str) -> list[str]:
    """How a peer is started; its port comes in the environment or as {port}. Raises FileNotFoundError."""
    if name == "moto server":
        return [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", "{port}"]
    return [str(peer_program(name))]


@contextmanager
def peer(name: str, command: list[str], folder: Path) -> Iterator[Emulator]:
    """A peer in a folder of its own, once it answers."""
    port = _free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment |= {"GATEWAY_PORT": str(port), "PORT": str(port), "BIND_HOST": "127.0.0.1", "HOST": "127.0.0.1"}
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    with subprocess.Popen(
        [part.format(port=port) for part in command],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            emulator = Emulator(name, f"http://127.0.0.1:{port}", process.pid, 0.0)
            _wait_until_it_answers(emulator, begun)
            emulator.started_s = time.perf_counter() - begun
            yield emulator
        finally:
            process.terminate()
            process.wait(_TIMEOUT_S)


def _wait_until_it_answers(emulator: Emulator, begun: float) -> None:
    while time.perf_counter() - begun < _READY_WITHIN_S:
        wire = emulator.connect()
        try:
            wire.call("ListUserPools", MaxResults=1)
        except (OSError, http.client.HTTPException):
            time.sleep(_LOOK_EVERY_S)
        else:
            return
        finally:
            wire.close()
    raise RuntimeError(f"{emulator.name} did not answer within {_READY_WITHIN_S} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
