"""The person before the window: how a door's thread asks for what only a person has, and what came of it."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from math import inf
from typing import Any
from weakref import WeakSet

from cognito_explorer.core.aws.call_log import CallLog
from cognito_explorer.core.aws.sso_tokens import SsoSession, SsoTokens
from cognito_explorer.core.errors import SessionExpired
from cognito_explorer.core.profiles import Profile

CODE_LIMIT_S = 300
SIGN_IN_LIMIT_S = 900
# What else a page asks for right after a refusal is refused, too; whoever tries again takes longer to find the button.
_GRACE_S = 2.0


class Question:
    """What is asked: a code of the device `mfa_serial`, or a sign-in to `sso`. `problem` says why once more.

    A thread waits in `wait` while the loop shows the question and answers or refuses it, once.
    """

    def __init__(
        self, profile: Profile, *, mfa_serial: str = "", sso: SsoSession | None = None, problem: str = ""
    ) -> None:
        self.profile = profile
        self.mfa_serial = mfa_serial
        self.sso = sso
        self.problem = problem
        self._answer: Future[str] = Future()

    @property
    def is_over(self) -> bool:
        """Whether nobody waits for an answer any longer."""
        return self._answer.done()

    def answer(self, text: str) -> None:
        """Let the thread go on: with a code, or with "" once the sign-in is done."""
        if not self._answer.done():
            self._answer.set_result(text)

    def refuse(self) -> None:
        """Let the thread go without an answer."""
        self._answer.cancel()

    def when_over(self, told: Callable[[], object]) -> None:
        """Call `told`, in any thread, when the question is answered, refused or too old."""
        self._answer.add_done_callback(lambda _future: told())

    def wait(self) -> str:
        """Block until there is an answer. Raises SessionExpired when it is refused or does not come in time."""
        try:
            return self._answer.result(CODE_LIMIT_S if self.sso is None else SIGN_IN_LIMIT_S)
        except (CancelledError, TimeoutError) as trouble:
            self._answer.cancel()
            raise _unanswered(self) from trouble


class Person:
    """Takes questions from any thread (`ask` hands one to the loop), and keeps what was signed in to.

    Temporary credentials are kept in memory by profile, so that doors to several Regions ask once.
    """

    def __init__(self, ask: Callable[[Question], None], sso_tokens: SsoTokens) -> None:
        self._ask = ask
        self.sso_tokens = sso_tokens
        self._credentials: dict[Profile, dict[str, Any]] = {}
        self._locks: dict[Profile, threading.RLock] = {}
        self._calls_of: dict[str, CallLog] = {}
        self._lock = threading.Lock()
        self._calls = threading.local()
        self._refused: dict[Profile, float] = {}
        self._open: dict[Question, object] = {}
        self._left: WeakSet[Any] = WeakSet()

    def credentials_of(self, profile: Profile) -> dict[str, Any]:
        """botocore's cache of a profile's temporary credentials, in memory."""
        with self._lock:
            return self._credentials.setdefault(profile, {})

    def calls_of(self, profile: Profile) -> CallLog:
        """What is sent to become somebody with a profile: by its doors, before there is one, and by its sign-ins."""
        with self._lock:
            return self._calls_of.setdefault(profile.id, CallLog())

    def forget_credentials(self, concerns: Callable[[Profile], bool]) -> None:
        """Forget what was fetched for these profiles. Doors that hold it must be renewed."""
        with self._lock:
            for profile in [profile for profile in self._credentials if concerns(profile)]:
                self._credentials[profile].clear()

    def begin_call(self, owner: object) -> None:
        """A thread begins a call for `owner`: a refusal from now on counts for it, too."""
        self._calls.begun = time.monotonic()
        self._calls.owner = owner

    def put(self, question: Question) -> str:
        """Ask and block until there is an answer. Raises SessionExpired; who waited meanwhile is not asked again."""
        profile = question.profile
        if self._refused.get(profile, -inf) > getattr(self._calls, "begun", inf) - _GRACE_S:
            raise _unanswered(question)
        owner = getattr(self._calls, "owner", None)
        with self._lock:
            if owner in self._left:
                raise _unanswered(question)
            self._open[question] = owner
        try:
            self._ask(question)
            return question.wait()
        except SessionExpired:
            self._refused[profile] = time.monotonic()
            raise
        finally:
            with self._lock:
                del self._open[question]

    def leave(self, owner: object) -> None:
        """Nobody waits any more for what was asked for `owner`, and it asks nothing more."""
        with self._lock:
            self._left.add(owner)
            asked = [question for question, of in self._open.items() if of is owner]
        for question in asked:
            question.refuse()

    def turn(self, profile: Profile) -> "threading.RLock":
        """Held while a profile's credentials are fetched: two threads never ask the same thing."""
        with self._lock:
            return self._locks.setdefault(profile, threading.RLock())


def _unanswered(question: Question) -> SessionExpired:
    if question.sso is not None:
        title = f"You are not signed in to IAM Identity Center for “{question.profile.name}”."
        return SessionExpired(title, "Try again to sign in.", code="NotSignedIn")
    title = f"“{question.profile.name}” needs a code from your MFA device, and none was entered."
    return SessionExpired(title, "Try again, and enter the code your device shows.", code="NoMfaCode")
