"""The sandbox's own page: where it listens, how a shell reaches it, what it sent, what it answered, reset."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from cognito_explorer.core.sandbox_process import DEMO_PASSWORD, OutboxMessage, RunningSandbox, ServedRequest
from cognito_explorer.gui.connections import Connections
from cognito_explorer.gui.lib.clipboard import copy_secret
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.dialogs import ask_typed_name
from cognito_explorer.gui.lib.faces import EmptyFace
from cognito_explorer.gui.lib.facts import Fact, FactList
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.tasks import is_loop_running
from cognito_explorer.gui.lib.text_view import TextView
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.lib.tokens import Tone

_REFRESH_MS = 3_000
_SHOWN = 200
_ROWS_AT_LEAST = 4
_FACTS_PX = 640
_DECISIONS = {"allowed": Tone.GOOD, "public": Tone.INFO, "denied": Tone.BAD, "refused": Tone.WARN}


class SandboxPanel(Panel):
    """Refreshes itself while it is shown. `was_reset`: the world is a new one."""

    was_reset = Signal()

    def __init__(self, connections: Connections, parent: QWidget | None = None) -> None:
        super().__init__("Sandbox", parent)
        self._connections = connections
        self._facts = FactList()
        self._outbox: RecordTable[OutboxMessage] = RecordTable(_message_columns())
        self._log: RecordTable[ServedRequest] = RecordTable(_request_columns())
        self.outbox_view = RecordView(self._outbox, "outbox")
        self.log_view = RecordView(self._log, "sandbox-log")
        self.message = TextView("Message")
        self.no_messages = EmptyFace()
        self.no_messages.show_text(
            "No messages yet",
            "Create a user, reset a password or sign up: what Cognito would have sent arrives here, codes included.",
            icon_name="mail",
        )
        self.no_messages.set_action("", None)
        self.outbox_face = QStackedWidget()
        self.exports_button = QPushButton(icon("copy"), "Copy &export lines for a shell")
        self.reset_button = QPushButton(icon("undo", Tone.BAD), "&Reset sandbox…")
        self.exports_button.clicked.connect(self._copy_exports)
        self.reset_button.clicked.connect(lambda: self.tasks.start("reset", self._reset(), label="Resetting"))
        self.outbox_view.selectionModel().currentRowChanged.connect(lambda *_: self._show_message())
        privacy().changed.connect(self._show_message)
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self._refresh)
        self.set_content(self._arrange())
        connections.sandbox_started.connect(self.reload)

    def reload(self) -> None:
        """Ask the sandbox about itself."""
        if self._connections.sandbox is None:
            self.show_empty(
                "The sandbox is not running",
                "Start it to see where it listens, what it sent and what it answered.",
                icon="sandbox",
                action="Start the sandbox",
                run=lambda: self.tasks.start("start", self._start(), label="Starting the sandbox"),
            )
            return
        self.tasks.start("load", self._load(), label="Asking the sandbox")
        self._timer.start()

    def focus_first(self) -> None:
        """The list of messages is what one comes for."""
        (self.outbox_view if self.face == "content" else self.empty.button).setFocus()

    def _refresh(self) -> None:
        sandbox = self._connections.sandbox if is_loop_running() else None
        if self.isVisible() and sandbox is not None and sandbox.is_running and not self.tasks.is_busy:
            self.tasks.start("load", self._load())

    async def _start(self) -> None:
        from cognito_explorer.gui.connections import SANDBOX_PROFILE

        await self._connections.open(SANDBOX_PROFILE)
        self.reload()

    async def _load(self) -> None:
        sandbox = self._connections.sandbox
        if sandbox is None:
            return
        messages, requests = await sandbox.outbox(_SHOWN), await sandbox.log(_SHOWN)
        self._facts.set_facts(_facts(sandbox.running))
        privacy().know((message.username, "") for message in messages)
        if messages != self._outbox.records():
            self._outbox.set_rows(messages)
            if messages and not self.outbox_view.currentIndex().isValid():
                self.outbox_view.selectRow(0)
        self.outbox_face.setCurrentIndex(1 if messages else 0)
        if requests != self._log.records():
            self._log.set_rows(requests)
        self.show_content()

    async def _reset(self) -> None:
        wants = await ask_typed_name(
            self,
            title="Reset the sandbox?",
            text="Everything in it is deleted and the demo world is made anew. Keys and ids will be different.",
            name="reset",
            action="Reset sandbox",
        )
        if wants:
            await self._connections.reset_sandbox()
            self.was_reset.emit()
            toast(self, "The sandbox is as new.")

    def _copy_exports(self) -> None:
        sandbox = self._connections.sandbox
        if sandbox is not None:
            copy_secret(self, shell_exports(sandbox.running), "the export lines")

    def _show_message(self) -> None:
        message = self.outbox_view.current_record()
        if isinstance(message, OutboxMessage):
            whole = f"To: {message.destination}\nSubject: {message.subject}\n\n{message.body}"
            self.message.set_text(privacy().in_text(whole))

    def _outbox_page(self) -> QWidget:
        outbox = QWidget()
        column = QVBoxLayout(outbox)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(_note("Mail and text messages Cognito would have sent, with the codes in them."))
        column.addWidget(self.outbox_face, 1)
        messages = QSplitter(Qt.Orientation.Vertical)
        messages.setChildrenCollapsible(False)
        self.outbox_view.setMinimumHeight(theme().row_height() * _ROWS_AT_LEAST)
        for part, share in ((self.outbox_view, 3), (self.message, 2)):
            messages.addWidget(part)
            messages.setStretchFactor(messages.indexOf(part), share)
        for face in (self.no_messages, messages):
            self.outbox_face.addWidget(face)
        return outbox

    def _requests_page(self) -> QWidget:
        log = QWidget()
        column = QVBoxLayout(log)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(_note("Requests the sandbox answered, this app's among them, and what its gate decided."))
        column.addWidget(self.log_view, 1)
        return log

    def _arrange(self) -> QWidget:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.exports_button)
        buttons.addWidget(self.reset_button)
        buttons.addStretch(1)
        pages = QTabWidget()
        pages.addTab(self._outbox_page(), icon("mail"), "Outbox")
        pages.addTab(self._requests_page(), icon("log"), "Requests")
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(plain_label("Sandbox", "title"))
        self._facts.setMaximumWidth(theme().px(_FACTS_PX))
        layout.addWidget(self._facts)
        layout.addLayout(buttons)
        layout.addWidget(pages, 1)
        return whole


def shell_exports(running: RunningSandbox) -> str:
    """Lines for a POSIX shell: with them the AWS CLI and every SDK speak to the sandbox."""
    names = {
        "AWS_ENDPOINT_URL": running.endpoint,
        "AWS_ACCESS_KEY_ID": running.access_key_id,
        "AWS_SECRET_ACCESS_KEY": running.secret_access_key,
        "AWS_DEFAULT_REGION": running.region,
    }
    return "".join(f"export {name}={value}\n" for name, value in names.items())


def _facts(running: RunningSandbox) -> tuple[Fact, ...]:
    owner = "another window of the app; it ends with that" if running.is_attached else "this window; it ends with it"
    return (
        Fact("Endpoint", running.endpoint, is_identifier=True, hint="Reachable from this computer only."),
        Fact("Access key id", running.access_key_id, is_identifier=True),
        Fact("Demo password", DEMO_PASSWORD, is_identifier=True, hint="Everyone's in the pool moonletter. Try ada."),
        Fact("Started by", owner),
    )


def _note(text: str) -> QLabel:
    return plain_label(text, "muted", wrap=True)


def _message_columns() -> tuple[Column[OutboxMessage], ...]:
    return (
        Column("Sent", lambda message: message.sent_at, width=130),
        Column("By", lambda message: message.medium, width=70),
        Column("To", lambda message: privacy().in_text(message.destination), width=240),
        Column("User", lambda message: privacy().of_claim("username", message.username), width=120),
        Column("Why", lambda message: message.purpose, width=150),
        Column("Code", lambda message: message.code, width=150, is_identifier=True),
    )


def _request_columns() -> tuple[Column[ServedRequest], ...]:
    return (
        Column("Time", lambda request: request.at, width=110),
        Column("Service", lambda request: request.service, width=110),
        Column("Operation", lambda request: request.operation, width=190),
        Column("Caller", lambda request: privacy().in_text(request.caller_arn), width=200, is_identifier=True),
        Column(
            "Decision",
            lambda request: request.decision.capitalize(),
            width=100,
            icon=lambda request: "check" if request.decision in ("allowed", "public") else "denied",
            tone=lambda request: _DECISIONS.get(request.decision, Tone.MUTED),
        ),
        Column("Status", lambda request: str(request.status), width=60),
        Column("Code", lambda request: request.code, width=140),
        Column("ms", lambda request: request.took_ms, width=60, is_right_aligned=True),
    )
