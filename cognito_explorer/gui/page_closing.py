"""Closing pages: nothing that was not applied is lost without a question."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cognito_explorer.core.journal import Change
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.logs.outcomes import target_of
from cognito_explorer.gui.page_tabs import Tab
from cognito_explorer.gui.workspace import Page, PageKind

if TYPE_CHECKING:
    from cognito_explorer.gui.main_window import MainWindow


class PageClosing(QObject):
    """Owned by the window. After the last page comes the start page."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window

    def close(self, panel: Panel) -> None:
        """Close a page; staged edits are asked about first."""
        if panel.has_unsaved_edits():
            work = self._ask_to_close(panel)
            self._window.tasks.start(f"close_tab {id(panel)}", work, label="Closing the tab")
        else:
            self.remove(panel)

    def remove(self, panel: Panel) -> None:
        """Close a page without a question."""
        window = self._window
        index = window.tabs.indexOf(panel)
        if index < 0:
            return
        self._hear_out(window.tabs.tabs()[index])
        window.tabs.close_tab(index)
        if window.tabs.count():
            window.focus_page()
        else:
            window.open_welcome()

    async def may_lose(self, tabs: Sequence[Tab]) -> bool:
        """Whether these pages may go: at once where nothing is staged, or nothing is any more; else by the answer."""
        from cognito_explorer.gui.lib.dialogs import Dialog, finished

        panels = [tab.panel for tab in tabs if tab.panel.has_unsaved_edits()]
        if not panels:
            return True
        titles = ", ".join(panel.title for panel in panels)
        text = f"There are changes that were not applied in: {titles}."
        dialog = Dialog(self._window, "Discard what you have not applied?", text)
        safe = dialog.add_safe("Go back")
        dialog.add_action("Discard changes", destructive=True).clicked.connect(dialog.accept)
        safe.setDefault(True)
        safe.setFocus()

        def look_again() -> None:
            """What was staged may have gone its way while the question stands: then nothing is left to ask."""
            is_left = any(shiboken6.isValid(panel) and panel.has_unsaved_edits() for panel in panels)
            if not is_left and shiboken6.isValid(dialog):
                dialog.accept()

        for panel in panels:
            panel.commands_changed.connect(look_again)
        try:
            return await finished(dialog)
        finally:
            for panel in filter(shiboken6.isValid, panels):
                panel.commands_changed.disconnect(look_again)

    def _hear_out(self, tab: Tab) -> None:
        """What a page has sent goes on without it: if it is not done, that is said when the answer comes."""
        aws, context = tab.page.aws, tab.page.context
        if aws is None or not _is_at_work(tab.panel):
            return
        places = {context.pool_id, context.identity_pool_id} - {""}
        sent = {each.id for each in aws.journal.running() if each.scope in places}
        if sent:
            window = self._window

            def hear(change: Change) -> None:
                if change.id not in sent:
                    return
                sent.remove(change.id)
                if not sent:
                    stop()
                if change.outcome != "accepted" and shiboken6.isValid(window):
                    open_it = partial(window.open_page, Page(PageKind.JOURNAL))
                    toast(window, _in_words(change), action=("Open journal", open_it), tone=Tone.BAD)

            stop = aws.journal.subscribe(hear)

    async def _ask_to_close(self, panel: Panel) -> None:
        if await self.may_lose([tab for tab in self._window.tabs.tabs() if tab.panel is panel]):
            self.remove(panel)


def _is_at_work(panel: Panel) -> bool:
    """Whether the page does something, or its inspector, which stands elsewhere in the window."""
    inspector = getattr(panel, "inspector", None)
    parts = (panel, inspector) if isinstance(inspector, QWidget) else (panel,)
    return any(scope.running() for part in parts for scope in part.findChildren(TaskScope))


def _in_words(change: Change) -> str:
    trouble = f" ({change.trouble})" if change.trouble else ""
    return f"{change.action} of {target_of(change)}, whose page is closed: {change.outcome}{trouble}"
