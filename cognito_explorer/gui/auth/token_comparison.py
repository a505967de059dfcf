"""The token on show beside another one: of the same sign-in, from before a refresh, or somebody else's."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind, instant
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.insight.token_difference import ClaimDifference, compare_tokens, summary_of
from cognito_explorer.gui.auth.pasted_tokens import read_pasted
from cognito_explorer.gui.auth.token_heading import KINDS, know_user_of
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import breakable, plain_label
from cognito_explorer.gui.lib.narrow_box import narrow_box
from cognito_explorer.gui.lib.privacy import is_personal, privacy
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.scrolled import Strip, scrolled_column
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.lib.visible import visible

_NOTHING = "There is no other token yet. Refresh, or copy another one and press “Clipboard”."
_CHOOSE = "Choose a claim to read both values whole."
_LONGEST_NAME = 100
_LONGEST_VALUE = 4_000
_STRIP_PX = 124
_MOST_EARLIER = 10


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A token to compare with, and what it is called."""

    name: str
    token: DecodedToken = field(repr=False)


class EarlierTokens:
    """What a refresh, a sign-in or a paste replaced on the page: to compare with, in memory alone, the newest first."""

    def __init__(self) -> None:
        self.known: list[KnownToken] = []

    def keep(self, tokens: Mapping[TokenKind, DecodedToken]) -> None:
        """These are about to be replaced."""
        for kind, token in tokens.items():
            know_user_of(token)
            issued = instant(token.claims.get("iat"))
            if issued is not None:
                whose = token.username or token.client_id
                name = f"Earlier {KINDS[kind]}: {whose}, issued {clock().exact(issued)}"
                self.known.insert(0, KnownToken(name, token))
        del self.known[_MOST_EARLIER:]


class TokenComparison(QWidget):
    """Claim by claim, what tells something first; beneath, both values of the chosen claim, whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token: DecodedToken | None = None
        self._others: list[KnownToken] = []
        self._pasted: list[KnownToken] = []
        self.others_box = narrow_box(6)
        self.others_box.setAccessibleName("The token to compare with")
        self.paste_button = QPushButton(icon("compare"), "Clipboard")
        self.paste_button.setToolTip("Compare with the token on the clipboard")
        self.differences_box = QCheckBox("Differences only")
        self.summary = plain_label("", wrap=True, selectable=True)
        self._compared: tuple[ClaimDifference, ...] = ()
        self._title = plain_label("", "section", wrap=True)
        self._left = plain_label("", wrap=True, selectable=True)
        self._right = plain_label("", wrap=True, selectable=True)
        self.rows = RecordTable[ClaimDifference](_COLUMNS)
        self.view = RecordView(self.rows, "token-comparison")
        self.view.share_room("difference")
        self.others_box.currentIndexChanged.connect(self._compare)
        self.paste_button.clicked.connect(self.take_clipboard)
        self.differences_box.toggled.connect(lambda _on: self._show_rows())
        self.view.selected.connect(self._tell)
        privacy().changed.connect(self._follow_privacy)
        self._arrange()

    def _arrange(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.others_box, 1)
        line.addWidget(self.paste_button)
        top = QVBoxLayout()
        top.setContentsMargins(12, 12, 12, 8)
        top.setSpacing(4)
        top.addWidget(plain_label("Compare with", "small"))
        top.addLayout(line)
        told = QHBoxLayout()
        told.setSpacing(8)
        told.addWidget(self.summary, 1)
        told.addWidget(self.differences_box, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(told)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._make_strip())

    def told(self) -> str:
        """What the strip beneath says."""
        parts = (self._title, self._left, self._right)
        return "\n".join(part.text() for part in parts if part.text()).replace("\u200b", "")

    def show_token(self, token: DecodedToken, others: list[KnownToken]) -> None:
        """Compare this one; `others` are offered beside those that were pasted here."""
        chosen = self._chosen()
        self._token = token
        self._others = [each for each in (*others, *self._pasted) if each.token.raw != token.raw and each.token.claims]
        self._fill_box(chosen)
        self._compare()

    def take_clipboard(self) -> None:
        """Compare with the token on the clipboard."""
        try:
            found = read_pasted(QGuiApplication.clipboard().text())
        except InvalidInput as error:
            self.summary.setText(f"{error.title} {error.hint}")
            return
        if self._token is None:
            return
        same_kind = found.tokens.get(self._token.kind)
        readable = [same_kind] if same_kind is not None else [each for each in found.tokens.values() if each.claims]
        if not readable:
            self.summary.setText("The clipboard holds a refresh token only: nothing in it can be read.")
            return
        pasted = KnownToken(f"From the clipboard: {_who(readable[0])}", readable[0])
        self._pasted = [pasted, *self._pasted][:5]
        self._others = [pasted, *self._others]
        self._fill_box(pasted.token.raw)
        self._compare()

    def _fill_box(self, chosen: str) -> None:
        self.others_box.blockSignals(True)
        self.others_box.clear()
        for each in self._others:
            self.others_box.addItem(visible(privacy().in_text(each.name)[:_LONGEST_NAME]))
        at = next((at for at, each in enumerate(self._others) if each.token.raw == chosen), 0)
        self.others_box.setCurrentIndex(at)
        self.others_box.setEnabled(bool(self._others))
        self.others_box.blockSignals(False)

    def _chosen(self) -> str:
        at = self.others_box.currentIndex()
        return self._others[at].token.raw if 0 <= at < len(self._others) else ""

    def _compare(self) -> None:
        at = self.others_box.currentIndex()
        if self._token is None or not 0 <= at < len(self._others):
            self.summary.setText(_NOTHING)
            self._compared = ()
        else:
            other = self._others[at].token
            self.summary.setText(summary_of(other, self._token))
            self._compared = compare_tokens(other, self._token)
        self._show_rows()

    def _show_rows(self) -> None:
        """The chosen claim stays chosen, where it is still there."""
        chosen: ClaimDifference | None = self.view.current_record()
        is_all = not self.differences_box.isChecked()
        self.rows.set_rows(row for row in self._compared if is_all or row.change != "same")
        index = self.rows.find(lambda row: chosen is not None and row.name == chosen.name)
        if index.isValid():
            self.view.setCurrentIndex(index)
        self._tell()

    def _tell(self) -> None:
        row: ClaimDifference | None = self.view.current_record() if self.view.chosen() else None
        if row is None:
            said = (_CHOOSE if self._compared else "", "", "")
        else:
            said = (
                f"{row.name}: {privacy().in_text(_difference(row))}",
                f"The other: {_whole(row, row.left)}",
                f"This one: {_whole(row, row.right)}",
            )
        for label, text in zip((self._title, self._left, self._right), said, strict=True):
            label.setText(breakable(text))
            label.setVisible(bool(text))

    def _follow_privacy(self) -> None:
        self._fill_box(self._chosen())
        self._tell()

    def _make_strip(self) -> QWidget:
        strip = Strip(_STRIP_PX)
        column = scrolled_column(strip, (12, 8, 12, 8), 4)
        for label in (self._title, self._left, self._right):
            column.addWidget(label)
        column.addStretch(1)
        strip.setAccessibleName("Both values of the chosen claim")
        return strip


def _who(token: DecodedToken) -> str:
    return token.username or str(token.claims.get("sub", "")) or token.issuer or "a token"


def _whole(row: ClaimDifference, value: str) -> str:
    """A value with as much of it as somebody may read here."""
    if not value:
        return "absent"
    shown = privacy().of_claim(row.name, value)
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[:_LONGEST_VALUE]}… ({len(shown):,} characters)"


_WORDS = {"same": "same", "changed": "changed", "only left": "only in the other", "only right": "only in this one"}


def _difference(row: ClaimDifference) -> str:
    is_hidden = privacy().is_on and (is_personal(row.name, row.left) or is_personal(row.name, row.right))
    return _WORDS[row.change] if is_hidden else row.detail or _WORDS[row.change]


def _look(row: ClaimDifference) -> str:
    return {"same": "check", "changed": "pencil", "only left": "minus", "only right": "plus"}[row.change]


def _tone(row: ClaimDifference) -> Tone:
    return Tone.MUTED if row.change == "same" or row.is_expected else Tone.WARN


_COLUMNS: tuple[Column[ClaimDifference], ...] = (
    Column("Claim", lambda row: row.name, is_identifier=True, width=150),
    Column("The other", lambda row: privacy().of_claim(row.name, row.left), key="other", width=180),
    Column("This one", lambda row: privacy().of_claim(row.name, row.right), key="this", width=180),
    Column("Difference", _difference, key="difference", icon=_look, tone=_tone, width=160),
)
