"""MFA_SETUP on the pages: an authenticator app by its secret, or an address codes can go to."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from cognito_explorer.sandbox.hosted_ui.authorization import AuthorizationRequest
from cognito_explorer.sandbox.hosted_ui.forms import Unacceptable
from cognito_explorer.sandbox.hosted_ui.steps import Outcome, Step, answer, call
from cognito_explorer.sandbox.hosted_ui.visit import Visit

_WORDS = {
    "SOFTWARE_TOKEN_MFA": "Set up an authenticator app",
    "EMAIL_OTP": "Receive codes by e-mail",
    "SMS_MFA": "Receive codes by text message",
}
_ADDRESSES = {"EMAIL_OTP": "email", "SMS_MFA": "phone_number"}


def show(visit: Visit, step: Step) -> tuple[str, dict[str, Any]]:
    """The choice of a factor, or the page of the one that is chosen."""
    factor, secret = step.parameters.get("factor", ""), step.parameters.get("secret", "")
    if secret:
        label = quote(f"{visit.pool['Name']}:{step.username}")
        link = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': visit.pool['Name']}, quote_via=quote)}"
        groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
        return "setup_app", {"secret": " ".join(groups), "otpauth": link}
    if factor in _ADDRESSES:
        return "setup_address", {"attribute": _ADDRESSES[factor], "typed": visit.posted("address")}
    return "choice", {"options": [(name, _WORDS[name]) for name in _offered(step)], "is_second": True}


def take_answer(visit: Visit, request: AuthorizationRequest, step: Step) -> Outcome:
    """Choose a factor, then prove it. Raises Unacceptable and what the operations raise."""
    factor = step.parameters.get("factor") or visit.posted("answer")
    if factor not in _offered(step):
        raise Unacceptable("Choose one of the ways below.")
    if "factor" not in step.parameters:
        return open_factor(visit, replace(step, parameters=step.parameters | {"factor": factor}))
    if factor in _ADDRESSES:
        return answer(visit, request, step, {_ADDRESSES[factor]: visit.posted("address").strip()})
    proven = call(
        visit, "VerifySoftwareToken", Session=step.session, UserCode=visit.posted("code").replace(" ", "").strip()
    )
    return answer(visit, request, replace(step, session=proven["Session"]), {})


def open_factor(visit: Visit, step: Step) -> Step:
    """The step with what its factor's page needs: an authenticator app's secret."""
    if step.parameters["factor"] != "SOFTWARE_TOKEN_MFA":
        return step
    made = call(visit, "AssociateSoftwareToken", Session=step.session)
    return replace(step, session=made["Session"], parameters=step.parameters | {"secret": made["SecretCode"]})


def _offered(step: Step) -> list[str]:
    names = json.loads(step.parameters.get("MFAS_CAN_SETUP") or "[]")
    return [name for name in names if name in _WORDS]
