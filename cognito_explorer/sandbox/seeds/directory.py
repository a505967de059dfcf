"""Moonletter's user pools, their clients and groups, and the people in them."""

from typing import Any

from cognito_explorer.sandbox.federation.demo_providers import moonbook_parameters, moonlight_parameters
from cognito_explorer.sandbox.seeds.cloud import role_arn
from cognito_explorer.sandbox.seeds.people import Person, everybody
from cognito_explorer.sandbox.user_pools.app_clients import create_client
from cognito_explorer.sandbox.user_pools.domains import create_domain
from cognito_explorer.sandbox.user_pools.groups import add_member, create_group
from cognito_explorer.sandbox.user_pools.identity_providers import create_provider
from cognito_explorer.sandbox.user_pools.pools import create_pool
from cognito_explorer.sandbox.user_pools.resource_servers import create_resource_server
from cognito_explorer.sandbox.user_pools.users import NewUser, insert_user
from cognito_explorer.sandbox.world import World

POOL_ID = "us-east-1_Moonlettr"
STAGING_POOL_ID = "us-east-1_MoonStage"
EU_REGION = "eu-central-1"
EU_POOL_ID = f"{EU_REGION}_MoonEurop"
EU_CLIENT_ID = "9moonlettereurope4j6w2f8k3"
WEB_CLIENT_ID = "3moonletterweb7k2q9v5d1h8s"
SERVER_CLIENT_ID = "5moonletterserver2x8p4t6zc"
MACHINE_CLIENT_ID = "7moonlettermachine1b9r3n5f"
API = "https://api.moonletter.example"
# Published: it opens nothing but this invented world.
DEMO_PASSWORD = "Moonletter-2026"  # noqa: S105

_CALLBACKS = ["http://localhost:8400/callback"]
_LOGOUTS = ["http://localhost:8400/logout"]
_SCOPES = ["openid", "email", "profile", "aws.cognito.signin.user.admin"]
_FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
_PASSWORD_POLICY = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
}
_GROUPS = (
    ("free", 30, "MoonletterReader", "Readers without a subscription: teasers only"),
    ("paid", 20, "MoonletterSubscriber", "Paying subscribers: teasers and articles"),
    ("editors", 10, "MoonletterEditor", "The people who write Moonletter"),
)


def make_pools(world: World) -> dict[str, Any]:
    """All three user pools; returns Moonletter's own, without people yet."""
    own_mail = {"EmailConfiguration": _mail_sender(world)}
    pool = create_pool(world, "us-east-1", pool_settings("moonletter") | own_mail, pool_id=POOL_ID)
    create_domain(world, {"UserPoolId": POOL_ID, "Domain": "moonletter"})
    for parameters in (moonbook_parameters(world), moonlight_parameters(world)):
        create_provider(world, {"UserPoolId": POOL_ID} | parameters)
    _make_clients(world)
    for name, precedence, role, description in _GROUPS:
        group = {"GroupName": name, "Precedence": precedence, "Description": description}
        create_group(world, group | {"UserPoolId": POOL_ID, "RoleArn": role_arn(world, role)})
    for region, name, pool_id in (
        ("us-east-1", "moonletter-staging", STAGING_POOL_ID),
        (EU_REGION, "moonletter-eu", EU_POOL_ID),
    ):
        mail = own_mail if pool_id == EU_POOL_ID else {}
        create_pool(world, region, pool_settings(name) | mail, pool_id=pool_id)
        create_domain(world, {"UserPoolId": pool_id, "Domain": name})
        create_client(world, _web_client(pool_id), client_id=EU_CLIENT_ID if pool_id == EU_POOL_ID else None)
    return pool


def _mail_sender(world: World) -> dict[str, str]:
    """Moonletter sends its mail itself; staging has to do with the fifty messages a day of Cognito's own sender."""
    return {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": f"arn:aws:ses:us-east-1:{world.account_id}:identity/post@moonletter.example",
        "From": "Moonletter <post@moonletter.example>",
    }


def add_people(world: World, pool: dict[str, Any]) -> None:
    """Everybody, with the demo password, in their groups."""
    now = world.clock.now()
    for person in everybody():
        insert_user(world, pool, _new_user(person, now))
        for group in person.groups:
            add_member(world, pool["Id"], group, person.username)


def _new_user(person: Person, now: float) -> NewUser:
    return NewUser(
        username=person.username,
        attributes=person.attributes,
        status=person.status,
        password=DEMO_PASSWORD,
        is_enabled=person.is_enabled,
        sub=person.sub,
        created_at=now - person.age_s,
        modified_at=now - person.changed_s,
        password_set_at=now - person.age_s,
    )


def pool_settings(name: str) -> dict[str, Any]:
    """Parameters of CreateUserPool, alike for every pool of the seeded worlds."""
    return {
        "PoolName": name,
        "Policies": {"PasswordPolicy": _PASSWORD_POLICY},
        "AliasAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"],
        "UsernameConfiguration": {"CaseSensitive": False},
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
        "Schema": [
            {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True},
            _custom("plan", 16),
            _custom("ref", 40),
        ],
        "UserPoolTags": {"product": name},
    }


def _custom(name: str, longest: int) -> dict[str, Any]:
    limits = {"MinLength": "0", "MaxLength": str(longest)}
    return {"Name": name, "AttributeDataType": "String", "Mutable": True, "StringAttributeConstraints": limits}


def add_web_client(world: World, pool_id: str, client_id: str) -> None:
    """A public client with the hosted UI, as the web site has one."""
    create_client(world, _web_client(pool_id), client_id=client_id)


def _web_client(pool_id: str) -> dict[str, Any]:
    return {
        "UserPoolId": pool_id,
        "ClientName": "web",
        "ExplicitAuthFlows": _FLOWS,
        "SupportedIdentityProviders": ["COGNITO"],
        "CallbackURLs": _CALLBACKS,
        "LogoutURLs": _LOGOUTS,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": _SCOPES,
        "AllowedOAuthFlowsUserPoolClient": True,
        "PreventUserExistenceErrors": "ENABLED",
    }


def _make_clients(world: World) -> None:
    scopes = [{"ScopeName": f"articles.{verb}", "ScopeDescription": f"{verb} articles"} for verb in ("read", "write")]
    create_resource_server(
        world, {"UserPoolId": POOL_ID, "Identifier": API, "Name": "Moonletter articles", "Scopes": scopes}
    )
    web = _web_client(POOL_ID) | {"SupportedIdentityProviders": ["COGNITO", "Moonbook", "MoonlightCorp"]}
    create_client(world, web, client_id=WEB_CLIENT_ID)
    server = web | {
        "ClientName": "server",
        "GenerateSecret": True,
        "ExplicitAuthFlows": [*_FLOWS, "ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    }
    create_client(world, server, client_id=SERVER_CLIENT_ID)
    machine = {
        "UserPoolId": POOL_ID,
        "ClientName": "machine",
        "GenerateSecret": True,
        "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
        "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": [f"{API}/articles.read", f"{API}/articles.write"],
        "AllowedOAuthFlowsUserPoolClient": True,
    }
    create_client(world, machine, client_id=MACHINE_CLIENT_ID)
