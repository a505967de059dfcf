"""What of a pool a prediction of tokens goes by, read in one go: the app client, the trigger, devices, the issuer."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.auth.tokens import issuer_of
from cognito_explorer.core.insight.pool_facts import PreTokenTrigger, parse_trigger
from cognito_explorer.core.user_pools.app_clients import AppClient, describe_app_client

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws


@dataclass(frozen=True, slots=True)
class PreviewSettings:
    """The settings as they were at `read_at` (UTC). `issuer`: the form that the pool's tokens bear."""

    client: AppClient
    trigger: PreTokenTrigger | None
    remembers_devices: bool
    issuer: str
    read_at: datetime


async def read_settings(aws: "Aws", pool_id: str, client_id: str) -> PreviewSettings:
    """Read them (DescribeUserPool, DescribeUserPoolClient). Raises NotFound for what is gone, and ExplorerError."""
    read_at = datetime.now(UTC)
    pool, client = await asyncio.gather(_describe(aws, pool_id), describe_app_client(aws, pool_id, client_id))
    issuer = issuer_of(pool_id)
    if pool.get("IssuerConfiguration", {}).get("Type") == "UPDATED":
        issuer = issuer.replace("https://", "https://issuer-", 1)
    return PreviewSettings(client, parse_trigger(pool), bool(pool.get("DeviceConfiguration")), issuer, read_at)


async def _describe(aws: "Aws", pool_id: str) -> Any:
    return (await aws.read(aws.idp.describe_user_pool, UserPoolId=pool_id))["UserPool"]
