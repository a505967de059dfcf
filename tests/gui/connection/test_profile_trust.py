"""Entering the keys of an imported profile is no word about where they are sent: that is asked, or typed by oneself."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profiles_panel import ProfilesPanel
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.form import Form
from cognito_explorer.gui.main_window import MainWindow
from tests.gui.connection.profile_dialog import press
from tests.gui.connection.test_profile_exchange import open_panel, toasts
from tests.hand import Hand

# As a file has it, which a blank makes look edited; nobody listens there.
IMPORTED = Profile("a", "Away", "keys", "us-east-1", "#9A5B00", "https://192.0.2.1:9 ", is_foreign=True)
KEYS = {"access_key_id": "AKIA1", "secret_access_key": "none"}


async def imported(window: MainWindow, profile: Profile) -> tuple[Hand, ProfilesPanel]:
    hand, panel = await open_panel(window)
    await window.book.add_imported((profile,))
    return hand, panel


async def edit(hand: Hand, panel: ProfilesPanel, button: QPushButton, typed: dict[str, str]) -> Profile:
    """Type into the form, save, and answer with the newest profile."""
    await hand.be_active()
    panel.view.setCurrentIndex(panel.view.table.find(lambda profile: profile.id == "a"))
    hand.click(button)
    dialog = await hand.dialog(Dialog)
    for key, text in typed.items():
        write(dialog, key, text)
    press(dialog, "Save profile")
    await hand.settle()
    return hand.window.book.all()[-1]


def write(dialog: Dialog, key: str, text: str) -> None:
    form = dialog.findChild(Form)
    editor = form.editor(key) if form is not None else None
    if isinstance(editor, QComboBox):
        editor.setCurrentIndex(editor.findData(text))
    elif isinstance(editor, QLineEdit):
        editor.selectAll()
        QTest.keyClicks(editor, text)


@pytest.mark.parametrize(
    "places",
    [
        {},
        {"endpoint_url": "https://192.0.2.1:9\n"},
        {"endpoint_url": "", "proxy_url": "http://me:hush@192.0.2.2:9"},
        {"endpoint_url": "http://127.0.0.1:9", "proxy_url": "http://192.0.2.2:9"},
    ],
)
async def test_who_enters_the_keys_is_asked_all_the_same(shared_window: MainWindow, places: dict[str, str]) -> None:
    hand, panel = await imported(shared_window, replace(IMPORTED, **places))  # type: ignore[arg-type]
    saved = await edit(hand, panel, panel.edit_button, KEYS | {"name": "Mine"})
    assert (saved.name, saved.is_foreign) == ("Mine", True)
    assert "you are asked before its first use" in toasts(shared_window)
    await hand.be_active()
    shared_window.session.switch(saved)
    dialog = await hand.dialog(Dialog)
    assert "lead elsewhere than to AWS?" in dialog.windowTitle() + dialog.accessibleName()
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    assert shared_window.session.aws is None


async def test_what_a_person_typed_is_confirmed_and_what_stays_beside_it_is_not(shared_window: MainWindow) -> None:
    hand, panel = await imported(shared_window, replace(IMPORTED, proxy_url="http://192.0.2.2:9"))
    saved = await edit(hand, panel, panel.edit_button, KEYS | {"endpoint_url": "https://192.0.2.7:9"})
    assert saved.is_foreign
    both = {"endpoint_url": "https://192.0.2.8:9", "proxy_url": "http://192.0.2.8:9"}
    saved = await edit(hand, panel, panel.edit_button, both)
    assert not saved.is_foreign


async def test_a_twin_is_asked_about_as_its_original_is(shared_window: MainWindow) -> None:
    hand, panel = await imported(shared_window, IMPORTED)
    twin = await edit(hand, panel, panel.copy_button, KEYS)
    assert (twin.name, twin.is_foreign) == ("Away (copy)", True)
    original = await edit(hand, panel, panel.edit_button, KEYS | {"endpoint_url": "https://192.0.2.7:9"})
    assert original.name == "Away (copy)"
    mine = shared_window.book.find("a")
    assert mine is not None
    assert not mine.is_foreign


async def test_a_yes_holds_for_the_address_it_was_given_for(shared_window: MainWindow) -> None:
    hand, _ = await imported(shared_window, replace(IMPORTED, access_key_id="AKIA1", secret_access_key="none"))
    first = shared_window.book.all()[-1]
    connections = shared_window.connections
    asked: list[str] = []

    async def agree(profile: Profile) -> bool:
        asked.append(profile.endpoint_url)
        return True

    connections.confirm_foreign = agree
    for endpoint in ("https://192.0.2.1:9", "https://192.0.2.1:9", "https://192.0.2.3:9"):
        (await connections.open_apart(replace(first, endpoint_url=endpoint))).close()
    assert asked == ["https://192.0.2.1:9", "https://192.0.2.3:9"]
    await hand.settle()


async def test_accounts_are_not_listed_at_a_strangers_before_it_is_confirmed(shared_window: MainWindow) -> None:
    there = {"sso_start_url": "https://portal.example/start", "sso_region": "us-east-1"}
    hand, panel = await imported(shared_window, replace(IMPORTED, kind="sso", endpoint_url="", **there))  # type: ignore[arg-type]
    await hand.be_active()
    panel.view.setCurrentIndex(panel.view.table.find(lambda profile: profile.id == "a"))
    hand.click(panel.edit_button)
    form = await hand.dialog(Dialog)
    button = next(one for one in form.findChildren(QPushButton) if one.text().startswith("Choose account"))
    assert button.isVisible()
    hand.click(button)
    async with asyncio.timeout(30):
        while await hand.dialog(Dialog) is form:  # noqa: ASYNC110  # Qt announces a new window to nobody
            await asyncio.sleep(0)
    hand.press(Qt.Key.Key_Escape)
    await hand.be_active()
    write(form, "kind", "keys")
    assert not button.isVisible()
    form.reject()
    await hand.settle()


@pytest.mark.parametrize("kind", ["aws_profile", "keys", "process"])
async def test_accounts_are_offered_for_identity_center_alone(shared_window: MainWindow, kind: str) -> None:
    hand, panel = await imported(shared_window, replace(IMPORTED, kind=kind))  # type: ignore[arg-type]
    await hand.be_active()
    panel.view.setCurrentIndex(panel.view.table.find(lambda profile: profile.id == "a"))
    hand.click(panel.edit_button)
    form = await hand.dialog(Dialog)
    button = next(one for one in form.findChildren(QPushButton) if one.text().startswith("Choose account"))
    assert not button.isVisible()
    write(form, "kind", "sso")
    assert button.isVisible()
    form.reject()
    await hand.settle()
