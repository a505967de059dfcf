"""Parts of a page that come and go together, laid out once."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QLayout, QWidget


@contextmanager
def laid_out_once(*widgets: QWidget) -> Iterator[None]:
    """Lay these out at the end, outermost first, however much is shown or hidden in them meanwhile.

    Qt lays out all ancestors of whatever is shown, at once; and asks for a page to be painted before it has heard that
    something in it has another size, so that it is painted twice, the first time out of place.
    """
    layouts = [layout for widget in widgets if (layout := widget.layout()) is not None and layout.isEnabled()]
    for layout in layouts:
        layout.setEnabled(False)
    try:
        yield
    finally:
        for layout in layouts:
            _forget_sizes(layout)
            layout.setEnabled(True)
        for widget in reversed(widgets):
            widget.updateGeometry()
        for layout in layouts:
            layout.activate()


def _forget_sizes(layout: QLayout) -> None:
    """Those of the layouts in it, too: nobody tells them of a widget that came or went."""
    for at in range(layout.count()):
        item = layout.itemAt(at)
        inner = item.layout() if item is not None else None
        if inner is not None:
            _forget_sizes(inner)
    layout.invalidate()
