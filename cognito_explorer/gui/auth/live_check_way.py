"""How a token is sent to an API: the kind of API, the method, the header, and what a POST carries."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from cognito_explorer.core.auth.live_check import LONGEST_BODY, LiveCheck, Method, Style
from cognito_explorer.core.auth.live_presets import PRESETS, LivePreset, preset_for

_STYLES: tuple[tuple[Style, str, str], ...] = (
    ("bearer", "As Bearer", "Authorization: Bearer, and the token"),
    ("alone", "Token alone", "Authorization: the token, as REST APIs take it, too"),
    ("alb", "As behind an ALB", "x-amzn-oidc-accesstoken, in which a load balancer hands access tokens on"),
)
_KIND_LETTERS = 7
_METHODS: tuple[Method, ...] = ("GET", "HEAD", "POST")


class LiveCheckWay(QWidget):
    """Follows what the address says, until somebody says what kind of API it is. `submitted`: Enter in the body.

    `kind_box` stands beside the address and not in here.
    """

    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind_box = _make_box("Kind of API", [(each.name, each.name, "") for each in PRESETS])
        # Beside an address that wants room, too.
        self.kind_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind_box.setMinimumContentsLength(_KIND_LETTERS)
        self.method_box = _make_box("Method", [(method, method, "") for method in _METHODS])
        self.style_box = _make_box("How the token is sent", [(words, style, tip) for style, words, tip in _STYLES])
        self.body_line = QLineEdit()
        self.body_line.setMaxLength(LONGEST_BODY)
        self.body_line.setPlaceholderText("Body of the POST, as JSON")
        self.body_line.setAccessibleName("Body of the POST")
        self._preset = PRESETS[0]
        self._is_kind_chosen = False
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self.method_box, self.style_box):
            layout.addWidget(part)
        layout.addWidget(self.body_line, 1)
        layout.addStretch(0)
        self.kind_box.activated.connect(self._choose_kind)
        self.method_box.currentIndexChanged.connect(lambda _at: self._show_body())
        self.body_line.returnPressed.connect(self.submitted)
        self._show_body()

    def check_of(self, url: str, token: str) -> LiveCheck:
        """What would be sent."""
        style: Style = next(style for style, *_ in _STYLES if style == self.style_box.currentData())
        method: Method = next(method for method in _METHODS if method == self.method_box.currentData())
        return LiveCheck(url, token, style, method, self.body_line.text().strip() if method == "POST" else "")

    def follow_address(self, url: str) -> None:
        """Begin as the kind of API wants it that the address speaks of."""
        if not self._is_kind_chosen:
            self._begin_as(preset_for(url))

    def _choose_kind(self, at: int) -> None:
        self._is_kind_chosen = True
        self._begin_as(PRESETS[at])

    def _begin_as(self, preset: LivePreset) -> None:
        """What was changed by hand stays as long as the kind does."""
        if preset is self._preset:
            return
        self._preset = preset
        self.kind_box.setCurrentText(preset.name)
        self.method_box.setCurrentText(preset.method)
        self.style_box.setCurrentIndex(self.style_box.findData(preset.style))
        self.body_line.setText(preset.body)

    def _show_body(self) -> None:
        self.body_line.setVisible(self.method_box.currentData() == "POST")


def _make_box(name: str, rows: list[tuple[str, str, str]]) -> QComboBox:
    """Of words, value and tip; as wide as the longest words."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    for number, (words, value, tip) in enumerate(rows):
        box.addItem(words, value)
        box.setItemData(number, tip or None, Qt.ItemDataRole.ToolTipRole)
    return box
