"""Where functions run: unpacks their code, gives them an environment and credentials, and keeps their logs."""

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cognito_explorer.sandbox.clock import Clock
from cognito_explorer.sandbox.functions.process import Finished, Task, end_process, never_started, run_task
from cognito_explorer.sandbox.iam_directory import Role
from cognito_explorer.sandbox.sts import Credentials, SecurityTokenService, SessionRequest

if TYPE_CHECKING:
    from cognito_explorer.sandbox.world import World

_LOG_CAPACITY = 200
_AT_ONCE = 8
_CREDENTIALS_S = 3600
_RENEWED_BEFORE_S = 600


@dataclass(frozen=True, slots=True)
class Image:
    """A function as it is to be run: its settings in the shape of FunctionConfiguration, its zip file and its role."""

    configuration: dict[str, Any] = field(repr=False)
    code: bytes = field(repr=False)
    role: Role | None
    variables: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Invocation:
    """One run of a function. `at` is in epoch seconds; `error` is "" or "Unhandled"; `payload` is JSON."""

    at: float
    function: str
    request_id: str
    cause: str
    error: str
    took_ms: float
    log: str = field(repr=False)
    payload: bytes = field(repr=False)


class FunctionHost:
    """Runs functions, several at once. May be used from any thread but the writer's, which must not wait."""

    def __init__(self, data: Path, clock: Clock, sts: SecurityTokenService) -> None:
        self._folder = data / "functions"
        self._clock = clock
        self._sts = sts
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._lock = threading.Lock()
        # Rises when a world is forgotten: who had to wait for a turn must not run into the next one.
        self._world_number = 0
        self._credentials: dict[tuple[str, str], Credentials] = {}
        self._running: set[subprocess.Popen[bytes]] = set()
        self._log: deque[Invocation] = deque(maxlen=_LOG_CAPACITY)

    def run(self, world: "World", image: Image, event: bytes, *, cause: str, limit_s: float = 900) -> Invocation:
        """Run a function with an event (JSON) for at most `limit_s` seconds or its own limit, whichever is less."""
        settings = image.configuration
        request_id = world.chance.uuid4()
        at = self._clock.now()
        context = {
            "function_name": settings["FunctionName"],
            "arn": settings["FunctionArn"],
            "memory_mb": settings["MemorySize"],
            "timeout_s": settings["Timeout"],
            "request_id": request_id,
            "log_stream": f"{datetime.fromtimestamp(at, UTC):%Y/%m/%d}/[$LATEST]{request_id.replace('-', '')}",
        }
        world_number = self._world_number
        with self._turns:
            if self._world_number == world_number:
                finished = self._finish(world, image, event, context, limit_s)
            else:
                finished = never_started(request_id, "its world was emptied")
        invocation = Invocation(
            at=at,
            function=settings["FunctionName"],
            request_id=request_id,
            cause=cause,
            error=finished.error,
            took_ms=finished.took_ms,
            log=_framed(finished, request_id, settings["MemorySize"]),
            payload=finished.payload,
        )
        with self._lock:
            if self._world_number == world_number:
                self._log.append(invocation)
        return invocation

    def close(self) -> None:
        """End every function that still runs."""
        for child in list(self._running):
            end_process(child)

    def forget(self) -> None:
        """End every function that still runs, and forget what ran, whom it ran as and its code."""
        with self._lock:
            self._world_number += 1
        self.close()
        with self._lock:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._credentials.clear()
            self._log.clear()

    def latest(self, limit: int = 100) -> list[dict[str, Any]]:
        """The newest invocations with their logs, newest first; payloads left out."""
        with self._lock:
            rows = [asdict(entry) for entry in list(self._log)[-limit:][::-1]]
        return [{name: value for name, value in row.items() if name != "payload"} for row in rows]

    def _finish(self, world: "World", image: Image, event: bytes, context: dict[str, Any], limit_s: float) -> Finished:
        try:
            root = self._unpacked(image.code)
        except (OSError, ValueError, zipfile.BadZipFile) as problem:
            # Names this system cannot write, or a full disk.
            return never_started(context["request_id"], f"its code cannot be unpacked ({type(problem).__name__})")
        settings = image.configuration
        environment = self._environment(world, image, str(root), context["log_stream"])
        task = Task(root, settings["Handler"], context, event, environment, min(limit_s, settings["Timeout"]))
        return run_task(task, self._running)

    def _unpacked(self, code: bytes) -> Path:
        """The folder with a zip file's content, unpacked once."""
        target = self._folder / hashlib.sha256(code).hexdigest()
        with self._lock:
            if target.is_dir():
                return target
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(dir=self._folder))
            try:
                with zipfile.ZipFile(io.BytesIO(code)) as archive:
                    archive.extractall(draft)  # its names and its size were checked when it was taken
                draft.rename(target)
            except BaseException:
                shutil.rmtree(draft, ignore_errors=True)
                raise
        return target

    def _environment(self, world: "World", image: Image, root: str, log_stream: str) -> dict[str, str]:
        settings = image.configuration
        region = settings["FunctionArn"].split(":")[3]
        environment = {
            "PATH": os.defpath,
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "HOME": root,
            "LAMBDA_TASK_ROOT": root,
            "_HANDLER": settings["Handler"],
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ENDPOINT_URL": world.endpoint,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{settings['Runtime']}",
            "AWS_LAMBDA_FUNCTION_NAME": settings["FunctionName"],
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(settings["MemorySize"]),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{settings['FunctionName']}",
            "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
            **image.variables,
        }
        if sys.platform == "win32":
            environment |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
        return environment | self._keys(world, image)

    def _keys(self, world: "World", image: Image) -> dict[str, str]:
        """Credentials of the execution role, renewed in time; none when the role is gone."""
        if image.role is None:
            return {}
        name = (image.role.role_id, image.configuration["FunctionName"])
        now = self._clock.now()
        with self._lock:
            known = self._credentials.get(name)
        if known is None or not now < known.expires_at - _RENEWED_BEFORE_S <= now + _CREDENTIALS_S:
            context: dict[str, str | tuple[str, ...]] = {
                f"aws:PrincipalTag/{key}": value for key, value in image.role.tags.items()
            }
            request = SessionRequest(image.configuration["FunctionName"], context, (), _CREDENTIALS_S)
            known = self._sts.issue(image.role, request, account_id=world.account_id)
            with self._lock:
                self._credentials[name] = known
        return {
            "AWS_ACCESS_KEY_ID": known.access_key_id,
            "AWS_SECRET_ACCESS_KEY": known.secret_access_key,
            "AWS_SESSION_TOKEN": known.session_token,
        }


def _framed(finished: Finished, request_id: str, memory_mb: int) -> str:
    """The log between the lines that Lambda puts around it."""
    billed = int(finished.took_ms) + 1
    ending = "" if not finished.log or finished.log.endswith("\n") else "\n"
    reason = ""
    if finished.error:
        with contextlib.suppress(ValueError, KeyError):
            told = json.loads(finished.payload)
            if re.match(r"(Sandbox|Runtime)\.", told["errorType"]):
                reason = f"{told['errorMessage']}\n"
    return (
        f"START RequestId: {request_id} Version: $LATEST\n{finished.log}{ending}{reason}END RequestId: {request_id}\n"
        f"REPORT RequestId: {request_id}\tDuration: {finished.took_ms:.2f} ms\tBilled Duration: {billed} ms\t"
        f"Memory Size: {memory_mb} MB\n"
    )
