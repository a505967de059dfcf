"""What is selected, and how a panel asks for another page: the only state panels share."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from cognito_explorer.core.auth.tokens import TokenSet
    from cognito_explorer.core.aws.door import Aws


class PageKind(StrEnum):
    """Every kind of page a tab can hold."""

    WELCOME = "welcome"
    POOL = "pool"
    USERS = "users"
    SIGN_IN = "sign-in"
    TOKENS = "tokens"
    PREVIEW = "preview"
    IDENTITY_POOL = "identity-pool"
    ACCESS = "access"
    SANDBOX = "sandbox"
    PROFILES = "profiles"
    EXPLANATION = "explanation"
    JOURNAL = "journal"
    PERMISSIONS = "permissions"
    CALLS = "calls"


@dataclass(frozen=True, slots=True)
class Context:
    """What one tab is about. A higher selection clears the lower ones."""

    profile_id: str = ""
    region: str = ""
    pool_id: str = ""
    pool_name: str = ""
    username: str = ""
    identity_pool_id: str = ""
    identity_pool_name: str = ""
    tokens: "TokenSet | None" = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """A request for a page: its kind, what it is about, and the open door it may use (none for a pasted token)."""

    kind: PageKind
    context: Context = field(default_factory=Context)
    aws: "Aws | None" = None


class Workspace(QObject):
    """Exposes the active tab's context. `changed` carries nothing: receivers read `context`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = Context()
        self._opener: Callable[[Page], None] = lambda _page: None
        self._reader: Callable[[str], None] = lambda _text: None
        self._tokens: dict[str, tuple[str, TokenSet]] = {}

    @property
    def context(self) -> Context:
        """The active tab's context."""
        return self._context

    def show_context(self, context: Context) -> None:
        """The main window says which tab is active now."""
        if context != self._context:
            self._context = context
            self.changed.emit()

    def select_user(self, username: str) -> None:
        """A user was selected in the active tab."""
        self.show_context(replace(self._context, username=username))

    def remember_tokens(self, pool_id: str, tokens: "TokenSet", profile_id: str = "") -> None:
        """Keep the newest tokens of a pool, in memory only, so that other pages of the pool can use them."""
        self._tokens.pop(pool_id, None)
        self._tokens[pool_id] = (profile_id, tokens)
        self.changed.emit()

    def tokens_of(self, pool_id: str) -> "TokenSet | None":
        """The newest tokens somebody signed in for, or None."""
        return self._tokens[pool_id][1] if pool_id in self._tokens else None

    def newest_tokens(self, profile_id: str = "") -> "TokenSet | None":
        """The tokens of the last sign-in in any pool that was looked at through this profile, or None."""
        kept = reversed(self._tokens.values())
        return next((tokens for owner, tokens in kept if not profile_id or owner in ("", profile_id)), None)

    def forget_tokens(self, profile_id: str) -> None:
        """Keep no tokens of a profile's pools: whoever issued them is gone, or nobody looks there any more."""
        kept = {pool_id: each for pool_id, each in self._tokens.items() if each[0] != profile_id}
        if len(kept) < len(self._tokens):
            self._tokens = kept
            self.changed.emit()

    def set_opener(self, opener: Callable[[Page], None], reader: Callable[[str], None] | None = None) -> None:
        """The main window says how pages are opened, and how a token in a text is read."""
        self._opener = opener
        self._reader = reader or self._reader

    def open(self, page: Page) -> None:
        """Open a page in a tab of its own, or go to the tab that already shows it."""
        self._opener(page)

    def read_token(self, text: str) -> None:
        """Read the tokens in a text on the page for them."""
        self._reader(text)
