"""Which role an identity pool would give to the token on show, and the way there."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.identity_pools.identity_pools import IdentityPoolDetail
from cognito_explorer.core.identity_pools.principal_tags import TagMap, get_tag_map
from cognito_explorer.core.insight.role_logins import RoleLogin, accept
from cognito_explorer.core.insight.role_pools import search_pools
from cognito_explorer.core.insight.role_trace import RoleStep, RoleTrace, trace_role
from cognito_explorer.gui.auth.token_role_login import TokenRoleLogin
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import IconLabel, breakable, plain_label
from cognito_explorer.gui.lib.narrow_box import narrow_box
from cognito_explorer.gui.lib.scrolled import scrolled_column
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.lib.tokens import Tone

_LOOKS = {
    "yes": ("check-circle", Tone.GOOD, "Yes"),
    "no": ("close", Tone.MUTED, "No"),
    "skipped": ("minus", Tone.MUTED, "Not looked at"),
    "unknown": ("help", Tone.WARN, "Not known"),
}
_NOTE = (
    "From the pool's settings alone. The role's trust policy, the token's signature and its expiry are looked at when"
    " credentials are asked for: try access to see."
)
_STOPPED = "Stopped. What was found so far stays."
_NO_POOL = "None of the first identity pools names this token's issuer. There may be more of them."


class TokenRole(QScrollArea):
    """The conclusion, then each step in Cognito's order with what it came to.

    What `show_traces` was given are the pools found beside the token; a search goes through all of them. What it found
    is forgotten with the next issuer's token.
    """

    def __init__(self, aws: Aws | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._aws = aws
        self.tasks = TaskScope(self)
        self.trace: RoleTrace | None = None
        self._given: tuple[IdentityPoolDetail, ...] = ()
        self._details: tuple[IdentityPoolDetail, ...] = ()
        self._token = DecodedToken("other", "")
        self._tag_maps: dict[tuple[str, str], TagMap | None] = {}
        self.pool_box = narrow_box(8)
        self._label = plain_label("Identity pool", "muted")
        self._label.setBuddy(self.pool_box)
        self.search_button = QPushButton(icon("search"), "Search all identity pools")
        self.searched = plain_label("", "small", wrap=True)
        self.login_form = TokenRoleLogin()
        self._pool = plain_label("", "muted", wrap=True, selectable=True)
        self._conclusion = plain_label("", "section", wrap=True, selectable=True)
        self._arn = plain_label("", "mono", wrap=True, selectable=True)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(12)
        self._rows: list[QWidget] = []
        self._arrange()
        self.pool_box.currentIndexChanged.connect(lambda _at: self._trace())
        self.login_form.changed.connect(self._trace)
        self.search_button.clicked.connect(self._search_or_stop)
        self.tasks.failed.connect(lambda _name, error: self._end_search(f"{error.title} {error.hint}"))
        self.tasks.stopped.connect(lambda name: self._end_search(_STOPPED) if name == "search" else None)

    @property
    def can_search(self) -> bool:
        """Whether there is a connection to look for identity pools through."""
        return self._aws is not None

    def show_traces(self, details: Sequence[IdentityPoolDetail], token: DecodedToken) -> None:
        """Follow a token through one of these identity pools: the chosen one, or the first."""
        if tuple(details) != self._given or token.issuer != self._token.issuer:
            self._given = tuple(details)
            self._stop()
            self.searched.hide()
            self._fill(self._given, token)
        self._token = token
        self._trace()

    def _fill(self, details: Sequence[IdentityPoolDetail], token: DecodedToken) -> None:
        chosen = self.pool_box.currentData()
        self._details = tuple(details)
        self.pool_box.blockSignals(True)
        self.pool_box.clear()
        for each in self._details:
            self.pool_box.addItem(_name_of(each, token), each.id)
        self.pool_box.setCurrentIndex(max(0, self.pool_box.findData(chosen)))
        self.pool_box.blockSignals(False)

    def _trace(self) -> None:
        for part in (self._label, self.pool_box):
            part.setVisible(len(self._details) > 1)
        self.search_button.setVisible(self.can_search)
        self.login_form.setVisible(bool(self._details))
        if not self._details:
            self._show_none()
            return
        detail = self._details[max(0, self.pool_box.currentIndex())]
        self.login_form.offer(detail)
        login = self.login_form.login(self._token)
        tag_map = self._tag_map(detail, login)
        form = self.login_form
        trace = trace_role(detail, login, custom_role_arn=form.role_arn, flow=form.flow, tag_map=tag_map)
        is_alone = len(self._details) == 1
        self._pool.setText(breakable(f"Identity pool {detail.name} ({detail.id})" if is_alone else detail.id))
        if trace != self.trace:
            self._show_trace(trace)

    def _show_none(self) -> None:
        self._pool.setText("")
        self._show_trace(RoleTrace("", _NO_POOL, (), is_known=False))

    def _show_trace(self, trace: RoleTrace) -> None:
        self.trace = trace
        self._conclusion.setText(breakable(trace.conclusion))
        self._arn.setText(breakable(trace.role_arn))
        self._arn.setVisible(bool(trace.role_arn))
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows = [_row(step) for step in trace.steps]
        for row in self._rows:
            self._steps.addWidget(row)

    def _tag_map(self, detail: IdentityPoolDetail, login: RoleLogin) -> TagMap | None:
        """What is known of the tags; asked for once for each pool and provider."""
        key = (detail.id, accept(detail, login).tag_provider)
        if not key[1] or self._aws is None or key in self._tag_maps:
            return self._tag_maps.get(key)
        self.tasks.start("tags", self._read_tags(self._aws, key), label="Reading attributes for access control")
        return None

    async def _read_tags(self, aws: Aws, key: tuple[str, str]) -> None:
        try:
            self._tag_maps[key] = await get_tag_map(aws, *key)
        except ExplorerError:
            self._tag_maps[key] = None
        self._trace()

    def _search_or_stop(self) -> None:
        if self.search_button.property("searching"):
            self._stop()
        elif self._aws is not None:
            self._set_searching(is_on=True)
            self.tasks.start("search", self._search(self._aws), label="Looking through identity pools")

    async def _search(self, aws: Aws) -> None:
        login = self.login_form.login(self._token)
        done = unread = 0
        async for step in search_pools(aws, login, skip=[each.id for each in self._details]):
            done, unread = step.done, step.unread
            self.searched.setText(f"{counted(done, 'identity pool')} looked through…")
            self.searched.show()
            if step.found:
                self._fill((*self._details, *step.found), self._token)
                self._trace()
        hidden = f" {counted(unread, 'of them', 'of them')} could not be read." if unread else ""
        self._end_search(
            f"{counted(done, 'identity pool')} looked through, {len(self._details)} to choose from.{hidden}"
        )

    def _stop(self) -> None:
        self.tasks.cancel("search")
        if self.search_button.property("searching"):
            self._end_search(_STOPPED)

    def _end_search(self, words: str) -> None:
        self._set_searching(is_on=False)
        self.searched.setText(words)
        self.searched.show()

    def _set_searching(self, *, is_on: bool) -> None:
        self.search_button.setProperty("searching", is_on)
        self.search_button.setText("Stop" if is_on else "Search all identity pools")

    def _arrange(self) -> None:
        column = scrolled_column(self, (16, 12, 16, 12), 8)
        choice = QHBoxLayout()
        choice.setSpacing(8)
        choice.addWidget(self._label)
        choice.addWidget(self.pool_box, 1)
        choice.addStretch(0)
        column.addLayout(choice)
        column.addWidget(self.search_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.searched)
        column.addWidget(self.login_form)
        for part in (self._pool, self._conclusion, self._arn):
            column.addWidget(part)
        column.addSpacing(8)
        column.addLayout(self._steps)
        column.addSpacing(8)
        column.addWidget(plain_label(_NOTE, "small", wrap=True))
        column.addStretch(1)
        self.searched.hide()


def _name_of(detail: IdentityPoolDetail, token: DecodedToken) -> str:
    """Names may be equal: the end of the id tells two apart."""
    pairs = [(each.pool_id, each.client_id) for each in detail.user_pool_providers]
    other = "" if (token.pool_id, token.client_id) in pairs else ", for other app clients"
    return f"{detail.name or detail.id} (…{detail.id[-4:]}){other}"


def _row(step: RoleStep) -> QWidget:
    name, tone, word = _LOOKS[step.verdict]
    row = QWidget()
    layout = QGridLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setHorizontalSpacing(8)
    layout.setVerticalSpacing(0)
    layout.setColumnStretch(1, 1)
    layout.addWidget(IconLabel(name, tone), 0, 0, Qt.AlignmentFlag.AlignTop)
    layout.addWidget(plain_label(breakable(step.question), wrap=True), 0, 1)
    layout.addWidget(plain_label(breakable(step.answer), "muted", wrap=True), 1, 1)
    row.setAccessibleName(f"{word}: {step.question} {step.answer}")
    return row
