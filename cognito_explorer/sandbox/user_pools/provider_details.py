"""What each kind of external provider needs to be told, and what Cognito derives from it."""

from collections.abc import Mapping

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.federation.addresses import is_safe
from cognito_explorer.sandbox.user_pools.saml_metadata import redirect_bindings

SOCIAL = ("Facebook", "Google", "LoginWithAmazon", "SignInWithApple")
_SOCIAL_MISSING = "client_id, client_secret and authorize_scopes are all required idp details."
# The keys a kind needs, and Cognito's sentence when one is missing.
_NEEDED: dict[str, tuple[tuple[str, ...], str]] = {
    "Facebook": (("client_id", "client_secret", "authorize_scopes"), _SOCIAL_MISSING),
    "Google": (("client_id", "client_secret", "authorize_scopes"), _SOCIAL_MISSING),
    "LoginWithAmazon": (("client_id", "client_secret", "authorize_scopes"), _SOCIAL_MISSING),
    "SignInWithApple": (
        ("client_id", "private_key", "team_id", "key_id"),
        "client_id, private_key, team_id, and key_id are all required idp details.",
    ),
    "OIDC": (
        ("client_id", "authorize_scopes", "oidc_issuer", "attributes_request_method"),
        "client_id, authorize_scopes, oidc_issuer and attributes_request_method are all required idp details.",
    ),
}
_TAKEN = {
    "Facebook": {"client_id", "client_secret", "authorize_scopes", "api_version"},
    "Google": {"client_id", "client_secret", "authorize_scopes"},
    "LoginWithAmazon": {"client_id", "client_secret", "authorize_scopes"},
    "SignInWithApple": {"client_id", "team_id", "key_id", "private_key", "authorize_scopes"},
    "OIDC": {
        "client_id",
        "client_secret",
        "authorize_scopes",
        "oidc_issuer",
        "attributes_request_method",
        "authorize_url",
        "token_url",
        "attributes_url",
        "jwks_uri",
    },
    "SAML": {
        "MetadataURL",
        "MetadataFile",
        "IDPInit",
        "IDPSignout",
        "EncryptedResponses",
        "RequestSigningAlgorithm",
    },
}
# What a description shows besides; whoever sends it back is not told off.
_DERIVED = {
    "attributes_url",
    "attributes_url_add_attributes",
    "authorize_url",
    "oidc_issuer",
    "token_request_method",
    "token_url",
    "ActiveEncryptionCertificate",
    "SLORedirectBindingURI",
    "SSORedirectBindingURI",
}
_FACEBOOK_VERSION = "v17.0"


def clean_details(kind: str, details: Mapping[str, str]) -> dict[str, str]:
    """The details to keep, derived ones left out; raises InvalidParameterException for missing or wrong ones."""
    unknown = details.keys() - _TAKEN[kind] - _DERIVED
    if unknown:
        raise _invalid(f"Unknown ProviderDetails for {kind}: {', '.join(sorted(unknown))}")
    if kind == "SAML":
        _check_saml(details)
    else:
        names, sentence = _NEEDED[kind]
        if not all(details.get(name) for name in names):
            raise _invalid(sentence)
    if kind == "OIDC":
        _check_oidc(details)
    return {name: value for name, value in details.items() if name in _TAKEN[kind]}


def shown_details(kind: str, details: Mapping[str, str]) -> dict[str, str]:
    """The details as DescribeIdentityProvider shows them: with derived addresses, without Apple's private key."""
    shown = {name: value for name, value in details.items() if name != "private_key"}
    if kind == "SAML":
        return shown | redirect_bindings(details.get("MetadataFile", ""))
    if kind == "OIDC":
        return shown | {"attributes_url_add_attributes": "false"}
    return shown | _social_addresses(kind, details)


def _social_addresses(kind: str, details: Mapping[str, str]) -> dict[str, str]:
    version = details.get("api_version", _FACEBOOK_VERSION)
    addresses = {
        "Facebook": {
            "attributes_url": f"https://graph.facebook.com/{version}/me?fields=",
            "attributes_url_add_attributes": "true",
            "authorize_url": f"https://www.facebook.com/{version}/dialog/oauth",
            "token_request_method": "GET",
            "token_url": f"https://graph.facebook.com/{version}/oauth/access_token",
        },
        "Google": {
            "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
            "attributes_url_add_attributes": "true",
            "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
            "oidc_issuer": "https://accounts.google.com",
            "token_request_method": "POST",
            "token_url": "https://www.googleapis.com/oauth2/v4/token",
        },
        "LoginWithAmazon": {
            "attributes_url": "https://api.amazon.com/user/profile",
            "attributes_url_add_attributes": "false",
            "authorize_url": "https://www.amazon.com/ap/oa",
            "token_request_method": "POST",
            "token_url": "https://api.amazon.com/auth/o2/token",
        },
        "SignInWithApple": {
            "attributes_url_add_attributes": "false",
            "authorize_url": "https://appleid.apple.com/auth/authorize",
            "oidc_issuer": "https://appleid.apple.com",
            "token_request_method": "POST",
            "token_url": "https://appleid.apple.com/auth/token",
        },
    }
    return addresses[kind]


def _check_oidc(details: Mapping[str, str]) -> None:
    if "openid" not in details["authorize_scopes"].split():
        raise _invalid("authorize_scopes must contain openid.")
    method = details["attributes_request_method"]
    if method not in ("GET", "POST"):
        raise _invalid(
            f"1 validation error detected: Value '{method}' at 'attributesRequestMethod' failed to satisfy constraint: "
            "Member must satisfy enum value set: [POST, GET]"
        )
    for name in ("oidc_issuer", "authorize_url", "token_url", "attributes_url", "jwks_uri"):
        if name in details and not is_safe(details[name]):
            raise _invalid("OIDC endpoint must start with https://")


def _check_saml(details: Mapping[str, str]) -> None:
    sources = [name for name in ("MetadataURL", "MetadataFile") if details.get(name)]
    if not sources:
        raise _invalid("At least one of the MetadataURL or MetadataFile should be provided.")
    if len(sources) > 1:
        raise _invalid("Only one of the MetadataURL or MetadataFile should be provided.")
    for name in ("IDPInit", "IDPSignout", "EncryptedResponses"):
        if details.get(name, "false").lower() not in ("true", "false"):
            raise _invalid(f"{name} must be true or false.")
    if details.get("RequestSigningAlgorithm", "rsa-sha256") != "rsa-sha256":
        raise _invalid("RequestSigningAlgorithm must be rsa-sha256.")
    if "MetadataURL" in sources and not is_safe(details["MetadataURL"]):
        raise _invalid("MetadataURL must start with https://")
    if "MetadataFile" in sources:
        redirect_bindings(details["MetadataFile"])


def _invalid(text: str) -> ServiceError:
    return ServiceError("InvalidParameterException", text)
