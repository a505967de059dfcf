"""The window's own commands, as data."""

import sys
from functools import partial
from typing import TYPE_CHECKING

from cognito_explorer.gui.connection.profile_modes import MODES, ORDER
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.explaining import explaining
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.theme import ThemeChoice, theme
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.workspace import Page, PageKind

if TYPE_CHECKING:
    from cognito_explorer.gui.main_window import MainWindow

MENUS = ("File", "Go", "Page", "View", "Help")
_SCALE_STEP = 0.1


def window_commands(window: "MainWindow") -> list[Command]:
    """Everything that can be done whatever page is shown."""
    return [*_file(window), *_go(window), *_view(), *_help(window)]


def _file(window: "MainWindow") -> list[Command]:
    return [
        Command(
            "profile.switch", "Switch profile…", window.top_bar.choose_profile, "Ctrl+P", "File", "cloud", ("region",)
        ),
        *(
            Command(
                f"mode.{mode}",
                f"Mode: {MODES[mode].name}",
                lambda mode=mode: window.modes.want(mode),  # type: ignore[misc]  # mypy cannot infer a bound default
                group="File",
                icon=MODES[mode].icon,
                keywords=("mode", "write", "change"),
                why_not=window.modes.why_not,
                is_checked=lambda mode=mode: window.modes.mode == mode,  # type: ignore[misc]  # the same
            )
            for mode in ORDER
        ),
        Command(
            "permissions.show",
            "What may I do?",
            window.modes.open_permissions,
            group="File",
            icon="shield-check",
            keywords=("permissions", "policy", "IAM"),
            why_not=window.modes.why_not,
        ),
        Command(
            "connection.close",
            "Close connection",
            window.sides.close_front,
            "Ctrl+Shift+W",
            "File",
            "close",
            ("disconnect",),
            why_not=window.sides.why_not,
        ),
        Command("profile.manage", "Manage profiles…", window.open_profiles, "", "File", "profile", begins_section=True),
        Command(
            "token.paste",
            "Paste a token",
            window.paste_token,
            "Ctrl+Shift+V",
            "File",
            "token",
            ("look", "read", "inspect", "JWT", "clipboard"),
        ),
        Command("sandbox.show", "Sandbox…", window.open_sandbox, "", "File", "sandbox", ("outbox", "reset")),
        Command(
            "everything.forget",
            "Forget everything…",
            window.forgetting.start,
            group="File",
            icon="trash",
            keywords=("delete", "reset", "keyring", "uninstall"),
            is_destructive=True,
            begins_section=True,
        ),
        Command("tab.close", "Close tab", window.close_active_tab, "Ctrl+W", "File", "close", begins_section=True),
        Command("app.quit", "Quit", window.close, "Ctrl+Q", "File", "stop"),
    ]


def _go(window: "MainWindow") -> list[Command]:
    return [
        Command("anything.find", "Find anything…", window.open_palette, "Ctrl+K", "Go", "search"),
        *_menu_bar(window),
        Command("start.show", "Start page", window.open_welcome, "", "Go", "home"),
        Command("tree.focus", "Go to the tree", window.focus_tree, "Ctrl+1", "Go", begins_section=True),
        Command("page.focus", "Go to the page", window.focus_page, "Ctrl+2", "Go"),
        Command("inspector.focus", "Go to the inspector", window.focus_inspector, "Ctrl+3", "Go"),
        Command("tab.next", "Next tab", lambda: window.step_tab(1), "Ctrl+PgDown", "Go", begins_section=True),
        Command("tab.previous", "Previous tab", lambda: window.step_tab(-1), "Ctrl+PgUp", "Go"),
        Command("page.reload", "Reload", window.reload_page, "F5", "Go", "refresh", begins_section=True),
        Command("tree.reload", "Reload the tree", window.tree.reload, "Shift+F5", "Go"),
    ]


def _menu_bar(window: "MainWindow") -> list[Command]:
    """F10, as on Windows and Linux; a Mac has one menu bar for all programs, and a key of its own for it."""
    if sys.platform == "darwin":
        return []
    return [Command("menus.open", "Open the menus", partial(_open_menus, window), "F10", "Go")]


def _open_menus(window: "MainWindow") -> None:
    """The arrows lead to the other menus, Esc twice back to where the keyboard was."""
    bar = window.menuBar()
    bar.setActiveAction(bar.actions()[0])


def _view() -> list[Command]:
    looks = theme()
    return [
        *(
            Command(
                f"theme.{choice.value}",
                title,
                lambda choice=choice: looks.choose(choice),  # type: ignore[misc]  # mypy cannot infer a bound default
                group="View",
                icon=symbol,
                keywords=("theme", "appearance"),
                is_checked=lambda choice=choice: looks.choice is choice,  # type: ignore[misc]  # the same
            )
            for choice, title, symbol in (
                (ThemeChoice.LIGHT, "Light", "sun"),
                (ThemeChoice.DARK, "Dark", "moon"),
                (ThemeChoice.SYSTEM, "As the system", "settings"),
            )
        ),
        Command(
            "type.enlarge",
            "Larger type",
            lambda: looks.set_scale(looks.scale + _SCALE_STEP),
            "Ctrl++",
            "View",
            begins_section=True,
        ),
        Command("type.shrink", "Smaller type", lambda: looks.set_scale(looks.scale - _SCALE_STEP), "Ctrl+-", "View"),
        Command("type.reset", "Type as designed", lambda: looks.set_scale(1.0), "Ctrl+0", "View"),
        Command(
            "privacy.switch",
            "Privacy: mask people's data",
            lambda: privacy().switch(on=not privacy().is_on),
            "Ctrl+Shift+H",
            "View",
            "eye-off",
            ("mask", "hide", "e-mail", "screen sharing"),
            is_checked=lambda: privacy().is_on,
            begins_section=True,
        ),
        Command(
            "times.utc",
            "Times in UTC",
            lambda: clock().set_utc(not clock().is_utc),
            group="View",
            icon="clock",
            is_checked=lambda: clock().is_utc,
        ),
    ]


def _help(window: "MainWindow") -> list[Command]:
    return [
        Command(
            "calls.show",
            "Calls",
            lambda: window.activity_bar.toggle(0),
            "Ctrl+J",
            "View",
            "log",
            begins_section=True,
        ),
        Command("changes.show", "Changes", lambda: window.activity_bar.toggle(1), "Ctrl+Shift+J", "View", "log"),
        Command("error.explain", "Explain an error…", lambda: explaining().wanted.emit(""), "", "Help", "help"),
        Command("calls.open", "Call log", partial(window.open_page, Page(PageKind.CALLS)), "Ctrl+Alt+L", "View", "log"),
        Command(
            "journal.show", "Journal", partial(window.open_page, Page(PageKind.JOURNAL)), "Ctrl+Alt+J", "View", "log"
        ),
        Command(
            "rates.adopt",
            "Ask for the account's request rates",
            window.modes.adopt_rates,
            group="View",
            icon="clock",
            why_not=window.modes.why_not,
        ),
        Command("queue.show", "Queue", lambda: window.activity_bar.toggle(2), "", "View", "clock"),
        Command("shortcuts.show", "Keyboard shortcuts", window.open_shortcuts, "F1", "Help", "command"),
    ]
