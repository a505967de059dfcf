"""Asks the policy evaluator: may this principal do that, does this role trust them."""

import json
from collections.abc import Mapping
from typing import Any

from cognito_explorer.iam.evaluate import Layers, Verdict, evaluate, evaluate_trust
from cognito_explorer.iam.policy import Policy
from cognito_explorer.iam.request import Principal, Request
from cognito_explorer.sandbox.access import Access
from cognito_explorer.sandbox.callers import Identified
from cognito_explorer.sandbox.iam_directory import NamedPolicy
from cognito_explorer.sandbox.trust import parsed_policy
from cognito_explorer.sandbox.world import ACCOUNT_ID

Context = Mapping[str, str | tuple[str, ...]]


def decide(
    who: Identified | None, access: Access, *, around: Context, bucket_policy: Any = None, trust_policy: Any = None
) -> Verdict:
    """The verdict on one access; None is nobody in particular. `around` holds the request's own condition keys."""
    resource: Policy | None = None
    if bucket_policy:
        resource = parsed_policy(NamedPolicy("bucket policy", bucket_policy), "resource")
    if trust_policy:
        resource = parsed_policy(NamedPolicy("trust policy", trust_policy), "trust")
    if who is None:
        request = Request(access.action, access.resource, Principal(), {**around, **access.context})
        return evaluate(request, Layers(resource=resource))
    context = {**around, **who.caller.context, "aws:userid": who.caller.user_id, **access.context}
    request = Request(access.action, access.resource, principal_of(who), context)
    return evaluate(request, layers_of(who, resource))


def trusts(who: Identified, trust: dict[str, Any], action: str, context: Context) -> Verdict:
    """Does a role's trust policy let an AWS principal assume it?"""
    parsed = parsed_policy(NamedPolicy("trust policy", trust), "trust")
    return evaluate_trust(parsed, action=action, principal=principal_of(who), context={**who.caller.context, **context})


def principal_of(who: Identified) -> Principal:
    """The caller as the evaluator names callers."""
    return Principal(who.caller.arn, ACCOUNT_ID, who.session.role_arn if who.session else "")


def layers_of(who: Identified, resource: Policy | None = None) -> Layers:
    """Every policy that grants to or limits the caller."""
    session = who.session.session_policies if who.session else ()
    boundary = who.policies.boundary
    return Layers(
        identity=tuple(parsed_policy(policy, "identity") for policy in who.policies.identity),
        boundary=parsed_policy(boundary, "boundary") if boundary else None,
        session=tuple(_session_policy(text) for text in session) or None,
        resource=resource,
    )


def _session_policy(text: str) -> Policy:
    """One of a session's policies; each keeps its own version, and so its own reading of variables."""
    return parsed_policy(NamedPolicy("session policy", json.loads(text)), "session")
