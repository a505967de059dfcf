"""User import jobs: made, given a file by PUT, started, watched, stopped."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.trust import trusts_service
from cognito_explorer.sandbox.user_pools.import_rows import csv_header
from cognito_explorer.sandbox.user_pools.import_runs import FIND_ACTIVE, start_run
from cognito_explorer.sandbox.user_pools.paging import Listing, read_page, sandbox_secret
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.world import Call, World

MAX_JOBS = 1000
UPLOADS = "/_imports"
UPLOAD_LIFETIME_S = 900
# Cognito says between one and two days.
START_LIFETIME_S = 48 * 3600
_LIST = """
SELECT *, number AS page_key FROM import_jobs WHERE pool_id = ? AND number < ? ORDER BY number DESC LIMIT ?
"""
_COUNTS = {"ImportedUsers": "imported", "SkippedUsers": "skipped", "FailedUsers": "failed"}


def upload_url(world: World, job_id: str, expires_at: int) -> str:
    """Where to PUT the file until then, epoch seconds."""
    return f"{world.endpoint}{UPLOADS}/{job_id}?Expires={expires_at}&Signature={_signature(world, job_id, expires_at)}"


def is_upload_allowed(world: World, job_id: str, expires_at: str, signature: str) -> bool:
    """Whether an upload's address is one of ours and not too old."""
    if not expires_at.isdecimal() or len(expires_at) > 12 or world.clock.now() > int(expires_at):
        return False
    return hmac.compare_digest(_signature(world, job_id, int(expires_at)).encode(), signature.encode())


def save_upload(world: World, job_id: str, content: bytes) -> bool:
    """Keep a job's file; False when the job is not waiting for one. A second file replaces the first."""
    row = _find(world, job_id)
    if row is None or _status(world, row) != "Created":
        return False
    world.store.execute("INSERT OR REPLACE INTO import_files (job_id, content) VALUES (?, ?)", (job_id, content))
    return True


def is_import_job(world: World, job_id: str) -> bool:
    """Whether a job of that id was ever made."""
    return world.store.one("SELECT 1 FROM import_jobs WHERE id = ?", (job_id,)) is not None


def import_log(world: World, job_id: str, *, after: int = -1, limit: int = 500) -> list[dict[str, Any]]:
    """What became of the lines after one, as Cognito writes it to CloudWatch: `line`, `outcome`, `message`."""
    rows = world.store.all(
        "SELECT line, outcome, message FROM import_log WHERE job_id = ? AND line > ? ORDER BY line LIMIT ?",
        (job_id, after, limit),
    )
    return [dict(row) for row in rows]


@operation("cognito-idp", "GetCSVHeader")
def get_csv_header(call: Call) -> dict[str, Any]:
    """The columns of this pool's import files."""
    pool = pool_of(call)
    return {"UserPoolId": pool["Id"], "CSVHeader": csv_header(pool)}


@operation("cognito-idp", "CreateUserImportJob")
def create_import_job(call: Call) -> dict[str, Any]:
    """A job that waits for its file and its start."""
    pool, world = pool_of(call), call.world
    if not pool.get("AutoVerifiedAttributes"):
        raise ServiceError("PreconditionNotMetException", "The user pool has no auto verified attributes.")
    if "PasswordHashingAlgorithm" in call.params:
        raise ServiceError("InvalidParameterException", "The sandbox does not import password hashes.")
    _check_role(world, call.params["CloudWatchLogsRoleArn"])
    row = world.store.one("SELECT COUNT(*) AS number FROM import_jobs WHERE pool_id = ?", (pool["Id"],))
    if row and row["number"] >= MAX_JOBS:
        raise ServiceError("LimitExceededException", f"A user pool takes at most {MAX_JOBS} import jobs.")
    now = world.clock.now()
    job_id = f"import-{world.chance.text('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 10)}"
    body = {
        "JobName": call.params["JobName"],
        "PreSignedUrl": upload_url(world, job_id, int(now) + UPLOAD_LIFETIME_S),
        "CreationDate": now,
        "CloudWatchLogsRoleArn": call.params["CloudWatchLogsRoleArn"],
    }
    world.store.execute(
        "INSERT INTO import_jobs (id, pool_id, number, status, body)"
        " VALUES (?, ?, (SELECT COALESCE(MAX(number), 0) + 1 FROM import_jobs), 'Created', ?)",
        (job_id, pool["Id"], json.dumps(body)),
    )
    return {"UserImportJob": _described(world, _load(call, pool["Id"], job_id))}


@operation("cognito-idp", "DescribeUserImportJob")
def describe_import_job(call: Call) -> dict[str, Any]:
    """How far a job is."""
    return {"UserImportJob": _described(call.world, _named(call))}


@operation("cognito-idp", "ListUserImportJobs")
def list_import_jobs(call: Call) -> dict[str, Any]:
    """The pool's jobs, the newest first."""
    listing = Listing("ListUserImportJobs", _LIST, (pool_of(call)["Id"],), start=2**62)
    # The model allows pages of 60, but no more than 50 jobs in an answer.
    limit = min(call.params["MaxResults"], 50)
    rows, token = read_page(call.world, listing, limit=limit, token=call.params.get("PaginationToken"))
    answer: dict[str, Any] = {"UserImportJobs": [_described(call.world, row) for row in rows]} if rows else {}
    return answer | ({"PaginationToken": token} if token else {})


@operation("cognito-idp", "StartUserImportJob")
def start_import_job(call: Call) -> dict[str, Any]:
    """Begin to import; the work goes on after the answer."""
    world, row = call.world, _named(call)
    status = _status(world, row)
    if status != "Created":
        raise _not_met(f"The import job cannot be started. Current status is {status}")
    if not world.store.one("SELECT 1 FROM import_files WHERE job_id = ?", (row["id"],)):
        raise _not_met("The CSV file of the import job has not been uploaded.")
    if world.store.one(FIND_ACTIVE):
        raise _not_met("Another import job is active. An account runs one at a time.")
    body = json.loads(row["body"]) | {"StartDate": world.clock.now()}
    world.store.execute(
        "UPDATE import_jobs SET status = 'Pending', body = ? WHERE id = ?", (json.dumps(body), row["id"])
    )
    start_run(world, row["id"])
    return {"UserImportJob": _described(world, _named(call))}


@operation("cognito-idp", "StopUserImportJob")
def stop_import_job(call: Call) -> dict[str, Any]:
    """Stop a running job; users imported so far stay."""
    world, row = call.world, _named(call)
    status = _status(world, row)
    if status not in ("Pending", "InProgress"):
        raise _not_met(f"The import job cannot be stopped. Current status is {status}")
    world.store.execute("UPDATE import_jobs SET status = 'Stopping' WHERE id = ?", (row["id"],))
    return {"UserImportJob": _described(world, _named(call))}


def _check_role(world: World, arn: str) -> None:
    if arn.split(":")[4] != world.account_id:
        raise ServiceError("InvalidParameterException", "Cross-account pass role is not allowed.")
    role = world.sts.find_role(arn)
    if role is None or not trusts_service(role.trust, "cognito-idp.amazonaws.com"):
        raise ServiceError(
            "InvalidParameterException", "Role does not have a trust relationship allowing Cognito to assume the role"
        )


def _named(call: Call) -> Row:
    return _load(call, pool_of(call)["Id"], call.params["JobId"])


def _load(call: Call, pool_id: str, job_id: str) -> Row:
    row = _find(call.world, job_id)
    if row is None or row["pool_id"] != pool_id:
        raise ServiceError("ResourceNotFoundException", f"User import job {job_id} does not exist.")
    return row


def _find(world: World, job_id: str) -> Row | None:
    return world.store.one("SELECT * FROM import_jobs WHERE id = ?", (job_id,))


def _status(world: World, row: Row) -> str:
    status: str = row["status"]
    body: Mapping[str, Any] = json.loads(row["body"])
    is_late = world.clock.now() > body["CreationDate"] + START_LIFETIME_S
    return "Expired" if status == "Created" and is_late else status


def _described(world: World, row: Row) -> dict[str, Any]:
    status = _status(world, row)
    expired = {"CompletionMessage": "The user import job has expired."} if status == "Expired" else {}
    counts = {name: row[column] for name, column in _COUNTS.items()}
    named = {"JobId": row["id"], "UserPoolId": row["pool_id"], "Status": status}
    return {**json.loads(row["body"]), **named, **counts, **expired}


def _signature(world: World, job_id: str, expires_at: int) -> str:
    secret = sandbox_secret(world, "imports")
    return hmac.new(secret, f"{job_id} {expires_at}".encode(), hashlib.sha256).hexdigest()


def _not_met(text: str) -> ServiceError:
    return ServiceError("PreconditionNotMetException", text)
