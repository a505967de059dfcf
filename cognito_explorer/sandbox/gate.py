"""The gate: everything a request asks for must be allowed, or it is refused in its service's words."""

from datetime import UTC, datetime
from typing import Any

from cognito_explorer.iam.evaluate import Verdict
from cognito_explorer.sandbox.access import Access, Context, cognito_accesses, iam_access
from cognito_explorer.sandbox.callers import Identified, refusal
from cognito_explorer.sandbox.clock import Clock
from cognito_explorer.sandbox.data_services.needs import Need
from cognito_explorer.sandbox.decisions import decide
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import IamDirectory
from cognito_explorer.sandbox.protocol import ParsedCall
from cognito_explorer.sandbox.s3_access import S3Target
from cognito_explorer.sandbox.sts_callers import is_identity, may_use_iam
from cognito_explorer.sandbox.wire import WireRequest
from cognito_explorer.sandbox.world import ACCOUNT_ID


class Gate:
    """Refuses what no policy allows. Called from the one writer thread."""

    def __init__(self, directory: IamDirectory, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    def check_cognito(self, who: Identified, call: ParsedCall, region: str, request: WireRequest) -> None:
        """Raise AccessDeniedException unless the caller may make this call."""
        around = self.around(request, region)
        if call.service == "cognito-identity" and is_identity(who.session):
            # Cognito keeps the people of identity pools away from administering them, whatever their role allows.
            text = f"User: {who.caller.arn} is not authorized to perform: {call.service}:{call.name}"
            raise ServiceError("AccessDeniedException", text)
        for access in cognito_accesses(call, region):
            verdict = self._verdict(who, access, around)
            if verdict is not None and not verdict.is_allowed:
                raise ServiceError("AccessDeniedException", _sentence(who, access, verdict, access.resource))

    def check_iam(self, who: Identified, action: str, form: dict[str, str], request: WireRequest) -> None:
        """Raise AccessDenied unless the caller may make this call of IAM."""
        if not may_use_iam(who.session):
            raise refusal("unknown key", "query")
        access = iam_access(action, form, self._directory.path_of)
        verdict = self._verdict(who, access, self.around(request, "us-east-1"))
        if verdict is not None and not verdict.is_allowed:
            raise ServiceError("AccessDenied", _sentence(who, access, verdict, access.resource), status=403)

    def check_function(self, who: Identified, access: Access, call: ParsedCall, policy: Any, around: Context) -> None:
        """Raise AccessDeniedException unless the caller, or the function's own policy, allows this call of Lambda."""
        passed = cognito_accesses(call, "")[1:]
        for each, held in [(access, policy), *((other, None) for other in passed)]:
            verdict = self._verdict(who, each, around, held)
            if verdict is not None and not verdict.is_allowed:
                raise ServiceError("AccessDeniedException", _sentence(who, each, verdict, each.resource), status=403)

    def check_needs(self, who: Identified, needs: list[Need], around: Context, refusal: str) -> None:
        """Raise `refusal` unless the caller may do everything a call of DynamoDB, SQS, SNS or KMS needs."""
        for need in needs:
            verdict = self._verdict(who, need.access, around, need.policy)
            if verdict is not None and not verdict.is_allowed:
                status = 400 if refusal == "AccessDeniedException" else 403
                raise ServiceError(refusal, _sentence(who, need.access, verdict, need.access.resource), status=status)

    def check_s3(
        self, who: Identified | None, accesses: list[Access], target: S3Target, request: WireRequest, region: str
    ) -> None:
        """Raise AccessDenied unless the caller, or anybody at all for None, may do everything asked for."""
        around = self.around(request, region)
        policy = self._directory.bucket_policy(target.bucket) if target.bucket else None
        for access in accesses:
            verdict = self._verdict(who, access, around, policy)
            if verdict is None or verdict.is_allowed:
                continue
            text = "Access Denied" if who is None else _sentence(who, access, verdict, f'"{access.resource}"')
            raise ServiceError("AccessDenied", text, status=403)

    def around(self, request: WireRequest, region: str) -> Context:
        """The condition keys that every request has."""
        now = self._clock.now()
        context: Context = {
            "aws:CurrentTime": datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "aws:EpochTime": str(int(now)),
            "aws:RequestedRegion": region,
            "aws:SecureTransport": "false",
            "aws:SourceIp": "127.0.0.1",
        }
        for header, key in (("user-agent", "aws:UserAgent"), ("referer", "aws:Referer")):
            if header in request.headers:
                context[key] = request.headers[header]
        return context

    def _verdict(
        self, who: Identified | None, access: Access, around: Context, bucket_policy: object = None
    ) -> Verdict | None:
        """None for the administrator, whom nothing limits."""
        if who is not None and who.is_administrator:
            return None
        account: Context = {"aws:PrincipalAccount": ACCOUNT_ID} if who is not None else {}
        return decide(who, access, around={**around, **account}, bucket_policy=bucket_policy)


def _sentence(who: Identified, access: Access, verdict: Verdict, resource: str) -> str:
    return (
        f"User: {who.caller.arn} is not authorized to perform: {access.action} on resource: {resource} {verdict.reason}"
    )
