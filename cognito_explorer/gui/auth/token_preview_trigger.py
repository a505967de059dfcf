"""The pool's pre token generation function beside a prediction: that it exists, and the question before it runs."""

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.insight.pool_facts import PreTokenTrigger
from cognito_explorer.core.insight.pre_token_event import trigger_source, why_no_metadata
from cognito_explorer.core.insight.pre_token_trigger import SIDE_EFFECTS
from cognito_explorer.core.insight.token_preview import PreviewRequest, is_trigger_asked
from cognito_explorer.gui.lib.dialogs import confirm_with_care
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import IconLabel, breakable, plain_label
from cognito_explorer.gui.lib.tokens import Tone

Outcome = Literal["not asked", "applied", "failed"]

_OUTCOMES: dict[Outcome, str] = {
    "not asked": "exists and is not applied.",
    "applied": "was invoked just now and is applied.",
    "failed": "was invoked just now and failed.",
}
_LONGEST_NAME = 60
_MOST_NAMES = 8


class TokenPreviewTrigger(QWidget):
    """Shown where Cognito would ask the function. `invoke_wanted`: the person pressed the button."""

    invoke_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = plain_label("", wrap=True, selectable=True)
        self.button = QPushButton(icon("play"), "Apply the fu&nction…")
        self.button.clicked.connect(self.invoke_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(IconLabel("info", Tone.MUTED))
        layout.addWidget(self.words, 1)
        layout.addWidget(self.button)
        self.hide()

    def show_request(self, aws: Aws, request: PreviewRequest, *, outcome: Outcome) -> None:
        """Say whether the function had its say; hidden where Cognito would not ask it."""
        trigger = request.trigger
        self.setVisible(trigger is not None and is_trigger_asked(request))
        if trigger is None:
            return
        said = f"The pool's pre token generation function {short_name(trigger)} (event {trigger.version})"
        self.words.setText(breakable(f"{said} {_OUTCOMES[outcome]} {_about_metadata(request)}".rstrip()))
        reason = aws.permit.why_not("Invoke", "lambda")
        self.button.setEnabled(not reason)
        self.button.setToolTip(reason or "Asks first: the function runs as at a sign-in.")
        self.button.setText("Apply the fu&nction…" if outcome == "not asked" else "Apply it &again…")


async def confirm_invocation(parent: QWidget, aws: Aws, request: PreviewRequest, trigger: PreTokenTrigger) -> bool:
    """Ask before the function runs. In production its name must be typed."""
    whose = f"a sign-in of {request.user.username}" if request.user is not None else "a token of the machine"
    client = request.client.name or request.client.client_id
    text = (
        f"It runs with the event of {whose} through {client} ({trigger_source(request)}), though nobody signs in."
        f" It does for real {SIDE_EFFECTS}. The journal keeps that you invoked it. {_about_metadata(request)}"
    ).rstrip()
    name = short_name(trigger)
    return await confirm_with_care(
        parent,
        title=f"Invoke the function {name}?",
        text=text,
        action="Invoke it",
        keep="Leave it",
        typed_name=name if aws.profile.is_production else "",
    )


def _about_metadata(request: PreviewRequest) -> str:
    """What becomes of client metadata, "" where none was given."""
    if not request.metadata:
        return ""
    names = ", ".join(name[:_LONGEST_NAME] for name in list(request.metadata)[:_MOST_NAMES])
    reason = why_no_metadata(request)
    return f"The client metadata stays out. {reason}" if reason else f"The client metadata {names} goes along."


def short_name(trigger: PreTokenTrigger) -> str:
    """The function's name, short enough for a sentence."""
    return trigger.name if len(trigger.name) <= _LONGEST_NAME else f"{trigger.name[: _LONGEST_NAME - 1]}…"
