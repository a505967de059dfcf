"""Does a role trust a federated identity? And how the sandbox reads policies at all."""

from collections.abc import Iterable, Mapping
from typing import Any

from cognito_explorer.iam.evaluate import evaluate_trust
from cognito_explorer.iam.policy import Layer, Policy, PolicyError, parse_policy
from cognito_explorer.iam.request import Principal
from cognito_explorer.sandbox.iam_directory import NamedPolicy

Context = Mapping[str, str | tuple[str, ...]]


def trusts_federated(trust: dict[str, Any], provider: str, context: Context, actions: Iterable[str]) -> bool:
    """Does a role's trust policy let an identity of the provider do all of this: assume it, tag the session?"""
    parsed = parsed_policy(NamedPolicy("trust policy", trust), "trust")
    return all(
        evaluate_trust(parsed, action=action, principal=Principal(federated=provider), context=context).is_allowed
        for action in actions
    )


def trusts_service(trust: dict[str, Any], service: str, context: Context | None = None) -> bool:
    """Does a role's trust policy let one of AWS's own services assume it? `context` is what the service says of it."""
    parsed = parsed_policy(NamedPolicy("trust policy", trust), "trust")
    principal = Principal(service=service)
    return evaluate_trust(parsed, action="sts:AssumeRole", principal=principal, context=context or {}).is_allowed


def parsed_policy(policy: NamedPolicy, layer: Layer) -> Policy:
    """A policy for the evaluator. A document that is no policy allows nothing."""
    try:
        return parse_policy(policy.document, name=policy.name, layer=layer)
    except PolicyError:
        return Policy(policy.name, layer, ())
