"""Security Token Service: issues sessions, knows whose they are, and lets them expire by the world's clock."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from cognito_explorer.sandbox.chance import Chance
from cognito_explorer.sandbox.clock import Clock
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import IamDirectory, Role
from cognito_explorer.sandbox.store import Row, Store
from cognito_explorer.sandbox.trust import trusts_federated

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
CREATE TABLE IF NOT EXISTS sts_mfa_code (
    serial_number TEXT PRIMARY KEY,
    step INTEGER NOT NULL
);
"""
# What sessions of older data folders lack. A user's session keeps the user's name, ARN and id as a role's its role's.
_ADDED_COLUMNS = {
    "kind": "TEXT NOT NULL DEFAULT 'role'",
    "transitive_tags": "TEXT NOT NULL DEFAULT '[]'",
    "is_chained": "INTEGER NOT NULL DEFAULT 0",
}

Context = dict[str, str | tuple[str, ...]]
# A role's session, a user's of GetSessionToken, or a federated one of GetFederationToken.
SessionKind = Literal["role", "user", "federated"]

_ROLE_ARN = re.compile(r"arn:aws:iam::(?P<account>\d{12}):role/(?:.+/)?(?P<name>[\w+=,.@-]{1,64})")
# A session is kept this long after its end, so that the answer is "expired" and not "unknown".
_KEPT_AFTER_END_S = 7 * 86400


@dataclass(frozen=True, slots=True)
class WebIdentity:
    """A role asked for in the name of a web identity.

    `claims` are condition keys, e.g. "cognito-identity.amazonaws.com:aud", that stay with the session; those in
    `passing_claims` are seen by the trust policy alone. `session_policies` are JSON documents that add up. `principal`
    is what trust policies call the provider: its name, or the ARN it has in IAM.
    """

    role_arn: str
    session_name: str
    claims: Context
    principal_tags: dict[str, str] = field(default_factory=dict)
    session_policies: tuple[str, ...] = ()
    duration_s: int = 3600
    principal: str = "cognito-identity.amazonaws.com"
    action: str = "sts:AssumeRoleWithWebIdentity"
    passing_claims: Context = field(default_factory=dict)
    transitive_tags: tuple[str, ...] = ()
    source_identity: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Temporary credentials. `expires_at` is in epoch seconds. The ARN and the id are the session's own."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires_at: float
    assumed_role_arn: str
    assumed_role_id: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session as the gate sees it. `context` holds the condition keys that go with it; a chained one was opened by
    another role's session.

    Of a user's or a federated session the role's name, ARN and id are the user's.
    """

    credentials: Credentials
    role_name: str
    role_arn: str
    role_id: str
    issued_at: float
    context: Context
    session_policies: tuple[str, ...]
    kind: SessionKind = "role"
    transitive_tags: tuple[str, ...] = ()
    is_chained: bool = False


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """What is asked of a role whose trust policy has agreed, or of a user."""

    session_name: str
    context: Context
    session_policies: tuple[str, ...]
    duration_s: int
    kind: SessionKind = "role"
    transitive_tags: tuple[str, ...] = ()
    is_chained: bool = False


@dataclass(frozen=True, slots=True)
class SessionOwner:
    """Whose permissions a session has: a role's or a user's."""

    name: str
    arn: str
    id: str


def current_time(now: float) -> Context:
    """The condition keys of the time of a request."""
    moment = datetime.fromtimestamp(now, UTC)
    return {"aws:CurrentTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "aws:EpochTime": str(int(now))}


class SecurityTokenService:
    """Issues and finds sessions."""

    def __init__(self, store: Store, clock: Clock, directory: IamDirectory, chance: Chance) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory
        self._chance = chance
        store.create_tables(SCHEMA)
        known = {row["name"] for row in store.all("PRAGMA table_info(sts_session)")}
        for name, definition in _ADDED_COLUMNS.items():
            if name not in known:
                store.execute(f"ALTER TABLE sts_session ADD COLUMN {name} {definition}")

    def assume_role_with_web_identity(self, world: "World", identity: WebIdentity) -> Credentials:
        """Credentials for a web identity. Raises ServiceError AccessDenied when the role's trust policy says no."""
        role = self.find_role(identity.role_arn)
        tags: Context = {f"aws:RequestTag/{key}": value for key, value in identity.principal_tags.items()}
        if identity.principal_tags:
            tags["aws:TagKeys"] = tuple(identity.principal_tags)
        asked: Context = {
            **current_time(self._clock.now()),
            **identity.claims,
            **identity.passing_claims,
            **tags,
            "sts:RoleSessionName": identity.session_name,
            "sts:DurationSeconds": str(identity.duration_s),
        }
        if identity.transitive_tags:
            asked["sts:TransitiveTagKeys"] = identity.transitive_tags
        actions = [identity.action, *(["sts:TagSession"] if identity.principal_tags else [])]
        if identity.source_identity:
            asked["sts:SourceIdentity"] = identity.source_identity
            actions.append("sts:SetSourceIdentity")
        is_trusted = role is not None and trusts_federated(role.trust, identity.principal, asked, actions)
        if role is None or not is_trusted:
            raise ServiceError("AccessDenied", f"Not authorized to perform {identity.action}", status=403)
        context: Context = {
            **identity.claims,
            "aws:FederatedProvider": identity.principal,
            **{f"aws:PrincipalTag/{key}": value for key, value in {**role.tags, **identity.principal_tags}.items()},
        }
        if identity.source_identity:
            context["aws:SourceIdentity"] = identity.source_identity
        request = SessionRequest(
            identity.session_name,
            context,
            identity.session_policies,
            identity.duration_s,
            transitive_tags=identity.transitive_tags,
        )
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
        """A session of a role."""
        return self.issue_for(SessionOwner(role.name, role.arn, role.role_id), request, account_id=account_id)

    def issue_for(self, owner: SessionOwner, request: SessionRequest, *, account_id: str) -> Credentials:
        """Make a session and keep it."""
        now = self._clock.now()
        arn, session_id = _session_names(request.kind, owner, request.session_name, account_id)
        credentials = Credentials(
            access_key_id="ASIA" + self._chance.base32(16),
            secret_access_key=self._chance.token_urlsafe(30),
            session_token="IQoJb3JpZ2luX2Vj" + self._chance.token_urlsafe(240),
            expires_at=float(int(now) + request.duration_s),
            assumed_role_arn=arn,
            assumed_role_id=session_id,
        )
        with self._store.transaction():
            self._store.execute("DELETE FROM sts_session WHERE expires_at < ?", (now - _KEPT_AFTER_END_S,))
            self._store.execute(
                "INSERT INTO sts_session (access_key_id, secret_access_key, session_token, role_name, role_arn,"
                " role_id, session_name, issued_at, expires_at, context, session_policies, kind, transitive_tags,"
                " is_chained) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    credentials.access_key_id,
                    credentials.secret_access_key,
                    credentials.session_token,
                    owner.name,
                    owner.arn,
                    owner.id,
                    request.session_name,
                    now,
                    credentials.expires_at,
                    json.dumps(request.context),
                    json.dumps(request.session_policies),
                    request.kind,
                    json.dumps(request.transitive_tags),
                    request.is_chained,
                ),
            )
        return credentials

    def find_session(self, access_key_id: str, *, account_id: str) -> Session | None:
        """The session behind an access key, expired or not."""
        row = self._store.one("SELECT * FROM sts_session WHERE access_key_id = ?", (access_key_id,))
        return None if row is None else _session(row, account_id)


def _session_names(kind: SessionKind, owner: SessionOwner, name: str, account_id: str) -> tuple[str, str]:
    """A session's ARN and its id, as aws:userid has it."""
    if kind == "user":
        return owner.arn, owner.id
    if kind == "federated":
        return f"arn:aws:sts::{account_id}:federated-user/{name}", f"{account_id}:{name}"
    return f"arn:aws:sts::{account_id}:assumed-role/{owner.name}/{name}", f"{owner.id}:{name}"


def _session(row: Row, account_id: str) -> Session:
    context: dict[str, Any] = json.loads(row["context"])
    owner = SessionOwner(row["role_name"], row["role_arn"], row["role_id"])
    arn, session_id = _session_names(row["kind"], owner, row["session_name"], account_id)
    credentials = Credentials(
        row["access_key_id"],
        row["secret_access_key"],
        row["session_token"],
        row["expires_at"],
        arn,
        session_id,
    )
    return Session(
        credentials,
        owner.name,
        owner.arn,
        owner.id,
        row["issued_at"],
        {key: tuple(value) if isinstance(value, list) else value for key, value in context.items()},
        tuple(json.loads(row["session_policies"])),
        row["kind"],
        tuple(json.loads(row["transitive_tags"])),
        bool(row["is_chained"]),
    )
