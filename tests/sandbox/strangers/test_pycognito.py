"""pycognito, a Python client others wrote from AWS's documentation, signs in with its own SRP, MFA and device code."""

import pytest
from botocore.exceptions import ClientError
from pycognito import Cognito
from pycognito.aws_srp import AWSSRP, generate_hash_device
from pycognito.exceptions import ForceChangePasswordException, SoftwareTokenMFAChallengeException

from tests.sandbox.one_time_codes import totp
from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool
from tests.sandbox_fixture import RunningSandbox

# It asks for the time in a way that Python 3.12 advises against.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

NEW_PASSWORD = "Moonletter-2027"
WITH_OPTIONAL_TOTP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "OPTIONAL"}


@pytest.fixture
def pool(local_issuer: RunningSandbox) -> PoolUnderTest:
    """A pool with a user whose e-mail address is known."""
    made = make_pool(local_issuer)
    made.add_user("ada", email="ada@moonletter.example", email_verified="true", name="Ada Lovelace")
    return made


@pytest.fixture
def stranger(pool: PoolUnderTest) -> Cognito:
    """pycognito for ada."""
    return stranger_for(pool, "ada")


def test_a_stranger_signs_in_by_srp_and_verifies_the_tokens(stranger: Cognito) -> None:
    """flows: USER_SRP_AUTH; tokens: signature, issuer, audience, token use."""
    stranger.authenticate(password=PASSWORD)
    assert stranger.id_claims["cognito:username"] == "ada"
    assert stranger.access_claims["token_use"] == "access"
    assert stranger.get_user().email == "ada@moonletter.example"


def test_a_wrong_password_is_refused_as_it_expects(stranger: Cognito) -> None:
    """errors: NotAuthorizedException."""
    with pytest.raises(ClientError, match="Incorrect username or password"):
        stranger.authenticate(password="not the password")


def test_a_stranger_renews_its_tokens(stranger: Cognito) -> None:
    """flows: REFRESH_TOKEN_AUTH."""
    stranger.authenticate(password=PASSWORD)
    first = stranger.access_token
    stranger.renew_access_token()
    assert stranger.access_token != first
    stranger.verify_token(stranger.access_token, "access_token", "access")


def test_a_stranger_changes_attributes_and_password_and_signs_out(pool: PoolUnderTest, stranger: Cognito) -> None:
    """operations: UpdateUserAttributes, ChangePassword, GlobalSignOut."""
    stranger.authenticate(password=PASSWORD)
    stranger.update_profile({"name": "Augusta Ada King"})
    stranger.change_password(PASSWORD, NEW_PASSWORD)
    assert stranger.get_user().name == "Augusta Ada King"
    stranger.logout()
    again = stranger_for(pool, "ada")
    again.authenticate(password=NEW_PASSWORD)
    assert again.access_token


def test_a_stranger_registers_confirms_and_recovers(pool: PoolUnderTest) -> None:
    """operations: SignUp, ConfirmSignUp, ForgotPassword, ConfirmForgotPassword."""
    mary = stranger_for(pool, "mary")
    mary.set_base_attributes(email="mary@moonletter.example")
    mary.register("mary", PASSWORD)
    mary.confirm_sign_up(pool.latest_code(), username="mary")
    mary.initiate_forgot_password()
    mary.confirm_forgot_password(pool.latest_code(), NEW_PASSWORD)
    mary.authenticate(password=NEW_PASSWORD)
    assert mary.access_token


def test_an_invited_person_is_asked_for_a_new_password(pool: PoolUnderTest) -> None:
    """flows: NEW_PASSWORD_REQUIRED after SRP."""
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id, Username="alan", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS"
    )
    alan = stranger_for(pool, "alan")
    with pytest.raises(ForceChangePasswordException):
        alan.authenticate(password=PASSWORD)
    alan.new_password_challenge(PASSWORD, NEW_PASSWORD)
    assert pool.status("alan") == "CONFIRMED"


def test_a_stranger_sets_up_an_authenticator_and_signs_in_with_it(pool: PoolUnderTest, stranger: Cognito) -> None:
    """flows: AssociateSoftwareToken, VerifySoftwareToken, SOFTWARE_TOKEN_MFA."""
    pool.idp.set_user_pool_mfa_config(UserPoolId=pool.pool_id, **WITH_OPTIONAL_TOTP)
    stranger.authenticate(password=PASSWORD)
    secret = stranger.associate_software_token()
    assert stranger.verify_software_token(totp(secret), "telephone")
    stranger.set_user_mfa_preference(sms_mfa=False, software_token_mfa=True, preferred="SOFTWARE_TOKEN")
    again = stranger_for(pool, "ada")
    with pytest.raises(SoftwareTokenMFAChallengeException) as asked:
        again.authenticate(password=PASSWORD)
    # A code is good once: the next one counts from the next half minute.
    pool.sandbox.advance(30)
    again.respond_to_software_token_mfa_challenge(totp(secret, later_s=30), asked.value.get_tokens())
    assert again.access_claims["username"] == "ada"
    pool.sandbox.advance(-30)


def test_a_device_is_confirmed_and_signs_in_by_device_srp(local_issuer: RunningSandbox) -> None:
    """flows: ConfirmDevice, DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER."""
    devices = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
    pool = make_pool(local_issuer, DeviceConfiguration=devices)
    pool.add_user("ada")
    result = _srp(pool).authenticate_user()["AuthenticationResult"]
    key, group_key = (result["NewDeviceMetadata"][name] for name in ("DeviceKey", "DeviceGroupKey"))
    password, verifier = generate_hash_device(group_key, key)
    # Its own confirm_device has AWS's address built in.
    pool.public.confirm_device(
        AccessToken=result["AccessToken"], DeviceKey=key, DeviceName="laptop", DeviceSecretVerifierConfig=verifier
    )
    known = _srp(pool, device_key=key, device_group_key=group_key, device_password=password)
    assert known.authenticate_user()["AuthenticationResult"]["AccessToken"]
    assert "NewDeviceMetadata" not in known.authenticate_user()["AuthenticationResult"]


def _srp(pool: PoolUnderTest, **device: str) -> AWSSRP:
    return AWSSRP(
        username="ada",
        password=PASSWORD,
        pool_id=pool.pool_id,
        client_id=pool.client_id,
        client=pool.public,
        **device,
    )


def stranger_for(pool: PoolUnderTest, username: str) -> Cognito:
    """pycognito as an app uses it, at the sandbox's address."""
    return Cognito(
        pool.pool_id,
        pool.client_id,
        user_pool_region="us-east-1",
        username=username,
        access_key=pool.sandbox.ready["access_key_id"],
        secret_key=pool.sandbox.ready["secret_access_key"],
        boto3_client_kwargs={"endpoint_url": pool.sandbox.endpoint},
    )
