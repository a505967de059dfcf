"""Policies that a simulation leaves out, as if they had been removed: SimulatePrincipalPolicy's PolicyExclusionList."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from cognito_explorer.iam.match import matches, wildcard_pattern
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import NamedPolicy, PolicySet

_INLINE = ("user", "group", "role")
_BOUNDARY = "permission-boundary"
# Wildcards are for the name alone, of which one star at most.
_POLICY_ARN = re.compile(r"arn:aws[\w-]*:iam::(?:aws|\d{12}):policy/[\w+=,.@/?-]*\*?[\w+=,.@/?-]*", re.ASCII)

Fits = Callable[[NamedPolicy], bool]


def without_excluded(held: PolicySet, identifiers: Iterable[Mapping[str, Any]]) -> PolicySet:
    """What is left of a principal's policies. Identifiers that fit nothing are ignored; raises InvalidInput."""
    identifiers = tuple(identifiers)
    tests = [_fits(identifier) for identifier in identifiers]
    identity = tuple(policy for policy in held.identity if not any(test(policy) for test in tests))
    is_unbounded = any(identifier.get("PolicyType") == _BOUNDARY for identifier in identifiers)
    return replace(held, identity=identity, boundary=None if is_unbounded else held.boundary)


def _fits(identifier: Mapping[str, Any]) -> Fits:
    """Whether an identity policy is meant."""
    if len(identifier) != 1:
        raise _invalid("A policy identifier has exactly one of PolicyType, PolicyArn and InlinePolicyIdentifier.")
    ((member, given),) = identifier.items()
    if member == "PolicyType":
        return lambda policy: ("inline" if policy.kind in _INLINE else policy.kind) == given
    if member == "PolicyArn":
        if not _POLICY_ARN.fullmatch(given):
            raise _invalid(f"Invalid policy ARN {given}.")
        return lambda policy: bool(policy.arn) and matches(wildcard_pattern(given), policy.arn)
    # AWS's text promises wildcards in the entity's name; its model of the parameter has no room for them.
    wanted = (given["AttachmentType"], given["AttachmentName"], given["PolicyName"])
    return lambda policy: (policy.kind, policy.holder, policy.name) == wanted


def _invalid(text: str) -> ServiceError:
    return ServiceError("InvalidInput", text, status=400)
