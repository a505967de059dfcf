"""What one profile may do at present: its mode, whether sign-ins were agreed to, and what is known of its pools."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from cognito_explorer.core.aws.answers_seen import AnswersSeen
from cognito_explorer.core.aws.care import takes_away
from cognito_explorer.core.aws.foreign_answers import not_offered
from cognito_explorer.core.aws.modes import UNKNOWN, PoolFacts, Verdict, may
from cognito_explorer.core.errors import ExplorerError, WriteRefused
from cognito_explorer.core.journal import Intent
from cognito_explorer.core.profiles import Mode, Profile

NEEDED: Mapping[Mode, str] = {"read-only": "Read-only", "support": "Support", "admin": "Admin"}


class Permit:
    """Shared by all doors of one profile. `ask_sign_in` is asked once before a sign-in under read-only.

    `ask_name` has the name of a thing typed before something is taken away from it in production.
    """

    def __init__(self, profile: Profile) -> None:
        self.name = profile.name
        self._is_production = profile.is_production
        self._mode: Mode = profile.mode
        self._chosen = profile.chosen_mode
        self._place = _place(profile)
        self.ask_sign_in: Callable[[], Awaitable[bool]] | None = None
        self.ask_name: Callable[[str, Intent], Awaitable[bool]] | None = None
        self._assured: list[str] = []
        self.may_sign_in = False
        self.seen = AnswersSeen()
        self._asking = asyncio.Lock()
        self._pools: dict[str, PoolFacts] = {}
        self._listeners: list[Callable[[], object]] = []

    @property
    def mode(self) -> Mode:
        """What may be changed at present."""
        return self._mode

    def switch(self, mode: Mode) -> None:
        """Let through less or more from the next call on, and tell the listeners."""
        self._chosen = mode
        if mode != self._mode:
            self._mode = mode
            self._tell()

    def follow(self, profile: Profile) -> None:
        """The profile was edited: its mode holds, unless it is the one it had before and was switched since.

        Where it leads elsewhere or is somebody else now, nothing is known of what may be done there.
        """
        self.name = profile.name
        self._is_production = profile.is_production
        if _place(profile) != self._place:
            self._place = _place(profile)
            self._pools.clear()
            self.try_again()
        if profile.chosen_mode != self._chosen:
            self.switch(profile.mode)
            self._chosen = profile.chosen_mode

    def subscribe(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Call `listener` when another mode holds or a refusal was new. Returns how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def verdict(self, service: str, title: str, parameters: Mapping[str, Any]) -> Verdict:
        """What the mode says of a call, as far as its parameters are known."""
        facts = self._pools.get(str(parameters.get("UserPoolId", "")), UNKNOWN)
        return may(self._mode, service, title, parameters, facts)

    def why_not(self, title: str, service: str = "cognito-idp", **parameters: Any) -> str:
        """Why a button stays grey: the mode needed, the missing permission, an endpoint that lacks it; or ""."""
        by_mode = self.why_not_by_mode(title, service, **parameters)
        return by_mode or self.seen.why_not(service, title, str(parameters.get("UserPoolId", "")))

    def why_not_by_mode(self, title: str, service: str = "cognito-idp", **parameters: Any) -> str:
        """Why the mode alone refuses a call, or "": for what must stay possible to try again after a refusal."""
        verdict = self.verdict(service, title, parameters)
        return "" if verdict.is_allowed else f"{verdict.reason} {_hint(verdict)}"

    def facts_of(self, pool_id: str) -> PoolFacts:
        """What is known of a pool."""
        return self._pools.get(pool_id, UNKNOWN)

    async def check(self, service: str, title: str, parameters: Mapping[str, Any]) -> None:
        """Let a call through, after asking where that is due.

        Raises WriteRefused, and NotOffered for what the endpoint has said not to have.
        """
        if self.seen.lacks(service, title):
            raise not_offered(title, service, self.seen.lacking[service, title])
        verdict = self.verdict(service, title, parameters)
        action = f"{service}:{title}"
        if not verdict.is_allowed:
            what = f"“{self.name}” is read-only." if self.mode == "read-only" else f"“{self.name}” is in support mode."
            why = f"{verdict.reason} " if self.mode != "read-only" or verdict.needs == "admin" else ""
            hint = f"{why}{_hint(verdict)}"
            raise WriteRefused(f"Nothing was changed: {what}", hint, code="ModeRefused", operation=action)
        if verdict.must_ask and not await self._agree():
            title = f"Nobody was signed in: “{self.name}” is read-only, and signing in was not agreed to."
            hint = "Try again and agree, or switch the profile's mode to Support or Admin."
            raise WriteRefused(title, hint, code="SignInRefused", operation=action)

    @contextmanager
    def assured(self, target: str) -> Iterator[None]:
        """Meanwhile what is done to `target`, as the journal calls it, is not asked about: somebody has asked."""
        self._assured.append(target)
        try:
            yield
        finally:
            self._assured.remove(target)

    async def make_sure(self, service: str, title: str, intent: Intent) -> None:
        """In production, have the name of a thing typed before something is taken away from it. Raises WriteRefused."""
        is_due = self._is_production and takes_away(service, title, intent.before, intent.after)
        if not is_due or intent.target in self._assured:
            return
        if self.ask_name is None or not await self.ask_name(title, intent):
            what = f"Nothing was changed: “{self.name}” is production, and {title} takes something away."
            hint = "Do it again, and type the name that is asked for."
            raise WriteRefused(what, hint, code="NameNotTyped", operation=f"{service}:{title}")

    def hear(self, service: str, title: str, error: ExplorerError | None) -> None:
        """Take note of how a call with the profile's own credentials ended, and tell the listeners of news."""
        if self.seen.note(service, title, error) and error is not None:
            self._tell()

    def foresee(self, pool_id: str, refused: frozenset[tuple[str, str]]) -> None:
        """Take note of what IAM's simulation denies in a pool ("": of what concerns none), and tell the listeners."""
        self.seen.foresee(pool_id, refused)
        self._tell()

    def try_again(self) -> None:
        """Forget refusals and what the endpoint lacks: somebody says that it may be otherwise now."""
        self.seen.forget()
        self._tell()

    def learn(self, title: str, parameters: Mapping[str, Any], answer: Any) -> None:
        """Take from an answer of user pools what the mode must know: aliases, and which groups carry a role."""
        if title not in _TELLING or not isinstance(answer, Mapping):
            return
        pool = answer.get("UserPool")
        if isinstance(pool, Mapping) and title == "DescribeUserPool":
            names = frozenset((*pool.get("AliasAttributes", ()), *pool.get("UsernameAttributes", ()), *_recovery(pool)))
            pool_id = str(parameters.get("UserPoolId", ""))
            self._pools[pool_id] = replace(self.facts_of(pool_id), aliases=names)
        groups = [*answer.get("Groups", ())] if title in _LISTS else []
        if title in _GROUPS and isinstance(answer.get("Group"), Mapping):
            groups.append(answer["Group"])
        if groups:
            self._learn_groups(str(parameters.get("UserPoolId", "")), groups)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def _learn_groups(self, pool_id: str, groups: list[Mapping[str, Any]]) -> None:
        facts = self.facts_of(pool_id)
        with_role = frozenset(each["GroupName"] for each in groups if each.get("RoleArn"))
        without = frozenset(each["GroupName"] for each in groups if not each.get("RoleArn"))
        self._pools[pool_id] = replace(
            facts,
            groups_with_role=(facts.groups_with_role - without) | with_role,
            groups_without_role=(facts.groups_without_role - with_role) | without,
        )

    async def _agree(self) -> bool:
        async with self._asking:
            if not self.may_sign_in and self.ask_sign_in is not None:
                self.may_sign_in = await self.ask_sign_in()
        return self.may_sign_in


_LISTS = frozenset({"ListGroups", "AdminListGroupsForUser"})
_GROUPS = frozenset({"GetGroup", "CreateGroup", "UpdateGroup"})
_TELLING = _LISTS | _GROUPS | {"DescribeUserPool"}


def _place(profile: Profile) -> Profile:
    """What decides where calls go and as whom."""
    return replace(profile, name="", color="", chosen_mode="", is_production=False, is_foreign=False)


def _recovery(pool: Mapping[str, Any]) -> list[str]:
    """Where a pool sends codes for a new password (CreateUserPool, AccountRecoverySetting; unset, to either)."""
    mechanisms = pool.get("AccountRecoverySetting", {}).get("RecoveryMechanisms")
    names = ["email", "phone_number"] if mechanisms is None else [str(each.get("Name", "")) for each in mechanisms]
    return [name.removeprefix("verified_") for name in names if name != "admin_only"]


def _hint(verdict: Verdict) -> str:
    needed = NEEDED[verdict.needs or "admin"]
    return f"Switch its mode to {needed} in the top bar to do this." if verdict.needs else ""
