"""Tokens from other proofs than a sign-in: a client's secret, or a token that is exchanged for a narrower one."""

from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.auth.claims import group_claims, id_claims, visible_attributes
from cognito_explorer.sandbox.auth.keys import TokenUse, issuer_of
from cognito_explorer.sandbox.auth.sign_ins import find_sign_in
from cognito_explorer.sandbox.auth.signatures import sign_token, verify_token
from cognito_explorer.sandbox.auth.tokens import issue_client_credentials
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.app_clients import check_secret, find_client
from cognito_explorer.sandbox.user_pools.client_settings import OPENID_SCOPES, validity_s
from cognito_explorer.sandbox.user_pools.groups import groups_of_user
from cognito_explorer.sandbox.user_pools.pools import load_pool
from cognito_explorer.sandbox.user_pools.users import User, load_user
from cognito_explorer.sandbox.world import Call, World

_KINDS: dict[str, TokenUse] = {"ACCESS_TOKEN": "access", "ID_TOKEN": "id"}
_KEPT = ("sub", "event_id", "origin_jti", "auth_time", "username", "cognito:groups")


@dataclass(frozen=True, slots=True)
class _Presented:
    """A token of this pool that is still good. `user` is None for a machine's."""

    claims: dict[str, Any] = field(repr=False)
    user: User | None

    @property
    def party(self) -> str:
        """Who it speaks for, as `act` names it (RFC 8693 section 4.1)."""
        return str(self.claims["sub"])


@operation("cognito-idp", "GetClientToken")
def get_client_token(call: Call) -> dict[str, Any]:
    """An access token for a machine that knows its client's secret."""
    client = find_client(call.world, call.params["ClientId"])
    _check_client_secret(client, call.params["Secret"])
    # Cognito's documentation names a flow for this that its model does not take; the OAuth grant says the same.
    if not client["AllowedOAuthFlowsUserPoolClient"] or "client_credentials" not in client.get("AllowedOAuthFlows", ()):
        raise ServiceError("InvalidParameterException", "Auth flow not enabled for this client")
    allowed = [scope for scope in client.get("AllowedOAuthScopes", ()) if scope not in OPENID_SCOPES]
    wanted = call.params.get("Scopes") or allowed
    if not wanted or not set(wanted) <= set(allowed):
        raise ServiceError("InvalidParameterException", "Invalid scope requested.")
    pool = load_pool(call.world, client["UserPoolId"])
    return {"ClientAuthenticationResult": issue_client_credentials(call.world, pool, client, tuple(wanted))}


@operation("cognito-idp", "GetDerivedToken")
def get_derived_token(call: Call) -> dict[str, Any]:
    """Exchange a token for one with fewer scopes, an audience or an actor."""
    params, client = call.params, find_client(call.world, call.params["ClientId"])
    _check_client_secret(client, params.get("ClientSecret", ""))
    flow = "DELEGATION" if params.get("ActorToken") else "IMPERSONATION"
    if f"ALLOW_TOKEN_EXCHANGE_{flow}" not in client["ExplicitAuthFlows"]:
        raise ServiceError("InvalidParameterException", "Auth flow not enabled for this client")
    if params.get("Audiences") and params.get("Resources"):
        raise ServiceError("InvalidParameterException", "Audiences and Resources cannot be requested together.")
    pool = load_pool(call.world, client["UserPoolId"])
    subject = _presented(call.world, pool, params, "Subject")
    actor = _presented(call.world, pool, params, "Actor") if params.get("ActorToken") else None
    kind = params.get("RequestedTokenType", "ACCESS_TOKEN")
    claims = _shared_claims(call.world, pool, subject, actor)
    if kind == "ID_TOKEN":
        return _answer(call.world, pool, client, kind, claims | _identity(call.world, client, subject))
    scopes = _granted_scopes(client, subject, params.get("Scopes"))
    target = [*params.get("Audiences", ()), *params.get("Resources", ())]
    claims |= {"client_id": client["ClientId"], "scope": " ".join(scopes), "version": 2}
    claims |= {"aud": target[0]} if target else {}
    return _answer(call.world, pool, client, kind, claims) | {"Scopes": scopes}


def _presented(world: World, pool: dict[str, Any], params: dict[str, Any], role: str) -> _Presented:
    kind = params.get(f"{role}TokenType")
    if kind not in _KINDS or params.get(f"{role}TokenProviderName"):
        raise ServiceError("InvalidParameterException", f"The sandbox takes the pool's own tokens as {role}Token only.")
    pool_id, claims = verify_token(world, params[f"{role}Token"], _KINDS[kind])
    if pool_id != pool["Id"]:
        raise ServiceError("NotAuthorizedException", f"Invalid {role} Token")
    if claims["sub"] == claims.get("client_id"):
        return _Presented(claims, None)
    sign_in = find_sign_in(world, claims.get("event_id", ""))
    user = load_user(world, sign_in.user_id) if sign_in else None
    if sign_in is None or sign_in.is_revoked or user is None or not user.is_enabled:
        raise ServiceError("NotAuthorizedException", f"{role} Token has been revoked")
    return _Presented(claims, user)


def _shared_claims(world: World, pool: dict[str, Any], subject: _Presented, actor: _Presented | None) -> dict[str, Any]:
    claims = {name: subject.claims[name] for name in _KEPT if name in subject.claims}
    claims |= {"iss": issuer_of(world, pool), "iat": int(world.clock.now()), "jti": world.chance.uuid4()}
    if subject.user is not None:
        claims["username"] = subject.user.username
    if actor is not None:
        # An actor that itself acted for somebody stays in the chain.
        earlier = {"act": actor.claims["act"]} if "act" in actor.claims else {}
        claims["act"] = {"sub": actor.party} | earlier
    return claims


def _granted_scopes(client: dict[str, Any], subject: _Presented, wanted: list[str] | None) -> list[str]:
    held: list[str] = str(subject.claims.get("scope", "")).split()
    if not wanted:
        return held
    allowed = set(client.get("AllowedOAuthScopes", ()))
    return [scope for scope in wanted if scope in held and scope in allowed]


def _identity(world: World, client: dict[str, Any], subject: _Presented) -> dict[str, Any]:
    if subject.user is None:
        raise ServiceError("InvalidParameterException", "A machine has no ID token.")
    visible = visible_attributes(client, subject.user)
    groups = groups_of_user(world, subject.user.id)
    return id_claims(subject.user, visible, groups) | group_claims(groups) | {"aud": client["ClientId"]}


def _answer(
    world: World, pool: dict[str, Any], client: dict[str, Any], kind: str, claims: dict[str, Any]
) -> dict[str, Any]:
    use = _KINDS[kind]
    lifetime_s = validity_s(client, "AccessToken" if use == "access" else "IdToken")
    if use == "id":
        claims.pop("username", None)
    token = sign_token(world, pool["Id"], use, claims | {"token_use": use, "exp": claims["iat"] + lifetime_s})
    return {"IssuedToken": token, "IssuedTokenType": kind, "TokenType": "Bearer", "ExpiresIn": lifetime_s}


def _check_client_secret(client: dict[str, Any], secret: str) -> None:
    if not check_secret(client, secret):
        raise ServiceError("NotAuthorizedException", f"Unable to verify secret for client {client['ClientId']}")
