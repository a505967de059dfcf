"""The pages of single sign-on: start, and the question whether a program may have access."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.federation.addresses import MOUNT as STYLES
from cognito_explorer.sandbox.federation.brands import Brand
from cognito_explorer.sandbox.hosted_ui.rendering import HEADERS, show
from cognito_explorer.sandbox.profile_endpoints.asking import Asked
from cognito_explorer.sandbox.profile_endpoints.code_flow import issue_code, read_code_request
from cognito_explorer.sandbox.profile_endpoints.device_flow import LIFETIME_S, decide_device, find_device
from cognito_explorer.sandbox.profile_endpoints.sso_portal import PERSON
from cognito_explorer.sandbox.user_pools.paging import seal, unseal
from cognito_explorer.sandbox.world import World

_CENTER = Brand("sso", "Single sign-on", "Played by the sandbox: no request leaves this computer")
_PURPOSE = "sso-form"


def start(asked: Asked) -> Response:
    """The start page that profiles name."""
    return _page(asked.world, "sso_code", {"user_code": "", "problem": ""})


def show_device(asked: Asked) -> Response:
    """Which program waits behind a code; without one, a field for it."""
    user_code = asked.query.get("user_code", "")
    device = find_device(asked.world, user_code) if user_code else None
    if device is None:
        problem = "No program waits behind this code. Codes are good for ten minutes." if user_code else ""
        return _page(
            asked.world, "sso_code", {"user_code": user_code, "problem": problem}, status=400 if problem else 200
        )
    return _question(asked.world, device["name"], device["user_code"], _device_form(device["user_code"]))


def decide(asked: Asked) -> Response:
    """Yes or no to a device."""
    form = asked.form()
    user_code = form.get("user_code", "")
    device = find_device(asked.world, user_code)
    if device is None or not _is_ours(asked.world, form, device["user_code"]):
        return _page(asked.world, "sso_code", {"user_code": user_code, "problem": "Please start again."}, status=400)
    is_allowed = form.get("answer") == "allow"
    decide_device(asked.world, device["user_code"], is_allowed=is_allowed)
    said = "The program has access now. You can close this page." if is_allowed else "The program got no access."
    return _page(asked.world, "sso_done", {"said": said})


def authorize(asked: Asked) -> Response:
    """The same question for a program that waits on a loopback address."""
    try:
        request = read_code_request(asked.world, asked.query)
    except ServiceError as problem:
        return _page(asked.world, "sso_done", {"said": problem.message}, status=400)
    form = {"action": f"?{urlencode(asked.query)}", "subject": request.challenge, "fields": {}}
    return _question(asked.world, request.client.name, "", form, leads_to=request.redirect_uri)


def answer_authorize(asked: Asked) -> Response:
    """Back to the program with a code, or with a no."""
    try:
        request = read_code_request(asked.world, asked.query)
    except ServiceError as problem:
        return _page(asked.world, "sso_done", {"said": problem.message}, status=400)
    form = asked.form()
    if not _is_ours(asked.world, form, request.challenge):
        return _page(asked.world, "sso_done", {"said": "Please start again."}, status=400)
    is_allowed = form.get("answer") == "allow"
    answer = {"code": issue_code(asked.world, request)} if is_allowed else {"error": "access_denied"}
    separator = "&" if "?" in request.redirect_uri else "?"
    target = (
        f"{request.redirect_uri}{separator}{urlencode(answer | ({'state': request.state} if request.state else {}))}"
    )
    return RedirectResponse(target, 302, headers=HEADERS)


def _device_form(user_code: str) -> dict[str, Any]:
    return {"action": "device", "subject": user_code, "fields": {"user_code": user_code}}


def _question(
    world: World, client_name: str, user_code: str, form: Mapping[str, Any], *, leads_to: str = ""
) -> Response:
    content = {
        "client_name": client_name,
        "user_code": user_code,
        "action": form["action"],
        "fields": {**form["fields"], "_csrf": seal(world, _PURPOSE, [form["subject"]], lifetime_s=LIFETIME_S)},
    }
    return _page(world, "sso_question", content, leads_to=leads_to)


def _is_ours(world: World, form: Mapping[str, str], subject: str) -> bool:
    """Whether the form came from a page about this very request."""
    try:
        return unseal(world, _PURPOSE, form.get("_csrf", "")) == [subject]
    except ServiceError:
        return False


def _page(world: World, name: str, content: Mapping[str, Any], *, status: int = 200, leads_to: str = "") -> Response:
    shared = {"brand": _CENTER, "mount": STYLES, "person": PERSON, "account_id": world.account_id}
    return show(name, {**shared, **content}, status=status, leads_to=leads_to)
