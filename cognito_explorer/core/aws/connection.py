"""boto3 beneath the door: sessions and clients, made and used in worker threads only."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from cognito_explorer.core.aws.call_log import CallLog, redact
from cognito_explorer.core.aws.clock import Clock
from cognito_explorer.core.aws.first_look import TARGETS, first_look
from cognito_explorer.core.aws.foreign_answers import refuse_foreign_failure, refuse_no_answer
from cognito_explorer.core.aws.idleness import Idleness
from cognito_explorer.core.aws.operations import Effect, effect_of, title_of
from cognito_explorer.core.aws.overheard import Overheard
from cognito_explorer.core.aws.partitions import own_endpoint
from cognito_explorer.core.aws.person import Person
from cognito_explorer.core.aws.resolved_once import resolve_once
from cognito_explorer.core.errors import ExplorerError, InvalidInput
from cognito_explorer.core.loopback import is_loopback
from cognito_explorer.core.profiles import Profile, check_protected

if TYPE_CHECKING:
    import botocore.session
    from botocore.config import Config

CONNECT_TIMEOUT_S = 5
# Emulators that start a function and gateways in between take up to half a minute.
READ_TIMEOUT_S = 35
# A write that is given up leaves somebody behind who does not know what became of it.
WRITE_TIMEOUT_S = 60

# botocore's own codes for request-rate throttling; LimitExceededException is a quota per user, not a rate.
THROTTLED = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling", "SlowDown"})

_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})

# "public" is unsigned. It and "write" are sent once: repeating a sign-in prolongs a lock-out, repeating a write harms.
Sending = Literal["read", "write", "public"]


@dataclass(frozen=True, slots=True)
class Operation:
    """A boto3 method by name, e.g. Operation("cognito-idp", "list_users"): what the typed clients hand out.

    `title` is its name as AWS writes it (ListUsers), `action` as IAM does (cognito-idp:ListUsers).
    """

    service: str
    name: str
    is_public: bool = False
    title: str = field(init=False, compare=False)
    action: str = field(init=False, compare=False)
    effect: Effect = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Known from the start: every call asks several times, for its pace, its log and its permission."""
        title = title_of(self.name)
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "action", f"{self.service}:{title}")
        object.__setattr__(self, "effect", effect_of(self.service, title))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: an answer or the trouble, and the parameters without secrets.

    `endpoint_url` is where it went, "" for the usual place at AWS; `is_throttled` says that it was too fast at least
    once, even if botocore's repetition then succeeded; `again` why it is worth sending once more, or "": what was
    refused did nothing yet.
    """

    parameters: Mapping[str, Any]
    response: Any = field(default=None, repr=False)
    trouble: Exception | None = None
    endpoint_url: str = ""
    is_throttled: bool = False
    again: str = ""


@dataclass(frozen=True, slots=True)
class _Way:
    """A client's method, and what its service's model says of it."""

    method: Callable[..., Any] = field(repr=False)
    input_shape: Any = field(repr=False)
    speaks_json: bool


class Operations:
    """Stands for a client without making one: any attribute is an Operation. `Aws` gives it the client's type."""

    def __init__(self, service: str, *, is_public: bool = False) -> None:
        self._service = service
        self._is_public = is_public

    def __getattr__(self, name: str) -> Operation:
        if name.startswith("_"):
            raise AttributeError(name)
        return _operation(self._service, name, self._is_public)


class Connection:
    """The boto3 clients of one profile in one Region. Every method may block; all may be called from any thread."""

    def __init__(
        self,
        profile: Profile,
        region: str,
        *,
        is_single_shot: bool = False,
        person: Person | None = None,
        sign_ins: CallLog | None = None,
    ) -> None:
        self._profile = profile
        self._person = person
        self._region = region
        self._is_single_shot = is_single_shot
        self._clients: dict[tuple[str, Sending], Any] = {}
        self._ways: dict[tuple[str, str, Sending], _Way] = {}
        self._places: dict[str, str] = {}
        self._session: botocore.session.Session | None = None
        # Sessions are not thread-safe while they create clients; finished clients are.
        self._lock = threading.Lock()
        self._heard = threading.local()
        self._idleness = Idleness()
        self._clock = Clock()
        self._sign_ins = sign_ins or CallLog()  # what botocore sends by itself to get credentials
        self._overheard = Overheard(self._sign_ins, self._clock)

    @property
    def region(self) -> str:
        """The Region in use; known for certain after `open`."""
        return self._region

    @property
    def aws_profile(self) -> str:
        """The profile of ~/.aws whose credentials sign, or ""."""
        return self._profile.aws_profile if self._profile.kind == "aws_profile" else ""

    @property
    def own_profile(self) -> str:
        """What the profile of ours is called whose credentials sign, or "": it may be somebody it signs in."""
        return "" if self.aws_profile or self._is_single_shot else self._profile.name

    def open(self) -> None:
        """Load boto3 and make the first client. Raises botocore's errors and InvalidInput without a Region."""
        with self._lock:
            self._session = self._make_session()
            self._region = self._region or self._session.get_config_variable("region") or ""
        if not self._region:
            raise InvalidInput("No Region is set for this profile.", "Choose the Region your user pools are in.")
        self.client("cognito-idp", "read")

    def anew(self, profile: Profile) -> "Connection":
        """A connection of the profile as it is now, which asks the same person."""
        fresh = Connection(profile, self._region, person=self._person, sign_ins=self._sign_ins)
        leads_to = attrgetter("kind", "endpoint_url", "aws_profile")
        if leads_to(profile) == leads_to(self._profile):
            # Until its first client knows better: what stood in for AWS is not taken for AWS meanwhile.
            fresh._places = dict(self._places)
        return fresh

    def client(self, service: str, mode: Sending) -> Any:
        """The client for a service, made on first use."""
        key = (service, mode)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._make(service, mode)
            return self._clients[key]

    def invoke(
        self,
        operation: Operation,
        mode: Sending,
        parameters: Mapping[str, Any],
        tell_throttled: Callable[[], object] | None = None,
    ) -> Answer:
        """Call AWS and wait for the answer. Failures of AWS and botocore are handed back, bugs are raised.

        `tell_throttled` is called, in this thread, each time AWS says that it was too fast.
        Where temporary credentials turn out to have ended, the next call fetches new ones: a read is worth sending
        again. Where this computer's clock turns out to be wrong, the next call has the right time: any is.
        """
        found = self._first_look(operation, mode, parameters)
        if found is not None:
            return Answer(dict(parameters), response=found, endpoint_url=self._profile.endpoint_url)
        session, was_ahead = self._session, self._clock.ahead
        self._heard.tell = tell_throttled
        answer = self._send(operation, mode, parameters)
        if answer.trouble is None:
            return answer
        if self._clock.learn(answer.trouble, was_ahead):
            return replace(answer, again=self._clock.words)
        if _is_expired(answer.trouble) and self._forget_credentials(session) and mode == "read":
            return replace(answer, again="the credentials had ended")
        return answer

    def _send(self, operation: Operation, mode: Sending, parameters: Mapping[str, Any]) -> Answer:
        shown: Mapping[str, Any] = {}
        self._heard.throttling = False
        if self._person is not None:
            self._person.begin_call(self)
        try:
            self._idleness.end(self._let_sockets_go)
            way = self._way(operation, mode)
            shown = redact(parameters, way.input_shape)
            response = way.method(**parameters)
            if way.speaks_json:
                refuse_no_answer(response)
            return Answer(shown, response, None, self.endpoint_of(operation.service), self._heard.throttling)
        except _expected() as trouble:
            return Answer(shown, None, trouble, self.endpoint_of(operation.service), self._heard.throttling)
        finally:
            self._idleness.begin()

    def _way(self, operation: Operation, mode: Sending) -> "_Way":
        """How a client sends an operation. Kept with the client: every call asks."""
        key = (operation.service, operation.name, mode)
        found = self._ways.get(key)
        if found is None:
            client = self.client(operation.service, mode)
            model = client.meta.service_model
            shape = model.operation_model(client.meta.method_to_api_mapping[operation.name]).input_shape
            found = _Way(getattr(client, operation.name), shape, model.metadata["protocol"] == "json")
            with self._lock:
                if self._clients.get((operation.service, mode)) is client:  # not let go of meanwhile
                    self._ways[key] = found
        return found

    def endpoint_of(self, service: str) -> str:
        """Where a service's calls go; "" for its usual place at AWS, and as long as no client knows another."""
        return self._profile.endpoint_url or self._places.get(service, "")

    def _let_sockets_go(self) -> None:
        """botocore's clients empty their pools when they are closed, and fill them again when they are used."""
        for client in list(self._clients.values()):
            client.close()

    def close(self) -> None:
        """Let go of the open sockets, and of questions that a person has not answered yet. Never waits."""
        self.stop_asking()
        if self._lock.acquire(blocking=False):
            self._let_go()
        else:
            # A client is just being made, and a program that prints its credentials may take a minute.
            threading.Thread(target=self._let_go_later, name="close-connection", daemon=True).start()

    def stop_asking(self) -> None:
        """Let go of questions that a person has not answered yet, and ask no more: what waits for one fails."""
        if self._person is not None:
            self._person.leave(self)

    def end_programs(self) -> None:
        """End the programs that print credentials just now: nobody waits for those any more."""
        self._overheard.programs.end_all()

    def _let_go_later(self) -> None:
        self._lock.acquire()
        self._let_go()

    def _let_go(self) -> None:
        """Close the clients; the lock is held, and given back."""
        try:
            clients = self._all_clients()
        finally:
            self._lock.release()
        for client in clients:
            client.close()

    def _all_clients(self) -> list[Any]:
        """Whom to close, and no longer use; the lock is held."""
        clients = list(self._clients.values())
        self._clients.clear()
        self._ways.clear()
        return clients

    def _forget_credentials(self, used: "botocore.session.Session | None") -> bool:
        """Have the credentials that `used` had fetched anew; False for keys that nobody can fetch."""
        if self._profile.kind in ("sandbox", "keys"):
            return False
        with self._lock:
            if self._session is not used:
                return True  # another thread was told the same, and was first
            self._session = None
            clients = self._all_clients()
            if self._person is not None:
                self._person.credentials_of(self._profile).clear()
        for client in clients:
            client.close()
        return True

    def _first_look(self, operation: Operation, mode: Sending, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        """A list that needs no botocore yet: before the first client, with keys at hand, on this computer."""
        if self._clients or mode != "read":
            return None
        asked = (operation.service, operation.name)
        profile = self._profile
        is_near = profile.kind == "sandbox" and is_loopback(profile.endpoint_url) and not profile.session_token
        return first_look(profile, self._region, asked, parameters) if is_near and asked in TARGETS else None

    def _make_session(self) -> "botocore.session.Session":
        from cognito_explorer.core.aws.credentials import make_session

        return make_session(self._profile, self._person, self._overheard)

    def _make(self, service: str, mode: Sending) -> Any:
        profile = self._profile
        from cognito_explorer.core.aws.credentials import user_agent

        session = self._session = self._session or self._make_session()
        keys: dict[str, Any] = {}
        if profile.kind in ("sandbox", "keys") and mode != "public":
            keys = {
                "aws_access_key_id": profile.access_key_id,
                "aws_secret_access_key": profile.secret_access_key,
                "aws_session_token": profile.session_token or None,
            }
        client = session.create_client(
            service,
            region_name=self._region,
            endpoint_url=profile.endpoint_url or None,
            config=self._config(service, mode, user_agent(session)),
            **keys,
        )
        # It may stand in ~/.aws or the environment, which nobody has checked.
        check_protected(client.meta.endpoint_url, of=profile.name)
        prefix = client.meta.service_model.endpoint_prefix
        self._places[service] = own_endpoint(prefix, self._region, client.meta.endpoint_url)
        client.meta.events.register_first(f"needs-retry.{service}", self._hear_answer)
        if profile.endpoint_url and profile.kind != "sandbox":
            client.meta.events.register(f"before-parse.{service}", refuse_foreign_failure)
        self._clock.follow(client)
        if service != "s3":  # which follows buckets into their Regions
            resolve_once(client)
        return client

    def _hear_answer(self, response: Any = None, **_: Any) -> None:
        """botocore repeats a throttled read by itself; whoever paces the calls must know."""
        code = response[1].get("Error", {}).get("Code", "") if response is not None else ""
        if code in THROTTLED:
            self._heard.throttling = True
            if (tell := getattr(self._heard, "tell", None)) is not None:
                tell()

    def _config(self, service: str, mode: Sending, agent: str) -> "Config":
        from botocore import UNSIGNED
        from botocore.config import Config

        from cognito_explorer.core.aws.credentials import network_settings

        attempts = 3 if mode == "read" and not self._is_single_shot else 1
        settings: dict[str, Any] = {
            "connect_timeout": CONNECT_TIMEOUT_S,
            "read_timeout": WRITE_TIMEOUT_S if mode == "write" else READ_TIMEOUT_S,
            "retries": {"mode": "standard", "total_max_attempts": attempts},
            "max_pool_connections": 16,
            "user_agent": agent,
        }
        settings |= network_settings(self._profile) | ({"signature_version": UNSIGNED} if mode == "public" else {})
        if self._profile.endpoint_url:
            settings |= {"use_fips_endpoint": False, "use_dualstack_endpoint": False}
            settings |= {"s3": {"addressing_style": "path"}} if service == "s3" else {}
        elif self._profile.kind != "aws_profile":
            # What was entered here means the real AWS, whatever AWS_ENDPOINT_URL says.
            settings["ignore_configured_endpoint_urls"] = True
        if is_loopback(self._profile.endpoint_url):
            settings["proxies"] = {}
        return Config(**settings)


def warm_up() -> None:
    """Load what the first client needs, a third of a second's work, before anybody waits for it. Blocks."""
    nobody = Profile("", "", "keys", "us-east-1", "", access_key_id="none", secret_access_key="none")  # noqa: S106
    connection = Connection(nobody, nobody.region)
    connection.open()
    connection.close()


@cache
def _expected() -> tuple[type[Exception], ...]:
    """What AWS and botocore fail with. Loaded with the first failure: every call would look for them."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    return (BotoCoreError, ClientError, ResponseParserError, ExplorerError)


def _is_expired(trouble: Exception | None) -> bool:
    answer: Mapping[str, Any] = getattr(trouble, "response", None) or {}
    return answer.get("Error", {}).get("Code") in _EXPIRED


_operation = cache(Operation)
