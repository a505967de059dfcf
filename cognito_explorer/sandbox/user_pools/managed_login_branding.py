"""Managed login's style: one per client, Cognito's own values or settings and images of one's own."""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cognito_explorer import resources
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.app_clients import load_client
from cognito_explorer.sandbox.user_pools.documents import (
    delete_document,
    documents_of,
    load_document,
    save_document,
)
from cognito_explorer.sandbox.user_pools.feature_plans import require_feature
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.world import Call, World

MAX_STYLES = 20
MAX_ASSET_BYTES = 1_000_000
MAX_REQUEST_BYTES = 2_000_000
_KIND = "managed login branding"
_ICON_CATEGORIES = ("FAVICON_ICO", "FAVICON_SVG", "IDP_BUTTON_ICON")


def branding_of(world: World, pool_id: str, client_id: str) -> dict[str, Any] | None:
    """A client's style with Cognito's values where it sets none, in the shape of ManagedLoginBrandingType.

    None where the client has no style: managed login then shows no pages.
    """
    style = _by_client(world, pool_id, client_id)
    return None if style is None else _merged(style)


@operation("cognito-idp", "CreateManagedLoginBranding")
def create_branding(call: Call) -> dict[str, Any]:
    """A style for a client that has none."""
    pool, params = pool_of(call), call.params
    require_feature(pool["UserPoolTier"], "Managed Login Version 2")
    load_client(call.world, pool["Id"], params["ClientId"])
    if _by_client(call.world, pool["Id"], params["ClientId"]):
        raise ServiceError(
            "ManagedLoginBrandingExistsException", f"The client {params['ClientId']} has a branding style already."
        )
    if len(documents_of(call.world, pool["Id"], _KIND)) >= MAX_STYLES:
        raise ServiceError("LimitExceededException", f"A user pool takes at most {MAX_STYLES} branding styles.")
    if not params.get("UseCognitoProvidedValues") and "Settings" not in params and "Assets" not in params:
        raise _both_or_neither()
    now = call.world.clock.now()
    style = {
        "ManagedLoginBrandingId": call.world.chance.uuid4(),
        "UserPoolId": pool["Id"],
        "ClientId": params["ClientId"],
        "CreationDate": now,
    }
    return _save(call, style)


@operation("cognito-idp", "UpdateManagedLoginBranding")
def update_branding(call: Call) -> dict[str, Any]:
    """Change a style; settings and images that are left out stay."""
    if "UserPoolId" not in call.params or "ManagedLoginBrandingId" not in call.params:
        raise ServiceError("InvalidParameterException", "UserPoolId and ManagedLoginBrandingId are required.")
    return _save(call, _named(call))


@operation("cognito-idp", "DescribeManagedLoginBranding")
def describe_branding(call: Call) -> dict[str, Any]:
    """A style by its id."""
    return _described(call, _named(call))


@operation("cognito-idp", "DescribeManagedLoginBrandingByClient")
def describe_branding_by_client(call: Call) -> dict[str, Any]:
    """The style of a client."""
    pool_id = pool_of(call)["Id"]
    client = load_client(call.world, pool_id, call.params["ClientId"])
    style = _by_client(call.world, pool_id, client["ClientId"])
    if style is None:
        raise ServiceError("ResourceNotFoundException", "Managed login branding does not exist.")
    return _described(call, style)


@operation("cognito-idp", "DeleteManagedLoginBranding")
def delete_branding(call: Call) -> dict[str, Any]:
    """Delete a style; its client's managed login shows no pages until it gets another."""
    style = _named(call)
    delete_document(call.world, style["UserPoolId"], _KIND, style["ManagedLoginBrandingId"])
    return {}


def _save(call: Call, style: dict[str, Any]) -> dict[str, Any]:
    params = call.params
    if _size(params) > MAX_REQUEST_BYTES:
        raise ServiceError("InvalidParameterException", "request parameters too large")
    is_provided = params.get("UseCognitoProvidedValues", False)
    if is_provided and "Settings" in params:
        raise _both_or_neither()
    if is_provided:
        style.pop("Settings", None)
        style["Assets"] = []
    style["UseCognitoProvidedValues"] = is_provided
    if "Settings" in params:
        style["Settings"] = _overlaid(style.get("Settings", {}), params["Settings"])
    style["Assets"] = _joined(style.get("Assets", []), params.get("Assets", []))
    style["LastModifiedDate"] = call.world.clock.now()
    save_document(call.world, style["UserPoolId"], _KIND, style, name=style["ManagedLoginBrandingId"])
    return _described(call, style)


def _size(params: Mapping[str, Any]) -> int:
    images = sum(len(asset.get("Bytes", "")) for asset in params.get("Assets", ()))
    return images + len(json.dumps(params.get("Settings", {})))


def _joined(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Images by category and colour mode, the new ones in place of the old."""
    for asset in new:
        _check_asset(asset)
    images = {(asset["Category"], asset["ColorMode"]): asset for asset in [*old, *new]}
    return list(images.values())


def _check_asset(asset: Mapping[str, Any]) -> None:
    category, extension = asset["Category"], asset["Extension"]
    is_icon = category in _ICON_CATEGORIES
    if (extension == "ICO" and not is_icon) or (is_icon and extension not in ("ICO", "SVG")):
        raise ServiceError("InvalidParameterException", f"Extension {extension} is not allowed for {category}.")
    if "Bytes" not in asset and "ResourceId" not in asset:
        raise ServiceError("InvalidParameterException", f"Asset {category} needs Bytes or a ResourceId.")
    try:
        content = base64.b64decode(asset.get("Bytes", ""), validate=True)
    except ValueError:
        raise ServiceError("InvalidParameterException", f"The bytes of {category} are not valid Base64.") from None
    if len(content) > MAX_ASSET_BYTES:
        raise ServiceError("InvalidParameterException", f"Asset {category} is larger than 1 MB.")


def _named(call: Call) -> dict[str, Any]:
    style = load_document(call.world, pool_of(call)["Id"], _KIND, call.params["ManagedLoginBrandingId"])
    if not style:
        raise ServiceError("ResourceNotFoundException", "Managed login branding does not exist.")
    return style


def _by_client(world: World, pool_id: str, client_id: str) -> dict[str, Any] | None:
    styles = documents_of(world, pool_id, _KIND)
    return next((style for style in styles if style["ClientId"] == client_id), None)


def _described(call: Call, style: Mapping[str, Any]) -> dict[str, Any]:
    whole = _merged(style) if call.params.get("ReturnMergedResources") else dict(style)
    return {"ManagedLoginBranding": {name: value for name, value in whole.items() if name != "ClientId"}}


def _merged(style: Mapping[str, Any]) -> dict[str, Any]:
    return {**style, "Settings": _overlaid(_default_settings(), style.get("Settings", {}))}


@lru_cache(maxsize=1)
def _default_settings() -> dict[str, Any]:
    settings: dict[str, Any] = json.loads(resources.read_text("hosted_ui", "managed_login_settings.json"))
    return settings


def _overlaid(base: Any, top: Any) -> Any:
    """One document over another: objects join, everything else replaces."""
    if not isinstance(base, dict) or not isinstance(top, dict):
        return top
    return {**base, **{name: _overlaid(base.get(name), value) for name, value in top.items()}}


def _both_or_neither() -> ServiceError:
    return ServiceError(
        "InvalidParameterException", "useCognitoProvidedValues or settings should be specified (but not both)"
    )
