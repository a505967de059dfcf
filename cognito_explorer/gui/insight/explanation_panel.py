"""An error explained: what happened, the likely causes, and which of them the actual configuration confirms."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.insight.configuration import Subject
from cognito_explorer.core.insight.error_clues import shorten
from cognito_explorer.core.insight.explanation_checks import CheckedCause, check_causes
from cognito_explorer.core.insight.explanations import Explanation, explain
from cognito_explorer.core.user_pools.app_clients import list_client_names
from cognito_explorer.core.user_pools.pools import list_pools
from cognito_explorer.gui.insight.cause_list import CauseList
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
        self._text = self._clients_of = ""
        self.editor = QPlainTextEdit()
        self.explain_button = QPushButton(icon("help", "on_accent"), "E&xplain")
        self.heading = plain_label("", "title", wrap=True, selectable=True)
        self.message = plain_label("", wrap=True, selectable=True)
        self.small = plain_label("", "small", wrap=True, selectable=True)
        self.subject = plain_label("", "muted", wrap=True)
        self.pool_box = QComboBox()
        self.pool_label = plain_label("User pool")
        self.client_box = QComboBox()
        self.user_line = QLineEdit(page.context.username)
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
        # More is not kept: laying out one line of a megabyte would stop the window for seconds.
        self._text = shorten(text)
        self._show_text()
        # Whom and which app client the error before was about says nothing of this one.
        self.client_box.setCurrentIndex(0)
        self.user_line.setText(self._page.context.username)
        self._show(explain(text))
        self.show_content()
        if self._explanation is not None and self._explanation.clues.username:
            privacy().know([(self._explanation.clues.username, "")])
            self.user_line.setText(self._explanation.clues.username)
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
    def _can_check(self) -> bool:
        found = self._explanation
        has_checks = found is not None and any(each.check for each in found.causes)
        has_ground = bool(self._pool_id or self._page.context.identity_pool_id)
        named = (found.clues.identity_pool_id, found.clues.client_id, found.clues.domain) if found else ()
        has_ground = has_ground or any(named)
        return self._page.aws is not None and has_checks and has_ground

    async def _check(self, explanation: Explanation) -> None:
        aws, context = self._page.aws, self._page.context
        if aws is None:
            return
        client_id = self.client_box.currentData() or ""
        subject = Subject(self._pool_id, client_id, self.user_line.text().strip(), context.identity_pool_id)
        checked = await check_causes(aws, explanation, subject)
        self.causes.set_causes(checked)
        is_elsewhere = bool(checked) and all(
            each.verdict is not None and each.verdict.state == "ruled out" for each in checked
        )
        self.subject.setText(_ELSEWHERE if is_elsewhere else "")
        self.subject.setVisible(is_elsewhere)

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

    def _show_text(self) -> None:
        """What is explained, with people masked while the switch is on: what it says of them counts nevertheless."""
        self.editor.setPlainText(privacy().in_text(self._text))

    def _follow_privacy(self) -> None:
        if self._explanation is not None:
            self._show_text()

    def _start_over(self) -> None:
        self.editor.clear()
        self._show(None)
        self.editor.setFocus()

    def _explain(self) -> None:
        text = self.editor.toPlainText()
        if text.strip():
            is_same = text == privacy().in_text(self._text)
            self.take_text(self._text if is_same else text)

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
        self.heading.setText(breakable(explanation.title))
        stands_above = clues.message.rstrip(".") in (explanation.title.rstrip("."), self._text.strip().rstrip("."))
        said = "" if stands_above else clues.message
        self.message.setText(breakable(said if len(said) <= _MESSAGE_AT_MOST else f"{said[:_MESSAGE_AT_MOST]}…"))
        self.message.setVisible(bool(said))
        request = f"request {clues.request_id}" if clues.request_id else ""
        self.small.setText(" · ".join(part for part in (clues.code, clues.operation, request) if part))
        self.small.setVisible(bool(self.small.text()))
        self.causes.set_causes([CheckedCause(cause) for cause in explanation.causes])
        self._show_subject(explanation)
        self._choose_client()

    def _show_subject(self, explanation: Explanation) -> None:
        here = self._page.context
        has_checks = any(each.check for each in explanation.causes)
        chosen = self.pool_box.currentText() if self.pool_box.currentData() else ""
        may_choose = not (here.pool_id or explanation.clues.pool_id) and self.pool_box.count() > 1
        for part in (self.pool_label, self.pool_box):
            part.setVisible(may_choose)
        ground = self._ground(chosen if may_choose else "")
        self.ground.setText(f"Checked against {ground}." if ground else "")
        self.ground.setVisible(has_checks and bool(ground) and self._can_check)
        self.check_button.setEnabled(self._can_check)
        self._about.setVisible(has_checks)
        nowhere = "Open a user pool or an identity pool, then Explain from there, to check these."
        why = "" if self._can_check else "Choose the user pool it came from, to check these." if may_choose else nowhere
        if not explanation.causes:
            why = "Paste the whole text, with the code in it, or the whole address of the page."
        self.subject.setText(why)
        self.subject.setVisible(bool(why) and (has_checks or not explanation.causes))
        for asked in (self.client_box, self.user_line):
            asked.setEnabled(self._can_check)

    def _ground(self, chosen: str) -> str:
        """What the causes are checked against, by name and kind: a user pool and an identity pool are often namesakes.

        `chosen` is the user pool chosen by hand, or "".
        """
        here = self._page.context
        named = self._explanation.clues.pool_id if self._explanation else ""
        user_pool = named if named and named != here.pool_id else here.pool_name or here.pool_id or chosen
        pools = ((user_pool, "user pool"), (here.identity_pool_name or here.identity_pool_id, "identity pool"))
        return " and ".join(f"{_shortened(name)} ({kind})" for name, kind in pools if name)

    def _wire(self) -> None:
        self.editor.setPlaceholderText(
            "Paste an error: a line of the CLI, a stack trace, JSON, an address with ?error=…"
        )
        self.editor.setProperty("role", "mono")
        self.editor.setTabChangesFocus(True)
        self.editor.setAccessibleName("Error to explain")
        self.editor.setFixedHeight(theme().px(76))
        self.explain_button.setProperty("kind", "primary")
        self.explain_button.setEnabled(False)
        self.editor.textChanged.connect(lambda: self.explain_button.setEnabled(not self.editor.document().isEmpty()))
        self.explain_button.clicked.connect(self._explain)
        privacy().changed.connect(self._follow_privacy)
        veil(self.user_line)
        self.check_button.clicked.connect(self._recheck)
        self.user_line.returnPressed.connect(self._recheck)
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
            "Errors of Cognito, IAM, STS, API Gateway and the hosted UI are recognised, from any SDK. Tokens in the"
            " text are not kept, and nothing is sent but reads of your own configuration."
        )

    def _arrange(self) -> QWidget:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.editor, 1)
        line.addWidget(self.explain_button, 0, Qt.AlignmentFlag.AlignTop)
        about = QHBoxLayout(self._about)
        about.setContentsMargins(0, 0, 0, 0)
        about.setSpacing(8)
        for part in (
            self.pool_label,
            self.pool_box,
            plain_label("App client"),
            self.client_box,
            plain_label("User"),
            self.user_line,
            self.check_button,
        ):
            about.addWidget(part, 1 if part is self.user_line else 0)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.causes)
        result = QVBoxLayout(self._result)
        result.setContentsMargins(0, 8, 0, 0)
        result.setSpacing(8)
        for each in (self.heading, self.message, self.small, self._about, self.ground, self.subject):
            result.addWidget(each)
        result.addWidget(plain_label("Likely causes", "section"))
        result.addWidget(card, 1)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(8)
        layout.addLayout(line)
        layout.addWidget(self._hint)
        layout.addWidget(self._result, 1)
        layout.addStretch(0)
        return content


def _shortened(name: str) -> str:
    return name if len(name) <= _NAME_AT_MOST else f"{name[: _NAME_AT_MOST - 1]}…"
