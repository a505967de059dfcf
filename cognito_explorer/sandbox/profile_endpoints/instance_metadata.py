"""Instance metadata, version 2: a token by PUT, then everything else with it. Version 1 is refused."""

import json
import re
from datetime import UTC, datetime

from starlette.responses import PlainTextResponse, Response

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import Role
from cognito_explorer.sandbox.profile_endpoints.asking import Asked
from cognito_explorer.sandbox.profile_endpoints.assigned_roles import hand_out, instance_role
from cognito_explorer.sandbox.regions import DEFAULT_REGION
from cognito_explorer.sandbox.sts import Context
from cognito_explorer.sandbox.user_pools.paging import seal, unseal
from cognito_explorer.sandbox.world import World

INSTANCE_ID = "i-06d6f6f6e6c657474"
_TOKEN = "x-aws-ec2-metadata-token"  # noqa: S105  # a header's name
_TTL = "x-aws-ec2-metadata-token-ttl-seconds"
_MAX_TTL_S = 21_600
_CREDENTIALS_S = 6 * 3600
_PURPOSE = "instance-metadata"
_PLAIN = {
    "meta-data/instance-id": INSTANCE_ID,
    "meta-data/ami-id": "ami-06d6f6f6e6c657474",
    "meta-data/instance-type": "t3.micro",
    "meta-data/hostname": "ip-127-0-0-1.ec2.internal",
    "meta-data/local-ipv4": "127.0.0.1",
    "meta-data/placement/region": DEFAULT_REGION,
    "meta-data/placement/availability-zone": f"{DEFAULT_REGION}a",
}
_ROLES = "meta-data/iam/security-credentials"


def put_token(asked: Asked) -> Response:
    """A session token; requests that came through a proxy get none."""
    if "x-forwarded-for" in asked.headers:
        raise ServiceError("Forbidden", "Forbidden", status=403)
    ttl = asked.headers.get(_TTL, "")
    if not re.fullmatch(r"[1-9]\d{0,4}", ttl, re.ASCII) or int(ttl) > _MAX_TTL_S:
        raise ServiceError("BadRequest", "Bad Request", status=400)
    token = seal(asked.world, _PURPOSE, [INSTANCE_ID], lifetime_s=int(ttl))
    return PlainTextResponse(token, headers={_TTL: ttl})


def read_metadata(asked: Asked) -> Response:
    """One entry, or the names below one that ends with a slash."""
    _check_token(asked)
    name = asked.path["name"].rstrip("/")
    if name in _PLAIN:
        return PlainTextResponse(_PLAIN[name])
    role = instance_role(asked.world)
    if name == "dynamic/instance-identity/document":
        return PlainTextResponse(_identity_document(asked.world))
    if role is not None and name == _ROLES:
        return PlainTextResponse(role.name)
    if role is not None and name == f"{_ROLES}/{role.name}":
        return PlainTextResponse(_credentials(asked.world, role))
    listed = _below(name, has_role=role is not None)
    if not listed:
        raise ServiceError("NotFound", "Not Found", status=404)
    return PlainTextResponse("\n".join(listed))


def _check_token(asked: Asked) -> None:
    try:
        unseal(asked.world, _PURPOSE, asked.headers.get(_TOKEN, ""))
    except ServiceError:
        raise ServiceError("Unauthorized", "Unauthorized", status=401) from None


def _credentials(world: World, role: Role) -> str:
    instance = f"arn:aws:ec2:{DEFAULT_REGION}:{world.account_id}:instance/{INSTANCE_ID}"
    context: Context = {"ec2:SourceInstanceARN": instance, "ec2:RoleDelivery": "2.0"}
    issued = hand_out(world, role, INSTANCE_ID, context, _CREDENTIALS_S)
    document = {
        "Code": "Success",
        "LastUpdated": _stamp(world.clock.now()),
        "Type": "AWS-HMAC",
        "AccessKeyId": issued.access_key_id,
        "SecretAccessKey": issued.secret_access_key,
        "Token": issued.session_token,
        "Expiration": _stamp(issued.expires_at),
    }
    return json.dumps(document, indent=2)


def _identity_document(world: World) -> str:
    document = {
        "accountId": world.account_id,
        "availabilityZone": f"{DEFAULT_REGION}a",
        "instanceId": INSTANCE_ID,
        "instanceType": _PLAIN["meta-data/instance-type"],
        "region": DEFAULT_REGION,
        "version": "2017-09-30",
    }
    return json.dumps(document, indent=2)


def _below(name: str, *, has_role: bool) -> list[str]:
    known = [*_PLAIN, "dynamic/instance-identity/document", *([f"{_ROLES}/"] if has_role else [])]
    prefix = f"{name}/" if name else ""
    rests = (each.removeprefix(prefix) for each in known if each.startswith(prefix))
    return sorted({rest.partition("/")[0] + ("/" if "/" in rest else "") for rest in rests if rest})


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
