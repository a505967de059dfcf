"""One call beside the log: what was asked, what came of it, and *Copy as*."""

import json

from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.addresses import plain_address
from cognito_explorer.core.aws.call_log import LoggedCall
from cognito_explorer.core.aws.copy_as import Place, languages
from cognito_explorer.gui.lib.badge import StatusBadge
from cognito_explorer.gui.lib.billable import billable_badge
from cognito_explorer.gui.lib.clipboard import copy
from cognito_explorer.gui.lib.faces import EmptyFace
from cognito_explorer.gui.lib.facts import Fact, FactList
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import breakable, plain_label
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.text_view import TextView
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.logs.call_columns import look_of_call, makes_billable, times_sent


class CallDetails(QWidget):
    """The selected call. Its parameters hold no secret: the log never had one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.call: LoggedCall | None = None
        self.place = Place("")
        self.empty = EmptyFace()
        self.empty.show_text("No call selected", "Select a row to see what was asked.", icon_name="cloud")
        self.empty.set_action("", None)
        self._title = plain_label("", "title", wrap=True)
        self._outcome = StatusBadge()
        self._billable = billable_badge()
        self._summary = plain_label("", wrap=True, selectable=True)
        self._facts = FactList()
        self.parameters = TextView("Parameters")
        self.copy_button = QPushButton(icon("copy"), "Cop&y as")
        self.copy_menu = QMenu(self)
        self.copy_button.setMenu(self.copy_menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for part in (self._title, self._outcome, self._billable, self._summary, self._facts, self.copy_button):
            column.addWidget(part)
        column.addWidget(self.parameters, 1)
        column.addWidget(self.empty, 1)
        privacy().changed.connect(self._follow_privacy)
        self.show_call(None, self.place)

    def show_call(self, call: LoggedCall | None, place: Place) -> None:
        """Show a call and where it went, or that none is selected."""
        self.call, self.place = call, place
        for part in (self._title, self._outcome, self._summary, self._facts, self.copy_button, self.parameters):
            part.setVisible(call is not None)
        self.empty.setVisible(call is None)
        if call is None:
            self._billable.hide()
            return
        self._title.setText(breakable(call.operation))
        self._outcome.set_status(*look_of_call(call))
        self._billable.setVisible(makes_billable(call))
        self._summary.setText(breakable(privacy().in_text(call.summary)))
        self._summary.setVisible(bool(call.summary))
        self._facts.set_facts(_facts(call))
        self.parameters.set_json(dict(call.parameters))
        self._offer(call)

    def _follow_privacy(self) -> None:
        self.show_call(self.call, self.place)

    def _offer(self, call: LoggedCall) -> None:
        self.copy_menu.clear()
        for title, write in languages(call).items():
            action = self.copy_menu.addAction(title)
            text = write(call, _place_of(call, self.place))
            action.triggered.connect(lambda _=False, text=text, title=title: copy(self, text, f"the call for {title}"))
        self.copy_button.setEnabled(not self.copy_menu.isEmpty())
        note = "Secrets are left out: set them in the environment." if not self.copy_menu.isEmpty() else ""
        self.copy_button.setToolTip(note or "Only calls of AWS operations can be copied.")

    def copied(self, title: str) -> str:
        """What *Copy as* puts on the clipboard for a language."""
        call = self.call
        return languages(call)[title](call, _place_of(call, self.place)) if call is not None else ""


def _place_of(call: LoggedCall, place: Place) -> Place:
    """Where a call went: what is sent to become somebody goes elsewhere than what its door sends."""
    return Place(call.region, call.endpoint_url, call.aws_profile, call.own_profile) if call.region else place


def _facts(call: LoggedCall) -> list[Fact]:
    facts = [
        Fact("When", clock().exact(call.at)),
        Fact("Test of", call.profile_name),
        Fact("Service", call.service),
        Fact("Does what", call.nearest, hint="The operation of the API that does the same." if call.nearest else ""),
        Fact("Took", f"{call.duration_ms} ms" if call.outcome != "running" else "", hint=times_sent(call)),
        Fact("Sent to", plain_address(call.endpoint_url) or call.region),
        Fact("HTTP status", str(call.status or "")),
        Fact("Request id", call.request_id, is_identifier=True),
    ]
    return [fact for fact in facts if fact.value]


def searched(call: LoggedCall) -> str:
    """All that a filter looks through, case folded."""
    parameters = json.dumps(call.parameters, ensure_ascii=False, default=str)
    return "\n".join(
        (call.profile_name, call.service, call.operation, call.outcome, call.request_id, call.summary, parameters)
    ).casefold()
