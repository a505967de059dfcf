"""SRP, devices, custom authentication, refreshing and passwords: facts of auth-flows.md sections 4 to 8."""

import base64
import hashlib
from typing import Any

import jwt
import pytest

from cognito_explorer.sandbox.auth import srp
from tests.sandbox.auth.device_client import DeviceClient
from tests.sandbox.auth.second_factors import MAIL, PHONE, make_mfa_pool, respond
from tests.sandbox.auth.srp_client import SrpClient, sign_in_with_srp
from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox.triggers.scene import Scene, make_scene
from tests.sandbox_fixture import RunningSandbox

TRACKED = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
CUSTOM = ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"]
INVALID = "Invalid Refresh Token"
A_SECRET, B_SECRET = (int(hashlib.sha512(name).hexdigest() * 2, 16) for name in (b"client-a", b"server-b"))
REFERENCE = ("Ab1Cd2Ef3", "alice", "Passw0rd!", "8f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e")
RIDDLE = """
source, request, response = event["triggerSource"].split("_")[0], event["request"], event["response"]
if source == "DefineAuthChallenge":
    rounds = request["session"]
    is_right = bool(rounds) and rounds[-1]["challengeResult"]
    response.update(issueTokens=is_right, failAuthentication=len(rounds) >= 2 and not is_right)
    if not is_right:
        response["challengeName"] = "CUSTOM_CHALLENGE"
elif source == "CreateAuthChallenge":
    response.update(publicChallengeParameters={"q": "what is full?"}, privateChallengeParameters={"a": "moon"})
else:
    response["answerCorrect"] = request["challengeAnswer"] == request["privateChallengeParameters"]["a"]
""".strip()

PASSWORD_FIRST = """
rounds, response = event["request"]["session"], event["response"]
is_proven = rounds[-1]["challengeName"] == "PASSWORD_VERIFIER"
response.update(issueTokens=is_proven, failAuthentication=False)
if not is_proven:
    response["challengeName"] = "PASSWORD_VERIFIER"
""".strip()


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox)
    made.add_user("ada", email=MAIL, email_verified="true")
    return made


@pytest.fixture
def tracking(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_mfa_pool(sandbox, "OPTIONAL", "SMS", DeviceConfiguration=TRACKED)
    made.add_user("ada", phone_number=PHONE)
    return made


@pytest.fixture(scope="module")
def riddle(sandbox: RunningSandbox) -> Scene:
    made = make_scene(sandbox, "riddle-facts", CUSTOM, RIDDLE)
    made.pool.add_user("ada")
    return made


def start(pool: PoolUnderTest, flow: str, **parameters: str) -> Any:
    return pool.public.initiate_auth(AuthFlow=flow, ClientId=pool.client_id, AuthParameters=parameters)


def refresh(pool: PoolUnderTest, token: str, **more: str) -> Any:
    return start(pool, "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token, **more)["AuthenticationResult"]


def claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def test_the_group_is_that_of_rfc_5054() -> None:
    """auth-flows.md 4: N has 3072 bits, g is 2, k is H(pad(N) | pad(g))."""
    assert srp.N.bit_length() == 3072
    assert f"{srp.N:X}".startswith("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD1")
    assert f"{srp.N:X}".endswith("E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF")
    assert f"{srp.K:x}" == "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"


def test_both_sides_reach_the_vector_of_the_reference() -> None:
    """auth-flows.md 4: A, B, u, x, S, the key and the signature of the test vector."""
    verifier = srp.verifier_of(*REFERENCE)
    client = SrpClient(f"us-east-1_{REFERENCE[0]}", REFERENCE[2], a=A_SECRET)
    public_b = srp.public_value(verifier, B_SECRET)
    hashes = [hashlib.sha256(f"{number:x}".encode()).hexdigest() for number in (client.public, public_b)]
    assert hashes == [
        "762138a8a3a12aafd9e6db263f72d40a6c7b8c1e8bf06023f5ba4bce24370507",
        "7f204d5f60e6071b5f64772d6150d1f4b05a423f7ef1afad6e660c94872e132f",
    ]
    assert f"{srp.private_key(*REFERENCE):x}" == "80959d56ce968d521b55c58fad66c64f0b8e9c2cf39ce583af2e5229b8d1132e"
    u = srp.hash_to_int(srp.pad(client.public), srp.pad(public_b))
    assert f"{u:x}" == "8e2d20e1b24207defcfdab01fe48d16a2809bc9636df426cef1f2cf95df5e67f"
    shared = pow(client.public * pow(verifier, u, srp.N), B_SECRET, srp.N)
    wanted = "f0266b8da88d7e54fcc6b39bd1b76d02301886707ebc64bc49faaad9125cbf44"
    assert hashlib.sha256(f"{shared:x}".encode()).hexdigest() == wanted
    key = srp.session_key(client.public, verifier, B_SECRET)
    assert key is not None
    assert key == client.key("alice", REFERENCE[3], f"{public_b:x}")
    assert key.hex() == "bf24eeac67df84b66955c6307068e9c4"
    signed = srp.claim_signature(key, "Ab1Cd2Ef3alice", b"secret-block-bytes", "Tue May 7 00:09:40 UTC 2024")
    assert signed == "c2lI6WP6I3remuttMWhxTlK6w8LrIAFycRCMbBt/Exw="


@pytest.mark.parametrize(
    ("number", "raw"), [(0x7F, "7f"), (0x80, "0080"), (0x1FF, "01ff"), (0xFFFF, "00ffff"), (2, "02")]
)
def test_numbers_are_padded_to_even_digits_and_to_stay_positive(number: int, raw: str) -> None:
    """auth-flows.md 4: pad(n), even hex length, one more `00` when the top bit is set."""
    assert srp.pad(number).hex() == raw


def test_numbers_travel_in_lower_case_hex(pool: PoolUnderTest) -> None:
    """auth-flows.md 4: SALT and SRP_B in hex, SECRET_BLOCK in base64; capitals in SRP_A are taken, too."""
    client = SrpClient(pool.pool_id, PASSWORD)
    asked = start(pool, "USER_SRP_AUTH", USERNAME="ada", SRP_A=f"{client.public:X}")
    parameters = asked["ChallengeParameters"]
    for name in ("SALT", "SRP_B"):
        assert f"{int(parameters[name], 16):x}" == parameters[name]
    assert base64.b64decode(parameters["SECRET_BLOCK"], validate=True)
    answer = client.answer(parameters)
    assert respond(pool, asked, answer.pop("USERNAME"), **answer)["AuthenticationResult"]


@pytest.mark.parametrize("multiple", [0, 1, 2])
def test_a_public_value_that_is_a_multiple_of_the_prime_is_refused(pool: PoolUnderTest, multiple: int) -> None:
    """auth-flows.md 4: reject A mod N = 0."""
    with refused("InvalidParameterException"):
        start(pool, "USER_SRP_AUTH", USERNAME="ada", SRP_A=f"{multiple * srp.N:x}")


@pytest.mark.parametrize(
    "timestamp", ["Tue May 7 00:09:40 UTC 2024", "2026-11-30T07:00:00Z", "Di Mai 7 00:09:40 UTC 2024"]
)
def test_a_timestamp_is_fresh_and_english(pool: PoolUnderTest, timestamp: str) -> None:
    """auth-flows.md 4: TIMESTAMP `ddd MMM D HH:mm:ss UTC YYYY`; the server checks its freshness."""
    client = SrpClient(pool.pool_id, PASSWORD)
    asked = start(pool, "USER_SRP_AUTH", USERNAME="ada", SRP_A=f"{client.public:x}")
    answer = client.answer(asked["ChallengeParameters"]) | {"TIMESTAMP": timestamp}
    is_readable = timestamp.startswith("Tue")
    with refused("NotAuthorizedException" if is_readable else "InvalidParameterException"):
        respond(pool, asked, answer.pop("USERNAME"), **answer)


def test_a_proof_is_good_once_and_for_its_block_alone(pool: PoolUnderTest) -> None:
    """auth-flows.md 4: SECRET_BLOCK carries the state and is returned unchanged."""
    client = SrpClient(pool.pool_id, PASSWORD)
    first, second = (start(pool, "USER_SRP_AUTH", USERNAME="ada", SRP_A=f"{client.public:x}") for _ in range(2))
    block = {"PASSWORD_CLAIM_SECRET_BLOCK": second["ChallengeParameters"]["SECRET_BLOCK"]}
    proof = client.answer(first["ChallengeParameters"])
    with refused("NotAuthorizedException", "Incorrect username or password."):
        respond(pool, first, "ada", **{**proof, **block, "USERNAME": "ada"})
    named = {"ClientId": pool.client_id, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": proof}
    assert pool.public.respond_to_auth_challenge(**named)["AuthenticationResult"]
    with refused("NotAuthorizedException"):
        pool.public.respond_to_auth_challenge(**named)


def test_a_new_device_has_a_key_and_a_group(tracking: PoolUnderTest) -> None:
    """auth-flows.md 5: NewDeviceMetadata, DeviceKey `region_uuid` and DeviceGroupKey; ConfirmDevice."""
    tokens = tracking.tokens("ada")
    made = tokens["NewDeviceMetadata"]
    assert made["DeviceKey"].startswith("us-east-1_")
    assert len(made["DeviceKey"].partition("_")[2]) == 36
    assert made["DeviceGroupKey"]
    assert not DeviceClient(tracking, made).confirm(tokens["AccessToken"])


def test_a_user_is_asked_where_the_pool_says_so(sandbox: RunningSandbox) -> None:
    """auth-flows.md 5: UserConfirmationNecessary, then UpdateDeviceStatus remembered."""
    pool = make_pool(sandbox, DeviceConfiguration=TRACKED | {"DeviceOnlyRememberedOnUserPrompt": True})
    pool.add_user("ada")
    tokens = pool.tokens("ada")
    device = DeviceClient(pool, tokens["NewDeviceMetadata"])
    assert device.confirm(tokens["AccessToken"])
    given = {"USERNAME": "ada", "PASSWORD": PASSWORD, "DEVICE_KEY": device.key}
    assert "AuthenticationResult" in start(pool, "USER_PASSWORD_AUTH", **given)
    pool.public.update_device_status(
        AccessToken=tokens["AccessToken"], DeviceKey=device.key, DeviceRememberedStatus="remembered"
    )
    assert start(pool, "USER_PASSWORD_AUTH", **given)["ChallengeName"] == "DEVICE_SRP_AUTH"


def test_a_remembered_device_stands_for_the_second_factor_alone(tracking: PoolUnderTest) -> None:
    """auth-flows.md 3 and 5: DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER; only the second factor is replaced."""
    tokens = tracking.tokens("ada")
    device = DeviceClient(tracking, tokens["NewDeviceMetadata"])
    device.confirm(tokens["AccessToken"])
    tracking.idp.admin_set_user_mfa_preference(
        UserPoolId=tracking.pool_id, Username="ada", SMSMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    with refused("NotAuthorizedException", "Incorrect username or password."):
        start(tracking, "USER_PASSWORD_AUTH", USERNAME="ada", PASSWORD="Not-hers-2026", DEVICE_KEY=device.key)
    given = {"USERNAME": "ada", "PASSWORD": PASSWORD, "DEVICE_KEY": device.key}
    asked = start(tracking, "USER_PASSWORD_AUTH", **given)
    assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"
    value = f"{SrpClient(f'_{device.group}', device.secret).public:x}"
    second = respond(tracking, asked, "ada", DEVICE_KEY=device.key, SRP_A=value)
    assert {"SALT", "SRP_B", "SECRET_BLOCK", "DEVICE_KEY"} <= second["ChallengeParameters"].keys()
    assert device.prove(start(tracking, "USER_PASSWORD_AUTH", **given), "ada")["AuthenticationResult"]


def test_a_tracked_sign_in_is_refreshed_by_its_confirmed_device(tracking: PoolUnderTest) -> None:
    """auth-flows.md 5: `Invalid Refresh Token` without DEVICE_KEY, unconfirmed, or from an administrator's flow."""
    tokens = tracking.tokens("ada")
    device = DeviceClient(tracking, tokens["NewDeviceMetadata"])
    with refused("NotAuthorizedException", INVALID):
        refresh(tracking, tokens["RefreshToken"], DEVICE_KEY=device.key)
    device.confirm(tokens["AccessToken"])
    assert refresh(tracking, tokens["RefreshToken"], DEVICE_KEY=device.key)
    with refused("NotAuthorizedException", INVALID):
        refresh(tracking, tokens["RefreshToken"])
    administered = tracking.idp.admin_initiate_auth(
        UserPoolId=tracking.pool_id,
        ClientId=tracking.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    assert "NewDeviceMetadata" not in administered
    with refused("NotAuthorizedException", INVALID):
        refresh(tracking, administered["RefreshToken"], DEVICE_KEY=device.key)


def test_three_functions_ask_judge_and_decide(riddle: Scene) -> None:
    """auth-flows.md 3 and 6: CUSTOM_CHALLENGE has the public parameters; session[] has one entry per answer."""
    asked = start(riddle.pool, "CUSTOM_AUTH", USERNAME="ada")
    assert asked["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert asked["ChallengeParameters"]["q"] == "what is full?"
    again = respond(riddle.pool, asked, "ada", ANSWER="sun")
    assert respond(riddle.pool, again, "ada", ANSWER="moon")["AuthenticationResult"]
    decisions = [event for event in riddle.events() if event["triggerSource"].startswith("Define")][-3:]
    assert [len(event["request"]["session"]) for event in decisions] == [0, 1, 2]
    assert [entry["challengeResult"] for entry in decisions[-1]["request"]["session"]] == [False, True]


def test_failing_a_custom_sign_in_is_a_wrong_password(riddle: Scene) -> None:
    """auth-flows.md 6: failing, NotAuthorizedException `Incorrect username or password.`"""
    asked = start(riddle.pool, "CUSTOM_AUTH", USERNAME="ada")
    asked = respond(riddle.pool, asked, "ada", ANSWER="sun")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        respond(riddle.pool, asked, "ada", ANSWER="sun")


def test_a_password_may_be_proven_before_the_questions(sandbox: RunningSandbox) -> None:
    """auth-flows.md 2 and 6: CHALLENGE_NAME SRP_A and SRP_A, PASSWORD_VERIFIER; a round of SRP_A, one of the proof."""
    scene = make_scene(sandbox, "proof-facts", CUSTOM[:1], PASSWORD_FIRST)
    scene.pool.add_user("ada")
    client = SrpClient(scene.pool.pool_id, PASSWORD)
    value = {"CHALLENGE_NAME": "SRP_A", "SRP_A": f"{client.public:x}"}
    asked = start(scene.pool, "CUSTOM_AUTH", USERNAME="ada", **value)
    assert asked["ChallengeName"] == "PASSWORD_VERIFIER"
    answer = client.answer(asked["ChallengeParameters"])
    assert respond(scene.pool, asked, answer.pop("USERNAME"), **answer)["AuthenticationResult"]
    rounds = [entry["challengeName"] for entry in scene.events()[-1]["request"]["session"]]
    assert rounds == ["SRP_A", "PASSWORD_VERIFIER"]


@pytest.mark.parametrize("triggers", [[], CUSTOM[:1]])
def test_a_pool_without_the_functions_is_configured_wrongly(sandbox: RunningSandbox, triggers: list[str]) -> None:
    """auth-flows.md 6: missing triggers, InvalidUserPoolConfigurationException (which one is our choice)."""
    scene = make_scene(sandbox, f"missing-facts-{len(triggers)}", triggers, RIDDLE)
    scene.pool.add_user("ada")
    with refused("InvalidUserPoolConfigurationException"):
        start(scene.pool, "CUSTOM_AUTH", USERNAME="ada")


@pytest.fixture
def rotating(pool: PoolUnderTest) -> tuple[str, str]:
    """Id and refresh token of a client that rotates with a minute's grace."""
    flows = [flow for flow in FLOWS if flow != "ALLOW_REFRESH_TOKEN_AUTH"]
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 60}
    client_id = pool.add_client(
        ExplicitAuthFlows=flows,
        RefreshTokenRotation=rotation,
        RefreshTokenValidity=2,
        TokenValidityUnits={"RefreshToken": "hours"},
    )["ClientId"]
    return client_id, pool.tokens("ada", client_id=client_id)["RefreshToken"]


def renew(pool: PoolUnderTest, client_id: str, token: str) -> Any:
    answer = pool.public.get_tokens_from_refresh_token(ClientId=client_id, RefreshToken=token)
    return answer["AuthenticationResult"]


def test_rotation_gives_a_new_refresh_token_with_the_rest_of_the_time(
    pool: PoolUnderTest, rotating: tuple[str, str]
) -> None:
    """auth-flows.md 7: GetTokensFromRefreshToken with rotation; a rotated token inherits the remaining lifetime."""
    client_id, first = rotating
    pool.sandbox.advance(3600)
    second = renew(pool, client_id, first)["RefreshToken"]
    assert second != first
    pool.sandbox.advance(3700)
    with refused("NotAuthorizedException"):
        renew(pool, client_id, second)


def test_a_rotated_token_is_good_for_its_grace_and_then_reused(pool: PoolUnderTest, rotating: tuple[str, str]) -> None:
    """auth-flows.md 7: valid for RetryGracePeriodSeconds, then RefreshTokenReuseException."""
    client_id, first = rotating
    renew(pool, client_id, first)
    pool.sandbox.advance(50)
    renew(pool, client_id, first)
    pool.sandbox.advance(20)
    with refused("RefreshTokenReuseException"):
        renew(pool, client_id, first)


@pytest.mark.parametrize("seconds", [-1, 61])
def test_a_grace_is_a_minute_at_most(pool: PoolUnderTest, seconds: int) -> None:
    """auth-flows.md 7: RetryGracePeriodSeconds 0 to 60."""
    strict = pool.sandbox.client("cognito-idp", parameter_validation=False)
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": seconds}
    with refused("InvalidParameterException"):
        strict.create_user_pool_client(
            UserPoolId=pool.pool_id, ClientName="c", ExplicitAuthFlows=[], RefreshTokenRotation=rotation
        )


def test_rotation_excludes_the_refresh_flow(pool: PoolUnderTest, rotating: tuple[str, str]) -> None:
    """auth-flows.md 7: REFRESH_TOKEN_AUTH is not allowed with rotation; ALLOW_REFRESH_TOKEN_AUTH must go."""
    with refused("InvalidParameterException"):
        pool.public.initiate_auth(
            AuthFlow="REFRESH_TOKEN_AUTH", ClientId=rotating[0], AuthParameters={"REFRESH_TOKEN": rotating[1]}
        )
    with refused("InvalidParameterException"):
        pool.add_client(ExplicitAuthFlows=FLOWS, RefreshTokenRotation={"Feature": "ENABLED"})


def test_refreshed_tokens_keep_origin_time_and_event(pool: PoolUnderTest) -> None:
    """auth-flows.md 7: origin_jti, auth_time and event_id are those of the original sign-in."""
    tokens = pool.tokens("ada")
    pool.sandbox.advance(60)
    for kind, token in refresh(pool, tokens["RefreshToken"]).items():
        if kind not in ("IdToken", "AccessToken"):
            continue
        old, new = claims(tokens[kind]), claims(token)
        assert [old[name] for name in ("origin_jti", "auth_time", "event_id")] == [
            new[name] for name in ("origin_jti", "auth_time", "event_id")
        ]
        assert (old["jti"] != new["jti"], new["iat"] >= old["iat"] + 60) == (True, True)


def test_who_signs_up_confirms_and_signs_in(pool: PoolUnderTest) -> None:
    """auth-flows.md 8: SignUp, ConfirmSignUp, InitiateAuth."""
    mail = [{"Name": "email", "Value": "new@moonletter.example"}]
    pool.public.sign_up(ClientId=pool.client_id, Username="new", Password=PASSWORD, UserAttributes=mail)
    with refused("UserNotConfirmedException", "User is not confirmed."):
        pool.sign_in("new")
    pool.public.confirm_sign_up(ClientId=pool.client_id, Username="new", ConfirmationCode=pool.latest_code())
    assert pool.tokens("new")


def test_a_reset_is_ended_by_the_code_alone(pool: PoolUnderTest) -> None:
    """auth-flows.md 8: ForgotPassword and ConfirmForgotPassword are the way out of RESET_REQUIRED."""
    pool.add_user("reset", email="reset@moonletter.example", email_verified="true")
    pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username="reset")
    with refused("PasswordResetRequiredException"):
        pool.sign_in("reset")
    pool.public.forgot_password(ClientId=pool.client_id, Username="reset")
    pool.public.confirm_forgot_password(
        ClientId=pool.client_id, Username="reset", ConfirmationCode=pool.latest_code(), Password=PASSWORD
    )
    assert pool.tokens("reset")


def test_a_first_password_has_no_previous_one(sandbox: RunningSandbox) -> None:
    """auth-flows.md 8: PreviousPassword may be absent for a user who never had one."""
    factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    pool = make_pool(sandbox, client={"ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_AUTH"]}, Policies=factors)
    named = {"ClientId": pool.client_id, "Username": "ada"}
    pool.public.sign_up(**named, UserAttributes=[{"Name": "email", "Value": MAIL}])
    session = pool.public.confirm_sign_up(**named, ConfirmationCode=pool.latest_code())["Session"]
    signed_in = pool.public.initiate_auth(
        AuthFlow="USER_AUTH", ClientId=pool.client_id, AuthParameters={"USERNAME": "ada"}, Session=session
    )["AuthenticationResult"]
    pool.public.change_password(AccessToken=signed_in["AccessToken"], ProposedPassword=PASSWORD)
    assert pool.tokens("ada")


def test_a_password_is_changed_with_the_access_token(pool: PoolUnderTest) -> None:
    """auth-flows.md 8: ChangePassword needs the access token, and the previous password where there is one."""
    pool.add_user("changing")
    tokens, changed = pool.tokens("changing"), "Another-Pass-7"
    given = {"PreviousPassword": PASSWORD, "ProposedPassword": changed}
    with refused("NotAuthorizedException"):
        pool.public.change_password(AccessToken=tokens["IdToken"], **given)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pool.public.change_password(AccessToken=tokens["AccessToken"], ProposedPassword=changed)
    pool.public.change_password(AccessToken=tokens["AccessToken"], **given)
    assert sign_in_with_srp(pool.public, pool.pool_id, pool.client_id, "changing", changed)["AuthenticationResult"]
