"""What only the European pool of the demo world has: second factors, remembered devices and managed login."""

from typing import Any

from cognito_explorer.sandbox.auth import srp
from cognito_explorer.sandbox.auth.devices import REMEMBERED, Device, save_device
from cognito_explorer.sandbox.auth.mfa_settings import TOTP, MfaSettings, save_mfa_settings
from cognito_explorer.sandbox.seeds.directory import DEMO_PASSWORD, EU_POOL_ID, EU_REGION
from cognito_explorer.sandbox.user_pools.domains import update_domain
from cognito_explorer.sandbox.user_pools.managed_login_branding import create_branding
from cognito_explorer.sandbox.user_pools.mfa_config import set_mfa_config
from cognito_explorer.sandbox.user_pools.pools import load_pool, save_pool
from cognito_explorer.sandbox.user_pools.users import NewUser, User, insert_user
from cognito_explorer.sandbox.world import Call, World

# Published: for an authenticator app.
MARGARETS_SECRET = "MOONLETTERMARGARETSAUTHENTICATORAPPSSECRETABCDEFGHIJ"  # noqa: S105
# Published, too: what Margaret's computer proves itself with, in place of the app.
MARGARETS_DEVICE_KEY = f"{EU_REGION}_6d617267-6172-4574-8573-636f6d707574"
MARGARETS_DEVICE_GROUP = "-margaret"
MARGARETS_DEVICE_SECRET = "Moonletter-margaret-computer"  # noqa: S105

_DAY_S = 86_400
_DEVICES = {
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False},
}


def settle_europe(world: World, client_id: str) -> None:
    """People with devices of their own; those who have an authenticator app are asked for its code elsewhere."""
    mfa = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "OPTIONAL"}
    set_mfa_config(_call(world, **mfa))
    pool = save_pool(world, load_pool(world, EU_POOL_ID) | _DEVICES)
    margaret = _add(world, pool, "margaret", "Margaret Hamill")
    settings = MfaSettings(enabled=frozenset({TOTP}), preferred=TOTP, secret=MARGARETS_SECRET, device_name="My phone")
    save_mfa_settings(world, margaret, settings)
    _remember(world, margaret, MARGARETS_DEVICE_KEY, "Margaret's computer", "203.0.113.20")
    annie = _add(world, pool, "annie", "Annie Easley-Ortiz")
    for name, address in (("Annie's phone", "198.51.100.7"), ("The family tablet", "203.0.113.71")):
        _remember(world, annie, f"{EU_REGION}_{world.chance.uuid4()}", name, address)
    create_branding(_call(world, ClientId=client_id, UseCognitoProvidedValues=True))
    update_domain(_call(world, Domain="moonletter-eu", ManagedLoginVersion=2))


def _call(world: World, **params: Any) -> Call:
    return Call(world, EU_REGION, {"UserPoolId": EU_POOL_ID} | params)


def _add(world: World, pool: dict[str, Any], username: str, name: str) -> User:
    attributes = {"email": f"{username}@moonletter.example", "email_verified": "true", "name": name}
    return insert_user(world, pool, NewUser(username, attributes, password=DEMO_PASSWORD))


def _remember(world: World, user: User, key: str, name: str, ip_address: str) -> None:
    is_margarets = key == MARGARETS_DEVICE_KEY
    group_key = MARGARETS_DEVICE_GROUP if is_margarets else f"-{world.chance.uuid4()[:8]}"
    secret = MARGARETS_DEVICE_SECRET if is_margarets else world.chance.token_urlsafe(30)
    salt, now = srp.new_salt(), world.clock.now()
    device = Device(
        key=key,
        user_id=user.id,
        status=REMEMBERED,
        created_at=now - 40 * _DAY_S,
        group_key=group_key,
        modified_at=now - 40 * _DAY_S,
        authenticated_at=now - 2 * _DAY_S,
        name=name,
        ip_address=ip_address,
        salt=salt,
        verifier=f"{srp.verifier_of(group_key, key, secret, salt):x}",
    )
    save_device(world, device)
