"""“Ask an API of yours”: the token on show is sent to an address once, and the answer explained in plain text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.core.auth.live_check import (
    LONGEST_URL,
    LiveCheck,
    LiveResult,
    ask_api,
    ask_api_through,
    check_live,
    host_of,
    may_ask,
    target_of,
)
from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.http import Http, HttpAnswer
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.insight.api_answers import Verdict, explain_answer
from cognito_explorer.gui.auth.live_check_way import LiveCheckWay
from cognito_explorer.gui.lib.dialogs import ask_typed_name, confirm
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import IconLabel, breakable, plain_label, plain_tooltip, set_tone
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.text_view import TextView
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone

_LOOKS: dict[Verdict, tuple[str, Tone]] = {
    "taken": ("check-circle", Tone.GOOD),
    "refused": ("denied", Tone.BAD),
    "elsewhere": ("external-link", Tone.WARN),
    "unclear": ("help", Tone.WARN),
}
_SAYING = ("www-authenticate", "location", "content-type", "x-amzn-errortype", "server", "apigw-requestid", "date")
_WHERE = "https://api.example/articles, or an address on this computer"
_HAND_OVER = "Whoever runs it can use the token until it expires. No redirect is followed."
_ASKED_TWICE = "Where it is let in, it is asked once more without: then it is known whether the token is looked at."
_DOES = "A POST is sent once: whatever it does there, it does for real."
_KEPT = "The journal keeps that it was sent."
_ASKS_FIRST = "Asks first where it goes."
_GOES = "Goes to {}, as you confirmed, without another question."
_REFRESH = "A refresh token is for the token endpoint alone."
_PLACE_PX, _TEXT_PX, _ADDRESS_PX = 300, 96, 160
# Where an address has a line of its own, and how narrow the other parts can be made.
_WIDE_PX, _LEAST_PX = 470, 250
_STOPPED = "You stopped it before an answer came.", Tone.MUTED, "stop", "What was sent may have arrived nevertheless."


class LiveCheckPart(QWidget):
    """An address, how the token is sent, and a button. A host is asked about once, before anything goes there.

    `told`: it is asked, or an answer, or why there is none, stands beneath.
    """

    told = Signal()

    def __init__(self, aws: Aws | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._aws = aws
        self.ahead = timedelta()
        self._token = DecodedToken("other", "")
        self._confirmed: set[str] = set()
        self._first: LiveResult | None = None
        self.tasks = TaskScope(self)
        self.url_line = QLineEdit()
        self.url_line.setMaxLength(LONGEST_URL)
        self.url_line.setMinimumWidth(theme().px(_ADDRESS_PX))
        self.url_line.setPlaceholderText(_WHERE)
        self.url_line.setAccessibleName("Address of the API")
        self.way = LiveCheckWay()
        self.ask_button = QPushButton(icon("play"), "Send the token…")
        self.forget_button = QPushButton("Ask me again first")
        self.forget_button.setProperty("kind", "link")
        self._look = IconLabel("", Tone.MUTED)
        self.verdict = plain_label("", "section", wrap=True, selectable=True)
        self.said = plain_label("", wrap=True, selectable=True)
        self.answer = TextView("Answer")
        self._place = QWidget()
        self._arrange()
        self.url_line.returnPressed.connect(self._ask_if_possible)
        self.url_line.textChanged.connect(self._follow_address)
        self.way.submitted.connect(self._ask_if_possible)
        self.ask_button.clicked.connect(self.ask)
        self.forget_button.clicked.connect(self._forget_host)
        self.tasks.failed.connect(lambda _name, error: self._show_trouble(error))
        self.tasks.stopped.connect(lambda _name: self._show_stopped())
        self._enable()

    def show_token(self, token: DecodedToken, ahead: timedelta = timedelta()) -> None:
        """Another token: what was said of the one before is taken away. `ahead`: the issuer's clock, of this one."""
        self.ahead = ahead
        if token.raw == self._token.raw:
            return
        self._token = token
        self.tasks.cancel("ask")
        self._say("", Tone.MUTED, "", "")
        self.answer.hide()
        self._place.setMinimumHeight(0)
        self._enable()

    def ask(self) -> None:
        """Send the token, after the host was confirmed; once at a time."""
        # The button stays enabled meanwhile: Qt would move the keyboard on to some other part of the page.
        if self.tasks.is_busy:
            return
        self.tasks.start("ask", self._ask(), label="Asking the API")

    async def _ask(self) -> None:
        check = self.way.check_of(self.url_line.text().strip(), self._token.raw)
        check_live(check)
        if self._aws is not None:
            await may_ask(self._aws, check)
        if not await self._is_confirmed(check):
            return
        self._say("Asking…", Tone.MUTED, "clock", "")
        self.answer.hide()
        # What is above must not move while answers come and go.
        self._place.setMinimumHeight(theme().px(_PLACE_PX))
        self.told.emit()
        if self._aws is not None:
            with self._aws.permit.assured(target_of(check)):
                self._show(await ask_api_through(self._aws, check, self._show_first))
            return
        http = Http.standalone()
        try:
            self._show(await ask_api(http, check, tell=self._show_first))
        finally:
            http.close()

    async def _is_confirmed(self, check: LiveCheck) -> bool:
        """A host once; what may do something there, each time."""
        host, origin = host_of(check.url), _origin_of(check.url)
        if check.is_read and origin in self._confirmed:
            return True
        does = _ASKED_TWICE if check.is_read else f"{_DOES} {_KEPT if self._aws is not None else ''}".rstrip()
        title, text = f"Send this token to {host}?", f"{_HAND_OVER} {does}"
        if not check.is_read and self._aws is not None and self._aws.profile.is_production:
            # The one question for both: what is asked here, and the name that the door wants in production.
            text = f"“{self._aws.profile.name}” is a production profile. {text}"
            return await ask_typed_name(self, title=title, text=text, name=host, action="Send it", keep="Keep it here")
        if not await confirm(self, title=title, text=text, action="Send it", keep="Keep it here"):
            return False
        self._confirmed.add(origin)
        self._enable()
        return True

    def _forget_host(self) -> None:
        """Take back what was confirmed: the next time it is asked again."""
        self._confirmed.discard(_origin_of(self.url_line.text().strip()))
        self.url_line.setFocus()
        self._enable()

    def _follow_address(self, url: str) -> None:
        self.way.follow_address(url.strip())
        self._enable()

    def _show_first(self, result: LiveResult) -> None:
        self._show(result)
        self._first = result

    def _show(self, result: LiveResult) -> None:
        self._first = None
        explained = explain_answer(result, self._left())
        name, tone = _LOOKS[explained.verdict]
        who = f"{explained.who[:1].upper()}{explained.who[1:]} answered." if explained.who else ""
        self._say(f"{explained.title} {who}".strip(), tone, name, "\n".join(explained.reasons))
        self.answer.set_text(_as_text(result.answer))
        self.answer.show()
        self.told.emit()

    def _left(self) -> timedelta | None:
        """How long the token is valid yet, by the clock that its other times are told by."""
        until, now = self._token.expires_at, datetime.now(UTC) + self.ahead
        return until - now if until is not None and until > now else None

    def _show_stopped(self) -> None:
        """What came before it was stopped stays."""
        if self._first is not None:
            self._show(replace(self._first, again="stopped"))
        else:
            self._say(*_STOPPED)

    def _show_trouble(self, error: ExplorerError) -> None:
        self.answer.hide()
        self._say(error.title, Tone.BAD, "error", error.hint)
        self.told.emit()

    def _say(self, verdict: str, tone: Tone, name: str, reasons: str) -> None:
        self.verdict.setText(breakable(verdict))
        set_tone(self.verdict, tone)
        self._look.set_icon(name, tone)
        self.said.setText(breakable(reasons))
        for part, words in ((self.verdict, verdict), (self._look, verdict), (self.said, reasons)):
            part.setVisible(bool(words))

    def _ask_if_possible(self) -> None:
        if self.ask_button.isEnabled():
            self.ask()

    def _enable(self) -> None:
        is_refresh = self._token.kind == "refresh"
        can_ask = bool(self._token.raw) and not is_refresh and bool(self.url_line.text().strip())
        self.ask_button.setEnabled(can_ask)
        url = self.url_line.text().strip()
        is_confirmed = _origin_of(url) in self._confirmed
        why = _GOES.format(host_of(url)) if is_confirmed else _ASKS_FIRST
        self.ask_button.setToolTip(plain_tooltip(_REFRESH if is_refresh else why))
        self.forget_button.setVisible(is_confirmed)
        self.forget_button.setToolTip(plain_tooltip(f"You confirmed {host_of(url)}: take that back"))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < theme().px(_WIDE_PX)
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._line.direction() != direction:
            self._line.setDirection(direction)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(_LEAST_PX), super().minimumSizeHint().height())

    def _arrange(self) -> None:
        line = self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        beside = QHBoxLayout()
        for part in (line, beside):
            part.setSpacing(8)
        line.addWidget(self.url_line, 1)
        beside.addWidget(self.way.kind_box, 1)
        beside.addWidget(self.ask_button)
        line.addLayout(beside)
        how = QHBoxLayout()
        how.setSpacing(8)
        how.addWidget(self.way, 1)
        how.addWidget(self.forget_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(plain_label("Ask an API of yours", "section"))
        layout.addLayout(line)
        layout.addLayout(how)
        layout.addWidget(self._place, 1)
        self._arrange_answer()

    def _arrange_answer(self) -> None:
        told = QHBoxLayout()
        told.setSpacing(8)
        told.addWidget(self._look)
        told.addWidget(self.verdict, 1)
        place = QVBoxLayout(self._place)
        place.setContentsMargins(0, 0, 0, 0)
        place.setSpacing(8)
        place.addLayout(told)
        place.addWidget(self.said)
        place.addWidget(self.answer, 1)
        place.addStretch(0)
        self.answer.editor.setMinimumHeight(theme().px(_TEXT_PX))
        self.answer.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.answer.hide()
        self._say("", Tone.MUTED, "", "")


def _origin_of(url: str) -> str:
    """What is confirmed: a scheme and a host with its port. What is no address has none that could have been."""
    host = host_of(url)
    return f"{urlsplit(url).scheme}://{host}" if host else ""


def _as_text(answer: HttpAnswer) -> str:
    told = [f"{name}: {answer.headers[name]}" for name in _SAYING if name in answer.headers]
    return "\n".join((f"Status {answer.status}", *told, "", _body(answer)))


def _body(answer: HttpAnswer) -> str:
    """What was read of the body, unless it is no text."""
    packing = answer.headers.get("content-encoding", "identity")
    odd = sum(answer.text.count(mark) for mark in ("\0", "\ufffd"))
    if packing != "identity":
        return f"(The body is packed with {packing[:40]}, though that was not asked for; it is not unpacked.)"
    if odd * 10 > len(answer.text):
        return "(The body is no text.)"
    cut = "\n(There was more; it was not read.)" if answer.is_cut else ""
    return answer.text.replace("\0", "\ufffd") + cut
