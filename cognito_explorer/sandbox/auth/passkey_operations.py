"""Passkeys of the signed-in user."""

from typing import Any

from cognito_explorer.sandbox.auth.passkeys import (
    MAX_PASSKEYS,
    complete_registration,
    describe_passkey,
    read_passkey,
    start_registration,
)
from cognito_explorer.sandbox.auth.tokens import verify_access_token
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.paging import Listing, read_page
from cognito_explorer.sandbox.world import Call

_LIST = """
SELECT *, credential_id AS page_key FROM passkeys WHERE user_id = ? AND credential_id > ? ORDER BY credential_id LIMIT ?
"""


@operation("cognito-idp", "StartWebAuthnRegistration")
def start_passkey_registration(call: Call) -> dict[str, Any]:
    """What the browser needs to make a passkey."""
    pool, user, claims = verify_access_token(call.world, call.params["AccessToken"])
    return {"CredentialCreationOptions": start_registration(call.world, pool, user, claims["client_id"])}


@operation("cognito-idp", "CompleteWebAuthnRegistration")
def complete_passkey_registration(call: Call) -> dict[str, Any]:
    """Keep the passkey the browser made."""
    pool, user, claims = verify_access_token(call.world, call.params["AccessToken"])
    complete_registration(call.world, pool, user, claims["client_id"], call.params["Credential"])
    return {}


@operation("cognito-idp", "ListWebAuthnCredentials")
def list_own_passkeys(call: Call) -> dict[str, Any]:
    """One's own passkeys."""
    _, user, _ = verify_access_token(call.world, call.params["AccessToken"])
    limit = call.params.get("MaxResults") or MAX_PASSKEYS
    listing = Listing("ListWebAuthnCredentials", _LIST, (user.id,))
    rows, token = read_page(call.world, listing, limit=limit, token=call.params.get("NextToken"))
    shown = [describe_passkey(read_passkey(row)) for row in rows]
    return {"Credentials": shown} | ({"NextToken": token} if token else {})


@operation("cognito-idp", "DeleteWebAuthnCredential")
def delete_own_passkey(call: Call) -> dict[str, Any]:
    """Forget one of one's own passkeys."""
    _, user, _ = verify_access_token(call.world, call.params["AccessToken"])
    gone = call.world.store.execute(
        "DELETE FROM passkeys WHERE user_id = ? AND credential_id = ?", (user.id, call.params["CredentialId"])
    )
    if not gone:
        raise ServiceError("ResourceNotFoundException", "The user has no such passkey.")
    return {}
