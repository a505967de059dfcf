"""Long outside text (JSON, tokens, policies) to read and copy, and secrets that show themselves only when asked."""

import json
import re

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
)
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.gui.lib.clipboard import copy, copy_secret, keep_secret
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import ElidedLabel, plain_label, set_property
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.lib.visible import visible

_MASK = "•" * 12
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
_PARTS = re.compile(
    r'(?P<key>"(?:\\.|[^"\\])*"(?=\s*:))|(?P<text>"(?:\\.|[^"\\])*")'
    r"|(?P<word>\b(?:true|false|null)\b)|(?P<number>-?\b\d[\d.eE+-]*)"
)
_TONES = {"key": Tone.ACCENT, "text": Tone.GOOD, "word": Tone.WARN, "number": Tone.INFO}


class TextView(QWidget):
    """Read-only monospace text with a line above it: what it is, wrap, copy.

    Addresses and numbers of people in it are masked while the privacy switch is on, in what is copied, too. What cannot
    be seen is written out on the screen alone.
    """

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._whole = ""
        self.editor = _reader()
        self._colours = _JsonColours(self.editor.document())
        self.wrap_button = QPushButton("Wrap")
        self.wrap_button.setCheckable(True)
        self.wrap_button.toggled.connect(self._wrap)
        self.copy_button = QPushButton(icon("copy"), "Copy")
        self.copy_button.clicked.connect(self._copy)
        privacy().changed.connect(self._follow_privacy)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(plain_label(title, "section"), 1)
        line.addWidget(self.wrap_button)
        line.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(line)
        layout.addWidget(self.editor, 1)

    def text(self) -> str:
        """The whole text, as it may be seen."""
        return self.editor.toPlainText()

    def set_text(self, text: str) -> None:
        """Show text as it is."""
        self._colours.is_on = False
        self._show(text)

    def set_json(self, value: object) -> None:
        """Show a value as indented JSON, coloured."""
        self._colours.is_on = True
        self._show(json.dumps(value, indent=2, ensure_ascii=False, default=str))

    def _show(self, text: str) -> None:
        self._whole = text
        self.editor.setPlainText(visible(privacy().in_text(text)))

    def _follow_privacy(self) -> None:
        if self.text() != visible(privacy().in_text(self._whole)):
            self._show(self._whole)

    def _copy(self) -> None:
        # Half a surrogate pair is no text to a clipboard: it would be left out without a word.
        copied = self._whole.encode(errors="backslashreplace").decode()
        copy(self, copied, self._title.lower())

    def _wrap(self, wrapped: bool) -> None:
        mode = QPlainTextEdit.LineWrapMode
        self.editor.setLineWrapMode(mode.WidgetWidth if wrapped else mode.NoWrap)


class _Secret(QWidget):
    """A secret that shows itself only while a button is pressed in, and never after it was hidden from view.

    It is in no tooltip and no accessible name; copied, it leaves the clipboard after a minute.
    """

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what, self._secret = what, ""
        self.reveal_button = QPushButton()
        self.reveal_button.setCheckable(True)
        self.reveal_button.toggled.connect(self._show)
        self.copy_button = QPushButton()
        self.copy_button.clicked.connect(lambda: copy_secret(self, self._secret, what))

    def shown_text(self) -> str:
        """What can be read just now: dots, or the secret."""
        return ""

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.reveal_button.setChecked(False)

    def _hold(self, secret: str) -> None:
        self._secret = secret
        self.reveal_button.setChecked(False)
        self._show(False)

    def _show(self, revealed: bool) -> None:
        self.reveal_button.setChecked(revealed)
        self.reveal_button.setEnabled(bool(self._secret))
        self.copy_button.setEnabled(bool(self._secret))


class SecretLabel(_Secret):
    """A secret in a line."""

    def __init__(self, what: str, secret: str = "", parent: QWidget | None = None) -> None:
        super().__init__(what, parent)
        self._label = ElidedLabel(middle=True)
        set_property(self._label, "role", "mono")
        self.copy_button.setIcon(icon("copy", Tone.MUTED))
        for button, words in ((self.reveal_button, f"Show {what}"), (self.copy_button, f"Copy {what}")):
            button.setProperty("kind", "mini")
            button.setToolTip(words)
            button.setAccessibleName(words)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.reveal_button)
        layout.addWidget(self.copy_button)
        self.set_secret(secret)

    @override
    def shown_text(self) -> str:
        return self._label.text()

    def set_secret(self, secret: str) -> None:
        """Hold another secret, masked."""
        self._hold(secret)

    @override
    def _show(self, revealed: bool) -> None:
        super()._show(revealed)
        self._label.setText(self._secret if revealed else _MASK if self._secret else "")
        # The label would say its text in its tooltip, and to a screen reader that is not asked.
        self._label.setToolTip("")
        self._label.setAccessibleName(self._what)
        self.reveal_button.setIcon(icon("eye-off" if revealed else "eye", Tone.MUTED))


class SecretText(_Secret):
    """A long secret, such as a token, with a note above it."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(f"the {what}", parent)
        self._note = plain_label("", "muted", wrap=True)
        self.editor = _prepared(_SecretReader())
        self.editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.editor.setAccessibleName(what.capitalize())
        self.copy_button.setIcon(icon("copy"))
        self.copy_button.setText(f"&Copy {what}")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._note, 1)
        line.addWidget(self.reveal_button)
        line.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(line)
        layout.addWidget(self.editor, 1)
        self._hold("")

    @override
    def shown_text(self) -> str:
        return self.editor.toPlainText()

    def set_secret(self, secret: str, note: str) -> None:
        """Hold another secret, masked; the same one stays as it is."""
        self._note.setText(note)
        if secret != self._secret:
            self._hold(secret)

    @override
    def _show(self, revealed: bool) -> None:
        super()._show(revealed)
        self.editor.setPlainText(self._secret if revealed else _MASK * 4)
        self.editor.setTextInteractionFlags(_SELECTABLE if revealed else Qt.TextInteractionFlag.NoTextInteraction)
        self.reveal_button.setText("Hid&e" if revealed else "Sho&w")
        self.reveal_button.setIcon(icon("eye-off" if revealed else "eye"))


class _SecretReader(QPlainTextEdit):
    """What is copied out of it leaves the clipboard like the whole; there is no menu, whose Copy would stay."""

    def __init__(self) -> None:
        super().__init__()
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            if self.textCursor().hasSelection():
                keep_secret(self.textCursor().selectedText())
        else:
            super().keyPressEvent(event)


def _reader() -> QPlainTextEdit:
    """A place to read and copy outside text."""
    return _prepared(QPlainTextEdit())


def _prepared(editor: QPlainTextEdit) -> QPlainTextEdit:
    editor.setReadOnly(True)
    editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    editor.setProperty("role", "mono")
    editor.setTabChangesFocus(True)
    editor.setTextInteractionFlags(_SELECTABLE)
    return editor


class _JsonColours(QSyntaxHighlighter):
    """Keys, texts, numbers and words of JSON in the tones of the theme."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.is_on = False
        theme().changed.connect(self.rehighlight)

    @override
    def highlightBlock(self, text: str) -> None:
        if not self.is_on or len(text) > 5_000:
            return
        for match in _PARTS.finditer(text):
            ink = QTextCharFormat()
            ink.setForeground(QColor(theme().tokens.tone(_TONES[match.lastgroup or "text"])))
            self.setFormat(match.start(), match.end() - match.start(), ink)
