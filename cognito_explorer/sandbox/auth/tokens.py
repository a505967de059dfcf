"""Tokens: issue, refresh, verify, revoke."""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from cognito_explorer.sandbox.auth.claims import ADMIN_SCOPE, group_claims, id_claims, visible_attributes
from cognito_explorer.sandbox.auth.devices import NEW, find_device, is_tracking
from cognito_explorer.sandbox.auth.keys import issuer_of
from cognito_explorer.sandbox.auth.sign_ins import SignIn, find_sign_in, record_sign_in, revoke_sign_in
from cognito_explorer.sandbox.auth.signatures import sign_token, verify_token
from cognito_explorer.sandbox.auth.user_sessions import note_activity, track_session
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.triggers.token_generation import (
    customise_machine_token,
    customise_tokens,
    source_of,
)
from cognito_explorer.sandbox.user_pools.client_settings import validity_s
from cognito_explorer.sandbox.user_pools.groups import groups_of_user
from cognito_explorer.sandbox.user_pools.pools import load_pool
from cognito_explorer.sandbox.user_pools.users import User, load_user
from cognito_explorer.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Grant:
    """What a sign-in may do. `auth_time` (epoch seconds) is now unless given; `resource` becomes `aud`.

    `event_id` is drawn unless given; `methods` are those of RFC 8176 the user proved who they are with; `device_key`
    is the device that signed in, where the pool tracks devices, `ip_address` what the application told of it.
    `acr` is the name of the level of assurance that was reached, where one was asked for, `sso_session` the tracked
    session of the browser that signed in.
    """

    scopes: tuple[str, ...] = (ADMIN_SCOPE,)
    nonce: str = field(default="", repr=False)
    auth_time: float | None = None
    is_hosted: bool = False
    resource: str = ""
    event_id: str = ""
    methods: tuple[str, ...] = ()
    device_key: str = ""
    ip_address: str = ""
    acr: str = ""
    sso_session: str = ""


def issue_tokens(
    world: World, pool: dict[str, Any], client: dict[str, Any], user: User, grant: Grant | None = None
) -> dict[str, Any]:
    """Tokens of a fresh sign-in in the shape of AuthenticationResult; a hosted grant without openid has no IdToken."""
    grant = grant or Grant()
    auth_time = world.clock.now() if grant.auth_time is None else grant.auth_time
    sign_in = SignIn(
        event_id=grant.event_id or world.chance.uuid4(),
        origin_jti=world.chance.uuid4(),
        pool_id=pool["Id"],
        client_id=client["ClientId"],
        user_id=user.id,
        auth_time=auth_time,
        grant=asdict(grant),
    )
    record_sign_in(world, sign_in)
    expires_at = world.clock.now() + validity_s(client, "RefreshToken")
    track_session(world, pool, sign_in, expires_at)
    return _sign_pair(world, pool, client, user, sign_in) | {"RefreshToken": _new_refresh(world, sign_in, expires_at)}


def refresh(
    world: World, pool: dict[str, Any], client: dict[str, Any], refresh_token: str, *, device_key: str = ""
) -> dict[str, Any]:
    """New ID and access tokens of the same sign-in; with rotation also a new refresh token.

    Where the pool tracks devices, the API's sign-ins are refreshed by their own confirmed device alone.
    Raises NotAuthorizedException or RefreshTokenReuseException.
    """
    row = world.store.one("SELECT * FROM refresh_tokens WHERE token_hash = ?", (_digest(refresh_token),))
    sign_in = find_sign_in(world, row["event_id"]) if row else None
    if row is None or sign_in is None or sign_in.client_id != client["ClientId"] or sign_in.pool_id != pool["Id"]:
        raise ServiceError("NotAuthorizedException", "Invalid Refresh Token")
    now = world.clock.now()
    user = _refreshing_user(world, pool, sign_in, device_key)
    if now > row["expires_at"]:
        raise ServiceError("NotAuthorizedException", "Refresh Token has expired")
    rotation = client.get("RefreshTokenRotation", {})
    grace_s = rotation.get("RetryGracePeriodSeconds", 0)
    # A token that was replaced stays replaced when the client stops rotating.
    if row["replaced_at"] is not None and now > row["replaced_at"] + grace_s:
        raise ServiceError("RefreshTokenReuseException", "Refresh token has been used already.")
    note_activity(world, pool, sign_in)
    tokens = _sign_pair(world, pool, client, user, sign_in, is_refresh=True)
    if rotation.get("Feature") != "ENABLED":
        return tokens
    world.store.execute(
        "UPDATE refresh_tokens SET replaced_at = COALESCE(replaced_at, ?) WHERE token_hash = ?",
        (now, row["token_hash"]),
    )
    return tokens | {"RefreshToken": _new_refresh(world, sign_in, row["expires_at"])}


def _refreshing_user(world: World, pool: dict[str, Any], sign_in: SignIn, device_key: str) -> User:
    if sign_in.is_revoked:
        raise ServiceError("NotAuthorizedException", "Refresh Token has been revoked")
    if is_tracking(pool) and not sign_in.grant["is_hosted"]:
        device = find_device(world, sign_in.user_id, device_key) if device_key else None
        if device is None or device.status == NEW or sign_in.grant.get("device_key") != device_key:
            raise ServiceError("NotAuthorizedException", "Invalid Refresh Token")
    user = load_user(world, sign_in.user_id)
    if user is None or not user.is_enabled:
        raise ServiceError("NotAuthorizedException", "User is disabled.")
    return user


def issue_client_credentials(
    world: World, pool: dict[str, Any], client: dict[str, Any], scopes: tuple[str, ...], *, resource: str = ""
) -> dict[str, Any]:
    """The access token of a machine: no user, no refresh token. The caller has checked secret, flow and scopes."""
    custom, now = customise_machine_token(world, pool, scopes), int(world.clock.now())
    claims = {
        "sub": client["ClientId"],
        "token_use": "access",
        "scope": " ".join(scopes),
        "auth_time": now,
        "iss": issuer_of(world, pool),
        "exp": now + validity_s(client, "AccessToken"),
        "iat": now,
        "version": 2,
        "jti": world.chance.uuid4(),
        "client_id": client["ClientId"],
    } | ({"aud": resource} if resource else {})
    claims["scope"] = " ".join(custom.scopes(scopes))
    token = sign_token(world, pool["Id"], "access", custom.applied(claims))
    return {"AccessToken": token, "ExpiresIn": validity_s(client, "AccessToken"), "TokenType": "Bearer"}


def verify_id_token(world: World, token: str) -> dict[str, Any]:
    """The claims of an ID token whose signature and expiry hold; raises NotAuthorizedException."""
    return verify_token(world, token, "id")[1]


def verify_access_token(
    world: World, token: str, *, scope: str | None = ADMIN_SCOPE
) -> tuple[dict[str, Any], User, dict[str, Any]]:
    """Pool, user and claims of a live access token; raises NotAuthorizedException.

    It is refused once its sign-in is revoked, its user disabled or deleted, or when it lacks `scope`.
    """
    pool_id, claims = verify_token(world, token, "access")
    sign_in = find_sign_in(world, claims.get("event_id", ""))
    user = load_user(world, sign_in.user_id) if sign_in else None
    if sign_in is None or user is None:
        raise ServiceError("NotAuthorizedException", "Invalid Access Token")
    if sign_in.is_revoked:
        raise ServiceError("NotAuthorizedException", "Access Token has been revoked")
    if not user.is_enabled:
        raise ServiceError("NotAuthorizedException", "User is disabled.")
    if scope is not None and scope not in claims["scope"].split():
        raise ServiceError("NotAuthorizedException", "Access Token does not have required scopes")
    return load_pool(world, pool_id), user, claims


def revoke_refresh_token(world: World, client: dict[str, Any], token: str) -> None:
    """End the sign-in a refresh token belongs to; one that is unknown or revoked already is fine.

    Raises UnsupportedOperationException, UnsupportedTokenTypeException or UnauthorizedException.
    """
    if not client.get("EnableTokenRevocation", True):
        raise ServiceError("UnsupportedOperationException", "Token revocation is not enabled for this client.")
    if token.count(".") == 2:
        raise ServiceError("UnsupportedTokenTypeException", "Unsupported token type.")
    row = world.store.one("SELECT event_id FROM refresh_tokens WHERE token_hash = ?", (_digest(token),))
    sign_in = find_sign_in(world, row["event_id"]) if row else None
    if sign_in is None:
        return
    if sign_in.client_id != client["ClientId"]:
        raise ServiceError("UnauthorizedException", "The token was issued to another client.")
    revoke_sign_in(world, sign_in.event_id)


def _sign_pair(
    world: World, pool: dict[str, Any], client: dict[str, Any], user: User, sign_in: SignIn, *, is_refresh: bool = False
) -> dict[str, Any]:
    grant, groups, now = sign_in.grant, groups_of_user(world, user.id), int(world.clock.now())
    shared = _shared_claims(world, pool, client, user, sign_in) | {"iat": now}
    occasion = source_of(world, is_hosted=grant["is_hosted"], is_refresh=is_refresh)
    custom = customise_tokens(world, pool, user, occasion, groups=group_claims(groups), scopes=grant["scopes"])
    access = shared | {key: value for key, value in group_claims(groups).items() if key == "cognito:groups"}
    access |= {
        "client_id": client["ClientId"],
        "token_use": "access",
        "scope": " ".join(grant["scopes"]),
        "exp": now + validity_s(client, "AccessToken"),
        "jti": world.chance.uuid4(),
        "username": user.username,
        "version": 2,
    }
    if grant.get("device_key"):
        access["device_key"] = grant["device_key"]
    if grant["resource"]:
        access["aud"] = grant["resource"]
    tokens = {"AccessToken": sign_token(world, pool["Id"], "access", custom.access_claims(access))}
    if not grant["is_hosted"] or "openid" in grant["scopes"]:
        visible = visible_attributes(client, user, grant["scopes"] if grant["is_hosted"] else None)
        identity = id_claims(user, visible, groups) | shared
        identity |= {
            "aud": client["ClientId"],
            "token_use": "id",
            "exp": now + validity_s(client, "IdToken"),
            "jti": world.chance.uuid4(),
        }
        if grant["is_hosted"]:
            identity["at_hash"] = _at_hash(tokens["AccessToken"])
        if grant["nonce"]:
            identity["nonce"] = grant["nonce"]
        tokens["IdToken"] = sign_token(world, pool["Id"], "id", custom.identity_claims(identity))
    return tokens | {"ExpiresIn": validity_s(client, "AccessToken"), "TokenType": "Bearer"}


def _shared_claims(
    world: World, pool: dict[str, Any], client: dict[str, Any], user: User, sign_in: SignIn
) -> dict[str, Any]:
    """What ID and access token say alike."""
    claims: dict[str, Any] = {
        "sub": user.sub,
        "iss": issuer_of(world, pool),
        "event_id": sign_in.event_id,
        "auth_time": int(sign_in.auth_time),
    }
    if client.get("EnableTokenRevocation", True):
        claims["origin_jti"] = sign_in.origin_jti
    if sign_in.grant.get("acr"):
        claims |= {"acr": sign_in.grant["acr"], "amr": list(sign_in.grant["methods"])}
    return claims


def _new_refresh(world: World, sign_in: SignIn, expires_at: float) -> str:
    # Five parts, as an encrypted token has; what is in them is random, for nobody can decrypt Cognito's either.
    header = _encode(json.dumps({"cty": "JWT", "enc": "A256GCM", "alg": "RSA-OAEP"}, separators=(",", ":")).encode())
    sizes = (256, 12, 512, 16)
    token = ".".join([header, *(_encode(world.chance.token_bytes(size)) for size in sizes)])
    world.store.execute(
        "INSERT INTO refresh_tokens (token_hash, event_id, expires_at) VALUES (?, ?, ?)",
        (_digest(token), sign_in.event_id, expires_at),
    )
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _at_hash(access_token: str) -> str:
    return _encode(hashlib.sha256(access_token.encode()).digest()[:16])


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def refresh_names(world: World, refresh_token: str) -> list[str]:
    """Username and sub of the user a refresh token belongs to; nothing for an unknown token."""
    row = world.store.one(
        "SELECT username, sub FROM refresh_tokens JOIN sign_ins USING (event_id) JOIN users ON users.id = user_id"
        " WHERE token_hash = ?",
        (_digest(refresh_token),),
    )
    return [row["username"], row["sub"]] if row else []
