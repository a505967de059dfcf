"""One thing found out about a token, and what the token is held against."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from cognito_explorer.core.auth.clock_skew import ClockSkew
from cognito_explorer.core.auth.liveness import LiveAnswer
from cognito_explorer.core.auth.sign_in_ends import SignInEnd
from cognito_explorer.core.auth.tokens import SignatureCheck
from cognito_explorer.core.user_pools.app_clients import AppClient

Level = Literal["ok", "warn", "bad", "info", "unknown"]
Verdict = Literal["passed", "failed", "unknown"]
UserState = Literal["", "deleted", "replaced", "disabled"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found out. `title` is a short sentence, `detail` what was seen.

    `why` says why it matters, `remedy` what to do, "" where nothing is to be done. `check` is the short, lasting name
    of what was looked at ("signature"), `claim` the claim or header field it is about, "" where it is about none.
    """

    level: Level
    title: str
    detail: str = ""
    check: str = ""
    claim: str = ""
    why: str = ""
    remedy: str = ""

    @property
    def verdict(self) -> Verdict:
        """Whether the check was passed: remarks and warnings do not make a token fail."""
        if self.level == "bad":
            return "failed"
        return "unknown" if self.level == "unknown" else "passed"


@dataclass(frozen=True, slots=True)
class TokenContext:
    """What the token is held against; what is "" or None is not checked. `client_names` maps client ids to names.

    `clients_unread` says why there are none, where they could not be read. `clock` is the clock that the local one
    was compared with. `issuer` and `audience` are what a verifier of the user's own would expect.
    `expected_where`: a sentence that says where somebody set these two.
    `ended`: the user revoked it or signed its user out from here. `user_state` is what the pool says of its user now:
    "replaced" is another sub under the same name, "" nothing that ends tokens, or not asked.
    """

    pool_id: str = ""
    client_id: str = ""
    client_names: dict[str, str] = field(default_factory=dict)
    signature: SignatureCheck | None = None
    now: datetime | None = None
    clients_unread: str = ""
    issuer: str = ""
    audience: str = ""
    expected_where: str = ""
    clock: ClockSkew | None = None
    client: AppClient | None = None
    live: LiveAnswer | None = None
    ended: SignInEnd | None = None
    user_state: UserState = ""

    @property
    def skew(self) -> timedelta | None:
        """How far the other clock is ahead of the local one; None: they were not compared."""
        return self.clock.ahead if self.clock is not None else None
