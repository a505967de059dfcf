"""Drives the hosted UI in the embedded view as a person does: waits for a page, types, presses buttons."""

import asyncio
import json
from functools import partial
from typing import Any

from cognito_explorer.gui.auth.attempt_view import AttemptView
from cognito_explorer.gui.auth.sign_in_panel import SignInPanel

DEMO_PASSWORD = "Moonletter-2026"
_PATIENCE_S = 30


async def next_page(view: AttemptView) -> str:
    """Wait until a page has loaded; the path it stands on."""
    assert view.browser is not None, "no hosted UI is open"
    loaded: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    settle = partial(_settle, loaded)
    view.browser.page.loadFinished.connect(settle)
    await asyncio.wait_for(loaded, _PATIENCE_S)
    return view.browser.page.url().path() if view.browser is not None else ""


async def run_script(view: AttemptView, script: str) -> Any:
    """Run JavaScript in the page; its result."""
    assert view.browser is not None, "no hosted UI is open"
    answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    view.browser.page.runJavaScript(script, 0, partial(_settle, answer))
    return await asyncio.wait_for(answer, _PATIENCE_S)


async def submit_login(view: AttemptView, username: str, password: str = DEMO_PASSWORD) -> None:
    """Fill in the form on show and press its button; returns before the answer is there."""
    await run_script(
        view,
        f"document.querySelector('#username').value = {json.dumps(username)};"
        f"document.querySelector('#password').value = {json.dumps(password)};"
        "document.querySelector('button[type=submit]').click(); true",
    )


async def came_back(panel: SignInPanel) -> None:
    """Wait until the redirect was caught and what follows from it is done."""
    caught: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    panel.attempt_view.came_back.connect(partial(_settle, caught))
    await asyncio.wait_for(caught, _PATIENCE_S)
    await panel.tasks.idle()


async def sign_in(panel: SignInPanel, username: str = "ada", password: str = DEMO_PASSWORD) -> None:
    """Press *Sign in*, sign in on the hosted UI's page and wait for the tokens."""
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    returned = came_back(panel)
    await submit_login(panel.attempt_view, username, password)
    await returned


def _settle(future: "asyncio.Future[Any]", result: Any = None) -> None:
    if not future.done():
        future.set_result(result)
