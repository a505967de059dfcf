"""Policies are read when they are written: what the evaluator could not follow is refused in the service's words.

A stored policy that nobody can read allows nothing, and what is worse, denies nothing either.
"""

import re
from collections.abc import Mapping

from cognito_explorer.iam.match import action_matches
from cognito_explorer.iam.policy import Layer, Policy, PolicyError, Statement, parse_policy
from cognito_explorer.sandbox.data_services.needs import DataCall
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import IamDirectory
from cognito_explorer.sandbox.moto_services import policy_complaint

# Source: IAM user guide, "IAM and AWS STS quotas".
_TRUST_CHARS, _MANAGED_CHARS = 2048, 6144
_INLINE_CHARS = {"user": 2048, "role": 10_240, "group": 5120}
_INLINE = {"PutUserPolicy": "user", "PutRolePolicy": "role", "PutGroupPolicy": "group"}
_BUCKET_BYTES = 20 * 1024
_COGNITO = "cognito-identity.amazonaws.com"
_BY_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
_BAD_SID = (
    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
)
_SID = re.compile(r"[A-Za-z0-9]*")
# What each service says of a policy that it cannot read.
_OF_RESOURCES: dict[str, tuple[str, str]] = {
    "kms": ("MalformedPolicyDocumentException", "The policy document is not valid: "),
    "sqs": ("InvalidAttributeValue", "Invalid value for the parameter Policy. "),
    "sns": ("InvalidParameter", "Invalid parameter: Policy Error: "),
}


def check_iam_policies(operation: str, form: Mapping[str, str], *, is_new_world: bool) -> None:
    """Raise MalformedPolicyDocument or LimitExceeded for a document that IAM would not save.

    `is_new_world` tells that the seed is still being sown: its roles stand for those older than today's rules.
    """
    if operation in ("CreateRole", "UpdateAssumeRolePolicy"):
        member = "AssumeRolePolicyDocument" if operation == "CreateRole" else "PolicyDocument"
        if member in form:
            _check_trust(form[member], is_new_world=is_new_world)
    elif "PolicyDocument" in form:
        _check_identity_policy(form["PolicyDocument"])


def check_iam_sizes(directory: IamDirectory, operation: str, form: Mapping[str, str]) -> None:
    """Raise LimitExceeded for a managed policy that is too long, or inline ones that are too long together."""
    size = _size(form.get("PolicyDocument", ""))
    if operation in ("CreatePolicy", "CreatePolicyVersion") and size > _MANAGED_CHARS:
        raise _too_long(f"Cannot exceed quota for PolicySize: {_MANAGED_CHARS}")
    kind = _INLINE.get(operation, "")
    if not kind:
        return
    name = form.get(f"{kind.capitalize()}Name", "")
    others = directory.inline_policies(kind, name)
    others.pop(form.get("PolicyName", ""), None)
    most = _INLINE_CHARS[kind]
    if size + sum(map(_size, others.values())) > most:
        raise _too_long(f"Maximum policy size of {most} bytes exceeded for {kind} {name}")


def check_bucket_policy(body: bytes, bucket: str) -> None:
    """Raise MalformedPolicy for a document that S3 would not save."""
    text = body.decode("utf-8", "replace")
    if not text.startswith("{"):
        raise _malformed_bucket_policy("Policies must be valid JSON and the first byte must be '{'")
    if len(body) > _BUCKET_BYTES:
        raise _malformed_bucket_policy("Policy exceeds the maximum allowed document size.")
    try:
        policy = parse_policy(text, name="Policy", layer="resource")
    except PolicyError as problem:
        raise _malformed_bucket_policy(str(problem)) from None
    own = f"arn:aws:s3:::{bucket}"
    for statement in policy.statements:
        if not all(each == own or each.startswith((f"{own}/", f"{own}*")) for each in _resources(statement)):
            raise _malformed_bucket_policy("Policy has invalid resource")
        if not all(each == "*" or each.lower().startswith("s3:") for each in _actions(statement)):
            raise _malformed_bucket_policy("Policy has invalid action")


def check_resource_policy(call: DataCall) -> None:
    """Raise the service's own error for the policy of a key, a queue or a topic that it would not save."""
    text = _policy_in(call)
    if not text:
        return
    code, words = _OF_RESOURCES[call.service]
    try:
        parse_policy(text, name="Policy", layer="resource")
    except PolicyError as problem:
        raise ServiceError(code, f"{words}{problem}") from None


def _policy_in(call: DataCall) -> str:
    """The policy that a call brings along, or ""."""
    params = call.params
    if call.service == "kms" and call.name in ("CreateKey", "PutKeyPolicy"):
        return str(params.get("Policy", ""))
    if call.service == "sns" and call.name == "SetTopicAttributes" and params.get("AttributeName") == "Policy":
        return str(params.get("AttributeValue", ""))
    if call.name in ("CreateQueue", "SetQueueAttributes", "CreateTopic"):
        return str(params.get("Attributes", {}).get("Policy", ""))
    return ""


def _check_identity_policy(text: str) -> None:
    policy = _parsed(text, "identity")
    if any(not _SID.fullmatch(statement.sid) for statement in policy.statements):
        raise _malformed(_BAD_SID)


def _check_trust(text: str, *, is_new_world: bool) -> None:
    if _size(text) > _TRUST_CHARS:
        raise _too_long(f"Cannot exceed quota for ACLSizePerRole: {_TRUST_CHARS}")
    policy = _parsed(text, "trust")
    for statement in policy.statements:
        if _resources(statement):
            raise _malformed("Has prohibited field Resource")
        if not all(each == "*" or each.lower().startswith("sts:") for each in statement.actions):
            raise _malformed("AssumeRole policy may only specify STS AssumeRole actions.")
        if not is_new_world:
            _check_audience(statement)


def _check_audience(statement: Statement) -> None:
    """Whoever trusts identity pools has to say which: otherwise anybody's pool would do."""
    named = statement.principals.federated if statement.principals else ()
    is_for_pools = any(action_matches(each, _BY_WEB_IDENTITY) for each in statement.actions)
    if statement.effect != "Allow" or _COGNITO not in named or not is_for_pools:
        return
    if not statement.conditions:
        raise _malformed("A condition block must be present for the Cognito provider")
    if not any(condition.key.lower() == f"{_COGNITO}:aud" for condition in statement.conditions):
        raise _malformed(f"A condition on {_COGNITO}:aud must be present for the Cognito provider")


def _parsed(text: str, layer: Layer) -> Policy:
    try:
        return parse_policy(text, name="Policy", layer=layer)
    except PolicyError as problem:
        known = "" if layer == "trust" else policy_complaint(text)
        raise _malformed(known or _wording(problem, layer)) from None


def _wording(problem: PolicyError, layer: Layer) -> str:
    """IAM's sentences where they are known, ours where IAM says no more than "Syntax errors in policy."."""
    text = str(problem)
    if "not JSON" in text:
        return "This policy contains invalid Json" if layer == "trust" else "Syntax errors in policy."
    if "has no place" in text:
        return "Policy document should not specify a principal."
    if "Principal must be there" in text:
        return "Missing required field Principal"
    return f"Syntax errors in policy. ({text})"


def _size(text: str) -> int:
    """White space does not count."""
    return len(re.sub(r"\s", "", text))


def _too_long(text: str) -> ServiceError:
    return ServiceError("LimitExceeded", text, status=409)


def _resources(statement: Statement) -> tuple[str, ...]:
    return statement.resources + statement.not_resources


def _actions(statement: Statement) -> tuple[str, ...]:
    return statement.actions + statement.not_actions


def _malformed(text: str) -> ServiceError:
    return ServiceError("MalformedPolicyDocument", text, status=400)


def _malformed_bucket_policy(text: str) -> ServiceError:
    return ServiceError("MalformedPolicy", text, status=400)
