"""What AWS's answers showed so far: what these credentials may do, what they lack, what the endpoint does not know."""

from collections.abc import Mapping
from types import MappingProxyType

from cognito_explorer.core.errors import AccessDenied, ExplorerError, NotOffered, Unreachable

# How AWS and its emulators say that they have no such operation; a bare 404 or 501 is an emulator's web server.
_LACKING = frozenset(
    {
        "404",
        "501",
        "CognitoLocal#Unsupported",
        "InvalidAction",
        "NotImplemented",
        "NotImplementedException",
        "UnknownOperation",
        "UnknownOperationException",
        "Unsupported",
        "UnsupportedOperation",
    }
)
_SIMULATED = (
    "The permission {action} is missing: IAM's simulation says so. If it was given meanwhile, choose “Check again”"
    " under “What may I do?”."
)
_LACKING_WORDS = ("not implemented", "not yet implemented", "unsupported feature", "not been implemented")

Key = tuple[str, str]


class AnswersSeen:
    """By service and operation, the newest answer counts: a permission may be given meanwhile."""

    def __init__(self) -> None:
        self._allowed: set[Key] = set()
        self._refused: dict[Key, str] = {}
        self._lacking: dict[Key, str] = {}
        self._otherwise: dict[Key, str] = {}
        self._foreseen: dict[str, frozenset[Key]] = {}

    def note(self, service: str, title: str, error: ExplorerError | None) -> bool:
        """Take note of an answer (None: it was done); tells whether something is known now that was not before."""
        key = (service, title)
        if error is None and key in self._allowed:
            return False  # as it was: what was answered is neither refused nor lacking
        before = (key in self._allowed, key in self._refused, key in self._lacking)
        if error is None:
            self._allowed.add(key)
            self._refused.pop(key, None)
            self._lacking.pop(key, None)
        elif is_lacking(error):
            # An emulator may break at one thing it was asked, in the same way as at what it lacks.
            if key not in self._allowed:
                self._lacking[key] = error.said or error.code
        elif isinstance(error, AccessDenied):
            self._refused[key] = error.missing_action or f"{service}:{title}"
            self._allowed.discard(key)
        elif error.code and not isinstance(error, Unreachable):
            self._otherwise[key] = error.code
        return before != (key in self._allowed, key in self._refused, key in self._lacking)

    @property
    def allowed(self) -> frozenset[Key]:
        """What was answered."""
        return frozenset(self._allowed)

    @property
    def refused(self) -> Mapping[Key, str]:
        """What IAM refused, and the permission it named."""
        return MappingProxyType(self._refused)

    @property
    def otherwise(self) -> Mapping[Key, str]:
        """What was answered with an error that says nothing of permissions, and its code."""
        return MappingProxyType(self._otherwise)

    def lacks(self, service: str, title: str) -> bool:
        """Whether the endpoint does not have an operation. Every call asks."""
        return (service, title) in self._lacking

    @property
    def lacking(self) -> Mapping[Key, str]:
        """What the endpoint does not have, in its own words."""
        return MappingProxyType(self._lacking)

    def foresee(self, pool_id: str, refused: frozenset[Key]) -> None:
        """What IAM's simulation denies, whatever the condition: for that pool, or "" for what concerns no pool."""
        self._foreseen[pool_id] = refused

    def why_not(self, service: str, title: str, pool_id: str = "") -> str:
        """Why an operation would fail, by an answer it had or else by what was foreseen for the pool; or ""."""
        key = (service, title)
        if key in self._lacking:
            return f"This endpoint has no {title}."
        if key in self._refused:
            return f"The permission {self._refused[key]} is missing."
        if key not in self._allowed and any(key in self._foreseen.get(place, ()) for place in ("", pool_id)):
            return _SIMULATED.format(action=f"{service}:{title}")
        return ""

    def forget(self) -> None:
        """Start anew: other credentials, or somebody wants to try again."""
        self._allowed.clear()
        self._refused.clear()
        self._lacking.clear()
        self._otherwise.clear()
        self._foreseen.clear()


def is_lacking(error: ExplorerError) -> bool:
    """Whether an endpoint says that it has no such operation."""
    said = error.said.lower()
    return isinstance(error, NotOffered) or error.code in _LACKING or any(words in said for words in _LACKING_WORDS)
