"""External providers of a pool: what they must be told, what Cognito derives, how they are found and listed."""

from typing import Any

import pytest

from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

GOOGLE = {"client_id": "app.example", "client_secret": "hush", "authorize_scopes": "email profile openid"}
OIDC = {
    "client_id": "moonletter",
    "client_secret": "hush",
    "authorize_scopes": "openid email",
    "oidc_issuer": "https://login.moonbook.example",
    "attributes_request_method": "GET",
}
METADATA = """<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://corp.example">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://corp.example/out"/>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://corp.example/post"/>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://corp.example/in"/>
  </IDPSSODescriptor>
</EntityDescriptor>"""


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox, Schema=[{"Name": "plan", "AttributeDataType": "String"}])


def _create(pool: PoolUnderTest, name: str, kind: str, details: dict[str, str], **more: Any) -> Any:
    made = pool.idp.create_identity_provider(
        UserPoolId=pool.pool_id, ProviderName=name, ProviderType=kind, ProviderDetails=details, **more
    )
    return made["IdentityProvider"]


def test_a_description_adds_the_addresses_cognito_derives(pool: PoolUnderTest) -> None:
    google = _create(pool, "Google", "Google", GOOGLE, AttributeMapping={"email": "email"})
    assert google["ProviderDetails"] == GOOGLE | {
        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "oidc_issuer": "https://accounts.google.com",
        "token_request_method": "POST",
        "token_url": "https://www.googleapis.com/oauth2/v4/token",
    }
    assert google["AttributeMapping"] == {"username": "sub", "email": "email"}
    described = pool.idp.describe_identity_provider(UserPoolId=pool.pool_id, ProviderName="Google")
    assert described["IdentityProvider"] == google


def test_what_a_description_shows_may_be_sent_back(pool: PoolUnderTest) -> None:
    facebook = _create(
        pool, "Facebook", "Facebook", {"client_id": "1", "client_secret": "s", "authorize_scopes": "public_profile"}
    )
    key = {"UserPoolId": pool.pool_id, "ProviderName": "Facebook"}
    updated = pool.idp.update_identity_provider(**key, ProviderDetails=facebook["ProviderDetails"])["IdentityProvider"]
    assert updated["ProviderDetails"] == facebook["ProviderDetails"]


def test_a_built_in_provider_is_described_with_the_addresses_discovery_finds(pool: PoolUnderTest) -> None:
    issuer = f"{pool.sandbox.browser_origin}/_providers/moonbook"
    moonbook = _create(pool, "BuiltIn", "OIDC", OIDC | {"oidc_issuer": issuer})
    assert moonbook["ProviderDetails"]["authorize_url"] == f"{issuer}/authorize"
    assert moonbook["ProviderDetails"]["jwks_uri"] == f"{issuer}/jwks"
    elsewhere = _create(pool, "Elsewhere", "OIDC", OIDC)
    assert "authorize_url" not in elsewhere["ProviderDetails"]


def test_apples_private_key_is_never_returned(pool: PoolUnderTest) -> None:
    details = {"client_id": "c", "team_id": "t", "key_id": "k", "private_key": "p", "authorize_scopes": "email name"}
    assert "private_key" not in _create(pool, "SignInWithApple", "SignInWithApple", details)["ProviderDetails"]


def test_a_saml_metadata_file_tells_where_to_sign_in_and_out(pool: PoolUnderTest) -> None:
    corp = _create(pool, "MoonlightCorp", "SAML", {"MetadataFile": METADATA, "IDPSignout": "true"})
    assert corp["ProviderDetails"]["SSORedirectBindingURI"] == "https://corp.example/in"
    assert corp["ProviderDetails"]["SLORedirectBindingURI"] == "https://corp.example/out"
    assert corp["ProviderDetails"]["IDPSignout"] == "true"


@pytest.mark.parametrize(
    ("name", "kind", "details", "message"),
    [
        ("MyGoogle", "Google", GOOGLE, "Provider MyGoogle cannot be of type Google."),
        ("Google", "OIDC", OIDC, "Provider Google cannot be of type OIDC."),
        (
            "LoginWithAmazon",
            "LoginWithAmazon",
            {"client_id": "c"},
            "client_id, client_secret and authorize_scopes are all required idp details.",
        ),
        (
            "Moonbook",
            "OIDC",
            {"client_id": "c"},
            "client_id, authorize_scopes, oidc_issuer and attributes_request_method are all required idp details.",
        ),
        (
            "Moonbook",
            "OIDC",
            OIDC | {"oidc_issuer": "http://login.moonbook.example"},
            "OIDC endpoint must start with https://",
        ),
        ("Moonbook", "OIDC", OIDC | {"attributes_request_method": "PUT"}, None),
        ("Moonbook", "OIDC", OIDC | {"authorize_scopes": "email"}, None),
        ("Moonbook", "OIDC", OIDC | {"colour": "blue"}, None),
        ("Corp", "SAML", {}, "At least one of the MetadataURL or MetadataFile should be provided."),
        (
            "Corp",
            "SAML",
            {"MetadataURL": "https://corp.example/m", "MetadataFile": METADATA},
            "Only one of the MetadataURL or MetadataFile should be provided.",
        ),
        ("Corp", "SAML", {"MetadataFile": "<broken"}, None),
        ("Corp", "SAML", {"MetadataFile": "<!DOCTYPE x [<!ENTITY a 'b'>]>" + METADATA}, None),
        ("Corp", "SAML", {"MetadataFile": "<a/>"}, None),
        ("Corp", "SAML", {"MetadataURL": "https://corp.example/m", "IDPInit": "maybe"}, None),
    ],
)
def test_details_that_do_not_fit_the_kind_are_refused(
    pool: PoolUnderTest, name: str, kind: str, details: dict[str, str], message: str | None
) -> None:
    with refused("InvalidParameterException", message):
        _create(pool, name, kind, details)


def test_a_mapping_names_attributes_of_the_pool_even_immutable_ones(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, Schema=[{"Name": "email", "Mutable": False}])
    made = _create(pool, "Moonbook", "OIDC", OIDC, AttributeMapping={"email": "email", "username": "sub"})
    assert made["AttributeMapping"]["email"] == "email"
    with refused("InvalidParameterException"):
        _create(pool, "Another", "OIDC", OIDC, AttributeMapping={"custom:nothing": "x"})


def test_identifiers_find_their_provider_and_belong_to_one(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    _create(pool, "Corp", "SAML", {"MetadataFile": METADATA}, IdpIdentifiers=["corp.example", "corp"])
    found = pool.idp.get_identity_provider_by_identifier(UserPoolId=pool.pool_id, IdpIdentifier="corp.example")
    assert found["IdentityProvider"]["ProviderName"] == "Corp"
    with refused("InvalidParameterException"):
        _create(pool, "Moonbook", "OIDC", OIDC, IdpIdentifiers=["corp"])
    with refused("ResourceNotFoundException"):
        pool.idp.get_identity_provider_by_identifier(UserPoolId=pool.pool_id, IdpIdentifier="nobody")
    with refused("ResourceNotFoundException"):
        pool.idp.describe_identity_provider(UserPoolId=pool.pool_id, ProviderName="Moonbook")


def test_a_name_is_taken_once_and_pages_are_signed(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    for name in ("Moonbook", "Another", "Third"):
        _create(pool, name, "OIDC", OIDC)
    with refused("DuplicateProviderException"):
        _create(pool, "Moonbook", "OIDC", OIDC)
    first = pool.idp.list_identity_providers(UserPoolId=pool.pool_id, MaxResults=2)
    rest = pool.idp.list_identity_providers(UserPoolId=pool.pool_id, MaxResults=2, NextToken=first["NextToken"])
    listed = first["Providers"] + rest["Providers"]
    assert [entry["ProviderName"] for entry in listed] == ["Another", "Moonbook", "Third"]
    assert "NextToken" not in rest
    with refused("InvalidParameterException"):
        pool.idp.list_identity_providers(UserPoolId=pool.pool_id, NextToken=first["NextToken"][:-6] + "AAAAA=")


def test_a_client_offers_only_providers_the_pool_has(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    with refused("InvalidParameterException", f"The provider Moonbook does not exist for User Pool {pool.pool_id}."):
        pool.add_client(SupportedIdentityProviders=["COGNITO", "Moonbook"])
    _create(pool, "Moonbook", "OIDC", OIDC)
    client = pool.add_client(SupportedIdentityProviders=["COGNITO", "Moonbook"])
    assert client["SupportedIdentityProviders"] == ["COGNITO", "Moonbook"]


def test_an_update_replaces_what_is_given_and_keeps_the_rest(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    _create(pool, "Moonbook", "OIDC", OIDC, IdpIdentifiers=["moon"], AttributeMapping={"email": "email"})
    key = {"UserPoolId": pool.pool_id, "ProviderName": "Moonbook"}
    changed = pool.idp.update_identity_provider(**key, AttributeMapping={"name": "name"})["IdentityProvider"]
    assert changed["AttributeMapping"] == {"name": "name", "username": "sub"}
    assert changed["IdpIdentifiers"] == ["moon"]
    assert changed["ProviderDetails"]["client_secret"] == "hush"
    with refused("InvalidParameterException"):
        pool.idp.update_identity_provider(**key, ProviderDetails={"client_id": "only"})
    pool.idp.delete_identity_provider(**key)
    with refused("ResourceNotFoundException"):
        pool.idp.update_identity_provider(**key)


def test_levels_of_assurance_are_for_openid_providers(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    assert _create(pool, "Moonbook", "OIDC", OIDC, AcrMapping={"Level2": "high"})["AcrMapping"] == {"Level2": "high"}
    with refused("InvalidParameterException"):
        _create(pool, "Google", "Google", GOOGLE, AcrMapping={"Level2": "high"})
