"""The settings of an app client that are replaced as a whole, their defaults and what contradicts what."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.feature_plans import check_plan

OPENID_SCOPES = frozenset({"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"})
DEFAULT_AUTH_FLOWS = ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
_UNIT_S = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# What a browser would run or open in place of an application.
_CODE_SCHEMES = {"about", "blob", "data", "file", "javascript", "vbscript"}
_LISTS = [
    "ReadAttributes",
    "WriteAttributes",
    "SupportedIdentityProviders",
    "CallbackURLs",
    "LogoutURLs",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
]
_OPTIONAL = ["DefaultRedirectURI", "AnalyticsConfiguration", "RefreshTokenRotation", "TokenValidityUnits"]
# Token, its default unit, shortest and longest life in seconds, and its life when unset.
_VALIDITIES = {
    "AccessToken": ("hours", 300, 86400, 3600),
    "IdToken": ("hours", 300, 86400, 3600),
    "RefreshToken": ("days", 3600, 315_360_000, 2_592_000),
}


def build_client_settings(
    pool: Mapping[str, Any], params: Mapping[str, Any], *, scopes: set[str], providers: set[str], has_secret: bool
) -> dict[str, Any]:
    """The replaceable settings of a client; raises what Cognito raises for contradictions.

    `scopes` are the pool's own (resource server) scopes, `providers` the names of its external providers.
    """
    settings: dict[str, Any] = {name: params[name] for name in (*_LISTS, *_OPTIONAL) if params.get(name)}
    settings |= {
        "RefreshTokenValidity": params.get("RefreshTokenValidity") or 30,
        "ExplicitAuthFlows": params.get("ExplicitAuthFlows") or DEFAULT_AUTH_FLOWS,
        "AllowedOAuthFlowsUserPoolClient": params.get("AllowedOAuthFlowsUserPoolClient", False),
        "PreventUserExistenceErrors": params.get("PreventUserExistenceErrors", "LEGACY"),
        "EnableTokenRevocation": params.get("EnableTokenRevocation", True),
        "EnablePropagateAdditionalUserContextData": params.get("EnablePropagateAdditionalUserContextData", False),
        "AuthSessionValidity": params.get("AuthSessionValidity", 3),
    }
    for name in ("AccessTokenValidity", "IdTokenValidity"):
        if params.get(name):
            settings[name] = params[name]
    _check_validities(settings)
    _check_auth_flows(settings)
    _check_plan(pool, settings)
    _check_analytics(settings)
    _check_attributes(pool, settings)
    _check_urls(settings)
    _check_oauth(settings, scopes, has_secret=has_secret)
    _check_providers(pool, settings, providers)
    return settings


def validity_s(client: Mapping[str, Any], token: str) -> int:
    """How long a client's "AccessToken", "IdToken" or "RefreshToken" lives, in seconds."""
    default_unit, _, _, default_s = _VALIDITIES[token]
    amount = client.get(f"{token}Validity")
    if not amount:
        return default_s
    unit = client.get("TokenValidityUnits", {}).get(token, default_unit)
    return int(amount) * _UNIT_S[unit]


def secrets_of(client: Mapping[str, Any]) -> list[str]:
    """Every secret a client may prove itself with, the oldest first; none for a public client."""
    first = [client["ClientSecret"]] if client.get("ClientSecret") else []
    return first + [entry["ClientSecretValue"] for entry in client.get("NewerSecrets", ())]


def _check_validities(settings: Mapping[str, Any]) -> None:
    for token, (_, shortest, longest, _) in _VALIDITIES.items():
        if not shortest <= validity_s(settings, token) <= longest:
            raise ServiceError("InvalidParameterException", "Invalid range for token validity.")
    longest_s = validity_s(settings, "RefreshToken")
    if max(validity_s(settings, "AccessToken"), validity_s(settings, "IdToken")) > longest_s:
        raise ServiceError(
            "InvalidParameterException",
            "Access and Id Token expiration times must be less than or equal to refresh token expiration times.",
        )


def _check_auth_flows(settings: Mapping[str, Any]) -> None:
    flows = settings["ExplicitAuthFlows"]
    prefixed = [flow.startswith("ALLOW_") for flow in flows]
    if any(prefixed) and not all(prefixed):
        raise ServiceError(
            "InvalidParameterException",
            "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
        )
    is_rotating = settings.get("RefreshTokenRotation", {}).get("Feature") == "ENABLED"
    if is_rotating and "ALLOW_REFRESH_TOKEN_AUTH" in flows:
        raise ServiceError(
            "InvalidParameterException",
            "ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled.",
        )


def _check_attributes(pool: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    known = {entry["Name"] for entry in pool["SchemaAttributes"]}
    unwritable = {"sub", "email_verified", "phone_number_verified", "identities"}
    for block, allowed in (("ReadAttributes", known), ("WriteAttributes", known - unwritable)):
        if not set(settings.get(block, ())) <= allowed:
            kind = block.removesuffix("Attributes").lower()
            raise ServiceError(
                "InvalidParameterException", f"Invalid {kind} attributes specified while creating a client"
            )


def _check_urls(settings: Mapping[str, Any]) -> None:
    callbacks = settings.get("CallbackURLs", [])
    default = settings.get("DefaultRedirectURI")
    if default and default not in callbacks:
        raise ServiceError(
            "InvalidParameterException", f"The default redirect URI {default} is not in the callback URIs list."
        )
    for url in [*callbacks, *settings.get("LogoutURLs", [])]:
        _check_url(url)


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        # Browsers take a backslash for a slash, so "http://elsewhere\\@localhost" leads elsewhere.
        is_web, is_url = parts.scheme in ("http", "https"), "\\" not in url and (parts.port or 0) >= 0
    except ValueError:
        is_web = is_url = False
    if not is_url or not parts.scheme or parts.scheme in _CODE_SCHEMES or (is_web and not parts.hostname):
        raise ServiceError("InvalidParameterException", f"{url} is not a valid URL.")
    if "#" in url:
        raise ServiceError("InvalidParameterException", f"{url} cannot contain a fragment.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ServiceError("InvalidParameterException", f"{url} cannot use the HTTP protocol.")


def _check_oauth(settings: Mapping[str, Any], scopes: set[str], *, has_secret: bool) -> None:
    flows = settings.get("AllowedOAuthFlows", [])
    wanted = settings.get("AllowedOAuthScopes", [])
    if settings["AllowedOAuthFlowsUserPoolClient"] and not (flows and wanted):
        raise ServiceError(
            "InvalidParameterException",
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
        )
    if "client_credentials" in flows:
        if len(flows) > 1:
            raise ServiceError(
                "InvalidOAuthFlowException",
                "client_credentials flow can not be selected along with code flow or implicit flow.",
            )
        if not has_secret:
            raise ServiceError(
                "InvalidOAuthFlowException",
                "client_credentials flow can not be selected if client does not have a client secret.",
            )
    if settings["AllowedOAuthFlowsUserPoolClient"]:
        _check_callbacks(settings, flows)
    unknown = [scope for scope in wanted if scope not in scopes and scope not in OPENID_SCOPES]
    if unknown:
        raise ServiceError("ScopeDoesNotExistException", f"Invalid scope requested: {', '.join(unknown)}")


def _check_callbacks(settings: Mapping[str, Any], flows: Iterable[str]) -> None:
    if {"code", "implicit"} & set(flows) and not settings.get("CallbackURLs"):
        raise ServiceError(
            "InvalidParameterException", "CallbackUrls can not be empty when code flow or implicit flow is selected"
        )


def _check_analytics(settings: Mapping[str, Any]) -> None:
    given = settings.get("AnalyticsConfiguration", {}).keys() - {"UserDataShared"}
    if given and given not in ({"ApplicationArn"}, {"ApplicationId", "RoleArn", "ExternalId"}):
        raise ServiceError(
            "InvalidParameterException",
            "Invalid analytics configuration given, either <application arn> or"
            " <application id, role arn, external id> are valid",
        )


def _check_plan(pool: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    features = {
        "Choice-Based Sign-In": "ALLOW_USER_AUTH" in settings["ExplicitAuthFlows"],
        "Refresh Token Rotation": settings.get("RefreshTokenRotation", {}).get("Feature") == "ENABLED",
    }
    check_plan(pool["UserPoolTier"], [name for name, is_used in features.items() if is_used])


def _check_providers(pool: Mapping[str, Any], settings: Mapping[str, Any], providers: set[str]) -> None:
    for provider in settings.get("SupportedIdentityProviders", []):
        if provider != "COGNITO" and provider not in providers:
            raise ServiceError(
                "InvalidParameterException", f"The provider {provider} does not exist for User Pool {pool['Id']}."
            )
