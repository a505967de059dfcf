"""What a door's thread wants of the person: a code of an MFA device, or a sign-in to IAM Identity Center."""

from functools import partial
from itertools import count

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cognito_explorer.core.addresses import plain_address
from cognito_explorer.core.aws.person import Person, Question
from cognito_explorer.core.aws.single_sign_on import DeviceSignIn, begin_sign_in, finish_sign_in
from cognito_explorer.core.aws.sso_tokens import SsoTokens
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connection.profile_exchange import confirm_foreign
from cognito_explorer.gui.lib.clipboard import copy
from cognito_explorer.gui.lib.dialogs import Dialog, ask_form, finished
from cognito_explorer.gui.lib.faces import BusyBar, ErrorBanner
from cognito_explorer.gui.lib.form import Field, Form
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import breakable, plain_label
from cognito_explorer.gui.lib.tasks import TaskScope, is_loop_running

_SIGN_IN = "Sign in with IAM Identity Center"
_HOW = (
    "Your browser opens, and you sign in there as you always do. What was begun here goes on by itself, and your tabs"
    " stay as they are."
)
_COMPARE = "Your browser shows the same code. Allow the access there if it does."


class Asking(QObject):
    """Shows each question over the window. `person` is whom doors ask; the thread that asked waits meanwhile."""

    _asked = Signal(object)
    _over = Signal(str)

    def __init__(self, window: QWidget, book: ProfileBook) -> None:
        super().__init__(window)
        self.tasks = TaskScope(self)
        self.person = Person(self._asked.emit, SsoTokens(book.open_vault))
        self._window = window
        self._book = book
        self._numbers = count(1)
        # Both come from other threads; Qt hands them to this one.
        self._asked.connect(self._take)
        self._over.connect(self._end)

    async def confirm_foreign(self, profile: Profile) -> bool:
        """Whether an imported profile may be used, though it leads elsewhere than to AWS. Raises VaultUnavailable."""
        return await confirm_foreign(self._window, self._book, profile)

    def _take(self, question: Question) -> None:
        if not is_loop_running():
            question.refuse()
            return
        name = f"ask {next(self._numbers)}"
        label = f"Asking about {question.profile.name}"
        self.tasks.start(name, self._ask(question), label=label)
        question.when_over(partial(self._over.emit, name))

    def _end(self, name: str) -> None:
        """The door was closed, or the time is up: nobody waits for an answer any more."""
        self.tasks.cancel(name)

    async def _ask(self, question: Question) -> None:
        try:
            if question.sso is not None:
                dialog = SignInDialog(self._window, question, self.person)
                if await finished(dialog):
                    question.answer("")
            else:
                await self._ask_code(question)
        finally:
            question.refuse()

    async def _ask_code(self, question: Question) -> None:
        check = _problem_of_code
        form = Form([Field("code", "Code", is_required=True, check=check, max_length=6, is_identifier=True)])
        form.show_error("code", question.problem)
        title = f"Which code does the MFA device of “{question.profile.name}” show?"
        text = f"AWS asks for it before the role can be used.\n{breakable(question.mfa_serial)}"
        if await ask_form(self._window, form, title=title, text=text, action="Continue"):
            question.answer(str(form.values()["code"]))


class SignInDialog(Dialog):
    """One button opens the browser; then the code to compare, until the browser has allowed it."""

    def __init__(self, parent: QWidget, question: Question, person: Person) -> None:
        title = f"Sign in for “{question.profile.name}”"
        super().__init__(parent, title, " ".join(part for part in (question.problem, _HOW) if part))
        if question.sso is None:
            raise ValueError("this question is none about single sign-on")
        self._profile, self._sso, self._person = question.profile, question.sso, person
        self._device: DeviceSignIn | None = None
        self.tasks = TaskScope(self)
        self.banner = ErrorBanner()
        self.banner.retry_button.hide()
        self.code = plain_label("", "title", selectable=True)
        self._compare = plain_label(_COMPARE, wrap=True)
        self.page = plain_label("", "small", wrap=True)
        self.open_button = QPushButton(icon("external-link"), "&Open the browser again")
        self.copy_button = QPushButton(icon("copy"), "Copy the &address")
        for button in (self.open_button, self.copy_button):
            button.setAutoDefault(False)
        self._waiting = BusyBar()
        self._shown: tuple[QWidget, ...] = (self.code, self._compare, self.page, self.open_button, self.copy_button)
        self._arrange()
        self.add_safe("Cancel")
        self.sign_in_button = self.add_action(_SIGN_IN)
        self.sign_in_button.setDefault(True)
        self.sign_in_button.clicked.connect(lambda: self.tasks.start("sign_in", self._sign_in()))
        self.open_button.clicked.connect(self._open_browser)
        self.copy_button.clicked.connect(self._copy)
        self.tasks.busy_changed.connect(self._show_busy)
        self.tasks.failed.connect(lambda _name, error: self.banner.show_error(error))
        self._show(None)
        self.sign_in_button.setFocus()

    async def _sign_in(self) -> None:
        self.banner.dismiss()
        device = await begin_sign_in(self._profile, self._sso, self._person)
        if not device.url.startswith(("https://", "http://")):
            raise InvalidInput("IAM Identity Center answered with an address that no browser opens.", code="NoAddress")
        self._show(device)
        self._open_browser()
        await finish_sign_in(self._profile, self._sso, device, self._person)
        self.accept()

    def _show(self, device: DeviceSignIn | None) -> None:
        self._device = device
        if device is not None:
            self.code.setText(device.user_code)
            self.page.setText(f"Or type the code at {breakable(plain_address(device.page))}")
        for part in self._shown:
            part.setVisible(device is not None)

    def _show_busy(self, is_busy: bool) -> None:
        self.sign_in_button.setVisible(not is_busy)
        self._waiting.set_running(is_busy)
        if not is_busy:
            self._show(None)

    def _open_browser(self) -> None:
        if self._device is not None:
            QDesktopServices.openUrl(QUrl(self._device.url))

    def _copy(self) -> None:
        if self._device is not None:
            copy(self, self._device.url, "the address")

    def _arrange(self) -> None:
        where = plain_label(breakable(plain_address(self._sso.start_url)), "small", wrap=True)
        for part in (self.banner, where, *self._shown[:3]):
            self.body.addWidget(part)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        self.body.addLayout(buttons)
        self.body.addWidget(self._waiting)


def _problem_of_code(text: str) -> str:
    return "" if text.isascii() and text.isdigit() and len(text) == 6 else "The code has six digits."
