"""Does a statement match a request, and if not, which element stands in the way?"""

from dataclasses import dataclass
from itertools import chain
from typing import Literal

from cognito_explorer.iam.conditions import Unmet, unmet
from cognito_explorer.iam.match import action_matches, matches, principal_matches, split_arn, wildcard_pattern
from cognito_explorer.iam.policy import Effect, Policy, Principals, Statement
from cognito_explorer.iam.request import Principal, Request
from cognito_explorer.iam.variables import Context, expand, variable_keys

Element = Literal["action", "principal", "resource", "condition", "missing_key", "unknown_key"]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first element of a statement that does not match. `key` is a condition key, for conditions alone."""

    element: Element
    expected: tuple[str, ...] = ()
    actual: tuple[str, ...] = ()
    key: str = ""
    unmet: Unmet | None = None

    @property
    def why(self) -> str:
        """It in a sentence."""
        if self.unmet:
            return self.unmet.why
        if self.element == "unknown_key":
            return f"{self.key} is not known"
        expected = " and ".join(self.expected) or "nobody"
        if self.element == "principal":
            return f"it is about {expected}, not about {' or '.join(self.actual) or 'anonymous callers'}"
        return f"its {self.element}s ({expected}) do not cover {' '.join(self.actual)}"


class StatementFit:
    """Matches statements against one request. `lean`: which statements match where an unknown key decides.

    `is_bounded` tells that the caller has a permissions boundary.
    """

    def __init__(self, request: Request, lean: Effect = "Deny", *, is_bounded: bool = False) -> None:
        self.request = request
        self._lean = lean
        self._is_bounded = is_bounded
        self._context: Context = {key.lower(): value for key, value in request.context.items()}
        self._unknown = frozenset(key.lower() for key in request.unknown_keys)
        self._parts = split_arn(request.resource)

    def mismatch(self, policy: Policy, statement: Statement) -> Mismatch | None:
        """What stands in the way of a match, or None."""
        return (
            self._action_mismatch(statement)
            or self._principal_mismatch(statement)
            or self._resource_mismatch(policy, statement)
            or self._condition_mismatch(policy, statement)
            or self._doubt(policy, statement)
        )

    def _action_mismatch(self, statement: Statement) -> Mismatch | None:
        action = self.request.action
        if statement.not_actions:
            if not any(action_matches(each, action) for each in statement.not_actions):
                return None
            return Mismatch("action", tuple(f"all but {each}" for each in statement.not_actions), (action,))
        if any(action_matches(each, action) for each in statement.actions):
            return None
        return Mismatch("action", statement.actions, (action,))

    def _principal_mismatch(self, statement: Statement) -> Mismatch | None:
        principal = self.request.principal
        actual = tuple(filter(None, (principal.arn, principal.federated, principal.service)))
        if statement.not_principals is not None:
            # Whom a boundary limits, a Deny with NotPrincipal always hits. Source: IAM user guide, "NotPrincipal".
            always_hits = self._is_bounded and statement.effect == "Deny"
            if always_hits or not _is_named(statement.not_principals, principal):
                return None
            return Mismatch("principal", tuple(f"all but {each}" for each in statement.not_principals.all), actual)
        if statement.principals is None or _is_named(statement.principals, principal):
            return None
        return Mismatch("principal", statement.principals.all, actual)

    def _resource_mismatch(self, policy: Policy, statement: Statement) -> Mismatch | None:
        listed = statement.not_resources or statement.resources
        if policy.layer == "trust" or self._unknown_in(policy, listed):
            return None
        if any(self._covers(policy, each) for each in listed) != bool(statement.not_resources):
            return None
        expected = tuple(f"all but {each}" for each in listed) if statement.not_resources else listed
        return Mismatch("resource", expected, (self.request.resource,))

    def _covers(self, policy: Policy, wanted: str) -> bool:
        if wanted == "*":
            return True
        wanted_parts = split_arn(wanted)
        if len(wanted_parts) != 6 or len(self._parts) != 6:
            return False
        # IAM knows no wildcard in the service segment.
        if wanted_parts[2] != self._parts[2]:
            return False
        heads = zip(wanted_parts[:5], self._parts[:5], strict=True)
        if not all(want == part or matches(wildcard_pattern(want), part) for want, part in heads):
            return False
        last = expand(wanted_parts[5], self._context, has_variables=policy.has_variables)
        return last is not None and matches(last, self._parts[5])

    def _condition_mismatch(self, policy: Policy, statement: Statement) -> Mismatch | None:
        for condition in statement.conditions:
            if self._unknown_in(policy, condition.values) or condition.key.lower() in self._unknown:
                continue
            found = unmet(condition, self._context, has_variables=policy.has_variables)
            if found:
                element: Element = "condition" if found.actual else "missing_key"
                return Mismatch(element, condition.values, found.actual, condition.key, found)
        return None

    def _doubt(self, policy: Policy, statement: Statement) -> Mismatch | None:
        """Everything that is known matches; what is not known goes the way the evaluation leans."""
        if not self._unknown or statement.effect == self._lean:
            return None
        conditions = statement.conditions
        texts = chain(statement.resources, statement.not_resources, *(each.values for each in conditions))
        keys = {each.key.lower() for each in conditions} & self._unknown
        open_keys = sorted(keys.union(self._unknown_in(policy, tuple(texts))))
        return Mismatch("unknown_key", key=", ".join(open_keys)) if open_keys else None

    def _unknown_in(self, policy: Policy, texts: tuple[str, ...]) -> frozenset[str]:
        if not self._unknown or not policy.has_variables:
            return frozenset()
        return self._unknown.intersection(key for text in texts for key in variable_keys(text))


def names(pattern: str, principal: Principal) -> bool:
    """Whether an AWS principal element names the caller: by session, by role or by account."""
    arns = [arn for arn in (principal.arn, principal.role_arn) if arn]
    return any(principal_matches(pattern, arn, principal.account) for arn in arns)


def _is_named(named: Principals, principal: Principal) -> bool:
    if principal.federated:
        return principal.federated in named.federated or "*" in named.aws
    if principal.service:
        return principal.service in named.service or "*" in named.aws
    if not principal.arn:
        return "*" in named.aws
    return any(names(each, principal) for each in named.aws)
