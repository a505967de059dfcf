"""The pages between name and application: codes, choices, a new password, a passkey."""

import json
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui import mfa_setup
from cognito_explorer.sandbox.hosted_ui.answers import page, redirect
from cognito_explorer.sandbox.hosted_ui.authorization import AuthorizationRequest, read_request
from cognito_explorer.sandbox.hosted_ui.entrance import Entry, admit
from cognito_explorer.sandbox.hosted_ui.forms import (
    Unacceptable,
    attribute_field,
    check_prompt,
    check_repeated,
    explain,
    password_hint,
)
from cognito_explorer.sandbox.hosted_ui.login_page import login_page
from cognito_explorer.sandbox.hosted_ui.steps import Outcome, Step, answer, seal_step, unseal_step
from cognito_explorer.sandbox.hosted_ui.visit import Visit

View = Callable[[Visit, Step], tuple[str, dict[str, Any]]]
Reader = Callable[[Visit, Step], dict[str, str]]

_ATTRIBUTE = "userAttributes."
_CODES = {
    "SMS_MFA": "SMS_MFA_CODE",
    "SMS_OTP": "SMS_OTP_CODE",
    "EMAIL_OTP": "EMAIL_OTP_CODE",
    "SOFTWARE_TOKEN_MFA": "SOFTWARE_TOKEN_MFA_CODE",
}
_WORDS = {
    "PASSWORD": "Use my password",
    "WEB_AUTHN": "Use a passkey",
    "EMAIL_OTP": "Get a code by e-mail",
    "EMAIL_MFA": "Get a code by e-mail",
    "SMS_OTP": "Get a code by text message",
    "SMS_MFA": "Get a code by text message",
    "SOFTWARE_TOKEN_MFA": "Use my authenticator app",
}


def proceed(visit: Visit, request: AuthorizationRequest, outcome: Outcome, *, error: str = "") -> Response:
    """Into the application, or to the page of what has to be done first."""
    if isinstance(outcome, Entry):
        return admit(visit, request, outcome)
    view = _VIEWS.get(outcome.challenge)
    if view is None:
        return login_page(visit, request, error="This sign-in needs a step the hosted UI does not offer.")
    template, content = view(visit, outcome)
    shared = {"step": seal_step(visit, request, outcome), "username": outcome.username, "error": error}
    return page(visit, template, shared | content, leads_to=request.redirect_uri)


def respond(visit: Visit) -> Response:
    """Take the answer of any of these pages."""
    request = read_request(visit)
    step = unseal_step(visit, request)
    if step is None:
        return login_page(visit, request, error="Please sign in again.")
    try:
        check_prompt(visit)
        outcome = _take_answer(visit, request, step)
    except (ServiceError, Unacceptable) as refusal:
        code = refusal.code if isinstance(refusal, ServiceError) else ""
        if code == "PasswordResetRequiredException":
            return redirect(visit.link("forgotPassword", username=step.username, notice="required"))
        if _ends_sign_in(refusal):
            return login_page(visit, request, error=explain(refusal))
        return proceed(visit, request, step, error=explain(refusal))
    return proceed(visit, request, outcome)


def _take_answer(visit: Visit, request: AuthorizationRequest, step: Step) -> Outcome:
    if step.challenge == "MFA_SETUP":
        return mfa_setup.take_answer(visit, request, step)
    if step.challenge == "SELECT_CHALLENGE" and visit.posted("answer") == "PASSWORD" and not visit.posted("password"):
        return Step(step.challenge, step.session, step.username, step.parameters | {"chosen": "PASSWORD"}, step.choices)
    return answer(visit, request, step, _READERS[step.challenge](visit, step))


def _ends_sign_in(refusal: ServiceError | Unacceptable) -> bool:
    """Whether there is no use in trying the same step again."""
    if not isinstance(refusal, ServiceError) or refusal.code != "NotAuthorizedException":
        return False
    return refusal.message.startswith(("Invalid session", "User is disabled"))


def _show_code(_visit: Visit, step: Step) -> tuple[str, dict[str, Any]]:
    return "code", {
        "is_app": step.challenge == "SOFTWARE_TOKEN_MFA",
        "device": step.parameters.get("FRIENDLY_DEVICE_NAME", ""),
        "destination": step.parameters.get("CODE_DELIVERY_DESTINATION", ""),
    }


def _read_code(visit: Visit, step: Step) -> dict[str, str]:
    return {_CODES[step.challenge]: visit.posted("code").strip()}


def _show_mfa_types(_visit: Visit, step: Step) -> tuple[str, dict[str, Any]]:
    offered = step.parameters.get("MFAS_CAN_CHOOSE") or step.parameters.get("MFAS_CAN_SELECT") or "[]"
    return "choice", {"options": _options(json.loads(offered)), "is_second": True}


def _show_first_factors(_visit: Visit, step: Step) -> tuple[str, dict[str, Any]]:
    options = _options(list(step.choices))
    if step.parameters.get("chosen") == "PASSWORD" or [name for name, _ in options] == ["PASSWORD"]:
        return "password", {}
    return "choice", {"options": options, "is_second": False}


def _options(names: list[str]) -> list[tuple[str, str]]:
    return [(name, _WORDS[name]) for name in names if name in _WORDS]


def _read_choice(visit: Visit, _step: Step) -> dict[str, str]:
    chosen, password = visit.posted("answer") or "PASSWORD", visit.posted("password")
    return {"ANSWER": chosen} | ({"PASSWORD": password} if password else {})


def _show_password(_visit: Visit, _step: Step) -> tuple[str, dict[str, Any]]:
    return "password", {}


def _read_password(visit: Visit, _step: Step) -> dict[str, str]:
    return {"PASSWORD": visit.posted("password")}


def _show_passkey(_visit: Visit, step: Step) -> tuple[str, dict[str, Any]]:
    return "passkey", {"options": step.parameters["CREDENTIAL_REQUEST_OPTIONS"], "script": "passkey.js"}


def _read_passkey(visit: Visit, _step: Step) -> dict[str, str]:
    return {"CREDENTIAL": visit.posted("credential")}


def _show_new_password(visit: Visit, step: Step) -> tuple[str, dict[str, Any]]:
    names = json.loads(step.parameters.get("requiredAttributes") or "[]")
    return "new_password", {
        "fields": [attribute_field(name.removeprefix(_ATTRIBUTE)) for name in names],
        "typed": dict(visit.form),
        "hint": password_hint(visit),
    }


def _read_new_password(visit: Visit, step: Step) -> dict[str, str]:
    check_repeated(visit)
    names = json.loads(step.parameters.get("requiredAttributes") or "[]")
    given = {name: visit.posted(name.removeprefix(_ATTRIBUTE)).strip() for name in names}
    return {"NEW_PASSWORD": visit.posted("password")} | {name: value for name, value in given.items() if value}


_VIEWS: dict[str, View] = {
    **dict.fromkeys(_CODES, _show_code),
    "SELECT_MFA_TYPE": _show_mfa_types,
    "MFA_SETUP": mfa_setup.show,
    "NEW_PASSWORD_REQUIRED": _show_new_password,
    "SELECT_CHALLENGE": _show_first_factors,
    "PASSWORD": _show_password,
    "WEB_AUTHN": _show_passkey,
}
_READERS: dict[str, Reader] = {
    **dict.fromkeys(_CODES, _read_code),
    "SELECT_MFA_TYPE": _read_choice,
    "NEW_PASSWORD_REQUIRED": _read_new_password,
    "SELECT_CHALLENGE": _read_choice,
    "PASSWORD": _read_password,
    "WEB_AUTHN": _read_passkey,
}
