"""How a client's pages look: logo, colours and style sheet as the pool has them."""

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import PlainTextResponse, Response

from cognito_explorer.sandbox.hosted_ui.branding_sheet import branding_sheet
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.user_pools.managed_login_branding import branding_of
from cognito_explorer.sandbox.user_pools.ui_customization import logo_of, ui_customization

_TYPES = {
    "ICO": "image/x-icon",
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "SVG": "image/svg+xml",
    "WEBP": "image/webp",
}
_SCHEMES = {"LIGHT": "light", "DARK": "dark"}
_HEADERS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    # An SVG may hold script; opened by itself it must not run.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}


@dataclass(frozen=True, slots=True)
class Look:
    """URLs of what differs from the plain pages, empty where nothing does; `scheme` is light, dark or the person's."""

    style_sheet: str = ""
    logo: str = ""
    icon: str = ""
    scheme: str = ""


def look_of(visit: Visit) -> Look:
    """The look of a visit's client."""
    client_id = visit.asked("client_id")
    if not visit.is_managed:
        style = ui_customization(visit.world, visit.pool["Id"], client_id)
        logo = _url(visit, "image", category="LOGO") if "ImageUrl" in style else ""
        return Look(_url(visit, "style.css") if style.get("CSS") else "", logo)
    style = _branding(visit)
    settings = style.get("Settings", {})
    shows_logo = settings.get("components", {}).get("form", {}).get("logo", {}).get("enabled") is True
    mode = settings.get("categories", {}).get("global", {}).get("colorSchemeMode")
    return Look(
        style_sheet=_url(visit, "style.css") if _is_styled(style) else "",
        logo=_url(visit, "image", category="FORM_LOGO") if shows_logo and _asset(style, "FORM_LOGO") else "",
        icon=next(
            (_url(visit, "image", category=name) for name in ("FAVICON_SVG", "FAVICON_ICO") if _asset(style, name)), ""
        ),
        scheme=_SCHEMES.get(mode, "") if _is_styled(style) else "",
    )


def has_pages(visit: Visit) -> bool:
    """Whether there are pages to show: managed login has none for a client without a branding style."""
    client_id = visit.asked("client_id")
    return not visit.is_managed or not client_id or bool(_branding(visit))


def show_style_sheet(visit: Visit) -> Response:
    """The client's own style sheet: classic CSS as it was set, managed login's settings as CSS."""
    if visit.is_managed:
        style = _branding(visit)
        background = _url(visit, "image", category="PAGE_BACKGROUND") if _asset(style, "PAGE_BACKGROUND") else ""
        css = branding_sheet(style.get("Settings", {}), background=background) if _is_styled(style) else ""
    else:
        css = ui_customization(visit.world, visit.pool["Id"], visit.asked("client_id")).get("CSS", "")
    return Response(css, media_type="text/css", headers=_HEADERS)


def show_image(visit: Visit) -> Response:
    """The client's logo, favicon or page background."""
    if not visit.is_managed:
        logo = logo_of(visit.world, visit.pool["Id"], visit.asked("client_id"))
        if logo is not None:
            return Response(logo[0], media_type=logo[1], headers=_HEADERS)
    asset = _asset(_branding(visit), visit.asked("category")) if visit.is_managed else None
    if asset is None:
        return PlainTextResponse("There is no such image.", 404)
    return Response(base64.b64decode(asset["Bytes"]), media_type=_TYPES[asset["Extension"]], headers=_HEADERS)


def _branding(visit: Visit) -> dict[str, Any]:
    return branding_of(visit.world, visit.pool["Id"], visit.asked("client_id")) or {}


def _is_styled(style: dict[str, Any]) -> bool:
    """Whether a style has values of its own; Cognito's own are shown as the sandbox's plain pages."""
    return bool(style) and not style.get("UseCognitoProvidedValues", False)


def _asset(style: dict[str, Any], category: str) -> dict[str, Any] | None:
    assets = style.get("Assets", [])
    return next((asset for asset in assets if asset["Category"] == category and asset.get("Bytes")), None)


def _url(visit: Visit, path: str, **parameters: str) -> str:
    return f"{visit.base}/{path}?{urlencode({'client_id': visit.asked('client_id'), **parameters})}"
