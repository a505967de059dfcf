"""Profiles go to a file and come back by real clicks; what leads elsewhere is asked about before its first use."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel

from cognito_explorer.core.profile_transfer import export_profiles
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profiles_panel import ProfilesPanel
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.main_window import MainWindow
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox

AWAY = Profile(
    "a", "Away", "keys", "us-east-1", "#9A5B00", "https://192.0.2.1:9", access_key_id="AKIA1", secret_access_key="none"
)


async def choose(hand: Hand, file: Path, besides: Sequence[str] = ()) -> None:
    """Answer the open file dialog as a person who types the path."""
    async with asyncio.timeout(30):
        while not (dialogs := hand.window.findChildren(QFileDialog)):  # noqa: ASYNC110  # no signal tells of it
            await asyncio.sleep(0)
    dialogs[-1].fileSelected.emit(str(file))
    dialogs[-1].done(1)
    await hand.settle(besides=besides)


def toasts(window: MainWindow) -> str:
    return "\n".join(note.text for note in window.findChildren(Toast))


async def open_panel(window: MainWindow) -> tuple[Hand, ProfilesPanel]:
    hand = Hand(window)
    await hand.be_active()
    await window.book.go_on_without_keyring()
    window.open_profiles()
    await hand.settle()
    return hand, hand.page(ProfilesPanel)


async def test_profiles_are_exported_without_secrets_and_imported_again(
    shared_window: MainWindow, demo_sandbox: RunningSandbox, tmp_path: Path
) -> None:
    hand, panel = await open_panel(shared_window)
    await shared_window.book.save(replace(AWAY, endpoint_url=demo_sandbox.endpoint))
    file = tmp_path / "profiles.json"
    hand.click(panel.export_button)
    await choose(hand, file)
    text = file.read_text(encoding="utf-8")
    assert [row["name"] for row in json.loads(text)["profiles"]] == ["Away"]
    assert "AKIA1" not in text
    hand.click(panel.import_button)
    await choose(hand, file)
    assert [profile.name for profile in shared_window.book.all()] == ["Moonletter sandbox", "Away"]
    assert "No profile is new. 1 profile was here already." in toasts(shared_window)
    file.write_text(text.replace("us-east-1", "us-east-2"), encoding="utf-8")
    hand.click(panel.import_button)
    await choose(hand, file)
    assert [profile.name for profile in shared_window.book.all()] == ["Moonletter sandbox", "Away", "Away (2)"]
    assert "1 profile imported, read-only. A file holds no keys: edit it to add them." in toasts(shared_window)
    shared_window.session.switch(shared_window.book.all()[-1])
    await hand.settle()
    assert shared_window.session.trouble is not None
    assert "incomplete" in shared_window.session.trouble.title


async def test_a_foreign_endpoint_is_asked_about_once(shared_window: MainWindow) -> None:
    hand, _ = await open_panel(shared_window)
    foreign = replace(AWAY, is_foreign=True)
    await shared_window.book.add_imported((foreign,))
    shared_window.session.switch(foreign)
    await hand.dialog(Dialog)
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    assert shared_window.session.trouble is not None
    assert shared_window.session.trouble.code == "NotConfirmed"
    assert shared_window.session.aws is None
    await hand.be_active()
    shared_window.session.retry()
    dialog = await hand.dialog(Dialog)
    dialog.accept()
    await hand.settle(besides=["load", "caller a us-east-1"])
    kept = shared_window.book.find("a")
    assert kept is not None
    assert not kept.is_foreign


async def test_letters_that_look_like_awss_are_told_in_the_question_and_in_the_list(shared_window: MainWindow) -> None:
    hand, panel = await open_panel(shared_window)
    url = "https://cognito-idp.us-east-1.\u0430mazonaws.com/cognito-idp.us-east-1.amazonaws.com"
    foreign = replace(AWAY, endpoint_url=url, is_foreign=True)
    await shared_window.book.add_imported((foreign, replace(AWAY, id="b", endpoint_url="")))
    column = next(each for each in panel.view.table.columns if each.label == "Endpoint")
    assert column.text(foreign) == "https://cognito-idp.us-east-1.xn--mazonaws-06g.com"
    assert column.is_identifier, "its end is seen"
    assert column.icon is not None
    assert [column.icon(profile) for profile in shared_window.book.all()] == ["", "warning", ""]
    assert "letters of another alphabet" in column.tip(foreign)
    shared_window.session.switch(foreign)
    dialog = await hand.dialog(Dialog)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "xn--mazonaws-06g.com" in said
    assert "letters of another alphabet" in said
    assert "\u0430" not in said
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()


@pytest.mark.parametrize("text", ["hello", export_profiles(()).replace("explorer", "other")])
async def test_a_file_without_profiles_is_said_in_the_banner(
    shared_window: MainWindow, tmp_path: Path, text: str
) -> None:
    hand, panel = await open_panel(shared_window)
    (tmp_path / "wrong.json").write_text(text)
    hand.click(panel.import_button)
    await choose(hand, tmp_path / "wrong.json")
    assert panel.banner.error is not None
    assert "holds no profiles" in panel.banner.error.title


async def test_programs_stay_behind_and_strangers_places_are_told(shared_window: MainWindow, tmp_path: Path) -> None:
    hand, panel = await open_panel(shared_window)
    program = replace(AWAY, name="Tool", kind="process", credential_process="tool --secret hush")
    file = tmp_path / "profiles.json"
    file.write_text(export_profiles((program, AWAY, replace(AWAY, name="Near", endpoint_url=""))), encoding="utf-8")
    assert "hush" not in file.read_text()
    hand.click(panel.import_button)
    await choose(hand, file)
    told = toasts(shared_window)
    assert "3 profiles imported, read-only. A file holds no keys and programs: edit 3 of them to add them." in told
    assert "2 lead elsewhere than to AWS: you are asked before their first use." in told


async def test_one_that_cannot_be_imported_is_named_and_the_others_come(
    shared_window: MainWindow, tmp_path: Path
) -> None:
    hand, panel = await open_panel(shared_window)
    whole = json.loads(export_profiles((replace(AWAY, name="Ok\u202e\nname"),)))
    whole["profiles"].insert(0, {"name": "Odd", "kind": "martian"})
    file = tmp_path / "profiles.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    hand.click(panel.import_button)
    await choose(hand, file, besides=["import"])
    dialog = await hand.dialog(Dialog)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "1 profile left out" in said
    assert "1 profile imported, read-only." in said
    assert "“Odd” is of no known kind." in said
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    assert [profile.name for profile in shared_window.book.all()] == ["Moonletter sandbox", "Ok name"]


async def test_a_thousand_are_imported_and_found_by_the_filter(shared_window: MainWindow, tmp_path: Path) -> None:
    hand, panel = await open_panel(shared_window)
    many = tuple(replace(AWAY, name=f"Team {number}", kind="sso", endpoint_url="") for number in range(1_000))
    file = tmp_path / "profiles.json"
    file.write_text(export_profiles(many), encoding="utf-8")
    hand.click(panel.import_button)
    await choose(hand, file)
    assert len(shared_window.book.all()) == 1_001
    panel.filter.setText("team 99")
    assert len(panel.view.table.records()) == 19
    file.write_bytes(b" " * 4_000_001)
    hand.click(panel.import_button)
    await choose(hand, file)
    assert panel.banner.error is not None
    assert "too large" in panel.banner.error.title
