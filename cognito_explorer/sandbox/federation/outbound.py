"""Calls to an external provider's own endpoints, with a time limit."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from cognito_explorer.sandbox.federation.addresses import is_loopback
from cognito_explorer.sandbox.federation.problems import FederationProblem

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
            document = json.loads(self.body) if len(self.body) <= _MAX_BYTES else None
        except (ValueError, RecursionError):
            return None
        return document if isinstance(document, dict) else None


def call(
    url: str, *, method: str = "GET", form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Reply:
    """One request. Raises TimedOut and Unreachable, and FederationProblem for an address secrets must not go to."""
    # httpx takes a tenth of a second to load; only who signs in through a provider waits for it.
    import httpx

    is_own = is_loopback(url)
    if not is_own and not url.lower().startswith("https://"):
        raise FederationProblem("The provider's address is not an https URL")
    try:
        # A proxy is no way to ourselves.
        with httpx.Client(timeout=_TIMEOUT_S, trust_env=not is_own) as client:
            answer = client.request(method, url, data=form, headers=headers)
            return Reply(answer.status_code, answer.content)
    except httpx.TimeoutException:
        raise TimedOut from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Unreachable from None
