"""The columns of the call log, and what became of a call as a word with an icon."""

from cognito_explorer.core.auth.hosted_requests import is_change
from cognito_explorer.core.aws.call_log import LoggedCall
from cognito_explorer.core.aws.operations import Effect, effect_of, is_billed
from cognito_explorer.core.aws.page_calls import SENT
from cognito_explorer.gui.lib.billable import BILLABLE, WORD
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.tokens import Tone

# What CreateToken answers until somebody has allowed it in the browser (RFC 8628, section 3.5).
_NOT_YET = "AuthorizationPendingException"


def look_of_call(call: LoggedCall) -> tuple[str, Tone, str]:
    """A call's outcome: its word, tone and icon."""
    if call.outcome == "ok":
        return "OK", Tone.GOOD, "check-circle"
    if call.outcome == _NOT_YET:
        return "Not yet", Tone.MUTED, "clock"
    if call.outcome == "running":
        return "Running", Tone.INFO, "clock"
    if call.outcome == SENT:
        return "Sent", Tone.MUTED, "sign-in"
    return call.outcome, Tone.MUTED if call.outcome == "abandoned" else Tone.BAD, "error"


def is_error(call: LoggedCall) -> bool:
    """Whether it failed."""
    return call.outcome not in ("ok", "running", "abandoned", SENT, _NOT_YET)


def is_write(call: LoggedCall) -> bool:
    """Whether it may have changed something."""
    if call.nearest:
        return is_change(call.nearest)
    return call.is_operation and effect_of(call.service, call.operation) not in (Effect.READ, Effect.SIGN_IN)


def makes_billable(call: LoggedCall) -> bool:
    """Whether it, or what a page sent with it, makes its user count as active for the month."""
    return is_billed("cognito-idp", call.nearest) if call.nearest else is_billed(call.service, call.operation)


def times_sent(call: LoggedCall) -> str:
    """How often it was sent and why, or "" for once."""
    why = f", because {call.again}" if call.again else ""
    return f"Sent {call.attempts} times{why}" if call.attempts > 1 else ""


def operation_of(call: LoggedCall) -> str:
    """What was called; of a connection that was only tested, first through which profile."""
    return f"{call.profile_name}: {call.operation}" if call.profile_name else call.operation


def call_columns() -> tuple[Column[LoggedCall], ...]:
    """The call log's columns. Beside the details there is room for those that are shown at first."""
    return (
        Column("Time", lambda call: call.at, width=120),
        Column("Operation", operation_of, width=198),
        Column(
            "Answer",
            lambda call: look_of_call(call)[0],
            icon=lambda call: look_of_call(call)[2],
            tone=lambda call: look_of_call(call)[1],
            tooltip=lambda call: privacy().in_text(call.summary) or call.outcome,
            width=108,
        ),
        Column(
            "Bill",
            lambda call: WORD if makes_billable(call) else "",
            icon=lambda call: "tag" if makes_billable(call) else "",
            tone=lambda _call: Tone.INFO,
            tooltip=lambda call: BILLABLE if makes_billable(call) else "",
            full_name="Makes the user billable",
            width=88,
        ),
        Column("ms", lambda call: call.duration_ms, width=54, is_right_aligned=True),
        Column("Sent", lambda call: call.attempts, width=48, is_right_aligned=True, tooltip=_times),
        Column("Service", lambda call: call.service, width=95, is_hidden=True),
        Column("Request id", lambda call: call.request_id, width=240, is_identifier=True, is_hidden=True),
    )


def _times(call: LoggedCall) -> str:
    return times_sent(call) or "Sent once"
