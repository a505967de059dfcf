"""Temporary credentials that end before their time: new ones are fetched, and a read goes on by itself."""

import json
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import SessionExpired
from cognito_explorer.core.profiles import Profile
from cognito_explorer.core.user_pools.pools import list_pools
from tests.core.aws.signing_in import Asked
from tests.sandbox_fixture import RunningSandbox


def hand_out(running: RunningSandbox, file: Path) -> None:
    """Have the profile's program print a fresh session of the sandbox's administrator."""
    made = running.client("sts").get_session_token(DurationSeconds=900)["Credentials"]
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    file.write_text(json.dumps({"Version": 1, **{name: made[name] for name in names}}))


@pytest.fixture
def printed(demo_sandbox: RunningSandbox, tmp_path: Path) -> Path:
    """What the profile's program prints."""
    hand_out(demo_sandbox, tmp_path / "printed.json")
    return tmp_path / "printed.json"


@pytest.fixture
def profile(demo_sandbox: RunningSandbox, printed: Path) -> Profile:
    program = f"import sys; sys.stdout.write(open({str(printed)!r}).read())"
    command = shlex.join([sys.executable, "-c", program])
    plain = Profile("p", "Printed", "process", "us-east-1", "#3A57D6", endpoint_url=demo_sandbox.endpoint)
    return replace(plain, credential_process=command)


async def test_a_read_goes_on_with_new_credentials(
    demo_sandbox: RunningSandbox, profile: Profile, printed: Path
) -> None:
    aws = await Aws.open(profile, person=Asked(lambda question: question.refuse()).person)
    pages = list_pools(aws)
    first = await pages.next_page()
    assert first
    demo_sandbox.advance(1_000)
    try:
        with pytest.raises(SessionExpired, match="expired"):
            await list_pools(aws).next_page()
        refused = next(call for call in aws.calls.recent() if call.operation == "ListUserPools")
        assert (refused.attempts, refused.again) == (2, "the credentials had ended"), "and not a third time"
        hand_out(demo_sandbox, printed)
        assert await list_pools(aws).next_page() == first, "the program is run again, and the page stays"
    finally:
        demo_sandbox.advance(-1_000)
    aws.close()
