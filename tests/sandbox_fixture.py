"""A real sandbox process for any test: `sandbox` (empty, one for each module) and `demo_sandbox` (one for the run).

A conftest takes them over with `from tests.sandbox_fixture import demo_sandbox, empty_worlds, sandbox`.
"""

import json
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

END_TIMEOUT_S = 20

# Reading whom the world trusts takes a browser 40 ms; what is asked here speaks plain HTTP.
NOBODY_TRUSTED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# No proxy of the environment stands between a test and this machine's own sandbox.
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class RunningSandbox:
    """A started child and the facts of its ready line. `shared` names what its tests make once for all of them."""

    data: Path
    process: subprocess.Popen[str]
    ready: dict[str, Any]
    shared: set[str] = field(default_factory=set)
    _clients: dict[tuple[Any, ...], Any] = field(default_factory=dict, repr=False)

    @property
    def endpoint(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return str(self.ready["endpoint"])

    @property
    def browser_origin(self) -> str:
        """The same as a browser names it: `http://localhost:PORT`."""
        return self.endpoint.replace("127.0.0.1", "localhost")

    def client(
        self, service: str, *, region: str = "us-east-1", keys: Sequence[str] | None = None, **config: Any
    ) -> Any:
        """A boto3 client, signing as the administrator or with (key id, secret[, session token]).

        Whoever asks for the same again is given the same client.
        """
        return self._kept(
            (service, region, *(keys or ()), repr(sorted(config.items()))),
            lambda: self.new_client(service, region=region, keys=keys, **config),
        )

    def _kept(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        if key not in self._clients:
            self._clients[key] = make()
        return self._clients[key]

    def new_client(
        self, service: str, *, region: str = "us-east-1", keys: Sequence[str] | None = None, **config: Any
    ) -> Any:
        """The same, but of the caller's own: for those who change it."""
        access_key_id, secret, *token = keys or (self.ready["access_key_id"], self.ready["secret_access_key"])
        return boto3.client(
            service,  # type: ignore[call-overload]  # the service is a variable here
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id=access_key_id,
            aws_secret_access_key=secret,
            aws_session_token=token[0] if token else None,
            config=Config(retries={"total_max_attempts": 1}, proxies={}, **config),
        )

    def public_client(self, service: str, *, region: str = "us-east-1") -> Any:
        """A boto3 client that signs nothing."""
        return self._kept(
            (service, region, UNSIGNED),
            lambda: boto3.client(
                service,  # type: ignore[call-overload]  # the service is a variable here
                region_name=region,
                endpoint_url=self.endpoint,
                config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, proxies={}),
            ),
        )

    def control(self, name: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """GET /_sandbox/<name>, or POST it when there is a body."""
        request = urllib.request.Request(
            f"{self.endpoint}/_sandbox/{name}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"X-Sandbox-Token": self.ready["control_token"], "Content-Type": "application/json"},
        )
        with direct.open(request, timeout=10) as answer:
            result: dict[str, Any] = json.load(answer)
            return result

    def messages(self) -> list[dict[str, Any]]:
        """What the sandbox would have mailed or texted, newest first."""
        messages: list[dict[str, Any]] = self.control("outbox")["messages"]
        return messages

    def advance(self, seconds: float) -> None:
        """Move the world's clock."""
        self.control("clock", {"advance_s": seconds})

    def reset(self) -> None:
        """Back to a fresh account."""
        self.control("reset", {})
        self.shared.clear()

    def stop(self) -> int:
        """Close its standard input and wait for its end."""
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.stdin.close()
        code = self.process.wait(END_TIMEOUT_S)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def kill(self) -> None:
        """End it the hard way: no clean-up, no last write."""
        self.process.kill()
        self.stop()


def start_sandbox(data: Path, *options: str) -> RunningSandbox:
    """Start a child on a folder and wait for its ready line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cognito_explorer.sandbox", "--data", str(data), "--child", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        process.communicate(timeout=END_TIMEOUT_S)
        raise RuntimeError(f"the sandbox ended with exit code {process.returncode} before it was ready")
    return RunningSandbox(data, process, json.loads(line))


@pytest.fixture(scope="session")
def empty_worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], RunningSandbox]]:
    started: list[RunningSandbox] = []

    def find() -> RunningSandbox:
        if started and started[-1].process.poll() is None:
            started[-1].reset()
        else:
            started.append(start_sandbox(tmp_path_factory.mktemp("sandbox") / "world", "--seed", "empty"))
        return started[-1]

    yield find
    if started:
        started[-1].stop()


@pytest.fixture(scope="module")
def sandbox(empty_worlds: Callable[[], RunningSandbox]) -> RunningSandbox:
    """An empty world."""
    return empty_worlds()


@pytest.fixture(scope="session")
def demo_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """Moonletter. Shared by the whole run: leave it as you found it, or make what you change."""
    running = start_sandbox(tmp_path_factory.mktemp("demo-sandbox") / "world", "--seed", "demo")
    yield running
    running.stop()
