"""The one door to AWS: read, pages, write. Threads, time limits, error translation, the call log and the journal."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from cognito_explorer.core.aws import entries
from cognito_explorer.core.aws.answers_seen import is_lacking
from cognito_explorer.core.aws.call_log import CallLog
from cognito_explorer.core.aws.connection import THROTTLED, Answer, Connection, Operation, Operations, Sending
from cognito_explorer.core.aws.errors import door_closed, is_unsent, is_unsure, of_read, translate
from cognito_explorer.core.aws.foreign_answers import not_offered
from cognito_explorer.core.aws.http import Http
from cognito_explorer.core.aws.modes import MEMBERSHIPS
from cognito_explorer.core.aws.operations import Effect
from cognito_explorer.core.aws.pace import Pace, pool_of
from cognito_explorer.core.aws.pages import Pages, Paging
from cognito_explorer.core.aws.permit import Permit
from cognito_explorer.core.aws.person import Person
from cognito_explorer.core.aws.threads import Threads
from cognito_explorer.core.errors import ExplorerError, Throttled
from cognito_explorer.core.journal import Intent, Journal, Outcome, Sender
from cognito_explorer.core.profiles import Profile, ProfileKind

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import CognitoIdentityClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sts import STSClient

P = ParamSpec("P")
R = TypeVar("R")
Row = TypeVar("Row")

_IDP = cast("CognitoIdentityProviderClient", Operations("cognito-idp"))
_THREADS = 8
_PAUSES_S = (0.3, 0.9)
# Once for the time, and once more where the credentials turn out to have ended by it.
_MOST_AGAIN = 2


class Aws:
    """One profile in one Region. Pass it the typed clients' methods: `await aws.read(aws.idp.list_groups, …)`."""

    def __init__(
        self,
        profile: Profile,
        connection: Connection,
        journal: Journal,
        calls: CallLog,
        permit: Permit | None = None,
    ) -> None:
        self.profile = profile
        self.calls = calls
        self.journal = journal
        self.caller_arn = ""  # who AWS says we are, once somebody asked
        self._connection = connection
        self._threads = Threads(_THREADS, f"aws-{profile.id}")
        self._writes: set[asyncio.Task[Any]] = set()
        self._is_closed = False
        self._is_acting = False
        self.permit = permit or Permit(profile)
        self.http = Http(self._threads, calls, self.permit, proxy_url=profile.proxy_url)
        self.http.find_endpoint = lambda: self._connection.endpoint_of("cognito-idp")
        # A sandbox or another emulator has no rates of its own, until it throttles.
        self.pace = self.http.pace = Pace(is_strict=profile.kind != "sandbox" and not profile.endpoint_url)

    @classmethod
    async def open(
        cls,
        profile: Profile,
        *,
        region: str = "",
        journal: Journal | None = None,
        permit: Permit | None = None,
        person: Person | None = None,
    ) -> "Aws":
        """Open the door: boto3 is loaded off thread, no request is sent. Raises ExplorerError.

        `person` is asked for MFA codes and sign-ins; without one a profile that needs them fails.
        """
        calls = CallLog(person.calls_of(profile) if person is not None else None)
        connection = Connection(profile, region or profile.region, person=person, sign_ins=calls.sign_ins)
        aws = cls(profile, connection, journal or Journal(), calls, permit)
        try:
            await aws.in_thread(connection.open)
        except Exception as trouble:
            aws.close()
            raise _as_expected(trouble) from trouble
        except BaseException:
            aws.close()  # whoever wanted it has gone
            raise
        return aws

    @classmethod
    def ajar(cls, profile: Profile, *, region: str, journal: Journal, permit: Permit | None = None) -> "Aws":
        """A door that loads what it needs with the first call. For keys at hand and a known Region; nothing fails."""
        return cls(profile, Connection(profile, region), journal, CallLog(), permit)

    @property
    def region(self) -> str:
        """The Region every Regional call goes to."""
        return self._connection.region

    @property
    def idp(self) -> "CognitoIdentityProviderClient":
        """User pools, signed."""
        return _IDP

    @property
    def identity(self) -> "CognitoIdentityClient":
        """Identity pools, signed."""
        return cast("CognitoIdentityClient", Operations("cognito-identity"))

    @property
    def sts(self) -> "STSClient":
        """The security token service."""
        return cast("STSClient", Operations("sts"))

    @property
    def iam(self) -> "IAMClient":
        """Roles and policies."""
        return cast("IAMClient", Operations("iam"))

    @property
    def s3(self) -> "S3Client":
        """Buckets and objects."""
        return cast("S3Client", Operations("s3"))

    @property
    def public_idp(self) -> "CognitoIdentityProviderClient":
        """User pools' public operations, unsigned and sent once."""
        return cast("CognitoIdentityProviderClient", Operations("cognito-idp", is_public=True))

    @property
    def public_identity(self) -> "CognitoIdentityClient":
        """Identity pools' public operations, unsigned and sent once."""
        return cast("CognitoIdentityClient", Operations("cognito-identity", is_public=True))

    async def read(self, method: Callable[P, R], /, *args: P.args, **parameters: P.kwargs) -> R:
        """Call an operation that changes nothing, or a sign-in. May be abandoned: the thread ends by itself.

        Raises ExplorerError, and ValueError for an operation that writes, whatever its name suggests.
        """
        operation = _reading(method, args)
        await self.permit.check(operation.service, operation.title, parameters)
        response: R = await self._call(operation, _sending_of(operation), parameters)
        return response

    def pages(
        self, paging: Paging, parse: Callable[[Any], Row], method: Callable[P, Any], /, *args: P.args, **kw: P.kwargs
    ) -> Pages[Row]:
        """The pages of a listing operation, each row parsed into a record; nothing is fetched yet."""
        operation = _reading(method, args)

        async def fetch(token: Mapping[str, str]) -> Mapping[str, Any]:
            await self.permit.check(operation.service, operation.title, kw)
            return cast("Mapping[str, Any]", await self._call(operation, "read", {**kw, **token}))

        return Pages(paging, parse, fetch)

    async def write(self, intent: Intent, method: Callable[P, R], /, *args: P.args, **parameters: P.kwargs) -> R:
        """Call a changing operation once and journal it, accepted or not. Goes on when the caller is cancelled.

        Support's changes of a group's members come after a fresh look at the group.
        Raises WriteRefused where the profile's mode does not allow it, or a name was not typed; and ExplorerError.
        """
        operation = _operation(method, args)
        if self.permit.mode == "support" and operation.title in MEMBERSHIPS:
            await self._look_at_group(parameters)
        await self.permit.check(operation.service, operation.title, parameters)
        await self.permit.make_sure(operation.service, operation.title, intent)
        # Whoever types a name takes a while, and the mode may have been switched meanwhile.
        await self.permit.check(operation.service, operation.title, parameters)
        send = partial(self._call_until_let_in, operation, parameters)
        return cast(R, await self.see_through(self._write(intent, operation, send)))

    async def write_over_http(self, intent: Intent, operation: str, send: Callable[[], Coroutine[Any, Any, R]]) -> R:
        """What `write` promises, for a change that an OAuth endpoint makes. `operation` is boto3's nearest name."""
        asked = Operation("cognito-idp", operation)
        await self.permit.check(asked.service, asked.title, {})
        await self.permit.make_sure(asked.service, asked.title, intent)
        await self.permit.check(asked.service, asked.title, {})
        return await self.see_through(self._write(intent, asked, send))

    async def see_through(self, work: Coroutine[Any, Any, R]) -> R:
        """Bring work to its end even if the caller is cancelled, who is let go only then; `drain` waits for it, too."""
        # A strong reference: the loop itself keeps only a weak one.
        task = asyncio.get_running_loop().create_task(work)
        self._writes.add(task)
        task.add_done_callback(self._written)
        is_cancelled = False
        while not task.done():
            try:
                await asyncio.wait((task,))
            except asyncio.CancelledError:
                is_cancelled = True
        if is_cancelled:
            _tell_bugs(task)
            raise asyncio.CancelledError
        return task.result()

    async def in_thread(self, work: Callable[[], R]) -> R:
        """Run blocking work in this door's own threads. Raises Unreachable once the door is closed."""
        if self._is_closed:
            raise door_closed()
        return await self._threads.run(work)

    def acting_as(self, access_key_id: str, secret_access_key: str, session_token: str) -> "Aws":
        """A door with other credentials on the same endpoint, log and journal. Every call is sent once only."""
        kind: ProfileKind = "sandbox" if self.profile.kind == "sandbox" else "keys"
        profile = replace(
            self.profile,
            kind=kind,
            aws_profile="",
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
            session_token=session_token,
        )
        connection = Connection(profile, self.region, is_single_shot=True)
        acting = Aws(profile, connection, self.journal, self.calls, self.permit)
        acting._is_acting = True
        acting._writes = self._writes  # so that `drain` waits for these, too
        acting.pace = acting.http.pace = self.pace
        return acting

    def renew(self, profile: Profile) -> None:
        """Go on with a profile as it is now, from the next call on. What is under way ends as it began."""
        before, self._connection = self._connection, self._connection.anew(profile)
        self.profile = profile
        self.permit.follow(profile)
        self.http.go_through(profile.proxy_url)
        before.close()

    async def drain(self, *, may_ask: bool = True, may_wait: bool = True) -> None:
        """Wait until every write that was begun has its answer. Without `may_ask`, no longer for a person's.

        Without `may_wait`, what has no answer yet is journalled as unknown; its thread ends by itself.
        """
        if not may_ask:
            self._connection.stop_asking()
        if not may_wait:
            for task in tuple(self._writes):
                task.cancel()
        while self._writes:
            await asyncio.wait(tuple(self._writes))

    def close(self) -> None:
        """Let go of threads and sockets. Reads under way are dropped; wait for writes with `drain` first."""
        self._is_closed = True
        self._threads.close()
        self._connection.end_programs()
        self._connection.close()
        self.http.close()

    async def _look_at_group(self, parameters: Mapping[str, Any]) -> None:
        """Have the permit learn whether the group carries a role now."""
        await self.read(self.idp.get_group, UserPoolId=parameters["UserPoolId"], GroupName=parameters["GroupName"])

    async def _write(self, intent: Intent, operation: Operation, send: Callable[[], Coroutine[Any, Any, R]]) -> R:
        profile = self.profile
        sender = Sender(profile.id, self.region, self.caller_arn, profile.name, is_sandbox=profile.kind == "sandbox")
        change = await self.journal.begin(intent, sender, operation=operation.name, action=operation.title)
        try:
            response = await send()
        except ExplorerError as error:
            await self.journal.finish(change, _outcome(error), error.code or error.title, request_id=error.request_id)
            raise
        except BaseException:
            await self.journal.leave(change)
            raise
        await self.journal.finish(change, "accepted", request_id=_request_id(response))
        return response

    async def _call_until_let_in(self, operation: Operation, parameters: Mapping[str, Any]) -> Any:
        for pause_s in _PAUSES_S:
            try:
                return await self._call(operation, "write", parameters)
            except Throttled as error:
                if error.code not in THROTTLED:
                    raise
            with self.pace.repeating(operation.title, pool_of(parameters), self.profile.name) as tell:
                tell()
                await asyncio.sleep(pause_s)
        return await self._call(operation, "write", parameters)

    async def _call(self, operation: Operation, mode: Sending, parameters: Mapping[str, Any]) -> Any:
        begun = time.monotonic()
        call = entries.begin(self.calls, operation, self._connection)
        rated = (operation.service, operation.title, pool_of(parameters))
        try:
            await self.pace.turn(*rated, self.profile.name)
            begun = time.monotonic()
            answer = await self._send(operation, mode, parameters)
            for _ in range(_MOST_AGAIN):
                if answer.again in ("", call.again):  # what was mended already is not what is wrong
                    break
                call = entries.send_again(self.calls, call, answer)
                await self.pace.turn(*rated, self.profile.name)
                answer = await self._send(operation, mode, parameters)
        except BaseException as trouble:
            self.calls.add(entries.broken(call, trouble, begun, self._connection))
            raise
        if answer.is_throttled:
            self.pace.throttled(*rated)
        error = translate(answer.trouble, operation.action, self.profile) if answer.trouble else None
        if error is not None and mode == "read":
            error = of_read(error)
        self.calls.add(entries.finished(call, answer, error, begun))
        is_ours = not (self._is_acting or operation.is_public)
        # What an endpoint lacks it lacks for everybody; a refusal is only for whom it was said to.
        if is_ours or (error is not None and is_lacking(error)):
            self.permit.hear(operation.service, operation.title, error)
        if error is not None:
            was_answered = (operation.service, operation.title) in self.permit.seen.allowed
            raise _in_general(error, operation, was_answered=was_answered) from answer.trouble
        self.permit.learn(operation.title, parameters, answer.response)
        return answer.response

    async def _send(self, operation: Operation, mode: Sending, parameters: Mapping[str, Any]) -> Answer:
        with self.pace.repeating(operation.title, pool_of(parameters), self.profile.name) as tell:
            return await self.in_thread(partial(self._connection.invoke, operation, mode, parameters, tell))

    def _written(self, task: "asyncio.Task[Any]") -> None:
        self._writes.discard(task)
        if not task.cancelled():
            # Looked at, so that asyncio does not complain when the caller was cancelled and nobody else looks.
            task.exception()


def _request_id(response: object) -> str:
    facts = response.get("ResponseMetadata", {}) if isinstance(response, Mapping) else {}
    return str(facts.get("RequestId", ""))


def _outcome(error: ExplorerError) -> Outcome:
    if is_unsent(error):
        return "not sent"
    return "unknown" if is_unsure(error) else "refused"


def _tell_bugs(task: "asyncio.Task[Any]") -> None:
    """Whoever began this has gone: what nobody expected is told to the loop, which is told to be loud."""
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, ExplorerError):
        message = "a write failed unexpectedly after its page was closed"
        task.get_loop().call_exception_handler({"message": message, "exception": error, "task": task})


def _operation(method: Callable[..., Any], args: tuple[Any, ...]) -> Operation:
    operation: object = method
    if not isinstance(operation, Operation) or args:
        raise TypeError("pass a method of aws.idp, aws.identity, … and its parameters by name")
    return operation


def _reading(method: Callable[..., Any], args: tuple[Any, ...]) -> Operation:
    operation = _operation(method, args)
    effect = operation.effect
    if effect is not Effect.READ and effect is not Effect.SIGN_IN:
        raise ValueError(f"{operation.action} is a {effect}: it goes through Aws.write, which journals it")
    return operation


def _in_general(error: ExplorerError, operation: Operation, *, was_answered: bool) -> ExplorerError:
    """Every emulator says in words of its own that it lacks an operation; what it has answered, it broke at."""
    if not is_lacking(error):
        return error
    said = error.said or error.code
    if was_answered:
        title = f"The endpoint failed at {operation.title}, which it has answered before."
        return ExplorerError(title, f"It says: {said}", code=error.code, operation=operation.action)
    return not_offered(operation.title, operation.service, said, request_id=error.request_id)


def _sending_of(operation: Operation) -> Sending:
    """A sign-in that is sent again may count as another attempt: it is sent once, as a write is."""
    if operation.is_public:
        return "public"
    return "write" if operation.effect is Effect.SIGN_IN else "read"


def _as_expected(trouble: Exception) -> Exception:
    from botocore.exceptions import BotoCoreError

    return translate(trouble, "open") if isinstance(trouble, BotoCoreError) else trouble
