"""What the app clients of an identity pool's providers are called."""

from typing import TYPE_CHECKING

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.identity_pools.identity_pools import IdentityPoolDetail
from cognito_explorer.core.user_pools.app_clients import list_client_names

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws


async def name_clients(aws: "Aws", detail: IdentityPoolDetail) -> dict[str, str]:
    """Names by client id. What may not be read is left out: its id stands there instead."""
    found: dict[str, str] = {}
    for pool_id in sorted({provider.pool_id for provider in detail.user_pool_providers}):
        try:
            found |= await list_client_names(aws, pool_id)
        except ExplorerError:
            continue
    return found
