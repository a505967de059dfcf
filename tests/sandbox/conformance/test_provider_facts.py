"""Plans, threat protection, external providers and their people: facts of user-pools-config.md sections 8, 9 and 11."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.federation.travel import LUNA, Harbour, make_harbour, told, travel
from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox.user_pools.test_identity_providers import GOOGLE, METADATA, OIDC
from tests.sandbox_fixture import RunningSandbox

APPLE = {"client_id": "c", "team_id": "t", "key_id": "k", "private_key": "p", "authorize_scopes": "email name"}
FACEBOOK = {"client_id": "1", "client_secret": "s", "authorize_scopes": "public_profile, email", "api_version": "v17.0"}
AMAZON = {"client_id": "1", "client_secret": "s", "authorize_scopes": "profile postal_code"}
SAML = {
    "MetadataFile": METADATA,
    "IDPInit": "true",
    "IDPSignout": "true",
    "EncryptedResponses": "false",
    "RequestSigningAlgorithm": "rsa-sha256",
}
KINDS = [
    ("Moonbook", "OIDC", OIDC),
    ("Corp", "SAML", SAML),
    ("Google", "Google", GOOGLE),
    ("Facebook", "Facebook", FACEBOOK),
    ("LoginWithAmazon", "LoginWithAmazon", AMAZON),
    ("SignInWithApple", "SignInWithApple", APPLE),
]


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox)


@pytest.fixture(scope="module")
def plus(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})


@pytest.fixture
def harbour(sandbox: RunningSandbox) -> Iterator[Harbour]:
    made = make_harbour(sandbox, "fact-harbour")
    yield made
    made.drop()


def arrive(harbour: Harbour, person: str = "luna") -> None:
    """A first sign-in through Moonbook."""
    with harbour.browser() as browser:
        told(travel(harbour, browser, person)[1])


@pytest.mark.parametrize(("name", "kind", "details"), KINDS)
def test_a_provider_is_told_these_and_shows_them_in_clear(
    pool: PoolUnderTest, name: str, kind: str, details: dict[str, str]
) -> None:
    """user-pools-config.md 11: keys of each kind; secrets come back in clear, Apple's private_key does not."""
    key = {"UserPoolId": pool.pool_id, "ProviderName": name}
    pool.idp.create_identity_provider(**key, ProviderType=kind, ProviderDetails=details)
    shown = pool.idp.describe_identity_provider(**key)["IdentityProvider"]["ProviderDetails"]
    sent = {name: value for name, value in details.items() if name != "private_key"}
    assert {name: shown[name] for name in sent} == sent
    assert "private_key" not in shown
    pool.idp.delete_identity_provider(**key)


def test_a_saml_provider_has_one_source_of_metadata(pool: PoolUnderTest) -> None:
    """user-pools-config.md 11: SAML takes MetadataURL or MetadataFile."""
    for details in ({}, {"MetadataFile": METADATA, "MetadataURL": "https://corp.example/metadata"}):
        with refused("InvalidParameterException"):
            pool.idp.create_identity_provider(
                UserPoolId=pool.pool_id, ProviderName="Corp", ProviderType="SAML", ProviderDetails=details
            )


def test_an_openid_provider_asks_for_openid(pool: PoolUnderTest) -> None:
    """user-pools-config.md 11: authorize_scopes of OIDC are space-separated, with openid; method GET or POST."""
    for wrong in ({"authorize_scopes": "email profile"}, {"attributes_request_method": "PUT"}):
        with refused("InvalidParameterException"):
            pool.idp.create_identity_provider(
                UserPoolId=pool.pool_id, ProviderName="Moonbook", ProviderType="OIDC", ProviderDetails=OIDC | wrong
            )


def test_a_federated_user_is_named_by_provider_and_subject(harbour: Harbour) -> None:
    """user-pools-config.md 11 and user-pools.md 5: username `<ProviderName>_<subject>`, EXTERNAL_PROVIDER."""
    arrive(harbour)
    user = harbour.user(LUNA)
    subject = json.loads(user["identities"])[0]["userId"]
    assert (user["username"], user["status"]) == (f"Moonbook_{subject}", "EXTERNAL_PROVIDER")
    listed = harbour.pool.idp.list_users(
        UserPoolId=harbour.pool.pool_id, Filter='cognito:user_status = "EXTERNAL_PROVIDER"'
    )["Users"]
    assert [entry["Username"] for entry in listed] == [LUNA]


def test_an_external_user_with_a_password_is_confirmed(harbour: Harbour) -> None:
    """user-pools.md 5: EXTERNAL_PROVIDER, AdminSetUserPassword, CONFIRMED with a local password."""
    arrive(harbour)
    harbour.allow(ExplicitAuthFlows=FLOWS)
    harbour.pool.idp.admin_set_user_password(
        UserPoolId=harbour.pool.pool_id, Username=LUNA, Password=PASSWORD, Permanent=True
    )
    assert harbour.user(LUNA)["status"] == "CONFIRMED"
    assert harbour.pool.tokens(LUNA)


def test_deleting_a_provider_leaves_its_users(harbour: Harbour) -> None:
    """user-pools-config.md 11: deleting an IdP does not delete its users."""
    arrive(harbour)
    harbour.allow(SupportedIdentityProviders=["COGNITO"])
    harbour.pool.idp.delete_identity_provider(UserPoolId=harbour.pool.pool_id, ProviderName="Moonbook")
    assert harbour.user(LUNA)["status"] == "EXTERNAL_PROVIDER"


def test_a_source_that_has_signed_in_is_not_linked(harbour: Harbour) -> None:
    """user-pools.md 2: AdminLinkProviderForUser, the source must not have signed in yet."""
    arrive(harbour)
    harbour.pool.add_user("luna")
    source = {
        "ProviderName": "Moonbook",
        "ProviderAttributeName": "Cognito_Subject",
        "ProviderAttributeValue": LUNA.removeprefix("Moonbook_"),
    }
    with refused("InvalidParameterException"):
        harbour.pool.idp.admin_link_provider_for_user(
            UserPoolId=harbour.pool.pool_id,
            DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": "luna"},
            SourceUser=source,
        )


def test_linking_before_the_first_sign_in_lets_the_local_profile_answer(harbour: Harbour) -> None:
    """user-pools-config.md 11: linking before first federated sign-in makes the local profile answer instead."""
    pool = harbour.pool
    pool.add_user("luna")
    pool.idp.admin_link_provider_for_user(
        UserPoolId=pool.pool_id,
        DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": "luna"},
        SourceUser={
            "ProviderName": "Moonbook",
            "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": LUNA.removeprefix("Moonbook_"),
        },
    )
    arrive(harbour)
    with refused("UserNotFoundException"):
        harbour.user(LUNA)


def test_a_new_pool_is_on_the_essentials_plan(pool: PoolUnderTest) -> None:
    """user-pools-config.md 9: default for new pools ESSENTIALS."""
    assert pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]["UserPoolTier"] == "ESSENTIALS"


def test_the_lite_plan_has_what_it_has(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 9: LITE has groups, providers, classic pages, SRP, custom and M2M flows, TOTP, triggers."""
    arn = "arn:aws:lambda:us-east-1:210987654321:function:letters"
    lite = make_pool(sandbox, UserPoolTier="LITE", LambdaConfig={"PreSignUp": arn, "PreTokenGeneration": arn})
    key = {"UserPoolId": lite.pool_id}
    lite.idp.create_group(**key, GroupName="readers")
    lite.idp.create_identity_provider(**key, ProviderName="Moonbook", ProviderType="OIDC", ProviderDetails=OIDC)
    lite.idp.create_user_pool_domain(**key, Domain="fact-lite", ManagedLoginVersion=1)
    lite.idp.set_ui_customization(**key, CSS=".banner-customizable {background-color: navy;}")
    lite.idp.create_resource_server(
        **key, Identifier="api", Name="API", Scopes=[{"ScopeName": "read", "ScopeDescription": "Read"}]
    )
    lite.add_client(
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["api/read"],
        ExplicitAuthFlows=["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )
    lite.idp.set_user_pool_mfa_config(
        **key, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True}
    )


@pytest.mark.parametrize("mode", ["AUDIT", "ENFORCED"])
def test_threat_protection_needs_the_plus_plan(sandbox: RunningSandbox, mode: str) -> None:
    """user-pools-config.md 8 and 9: ENFORCED and AUDIT require PLUS, else FeatureUnavailableInTierException."""
    for tier in ("LITE", "ESSENTIALS"):
        with refused("FeatureUnavailableInTierException"):
            make_pool(sandbox, UserPoolTier=tier, UserPoolAddOns={"AdvancedSecurityMode": mode})
    make_pool(sandbox, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": mode})


def test_a_plan_is_not_lowered_under_what_is_used(plus: PoolUnderTest) -> None:
    """user-pools-config.md 9: an impossible downgrade, TierChangeNotAllowedException."""
    with refused("TierChangeNotAllowedException"):
        plus.idp.update_user_pool(
            UserPoolId=plus.pool_id,
            UserPoolTier="ESSENTIALS",
            UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"},
        )


@pytest.mark.parametrize("action", ["BLOCK", "NO_ACTION"])
@pytest.mark.parametrize("event", ["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"])
def test_known_passwords_are_answered_by_event_and_action(plus: PoolUnderTest, action: str, event: str) -> None:
    """user-pools-config.md 8: compromised credentials, EventFilter and action."""
    block = {"EventFilter": [event], "Actions": {"EventAction": action}}
    answer = plus.idp.set_risk_configuration(UserPoolId=plus.pool_id, CompromisedCredentialsRiskConfiguration=block)
    assert answer["RiskConfiguration"]["CompromisedCredentialsRiskConfiguration"] == block


@pytest.mark.parametrize("action", ["BLOCK", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "NO_ACTION"])
@pytest.mark.parametrize("level", ["LowAction", "MediumAction", "HighAction"])
def test_a_takeover_is_answered_by_level(plus: PoolUnderTest, action: str, level: str) -> None:
    """user-pools-config.md 8: account takeover, EventAction per Low, Medium and High."""
    actions: dict[str, Any] = {level: {"EventAction": action, "Notify": False}}
    answer = plus.idp.set_risk_configuration(
        UserPoolId=plus.pool_id, AccountTakeoverRiskConfiguration={"Actions": actions}
    )
    assert answer["RiskConfiguration"]["AccountTakeoverRiskConfiguration"]["Actions"] == actions


@pytest.mark.parametrize("name", ["BlockedIPRangeList", "SkippedIPRangeList"])
def test_a_list_of_addresses_has_two_hundred_ranges(plus: PoolUnderTest, name: str) -> None:
    """user-pools-config.md 8: IP lists ≤200 CIDRs each."""
    strict = plus.sandbox.client("cognito-idp", parameter_validation=False)
    ranges = [f"10.0.{number}.0/24" for number in range(201)]
    with refused("InvalidParameterException"):
        strict.set_risk_configuration(UserPoolId=plus.pool_id, RiskExceptionConfiguration={name: ranges})
    strict.set_risk_configuration(UserPoolId=plus.pool_id, RiskExceptionConfiguration={name: ranges[:200]})


@pytest.mark.parametrize("sessions", [0, 101])
def test_a_user_has_one_to_a_hundred_sessions(pool: PoolUnderTest, sessions: int) -> None:
    """user-pools.md 6: MaxPerUser 1 to 100, default 20; tracking default DISABLED."""
    strict = pool.sandbox.client("cognito-idp", parameter_validation=False)
    key = {"UserPoolId": pool.pool_id}
    with refused("InvalidParameterException"):
        strict.set_user_pool_session_configuration(
            **key, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": sessions}
        )
    stands = pool.idp.get_user_pool_session_configuration(**key)
    assert (stands["UserSessionTracking"], stands["TokenSession"]) == ("DISABLED", {"MaxPerUser": 20})


def test_an_administrators_sign_in_names_no_device(sandbox: RunningSandbox) -> None:
    """user-pools.md 6: admin flows do not do device tracking; a device key is region and UUID, ≤55 characters."""
    tracking = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
    pool = make_pool(sandbox, DeviceConfiguration=tracking)
    pool.add_user("ada")
    device = pool.tokens("ada")["NewDeviceMetadata"]
    assert device["DeviceKey"].startswith("us-east-1_")
    assert len(device["DeviceKey"]) <= 55
    answer = pool.idp.admin_initiate_auth(
        UserPoolId=pool.pool_id,
        ClientId=pool.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    assert "NewDeviceMetadata" not in answer["AuthenticationResult"]
