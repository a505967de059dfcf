"""How fast we ask: a token bucket for each of Cognito's rate categories, in one account and Region.

Rates are requests per second, as published (Cognito developer guide, quotas). Every tool in the account shares them:
an answer that throttles halves ours, and half a minute without one brings them back.
"""

import asyncio
import heapq
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from enum import IntEnum
from math import inf
from typing import Any, Literal, NamedTuple

from cognito_explorer.core.aws.under_way import UnderWay
from cognito_explorer.core.work import current_work

_CATEGORIES: dict[str, tuple[float, str]] = {
    "UserAuthentication": (
        120,
        "InitiateAuth AdminInitiateAuth RespondToAuthChallenge AdminRespondToAuthChallenge GetTokensFromRefreshToken",
    ),
    "UserCreation": (50, "SignUp ConfirmSignUp AdminCreateUser AdminConfirmSignUp"),
    "UserAccountRecovery": (
        30,
        "ForgotPassword ConfirmForgotPassword ChangePassword AdminResetUserPassword AdminSetUserPassword",
    ),
    "UserRead": (120, "AdminGetUser GetUser AdminGetUserAuthFactors"),
    "UserUpdate": (
        25,
        """AdminUpdateUserAttributes UpdateUserAttributes AdminDeleteUserAttributes DeleteUserAttributes AdminDeleteUser
        DeleteUser AdminEnableUser AdminDisableUser AdminAddUserToGroup AdminRemoveUserFromGroup
        AdminLinkProviderForUser AdminDisableProviderForUser VerifyUserAttribute AdminUserGlobalSignOut
        GlobalSignOut""",
    ),
    "UserToken": (120, "RevokeToken"),
    "UserResourceRead": (
        50,
        """AdminListGroupsForUser AdminListDevices AdminGetDevice ListDevices GetDevice GetUserAttributeVerificationCode
        ResendConfirmationCode AdminListUserAuthEvents""",
    ),
    "UserResourceUpdate": (
        25,
        """AdminForgetDevice ForgetDevice ConfirmDevice AdminUpdateDeviceStatus UpdateDeviceStatus
        AdminUpdateAuthEventFeedback UpdateAuthEventFeedback AdminSetUserMFAPreference SetUserMFAPreference
        AdminSetUserSettings SetUserSettings AssociateSoftwareToken VerifySoftwareToken AdminDeleteSoftwareToken""",
    ),
    "UserList": (30, "ListUsers ListUsersInGroup"),
    "UserPoolRead": (15, "ListUserPools DescribeUserPool"),
    "UserPoolUpdate": (15, "CreateUserPool UpdateUserPool DeleteUserPool"),
    "UserPoolResourceRead": (
        20,
        """ListGroups GetGroup ListIdentityProviders DescribeIdentityProvider GetIdentityProviderByIdentifier
        ListResourceServers DescribeResourceServer DescribeUserPoolDomain DescribeRiskConfiguration GetUICustomization
        DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient GetUserPoolMfaConfig GetSigningCertificate
        GetCSVHeader ListUserImportJobs DescribeUserImportJob ListTagsForResource""",
    ),
    "UserPoolResourceUpdate": (
        15,
        """AddCustomAttributes CreateGroup UpdateGroup DeleteGroup CreateIdentityProvider UpdateIdentityProvider
        DeleteIdentityProvider CreateResourceServer UpdateResourceServer DeleteResourceServer CreateUserPoolDomain
        UpdateUserPoolDomain DeleteUserPoolDomain CreateManagedLoginBranding UpdateManagedLoginBranding
        DeleteManagedLoginBranding CreateUserImportJob StartUserImportJob StopUserImportJob SetUserPoolMfaConfig
        SetRiskConfiguration SetUICustomization TagResource UntagResource""",
    ),
    "UserPoolClientRead": (15, "ListUserPoolClients DescribeUserPoolClient"),
    "UserPoolClientUpdate": (15, "CreateUserPoolClient UpdateUserPoolClient DeleteUserPoolClient"),
    "ClientAuthentication": (150, "GetClientToken"),
    "UserFederation": (25, ""),  # what providers answer to the hosted UI; no operation is of it
    "LimitManagement": (1, "GetProvisionedLimit UpdateProvisionedLimit"),
}
# In these, each operation is also held to five requests a second for one user pool.
_POOL_LIMITED = frozenset(
    {"UserPoolResourceRead", "UserPoolResourceUpdate", "UserPoolClientRead", "UserPoolClientUpdate"}
)
_PER_POOL = 5.0
_IDP = "cognito-idp"
_WHOLE = 2  # parts of the key of a bucket that is not one pool's: service, and category or operation
# Identity pools have a rate per operation.
_IDENTITY_RATES = {
    "GetId": 25.0,
    "GetOpenIdToken": 200.0,
    "GetCredentialsForIdentity": 200.0,
    "GetOpenIdTokenForDeveloperIdentity": 50.0,
    "ListIdentities": 5.0,
    "DeleteIdentities": 10.0,
    "TagResource": 5.0,
    "UntagResource": 5.0,
    "ListTagsForResource": 10.0,
}
RATES: Mapping[str, float] = {category: rate for category, (rate, _) in _CATEGORIES.items()}
CATEGORY_OF: Mapping[str, str] = {
    name: category for category, (_, names) in _CATEGORIES.items() for name in names.split()
}

# A little less than the second's worth AWS lets pass at once: requests that bunch up on their way still find room.
_BURST_S = 0.8
_LEAST_SHARE = 1 / 16
_RECOVERY_S = 30.0
# Requests under way when the first is throttled are throttled, too; that is one signal and not many.
_ONE_SIGNAL_S = 1.0


class Urgency(IntEnum):
    """Who goes first where several wait."""

    INTERACTIVE = 0
    BULK = 1


_urgency: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.INTERACTIVE)


@contextmanager
def in_bulk() -> Iterator[None]:
    """Calls made in here let those go first that a person waits for."""
    before = _urgency.set(Urgency.BULK)
    try:
        yield
    finally:
        _urgency.reset(before)


# Where a rate comes from: AWS's documentation, GetProvisionedLimit, what was throttled; or the endpoint has none.
Source = Literal["published", "provisioned", "throttled", "none"]


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits in one category: `rate` is what is allowed at present, in requests per second."""

    category: str
    rate: float
    interactive: int
    bulk: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """One piece of work that waits with `count` calls of an operation, since `since_s` seconds.

    `work` is what people call it, "" where nobody named it; `connection` the profile it goes through. `is_again`: it
    was sent, refused as too fast, and is sent again in a moment.
    """

    work: str
    connection: str
    operation: str
    pool_id: str
    category: str
    urgency: Urgency
    count: int
    since_s: float
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """What is allowed in a category that was used, at present and `usual`ly, in requests per second.

    `operation` and `pool_id` name what has a rate of its own in one pool.
    """

    category: str
    rate: float
    usual: float
    source: Source
    operation: str = ""
    pool_id: str = ""


class _Waiter(NamedTuple):
    work: str
    connection: str
    operation: str
    pool_id: str
    begun: float


@dataclass(slots=True)
class _Lane:
    """One bucket and its queue. `rate` is infinite until the endpoint has throttled once, where none is published."""

    name: str
    key: tuple[str, ...]
    published: float
    rate: float
    filled: float
    at: float
    throttled_at: float = -inf
    slowest: float = 0.0
    waiters: list[tuple[Urgency, int, "asyncio.Future[None]", _Waiter]] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None
    is_provisioned: bool = False

    def take(self, now: float) -> bool:
        """Take one request's worth where there is room."""
        if self.rate == inf:
            return True
        self.recover(now)
        most = max(1.0, self.rate * _BURST_S)
        self.filled = min(most, self.filled + max(0.0, now - self.at) * self.rate)
        self.at = now
        if self.filled < 1:
            return False
        self.filled -= 1
        return True

    def slow_down(self, now: float) -> None:
        """Halve the rate, at most once a second, and begin with an empty bucket."""
        if now - self.throttled_at < _ONE_SIGNAL_S:
            return
        usual = self.published if self.rate == inf else self.rate
        self.slowest = self.rate = max(usual / 2, self.published * _LEAST_SHARE)
        self.throttled_at = self.at = now
        self.filled = 0.0

    def next_in_s(self) -> float:
        """How long until there is room for one more."""
        return max(0.001, (1 - self.filled) / self.rate)

    @property
    def source(self) -> Source:
        """Where the rate comes from."""
        if self.rate == inf:
            return "none"
        if self.rate < self.published:
            return "throttled"
        return "provisioned" if self.is_provisioned else "published"

    def recover(self, now: float) -> None:
        """Come back to the usual rate, little by little."""
        if self.rate < self.published:
            way = min(1.0, (now - self.throttled_at) / _RECOVERY_S)
            self.rate = self.slowest + (self.published - self.slowest) * way


class Pace:
    """The buckets of one account in one Region. Used from the event loop's thread.

    `is_strict` holds to the published rates from the start; otherwise nothing is held back until the endpoint
    throttles: a local one has no rates to keep.
    """

    def __init__(self, *, is_strict: bool) -> None:
        self.is_strict = is_strict
        self._lanes: dict[tuple[str, ...], _Lane] = {}
        self._lanes_by_call: dict[tuple[str, str, str], list[_Lane]] = {}
        self._numbers = 0
        self._again: dict[int, tuple[Urgency, _Waiter]] = {}
        self._provisioned: dict[str, float] = {}
        self.why_published = ""  # why the account's own rates are not known, once AWS has said so
        self.category_used: Callable[[str], object] = _nothing  # told of a category of user pools at its first call

    async def turn(self, service: str, title: str, pool_id: str = "", connection: str = "") -> None:
        """Wait until this operation may be sent; at once where its rate is not used up.

        `connection` is the name under which people know where it goes.
        """
        for lane in self._lanes_of(service, title, pool_id):
            now = asyncio.get_running_loop().time()
            if lane.waiters or not lane.take(now):
                await self._wait_in(lane, _Waiter(current_work(), connection, title, pool_id, now))

    def repeating(self, title: str, pool_id: str, connection: str) -> "UnderWay[tuple[Urgency, _Waiter]]":
        """While a call is under way: what `with` gives tells, from any thread, that it was throttled and goes on."""
        now = asyncio.get_running_loop().time()
        return UnderWay(self._again, (_urgency.get(), _Waiter(current_work(), connection, title, pool_id, now)))

    def throttled(self, service: str, title: str, pool_id: str = "") -> None:
        """The endpoint said that this was too fast."""
        now = asyncio.get_running_loop().time()
        for lane in self._lanes_of(service, title, pool_id):
            lane.slow_down(now)

    def adopt(self, category: str, rate: float) -> None:
        """Take over what GetProvisionedLimit says of a category, in requests per second."""
        self._provisioned[category] = rate
        lane = self._lanes.get((_IDP, category))
        if lane is not None:
            lane.published, lane.is_provisioned = rate, True
            if self.is_strict and lane.throttled_at == -inf:
                lane.rate = rate
            elif lane.rate != inf:  # throttled once: it recovers to this, and never from above it
                lane.rate, lane.slowest = min(lane.rate, rate), min(lane.slowest, rate)

    def queues(self) -> tuple[Queue, ...]:
        """Where somebody waits, in the order the categories were first used."""
        found = []
        for lane in self._lanes.values():
            waiting = [urgency for urgency, _, turn, _ in lane.waiters if not turn.done()]
            if waiting:
                bulk = sum(urgency is Urgency.BULK for urgency in waiting)
                found.append(Queue(lane.name, lane.rate, len(waiting) - bulk, bulk))
        return tuple(found)

    def waiting(self) -> tuple[Waiting, ...]:
        """Who waits for what: what a person waits for first, then who has waited longest."""
        now = asyncio.get_running_loop().time()
        found: dict[tuple[object, ...], Waiting] = {}
        for lane in self._lanes.values():
            for urgency, _, turn, who in sorted(lane.waiters, key=lambda waiter: waiter[1]):
                if turn.done():
                    continue
                key = (lane.key, urgency, who.work, who.connection, who.operation, who.pool_id)
                first = found.get(key) or Waiting(
                    who.work, who.connection, who.operation, who.pool_id, lane.name, urgency, 0, now - who.begun
                )
                found[key] = replace(first, count=first.count + 1)
        for urgency, who in tuple(self._again.values()):
            key = (("again",), urgency, who.work, who.connection, who.operation, who.pool_id)
            first = found.get(key) or Waiting(
                who.work, who.connection, who.operation, who.pool_id, "", urgency, 0, now - who.begun, is_again=True
            )
            found[key] = replace(first, count=first.count + 1)
        return tuple(sorted(found.values(), key=lambda each: (each.urgency, -each.since_s)))

    def rates(self) -> tuple[Rate, ...]:
        """What is allowed in the categories that were used, in the order of their first use."""
        now = asyncio.get_running_loop().time()
        return tuple(_rate_of(lane, now) for lane in self._lanes.values())

    def used(self) -> tuple[str, ...]:
        """The categories of user pools that were used."""
        return tuple(key[1] for key in self._lanes if key[0] == _IDP and len(key) == _WHOLE)

    async def _wait_in(self, lane: _Lane, who: _Waiter) -> None:
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._numbers += 1
        heapq.heappush(lane.waiters, (_urgency.get(), self._numbers, turn, who))
        self._serve(lane, loop)
        await turn

    def _serve(self, lane: _Lane, loop: asyncio.AbstractEventLoop) -> None:
        """Let go who may; come back when there is room for the next."""
        if lane.timer is not None:
            lane.timer.cancel()
            lane.timer = None
        while lane.waiters:
            if lane.waiters[0][2].done():
                heapq.heappop(lane.waiters)
            elif lane.take(loop.time()):
                heapq.heappop(lane.waiters)[2].set_result(None)
            else:
                lane.timer = loop.call_later(lane.next_in_s(), self._serve, lane, loop)
                return

    def _lanes_of(self, service: str, title: str, pool_id: str) -> list[_Lane]:
        """Every call asks, and a bucket stays once it is there."""
        call = (service, title, pool_id)
        found = self._lanes_by_call.get(call)
        if found is None:
            found = self._lanes_by_call[call] = self._find_lanes(service, title, pool_id)
        return found

    def _find_lanes(self, service: str, title: str, pool_id: str) -> list[_Lane]:
        if service == "cognito-identity":
            rate = _IDENTITY_RATES.get(title)
            return [] if rate is None else [self._lane((service, title), title, rate)]
        category = CATEGORY_OF.get(title) if service == _IDP else None
        if category is None:
            return []
        lanes = [self._lane((service, category), category, RATES[category])]
        if category in _POOL_LIMITED and pool_id:
            lanes.insert(0, self._lane((service, pool_id, title), f"{title} of {pool_id}", _PER_POOL))
        return lanes

    def _lane(self, key: tuple[str, ...], name: str, rate: float) -> _Lane:
        lane = self._lanes.get(key)
        if lane is None:
            now = asyncio.get_running_loop().time()
            is_whole = key[0] == _IDP and len(key) == _WHOLE
            bought = self._provisioned.get(name) if is_whole else None
            rate = rate if bought is None else bought
            allowed = rate if self.is_strict else inf
            lane = _Lane(name, key, rate, allowed, max(1.0, rate * _BURST_S), now, is_provisioned=bought is not None)
            self._lanes[key] = lane
            if is_whole:
                self.category_used(name)
        return lane


def _rate_of(lane: _Lane, now: float) -> Rate:
    lane.recover(now)
    pool_id, operation = lane.key[1:] if len(lane.key) > _WHOLE else ("", "")
    return Rate(lane.name, lane.rate, lane.published, lane.source, operation, pool_id)


def _nothing(_category: str) -> None:
    """Nobody wants to know."""


def pool_of(parameters: Mapping[str, Any]) -> str:
    """The user pool a call is about, as far as its parameters say."""
    return str(parameters.get("UserPoolId", ""))
