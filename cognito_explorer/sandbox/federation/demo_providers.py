"""The built-in providers as a pool takes them: parameters of CreateIdentityProvider."""

from typing import Any

from cognito_explorer.sandbox.federation.addresses import provider_url
from cognito_explorer.sandbox.federation.brands import MOONBOOK, MOONBOOK_CLIENT_ID, MOONBOOK_CLIENT_SECRET
from cognito_explorer.sandbox.federation.moonlight import CLAIM_NAMES, metadata_xml
from cognito_explorer.sandbox.world import World


def moonbook_parameters(world: World) -> dict[str, Any]:
    """*Sign in with Moonbook*, the OpenID provider. UserPoolId is the caller's to add."""
    return {
        "ProviderName": "Moonbook",
        "ProviderType": "OIDC",
        "ProviderDetails": {
            "client_id": MOONBOOK_CLIENT_ID,
            "client_secret": MOONBOOK_CLIENT_SECRET,
            "authorize_scopes": "openid email profile",
            "oidc_issuer": provider_url(world, MOONBOOK.key),
            "attributes_request_method": "GET",
        },
        "AttributeMapping": {"username": "sub", "email": "email", "email_verified": "email_verified", "name": "name"},
    }


def moonlight_parameters(world: World) -> dict[str, Any]:
    """Moonlight Corp: the SAML provider, found by its people's mail domain. UserPoolId is the caller's to add."""
    return {
        "ProviderName": "MoonlightCorp",
        "ProviderType": "SAML",
        "ProviderDetails": {"MetadataFile": metadata_xml(world).decode(), "IDPSignout": "false"},
        "AttributeMapping": {"email": CLAIM_NAMES["email"], "name": CLAIM_NAMES["name"]},
        "IdpIdentifiers": ["moonlight-corp.example"],
    }
