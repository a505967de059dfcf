"""Where the embedded page is: whether the way there is encrypted, the host, and the path without its parameters."""

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from cognito_explorer.core.loopback import is_loopback_host
from cognito_explorer.gui.lib.labels import ElidedLabel, IconLabel, plain_label, set_tone
from cognito_explorer.gui.lib.tokens import Tone


class AddressLine(QFrame):
    """Plain text, never a link. Parameters (state, nonce, code) are left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("globe", Tone.MUTED)
        self._word = plain_label("", "small")
        self._host = plain_label("", "section")
        self._path = ElidedLabel()
        set_tone(self._path, Tone.MUTED)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self._icon, self._word, self._host):
            layout.addWidget(part)
        layout.addWidget(self._path, 1)

    def text(self) -> str:
        """Host and path as shown."""
        return f"{self._host.text()}{self._path.text()}"

    def security(self) -> str:
        """The word beside the lock."""
        return self._word.text()

    def show_address(self, url: QUrl) -> None:
        """Show another address."""
        name, tone, word = _security_of(url)
        self._icon.set_icon(name, tone)
        self._word.setText(word)
        set_tone(self._word, tone)
        port = f":{url.port()}" if url.port() >= 0 else ""
        self._host.setText(f"{url.host()}{port}")
        self._path.setText(url.path())
        self.setAccessibleName(f"{word}: {self.text()}")


def _security_of(url: QUrl) -> tuple[str, Tone, str]:
    if url.scheme() == "https":
        return "lock", Tone.GOOD, "Encrypted"
    if is_loopback_host(url.host()):
        return "sandbox", Tone.INFO, "This computer"
    if not url.host():
        return "globe", Tone.MUTED, "Opening"
    return "unlock", Tone.WARN, "Not encrypted"
