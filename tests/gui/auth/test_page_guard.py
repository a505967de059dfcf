"""The hosted UI's pages under a profile's mode: what is not allowed is not sent, and what is sent stands in the log."""

import asyncio
import json
import socket
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QUrl
from PySide6.QtWebEngineCore import QWebEngineHttpRequest, QWebEnginePage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.hosted_requests import PageRequest
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.gui.auth.page_guard import PageGuard
from cognito_explorer.gui.auth.sign_in_panel import SignInPanel
from cognito_explorer.gui.auth.sign_in_steps import Progress, Step
from cognito_explorer.gui.logs.call_columns import is_error, is_write, makes_billable
from cognito_explorer.gui.workspace import Page, Workspace
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.headless_web import headless_web
from tests.gui.auth.hosted_ui_driver import came_back, next_page, run_script, sign_in, sign_in_as_stranger, submit_login
from tests.gui.auth.opened_pages import OpenedPages
from tests.sandbox_fixture import RunningSandbox

NEWCOMER = "newcomer@moonletter.example"
TYPED = "Moonletter-2026-new"
_PATIENCE_S = 30


@pytest.fixture
async def panel(qtbot: QtBot, page: Page, workspace: Workspace, opened: OpenedPages) -> SignInPanel:
    panel = SignInPanel(page, workspace)
    qtbot.addWidget(panel)
    panel.resize(1040, 700)
    panel.show()
    await panel.tasks.idle()
    return panel


@pytest.fixture
def no_newcomer(demo_sandbox: RunningSandbox) -> Iterator[None]:
    """Whoever signs up here is taken away again."""
    yield
    client = demo_sandbox.client("cognito-idp")
    for user in _newcomers(demo_sandbox):
        client.admin_delete_user(UserPoolId=POOL_ID, Username=user)


def _newcomers(sandbox: RunningSandbox) -> list[str]:
    found = sandbox.client("cognito-idp").list_users(UserPoolId=POOL_ID, Filter=f'email = "{NEWCOMER}"')["Users"]
    return [user["Username"] for user in found]


@pytest.fixture
def silent_url() -> Iterator[str]:
    """Of a server that takes a connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/silent"


async def open_page(panel: SignInPanel, link: str = "") -> None:
    """The hosted UI, and from there the page that a link leads to."""
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    if link:
        loaded = next_page(panel.attempt_view)
        await run_script(panel.attempt_view, f"document.querySelector('a[href*=\"{link}\"]').click(); true")
        await loaded


async def fill_and_send(panel: SignInPanel) -> None:
    """Fill in whatever the form asks for and press its button."""
    script = (
        "for (const field of document.querySelectorAll('form input:not([type=hidden])')) {"
        f" field.value = field.type === 'password' ? {json.dumps(TYPED)} : field.name.includes('email')"
        f" || field.type === 'email' ? {json.dumps(NEWCOMER)} : 'newcomer'; }}"
        "document.querySelector('button[type=submit]').click(); true"
    )
    await run_script(panel.attempt_view, script)


async def refused(panel: SignInPanel) -> str:
    """What the strip above the page says once it says something."""
    async with asyncio.timeout(_PATIENCE_S):
        while not panel.attempt_view.note_text():
            await run_script(panel.attempt_view, "true")
    return panel.attempt_view.note_text()


async def go_to_silence(panel: SignInPanel, aws: Aws, url: str) -> None:
    """The hosted UI leads to a page that does not come."""
    await open_page(panel)
    browser = panel.attempt_view.browser
    assert browser is not None
    begun = asyncio.get_running_loop().create_future()
    stop = aws.calls.subscribe(
        lambda call: None if begun.done() or "/silent" not in call.operation else begun.set_result(None)
    )
    browser.page.load(QUrl(url))
    await asyncio.wait_for(begun, _PATIENCE_S)
    stop()
    assert outcomes(aws, "/silent") == ["running"]


def outcomes(aws: Aws, path: str) -> list[str]:
    """How the calls of a path ended."""
    return [call.outcome for call in aws.calls.recent() if path in call.operation]


def sent(aws: Aws) -> list[str]:
    """What pages have sent, oldest first, by method and the last part of the path."""
    calls = [call for call in reversed(aws.calls.recent()) if "/_hosted/" in call.operation]
    return [f"{call.operation.split()[0]} {call.operation.split('?')[0].rpartition('/')[2]}" for call in calls]


@headless_web
@pytest.mark.usefixtures("no_newcomer")
async def test_read_only_creates_no_user_by_way_of_the_page(
    panel: SignInPanel, aws: Aws, demo_sandbox: RunningSandbox
) -> None:
    aws.permit.switch("read-only")
    aws.permit.may_sign_in = True
    await open_page(panel, "signup")
    await fill_and_send(panel)
    words = await refused(panel)
    assert "the page wanted to create an account" in words
    assert "Switch its mode to Admin" in words
    assert _newcomers(demo_sandbox) == []
    assert panel.attempt_view.is_open
    assert await run_script(panel.attempt_view, "!!document.querySelector('form')")  # what was typed is still there
    assert "POST signup" not in sent(aws)


@headless_web
async def test_what_is_posted_without_a_form_gets_no_further(panel: SignInPanel, aws: Aws) -> None:
    aws.permit.switch("support")
    await open_page(panel, "signup")
    browser = panel.attempt_view.browser
    assert browser is not None
    ended = next_page(panel.attempt_view)
    browser.page.load(QWebEngineHttpRequest.postRequest(browser.page.url(), {"username": "newcomer"}))
    await ended
    assert "in support mode" in await refused(panel)
    assert "POST signup" not in sent(aws)
    assert panel.attempt_view.is_open


@headless_web
async def test_a_link_that_confirms_by_being_opened_is_a_change_too(panel: SignInPanel, aws: Aws) -> None:
    aws.permit.switch("read-only")
    aws.permit.may_sign_in = True
    await open_page(panel)
    await run_script(panel.attempt_view, "location.href = location.href.replace('/login', '/confirmUser'); true")
    assert "the page wanted to confirm an account" in await refused(panel)
    assert "GET confirmUser" not in sent(aws)


@headless_web
async def test_a_mode_that_is_switched_holds_for_the_open_page(panel: SignInPanel, aws: Aws) -> None:
    await open_page(panel)
    aws.permit.switch("read-only")
    await submit_login(panel.attempt_view, "ada")
    assert "was not agreed to" in await refused(panel)
    aws.permit.switch("admin")
    returned = came_back(panel)
    await submit_login(panel.attempt_view, "ada")
    await returned
    assert panel.attempt_view.steps.progress(Step.EXCHANGED) is Progress.DONE


@headless_web
@pytest.mark.usefixtures("no_newcomer")
async def test_admin_signs_up_and_the_log_says_that_the_page_did(
    panel: SignInPanel, aws: Aws, demo_sandbox: RunningSandbox
) -> None:
    await open_page(panel, "signup")
    loaded = next_page(panel.attempt_view)
    await fill_and_send(panel)
    await loaded
    call = next(each for each in aws.calls.recent() if each.nearest == "SignUp")
    assert call.operation.startswith("POST http://localhost:")
    assert is_write(call)
    assert not is_error(call) or call.status >= 400
    assert "by the sign-in page" in call.summary
    everything = repr(aws.calls.recent())
    assert NEWCOMER not in everything
    assert TYPED not in everything


@headless_web
async def test_every_page_and_every_form_of_a_sign_in_is_in_the_log(panel: SignInPanel, aws: Aws) -> None:
    await sign_in(panel, "ada")
    assert sent(aws) == ["GET authorize", "GET login", "POST login", "POST token"]
    calls = [call for call in aws.calls.recent() if "/_hosted/" in call.operation]
    assert {call.outcome for call in calls} == {"ok"}
    assert all(not is_write(call) for call in calls)
    assert [call.operation.split()[0] for call in calls if makes_billable(call)] == ["POST"]


@headless_web
async def test_an_external_provider_s_pages_go_on_working_under_read_only(
    panel: SignInPanel, aws: Aws, workspace: Workspace, demo_sandbox: RunningSandbox
) -> None:
    aws.permit.switch("read-only")
    aws.permit.may_sign_in = True
    await open_page(panel, "identity_provider=")
    assert (await sign_in_as_stranger(panel, workspace, demo_sandbox)).startswith("Moonbook_")


@headless_web
async def test_signing_in_is_asked_about_before_the_page_opens_and_once(panel: SignInPanel, aws: Aws) -> None:
    aws.permit.switch("read-only")
    answers = [False, True]
    asked: list[bool] = []

    async def ask() -> bool:
        asked.append(panel.attempt_view.is_open)
        return answers.pop(0)

    aws.permit.ask_sign_in = ask
    panel.form.sign_in_button.click()
    await panel.tasks.idle()
    assert not panel.is_signing_in
    assert panel.face == "content"
    assert sent(aws) == []
    panel.form.sign_in_button.click()
    await panel.tasks.idle()
    await next_page(panel.attempt_view)
    assert asked == [False, False]
    returned = came_back(panel)
    await submit_login(panel.attempt_view, "ada")
    await returned
    assert panel.attempt_view.steps.progress(Step.NONCE) is Progress.DONE
    assert answers == []


@headless_web
async def test_a_page_that_never_came_is_abandoned_when_its_tab_is_closed(
    panel: SignInPanel, aws: Aws, silent_url: str
) -> None:
    await go_to_silence(panel, aws, silent_url)
    view = panel.attempt_view
    view.deleteLater()  # as all of a tab goes
    QApplication.sendPostedEvents(view, QEvent.Type.DeferredDelete)
    assert not shiboken6.isValid(view)
    assert outcomes(aws, "/silent") == ["abandoned"]


@headless_web
async def test_a_page_that_is_stopped_by_hand_is_abandoned(panel: SignInPanel, aws: Aws, silent_url: str) -> None:
    await go_to_silence(panel, aws, silent_url)
    browser = panel.attempt_view.browser
    assert browser is not None
    ended = next_page(panel.attempt_view)
    browser.page.triggerAction(QWebEnginePage.WebAction.Stop)
    await ended
    assert outcomes(aws, "/silent") == ["abandoned"]
    assert panel.attempt_view.is_open


def test_a_script_that_is_blocked_as_well_takes_no_blame_from_the_document(aws: Aws) -> None:
    document, script = "https://login.example/signup?a=%20b", "https://login.example/track"
    guard = PageGuard(aws.permit, aws.calls, "https://login.example")
    for address in (document, script):
        guard.note_blocked(address)
    assert guard.has_blocked(document)
    assert guard.has_blocked(script)
    guard.note_document(PageRequest("GET", document))  # the mode was switched
    assert not guard.has_blocked(document)
    assert not guard.has_blocked("")
