"""The mail and text messages Cognito would have sent."""

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from cognito_explorer.sandbox.clock import Clock
from cognito_explorer.sandbox.store import Store

_MOST_REFUSED = 100
SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sent_at REAL NOT NULL,
    medium TEXT NOT NULL,
    destination TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    pool_id TEXT NOT NULL,
    username TEXT NOT NULL,
    purpose TEXT NOT NULL,
    code TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `sent_at` is in epoch seconds; `purpose` is the CustomMessage trigger's suffix (SignUp, …)."""

    sent_at: float
    medium: Literal["EMAIL", "SMS"]
    destination: str
    subject: str
    body: str = field(repr=False)
    pool_id: str
    username: str
    purpose: str
    code: str = field(repr=False)


class Outbox:
    """Keeps messages in the store, newest last."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        # What was refused left nothing in the store, so it is remembered until the process ends.
        self._refused: deque[dict[str, Any]] = deque(maxlen=_MOST_REFUSED)
        store.create_tables(SCHEMA)

    def send(
        self, medium: Literal["EMAIL", "SMS"], destination: str, *, subject: str, body: str, about: dict[str, str]
    ) -> None:
        """Put a message in. `about` names pool_id, username, purpose and code."""
        message = Message(self._clock.now(), medium, destination, subject, body, **about)
        self._store.execute(
            "INSERT INTO outbox (sent_at, medium, destination, subject, body, pool_id, username, purpose, code)"
            " VALUES (:sent_at, :medium, :destination, :subject, :body, :pool_id, :username, :purpose, :code)",
            asdict(message),  # type: ignore[arg-type]  # sqlite3 takes a mapping for named parameters
        )

    def refuse(self, destination: str, reason: str, about: dict[str, str]) -> None:
        """Remember a mail that was not sent, and why; its code went nowhere and is forgotten."""
        told = {name: about[name] for name in ("pool_id", "username", "purpose")}
        refused = {"at": self._clock.now(), "medium": "EMAIL", "destination": destination, "reason": reason}
        self._refused.appendleft(refused | told)

    def refused(self) -> list[dict[str, Any]]:
        """The mails that were not sent, newest first."""
        return list(self._refused)

    def forget_refused(self) -> None:
        """As if none had been refused."""
        self._refused.clear()

    def latest(self, limit: int = 100) -> list[dict[str, Any]]:
        """The newest messages, newest first."""
        return [dict(row) for row in self._store.all("SELECT * FROM outbox ORDER BY id DESC LIMIT ?", (limit,))]
