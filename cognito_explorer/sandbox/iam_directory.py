"""Reads roles, users, access keys and policies out of moto's IAM, and bucket policies out of its S3."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.moto_services import MotoServices


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A policy document (parsed JSON) and the name it goes by when it decides.

    `text` is the document as written; `kind` is user, group, role, aws-managed or user-managed, and `source_id` is what
    simulations call the policy. Managed policies have an `arn`; inline ones are kept by the entity named `holder`.
    """

    name: str
    document: dict[str, Any]
    text: str = field(default="", repr=False)
    kind: str = ""
    source_id: str = ""
    arn: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class PolicySet:
    """What limits and grants a principal: identity policies, and a boundary if one is attached."""

    identity: tuple[NamedPolicy, ...] = ()
    boundary: NamedPolicy | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A role, with its trust policy as parsed JSON."""

    name: str
    arn: str
    role_id: str
    trust: dict[str, Any]
    max_session_s: int
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UserKey:
    """An access key of an IAM user."""

    user_name: str
    user_arn: str
    user_id: str
    secret_access_key: str = field(repr=False)
    is_active: bool


@dataclass(frozen=True, slots=True)
class OpenIdProvider:
    """An OpenID Connect provider registered in IAM. `host` is its URL without https://."""

    arn: str
    host: str
    client_ids: tuple[str, ...]


class IamDirectory:
    """The gate's and STS's view of IAM. Called from the one writer thread."""

    def __init__(self, moto: MotoServices) -> None:
        self._moto = moto

    def find_role(self, name: str) -> Role | None:
        """A role by its name, without the path."""
        return next((role for role in self.all_roles() if role.name == name), None)

    def all_roles(self) -> Iterator[Role]:
        """Every role, in the order of their making."""
        for role in list(self._moto.iam_backend().roles.values()):
            tags = {tag["Key"]: tag["Value"] for tag in _tags(role.tags)}
            trust = parse_policy(role.assume_role_policy_document)
            yield Role(role.name, role.arn, role.id, trust, int(role.max_session_duration or 3600), tags)

    def instance_profile_roles(self) -> list[str]:
        """The names of the roles in instance profiles, in the order of the profiles' making."""
        profiles = self._moto.iam_backend().instance_profiles.values()
        return [role.name for profile in profiles for role in profile.roles]

    def find_user_key(self, access_key_id: str) -> UserKey | None:
        """The user behind a long-term access key."""
        iam = self._moto.iam_backend()
        for user in iam.users.values():
            for key in user.access_keys:
                if key.access_key_id == access_key_id:
                    is_active = key.status == "Active"
                    return UserKey(user.name, user.arn, user.id, key.secret_access_key, is_active)
        return None

    def find_openid_provider(self, arn: str) -> OpenIdProvider | None:
        """An OpenID Connect provider by its ARN."""
        found = self._moto.iam_backend().open_id_providers.get(arn)
        return None if found is None else OpenIdProvider(arn, str(found.url), tuple(found.client_id_list))

    def openid_providers(self) -> list[OpenIdProvider]:
        """All OpenID Connect providers."""
        arns = list(self._moto.iam_backend().open_id_providers)
        return [found for arn in arns if (found := self.find_openid_provider(arn)) is not None]

    def saml_metadata(self, arn: str) -> str:
        """The metadata document of a SAML provider; empty for one that is not there."""
        providers = self._moto.iam_backend().saml_providers.values()
        found = next((provider for provider in providers if provider.arn == arn), None)
        return "" if found is None else str(found.saml_metadata_document or "")

    def user_tag_keys(self, name: str) -> dict[str, str]:
        """The condition keys that a user's tags make: aws:PrincipalTag/…."""
        iam = self._moto.iam_backend()
        tags = iam.list_user_tags(name) if name in iam.users else []
        return {f"aws:PrincipalTag/{tag['Key']}": tag["Value"] for tag in tags}

    def mfa_seed(self, user_name: str, serial_number: str) -> str:
        """The base32 seed of a user's virtual MFA device; empty for one the user does not have."""
        iam = self._moto.iam_backend()
        device = iam.virtual_mfa_devices.get(serial_number)
        is_users = user_name in iam.users and serial_number in iam.users[user_name].mfa_devices
        return str(device.base32_string_seed) if device is not None and is_users else ""

    def path_of(self, kind: str, name: str) -> str:
        """The path of a role, user, group or instance profile; "/" for one that is not there."""
        iam = self._moto.iam_backend()
        held = {"role": iam.roles, "user": iam.users, "group": iam.groups, "instance-profile": iam.instance_profiles}
        found = next((entity for entity in held[kind].values() if entity.name == name), None)
        return str(found.path or "/") if found is not None else "/"

    def policies_of_role(self, name: str, *, role_id: str) -> PolicySet:
        """Inline and attached policies of a role, and its boundary; nothing once another role has its name."""
        iam = self._moto.iam_backend()
        role = next((role for role in iam.roles.values() if (role.name, role.id) == (name, role_id)), None)
        if role is None:
            return PolicySet()
        boundary_arn = role.permissions_boundary_arn
        if not boundary_arn:
            return PolicySet(tuple(_policies_of(role, "role")))
        # A boundary that is gone allows nothing.
        boundary = self.managed_policy(boundary_arn) or NamedPolicy(boundary_arn, {})
        return PolicySet(tuple(_policies_of(role, "role")), boundary)

    def policies_of_user(self, name: str, *, user_id: str = "") -> PolicySet:
        """Inline and attached policies of a user and of their groups; nothing once another user has the name.

        Without `user_id` whoever has the name is meant.
        """
        iam = self._moto.iam_backend()
        if name not in iam.users or user_id not in ("", iam.users[name].id):
            return PolicySet()
        found = _policies_of(iam.users[name], "user")
        for group in iam.get_groups_for_user(name):
            found += _policies_of(group, "group")
        return PolicySet(tuple(found))

    def policies_of_entity(self, kind: str, name: str, arn: str) -> PolicySet | None:
        """The policies of the user, role or group with this ARN; None for one that is not there."""
        iam = self._moto.iam_backend()
        held = {"user": iam.users, "role": iam.roles, "group": iam.groups}[kind]
        entity = next((each for each in held.values() if (each.name, each.arn) == (name, arn)), None)
        if entity is None:
            return None
        if kind == "group":
            return PolicySet(tuple(_policies_of(entity, "group")))
        return self.policies_of_user(name) if kind == "user" else self.policies_of_role(name, role_id=entity.id)

    def inline_policies(self, kind: str, name: str) -> dict[str, str]:
        """The texts of a user's, role's or group's own policies by their names; none for one that is not there."""
        iam = self._moto.iam_backend()
        held = {"user": iam.users, "role": iam.roles, "group": iam.groups}[kind]
        found = next((entity for entity in held.values() if entity.name == name), None)
        return {} if found is None else {key: str(text) for key, text in found.policies.items()}

    def bucket_policy(self, bucket: str) -> dict[str, Any] | None:
        """The policy of a bucket, or None."""
        held = self._moto.s3_backend().buckets.get(bucket)
        return parse_policy(held.policy) if held is not None and held.policy else None

    def managed_policy(self, arn: str) -> NamedPolicy | None:
        """A managed policy in its default version."""
        policy = self._moto.iam_backend().managed_policies.get(arn)
        return None if policy is None else _managed_policy(policy)


def parse_policy(document: str | bytes | None) -> dict[str, Any]:
    """A policy as parsed JSON; an unreadable one, or none, grants nothing."""
    try:
        parsed = json.loads(document or "{}")
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _policies_of(holder: Any, kind: str) -> list[NamedPolicy]:
    inline = [
        NamedPolicy(name, parse_policy(text), str(text), kind, f"{kind}_{holder.name}_{name}", holder=holder.name)
        for name, text in holder.policies.items()
    ]
    return inline + [_managed_policy(policy) for policy in holder.managed_policies.values()]


def _managed_policy(policy: Any) -> NamedPolicy:
    default = next(version for version in policy.versions if version.version_id == policy.default_version_id)
    kind = "aws-managed" if policy.arn.startswith("arn:aws:iam::aws:") else "user-managed"
    text = str(default.document)
    return NamedPolicy(policy.name, parse_policy(text), text, kind, policy.name, policy.arn)


def _tags(tags: Any) -> list[dict[str, str]]:
    """moto keeps a role's tags as a list or as a mapping, depending on the call that set them."""
    return list(tags.values()) if isinstance(tags, dict) else list(tags or [])
