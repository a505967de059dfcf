"""Knobs that make the sandbox as slow, as strict and as broken as a bad day of the real service.

They are set below /_sandbox/faults and last as long as the process. A rule names operations by a pattern such as
"cognito-idp:Admin*", "s3:GetObject", "hosted-ui:* /oauth2/token" or "*".
"""

import asyncio
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Literal

from cognito_explorer.sandbox.chance import Chance
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.quotas import Asked, Buckets

Outage = Literal["none", "unavailable", "refused"]
OUTAGES: tuple[Outage, ...] = ("none", "unavailable", "refused")

_LONGEST_MS = 600_000.0
_MOST_RULES = 100
# How soon an answer that is held back leaves once it need not be late any more.
_LOOK_S = 0.05
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+){1,3}-\d", re.ASCII)
_TEXTS = {
    "TooManyRequestsException": "Rate exceeded",
    "InternalErrorException": "Something went wrong",
    "ServiceUnavailable": "Please reduce your request rate.",
}


class KnobRefused(Exception):  # noqa: N818  # read as a sentence: the knob was refused
    """What was posted is no setting. The text is for people."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Answers of these operations leave `fixed_ms` late, and up to `jitter_ms` more."""

    operations: str
    fixed_ms: float = 0.0
    jitter_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class FailureRate:
    """A share `rate` (0 to 1) of the calls of these operations fails with this error before anything was done."""

    operations: str
    code: str
    rate: float = 1.0
    message: str = ""
    status: int = 400


@dataclass(frozen=True, slots=True)
class Knobs:
    """Every setting at once. `is_mail_limited` holds Cognito's own mail sender to its messages a day, as AWS does.

    `inactive_sts_regions` are Regions in which the account's administrator has deactivated STS.
    """

    latency: tuple[Latency, ...] = ()
    errors: tuple[FailureRate, ...] = ()
    is_throttled: bool = False
    outage: Outage = "none"
    is_mail_limited: bool = True
    inactive_sts_regions: tuple[str, ...] = ()


@dataclass(slots=True)
class Faults:
    """The knobs of one sandbox and what they do. May be used from any thread."""

    chance: Chance = field(default_factory=Chance)
    knobs: Knobs = field(default_factory=Knobs)
    _buckets: Buckets = field(default_factory=Buckets)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set(self, asked: Mapping[str, Any]) -> None:
        """Change the settings that `asked` names; each replaces what was set before. Raises KnobRefused."""
        changed = _read_knobs(asked)
        with self._lock:
            self.knobs = replace(self.knobs, **changed)
            if "is_throttled" in changed:
                self._buckets = Buckets()

    def reset(self) -> None:
        """Back to a good day."""
        with self._lock:
            self.knobs = Knobs()
            self._buckets = Buckets()

    def as_json(self) -> dict[str, Any]:
        """The settings as /_sandbox/faults shows and takes them."""
        return asdict(self.knobs)

    def delay_s(self, name: str) -> float:
        """How late the answer of this operation leaves; `name` is like "cognito-idp:ListUsers"."""
        found = [rule for rule in self.knobs.latency if fnmatchcase(name, rule.operations)]
        if not found:
            return 0.0
        with self._lock:
            return sum(rule.fixed_ms + rule.jitter_ms * self.chance.fraction() for rule in found) / 1000

    async def hold_back(self, delay_s: float) -> None:
        """Wait for so long, or until no answer is to be late any more."""
        ends_s = time.monotonic() + delay_s
        while self.knobs.latency and (rest_s := ends_s - time.monotonic()) > 0:  # noqa: ASYNC110  # any thread may set it
            await asyncio.sleep(min(rest_s, _LOOK_S))

    def check_errors(self, name: str) -> None:
        """Raise the ServiceError that a rule wants for this call, if it is this call's turn."""
        for rule in self.knobs.errors:
            if fnmatchcase(name, rule.operations) and self._is_turn(rule.rate):
                message = rule.message or _TEXTS.get(rule.code, "This error was asked for.")
                raise ServiceError(rule.code, message, status=rule.status)

    def check_rate(self, asked: Asked, *, now: float, bought: Mapping[str, float] | None = None) -> None:
        """Raise TooManyRequestsException when throttling is on and the rate is used up; `bought` as for Buckets."""
        if not self.knobs.is_throttled:
            return
        with self._lock:
            is_admitted = self._buckets.admit(asked, now=now, bought=bought)
        if not is_admitted:
            raise ServiceError("TooManyRequestsException", _TEXTS["TooManyRequestsException"])

    def check_sts_region(self, region: str, account_id: str) -> None:
        """Raise RegionDisabledException where STS has been deactivated."""
        if region in self.knobs.inactive_sts_regions:
            text = (
                f"STS is not activated in this region for account:{account_id}."
                " Your account administrator can activate STS in this region using the IAM Console."
            )
            raise ServiceError("RegionDisabledException", text, status=403)

    def _is_turn(self, rate: float) -> bool:
        with self._lock:
            return self.chance.fraction() < rate


def _read_knobs(asked: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(asked, Mapping) or not asked.keys() <= _READERS.keys():
        raise KnobRefused(f"The knobs are {', '.join(sorted(_READERS))}.")
    return {name: _READERS[name](value) for name, value in asked.items()}


def _read_outage(value: Any) -> str:
    if value not in OUTAGES:
        raise KnobRefused(f"outage is one of {', '.join(OUTAGES)}.")
    return str(value)


def _entries(value: Any, name: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > _MOST_RULES or not all(isinstance(entry, dict) for entry in value):
        raise KnobRefused(f"{name} is a list of at most {_MOST_RULES} objects.")
    return value


def _read_regions(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and _REGION.fullmatch(each) for each in value):
        raise KnobRefused("inactive_sts_regions is a list of Regions such as eu-central-1.")
    return tuple(value[:_MOST_RULES])


def _read_latency(entry: dict[str, Any]) -> Latency:
    _only(entry, {"operations", "fixed_ms", "jitter_ms"})
    milliseconds = [_number(entry.get(name, 0), name, _LONGEST_MS) for name in ("fixed_ms", "jitter_ms")]
    return Latency(_checked(entry.get("operations"), "operations", str), *milliseconds)


def _read_failure(entry: dict[str, Any]) -> FailureRate:
    _only(entry, {"operations", "code", "rate", "message", "status"})
    status = entry.get("status", 400)
    if not isinstance(status, int) or isinstance(status, bool) or not 400 <= status <= 599:
        raise KnobRefused("status is a number from 400 to 599.")
    return FailureRate(
        operations=_checked(entry.get("operations"), "operations", str),
        code=_code(entry.get("code")),
        rate=_number(entry.get("rate", 1), "rate", 1.0),
        message=_checked(entry.get("message", ""), "message", str),
        status=status,
    )


def _code(value: Any) -> str:
    """An error's code also goes out in a header, which holds ASCII alone."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z][\w.:-]{0,127}", value, re.ASCII):
        raise KnobRefused("code is a name such as ThrottlingException.")
    return value


def _only(entry: dict[str, Any], known: set[str]) -> None:
    if not entry.keys() <= known:
        raise KnobRefused(f"A rule has {', '.join(sorted(known))}.")


def _number(value: Any, name: str, most: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= most:
        raise KnobRefused(f"{name} is a number from 0 to {most:g}.")
    return float(value)


def _checked(value: Any, name: str, kind: type) -> Any:
    if not isinstance(value, kind) or (isinstance(value, str) and not value.isprintable()):
        raise KnobRefused(f"{name} is {'true or false' if kind is bool else 'a printable text'}.")
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "latency": lambda value: tuple(_read_latency(entry) for entry in _entries(value, "latency")),
    "errors": lambda value: tuple(_read_failure(entry) for entry in _entries(value, "errors")),
    "is_throttled": lambda value: _checked(value, "is_throttled", bool),
    "outage": _read_outage,
    "is_mail_limited": lambda value: _checked(value, "is_mail_limited", bool),
    "inactive_sts_regions": _read_regions,
}
