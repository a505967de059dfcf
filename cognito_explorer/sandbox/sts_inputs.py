"""What every STS operation reads from its parameters: durations, session policies, tags; and how it answers."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cognito_explorer.iam.policy import PolicyError, parse_policy
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import IamDirectory, Role
from cognito_explorer.sandbox.protocol import service_model
from cognito_explorer.sandbox.query_protocol import parse_form
from cognito_explorer.sandbox.sts import Credentials

CHAINED_LIMIT_S = 3600
MAX_POLICY_CHARS = 2048
MAX_POLICY_ARNS = 10
# How AWS packs policies and tags is not known; it answers a share of its limit in percent.
_PACKED_LIMIT_CHARS = 4096


@dataclass(frozen=True, slots=True)
class SessionTags:
    """The tags a session gets, and which of them go on to sessions assumed from it."""

    tags: Mapping[str, str]
    transitive: tuple[str, ...] = ()


def read_params(operation: str, form: dict[str, str]) -> dict[str, Any]:
    """The validated parameters of a form. Raises ServiceError ValidationError."""
    shape = service_model("sts").operation_model(operation).input_shape
    assert shape is not None
    return parse_form(form, shape)


def role_duration(params: Mapping[str, Any], role: Role, *, is_chained: bool = False) -> int:
    """Seconds; at most what the role allows, and an hour for roles assumed from roles."""
    duration_s = int(params.get("DurationSeconds", 3600))
    if duration_s > role.max_session_s:
        raise _invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    if is_chained and duration_s > CHAINED_LIMIT_S:
        raise _invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        )
    return duration_s


def session_policies(params: Mapping[str, Any], directory: IamDirectory) -> tuple[str, ...]:
    """The policies passed with a call, as JSON: what any of them allows is allowed."""
    arns = [entry.get("arn", "") for entry in params.get("PolicyArns", [])]
    if len(arns) > MAX_POLICY_ARNS:
        raise _invalid(f"At most {MAX_POLICY_ARNS} managed policies can be passed.")
    documents = [_managed(directory, arn) for arn in arns]
    if "Policy" in params:
        if len(params["Policy"]) > MAX_POLICY_CHARS:
            raise _invalid(f"The session policy is longer than {MAX_POLICY_CHARS} characters.")
        documents.append(_checked_policy(params["Policy"]))
    return tuple(json.dumps(document) for document in documents)


def session_tags(params: Mapping[str, Any], inherited: SessionTags) -> SessionTags:
    """The tags of a call and those inherited from the calling session. Raises InvalidParameterValue."""
    given = [(tag["Key"], tag.get("Value", "")) for tag in params.get("Tags", [])]
    lowered = [key.lower() for key, _ in given]
    if len(set(lowered)) < len(lowered):
        raise _unusable("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if any(key.startswith("aws:") for key in lowered):
        raise _unusable("Tag keys must not start with aws:.")
    transitive = tuple(params.get("TransitiveTagKeys", ()))
    if not {key.lower() for key in transitive} <= set(lowered):
        raise _unusable("The specified transitive tag key must be included in the requested tags.")
    if {key.lower() for key in inherited.tags} & set(lowered):
        raise _unusable(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key"
            " from the calling session."
        )
    return SessionTags({**dict(given), **inherited.tags}, (*transitive, *inherited.transitive))


def tag_context(tags: SessionTags) -> dict[str, str | tuple[str, ...]]:
    """The condition keys of a request that passes tags."""
    context: dict[str, str | tuple[str, ...]] = {f"aws:RequestTag/{key}": value for key, value in tags.tags.items()}
    if tags.tags:
        context["aws:TagKeys"] = tuple(tags.tags)
    if tags.transitive:
        context["sts:TransitiveTagKeys"] = tags.transitive
    return context


def packed_size(params: Mapping[str, Any]) -> int:
    """About how many percent of the room for policies and tags a call takes."""
    tags = [*params.get("Tags", []), *params.get("PolicyArns", [])]
    length = len(params.get("Policy", "")) + (len(json.dumps(tags)) if tags else 0)
    if length > _PACKED_LIMIT_CHARS:
        raise ServiceError("PackedPolicyTooLarge", "Serialized token too large for session", status=400)
    return math.ceil(100 * length / _PACKED_LIMIT_CHARS)


def credentials_answer(issued: Credentials) -> dict[str, str]:
    """Credentials as STS answers them."""
    expires = datetime.fromtimestamp(issued.expires_at, UTC)
    return {
        "AccessKeyId": issued.access_key_id,
        "SecretAccessKey": issued.secret_access_key,
        "SessionToken": issued.session_token,
        "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def role_answer(issued: Credentials, params: Mapping[str, Any]) -> dict[str, Any]:
    """What every operation answers that assumes a role."""
    return {
        "Credentials": credentials_answer(issued),
        "AssumedRoleUser": {"AssumedRoleId": issued.assumed_role_id, "Arn": issued.assumed_role_arn},
        "PackedPolicySize": packed_size(params),
    }


def _managed(directory: IamDirectory, arn: str) -> dict[str, Any]:
    found = directory.managed_policy(arn)
    if found is None:
        raise ServiceError("MalformedPolicyDocument", f"PolicyArn {arn} does not exist.", status=400)
    return found.document


def _checked_policy(text: str) -> dict[str, Any]:
    try:
        parse_policy(text, name="session policy", layer="session")
    except PolicyError as problem:
        raise ServiceError("MalformedPolicyDocument", str(problem), status=400) from None
    document: dict[str, Any] = json.loads(text)
    return document


def _invalid(text: str) -> ServiceError:
    return ServiceError("ValidationError", text, status=400)


def _unusable(text: str) -> ServiceError:
    return ServiceError("InvalidParameterValue", text, status=400)
