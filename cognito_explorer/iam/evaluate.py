"""Allowed or not, by which statement, and why. Rule source: IAM user guide, "Policy evaluation logic"."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from cognito_explorer.iam.match import names_account
from cognito_explorer.iam.policy import Layer, Policy, Statement
from cognito_explorer.iam.request import Principal, Request
from cognito_explorer.iam.statement_fit import Mismatch, StatementFit, names

Decision = Literal["allowed", "explicit_deny", "implicit_deny", "undetermined"]
Reach = Literal["grants alone", "grants within limits", "delegates"]

_NAMES: dict[Layer, str] = {
    "identity": "identity-based policy",
    "boundary": "permissions boundary",
    "session": "session policy",
    "resource": "resource-based policy",
    "trust": "role trust policy",
    "scp": "service control policy",
    "rcp": "resource control policy",
}


@dataclass(frozen=True, slots=True)
class Layers:
    """The policies that apply. Of identity policies one must allow, and of session policies, if any were passed, one:
    the inline and the managed ones of a session add up. Of every other tuple each must.

    None, or an empty tuple, stands for a layer that is not there. `resource` may be a role's trust policy.
    """

    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: tuple[Policy, ...] | None = None
    resource: Policy | None = None
    scp: tuple[Policy, ...] | None = None
    rcp: tuple[Policy, ...] | None = None


@dataclass(frozen=True, slots=True)
class Considered:
    """A statement that did not match, by its Sid or place, and why."""

    policy: str
    layer: Layer
    statement: str
    mismatch: Mismatch

    @property
    def why(self) -> str:
        """Why it did not match, in a sentence."""
        return self.mismatch.why


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

    def __init__(self, fit: StatementFit) -> None:
        self.request = fit.request
        self._fit = fit
        self._considered: list[Considered] = []

    def hits(self, policy: Policy) -> list[_Hit]:
        """The statements of a policy that match."""
        found = []
        for statement in policy.statements:
            mismatch = self._fit.mismatch(policy, statement)
            if mismatch:
                self._considered.append(Considered(policy.name, policy.layer, statement.label, mismatch))
            else:
                found.append(_Hit(policy, statement))
        return found

    def allowed(self, hit: _Hit) -> Verdict:
        """Allowed, by this statement."""
        article = "an" if hit.policy.layer == "identity" else "a"
        return self._verdict("allowed", hit.policy.layer, f"allowed by {article} {_NAMES[hit.policy.layer]}", hit)

    def explicitly_denied(self, hit: _Hit) -> Verdict:
        """Denied, by this statement."""
        layer = hit.policy.layer
        article = {"identity": "an", "trust": "the"}.get(layer, "a")
        return self._verdict("explicit_deny", layer, f"with an explicit deny in {article} {_NAMES[layer]}", hit)

    def implicitly_denied(self, layer: Layer) -> Verdict:
        """Denied, because nothing in a layer allows it."""
        return self._verdict(
            "implicit_deny", layer, f"because no {_NAMES[layer]} allows the {self.request.action} action"
        )

    def _verdict(self, decision: Decision, layer: Layer, reason: str, hit: _Hit | None = None) -> Verdict:
        policy, statement = (hit.policy.name, hit.statement) if hit else ("", None)
        return Verdict(decision, layer, reason, policy, statement, tuple(self._considered))


def evaluate(request: Request, layers: Layers) -> Verdict:
    """Decide one request. An explicit deny anywhere wins; then every limiter that is present must allow.

    Where `request.unknown_keys` make the difference, the verdict is "undetermined".
    """
    is_bounded = layers.boundary is not None
    strict = _decide(_Evaluation(StatementFit(request, "Deny", is_bounded=is_bounded)), layers)
    if not request.unknown_keys or strict.is_allowed:
        return strict
    lenient = _decide(_Evaluation(StatementFit(request, "Allow", is_bounded=is_bounded)), layers)
    if not lenient.is_allowed:
        return lenient
    reason = f"because it depends on {' and '.join(sorted(request.unknown_keys))}"
    return Verdict("undetermined", strict.layer, reason, strict.policy, strict.statement, strict.considered)


def evaluate_trust(
    trust: Policy, *, action: str, principal: Principal, context: Mapping[str, str | tuple[str, ...]]
) -> Verdict:
    """Whether a role's trust policy lets `principal` (AWS, service or federated) assume it."""
    run = _Evaluation(StatementFit(Request(action, "*", principal, context)))
    hits = run.hits(trust)
    denial = _denial([hits])
    if denial:
        return run.explicitly_denied(denial)
    return run.allowed(hits[0]) if hits else run.implicitly_denied("trust")


def _decide(run: _Evaluation, layers: Layers) -> Verdict:
    hits = {layer: [run.hits(policy) for policy in policies] for layer, policies in _by_layer(layers)}
    denial = _denial(group for groups in hits.values() for group in groups)
    if denial:
        return run.explicitly_denied(denial)
    closed = _closed(hits, ("rcp", "scp"))
    if closed:
        return run.implicitly_denied(closed)
    grant = next(_flat(hits["resource"]), None)
    principal, is_foreign = run.request.principal, run.request.is_foreign
    needs_grant = not principal.arn or is_foreign or run.request.needs_own_grant
    if grant is None and needs_grant:
        return run.implicitly_denied("trust" if run.request.is_assumption else "resource")
    if grant and (not principal.arn or (not is_foreign and _reach(hits["resource"], principal) == "grants alone")):
        return run.allowed(grant)
    return _decide_within_limits(run, hits, grant)


def _decide_within_limits(run: _Evaluation, hits: Mapping[Layer, list[list[_Hit]]], grant: _Hit | None) -> Verdict:
    """The caller's own policies, or a grant of the resource to the caller's role; both within the limits."""
    reach = "delegates" if run.request.is_foreign else _reach(hits["resource"], run.request.principal)
    hit = next(_flat(hits["identity"]), None) or (grant if reach == "grants within limits" else None)
    if hit is None:
        return run.implicitly_denied("identity")
    closed = _closed(hits, ("boundary", "session"))
    return run.implicitly_denied(closed) if closed else run.allowed(hit)


def _by_layer(layers: Layers) -> tuple[tuple[Layer, tuple[Policy, ...]], ...]:
    return (
        ("rcp", layers.rcp or ()),
        ("scp", layers.scp or ()),
        ("identity", layers.identity),
        ("boundary", (layers.boundary,) if layers.boundary else ()),
        ("session", layers.session or ()),
        ("resource", (layers.resource,) if layers.resource else ()),
    )


def _closed(hits: Mapping[Layer, list[list[_Hit]]], limiters: tuple[Layer, ...]) -> Layer | None:
    """The first limiter that allows nothing here. A session's policies add up; of the others each must allow."""
    return next((layer for layer in limiters if hits[layer] and not _opens(hits, layer)), None)


def _opens(hits: Mapping[Layer, list[list[_Hit]]], layer: Layer) -> bool:
    return any(hits[layer]) if layer == "session" else all(hits[layer])


def _denial(groups: Iterable[list[_Hit]]) -> _Hit | None:
    return next((hit for hit in _flat(groups) if hit.statement.effect == "Deny"), None)


def _flat(groups: Iterable[list[_Hit]]) -> Iterator[_Hit]:
    return (hit for group in groups for hit in group)


def _reach(groups: Iterable[list[_Hit]], principal: Principal) -> Reach:
    """What a resource policy's allow is worth by itself, in the same account.

    Naming the session, the user or everybody grants alone; naming the role, or the user behind a federated session,
    grants within boundary and session policy; naming the account leaves the decision to identity policies.
    """
    best: Reach = "delegates"
    for hit in _flat(groups):
        named = hit.statement.principals.aws if hit.statement.principals else ()
        # Whom NotPrincipal does not name is everybody else.
        if hit.statement.not_principals or "*" in named or (principal.arn in named and ":role/" not in principal.arn):
            return "grants alone"
        if any(names(each, principal) and not names_account(each, principal.account) for each in named):
            best = "grants within limits"
    return best
