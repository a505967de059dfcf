"""The gate and what stands behind it read every request in the same way, however it is twisted."""

import datetime as dt
import http.client
import json
import urllib.error
import urllib.request
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.plain_requests import CopySource, copy_source
from cognito_explorer.sandbox.wire import WireRequest
from tests.sandbox_fixture import RunningSandbox, direct

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SECRET_KEY = "articles/secret.md"
ALLOW_MANY = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
DENY_ARTICLES = {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::desk/articles/*"}


def assume(sandbox: RunningSandbox, name: str, *statements: Mapping[str, Any]) -> tuple[str, str, str]:
    """Keys of a new role with these statements."""
    iam = sandbox.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
    arn = f"arn:aws:iam::210987654321:role/{name}"
    got = sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="visit")["Credentials"]
    return got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"]


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def send(
    sandbox: RunningSandbox,
    keys: tuple[str, ...],
    request: tuple[str, str, str],
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    unsigned: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Sign (service, method, target) and send it, with `unsigned` headers added afterwards; status and body."""
    service, method, target = request
    signed = AWSRequest(method, sandbox.endpoint + target, headers=dict(headers or {}), data=body)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(Credentials(*keys), service, "us-east-1").add_auth(signed)
    connection = http.client.HTTPConnection(urlsplit(sandbox.endpoint).netloc, timeout=20)
    try:
        connection.request(method, target, body or None, {**dict(signed.headers.items()), **(unsigned or {})})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def desk(sandbox: RunningSandbox) -> RunningSandbox:
    """A bucket with a secret article, and a free one beside it."""
    s3 = sandbox.client("s3")
    for bucket in ("desk", "mine"):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket="desk", Key=SECRET_KEY, Body=b"secret")
    s3.put_object(Bucket="desk", Key="teasers/free.md", Body=b"free")
    return sandbox


def administrator(sandbox: RunningSandbox) -> tuple[str, str]:
    return sandbox.ready["access_key_id"], sandbox.ready["secret_access_key"]


@pytest.fixture(scope="module")
def auditor(sandbox: RunningSandbox) -> tuple[str, str, str]:
    """Somebody who may list the users of IAM and nothing else."""
    return assume(sandbox, "Auditor", {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"})


@pytest.mark.parametrize(
    ("target", "content_type", "body"),
    [
        ("/", FORM["Content-Type"], b"Action=DeleteUser&UserName=victim&Version=2010-05-08&Action=ListUsers"),
        ("/?Action=DeleteUser&UserName=victim", "text/plain", b"Action=ListUsers&Version=2010-05-08"),
        ("/?Action=DeleteUser&UserName=victim", FORM["Content-Type"], b"Action=ListUsers&Version=2010-05-08"),
    ],
)
def test_what_iam_is_asked_twice_it_does_as_it_was_judged(
    sandbox: RunningSandbox, auditor: tuple[str, str, str], target: str, content_type: str, body: bytes
) -> None:
    iam = sandbox.client("iam")
    if not any(user["UserName"] == "victim" for user in iam.list_users()["Users"]):
        iam.create_user(UserName="victim")
    status, answer = send(sandbox, auditor, ("iam", "POST", target), headers={"Content-Type": content_type}, body=body)
    assert (status, "ListUsersResult" in answer) == (200, True)
    assert iam.get_user(UserName="victim")


@pytest.mark.parametrize("name", ["Nonsense", "get_user", "getUser", ""])
def test_what_iam_does_not_have_is_refused_by_name(sandbox: RunningSandbox, name: str) -> None:
    body = f"Action={name}&Version=2010-05-08".encode()
    status, answer = send(sandbox, administrator(sandbox), ("iam", "POST", "/"), headers=FORM, body=body)
    assert (status, f"Could not find operation {name} for version" in answer) == (400, True)


@pytest.mark.parametrize(
    "query", ["prefix=articles%2F&prefix=teasers%2F", "prefix=teasers%2F&prefix=articles%2F", "prefix=teasers%2F"]
)
def test_a_prefix_given_twice_lists_no_more_than_was_allowed(desk: RunningSandbox, query: str) -> None:
    wanted = {"StringLike": {"s3:prefix": "teasers/*"}}
    listing = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*", "Condition": wanted}
    keys = assume(desk, f"Lister{len(query)}{query[7]}", listing)
    _, answer = send(desk, keys, ("s3", "GET", f"/desk?{query}"), headers=FORM, body=b"prefix=articles%2F")
    assert SECRET_KEY not in answer


@pytest.mark.parametrize(
    "source",
    [
        "//mine/desk/articles/secret.md",
        "http://mine/desk/articles/secret.md",
        "desk/articles/secret.md;x",
        "desk/articles/secret.md#x",
        "/desk/%61rticles/secret.md",
        "desk%2Farticles%2Fsecret.md",
        "desk/articles/secret.md",
    ],
)
def test_a_copy_is_made_of_the_object_that_was_judged(desk: RunningSandbox, source: str) -> None:
    keys = assume(desk, f"Copier{zlib.crc32(source.encode())}", ALLOW_MANY, DENY_ARTICLES)
    status, answer = send(desk, keys, ("s3", "PUT", "/mine/copy"), headers={"x-amz-copy-source": source})
    assert status in (400, 403), answer


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("desk/a%20b.md", CopySource("desk", "a b.md")),
        ("/desk/a.md?versionId=v1", CopySource("desk", "a.md", "v1")),
        ("desk/what%3FversionId=v1", CopySource("desk", "what?versionId=v1")),
        ("", None),
    ],
)
def test_a_copy_source_is_read_as_s3_reads_it(text: str, source: CopySource | None) -> None:
    assert copy_source(WireRequest("PUT", "/b/k", "", {"x-amz-copy-source": text}, b"", "id")) == source


@pytest.mark.parametrize("text", ["desk", "/", "//desk/key", "_hosted/x", "arn:aws:s3:::desk/key"])
def test_a_copy_source_that_names_no_object_is_refused(text: str) -> None:
    with pytest.raises(ServiceError, match="Copy Source must mention"):
        copy_source(WireRequest("PUT", "/b/k", "", {"x-amz-copy-source": text}, b"", "id"))


def test_a_copy_still_copies(desk: RunningSandbox) -> None:
    s3 = desk.client("s3")
    s3.put_object(Bucket="desk", Key="teasers/ä b+c.md", Body=b"odd name")
    s3.copy_object(Bucket="mine", Key="odd", CopySource={"Bucket": "desk", "Key": "teasers/ä b+c.md"})
    assert s3.get_object(Bucket="mine", Key="odd")["Body"].read() == b"odd name"
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket="desk", Prefix="teasers/ä b+")["Contents"]] == [
        "teasers/ä b+c.md"
    ]


def test_two_subresources_at_once_are_refused(desk: RunningSandbox) -> None:
    tagger = assume(desk, "Tagger", {"Effect": "Allow", "Action": "s3:PutObjectTagging", "Resource": "*"})
    status, answer = send(desk, tagger, ("s3", "PUT", f"/desk/{SECRET_KEY}?tagging&acl"))
    assert (status, "?acl together with ?tagging" in answer) == (501, True)


def test_deleting_a_version_needs_leave_for_versions(desk: RunningSandbox) -> None:
    cleaner = assume(desk, "VersionCleaner", {"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "*"})
    s3 = desk.client("s3")
    s3.put_bucket_versioning(Bucket="mine", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="mine", Key="kept", Body=b"one")["VersionId"]
    client = desk.client("s3", keys=cleaner)
    with pytest.raises(client.exceptions.ClientError, match="s3:DeleteObjectVersion"):
        client.delete_objects(Bucket="mine", Delete={"Objects": [{"Key": "kept", "VersionId": version}]})
    assert client.delete_objects(Bucket="mine", Delete={"Objects": [{"Key": "kept"}]})["Deleted"]


def test_an_upload_that_calls_itself_a_form_keeps_its_bytes(desk: RunningSandbox) -> None:
    body = b"key=2&a=1&versionId=null"
    assert send(desk, administrator(desk), ("s3", "PUT", "/mine/form"), headers=FORM, body=body)[0] == 200
    assert desk.client("s3").get_object(Bucket="mine", Key="form")["Body"].read() == body


def test_a_header_of_awss_own_must_be_signed(desk: RunningSandbox) -> None:
    keys = administrator(desk)
    added = {"x-amz-acl": "public-read"}
    status, answer = send(desk, keys, ("s3", "PUT", "/mine/header"), body=b"x", unsigned=added)
    assert (status, "headers present in the request which were not signed" in answer) == (403, True)


def test_nobody_adds_a_copy_source_to_a_presigned_address(desk: RunningSandbox) -> None:
    s3 = desk.client("s3", signature_version="s3v4")
    address = s3.generate_presigned_url("put_object", Params={"Bucket": "mine", "Key": "upload"})
    source = {"x-amz-copy-source": f"desk/{SECRET_KEY}"}
    with pytest.raises(urllib.error.HTTPError) as caught:
        direct.open(urllib.request.Request(address, headers=source, method="PUT"))
    with caught.value as refusal:
        assert (refusal.code, b"were not signed" in refusal.read()) == (403, True)
    with direct.open(urllib.request.Request(address, data=b"mine", method="PUT")):
        assert desk.client("s3").get_object(Bucket="mine", Key="upload")["Body"].read() == b"mine"


def test_a_signature_for_one_service_opens_no_other(desk: RunningSandbox) -> None:
    target = {"X-Amz-Target": "AWSCognitoIdentityProviderService.ListUserPools"}
    keys = administrator(desk)
    status, answer = send(desk, keys, ("s3", "POST", "/"), headers=target, body=b'{"MaxResults": 1}')
    assert (status, "InvalidSignatureException" in answer) == (400, True)
    assert send(desk, keys, ("cognito-idp", "GET", f"/desk/{SECRET_KEY}"))[0] == 400
    assert send(desk, keys, ("sts", "GET", f"/desk/{SECRET_KEY}"))[0] == 400


def test_a_session_does_not_outlive_its_role(desk: RunningSandbox) -> None:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    keys = assume(desk, "Shortlived", everything)
    client, iam = desk.client("s3", keys=keys), desk.client("iam")
    assert client.list_buckets()
    iam.delete_role_policy(RoleName="Shortlived", PolicyName="own")
    iam.delete_role(RoleName="Shortlived")
    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        client.list_buckets()
    assume(desk, "Shortlived", everything)
    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        client.list_buckets()


def test_a_disabled_access_key_is_unknown(desk: RunningSandbox) -> None:
    iam = desk.client("iam")
    iam.create_user(UserName="keyholder")
    key = iam.create_access_key(UserName="keyholder")["AccessKey"]
    keys = (key["AccessKeyId"], key["SecretAccessKey"])
    assert desk.client("sts", keys=keys).get_caller_identity()["Arn"].endswith("user/keyholder")
    iam.update_access_key(UserName="keyholder", AccessKeyId=keys[0], Status="Inactive")
    client = desk.client("sts", keys=keys)
    with pytest.raises(client.exceptions.ClientError, match="InvalidClientTokenId"):
        client.get_caller_identity()


def test_an_address_signed_for_later_is_not_valid_yet(desk: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda **_: later)
    wanted = {"Bucket": "desk", "Key": "teasers/free.md"}
    address = desk.client("s3", signature_version="s3v4").generate_presigned_url("get_object", Params=wanted)
    with pytest.raises(urllib.error.HTTPError) as caught:
        direct.open(address)
    with caught.value as refusal:
        assert (refusal.code, b"Request is not valid yet" in refusal.read()) == (403, True)
    desk.advance(3600)
    try:
        with direct.open(address) as answer:
            assert answer.read() == b"free"
    finally:
        desk.advance(-3600)
