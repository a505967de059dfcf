"""Privacy: what is masked in values and in free text, and what one click reveals."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.user_pools.undo_way import moved_on
from cognito_explorer.gui.lib.clipboard import copy
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.faces import ErrorBanner
from cognito_explorer.gui.lib.labels import ElidedLabel, breakable, plain_label
from cognito_explorer.gui.lib.privacy import is_personal, mask, privacy, veil
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.text_view import TextView
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.user_pools.trouble_line import TroubleLine


@dataclass(frozen=True)
class Person:
    key: str
    email: str


ADA, EVE = Person("1", "ada@moonletter.example"), Person("2", "eve@moonletter.example")
EMAIL: Column[Person] = Column("E-mail", lambda row: row.email, private_key=lambda row: row.key)


@pytest.fixture(autouse=True)
def masked(theme_app: Theme, settings: Settings) -> Iterator[None]:
    privacy().switch(on=True)
    yield
    privacy().switch(on=False)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("", ""), ("ada@moonletter.example", "a•••@•••"), ("+447700900123", "•••23"), ("Ada Lovelace", "A•••")],
)
def test_a_value_shows_that_it_is_there_and_no_more(value: str, shown: str) -> None:
    assert mask(value) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A code was sent to ada@moonletter.example.", "A code was sent to a•••@•••."),
        ("Reset “eve@x.test”? Call +44 7700 900123", "Reset “e•••@•••”? Call •••23"),
        ("It is enabled, 2026-11-30 12:00:00 UTC", "It is enabled, 2026-11-30 12:00:00 UTC"),
        ("eyJhbGciOi.abc+123456789012/xyz=", "eyJhbGciOi.abc+123456789012/xyz="),
        ("https://x.test/login?login_hint=ada%40moon.example&a=b", "https://x.test/login?login_hint=a•••@•••&a=b"),
        ("phone_number=%2B447700900123 or phone=+447700900123", "phone_number=•••23 or phone=•••23"),
    ],
)
def test_addresses_and_numbers_in_a_sentence_are_masked(text: str, shown: str) -> None:
    assert privacy().in_text(text) == shown


@pytest.mark.parametrize(
    ("name", "text", "is_hidden"),
    [
        ("custom:contactPerson", "ada", True),
        ("custom:billing_email", "x", True),
        ("custom:ref", "ask ada@moonletter.example", True),
        ("custom:owner", "Ada Lovelace", True),
        ("dev:custom:mobile", "0770", True),
        ("birthdate", "1815-12-10", True),
        ("custom:plan", "annual", False),
        ("custom:ref", "b7f2-91", False),
        ("cognito:username", "ada", True),
        ("iss", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Moonlettr", False),
    ],
)
def test_an_attribute_tells_who_somebody_is_by_its_name_or_by_its_value(name: str, text: str, is_hidden: bool) -> None:
    assert is_personal(name, text) is is_hidden
    shown = privacy().of_attribute("nobody", name, text)
    assert shown == (mask(text) if is_hidden else text)


def test_labels_and_long_texts_follow_the_switch_and_lines_show_dots_until_one_types(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    line, view = QLineEdit(ADA.email), TextView("Body")
    label, elided = plain_label(breakable(f"To {ADA.email}")), ElidedLabel(f"To {ADA.email}")
    for part in (label, elided, view, line):
        layout.addWidget(part)
    veil(line)
    view.set_text(f"To {ADA.email}")
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    view.setFocus()
    assert [label.text(), elided.text(), elided.toolTip(), view.text()] == ["To a•••@•••"] * 4
    assert ADA.email not in line.displayText()
    line.setFocus()
    assert ADA.email not in line.displayText(), "a page that comes to the front puts the keyboard there by itself"
    privacy().switch(on=False)
    assert [elided.text(), elided.toolTip(), view.text()] == [f"To {ADA.email}"] * 3
    view.setFocus()
    assert line.displayText() == ADA.email


def test_a_line_shows_what_is_in_it_to_whoever_types_there_or_clicks_it(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    line, other = QLineEdit(ADA.email), QLineEdit()
    for part in (line, other):
        layout.addWidget(part)
        veil(part)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    line.setFocus()
    assert ADA.email not in line.displayText()
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    assert line.displayText() == ADA.email
    other.setFocus()
    assert other.echoMode() is QLineEdit.EchoMode.Normal, "there is nothing to hide"
    other.setText(EVE.email)
    assert EVE.email not in other.displayText(), "nobody typed it"
    QTest.keyClicks(other, "x")
    assert other.displayText() == f"{EVE.email}x"
    line.setFocus()
    assert ADA.email not in line.displayText()
    assert EVE.email not in other.displayText()


def test_cells_tips_and_exports_are_masked_until_one_record_is_revealed() -> None:
    assert [EMAIL.text(ADA), EMAIL.tip(ADA), EMAIL.plain(ADA)] == ["a•••@•••"] * 3
    privacy().reveal(ADA.key)
    assert EMAIL.plain(ADA) == ADA.email
    assert EMAIL.text(EVE) == "e•••@•••"
    privacy().switch(on=True)
    assert EMAIL.text(ADA) == "a•••@•••", "using the switch masks everybody again"


@pytest.mark.parametrize(
    ("username", "shown"),
    [
        ("alice.ashdown", "a•••"),
        ("Google_1135791", "G•••"),
        ("b4c8d458-1031-70aa-9c9a-5a3d9f3f2a55", "b4c8d458-1031-70aa-9c9a-5a3d9f3f2a55"),
        ("ada@moonletter.example", "a•••@•••"),
    ],
)
def test_a_username_is_masked_like_a_name_unless_it_is_a_uuid(username: str, shown: str) -> None:
    assert privacy().of_username("sub-1", username) == shown
    for name in ("cognito:username", "username", "sub"):
        assert privacy().of_claims({name: username}) == {name: shown}
    privacy().reveal("sub-1")
    assert privacy().of_username("sub-1", username) == username


def test_the_sub_of_a_machine_is_its_client_and_stays() -> None:
    claims = {"sub": "4f1ainsecr3tclientidforweb", "client_id": "4f1ainsecr3tclientidforweb"}
    assert privacy().of_claims(claims) == claims


async def test_a_known_username_is_masked_wherever_it_stands_until_revealed(qtbot: QtBot) -> None:
    label = plain_label("Changing grace.hopper")
    qtbot.addWidget(label)
    long = "maximiliana.von-und-zu-hohenzollern-sigmaringen"
    with qtbot.waitSignal(privacy().changed):
        privacy().know([("grace.hopper", "sub-g"), (long, ""), ("support", ""), ("al", "")])
    assert label.text() == "Changing g•••"
    assert privacy().in_text("AdminDisableUser, user grace.hopper.") == "AdminDisableUser, user g•••."
    assert privacy().in_text("“grace.hopper” is no grace.hopper2") == "“g•••” is no grace.hopper2"
    assert privacy().in_text(f"{long[:40]} was disabled.") == "m••• was disabled."
    assert privacy().in_text("support mode, al") == "support mode, al"
    privacy().reveal("sub-g")
    assert label.text() == "Changing grace.hopper"


async def test_toasts_and_the_clipboard_are_masked(theme_app: Theme) -> None:
    window = QWidget()
    window.show()
    assert toast(window, f"A code was sent to {ADA.email}.").text == "A code was sent to a•••@•••."
    copy(window, ADA.email, "it")
    assert QGuiApplication.clipboard().text() == "a•••@•••"
    window.hide()
    window.deleteLater()


def test_an_error_is_masked_as_long_as_the_switch_is_on(theme_app: Theme) -> None:
    banner = ErrorBanner()
    banner.show_error(ExplorerError("Nothing was undone.", f"Then: email was {ADA.email}."))
    assert words_of(banner) == ["Nothing was undone.", "Then: email was a•••@•••."]
    privacy().switch(on=False)
    assert words_of(banner)[1] == f"Then: email was {ADA.email}."
    banner.deleteLater()


def test_the_attributes_an_error_tells_are_masked_in_its_banner_and_in_its_copy(theme_app: Theme) -> None:
    privacy().switch(on=False)
    banner, line = ErrorBanner(), TroubleLine()
    error = moved_on(
        "Then: family_name was Hopper-Murray. Now: Murray.", ("family_name", "Murray"), ("family_name", "Hopper-Murray")
    )
    banner.show_error(error)
    line.show_error(error)
    assert words_of(banner)[1] == error.hint
    privacy().switch(on=True)
    assert words_of(banner)[1] == "Then: family_name was H•••. Now: M•••."
    assert words_of(line)[1] == "Then: family_name was H•••. Now: M•••."
    banner.copy_button.click()
    assert "Murray" not in QGuiApplication.clipboard().text()
    privacy().switch(on=False)
    assert words_of(banner)[1] == words_of(line)[1] == error.hint
    assert error.hint in banner.details()
    banner.deleteLater()
    line.deleteLater()


def test_what_tells_nobody_stays_in_an_error() -> None:
    assert privacy().in_error("Then: enabled was no.", [("enabled", "no")]) == "Then: enabled was no."
    assert privacy().in_error("Then: name was \\x.", [("name", "\\x")]) == "Then: name was \\•••."


def words_of(banner: ErrorBanner | TroubleLine) -> list[str]:
    return [label.text() for label in banner.findChildren(QLabel) if label.text()]
