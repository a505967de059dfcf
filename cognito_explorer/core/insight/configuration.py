"""What checks may look at: the pool, client, user and identity pool an error is about, each read once and no more."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from cognito_explorer.core.errors import ExplorerError, NotFound
from cognito_explorer.core.identity_pools.identity_pools import IdentityPoolDetail, describe_identity_pool
from cognito_explorer.core.insight.error_clues import Clues
from cognito_explorer.core.user_pools.app_clients import AppClient, describe_app_client, list_client_names
from cognito_explorer.core.user_pools.domains import describe_domain
from cognito_explorer.core.user_pools.groups import Group, list_groups, list_groups_for_user
from cognito_explorer.core.user_pools.pools import PoolDetail, PoolSummary, describe_pool, list_pools
from cognito_explorer.core.user_pools.users import User, UserQuery, find_user, search_users

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

T = TypeVar("T")
Ground = Literal["user pool", "identity pool"]
State = Literal["confirmed", "ruled out", "cannot be known"]
_MOST = 200
_MOST_POOLS = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found, with the sentence that shows it."""

    state: State
    evidence: str


class Unknowable(Exception):  # noqa: N818  # it says what is so
    """A check lacks something: its text says what."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an error is about, as far as somebody knows; what the error itself names goes before it."""

    pool_id: str = ""
    client_id: str = ""
    username: str = ""
    identity_pool_id: str = ""


def confirmed(evidence: str) -> Verdict:
    """This is a cause."""
    return Verdict("confirmed", evidence)


def ruled_out(evidence: str) -> Verdict:
    """This is none."""
    return Verdict("ruled out", evidence)


def unknown(evidence: str) -> Verdict:
    """Nobody can say from here."""
    return Verdict("cannot be known", evidence)


def decide(is_so: bool, evidence: str) -> Verdict:
    """Confirmed where it is so, ruled out where not; the evidence says how it is."""
    return confirmed(evidence) if is_so else ruled_out(evidence)


def elsewhere(resource_id: str, region: str) -> str:
    """A sentence where an id belongs to another Region than the one that is looked at, or ""."""
    home = resource_id.partition("_")[0].partition(":")[0]
    return f" Its id belongs to {home}, and this connection looks at {region}." if home not in ("", region) else ""


class Configuration:
    """Reads through the door, reads only. Everything raises Unknowable where it cannot be had, NotFound as it comes.

    `people` are the users it came across.
    """

    def __init__(self, aws: "Aws", clues: Clues, subject: Subject) -> None:
        self.aws = aws
        self.clues = clues
        self.pool_id = clues.pool_id or subject.pool_id
        self.client_id = clues.client_id or subject.client_id
        self.username = clues.username or subject.username
        self.identity_pool_id = subject.identity_pool_id or clues.identity_pool_id
        self._read: dict[str, Any] = {}
        self._grounds: set[Ground] = set()
        self.people: list[User] = []

    @property
    def grounds(self) -> frozenset[Ground]:
        """Which of the two kinds of pool the checks have looked at, of those that are known here."""
        return frozenset(self._grounds)

    def issuing_pool(self) -> str:
        """The id of the user pool to compare with, or "" where it is not known."""
        if self.pool_id:
            self._grounds.add("user pool")
        return self.pool_id

    async def locate(self) -> None:
        """Find the pool by the domain or the app client the error names, where it does not name the pool itself."""
        if self.clues.domain and not self.clues.pool_id:
            await self._locate_by_domain(self.clues.domain)
        if not self.pool_id and self.clues.client_id:
            found = await self.pool_of_client(self.clues.client_id)
            self.pool_id = found.id if found else ""

    async def pool_of_client(self, client_id: str) -> PoolSummary | None:
        """The pool of this Region that has the app client, among the first ones; None where none of them has."""
        return await self._once(f"pool of {client_id}", lambda: self._pool_of_client(client_id))

    async def pool(self) -> PoolDetail:
        """The user pool."""
        return await self._once("pool", lambda: describe_pool(self.aws, self._need_pool()))

    async def pool_parts(self) -> dict[str, Any]:
        """DescribeUserPool as it is, for what the record leaves out."""
        read = self.aws.idp.describe_user_pool
        answer = await self._once("raw pool", lambda: self.aws.read(read, UserPoolId=self._need_pool()))
        return cast("dict[str, Any]", answer["UserPool"])

    async def client(self) -> AppClient:
        """The app client; where none is named and the pool has one only, that one."""
        pool_id = self._need_pool()
        client_id = self.client_id or await self._only_client()
        return await self._once("client", lambda: describe_app_client(self.aws, pool_id, client_id))

    async def client_names(self) -> dict[str, str]:
        """The names of the pool's app clients by id."""
        return await self._once("clients", lambda: list_client_names(self.aws, self._need_pool()))

    async def user_or_none(self) -> User | None:
        """The user of exactly this name, else the one whose address or number it is, or None."""
        username = self._need_username()
        found = await self._once("user", lambda: self._find(username))
        self.people += [found] if found is not None else []
        return found

    async def user(self) -> User:
        """The user."""
        found = await self.user_or_none()
        if found is None:
            raise Unknowable(f"The pool has no user “{self.username}”.")
        return found

    async def users_with(self, attribute: str, value: str) -> tuple[User, ...]:
        """The users who have this value, the first few."""
        query = UserQuery(attribute, value, is_prefix=False)
        pages = search_users(self.aws, self._need_pool(), query, page_size=10)
        found = tuple(await self._once(f"{attribute}={value}", lambda: pages.collect(10)))
        self.people += found
        return found

    async def groups(self) -> tuple[Group, ...]:
        """The user's groups, best precedence first."""
        user = await self.user()
        return await self._once("groups", lambda: list_groups_for_user(self.aws, self._need_pool(), user.username))

    async def groups_of(self, pool_id: str) -> tuple[Group, ...]:
        """All groups of a pool."""
        return tuple(await self._once(f"groups {pool_id}", lambda: list_groups(self.aws, pool_id).collect(_MOST)))

    async def identity_pool(self) -> IdentityPoolDetail:
        """The identity pool with its roles."""
        if not self.identity_pool_id:
            raise Unknowable("Which identity pool it is about is not known here.")
        self._grounds.add("identity pool")
        return await self._once("identity pool", lambda: describe_identity_pool(self.aws, self.identity_pool_id))

    async def tagged_providers(self) -> tuple[str, ...]:
        """The identity pool's user pools whose claims become tags of the session (attributes for access control)."""
        return await self._once("tags", self._tagged_providers)

    async def provider_mappings(self) -> dict[str, dict[str, str]]:
        """Attribute mappings of the pool's identity providers, by provider."""
        return await self._once("mappings", self._provider_mappings)

    async def scopes(self) -> tuple[str, ...]:
        """Every scope of the pool's resource servers, as server/scope."""
        return await self._once("scopes", self._scopes)

    async def trust_of(self, role: str) -> Any:
        """The trust policy of a role, by name. Raises NotFound."""
        return await self._once(f"role {role}", lambda: self._trust(role))

    def _need_pool(self) -> str:
        if not self.issuing_pool():
            raise Unknowable("Which user pool it is about is not known here.")
        return self.pool_id

    def _need_username(self) -> str:
        if not self.username:
            raise Unknowable("No user is named in the error: say whom it is about.")
        return self.username

    async def _pool_of_client(self, client_id: str) -> PoolSummary | None:
        for pool in await list_pools(self.aws, page_size=_MOST_POOLS).next_page():
            if client_id in await list_client_names(self.aws, pool.id):
                return pool
        return None

    async def _locate_by_domain(self, domain: str) -> None:
        try:
            self.pool_id = (await describe_domain(self.aws, domain)).pool_id
        except NotFound:
            return  # another Region's or account's: what the page is about stays

    async def _only_client(self) -> str:
        names = await self.client_names()
        if len(names) != 1:
            raise Unknowable("No app client is named in the error: choose it above.")
        return next(iter(names))

    async def _find(self, name: str) -> User | None:
        pool_id = self._need_pool()
        if exact := await find_user(self.aws, pool_id, name):
            return exact
        attribute = "email" if "@" in name else "phone_number" if name.startswith("+") else "sub"
        found = await self.users_with(attribute, name)
        return found[0] if found else None

    async def _tagged_providers(self) -> tuple[str, ...]:
        pool = await self.identity_pool()
        read = self.aws.identity.get_principal_tag_attribute_map
        found = []
        for name in dict.fromkeys(each.provider_name for each in pool.user_pool_providers):
            answer = await self.aws.read(read, IdentityPoolId=pool.id, IdentityProviderName=name)
            if answer.get("PrincipalTags") or answer.get("UseDefaults"):
                found.append(name)
        return tuple(found)

    async def _provider_mappings(self) -> dict[str, dict[str, str]]:
        pool_id = self._need_pool()
        listed = await self.aws.read(self.aws.idp.list_identity_providers, UserPoolId=pool_id, MaxResults=60)
        found: dict[str, dict[str, str]] = {}
        for row in listed["Providers"]:
            name = row.get("ProviderName", "")
            read = self.aws.idp.describe_identity_provider
            answer = await self.aws.read(read, UserPoolId=pool_id, ProviderName=name)
            found[name] = dict(answer["IdentityProvider"].get("AttributeMapping", {}))
        return found

    async def _scopes(self) -> tuple[str, ...]:
        read = self.aws.idp.list_resource_servers
        listed = await self.aws.read(read, UserPoolId=self._need_pool(), MaxResults=50)
        return tuple(
            f"{server.get('Identifier', '')}/{scope['ScopeName']}"
            for server in listed["ResourceServers"]
            for scope in server.get("Scopes", ())
        )

    async def _trust(self, role: str) -> Any:
        answer = await self.aws.read(self.aws.iam.get_role, RoleName=role)
        return answer["Role"].get("AssumeRolePolicyDocument", {})

    async def _once(self, name: str, read: Callable[[], Awaitable[T]]) -> T:
        """Read a thing the first time, and give the same answer or refusal ever after."""
        if name not in self._read:
            try:
                self._read[name] = await read()
            except NotFound as missing:
                self._read[name] = missing
            except ExplorerError as refused:
                self._read[name] = Unknowable(f"It could not be read: {refused.title}")
        found = self._read[name]
        if isinstance(found, Exception):
            raise found
        return cast(T, found)
