"""What is asked, and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cognito_explorer.iam.match import split_arn


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. For a role session `arn` is the session's and `role_arn` the role's.

    Anonymous has no arn. `federated` is a web identity provider and `service` an AWS service, both by host name.
    """

    arn: str = ""
    account: str = ""
    role_arn: str = ""
    federated: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: an action ("s3:GetObject"), a resource ARN or "*", and its condition keys.

    `resource_account` is needed only where the ARN names no account, as with S3. `unknown_keys` are condition keys
    that the request will have, with values nobody knows yet.
    """

    action: str
    resource: str
    principal: Principal = field(default_factory=Principal)
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    resource_account: str = ""
    unknown_keys: frozenset[str] = frozenset()

    @property
    def is_foreign(self) -> bool:
        """Whether the resource belongs to another account than the caller."""
        parts = split_arn(self.resource)
        named = parts[4] if len(parts) == 6 and parts[4].isdigit() else ""
        owner = self.resource_account or named
        return bool(owner) and owner != self.principal.account

    @property
    def is_assumption(self) -> bool:
        """Whether a role is to be assumed, or its session tagged: the role's trust policy has a say then."""
        parts = split_arn(self.resource)
        return self.action.lower().startswith("sts:") and parts[2:3] == ["iam"]

    @property
    def needs_own_grant(self) -> bool:
        """Whether identity policies alone never suffice: KMS keys, and roles that are to be assumed."""
        parts = split_arn(self.resource)
        return self.is_assumption or (parts[2:3] == ["kms"] and parts[-1].startswith("key/"))
