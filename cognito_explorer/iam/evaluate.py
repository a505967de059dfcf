"""Allowed or not, by which statement, and why. Rule source: IAM user guide, "Policy evaluation logic"."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from cognito_explorer.iam.conditions import unmet_reason
from cognito_explorer.iam.match import action_matches, matches, names_account, principal_matches, split_arn
from cognito_explorer.iam.match import wildcard_pattern as pattern_of
from cognito_explorer.iam.policy import Layer, Policy, Principals, Statement
from cognito_explorer.iam.variables import Context, expand

Decision = Literal["allowed", "explicit_deny", "implicit_deny"]

_NAMES: dict[Layer, str] = {
    "identity": "identity-based policy",
    "boundary": "permissions boundary",
    "session": "session policy",
    "resource": "resource-based policy",
    "trust": "role trust policy",
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. For a role session `arn` is the session's and `role_arn` the role's; anonymous has no arn."""

    arn: str = ""
    account: str = ""
    role_arn: str = ""
    federated: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: an action ("s3:GetObject"), a resource ARN or "*", and its condition keys."""

    action: str
    resource: str
    principal: Principal = field(default_factory=Principal)
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    resource_account: str = ""


@dataclass(frozen=True, slots=True)
class Layers:
    """The policies that apply. `session`: each must allow; None where no session policy was passed."""

    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: tuple[Policy, ...] | None = None
    resource: Policy | None = None


@dataclass(frozen=True, slots=True)
class Considered:
    """A statement that did not decide, and why it did not match."""

    policy: str
    layer: Layer
    statement: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. `policy` and `statement` name what decided; `reason` is worded as AWS words it."""

    decision: Decision
    layer: Layer
    reason: str
    policy: str = ""
    statement: Statement | None = None
    considered: tuple[Considered, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether the request goes through."""
        return self.decision == "allowed"


@dataclass(frozen=True, slots=True)
class _Hit:
    policy: Policy
    statement: Statement


class _Evaluation:
    """One request on its way through the layers."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.context: Context = {key.lower(): value for key, value in request.context.items()}
        self.considered: list[Considered] = []

    def hits(self, policy: Policy) -> list[_Hit]:
        """The statements of a policy that match."""
        found = []
        for statement in policy.statements:
            why = self._mismatch(policy, statement)
            if why:
                self.considered.append(Considered(policy.name, policy.layer, statement.label, why))
            else:
                found.append(_Hit(policy, statement))
        return found

    def verdict(self, decision: Decision, layer: Layer, hit: _Hit | None = None) -> Verdict:
        """Put the answer into words."""
        return Verdict(
            decision=decision,
            layer=layer,
            reason=self._reason(decision, layer),
            policy=hit.policy.name if hit else "",
            statement=hit.statement if hit else None,
            considered=tuple(self.considered),
        )

    def _reason(self, decision: Decision, layer: Layer) -> str:
        if decision == "allowed":
            return f"allowed by a {_NAMES[layer]}" if layer != "identity" else "allowed by an identity-based policy"
        if decision == "explicit_deny":
            article = "an" if layer == "identity" else "a"
            return f"with an explicit deny in {article} {_NAMES[layer]}"
        return f"because no {_NAMES[layer]} allows the {self.request.action} action"

    def _mismatch(self, policy: Policy, statement: Statement) -> str:
        if not _action_fits(statement, self.request.action):
            return f"its actions do not cover {self.request.action}"
        if not _principal_fits(statement, self.request.principal):
            return "it names other principals"
        if policy.layer != "trust" and not self._resource_fits(policy, statement):
            return f"its resources do not cover {self.request.resource}"
        for condition in statement.conditions:
            reason = unmet_reason(condition, self.context, has_variables=policy.has_variables)
            if reason:
                return reason
        return ""

    def _resource_fits(self, policy: Policy, statement: Statement) -> bool:
        if statement.not_resources:
            return not any(self._covers(policy, each) for each in statement.not_resources)
        return any(self._covers(policy, each) for each in statement.resources)

    def _covers(self, policy: Policy, wanted: str) -> bool:
        if wanted == "*":
            return True
        wanted_parts, parts = split_arn(wanted), split_arn(self.request.resource)
        if len(wanted_parts) != 6 or len(parts) != 6:
            return False
        heads = zip(wanted_parts[:5], parts[:5], strict=True)
        if not all(matches(pattern_of(want), part) for want, part in heads):
            return False
        last = expand(wanted_parts[5], self.context, has_variables=policy.has_variables)
        return last is not None and matches(last, parts[5])


def evaluate(request: Request, layers: Layers) -> Verdict:
    """Decide one request. An explicit deny anywhere wins; then every limiter that is present must allow."""
    run = _Evaluation(request)
    hits: dict[Layer, list[list[_Hit]]] = {
        layer: [run.hits(policy) for policy in policies] for layer, policies in _by_layer(layers)
    }
    denial = next((hit for each in hits.values() for hit in _flat(each) if hit.statement.effect == "Deny"), None)
    if denial:
        return run.verdict("explicit_deny", denial.policy.layer, denial)
    grant = next(_flat(hits["resource"]), None)
    if request.principal.arn == "":
        return run.verdict("allowed", "resource", grant) if grant else run.verdict("implicit_deny", "resource")
    is_foreign = bool(request.resource_account) and request.resource_account != request.principal.account
    if is_foreign and grant is None:
        return run.verdict("implicit_deny", "resource")
    reach = _reach(_flat(hits["resource"]), request.principal) if not is_foreign else "delegates"
    if reach == "grants alone":
        return run.verdict("allowed", "resource", grant)
    identity = next(_flat(hits["identity"]), None)
    if identity is None and reach != "grants within limits":
        return run.verdict("implicit_deny", "identity")
    for layer in ("boundary", "session"):
        if any(not allows for allows in hits[layer]):
            return run.verdict("implicit_deny", layer)
    return run.verdict("allowed", "identity", identity) if identity else run.verdict("allowed", "resource", grant)


def evaluate_trust(
    trust: Policy, *, action: str, principal: Principal, context: Mapping[str, str | tuple[str, ...]]
) -> Verdict:
    """Whether a role's trust policy lets `principal` (AWS or federated) assume it."""
    run = _Evaluation(Request(action, "*", principal, context))
    hits = run.hits(trust)
    denial = next((hit for hit in hits if hit.statement.effect == "Deny"), None)
    if denial:
        return run.verdict("explicit_deny", "trust", denial)
    return run.verdict("allowed", "trust", hits[0]) if hits else run.verdict("implicit_deny", "trust")


def _by_layer(layers: Layers) -> tuple[tuple[Layer, tuple[Policy, ...]], ...]:
    return (
        ("identity", layers.identity),
        ("boundary", (layers.boundary,) if layers.boundary else ()),
        ("session", layers.session or ()),
        ("resource", (layers.resource,) if layers.resource else ()),
    )


def _flat(groups: Iterable[list[_Hit]]) -> Iterator[_Hit]:
    return (hit for group in groups for hit in group)


Reach = Literal["grants alone", "grants within limits", "delegates"]


def _reach(grants: Iterable[_Hit], principal: Principal) -> Reach:
    """What a resource policy's allow is worth by itself, in the same account.

    Naming the session or the user grants alone; naming the role, or everyone, grants within boundary and session
    policy; naming the account leaves the decision to identity policies.
    """
    best: Reach = "delegates"
    for hit in grants:
        named = hit.statement.principals.aws if hit.statement.principals else ("*",)
        if principal.arn in named:
            return "grants alone"
        if any(not names_account(each, principal.account) for each in named if _names(each, principal)):
            best = "grants within limits"
    return best


def _names(pattern: str, principal: Principal) -> bool:
    arns = [arn for arn in (principal.arn, principal.role_arn) if arn]
    return any(principal_matches(pattern, arn, principal.account) for arn in arns)


def _action_fits(statement: Statement, action: str) -> bool:
    if statement.not_actions:
        return not any(action_matches(each, action) for each in statement.not_actions)
    return any(action_matches(each, action) for each in statement.actions)


def _principal_fits(statement: Statement, principal: Principal) -> bool:
    if statement.not_principals is not None:
        return not _is_named(statement.not_principals, principal)
    return statement.principals is None or _is_named(statement.principals, principal)


def _is_named(named: Principals, principal: Principal) -> bool:
    if principal.federated:
        return principal.federated in named.federated or "*" in named.aws
    if not principal.arn:
        return "*" in named.aws
    return any(_names(each, principal) for each in named.aws)
