"""AssumeRole: a principal of AWS becomes a role."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.access import Access, Context
from cognito_explorer.sandbox.callers import Identified
from cognito_explorer.sandbox.decisions import decide, trusts
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import Role
from cognito_explorer.sandbox.sts import SessionRequest
from cognito_explorer.sandbox.sts_inputs import (
    SessionTags,
    role_answer,
    role_duration,
    session_policies,
    session_tags,
    tag_context,
)
from cognito_explorer.sandbox.sts_mfa import check_mfa
from cognito_explorer.sandbox.world import World

_TAG = "aws:PrincipalTag/"


def assume_role(world: World, params: dict[str, Any], who: Identified, around: Context) -> dict[str, Any]:
    """The answer to AssumeRole. Raises ServiceError in the query protocol's words."""
    role = world.sts.find_role(params["RoleArn"])
    tags = session_tags(params, inherited_tags(who))
    source_identity = _source_identity(params, who)
    has_mfa = check_mfa(world, who, params)
    asked = {**around, **_asked(params, has_mfa=has_mfa), **tag_context(tags)}
    actions = ["sts:AssumeRole", *(["sts:TagSession"] if tags.tags else [])]
    if source_identity:
        asked["sts:SourceIdentity"] = source_identity
        actions.append("sts:SetSourceIdentity")
    for action in actions:
        if role is None or not _may_assume(who, role, action, asked):
            raise ServiceError("AccessDenied", refused(who, action, params["RoleArn"]), status=403)
    assert role is not None
    is_chained = who.session is not None and who.session.kind == "role"
    request = SessionRequest(
        params["RoleSessionName"],
        _session_context(role, tags, source_identity, has_mfa=has_mfa),
        session_policies(params, world.sts.directory),
        role_duration(params, role, is_chained=is_chained),
        transitive_tags=tags.transitive,
        is_chained=is_chained,
    )
    answer = role_answer(world.sts.issue(role, request, account_id=world.account_id), params)
    return answer | ({"SourceIdentity": source_identity} if source_identity else {})


def inherited_tags(who: Identified) -> SessionTags:
    """The transitive tags of the calling session."""
    if who.session is None:
        return SessionTags({})
    # The list of what goes on may spell a key in another case than the tag itself.
    wanted = {key.lower() for key in who.session.transitive_tags}
    named = {key.removeprefix(_TAG): str(value) for key, value in who.session.context.items() if key.startswith(_TAG)}
    tags = {key: value for key, value in named.items() if key.lower() in wanted}
    return SessionTags(tags, tuple(tags))


def refused(who: Identified, action: str, resource: str) -> str:
    """AWS's sentence for an AccessDenied of STS."""
    return f"User: {who.caller.arn} is not authorized to perform: {action} on resource: {resource}"


def _asked(params: Mapping[str, Any], *, has_mfa: bool) -> Context:
    """The condition keys of the request itself."""
    context: Context = {"sts:RoleSessionName": params["RoleSessionName"]}
    if "DurationSeconds" in params:
        context["sts:DurationSeconds"] = str(params["DurationSeconds"])
    if "ExternalId" in params:
        context["sts:ExternalId"] = params["ExternalId"]
    if has_mfa:
        context |= {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0"}
    return context


def _session_context(role: Role, tags: SessionTags, source_identity: str, *, has_mfa: bool) -> Context:
    context: Context = {f"aws:PrincipalTag/{key}": value for key, value in {**role.tags, **tags.tags}.items()}
    context["aws:MultiFactorAuthPresent"] = str(has_mfa).lower()
    if source_identity:
        context["aws:SourceIdentity"] = source_identity
    return context


def _source_identity(params: Mapping[str, Any], who: Identified) -> str:
    """Once it is set it stays, whatever roles are assumed from there."""
    kept = str(who.session.context.get("aws:SourceIdentity", "")) if who.session else ""
    given = str(params.get("SourceIdentity", ""))
    if kept and given and given != kept:
        raise ServiceError("AccessDenied", refused(who, "sts:SetSourceIdentity", params["RoleArn"]), status=403)
    return kept or given


def _may_assume(who: Identified, role: Role, action: str, asked: Context) -> bool:
    """The role must trust the caller. Trust in the whole account leaves it to the caller's own policies."""
    # What the request says of MFA is newer than what the caller's session says.
    about = {**who.caller.context, **asked}
    if not trusts(who, role.trust, action, about).is_allowed:
        return False
    if who.is_administrator:
        return True
    return decide(who, Access(action, role.arn, asked), around=asked, trust_policy=role.trust).is_allowed
