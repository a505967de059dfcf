"""Waiting for the browser: through a network that goes away, until the code runs out, and no longer than wanted."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from cognito_explorer.core.aws.errors import explain
from cognito_explorer.core.aws.person import Question
from cognito_explorer.core.aws.single_sign_on import DeviceSignIn, _next_pause_s, begin_sign_in, finish_sign_in
from cognito_explorer.core.aws.sso_tokens import SsoSession
from cognito_explorer.core.errors import SessionExpired
from cognito_explorer.core.profiles import Profile
from tests.core.aws.signing_in import Asked
from tests.sandbox.profile_endpoints.test_single_sign_on import Kit
from tests.sandbox_fixture import RunningSandbox

HERE = Profile("p", "Corp", "sso", "us-east-1", "#3A57D6")


@pytest.fixture
def kit(demo_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Kit]:
    monkeypatch.setenv("HOME", str(tmp_path))
    made = Kit(demo_sandbox)
    yield made
    made.http.close()


@pytest.fixture
def profile(kit: Kit) -> Profile:
    """Its sign-ins go to the sandbox, by the endpoint of its own: the environment's counts for the shared files."""
    return replace(HERE, endpoint_url=f"{kit.sandbox.endpoint}/_sso/oidc", sso_start_url=kit.start_url)


@pytest.fixture
def sso(kit: Kit) -> SsoSession:
    return SsoSession(kit.start_url, "us-east-1")


@pytest_asyncio.fixture
async def device(kit: Kit, profile: Profile, sso: SsoSession, monkeypatch: pytest.MonkeyPatch) -> DeviceSignIn:
    """A code that is asked about without a pause."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", f"{kit.sandbox.endpoint}/_sso/oidc")
    return replace(await begin_sign_in(profile, sso, Asked(Question.refuse).person), interval_s=0)


@pytest_asyncio.fixture
async def dead_end() -> AsyncIterator[tuple[str, threading.Event]]:
    """An address where every connection is cut, and whether there was one."""
    heard, listener = threading.Event(), socket.create_server(("127.0.0.1", 0))

    def cut() -> None:
        while True:
            try:
                listener.accept()[0].close()
            except OSError:
                return
            heard.set()

    thread = threading.Thread(target=cut)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


async def test_a_network_that_is_away_for_a_while_is_waited_for(
    kit: Kit,
    profile: Profile,
    sso: SsoSession,
    device: DeviceSignIn,
    dead_end: tuple[str, threading.Event],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address, heard = dead_end
    person = Asked(Question.refuse).person
    await asyncio.to_thread(kit.answer, device.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", address)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(finish_sign_in(profile, sso, device, person))
        await asyncio.to_thread(heard.wait, 30)
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", f"{kit.sandbox.endpoint}/_sso/oidc")
    assert person.sso_tokens[sso.key]["accessToken"]


async def test_a_code_that_has_run_out_while_the_computer_slept_says_so(
    profile: Profile, sso: SsoSession, device: DeviceSignIn
) -> None:
    slept = replace(device, ends_at=datetime.now(UTC) - timedelta(hours=1))
    with pytest.raises(SessionExpired, match="code has run out"):
        await finish_sign_in(profile, sso, slept, Asked(Question.refuse).person)


async def test_a_code_that_aws_takes_for_too_old_says_the_same(
    kit: Kit, profile: Profile, sso: SsoSession, device: DeviceSignIn
) -> None:
    kit.sandbox.advance(700)
    try:
        with pytest.raises(SessionExpired, match="code has run out") as caught:
            await finish_sign_in(profile, sso, device, Asked(Question.refuse).person)
    finally:
        kit.sandbox.advance(-700)
    assert "new one" in caught.value.hint


async def test_whoever_denies_it_is_told_that_and_not_about_permissions(
    kit: Kit, profile: Profile, sso: SsoSession, device: DeviceSignIn
) -> None:
    await asyncio.to_thread(kit.answer, device.url, "deny")
    with pytest.raises(SessionExpired, match="denied in the browser"):
        await finish_sign_in(profile, sso, device, Asked(Question.refuse).person)


@pytest.mark.parametrize(
    ("pause_s", "code", "expected"),
    [
        (5, "AuthorizationPendingException", 5),
        (5, "SlowDownException", 10),
        (5, "EndpointConnectionError", 10),
        (20, "EndpointConnectionError", 30),
        (60, "EndpointConnectionError", 60),
    ],
)
async def test_one_asks_less_often_where_that_is_wanted(
    device: DeviceSignIn, pause_s: int, code: str, expected: int
) -> None:
    assert _next_pause_s(pause_s, replace(device, interval_s=5), explain(code, "")) == expected
