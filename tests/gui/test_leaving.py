"""Quitting while a change is under way: it is waited for, or noted as unknown, and what went wrong is read first."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Change
from cognito_explorer.core.user_pools.users import NewUser, create_user, disable_user, find_user
from cognito_explorer.gui.leaving import LeavingDialog
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import PageKind
from tests.gui.windows import heard, page_of, within
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox

_FOR_EVER_MS = 300_000


@pytest.fixture
def bad_day(demo_sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """The run's sandbox, whose faults are ended afterwards."""
    yield demo_sandbox
    demo_sandbox.control("faults", {"latency": [], "errors": []})


def late(ms: int) -> dict[str, Any]:
    return {"latency": [{"operations": "cognito-idp:AdminDisableUser", "fixed_ms": ms}]}


async def begun(window: MainWindow) -> tuple[Aws, str, str]:
    """Somebody is being disabled, and there is no answer yet."""
    aws = window.session.aws
    assert aws is not None
    pool_id = page_of(window, PageKind.USERS).context.pool_id
    name = f"leaving-{uuid4().hex[:8]}"
    user = await create_user(aws, pool_id, NewUser(name, {"email": f"{name}@x.example"}, invitation="none"))
    window.tasks.start("write", disable_user(aws, pool_id, user), label="Disabling")
    async with asyncio.timeout(60):
        while not aws.journal.running():  # noqa: ASYNC110  # the intent is told to nobody before its outcome
            await asyncio.sleep(0.01)
    return aws, pool_id, name


def told(dialog: LeavingDialog) -> str:
    return dialog.lines.text().replace("\u200b", "")


def newest(aws: Aws) -> Change:
    return aws.journal.recent(1)[0]


async def test_quitting_waits_for_the_answer_and_says_for_which(
    shared_window: MainWindow, bad_day: RunningSandbox
) -> None:
    bad_day.control("faults", late(1_500))
    aws, pool_id, name = await begun(shared_window)
    closed, hand = heard(shared_window.closed), Hand(shared_window)
    hand.control(Qt.Key.Key_Q)
    dialog = await hand.dialog(LeavingDialog)
    assert told(dialog) == f"• AdminDisableUser of user {name}: no answer yet"
    assert dialog.windowTitle() == "1 change still under way"
    await within(closed)
    assert newest(aws).outcome == "accepted"
    user = await find_user(aws, pool_id, name)
    assert user is not None
    assert not user.is_enabled


async def test_who_does_not_want_to_wait_leaves_it_unknown(shared_window: MainWindow, bad_day: RunningSandbox) -> None:
    bad_day.control("faults", late(_FOR_EVER_MS))
    aws, _, _ = await begun(shared_window)
    closed, hand = heard(shared_window.closed), Hand(shared_window)
    hand.control(Qt.Key.Key_Q)
    hand.click((await hand.dialog(LeavingDialog)).quit_button)
    await within(closed)
    assert (newest(aws).outcome, newest(aws).trouble) == ("unknown", "The app did not wait for the answer.")
    async with asyncio.timeout(5):
        await aws.drain()


async def test_who_goes_back_goes_on_and_the_change_with_them(
    shared_window: MainWindow, bad_day: RunningSandbox
) -> None:
    bad_day.control("faults", late(2_000))
    aws, _, _ = await begun(shared_window)
    closed, hand = heard(shared_window.closed), Hand(shared_window)
    hand.control(Qt.Key.Key_Q)
    await hand.dialog(LeavingDialog)
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    assert not closed.done()
    assert newest(aws).outcome == "accepted"


async def test_a_refusal_that_comes_meanwhile_is_read_before_the_app_ends(
    shared_window: MainWindow, bad_day: RunningSandbox
) -> None:
    error = {"operations": "cognito-idp:AdminDisableUser", "code": "NotAuthorizedException"}
    bad_day.control("faults", late(1_000) | {"errors": [error]})
    aws, _, name = await begun(shared_window)
    closed, hand = heard(shared_window.closed), Hand(shared_window)
    hand.control(Qt.Key.Key_Q)
    dialog = await hand.dialog(LeavingDialog)
    await hand.settle(besides={"quit"})
    assert not closed.done()
    assert told(dialog) == f"• AdminDisableUser of user {name}: refused (NotAuthorizedException)"
    assert dialog.quit_button.text() == "Quit"
    assert any(button.text() == "Go back" for button in dialog.findChildren(QPushButton))
    hand.click(dialog.quit_button)
    await within(closed)
    assert newest(aws).outcome == "refused"
