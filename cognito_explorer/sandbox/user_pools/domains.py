"""The names a pool's hosted UI answers to."""

import json
import re
from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.documents import load_document
from cognito_explorer.sandbox.user_pools.feature_plans import require_feature
from cognito_explorer.sandbox.user_pools.ids import region_of
from cognito_explorer.sandbox.user_pools.pools import load_pool, pool_of
from cognito_explorer.sandbox.world import Call, World

_RESERVED_WORDS = ("aws", "amazon", "cognito")
MAX_CUSTOM_DOMAINS = 4
_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_CUSTOM = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.){2,}[a-z]{2,}")


def find_domain(world: World, domain: str) -> dict[str, Any] | None:
    """A domain in the shape of DescribeUserPoolDomain's description, or None."""
    row = world.store.one("SELECT body FROM domains WHERE domain = ?", (domain,))
    if row is None:
        return None
    description: dict[str, Any] = json.loads(row["body"])
    return description


def domain_of(world: World, pool_id: str) -> str | None:
    """The domain a pool's endpoints are listed under: the custom one if there is one."""
    rows = world.store.all("SELECT domain FROM domains WHERE pool_id = ?", (pool_id,))
    names = sorted((row["domain"] for row in rows), key=lambda name: "." not in name)
    return names[0] if names else None


def create_domain(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Give a pool a domain, from CreateUserPoolDomain's parameters; returns its description."""
    pool = load_pool(world, params["UserPoolId"])
    domain: str = params["Domain"]
    _check_form(domain, params)
    version = _checked_version(pool, params.get("ManagedLoginVersion", 1))
    _check_free(world, pool["Id"], domain)
    description = {
        "UserPoolId": pool["Id"],
        "AWSAccountId": world.account_id,
        "Domain": domain,
        "Status": "ACTIVE",
        "Version": str(int(world.clock.now())),
        "ManagedLoginVersion": version,
        "CustomDomainConfig": params.get("CustomDomainConfig", {}),
    }
    if "Routing" in params:
        description["Routing"] = _checked_routing(world, pool, params["Routing"])
    world.store.execute(
        "INSERT INTO domains (domain, pool_id, body) VALUES (?, ?, ?)", (domain, pool["Id"], json.dumps(description))
    )
    return description


def _check_form(domain: str, params: Mapping[str, Any]) -> None:
    is_custom = "CustomDomainConfig" in params
    if is_custom and not _CUSTOM.fullmatch(domain):
        raise _invalid(f"Custom domain is not a valid subdomain: {domain}")
    if not is_custom and not _PREFIX.fullmatch(domain):
        raise _invalid(
            "The domain name contains an invalid character. Domain names can only contain lower-case letters,"
            " numbers, and hyphens."
        )
    if not is_custom and set(domain.split("-")) & set(_RESERVED_WORDS):
        raise _invalid("Domain cannot contain reserved word: cognito, aws or amazon")
    if is_custom and params["CustomDomainConfig"]["CertificateArn"].split(":")[3] != "us-east-1":
        raise _invalid(
            "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include"
            " a valid certificate chain."
        )


def _checked_version(pool: Mapping[str, Any], version: int) -> int:
    if version not in (1, 2):
        raise _invalid("ManagedLoginVersion must be 1 or 2.")
    if version == 2:
        require_feature(pool["UserPoolTier"], "Managed Login Version 2")
    return version


def _checked_routing(world: World, pool: Mapping[str, Any], routing: dict[str, Any]) -> dict[str, Any]:
    region = routing.get("Failover", {}).get("SecondaryRegion", "")
    if region and not load_document(world, pool["Id"], "replica", region):
        raise _invalid(f"User pool {pool['Id']} has no replica in {region}.")
    return routing


def _invalid(text: str) -> ServiceError:
    return ServiceError("InvalidParameterException", text)


def _check_free(world: World, pool_id: str, domain: str) -> None:
    if find_domain(world, domain):
        raise ServiceError("InvalidParameterException", "Domain already associated with another user pool.")
    kind = "." in domain
    rows = world.store.all("SELECT domain FROM domains WHERE pool_id = ?", (pool_id,))
    if any(("." in row["domain"]) == kind for row in rows):
        raise ServiceError("InvalidParameterException", "Only one domain of each kind can be set for a user pool.")
    if kind:
        _check_custom_count(world, region_of(pool_id))


def _check_custom_count(world: World, region: str) -> None:
    row = world.store.one(
        "SELECT COUNT(*) AS number FROM domains JOIN user_pools ON user_pools.id = pool_id"
        " WHERE region = ? AND instr(domain, '.') > 0",
        (region,),
    )
    if row and row["number"] >= MAX_CUSTOM_DOMAINS:
        raise ServiceError("LimitExceededException", f"At most {MAX_CUSTOM_DOMAINS} custom domains are allowed.")


@operation("cognito-idp", "CreateUserPoolDomain")
def create_user_pool_domain(call: Call) -> dict[str, Any]:
    """A domain for the hosted UI; there is no waiting, it works at once."""
    pool_of(call)
    description = create_domain(call.world, call.params)
    return _outcome(description)


@operation("cognito-idp", "UpdateUserPoolDomain")
def update_domain(call: Call) -> dict[str, Any]:
    """Change a domain's branding version, or a custom domain's certificate; what is left out stays."""
    pool, params = pool_of(call), call.params
    description = _domain_of(call.world, pool["Id"], params["Domain"])
    is_custom = "." in description["Domain"]
    if not is_custom and "CustomDomainConfig" in params:
        raise _invalid(f"Custom domain is not a valid subdomain: {description['Domain']}")
    if is_custom and "CustomDomainConfig" in params:
        _check_form(description["Domain"], params)
        description["CustomDomainConfig"] = params["CustomDomainConfig"]
    if "ManagedLoginVersion" in params:
        description["ManagedLoginVersion"] = _checked_version(pool, params["ManagedLoginVersion"])
    if "Routing" in params:
        description["Routing"] = _checked_routing(call.world, pool, params["Routing"])
    description["Version"] = str(int(call.world.clock.now()))
    call.world.store.execute(
        "UPDATE domains SET body = ? WHERE domain = ?", (json.dumps(description), description["Domain"])
    )
    return _outcome(description)


def _outcome(description: Mapping[str, Any]) -> dict[str, Any]:
    answer = {name: description[name] for name in ("ManagedLoginVersion", "Routing") if name in description}
    if "." in description["Domain"]:
        answer["CloudFrontDomain"] = _distribution_of(description)
    return answer


def _distribution_of(description: Mapping[str, Any]) -> str:
    return f"{description['Domain']}.sandbox.invalid"


def _domain_of(world: World, pool_id: str, domain: str) -> dict[str, Any]:
    description = find_domain(world, domain)
    if description is None or description["UserPoolId"] != pool_id:
        raise _invalid("No such domain or user pool exists.")
    return description


@operation("cognito-idp", "DescribeUserPoolDomain")
def describe_domain(call: Call) -> dict[str, Any]:
    """A domain's description; an unknown one is described by nothing at all."""
    description = find_domain(call.world, call.params["Domain"])
    if description is None:
        return {"DomainDescription": {}}
    return {"DomainDescription": description | {"CloudFrontDistribution": _distribution_of(description)}}


@operation("cognito-idp", "DeleteUserPoolDomain")
def delete_domain(call: Call) -> dict[str, Any]:
    """Take a pool's domain away."""
    pool = pool_of(call)
    description = _domain_of(call.world, pool["Id"], call.params["Domain"])
    call.world.store.execute("DELETE FROM domains WHERE domain = ?", (description["Domain"],))
    return {}
