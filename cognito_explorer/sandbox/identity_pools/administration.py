"""Looking at identities and deleting them."""

from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.identities import describe, find_identity, load_identity, read_identity
from cognito_explorer.sandbox.identity_pools.identity_pools import identity_pool_of
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.paging import Listing, read_page
from cognito_explorer.sandbox.world import Call

_LIST = "SELECT number AS page_key, * FROM identities WHERE pool_id = ? AND number > ? ORDER BY number LIMIT ?"
_LIST_ENABLED = (
    "SELECT number AS page_key, * FROM identities"
    " WHERE pool_id = ? AND merged_into = '' AND number > ? ORDER BY number LIMIT ?"
)


@operation("cognito-identity", "ListIdentities")
def list_identities(call: Call) -> dict[str, Any]:
    """The identities of a pool; merged ones too, unless hidden."""
    pool_id = identity_pool_of(call)["IdentityPoolId"]
    sql = _LIST_ENABLED if call.params.get("HideDisabled") else _LIST
    listing = Listing("ListIdentities", sql, (pool_id,), start=0)
    rows, token = read_page(call.world, listing, limit=call.params["MaxResults"], token=call.params.get("NextToken"))
    identities = [describe(read_identity(call.world, row)) for row in rows]
    return {"IdentityPoolId": pool_id, "Identities": identities} | ({"NextToken": token} if token else {})


@operation("cognito-identity", "DescribeIdentity")
def describe_identity(call: Call) -> dict[str, Any]:
    """One identity with the names of its providers."""
    identity = load_identity(call.world, call.params["IdentityId"])
    if call.region and not identity.id.startswith(f"{call.region}:"):
        raise ServiceError("ResourceNotFoundException", f"Identity '{identity.id}' not found.")
    return describe(identity)


@operation("cognito-identity", "DeleteIdentities")
def delete_identities(call: Call) -> dict[str, Any]:
    """Delete identities; those that do not exist in this region are reported back."""
    refused = []
    for identity_id in call.params["IdentityIdsToDelete"]:
        is_here = not call.region or identity_id.startswith(f"{call.region}:")
        if is_here and find_identity(call.world, identity_id):
            call.world.store.execute("DELETE FROM identities WHERE id = ?", (identity_id,))
        else:
            refused.append({"IdentityId": identity_id, "ErrorCode": "AccessDenied"})
    return {"UnprocessedIdentityIds": refused}
