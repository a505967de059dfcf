"""Probes: small real requests that show what temporary credentials may do, and why not."""

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cognito_explorer.core.aws.errors import reason, translate
from cognito_explorer.core.errors import AccessDenied, ExplorerError, NotFound, Unreachable, WriteRefused
from cognito_explorer.core.identity_pools.credentials import Credentials, acting_door
from cognito_explorer.core.journal import Intent

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

ProbeKind = Literal["s3 get", "s3 put", "s3 list"]
Verdict = Literal["allowed", "denied", "failed", "kept back"]

_PREVIEW_BYTES = 2_000
_ACTIONS: dict[ProbeKind, str] = {"s3 get": "s3:GetObject", "s3 put": "s3:PutObject", "s3 list": "s3:ListBucket"}


@dataclass(frozen=True, slots=True)
class Probe:
    """One request to try. `key` is the object's key, or the prefix of a list."""

    title: str
    kind: ProbeKind
    bucket: str
    key: str

    @property
    def action(self) -> str:
        """The permission it needs."""
        return _ACTIONS[self.kind]

    @property
    def resource(self) -> str:
        """What it touches, as an ARN; a list touches the bucket, with a prefix."""
        return f"arn:aws:s3:::{self.bucket}" if self.kind == "s3 list" else f"arn:aws:s3:::{self.bucket}/{self.key}"

    @property
    def target(self) -> str:
        """What the journal calls the object that is written."""
        return f"object {self.bucket}/{self.key}"

    @property
    def is_writing(self) -> bool:
        """Whether it changes something when it is allowed."""
        return self.kind == "s3 put"


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What the service answered. `reason` is its own words; `preview` the start of what was read.

    Of what was "kept back" nothing was sent: `reason` says why.
    """

    probe: Probe
    verdict: Verdict
    reason: str
    duration_ms: int
    code: str = ""
    preview: str = ""


SANDBOX_PROBES = (
    Probe("Read a teaser", "s3 get", "moonletter-content", "teasers/2026-11-halving.md"),
    Probe("Read an article", "s3 get", "moonletter-content", "articles/2026-11-halving.md"),
    Probe("List the teasers", "s3 list", "moonletter-content", "teasers/"),
    Probe("List the articles", "s3 list", "moonletter-content", "articles/"),
    Probe("Write an article", "s3 put", "moonletter-content", "articles/written-by-a-probe.md"),
)


async def run_probe(aws: "Aws", credentials: Credentials, probe: Probe) -> ProbeResult:
    """Try one request with these credentials, once. A refusal is a result, not an error; raises Unreachable."""
    door = acting_door(aws, credentials)
    begun = time.monotonic()
    try:
        preview = await _TRIES[probe.kind](door, probe)
    except Unreachable:
        raise
    except ExplorerError as error:
        return _refused(probe, error, _since_ms(begun))
    finally:
        door.close()
    return ProbeResult(probe, "allowed", "The service did it.", _since_ms(begun), preview=preview)


def kept_back(probe: Probe, reason: str) -> ProbeResult:
    """What there is to say of a probe that the app itself did not send."""
    return ProbeResult(probe, "kept back", f"Nothing was sent. {reason}", 0)


async def _get(door: "Aws", probe: Probe) -> str:
    from botocore.exceptions import BotoCoreError

    answer = await door.read(door.s3.get_object, Bucket=probe.bucket, Key=probe.key)
    body = answer["Body"]
    try:
        start = await asyncio.to_thread(body.read, _PREVIEW_BYTES)
    except BotoCoreError as trouble:
        raise translate(trouble, probe.action) from trouble
    finally:
        body.close()
    return start.decode("utf-8", errors="replace")


async def _list(door: "Aws", probe: Probe) -> str:
    answer = await door.read(door.s3.list_objects_v2, Bucket=probe.bucket, Prefix=probe.key, MaxKeys=20)
    return "\n".join(each["Key"] for each in answer.get("Contents", ()) if "Key" in each)


async def _put(door: "Aws", probe: Probe) -> str:
    intent = Intent(probe.target, {}, {"content": "a probe's"}, scope=probe.bucket)
    text = b"Written by a probe of Cognito Explorer.\n"
    await door.write(intent, door.s3.put_object, Bucket=probe.bucket, Key=probe.key, Body=text)
    return ""


_TRIES = {"s3 get": _get, "s3 list": _list, "s3 put": _put}


def _refused(probe: Probe, error: ExplorerError, duration_ms: int) -> ProbeResult:
    if isinstance(error, AccessDenied):
        why = reason(error.said) or error.said or error.title
        return ProbeResult(probe, "denied", why, duration_ms, error.code)
    if isinstance(error, WriteRefused):
        return kept_back(probe, f"{error.title} {error.hint}".strip())
    if isinstance(error, NotFound):
        why = f"Allowed, but {probe.bucket}/{probe.key} is not there."
        return ProbeResult(probe, "failed", why, duration_ms, error.code)
    return ProbeResult(probe, "failed", f"{error.title} {error.hint}".strip(), duration_ms, error.code)


def _since_ms(begun: float) -> int:
    return round((time.monotonic() - begun) * 1_000)
