"""Lambda: functions, their policies and their runs."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.functions.lambdas import make_function, role_arn, zipped
from tests.sandbox.pools import refused
from tests.sandbox_fixture import RunningSandbox, start_sandbox

ECHO = (
    "def handler(event, context):\n    print('seen', event)\n    return {'got': event, 'by': context.function_name}\n"
)


@pytest.fixture(scope="module")
def lambdas(sandbox: RunningSandbox) -> Any:
    return sandbox.client("lambda")


def run(lambdas: Any, name: str, event: Any = None, **options: Any) -> tuple[dict[str, Any], Any]:
    answer = lambdas.invoke(FunctionName=name, Payload=json.dumps(event or {}), **options)
    return answer, json.loads(answer["Payload"].read() or b"null")


def test_a_function_is_described_as_it_was_made(sandbox: RunningSandbox, lambdas: Any) -> None:
    arn = make_function(sandbox, "described", ECHO, Timeout=7, Environment={"Variables": {"MOON": "1"}})
    found = lambdas.get_function(FunctionName=arn)["Configuration"]
    assert found["FunctionName"] == "described"
    assert (found["Timeout"], found["MemorySize"], found["State"]) == (7, 128, "Active")
    assert found["Environment"]["Variables"] == {"MOON": "1"}
    assert "described" in [each["FunctionName"] for each in lambdas.list_functions()["Functions"]]


def test_a_function_answers_and_shows_its_log(sandbox: RunningSandbox, lambdas: Any) -> None:
    make_function(sandbox, "echo", ECHO)
    answer, payload = run(lambdas, "echo", {"n": 1}, LogType="Tail")
    assert payload == {"got": {"n": 1}, "by": "echo"}
    assert answer["StatusCode"] == 200
    assert "FunctionError" not in answer
    log = base64.b64decode(answer["LogResult"]).decode()
    assert "seen {'n': 1}" in log
    assert log.startswith("START RequestId")
    assert sandbox.control("functions")["invocations"][0]["function"] == "echo"


def test_an_exception_is_a_function_error(sandbox: RunningSandbox, lambdas: Any) -> None:
    make_function(sandbox, "raises", "def handler(event, context):\n    raise ValueError('no such moon')\n")
    answer, payload = run(lambdas, "raises")
    assert answer["FunctionError"] == "Unhandled"
    assert (payload["errorType"], payload["errorMessage"]) == ("ValueError", "no such moon")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("import os\ndef handler(event, context):\n    os._exit(3)\n", "Runtime.ExitError"),
        ("import nowhere\n", "Runtime.ImportModuleError"),
        ("def other(event, context): ...\n", "Runtime.HandlerNotFound"),
        ("def handler(event, context):\n    return {1, 2}\n", "Runtime.MarshalError"),
        ("def handler(event, context:\n", "Runtime.UserCodeSyntaxError"),
    ],
)
def test_a_broken_function_says_how(sandbox: RunningSandbox, lambdas: Any, source: str, kind: str) -> None:
    name = f"broken-{kind.rpartition('.')[2]}"
    make_function(sandbox, name, source)
    assert run(lambdas, name)[1]["errorType"] == kind


def test_an_overrunning_function_is_ended_and_others_are_served_meanwhile(
    sandbox: RunningSandbox, lambdas: Any
) -> None:
    slow = """
        import boto3, time
        def handler(event, context):
            boto3.client("sts").get_caller_identity()
            print("still served")
            time.sleep(60)
    """
    make_function(sandbox, "slow", slow, Timeout=3)
    answer, payload = run(lambdas, "slow", LogType="Tail")
    assert payload["errorType"] == "Sandbox.Timedout"
    assert payload["errorMessage"].endswith("Task timed out after 3.00 seconds")
    assert "still served" in base64.b64decode(answer["LogResult"]).decode()


def test_a_function_acts_as_its_role_and_sees_no_environment_of_ours(
    sandbox: RunningSandbox, lambdas: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
        import boto3, os
        def handler(event, context):
            return [boto3.client("sts").get_caller_identity()["Arn"], sorted(os.environ)]
    """
    make_function(sandbox, "whoami", source, Timeout=15)
    arn, names = run(lambdas, "whoami")[1]
    assert arn.endswith(":assumed-role/runs-functions/whoami")
    assert not {"XDG_DATA_HOME", "USER", "DBUS_SESSION_BUS_ADDRESS", "PYTHONPATH"} & set(names)


def test_a_role_that_lambda_cannot_assume_is_refused(sandbox: RunningSandbox) -> None:
    iam = sandbox.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*"}]}
    arn = iam.create_role(RoleName="closed", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    text = "The role defined for the function cannot be assumed by Lambda."
    with refused("InvalidParameterValueException", text):
        make_function(sandbox, "never", ECHO, Role=arn)


@pytest.mark.parametrize("code", [b"no zip", zipped("x", name="../out.py"), zipped("x", name="/out.py")])
def test_a_zip_file_that_cannot_be_unpacked_safely_is_refused(sandbox: RunningSandbox, code: bytes) -> None:
    with refused("InvalidParameterValueException"):
        make_function(sandbox, "unsafe", ECHO, Code={"ZipFile": code})


def test_another_runtime_is_refused_by_name(sandbox: RunningSandbox) -> None:
    with refused("InvalidParameterValueException"):
        make_function(sandbox, "node", ECHO, Runtime="nodejs22.x")


def test_new_code_and_settings_take_effect(sandbox: RunningSandbox, lambdas: Any) -> None:
    make_function(sandbox, "changing", "def handler(event, context):\n    return 'old'\n")
    lambdas.update_function_code(FunctionName="changing", ZipFile=zipped("def other(event, context):\n    return 2\n"))
    lambdas.update_function_configuration(FunctionName="changing", Handler="main.other", Timeout=5)
    assert run(lambdas, "changing")[1] == 2
    assert lambdas.get_function_configuration(FunctionName="changing")["Timeout"] == 5


def test_changes_are_made_to_the_revision_one_has_seen(sandbox: RunningSandbox, lambdas: Any) -> None:
    make_function(sandbox, "revised", ECHO)
    seen = lambdas.get_function_configuration(FunctionName="revised")["RevisionId"]
    lambdas.update_function_configuration(FunctionName="revised", Timeout=4, RevisionId=seen)
    with refused("PreconditionFailedException"):
        lambdas.update_function_configuration(FunctionName="revised", Timeout=5, RevisionId=seen)


def test_what_the_sandbox_lacks_is_refused_by_name(sandbox: RunningSandbox, lambdas: Any) -> None:
    with refused("InvalidParameterValueException", "The sandbox's Lambda has no Layers."):
        make_function(sandbox, "layered", ECHO, Layers=["arn:aws:lambda:us-east-1:210987654321:layer:a:1"])
    with refused("UnknownOperationException"):
        lambdas.list_layers()


def test_functions_carry_tags(sandbox: RunningSandbox, lambdas: Any) -> None:
    arn = make_function(sandbox, "tagged", ECHO, Tags={"team": "moon", "owner": "ada"})
    lambdas.tag_resource(Resource=arn, Tags={"stage": "test"})
    assert lambdas.list_tags(Resource=arn)["Tags"] == {"team": "moon", "owner": "ada", "stage": "test"}
    lambdas.untag_resource(Resource=arn, TagKeys=["team", "owner"])
    assert lambdas.get_function(FunctionName=arn)["Tags"] == {"stage": "test"}


def test_names_are_taken_once_and_free_again_after_deletion(sandbox: RunningSandbox, lambdas: Any) -> None:
    make_function(sandbox, "once", ECHO)
    with refused("ResourceConflictException", "Function already exist: once"):
        make_function(sandbox, "once", ECHO)
    lambdas.delete_function(FunctionName="once")
    with refused("ResourceNotFoundException"):
        lambdas.invoke(FunctionName="once")


def test_permissions_make_the_functions_policy(sandbox: RunningSandbox, lambdas: Any) -> None:
    arn = make_function(sandbox, "shared", ECHO)
    with refused("ResourceNotFoundException"):
        lambdas.get_policy(FunctionName="shared")
    given = {"StatementId": "s1", "Action": "lambda:InvokeFunction", "Principal": "cognito-idp.amazonaws.com"}
    pool = "arn:aws:cognito-idp:us-east-1:210987654321:userpool/p"
    lambdas.add_permission(FunctionName="shared", SourceArn=pool, **given)
    with refused("ResourceConflictException"):
        lambdas.add_permission(FunctionName="shared", **given)
    (statement,) = json.loads(lambdas.get_policy(FunctionName="shared")["Policy"])["Statement"]
    assert statement == {
        "Sid": "s1",
        "Effect": "Allow",
        "Principal": {"Service": "cognito-idp.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": arn,
        "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:cognito-idp:us-east-1:210987654321:userpool/p"}},
    }
    lambdas.remove_permission(FunctionName="shared", StatementId="s1")
    with refused("ResourceNotFoundException"):
        lambdas.get_policy(FunctionName="shared")


def test_invoking_needs_permission_which_the_functions_policy_can_give(sandbox: RunningSandbox, lambdas: Any) -> None:
    make_function(sandbox, "guarded", ECHO)
    iam = sandbox.client("iam")
    user = iam.create_user(UserName="caller")["User"]["Arn"]
    key = iam.create_access_key(UserName="caller")["AccessKey"]
    theirs = sandbox.client("lambda", keys=(key["AccessKeyId"], key["SecretAccessKey"]))
    with refused("AccessDeniedException"):
        theirs.invoke(FunctionName="guarded")
    lambdas.add_permission(FunctionName="guarded", StatementId="them", Action="lambda:InvokeFunction", Principal=user)
    assert run(theirs, "guarded", InvocationType="DryRun")[0]["StatusCode"] == 204
    assert run(theirs, "guarded", {"a": 1})[1]["got"] == {"a": 1}


def test_making_a_function_needs_the_right_to_pass_its_role(sandbox: RunningSandbox) -> None:
    iam = sandbox.client("iam")
    iam.create_user(UserName="maker")
    allow = {"Effect": "Allow", "Action": "lambda:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_user_policy(UserName="maker", PolicyName="lambda", PolicyDocument=document)
    key = iam.create_access_key(UserName="maker")["AccessKey"]
    theirs = sandbox.client("lambda", keys=(key["AccessKeyId"], key["SecretAccessKey"]))
    with refused("AccessDeniedException"):
        theirs.create_function(
            FunctionName="passed",
            Runtime="python3.12",
            Handler="main.handler",
            Role=role_arn(sandbox),
            Code={"ZipFile": zipped(ECHO)},
        )


def test_no_function_outlives_the_sandbox(tmp_path: Path) -> None:
    sandbox = start_sandbox(tmp_path / "world")
    source = f"""
        import os, pathlib, time
        def handler(event, context):
            pathlib.Path({str(tmp_path)!r}, "pid").write_text(str(os.getpid()))
            time.sleep(600)
    """
    make_function(sandbox, "endless", source, Timeout=900)
    sandbox.client("lambda").invoke(FunctionName="endless", InvocationType="Event", Payload=b"{}")
    note = tmp_path / "pid"
    while not note.exists() or not note.read_text():
        sandbox.control("functions")
    assert sandbox.stop() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


def test_functions_survive_a_killed_sandbox(tmp_path: Path) -> None:
    sandbox = start_sandbox(tmp_path / "world")
    make_function(sandbox, "durable", ECHO)
    sandbox.kill()
    again = start_sandbox(tmp_path / "world")
    assert run(again.client("lambda"), "durable", {"n": 2})[1]["got"] == {"n": 2}
    again.stop()
