"""Checks of an error's likely causes against the actual configuration. Reads only; confirmed causes come first."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from cognito_explorer.core.errors import ExplorerError, NotFound
from cognito_explorer.core.insight import (
    client_checks,
    identity_pool_checks,
    pool_checks,
    text_checks,
    user_checks,
)
from cognito_explorer.core.insight.configuration import Configuration, Ground, Subject, Unknowable, Verdict, unknown
from cognito_explorer.core.insight.explanations import Cause, Explanation

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

Check = Callable[[Configuration], Awaitable[Verdict]]

# Beside these, each looks at a pool of the kind its module is named after.
_GROUNDS: dict[str, frozenset[Ground]] = {
    "guest_service": frozenset(),
    "role_known": frozenset(),
    "provider_missing": frozenset({"user pool", "identity pool"}),
}
_RANKS = {"confirmed": 0, "cannot be known": 1, "ruled out": 2}


@dataclass(frozen=True, slots=True)
class CheckedCause:
    """A cause and what its check found; None where it has none."""

    cause: Cause
    verdict: Verdict | None = None


def check_named(name: str) -> Check:
    """A check of the catalogue. Raises KeyError for a name that nobody wrote."""
    return _CHECKS[name]


def grounds_of(name: str) -> frozenset[Ground]:
    """What a check of the catalogue looks at; nothing where the error's own words decide. Raises KeyError."""
    module = _CHECKS[name].__module__
    if module == text_checks.__name__:
        return frozenset()
    return _GROUNDS.get(name, frozenset({"identity pool" if module == identity_pool_checks.__name__ else "user pool"}))


async def check_causes(aws: "Aws", explanation: Explanation, subject: Subject) -> tuple[CheckedCause, ...]:
    """Each cause with its verdict, confirmed ones first, ruled-out ones last. Never raises for a refused read."""
    return await check_against(Configuration(aws, explanation.clues, subject), explanation)


async def check_against(here: Configuration, explanation: Explanation) -> tuple[CheckedCause, ...]:
    """The same, for whoever wants to know afterwards what was looked at."""
    with suppress(ExplorerError):  # whoever may not look for the pool still checks what the page is about
        await here.locate()
    found = [
        CheckedCause(cause, await _check(here, cause.check) if cause.check else None) for cause in explanation.causes
    ]
    return rank(found)


def rank(causes: "list[CheckedCause] | tuple[CheckedCause, ...]") -> tuple[CheckedCause, ...]:
    """Confirmed first, ruled out last; within, as the catalogue has them."""
    return tuple(sorted(causes, key=lambda each: _RANKS[each.verdict.state] if each.verdict else 1))


async def _check(here: Configuration, name: str) -> Verdict:
    try:
        return await _CHECKS[name](here)
    except Unknowable as lack:
        return unknown(str(lack))
    except NotFound as missing:
        return unknown(missing.said or missing.title)
    except ExplorerError as refused:
        return unknown(f"It could not be read: {refused.title}")


def _of(module: ModuleType) -> dict[str, Check]:
    """A module's checks: its public coroutine functions."""
    return {
        name: check
        for name, check in vars(module).items()
        if not name.startswith("_") and getattr(check, "__module__", "") == module.__name__ and name != "difference"
    }


_CHECKS: dict[str, Check] = {
    name: check
    for module in (client_checks, user_checks, pool_checks, identity_pool_checks, text_checks)
    for name, check in _of(module).items()
}
