"""One list makes menus, shortcuts and the palette; what cannot be done says why."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMainWindow, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cognito_explorer.gui.lib.billable import BILLABLE
from cognito_explorer.gui.lib.commands import Command, CommandList
from cognito_explorer.gui.lib.fuzzy import score
from cognito_explorer.gui.lib.palette import Palette, ShortcutSheet

pytestmark = pytest.mark.usefixtures("theme_app")


class Bench:
    """A window with commands and a palette, and what was done."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.line = QLineEdit()
        inside = QWidget()
        QVBoxLayout(inside).addWidget(self.line)
        self.window.setCentralWidget(inside)
        self.done: list[str] = []
        self.reason = "Select a user first."
        self.commands = CommandList(self.window)
        self.commands.add(
            Command("user.create", "Create user", lambda: self.done.append("create"), "Ctrl+N", "Users", "plus"),
            Command(
                "user.delete", "Delete user", lambda: self.done.append("delete"), group="Users", why_not=self.why_not
            ),
            Command("view.reload", "Reload", lambda: self.done.append("reload"), "F5", "View", keywords=("refresh",)),
        )
        self.commands.install_shortcuts(self.window)
        self.palette = Palette(self.commands, self.window)
        self.window.resize(900, 600)
        self.window.show()
        self.window.activateWindow()
        self.line.setFocus()

    def why_not(self) -> str:
        return self.reason

    def titles(self) -> list[str]:
        return [command.title for command in self.palette.entries()]


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    """A window with three commands."""
    return Bench(qtbot)


def test_a_shortcut_runs_its_command(bench: Bench) -> None:
    QTest.keyClick(bench.line, Qt.Key.Key_F5)
    QTest.keyClick(bench.line, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert bench.done == ["reload", "create"]


def test_a_removed_command_s_shortcut_is_dead_and_can_be_given_again(bench: Bench) -> None:
    bench.commands.remove("view.reload")
    QTest.keyClick(bench.line, Qt.Key.Key_F5)
    assert bench.done == []
    bench.commands.add(Command("page.reload", "Reload page", lambda: bench.done.append("page"), "F5"))
    QTest.keyClick(bench.line, Qt.Key.Key_F5)
    assert bench.done == ["page"]


def test_a_command_that_cannot_be_done_says_why_and_does_nothing(bench: Bench) -> None:
    action = bench.commands.action("user.delete")
    assert (action.isEnabled(), action.toolTip()) == (False, "Select a user first.")
    assert not bench.commands.run("user.delete")
    bench.reason = ""
    bench.commands.refresh()
    assert (action.isEnabled(), action.toolTip()) == (True, "Delete user")
    assert bench.commands.run("user.delete")
    assert bench.done == ["delete"]


def test_the_same_id_or_shortcut_twice_is_refused(bench: Bench) -> None:
    with pytest.raises(ValueError, match="already"):
        bench.commands.add(Command("user.create", "Again", lambda: None))
    with pytest.raises(ValueError, match="both want Ctrl"):
        bench.commands.add(Command("user.copy", "Copy", lambda: None, "Ctrl+N"))


def test_menus_are_made_by_group_and_show_reasons_as_tooltips(bench: Bench) -> None:
    bar = bench.window.menuBar()
    bench.commands.fill_menu_bar(bar, ["Users", "View", "Empty"])
    menus = [action.menu() for action in bar.actions()]
    assert [action.text() for action in bar.actions()] == ["&Users", "&View"]
    assert isinstance(menus[0], QMenu)
    assert [action.text() for action in menus[0].actions()] == ["Create user", "Delete user"]


def test_what_makes_a_user_billable_carries_the_badge_in_menus_and_in_the_palette(bench: Bench) -> None:
    billed = [True]
    bench.commands.add(
        Command("user.apply", "Apply", lambda: None, "Ctrl+S", group="Users", is_billed=lambda: billed[0]),
        Command("user.refresh", "Refresh tokens", lambda: None, group="Users", is_billed=lambda: billed[0]),
    )
    apply, refresh = bench.commands.action("user.apply"), bench.commands.action("user.refresh")
    assert refresh.text() == "Refresh tokens\tBillable"
    assert apply.text().endswith("\tBillable   Ctrl+S")
    assert BILLABLE in refresh.toolTip()
    bench.palette.open("refresh tokens")
    model = bench.palette.list.model()
    told = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert told == "Refresh tokens, Billable"
    billed[0] = False
    bench.commands.refresh()
    assert refresh.text() == "Refresh tokens"
    assert model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole) == "Refresh tokens"


def test_a_section_begins_below_a_line_and_never_at_the_top(bench: Bench) -> None:
    for name in ("first", "second", "third"):
        begins = name != "third"
        bench.commands.add(Command(f"in.{name}", name, lambda: None, group="Parts", begins_section=begins))
    bar = bench.window.menuBar()
    bench.commands.fill_menu_bar(bar, ["Parts"])
    (menu,) = bar.findChildren(QMenu)
    assert ["–" if each.isSeparator() else each.text() for each in menu.actions()] == ["first", "–", "second", "third"]


def test_menus_filled_again_and_again_do_not_pile_up(bench: Bench) -> None:
    bar = bench.window.menuBar()
    for _ in range(3):
        bench.commands.fill_menu_bar(bar, ["Users", "View"])
    assert [menu.title() for menu in bar.findChildren(QMenu)] == ["&Users", "&View"]
    assert [action.text() for action in bar.actions()] == ["&Users", "&View"]
    bench.commands.remove("view.reload")
    bench.commands.fill_menu_bar(bar, ["Users", "View"])
    assert [action.text() for action in bar.actions()] == ["&Users"]


def test_the_palette_finds_by_letters_runs_by_enter_and_gives_the_keyboard_back(bench: Bench) -> None:
    bench.palette.open()
    assert bench.palette.line.hasFocus()
    QTest.keyClicks(bench.palette.line, "crea")
    assert bench.titles() == ["Create user"]
    QTest.keyClick(bench.palette.line, Qt.Key.Key_Return)
    assert bench.done == ["create"]
    assert not bench.palette.isVisible()
    assert bench.line.hasFocus()


def test_the_palette_moves_with_the_arrows_and_wraps(bench: Bench) -> None:
    bench.palette.open()
    QTest.keyClick(bench.palette.line, Qt.Key.Key_Up)
    QTest.keyClick(bench.palette.line, Qt.Key.Key_Return)
    assert bench.done == ["reload"]


def test_the_palette_offers_what_was_done_last_first(bench: Bench) -> None:
    bench.commands.run("view.reload")
    bench.palette.open()
    assert bench.titles()[0] == "Reload"


def test_the_palette_finds_by_keyword(bench: Bench) -> None:
    bench.palette.open("refresh")
    assert bench.titles() == ["Reload"]


def test_the_palette_does_not_run_what_cannot_be_done(bench: Bench) -> None:
    bench.palette.open("delete")
    QTest.keyClick(bench.palette.line, Qt.Key.Key_Return)
    assert bench.done == []
    assert bench.palette.isVisible()


def test_escape_closes_the_palette(bench: Bench) -> None:
    bench.palette.open()
    QTest.keyClick(bench.palette.line, Qt.Key.Key_Escape)
    assert not bench.palette.isVisible()
    assert bench.line.hasFocus()


def test_the_palette_adds_what_the_window_suggests(bench: Bench, qtbot: QtBot) -> None:
    def suggest(text: str) -> list[Command]:
        return [Command("user.find", f"Find users named {text}", lambda: bench.done.append(text))]

    palette = Palette(bench.commands, bench.window, suggest)
    palette.open("<b>ada</b>")
    assert [command.title for command in palette.entries()] == ["Find users named <b>ada</b>"]
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert bench.done == ["<b>ada</b>"]


def test_the_sheet_lists_every_shortcut(bench: Bench, qtbot: QtBot) -> None:
    sheet = ShortcutSheet(bench.commands, bench.window)
    words = {label.text() for label in sheet.findChildren(QLabel)}
    assert {"Users", "Create user", "Ctrl+N", "View", "Reload", "F5"} <= words
    assert "Delete user" not in words


@pytest.mark.parametrize(
    ("query", "text", "is_found"),
    [
        ("user crea", "Create user", True),
        ("cu", "Create user", True),
        ("xyz", "Create user", False),
        ("user delete", "Create user", False),
        ("", "anything", True),
    ],
)
def test_typed_letters_fit(query: str, text: str, is_found: bool) -> None:
    assert bool(score(query, text)) is is_found


def test_a_word_s_beginning_fits_better_than_its_middle() -> None:
    assert score("use", "User list") > score("use", "Because")
