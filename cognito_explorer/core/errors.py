"""Expected failures: what happened, what to do, and the code small beneath."""

# ruff: noqa: N818  # the names say what happened; "Error" stands in the one parent they share


class ExplorerError(Exception):
    """A failure a person can do something about. `title` says what happened, `hint` what to do.

    `code`, `request_id`, `operation` and `said` (its message) are AWS's own, for the small print and for a report.
    `tells` holds people's attributes whose values stand in its text, each with its name: for whoever must mask them.
    """

    def __init__(
        self, title: str, hint: str = "", *, code: str = "", request_id: str = "", operation: str = ""
    ) -> None:
        super().__init__(f"{title} {hint}".strip())
        self.title = title
        self.hint = hint
        self.code = code
        self.request_id = request_id
        self.operation = operation
        self.said = ""
        self.tells: tuple[tuple[str, str], ...] = ()


class AccessDenied(ExplorerError):
    """IAM said no. `missing_action` is the permission it asked for, e.g. cognito-idp:ListUsers, where known."""

    missing_action: str = ""


class NotFound(ExplorerError):
    """The thing is not there, or not in this Region."""


class NotOffered(ExplorerError):
    """The endpoint has no such operation: whatever needs it stays grey, and is not asked for again."""


class Throttled(ExplorerError):
    """Too many requests, or too many attempts."""


class Unreachable(ExplorerError):
    """No answer came: refused, timed out, or cut off."""


class SessionExpired(ExplorerError):
    """Credentials or a token have run out and must be renewed."""


class WriteRefused(ExplorerError):
    """The app itself refused to change anything."""


class InvalidInput(ExplorerError):
    """What was entered or pasted cannot be used."""


class VaultUnavailable(ExplorerError):
    """The operating system offers no keyring that can be used."""


class SecretLost(ExplorerError):
    """The keyring has only a part of what was put into it."""
