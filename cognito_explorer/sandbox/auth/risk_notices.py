"""The mails of threat protection: somebody signed in as you; was it you?"""

from collections.abc import Mapping
from typing import Any, Literal

from cognito_explorer.sandbox.auth.auth_events import FEEDBACK_PURPOSE
from cognito_explorer.sandbox.auth.flows import Attempt
from cognito_explorer.sandbox.triggers.letters import Letter
from cognito_explorer.sandbox.triggers.senders import hand_to_sender
from cognito_explorer.sandbox.user_pools.paging import seal
from cognito_explorer.sandbox.user_pools.users import User

Notice = Literal["BlockEmail", "MfaEmail", "NoActionEmail"]
_PURPOSE = "AccountTakeOverNotification"


def send_notice(attempt: Attempt, user: User, takeover: Mapping[str, Any], notice: Notice) -> None:
    """Mail the user in the words of an AccountTakeoverRiskConfiguration, verified address or not.

    A pool with a function that sends its mail has that send it: its code is the token that feedback is given with.
    """
    mail = takeover.get("NotifyConfiguration", {}).get(notice)
    address = user.attributes.get("email")
    if not mail or not address:
        return
    token = seal(attempt.world, FEEDBACK_PURPOSE, [attempt.pool["Id"], user.sub, attempt.progress.event_id])
    if hand_to_sender(attempt.world, attempt.pool, user, Letter(_PURPOSE, "email", token, address)):
        return
    body = mail.get("TextBody") or mail.get("HtmlBody") or "{one-click-link-invalid}"
    for name, value in _fillings(attempt, user, token).items():
        body = body.replace(f"{{{name}}}", value)
    about = {
        "pool_id": user.pool_id,
        "username": user.username,
        "purpose": _PURPOSE,
        "code": token,
    }
    attempt.world.outbox.send("EMAIL", address, subject=mail["Subject"], body=body, about=about)


def _fillings(attempt: Attempt, user: User, token: str) -> dict[str, str]:
    return {
        "username": user.username,
        "ip-address": attempt.progress.ip_address,
        "event-id": attempt.progress.event_id,
        "feedback-token": token,
        "one-click-link-valid": f"{attempt.world.endpoint}/?feedback-token={token}&feedback-value=Valid",
        "one-click-link-invalid": f"{attempt.world.endpoint}/?feedback-token={token}&feedback-value=Invalid",
    }
