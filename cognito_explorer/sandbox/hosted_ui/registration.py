"""/signup, /confirm and /resendcode: an account of one's own."""

from dataclasses import replace

from starlette.responses import Response

from cognito_explorer.sandbox.auth.sign_in import confirm_sign_up, resend_confirmation, sign_up
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.answers import page, redirect
from cognito_explorer.sandbox.hosted_ui.authorization import AuthorizationRequest, Refused, named_client
from cognito_explorer.sandbox.hosted_ui.forms import (
    Field,
    Unacceptable,
    attribute_field,
    check_form,
    check_repeated,
    explain,
    name_label,
    password_hint,
    posted_attributes,
)
from cognito_explorer.sandbox.hosted_ui.own_people import own_request
from cognito_explorer.sandbox.hosted_ui.steps import note_deed
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.user_pools.schema import required_attributes
from cognito_explorer.sandbox.user_pools.terms import terms_links

_TERMS = {"terms-of-use": "terms of use", "privacy-policy": "privacy policy"}
_LANGUAGE_NAMES = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "id": "bahasa-indonesia",
    "it": "italian",
    "ja": "japanese",
    "ko": "korean",
    "pt-BR": "portuguese-brazil",
    "zh-CN": "chinese-simplified",
    "zh-TW": "chinese-traditional",
}


def show_sign_up(visit: Visit) -> Response:
    """The registration page."""
    return _sign_up_page(visit, _open_request(visit))


def register(visit: Visit) -> Response:
    """Make the account; the code is on its way."""
    request = _open_request(visit)
    username = visit.posted("username").strip()
    attributes = {name: value for name, value in posted_attributes(visit, _fields(visit)).items() if value}
    try:
        check_form(visit)
        check_repeated(visit)
        with visit.world.store.transaction():
            made = sign_up(visit.world, visit.pool, request.client, username, visit.posted("password"), attributes)
            note_deed(visit, request, made["UserSub"], "SignUp")
    except (ServiceError, Unacceptable) as refusal:
        return _sign_up_page(visit, request, error=explain(refusal))
    if "CodeDeliveryDetails" not in made:
        notice = "confirmed" if made["UserConfirmed"] else "registered"
        return redirect(visit.link("login", username=username, notice=notice))
    return redirect(visit.link("confirm", username=username))


def show_confirm(visit: Visit) -> Response:
    """Where the code is typed in."""
    return _confirm_page(visit, own_request(visit))


def confirm(visit: Visit) -> Response:
    """Check the code; then the account may sign in."""
    request = own_request(visit)
    username = visit.posted("username").strip()
    try:
        check_form(visit)
        with visit.world.store.transaction():
            confirm_sign_up(visit.world, visit.pool, request.client, username, visit.posted("code").strip())
    except (ServiceError, Unacceptable) as refusal:
        return _confirm_page(visit, request, error=explain(refusal))
    return redirect(visit.link("login", username=username, notice="confirmed"))


def confirm_by_link(visit: Visit) -> Response:
    """The link of a confirmation mail: it holds client, user name and code, and nothing of an OAuth request.

    Mails have it for every client of a pool with a domain, those included that use the API alone.
    """
    visit = replace(visit, query=[*visit.query, *visit.form])
    client = named_client(visit)
    try:
        with visit.world.store.transaction():
            confirm_sign_up(visit.world, visit.pool, client, visit.asked("user_name"), visit.asked("confirmation_code"))
    except ServiceError as refusal:
        return page(visit, "confirmed", {"error": explain(refusal)}, status=400)
    return page(visit, "confirmed", {"notice": "Your registration has been confirmed."})


def resend_code(visit: Visit) -> Response:
    """Send another code."""
    request = own_request(visit)
    username = visit.posted("username").strip()
    try:
        check_form(visit)
        with visit.world.store.transaction():
            resend_confirmation(visit.world, visit.pool, request.client, username)
            note_deed(visit, request, username, "ResendCode")
    except (ServiceError, Unacceptable) as refusal:
        return _confirm_page(visit, request, error=explain(refusal))
    return redirect(visit.link("confirm", username=username, notice="resent"))


def _open_request(visit: Visit) -> AuthorizationRequest:
    """The request, where people may register themselves; elsewhere to the sign-in page."""
    request = own_request(visit)
    if visit.pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]:
        raise Refused(redirect(visit.link("login")))
    return request


def _fields(visit: Visit) -> list[Field]:
    """Inputs for everything required, and for what people may sign in with later."""
    as_name = visit.pool.get("UsernameAttributes", [])
    aliases = [name for name in visit.pool.get("AliasAttributes", ()) if name != "preferred_username"]
    wanted = dict.fromkeys((*aliases, *required_attributes(visit.pool)))
    return [attribute_field(name) for name in wanted if name not in as_name]


def _sign_up_page(visit: Visit, request: AuthorizationRequest, *, error: str = "") -> Response:
    names = visit.pool.get("UsernameAttributes", ())
    content = {
        "name_label": name_label(visit) if names else "User name",
        "name_autocomplete": "email" if list(names) == ["email"] else "username",
        "typed": dict(visit.form),
        "fields": _fields(visit),
        "required": set(required_attributes(visit.pool)),
        "hint": password_hint(visit),
        "terms": _terms(visit),
        "error": error,
    }
    return page(visit, "signup", content, leads_to=request.redirect_uri)


def _terms(visit: Visit) -> list[tuple[str, str]]:
    """Names and links of terms of use and privacy policy; managed login shows both or none."""
    found = terms_links(visit.world, visit.pool["Id"], visit.asked("client_id")) if visit.is_managed else {}
    if not all(name in found for name in _TERMS):
        return []
    links = {name: found[name].get(f"cognito:{_LANGUAGE_NAMES.get(visit.lang, '')}") for name in _TERMS}
    return [(words, links[name] or found[name].get("cognito:default", "")) for name, words in _TERMS.items()]


def _confirm_page(visit: Visit, request: AuthorizationRequest, *, error: str = "") -> Response:
    is_resent = visit.asked("notice") == "resent" and not error
    content = {
        "username": visit.posted("username") or visit.asked("username"),
        "notice": "A new code is on its way. The earlier one no longer works." if is_resent else "",
        "error": error,
    }
    return page(visit, "confirm", content, leads_to=request.redirect_uri)
