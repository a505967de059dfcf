"""The search row: an attribute Cognito can search by, how it is compared, and a value. Enter asks the server."""

import re

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QLineEdit, QPushButton, QStackedWidget, QWidget
from typing_extensions import override

from cognito_explorer.core.personal_claims import PERSONAL
from cognito_explorer.core.user_pools.users import UserQuery
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.privacy import mask, privacy, veil
from cognito_explorer.gui.user_pools.search_refusal import SearchRefusal

_ATTRIBUTES = (
    ("email", "E-mail"),
    ("username", "Username"),
    ("name", "Name"),
    ("given_name", "Given name"),
    ("family_name", "Family name"),
    ("phone_number", "Phone number"),
    ("preferred_username", "Preferred username"),
    ("sub", "User id (sub)"),
    ("cognito:user_status", "Status"),
    ("status", "Enabled"),
)
_LABELS = dict(_ATTRIBUTES)
_CHOICES = {
    "cognito:user_status": (
        ("CONFIRMED", "Confirmed"),
        ("UNCONFIRMED", "Not confirmed"),
        ("FORCE_CHANGE_PASSWORD", "Must change password"),
        ("RESET_REQUIRED", "Must reset password"),
        ("EXTERNAL_PROVIDER", "External provider"),
        ("COMPROMISED", "Compromised"),
        ("ARCHIVED", "Archived"),
        ("UNKNOWN", "Unknown"),
    ),
    "status": (("Enabled", "Enabled"), ("Disabled", "Disabled")),
}
_PREFIX, _EXACT = "starts with", "is exactly"
_SUB = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_LONGEST_SHOWN = 40


class UserSearch(QWidget):
    """`wanted`: search for `query()`, or show everybody if that is None. `left_downwards`: to the table.

    A token or another secret is never wanted; `refusal`, to be put beneath, says so.
    """

    wanted = Signal()
    left_downwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.attribute = QComboBox()
        self.comparison = QComboBox()
        self.line = QLineEdit()
        self.choice = QComboBox()
        self.button = QPushButton(icon("search"), "")
        self.refusal = SearchRefusal()
        self._value = QStackedWidget()
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._by, self._what = QHBoxLayout(), QHBoxLayout()
        self._prepare()
        self._arrange()
        self._follow_attribute()

    def query(self) -> UserQuery | None:
        """What is asked for, None for everybody."""
        attribute = str(self.attribute.currentData())
        if attribute in _CHOICES:
            return UserQuery(attribute, str(self.choice.currentData()), is_prefix=False)
        text = self.line.text().strip()
        return UserQuery(attribute, text, is_prefix=self.comparison.currentText() == _PREFIX) if text else None

    def show_query(self, query: UserQuery) -> None:
        """Fill the row in with a query made elsewhere."""
        self.attribute.setCurrentIndex(self.attribute.findData(query.attribute))
        if query.attribute in _CHOICES:
            self.choice.setCurrentIndex(self.choice.findData(query.value))
            return
        self.comparison.setCurrentText(_PREFIX if query.is_prefix else _EXACT)
        self.line.setText(query.value)

    def clear(self) -> None:
        """Go back to everybody."""
        self.attribute.setCurrentIndex(0)
        if self.line.text():
            self.line.clear()
        else:
            self.wanted.emit()

    def focus(self) -> None:
        """Put the keyboard where a value is typed."""
        if self._value.currentWidget() is self.choice:
            self.choice.setFocus()
            return
        self.line.setFocus()
        self.line.selectAll()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.left_downwards.emit()
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def minimumSizeHint(self) -> QSize:
        narrow = max(self._by.minimumSize().width(), self._what.minimumSize().width())
        return QSize(narrow, self._rows.minimumSize().height())

    def _prepare(self) -> None:
        for name, label in _ATTRIBUTES:
            self.attribute.addItem(label, name)
        self.comparison.addItems([_PREFIX, _EXACT])
        self.line.setPlaceholderText("Search on the server, then Enter")
        self.line.setClearButtonEnabled(True)
        veil(self.line)
        names = (
            (self.attribute, "Search by"),
            (self.comparison, "Comparison"),
            (self.line, "Search text"),
            (self.choice, "Search value"),
            (self.button, "Search"),
        )
        for widget, name in names:
            widget.setAccessibleName(name)
        self.button.setProperty("kind", "icon")
        self.button.setToolTip("Search on the server (Enter)")
        self.attribute.currentIndexChanged.connect(self._follow_attribute)
        self.attribute.activated.connect(lambda _index: self._want())
        self.choice.activated.connect(lambda _index: self.wanted.emit())
        self.line.returnPressed.connect(self._want)
        self.line.textChanged.connect(self._follow_text)
        self.button.clicked.connect(self._want)

    def _arrange(self) -> None:
        self._value.addWidget(self.line)
        self._value.addWidget(self.choice)
        self._rows.setContentsMargins(0, 0, 0, 0)
        for part in (self._rows, self._by, self._what):
            part.setSpacing(8)
        self._by.addWidget(self.attribute, 1)
        self._by.addWidget(self.comparison)
        self._what.addWidget(self._value, 1)
        self._what.addWidget(self.button)
        self._rows.addLayout(self._by)
        self._rows.addLayout(self._what, 1)

    def _fit(self) -> None:
        """One row where there is room, two where there is not."""
        in_one_row = self._by.minimumSize().width() + self._rows.spacing() + self._what.minimumSize().width()
        is_narrow = self.width() < in_one_row
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._rows.direction() != direction:
            self._rows.setDirection(direction)
            self.updateGeometry()

    def _follow_attribute(self) -> None:
        choices = _CHOICES.get(str(self.attribute.currentData()))
        self.comparison.setVisible(choices is None)
        self.button.setVisible(choices is None)
        self._value.setCurrentWidget(self.line if choices is None else self.choice)
        if choices is not None:
            self.choice.clear()
            for value, label in choices:
                self.choice.addItem(label, value)

    def _want(self) -> None:
        query = self.query()
        if not self.refusal.takes(query.value if query is not None else ""):
            self.wanted.emit()

    def _follow_text(self, text: str) -> None:
        self.refusal.takes(text)
        if not text:
            self.wanted.emit()


def describe_query(query: UserQuery | None) -> str:
    """The query for the footer: e-mail starts with “ada”. Whom somebody looks for is masked while privacy is on."""
    if query is None:
        return ""
    label = _LABELS.get(query.attribute, query.attribute)
    lowered = label[:1].lower() + label[1:]
    choices = dict(_CHOICES.get(query.attribute, ()))
    value = choices.get(query.value, query.value)
    shown = value if len(value) <= _LONGEST_SHOWN else f"{value[: _LONGEST_SHOWN - 1]}…"
    if privacy().is_on and query.attribute in PERSONAL:
        shown = mask(value)
    word = "is" if choices else _PREFIX if query.is_prefix else _EXACT
    return f"{lowered} {word} “{shown}”"


def guess_queries(scrap: str) -> tuple[UserQuery, ...]:
    """What a scrap of text may mean, likeliest first."""
    text = scrap.strip()
    if not text:
        return ()
    if _SUB.fullmatch(text):
        return UserQuery("sub", text, is_prefix=False), UserQuery("username", text, is_prefix=False)
    if "@" in text:
        return UserQuery("email", text), UserQuery("username", text)
    digits = re.sub(r"[\s()./-]", "", text)
    if re.fullmatch(r"\+\d+", digits):
        return (UserQuery("phone_number", digits),)
    return UserQuery("username", text), UserQuery("name", text), UserQuery("email", text)
