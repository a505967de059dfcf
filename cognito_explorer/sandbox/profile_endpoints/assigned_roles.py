"""Roles that AWS itself hands out: to people by single sign-on, to instances and to containers.

Nothing has to be assigned anywhere: a role is handed out to whom its trust policy trusts, as it says in IAM.
"""

import re

from cognito_explorer.sandbox.iam_directory import Role
from cognito_explorer.sandbox.sts import Context, Credentials, SessionRequest
from cognito_explorer.sandbox.trust import trusts_federated, trusts_service
from cognito_explorer.sandbox.world import ACCOUNT_ID, World

# The SAML provider by which permission sets trust the identity center; AWS names it so, with a number in between.
SSO_PROVIDER = f"arn:aws:iam::{ACCOUNT_ID}:saml-provider/AWSSSO_sandbox_DO_NOT_DELETE"
INSTANCE = "ec2.amazonaws.com"
CONTAINERS = ("ecs-tasks.amazonaws.com", "pods.eks.amazonaws.com")
_SAML_AUDIENCE = "https://signin.aws.amazon.com/saml"
_RESERVED_NAME = re.compile(r"AWSReservedSSO_(?P<name>.+)_[0-9a-f]{16}")


def permission_sets(world: World) -> dict[str, Role]:
    """The roles single sign-on offers, by the names people know them by."""
    context: Context = {"SAML:aud": _SAML_AUDIENCE}
    actions = ("sts:AssumeRoleWithSAML",)
    trusting = (
        role for role in world.sts.directory.all_roles() if trusts_federated(role.trust, SSO_PROVIDER, context, actions)
    )
    return {permission_set_name(role.name): role for role in trusting}


def permission_set_name(role_name: str) -> str:
    """Of AWSReservedSSO_Reader_0123456789abcdef people see Reader."""
    found = _RESERVED_NAME.fullmatch(role_name)
    return found["name"] if found else role_name


def instance_role(world: World) -> Role | None:
    """The role of the sandbox's one instance: that of the first instance profile whose role trusts EC2."""
    names = world.sts.directory.instance_profile_roles()
    roles = (world.sts.directory.find_role(name) for name in names)
    return next((role for role in roles if role is not None and trusts_service(role.trust, INSTANCE)), None)


def container_roles(world: World) -> dict[str, Role]:
    """The roles that containers may have, by name."""
    return {
        role.name: role
        for role in world.sts.directory.all_roles()
        if any(trusts_service(role.trust, service) for service in CONTAINERS)
    }


def hand_out(world: World, role: Role, session_name: str, context: Context, duration_s: int) -> Credentials:
    """A session of a role, with the role's tags."""
    tags: Context = {f"aws:PrincipalTag/{key}": value for key, value in role.tags.items()}
    request = SessionRequest(session_name, {**tags, **context}, (), duration_s)
    return world.sts.issue(role, request, account_id=world.account_id)
