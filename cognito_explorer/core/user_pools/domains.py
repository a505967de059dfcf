"""Hosted UI domains: where a pool's sign-in pages live."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_explorer.core.errors import NotFound

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain. `status` is CREATING, UPDATING, ACTIVE, DELETING or FAILED; login version 2 is managed login."""

    domain: str
    pool_id: str
    status: str
    is_custom: bool
    cloudfront_domain: str
    managed_login_version: int


async def describe_domain(aws: "Aws", domain: str) -> Domain:
    """A prefix or custom domain (DescribeUserPoolDomain). Raises NotFound: Cognito answers an empty description."""
    answer = await aws.read(aws.idp.describe_user_pool_domain, Domain=domain)
    found = answer.get("DomainDescription", {})
    if not found.get("UserPoolId"):
        raise NotFound(f"No user pool has the domain {domain}.", "Check its spelling and the Region.")
    return Domain(
        domain=found.get("Domain", domain),
        pool_id=found["UserPoolId"],
        status=found.get("Status", ""),
        is_custom=bool(found.get("CustomDomainConfig", {}).get("CertificateArn")),
        cloudfront_domain=found.get("CloudFrontDistribution", ""),
        managed_login_version=found.get("ManagedLoginVersion", 1),
    )
