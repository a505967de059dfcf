"""Answers: pages with strict headers, redirects, JSON."""

import hmac
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from cognito_explorer import resources
from cognito_explorer.sandbox.hosted_ui.visit import Visit

XSRF_COOKIE = "XSRF-TOKEN"
# Without a referrer of the same origin browsers send "Origin: null" with forms, which the sandbox refuses.
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def page(
    visit: Visit, name: str, content: Mapping[str, Any] | None = None, *, status: int = 200, leads_to: str = ""
) -> Response:
    """A page from the template `name`. `leads_to` is the URL its form may redirect to in the end."""
    token = visit.cookies.get(XSRF_COOKIE) or secrets.token_urlsafe(24)
    shared = {
        "base": visit.base,
        "pool_name": visit.pool["Name"],
        "csrf": token,
        "link": visit.link,
        "error": "",
        "notice": "",
        "returns_to": _origin(leads_to),
    }
    text = _environment().get_template(f"{name}.html").render(shared | dict(content or {}))
    response = HTMLResponse(text, status, headers=_HEADERS | {"Content-Security-Policy": _content_policy(leads_to)})
    set_cookie(response, visit, XSRF_COOKIE, token)
    return response


def error_page(visit: Visit, error: str, *, client_id: str = "") -> Response:
    """To the error page: what is wrong must not be told to a redirect URI nobody registered."""
    parameters = {"error": error} | ({"client_id": client_id} if client_id else {})
    return redirect(f"{visit.base}/error?{urlencode(parameters)}")


def redirect(url: str) -> Response:
    """302 to a URL."""
    response = RedirectResponse(url, 302, headers=_HEADERS)
    # Starlette quotes the URL once more; a registered redirect URI must go out letter by letter, but a header is ASCII.
    response.headers["location"] = "".join(char if char.isascii() else quote(char) for char in url)
    return response


def answer_json(body: Mapping[str, Any], status: int = 200, *, challenge: str = "") -> Response:
    """JSON for an OAuth client; `challenge` goes into WWW-Authenticate."""
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache", "Access-Control-Allow-Origin": "*"}
    return JSONResponse(dict(body), status, headers=headers | ({"WWW-Authenticate": challenge} if challenge else {}))


def set_cookie(response: Response, visit: Visit, name: str, value: str, *, lifetime_s: int | None = None) -> None:
    """A cookie for this domain's pages only. `lifetime_s` None means until the browser closes."""
    response.set_cookie(name, value, max_age=lifetime_s, path=visit.base, httponly=True, samesite="lax")


def is_form_ours(visit: Visit) -> bool:
    """Whether the posted form came from a page given to this browser."""
    cookie = visit.cookies.get(XSRF_COOKIE, "")
    return bool(cookie) and hmac.compare_digest(cookie.encode(), visit.posted("_csrf").encode())


def _content_policy(leads_to: str) -> str:
    # Browsers hold a form's redirects to form-action too, so the way out to the application is named.
    form_action = " ".join(filter(None, ("'self'", _origin(leads_to))))
    return (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none';"
        f" form-action {form_action}"
    )


def _origin(url: str) -> str:
    """Scheme, host and port of a web address; the scheme alone of an app's own."""
    parts = urlsplit(url)
    if parts.scheme in ("http", "https"):
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:" if parts.scheme else ""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(resources.path("hosted_ui")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
