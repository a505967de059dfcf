"""Challenges, their parameters and answers, and who is asked which: facts of auth-flows.md section 3."""

import hashlib
import json
from types import SimpleNamespace
from typing import Any

import jwt
import pytest

from cognito_explorer.sandbox.auth import srp as proofs
from tests.sandbox.auth.passkey_device import Authenticator
from tests.sandbox.auth.second_factors import MAIL, PHONE, invite, make_mfa_pool, register_authenticator, respond
from tests.sandbox.auth.srp_client import SrpClient
from tests.sandbox.one_time_codes import totp
from tests.sandbox.pools import FLOWS, PASSWORD, SMS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

CHOICE = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_AUTH"]}
ON, PREFERRED = {"Enabled": True, "PreferredMfa": False}, {"Enabled": True, "PreferredMfa": True}
BOTH = {"email": MAIL, "email_verified": "true", "phone_number": PHONE, "phone_number_verified": "true"}
DELIVERY = {"CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION"}
WRONG = "Incorrect username or password."


@pytest.fixture
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    """Optional MFA by every channel."""
    made = make_mfa_pool(sandbox, "OPTIONAL", "SMS", "TOTP", "EMAIL", client=CHOICE)
    made.add_user("ada", **BOTH)
    return made


@pytest.fixture(scope="module")
def choosing(sandbox: RunningSandbox) -> PoolUnderTest:
    """A pool in which people may sign in by anything."""
    factors = ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": factors}}
    made = make_pool(sandbox, client=CHOICE, Policies=policies, SmsConfiguration=SMS)
    made.idp.set_user_pool_mfa_config(
        UserPoolId=made.pool_id, WebAuthnConfiguration={"RelyingPartyId": "localhost", "UserVerification": "preferred"}
    )
    made.add_user("ada", **BOTH)
    return made


def prefer(pool: PoolUnderTest, **settings: dict[str, bool]) -> None:
    pool.idp.admin_set_user_mfa_preference(UserPoolId=pool.pool_id, Username="ada", **settings)


def choose(pool: PoolUnderTest, **parameters: str) -> dict[str, Any]:
    answer: dict[str, Any] = pool.public.initiate_auth(
        AuthFlow="USER_AUTH", ClientId=pool.client_id, AuthParameters={"USERNAME": "ada", **parameters}
    )
    return answer


def register_passkey(pool: PoolUnderTest, algorithm: str = "ES256") -> Authenticator:
    device, token = Authenticator(algorithm), pool.tokens("ada")["AccessToken"]
    options = pool.public.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    pool.public.complete_web_authn_registration(AccessToken=token, Credential=device.create(options))
    return device


def test_a_password_verifier_has_five_parameters_and_takes_three_values(pool: PoolUnderTest) -> None:
    """auth-flows.md 3: PASSWORD_VERIFIER, each response with USERNAME."""
    srp = SrpClient(pool.pool_id, PASSWORD)
    given = {"USERNAME": "ada", "SRP_A": f"{srp.public:x}"}
    asked = pool.public.initiate_auth(AuthFlow="USER_SRP_AUTH", ClientId=pool.client_id, AuthParameters=given)
    parameters = asked["ChallengeParameters"]
    assert parameters.keys() == {"SALT", "SRP_B", "SECRET_BLOCK", "USER_ID_FOR_SRP", "USERNAME"}
    answer = srp.answer(parameters)
    assert answer.keys() == {
        "USERNAME",
        "PASSWORD_CLAIM_SIGNATURE",
        "PASSWORD_CLAIM_SECRET_BLOCK",
        "TIMESTAMP",
    }
    for name in answer:
        with refused("InvalidParameterException", f"Missing required parameter {name}"):
            pool.public.respond_to_auth_challenge(
                ClientId=pool.client_id,
                ChallengeName="PASSWORD_VERIFIER",
                ChallengeResponses={key: value for key, value in answer.items() if key != name},
            )
    assert respond(pool, asked, answer.pop("USERNAME"), **answer)["AuthenticationResult"]


def test_a_late_proof_of_the_password_is_refused(pool: PoolUnderTest) -> None:
    """auth-flows.md 3: PASSWORD_VERIFIER must be answered soon after its issue, NotAuthorizedException otherwise."""
    srp = SrpClient(pool.pool_id, PASSWORD)
    given = {"USERNAME": "ada", "SRP_A": f"{srp.public:x}"}
    asked = pool.public.initiate_auth(AuthFlow="USER_SRP_AUTH", ClientId=pool.client_id, AuthParameters=given)
    pool.sandbox.advance(61)
    answer = srp.answer(asked["ChallengeParameters"])
    with refused("NotAuthorizedException"):
        respond(pool, asked, answer.pop("USERNAME"), **answer)


@pytest.mark.parametrize(
    ("setting", "challenge", "medium", "answer"),
    [
        ("SMSMfaSettings", "SMS_MFA", "SMS", "SMS_MFA_CODE"),
        ("EmailMfaSettings", "EMAIL_OTP", "EMAIL", "EMAIL_OTP_CODE"),
    ],
)
def test_a_code_that_was_sent_ends_the_sign_in(
    pool: PoolUnderTest, setting: str, challenge: str, medium: str, answer: str
) -> None:
    """auth-flows.md 3: SMS_MFA and EMAIL_OTP have medium and destination and take the code by its name."""
    prefer(pool, **{setting: ON})
    asked = pool.sign_in("ada")
    assert asked["ChallengeName"] == challenge
    assert asked["ChallengeParameters"].keys() >= DELIVERY
    assert asked["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"] == medium
    assert respond(pool, asked, "ada", **{answer: pool.latest_code()})["AuthenticationResult"]


def test_an_authenticators_name_is_told_only_where_it_has_one(pool: PoolUnderTest) -> None:
    """auth-flows.md 3: SOFTWARE_TOKEN_MFA, FRIENDLY_DEVICE_NAME if set, SOFTWARE_TOKEN_MFA_CODE."""
    token = pool.tokens("ada")["AccessToken"]
    secret = register_authenticator(pool, token)
    asked = pool.sign_in("ada")
    assert "FRIENDLY_DEVICE_NAME" not in asked["ChallengeParameters"]
    assert respond(pool, asked, "ada", SOFTWARE_TOKEN_MFA_CODE=totp(secret))["AuthenticationResult"]
    secret = pool.public.associate_software_token(AccessToken=token)["SecretCode"]
    pool.public.verify_software_token(AccessToken=token, UserCode=totp(secret), FriendlyDeviceName="moon")
    assert pool.sign_in("ada")["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"] == "moon"


@pytest.mark.parametrize("answer", ["EMAIL_OTP", "EMAIL_MFA", "SMS_MFA"])
def test_a_second_factor_is_chosen_by_its_name(pool: PoolUnderTest, answer: str) -> None:
    """auth-flows.md 3: SELECT_MFA_TYPE, MFAS_CAN_CHOOSE is a JSON list, ANSWER by either name of e-mail."""
    prefer(pool, SMSMfaSettings=ON, EmailMfaSettings=ON)
    asked = pool.sign_in("ada")
    assert asked["ChallengeName"] == "SELECT_MFA_TYPE"
    assert "SMS_MFA" in json.loads(asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"])
    chosen = respond(pool, asked, "ada", ANSWER=answer)
    assert chosen["ChallengeName"] == answer.replace("EMAIL_MFA", "EMAIL_OTP")


@pytest.mark.parametrize("factor", ["TOTP", "EMAIL"])
def test_a_missing_factor_is_set_up_on_the_way_in(sandbox: RunningSandbox, factor: str) -> None:
    """auth-flows.md 3: MFA_SETUP, MFAS_CAN_SETUP; TOTP by the Session of VerifySoftwareToken, e-mail by `email`."""
    pool = make_mfa_pool(sandbox, "ON", factor)
    asked = invite(pool, "ada")
    assert asked["ChallengeName"] == "MFA_SETUP"
    name = "SOFTWARE_TOKEN_MFA" if factor == "TOTP" else "EMAIL_OTP"
    assert json.loads(asked["ChallengeParameters"]["MFAS_CAN_SETUP"]) == [name]
    if factor == "EMAIL":
        sent = respond(pool, asked, "ada", email=MAIL)
        assert respond(pool, sent, "ada", EMAIL_OTP_CODE=pool.latest_code())["AuthenticationResult"]
        return
    made = pool.public.associate_software_token(Session=asked["Session"])
    checked = pool.public.verify_software_token(Session=made["Session"], UserCode=totp(made["SecretCode"]))
    assert respond(pool, asked | {"Session": checked["Session"]}, "ada")["AuthenticationResult"]


def test_a_new_password_comes_with_what_is_missing_and_changes_nothing_else(sandbox: RunningSandbox) -> None:
    """auth-flows.md 3: NEW_PASSWORD_REQUIRED, userAttributes, requiredAttributes; existing values stay."""
    required = [{"Name": name, "Required": True, "Mutable": True} for name in ("given_name", "family_name")]
    pool = make_pool(sandbox, Schema=required)
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username="ada",
        TemporaryPassword="Temporary-1",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "given_name", "Value": "Ada"}],
    )
    asked = pool.sign_in("ada", "Temporary-1")
    parameters = asked["ChallengeParameters"]
    assert json.loads(parameters["userAttributes"])["given_name"] == "Ada"
    assert json.loads(parameters["requiredAttributes"]) == ["userAttributes.family_name"]
    named = {"NEW_PASSWORD": PASSWORD, "userAttributes.family_name": "Lovelace"}
    with refused("InvalidParameterException"):
        respond(pool, asked, "ada", **named, **{"userAttributes.given_name": "Grace"})
    with refused("InvalidParameterException"):
        respond(pool, asked, "ada", NEW_PASSWORD=PASSWORD)
    assert respond(pool, asked, "ada", **named)["AuthenticationResult"]


def test_everything_a_user_has_is_offered(choosing: PoolUnderTest) -> None:
    """auth-flows.md 3: no PREFERRED_CHALLENGE, SELECT_CHALLENGE and AvailableChallenges; PASSWORD covers both."""
    asked = choose(choosing)
    assert asked["ChallengeName"] == "SELECT_CHALLENGE"
    assert {"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"} <= set(asked["AvailableChallenges"])


@pytest.mark.parametrize("name", ["WEB_AUTHN_2", "SOFTWARE_TOKEN_MFA", "SMS_MFA"])
def test_a_preference_that_is_not_available_gets_the_list(choosing: PoolUnderTest, name: str) -> None:
    """auth-flows.md 3: preferred but unavailable, SELECT_CHALLENGE with the list."""
    asked = choose(choosing, PREFERRED_CHALLENGE=name)
    assert asked["ChallengeName"] == "SELECT_CHALLENGE"
    assert asked["AvailableChallenges"]


@pytest.mark.parametrize("name", ["EMAIL_OTP", "SMS_OTP"])
@pytest.mark.parametrize("is_chosen", [False, True])
def test_a_first_factors_code_is_sent_masked(choosing: PoolUnderTest, name: str, *, is_chosen: bool) -> None:
    """auth-flows.md 3: EMAIL_OTP and SMS_OTP as first factors, preferred or as ANSWER of SELECT_CHALLENGE."""
    if is_chosen:
        asked = respond(choosing, choose(choosing), "ada", ANSWER=name)
    else:
        asked = choose(choosing, PREFERRED_CHALLENGE=name)
        assert name in asked["AvailableChallenges"]
    assert asked["ChallengeName"] == name
    assert "*" in asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"]
    assert respond(choosing, asked, "ada", **{f"{name}_CODE": choosing.latest_code()})["AuthenticationResult"]


def test_a_mailed_code_of_eight_digits_bears_six_wrong_tries(choosing: PoolUnderTest) -> None:
    """auth-flows.md 3: 8 digits, about 3 minutes, CodeMismatchException each time, no lockout in six tries."""
    asked = choose(choosing, PREFERRED_CHALLENGE="EMAIL_OTP")
    code = choosing.latest_code()
    assert len(code) == 8
    for _ in range(6):
        with refused("CodeMismatchException"):
            respond(choosing, asked, "ada", EMAIL_OTP_CODE="0" * 8 if code != "0" * 8 else "1" * 8)
    assert respond(choosing, asked, "ada", EMAIL_OTP_CODE=code)["AuthenticationResult"]


def test_a_password_comes_with_the_choice_or_after_it(choosing: PoolUnderTest) -> None:
    """auth-flows.md 3: ANSWER = PASSWORD with PASSWORD; challenge PASSWORD takes PASSWORD."""
    assert respond(choosing, choose(choosing), "ada", ANSWER="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"]
    asked = respond(choosing, choose(choosing), "ada", ANSWER="PASSWORD")
    assert asked["ChallengeName"] == "PASSWORD"
    with refused("NotAuthorizedException", WRONG):
        respond(choosing, asked, "ada", PASSWORD="Not-hers-2026")
    assert respond(choosing, asked, "ada", PASSWORD=PASSWORD)["AuthenticationResult"]


@pytest.mark.parametrize("is_at_once", [True, False])
def test_a_password_is_proven_after_the_choice(choosing: PoolUnderTest, *, is_at_once: bool) -> None:
    """auth-flows.md 3: ANSWER = PASSWORD_SRP with SRP_A, or PASSWORD_SRP takes SRP_A, then PASSWORD_VERIFIER."""
    srp = SrpClient(choosing.pool_id, PASSWORD)
    value = {"SRP_A": f"{srp.public:x}"}
    asked = respond(choosing, choose(choosing), "ada", ANSWER="PASSWORD_SRP", **(value if is_at_once else {}))
    if not is_at_once:
        assert asked["ChallengeName"] == "PASSWORD_SRP"
        asked = respond(choosing, asked, "ada", **value)
    assert asked["ChallengeName"] == "PASSWORD_VERIFIER"
    answer = srp.answer(asked["ChallengeParameters"])
    assert respond(choosing, asked, answer.pop("USERNAME"), **answer)["AuthenticationResult"]


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_a_passkey_answers_its_options(choosing: PoolUnderTest, algorithm: str) -> None:
    """auth-flows.md 3: WEB_AUTHN, CREDENTIAL_REQUEST_OPTIONS and CREDENTIAL; registered signed in; ES256, RS256."""
    device = register_passkey(choosing, algorithm)
    asked = choose(choosing, PREFERRED_CHALLENGE="WEB_AUTHN")
    assert asked["ChallengeName"] == "WEB_AUTHN"
    options = json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    assert respond(choosing, asked, "ada", CREDENTIAL=json.dumps(device.get(options)))["AuthenticationResult"]


def test_a_passkey_comes_with_the_choice_or_after_it(choosing: PoolUnderTest) -> None:
    """auth-flows.md 3: ANSWER = WEB_AUTHN with CREDENTIAL; without one, WEB_AUTHN is asked."""
    device = register_passkey(choosing)
    asked = choose(choosing)
    assert "WEB_AUTHN" in asked["AvailableChallenges"]
    options = json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    credential = json.dumps(device.get(options))
    assert respond(choosing, asked, "ada", ANSWER="WEB_AUTHN", CREDENTIAL=credential)["AuthenticationResult"]
    again = respond(choosing, choose(choosing), "ada", ANSWER="WEB_AUTHN")
    assert again["ChallengeName"] == "WEB_AUTHN"
    with refused("NotAuthorizedException"):
        respond(choosing, again, "ada", CREDENTIAL=credential)


def test_a_user_has_twenty_passkeys(sandbox: RunningSandbox, choosing: PoolUnderTest) -> None:
    """auth-flows.md 3: at most 20 passkeys per user."""
    choosing.add_user("collector")
    token = choosing.tokens("collector")["AccessToken"]
    for _ in range(20):
        options = choosing.public.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
        choosing.public.complete_web_authn_registration(AccessToken=token, Credential=Authenticator().create(options))
    with refused("LimitExceededException"):
        choosing.public.start_web_authn_registration(AccessToken=token)


def test_the_preferred_factor_is_asked_for(pool: PoolUnderTest) -> None:
    """auth-flows.md 3: preferred factor set, that factor."""
    prefer(pool, SMSMfaSettings=ON, EmailMfaSettings=PREFERRED)
    assert pool.sign_in("ada")["ChallengeName"] == "EMAIL_OTP"


def test_a_registered_authenticator_goes_before_addresses_unless_they_are_turned_on(pool: PoolUnderTest) -> None:
    """auth-flows.md 3: TOTP registered, SOFTWARE_TOKEN_MFA, or SELECT_MFA_TYPE if others qualify, too."""
    register_authenticator(pool, pool.tokens("ada")["AccessToken"], prefers=False)
    assert pool.sign_in("ada")["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    prefer(pool, SMSMfaSettings=ON)
    asked = pool.sign_in("ada")
    assert asked["ChallengeName"] == "SELECT_MFA_TYPE"
    assert set(json.loads(asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"])) == {"SMS_MFA", "SOFTWARE_TOKEN_MFA"}


@pytest.mark.parametrize(
    ("attributes", "recovery", "expected"),
    [
        ({"phone_number": PHONE}, "admin_only", "SMS_MFA"),
        ({"email": MAIL}, "admin_only", "EMAIL_OTP"),
        ({"email": MAIL, "phone_number": PHONE}, "admin_only", "SELECT_MFA_TYPE"),
        ({"email": MAIL, "phone_number": PHONE}, "verified_email", "SMS_MFA"),
        ({"email": MAIL, "phone_number": PHONE}, "verified_phone_number", "EMAIL_OTP"),
        ({"email": MAIL}, "verified_email", "error"),
        ({}, "admin_only", "MFA_SETUP"),
    ],
)
def test_attributes_decide_where_nothing_is_preferred(
    sandbox: RunningSandbox, attributes: dict[str, str], recovery: str, expected: str
) -> None:
    """auth-flows.md 3: one usable channel, two, the recovery channel excluded or the only one, nothing."""
    mechanisms = {"RecoveryMechanisms": [{"Name": recovery, "Priority": 1}]}
    pool = make_mfa_pool(sandbox, "ON", "SMS", "EMAIL", AccountRecoverySetting=mechanisms)
    pool.add_user("ada", **attributes)
    if expected == "error":
        with refused("MFAMethodNotFoundException"):
            pool.sign_in("ada")
    else:
        assert pool.sign_in("ada")["ChallengeName"] == expected


def test_the_session_of_a_confirmation_signs_in_once(sandbox: RunningSandbox) -> None:
    """auth-flows.md 3: Session of ConfirmSignUp given to InitiateAuth(USER_AUTH), first sign-in only."""
    pool = make_pool(sandbox, client=CHOICE)
    mail = [{"Name": "email", "Value": MAIL}]
    pool.public.sign_up(ClientId=pool.client_id, Username="ada", Password=PASSWORD, UserAttributes=mail)
    confirmed = pool.public.confirm_sign_up(
        ClientId=pool.client_id, Username="ada", ConfirmationCode=pool.latest_code()
    )
    start = {"AuthFlow": "USER_AUTH", "ClientId": pool.client_id, "AuthParameters": {"USERNAME": "ada"}}
    assert pool.public.initiate_auth(**start, Session=confirmed["Session"])["AuthenticationResult"]
    with refused("NotAuthorizedException"):
        pool.public.initiate_auth(**start, Session=confirmed["Session"])


def test_levels_are_tried_in_their_order(pool: PoolUnderTest) -> None:
    """auth-flows.md 3: TARGET_ACR_VALUES, unknown ignored, all unknown is an error; urn:cognito:loa:1."""
    known = {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}
    done = choose(pool, **known, TARGET_ACR_VALUES="urn:none urn:cognito:loa:1")
    claims = jwt.decode(done["AuthenticationResult"]["IdToken"], options={"verify_signature": False})
    assert claims["acr"] == "urn:cognito:loa:1"
    with refused("InvalidParameterException"):
        choose(pool, **known, TARGET_ACR_VALUES="urn:none urn:other")


def test_an_access_token_is_credit_for_a_level_of_its_own_user(pool: PoolUnderTest) -> None:
    """auth-flows.md 3: ACCESS_TOKEN requires TARGET_ACR_VALUES and the same user; MAX_AGE discards older credit."""
    token, level = pool.tokens("ada")["AccessToken"], "urn:cognito:loa:1"
    with refused("InvalidParameterException"):
        choose(pool, ACCESS_TOKEN=token)
    assert choose(pool, ACCESS_TOKEN=token, TARGET_ACR_VALUES=level)["AuthenticationResult"]
    pool.add_user("grace")
    with refused("NotAuthorizedException"):
        choose(pool, ACCESS_TOKEN=pool.tokens("grace")["AccessToken"], TARGET_ACR_VALUES=level)
    pool.sandbox.advance(10)
    late = choose(pool, ACCESS_TOKEN=token, TARGET_ACR_VALUES=level, MAX_AGE="5")
    assert late["ChallengeName"] == "SELECT_CHALLENGE"


def test_numbers_that_betray_the_secret_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """auth-flows.md 4: reject A mod N = 0 and u = 0."""
    verifier = proofs.verifier_of("Ab1Cd2Ef3", "alice", PASSWORD, "8f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e")
    assert proofs.session_key(5, verifier, 7)
    for public_a in (0, proofs.N, 2 * proofs.N):
        assert proofs.session_key(public_a, verifier, 7) is None
    # No numbers are known whose hash is zero.
    nought = SimpleNamespace(digest=lambda: bytes(32))
    monkeypatch.setattr(hashlib, "sha256", lambda data: nought)
    assert proofs.session_key(5, verifier, 7) is None
