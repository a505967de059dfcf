"""The app clients of a pool as the sign-in form wants them, and the hosted UI application of one."""

import asyncio
from dataclasses import dataclass, replace

from cognito_explorer.core.auth.hosted_pages import find_hosted_origin
from cognito_explorer.core.auth.oauth import HostedApp
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import NotFound, NotOffered
from cognito_explorer.core.user_pools.app_clients import AppClient, describe_app_client, list_app_clients
from cognito_explorer.core.user_pools.pools import PoolDetail, describe_pool
from cognito_explorer.gui.lib.tasks import together

MOST_CLIENTS = 60
_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class HostedClients:
    """Where the pool's hosted UI is ("" without a domain) and its app clients, those that can sign in first.

    `no_pages` says that the endpoint has no sign-in pages known here.
    """

    pool_name: str
    origin: str
    clients: tuple[AppClient, ...]
    is_sandbox: bool = False
    no_pages: NotOffered | None = None


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
    found = HostedClients(pool.name, "", tuple(ordered), aws.profile.kind == "sandbox")
    try:
        return replace(found, origin=await _origin_of(aws, pool))
    except NotOffered as error:
        return replace(found, no_pages=error)


async def load_hosted_app(aws: Aws, pool_id: str, client_id: str) -> tuple[HostedApp, AppClient]:
    """The application tokens came from, to refresh or revoke them. Raises NotFound without a domain, and NotOffered."""
    client = await describe_app_client(aws, pool_id, client_id)
    pool = await describe_pool(aws, pool_id)
    origin = await _origin_of(aws, pool)
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


async def _origin_of(aws: Aws, pool: PoolDetail) -> str:
    return await find_hosted_origin(aws, pool.domain, pool.custom_domain, pool.region)
