"""AWS profiles that “aws login” signs in: its file is read and never written, and its end has a sentence."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.utils import generate_login_cache_key

from cognito_explorer.core.aws.caller import get_caller_identity
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import SessionExpired
from cognito_explorer.core.profiles import Profile
from tests.sandbox_fixture import RunningSandbox

SESSION = "arn:aws:iam::123456789012:user/ada"


@dataclass
class SignedIn:
    """What “aws login” has left: its file, and a profile of the shared files that names the session."""

    running: RunningSandbox
    file: Path
    profile: Profile

    def leave(self, *, lasts: timedelta = timedelta(minutes=15), **changes: Any) -> None:
        """Write the file as the AWS CLI does."""
        made = self.running.client("sts").get_session_token(DurationSeconds=900)["Credentials"]
        ends = (datetime.now(UTC) + lasts).strftime("%Y-%m-%dT%H:%M:%SZ")
        keys = {name[0].lower() + name[1:]: made[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")}
        token = {**keys, "accountId": "123456789012", "expiresAt": ends}
        kept = {"accessToken": token, "refreshToken": "once", "clientId": "cli", "dpopKey": "key", **changes}
        self.file.write_text(json.dumps(kept))


@pytest.fixture
def signed_in(demo_sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignedIn]:
    config, cache = tmp_path / "config", tmp_path / "cache"
    config.write_text(f"[profile ada]\nlogin_session = {SESSION}\nregion = us-east-1\n")
    cache.mkdir()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(cache))
    profile = Profile("p", "Ada", "aws_profile", "us-east-1", "#3A57D6", aws_profile="ada")
    file = cache / f"{generate_login_cache_key(SESSION)}.json"
    yield SignedIn(demo_sandbox, file, replace(profile, endpoint_url=demo_sandbox.endpoint))
    assert {each.name for each in cache.iterdir()} <= {file.name}


async def arn_of(profile: Profile) -> str:
    aws = await Aws.open(profile)
    try:
        return (await get_caller_identity(aws)).arn
    finally:
        aws.close()


async def test_what_aws_login_left_is_used_and_not_written(signed_in: SignedIn) -> None:
    signed_in.leave()
    before = signed_in.file.read_bytes()
    assert "arn:aws:iam::" in await arn_of(signed_in.profile)
    assert signed_in.file.read_bytes() == before


async def test_what_was_renewed_meanwhile_is_read_anew(signed_in: SignedIn) -> None:
    signed_in.leave(lasts=timedelta(minutes=1))
    aws = await Aws.open(signed_in.profile)
    await get_caller_identity(aws)
    signed_in.leave(lasts=timedelta(seconds=-1))
    with pytest.raises(SessionExpired, match="signed in too long ago"):
        await get_caller_identity(aws)
    signed_in.leave()
    await get_caller_identity(aws)
    aws.close()


@pytest.mark.parametrize("left", ["nothing", "no json", "no keys", "no zone", "ended"])
async def test_who_is_not_signed_in_is_told_which_command_does_it(signed_in: SignedIn, left: str) -> None:
    if left == "no json":
        signed_in.file.write_text("{")
    elif left == "no keys":
        signed_in.leave(accessToken={})
    elif left == "no zone":
        keys = {"accessKeyId": "AKIAXXXXXXXXXXXXXXXX", "secretAccessKey": "x", "sessionToken": "x"}
        signed_in.leave(accessToken={**keys, "expiresAt": "2030-01-01T00:00:00"})
    elif left == "ended":
        signed_in.leave(lasts=timedelta(seconds=-1))
    with pytest.raises(SessionExpired, match="“aws login”") as refused:
        await arn_of(signed_in.profile)
    assert "aws login --profile ada" in refused.value.hint
