"""Signed requests to the sandbox's own IAM and S3.

boto3 would do, but making its two clients takes longer than all the requests together.
"""

from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cognito_explorer.sandbox.callers import AccessKey

_REGION = "us-east-1"
_IAM_VERSION = "2010-05-08"
_TIMEOUT_S = 60


class Account:
    """The sandbox's account, as its administrator changes it."""

    def __init__(self, endpoint: str, administrator: AccessKey) -> None:
        self._endpoint = endpoint
        self._keys = Credentials(administrator.access_key_id, administrator.secret_access_key)

    def iam(self, action: str, **params: str) -> None:
        """One action of IAM's query protocol. Raises RuntimeError when it is refused."""
        body = urlencode({"Action": action, "Version": _IAM_VERSION} | params).encode()
        self._send("iam", "POST", "/", body, "application/x-www-form-urlencoded")

    def put(self, path: str, body: bytes, content_type: str = "application/octet-stream") -> None:
        """Make a bucket or an object. Raises RuntimeError when it is refused."""
        self._send("s3", "PUT", path, body, content_type)

    def _send(self, service: str, method: str, path: str, body: bytes, content_type: str) -> None:
        request = AWSRequest(method, f"{self._endpoint}{path}", headers={"Content-Type": content_type}, data=body)
        signer = S3SigV4Auth if service == "s3" else SigV4Auth
        signer(self._keys, service, _REGION).add_auth(request)
        connection = HTTPConnection(urlsplit(self._endpoint).netloc, timeout=_TIMEOUT_S)
        try:
            connection.request(method, path, body=body, headers=dict(request.headers.items()))
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{service} refused {method} {path}: {answer.status} {text}")
