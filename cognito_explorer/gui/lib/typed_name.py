"""The name that must be typed before something is taken away; while people are masked, seen only as long as asked."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.gui.lib.form import Field, Form
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import breakable
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.theme import theme

_WIDTH_PX = 380


def typed_name_field(name: str, *, is_required: bool = False, check: Callable[[str], str] | None = None) -> Field:
    """The field "name" that it is typed into. Put `add_glance` beneath it once it stands in a form."""
    label = "Type the whole name to go on" if _is_masked(name) else f"Type {name} to go on"
    return Field("name", label, is_required=is_required, is_identifier=True, check=check)


def add_glance(form: Form, name: str) -> None:
    """Where the name is masked: what can be seen of it, and a button that shows it for as long as it is held."""
    if _is_masked(name):
        form.add_beneath("name", _Glance(name))


class _Glance(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        # Not one that masks by itself: it shows what a person asked for.
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setFixedWidth(theme().px(_WIDTH_PX))
        self.button = QPushButton(icon("eye"), "Hold to see it")
        self.button.setProperty("kind", "link")
        self.button.setToolTip("Shows the name for as long as you hold the button, or Space")
        self.button.pressed.connect(lambda: self._show(is_held=True))
        self.button.released.connect(lambda: self._show(is_held=False))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.label)
        self._show(is_held=False)

    def _show(self, *, is_held: bool) -> None:
        self.label.setText(breakable(self._name if is_held else privacy().in_text(self._name)))


def _is_masked(name: str) -> bool:
    return privacy().in_text(name) != name
