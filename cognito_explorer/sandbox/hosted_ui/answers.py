"""Answers: pages with strict headers, redirects, JSON."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import JSONResponse, RedirectResponse, Response

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.looks import has_pages, look_of
from cognito_explorer.sandbox.hosted_ui.rendering import HEADERS, origin, show
from cognito_explorer.sandbox.hosted_ui.texts import translator
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.user_pools.paging import seal, unseal

XSRF_COOKIE = "XSRF-TOKEN"
LANG_COOKIE = "lang"
_PURPOSE = "hosted page"


def page(
    visit: Visit, name: str, content: Mapping[str, Any] | None = None, *, status: int = 200, leads_to: str = ""
) -> Response:
    """A page from the template `name`. `leads_to` is the URL its form may redirect to in the end.

    A `script` in the content is one of our own, and the only thing the page may run.
    """
    if name != "error" and not has_pages(visit):
        return error_page(visit, "pages_unavailable", client_id=visit.asked("client_id"))
    cookie = visit.cookies.get(XSRF_COOKIE) or visit.world.chance.token_urlsafe(24)
    shared: dict[str, Any] = {
        "_": translator(visit.lang),
        "lang": visit.lang,
        "look": look_of(visit),
        "base": visit.base,
        "pool_name": visit.pool["Name"],
        "csrf": seal(visit.world, _PURPOSE, [_digest(cookie), visit.world.clock.now()]),
        "link": visit.link,
        "error": "",
        "notice": "",
        "script": "",
        "returns_to": origin(leads_to),
    }
    shared |= dict(content or {})
    response = show(name, shared, status=status, leads_to=leads_to)
    set_cookie(response, visit, XSRF_COOKIE, cookie)
    if visit.lang != "en" or visit.cookies.get(LANG_COOKIE):
        set_cookie(response, visit, LANG_COOKIE, visit.lang)
    return response


def error_page(visit: Visit, error: str, *, client_id: str = "") -> Response:
    """To the error page: what is wrong must not be told to a redirect URI nobody registered."""
    parameters = {"error": error} | ({"client_id": client_id} if client_id else {})
    return redirect(f"{visit.base}/error?{urlencode(parameters)}")


def redirect(url: str) -> Response:
    """302 to a URL."""
    response = RedirectResponse(url, 302, headers=HEADERS)
    # Starlette quotes the URL once more; a registered redirect URI must go out letter by letter, but a header is ASCII
    # without line breaks.
    response.headers["location"] = "".join(char if "!" <= char <= "~" else quote(char) for char in url)
    return response


def answer_json(body: Mapping[str, Any], status: int = 200, *, challenge: str = "") -> Response:
    """JSON for an OAuth client; `challenge` goes into WWW-Authenticate."""
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache", "Access-Control-Allow-Origin": "*"}
    return JSONResponse(dict(body), status, headers=headers | ({"WWW-Authenticate": challenge} if challenge else {}))


def set_cookie(response: Response, visit: Visit, name: str, value: str, *, lifetime_s: int | None = None) -> None:
    """A cookie for this domain's pages only. `lifetime_s` None means until the browser closes."""
    response.set_cookie(name, value, max_age=lifetime_s, path=visit.base, httponly=True, samesite="lax")


def form_age_s(visit: Visit) -> float | None:
    """How long ago the posted form's page was given to this browser; None for a form that is not ours.

    Other programs of this machine have a cookie of ours in their reach, for cookies know no ports: what the browser
    says of the page's origin counts too.
    """
    origin = visit.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != visit.headers.get("host", ""):
        return None
    cookie = visit.cookies.get(XSRF_COOKIE, "")
    try:
        given_to, given_at = unseal(visit.world, _PURPOSE, visit.posted("_csrf"))
    except ServiceError:
        return None
    is_ours = bool(cookie) and hmac.compare_digest(_digest(cookie), given_to)
    return visit.world.clock.now() - given_at if is_ours else None


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
