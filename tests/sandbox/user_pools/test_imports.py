"""Users out of a CSV file: the upload, the states of a job, and what becomes of each line."""

import http.client
import json
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox, direct, start_sandbox

ROLE = "arn:aws:iam::210987654321:role/import"
KMS = {"x-amz-server-side-encryption": "aws:kms"}
DONE = ("Succeeded", "Failed", "Stopped")


def make_import_role(sandbox: RunningSandbox) -> None:
    """The role above, as an import needs it: Cognito may assume it."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "cognito-idp.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    sandbox.client("iam").create_role(RoleName="import", AssumeRolePolicyDocument=document)


@pytest.fixture(scope="module", autouse=True)
def role(sandbox: RunningSandbox) -> None:
    make_import_role(sandbox)


@pytest.fixture
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(
        sandbox, Schema=[{"Name": "plan", "AttributeDataType": "String"}, {"Name": "email", "Required": True}]
    )


def _create(pool: PoolUnderTest, **more: Any) -> Any:
    made = pool.idp.create_user_import_job(
        UserPoolId=pool.pool_id, JobName="readers", CloudWatchLogsRoleArn=ROLE, **more
    )
    return made["UserImportJob"]


def _put(url: str, content: str | bytes, headers: dict[str, str]) -> int:
    body = content.encode() if isinstance(content, str) else content
    request = urllib.request.Request(url, data=body, headers=headers, method="PUT")
    try:
        with direct.open(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return refusal.code


def _csv(pool: PoolUnderTest, *people: dict[str, str]) -> str:
    header = pool.idp.get_csv_header(UserPoolId=pool.pool_id)["CSVHeader"]
    lines = [",".join(person.get(name, "") for name in header) for person in people]
    return "\n".join([",".join(header), *lines, ""])


def _person(username: str, **more: str) -> dict[str, str]:
    named = {name.replace("__", ":"): value for name, value in more.items()}
    return {
        "cognito:username": username,
        "email": f"{username}@x.example",
        "email_verified": "true",
        "cognito:mfa_enabled": "false",
        **named,
    }


def _start(pool: PoolUnderTest, content: str | bytes) -> dict[str, str]:
    job = _create(pool)
    assert _put(job["PreSignedUrl"], content, KMS) == 200
    key = {"UserPoolId": pool.pool_id, "JobId": job["JobId"]}
    assert pool.idp.start_user_import_job(**key)["UserImportJob"]["Status"] == "Pending"
    return key


def _finished(pool: PoolUnderTest, key: dict[str, str]) -> Any:
    job: Any = {"Status": ""}
    while job["Status"] not in DONE:
        job = pool.idp.describe_user_import_job(**key)["UserImportJob"]
    return job


def _log(pool: PoolUnderTest, key: dict[str, str]) -> list[str]:
    return [line["message"] for line in pool.sandbox.control(f"imports?job={key['JobId']}")["lines"]]


def test_the_header_has_every_standard_column_and_the_custom_ones(pool: PoolUnderTest) -> None:
    header = pool.idp.get_csv_header(UserPoolId=pool.pool_id)["CSVHeader"]
    assert header[0] == "cognito:username"
    assert header[-2:] == ["custom:plan", "cognito:mfa_enabled"]
    assert len(header) == 22
    assert "sub" not in header


def test_imported_users_must_choose_a_password(pool: PoolUnderTest) -> None:
    people = [
        _person("ada", birthdate="12/10/1815", name="Lovelace\\, Ada", custom__plan="paid", updated_at="1700000000"),
        _person("grace"),
    ]
    key = _start(pool, _csv(pool, *people))
    job = _finished(pool, key)
    assert (job["Status"], job["CompletionMessage"]) == ("Succeeded", "Import Job Completed Successfully.")
    assert (job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]) == (2, 0, 0)
    assert job["StartDate"] <= job["CompletionDate"]
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ada")
    attributes = {entry["Name"]: entry["Value"] for entry in user["UserAttributes"]}
    assert user["UserStatus"] == "RESET_REQUIRED"
    assert attributes["birthdate"] == "1815-12-10"
    assert attributes["name"] == "Lovelace, Ada"
    assert attributes["custom:plan"] == "paid"
    with refused("PasswordResetRequiredException"):
        pool.sign_in("ada", "Anything-1")
    pool.public.forgot_password(ClientId=pool.client_id, Username="ada")
    pool.public.confirm_forgot_password(
        ClientId=pool.client_id, Username="ada", ConfirmationCode=pool.latest_code(), Password="Chosen-by-ada-1"
    )
    assert pool.sign_in("ada", "Chosen-by-ada-1")["AuthenticationResult"]


def test_a_second_factor_comes_with_the_line(pool: PoolUnderTest) -> None:
    people = [_person("phone", phone_number="+491234567", cognito__mfa_enabled="true"), _person("none")]
    people.append(_person("impossible", cognito__mfa_enabled="true"))
    assert _finished(pool, _start(pool, _csv(pool, *people)))["FailedUsers"] == 1
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="phone")
    assert user["UserMFASettingList"] == ["SMS_MFA"]
    assert "UserMFASettingList" not in pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="none")


def test_a_spreadsheets_capitals_are_understood(pool: PoolUnderTest) -> None:
    """The guide's own example says TRUE and FALSE."""
    shouting = {"email_verified": "TRUE", "phone_number_verified": "FALSE", "cognito__mfa_enabled": "FALSE"}
    people = [_person("jane", **shouting), _person("phone", phone_number="+491234567", cognito__mfa_enabled="TRUE")]
    assert _finished(pool, _start(pool, _csv(pool, *people)))["ImportedUsers"] == 2
    jane = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="jane")
    attributes = {entry["Name"]: entry["Value"] for entry in jane["UserAttributes"]}
    assert (attributes["email_verified"], attributes["phone_number_verified"]) == ("true", "false")
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="phone")
    assert user["UserMFASettingList"] == ["SMS_MFA"]


def test_each_line_that_fails_says_why(pool: PoolUnderTest) -> None:
    pool.add_user("taken", email="taken@x.example")
    people = [
        _person("fine"),
        _person("taken"),
        _person("unverified", email_verified="false"),
        _person(""),
        _person("born", birthdate="1815-12-10"),
        _person("never", birthdate="13/45/1815"),
        _person("unsure", phone_number_verified="perhaps"),
        _person("phone", phone_number="0049"),
        _person("clock", updated_at="yesterday"),
        _person("long", address="x" * 16_001),
    ]
    key = _start(pool, _csv(pool, *people) + "too,few\n")
    job = _finished(pool, key)
    assert job["Status"] == "Succeeded"
    assert (job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]) == (1, 1, 9)
    log = _log(pool, key)
    assert log[0] == "[SUCCEEDED] Line Number 1 - The import succeeded."
    assert log[1] == "[SKIPPED] Line Number 2 - The user already exists."
    assert log[2] == (
        "[FAILED] Line Number 3 - The User Record does not set any of the auto verified attributes to true."
        " (Example: email_verified to true)."
    )
    assert log[7] == "[FAILED] Line Number 8 - Invalid phone number format."
    assert len(log) == 11
    assert pool.sandbox.control(f"imports?job={key['JobId']}&after=10")["lines"][0]["line"] == 11


def test_a_job_without_any_good_line_fails(pool: PoolUnderTest) -> None:
    job = _finished(pool, _start(pool, _csv(pool, _person("x", email_verified="false"))))
    assert job["Status"] == "Failed"
    assert job["CompletionMessage"] == "Too many users have failed or been skipped during the import."


@pytest.mark.parametrize("content", ["", "cognito:username,email\nada,a@x.example", b"\xff\xfe\x00"])
def test_a_file_with_another_header_fails_as_a_whole(pool: PoolUnderTest, content: str | bytes) -> None:
    assert _finished(pool, _start(pool, content))["Status"] == "Failed"


def test_columns_may_come_in_any_order(pool: PoolUnderTest) -> None:
    header, line = _csv(pool, _person("ada")).splitlines()
    turned = "\r\n".join(",".join(reversed(row.split(","))) for row in (header, line))
    assert _finished(pool, _start(pool, turned))["ImportedUsers"] == 1


def test_an_address_as_username_becomes_the_attribute(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, UsernameAttributes=["email"])
    person = _person("x") | {"cognito:username": "ada@x.example", "email": "ada@x.example"}
    assert _finished(pool, _start(pool, _csv(pool, person)))["ImportedUsers"] == 1
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ada@x.example")
    assert "@" not in user["Username"]


def test_an_upload_needs_the_signed_header_and_a_fresh_address(pool: PoolUnderTest) -> None:
    url = _create(pool)["PreSignedUrl"]
    assert _put(url, "x", {}) == 403
    assert _put(url[:-4] + "0000", "x", KMS) == 403
    assert _put(url.replace("import-", "import-x"), "x", KMS) == 403
    assert _put(url, "x", KMS) == 200
    pool.sandbox.advance(901)
    assert _put(url, "x", KMS) == 403


def test_an_upload_to_a_foreign_address_is_refused_before_its_file_comes(pool: PoolUnderTest) -> None:
    parts = urlsplit(_create(pool)["PreSignedUrl"])
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    connection.putrequest("PUT", f"{parts.path}?{parts.query[:-4]}0000")
    for name, value in (KMS | {"Content-Length": "50000000"}).items():
        connection.putheader(name, value)
    connection.endheaders()
    with closing(connection):
        assert connection.getresponse().status == 403


def test_a_job_starts_once_and_only_with_a_file(pool: PoolUnderTest) -> None:
    job = _create(pool)
    key = {"UserPoolId": pool.pool_id, "JobId": job["JobId"]}
    with refused("PreconditionNotMetException", "The CSV file of the import job has not been uploaded."):
        pool.idp.start_user_import_job(**key)
    with refused("PreconditionNotMetException"):
        pool.idp.stop_user_import_job(**key)
    _put(job["PreSignedUrl"], _csv(pool, _person("ada")), KMS)
    pool.idp.start_user_import_job(**key)
    _finished(pool, key)
    with refused("PreconditionNotMetException"):
        pool.idp.start_user_import_job(**key)
    with refused("ResourceNotFoundException"):
        pool.idp.start_user_import_job(UserPoolId=pool.pool_id, JobId="import-nothing")


def test_a_job_that_nobody_starts_expires(pool: PoolUnderTest) -> None:
    job = _create(pool)
    pool.sandbox.advance(49 * 3600)
    key = {"UserPoolId": pool.pool_id, "JobId": job["JobId"]}
    assert pool.idp.describe_user_import_job(**key)["UserImportJob"]["Status"] == "Expired"
    with refused("PreconditionNotMetException"):
        pool.idp.start_user_import_job(**key)


def test_a_running_job_blocks_the_pool_and_other_jobs_until_it_is_stopped(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    key = _start(pool, _csv(pool, *(_person(f"reader{number}") for number in range(4000))))
    other = _create(pool)
    _put(other["PreSignedUrl"], _csv(pool, _person("other")), KMS)
    with refused("UserImportInProgressException"):
        pool.idp.update_user_pool(UserPoolId=pool.pool_id)
    with refused("UserImportInProgressException"):
        pool.idp.add_custom_attributes(
            UserPoolId=pool.pool_id, CustomAttributes=[{"Name": "late", "AttributeDataType": "String"}]
        )
    with refused("PreconditionNotMetException"):
        pool.idp.start_user_import_job(UserPoolId=pool.pool_id, JobId=other["JobId"])
    assert pool.idp.stop_user_import_job(**key)["UserImportJob"]["Status"] == "Stopping"
    job = _finished(pool, key)
    assert job["Status"] == "Stopped"
    assert job["ImportedUsers"] < 4000
    pool.idp.update_user_pool(UserPoolId=pool.pool_id)


def test_jobs_are_listed_newest_first_in_pages(pool: PoolUnderTest) -> None:
    made = [_create(pool)["JobId"] for _ in range(3)]
    first = pool.idp.list_user_import_jobs(UserPoolId=pool.pool_id, MaxResults=2)
    rest = pool.idp.list_user_import_jobs(
        UserPoolId=pool.pool_id, MaxResults=2, PaginationToken=first["PaginationToken"]
    )
    jobs = first["UserImportJobs"] + rest["UserImportJobs"]
    assert [job["JobId"] for job in jobs] == made[::-1]
    assert "PaginationToken" not in rest


def test_a_job_needs_an_auto_verified_attribute_and_a_role_of_the_account(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, AutoVerifiedAttributes=[])
    with refused("PreconditionNotMetException"):
        _create(pool)
    other_trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    sandbox.client("iam").create_role(RoleName="readers", AssumeRolePolicyDocument=other_trust)
    other = make_pool(sandbox)
    with refused("InvalidParameterException", "Cross-account pass role is not allowed."):
        other.idp.create_user_import_job(
            UserPoolId=other.pool_id, JobName="x", CloudWatchLogsRoleArn=ROLE.replace("2109", "0000")
        )
    text = "Role does not have a trust relationship allowing Cognito to assume the role"
    for name in ("nobodys", "readers"):
        with refused("InvalidParameterException", text):
            other.idp.create_user_import_job(
                UserPoolId=other.pool_id, JobName="x", CloudWatchLogsRoleArn=ROLE.replace("import", name)
            )
    with refused("InvalidParameterException"):
        _create(other, PasswordHashingAlgorithm="BCRYPT")


def test_an_import_goes_on_after_a_killed_sandbox_and_imports_nobody_twice(tmp_path: Path) -> None:
    first = start_sandbox(tmp_path / "world", "--seed", "empty")
    make_import_role(first)
    pool = make_pool(first)
    key = _start(pool, _csv(pool, *(_person(f"reader{number}") for number in range(1500))))
    first.kill()
    second = start_sandbox(tmp_path / "world")
    try:
        again = PoolUnderTest(second, second.client("cognito-idp"), None, pool.pool_id, pool.client_id)
        job = _finished(again, key)
        assert (job["Status"], job["ImportedUsers"], job["SkippedUsers"]) == ("Succeeded", 1500, 0)
        described = again.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]
        assert described["EstimatedNumberOfUsers"] == 1500
    finally:
        second.stop()
