"""The role in whose name Cognito sends text messages: it must be there, trust Cognito and be allowed to publish."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.iam.evaluate import Layers, evaluate
from cognito_explorer.iam.request import Principal, Request
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import Role
from cognito_explorer.sandbox.trust import parsed_policy, trusts_service
from cognito_explorer.sandbox.world import World

_COGNITO = "cognito-idp.amazonaws.com"
# Texts go to telephone numbers, which have no ARN: only a statement about "*" covers them.
_EVERY_NUMBER = "*"


def check_sms_role(world: World, pool: Mapping[str, Any], sms: Mapping[str, Any]) -> None:
    """Nothing is checked of a sender without SnsCallerArn.

    Raises InvalidSmsRoleTrustRelationshipException for a role that is not there or does not trust Cognito with this
    ExternalId, InvalidSmsRoleAccessPolicyException for one that may not sns:Publish.
    """
    arn = sms.get("SnsCallerArn", "")
    if not arn:
        return
    parts = arn.split(":")
    if parts[4:5] != [world.account_id]:
        raise ServiceError("InvalidParameterException", "Cross-account pass role is not allowed.")
    context = {"aws:SourceAccount": world.account_id, "aws:SourceArn": str(pool["Arn"])}
    if "ExternalId" in sms:
        context["sts:ExternalId"] = sms["ExternalId"]
    role = world.sts.find_role(arn)
    if role is None or not trusts_service(role.trust, _COGNITO, context):
        text = "Role does not have a trust relationship allowing Cognito to assume the role"
        raise ServiceError("InvalidSmsRoleTrustRelationshipException", text)
    if not _may_publish(world, role):
        text = "Role does not have permission to publish with SNS"
        raise ServiceError("InvalidSmsRoleAccessPolicyException", text)


def _may_publish(world: World, role: Role) -> bool:
    held = world.sts.directory.policies_of_role(role.name, role_id=role.role_id)
    layers = Layers(
        identity=tuple(parsed_policy(policy, "identity") for policy in held.identity),
        boundary=parsed_policy(held.boundary, "boundary") if held.boundary else None,
    )
    session = f"arn:aws:sts::{world.account_id}:assumed-role/{role.name}/cognito-idp"
    caller = Principal(session, world.account_id, role.arn)
    tags = {f"aws:PrincipalTag/{key}": value for key, value in role.tags.items()}
    return evaluate(Request("sns:Publish", _EVERY_NUMBER, caller, tags), layers).is_allowed
