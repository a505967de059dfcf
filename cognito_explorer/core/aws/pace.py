"""How fast we ask: a token bucket for each of Cognito's rate categories, in one account and Region.

Rates are requests per second, as published (Cognito developer guide, quotas). Every tool in the account shares them:
an answer that throttles halves ours, and half a minute without one brings them back.
"""

import asyncio
import heapq
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import IntEnum
from math import inf
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits in one category: `rate` is what is allowed at present, in requests per second."""

    category: str
    rate: float
    interactive: int
    bulk: int


@dataclass(slots=True)
class _Lane:
    """One bucket and its queue. `rate` is infinite until the endpoint has throttled once, where none is published."""

    name: str
    published: float
    rate: float
    filled: float
    at: float
    throttled_at: float = -inf
    slowest: float = 0.0
    waiters: list[tuple[Urgency, int, "asyncio.Future[None]"]] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None

    def take(self, now: float) -> bool:
        """Take one request's worth where there is room."""
        if self.rate == inf:
            return True
        self._recover(now)
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

    def _recover(self, now: float) -> None:
        if self.rate < self.published:
            way = min(1.0, (now - self.throttled_at) / _RECOVERY_S)
            self.rate = self.slowest + (self.published - self.slowest) * way


class Pace:
    """The buckets of one account in one Region. Used from the event loop's thread.

    `is_strict` holds to the published rates from the start; otherwise nothing is held back until the endpoint
    throttles: a local one has no rates to keep.
    """

    def __init__(self, *, is_strict: bool) -> None:
        self._is_strict = is_strict
        self._lanes: dict[tuple[str, ...], _Lane] = {}
        self._numbers = 0

    async def turn(self, service: str, title: str, pool_id: str = "") -> None:
        """Wait until this operation may be sent; at once where its rate is not used up."""
        for lane in self._lanes_of(service, title, pool_id):
            await self._turn_in(lane)

    def throttled(self, service: str, title: str, pool_id: str = "") -> None:
        """The endpoint said that this was too fast."""
        now = asyncio.get_running_loop().time()
        for lane in self._lanes_of(service, title, pool_id):
            lane.slow_down(now)

    def adopt(self, category: str, rate: float) -> None:
        """Take over what GetProvisionedLimit says of a category, in requests per second."""
        lane = self._lane(("cognito-idp", category), category, rate)
        lane.published = rate
        if self._is_strict and lane.throttled_at == -inf:
            lane.rate = rate

    def queues(self) -> tuple[Queue, ...]:
        """Where somebody waits, in the order the categories were first used."""
        found = []
        for lane in self._lanes.values():
            waiting = [urgency for urgency, _, turn in lane.waiters if not turn.done()]
            if waiting:
                bulk = sum(urgency is Urgency.BULK for urgency in waiting)
                found.append(Queue(lane.name, lane.rate, len(waiting) - bulk, bulk))
        return tuple(found)

    async def _turn_in(self, lane: _Lane) -> None:
        loop = asyncio.get_running_loop()
        if not lane.waiters and lane.take(loop.time()):
            return
        turn: asyncio.Future[None] = loop.create_future()
        self._numbers += 1
        heapq.heappush(lane.waiters, (_urgency.get(), self._numbers, turn))
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
        if service == "cognito-identity":
            rate = _IDENTITY_RATES.get(title)
            return [] if rate is None else [self._lane((service, title), title, rate)]
        category = CATEGORY_OF.get(title) if service == "cognito-idp" else None
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
            lane = _Lane(name, rate, rate if self._is_strict else inf, max(1.0, rate * _BURST_S), now)
            self._lanes[key] = lane
        return lane


def pool_of(parameters: Mapping[str, Any]) -> str:
    """The user pool a call is about, as far as its parameters say."""
    return str(parameters.get("UserPoolId", ""))
