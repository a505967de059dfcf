"""What panels asked the window to open."""

from cognito_explorer.gui.workspace import Page


class OpenedPages(list[Page]):
    """The pages, in order."""
