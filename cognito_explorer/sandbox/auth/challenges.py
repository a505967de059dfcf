"""Asking for a challenge's answer and taking it: the session between the two knows the user and how far they came."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from cognito_explorer.sandbox.auth.auth_events import record_event
from cognito_explorer.sandbox.auth.flows import Attempt, Progress
from cognito_explorer.sandbox.auth.secret_hash import check_secret_hash
from cognito_explorer.sandbox.auth.sessions import ChallengeState, open_session, read_session, spend_session
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.users import User, load_user

_PROGRESS = "progress"


@dataclass(frozen=True, slots=True)
class Question:
    """A challenge to ask. `kept` is what only the sandbox may know until the answer comes."""

    name: str
    parameters: dict[str, str] = field(default_factory=dict, repr=False)
    kept: dict[str, Any] = field(default_factory=dict, repr=False)
    available: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that came with a live session: the attempt with its progress, the user and what was kept."""

    attempt: Attempt
    user: User
    kept: dict[str, Any] = field(repr=False)

    def spend(self) -> None:
        """End the session: the challenge is passed."""
        spend_session(self.attempt.world, self.attempt.session)


def ask(attempt: Attempt, user: User | None, question: Question) -> dict[str, Any]:
    """The answer of InitiateAuth that asks for a challenge; `user` None is one who is only pretended to exist."""
    attempt = started(attempt)
    if user is not None:
        record_event(attempt, user, "InProgress")
    state = ChallengeState(
        attempt.pool["Id"],
        attempt.client["ClientId"],
        user.id if user else None,
        question.name,
        question.kept | kept_progress(attempt),
    )
    answer: dict[str, Any] = {
        "ChallengeName": question.name,
        "Session": open_session(attempt.world, attempt.client, state),
        "ChallengeParameters": question.parameters,
    }
    return answer | ({"AvailableChallenges": list(question.available)} if question.available else {})


def take(attempt: Attempt, name: str, *, unknown: ServiceError | None = None) -> Answer:
    """The answer to a challenge. Raises NotAuthorizedException for a foreign, spent or expired session.

    `unknown` is what a user who is only pretended to exist is told.
    """
    username = attempt.need("USERNAME")
    state = read_session(attempt.world, attempt.client, attempt.session, name)
    if state.user_id is None and unknown is not None:
        raise unknown
    user = load_user(attempt.world, state.user_id) if state.user_id is not None else None
    if user is None or not is_called(user, username):
        raise ServiceError("NotAuthorizedException", "Invalid session for the user.")
    check_secret_hash(attempt.client, [username, user.username], attempt.values.get("SECRET_HASH"))
    if not user.is_enabled:
        raise ServiceError("NotAuthorizedException", "User is disabled.")
    return Answer(resumed(attempt, state.body), user, state.body)


def kept_progress(attempt: Attempt) -> dict[str, Any]:
    """The attempt's progress as a session keeps it; the event gets its id here at the latest."""
    return {_PROGRESS: asdict(started(attempt).progress)}


def resumed(attempt: Attempt, kept: dict[str, Any]) -> Attempt:
    """The attempt with the progress a session kept; a device key sent now counts, too."""
    known = dict(kept.get(_PROGRESS, {}))
    for name in ("methods", "results"):
        known[name] = tuple(tuple(entry) if isinstance(entry, list) else entry for entry in known.get(name, ()))
    progress = Progress(**known)
    given = attempt.values.get("DEVICE_KEY")
    return replace(attempt, progress=replace(progress, device_key=given) if given else progress)


def started(attempt: Attempt) -> Attempt:
    """The attempt with an event id."""
    if attempt.progress.event_id:
        return attempt
    return replace(attempt, progress=replace(attempt.progress, event_id=attempt.world.chance.uuid4()))


def proven(attempt: Attempt, *methods: str, result: str = "") -> Attempt:
    """The attempt after a challenge was passed; `result` names it in the auth event ("Password" or "Mfa")."""
    progress = attempt.progress
    results = (*progress.results, (result, "Success")) if result else progress.results
    known = dict.fromkeys((*progress.methods, *methods))
    return replace(attempt, progress=replace(progress, methods=tuple(known), results=results))


def is_called(user: User, name: str) -> bool:
    """Whether a user goes by this name; the session says who it is, the name must not contradict it."""
    names = (user.username, user.sub, *(user.attributes.get(key) for key in ("email", "phone_number")))
    preferred = user.attributes.get("preferred_username")
    return name.casefold() in {known.casefold() for known in (*names, preferred) if known}
