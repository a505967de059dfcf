"""Authorization codes: five minutes, one use, one client, one redirect URI, one proof key."""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field

from cognito_explorer.sandbox.hosted_ui.authorization import AuthorizationRequest
from cognito_explorer.sandbox.hosted_ui.sessions import Session, digest
from cognito_explorer.sandbox.world import World

LIFETIME_S = 300
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class RedeemedCode:
    """What a code stood for. `auth_time` is in epoch seconds."""

    user_id: int
    scopes: tuple[str, ...]
    nonce: str = field(repr=False)
    resource: str
    auth_time: float
    event_id: str = ""
    methods: tuple[str, ...] = ()
    acr: str = ""
    sso_session: str = ""


def issue_code(
    world: World, request: AuthorizationRequest, session: Session, *, event_id: str = "", acr: str = ""
) -> str:
    """A code for a signed-in user."""
    code, now = world.chance.uuid4(), world.clock.now()
    body = {
        "scopes": request.scopes,
        "nonce": request.nonce,
        "resource": request.resource,
        "auth_time": session.auth_time,
        "event_id": event_id,
        "methods": session.methods,
        "acr": acr,
        "sso_session": session.sso_session,
    }
    world.store.execute("DELETE FROM hosted_codes WHERE expires_at < ?", (now,))
    world.store.execute(
        "INSERT INTO hosted_codes (code_hash, user_id, client_id, redirect_uri, challenge, body, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            digest(code),
            session.user_id,
            request.client["ClientId"],
            request.redirect_uri,
            request.challenge,
            json.dumps(body),
            now + LIFETIME_S,
        ),
    )
    return code


def redeem_code(world: World, code: str, *, client_id: str, redirect_uri: str, verifier: str) -> RedeemedCode | None:
    """What the code stood for, or None. A code shown by its client is used up, whether the rest fits or not."""
    row = world.store.one("SELECT * FROM hosted_codes WHERE code_hash = ?", (digest(code),))
    if row is None or row["client_id"] != client_id:
        return None
    world.store.execute("DELETE FROM hosted_codes WHERE code_hash = ?", (row["code_hash"],))
    is_in_time = world.clock.now() < row["expires_at"]
    if not is_in_time or row["redirect_uri"] != redirect_uri or not _is_proven(row["challenge"], verifier):
        return None
    body = json.loads(row["body"])
    return RedeemedCode(
        user_id=row["user_id"],
        scopes=tuple(body["scopes"]),
        nonce=body["nonce"],
        resource=body["resource"],
        auth_time=body["auth_time"],
        event_id=body.get("event_id", ""),
        methods=tuple(body.get("methods", ())),
        acr=body.get("acr", ""),
        sso_session=body.get("sso_session", ""),
    )


def _is_proven(challenge: str, verifier: str) -> bool:
    """RFC 7636 section 4.6. A verifier without a challenge is as wrong as a challenge without a verifier."""
    if not challenge or not verifier:
        return not challenge and not verifier
    if not _VERIFIER.fullmatch(verifier):
        return False
    computed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(computed, challenge.encode())
