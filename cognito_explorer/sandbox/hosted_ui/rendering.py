"""Templates into pages with strict headers, for the hosted UI and the built-in providers alike."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, Response

from cognito_explorer import resources

if TYPE_CHECKING:
    from jinja2 import Environment

# Without a referrer of the same origin browsers send "Origin: null" with forms, which the sandbox refuses.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_SELF = "'self'"
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")


def show(name: str, content: Mapping[str, Any], *, status: int = 200, leads_to: str | None = "") -> Response:
    """The page of the template `name`; `leads_to` is a URL its form may redirect to besides this sandbox, None any.

    A `script` in the content is one of our own, and the only thing the page may run.
    """
    text = _environment().get_template(f"{name}.html").render(content)
    policy = _content_policy(leads_to, may_run=bool(content.get("script")))
    return HTMLResponse(text, status, headers=HEADERS | {"Content-Security-Policy": policy})


def origin(url: str) -> str:
    """Scheme, host and port of a web address; the scheme alone of an app's own; nothing of what is no address.

    A host is written in ASCII, as headers are, and has no letter that means something in one.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme}:" if parts.scheme else ""
    if not _HOST.fullmatch(host):
        return ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"


def _content_policy(leads_to: str | None, *, may_run: bool) -> str:
    # Browsers hold a form's redirects to form-action too, so the way out to the application is named.
    ways = "" if leads_to is None else f"; form-action {' '.join(filter(None, (_SELF, origin(leads_to))))}"
    script = "script-src 'self'; " if may_run else ""
    return (
        f"default-src 'none'; {script}style-src 'self'; img-src 'self' data:; base-uri 'none';"
        f" frame-ancestors 'none'{ways}"
    )


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    # It takes a twentieth of a second to load; a sandbox is ready before anybody wants a page.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(resources.path("hosted_ui")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
