"""At 1280 by 800 nothing scrolls sideways, and what decides about safety is seen at once."""

from PySide6.QtWidgets import QScrollArea

from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profiles_panel import ProfilesPanel
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.form import Form
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import Page, PageKind
from tests.hand import Hand


def overhang(window: MainWindow) -> dict[str, int]:
    """How far each table and each scrolled part of the page in front goes beyond its room, where it does."""
    tab = window.tabs.active()
    assert tab is not None
    views = {view.accessibleName() or view.objectName(): view for view in tab.panel.findChildren(RecordView)}
    areas = {f"area {number}": area for number, area in enumerate(tab.panel.findChildren(QScrollArea))}
    parts = {**views, **areas}
    found = {name: part.horizontalScrollBar().maximum() for name, part in parts.items() if part.isVisible()}
    return {name: beyond for name, beyond in found.items() if beyond}


async def test_no_page_of_tables_scrolls_sideways(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    for kind in (PageKind.JOURNAL, PageKind.CALLS, PageKind.PROFILES):
        shared_window.open_page(Page(kind))
        await hand.settle()
        assert (kind, overhang(shared_window)) == (kind, {})
    shared_window.modes.open_permissions()
    await hand.settle()
    assert hand.page(Panel).title == "What may I do?"
    assert overhang(shared_window) == {}


async def test_when_something_happened_is_read_whole(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    for kind in (PageKind.JOURNAL, PageKind.CALLS):
        shared_window.open_page(Page(kind))
        await hand.settle()
        (view,) = hand.page(Panel).findChildren(RecordView)
        at = next(at for at, column in enumerate(view.table.columns) if column.label == "Time")
        needed = view.fontMetrics().horizontalAdvance("59 minutes ago") + 16
        assert (kind, view.columnWidth(at) >= needed) == (kind, True)


async def test_the_list_of_profiles_tells_which_are_production_and_where_they_lead(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.open_profiles()
    await hand.settle()
    view = hand.page(ProfilesPanel).view
    held = {column.label: at for at, column in enumerate(view.table.columns)}
    endpoint = "http://127.0.0.1:45201"
    profile = Profile(
        id="p",
        name="p",
        kind="keys",
        region="us-east-1",
        endpoint_url=endpoint,
        chosen_mode="support",
        color="#9A5B00",
        is_production=True,
    )
    for label, words in (("Mode", "Support · production"), ("Endpoint", endpoint)):
        assert view.table.columns[held[label]].text(profile) == words
        assert view.columnWidth(held[label]) >= view.fontMetrics().horizontalAdvance(words) + 16


async def test_mode_and_production_are_seen_without_scrolling(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.open_profiles()
    await hand.settle()
    hand.click(hand.page(ProfilesPanel).add_button)
    dialog = await hand.dialog(Dialog)
    form = dialog.findChild(Form)
    assert form is not None
    for key in ("chosen_mode", "is_production"):
        editor = form.editor(key)
        assert editor.visibleRegion().boundingRect() == editor.rect(), key
    dialog.reject()
    await hand.settle()
