"""Signatures: good ones, bad ones, old ones, and what each protocol says about them."""

import base64
import datetime as dt
import hashlib
import http.client
import zlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.sandbox.chunked import decode_chunks
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.sigv4 import is_signed_by, read_signature, sign_chunk
from cognito_explorer.sandbox.wire import WireRequest
from tests.sandbox_fixture import RunningSandbox

SECRET = "wJalrXUtnFEMI"
SIGNERS = {"cognito-idp": SigV4Auth, "s3": S3SigV4Auth}


def signed(
    service: str, *, path: str = "/", query: str = "", headers: dict[str, str] | None = None, body: bytes = b"x"
) -> WireRequest:
    """A request as botocore signs it."""
    address = f"http://127.0.0.1:1{path}?{query}" if query else f"http://127.0.0.1:1{path}"
    request = AWSRequest("POST", address, headers={"Host": "127.0.0.1:1", **(headers or {})}, data=body)
    SIGNERS[service](Credentials("AKIDEXAMPLE", SECRET), service, "us-east-1").add_auth(request)
    sent = {name.lower(): value for name, value in request.headers.items()}
    return WireRequest("POST", path, query, sent, body, "id")


@given(
    service=st.sampled_from(sorted(SIGNERS)),
    path=st.lists(st.sampled_from(["a", "b.c", "%20", "%C3%A9", "~", "-_", "%2B"]), max_size=4),
    query=st.dictionaries(st.sampled_from(["a", "b", "list-type", "x%2Fy"]), st.sampled_from(["", "1", "%20", "%2B"])),
    body=st.binary(max_size=40),
)
def test_what_botocore_signs_is_accepted(service: str, path: list[str], query: dict[str, str], body: bytes) -> None:
    # Only S3's signer leaves the path as it is; the other services have no path but "/".
    where = "/" + "/".join(path) if service == "s3" else "/"
    request = signed(service, path=where, query="&".join(f"{k}={v}" for k, v in query.items()), body=body)
    signature = read_signature(request)
    assert signature is not None
    assert is_signed_by(request, signature, SECRET)
    assert not is_signed_by(request, signature, "another secret")


@pytest.mark.parametrize("expires", ["", "0", "604801", "-1", "\u00b2", "9" * 5000])
def test_a_presigned_address_is_good_for_a_week_at_most(expires: str) -> None:
    query = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires={quote(expires)}"
    with pytest.raises(ServiceError) as caught:
        read_signature(WireRequest("GET", "/bucket/key", query, {"host": "127.0.0.1"}, b"", "id"))
    assert caught.value.code == "IncompleteSignature"


@pytest.mark.parametrize("change", ["body", "path", "query", "method"])
def test_a_changed_request_is_not_signed(change: str) -> None:
    request = signed("s3", path="/bucket/key", query="a=1")
    changed = {"body": b"y", "path": "/bucket/other", "query": "a=2", "method": "PUT"}
    fields = {name: getattr(request, name) for name in ("method", "path", "query", "headers", "body", "request_id")}
    other = WireRequest(**(fields | {change: changed[change]}))
    signature = read_signature(other)
    assert signature is not None
    assert not is_signed_by(other, signature, SECRET)


@pytest.mark.parametrize(
    "authorization",
    [
        "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request",
        "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=date, Signature=00",
        "AWS4-HMAC-SHA256 Credential=a/20260102/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00",
        "Basic eDp5",
    ],
)
def test_a_garbled_authorization_is_refused(authorization: str) -> None:
    headers = {"authorization": authorization, "x-amz-date": "20260101T000000Z", "host": "localhost"}
    with pytest.raises(ServiceError) as caught:
        read_signature(WireRequest("GET", "/", "", headers, b"", "id"))
    assert caught.value.code in ("IncompleteSignature", "InvalidRequest")


def refusal_code(client: Any, name: str, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        getattr(client, name)(**params)
    return str(caught.value.response["Error"]["Code"])


@pytest.mark.parametrize(
    ("service", "call", "params", "wrong_secret", "unknown_key"),
    [
        (
            "cognito-idp",
            "list_user_pools",
            {"MaxResults": 1},
            "InvalidSignatureException",
            "UnrecognizedClientException",
        ),
        ("iam", "list_roles", {}, "SignatureDoesNotMatch", "InvalidClientTokenId"),
        ("sts", "get_caller_identity", {}, "SignatureDoesNotMatch", "InvalidClientTokenId"),
        ("s3", "list_buckets", {}, "SignatureDoesNotMatch", "InvalidAccessKeyId"),
    ],
)
def test_each_protocol_has_its_own_words(
    sandbox: RunningSandbox, service: str, call: str, params: dict[str, Any], wrong_secret: str, unknown_key: str
) -> None:
    known = sandbox.ready["access_key_id"]
    assert refusal_code(sandbox.client(service, keys=(known, "wrong")), call, **params) == wrong_secret
    assert refusal_code(sandbox.client(service, keys=("AKIANOBODY", "x")), call, **params) == unknown_key
    getattr(sandbox.client(service), call)(**params)


@pytest.mark.parametrize(("skew_s", "status"), [(0, 200), (290, 200), (-290, 200), (310, 400), (-310, 400)])
def test_a_signature_is_good_for_five_minutes(sandbox: RunningSandbox, skew_s: int, status: int) -> None:
    headers = {"X-Amz-Target": "AWSCognitoIdentityProviderService.ListUserPools"}
    headers["Content-Type"] = "application/x-amz-json-1.1"
    host = urlsplit(sandbox.endpoint).netloc
    request = AWSRequest("POST", f"{sandbox.endpoint}/", headers={"Host": host, **headers}, data=b'{"MaxResults": 1}')
    keys = Credentials(sandbox.ready["access_key_id"], sandbox.ready["secret_access_key"])
    signer = SigV4Auth(keys, "cognito-idp", "us-east-1")
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=skew_s)
    request.context["timestamp"] = moment.strftime("%Y%m%dT%H%M%SZ")
    request.headers["X-Amz-Date"] = request.context["timestamp"]
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    request.headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={signer.scope(request)},"
        f" SignedHeaders={signer.signed_headers(signer.headers_to_sign(request))}, Signature={signature}"
    )
    got, answer = exchange(sandbox, "POST", "/", request.headers.items(), b'{"MaxResults": 1}')
    assert got == status, answer


def exchange(
    sandbox: RunningSandbox, method: str, path: str, headers: Iterable[tuple[str, str]], body: bytes
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(sandbox.endpoint).netloc, timeout=10)
    try:
        connection.request(method, path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_session_ends_by_the_worlds_clock(sandbox: RunningSandbox) -> None:
    sandbox.client("iam").create_role(
        RoleName="Brief",
        AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},'
        '"Action":"sts:AssumeRole"}}',
    )
    assumed = sandbox.client("sts").assume_role(
        RoleArn="arn:aws:iam::210987654321:role/Brief", RoleSessionName="me", DurationSeconds=900
    )["Credentials"]
    keys = (assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"])
    assert sandbox.client("sts", keys=keys).get_caller_identity()["Arn"].endswith(":assumed-role/Brief/me")
    sandbox.advance(901)
    try:
        assert refusal_code(sandbox.client("sts", keys=keys), "get_caller_identity") == "ExpiredToken"
        assert refusal_code(sandbox.client("s3", keys=keys), "list_buckets") == "ExpiredToken"
        idp = sandbox.client("cognito-idp", keys=keys)
        assert refusal_code(idp, "list_user_pools", MaxResults=1) == "ExpiredTokenException"
        assert sandbox.client("sts").get_caller_identity()["Account"] == "210987654321"
    finally:
        sandbox.advance(-901)
    wrong = (keys[0], keys[1], "another token")
    assert refusal_code(sandbox.client("sts", keys=wrong), "get_caller_identity") == "InvalidClientTokenId"


def put_in_chunks(sandbox: RunningSandbox, *, is_signed: bool, spoil: bool = False) -> tuple[int, bytes]:
    """PUT /chunks/object the way SDKs stream it: framed, with or without chunk signatures, with a trailer."""
    content = b"a streamed letter"
    checksum = base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()
    kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" if is_signed else "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    headers = {
        "Host": urlsplit(sandbox.endpoint).netloc,
        "Content-Encoding": "aws-chunked",
        "X-Amz-Decoded-Content-Length": str(len(content)),
        "X-Amz-Content-SHA256": kind,
    }
    if not is_signed:
        headers["X-Amz-Trailer"] = "x-amz-checksum-crc32"
        headers["X-Amz-Sdk-Checksum-Algorithm"] = "CRC32"
    request = AWSRequest("PUT", f"{sandbox.endpoint}/chunks/object", headers=headers, data=b"")
    request.context["payload_signing_enabled"] = False
    secret = sandbox.ready["secret_access_key"]

    class StreamAuth(S3SigV4Auth):
        def payload(self, request: Any) -> str:
            return kind

    StreamAuth(Credentials(sandbox.ready["access_key_id"], secret), "s3", "us-east-1").add_auth(request)
    sent = {name.lower(): value for name, value in request.headers.items()}
    signature = read_signature(WireRequest("PUT", "/chunks/object", "", sent, b"", "id"))
    assert signature is not None
    body, previous = b"", signature.value
    for chunk in (content[:9], content[9:], b""):
        previous = sign_chunk(signature, secret, previous, chunk)
        mark = f";chunk-signature={previous}" if is_signed else ""
        body += f"{len(chunk):x}{mark}\r\n".encode() + (chunk[::-1] if spoil else chunk)
        body += b"\r\n" if chunk or is_signed else b""
    if not is_signed:
        body += f"x-amz-checksum-crc32:{checksum}\r\n\r\n".encode()
    return exchange(sandbox, "PUT", "/chunks/object", request.headers.items(), body)


@pytest.mark.parametrize("is_signed", [True, False])
def test_a_streamed_upload_arrives_without_its_frames(sandbox: RunningSandbox, *, is_signed: bool) -> None:
    sandbox.client("s3").create_bucket(Bucket="chunks")
    status, answer = put_in_chunks(sandbox, is_signed=is_signed)
    assert status == 200, answer
    got = sandbox.client("s3").get_object(Bucket="chunks", Key="object")
    assert got["Body"].read() == b"a streamed letter"
    assert got["ETag"] == f'"{hashlib.md5(b"a streamed letter").hexdigest()}"'


def test_a_spoilt_chunk_is_refused(sandbox: RunningSandbox) -> None:
    status, answer = put_in_chunks(sandbox, is_signed=True, spoil=True)
    assert status == 403
    assert b"SignatureDoesNotMatch" in answer


@given(st.binary(max_size=60))
def test_bytes_that_are_no_chunks_are_refused_or_read(body: bytes) -> None:
    try:
        decode_chunks(body)
    except ServiceError as refusal:
        assert refusal.code == "IncompleteBody"
