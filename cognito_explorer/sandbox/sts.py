"""Security Token Service: issues sessions, knows whose they are, and lets them expire by the world's clock."""

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cognito_explorer.sandbox.chance import Chance
from cognito_explorer.sandbox.clock import Clock
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import IamDirectory, Role
from cognito_explorer.sandbox.store import Row, Store
from cognito_explorer.sandbox.trust import trusts_web_identity

if TYPE_CHECKING:
    from cognito_explorer.sandbox.world import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS sts_session (
    access_key_id TEXT PRIMARY KEY,
    secret_access_key TEXT NOT NULL,
    session_token TEXT NOT NULL,
    role_name TEXT NOT NULL,
    role_arn TEXT NOT NULL,
    role_id TEXT NOT NULL,
    session_name TEXT NOT NULL,
    issued_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    context TEXT NOT NULL,
    session_policies TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS sts_session_expiry ON sts_session (expires_at);
"""

Context = dict[str, str | tuple[str, ...]]

_ROLE_ARN = re.compile(r"arn:aws:iam::(?P<account>\d{12}):role/(?:.+/)?(?P<name>[\w+=,.@-]{1,64})")
_WEB_IDENTITY_REFUSED = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
# A session is kept this long after its end, so that the answer is "expired" and not "unknown".
_KEPT_AFTER_END_S = 7 * 86400


@dataclass(frozen=True, slots=True)
class WebIdentity:
    """A role asked for in the name of a web identity. `claims` are condition keys, e.g.
    "cognito-identity.amazonaws.com:aud"; `session_policies` are JSON documents that add up."""

    role_arn: str
    session_name: str
    claims: Context
    principal_tags: dict[str, str] = field(default_factory=dict)
    session_policies: tuple[str, ...] = ()
    duration_s: int = 3600
    provider: str = "cognito-identity.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Temporary credentials. `expires_at` is in epoch seconds."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires_at: float
    assumed_role_arn: str
    assumed_role_id: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session as the gate sees it. `context` holds the condition keys that go with it."""

    credentials: Credentials
    role_name: str
    role_arn: str
    role_id: str
    issued_at: float
    context: Context
    session_policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """What is asked of a role whose trust policy has agreed."""

    session_name: str
    context: Context
    session_policies: tuple[str, ...]
    duration_s: int


class SecurityTokenService:
    """Issues and finds sessions."""

    def __init__(self, store: Store, clock: Clock, directory: IamDirectory, chance: Chance) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory
        self._chance = chance
        store.create_tables(SCHEMA)

    def assume_role_with_web_identity(self, world: "World", identity: WebIdentity) -> Credentials:
        """Credentials for a web identity. Raises ServiceError AccessDenied when the role's trust policy says no."""
        role = self.find_role(identity.role_arn)
        tags: Context = {f"aws:RequestTag/{key}": value for key, value in identity.principal_tags.items()}
        if identity.principal_tags:
            tags["aws:TagKeys"] = tuple(identity.principal_tags)
        is_trusted = role is not None and trusts_web_identity(
            role.trust, identity.provider, {**identity.claims, **tags}, is_tagging=bool(identity.principal_tags)
        )
        if role is None or not is_trusted:
            raise ServiceError("AccessDenied", _WEB_IDENTITY_REFUSED, status=403)
        context: Context = {
            **identity.claims,
            "aws:FederatedProvider": identity.provider,
            **{f"aws:PrincipalTag/{key}": value for key, value in {**role.tags, **identity.principal_tags}.items()},
        }
        request = SessionRequest(identity.session_name, context, identity.session_policies, identity.duration_s)
        return self.issue(role, request, account_id=world.account_id)

    @property
    def directory(self) -> IamDirectory:
        """What IAM knows: roles, users and identity providers."""
        return self._directory

    def find_role(self, arn: str) -> Role | None:
        """The role an ARN names, if it is there and the ARN is exactly its own."""
        found = _ROLE_ARN.fullmatch(arn)
        role = self._directory.find_role(found["name"]) if found else None
        return role if role is not None and role.arn == arn else None

    def issue(self, role: Role, request: SessionRequest, *, account_id: str) -> Credentials:
        """Make a session and keep it."""
        now = self._clock.now()
        credentials = Credentials(
            access_key_id="ASIA" + self._chance.base32(16),
            secret_access_key=self._chance.token_urlsafe(30),
            session_token="IQoJb3JpZ2luX2Vj" + self._chance.token_urlsafe(240),
            expires_at=float(int(now) + request.duration_s),
            assumed_role_arn=f"arn:aws:sts::{account_id}:assumed-role/{role.name}/{request.session_name}",
            assumed_role_id=f"{role.role_id}:{request.session_name}",
        )
        with self._store.transaction():
            self._store.execute("DELETE FROM sts_session WHERE expires_at < ?", (now - _KEPT_AFTER_END_S,))
            self._store.execute(
                "INSERT INTO sts_session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    credentials.access_key_id,
                    credentials.secret_access_key,
                    credentials.session_token,
                    role.name,
                    role.arn,
                    role.role_id,
                    request.session_name,
                    now,
                    credentials.expires_at,
                    json.dumps(request.context),
                    json.dumps(request.session_policies),
                ),
            )
        return credentials

    def find_session(self, access_key_id: str, *, account_id: str) -> Session | None:
        """The session behind an access key, expired or not."""
        row = self._store.one("SELECT * FROM sts_session WHERE access_key_id = ?", (access_key_id,))
        return None if row is None else _session(row, account_id)


def _session(row: Row, account_id: str) -> Session:
    context: dict[str, Any] = json.loads(row["context"])
    name, session = row["role_name"], row["session_name"]
    credentials = Credentials(
        row["access_key_id"],
        row["secret_access_key"],
        row["session_token"],
        row["expires_at"],
        f"arn:aws:sts::{account_id}:assumed-role/{name}/{session}",
        f"{row['role_id']}:{session}",
    )
    return Session(
        credentials,
        name,
        row["role_arn"],
        row["role_id"],
        row["issued_at"],
        {key: tuple(value) if isinstance(value, list) else value for key, value in context.items()},
        tuple(json.loads(row["session_policies"])),
    )
