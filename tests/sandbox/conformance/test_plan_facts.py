"""What each plan has, passkeys that are refused and what providers show: user-pools-config.md 9 to 11, -errors 1."""

from typing import Any

import pytest

from tests.sandbox.auth.passkey_device import Authenticator
from tests.sandbox.auth.second_factors import SES, set_mfa
from tests.sandbox.pools import FLOWS, PoolUnderTest, make_pool, refused
from tests.sandbox.user_pools.test_identity_providers import GOOGLE, OIDC
from tests.sandbox_fixture import RunningSandbox

UNAVAILABLE = "FeatureUnavailableInTierException"
CLIENT = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_AUTH"]}
FUNCTION = "arn:aws:lambda:us-east-1:210987654321:function:tokens"
PARTY = {"RelyingPartyId": "localhost", "UserVerification": "preferred"}


@pytest.fixture(scope="module")
def lite(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox, UserPoolTier="LITE", EmailConfiguration=SES)


@pytest.mark.parametrize(
    ("settings", "needs"),
    [
        ({"Policies": {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 3}}}, "ESSENTIALS"),
        ({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}}, "ESSENTIALS"),
        ({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}, "ESSENTIALS"),
        (
            {"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaArn": FUNCTION, "LambdaVersion": "V2_0"}}},
            "ESSENTIALS",
        ),
        ({"DcrConfiguration": {"EnableStatus": "Enabled"}}, "ESSENTIALS"),
        ({"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}, "PLUS"),
    ],
)
def test_a_feature_comes_with_a_plan(sandbox: RunningSandbox, settings: dict[str, Any], needs: str) -> None:
    """user-pools-config.md 9: a gated feature on a lower plan, FeatureUnavailableInTierException."""
    lower = "LITE" if needs == "ESSENTIALS" else "ESSENTIALS"
    with refused(UNAVAILABLE):
        make_pool(sandbox, UserPoolTier=lower, **settings)
    assert make_pool(sandbox, UserPoolTier=needs, **settings)


@pytest.mark.parametrize("feature", ["e-mail MFA", "sessions", "managed login", "branding"])
def test_calls_of_a_feature_come_with_the_plan(lite: PoolUnderTest, feature: str) -> None:
    """user-pools-config.md 9: ESSENTIALS adds e-mail MFA, session tracking, managed login and its editor."""
    key = {"UserPoolId": lite.pool_id}
    with refused(UNAVAILABLE):
        if feature == "e-mail MFA":
            set_mfa(lite, "OPTIONAL", "EMAIL")
        elif feature == "sessions":
            lite.idp.set_user_pool_session_configuration(
                **key, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 5}
            )
        elif feature == "managed login":
            lite.idp.create_user_pool_domain(**key, Domain="lite-pages", ManagedLoginVersion=2)
        else:
            lite.idp.create_managed_login_branding(**key, ClientId=lite.client_id, UseCognitoProvidedValues=True)


@pytest.fixture(scope="module")
def passkeys(sandbox: RunningSandbox) -> PoolUnderTest:
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    made = make_pool(sandbox, client=CLIENT, Policies=policies)
    set_mfa(made, "OFF", WebAuthnConfiguration=PARTY)
    made.add_user("ada")
    return made


def start(pool: PoolUnderTest, token: str) -> Any:
    return pool.public.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]


@pytest.mark.parametrize(
    ("device", "code"),
    [
        ({"origin": "https://evil.example"}, "WebAuthnOriginNotAllowedException"),
        ({"party": "evil.example"}, "WebAuthnRelyingPartyMismatchException"),
        ({"attestation": "tpm"}, "WebAuthnCredentialNotSupportedException"),
    ],
)
def test_a_foreign_passkey_is_refused(passkeys: PoolUnderTest, device: dict[str, Any], code: str) -> None:
    """user-pools-errors.md 1: WebAuthn…Exception, OriginNotAllowed, RelyingPartyMismatch, CredentialNotSupported."""
    token = passkeys.tokens("ada")["AccessToken"]
    credential = Authenticator(**device).create(start(passkeys, token))
    with refused(code):
        passkeys.public.complete_web_authn_registration(AccessToken=token, Credential=credential)


def test_a_passkey_answers_the_challenge_of_its_client(passkeys: PoolUnderTest) -> None:
    """user-pools-errors.md 1: WebAuthn…Exception, ChallengeNotFound and ClientMismatch."""
    token, device = passkeys.tokens("ada")["AccessToken"], Authenticator()
    with refused("WebAuthnChallengeNotFoundException"):
        credential = device.create({"challenge": "AAAA"})
        passkeys.public.complete_web_authn_registration(AccessToken=token, Credential=credential)
    options = start(passkeys, token)
    other = passkeys.tokens("ada", client_id=passkeys.add_client(**CLIENT)["ClientId"])["AccessToken"]
    with refused("WebAuthnClientMismatchException"):
        passkeys.public.complete_web_authn_registration(AccessToken=other, Credential=device.create(options))


@pytest.mark.parametrize("factors", [["PASSWORD"], ["PASSWORD", "WEB_AUTHN"]])
def test_a_pool_has_passkeys_and_a_relying_party(sandbox: RunningSandbox, factors: list[str]) -> None:
    """user-pools-errors.md 1: NotEnabled and ConfigurationMissing; -config 10: the domain by default."""
    made = make_pool(sandbox, client=CLIENT, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": factors}})
    made.add_user("ada")
    token = made.tokens("ada")["AccessToken"]
    has_passkeys = "WEB_AUTHN" in factors
    with refused("WebAuthnConfigurationMissingException" if has_passkeys else "WebAuthnNotEnabledException"):
        start(made, token)
    if has_passkeys:
        made.idp.create_user_pool_domain(UserPoolId=made.pool_id, Domain="party")
        assert start(made, token)["rp"]["id"] == "localhost"
        made.idp.delete_user_pool_domain(UserPoolId=made.pool_id, Domain="party")


@pytest.mark.parametrize(("name", "details"), [("Moonbook", OIDC), ("Google", GOOGLE)])
def test_a_provider_shows_more_than_it_was_told(sandbox: RunningSandbox, name: str, details: dict[str, str]) -> None:
    """user-pools-config.md 11: describe adds derived read-only keys: strip them before an update."""
    made = make_pool(sandbox)
    key = {"UserPoolId": made.pool_id, "ProviderName": name}
    kind = "OIDC" if name == "Moonbook" else name
    made.idp.create_identity_provider(**key, ProviderType=kind, ProviderDetails=details)
    shown = made.idp.describe_identity_provider(**key)["IdentityProvider"]["ProviderDetails"]
    assert details.items() <= shown.items()
    assert "attributes_url_add_attributes" in shown
    stripped = {entry: shown[entry] for entry in details}
    made.idp.update_identity_provider(**key, ProviderDetails=stripped)
    assert made.idp.describe_identity_provider(**key)["IdentityProvider"]["ProviderDetails"] == shown
