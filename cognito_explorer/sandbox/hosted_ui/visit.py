"""One request of a browser or an OAuth client to a domain, taken apart."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from cognito_explorer.sandbox.hosted_ui.texts import LANGUAGES
from cognito_explorer.sandbox.world import World

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Visit:
    """A request. `query` and `form` keep order and duplicates; header names are in lower case.

    `body` is what was sent, as it came. `is_managed` says that the domain has managed login and not the classic pages.
    """

    world: World
    domain: str
    pool: dict[str, Any]
    method: str
    query: Pairs = field(repr=False)
    form: Pairs = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)
    is_managed: bool = False
    body: bytes = field(default=b"", repr=False)

    @property
    def base(self) -> str:
        """The path of the domain, on which all pages and cookies hang."""
        return f"/_hosted/{self.domain}"

    @property
    def lang(self) -> str:
        """The language of the pages: managed login follows `lang` and remembers it, the classic pages are English."""
        wanted = (self.asked("lang"), self.cookies.get("lang", "")) if self.is_managed else ()
        return next((lang for lang in wanted if lang in LANGUAGES), "en")

    def asked(self, name: str) -> str:
        """A query parameter, or nothing."""
        return dict(self.query).get(name, "")

    def posted(self, name: str) -> str:
        """A form field, or nothing."""
        return dict(self.form).get(name, "")

    def link(self, page: str, /, **more: str) -> str:
        """Another page of this domain with the same query, some parameters changed; empty ones are left out."""
        pairs = [(name, value) for name, value in self.query if name not in more]
        pairs += [(name, value) for name, value in more.items() if value]
        return f"{self.base}/{page}?{urlencode(pairs)}"


def has_duplicates(pairs: Pairs) -> bool:
    """OAuth forbids a parameter to come twice (RFC 6749 section 3.1)."""
    return any(count > 1 for count in Counter(name for name, _ in pairs).values())
