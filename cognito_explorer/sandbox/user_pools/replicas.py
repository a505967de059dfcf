"""Replicas: the same pool answers in another region, too."""

from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.documents import (
    delete_document,
    documents_of,
    load_document,
    save_document,
)
from cognito_explorer.sandbox.user_pools.feature_plans import require_feature
from cognito_explorer.sandbox.user_pools.ids import region_of
from cognito_explorer.sandbox.user_pools.pool_checks import check_tags
from cognito_explorer.sandbox.user_pools.pools import REPLICA, pool_of
from cognito_explorer.sandbox.world import Call


@operation("cognito-idp", "CreateUserPoolReplica")
def create_replica(call: Call) -> dict[str, Any]:
    """A replica in another region. It is there at once, but answers only when it is made ACTIVE."""
    pool, region = _primary(call), call.params["RegionName"]
    require_feature(pool["UserPoolTier"], "Multi-Region Replication")
    check_tags(call.params.get("UserPoolTags", {}))
    if region == region_of(pool["Id"]) or load_document(call.world, pool["Id"], REPLICA, region):
        raise ServiceError("InvalidParameterException", f"User pool {pool['Id']} is in {region} already.")
    if documents_of(call.world, pool["Id"], REPLICA):
        raise ServiceError("LimitExceededException", "A user pool takes one replica.")
    replica = {
        "RegionName": region,
        "Status": "INACTIVE",
        "Role": "SECONDARY",
        "UserPoolArn": pool["Arn"].replace(f":{region_of(pool['Id'])}:", f":{region}:"),
    }
    save_document(call.world, pool["Id"], REPLICA, replica, name=region)
    return {"UserPoolReplica": replica | {"Status": "CREATING"}}


@operation("cognito-idp", "UpdateUserPoolReplica")
def update_replica(call: Call) -> dict[str, Any]:
    """Let a replica answer, or silence it."""
    pool_id = pool_of(call)["Id"]
    replica = _replica(call, pool_id) | {"Status": call.params["Status"]}
    save_document(call.world, pool_id, REPLICA, replica, name=replica["RegionName"])
    return {"UserPoolReplica": replica}


@operation("cognito-idp", "DeleteUserPoolReplica")
def delete_replica(call: Call) -> dict[str, Any]:
    """Delete a replica that is INACTIVE."""
    pool_id = _primary(call)["Id"]
    replica = _replica(call, pool_id)
    if replica["Status"] != "INACTIVE":
        raise ServiceError("InvalidParameterException", "Only an INACTIVE replica can be deleted.")
    delete_document(call.world, pool_id, REPLICA, replica["RegionName"])
    return {"UserPoolReplica": replica | {"Status": "DELETING"}}


@operation("cognito-idp", "ListUserPoolReplicas")
def list_replicas(call: Call) -> dict[str, Any]:
    """The pool itself and its replicas."""
    pool = pool_of(call)
    primary = {
        "RegionName": region_of(pool["Id"]),
        "Status": "ACTIVE",
        "Role": "PRIMARY",
        "UserPoolArn": pool["Arn"],
    }
    return {"UserPoolReplicas": [primary, *documents_of(call.world, pool["Id"], REPLICA)]}


def _primary(call: Call) -> dict[str, Any]:
    pool = pool_of(call)
    if call.region != region_of(pool["Id"]):
        raise ServiceError("OperationNotEnabledException", "Replicas are made and deleted in the primary Region.")
    return pool


def _replica(call: Call, pool_id: str) -> dict[str, Any]:
    replica = load_document(call.world, pool_id, REPLICA, call.params["RegionName"])
    if not replica:
        raise ServiceError(
            "ResourceNotFoundException", f"User pool {pool_id} has no replica in {call.params['RegionName']}."
        )
    return replica
