"""Passkeys: registration, sign-in and what is refused (reference: flows 3, config 3 and 10, errors 1)."""

import json
from typing import Any

import pytest

from tests.sandbox.auth.passkey_device import PRESENT, Authenticator
from tests.sandbox.auth.second_factors import MAIL, respond, set_mfa
from tests.sandbox.pools import FLOWS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

CLIENT = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_AUTH"]}


@pytest.fixture
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = _make(sandbox)
    set_mfa(made, "OFF", WebAuthnConfiguration={"RelyingPartyId": "localhost", "UserVerification": "preferred"})
    return made


def _make(sandbox: RunningSandbox) -> PoolUnderTest:
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    made = make_pool(sandbox, client=CLIENT, Policies=policies)
    made.add_user("ada", email=MAIL)
    return made


def _options(pool: PoolUnderTest, token: str) -> dict[str, Any]:
    options: dict[str, Any] = pool.public.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    return options


def _register(pool: PoolUnderTest, device: Authenticator) -> str:
    token = str(pool.tokens("ada")["AccessToken"])
    made = device.create(_options(pool, token))
    pool.public.complete_web_authn_registration(AccessToken=token, Credential=made)
    return token


def _ask(pool: PoolUnderTest) -> tuple[dict[str, Any], dict[str, Any]]:
    asked: dict[str, Any] = pool.public.initiate_auth(
        AuthFlow="USER_AUTH",
        ClientId=pool.client_id,
        AuthParameters={"USERNAME": "ada", "PREFERRED_CHALLENGE": "WEB_AUTHN"},
    )
    return asked, json.loads(asked["ChallengeParameters"].get("CREDENTIAL_REQUEST_OPTIONS", "{}"))


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
@pytest.mark.parametrize("attestation", ["none", "packed"])
def test_a_passkey_is_registered_and_signs_in(pool: PoolUnderTest, algorithm: str, attestation: str) -> None:
    """flows 3: WEB_AUTHN with CREDENTIAL_REQUEST_OPTIONS and CREDENTIAL; ES256 and RS256."""
    device = Authenticator(algorithm, attestation=attestation)
    _register(pool, device)
    asked, options = _ask(pool)
    assert asked["ChallengeName"] == "WEB_AUTHN"
    assert options["rpId"] == "localhost"
    done = respond(pool, asked, "ada", CREDENTIAL=json.dumps(device.get(options)))
    assert "AccessToken" in done["AuthenticationResult"]


def test_the_options_of_a_registration_are_those_of_the_standard(pool: PoolUnderTest) -> None:
    """operations: StartWebAuthnRegistration."""
    token = _register(pool, Authenticator())
    options = _options(pool, token)
    assert options["rp"]["id"] == "localhost"
    assert options["user"]["name"] == "ada"
    assert [entry["alg"] for entry in options["pubKeyCredParams"]] == [-7, -257]
    assert len(options["excludeCredentials"]) == 1


def test_a_passkey_is_chosen_and_proven_in_one_answer(pool: PoolUnderTest) -> None:
    """flows 3: SELECT_CHALLENGE, ANSWER=WEB_AUTHN with CREDENTIAL."""
    device = Authenticator()
    _register(pool, device)
    asked = pool.public.initiate_auth(AuthFlow="USER_AUTH", ClientId=pool.client_id, AuthParameters={"USERNAME": "ada"})
    assert asked["AvailableChallenges"] == ["PASSWORD", "PASSWORD_SRP", "WEB_AUTHN"]
    options = json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    done = respond(pool, asked, "ada", ANSWER="WEB_AUTHN", CREDENTIAL=json.dumps(device.get(options)))
    assert "AuthenticationResult" in done


def test_passkeys_are_listed_and_deleted(pool: PoolUnderTest) -> None:
    """operations: ListWebAuthnCredentials (pages of at most 20), DeleteWebAuthnCredential."""
    token = _register(pool, Authenticator())
    _register(pool, Authenticator())
    first = pool.public.list_web_authn_credentials(AccessToken=token, MaxResults=1)
    second = pool.public.list_web_authn_credentials(AccessToken=token, MaxResults=1, NextToken=first["NextToken"])
    listed = [*first["Credentials"], *second["Credentials"]]
    assert "NextToken" not in second
    assert {entry["RelyingPartyId"] for entry in listed} == {"localhost"}
    assert listed[0]["AuthenticatorTransports"] == ["internal"]
    for entry in listed:
        pool.public.delete_web_authn_credential(AccessToken=token, CredentialId=entry["CredentialId"])
    with refused("ResourceNotFoundException"):
        pool.public.delete_web_authn_credential(AccessToken=token, CredentialId=listed[0]["CredentialId"])
    assert _ask(pool)[0]["ChallengeName"] == "SELECT_CHALLENGE"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"origin": "https://evil.example"}, "WebAuthnOriginNotAllowedException"),
        ({"origin": "http://moon.localhost.evil.example"}, "WebAuthnOriginNotAllowedException"),
        ({"party": "evil.example"}, "WebAuthnRelyingPartyMismatchException"),
        ({"attestation": "tpm"}, "WebAuthnCredentialNotSupportedException"),
    ],
)
def test_a_foreign_registration_is_refused(pool: PoolUnderTest, wrong: dict[str, Any], code: str) -> None:
    """errors 1: WebAuthn…Exception."""
    with refused(code):
        _register(pool, Authenticator(**wrong))


def test_a_registration_needs_the_challenge_just_given(pool: PoolUnderTest) -> None:
    """errors 1: WebAuthnChallengeNotFound, WebAuthnClientMismatch."""
    token = pool.tokens("ada")["AccessToken"]
    device = Authenticator()
    made = device.create({"challenge": "AAAA"})
    with refused("WebAuthnChallengeNotFoundException"):
        pool.public.complete_web_authn_registration(AccessToken=token, Credential=made)
    options = _options(pool, token)
    with refused("WebAuthnChallengeNotFoundException"):
        pool.public.complete_web_authn_registration(AccessToken=token, Credential=made)
    other = pool.tokens("ada", client_id=pool.add_client(**CLIENT)["ClientId"])["AccessToken"]
    with refused("WebAuthnClientMismatchException"):
        pool.public.complete_web_authn_registration(AccessToken=other, Credential=device.create(options))
    with refused("InvalidParameterException"):
        pool.public.complete_web_authn_registration(AccessToken=token, Credential={"response": {"clientDataJSON": "%"}})


def test_passkeys_need_the_factor_and_a_relying_party(sandbox: RunningSandbox) -> None:
    """errors 1: WebAuthnNotEnabled, WebAuthnConfigurationMissing; config 10: by default the pool's domain."""
    plain = make_pool(sandbox, client=CLIENT)
    plain.add_user("ada")
    with refused("WebAuthnNotEnabledException"):
        plain.public.start_web_authn_registration(AccessToken=plain.tokens("ada")["AccessToken"])
    pool = _make(sandbox)
    token = pool.tokens("ada")["AccessToken"]
    with refused("WebAuthnConfigurationMissingException"):
        _options(pool, token)
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="passkeys-here")
    assert _options(pool, token)["rp"]["id"] == "localhost"


def test_a_wrong_proof_is_refused(pool: PoolUnderTest) -> None:
    """flows 3: the signature, the challenge and the counter are checked."""
    device = Authenticator(counter=5)
    _register(pool, device)
    asked, options = _ask(pool)
    stranger = Authenticator(credential_id=device.credential_id, counter=6)
    for credential in (
        stranger.get(options),
        Authenticator(counter=6).get(options),
        device.get(options),
        device.get({"challenge": "AAAA"}),
    ):
        with refused("NotAuthorizedException"):
            respond(pool, asked, "ada", CREDENTIAL=json.dumps(credential))
    device.counter = 6
    assert "AuthenticationResult" in respond(pool, asked, "ada", CREDENTIAL=json.dumps(device.get(options)))


def test_a_verified_passkey_satisfies_required_mfa_where_the_pool_says_so(pool: PoolUnderTest) -> None:
    """config 3: WEB_AUTHN with MULTI_FACTOR_WITH_USER_VERIFICATION; SINGLE_FACTOR offers none to who needs MFA."""
    device = Authenticator()
    _register(pool, device)
    set_mfa(pool, "OPTIONAL", "TOTP", "SMS", WebAuthnConfiguration={"RelyingPartyId": "localhost"})
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.pool_id, Username="ada", UserAttributes=[{"Name": "phone_number", "Value": "+15550100"}]
    )
    preference = {"SMSMfaSettings": {"Enabled": True}, "WebAuthnMfaSettings": {"Enabled": True}}
    pool.idp.admin_set_user_mfa_preference(UserPoolId=pool.pool_id, Username="ada", **preference)
    assert _ask(pool)[0]["ChallengeName"] == "SELECT_CHALLENGE"
    multi = {"RelyingPartyId": "localhost", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}
    set_mfa(pool, "OPTIONAL", "TOTP", "SMS", WebAuthnConfiguration=multi)
    asked, options = _ask(pool)
    assert options["userVerification"] == "required"
    device.flags = PRESENT
    with refused("NotAuthorizedException"):
        respond(pool, asked, "ada", CREDENTIAL=json.dumps(device.get(options)))
    device.flags |= 4
    assert "AuthenticationResult" in respond(pool, asked, "ada", CREDENTIAL=json.dumps(device.get(options)))


def test_a_user_has_twenty_passkeys_at_most(pool: PoolUnderTest) -> None:
    """flows: at most 20 per user."""
    token = pool.tokens("ada")["AccessToken"]
    for _ in range(20):
        made = Authenticator().create(_options(pool, token))
        pool.public.complete_web_authn_registration(AccessToken=token, Credential=made)
    with refused("LimitExceededException"):
        _options(pool, token)
