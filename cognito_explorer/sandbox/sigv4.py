"""Signature Version 4, checked: headers, presigned addresses and S3's signed chunks."""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.wire import WireRequest

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=(?P<credential>[^,\s]+),\s*SignedHeaders=(?P<headers>[^,\s]+),\s*"
    r"Signature=(?P<signature>[0-9a-f]+)"
)
_SCOPE = re.compile(r"Credential=[^/,&\s]+/\d{8}/[^/,&\s]+/([a-z0-9-]+)/aws4_request")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_STREAMING = "STREAMING-"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a request claims about its signer. `expires_s` is set for presigned addresses alone."""

    access_key_id: str
    day: str
    region: str
    service: str
    signed_at: str
    signed_headers: tuple[str, ...]
    value: str = field(repr=False)
    session_token: str = field(default="", repr=False)
    expires_s: int | None = None

    @property
    def scope(self) -> str:
        """The credential scope, as it stands in the string to sign."""
        return f"{self.day}/{self.region}/{self.service}/aws4_request"

    @property
    def signed_at_s(self) -> float:
        """When it was signed, in epoch seconds."""
        return datetime.strptime(self.signed_at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()


def claimed_service(request: WireRequest) -> str:
    """The service a request says it is signed for, before anything was checked; "" for unsigned ones."""
    found = _SCOPE.search(request.headers.get("authorization", "") or unquote(request.query))
    return found[1] if found else ""


def read_signature(request: WireRequest) -> Signature | None:
    """The signature of a request, or None when it is unsigned. Raises ServiceError for a garbled or an older one."""
    authorization = request.headers.get("authorization", "")
    if authorization.startswith(ALGORITHM):
        return _from_header(request, authorization)
    query = dict(request.query_items())
    if query.get("X-Amz-Algorithm") == ALGORITHM:
        return _from_query(query)
    if "x-amz-target" in request.headers:
        # Cognito heeds no token here: pycognito sends its access token as a bearer's along with ConfirmDevice.
        return None
    if authorization or "AWSAccessKeyId" in query:
        text = f"The authorization mechanism you have provided is not supported. Please use {ALGORITHM}."
        raise ServiceError("InvalidRequest", text, status=400)
    return None


def expected_signature(request: WireRequest, signature: Signature, secret: str) -> str:
    """The signature that the holder of the secret would have made for this request."""
    canonical = canonical_request(request, signature)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return _sign(signature, secret, "\n".join((ALGORITHM, signature.signed_at, signature.scope, digest)))


def is_signed_by(request: WireRequest, signature: Signature, secret: str) -> bool:
    """Does the signature match, and does the body match the hash that was signed?"""
    claimed = request.headers.get("x-amz-content-sha256", "")
    is_hash = re.fullmatch(r"[0-9a-f]{64}", claimed) is not None
    if is_hash and claimed != hashlib.sha256(request.body).hexdigest():
        return False
    return hmac.compare_digest(expected_signature(request, signature, secret).encode(), signature.value.encode())


def unsigned_headers(request: WireRequest, signature: Signature) -> list[str]:
    """AWS's own headers that the signature leaves out: whoever holds a presigned address could add them."""
    sent = (name for name in request.headers if name.startswith("x-amz-"))
    return sorted(name for name in sent if name not in signature.signed_headers)


def canonical_request(request: WireRequest, signature: Signature) -> str:
    """The request in the form that is signed."""
    is_presigned = signature.expires_s is not None
    query = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in request.query_items()
        if not (is_presigned and name == "X-Amz-Signature")
    )
    # Every service but S3 signs the address as it is sent, encoded once more.
    path = unquote(request.path) if signature.service == "s3" else request.path
    headers = (f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signature.signed_headers)
    return "\n".join(
        (
            request.method,
            quote(path, safe="/-_.~") or "/",
            "&".join(f"{name}={value}" for name, value in query),
            "".join(headers),
            ";".join(signature.signed_headers),
            _payload_hash(request, signature),
        )
    )


def sign_chunk(signature: Signature, secret: str, previous: str, chunk: bytes) -> str:
    """The signature of one chunk of a signed stream, which includes the one before it."""
    parts = (
        f"{ALGORITHM}-PAYLOAD",
        signature.signed_at,
        signature.scope,
        previous,
        hashlib.sha256(b"").hexdigest(),
        hashlib.sha256(chunk).hexdigest(),
    )
    return _sign(signature, secret, "\n".join(parts))


def _payload_hash(request: WireRequest, signature: Signature) -> str:
    claimed = request.headers.get("x-amz-content-sha256")
    if signature.service == "s3" and signature.expires_s is not None:
        return claimed or UNSIGNED_PAYLOAD
    if signature.service == "s3" and claimed and (claimed == UNSIGNED_PAYLOAD or claimed.startswith(_STREAMING)):
        return claimed
    return hashlib.sha256(request.body).hexdigest()


def _sign(signature: Signature, secret: str, text: str) -> str:
    key = f"AWS4{secret}".encode()
    for part in (signature.day, signature.region, signature.service, "aws4_request", text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex()


def _from_header(request: WireRequest, authorization: str) -> Signature:
    found = _AUTHORIZATION.fullmatch(authorization.strip())
    if found is None:
        raise _incomplete("The Authorization header must name Credential, SignedHeaders and Signature.")
    signed_at = request.headers.get("x-amz-date", "")
    token = request.headers.get("x-amz-security-token", "")
    return _checked(found["credential"], found["headers"], signed_at, found["signature"], token, None)


def _from_query(query: dict[str, str]) -> Signature:
    expires = query.get("X-Amz-Expires", "")
    if not re.fullmatch(r"\d{1,6}", expires, re.ASCII) or not 1 <= int(expires) <= 604800:
        raise _incomplete("X-Amz-Expires must be between 1 and 604800 seconds.")
    return _checked(
        query.get("X-Amz-Credential", ""),
        query.get("X-Amz-SignedHeaders", ""),
        query.get("X-Amz-Date", ""),
        query.get("X-Amz-Signature", ""),
        query.get("X-Amz-Security-Token", ""),
        int(expires),
    )


def _checked(  # the parts of one signature
    credential: str, headers: str, signed_at: str, value: str, token: str, expires_s: int | None
) -> Signature:
    scope = credential.split("/")
    if len(scope) != 5 or scope[4] != "aws4_request" or not re.fullmatch(r"\d{8}", scope[1]):
        raise _incomplete("The credential must be KEY/DAY/REGION/SERVICE/aws4_request.")
    if not _REGION.fullmatch(scope[2]):
        raise _incomplete("Credential should be scoped to a valid region.")
    signed_headers = tuple(headers.lower().split(";"))
    if "host" not in signed_headers:
        raise _incomplete("The host header must be signed.")
    signature = Signature(scope[0], scope[1], scope[2], scope[3], signed_at, signed_headers, value, token, expires_s)
    try:
        signature.signed_at_s  # noqa: B018  # the property parses
    except ValueError:
        raise _incomplete("X-Amz-Date must look like 20260102T030405Z.") from None
    if not signed_at.startswith(scope[1]):
        raise _incomplete("The day in the credential is not the day of X-Amz-Date.")
    return signature


def _incomplete(message: str) -> ServiceError:
    return ServiceError("IncompleteSignature", message, status=400)
