"""A state as icon and word, never as a colour alone."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from cognito_explorer.gui.lib.labels import IconLabel, plain_label, plain_tooltip, set_tone
from cognito_explorer.gui.lib.tokens import Tone


class StatusBadge(QFrame):
    """Icon and word on a ground of their tone."""

    def __init__(self, text: str = "", tone: Tone = Tone.MUTED, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "badge")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._icon = IconLabel("", tone)
        self._label = plain_label()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 2)
        layout.setSpacing(4)
        layout.addWidget(self._icon)
        layout.addWidget(self._label)
        self._shown: tuple[str, Tone, str, str] | None = None
        self.set_status(text, tone, icon)

    @property
    def text(self) -> str:
        """The word."""
        return self._label.text()

    def set_status(self, text: str, tone: Tone, icon: str = "", *, tip: str = "") -> None:
        """Show another state."""
        shown = (text, tone, icon, tip)
        if shown == self._shown:
            return
        self._shown = shown
        self._label.setText(text)
        self._icon.set_icon(icon, tone)
        self._icon.setVisible(bool(icon))
        set_tone(self, tone)
        set_tone(self._label, tone)
        self.setToolTip(plain_tooltip(tip))
        self.setAccessibleName(text)
        self.adjustSize()
