"""While the privacy switch is on, nothing that is shown, read aloud or copied tells who somebody is."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import unquote

import boto3
import pytest
from botocore.config import Config
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QPushButton, QTabWidget

from cognito_explorer.core.auth.tokens import token_set
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.user_pools.users import find_user, update_attributes
from cognito_explorer.gui.auth.token_preview_panel import TokenPreviewPanel
from cognito_explorer.gui.identity_pools.access_panel import AccessPanel
from cognito_explorer.gui.lib.explaining import explaining
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.logs.calls_panel import CallsPanel
from cognito_explorer.gui.logs.journal_panel import JournalPanel
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from cognito_explorer.gui.workspace import Page, PageKind
from tests.gui.onlooker import everything_seen
from tests.gui.windows import page_of
from tests.hand import Hand
from tests.sandbox.hosted_ui.browser import PASSWORD, POOL, WEB

USERNAME = "gracelynn.hopperstone-7"
ATTRIBUTES = {
    "email": "gracelynn.hopperstone+news@navy-mail.example",
    "phone_number": "+12025550147",
    "name": "Gracelynn Brewsterine Hopperstone",
    "given_name": "Gracelynn",
    "middle_name": "Brewsterine",
    "family_name": "Hopperstone",
    "nickname": "Amazinggrace",
    "birthdate": "1906-12-09",
    "address": "17 Lighthouse Lane, Arlington",
    "website": "https://gracelynn.example",
    "custom:plan": "Miss Hopperstone",
    "custom:ref": "gracelynn@crm.example or +1 202 555 0147",
}
TELLING = (
    "gracelynn", "brewsterine", "hopperstone", "amazinggrace", "navy-mail", "crm.example", "2025550147",
    "202 555 0147", "1906-12-09", "lighthouse",
)  # fmt: skip


def client_of(window: MainWindow) -> Any:
    assert window.connections.sandbox is not None
    running = window.connections.sandbox.running
    return boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        endpoint_url=running.endpoint,
        aws_access_key_id=running.access_key_id,
        aws_secret_access_key=running.secret_access_key,
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )


def told() -> list[str]:
    """Where a person is told by anything the application shows."""
    found = {(where, text[:160]) for where, text in everything_seen() if tells(text)}
    return sorted(f"{where}: {text}" for where, text in found)


def tells(text: str) -> bool:
    flat = unquote(text).replace("\u200b", "").casefold()
    return any(word in flat for word in TELLING)


@pytest.fixture(autouse=True)
def unmasked() -> Iterator[None]:
    yield
    privacy().switch(on=False)


async def make_person(window: MainWindow) -> None:
    """Somebody with much to hide, who has signed in."""
    idp = client_of(window)
    pairs = [{"Name": name, "Value": value} for name, value in ATTRIBUTES.items()]
    idp.admin_create_user(UserPoolId=POOL, Username=USERNAME, UserAttributes=pairs, TemporaryPassword="Temporary-2026")
    idp.admin_set_user_password(UserPoolId=POOL, Username=USERNAME, Password=PASSWORD, Permanent=True)
    idp.admin_add_user_to_group(UserPoolId=POOL, Username=USERNAME, GroupName="paid")
    answer = idp.initiate_auth(
        ClientId=WEB,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": USERNAME, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    named = {"id_token": answer["IdToken"], "access_token": answer["AccessToken"], "expires_in": answer["ExpiresIn"]}
    window.workspace.remember_tokens(POOL, token_set(named, POOL, WEB, refresh_token=answer["RefreshToken"]))


async def change_person(window: MainWindow) -> None:
    """Writes for the journal and the call log: one that is done, one that is refused with an address in its words."""
    aws = window.session.aws
    assert aws is not None
    user = await find_user(aws, POOL, USERNAME)
    assert user is not None
    await update_attributes(aws, POOL, user, user.attributes | {"nickname": "Amazinggrace the 2nd", "gender": "f"})
    with pytest.raises(ExplorerError):
        await update_attributes(aws, POOL, user, user.attributes | {"phone_number": "hopperstone@navy-mail.example"})


async def open_all(window: MainWindow, hand: Hand) -> None:
    """Every page, with the person on it."""
    await make_person(window)
    await change_person(window)
    for kind in PageKind:
        if kind is PageKind.EXPLANATION:
            explaining().wanted.emit(f"UsernameExistsException: An account with {ATTRIBUTES['email']} exists")
        else:
            window.open_page(page_for(window, kind))
        await hand.settle()
        await fill(hand, window)
        await hand.settle()
    toast(window, f"A code was sent to {ATTRIBUTES['email']}.")


def page_for(window: MainWindow, kind: PageKind) -> Page:
    match kind:
        case PageKind.WELCOME | PageKind.SANDBOX | PageKind.PROFILES | PageKind.JOURNAL | PageKind.CALLS:
            return Page(kind)
        case PageKind.PERMISSIONS | PageKind.PREVIEW:
            return replace(page_of(window, PageKind.USERS), kind=kind)
        case _:
            return page_of(window, kind)


async def fill(hand: Hand, window: MainWindow) -> None:
    """What a person does on the page in front to see somebody there."""
    tab = window.tabs.active()
    assert tab is not None
    match tab.panel:
        case UsersPanel() as users:
            hand.control(Qt.Key.Key_F)
            hand.write("gracelynn.h")
            hand.press(Qt.Key.Key_Return)
            await hand.settle()
            users.list.view.setFocus()
            assert users.list.select(USERNAME)
        case TokenPreviewPanel() as prediction:
            prediction.form.user_line.setText(ATTRIBUTES["email"])
            prediction.predict()
        case AccessPanel() as access:
            access.probes.run_button.click()
        case CallsPanel() | JournalPanel() as log:
            log.view.selectRow(0)
            log.view.setFocus()


async def painted_anew(hand: Hand) -> None:
    """What has come into sight is read, then laid out, which takes several rounds."""
    await hand.settle()
    for _ in range(12):
        await asyncio.sleep(0)


async def visit(window: MainWindow, hand: Hand) -> AsyncIterator[str]:
    """Each tab, and within it each part; then the drawers."""
    for index in range(window.tabs.count()):
        window.tabs.setCurrentIndex(index)
        tab = window.tabs.active()
        assert tab is not None
        # A line somebody is typing into shows what is typed.
        window.tabs.tabBar().setFocus()
        await painted_anew(hand)
        yield tab.panel.title
        for part in tab.panel.findChildren(QTabWidget):
            for at in range(part.count() if part.isVisible() else 0):
                part.setCurrentIndex(at)
                await painted_anew(hand)
                yield f"{tab.panel.title}, {part.tabText(at)}"
    for number in range(3):
        window.activity_bar.toggle(number)
        await painted_anew(hand)
        yield f"drawer {number}"
        window.activity_bar.toggle(number)


def copied(window: MainWindow) -> Iterator[str]:
    """What of a person gets on to the clipboard by keyboard and by button."""
    clipboard = QGuiApplication.clipboard()
    for way, copy in ways_to_copy(window):
        clipboard.clear()
        copy()
        if tells(clipboard.text()):
            yield f"{way}: {clipboard.text()[:80]}"


def ways_to_copy(window: MainWindow) -> Iterator[tuple[str, Callable[[], object]]]:
    views: list[RecordView | QPlainTextEdit] = [*window.findChildren(RecordView), *window.findChildren(QPlainTextEdit)]
    for view in views:
        if view.isVisible():
            yield f"Ctrl+C in {type(view.parent()).__name__}", partial(copy_all, view)
    buttons = [each for each in window.findChildren(QPushButton) if each.isVisible() and each.isEnabled()]
    for button in buttons:
        words, menu = button.text().replace("&", "") + button.toolTip(), button.menu()
        if "Copy" in words and isinstance(menu, QMenu):
            yield from ((action.text(), action.trigger) for action in menu.actions())
        elif "Copy" in words:
            yield words, button.click


def copy_all(view: RecordView | QPlainTextEdit) -> None:
    view.selectAll()
    QTest.keySequence(view, "Ctrl+C")


@pytest.mark.parametrize("when", [pytest.param("before", marks=pytest.mark.full), "after"])
async def test_no_page_and_no_copy_tells_who_somebody_is(own_window: MainWindow, when: str) -> None:
    window, hand = own_window, Hand(own_window)
    if when == "before":
        privacy().switch(on=True)
    await open_all(window, hand)
    if when == "after":
        assert told(), "there is something to hide"
        privacy().switch(on=True)
    leaks = []
    async for place in visit(window, hand):
        leaks += [f"{place}: {leak}" for leak in (*told(), *copied(window))]
    await hand.settle()
    assert not leaks, "\n".join(leaks)
    privacy().switch(on=False)
    telling = {place async for place in visit(window, hand) if told()}
    assert len(telling) > 8, "switched off, it shows what it hid"
