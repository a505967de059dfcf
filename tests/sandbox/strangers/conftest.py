"""A sandbox that is its own issuer: clients that follow discovery insist on that."""

from collections.abc import Iterator

import pytest

from tests.sandbox_fixture import RunningSandbox, start_sandbox


@pytest.fixture(scope="module")
def local_issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """Moonletter, whose tokens name the sandbox as their issuer."""
    running = start_sandbox(tmp_path_factory.mktemp("local-issuer") / "world", "--seed", "demo", "--issuer", "local")
    yield running
    running.stop()
