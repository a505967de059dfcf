"""The three operations of STS that the sandbox has."""

import json
from datetime import UTC, datetime
from typing import Any

from cognito_explorer.iam.policy import PolicyError, parse_policy
from cognito_explorer.sandbox.access import Access, Context
from cognito_explorer.sandbox.callers import Identified
from cognito_explorer.sandbox.decisions import decide, trusts
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import IamDirectory, Role
from cognito_explorer.sandbox.identity_pools.open_id_tokens import verify_open_id_token
from cognito_explorer.sandbox.protocol import service_model
from cognito_explorer.sandbox.query_protocol import parse_form
from cognito_explorer.sandbox.sts import Credentials, SessionRequest, WebIdentity
from cognito_explorer.sandbox.world import ACCOUNT_ID, World

PUBLIC = frozenset({"AssumeRoleWithWebIdentity"})
_COGNITO = "cognito-identity.amazonaws.com"
_CHAINED_LIMIT_S = 3600


class StsOperations:
    """Answers STS calls. Called from the one writer thread."""

    def __init__(self, world: World, directory: IamDirectory) -> None:
        self._world = world
        self._directory = directory

    def answer(self, operation: str, form: dict[str, str], who: Identified | None, around: Context) -> dict[str, Any]:
        """The result of a call. Raises ServiceError in the query protocol's words."""
        if operation == "AssumeRoleWithWebIdentity":
            return self._assume_role_with_web_identity(_params(operation, form))
        if who is None:
            raise ServiceError("MissingAuthenticationToken", "Request is missing Authentication Token", status=403)
        if operation == "GetCallerIdentity":
            return {"Arn": who.caller.arn, "UserId": who.caller.user_id, "Account": ACCOUNT_ID}
        if operation == "AssumeRole":
            return self._assume_role(_params(operation, form), who, around)
        raise ServiceError("InvalidAction", f"The sandbox lacks sts {operation}.", status=400)

    def _assume_role(self, params: dict[str, Any], who: Identified, around: Context) -> dict[str, Any]:
        role = self._world.sts.find_role(params["RoleArn"])
        tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags", [])}
        asked: Context = {**around, **{f"aws:RequestTag/{key}": value for key, value in tags.items()}}
        if tags:
            asked["aws:TagKeys"] = tuple(tags)
        if "ExternalId" in params:
            asked["sts:ExternalId"] = params["ExternalId"]
        for action in ("sts:AssumeRole", *(("sts:TagSession",) if tags else ())):
            if role is None or not _may_assume(who, role, action, asked):
                raise ServiceError("AccessDenied", _refused(who, action, params["RoleArn"]), status=403)
        assert role is not None
        context: Context = {f"aws:PrincipalTag/{key}": value for key, value in {**role.tags, **tags}.items()}
        duration_s = _duration(params, role, is_chained=who.session is not None)
        request = SessionRequest(params["RoleSessionName"], context, self._session_policies(params), duration_s)
        return _result(self._world.sts.issue(role, request, account_id=ACCOUNT_ID))

    def _assume_role_with_web_identity(self, params: dict[str, Any]) -> dict[str, Any]:
        claims = verify_open_id_token(self._world, params["WebIdentityToken"])
        role = self._world.sts.find_role(params["RoleArn"])
        identity = WebIdentity(
            role_arn=params["RoleArn"],
            session_name=params["RoleSessionName"],
            claims={
                f"{_COGNITO}:aud": claims["aud"],
                f"{_COGNITO}:sub": claims["sub"],
                f"{_COGNITO}:amr": tuple(claims["amr"]),
            },
            session_policies=self._session_policies(params),
            duration_s=_duration(params, role, is_chained=False) if role else _CHAINED_LIMIT_S,
        )
        issued = self._world.sts.assume_role_with_web_identity(self._world, identity)
        about = {"SubjectFromWebIdentityToken": claims["sub"], "Audience": claims["aud"], "Provider": _COGNITO}
        return {**_result(issued), **about}

    def _session_policies(self, params: dict[str, Any]) -> tuple[str, ...]:
        """All policies passed with a call are one: what any of them allows is allowed."""
        documents = [self._managed(entry.get("arn", "")) for entry in params.get("PolicyArns", [])]
        if "Policy" in params:
            documents.append(_checked_policy(params["Policy"]))
        if not documents:
            return ()
        statements: list[Any] = []
        for document in documents:
            own = document.get("Statement", [])
            statements += own if isinstance(own, list) else [own]
        return (json.dumps({"Version": "2012-10-17", "Statement": statements}),)

    def _managed(self, arn: str) -> dict[str, Any]:
        found = self._directory.managed_policy(arn)
        if found is None:
            raise ServiceError("MalformedPolicyDocument", f"PolicyArn {arn} does not exist.", status=400)
        return found.document


def _params(operation: str, form: dict[str, str]) -> dict[str, Any]:
    shape = service_model("sts").operation_model(operation).input_shape
    assert shape is not None
    return parse_form(form, shape)


def _may_assume(who: Identified, role: Role, action: str, asked: Context) -> bool:
    """The role must trust the caller. Trust in the whole account leaves it to the caller's own policies."""
    if not trusts(who, role.trust, action, asked).is_allowed:
        return False
    if who.is_administrator:
        return True
    return decide(who, Access(action, role.arn), around=asked, trust_policy=role.trust).is_allowed


def _duration(params: dict[str, Any], role: Role, *, is_chained: bool) -> int:
    duration_s = int(params.get("DurationSeconds", 3600))
    if duration_s > role.max_session_s:
        text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        raise ServiceError("ValidationError", text, status=400)
    if is_chained and duration_s > _CHAINED_LIMIT_S:
        text = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        raise ServiceError("ValidationError", text, status=400)
    return duration_s


def _checked_policy(text: str) -> dict[str, Any]:
    try:
        parse_policy(text, name="session policy", layer="session")
    except PolicyError as problem:
        raise ServiceError("MalformedPolicyDocument", str(problem), status=400) from None
    document: dict[str, Any] = json.loads(text)
    return document


def _refused(who: Identified, action: str, role_arn: str) -> str:
    return f"User: {who.caller.arn} is not authorized to perform: {action} on resource: {role_arn}"


def _result(issued: Credentials) -> dict[str, Any]:
    expires = datetime.fromtimestamp(issued.expires_at, UTC)
    return {
        "Credentials": {
            "AccessKeyId": issued.access_key_id,
            "SecretAccessKey": issued.secret_access_key,
            "SessionToken": issued.session_token,
            "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        "AssumedRoleUser": {"AssumedRoleId": issued.assumed_role_id, "Arn": issued.assumed_role_arn},
        "PackedPolicySize": 0,
    }
