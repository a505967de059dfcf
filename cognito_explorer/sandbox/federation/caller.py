"""One request to a built-in provider, taken apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cognito_explorer.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Caller:
    """A request. Of a parameter sent twice the last one counts; header names are in lower case."""

    world: World
    path: str
    query: Mapping[str, str] = field(repr=False)
    form: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)
    query_string: str = field(repr=False)

    def asked(self, name: str) -> str:
        """A query parameter, or nothing."""
        return self.query.get(name, "")

    def posted(self, name: str) -> str:
        """A form field, or nothing."""
        return self.form.get(name, "")

    def cookie(self, name: str) -> str:
        """A cookie, or nothing."""
        return self.cookies.get(name, "")
