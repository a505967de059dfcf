"""The names a pool's hosted UI answers to."""

import json
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.pools import load_pool, pool_of
from cognito_explorer.sandbox.world import Call, World

_RESERVED_WORDS = ("aws", "amazon", "cognito")


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
    is_custom = "." in domain
    if not is_custom and any(word in domain for word in _RESERVED_WORDS):
        raise ServiceError("InvalidParameterException", "Domain cannot contain reserved word: cognito, aws or amazon")
    if is_custom != ("CustomDomainConfig" in params):
        raise ServiceError(
            "InvalidParameterException", "A custom domain needs a certificate and a prefix domain takes none."
        )
    version = params.get("ManagedLoginVersion", 1)
    if version == 2 and pool["UserPoolTier"] == "LITE":
        raise ServiceError("FeatureUnavailableInTierException", "Managed login requires the ESSENTIALS feature plan.")
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
    world.store.execute(
        "INSERT INTO domains (domain, pool_id, body) VALUES (?, ?, ?)", (domain, pool["Id"], json.dumps(description))
    )
    return description


def _check_free(world: World, pool_id: str, domain: str) -> None:
    if find_domain(world, domain):
        raise ServiceError("InvalidParameterException", "Domain already associated with another user pool.")
    kind = "." in domain
    rows = world.store.all("SELECT domain FROM domains WHERE pool_id = ?", (pool_id,))
    if any(("." in row["domain"]) == kind for row in rows):
        raise ServiceError("InvalidParameterException", "Only one domain of each kind can be set for a user pool.")


@operation("cognito-idp", "CreateUserPoolDomain")
def create_user_pool_domain(call: Call) -> dict[str, Any]:
    """A domain for the hosted UI; there is no waiting, it works at once."""
    pool_of(call)
    description = create_domain(call.world, call.params)
    answer = {"ManagedLoginVersion": description["ManagedLoginVersion"]}
    if "." in description["Domain"]:
        answer["CloudFrontDomain"] = f"{description['Domain']}.sandbox.invalid"
    return answer


@operation("cognito-idp", "DescribeUserPoolDomain")
def describe_domain(call: Call) -> dict[str, Any]:
    """A domain's description; an unknown one is described by nothing at all."""
    return {"DomainDescription": find_domain(call.world, call.params["Domain"]) or {}}


@operation("cognito-idp", "DeleteUserPoolDomain")
def delete_domain(call: Call) -> dict[str, Any]:
    """Take a pool's domain away."""
    pool = pool_of(call)
    description = find_domain(call.world, call.params["Domain"])
    if description is None or description["UserPoolId"] != pool["Id"]:
        raise ServiceError("InvalidParameterException", "No such domain or user pool exists.")
    call.world.store.execute("DELETE FROM domains WHERE domain = ?", (description["Domain"],))
    return {}
