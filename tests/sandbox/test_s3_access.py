"""S3's requests need a right for everything they bring along, and get no header back that cannot be sent."""

import json
from typing import Any

import pytest

from tests.sandbox.data_services.people import allow, user_with
from tests.sandbox.pools import refused
from tests.sandbox_fixture import RunningSandbox

BUCKET = "brought-along"
EVERYBODY = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'


@pytest.fixture(scope="module")
def s3(sandbox: RunningSandbox) -> Any:
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="letter.txt", Body=b"moon")
    return s3


@pytest.fixture(scope="module")
def writer(sandbox: RunningSandbox, s3: Any) -> Any:
    return sandbox.client("s3", keys=user_with(sandbox, "writes", allow("s3:PutObject", f"arn:aws:s3:::{BUCKET}/*")))


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("put_object", {"GrantRead": EVERYBODY}),
        ("put_object", {"GrantFullControl": EVERYBODY}),
        ("put_object", {"ACL": "public-read"}),
        ("put_object", {"Tagging": "team=moon"}),
        ("put_object", {"ObjectLockLegalHoldStatus": "ON"}),
        ("create_multipart_upload", {"ACL": "public-read"}),
        ("create_multipart_upload", {"Tagging": "team=moon"}),
    ],
)
def test_what_an_upload_brings_along_needs_a_right_of_its_own(
    writer: Any, operation: str, more: dict[str, str]
) -> None:
    with refused("AccessDenied"):
        getattr(writer, operation)(Bucket=BUCKET, Key="a", **more)
    getattr(writer, operation)(Bucket=BUCKET, Key="a")


@pytest.mark.parametrize(
    "more",
    [
        {"ACL": "public-read"},
        {"GrantWrite": EVERYBODY},
        {"ObjectLockEnabledForBucket": True},
        {"ObjectOwnership": "ObjectWriter"},
    ],
    ids=lambda more: str(next(iter(more))),
)
def test_what_a_new_bucket_brings_along_needs_a_right_of_its_own(
    sandbox: RunningSandbox, s3: Any, more: dict[str, Any]
) -> None:
    name = f"maker-{next(iter(more)).lower()}"
    maker = sandbox.client("s3", keys=user_with(sandbox, name, allow("s3:CreateBucket", "*")))
    with refused("AccessDenied"):
        maker.create_bucket(Bucket=name, **more)
    maker.create_bucket(Bucket=name)


def test_the_tags_of_an_upload_are_condition_keys(sandbox: RunningSandbox, s3: Any) -> None:
    tagged = {"StringEquals": {"s3:RequestObjectTag/team": "moon"}}
    may = allow(["s3:PutObject", "s3:PutObjectTagging"], f"arn:aws:s3:::{BUCKET}/*", **tagged)
    theirs = sandbox.client("s3", keys=user_with(sandbox, "tags", may))
    theirs.put_object(Bucket=BUCKET, Key="b", Tagging="team=moon")
    with refused("AccessDenied"):
        theirs.put_object(Bucket=BUCKET, Key="b", Tagging="team=sun")


@pytest.mark.parametrize("value", ["filename=\u2603.txt", "a\r\nX-Other: 1", "a\0b"])
def test_a_header_that_cannot_be_sent_is_not_asked_for(s3: Any, value: str) -> None:
    with refused("InvalidArgument"):
        s3.get_object(Bucket=BUCKET, Key="letter.txt", ResponseContentDisposition=value)
    said = s3.get_object(Bucket=BUCKET, Key="letter.txt", ResponseContentDisposition="inline")
    assert said["ContentDisposition"] == "inline"


def test_a_limit_on_grants_holds(sandbox: RunningSandbox, s3: Any) -> None:
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        "Condition": {"Null": {"s3:x-amz-grant-read": "false"}},
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    theirs = sandbox.client("s3", keys=user_with(sandbox, "grants", allow("s3:*", "*")))
    with refused("AccessDenied"):
        theirs.put_object(Bucket=BUCKET, Key="c", GrantRead=EVERYBODY)
    theirs.put_object(Bucket=BUCKET, Key="c", GrantWriteACP=EVERYBODY)
    s3.delete_bucket_policy(Bucket=BUCKET)


def test_no_answer_calls_itself_a_web_page_but_objects_that_are(s3: Any) -> None:
    kept = s3.put_object(Bucket=BUCKET, Key="page", Body=b"<p>", ContentType="text/html; charset=utf-8")
    listed = s3.list_objects_v2(Bucket=BUCKET)
    for answer in (kept, listed, s3.delete_object(Bucket=BUCKET, Key="nothing"), s3.get_bucket_location(Bucket=BUCKET)):
        assert "text/html" not in answer["ResponseMetadata"]["HTTPHeaders"].get("content-type", "")
    assert s3.get_object(Bucket=BUCKET, Key="page")["ContentType"] == "text/html; charset=utf-8"
