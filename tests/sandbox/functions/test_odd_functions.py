"""Lambda: odd archives, odd settings and handlers that misbehave are answered as Lambda answers them."""

import io
import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.functions.lambdas import make_function, zipped
from tests.sandbox.pools import refused
from tests.sandbox_fixture import RunningSandbox

UNREADABLE = "Could not unzip uploaded file. Please check your file, then try to upload again."
NOBODY = "The provided principal was invalid. Please check the principal and try again."
QUIET = "def handler(event, context):\n    return 1\n"


def archive(*names: str, compression: int = zipfile.ZIP_DEFLATED, content: str | bytes = QUIET * 50) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as made:
        for name in names:
            made.writestr(name, content)
    return packed.getvalue()


def damaged(code: bytes) -> bytes:
    return code[:50] + b"\xff" * 30 + code[80:]


def is_running(pid: str) -> bool:
    """Whether a process runs; one that has ended and that nobody has collected yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def outcome(sandbox: RunningSandbox, name: str) -> tuple[str, Any]:
    answer = sandbox.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    return answer.get("FunctionError", ""), json.loads(answer["Payload"].read())


@pytest.mark.parametrize(
    "code",
    [
        archive("main.py", "a", "a/b"),
        archive("main.py", "a/b", "a"),
        archive("main.py", "a" * 300),
        archive("main.py", "."),
        damaged(archive("main.py")),
        damaged(archive("main.py", compression=zipfile.ZIP_LZMA)),
        damaged(archive("main.py", compression=zipfile.ZIP_BZIP2)),
    ],
    ids=["file then folder", "folder then file", "long name", "no name", "deflate", "lzma", "bzip2"],
)
def test_an_archive_that_no_folder_can_hold_is_refused_when_it_comes(sandbox: RunningSandbox, code: bytes) -> None:
    with refused("InvalidParameterValueException", UNREADABLE):
        make_function(sandbox, "unpackable", QUIET, Code={"ZipFile": code})


def test_an_archive_may_be_larger_than_other_requests(sandbox: RunningSandbox) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("main.py", QUIET)
        made.writestr("library.bin", os.urandom(9_000_000))
    make_function(sandbox, "large", QUIET, Code={"ZipFile": packed.getvalue()}, Timeout=20)
    assert outcome(sandbox, "large") == ("", 1)


@pytest.mark.parametrize("value", ["a\0b", "a" * 4090, "ä" * 2048])
def test_variables_that_no_environment_holds_are_refused(sandbox: RunningSandbox, value: str) -> None:
    with refused("InvalidParameterValueException"):
        make_function(sandbox, "crowded", QUIET, Environment={"Variables": {"MOON": value}})


def test_a_handler_with_a_nul_is_refused(sandbox: RunningSandbox) -> None:
    with refused("InvalidParameterValueException"):
        make_function(sandbox, "nul", QUIET, Handler="ma\0in.handler")


@pytest.mark.parametrize(
    ("handler", "kind", "text"),
    [
        (
            "main",
            "Runtime.MalformedHandlerName",
            "Bad handler 'main': not enough values to unpack (expected 2, got 1)",
        ),
        (
            "sys.exit",
            "Runtime.BuiltInModuleConflict",
            "Cannot use built-in module sys as a handler module",
        ),
    ],
)
def test_a_handler_that_names_nothing_of_the_function_says_so(
    sandbox: RunningSandbox, handler: str, kind: str, text: str
) -> None:
    name = f"handled-by-{handler.replace('.', '-')}"
    make_function(sandbox, name, QUIET, Handler=handler)
    error, told = outcome(sandbox, name)
    assert (error, told["errorType"], told["errorMessage"]) == ("Unhandled", kind, text)


def test_a_trace_shows_the_functions_own_lines_and_none_of_the_runner(sandbox: RunningSandbox) -> None:
    make_function(sandbox, "fails-at-once", "1/0\n")
    told = outcome(sandbox, "fails-at-once")[1]
    assert told["errorType"] == "ZeroDivisionError"
    assert "main.py" in told["stackTrace"][-1]
    assert not any("bootstrap.py" in line for line in told["stackTrace"])


@pytest.mark.parametrize("forged", ["5", "{}", "[]", '{"error": 3}', '{"error": {"errorType": 1}}', "[" * 5000])
def test_what_a_handler_writes_where_the_answer_should_come_is_no_answer(sandbox: RunningSandbox, forged: str) -> None:
    source = f"""
        import os
        def handler(event, context):
            for descriptor in range(3, 20):
                try:
                    os.write(descriptor, {forged.encode()!r})
                except OSError:
                    pass
            os._exit(0)
    """
    name = f"forges-{len(forged)}-{ord(forged[-1])}"
    make_function(sandbox, name, source)
    error, told = outcome(sandbox, name)
    assert (error, told["errorType"]) == ("Unhandled", "Runtime.ExitError")


def test_an_error_whose_text_is_no_text_is_still_told(sandbox: RunningSandbox) -> None:
    make_function(sandbox, "half", "def handler(event, context):\n    raise ValueError('\\ud800')\n")
    assert outcome(sandbox, "half")[1]["errorType"] == "ValueError"


def test_what_a_function_started_ends_with_its_time(sandbox: RunningSandbox, tmp_path: Any) -> None:
    note = tmp_path / "pid"
    source = f"""
        import pathlib, subprocess, sys, time
        def handler(event, context):
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            pathlib.Path({str(note)!r}).write_text(str(child.pid))
            time.sleep(600)
    """
    make_function(sandbox, "parent", source, Timeout=2)
    assert outcome(sandbox, "parent")[1]["errorType"] == "Sandbox.Timedout"
    # It dies by itself once it was told to; nobody waits for it.
    assert any(not is_running(note.read_text()) for _ in range(100) if sandbox.control("status"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives orphans to a process other than the first")
@pytest.mark.parametrize(
    ("name", "ending", "told"),
    [
        ("overruns", "time.sleep(600)", "Sandbox.Timedout"),
        ("answers", "return 1", None),
        ("vanishes", "os._exit(3)", "Runtime.ExitError"),
    ],
)
def test_what_leaves_the_process_group_ends_with_the_function(
    sandbox: RunningSandbox, tmp_path: Path, name: str, ending: str, told: str | None
) -> None:
    note = tmp_path / "pids"
    source = f"""
        import os, pathlib, time
        def handler(event, context):
            note = pathlib.Path({str(note)!r})
            if os.fork() == 0:
                os.setsid()
                orphan = os.fork()
                if orphan == 0:
                    for descriptor in range(3):
                        os.close(descriptor)
                    time.sleep(600)
                note.with_suffix(".new").write_text(str(orphan))
                note.with_suffix(".new").rename(note)
                os._exit(0)
            while not note.exists():
                time.sleep(0.01)
            {ending}
    """
    make_function(sandbox, f"daemon-{name}", source, Timeout=2 if told == "Sandbox.Timedout" else 20)
    error, answer = outcome(sandbox, f"daemon-{name}")
    assert (answer["errorType"] if error else None) == told
    assert not is_running(note.read_text())


def test_a_handler_reads_its_event_and_nothing_else(sandbox: RunningSandbox) -> None:
    make_function(sandbox, "reader", "import sys\ndef handler(event, context):\n    return sys.stdin.read()\n")
    assert outcome(sandbox, "reader") == ("", "")


def test_members_that_are_null_are_not_there(sandbox: RunningSandbox) -> None:
    lambdas = sandbox.client("lambda", parameter_validation=False)
    make_function(sandbox, "nulls", QUIET)
    lambdas.meta.events.register(
        "before-sign.lambda.UpdateFunctionConfiguration",
        lambda request, **_: request.__setattr__("data", b'{"Environment": {"Variables": null}, "Timeout": null}'),
    )
    assert lambdas.update_function_configuration(FunctionName="nulls")["Timeout"] == 3


def test_whoever_is_no_principal_is_given_no_permission(sandbox: RunningSandbox) -> None:
    make_function(sandbox, "closed-to-nobody", QUIET)
    with refused("InvalidParameterValueException", NOBODY):
        sandbox.client("lambda").add_permission(
            FunctionName="closed-to-nobody", StatementId="s", Action="lambda:InvokeFunction", Principal="nobody"
        )


def test_every_limit_of_a_permission_becomes_a_condition(sandbox: RunningSandbox) -> None:
    make_function(sandbox, "limited", QUIET)
    given = sandbox.client("lambda").add_permission(
        FunctionName="limited",
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="alexa-appkit.amazon.com",
        EventSourceToken="token-1",
    )
    statement = json.loads(given["Statement"])
    assert statement["Principal"] == {"Service": "alexa-appkit.amazon.com"}
    assert statement["Condition"] == {"StringEquals": {"lambda:EventSourceToken": "token-1"}}


def test_code_that_cannot_be_unpacked_any_more_is_an_error_of_the_function(sandbox: RunningSandbox) -> None:
    make_function(sandbox, "homeless", "def handler(event, context):\n    return 'never'\n")
    folder = sandbox.data / "functions"
    kept = sandbox.data / "functions.kept"
    if folder.exists():
        folder.rename(kept)
    folder.write_text("a file stands in the way")
    try:
        error, told = outcome(sandbox, "homeless")
    finally:
        folder.unlink()
        if kept.exists():
            kept.rename(folder)
    assert (error, told["errorType"]) == ("Unhandled", "Runtime.ExitError")


def test_new_code_is_checked_like_the_first(sandbox: RunningSandbox) -> None:
    make_function(sandbox, "replaced", QUIET)
    with refused("InvalidParameterValueException"):
        sandbox.client("lambda").update_function_code(FunctionName="replaced", ZipFile=zipped("x", name="a/../../b"))


@pytest.mark.parametrize("event", [b"\xef\xbb\xbf{}", "{}".encode("utf-16")])
def test_an_event_in_another_encoding_is_refused(sandbox: RunningSandbox, event: bytes) -> None:
    make_function(sandbox, f"reads-utf-8-{len(event)}", QUIET)
    with refused("InvalidRequestContentException"):
        sandbox.client("lambda").invoke(FunctionName=f"reads-utf-8-{len(event)}", Payload=event)
