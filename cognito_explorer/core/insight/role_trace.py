"""Which role an identity pool would give to a token, step by step, as "Role-based access control" has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.identity_pools.identity_pools import (
    IdentityPoolDetail,
    MappingRule,
    RoleMapping,
    UserPoolProvider,
)
from cognito_explorer.core.identity_pools.roles import mapping_of, matching_rule, role_name, rule_in_words
from cognito_explorer.core.insight.claims import as_text

Verdict = Literal["yes", "no", "skipped", "unknown"]


@dataclass(frozen=True, slots=True)
class RoleStep:
    """One thing the pool looks at: `question` and `answer` are for people, `verdict` is whether it decided for."""

    verdict: Verdict
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class RoleTrace:
    """The steps in Cognito's order and what they come to. `role_arn` is "" where no credentials would be given.

    `is_known` is False where the pool's roles could not be read: then nothing is claimed.
    """

    role_arn: str
    conclusion: str
    steps: tuple[RoleStep, ...]
    is_known: bool = True


def trace_role(detail: IdentityPoolDetail, token: DecodedToken, *, custom_role_arn: str = "") -> RoleTrace:
    """Follow a token through an identity pool: is it taken, by which mapping, to which role.

    `custom_role_arn` is the role asked for by name (CustomRoleArn of GetCredentialsForIdentity). Trust policies and
    the token's signature and expiry are not looked at.
    """
    steps: list[RoleStep] = []
    provider = _provider_step(detail, token, steps)
    if provider is None:
        return RoleTrace("", "No role: this identity pool does not accept the token.", tuple(steps))
    if not detail.roles.is_known:
        steps.append(RoleStep("unknown", "Which roles has the pool?", "They could not be read (GetIdentityPoolRoles)."))
        return RoleTrace("", "Not known: the pool's roles could not be read.", tuple(steps), is_known=False)
    mapping = mapping_of(detail, provider)
    if mapping is None:
        steps.append(RoleStep("no", "Is there a role mapping for this app client?", "No: everyone gets one role."))
        if custom_role_arn:
            return _refused(custom_role_arn, steps)
        return _default(detail, steps)
    candidates = _candidates(mapping, token.claims, steps)
    if custom_role_arn:
        return _by_name(custom_role_arn, candidates[1], steps)
    if candidates[0]:
        return RoleTrace(candidates[0], f"The role {role_name(candidates[0])}.", tuple(steps))
    return _ambiguous(detail, mapping, steps)


def _provider_step(detail: IdentityPoolDetail, token: DecodedToken, steps: list[RoleStep]) -> UserPoolProvider | None:
    question = "Does the pool accept this token?"
    if token.kind != "id":
        said = {"access": "an access token", "refresh": "a refresh token"}.get(token.kind, "not a user pool's ID token")
        steps.append(RoleStep("no", question, f"No: identity pools take ID tokens; this is {said}."))
        return None
    same_pool = [each for each in detail.user_pool_providers if each.pool_id == token.pool_id]
    found = next((each for each in same_pool if each.client_id == token.client_id), None)
    if found is not None:
        steps.append(
            RoleStep("yes", question, f"Yes: {found.pool_id} with the app client {found.client_id} is listed.")
        )
    elif same_pool:
        clients = ", ".join(each.client_id for each in same_pool)
        steps.append(RoleStep("no", question, f"No: aud is {token.client_id}; of this user pool it takes {clients}."))
    else:
        where = token.pool_id or token.issuer or "no issuer"
        steps.append(RoleStep("no", question, f"No: {where} is not among its user pools."))
    return found


def _candidates(mapping: RoleMapping, claims: Mapping[str, Any], steps: list[RoleStep]) -> tuple[str, tuple[str, ...]]:
    """The role that is preferred, or "", and every role that may be asked for by name."""
    if mapping.kind == "Rules":
        steps.append(RoleStep("yes", "How does the mapping choose?", "By rules: the first that fits wins."))
        return _by_rules(mapping, claims, steps)
    steps.append(RoleStep("yes", "How does the mapping choose?", "By the roles in the token."))
    return _by_token(claims, steps)


def _by_rules(mapping: RoleMapping, claims: Mapping[str, Any], steps: list[RoleStep]) -> tuple[str, tuple[str, ...]]:
    winner = matching_rule(mapping, claims)
    is_decided = False
    for number, rule in enumerate(mapping.rules, start=1):
        question = f"Rule {number}: {rule_in_words(rule)} → {role_name(rule.role_arn)}?"
        if is_decided:
            steps.append(RoleStep("skipped", question, "Not looked at: an earlier rule fits."))
        elif rule is winner:
            is_decided = True
            steps.append(RoleStep("yes", question, f"Fits: {_said(rule, claims)}"))
        else:
            steps.append(RoleStep("no", question, f"Does not fit: {_said(rule, claims)}"))
    fitting = tuple(rule.role_arn for rule in mapping.rules if _fits(mapping, rule, claims))
    return (winner.role_arn if winner else ""), fitting


def _by_token(claims: Mapping[str, Any], steps: list[RoleStep]) -> tuple[str, tuple[str, ...]]:
    preferred = claims.get("cognito:preferred_role")
    listed = claims.get("cognito:roles")
    roles = tuple(str(each) for each in listed) if isinstance(listed, list) else ()
    question = "Does the token prefer a role (cognito:preferred_role)?"
    if isinstance(preferred, str) and preferred:
        groups = claims.get("cognito:groups")
        names = ", ".join(map(str, groups)) if isinstance(groups, list) else ""
        steps.append(RoleStep("yes", question, f"Yes: {role_name(preferred)}{f', from {names}' if names else ''}."))
        return preferred, roles
    named = ", ".join(role_name(each) for each in roles)
    tie = f"No: the best groups tie among {named} (cognito:roles)." if len(roles) > 1 else ""
    steps.append(RoleStep("no", question, tie or "No: none of the user's groups brings a role."))
    return "", roles


def _by_name(wanted: str, candidates: tuple[str, ...], steps: list[RoleStep]) -> RoleTrace:
    if wanted not in candidates:
        return _refused(wanted, steps)
    steps.append(RoleStep("yes", f"May {role_name(wanted)} be asked for by name?", "Yes: it is among the candidates."))
    return RoleTrace(wanted, f"The role {role_name(wanted)}, as asked for.", tuple(steps))


def _refused(wanted: str, steps: list[RoleStep]) -> RoleTrace:
    answer = "No: it is not among the roles that this token may take (NotAuthorizedException)."
    steps.append(RoleStep("no", f"May {role_name(wanted)} be asked for by name?", answer))
    return RoleTrace("", f"No credentials: {role_name(wanted)} is not the token's to ask for.", tuple(steps))


def _ambiguous(detail: IdentityPoolDetail, mapping: RoleMapping, steps: list[RoleStep]) -> RoleTrace:
    question = "And where no role is decided (AmbiguousRoleResolution)?"
    if mapping.ambiguous == "AuthenticatedRole":
        steps.append(RoleStep("yes", question, "AuthenticatedRole: the pool's authenticated role."))
        return _default(detail, steps)
    if mapping.ambiguous == "Deny":
        steps.append(RoleStep("no", question, "Deny: NotAuthorizedException."))
        return RoleTrace("", "No credentials: the mapping denies what is ambiguous.", tuple(steps))
    steps.append(RoleStep("unknown", question, "It is not set, though Cognito demands it for such a mapping."))
    return RoleTrace("", "Not known: the mapping does not say what happens here.", tuple(steps), is_known=False)


def _default(detail: IdentityPoolDetail, steps: list[RoleStep]) -> RoleTrace:
    question, role = "Has the pool an authenticated role?", detail.roles.authenticated
    if not role:
        steps.append(RoleStep("no", question, "No: InvalidIdentityPoolConfigurationException."))
        return RoleTrace("", "No credentials: the pool has no authenticated role.", tuple(steps))
    steps.append(RoleStep("yes", question, f"Yes: {role_name(role)}."))
    return RoleTrace(role, f"The pool's authenticated role, {role_name(role)}.", tuple(steps))


def _said(rule: MappingRule, claims: Mapping[str, Any]) -> str:
    if rule.claim not in claims:
        return f"the token has no {rule.claim}, and an absent claim fits no rule."
    return f"{rule.claim} is “{as_text(claims[rule.claim])}”."


def _fits(mapping: RoleMapping, rule: MappingRule, claims: Mapping[str, Any]) -> bool:
    alone = RoleMapping(mapping.provider, mapping.kind, mapping.ambiguous, (rule,))
    return matching_rule(alone, claims) is not None
