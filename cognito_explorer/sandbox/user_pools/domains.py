"""The names a pool's hosted UI answers to."""

import json
import re
from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.user_pools.documents import load_document
from cognito_explorer.sandbox.user_pools.feature_plans import require_feature
from cognito_explorer.sandbox.user_pools.ids import region_of
from cognito_explorer.sandbox.user_pools.pools import load_pool, pool_of
from cognito_explorer.sandbox.world import Call, World

_RESERVED_WORDS = ("aws", "amazon", "cognito")
MAX_CUSTOM_DOMAINS = 4
_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_CUSTOM = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.){2,}[a-z]{2,}")


def find_address(world: World, address: str) -> dict[str, Any] | None:
    """The domain whose hosted UI is at `/_hosted/<address>`, in the shape of DescribeUserPoolDomain's, or None.

    An address is the domain itself or, for any prefix, `<prefix>.<region>`: two Regions may have the same prefix.
    """
    row = world.store.one("SELECT body FROM domains WHERE domain = ?", (address,))
    if row is not None:
        return _read(row)
    prefix, _, region = address.partition(".")
    return next((held for held in _holders(world, prefix) if region_of(held["UserPoolId"]) == region), None)


def address_of(world: World, pool_id: str) -> str | None:
    """What follows `/_hosted/` in a pool's addresses: of its custom domain if there is one, else of its prefix."""
    rows = world.store.all("SELECT domain, body FROM domains WHERE pool_id = ?", (pool_id,))
    addresses = sorted(rows, key=lambda row: not _is_custom(_read(row)["Domain"]))
    return addresses[0]["domain"] if addresses else None


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
    taken = world.store.one("SELECT 1 FROM domains WHERE domain = ?", (domain,))
    address = f"{domain}.{region_of(pool['Id'])}" if taken else domain
    world.store.execute(
        "INSERT INTO domains (domain, pool_id, body) VALUES (?, ?, ?)", (address, pool["Id"], json.dumps(description))
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
    is_custom = _is_custom(domain)
    holders = [region_of(held["UserPoolId"]) for held in _holders(world, domain)]
    if region_of(pool_id) in holders:
        raise _invalid("Domain already associated with another user pool.")
    if is_custom and holders:
        raise _invalid("One or more of the CNAMEs you provided are already associated with a different resource.")
    if any(_is_custom(_read(row)["Domain"]) == is_custom for row in _rows_of(world, pool_id)):
        raise _invalid("Only one domain of each kind can be set for a user pool.")
    if is_custom:
        _check_custom_count(world, region_of(pool_id))


def _check_custom_count(world: World, region: str) -> None:
    row = world.store.one(
        "SELECT COUNT(*) AS number FROM domains JOIN user_pools ON user_pools.id = pool_id"
        " WHERE region = ? AND instr(json_extract(domains.body, '$.Domain'), '.') > 0",
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
    is_custom = _is_custom(description["Domain"])
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
        "UPDATE domains SET body = ? WHERE pool_id = ? AND json_extract(body, '$.Domain') = ?",
        (json.dumps(description), pool["Id"], description["Domain"]),
    )
    return _outcome(description)


def _outcome(description: Mapping[str, Any]) -> dict[str, Any]:
    answer = {name: description[name] for name in ("ManagedLoginVersion", "Routing") if name in description}
    if _is_custom(description["Domain"]):
        answer["CloudFrontDomain"] = _distribution_of(description)
    return answer


def _distribution_of(description: Mapping[str, Any]) -> str:
    return f"{description['Domain']}.sandbox.invalid"


def _domain_of(world: World, pool_id: str, domain: str) -> dict[str, Any]:
    description = next((held for held in map(_read, _rows_of(world, pool_id)) if held["Domain"] == domain), None)
    if description is None:
        raise _invalid("No such domain or user pool exists.")
    return description


@operation("cognito-idp", "DescribeUserPoolDomain")
def describe_domain(call: Call) -> dict[str, Any]:
    """A domain's description; one that is unknown in the Region is described by nothing at all."""
    held = (held for held in _holders(call.world, call.params["Domain"]) if _is_known(call, held["UserPoolId"]))
    description = next(held, None)
    if description is None:
        return {"DomainDescription": {}}
    return {"DomainDescription": description | {"CloudFrontDistribution": _distribution_of(description)}}


def _is_known(call: Call, pool_id: str) -> bool:
    is_here = not call.region or region_of(pool_id) == call.region
    return is_here or load_document(call.world, pool_id, "replica", call.region).get("Status") == "ACTIVE"


@operation("cognito-idp", "DeleteUserPoolDomain")
def delete_domain(call: Call) -> dict[str, Any]:
    """Take a pool's domain away."""
    pool = pool_of(call)
    description = _domain_of(call.world, pool["Id"], call.params["Domain"])
    call.world.store.execute(
        "DELETE FROM domains WHERE pool_id = ? AND json_extract(body, '$.Domain') = ?",
        (pool["Id"], description["Domain"]),
    )
    return {}


def _is_custom(domain: str) -> bool:
    return "." in domain


def _holders(world: World, domain: str) -> list[dict[str, Any]]:
    """Every domain of this name: a prefix may have one in each Region."""
    # An address is the name alone or has a Region behind it, so an index finds both.
    rows = world.store.all(
        "SELECT body FROM domains WHERE domain = ? OR (domain > ? AND domain < ?)",
        (domain, f"{domain}.", f"{domain}/"),
    )
    return [held for held in map(_read, rows) if held["Domain"] == domain]


def _rows_of(world: World, pool_id: str) -> list[Row]:
    return world.store.all("SELECT body FROM domains WHERE pool_id = ?", (pool_id,))


def _read(row: Row) -> dict[str, Any]:
    description: dict[str, Any] = json.loads(row["body"])
    return description
