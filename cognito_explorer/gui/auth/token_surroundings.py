"""What is known around a token: the pool's keys, its clients' names, and an identity pool that accepts it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from cognito_explorer.core.auth.clock_skew import ClockSkew, measure_skew
from cognito_explorer.core.auth.signatures import check_signature, key_set_address
from cognito_explorer.core.auth.tokens import DecodedToken, SignatureCheck, TokenSet
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.http import Http
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.identity_pools.identity_pools import (
    IdentityPoolDetail,
    describe_identity_pool,
    list_identity_pools,
)
from cognito_explorer.core.insight.pool_facts import PoolFacts, read_pool_facts
from cognito_explorer.core.user_pools.app_clients import list_client_names
from cognito_explorer.gui.workspace import Context

_MOST_IDENTITY_POOLS = 10

FactsKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class KnownIdentityPool:
    """An identity pool the tokens may be tried on; `detail` is None where its settings could not be read."""

    id: str
    name: str
    detail: IdentityPoolDetail | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """App client names by id, or why they could not be read; the identity pool that accepts the tokens, if any."""

    client_names: dict[str, str] = field(default_factory=dict)
    clients_unread: str = ""
    identity_pool: KnownIdentityPool | None = None


async def check_at_pool(aws: Aws, token: DecodedToken) -> SignatureCheck:
    """Check a signature with the keys of the pool that the token names. A trouble is part of the answer."""
    return await _check(aws.http, token, aws.profile.endpoint_url)


async def check_at_issuer(token: DecodedToken) -> tuple[SignatureCheck, ClockSkew | None]:
    """Check a signature with keys fetched from AWS itself, and the clock by the way. Asked for by a person only."""
    http = Http.standalone()
    try:
        check = await _check(http, token, "")
        return check, None if check.state == "not checked" else await _skew(http, key_set_address(token))
    finally:
        http.close()


async def compare_clocks(aws: Aws, tokens: Iterable[DecodedToken]) -> ClockSkew | None:
    """How far the local clock is from that of whoever issued one of these; None where nobody can be asked."""
    addresses = (key_set_address(token, aws.profile.endpoint_url) for token in tokens)
    address = next((each for each in addresses if each), "")
    return await _skew(aws.http, address) if address else None


async def look_around(aws: Aws, tokens: TokenSet, context: Context) -> Surroundings:
    """What can be found out beside the token. What may not be read is left out: the token is shown all the same."""
    clients, identity_pool = await asyncio.gather(_client_names(aws, tokens), _identity_pool(aws, tokens, context))
    return Surroundings(*clients, identity_pool)


async def learn_facts(aws: Aws, tokens: Iterable[DecodedToken]) -> dict[FactsKey, PoolFacts]:
    """What the pools say today of the users and clients of these tokens; each pair is asked about once."""
    found: dict[FactsKey, PoolFacts] = {}
    for token in tokens:
        key = facts_key(token)
        if token.pool_id and key not in found:
            found[key] = await read_pool_facts(aws, token)
    return found


def facts_key(token: DecodedToken) -> FactsKey:
    """Tokens of the same pool, client and subject share their facts."""
    return token.pool_id, token.client_id, str(token.claims.get("sub", ""))


async def _check(http: Http, token: DecodedToken, endpoint_url: str) -> SignatureCheck:
    address = key_set_address(token, endpoint_url)
    if not address:
        detail = "The issuer is none of AWS's: keys are not fetched from whoever a token names."
        return SignatureCheck("not checked", detail)
    try:
        return await check_signature(http, token.raw, address)
    except ExplorerError as error:
        return SignatureCheck("not checked", f"{error.title} {error.hint}")


async def _skew(http: Http, address: str) -> ClockSkew | None:
    try:
        return await measure_skew(http, address)
    except ExplorerError:
        return None


async def _named_pool(aws: Aws, identity_pool_id: str, name: str) -> KnownIdentityPool:
    try:
        return KnownIdentityPool(identity_pool_id, name, await describe_identity_pool(aws, identity_pool_id))
    except ExplorerError:
        return KnownIdentityPool(identity_pool_id, name)


async def _client_names(aws: Aws, tokens: TokenSet) -> tuple[dict[str, str], str]:
    if not tokens.pool_id:
        return {}, "The token names no user pool whose app clients could be read."
    try:
        names = await list_client_names(aws, tokens.pool_id)
    except ExplorerError as error:
        return {}, f"The app clients of {tokens.pool_id} could not be read through this connection. {error.title}"
    return names, "" if names else f"{tokens.pool_id} has no app clients at present: this one was deleted."


async def _identity_pool(aws: Aws, tokens: TokenSet, context: Context) -> KnownIdentityPool | None:
    if context.identity_pool_id:
        return await _named_pool(aws, context.identity_pool_id, context.identity_pool_name)
    if not tokens.id_token or not tokens.pool_id:
        return None
    try:
        for summary in await list_identity_pools(aws).collect(_MOST_IDENTITY_POOLS):
            found = await describe_identity_pool(aws, summary.id)
            if any(
                (each.pool_id, each.client_id) == (tokens.pool_id, tokens.client_id)
                for each in found.user_pool_providers
            ):
                return KnownIdentityPool(found.id, found.name, found)
    except ExplorerError:
        return None
    return None
