"""The first page: three ways in."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from cognito_explorer.gui.lib.labels import IconLabel, plain_label
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.toast import KEEP_CLEAR
from cognito_explorer.gui.lib.tokens import Tone

_CARD, _CARD_WIDTH = "wayIn", 228
_CARD_SHARE = 10


class WelcomePanel(Panel):
    """Sandbox (the default), an AWS profile, or a token to look at."""

    sandbox_wanted = Signal()
    profiles_wanted = Signal()
    token_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Start", parent)
        self.sandbox_button = QPushButton("Explore the &sandbox")
        self.sandbox_button.setProperty("kind", "primary")
        self.profiles_button = QPushButton("&Choose a profile")
        self.token_button = QPushButton("Paste a &token")
        for button in (self.profiles_button, self.token_button):
            button.setProperty(KEEP_CLEAR, True)
        self.sandbox_button.clicked.connect(self.sandbox_wanted)
        self.profiles_button.clicked.connect(self.profiles_wanted)
        self.token_button.clicked.connect(self.token_wanted)
        self.set_content(self._arrange())
        self._resize_cards()
        theme().changed.connect(self._resize_cards)

    def reload(self) -> None:
        """There is nothing to load."""
        self.show_content()

    def focus_first(self) -> None:
        """The default way in is one press of Enter away."""
        self.sandbox_button.setFocus()

    def _resize_cards(self) -> None:
        cards = self.findChildren(QFrame, _CARD)
        for card in cards:
            card.setMaximumWidth(theme().px(_CARD_WIDTH))
            # Equally wide whatever stands in them: the layout may not look at what each would like.
            card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            card.setMinimumWidth(max(each.minimumSizeHint().width() for each in cards))

    def _arrange(self) -> QWidget:
        cards = QHBoxLayout()
        cards.setSpacing(16)
        cards.addStretch(1)
        cards.addWidget(
            _card(
                "sandbox",
                "Sandbox",
                "Moonletter, a made-up newsletter with 500 readers, on a Cognito that runs on this computer. "
                "Try everything; nothing reaches AWS.",
                self.sandbox_button,
            ),
            _CARD_SHARE,
        )
        cards.addWidget(
            _card(
                "cloud",
                "Your AWS account",
                "Use a profile you already have, or access keys, kept in your system's keyring or for this run only. "
                "Cognito Explorer only reads there.",
                self.profiles_button,
            ),
            _CARD_SHARE,
        )
        cards.addWidget(
            _card(
                "token",
                "A token",
                "Somebody sent you a token that does not work? See every claim, what it means, and whether its "
                "signature and times hold.",
                self.token_button,
            ),
            _CARD_SHARE,
        )
        cards.addStretch(1)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(8)
        layout.addStretch(2)
        layout.addWidget(plain_label("See and try Amazon Cognito", "title"), 0, Qt.AlignmentFlag.AlignHCenter)
        subtitle = plain_label("User pools tell who somebody is, identity pools what they may touch.", "muted")
        layout.addWidget(subtitle, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(16)
        layout.addLayout(cards)
        layout.addStretch(3)
        # In a small window with large type one scrolls; half a sentence would be worse.
        whole = QScrollArea()
        whole.setFrameShape(QFrame.Shape.NoFrame)
        whole.setWidgetResizable(True)
        whole.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole.setWidget(page)
        return whole


def _card(symbol: str, title: str, text: str, button: QPushButton) -> QFrame:
    card = QFrame()
    card.setObjectName(_CARD)
    card.setProperty("role", "card")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(16, 16, 16, 16)
    layout.setSpacing(8)
    layout.addWidget(IconLabel(symbol, Tone.ACCENT, 24))
    layout.addWidget(plain_label(title, "section"))
    layout.addWidget(plain_label(text, "muted", wrap=True), 1, Qt.AlignmentFlag.AlignTop)
    layout.addSpacing(8)
    layout.addWidget(button)
    return card
