"""The app clients of a pool as the sign-in form wants them, and the hosted UI application of one."""

import asyncio
from dataclasses import dataclass

from cognito_explorer.core.auth.hosted_ui import hosted_origin
from cognito_explorer.core.auth.oauth import HostedApp
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import NotFound
from cognito_explorer.core.user_pools.app_clients import AppClient, describe_app_client, list_app_clients
from cognito_explorer.core.user_pools.pools import PoolDetail, describe_pool
from cognito_explorer.gui.lib.tasks import together

MOST_CLIENTS = 60
_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class HostedClients:
    """Where the pool's hosted UI is ("" without a domain) and its app clients, those that can sign in first."""

    pool_name: str
    origin: str
    clients: tuple[AppClient, ...]
    is_sandbox: bool = False


async def load_hosted_clients(aws: Aws, pool_id: str) -> HostedClients:
    """The pool's domain and up to 60 app clients. Raises ExplorerError."""
    pool = await describe_pool(aws, pool_id)
    summaries = await list_app_clients(aws, pool_id).collect(MOST_CLIENTS)
    turn = asyncio.Semaphore(_AT_ONCE)

    async def describe(client_id: str) -> AppClient:
        async with turn:
            return await describe_app_client(aws, pool_id, client_id)

    clients = await together(describe(each.client_id) for each in summaries)
    ordered = sorted(clients, key=lambda client: (not client.can_sign_in, client.has_secret, client.name.casefold()))
    return HostedClients(pool.name, _origin_of(aws, pool), tuple(ordered), aws.profile.kind == "sandbox")


async def load_hosted_app(aws: Aws, pool_id: str, client_id: str) -> tuple[HostedApp, AppClient]:
    """The application tokens came from, to refresh or revoke them. Raises NotFound without a domain."""
    client = await describe_app_client(aws, pool_id, client_id)
    pool = await describe_pool(aws, pool_id)
    origin = _origin_of(aws, pool)
    if not origin:
        hint = "Refreshing and revoking here use the domain's OAuth endpoints. Add a domain to the pool first."
        raise NotFound("This user pool has no domain.", hint)
    return HostedApp(origin, client_id, client_secret=client.secret), client


def why_not(client: AppClient) -> str:
    """Why a client cannot sign people in through the hosted UI with a code, or ""."""
    if client.can_sign_in:
        return ""
    if not client.is_oauth_enabled:
        return "OAuth is off for it"
    if client.oauth_flows == ("client_credentials",):
        return "for machines only, no sign-in"
    if "code" not in client.oauth_flows:
        return "the authorization code grant is not allowed"
    return "it has no callback URL"


def _origin_of(aws: Aws, pool: PoolDetail) -> str:
    endpoint_url = aws.profile.endpoint_url
    if pool.custom_domain and not endpoint_url:
        return hosted_origin(pool.custom_domain, pool.region, is_custom=True)
    domain = pool.domain or pool.custom_domain
    return hosted_origin(domain, pool.region, endpoint_url=endpoint_url) if domain else ""
