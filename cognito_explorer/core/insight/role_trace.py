"""Which role an identity pool would give to a token, step by step, as "Role-based access control" has it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.identity_pools.identity_pools import (
    IdentityPoolDetail,
    MappingRule,
    RoleMapping,
)
from cognito_explorer.core.identity_pools.principal_tags import TagMap
from cognito_explorer.core.identity_pools.roles import matching_rule, role_name, rule_in_words
from cognito_explorer.core.insight.claims import as_text
from cognito_explorer.core.insight.role_logins import DEVELOPER, RoleLogin, Verdict, accept, login_of_token
from cognito_explorer.core.insight.session_tags import MOST_BYTES, session_tags, size_of

Flow = Literal["enhanced", "classic"]


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


def trace_role(
    detail: IdentityPoolDetail,
    token: DecodedToken | RoleLogin,
    *,
    custom_role_arn: str = "",
    flow: Flow = "enhanced",
    tag_map: TagMap | None = None,
) -> RoleTrace:
    """Follow a login through an identity pool: is it taken, by which mapping, to which role, with which tags.

    `custom_role_arn` is the role asked for by name (CustomRoleArn of GetCredentialsForIdentity; in the classic flow
    the one that STS is asked for). `tag_map` None is not known, and nothing is said of tags. Trust policies and the
    token's signature and expiry are not looked at.
    """
    login = token if isinstance(token, RoleLogin) else login_of_token(token)
    steps: list[RoleStep] = []
    accepted = accept(detail, login)
    steps.append(RoleStep(accepted.verdict, "Does the pool accept this token?", accepted.answer))
    if accepted.verdict != "yes":
        return RoleTrace("", "No role: this identity pool does not accept the token.", tuple(steps))
    if accepted.doubt:
        steps.append(RoleStep("unknown", "What else is looked at?", accepted.doubt))
    if flow == "classic":
        return _tagged(_classic(detail, custom_role_arn, steps), login, tag_map)
    if not detail.roles.is_known:
        return _unread(steps)
    mapping = _mapping(detail, accepted.mapping_key)
    if mapping is None:
        whom = "this app client" if login.is_of_user_pool else "this provider"
        steps.append(RoleStep("no", f"Is there a role mapping for {whom}?", "No: everyone gets one role."))
        trace = _refused(custom_role_arn, steps) if custom_role_arn else _default(detail, steps)
    else:
        trace = _mapped(detail, mapping, login.claims, custom_role_arn, steps)
    return _tagged(trace, login, tag_map)


def _mapping(detail: IdentityPoolDetail, key: str) -> RoleMapping | None:
    return next((each for each in detail.roles.mappings if each.provider == key), None)


def _mapped(
    detail: IdentityPoolDetail, mapping: RoleMapping, claims: Mapping[str, Any], wanted: str, steps: list[RoleStep]
) -> RoleTrace:
    preferred, candidates = _candidates(mapping, claims, steps)
    if wanted:
        return _by_name(wanted, candidates, steps)
    if preferred:
        return RoleTrace(preferred, f"The role {role_name(preferred)}.", tuple(steps))
    return _ambiguous(detail, mapping, steps)


def _unread(steps: list[RoleStep]) -> RoleTrace:
    steps.append(RoleStep("unknown", "Which roles has the pool?", "They could not be read (GetIdentityPoolRoles)."))
    return RoleTrace("", "Not known: the pool's roles could not be read.", tuple(steps), is_known=False)


def _classic(detail: IdentityPoolDetail, wanted: str, steps: list[RoleStep]) -> RoleTrace:
    """GetOpenIdToken and AssumeRoleWithWebIdentity: the caller names the role."""
    question = "Does the pool allow the basic (classic) flow (AllowClassicFlow)?"
    if not detail.allows_classic_flow:
        steps.append(RoleStep("no", question, "No: GetOpenIdToken is refused (InvalidParameterException)."))
        return RoleTrace("", "No credentials: this pool allows the enhanced flow alone.", tuple(steps))
    steps.append(RoleStep("yes", question, "Yes."))
    if not detail.roles.is_known:
        return _unread(steps)
    question = "Has it role mappings?"
    if detail.roles.mappings:
        answer = "Yes: the classic flow is not supported with RoleMappings (InvalidParameterException)."
        steps.append(RoleStep("no", question, answer))
        return RoleTrace("", "No credentials: the pool has role mappings, so the enhanced flow alone.", tuple(steps))
    steps.append(RoleStep("yes", question, "No: the caller names a role to sts:AssumeRoleWithWebIdentity."))
    trusts = f"its trust policy lets {DEVELOPER} in, with this pool as aud"
    if wanted:
        return RoleTrace(wanted, f"The role {role_name(wanted)}, if {trusts}.", tuple(steps))
    return RoleTrace("", f"Whatever role the caller names, if {trusts}.", tuple(steps), is_known=False)


def _tagged(trace: RoleTrace, login: RoleLogin, tag_map: TagMap | None) -> RoleTrace:
    """What the session is tagged with. Too much of it, and there are no credentials."""
    if tag_map is None or not (trace.role_arn or not trace.is_known):
        return trace
    question, tags = "Which tags does the session get (attributes for access control)?", session_tags(tag_map, login)
    size = size_of(tags)
    if size > MOST_BYTES:
        answer = f"Their values have {size} bytes; {MOST_BYTES} is the most (InvalidParameterException)."
        steps = (*trace.steps, RoleStep("no", question, answer))
        return RoleTrace("", "No credentials: the values of the session's tags are too long together.", steps)
    if not tags:
        return replace(trace, steps=(*trace.steps, RoleStep("skipped", question, "None.")))
    named = ", ".join(f"{key} = {value}" for key, value in tags.items())
    answer = f"{named}. The role's trust policy must allow sts:TagSession, or there are no credentials."
    return replace(trace, steps=(*trace.steps, RoleStep("yes", question, answer)))


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
    # Some write the list's members into one text, with commas between.
    members = listed.split(",") if isinstance(listed, str) else listed
    roles = tuple(str(each).strip() for each in members) if isinstance(members, list) else ()
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
