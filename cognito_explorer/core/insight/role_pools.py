"""All identity pools of a Region, looked through for those that take a login: an account may have a thousand."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.identity_pools.identity_pools import (
    IdentityPoolDetail,
    describe_settings,
    get_roles,
    list_identity_pools,
)
from cognito_explorer.core.insight.role_logins import RoleLogin, accept

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class PoolSearch:
    """How far it has come: pools looked through, those that may not be read among them, and what was found since."""

    done: int
    unread: int
    found: tuple[IdentityPoolDetail, ...] = ()


async def search_pools(aws: "Aws", login: RoleLogin, *, skip: Collection[str] = ()) -> AsyncGenerator[PoolSearch, None]:
    """Look through every identity pool (ListIdentityPools, DescribeIdentityPool), five at once; closing it stops it.

    Found is what takes the login, and what names its user pool for other app clients. Raises ExplorerError where the
    list itself cannot be read.
    """
    done = unread = 0
    async for page in list_identity_pools(aws):
        ids = [each.id for each in page if each.id not in skip]
        done += len(page) - len(ids)
        if not ids:
            yield PoolSearch(done, unread)
        for at in range(0, len(ids), _AT_ONCE):
            some = ids[at : at + _AT_ONCE]
            details = await asyncio.gather(*(_look_at(aws, each, login) for each in some))
            done += len(some)
            unread += sum(each is None for each in details)
            found = tuple(each for each in details if each is not None and is_named(each, login))
            yield PoolSearch(done, unread, found)


def is_named(detail: IdentityPoolDetail, login: RoleLogin) -> bool:
    """Whether a pool takes a login, or at least its user pool for other app clients."""
    same = any(each.provider_name == login.provider for each in detail.user_pool_providers)
    return same or accept(detail, login).verdict == "yes"


async def _look_at(aws: "Aws", identity_pool_id: str, login: RoleLogin) -> IdentityPoolDetail | None:
    try:
        detail = await describe_settings(aws, identity_pool_id)
    except ExplorerError:
        return None
    if is_named(detail, login):
        with suppress(ExplorerError):  # the trace says that they are not known
            detail = replace(detail, roles=await get_roles(aws, identity_pool_id))
    return detail
