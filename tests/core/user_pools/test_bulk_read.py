"""Reading every user on a bad day: throttled, failing, cut off, at another hour, and with credentials that end."""

import json
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.pace import in_bulk
from cognito_explorer.core.errors import ExplorerError, Unreachable
from cognito_explorer.core.profiles import Profile
from cognito_explorer.core.user_pools.users import User, list_users
from cognito_explorer.sandbox.seeds.crowd import POOL_ID
from tests.core.aws.signing_in import Asked
from tests.sandbox_fixture import RunningSandbox, start_sandbox

_PAGE = 60
_HOUR_S, _SESSION_S = 3_600, 900


@dataclass
class BadDay:
    """A sandbox, a profile whose program prints its temporary credentials, and what may go wrong between two pages."""

    running: RunningSandbox
    printed: Path

    def begin(self) -> None:
        """Three calls in ten are throttled, one in ten fails, and the clock that judges signatures is an hour ahead."""
        throttled = {"operations": "cognito-idp:*", "code": "TooManyRequestsException", "rate": 0.3}
        failing = {"operations": "cognito-idp:*", "code": "InternalErrorException", "rate": 0.1, "status": 500}
        self.running.control("faults", {"errors": [throttled, failing]})
        self.running.advance(_HOUR_S)
        self.hand_out()

    def hand_out(self) -> None:
        """Have the program print a new session, one of a quarter of an hour."""
        self.running.control("clock", {"checks_signatures": False})
        made = self.running.client("sts").get_session_token(DurationSeconds=_SESSION_S)["Credentials"]
        self.running.control("clock", {"checks_signatures": True})
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        self.printed.write_text(json.dumps({"Version": 1, **{name: made[name] for name in names}}))

    def end_credentials(self) -> None:
        """The session in use ends; there is a new one for who asks."""
        self.running.advance(_SESSION_S + 60)
        self.hand_out()

    def cut_off(self) -> None:
        """Connections are dropped until `join`."""
        self.running.control("faults", {"outage": "refused"})

    def join(self) -> None:
        """Connections hold again."""
        self.running.control("faults", {"outage": "none"})

    @property
    def profile(self) -> Profile:
        program = f"import sys; sys.stdout.write(open({str(self.printed)!r}).read())"
        plain = Profile("p", "Printed", "process", "us-east-1", "#3A57D6", endpoint_url=self.running.endpoint)
        return replace(plain, credential_process=shlex.join([sys.executable, "-c", program]))


@pytest.mark.parametrize("how_many", [300, pytest.param(50_000, marks=pytest.mark.full)])
async def test_every_user_comes_once_whatever_goes_wrong_between_the_pages(tmp_path: Path, how_many: int) -> None:
    running = start_sandbox(tmp_path / "world", "--seed", f"big:{how_many}", "--seed-number", "4")
    try:
        day = BadDay(running, tmp_path / "printed.json")
        day.begin()
        aws = await Aws.open(day.profile, person=Asked(lambda question: question.refuse()).person)
        users, waits = await _read_all(aws, day, how_many // _PAGE)
        calls = aws.calls.recent(500)
        aws.close()
    finally:
        running.stop()
    assert len(users) == how_many
    assert len({user.username for user in users}) == len({user.sub for user in users}) == how_many
    assert any(isinstance(error, Unreachable) for error in waits), "a cut connection was waited for"
    assert sum(call.attempts - 1 for call in calls) > 0, "botocore repeated what was throttled"


async def _read_all(aws: Aws, day: BadDay, pages_to_come: int) -> tuple[list[User], list[ExplorerError]]:
    """Every user, as the table of users loads them; after some pages something happens."""
    events: dict[int, Callable[[], None]] = {
        pages_to_come // 3: day.cut_off,
        pages_to_come * 2 // 3: day.end_credentials,
    }
    users: list[User] = []
    waits: list[ExplorerError] = []

    def told(error: ExplorerError) -> None:
        waits.append(error)
        if isinstance(error, Unreachable):
            day.join()

    pages = list_users(aws, POOL_ID, page_size=_PAGE)
    read = 0
    while pages.has_more:
        with in_bulk():
            users += await pages.next_patiently(told)
        read += 1
        events.pop(read, lambda: None)()
    assert not events
    return users, waits
