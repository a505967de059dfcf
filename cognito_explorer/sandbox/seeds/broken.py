"""The newsroom after a hurried week: every entry of `misconfigurations`, made as people make them.

Whoever mends one of them sees the sandbox behave again.
"""

from typing import Any

from cognito_explorer.sandbox.callers import AccessKey
from cognito_explorer.sandbox.federation.demo_providers import moonbook_parameters
from cognito_explorer.sandbox.seeds import broken_cloud
from cognito_explorer.sandbox.seeds.cloud import role_arn
from cognito_explorer.sandbox.seeds.directory import DEMO_PASSWORD, pool_settings
from cognito_explorer.sandbox.seeds.misconfigurations import (
    IMPLICIT_CLIENT_ID,
    LEGACY_CLIENT_ID,
    LEGACY_POOL_ID,
    LONG_LIVED_CLIENT_ID,
    MISSING_FUNCTION_ARN,
    NEWS_POOL_ID,
    REGISTERED_CALLBACK,
    SCOPELESS_CLIENT_ID,
    SINGLE_PAGE_CLIENT_ID,
    WEB_CLIENT_ID,
)
from cognito_explorer.sandbox.user_pools.app_clients import create_client
from cognito_explorer.sandbox.user_pools.domains import create_domain
from cognito_explorer.sandbox.user_pools.groups import add_member, create_group
from cognito_explorer.sandbox.user_pools.identity_providers import create_provider
from cognito_explorer.sandbox.user_pools.mfa_config import set_mfa_config
from cognito_explorer.sandbox.user_pools.pools import create_pool
from cognito_explorer.sandbox.user_pools.provider_links import Identity, federated_user
from cognito_explorer.sandbox.user_pools.resource_servers import create_resource_server
from cognito_explorer.sandbox.user_pools.users import (
    CONFIRMED,
    FORCE_CHANGE_PASSWORD,
    NewUser,
    insert_user,
)
from cognito_explorer.sandbox.world import Call, World

_REGION = "us-east-1"
_DAY_S = 86_400
_FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
_SITE = "https://newsroom.example/signed-in"
# Username, address, what email_verified says ("" for nothing at all), status, age in days.
_PEOPLE = (
    ("vera", "vera@newsroom.example", "true", CONFIRMED, 90),
    ("ines", "ines@newsroom.example", "false", FORCE_CHANGE_PASSWORD, 2),
    ("otto", "otto@newsroom.example", "true", FORCE_CHANGE_PASSWORD, 30),
    ("hugo", "hugo.new@newsroom.example", "false", CONFIRMED, 200),
    ("Mara", "mara@newsroom.example", "true", CONFIRMED, 400),
    ("mara", "Mara@newsroom.example", "false", CONFIRMED, 3),
    ("theo", "theo@newsroom.example", "True", CONFIRMED, 60),
    ("luna", "luna@moonbook.example", "true", CONFIRMED, 20),
)
_GROUPS = (
    ("editors", 10, "NewsroomEditor"),
    ("photographers", 10, "NewsroomPhotographer"),
    ("readers", 30, ""),
)
_MEMBERS = (("editors", "vera"), ("photographers", "vera"), ("readers", "hugo"), ("readers", "luna"))


def seed(world: World, administrator: AccessKey) -> None:
    """Make the whole world. Nothing of it may be inside a transaction that waits for the writer."""
    with world.store.transaction():
        pool = _make_news_pool(world)
        _add_people(world, pool)
        _make_legacy_pool(world)
        broken_cloud.make_identity_pools(world)
    broken_cloud.make_roles(world, administrator)


def _make_news_pool(world: World) -> dict[str, Any]:
    settings = pool_settings("broken-newsroom") | {"UsernameConfiguration": {"CaseSensitive": True}}
    pool = create_pool(world, _REGION, settings, pool_id=NEWS_POOL_ID)
    create_domain(world, {"UserPoolId": NEWS_POOL_ID, "Domain": "broken-newsroom", "ManagedLoginVersion": 2})
    create_provider(world, {"UserPoolId": NEWS_POOL_ID} | moonbook_parameters(world))
    scopes = [{"ScopeName": "articles.read", "ScopeDescription": "read articles"}]
    server = {"Identifier": "https://api.newsroom.example", "Name": "Newsroom articles", "Scopes": scopes}
    create_resource_server(world, {"UserPoolId": NEWS_POOL_ID} | server)
    _make_clients(world)
    for name, precedence, role in _GROUPS:
        arn = {"RoleArn": role_arn(world, role)} if role else {}
        create_group(world, {"UserPoolId": NEWS_POOL_ID, "GroupName": name, "Precedence": precedence} | arn)
    return pool


def _make_clients(world: World) -> None:
    callbacks = [REGISTERED_CALLBACK, "http://localhost:3000/callback"]
    web = _client("web", CallbackURLs=callbacks, SupportedIdentityProviders=["COGNITO", "Moonbook"])
    create_client(world, web, client_id=WEB_CLIENT_ID)
    page = {name: value for name, value in _client("single-page").items() if name != "LogoutURLs"}
    create_client(world, page | {"GenerateSecret": True}, client_id=SINGLE_PAGE_CLIENT_ID)
    create_client(world, _client("implicit", AllowedOAuthFlows=["implicit"]), client_id=IMPLICIT_CLIENT_ID)
    scopes = ["aws.cognito.signin.user.admin"]
    create_client(world, _client("scopeless", AllowedOAuthScopes=scopes), client_id=SCOPELESS_CLIENT_ID)
    day: dict[str, Any] = {"AccessTokenValidity": 24, "IdTokenValidity": 24, "EnableTokenRevocation": False}
    create_client(world, _client("long-lived", **day), client_id=LONG_LIVED_CLIENT_ID)


def _client(name: str, **settings: Any) -> dict[str, Any]:
    """A client as it should be, but for what `settings` says."""
    return {
        "UserPoolId": NEWS_POOL_ID,
        "ClientName": name,
        "ExplicitAuthFlows": _FLOWS,
        "SupportedIdentityProviders": ["COGNITO"],
        "CallbackURLs": [_SITE],
        "LogoutURLs": ["https://newsroom.example/"],
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "profile"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "PreventUserExistenceErrors": "ENABLED",
    } | settings


def _add_people(world: World, pool: dict[str, Any]) -> None:
    now = world.clock.now()
    for username, email, verified, status, age_d in _PEOPLE:
        created_at = now - age_d * _DAY_S
        attributes = {"email": email, "email_verified": verified, "name": username.title()}
        person = NewUser(
            username,
            attributes,
            status=status,
            password=DEMO_PASSWORD,
            created_at=created_at,
            password_set_at=created_at,
        )
        insert_user(world, pool, person)
    for group, username in _MEMBERS:
        add_member(world, pool["Id"], group, username)
    luna = {"email": "luna@moonbook.example", "email_verified": "true", "name": "Luna Brandt"}
    federated_user(world, pool, Identity("Moonbook", "104771900016512340001"), luna)


def _make_legacy_pool(world: World) -> None:
    text = {"AttributeDataType": "String", "Required": True}
    settings = pool_settings("broken-legacy") | {
        "LambdaConfig": {"PreSignUp": MISSING_FUNCTION_ARN},
        "Schema": [
            {"Name": "email", "Mutable": False} | text,
            {"Name": "birthdate", "Mutable": True} | text,
        ],
    }
    pool = create_pool(world, _REGION, settings, pool_id=LEGACY_POOL_ID)
    mfa = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "ON"}
    set_mfa_config(Call(world, _REGION, {"UserPoolId": LEGACY_POOL_ID} | mfa))
    create_provider(world, {"UserPoolId": LEGACY_POOL_ID} | moonbook_parameters(world))
    create_client(world, _client("web", UserPoolId=LEGACY_POOL_ID), client_id=LEGACY_CLIENT_ID)
    petra = {"email": "petra@newsroom.example", "email_verified": "true", "birthdate": "1990-05-06"}
    insert_user(world, pool, NewUser("petra", petra, password=DEMO_PASSWORD))
