"""Calls to an external provider's own endpoints, with a time limit."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cognito_explorer.sandbox.federation.addresses import is_loopback, is_safe
from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.plain_json import read_json

_TIMEOUT_S = 5.0
_MAX_BYTES = 1_000_000


class TimedOut(Exception):  # noqa: N818  # read as a sentence: the call timed out
    """The provider took too long."""


class Unreachable(Exception):  # noqa: N818  # read as a sentence: the provider is unreachable
    """There was no answer at all."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a provider answered."""

    status: int
    body: bytes = field(repr=False)

    def json(self) -> dict[str, object] | None:
        """The body as a JSON object, or None."""
        try:
            document = read_json(self.body)
        except ValueError:
            return None
        return document if isinstance(document, dict) else None


def call(
    url: str, *, method: str = "GET", form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Reply:
    """One request. Raises TimedOut and Unreachable, and FederationProblem for an address secrets must not go to."""
    # httpx takes a tenth of a second to load; only who signs in through a provider waits for it.
    import httpx

    is_own = is_loopback(url)
    if not is_safe(url):
        raise FederationProblem("The provider's address is not an https URL")
    try:
        # A proxy is no way to ourselves.
        with (
            httpx.Client(timeout=_TIMEOUT_S, trust_env=not is_own) as client,
            client.stream(method, url, data=form, headers=headers) as answer,
        ):
            return Reply(answer.status_code, _read(answer.iter_bytes()))
    except httpx.TimeoutException:
        raise TimedOut from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
        # The last: a host name that DNS has no letters for, or a token that no header can carry.
        raise Unreachable from None


def _read(chunks: Iterable[bytes]) -> bytes:
    """A body that ends in time and stays small; raises TimedOut and Unreachable."""
    started, body = time.monotonic(), bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > _MAX_BYTES:
            raise Unreachable
        if time.monotonic() - started > _TIMEOUT_S:
            raise TimedOut
    return bytes(body)
