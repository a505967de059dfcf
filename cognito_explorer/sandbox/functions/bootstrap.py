"""Runs one handler in a process of its own: `python -I bootstrap.py TASK_ROOT HANDLER`, standard library only.

Standard input holds {"event": …, "context": {…}}; the result goes to the first standard output as JSON with the member
"result" or "error". What the handler prints goes to standard error, which is its log.

On Linux this process only watches over a child that runs the handler: SIGTERM, or the child's end, ends whatever the
handler started, also what has left the process group.
"""

import contextlib
import importlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

# PR_SET_CHILD_SUBREAPER of <sys/prctl.h>: orphans below this process become its children.
_SET_CHILD_SUBREAPER = 36


class Context:
    """What a handler gets as its second argument; its names are AWS's."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.function_name = facts["function_name"]
        self.function_version = "$LATEST"
        self.invoked_function_arn = facts["arn"]
        self.memory_limit_in_mb = str(facts["memory_mb"])
        self.aws_request_id = facts["request_id"]
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_stream_name = facts["log_stream"]
        self.identity = None
        self.client_context = None
        self._ends_at = time.monotonic() + facts["timeout_s"]

    def get_remaining_time_in_millis(self) -> int:
        """How long the handler may still run."""
        return max(0, int((self._ends_at - time.monotonic()) * 1000))


def main(task_root: str, handler: str) -> None:
    """Read the event, call the handler, write what it answers; on Linux in a child, so that nothing outlives it."""
    if sys.platform == "linux":
        _stay_behind()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # From here on a print is a line of the log.
    os.dup2(2, 1)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
    given = json.loads(sys.stdin.buffer.read())
    _limit_memory(int(given["context"]["memory_mb"]))
    _limit_time(given["context"]["timeout_s"])
    sys.path.insert(0, task_root)
    os.chdir(task_root)
    request_id = given["context"]["request_id"]
    try:
        function = _find(handler)
        result = function(given["event"], Context(given["context"]))
    except BaseException as problem:  # a handler may raise whatever it likes
        if isinstance(problem, SystemExit):
            raise
        answer = {"error": _described(problem, request_id)}
    else:
        answer = _marshalled(result, request_id)
    sys.stdout.flush()
    json.dump(answer, answers)
    answers.flush()
    # Threads the handler left behind are frozen by Lambda; here they end.
    os._exit(0)


def _find(handler: str) -> Any:
    module_name, dot, name = handler.rpartition(".")
    if not dot:
        text = f"Bad handler '{handler}': not enough values to unpack (expected 2, got 1)"
        raise _RuntimeProblem("MalformedHandlerName", text)
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise _RuntimeProblem("BuiltInModuleConflict", f"Cannot use built-in module {module_name} as a handler module")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except SyntaxError as problem:
        raise _RuntimeProblem("UserCodeSyntaxError", f"Syntax error in module '{module_name}': {problem}") from None
    except ImportError as problem:
        raise _RuntimeProblem("ImportModuleError", f"Unable to import module '{module_name}': {problem}") from None
    if not hasattr(module, name):
        raise _RuntimeProblem("HandlerNotFound", f"Handler '{name}' missing on module '{module_name}'")
    return getattr(module, name)


def _marshalled(result: Any, request_id: str) -> dict[str, Any]:
    try:
        json.dumps(result)
    except (TypeError, ValueError) as problem:
        unfit = _RuntimeProblem("MarshalError", f"Unable to marshal response: {problem}")
        return {"error": _described(unfit, request_id)}
    return {"result": result}


def _described(problem: BaseException, request_id: str) -> dict[str, Any]:
    """An error as Lambda's Python runtime words it; its trace also goes to the log."""
    if isinstance(problem, _RuntimeProblem):
        sys.stdout.write(f"[ERROR] Runtime.{problem.kind}: {problem}\n")
        kind, trace = f"Runtime.{problem.kind}", []
    else:
        frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename != _OWN_FILE]
        kind, trace = type(problem).__name__, traceback.format_list(frames)
        sys.stdout.write(f"[ERROR] {kind}: {problem}\nTraceback (most recent call last):\n{''.join(trace)}\n")
    return {"errorMessage": str(problem), "errorType": kind, "requestId": request_id, "stackTrace": trace}


class _RuntimeProblem(Exception):  # noqa: N818  # Lambda calls these errors of the runtime
    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


_OWN_FILE = main.__code__.co_filename


def _limit_time(timeout_s: float) -> None:
    """Whoever started this process ends it in time; should they be gone, it ends itself."""
    end = threading.Timer(timeout_s + 1, os._exit, (1,))
    end.daemon = True
    end.start()


def _limit_memory(memory_mb: int) -> None:
    """Addresses, not resident memory, are what can be limited: an interpreter and its libraries get room besides."""
    try:
        import resource
    except ImportError:
        return
    room = (memory_mb + 512) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _stay_behind() -> None:
    """Return in a child that is to run the handler. Here, wait for it and end all that descends from this process."""
    import ctypes

    if ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 or not Path("/proc/self").is_dir():
        sys.stderr.write("Processes that leave this function's group may outlive it: there is no subreaper here.\n")
        return
    child = os.fork()
    if child == 0:
        return
    signal.signal(signal.SIGTERM, _end_all)
    ended, status = 0, 0
    while ended != child:
        # Orphans are this process's children, too.
        ended, status = os.wait()
    _end_descendants()
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code & 0xFF)


def _end_all(*_: object) -> None:
    _end_descendants()
    os.kill(os.getpid(), signal.SIGKILL)


def _end_descendants() -> None:
    """End every process below this one; one that is started meanwhile is found in the next round."""
    while found := _descendants():
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def _descendants() -> list[int]:
    """Every process whose parent's parent … is this one, by what /proc says now."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):  # it has ended since
                stat = (folder / "stat").read_text("utf-8", "replace")
                parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [os.getpid()]
    for parent in found:
        found += [pid for pid, its in parents.items() if its == parent]
    return found[1:]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
