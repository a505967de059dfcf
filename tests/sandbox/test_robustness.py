"""Whatever is sent, the sandbox answers in words, and never with a 500."""

import http.client
import random
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.sandbox_fixture import RunningSandbox

WORDS = ["", "a", "bucket", "é", "%", "a/b", "..", "_x", "us-east-1_abcdefghi", "\x00", "🌙", "<xml/>", "-1", "[]"]
SUBRESOURCES = ["acl", "policy", "versioning", "tagging", "uploads", "uploadId", "delete", "lifecycle", "list-type"]
BODIES = [b"", b"{}", b"<a/>", b"<", b"\xff\xfe", b"Action=GetUser", b"Action=&Action=x", b"[1]", b"null", b"&&=&"]
IAM_ACTIONS = ["CreateRole", "PutRolePolicy", "GetRole", "TagRole", "CreatePolicy", "DeleteUser", "Nonsense", ""]


def send(sandbox: RunningSandbox, service: str, method: str, path: str, body: bytes, headers: dict[str, str]) -> int:
    """Sign as the administrator and send; the status."""
    host = urlsplit(sandbox.endpoint).netloc
    request = AWSRequest(method, sandbox.endpoint + path, headers={"Host": host, **headers}, data=body)
    keys = Credentials(sandbox.ready["access_key_id"], sandbox.ready["secret_access_key"])
    signer = (S3SigV4Auth if service == "s3" else SigV4Auth)(keys, service, "us-east-1")
    signer.add_auth(request)
    connection = http.client.HTTPConnection(host, timeout=20)
    try:
        connection.request(method, path, body=body, headers=dict(request.headers.items()))
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


@pytest.mark.parametrize("seed", range(6))
def test_s3_survives_nonsense(sandbox: RunningSandbox, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(30):
        path = "/" + "/".join(quote(dice.choice(WORDS), safe="") for _ in range(dice.randint(0, 3)))
        query = "&".join(dice.sample(SUBRESOURCES, dice.randint(0, 2)))
        method = dice.choice(["GET", "PUT", "POST", "DELETE", "HEAD"])
        body = dice.choice(BODIES)
        status = send(sandbox, "s3", method, f"{path}?{query}" if query else path, body, {})
        assert status < 500 or status == 501, (method, path, query, body, status)


@pytest.mark.parametrize("seed", range(4))
def test_iam_and_sts_survive_nonsense(sandbox: RunningSandbox, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(30):
        fields = {"Action": dice.choice(IAM_ACTIONS), "Version": "2010-05-08"}
        for name in dice.sample(["RoleName", "PolicyDocument", "Tags.member.1.Key", "MaxItems", "Path"], 2):
            fields[name] = dice.choice(WORDS)
        body = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items()).encode()
        body = dice.choice([body, body, dice.choice(BODIES)])
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        service = dice.choice(["iam", "iam", "sts", "ec2"])
        status = send(sandbox, service, "POST", "/", body, headers)
        assert status < 500 or status == 501, (service, body, status)
