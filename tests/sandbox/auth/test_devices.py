"""Remembered devices (reference: flows 5, user-pools 6, errors 2)."""

from typing import Any

import jwt
import pytest

from tests.sandbox.auth.device_client import DeviceClient
from tests.sandbox.auth.second_factors import PHONE, make_mfa_pool, respond
from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

AUTOMATIC = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}


@pytest.fixture
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_mfa_pool(sandbox, "OPTIONAL", "SMS", DeviceConfiguration=AUTOMATIC)
    made.add_user("ada", phone_number=PHONE)
    return made


def _from_device(pool: PoolUnderTest, key: str, username: str = "ada") -> dict[str, Any]:
    answer: dict[str, Any] = pool.public.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=pool.client_id,
        AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD, "DEVICE_KEY": key},
    )
    return answer


def _confirmed(pool: PoolUnderTest, username: str = "ada") -> tuple[DeviceClient, dict[str, Any]]:
    tokens = pool.tokens(username)
    device = DeviceClient(pool, tokens["NewDeviceMetadata"])
    device.confirm(tokens["AccessToken"])
    return device, tokens


def _want_text_messages(pool: PoolUnderTest) -> None:
    pool.idp.admin_set_user_mfa_preference(
        UserPoolId=pool.pool_id, Username="ada", SMSMfaSettings={"Enabled": True, "PreferredMfa": True}
    )


def test_a_new_device_is_named_at_its_first_sign_in(pool: PoolUnderTest) -> None:
    """flows 5.1: NewDeviceMetadata, key `region_uuid`; tokens 3: device_key."""
    tokens = pool.tokens("ada")
    key = tokens["NewDeviceMetadata"]["DeviceKey"]
    assert key.startswith("us-east-1_")
    claims = jwt.decode(tokens["AccessToken"], options={"verify_signature": False})
    assert claims["device_key"] == key


def test_a_pool_without_tracking_names_no_device(sandbox: RunningSandbox) -> None:
    """user-pools 6: DeviceConfiguration null = off."""
    pool = make_pool(sandbox)
    pool.add_user("ada")
    tokens = pool.tokens("ada")
    assert "NewDeviceMetadata" not in tokens
    with refused("InvalidUserPoolConfigurationException"):
        pool.public.list_devices(AccessToken=tokens["AccessToken"])


def test_a_remembered_device_stands_for_the_second_factor(pool: PoolUnderTest) -> None:
    """flows 5.4: MFA is replaced by DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER."""
    device, _ = _confirmed(pool)
    _want_text_messages(pool)
    assert pool.sign_in("ada")["ChallengeName"] == "SMS_MFA"
    asked = _from_device(pool, device.key)
    assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"
    done = device.prove(asked, "ada")["AuthenticationResult"]
    assert "NewDeviceMetadata" not in done
    device.secret = "another"
    with refused("NotAuthorizedException", "Incorrect username or password."):
        device.prove(_from_device(pool, device.key), "ada")


def test_a_device_that_is_not_remembered_does_not_skip_the_second_factor(pool: PoolUnderTest) -> None:
    """flows 5.3: UpdateDeviceStatus."""
    device, tokens = _confirmed(pool)
    _want_text_messages(pool)
    access = tokens["AccessToken"]
    pool.public.update_device_status(AccessToken=access, DeviceKey=device.key, DeviceRememberedStatus="not_remembered")
    asked = _from_device(pool, device.key)
    assert asked["ChallengeName"] == "SMS_MFA"
    done = respond(pool, asked, "ada", SMS_MFA_CODE=pool.latest_code())["AuthenticationResult"]
    assert "NewDeviceMetadata" not in done
    pool.idp.admin_update_device_status(
        UserPoolId=pool.pool_id, Username="ada", DeviceKey=device.key, DeviceRememberedStatus="remembered"
    )
    assert _from_device(pool, device.key)["ChallengeName"] == "DEVICE_SRP_AUTH"


def test_a_pool_may_ask_remembered_devices_for_the_second_factor_all_the_same(sandbox: RunningSandbox) -> None:
    """user-pools 6: ChallengeRequiredOnNewDevice lets remembered devices skip; false does not."""
    strict = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}
    pool = make_mfa_pool(sandbox, "OPTIONAL", "SMS", DeviceConfiguration=strict)
    pool.add_user("ada", phone_number=PHONE)
    device, _ = _confirmed(pool)
    assert _from_device(pool, device.key)["ChallengeName"] == "DEVICE_SRP_AUTH"
    _want_text_messages(pool)
    assert _from_device(pool, device.key)["ChallengeName"] == "SMS_MFA"


def test_an_opt_in_pool_wants_the_user_asked(sandbox: RunningSandbox) -> None:
    """flows 5.3: UserConfirmationNecessary; user-pools 6: DeviceOnlyRememberedOnUserPrompt."""
    pool = make_pool(sandbox, DeviceConfiguration=AUTOMATIC | {"DeviceOnlyRememberedOnUserPrompt": True})
    pool.add_user("ada")
    tokens = pool.tokens("ada")
    device = DeviceClient(pool, tokens["NewDeviceMetadata"])
    assert device.confirm(tokens["AccessToken"])
    assert "AuthenticationResult" in _from_device(pool, device.key)


def test_a_device_is_confirmed_once_and_by_its_own_token(pool: PoolUnderTest) -> None:
    """errors 1: DeviceKeyExistsException; ResourceNotFoundException for a device that is missing."""
    device, tokens = _confirmed(pool)
    with refused("DeviceKeyExistsException"):
        device.confirm(tokens["AccessToken"])
    other = DeviceClient(pool, pool.tokens("ada")["NewDeviceMetadata"])
    with refused("ResourceNotFoundException", "Device does not exist."):
        other.confirm(tokens["AccessToken"])
    with refused("ResourceNotFoundException", "Device does not exist."):
        _from_device(pool, "us-east-1_00000000-0000-4000-8000-000000000000")


def test_devices_are_listed_looked_at_and_forgotten(pool: PoolUnderTest) -> None:
    """operations: ListDevices, GetDevice, ForgetDevice and the administrator's forms."""
    device, tokens = _confirmed(pool)
    second, _ = _confirmed(pool)
    access, named = tokens["AccessToken"], {"UserPoolId": pool.pool_id, "Username": "ada"}
    pool.tokens("ada")
    page = pool.public.list_devices(AccessToken=access, Limit=1)
    rest = pool.public.list_devices(AccessToken=access, Limit=1, PaginationToken=page["PaginationToken"])
    keys = [entry["DeviceKey"] for entry in (*page["Devices"], *rest["Devices"])]
    assert sorted(keys) == sorted([device.key, second.key])
    assert len(pool.idp.admin_list_devices(**named)["Devices"]) == 2
    shown = pool.public.get_device(AccessToken=access, DeviceKey=device.key)["Device"]
    assert {"Name": "device_name", "Value": "telephone"} in shown["DeviceAttributes"]
    assert pool.idp.admin_get_device(**named, DeviceKey=device.key)["Device"] == shown
    pool.public.forget_device(AccessToken=access, DeviceKey=device.key)
    pool.idp.admin_forget_device(**named, DeviceKey=second.key)
    assert pool.public.list_devices(AccessToken=access)["Devices"] == []
    with refused("ResourceNotFoundException"):
        pool.public.get_device(AccessToken=access, DeviceKey=device.key)


def test_refreshing_needs_the_confirmed_device(pool: PoolUnderTest) -> None:
    """flows 5.5, errors 2: Invalid Refresh Token without DEVICE_KEY, unconfirmed, forgotten, or an administrator's."""
    device, tokens = _confirmed(pool)

    def refresh(refresh_token: str, **more: str) -> Any:
        return pool.public.initiate_auth(
            AuthFlow="REFRESH_TOKEN_AUTH",
            ClientId=pool.client_id,
            AuthParameters={"REFRESH_TOKEN": refresh_token, **more},
        )

    assert "AuthenticationResult" in refresh(tokens["RefreshToken"], DEVICE_KEY=device.key)
    pool.public.get_tokens_from_refresh_token(
        ClientId=pool.client_id, RefreshToken=tokens["RefreshToken"], DeviceKey=device.key
    )
    unconfirmed = pool.tokens("ada")
    for token, more in (
        (tokens["RefreshToken"], {}),
        (unconfirmed["RefreshToken"], {"DEVICE_KEY": unconfirmed["NewDeviceMetadata"]["DeviceKey"]}),
        (unconfirmed["RefreshToken"], {"DEVICE_KEY": device.key}),
        (_admin_tokens(pool)["RefreshToken"], {}),
    ):
        with refused("NotAuthorizedException", "Invalid Refresh Token"):
            refresh(token, **more)
    pool.public.forget_device(AccessToken=tokens["AccessToken"], DeviceKey=device.key)
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        refresh(tokens["RefreshToken"], DEVICE_KEY=device.key)


def _admin_tokens(pool: PoolUnderTest) -> dict[str, Any]:
    tokens: dict[str, Any] = pool.idp.admin_initiate_auth(
        UserPoolId=pool.pool_id,
        ClientId=pool.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    assert "NewDeviceMetadata" not in tokens
    return tokens


def test_a_device_serves_srp_clients_that_send_no_session(pool: PoolUnderTest) -> None:
    """flows 5: DEVICE_SRP_AUTH is answered by the key and the name alone, too."""
    device, _ = _confirmed(pool)
    asked = _from_device(pool, device.key)
    answer = pool.public.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName=asked["ChallengeName"],
        ChallengeResponses={"USERNAME": "ada", "DEVICE_KEY": device.key, "SRP_A": "abc123"},
    )
    assert answer["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"
