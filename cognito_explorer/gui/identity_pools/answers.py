"""What the service answered to one probe: the guest's answer at the left, the signed-in user's at the right."""

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.identity_pools.probes import ProbeResult
from cognito_explorer.gui.identity_pools.probe_table import ProbeRow, Side, icon_of, is_kept_back, tone_of, word_of
from cognito_explorer.gui.lib.clipboard import copy
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import ElidedLabel, IconLabel, set_property, set_tone
from cognito_explorer.gui.lib.tokens import Tone

_LEAST_PX = 44
_CHOOSE = "Choose a line to read what the service said."


class Answers(QWidget):
    """Both answers to the chosen probe."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.guest = AnswerView("Guest")
        self.authenticated = AnswerView("Authenticated")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.guest, 1)
        layout.addWidget(self.authenticated, 1)

    def text(self) -> str:
        """Both answers as they can be read."""
        return f"{self.guest.text()}\n\n{self.authenticated.text()}"

    def show_row(self, row: ProbeRow | None, reasons: dict[Side, str]) -> None:
        """Show the answers to a probe; `reasons` says why a side has none."""
        self._show_side(self.guest, "guest", row, reasons)
        self._show_side(self.authenticated, "authenticated", row, reasons)

    def _show_side(self, view: "AnswerView", side: Side, row: ProbeRow | None, reasons: dict[Side, str]) -> None:
        if row is None:
            view.show_nothing("", _CHOOSE)
        elif (result := row.result(side)) is not None:
            view.show_result(result)
        else:
            view.show_nothing("Not run", reasons.get(side, ""))


class AnswerView(QWidget):
    """One answer: the verdict in a line, the service's own words beneath, and what came back."""

    def __init__(self, side: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._symbol = IconLabel("")
        self.verdict = ElidedLabel()
        set_property(self.verdict, "role", "section")
        self.copy_button = QPushButton(icon("copy", Tone.MUTED), "")
        self.copy_button.setProperty("kind", "mini")
        for name in (self.copy_button.setToolTip, self.copy_button.setAccessibleName):
            name(f"Copy this answer: {side}")
        self.copy_button.clicked.connect(lambda: copy(self, self.text(), "the answer"))
        self.editor = QPlainTextEdit()
        self.editor.setReadOnly(True)
        self.editor.setMinimumHeight(_LEAST_PX)
        self.editor.setProperty("role", "mono")
        self.editor.setTabChangesFocus(True)
        self.editor.setAccessibleName(f"Answer: {side}")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._symbol)
        line.addWidget(self.verdict, 1)
        line.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self.editor, 1)

    def text(self) -> str:
        """Verdict and words."""
        return f"{self.verdict.text()}\n{self.editor.toPlainText()}"

    def show_result(self, result: ProbeResult) -> None:
        """Show an answer."""
        code = f" · {result.code}" if result.code else ""
        took = "" if is_kept_back(result) else f" in {result.duration_ms} ms"
        words = f"{word_of(result)}{took}{code}"
        came_back = f"\n\n{result.preview}" if result.preview else ""
        self._show(icon_of(result), tone_of(result), words, f"{result.reason}{came_back}")

    def show_nothing(self, words: str, why: str) -> None:
        """Say why there is no answer."""
        self._show("minus", Tone.MUTED, words, why)

    def _show(self, symbol: str, tone: Tone, words: str, body: str) -> None:
        title = f"{self._side}: {words[:1].lower()}{words[1:]}" if words else self._side
        if (title, body) == (self.verdict.text(), self.editor.toPlainText()):
            return
        self._symbol.set_icon(symbol, tone)
        self.verdict.setText(title)
        set_tone(self.verdict, tone)
        self.editor.setPlainText(body)
        self.copy_button.setEnabled(bool(body))
