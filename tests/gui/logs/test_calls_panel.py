"""The call log's page on the real window: filtered, looked at, copied, cleared."""

import asyncio
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from cognito_explorer.core.aws import providers
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.profiles import Profile
from cognito_explorer.core.user_pools import users
from cognito_explorer.gui.logs.calls_panel import CallsPanel
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import PageKind
from tests.gui.windows import page_of
from tests.hand import Hand


async def opened(window: MainWindow) -> tuple[Hand, CallsPanel]:
    """The page after a read, a write and a refusal."""
    aws = window.session.aws
    assert aws is not None
    pool_id = page_of(window, PageKind.USERS).context.pool_id
    ada = await users.find_user(aws, pool_id, "ada")
    assert ada is not None
    await users.enable_user(aws, pool_id, ada)
    with pytest.raises(ExplorerError):
        await users.confirm_user(aws, pool_id, ada)
    hand = Hand(window)
    window.commands.run("calls.open")
    await hand.settle()
    return hand, hand.page(CallsPanel)


def operations(page: CallsPanel) -> list[str]:
    return [call.operation for call in page.view.table.records()]


async def test_the_log_is_filtered_by_text_errors_and_writes(shared_window: MainWindow) -> None:
    hand, page = await opened(shared_window)
    assert operations(page)[:3] == ["AdminConfirmSignUp", "AdminEnableUser", "ListUsers"]
    page.writes_only.setChecked(True)
    assert operations(page) == ["AdminConfirmSignUp", "AdminEnableUser"]
    page.errors_only.setChecked(True)
    assert operations(page) == ["AdminConfirmSignUp"]
    page.errors_only.setChecked(False)
    page.line.setText("ENABLE moonlettr")
    assert operations(page) == ["AdminEnableUser"]
    hand.click(page.clear_button)
    page.line.clear()
    page.writes_only.setChecked(False)
    assert operations(page) == []


def looked_at(page: CallsPanel) -> bool:
    return page.details.call is not None


async def test_where_no_call_fits_it_is_said_and_the_one_looked_at_goes_with_the_others(
    shared_window: MainWindow,
) -> None:
    hand, page = await opened(shared_window)
    page.view.selectRow(0)
    await hand.settle()
    assert looked_at(page)
    page.line.setText("AdminConfirm")
    assert looked_at(page), "it is still listed"
    page.writes_only.setChecked(True)
    page.line.setText("no such call")
    assert not looked_at(page)
    assert page.nothing.isVisible() and not page.view.isVisible()
    assert page.nothing.button.text() == "Clear filter"
    hand.click(page.nothing.button)
    assert operations(page)[:2] == ["AdminConfirmSignUp", "AdminEnableUser"]
    assert page.view.isVisible() and not page.writes_only.isChecked()
    page.clear()
    assert page.nothing.isVisible() and not page.nothing.button.isVisible()


async def test_a_call_is_copied_without_a_secret(shared_window: MainWindow) -> None:
    hand, page = await opened(shared_window)
    page.line.setText("AdminEnableUser")
    assert page.details.empty.isVisibleTo(page.details)
    page.view.selectRow(0)
    await hand.settle()
    assert not page.details.empty.isVisibleTo(page.details)
    assert "us-east-1_" in page.details.parameters.text()
    assert "ada" not in page.details.parameters.text(), "the model calls a username sensitive"
    titles = [action.text() for action in page.details.copy_menu.actions()]
    assert titles == ["AWS CLI", "Python (boto3)", "JavaScript (SDK v3)", "curl (SigV4)"]
    page.details.copy_menu.actions()[1].trigger()
    assert "client.admin_enable_user(" in QGuiApplication.clipboard().text()
    assert "\naws cognito-idp admin-enable-user" in page.details.copied("AWS CLI")
    assert '"Username": "\'"$(quoted "$COGNITO_USERNAME")"\'"' in page.details.copied("AWS CLI")


async def test_what_holds_up_a_connection_is_seen_while_it_does(
    shared_window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand, page = await opened(shared_window)
    monkeypatch.setattr(providers, "PROCESS_TIMEOUT_S", 1)
    program = shlex.join([sys.executable, "-c", "import threading; threading.Event().wait()"])
    shared_window.session.switch(
        Profile("hangs", "Hangs", "process", "us-east-1", "#3A57D6", credential_process=program)
    )
    line = f"run {Path(sys.executable).name}"
    await until(lambda: operations(page) == [line])
    assert page.view.table.record(0).outcome == "running"
    page.view.selectRow(0)
    assert not page.details.copy_button.isEnabled()
    await until(lambda: page.view.table.record(0).outcome == "TimeoutExpired")
    assert "1 call · Hangs" in page.status.text()
    await hand.settle()


async def until(is_so: Callable[[], bool]) -> None:
    """A thread runs the program, and the page looks a moment later."""
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110  # as said
            await asyncio.sleep(0)
