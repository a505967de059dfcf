"""Finds who signed a request: the sandbox's administrator, an IAM user or a session of STS."""

import hmac
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cognito_explorer.sandbox.clock import Clock
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import IamDirectory, PolicySet
from cognito_explorer.sandbox.sigv4 import Signature, is_signed_by, unsigned_headers
from cognito_explorer.sandbox.sts import SecurityTokenService, Session
from cognito_explorer.sandbox.sts_callers import session_caller, session_policy_set
from cognito_explorer.sandbox.wire import Protocol, WireRequest
from cognito_explorer.sandbox.world import ACCOUNT_ID, Caller

ADMINISTRATOR = "sandbox-administrator"
ADMINISTRATOR_ARN = f"arn:aws:iam::{ACCOUNT_ID}:user/{ADMINISTRATOR}"

_SKEW_S = {"json": 300, "query": 300, "s3": 900}
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key"
    " and signing method. Consult the service documentation for details."
)
_UNSIGNED = "There were headers present in the request which were not signed"
_INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105  # AWS's sentence

# One fact, three wordings: (code, message, status) by protocol.
_REFUSALS: dict[str, dict[Protocol, tuple[str, str, int]]] = {
    "unknown key": {
        "json": ("UnrecognizedClientException", _INVALID_TOKEN, 400),
        "query": ("InvalidClientTokenId", _INVALID_TOKEN, 403),
        "s3": ("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", 403),
    },
    "bad token": {
        "json": ("UnrecognizedClientException", _INVALID_TOKEN, 400),
        "query": ("InvalidClientTokenId", _INVALID_TOKEN, 403),
        "s3": ("InvalidToken", "The provided token is malformed or otherwise invalid.", 400),
    },
    "mismatch": {
        "json": ("InvalidSignatureException", _MISMATCH, 400),
        "query": ("SignatureDoesNotMatch", _MISMATCH, 403),
        "s3": ("SignatureDoesNotMatch", _MISMATCH.partition(" Consult")[0], 403),
    },
    "expired": {
        "json": ("ExpiredTokenException", "The security token included in the request is expired", 400),
        "query": ("ExpiredToken", "The security token included in the request is expired", 403),
        "s3": ("ExpiredToken", "The provided token has expired.", 400),
    },
    "skewed": {
        "json": ("InvalidSignatureException", "Signature expired: the request was signed at another time.", 400),
        "query": ("SignatureDoesNotMatch", "Signature expired: the request was signed at another time.", 403),
        "s3": (
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
            403,
        ),
    },
    "presigned over": {
        "json": ("InvalidSignatureException", "Signature expired.", 400),
        "query": ("SignatureDoesNotMatch", "Signature expired.", 403),
        "s3": ("AccessDenied", "Request has expired", 403),
    },
    "too early": {
        "json": ("InvalidSignatureException", "Signature not yet current.", 400),
        "query": ("SignatureDoesNotMatch", "Signature not yet current.", 403),
        "s3": ("AccessDenied", "Request is not valid yet", 403),
    },
    "unsigned header": {
        "json": ("InvalidSignatureException", _UNSIGNED, 400),
        "query": ("SignatureDoesNotMatch", _UNSIGNED, 403),
        "s3": ("AccessDenied", _UNSIGNED, 403),
    },
    "missing": {
        "json": ("MissingAuthenticationTokenException", "Missing Authentication Token", 400),
        "query": ("MissingAuthenticationToken", "Request is missing Authentication Token", 403),
        "s3": ("AccessDenied", "Access Denied", 403),
    },
}


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key pair of the sandbox's administrator."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identified:
    """A caller with what limits them. The administrator has no policies and is never refused."""

    caller: Caller
    policies: PolicySet = field(default_factory=PolicySet)
    session: Session | None = None
    is_administrator: bool = False
    access_key_id: str = ""

    @property
    def user_name(self) -> str:
        """The IAM user behind the caller; empty for roles."""
        if self.session is not None:
            return self.session.role_name if self.session.kind == "user" else ""
        return str(self.caller.context.get("aws:username", ""))


class Callers:
    """Checks signatures. Called from the one writer thread."""

    def __init__(
        self, administrator: AccessKey, directory: IamDirectory, sts: SecurityTokenService, clock: Clock
    ) -> None:
        self._administrator = administrator
        self._directory = directory
        self._sts = sts
        self._clock = clock

    def identify(self, request: WireRequest, signature: Signature, protocol: Protocol) -> Identified:
        """The principal who signed. Raises ServiceError in the protocol's words."""
        principal, secret = self._look_up(signature, protocol)
        self._check_time(signature, protocol)
        if not is_signed_by(request, signature, secret):
            raise refusal("mismatch", protocol)
        if unsigned_headers(request, signature):
            raise refusal("unsigned header", protocol)
        if principal.session and principal.session.credentials.expires_at <= self._clock.now():
            raise refusal("expired", protocol)
        return principal

    def secret_of(self, signature: Signature, protocol: Protocol) -> str:
        """The secret key behind a signature, for the chunks that follow it."""
        return self._look_up(signature, protocol)[1]

    def _look_up(self, signature: Signature, protocol: Protocol) -> tuple[Identified, str]:
        key_id = signature.access_key_id
        session = self._sts.find_session(key_id, account_id=ACCOUNT_ID)
        token = session.credentials.session_token if session is not None else ""
        if not hmac.compare_digest(token.encode(), signature.session_token.encode()):
            raise refusal("bad token", protocol)
        if key_id == self._administrator.access_key_id:
            caller = Caller(ADMINISTRATOR_ARN, "AIDASANDBOXADMINISTRA", _user_context(ADMINISTRATOR_ARN, ADMINISTRATOR))
            return Identified(
                caller, is_administrator=True, access_key_id=key_id
            ), self._administrator.secret_access_key
        if session is not None:
            return self._of_session(session), session.credentials.secret_access_key
        key = self._directory.find_user_key(key_id)
        if key is None or not key.is_active:
            raise refusal("unknown key", protocol)
        context = _user_context(key.user_arn, key.user_name) | self._directory.user_tag_keys(key.user_name)
        caller = Caller(key.user_arn, key.user_id, context)
        policies = self._directory.policies_of_user(key.user_name)
        return Identified(caller, policies, access_key_id=key_id), key.secret_access_key

    def _of_session(self, session: Session) -> Identified:
        is_administrators = session.role_arn == ADMINISTRATOR_ARN
        policies = session_policy_set(session, self._directory, is_administrators=is_administrators)
        return Identified(
            session_caller(session, self._clock.now()),
            policies,
            session,
            is_administrator=is_administrators and session.kind == "user",
            access_key_id=session.credentials.access_key_id,
        )

    def _check_time(self, signature: Signature, protocol: Protocol) -> None:
        """The clock can be moved, but clients sign by their own: either time will do."""
        times = [self._clock.now()] if self._clock.checks_signatures else [self._clock.now(), time.time()]
        if signature.expires_s is not None:
            if all(now > signature.signed_at_s + signature.expires_s for now in times):
                raise refusal("presigned over", protocol)
            if all(signature.signed_at_s > now + _SKEW_S[protocol] for now in times):
                raise refusal("too early", protocol)
        elif min(abs(now - signature.signed_at_s) for now in times) > _SKEW_S[protocol]:
            raise _skewed(signature.signed_at_s, times[0], protocol)


def refusal(reason: str, protocol: Protocol) -> ServiceError:
    """A refusal in the words of a protocol."""
    code, message, status = _REFUSALS[reason][protocol]
    return ServiceError(code, message, status=status)


def _skewed(signed_at_s: float, now: float, protocol: Protocol) -> ServiceError:
    """A request signed too long ago or too far ahead, with the moments compared as AWS writes them."""
    if protocol == "s3":
        return refusal("skewed", protocol)
    minutes = _SKEW_S[protocol] // 60
    is_late = now > signed_at_s
    edge = now - _SKEW_S[protocol] if is_late else now + _SKEW_S[protocol]
    signed, limit, here = (
        datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ") for at in (signed_at_s, edge, now)
    )
    text = (
        f"Signature expired: {signed} is now earlier than {limit} ({here} - {minutes} min.)"
        if is_late
        else f"Signature not yet current: {signed} is still later than {limit} ({here} + {minutes} min.)"
    )
    error = refusal("skewed", protocol)
    return ServiceError(error.code, text, status=error.status)


def _user_context(arn: str, name: str) -> dict[str, str | tuple[str, ...]]:
    return {"aws:PrincipalArn": arn, "aws:username": name, "aws:PrincipalType": "User"}
