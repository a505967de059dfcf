"""One sign-in attempt on screen: the hosted UI in its private view, the steps beside it, and how it ended."""

import os
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from cognito_explorer.core.auth.hosted_ui import SignInAttempt, match_redirect
from cognito_explorer.core.aws.page_calls import PageCalls
from cognito_explorer.core.errors import ExplorerError, Unreachable
from cognito_explorer.gui.auth.address_line import AddressLine
from cognito_explorer.gui.auth.page_guard import PageGuard
from cognito_explorer.gui.auth.sign_in_outcome import SignInOutcome
from cognito_explorer.gui.auth.sign_in_steps import Progress, SignInSteps, Step
from cognito_explorer.gui.auth.web_refusal import web_refusal
from cognito_explorer.gui.lib.explaining import explaining
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import IconLabel, plain_label
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone

if TYPE_CHECKING:
    from cognito_explorer.gui.auth.hosted_page import HostedBrowser

STEPS_PX = 240
_FLAGS = "QTWEBENGINE_CHROMIUM_FLAGS"
_MISMATCH = "redirect_mismatch"


class AttemptView(QWidget):
    """`came_back` carries the redirect's address. Whatever ends an attempt closes its browser at once."""

    came_back = Signal(str)
    start_over_wanted = Signal()
    change_wanted = Signal()
    failed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.browser: HostedBrowser | None = None
        self.address_line = AddressLine()
        self.steps = SignInSteps()
        self.outcome = SignInOutcome()
        self.cancel_button = QPushButton("C&ancel")
        self.start_over_button = QPushButton("Start &over")
        self._attempt: SignInAttempt | None = None
        self._note = _Note()
        self.explain_button = self._note.explain_button
        self._stack = QStackedWidget()
        self._arrange()
        self.cancel_button.clicked.connect(self.cancel)
        self.start_over_button.clicked.connect(self.start_over_wanted)
        self.outcome.start_over_button.clicked.connect(self.start_over_wanted)
        self.outcome.change_button.clicked.connect(self.change_wanted)

    @property
    def is_open(self) -> bool:
        """Whether the hosted UI is on show."""
        return self.browser is not None

    def note_text(self) -> str:
        """What is said above the page, or ""."""
        return self._note.text()

    def begin(self, attempt: SignInAttempt, guard: PageGuard) -> None:
        """Open the hosted UI for a fresh attempt, watched by a guard of its own.

        Raises ExplorerError where WebEngine cannot be loaded.
        """
        self.close_browser()
        browser = _make_browser(attempt, guard, self)
        self._attempt, self.browser = attempt, browser
        # However it goes, with its tab, too. A plain function: it runs while the widgets are being taken apart.
        browser.destroyed.connect(partial(_abandon, guard.calls))
        self._note.say("")
        self.steps.start_over()
        page = browser.page
        # Queued: the page is still inside its own navigation when it says that it came back.
        page.came_back.connect(self._come_back, Qt.ConnectionType.QueuedConnection)
        page.not_loaded.connect(self._tell_not_loaded, Qt.ConnectionType.QueuedConnection)
        page.renderProcessTerminated.connect(self._tell_crash, Qt.ConnectionType.QueuedConnection)
        page.link_refused.connect(self._tell_refused)
        guard.refused.connect(self._note.say, Qt.ConnectionType.QueuedConnection)
        page.urlChanged.connect(self._show_address)
        page.loadFinished.connect(self._tell_loaded)
        self._stack.addWidget(browser)
        self._stack.setCurrentWidget(browser)
        self.address_line.show_address(QUrl(attempt.authorize_url))
        self._show_controls(shown=True)
        browser.open(attempt.authorize_url)
        browser.setFocus()

    def cancel(self) -> None:
        """The person gave up. Nothing was sent back."""
        self.steps.cancel()
        self._end()
        self.outcome.show_cancelled()

    def show_waiting(self, text: str) -> None:
        """The browser is gone, the exchange is under way."""
        self._end()
        self.outcome.show_waiting(text)

    def show_done(self, title: str, hint: str) -> None:
        """All is well."""
        self._end()
        self.outcome.show_done(title, hint)

    def show_error(self, error: ExplorerError) -> None:
        """The attempt failed: what happened, what to do."""
        self.steps.fail()
        self._end()
        self.outcome.show_error(error)
        self.failed.emit()

    def close_browser(self) -> None:
        """Take view, page and profile down, in this order."""
        browser, self.browser = self.browser, None
        if browser is not None:
            _abandon(browser.guard.calls)
            browser.hide()
            self._stack.removeWidget(browser)
            browser.deleteLater()

    def _end(self) -> None:
        self.close_browser()
        self._note.say("")
        self._show_controls(shown=False)
        self._stack.setCurrentWidget(self.outcome)

    def _show_controls(self, *, shown: bool) -> None:
        for part in (self.address_line, self.cancel_button, self.start_over_button):
            part.setVisible(shown)

    def _come_back(self, address: str) -> None:
        if self.browser is not None:
            self.came_back.emit(address)

    def _show_address(self, url: QUrl) -> None:
        self.address_line.show_address(url)
        words = self._explain_error_page(url)
        # With the request that led there: Cognito's own address does not say what was sent.
        asked = self._attempt.authorize_url if self._attempt else ""
        self._note.say(words, f"{url.toString()} {asked}" if words else "")

    def _explain_error_page(self, url: QUrl) -> str:
        """What Cognito's own error page does not say (its address is <origin>/error?error=…)."""
        attempt = self._attempt
        parts = urlsplit(url.toString())
        if attempt is None or not url.toString().startswith(f"{attempt.app.origin}/error"):
            return ""
        error = parse_qs(parts.query).get("error", ["unknown"])[0]
        if error == _MISMATCH:
            return (
                f"The app client does not list {attempt.app.redirect_uri} among its callback URLs. They must be equal"
                " letter by letter. Change the client, or choose another callback URL."
            )
        return f"The hosted UI refused the request: {error}. Check the app client, then start over."

    def _tell_loaded(self, is_loaded: bool) -> None:
        if is_loaded and self.steps.progress(Step.ASKED) is Progress.UNDER_WAY:
            self.steps.finish(Step.ASKED)

    def _tell_refused(self, scheme: str) -> None:
        self._note.say(f"A link to {scheme}: was not followed. Only web pages open here.")

    def _tell_not_loaded(self, host: str, word: str) -> None:
        if self.browser is None:
            return
        if word.startswith("ERR_CERT"):
            hint = "Somebody may be in between, or the domain is not ready. Nothing was sent. Check the domain."
            self.show_error(Unreachable(f"The certificate of {host} is not trusted.", hint, code=word))
            return
        hint = "Check the network, the domain and whether the sandbox is running, then start over."
        self.show_error(Unreachable(f"{host} did not answer.", hint, code=word))

    def _tell_crash(self, *_: object) -> None:
        if self.browser is not None:
            hint = "Nothing was sent back. Start over to open a fresh one."
            self.show_error(ExplorerError("The sign-in page's process ended unexpectedly.", hint))

    def _arrange(self) -> None:
        self._stack.addWidget(self.outcome)
        page = QFrame()
        page.setProperty("role", "card")
        inner = QVBoxLayout(page)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.setSpacing(0)
        inner.addWidget(self._stack, 1)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.address_line)
        left.addWidget(self._note)
        left.addWidget(page, 1)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(plain_label("Steps", "section"))
        right.addWidget(self.steps)
        right.addSpacing(4)
        for button in (self.cancel_button, self.start_over_button):
            right.addWidget(button)
        right.addStretch(1)
        side = QWidget()
        side.setFixedWidth(theme().px(STEPS_PX))
        side.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(left, 1)
        layout.addWidget(side)


class _Note(QFrame):
    """A line of ours above the page."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "banner")
        self.setProperty("tone", "warn")
        self._label = plain_label("", wrap=True, selectable=True)
        self._trouble = ""
        self.explain_button = QPushButton(icon("help"), "Explain")
        self.explain_button.clicked.connect(lambda: explaining().wanted.emit(self._trouble))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(IconLabel("warning", Tone.WARN), 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.explain_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def text(self) -> str:
        return self._label.text()

    def say(self, text: str, trouble: str = "") -> None:
        self._trouble = trouble
        self.explain_button.setVisible(bool(trouble))
        self._label.setText(text)
        self.setVisible(bool(text))


def _make_browser(attempt: SignInAttempt, guard: PageGuard, parent: QWidget) -> "HostedBrowser":
    refusal = web_refusal()
    if refusal is not None:
        raise refusal
    _set_up_chromium()
    try:
        from cognito_explorer.gui.auth.hosted_page import HostedBrowser
    except ImportError as trouble:
        hint = "Qt WebEngine needs system libraries that are missing here. The README names them."
        raise ExplorerError("The embedded browser cannot be loaded.", hint, code="WebEngine") from trouble
    return HostedBrowser(partial(_is_return, attempt), guard, parent)


def _set_up_chromium() -> None:
    """Chromium reads its flags once, when the first view opens; flags that somebody set stay as they are.

    Pages that know dark and light follow the theme. Only what ends Chromium is printed: the terminal is not ours.
    """
    flags = os.environ.get(_FLAGS, "")
    if "preferredColorScheme" not in flags:
        flags += f" --blink-settings=preferredColorScheme={0 if theme().tokens.is_dark else 1}"
    if "--log-level" not in flags and "--enable-logging" not in flags:
        flags += " --log-level=3"
    os.environ[_FLAGS] = flags.strip()


def _abandon(calls: PageCalls, _destroyed: object = None) -> None:
    calls.end("abandoned")


def _is_return(attempt: SignInAttempt, address: str) -> bool:
    return match_redirect(attempt, address) is not None
