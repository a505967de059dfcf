"""Nonsense in answer to a live challenge: refused with a reason, never a mistake of the sandbox."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.auth.device_client import DeviceClient
from tests.sandbox.auth.passkey_device import Authenticator
from tests.sandbox.auth.second_factors import MAIL, PHONE, invite, make_mfa_pool, register_authenticator, set_mfa
from tests.sandbox.pools import FLOWS, PASSWORD, SMS, PoolUnderTest, make_pool
from tests.sandbox_fixture import RunningSandbox

NONSENSE = [
    *("x", "0", "-1", "1_0", " 7", "é", "\N{ARABIC-INDIC DIGIT FIVE}" * 6, "{}", "[]", "null", "NaN", '"text"'),
    *('{"id": 1}', '{"id": "a", "response": {}}', '{"response": {"clientDataJSON": "e30"}}', "[" * 5000, "9" * 5000),
    *("AAAA", "A===", "Mon Jan 99 99:99:99 UTC 1", "Mon Jan 1 00:00:00 UTC 99999", "0" * 131072),
]
PARTS = {
    "SELECT_CHALLENGE": ("ANSWER", "PASSWORD", "SRP_A", "CREDENTIAL"),
    "PASSWORD": ("PASSWORD",),
    "PASSWORD_SRP": ("SRP_A",),
    "PASSWORD_VERIFIER": ("PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"),
    "EMAIL_OTP": ("EMAIL_OTP_CODE",),
    "SMS_OTP": ("SMS_OTP_CODE",),
    "WEB_AUTHN": ("CREDENTIAL",),
    "SMS_MFA": ("SMS_MFA_CODE",),
    "SOFTWARE_TOKEN_MFA": ("SOFTWARE_TOKEN_MFA_CODE",),
    "SELECT_MFA_TYPE": ("ANSWER",),
    "MFA_SETUP": ("email", "phone_number"),
    "NEW_PASSWORD_REQUIRED": ("NEW_PASSWORD", "userAttributes.email", "userAttributes.none"),
    "DEVICE_SRP_AUTH": ("DEVICE_KEY", "SRP_A"),
    "DEVICE_PASSWORD_VERIFIER": ("PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"),
}


def _answer_nonsense(pool: PoolUnderTest, asked: dict[str, Any], **right: str) -> None:
    name = asked["ChallengeName"]
    for part in PARTS[name]:
        for value in NONSENSE:
            responses = dict.fromkeys(PARTS[name], "AAAA") | right | {"USERNAME": "ada", part: value}
            session = {"Session": asked["Session"]} if "Session" in asked else {}
            with pytest.raises(ClientError) as caught:
                pool.public.respond_to_auth_challenge(
                    ClientId=pool.client_id, ChallengeName=name, ChallengeResponses=responses, **session
                )
            assert caught.value.response["Error"]["Code"] != "InternalErrorException", (name, part, value[:40])


def _start(pool: PoolUnderTest, flow: str = "USER_AUTH", **parameters: str) -> dict[str, Any]:
    answer: dict[str, Any] = pool.public.initiate_auth(
        AuthFlow=flow, ClientId=pool.client_id, AuthParameters={"USERNAME": "ada", **parameters}
    )
    return answer


def test_first_factors_survive_nonsense(sandbox: RunningSandbox) -> None:
    factors = {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]}
    pool = make_pool(
        sandbox,
        client={"ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_AUTH"]},
        Policies={"SignInPolicy": factors},
        SmsConfiguration=SMS,
    )
    set_mfa(pool, "OFF", WebAuthnConfiguration={"RelyingPartyId": "localhost"})
    pool.add_user("ada", email=MAIL, phone_number=PHONE)
    token = pool.tokens("ada")["AccessToken"]
    options = pool.public.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    pool.public.complete_web_authn_registration(AccessToken=token, Credential=Authenticator().create(options))
    _answer_nonsense(pool, _start(pool), ANSWER="WEB_AUTHN")
    for name in ("PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"):
        asked = _start(pool, PREFERRED_CHALLENGE=name)
        assert asked["ChallengeName"] == name
        if name != "PASSWORD_SRP":
            _answer_nonsense(pool, asked)
    pool.sandbox.advance(2000)
    _answer_nonsense(pool, _start(pool, "USER_SRP_AUTH", SRP_A="abc"))


def test_second_factors_survive_nonsense(sandbox: RunningSandbox) -> None:
    pool = make_mfa_pool(sandbox, "OPTIONAL", "SMS", "TOTP", "EMAIL")
    pool.add_user("ada", email=MAIL, phone_number=PHONE)
    register_authenticator(pool, pool.tokens("ada")["AccessToken"])
    _answer_nonsense(pool, pool.sign_in("ada"))
    pool.sandbox.advance(2000)
    named = {"UserPoolId": pool.pool_id, "Username": "ada"}
    pool.idp.admin_set_user_mfa_preference(**named, SMSMfaSettings={"Enabled": True, "PreferredMfa": True})
    _answer_nonsense(pool, pool.sign_in("ada"))
    pool.sandbox.advance(2000)
    pool.idp.admin_set_user_mfa_preference(**named, SMSMfaSettings={"Enabled": True, "PreferredMfa": False})
    _answer_nonsense(pool, pool.sign_in("ada"))


def test_setting_up_and_changing_a_password_survive_nonsense(sandbox: RunningSandbox) -> None:
    pool = make_mfa_pool(sandbox, "ON", "TOTP", "EMAIL")
    asked = invite(pool, "ada")
    assert asked["ChallengeName"] == "MFA_SETUP"
    _answer_nonsense(pool, asked)
    pool.idp.admin_set_user_password(UserPoolId=pool.pool_id, Username="ada", Password="Temporary-1", Permanent=False)
    _answer_nonsense(pool, pool.sign_in("ada", "Temporary-1"))


def test_devices_survive_nonsense(sandbox: RunningSandbox) -> None:
    devices = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
    pool = make_pool(sandbox, DeviceConfiguration=devices)
    pool.add_user("ada")
    tokens = pool.tokens("ada")
    device = DeviceClient(pool, tokens["NewDeviceMetadata"])
    device.confirm(tokens["AccessToken"])
    asked = _start(pool, "USER_PASSWORD_AUTH", PASSWORD=PASSWORD, DEVICE_KEY=device.key)
    _answer_nonsense(pool, asked, DEVICE_KEY="us-east-1_0")
    second = pool.public.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="DEVICE_SRP_AUTH",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "DEVICE_KEY": device.key, "SRP_A": "abc"},
    )
    block = second["ChallengeParameters"]["SECRET_BLOCK"]
    _answer_nonsense(pool, second, PASSWORD_CLAIM_SECRET_BLOCK=block)
