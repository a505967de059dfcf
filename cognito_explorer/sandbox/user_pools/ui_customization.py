"""The classic hosted UI's style: a style sheet of a few classes and a logo, for all clients or for one."""

import base64
import re
from datetime import UTC, datetime
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.app_clients import load_client
from cognito_explorer.sandbox.user_pools.documents import load_document, save_document
from cognito_explorer.sandbox.user_pools.domains import address_of
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.world import Call, World

ALL_CLIENTS = "ALL"
MAX_REQUEST_BYTES = 135_000
MAX_LOGO_BYTES = 100_000
IMAGES = "/_pool_images"
_KIND = "ui customization"
_CLASSES = frozenset(
    f".{name}-customizable"
    for name in (
        "logo",
        "banner",
        "submitButton",
        "errorMessage",
        "inputField",
        "idpButton",
        "idpDescription",
        "legalText",
        "textDescription",
        "label",
        "background",
        "socialButton",
        "redirect",
        "passwordCheck-valid",
        "passwordCheck-notValid",
    )
)
_STATES = frozenset(
    {
        ".submitButton-customizable:hover",
        ".inputField-customizable:focus",
        ".idpButton-customizable:hover",
    }
)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_FORBIDDEN = re.compile(r"@(import|supports|page|media)|javascript:|expression\s*\(|</|\\", re.IGNORECASE)
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def ui_customization(world: World, pool_id: str, client_id: str) -> dict[str, Any]:
    """What a client's pages look like, in the shape of UICustomizationType; the pool's where it has none of its own."""
    for name in (client_id, ALL_CLIENTS):
        document = load_document(world, pool_id, _KIND, name) if name else {}
        if document:
            return {key: value for key, value in document.items() if key != "Logo"}
    return {}


def logo_of(world: World, pool_id: str, client_id: str) -> tuple[bytes, str] | None:
    """The logo a client's pages show, and its media type."""
    for name in (client_id, ALL_CLIENTS):
        text = load_document(world, pool_id, _KIND, name).get("Logo", "")
        if text:
            logo = base64.b64decode(text)
            return logo, _media_type(logo)
    return None


@operation("cognito-idp", "GetUICustomization")
def get_ui_customization(call: Call) -> dict[str, Any]:
    """The style of a client or of the pool; an empty object where there is none."""
    pool_id, client_id = _target(call)
    return {"UICustomization": ui_customization(call.world, pool_id, client_id)}


@operation("cognito-idp", "SetUICustomization")
def set_ui_customization(call: Call) -> dict[str, Any]:
    """Set the style of all clients or of one; what is left out stays."""
    pool_id, client_id = _target(call)
    if address_of(call.world, pool_id) is None:
        raise _invalid("A domain must be associated with this user pool.")
    css, image = call.params.get("CSS", ""), call.params.get("ImageFile", "")
    if len(css.encode()) + len(image) > MAX_REQUEST_BYTES:
        raise _invalid("request parameters too large")
    _check_css(css)
    now = call.world.clock.now()
    old = load_document(call.world, pool_id, _KIND, client_id)
    style = {"CreationDate": now} | old | {"UserPoolId": pool_id, "ClientId": client_id, "LastModifiedDate": now}
    if "CSS" in call.params:
        style |= {"CSS": css, "CSSVersion": datetime.fromtimestamp(now, UTC).strftime("%Y%m%d%H%M%S")}
    if image:
        _check_logo(image)
        url = f"{call.world.endpoint}{IMAGES}/{pool_id}/{client_id}/{int(now)}"
        style |= {"Logo": image, "ImageUrl": url}
    save_document(call.world, pool_id, _KIND, style, name=client_id)
    return {"UICustomization": ui_customization(call.world, pool_id, client_id)}


def _target(call: Call) -> tuple[str, str]:
    pool_id, client_id = pool_of(call)["Id"], call.params.get("ClientId", ALL_CLIENTS)
    if client_id != ALL_CLIENTS:
        load_client(call.world, pool_id, client_id)
    return pool_id, client_id


def _check_css(css: str) -> None:
    text = _COMMENT.sub("", css)
    if _FORBIDDEN.search(text):
        raise _invalid("The CSS contains something that is not allowed: @import, @supports, @page, @media or script.")
    for selectors, _ in _RULE.findall(text):
        for selector in selectors.split(","):
            name = selector.strip()
            if name not in _CLASSES | _STATES:
                raise _invalid(f"The CSS class {name} is not in the list of allowed classes.")
    if _RULE.sub("", text).strip():
        raise _invalid("The CSS is not well-formed.")


def _check_logo(image: str) -> None:
    try:
        logo = base64.b64decode(image, validate=True)
    except ValueError:
        raise _invalid("The image is not valid Base64.") from None
    if len(logo) > MAX_LOGO_BYTES:
        raise _invalid("request parameters too large")
    if not _media_type(logo):
        raise _invalid("The image must be a PNG or JPEG file.")


def _media_type(logo: bytes) -> str:
    return next((kind for signature, kind in _SIGNATURES.items() if logo.startswith(signature)), "")


def _invalid(text: str) -> ServiceError:
    return ServiceError("InvalidParameterException", text)
