"""What the pool says today about the user and the client of a token: read through the door, never believed from it."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.insight.finding import UserState
from cognito_explorer.core.insight.known_changes import KnownChange, read_changes
from cognito_explorer.core.user_pools.app_clients import AppClient, describe_app_client
from cognito_explorer.core.user_pools.groups import Group, list_groups_for_user
from cognito_explorer.core.user_pools.users import User, UserQuery, search_users

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

T = TypeVar("T")

_TRIGGERS = ("PreTokenGenerationConfig", "PreTokenGeneration")


@dataclass(frozen=True, slots=True)
class PreTokenTrigger:
    """The pre token generation function of a pool. `version` is V1_0, V2_0 or V3_0."""

    function_arn: str
    version: str

    @property
    def name(self) -> str:
        """The function's name, with its version or alias where the pool names one."""
        return self.function_arn.partition(":function:")[2] or self.function_arn


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """Facts beside a token; what is None was not read, and `unread` says why, one sentence each.

    `is_user_gone`: the pool was asked and has no user of this sub; `namesake` has the username and another sub.
    `mapped_from` names, for each attribute that an
    identity provider fills at every sign-in, the provider and its claim. `changes` are the user's in the journal.
    """

    user: User | None = None
    groups: tuple[Group, ...] | None = None
    client: AppClient | None = None
    trigger: PreTokenTrigger | None = None
    is_trigger_known: bool = False
    is_user_gone: bool = False
    mapped_from: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    changes: tuple[KnownChange, ...] = ()
    namesake: User | None = None

    @property
    def user_state(self) -> UserState:
        """What of the user ends the tokens, "" where nothing does or nobody could look."""
        if self.is_user_gone:
            return "replaced" if self.namesake is not None else "deleted"
        return "disabled" if self.user is not None and not self.user.is_enabled else ""


async def read_pool_facts(aws: "Aws", token: DecodedToken) -> PoolFacts:
    """Look up a token's user (ListUsers by sub: AdminGetUser is billed), groups, client, trigger and mappings.

    What may not be read is left out: a token is explained as far as one is let.
    """
    if not token.pool_id:
        return PoolFacts(unread=("The token names no user pool.",))
    troubles: list[str] = []
    sub = str(token.claims.get("sub", ""))
    found, client, pool = await asyncio.gather(
        _tried(_find_users(aws, token, sub), "The user", troubles),
        _tried(describe_app_client(aws, token.pool_id, token.client_id), "The app client", troubles),
        _tried(_describe(aws, token.pool_id), "The pool", troubles),
    )
    user = found[0] if found else None
    namesake = await _tried(_find_namesake(aws, token), "The user", troubles) if found == [] else None
    groups = None
    mapped: dict[str, str] = {}
    changes = None
    if user is not None:
        reading = read_changes(aws, token.pool_id, user.username, user.sub)
        changes = await _tried(reading, "The journal", troubles)
        groups = await _tried(list_groups_for_user(aws, token.pool_id, user.username), "The user's groups", troubles)
        mapped = await _mappings(aws, token, troubles)
    return PoolFacts(
        user,
        groups,
        client,
        parse_trigger(pool or {}),
        is_trigger_known=pool is not None,
        is_user_gone=found == [],
        mapped_from=mapped,
        unread=tuple(troubles),
        changes=changes or (),
        namesake=namesake,
    )


def parse_trigger(pool: Any) -> PreTokenTrigger | None:
    """The pre token generation function in a UserPoolType, or None."""
    triggers = pool.get("LambdaConfig", {})
    newer, older = (triggers.get(name) for name in _TRIGGERS)
    if newer:
        return PreTokenTrigger(newer.get("LambdaArn", ""), newer.get("LambdaVersion", "V1_0"))
    return PreTokenTrigger(older, "V1_0") if older else None


async def read_trigger(aws: "Aws", pool_id: str) -> PreTokenTrigger | None:
    """The pre token generation function of a pool (DescribeUserPool), or None. Raises ExplorerError."""
    return parse_trigger(await _describe(aws, pool_id))


async def find_person(aws: "Aws", pool_id: str, scrap: str) -> User | None:
    """The user of this very username, e-mail address, phone number or sub, or None (ListUsers)."""
    for attribute in ("username", "email", "phone_number", "sub"):
        query = UserQuery(attribute, scrap, is_prefix=False)
        found = await search_users(aws, pool_id, query, page_size=1).next_page()
        if found:
            return found[0]
    return None


def is_of_machine(token: DecodedToken) -> bool:
    """Whether a token came from client credentials: it is about a client, not about a person."""
    return bool(token.client_id) and token.claims.get("sub") == token.client_id


async def _tried(work: Coroutine[Any, Any, T], what: str, troubles: list[str]) -> T | None:
    try:
        return await work
    except ExplorerError as error:
        troubles.append(f"{what} could not be read. {error.title}")
        return None


async def _find_users(aws: "Aws", token: DecodedToken, sub: str) -> list[User] | None:
    if not sub or is_of_machine(token):
        return None
    return list(await search_users(aws, token.pool_id, UserQuery("sub", sub, is_prefix=False), page_size=1).next_page())


async def _find_namesake(aws: "Aws", token: DecodedToken) -> User | None:
    """The user of the token's username, where its sub is nobody's."""
    if not token.username:
        return None
    query = UserQuery("username", token.username, is_prefix=False)
    found = await search_users(aws, token.pool_id, query, page_size=1).next_page()
    return found[0] if found else None


async def _describe(aws: "Aws", pool_id: str) -> Any:
    return (await aws.read(aws.idp.describe_user_pool, UserPoolId=pool_id))["UserPool"]


async def _mappings(aws: "Aws", token: DecodedToken, troubles: list[str]) -> dict[str, str]:
    """What the providers this person is linked to write into attributes at every sign-in."""
    mapped: dict[str, str] = {}
    for name in providers_in(token):
        reading = aws.read(aws.idp.describe_identity_provider, UserPoolId=token.pool_id, ProviderName=name)
        answer = await _tried(reading, f"The provider {name}", troubles)
        provider: Any = answer["IdentityProvider"] if answer else {}
        mapped |= {to: f"{name}'s {claim}" for to, claim in provider.get("AttributeMapping", {}).items()}
    return mapped


def providers_in(token: DecodedToken) -> tuple[str, ...]:
    """The identity providers that the claim `identities` names."""
    linked = token.claims.get("identities")
    rows = [each for each in linked if isinstance(each, dict)] if isinstance(linked, list) else []
    return tuple(dict.fromkeys(name for each in rows if isinstance(name := each.get("providerName"), str) and name))
