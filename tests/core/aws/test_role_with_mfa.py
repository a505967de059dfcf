"""A role that wants a code: asked for in place, asked again where it is wrong, and asked once for all doors."""

import asyncio
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest

from cognito_explorer.core.aws.caller import get_caller_identity
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import ExplorerError, SessionExpired
from cognito_explorer.core.journal import Intent
from cognito_explorer.core.user_pools.pools import list_pools
from tests.core.aws.signing_in import Asked, hire
from tests.sandbox_fixture import RunningSandbox


async def test_a_code_is_asked_for_once_and_the_work_goes_on(demo_sandbox: RunningSandbox) -> None:
    employee = hire(demo_sandbox, "mfa-once")
    asked = Asked(lambda question: question.answer(employee.code()))
    aws = await Aws.open(employee.profile(demo_sandbox), person=asked.person)
    assert not asked.questions, "making a client asks nobody"
    listed = await asyncio.gather(*(list_pools(aws).collect(60) for _ in range(4)))
    assert all("moonletter" in [pool.name for pool in pools] for pools in listed)
    assert [question.mfa_serial for question in asked.questions] == [employee.serial]
    elsewhere = await Aws.open(employee.profile(demo_sandbox), region="eu-central-1", person=asked.person)
    await list_pools(elsewhere).collect(1)
    assert len(asked.questions) == 1, "another Region uses the same session"
    assert employee.code() not in repr(aws.calls.recent())
    aws.close()
    elsewhere.close()


async def test_a_wrong_code_is_said_and_asked_for_again(demo_sandbox: RunningSandbox) -> None:
    employee = hire(demo_sandbox, "mfa-wrong", external_id="ticket-42")
    codes = iter(("000000", employee.code()))
    asked = Asked(lambda question: question.answer(next(codes)))
    aws = await Aws.open(employee.profile(demo_sandbox, external_id="ticket-42"), person=asked.person)
    assert await list_pools(aws).collect(60)
    assert [bool(question.problem) for question in asked.questions] == [False, True]
    assert "did not accept this code" in asked.questions[1].problem
    aws.close()


async def test_without_a_code_the_read_says_so_and_may_be_tried_again(demo_sandbox: RunningSandbox) -> None:
    employee = hire(demo_sandbox, "mfa-refused")
    first = Event()
    asked = Asked(lambda question: question.answer(employee.code()) if first.is_set() else None)
    aws = await Aws.open(employee.profile(demo_sandbox), person=asked.person)
    reading = asyncio.gather(*(list_pools(aws).collect(60) for _ in range(3)), return_exceptions=True)
    await _waiting(asked)
    first.set()
    asked.questions[0].refuse()
    for refusal in await reading:
        assert isinstance(refusal, SessionExpired)
        assert "none was entered" in refusal.title
    assert len(asked.questions) == 1, "whoever waited meanwhile is not asked again"
    await _a_while(2.1)
    assert await list_pools(aws).collect(60)
    aws.close()


async def test_a_profile_of_the_shared_files_asks_in_the_same_way(
    demo_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    employee = hire(demo_sandbox, "mfa-shared")
    config = (
        f"[profile keys]\naws_access_key_id = {employee.keys[0]}\naws_secret_access_key = {employee.keys[1]}\n"
        f"[profile support]\nregion = us-east-1\nrole_arn = {employee.role_arn}\nsource_profile = keys\n"
        f"mfa_serial = {employee.serial}\nendpoint_url = {demo_sandbox.endpoint}\n"
    )
    (tmp_path / "config").write_text(config)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    codes = iter(("000000", employee.code()))
    asked = Asked(lambda question: question.answer(next(codes)))
    shared = employee.profile(demo_sandbox, kind="aws_profile", aws_profile="support", endpoint_url="", role_arn="")
    aws = await Aws.open(shared, person=asked.person)
    assert (await get_caller_identity(aws)).arn.startswith("arn:aws:sts::")
    assert len(asked.questions) == 2
    assert (tmp_path / "config").read_text() == config
    own = employee.profile(demo_sandbox, source_profile="keys", access_key_id="", secret_access_key="")
    codes = iter((employee.code(later_s=30),))
    again = await Aws.open(own, person=asked.person)
    assert "mfa-shared-role" in (await get_caller_identity(again)).arn
    aws.close()
    again.close()


async def test_nobody_to_ask_is_an_error_and_no_prompt(demo_sandbox: RunningSandbox) -> None:
    aws = await Aws.open(hire(demo_sandbox, "mfa-nobody").profile(demo_sandbox))
    with pytest.raises(ExplorerError, match="asks for a code"):
        await list_pools(aws).collect(1)
    aws.close()


async def test_a_door_that_is_closed_waits_for_no_answer(demo_sandbox: RunningSandbox) -> None:
    asked = Asked(lambda _question: None)
    aws = await Aws.open(hire(demo_sandbox, "mfa-closed").profile(demo_sandbox), person=asked.person)
    reading = asyncio.gather(list_pools(aws).collect(1), return_exceptions=True)
    async with asyncio.timeout(20):
        while not asked.questions:  # noqa: ASYNC110  # a thread asks
            await asyncio.sleep(0)
        aws.close()
        (answer,) = await reading
    assert isinstance(answer, SessionExpired)
    assert asked.questions[0].is_over


async def test_who_leaves_waits_for_no_answer_and_the_write_is_not_sent(
    demo_sandbox: RunningSandbox,
) -> None:
    asked = Asked(lambda _question: None)
    aws = await Aws.open(
        hire(demo_sandbox, "mfa-leaving").profile(demo_sandbox, chosen_mode="admin"), person=asked.person
    )
    call = aws.write(Intent("group x"), aws.idp.create_group, UserPoolId="us-east-1_Nowhere00", GroupName="x")
    writing = asyncio.gather(call, return_exceptions=True)
    await _waiting(asked)
    await aws.drain(may_ask=False)
    (answer,) = await writing
    assert isinstance(answer, SessionExpired)
    (change,) = aws.journal.recent()
    assert change.outcome == "refused"
    aws.close()


async def test_a_damaged_token_of_single_sign_on_counts_as_none() -> None:
    asked = Asked(lambda _question: None)
    asked.vault.put("sso/key", "{half")
    assert asked.person.sso_tokens.get("key") is None


async def _waiting(asked: Asked) -> None:
    """A thread has asked, and the others had the time to come behind it."""
    async with asyncio.timeout(20):
        while not asked.questions:  # noqa: ASYNC110  # a thread asks
            await asyncio.sleep(0)
    await _a_while(0.5)


async def _a_while(seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().create_future()
