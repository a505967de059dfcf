"""An error explained: what happened, the likely causes, and which of them the actual configuration confirms."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.insight.configuration import Configuration, Ground, Subject
from cognito_explorer.core.insight.explanation_checks import CheckedCause, check_against, grounds_of
from cognito_explorer.core.insight.explanations import Explanation, explain, text_of
from cognito_explorer.core.user_pools.app_clients import list_client_names
from cognito_explorer.core.user_pools.pools import list_pools
from cognito_explorer.gui.insight.cause_list import CauseList
from cognito_explorer.gui.insight.pasted_error import PastedError
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import breakable, plain_label
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.privacy import privacy, veil
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.workspace import Page, Workspace

_ELSEWHERE = (
    "None of these holds here: it may come from another user pool, app client or user, or the settings changed since."
)
_PAGES: dict[Ground, str] = {"user pool": "a user pool", "identity pool": "an identity pool"}
_MESSAGE_AT_MOST = 600
_ANY_CLIENT = "Not chosen"
_NAME_AT_MOST = 28
_POOLS_AT_MOST = 1_000


class ExplanationPanel(Panel):
    """Takes any text. Where a pool is known the checks run by themselves; nothing but reads is sent."""

    def __init__(self, page: Page, _workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__("Explain an error", parent)
        self._page = page
        self._explanation: Explanation | None = None
        self._clients_of = ""
        self._is_pool_found = False  # by what the error names, and not chosen by a person
        self.pasted = PastedError()
        self.editor, self.explain_button = self.pasted.editor, self.pasted.explain_button
        self.heading = plain_label("", "title", wrap=True, selectable=True)
        self.message = plain_label("", wrap=True, selectable=True)
        self.small = plain_label("", "small", wrap=True, selectable=True)
        self.subject = plain_label("", "muted", wrap=True)
        self.pool_box = QComboBox()
        self.pool_label = plain_label("User pool")
        self.client_label = plain_label("App client")
        self.client_box = QComboBox()
        self.user_label = plain_label("User")
        self.user_line = QLineEdit(page.context.username)
        self.user_note = plain_label("", "muted", wrap=True)
        self.check_button = QPushButton(icon("shield-check"), "&Check again")
        self.ground = plain_label("", "muted", wrap=True)
        self.causes = CauseList()
        self._result = QWidget()
        self._about = QWidget()
        self._hint = plain_label("", "muted", wrap=True)
        self._wire()
        self.set_content(self._arrange())
        self._show(None)

    @property
    def explanation(self) -> Explanation | None:
        """What is explained, or None."""
        return self._explanation

    @override
    def reload(self) -> None:
        """Read the names of the pools to choose from and of the app clients, and check anew."""
        self.show_content()
        if self._page.aws is not None and not self._page.context.pool_id and self.pool_box.count() < 2:
            self.tasks.start("pools", self._load_pools(), label="Reading the user pools")
        if self._page.aws is not None and self._pool_id and self.client_box.count() < 2:
            self._offer_clients()
        self.check()

    @override
    def focus_first(self) -> None:
        self.editor.setFocus()

    @override
    def take_text(self, text: str) -> None:
        """Explain a text, and check its causes where something is known to check them against."""
        self.pasted.set_text(text)
        self._take(explain(text))

    def take_error(self, error: ExplorerError) -> None:
        """The same of an error of the app, which says whose attributes it tells."""
        self.pasted.set_text(text_of(error), error.tells)
        self._take(explain(error))

    def _take(self, found: Explanation) -> None:
        # Whom and which app client the error before was about says nothing of this one.
        self.client_box.setCurrentIndex(0)
        if self._is_pool_found:
            self._select_pool("")
        self.user_line.setText(found.clues.username or self._user_of_page(found))
        if found.clues.username:
            privacy().know([(found.clues.username, "")])
        self._show(found)
        self.show_content()
        if self._page.aws is not None and self._pool_id and self._pool_id != self._clients_of:
            self._offer_clients()
        self.check()

    def check(self) -> None:
        """Check the causes against the configuration."""
        if self._explanation is not None and self._can_check:
            self.tasks.start("check", self._check(self._explanation), label="Checking the likely causes")

    @override
    def commands(self) -> list[Command]:
        return [
            Command("explanation.check", "Check the causes", self.check, icon="shield-check"),
            Command("explanation.paste", "Explain another error", self._start_over, icon="help"),
        ]

    @property
    def _pool_id(self) -> str:
        found = self._explanation.clues.pool_id if self._explanation else ""
        chosen: str = self.pool_box.currentData() or ""
        return found or self._page.context.pool_id or chosen

    @property
    def _needs(self) -> list[frozenset[Ground]]:
        """What each check looks at."""
        causes = self._explanation.causes if self._explanation else ()
        return [grounds_of(each.check) for each in causes if each.check]

    @property
    def _known(self) -> frozenset[Ground]:
        """What there is to look at: from the page, by hand, or named by the error, which may name it by a client."""
        if self._explanation is None or self._page.aws is None:
            return frozenset()
        clues = self._explanation.clues
        has_pool = self._pool_id or clues.client_id or clues.domain
        has_identity_pool = self._page.context.identity_pool_id or clues.identity_pool_id
        known: dict[Ground, str] = {"user pool": has_pool, "identity pool": has_identity_pool}
        return frozenset(ground for ground, name in known.items() if name)

    @property
    def _can_check(self) -> bool:
        known = self._known
        enough = (needed <= known or "identity pool" in needed & known for needed in self._needs)
        return self._page.aws is not None and any(enough)

    async def _check(self, explanation: Explanation) -> None:
        aws, context = self._page.aws, self._page.context
        if aws is None:
            return
        client_id = self.client_box.currentData() or ""
        subject = Subject(self._pool_id, client_id, self.user_line.text().strip(), context.identity_pool_id)
        here = Configuration(aws, explanation.clues, subject)
        causes = await check_against(here, explanation)
        privacy().know((user.username, user.sub) for user in here.people)
        self.causes.set_causes(causes)
        self._show_ground(here)
        self._show_subject(explanation)

    async def _load_pools(self) -> None:
        """For an error of a page that is about no user pool: somebody knows which one it came from."""
        if self._page.aws is None:
            return
        try:
            pools = await list_pools(self._page.aws).collect(_POOLS_AT_MOST)
        except ExplorerError:
            return  # nothing to choose from: what the error itself names is checked all the same
        for pool in sorted(pools, key=lambda pool: pool.name.casefold()):
            self.pool_box.addItem(pool.name or pool.id, pool.id)
            self.pool_box.setItemData(self.pool_box.count() - 1, pool.id, Qt.ItemDataRole.ToolTipRole)
        if self._explanation is not None:
            self._show_subject(self._explanation)

    def _choose_pool(self) -> None:
        """Other app clients belong to it."""
        self._is_pool_found = False
        self._offer_clients()
        self._recheck()

    def _offer_clients(self) -> None:
        """Those of the pool it is about, and of no other."""
        self._clients_of = self._pool_id
        self.client_box.clear()
        self.client_box.addItem(_ANY_CLIENT, "")
        if self._pool_id:
            self.tasks.start("clients", self._load_clients(), label="Reading the app clients")

    async def _load_clients(self) -> None:
        if self._page.aws is None:
            return
        try:
            names = await list_client_names(self._page.aws, self._pool_id)
        except ExplorerError:
            return  # the box stays as it is: the checks say what could not be read
        for client_id, name in names.items():
            self.client_box.addItem(name, client_id)
        self._choose_client()

    def _choose_client(self) -> None:
        """The client the error names goes before any that was chosen."""
        named = self._explanation.clues.client_id if self._explanation else ""
        index = self.client_box.findData(named) if named else -1
        if index >= 0:
            self.client_box.setCurrentIndex(index)

    def _user_of_page(self, found: Explanation) -> str:
        """Who is selected on the page it was opened from, unless the error is of another user pool."""
        context = self._page.context
        return context.username if found.clues.pool_id in ("", context.pool_id) else ""

    def _show_user(self) -> None:
        """Whom the checks are about, and how that is known: what stands in the box may be but dots."""
        name, found = self.user_line.text().strip(), self._explanation
        where = ""
        if found is not None and name:
            of_page = self._user_of_page(found)
            where = "named in the text" if name == found.clues.username else ""
            where = where or ("taken from the Users page" if name == of_page else "as entered")
        self.user_note.setText(f"About the user {privacy().of_username('', name)}, {where}." if where else "")
        self.user_note.setVisible(bool(where) and self.user_line.isVisibleTo(self))

    def _start_over(self) -> None:
        self._show(None)
        self.pasted.start_over()

    def _recheck(self) -> None:
        self._show(self._explanation)
        self.check()

    def _show(self, explanation: Explanation | None) -> None:
        self._explanation = explanation
        self._result.setVisible(explanation is not None)
        self._hint.setVisible(explanation is None)
        if explanation is None:
            return
        clues = explanation.clues
        self._show_words()
        request = f"request {clues.request_id}" if clues.request_id else ""
        self.small.setText(" · ".join(part for part in (clues.code, clues.operation, request) if part))
        self.small.setVisible(bool(self.small.text()))
        self.causes.set_causes([CheckedCause(cause) for cause in explanation.causes])
        self.ground.hide()
        self._show_subject(explanation)
        self._choose_client()

    def _show_words(self) -> None:
        """Heading and message, as they may be seen."""
        explanation = self._explanation
        if explanation is None:
            return
        message, title = explanation.clues.message, explanation.title
        self.heading.setText(breakable(self.pasted.as_shown(title)))
        stands_above = message.rstrip(".") in (title.rstrip("."), self.pasted.text.strip().rstrip("."))
        said = "" if stands_above else self.pasted.as_shown(message)
        self.message.setText(breakable(said if len(said) <= _MESSAGE_AT_MOST else f"{said[:_MESSAGE_AT_MOST]}…"))
        self.message.setVisible(bool(said))

    def _follow_privacy(self) -> None:
        self._show_words()
        self._show_user()

    def _show_subject(self, explanation: Explanation) -> None:
        """What to choose for the checks, as far as they look at it; against what they were made is told with them."""
        has_checks = any(self._needs)  # what its own words decide is not otherwise a moment later
        is_of_users = any("user pool" in needed for needed in self._needs)
        self.pool_label.setVisible(is_of_users and self._may_choose)
        self.pool_box.setVisible(is_of_users and self._may_choose)
        asked: tuple[QWidget, ...] = (self.client_label, self.client_box, self.user_label, self.user_line)
        for part in asked:
            part.setVisible(is_of_users)
            part.setEnabled("user pool" in self._known)
        self.check_button.setEnabled(self._can_check)
        self._about.setVisible(has_checks)
        self._show_user()
        checked = self.causes.causes()
        is_elsewhere = bool(checked) and all(each.verdict and each.verdict.state == "ruled out" for each in checked)
        why = _ELSEWHERE if is_elsewhere else self._lack()
        if not explanation.causes:
            why = "Paste the whole text, with the code in it, or the whole address of the page."
        self.subject.setText(why)
        self.subject.setVisible(bool(why))

    @property
    def _may_choose(self) -> bool:
        """Whether neither the page nor the error names a user pool, and there are some to choose from."""
        named = self._page.context.pool_id or (self._explanation.clues.pool_id if self._explanation else "")
        return not named and self.pool_box.count() > 1

    def _lack(self) -> str:
        """What is still needed to check all of the causes, as a sentence, or ""."""
        needed: frozenset[Ground] = frozenset().union(*self._needs)
        lacking = needed - self._known
        what = "the rest" if self._can_check else "these"
        if "user pool" in lacking and self._may_choose:
            return f"Choose the user pool it came from, to check {what}."
        pages = [page for ground, page in _PAGES.items() if ground in lacking]
        return f"Open {' or '.join(pages)}, then Explain from there, to check {what}." if pages else ""

    def _show_ground(self, here: Configuration) -> None:
        """What was looked at, by name and kind: a user pool and an identity pool are often namesakes."""
        context = self._page.context
        if "user pool" in here.grounds and self._may_choose and here.pool_id != self._pool_id:
            self._is_pool_found = self._select_pool(here.pool_id)
        user_pool = context.pool_name if here.pool_id == context.pool_id else self._name_in_box(here.pool_id)
        is_here = here.identity_pool_id == context.identity_pool_id
        identity_pool = context.identity_pool_name if is_here else ""
        names: dict[Ground, str] = {
            "user pool": user_pool or here.pool_id,
            "identity pool": identity_pool or here.identity_pool_id,
        }
        ground = " and ".join(f"{_shortened(name)} ({kind})" for kind, name in names.items() if kind in here.grounds)
        self.ground.setText(f"Checked against {ground}." if ground else "")
        self.ground.setVisible(bool(ground))

    def _name_in_box(self, pool_id: str) -> str:
        index = self.pool_box.findData(pool_id)
        return self.pool_box.itemText(index) if index > 0 else ""

    def _select_pool(self, pool_id: str) -> bool:
        """Show in the box what the error itself led to, or nothing. Whether the pool is among those to choose from."""
        index = self.pool_box.findData(pool_id)
        self.pool_box.setCurrentIndex(max(index, 0))
        self._is_pool_found = False
        self._offer_clients()
        return index > 0

    def _wire(self) -> None:
        self.pasted.wanted.connect(self.take_text)
        privacy().changed.connect(self._follow_privacy)
        veil(self.user_line)
        self.check_button.clicked.connect(self._recheck)
        self.user_line.returnPressed.connect(self._recheck)
        self.user_line.textEdited.connect(self.user_note.hide)
        self.user_line.setPlaceholderText("Username, e-mail or phone")
        self.user_line.setAccessibleName("User it is about")
        self.pool_box.setAccessibleName("User pool it came from")
        self.pool_box.addItem(_ANY_CLIENT, "")
        self.pool_box.setMinimumWidth(theme().px(140))
        self.pool_box.activated.connect(lambda _index: self._choose_pool())
        self.client_box.setAccessibleName("App client it is about")
        self.client_box.addItem(_ANY_CLIENT, "")
        self.client_box.setMinimumWidth(theme().px(140))
        self.client_box.activated.connect(lambda _index: self._recheck())
        self._hint.setText(
            "Errors of Cognito, IAM, STS, API Gateway and the hosted UI are recognised, from any SDK. Tokens and"
            " passwords in the text are not kept, and nothing is sent but reads of your own configuration."
        )

    def _arrange(self) -> QWidget:
        about = QHBoxLayout(self._about)
        about.setContentsMargins(0, 0, 0, 0)
        about.setSpacing(8)
        for part in (
            self.pool_label,
            self.pool_box,
            self.client_label,
            self.client_box,
            self.user_label,
            self.user_line,
            self.check_button,
        ):
            about.addWidget(part, 1 if part is self.user_line else 0)
        about.addStretch(0)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.causes)
        result = QVBoxLayout(self._result)
        result.setContentsMargins(0, 8, 0, 0)
        result.setSpacing(8)
        for each in (self.heading, self.message, self.small, self._about, self.user_note, self.ground, self.subject):
            result.addWidget(each)
        result.addWidget(plain_label("Likely causes", "section"))
        result.addWidget(card, 1)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(8)
        layout.addWidget(self.pasted)
        layout.addWidget(self._hint)
        layout.addWidget(self._result, 1)
        layout.addStretch(0)
        return content


def _shortened(name: str) -> str:
    return name if len(name) <= _NAME_AT_MOST else f"{name[: _NAME_AT_MOST - 1]}…"
