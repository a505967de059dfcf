"""The door: what is repeated, what is journalled, what is refused. Faults come from botocore's Stubber."""

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest

from cognito_explorer.core.aws.call_log import CallLog
from cognito_explorer.core.aws.caller import get_caller_identity
from cognito_explorer.core.aws.connection import Connection, Operation
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.http import HttpRequest
from cognito_explorer.core.errors import (
    AccessDenied,
    InvalidInput,
    NotFound,
    SessionExpired,
    Throttled,
    Unreachable,
    WriteRefused,
)
from cognito_explorer.core.journal import Intent, Journal
from cognito_explorer.core.profiles import ProfileKind
from tests.core.aws.stubbed import SANDBOX, Stubbed

ENABLE = {"UserPoolId": "us-east-1_abc", "Username": "ada"}


@pytest.fixture
def stubbed() -> Iterator[Stubbed]:
    made = Stubbed()
    yield made
    made.aws.close()


async def test_a_read_answers_and_is_logged_with_its_request_id(stubbed: Stubbed) -> None:
    answer = {"UserPools": [], "ResponseMetadata": {"RequestId": "r-1", "HTTPStatusCode": 200}}
    stubbed.reader.add_response("list_user_pools", answer, {"MaxResults": 60})
    await stubbed.aws.read(stubbed.aws.idp.list_user_pools, MaxResults=60)
    (call,) = stubbed.aws.calls.recent()
    assert (call.service, call.operation) == ("cognito-idp", "ListUserPools")
    assert (call.outcome, call.request_id) == ("ok", "r-1")


async def test_access_denied_names_the_missing_permission(stubbed: Stubbed) -> None:
    said = (
        "User: arn:aws:iam::1:user/x is not authorized to perform: cognito-idp:ListUserPools on resource: *"
        " because no identity-based policy allows the cognito-idp:ListUserPools action"
    )
    stubbed.reader.add_client_error("list_user_pools", "AccessDeniedException", said, 400)
    with pytest.raises(AccessDenied) as denied:
        await stubbed.aws.read(stubbed.aws.idp.list_user_pools, MaxResults=1)
    assert denied.value.missing_action == "cognito-idp:ListUserPools"
    assert "cognito-idp:ListUserPools is missing" in denied.value.title
    assert "no identity-based policy allows" in denied.value.hint


async def test_an_accepted_write_is_journalled_with_before_and_after(stubbed: Stubbed) -> None:
    answer = {"ResponseMetadata": {"RequestId": "r-1", "HTTPStatusCode": 200}}
    stubbed.writer.add_response("admin_enable_user", answer, ENABLE)
    stubbed.aws.caller_arn = "arn:aws:iam::1:user/x"
    intent = Intent("user ada", {"enabled": "no"}, {"enabled": "yes"}, "us-east-1_abc")
    await stubbed.aws.write(intent, stubbed.aws.idp.admin_enable_user, **ENABLE)
    (change,) = stubbed.aws.journal.recent()
    assert (change.operation, change.action) == ("admin_enable_user", "AdminEnableUser")
    assert (change.outcome, change.target) == ("accepted", "user ada")
    assert (change.before, change.after) == ({"enabled": "no"}, {"enabled": "yes"})
    assert (change.request_id, change.caller_arn) == ("r-1", "arn:aws:iam::1:user/x")


async def test_a_refused_write_is_still_journalled(stubbed: Stubbed) -> None:
    stubbed.writer.add_client_error("admin_enable_user", "UserNotFoundException", "User does not exist.")
    with pytest.raises(NotFound):
        await stubbed.aws.write(Intent("user ada"), stubbed.aws.idp.admin_enable_user, **ENABLE)
    (change,) = stubbed.aws.journal.recent()
    assert (change.outcome, change.trouble) == ("refused", "UserNotFoundException")


async def test_a_write_goes_on_when_the_panel_that_began_it_dies(stubbed: Stubbed) -> None:
    stubbed.writer.add_response("admin_enable_user", {}, ENABLE)
    finished = asyncio.Event()
    stubbed.aws.journal.subscribe(lambda _: finished.set())
    writing = asyncio.get_running_loop().create_task(
        stubbed.aws.write(Intent("user ada"), stubbed.aws.idp.admin_enable_user, **ENABLE)
    )
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert finished.is_set(), "whoever gives up is let go only when the write has its answer"
    assert stubbed.aws.journal.recent()[0].outcome == "accepted"


async def test_a_write_is_repeated_after_throttling_and_journalled_once(stubbed: Stubbed) -> None:
    stubbed.writer.add_client_error("admin_enable_user", "TooManyRequestsException", "Rate exceeded")
    stubbed.writer.add_response("admin_enable_user", {}, ENABLE)
    await stubbed.aws.write(Intent("user ada"), stubbed.aws.idp.admin_enable_user, **ENABLE)
    assert [change.outcome for change in stubbed.aws.journal.recent()] == ["accepted"]
    assert [call.outcome for call in stubbed.aws.calls.recent()] == ["ok", "TooManyRequestsException"]


async def test_a_quota_per_user_is_never_repeated(stubbed: Stubbed) -> None:
    stubbed.writer.add_client_error(
        "admin_enable_user", "LimitExceededException", "Attempt limit exceeded, please try…"
    )
    with pytest.raises(Throttled, match="Too many attempts"):
        await stubbed.aws.write(Intent("user ada"), stubbed.aws.idp.admin_enable_user, **ENABLE)
    assert len(stubbed.aws.calls.recent()) == 1


@pytest.mark.parametrize("kind", get_args(ProfileKind)[1:])
async def test_every_profile_but_the_sandbox_is_refused_before_anything_is_sent(kind: ProfileKind) -> None:
    aws = Aws(replace(SANDBOX, kind=kind), Connection(SANDBOX, "us-east-1"), Journal(), CallLog())
    with pytest.raises(WriteRefused, match="Nothing was changed") as refused:
        await aws.write(Intent("user ada"), aws.idp.admin_enable_user, **ENABLE)
    assert "Support" in refused.value.hint
    assert aws.calls.recent() == ()
    assert aws.journal.recent() == ()
    aws.close()


async def test_an_endpoint_that_refuses_connections_has_a_sentence() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        aws = await Aws.open(replace(SANDBOX, endpoint_url=nobody))
        with pytest.raises(Unreachable, match="did not answer") as unreachable:
            await get_caller_identity(aws.acting_as("AKIA", "secret", ""))
        aws.close()
    assert unreachable.value.code == "EndpointConnectionError"


async def test_a_write_without_an_answer_is_journalled_as_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        aws = await Aws.open(replace(SANDBOX, endpoint_url=f"http://127.0.0.1:{server.getsockname()[1]}"))
        loop = asyncio.get_running_loop()
        writing = loop.create_task(aws.write(Intent("user ada"), aws.idp.admin_enable_user, **ENABLE))
        connection, _ = await asyncio.to_thread(server.accept)
        connection.recv(1)
        connection.close()
        with pytest.raises(Unreachable):
            await writing
    assert aws.journal.recent()[0].outcome == "unknown"
    aws.close()


async def test_a_write_that_finds_nobody_is_journalled_as_not_sent() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        aws = await Aws.open(replace(SANDBOX, endpoint_url=f"http://127.0.0.1:{reserved.getsockname()[1]}"))
        with pytest.raises(Unreachable):
            await aws.write(Intent("user ada"), aws.idp.admin_enable_user, **ENABLE)
    assert aws.journal.recent()[0].outcome == "not sent"
    aws.close()


async def test_an_http_change_that_finds_nobody_is_journalled_as_not_sent_too() -> None:
    aws = await Aws.open(SANDBOX)
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        request = HttpRequest(f"http://127.0.0.1:{reserved.getsockname()[1]}/oauth2/revoke", {"token": "t"})
        with pytest.raises(Unreachable):
            await aws.write_over_http(Intent("tokens of ada"), "revoke_token", lambda: aws.http.send(request))
    assert aws.journal.recent()[0].outcome == "not sent"
    aws.close()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("admin_enable_user", "AdminEnableUser"),
        ("set_user_pool_mfa_config", "SetUserPoolMfaConfig"),
        ("admin_set_user_mfa_preference", "AdminSetUserMFAPreference"),
        ("set_ui_customization", "SetUICustomization"),
        ("get_csv_header", "GetCSVHeader"),
    ],
)
def test_an_operation_is_named_as_aws_names_it(name: str, title: str) -> None:
    assert Operation("cognito-idp", name).title == title


async def test_a_write_over_http_keeps_a_writes_promises(stubbed: Stubbed) -> None:
    answered = asyncio.Event()

    async def send() -> str:
        await answered.wait()
        return "done"

    loop = asyncio.get_running_loop()
    writing = loop.create_task(stubbed.aws.write_over_http(Intent("tokens of ada"), "revoke_token", send))
    await asyncio.sleep(0)
    for _ in range(2):
        writing.cancel()
        await asyncio.sleep(0)
    assert not writing.done()
    draining = loop.create_task(stubbed.aws.drain())
    await asyncio.sleep(0)
    assert not draining.done()
    answered.set()
    await draining
    assert [change.outcome for change in stubbed.aws.journal.recent()] == ["accepted"]
    with pytest.raises(asyncio.CancelledError):
        await writing


async def test_a_profile_that_may_not_write_may_not_revoke_either() -> None:
    aws = Aws(replace(SANDBOX, kind="keys"), Connection(SANDBOX, "us-east-1"), Journal(), CallLog())

    async def send() -> None:
        raise AssertionError("it was sent")

    with pytest.raises(WriteRefused, match="Nothing was changed"):
        await aws.write_over_http(Intent("tokens of ada"), "revoke_token", send)
    assert aws.journal.recent() == ()
    aws.close()


async def test_a_wrong_parameter_is_an_input_error() -> None:
    aws = await Aws.open(SANDBOX)
    with pytest.raises(InvalidInput):
        await aws.read(aws.idp.list_users, UserPoolId="")
    aws.close()


async def test_a_method_of_a_foreign_client_is_a_bug(stubbed: Stubbed) -> None:
    with pytest.raises(TypeError):
        await stubbed.aws.read(dict, user="ada")


async def test_secrets_never_reach_the_call_log(stubbed: Stubbed) -> None:
    stubbed.writer.add_response("admin_set_user_password", {})
    await stubbed.aws.write(
        Intent("user ada"),
        stubbed.aws.idp.admin_set_user_password,
        UserPoolId="us-east-1_abc",
        Username="ada",
        Password="Correct-horse-1",
        Permanent=True,
    )
    assert "Correct-horse-1" not in repr(stubbed.aws.calls.recent())
    assert stubbed.aws.calls.recent()[0].parameters["Permanent"] is True


async def test_the_log_tells_when_a_call_begins_and_ends(stubbed: Stubbed) -> None:
    heard: list[tuple[int, str]] = []
    stubbed.aws.calls.subscribe(lambda call: heard.append((call.id, call.outcome)))
    stubbed.reader.add_response("list_user_pools", {"UserPools": []})
    await stubbed.aws.read(stubbed.aws.idp.list_user_pools, MaxResults=1)
    assert heard == [(1, "running"), (1, "ok")]
    assert stubbed.aws.calls.running() == ()


async def test_an_unknown_aws_profile_is_a_clear_error() -> None:
    with pytest.raises(NotFound, match="no longer in your AWS configuration"):
        await Aws.open(replace(SANDBOX, kind="aws_profile", aws_profile="nobody", endpoint_url=""))


async def test_a_profile_without_a_region_says_so() -> None:
    with pytest.raises(InvalidInput, match="No Region"):
        await Aws.open(replace(SANDBOX, region=""))


async def test_a_profile_that_needs_an_mfa_code_is_refused_instead_of_waiting_for_a_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    config = tmp_path_factory.mktemp("aws") / "config"
    config.write_text(
        "[profile admin]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = static\nmfa_serial = arn:mfa\n"
        "region = us-east-1\n[profile static]\naws_access_key_id = AKIA\naws_secret_access_key = s\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    aws = await Aws.open(replace(SANDBOX, kind="aws_profile", aws_profile="admin"))
    with pytest.raises(SessionExpired, match="MFA device"):
        await get_caller_identity(aws)
    aws.close()


async def test_a_closed_door_says_so_to_pages_that_are_still_open(stubbed: Stubbed) -> None:
    stubbed.aws.close()
    with pytest.raises(Unreachable, match="connection was closed"):
        await stubbed.aws.read(stubbed.aws.idp.list_user_pools, MaxResults=60)
    with pytest.raises(Unreachable, match="connection was closed"):
        await stubbed.aws.write(Intent("user ada"), stubbed.aws.idp.admin_enable_user, **ENABLE)
    assert stubbed.aws.journal.recent()[0].outcome == "not sent"
    with pytest.raises(Unreachable, match="connection was closed"):
        await stubbed.aws.http.send(HttpRequest("http://127.0.0.1:9/keys"))


async def test_a_bug_in_a_write_is_loud_even_when_its_page_is_gone(stubbed: Stubbed) -> None:
    heard: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: heard.append(context["exception"]))
    stubbed.aws.journal.subscribe(lambda _change: [][0])
    stubbed.writer.add_response("admin_enable_user", {}, ENABLE)
    write = stubbed.aws.write(Intent("user ada"), stubbed.aws.idp.admin_enable_user, **ENABLE)
    caller = asyncio.get_running_loop().create_task(write)
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await stubbed.aws.drain()
    await asyncio.sleep(0)
    assert [type(error) for error in heard] == [IndexError]


async def test_a_credential_process_that_is_not_there_is_a_clear_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    config = tmp_path_factory.mktemp("aws") / "config"
    config.write_text("[profile helper]\ncredential_process = /nowhere/helper\nregion = us-east-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    with pytest.raises(SessionExpired, match="gave no credentials"):
        await Aws.open(replace(SANDBOX, kind="aws_profile", aws_profile="helper", endpoint_url=""))


async def test_a_write_cannot_slip_through_as_a_read(stubbed: Stubbed) -> None:
    with pytest.raises(ValueError, match="journals it"):
        await stubbed.aws.read(stubbed.aws.idp.admin_enable_user, **ENABLE)
    with pytest.raises(ValueError, match="user write"):
        await stubbed.aws.read(stubbed.aws.public_idp.forgot_password, ClientId="client", Username="ada")
    assert not stubbed.aws.calls.recent()
