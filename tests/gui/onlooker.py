"""Somebody who looks over one's shoulder: all that a window says, painted, on hover and to a screen reader."""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QBuffer, QIODevice, QModelIndex, Qt
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QTreeView,
    QWidget,
)

_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.EditRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.StatusTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)
_TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")

Seen = tuple[str, str]


def everything_seen() -> Iterator[Seen]:
    """Where and what, for everything that any window on the screen says."""
    for top in QApplication.topLevelWidgets():
        if top.isVisible():
            for widget in (top, *top.findChildren(QWidget)):
                if widget.isVisible():
                    yield from ((_path(widget, way), text) for way, text in _texts(widget) if text)
            yield from ((_path(top, "painted"), text) for text in painted(top))


def painted(widget: QWidget) -> list[str]:
    """The pieces of text that are really painted, elided as they are."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    device = QSvgGenerator()
    device.setOutputDevice(buffer)
    device.setSize(widget.size())
    widget.render(device)
    del device
    return [html.unescape(text) for text in _TEXT.findall(bytes(buffer.data().data()).decode())]


def _texts(widget: QWidget) -> Iterator[Seen]:
    yield "tooltip", widget.toolTip()
    yield "accessible name", widget.accessibleName()
    yield "accessible description", widget.accessibleDescription()
    yield "window title", widget.windowTitle()
    yield "status tip", widget.statusTip()
    yield "what's this", widget.whatsThis()
    for kind, read in _READERS:
        if isinstance(widget, kind):
            yield from read(widget)


def _of_tabs(bar: QTabBar) -> Iterator[Seen]:
    for index in range(bar.count()):
        yield "tab", bar.tabText(index)
        yield "tab's tooltip", bar.tabToolTip(index)


def _of_menu(menu: QMenu) -> Iterator[Seen]:
    for action in menu.actions():
        yield "action", action.text()
        yield "action's tooltip", action.toolTip()


_READERS: tuple[tuple[type[QWidget], Callable[[Any], Iterable[Seen]]], ...] = (
    (QLabel, lambda label: [("text", label.text())]),
    (QAbstractButton, lambda button: [("text", button.text())]),
    (QLineEdit, lambda line: [("text", line.displayText()), ("placeholder", line.placeholderText())]),
    (QPlainTextEdit, lambda text: [("text", text.toPlainText()), ("placeholder", text.placeholderText())]),
    (QGroupBox, lambda box: [("title", box.title())]),
    (QTabBar, _of_tabs),
    (QMenu, _of_menu),
    (QComboBox, lambda box: _cells(box.model())),
    (QListView, lambda view: _cells(view.model())),
    (QTableView, lambda view: _cells(view.model())),
    (QTreeView, lambda view: _cells(view.model())),
)


def _cells(model: QAbstractItemModel | None, parent: QModelIndex | None = None) -> Iterator[Seen]:
    if model is None:
        return
    above = parent or QModelIndex()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(above)
    for row in range(model.rowCount(above)):
        for column in range(columns):
            index = model.index(row, column, above)
            for role in _ROLES:
                value = model.data(index, role)
                if isinstance(value, str):
                    yield f"cell {row}/{column} {role.name}", value
        yield from _cells(model, model.index(row, 0, above))


def _path(widget: QWidget, way: str) -> str:
    names: list[str] = []
    here: QWidget | None = widget
    while here is not None and len(names) < 4:
        names.append(here.objectName() or type(here).__name__)
        here = here.parentWidget()
    return f"{way} of {' < '.join(names)}"
