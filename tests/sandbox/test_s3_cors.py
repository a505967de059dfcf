"""What a page may read of S3: the bucket's CORS rules, the first that fits."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.test_server import send
from tests.sandbox_fixture import RunningSandbox

BUCKET = "read-by-pages"
PAGE = "http://localhost:3000"
RULES = [
    {
        "AllowedOrigins": ["http://localhost:*"],
        "AllowedMethods": ["GET", "PUT"],
        "AllowedHeaders": ["authorization", "x-amz-*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 600,
    },
    {"AllowedOrigins": ["*"], "AllowedMethods": ["HEAD"]},
]


@pytest.fixture(scope="module")
def s3(sandbox: RunningSandbox) -> Iterator[Any]:
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="letter.txt", Body=b"moon")
    s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": RULES})
    s3.create_bucket(Bucket="without-rules")
    yield s3
    s3.delete_bucket_cors(Bucket=BUCKET)


def preflight(sandbox: RunningSandbox, path: str = f"/{BUCKET}/letter.txt", **asked: str) -> tuple[int, dict[str, str]]:
    """Status and headers of a browser's question."""
    names = {"origin": "Origin", "method": "Access-Control-Request-Method", "headers": "Access-Control-Request-Headers"}
    status, headers, body = send(sandbox, "OPTIONS", path, headers={names[name]: text for name, text in asked.items()})
    return status, headers | {"body": body.decode()}


@pytest.mark.usefixtures("s3")
def test_a_page_is_let_in_by_the_first_rule_that_fits(sandbox: RunningSandbox) -> None:
    status, headers = preflight(sandbox, origin=PAGE, method="PUT", headers="authorization, X-Amz-Date")
    assert status == 200
    assert headers["access-control-allow-origin"] == PAGE
    assert headers["access-control-allow-methods"] == "GET, PUT"
    assert headers["access-control-allow-headers"] == "authorization, x-amz-date"
    assert headers["access-control-expose-headers"] == "ETag"
    assert headers["access-control-max-age"] == "600"
    status, headers = preflight(sandbox, origin=PAGE, method="HEAD")
    assert (status, headers["access-control-allow-origin"]) == (200, "*")
    assert "access-control-allow-credentials" not in headers


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize(
    ("path", "asked", "said"),
    [
        (f"/{BUCKET}/x", {"origin": PAGE, "method": "DELETE"}, "not allowed"),
        (f"/{BUCKET}/x", {"origin": "http://127.0.0.1:3000", "method": "PUT"}, "not allowed"),
        (f"/{BUCKET}/x", {"origin": PAGE, "method": "PUT", "headers": "content-type"}, "not allowed"),
        ("/without-rules/x", {"origin": PAGE, "method": "GET"}, "not enabled"),
        ("/no-such-bucket/x", {"origin": PAGE, "method": "GET"}, "not enabled"),
    ],
)
def test_what_no_rule_allows_is_refused(sandbox: RunningSandbox, path: str, asked: dict[str, str], said: str) -> None:
    status, headers = preflight(sandbox, path, **asked)
    assert status == 403
    assert "AccessForbidden" in headers["body"]
    assert said in headers["body"]
    assert "access-control-allow-origin" not in headers


@pytest.mark.usefixtures("s3")
def test_a_question_that_lacks_something_is_a_bad_request(sandbox: RunningSandbox) -> None:
    assert preflight(sandbox, method="GET")[0] == 400
    assert preflight(sandbox, origin=PAGE)[0] == 400


@pytest.mark.usefixtures("s3")
def test_answers_and_errors_can_be_read_by_the_page(sandbox: RunningSandbox) -> None:
    signing = sandbox.client("s3", signature_version="s3v4")
    address = signing.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "letter.txt"})
    path = address.removeprefix(sandbox.endpoint)
    status, headers, body = send(sandbox, "GET", path, headers={"Origin": PAGE})
    assert (status, body) == (200, b"moon")
    assert headers["access-control-allow-origin"] == PAGE
    status, headers, _ = send(sandbox, "GET", f"/{BUCKET}/letter.txt", headers={"Origin": PAGE})
    assert (status, headers["access-control-allow-origin"]) == (403, PAGE)
    other = send(sandbox, "GET", f"/{BUCKET}/letter.txt", headers={"Origin": "http://127.0.0.1:3000"})
    assert "access-control-allow-origin" not in other[1]
