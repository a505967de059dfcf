"""Somebody who has ~/.aws set up: the profiles are there, used by Enter, and their files never change."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMenu

from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profile_colors import AUTOMATIC
from cognito_explorer.gui.connection.profiles_panel import ProfilesPanel
from cognito_explorer.gui.connection.shared_section import SharedSection
from cognito_explorer.gui.connections import SANDBOX_PROFILE
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.main_window import MainWindow
from tests.gui.connection.profile_dialog import form_of, other_dialog, press
from tests.gui.windows import MakeWindow, heard, pools_in_front, within
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
def aws_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, demo_sandbox: RunningSandbox) -> Path:
    """A ~/.aws with a profile that works, one without a Region, and some of other kinds."""
    folder = tmp_path / "aws"
    folder.mkdir()
    keys = demo_sandbox.ready
    (folder / "config").write_text(
        f"[profile works]\nregion = us-east-1\nendpoint_url = {demo_sandbox.endpoint}\n"
        f"[profile adrift]\nendpoint_url = {demo_sandbox.endpoint}\n"
        "[profile corp]\nregion = eu-west-1\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n"
        "sso_account_id = 123456789012\nsso_role_name = Support\n"
        "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/Admin\nsource_profile = works\nmfa_serial = m\n"
    )
    secret = f"aws_access_key_id = {keys['access_key_id']}\naws_secret_access_key = {keys['secret_access_key']}\n"
    (folder / "credentials").write_text(f"[works]\n{secret}[adrift]\n{secret}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
    return folder


def what_stands(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below, with its content and when it was written."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


async def open_page(make_window: MakeWindow, running: RunningSandbox) -> tuple[Hand, SharedSection]:
    window: MainWindow = make_window(running.data)
    hand = Hand(window)
    await hand.be_active()
    await hand.settle()
    await window.book.go_on_without_keyring()
    window.open_profiles()
    await hand.settle()
    return hand, hand.page(ProfilesPanel).shared


def names(section: SharedSection) -> list[str]:
    return [row.profile.name for row in section.table.records()]


def colors_before_names(view: RecordView) -> list[str]:
    """What is painted where a row's dot is, of the rows in sight."""
    picture = view.viewport().grab().toImage()
    rects = (view.visualRect(view.model().index(row, 0)) for row in range(view.model().rowCount()))
    shown = [rect for rect in rects if picture.rect().contains(rect.center())]
    return [picture.pixelColor(rect.left() + 16, rect.center().y()).name() for rect in shown]


async def select(hand: Hand, section: SharedSection, name: str) -> None:
    await hand.be_active()
    section.view.setFocus()
    section.view.setCurrentIndex(section.table.find(lambda row: row.profile.name == name))


def demo_keys(running: RunningSandbox, name: str) -> Profile:
    """The sandbox's own keys as a profile of one's own."""
    keys = (running.ready["access_key_id"], running.ready["secret_access_key"])
    return Profile("own", name, "keys", "us-east-1", "#3A57D6", running.endpoint, "", *keys)


async def test_they_are_listed_and_enter_opens_one_that_only_reads(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    before = what_stands(aws_folder)
    hand, section = await open_page(make_window, demo_sandbox)
    assert names(section) == ["admin", "adrift", "corp", "works"]
    said = " ".join(label.text() for label in section.findChildren(QLabel) if label.isVisible())
    assert "never changed here" in said
    assert "4 profiles" in said
    await select(hand, section, "works")
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    profile = hand.window.session.profile
    assert profile is not None
    assert (profile.name, profile.mode) == ("works", "read-only")
    assert "moonletter" in pools_in_front(hand.window)
    assert what_stands(aws_folder) == before


async def test_whatever_colour_is_chosen_for_a_profile_stands_before_its_name(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    hand, section = await open_page(make_window, demo_sandbox)
    book = hand.window.book
    await book.save(demo_keys(demo_sandbox, "Payments"))
    await book.save(replace(section.table.record(0).profile, color="#C0282D"))
    await hand.settle()
    assert colors_before_names(section.view)[0] == "#c0282d"
    own = hand.page(ProfilesPanel).view
    assert colors_before_names(own) == [profile.color.lower() for profile in own.table.records()]
    assert colors_before_names(own)[-1] == "#3a57d6"


async def test_each_has_a_colour_of_its_own_and_a_foreign_endpoint_is_seen(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    with (aws_folder / "config").open("a") as config:
        config.write("[profile odd]\nregion = us-east-1\nendpoint_url = https://collector.evil.example\n")
        config.writelines(f"[profile p{number}]\nregion = us-east-1\n" for number in range(20))
    _hand, section = await open_page(make_window, demo_sandbox)
    rows = {row.profile.name: row for row in section.table.records()}
    colors = {row.profile.color for row in rows.values()}
    assert colors == set(AUTOMATIC)
    first = [row.profile.color for row in section.table.records()[: len(AUTOMATIC)]]
    assert len(set(first)) == len(AUTOMATIC), "none twice before each was given once"
    assert "#C0282D" not in colors, "red is production's"
    sandbox = QColor(SANDBOX_PROFILE.color).hslHue()
    assert all(40 < (QColor(color).hslHue() - sandbox) % 360 < 320 for color in colors), "green is the sandbox's"
    assert colors_before_names(section.view)[:4] == [row.profile.color.lower() for row in section.table.records()[:4]]
    column = next(each for each in section.table.columns if each.label == "Endpoint")
    assert column.text(rows["odd"]) == "https://collector.evil.example"
    assert column.icon is not None
    assert (column.icon(rows["odd"]), column.icon(rows["works"])) == ("warning", "")
    assert (column.text(rows["works"]), column.text(rows["corp"])) == (demo_sandbox.endpoint, "AWS")
    assert section.view.horizontalScrollBar().maximum() == 0


async def test_a_folder_in_a_files_place_is_said_and_fips_is_seen(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    (aws_folder / "credentials").unlink()
    (aws_folder / "credentials").mkdir()
    with (aws_folder / "config").open("a") as config:
        config.write("[profile gov]\nregion = us-gov-west-1\nuse_fips_endpoint = true\n")
    _hand, section = await open_page(make_window, demo_sandbox)
    assert names(section) == ["admin", "adrift", "corp", "gov", "works"]
    assert "credentials is a folder, not a file" in section.warning.text()
    assert section.warning.isVisible()
    column = next(each for each in section.table.columns if each.label == "Endpoint")
    assert [column.text(row) for row in section.table.records()][2:4] == ["AWS", "AWS, FIPS"]


async def test_mode_and_colour_are_remembered_without_touching_the_files(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    before = what_stands(aws_folder)
    hand, section = await open_page(make_window, demo_sandbox)
    await select(hand, section, "works")
    hand.click(section.looks_button)
    dialog = await hand.dialog(Dialog)
    for key, wanted in (("color", "#C0282D"), ("chosen_mode", "support")):
        editor = form_of(dialog).editor(key)
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(editor.findData(wanted))
    press(dialog, "Keep it so")
    press(await other_dialog(hand, dialog), "Switch to Support")
    await hand.settle()
    again, _ = await open_page(make_window, demo_sandbox)
    kept = again.window.book.find("aws:works")
    assert kept is not None
    assert (kept.color, kept.mode, kept.region) == ("#C0282D", "support", "us-east-1")
    assert what_stands(aws_folder) == before


@pytest.mark.parametrize(("words", "mode"), [("Stay with Read-only", "read-only"), ("Switch to Admin", "admin")])
async def test_more_is_possible_through_an_open_connection_only_after_a_question(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path, words: str, mode: str
) -> None:
    hand, section = await open_page(make_window, demo_sandbox)
    await select(hand, section, "works")
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    aws = hand.window.session.aws
    assert aws is not None
    hand.window.open_profiles()
    await select(hand, section, "works")
    hand.click(section.looks_button)
    dialog = await hand.dialog(Dialog)
    form_of(dialog).set_values({"chosen_mode": "admin", "is_production": True})
    press(dialog, "Keep it so")
    question = await other_dialog(hand, dialog)
    assert aws.permit.mode == "read-only"
    said = " ".join(label.text() for label in question.findChildren(QLabel))
    assert "Switch works to Admin?" in said
    assert "This is a production profile." in said
    press(question, words)
    await hand.settle()
    kept = hand.window.book.find("aws:works")
    assert kept is not None
    assert (kept.mode, kept.is_production, aws.permit.mode) == (mode, True, mode)


async def test_a_mode_that_is_switched_on_the_way_is_remembered_too(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    before = what_stands(aws_folder)
    hand, section = await open_page(make_window, demo_sandbox)
    await select(hand, section, "works")
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    hand.window.modes.want("admin")
    press(await hand.dialog(Dialog), "Switch to Admin")
    await hand.settle()
    assert next(row.profile.mode for row in section.table.records() if row.profile.name == "works") == "admin"
    again, _ = await open_page(make_window, demo_sandbox)
    kept = again.window.book.find("aws:works")
    assert kept is not None
    assert kept.mode == "admin"
    assert what_stands(aws_folder) == before


async def test_one_without_a_region_asks_for_it_once(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    hand, section = await open_page(make_window, demo_sandbox)
    await select(hand, section, "adrift")
    hand.click(section.use_button)
    dialog = await hand.dialog(Dialog)
    editor = form_of(dialog).editor("region")
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, "default")
    press(dialog, "Connect")
    assert "written like eu-central-1" in form_of(dialog).problems()["region"]
    editor.setText("eu-central-9")
    press(dialog, "Connect")
    press(await other_dialog(hand, dialog), "Correct it")
    await hand.settle(besides=["choose"])
    assert hand.window.session.region != "eu-central-9"
    editor.setText("us-east-1")
    press(dialog, "Connect")
    await hand.settle()
    assert hand.window.session.region == "us-east-1"
    assert "moonletter" in pools_in_front(hand.window)
    assert next(row.profile.region for row in section.table.records() if row.profile.name == "adrift") == "us-east-1"


async def test_one_of_them_is_saved_as_an_own_profile(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    before = what_stands(aws_folder)
    hand, section = await open_page(make_window, demo_sandbox)
    await select(hand, section, "works")
    hand.click(section.copy_button)
    press(await hand.dialog(Dialog), "Save profile")
    await hand.settle()
    own = hand.window.book.all()[-1]
    assert (own.name, own.kind, own.endpoint_url) == ("works (copy)", "keys", demo_sandbox.endpoint)
    assert own.secret_access_key == demo_sandbox.ready["secret_access_key"]
    assert what_stands(aws_folder) == before


async def test_a_change_of_the_files_shows_and_a_broken_one_is_named_with_its_line(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    hand, section = await open_page(make_window, demo_sandbox)
    config = aws_folder / "config"
    whole = config.read_text()
    changed = heard(hand.window.book.shared.changed)
    config.write_text("[profile works]\nregion = us-east-1\nspoilt aws_secret_access_key hush\n")
    await within(changed)
    words = " ".join(label.text() for label in section.empty.findChildren(QLabel) if label.isVisible())
    assert "config cannot be read: line 3 is not understood" in words
    assert "hush" not in words
    assert not section.use_button.isEnabled()
    changed = heard(hand.window.book.shared.changed)
    new = aws_folder / "config.new"
    new.write_text(f"{whole}[profile fresh]\nregion = eu-west-1\n")
    new.replace(config)
    await within(changed)
    assert names(section) == ["admin", "adrift", "corp", "fresh", "works"]


async def test_other_keys_in_the_files_are_used_by_a_connection_that_is_open(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    credentials = aws_folder / "credentials"
    right = credentials.read_text()
    credentials.write_text(right.replace(demo_sandbox.ready["secret_access_key"], "outdated"))
    hand, section = await open_page(make_window, demo_sandbox)
    await select(hand, section, "works")
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    assert "moonletter" not in pools_in_front(hand.window)
    loaded = heard(hand.window.tree.pools_loaded)
    credentials.write_text(right)
    await within(loaded)
    await hand.settle()
    assert "moonletter" in pools_in_front(hand.window)


async def test_hundreds_are_filtered_and_one_may_be_called_as_an_own_one(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    with (aws_folder / "config").open("a") as config:
        config.writelines(f"[profile team-{number}]\nregion = eu-west-1\n" for number in range(400))
    hand, section = await open_page(make_window, demo_sandbox)
    assert len(names(section)) == 404
    panel = hand.page(ProfilesPanel)
    panel.filter.setFocus()
    hand.write("TEAM-39 eu-west")
    assert len(names(section)) == 11
    assert section.count.text() == "11 of 404"
    assert panel.view.table.records() == ()
    panel.filter.clear()
    await hand.window.book.save(demo_keys(demo_sandbox, "works"))
    assert [each.name for each in hand.window.book.usable()].count("works") == 2
    hand.window.top_bar.choose_profile()
    menus = [menu.title() for menu in hand.window.top_bar.findChildren(QMenu)]
    assert "From the &AWS configuration files" in menus


async def test_the_next_start_goes_on_with_it(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    hand, section = await open_page(make_window, demo_sandbox)
    await select(hand, section, "works")
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    again = Hand(make_window(demo_sandbox.data))
    await again.be_active()
    await again.settle()
    assert again.window.session.profile is not None
    assert again.window.session.profile.id == "aws:works"


async def test_an_own_profile_stays_what_it_was_while_the_files_cannot_be_read(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    hand, _ = await open_page(make_window, demo_sandbox)
    panel = hand.page(ProfilesPanel)
    own = Profile("own", "Mine", "aws_profile", "us-east-1", "#3A57D6", aws_profile="works")
    await hand.window.book.save(own)
    (aws_folder / "config").write_text("spoilt")
    await hand.window.book.shared.load()
    panel.view.setCurrentIndex(panel.view.table.find(lambda profile: profile.id == "own"))
    hand.click(panel.edit_button)
    dialog = await hand.dialog(Dialog)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "config cannot be read: line 1 is not understood" in said
    press(dialog, "Save profile")
    await hand.settle()
    kept = hand.window.book.find("own")
    assert kept is not None
    assert (kept.aws_profile, kept.region, kept.mode) == ("works", "us-east-1", "read-only")


async def test_what_is_configured_for_the_first_time_appears_by_itself(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, aws_folder: Path
) -> None:
    away = await asyncio.to_thread(aws_folder.rename, aws_folder.with_name("away"))
    hand, section = await open_page(make_window, demo_sandbox)
    assert names(section) == []
    changed = heard(hand.window.book.shared.changed)
    await asyncio.to_thread(away.rename, aws_folder)
    await within(changed)
    assert names(section) == ["admin", "adrift", "corp", "works"]
