"""What is known around a token: the pool's keys, its clients' names, and an identity pool that accepts it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.addresses import plain_host
from cognito_explorer.core.auth.clock_skew import ClockSkew, measure_skew
from cognito_explorer.core.auth.foreign_keys import keys_of_issuer
from cognito_explorer.core.auth.jwt_reading import read_jwt
from cognito_explorer.core.auth.signatures import (
    check_signature,
    check_with_kept_keys,
    key_set_address,
    key_set_url,
    verify,
)
from cognito_explorer.core.auth.tokens import DecodedToken, SignatureCheck, TokenKind, TokenSet
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.http import Http, is_safe
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.identity_pools.identity_pools import (
    IdentityPoolDetail,
    describe_identity_pool,
    describe_settings,
    get_roles,
    list_identity_pools,
)
from cognito_explorer.core.insight.pool_facts import PoolFacts, read_pool_facts
from cognito_explorer.core.user_pools.app_clients import list_client_names
from cognito_explorer.gui.lib.dialogs import confirm
from cognito_explorer.gui.lib.tasks import TaskScope, together
from cognito_explorer.gui.workspace import Context

# What the findings about a token take to be painted.
_FINDINGS_FIRST_S = 0.03
_WORKS = (
    ("check", "Checking the signature"),
    ("surroundings", "Looking at the pool"),
    ("facts", "Comparing with the pool"),
    ("clock", "Comparing the clocks"),
)
_MOST_IDENTITY_POOLS = 60
_AT_ONCE = 5

FactsKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class KnownIdentityPool:
    """An identity pool the tokens may be tried on; `detail` is None where its settings could not be read.

    `takes_client` is False where it names the user pool with other app clients alone.
    """

    id: str
    name: str
    detail: IdentityPoolDetail | None = None
    takes_client: bool = True


@dataclass(frozen=True, slots=True)
class Surroundings:
    """App client names by id, or why they could not be read; the identity pools that name the tokens' user pool.

    First the one that the page is about, then those that name the app client, too.
    """

    client_names: dict[str, str] = field(default_factory=dict)
    clients_unread: str = ""
    identity_pools: tuple[KnownIdentityPool, ...] = ()

    @property
    def identity_pool(self) -> KnownIdentityPool | None:
        """The first that accepts the tokens, if any does."""
        return next((each for each in self.identity_pools if each.takes_client), None)

    @property
    def readable_pools(self) -> tuple[IdentityPoolDetail, ...]:
        """The settings of those that may be read."""
        return tuple(each.detail for each in self.identity_pools if each.detail is not None)


def start_after_findings(tasks: TaskScope, works: Sequence[Callable[[], Coroutine[Any, Any, None]]]) -> None:
    """Check signatures, read the pool, compare with it, compare the clocks: a moment later. Earlier ones end at once.

    Whoever pastes a token wants its findings, and the works would take the processor. An answer about other tokens
    that has just come is not taken for one about these.
    """
    for name, _label in _WORKS:
        tasks.cancel(name)
    tasks.start("look", _start_later(tasks, works), label="Looking at the pool")


async def _start_later(tasks: TaskScope, works: Sequence[Callable[[], Coroutine[Any, Any, None]]]) -> None:
    await asyncio.sleep(_FINDINGS_FIRST_S)
    for (name, label), work in zip(_WORKS, works, strict=True):
        tasks.start(name, work(), label=label)


def checks_at_hand(aws: Aws | None, tokens: Mapping[TokenKind, DecodedToken]) -> dict[TokenKind, SignatureCheck]:
    """What keys that were fetched earlier say of signatures: nobody waits for these."""
    if aws is None:
        return {}
    found: dict[TokenKind, SignatureCheck] = {}
    for kind, token in tokens.items():
        address = "" if kind == "refresh" else key_set_address(token, aws.http.stand_in)
        check = check_with_kept_keys(aws.http, token.raw, address) if address else None
        if check is not None:
            found[kind] = check
    return found


async def check_at_pool(aws: Aws, token: DecodedToken) -> SignatureCheck:
    """Check a signature with the keys of the pool that the token names. A trouble is part of the answer."""
    return await _check(aws.http, token, aws.http.stand_in)


def may_ask_issuer(token: DecodedToken, expected: str) -> bool:
    """Whether a person may have a token's issuer asked for its keys: AWS's own, or the one they expect."""
    is_named = bool(expected) and token.issuer == expected and is_safe(expected)
    return token.kind != "refresh" and (bool(key_set_url(token.issuer)) or is_named)


async def check_at_issuers(
    parent: QWidget, aws: Aws | None, tokens: Mapping[TokenKind, DecodedToken], expected: str
) -> tuple[dict[TokenKind, SignatureCheck], ClockSkew | None]:
    """Check signatures with keys fetched from AWS itself, and the clock by the way. Asked for by a person only.

    An issuer that is not AWS's must be the expected one, and is asked after a question with its host. Beside an open
    connection it goes by that one's proxy and stands in its call log.
    """
    checks: dict[TokenKind, SignatureCheck] = {}
    skew = None
    askable = {kind: token for kind, token in tokens.items() if may_ask_issuer(token, expected)}
    # One question for all of them: the tokens of a sign-in are of one issuer.
    is_foreign = any(not key_set_url(token.issuer) for token in askable.values())
    may_ask_named = is_foreign and await _is_trusted(parent, expected)
    http = aws.http if aws is not None else Http.standalone()
    try:
        for kind, token in askable.items():
            if key_set_url(token.issuer):
                checks[kind] = await _check(http, token, "")
                if skew is None and checks[kind].state != "not checked":
                    skew = await _skew(http, key_set_address(token))
            elif may_ask_named:
                checks[kind] = await _check_with_named(http, token)
    finally:
        if aws is None:
            http.close()
    return checks, skew


async def _is_trusted(parent: QWidget, issuer: str) -> bool:
    text = (
        "It is not one of AWS's. Its discovery document and the keys that this names are fetched; nothing of the token"
        " is sent. That its keys fit says nothing about whether you should trust it."
    )
    title = f"Ask {plain_host(urlsplit(issuer).hostname or '')} for its keys?"
    return await confirm(parent, title=title, text=text, action="Ask it", keep="Do not ask")


async def _check_with_named(http: Http, token: DecodedToken) -> SignatureCheck:
    try:
        keys = await keys_of_issuer(http, token.issuer)
    except ExplorerError as error:
        return SignatureCheck("not checked", f"{error.title} {error.hint}")
    return await asyncio.to_thread(verify, read_jwt(token.raw), keys)


async def compare_clocks(aws: Aws, tokens: Iterable[DecodedToken]) -> ClockSkew | None:
    """How far the local clock is from that of whoever issued one of these; None where nobody can be asked."""
    addresses = (key_set_address(token, aws.http.stand_in) for token in tokens)
    address = next((each for each in addresses if each), "")
    return await _skew(aws.http, address) if address else None


async def look_around(aws: Aws, tokens: TokenSet, context: Context) -> Surroundings:
    """What can be found out beside the token. What may not be read is left out: the token is shown all the same."""
    clients, identity_pools = await asyncio.gather(_client_names(aws, tokens), _identity_pools(aws, tokens, context))
    return Surroundings(*clients, identity_pools)


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


async def _identity_pools(aws: Aws, tokens: TokenSet, context: Context) -> tuple[KnownIdentityPool, ...]:
    named = context.identity_pool_id
    first = (await _named_pool(aws, named, context.identity_pool_name),) if named else ()
    if not tokens.id_token or not tokens.pool_id:
        return first
    try:
        summaries = await list_identity_pools(aws).collect(_MOST_IDENTITY_POOLS)
    except ExplorerError:
        return first
    turn = asyncio.Semaphore(_AT_ONCE)

    async def look_at(identity_pool_id: str) -> KnownIdentityPool | None:
        async with turn:
            return await _pool_naming(aws, identity_pool_id, tokens)

    found = await together(look_at(each.id) for each in summaries if each.id != named)
    naming = [each for each in found if each is not None]
    return (*first, *sorted(naming, key=lambda each: not each.takes_client))


async def _pool_naming(aws: Aws, identity_pool_id: str, tokens: TokenSet) -> KnownIdentityPool | None:
    """An identity pool that names the tokens' user pool; None for another, and for one that may not be read."""
    try:
        detail = await describe_settings(aws, identity_pool_id)
    except ExplorerError:
        return None
    clients = [each.client_id for each in detail.user_pool_providers if each.pool_id == tokens.pool_id]
    if not clients:
        return None
    with suppress(ExplorerError):  # the trace says that they are not known
        detail = replace(detail, roles=await get_roles(aws, identity_pool_id))
    return KnownIdentityPool(detail.id, detail.name, detail, tokens.client_id in clients)
