"""Which keys with Alt a window answers to just now, and who wants them."""

import re
from collections import defaultdict

from PySide6.QtWidgets import QAbstractButton, QLabel, QMenuBar, QTabBar, QWidget

_MARKED = re.compile(r"&(.)")


def doubled_mnemonics(window: QWidget) -> dict[str, list[str]]:
    """Every key that more than one thing on screen wants, with the texts of those things."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for text in _texts(window):
        for key in _MARKED.findall(text.replace("&&", "")):
            wanted[key.casefold()].append(text)
    return {key: texts for key, texts in wanted.items() if len(texts) > 1}


def _texts(window: QWidget) -> list[str]:
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not widget.isEnabled():
            continue
        match widget:
            case QAbstractButton():
                found.append(widget.text())
            case QLabel() if widget.buddy() is not None:
                found.append(widget.text())
            case QTabBar():
                found += [widget.tabText(at) for at in range(widget.count()) if widget.isTabVisible(at)]
            case QMenuBar():
                found += [action.text() for action in widget.actions()]
    return found
