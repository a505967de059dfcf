"""IAM, S3, DynamoDB, SQS, SNS and KMS by moto, in this process, rebuilt at each start from a journal of requests.

moto keeps its state in memory. Each accepted request that changes something is committed with its answer, the time and
the seed of moto's random numbers before the answer leaves; replaying these gives the same ids, keys and dates again.
"""

import io
import json
import logging
import os
import re
import sys
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import unquote, unquote_to_bytes

from cognito_explorer.sandbox.chance import Chance
from cognito_explorer.sandbox.clock import Clock
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_ids import give_users_their_ids
from cognito_explorer.sandbox.store import Row, Store
from cognito_explorer.sandbox.wire import WireAnswer, WireRequest, error_answer
from cognito_explorer.sandbox.world import ACCOUNT_ID

MotoService = Literal["iam", "s3", "dynamodb", "sqs", "sns", "kms"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS moto_journal (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    seed INTEGER NOT NULL,
    service TEXT NOT NULL,
    credential TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    query TEXT NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    status INTEGER NOT NULL,
    answer BLOB NOT NULL
);
"""

# Headers that are the transport's or prove who signed: neither moto nor the journal needs them.
_DROPPED = {"authorization", "x-amz-security-token", "connection", "content-length", "transfer-encoding", "expect"}
_READS = {
    "dynamodb": ("Get", "List", "Describe", "BatchGet", "Query", "Scan", "TransactGet"),
    "sqs": ("Get", "List"),
    "kms": ("Get", "List", "Describe", "Encrypt", "Decrypt", "ReEncrypt", "Generate"),
}
_WEB_PAGE = ("content-type", "text/html; charset=utf-8")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_log = logging.getLogger(__name__)


class MotoServices:
    """moto's services. Everything but `start_loading` must be called from the one writer thread.

    IAM and S3 are imported at once, the others when somebody first needs them.
    """

    def __init__(self, store: Store, clock: Clock, chance: Chance) -> None:
        self._store = store
        self._clock = clock
        self._chance = chance
        self._apps: dict[str, Any] = {}
        self._frozen_at: float | None = None
        self._failure: BaseException | None = None
        self._is_loaded = threading.Event()
        store.create_tables(SCHEMA)
        # Read now: a writer that waits for moto may hold the store, and the loader must not need it then.
        self._journal = store.all("SELECT * FROM moto_journal ORDER BY id")

    def start_loading(self) -> None:
        """Import moto and replay the journal, in a thread of its own: both take longer than a start should."""
        threading.Thread(target=self._load, name="moto-loader", daemon=True).start()

    def wait(self) -> None:
        """Return when moto is ready. Raises RuntimeError when it could not be rebuilt."""
        self._is_loaded.wait()
        if self._failure is not None:
            raise RuntimeError("IAM and S3 could not be rebuilt from the journal") from self._failure

    def handle(self, service: MotoService, request: WireRequest, credential: str) -> WireAnswer:
        """Let moto answer; what changed something is on disk when this returns.

        `credential` is the signature's credential ("KEY/DAY/REGION/SERVICE/aws4_request"), "" for anonymous requests.
        """
        self.wait()
        # The hosted UI's visits have threads of their own, and moto's chance and time are one for all: whoever holds
        # the store has the turn.
        with self._store.transaction():
            return self._handle(service, request, credential)

    def _handle(self, service: MotoService, request: WireRequest, credential: str) -> WireAnswer:
        at, seed = self._clock.now(), self._chance.randbits(53)
        before = self._queue_lengths(service, credential)
        answer = self._answer(service, request, credential, at=at, seed=seed)
        # Whoever receives nothing may still have sent messages away to a dead-letter queue.
        is_changed = is_change(service, request, answer) or before != self._queue_lengths(service, credential)
        if answer.status < HTTPStatus.BAD_REQUEST and is_changed:
            self._record(service, request, credential, answer, at=at, seed=seed)
        return answer

    def _queue_lengths(self, service: MotoService, credential: str) -> list[int]:
        if service != "sqs" or not credential:
            return []
        queues = self.backend("sqs", credential.split("/")[2]).queues.values()
        return [len(queue._messages) for queue in queues]

    def backend(self, service: MotoService, region: str) -> Any:
        """moto's objects of a service of our account in a region."""
        self.wait()
        self._app(service)
        from moto.backends import get_backend

        return get_backend(service)[ACCOUNT_ID][region]

    def iam_backend(self) -> Any:
        """moto's IAM objects of our account."""
        self.wait()
        from moto.iam.models import iam_backends

        return iam_backends[ACCOUNT_ID]["aws"]

    def s3_backend(self) -> Any:
        """moto's S3 objects of our account."""
        self.wait()
        from moto.s3.models import s3_backends

        return s3_backends[ACCOUNT_ID]["aws"]

    def forget(self) -> None:
        """Drop every object of every service; whoever empties the store empties the journal, too."""
        from moto.backends import get_backend

        for service in self._apps:
            accounts: Any = get_backend(service)  # type: ignore[call-overload]  # only names of MotoService are there
            if service == "s3":
                for account in accounts.values():
                    account.reset()  # closes its files, and forgets whose each bucket is
            accounts.clear()

    def _load(self) -> None:
        try:
            self._import_moto()
            for row in self._journal:
                self._replay(row)
            self._journal.clear()
        except BaseException as failure:  # noqa: BLE001  # kept for whoever waits
            self._failure = failure
        self._is_loaded.set()

    def _import_moto(self) -> None:
        os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT_ID
        os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
        from moto.iam import models as _iam_models  # noqa: F401
        from moto.iam.access_control import PermissionResult
        from moto.moto_api._internal import mock_random
        from moto.moto_server.werkzeug_app import create_backend_app
        from moto.s3 import models as s3_models

        # Upload ids come from the operating system's randomness, which cannot be replayed; moto's own can.
        s3_models.os = _SeededOs(mock_random.randbytes)  # type: ignore[attr-defined, assignment]
        # The gate has judged the bucket's policy; moto would judge again, and takes no notice of conditions.
        s3_models.FakeBucket.get_permission = lambda *_: PermissionResult.PERMITTED  # type: ignore[method-assign]
        give_users_their_ids(ACCOUNT_ID)
        for name, module in list(sys.modules.items()):
            if name.startswith("moto.") and hasattr(module, "utcnow"):
                module.utcnow = self._utcnow  # type: ignore[attr-defined]
        for service in ("iam", "s3"):
            self._apps[service] = create_backend_app(service)

    def _app(self, service: MotoService) -> Any:
        """The service's WSGI application."""
        if service not in self._apps:
            from moto.moto_server.werkzeug_app import create_backend_app

            self._apps[service] = create_backend_app(service)
            if service == "kms":
                _make_keys_repeatable()
        return self._apps[service]

    def _utcnow(self) -> datetime:
        at = self._clock.now() if self._frozen_at is None else self._frozen_at
        return datetime.fromtimestamp(at, UTC).replace(tzinfo=None)

    def _answer(
        self, service: MotoService, request: WireRequest, credential: str, *, at: float, seed: int
    ) -> WireAnswer:
        from moto.moto_api._internal import mock_random

        mock_random.seed(seed)
        self._frozen_at = at
        try:
            answer = _run_wsgi(self._app(service), _environ(request, credential))
            # Objects are bytes of their own; everything else is text.
            answer = _untitled(request, answer) if service == "s3" else _readable(answer)
        except Exception as problem:  # noqa: BLE001  # moto's mistakes must not end ours
            _log.exception("moto could not answer %s %s", request.method, request.path)
            return _refusal(service, request, problem)
        finally:
            self._frozen_at = None
        bucket = _created_bucket(service, request, answer)
        if bucket:
            # moto dates a bucket by the machine's clock, whatever its own clock says.
            self._bucket_object(bucket).creation_date = datetime.fromtimestamp(at, UTC)
        return answer

    def _bucket_object(self, name: str) -> Any:
        from moto.s3.models import s3_backends

        return s3_backends[ACCOUNT_ID]["aws"].buckets[name]

    def _record(
        self,
        service: MotoService,
        request: WireRequest,
        credential: str,
        answer: WireAnswer,
        *,
        at: float,
        seed: int,
    ) -> None:
        headers = {name: value for name, value in request.headers.items() if name not in _DROPPED}
        with self._store.transaction():
            self._store.execute(
                "INSERT INTO moto_journal (at, seed, service, credential, method, path, query, headers, body, status,"
                " answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    at,
                    seed,
                    service,
                    credential,
                    request.method,
                    request.path,
                    request.query,
                    json.dumps(headers),
                    request.body,
                    answer.status,
                    answer.body,
                ),
            )

    def _replay(self, row: Row) -> None:
        request = WireRequest(
            row["method"], row["path"], row["query"], json.loads(row["headers"]), row["body"], request_id="replay"
        )
        answer = self._answer(row["service"], request, row["credential"], at=row["at"], seed=row["seed"])
        if (answer.status, answer.body) != (row["status"], row["answer"]):
            _log.warning("journal entry %s (%s %s) replayed differently", row["id"], row["method"], row["path"])


class _SeededOs:
    """The module `os`, but with random bytes that can be replayed."""

    def __init__(self, urandom: Any) -> None:
        self.urandom = urandom

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)


def is_change(service: MotoService, request: WireRequest, answer: WireAnswer | None = None) -> bool:
    """Does a request of this kind change something, so that it must be kept?"""
    if service in _READS:
        name = request.headers.get("x-amz-target", "").rpartition(".")[2]
        is_empty = name == "ReceiveMessage" and answer is not None and b'"Messages"' not in answer.body
        # AWS's own keys come into being when somebody uses them for the first time.
        return b"alias/aws/" in request.body or not (name.startswith(_READS[service]) or is_empty)
    if service == "s3":
        return request.method not in ("GET", "HEAD")
    return not request.form().get("Action", "").startswith(("Get", "List", "Simulate", "Generate"))


def policy_complaint(text: str) -> str:
    """What IAM says of an identity policy that it does not save; "" where moto finds nothing wrong."""
    from moto.iam.exceptions import MalformedPolicyDocument
    from moto.iam.policy_validation import IAMPolicyDocumentValidator

    try:
        IAMPolicyDocumentValidator(text).validate()
    except MalformedPolicyDocument as problem:
        return str(problem.message)
    return ""


def _make_keys_repeatable() -> None:
    """Key material comes from moto's own chance, too; the key pair moto adds to each symmetric key is left out."""
    from moto.kms import models, utils
    from moto.moto_api._internal import mock_random

    utils.os = _SeededOs(mock_random.randbytes)  # type: ignore[attr-defined, assignment]
    models.generate_private_key = lambda _key_spec: None  # type: ignore[attr-defined, assignment, return-value]


def _created_bucket(service: MotoService, request: WireRequest, answer: WireAnswer) -> str:
    name = unquote(request.path).strip("/")
    is_creation = service == "s3" and request.method == "PUT" and not request.query and name and "/" not in name
    return name if is_creation and answer.status == HTTPStatus.OK else ""


def _environ(request: WireRequest, credential: str) -> dict[str, Any]:
    target = f"{request.path}?{request.query}" if request.query else request.path
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query,
        "REQUEST_URI": target,
        "RAW_URI": target,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        if name not in _DROPPED:
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    if credential:
        environ["HTTP_AUTHORIZATION"] = (
            f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature={'0' * 64}"
        )
    return environ


def _run_wsgi(app: Any, environ: dict[str, Any]) -> WireAnswer:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _failure: object = None) -> Any:
        started.append((status, headers))

    chunks: Iterable[bytes] = app(environ, start_response)
    body = b"".join(chunks)
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
    status, headers = started[-1]
    return WireAnswer(int(status.split()[0]), body, headers)


def _readable(answer: WireAnswer) -> WireAnswer:
    """The answer without control characters, which moto puts into XML as they came, and which no XML may have."""
    return replace(answer, body=_CONTROLS.sub(b"?", answer.body)) if _CONTROLS.search(answer.body) else answer


def _untitled(request: WireRequest, answer: WireAnswer) -> WireAnswer:
    """The answer of S3 without the type that moto's web server gives to whatever has none: a web page's."""
    is_object = request.method in ("GET", "HEAD") and "/" in request.path.strip("/")
    if is_object:
        return answer
    kept = [(name, value) for name, value in answer.headers if (name.lower(), value) != _WEB_PAGE]
    if answer.body and len(kept) < len(answer.headers):
        kept.append(("Content-Type", "application/xml"))
    return replace(answer, headers=kept)


def _refusal(service: MotoService, request: WireRequest, problem: Exception) -> WireAnswer:
    is_missing = isinstance(problem, NotImplementedError)
    error = ServiceError(
        "NotImplemented" if is_missing else "InvalidRequest",
        f"The sandbox's {service} cannot do this." if is_missing else f"The sandbox's {service} cannot read this.",
        status=501 if is_missing else 400,
    )
    return error_answer("s3" if service == "s3" else "json" if service in _READS else "query", error, request)
