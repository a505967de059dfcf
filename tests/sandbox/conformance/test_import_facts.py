"""Users out of CSV files: facts of user-pools.md section 7 and api-quotas.md section 5."""

import json
import urllib.request
from typing import Any

import pytest

from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox.user_pools.test_imports import KMS, ROLE, make_import_role
from tests.sandbox_fixture import RunningSandbox, direct

COLUMNS = [
    "cognito:username",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
    "cognito:mfa_enabled",
]
END = ("Succeeded", "Failed", "Stopped")


@pytest.fixture(scope="module", autouse=True)
def role(sandbox: RunningSandbox) -> None:
    make_import_role(sandbox)


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox)


def create(pool: PoolUnderTest, **more: Any) -> Any:
    made = pool.idp.create_user_import_job(UserPoolId=pool.pool_id, JobName="facts", CloudWatchLogsRoleArn=ROLE, **more)
    return made["UserImportJob"]


def upload(job: dict[str, Any], content: str | bytes) -> None:
    body = content.encode() if isinstance(content, str) else content
    with direct.open(urllib.request.Request(job["PreSignedUrl"], data=body, headers=KMS, method="PUT"), timeout=20):
        pass


def run(pool: PoolUnderTest, content: str | bytes) -> dict[str, Any]:
    """The finished job of a file."""
    job: dict[str, Any] = create(pool)
    upload(job, content)
    key = {"UserPoolId": pool.pool_id, "JobId": job["JobId"]}
    pool.idp.start_user_import_job(**key)
    while job["Status"] not in END:
        job = pool.idp.describe_user_import_job(**key)["UserImportJob"]
    return job


def line(username: str, **more: str) -> dict[str, str]:
    return {"cognito:username": username, "email": f"{username}@x.example", "email_verified": "true", **more}


def csv(*people: dict[str, str], columns: list[str] = COLUMNS) -> str:
    rows = [",".join(person.get(name, "") for name in columns) for person in people]
    return "\n".join([",".join(columns), *rows, ""])


def test_the_header_has_these_columns(pool: PoolUnderTest) -> None:
    """user-pools.md 7: the columns of GetCSVHeader, in whatever order."""
    header = pool.idp.get_csv_header(UserPoolId=pool.pool_id)["CSVHeader"]
    assert sorted(header) == sorted(COLUMNS)


def test_a_job_has_an_id_an_address_and_waits(pool: PoolUnderTest) -> None:
    """user-pools.md 1 and 7: import job ids begin `import-`; a new job is Created and has a PreSignedUrl."""
    job = create(pool)
    assert job["JobId"].startswith("import-")
    assert job["Status"] == "Created"
    assert job["PreSignedUrl"].startswith("http")


def test_every_column_must_be_there(pool: PoolUnderTest) -> None:
    """user-pools.md 7: every column must be present, in any order."""
    assert run(pool, csv(line("shorter"), columns=COLUMNS[:-1]))["Status"] == "Failed"
    assert run(pool, csv(line("turned"), columns=COLUMNS[::-1]))["Status"] == "Succeeded"


def test_a_custom_column_must_be_there_too(sandbox: RunningSandbox) -> None:
    """user-pools.md 7: all custom attributes are columns."""
    pool = make_pool(sandbox, Schema=[{"Name": "plan", "AttributeDataType": "String"}])
    assert run(pool, csv(line("without")))["Status"] == "Failed"
    assert run(pool, csv(line("with"), columns=[*COLUMNS, "custom:plan"]))["Status"] == "Succeeded"


@pytest.mark.parametrize(
    "person",
    [
        line(""),
        {"cognito:username": "nothing-verified", "email": "x@x.example"},
        {"cognito:username": "no-value", "email_verified": "true"},
        line("iso", birthdate="1815-12-10"),
        line("unsure", email_verified="perhaps"),
        line("phone", phone_number="0441632960100"),
        line("clock", updated_at="2026-11-23"),
        line("long", address="x" * 16_001),
        line("quoted", address='"1 Moon Street, Selene"'),
    ],
    ids=lambda person: person["cognito:username"] or "nameless",
)
def test_a_line_that_breaks_a_rule_fails(pool: PoolUnderTest, person: dict[str, str]) -> None:
    """user-pools.md 7: username, a verified attribute with its value, forms of values, no quoting, length."""
    job = run(pool, csv(person))
    assert (job["Status"], job["FailedUsers"]) == ("Failed", 1)


def test_a_line_without_a_required_attribute_fails(sandbox: RunningSandbox) -> None:
    """user-pools.md 7: every required attribute must have a value."""
    pool = make_pool(sandbox, Schema=[{"Name": "name", "Required": True}])
    job = run(pool, csv(line("nameless"), line("named", name="Ada")))
    assert (job["FailedUsers"], job["ImportedUsers"]) == (1, 1)


def test_values_have_the_forms_of_the_file(pool: PoolUnderTest) -> None:
    """user-pools.md 7: birthdate mm/dd/yyyy, commas escaped by a backslash, updated_at in epoch seconds."""
    person = line("ada", birthdate="12/10/1815", name="Lovelace\\, Ada", updated_at="1700000000")
    assert run(pool, csv(person))["ImportedUsers"] == 1
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ada")
    shown = {entry["Name"]: entry["Value"] for entry in user["UserAttributes"]}
    assert (shown["birthdate"], shown["name"], shown["updated_at"]) == ("1815-12-10", "Lovelace, Ada", "1700000000")
    assert user["UserStatus"] == "RESET_REQUIRED"


def test_the_columns_for_second_factors_may_be_blank(pool: PoolUnderTest) -> None:
    """user-pools.md 7: cognito:mfa_enabled may be blank."""
    assert run(pool, csv(line("blank")))["ImportedUsers"] == 1


def test_a_byte_order_mark_spoils_the_file(pool: PoolUnderTest) -> None:
    """user-pools.md 7: UTF-8 without BOM."""
    assert run(pool, b"\xef\xbb\xbf" + csv(line("marked")).encode())["Status"] == "Failed"


def test_an_imported_user_without_a_password_signs_in_at_once(sandbox: RunningSandbox) -> None:
    """user-pools.md 7: in a passwordless pool imported users sign in at once."""
    factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    pool = make_pool(sandbox, client={"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}, Policies=factors)
    run(pool, csv(line("ada")))
    asked = pool.public.initiate_auth(
        AuthFlow="USER_AUTH",
        ClientId=pool.client_id,
        AuthParameters={"USERNAME": "ada", "PREFERRED_CHALLENGE": "EMAIL_OTP"},
    )
    done = pool.public.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="EMAIL_OTP",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "EMAIL_OTP_CODE": pool.latest_code()},
    )
    assert done["AuthenticationResult"]


def test_an_account_runs_one_job_at_a_time(pool: PoolUnderTest, sandbox: RunningSandbox) -> None:
    """user-pools.md 7: one active job per account, over all its pools; edits raise UserImportInProgressException."""
    other = make_pool(sandbox)
    waiting, long = create(other), create(pool)
    upload(waiting, csv(line("waiting")))
    upload(long, csv(*(line(f"reader{number}") for number in range(3000))))
    key = {"UserPoolId": pool.pool_id, "JobId": long["JobId"]}
    assert pool.idp.start_user_import_job(**key)["UserImportJob"]["Status"] == "Pending"
    with refused("PreconditionNotMetException"):
        other.idp.start_user_import_job(UserPoolId=other.pool_id, JobId=waiting["JobId"])
    with refused("UserImportInProgressException"):
        pool.idp.update_user_pool(UserPoolId=pool.pool_id)
    assert pool.idp.stop_user_import_job(**key)["UserImportJob"]["Status"] == "Stopping"
    while (status := pool.idp.describe_user_import_job(**key)["UserImportJob"]["Status"]) == "Stopping":
        pass
    assert status == "Stopped"


def test_a_job_expires_in_one_to_two_days(pool: PoolUnderTest) -> None:
    """user-pools.md 7: Expired when not started within 24 to 48 hours."""
    job = create(pool)
    key = {"UserPoolId": pool.pool_id, "JobId": job["JobId"]}
    pool.sandbox.advance(23 * 3600)
    assert pool.idp.describe_user_import_job(**key)["UserImportJob"]["Status"] == "Created"
    pool.sandbox.advance(26 * 3600)
    assert pool.idp.describe_user_import_job(**key)["UserImportJob"]["Status"] == "Expired"


def test_the_role_is_one_that_cognito_may_assume(pool: PoolUnderTest) -> None:
    """user-pools.md 7: the role trusts cognito-idp.amazonaws.com."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    pool.sandbox.client("iam").create_role(RoleName="other-trust", AssumeRolePolicyDocument=document)
    with refused("InvalidParameterException"):
        pool.idp.create_user_import_job(
            UserPoolId=pool.pool_id, JobName="x", CloudWatchLogsRoleArn=ROLE.replace("/import", "/other-trust")
        )
