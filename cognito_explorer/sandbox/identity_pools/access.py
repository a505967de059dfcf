"""The public operations: an identity, its credentials, its token, its logins taken away."""

from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.guest_policy import guest_session_policy
from cognito_explorer.sandbox.identity_pools.identification import (
    LOGINS_DO_NOT_MATCH,
    Identified,
    identify,
    identify_new,
)
from cognito_explorer.sandbox.identity_pools.identities import unlink
from cognito_explorer.sandbox.identity_pools.identity_pools import identity_pool_of
from cognito_explorer.sandbox.identity_pools.open_id_tokens import PROVIDER, OpenIdToken, issue_open_id_token
from cognito_explorer.sandbox.identity_pools.principal_tags import principal_tags_for
from cognito_explorer.sandbox.identity_pools.role_choice import choose_role, invalid_configuration
from cognito_explorer.sandbox.identity_pools.roles import account_of, load_roles
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.sts import Credentials, WebIdentity
from cognito_explorer.sandbox.world import Call, World

# Every identity's role session has this name; people are told apart by cognito-identity.amazonaws.com:sub.
SESSION_NAME = "CognitoIdentityCredentials"
_HOUR_S = 3600


@operation("cognito-identity", "GetId")
def get_id(call: Call) -> dict[str, Any]:
    """Find or make an identity."""
    pool = identity_pool_of(call)
    if call.params.get("AccountId", call.world.account_id) != call.world.account_id:
        raise ServiceError("NotAuthorizedException", f"Account '{call.params['AccountId']}' does not own this pool.")
    return {"IdentityId": identify_new(call.world, pool, call.params.get("Logins", {})).identity.id}


@operation("cognito-identity", "GetCredentialsForIdentity")
def get_credentials(call: Call) -> dict[str, Any]:
    """Temporary credentials of the role the pool chooses; one hour."""
    who = identify(call)
    config = load_roles(call.world, who.identity.pool_id)
    role_arn = choose_role(config, who.logins, call.params.get("CustomRoleArn"))
    issued = _assume(call.world, who, role_arn)
    credentials = {
        "AccessKeyId": issued.access_key_id,
        "SecretKey": issued.secret_access_key,
        "SessionToken": issued.session_token,
        "Expiration": issued.expires_at,
    }
    return {"IdentityId": who.identity.id, "Credentials": credentials}


@operation("cognito-identity", "GetOpenIdToken")
def get_open_id_token(call: Call) -> dict[str, Any]:
    """A ten-minute token for sts:AssumeRoleWithWebIdentity, where the classic flow is allowed."""
    who = identify(call)
    if not who.pool.get("AllowClassicFlow"):
        raise ServiceError(
            "InvalidParameterException", "Basic (classic) flow is not enabled, please use enhanced flow."
        )
    if load_roles(call.world, who.identity.pool_id).get("RoleMappings"):
        raise ServiceError(
            "InvalidParameterException",
            "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.",
        )
    said = OpenIdToken(
        who.identity.pool_id, who.identity.id, methods_of(who), principal_tags_for(call.world, who.pool, who.logins)
    )
    return {"IdentityId": who.identity.id, "Token": issue_open_id_token(call.world, said)}


@operation("cognito-identity", "UnlinkIdentity")
def unlink_identity(call: Call) -> dict[str, Any]:
    """Take logins away from an identity; without its last one nobody reaches it any more."""
    who = identify(call)
    providers = call.params["LoginsToRemove"]
    if not who.logins or any(provider not in who.identity.providers for provider in providers):
        raise ServiceError("NotAuthorizedException", LOGINS_DO_NOT_MATCH)
    unlink(call.world, who.identity, providers)
    return {}


def methods_of(who: Identified) -> tuple[str, ...]:
    """`amr`: how the identity authenticated, as trust policies see it."""
    if not who.logins:
        return ("unauthenticated",)
    return ("authenticated", *(name for login in who.logins for name in login.methods))


def _assume(world: World, who: Identified, role_arn: str) -> Credentials:
    """The role's credentials; whatever STS objects to, Cognito blames on the pool's configuration."""
    if account_of(role_arn) != world.account_id:
        raise invalid_configuration()
    request = WebIdentity(
        role_arn=role_arn,
        session_name=SESSION_NAME,
        claims={
            f"{PROVIDER}:aud": who.identity.pool_id,
            f"{PROVIDER}:sub": who.identity.id,
            f"{PROVIDER}:amr": methods_of(who),
        },
        principal_tags=principal_tags_for(world, who.pool, who.logins),
        session_policies=() if who.logins else (guest_session_policy(),),
        duration_s=_HOUR_S,
    )
    try:
        return world.sts.assume_role_with_web_identity(world, request)
    except ServiceError as refusal:
        raise invalid_configuration() from refusal
