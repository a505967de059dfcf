"""What botocore sends by itself to get credentials: written into the call log like every call, and signed in time.

No door sends these: its providers make clients of their own, ask metadata services and run programs.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from cognito_explorer.core.aws.call_log import HIDDEN, METADATA, CallLog, LoggedCall, redact, redact_url, summarise
from cognito_explorer.core.aws.clock import Clock
from cognito_explorer.core.aws.partitions import own_endpoint
from cognito_explorer.core.aws.programs import Programs
from cognito_explorer.core.profiles import check_protected

_KEPT, _ASKED = "cognito_explorer_call", "cognito_explorer_parameters"
_FAILED = 400
_NOTHING: tuple[LoggedCall | None, float, timedelta] = (None, 0, timedelta())  # answered before it was sent


class Overheard:
    """Listens to the clients, metadata services and programs of one connection. Used from its threads."""

    def __init__(self, calls: CallLog, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock
        self.programs = Programs()

    def now(self) -> datetime:
        """The time at AWS, by which credentials end."""
        return self._clock.now()

    def session(self, session: Any) -> Any:
        """The same botocore session, but whoever makes clients with it is overheard."""
        return _Session(session, self.follow)

    def follow(self, client: Any) -> None:
        """Log what a botocore client sends, and have it sign by the clock it learns from.

        Raises InvalidInput for one that would send over plain http to another computer.
        """
        check_protected(client.meta.endpoint_url, f"endpoint for {client.meta.service_model.service_name}")
        self._clock.follow(client)
        region, service = client.meta.region_name, client.meta.service_model
        place = (region, own_endpoint(service.endpoint_prefix, region, client.meta.endpoint_url))
        events = client.meta.events
        events.register("before-parameter-build", _keep_parameters)
        events.register("before-call", partial(self._begin, place))
        events.register_first("needs-retry", self._send_again)
        events.register("after-call", self._end)
        events.register("after-call-error", self._fail)

    def follow_http(self, http: Any) -> None:
        """Log what an HTTP session of botocore's sends to a metadata service: where to, never a body."""
        send = http.send

        def send_logged(request: Any) -> Any:
            end = self.begin(METADATA, f"{request.method} {_shown_address(request.url)}")
            try:
                answer = send(request)
            except Exception as trouble:
                end(type(trouble).__name__)
                raise
            status = answer.status_code
            end("ok" if status < _FAILED else str(status), status)
            return answer

        http.send = send_logged

    def begin(self, service: str, operation: str) -> Callable[..., None]:
        """An entry for what is no operation of AWS. Returns how to end it: with its outcome, and an HTTP status."""
        call = LoggedCall(self._calls.next_id(), _now(), service, operation, {}, "running", 0, is_signed=False)
        self._calls.add(call)
        begun = time.monotonic()

        def end(outcome: str, status: int = 0) -> None:
            self._calls.add(call._replace(outcome=outcome, status=status, duration_ms=_since_ms(begun)))

        return end

    def _begin(self, place: tuple[str, str], model: Any, context: dict[str, Any], **_: Any) -> None:
        call = LoggedCall(
            self._calls.next_id(),
            _now(),
            model.service_model.service_name,
            model.name,
            context.pop(_ASKED, {}),
            "running",
            0,
            is_signed=_is_signed(model, context),
            region=place[0],
            endpoint_url=place[1],
        )
        context[_KEPT] = call, time.monotonic(), self._clock.ahead
        self._calls.add(call)

    def _send_again(self, request_dict: Mapping[str, Any], response: Any = None, **_: Any) -> int | None:
        """botocore's event needs-retry: 0 has a request that was refused for its time signed and sent once more."""
        kept = request_dict["context"].get(_KEPT)
        if kept is None or response is None or not self._clock.learn_from(response[1], kept[2]):
            return None
        call = kept[0]._replace(again=self._clock.words)
        request_dict["context"][_KEPT] = call, kept[1], self._clock.ahead
        return 0

    def _end(self, parsed: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        from cognito_explorer.core.aws.errors import translate_answer

        call, begun, _ = context.pop(_KEPT, _NOTHING)
        if call is None:
            return
        facts = parsed.get("ResponseMetadata", {})
        error = translate_answer(parsed, f"{call.service}:{call.operation}") if parsed.get("Error") else None
        self._clock.hear(facts.get("HTTPHeaders", {}).get("date", ""))
        self._calls.add(
            call._replace(
                outcome="ok" if error is None else error.code,
                duration_ms=_since_ms(begun),
                status=facts.get("HTTPStatusCode", 0),
                request_id=facts.get("RequestId", ""),
                attempts=facts.get("RetryAttempts", 0) + 1,
                summary=summarise(parsed) if error is None else error.title,
            )
        )

    def _fail(self, exception: Exception, context: dict[str, Any], **_: Any) -> None:
        from cognito_explorer.core.aws.errors import translate

        call, begun, _ = context.pop(_KEPT, _NOTHING)
        if call is None:
            return
        error = translate(exception, f"{call.service}:{call.operation}")
        outcome = error.code or type(exception).__name__
        self._calls.add(call._replace(outcome=outcome, duration_ms=_since_ms(begun), summary=error.title))


class _Session:
    """Stands for a botocore session; all but its clients is the session's own."""

    def __init__(self, session: Any, follow: Callable[[Any], None]) -> None:
        self._session = session
        self._follow = follow

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def create_client(self, *args: Any, **settings: Any) -> Any:
        """As the session does, and listened to."""
        client = self._session.create_client(*args, **settings)
        self._follow(client)
        return client


def _keep_parameters(params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
    context[_ASKED] = redact(params, model.input_shape)


def _is_signed(model: Any, context: Mapping[str, Any]) -> bool:
    from botocore import UNSIGNED

    return model.auth_type != "none" and context["client_config"].signature_version is not UNSIGNED


def _shown_address(url: str) -> str:
    """Where a metadata service was asked. The address of a container's credentials is a secret by itself."""
    shown = redact_url(url)
    before, word, after = shown.rpartition("/credentials/")
    return f"{before}{word}{HIDDEN}" if word and after else shown


def _now() -> datetime:
    return datetime.now(UTC)


def _since_ms(begun: float) -> int:
    return round((time.monotonic() - begun) * 1_000)
