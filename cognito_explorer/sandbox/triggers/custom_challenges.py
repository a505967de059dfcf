"""DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.triggers.invocation import (
    Occasion,
    ask_trigger,
    event_attributes,
    find_trigger,
    malformed,
    metadata_of,
)
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

Rounds = Sequence[Mapping[str, Any]]

_SOURCE = "Authentication"
_CHALLENGES = ("CUSTOM_CHALLENGE", "PASSWORD_VERIFIER")


@dataclass(frozen=True, slots=True)
class Player:
    """Who is being asked; `user` None is one who does not exist, which the functions learn where users are hidden."""

    world: World
    pool: dict[str, Any]
    user: User | None
    name: str
    is_hiding: bool

    def request(self, **extras: Any) -> dict[str, Any]:
        """The request part of an event."""
        known = event_attributes(self.user) if self.user else {}
        hidden = {"userNotFound": self.user is None} if self.is_hiding else {}
        return {"userAttributes": known, **extras, **metadata_of(self.world), **hidden}


@dataclass(frozen=True, slots=True)
class Decision:
    """What DefineAuthChallenge wants: tokens, a refusal, or another challenge."""

    is_passed: bool
    is_refused: bool
    challenge: str


@dataclass(frozen=True, slots=True)
class MadeChallenge:
    """What CreateAuthChallenge made: what the client sees, what only the sandbox knows, and a note for the rounds."""

    public: dict[str, str]
    private: dict[str, str] = field(repr=False)
    metadata: str | None


def define_challenge(player: Player, rounds: Rounds) -> Decision:
    """Ask what comes next. Raises InvalidUserPoolConfigurationException without such a trigger."""
    answers = ("challengeName", "issueTokens", "failAuthentication")
    response = _ask(player, "DefineAuthChallenge", player.request(session=_shown(rounds)), answers)
    name = response.get("challengeName") or ""
    flags = [response.get(flag) for flag in answers[1:]]
    if any(flag is not None and not isinstance(flag, bool) for flag in flags):
        raise malformed()
    is_passed, is_refused = map(bool, flags)
    if not is_passed and not is_refused and name not in _CHALLENGES:
        raise malformed()
    return Decision(is_passed and not is_refused, is_refused, name)


def create_challenge(player: Player, name: str, rounds: Rounds) -> MadeChallenge:
    """Ask for a challenge's parameters."""
    answers = ("publicChallengeParameters", "privateChallengeParameters", "challengeMetadata")
    request = player.request(challengeName=name, session=_shown(rounds))
    response = _ask(player, "CreateAuthChallenge", request, answers)
    metadata = response.get("challengeMetadata")
    if metadata is not None and not isinstance(metadata, str):
        raise malformed()
    return MadeChallenge(_texts(response, answers[0]), _texts(response, answers[1]), metadata)


def verify_answer(player: Player, private: dict[str, str], answer: str) -> bool:
    """Ask whether an answer is right."""
    request = player.request(privateChallengeParameters=private, challengeAnswer=answer)
    verdict = _ask(player, "VerifyAuthChallengeResponse", request, ("answerCorrect",)).get("answerCorrect")
    if verdict is not None and not isinstance(verdict, bool):
        raise malformed()
    return bool(verdict)


def _ask(player: Player, name: str, request: dict[str, Any], answers: Sequence[str]) -> dict[str, Any]:
    trigger = find_trigger(player.pool, name)
    if trigger is None:
        text = "Custom auth lambda trigger is not configured for the user pool."
        raise ServiceError("InvalidUserPoolConfigurationException", text)
    occasion = Occasion(_SOURCE, player.name, request, dict.fromkeys(answers))
    return ask_trigger(player.world, player.pool, trigger, occasion)


def _shown(rounds: Rounds) -> list[dict[str, Any]]:
    """The rounds as events have them: a round without a note has none."""
    return [{name: value for name, value in entry.items() if value is not None} for entry in rounds]


def _texts(response: Mapping[str, Any], name: str) -> dict[str, str]:
    value = response.get(name) or {}
    if not isinstance(value, dict) or not all(isinstance(entry, str) for entry in value.values()):
        raise malformed()
    return value
