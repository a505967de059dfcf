"""Drives the hosted UI in the embedded view as a person does: waits for a page, types, presses buttons."""

import asyncio
import json
from collections.abc import Awaitable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from cognito_explorer.core.auth.tokens import decode
from cognito_explorer.gui.auth.attempt_view import AttemptView
from cognito_explorer.gui.auth.sign_in_panel import SignInPanel
from cognito_explorer.gui.workspace import Workspace
from tests.gui.auth.conftest import POOL_ID
from tests.sandbox_fixture import RunningSandbox

DEMO_PASSWORD = "Moonletter-2026"
_PATIENCE_S = 30


def next_page(view: AttemptView) -> Awaitable[str]:
    """Listens from now on; wait for it to know that a page has loaded, and the path it stands on."""
    assert view.browser is not None, "no hosted UI is open"
    loaded = _future()
    view.browser.page.loadFinished.connect(partial(_settle, loaded))
    return _path_after(view, loaded)


async def run_script(view: AttemptView, script: str) -> Any:
    """Run JavaScript in the page; its result."""
    assert view.browser is not None, "no hosted UI is open"
    answer = _future()
    view.browser.page.runJavaScript(script, 0, partial(_settle, answer))
    return await asyncio.wait_for(answer, _PATIENCE_S)


async def keyboard_in(view: AttemptView, field: str) -> None:
    """Wait until the page has put the keyboard into a field, which it does with its first frame after loading."""
    await _until(view, f"document.hasFocus() && document.activeElement?.id === {json.dumps(field)}")


async def typed(view: AttemptView, text: str) -> None:
    """Wait until the field with the keyboard holds what was typed; keys go a way of their own to the page."""
    await _until(view, f"document.activeElement?.value === {json.dumps(text)}")


def type_text(view: AttemptView, text: str) -> None:
    """Real key events into whatever has the page's focus."""
    QTest.keyClicks(_input_of(view), text)


def press(view: AttemptView, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """One real key."""
    QTest.keyClick(_input_of(view), key, modifier)


async def submit_login(view: AttemptView, username: str, password: str = DEMO_PASSWORD) -> None:
    """Fill in the form on show and press its button; returns before the answer is there."""
    await run_script(
        view,
        f"document.querySelector('#username').value = {json.dumps(username)};"
        f"document.querySelector('#password').value = {json.dumps(password)};"
        "document.querySelector('button[type=submit]').click(); true",
    )


def came_back(panel: SignInPanel) -> Awaitable[None]:
    """Listens from now on; wait for it to know that the redirect was caught and what follows from it is done."""
    caught = _future()
    panel.attempt_view.came_back.connect(partial(_settle, caught))
    return _finished_after(panel, caught)


def failed(panel: SignInPanel) -> Awaitable[None]:
    """Listens from now on; wait for it to know that the attempt has failed."""
    heard = _future()
    panel.attempt_view.failed.connect(partial(_settle, heard))
    return _finished_after(panel, heard)


async def sign_in(panel: SignInPanel, username: str = "ada", password: str = DEMO_PASSWORD) -> None:
    """Press *Sign in*, sign in on the hosted UI's page and wait for the tokens."""
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    returned = came_back(panel)
    await submit_login(panel.attempt_view, username, password)
    await returned


async def sign_in_as_stranger(panel: SignInPanel, workspace: Workspace, sandbox: RunningSandbox) -> str:
    """On the provider's page that is open, be the first person; who signs in so is taken away again."""
    returned = came_back(panel)
    await run_script(panel.attempt_view, "document.querySelector('button.person').click(); true")
    await returned
    tokens = workspace.tokens_of(POOL_ID)
    assert tokens is not None, panel.attempt_view.outcome.text()
    username = decode(tokens.id_token).username
    sandbox.client("cognito-idp").admin_delete_user(UserPoolId=POOL_ID, Username=username)
    return username


def _input_of(view: AttemptView) -> QWidget:
    assert view.browser is not None, "no hosted UI is open"
    # Chromium's own widget inside the view takes the events.
    taker = view.browser.view.focusProxy()
    assert taker is not None
    return taker


async def _path_after(view: AttemptView, loaded: "asyncio.Future[Any]") -> str:
    try:
        await asyncio.wait_for(loaded, _PATIENCE_S)
    except TimeoutError:
        raise AssertionError(f"no page was loaded: {await _state_of(view)}") from None
    return view.browser.page.url().path() if view.browser is not None else ""


async def _until(view: AttemptView, script: str) -> None:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            while not await run_script(view, script):
                pass
    except TimeoutError:
        raise AssertionError(f"never true: {script}; {await _state_of(view)}") from None


async def _state_of(view: AttemptView) -> str:
    """Where the page stands, for a failure's text; without what was typed."""
    if view.browser is None:
        return view.outcome.text()
    script = (
        "[document.readyState, document.visibilityState, document.hasFocus(), document.activeElement?.id,"
        " ...[...document.querySelectorAll('input')].map(each => `${each.name}:${each.value.length}`)].join(' ')"
    )
    return f"{view.browser.page.url().path()} {await run_script(view, script)}"


async def _finished_after(panel: SignInPanel, caught: "asyncio.Future[Any]") -> None:
    try:
        await asyncio.wait_for(caught, _PATIENCE_S)
    except TimeoutError:
        raise AssertionError(f"the sign-in never ended: {await _state_of(panel.attempt_view)}") from None
    await panel.tasks.idle()


def _future() -> "asyncio.Future[Any]":
    return asyncio.get_running_loop().create_future()


def _settle(future: "asyncio.Future[Any]", result: Any = None) -> None:
    if not future.done():
        future.set_result(result)
