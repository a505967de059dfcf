"""The universal box: it offers commands, pages of the tree and profiles, and takes pasted tokens, errors and names."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from cognito_explorer.core.insight.explanations import is_error_text
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profile_words import names_apart
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.explaining import explaining
from cognito_explorer.gui.lib.fuzzy import score
from cognito_explorer.gui.lib.secret_text import secret_in
from cognito_explorer.gui.page_tabs import ICONS
from cognito_explorer.gui.workspace import Page, PageKind

_PAGES_AT_MOST = 8
_PROFILES_AT_MOST = 8
_LONGEST = 40
_NOT_SENT = "This looks like a secret: it is sent nowhere"
_WORDS = {
    PageKind.POOL: "Overview of",
    PageKind.USERS: "Users of",
    PageKind.SIGN_IN: "Sign in to",
    PageKind.TOKENS: "Tokens of",
    PageKind.PREVIEW: "Predict tokens of",
    PageKind.IDENTITY_POOL: "Overview of identity pool",
    PageKind.ACCESS: "Try access with",
}


class Openings(Protocol):
    """What the box needs of the window."""

    def pages(self) -> Sequence[Page]:
        """Every page the tree leads to."""

    def open_page(self, page: Page) -> None:
        """Show a page."""

    def show_token(self, text: str) -> None:
        """Show a pasted token."""

    def find_users(self, page: Page, scrap: str) -> None:
        """Search a pool's users."""


def suggest(openings: Openings, query: str) -> list[Command]:
    """A token anywhere in what was pasted, a pasted error, or the pages that fit, best first."""
    text = query.strip()
    is_token = secret_in(text) == "token"
    told = [_command("token.read", "Read this token", "token", partial(openings.show_token, text))] if is_token else []
    if is_error_text(text):
        explain = partial(explaining().wanted.emit, text)
        told.append(_command("error.explain_this", "Explain this error", "help", explain))
    if told:
        return told
    found = _pages(openings)
    pages = [(score(text, title_of(page)), number, page) for number, page in enumerate(found)]
    fitting = sorted((entry for entry in pages if entry[0]), key=lambda entry: (-entry[0], entry[1]))
    place = _place_of(found)
    return [
        _command(f"open.{number}", title_of(page) + place(page), ICONS[page.kind], partial(openings.open_page, page))
        for _, number, page in fitting[:_PAGES_AT_MOST]
    ]


def suggest_all(
    openings: Openings, profiles: Sequence[Profile], choose: Callable[[Profile], object], query: str
) -> list[Command]:
    """The same, with the profiles whose name has all of these words, before pages that merely resemble it."""
    pages, words = suggest(openings, query), query.casefold().split()
    named = [profile for profile in profiles if all(word in profile.name.casefold() for word in words)]
    called = names_apart(profiles)
    found = [
        _command(f"profile.use {profile.id}", f"Look through {called[profile.id]}", "cloud", partial(choose, profile))
        for profile in named[:_PROFILES_AT_MOST]
    ]
    titles = (each.title.partition(" · ")[0].casefold() for each in pages)
    is_page = any(all(word in title for word in words) for title in titles)
    return [*pages, *found] if is_page else [*found, *pages]


def suggest_search(openings: Openings, query: str) -> list[Command]:
    """Looking for what was typed among the users of each pool. A token or another secret is never sent in a search."""
    text = query.strip()
    kind = secret_in(text)
    if kind == "secret":
        return [Command("find.refused", "Find it among the users", _nothing, icon="search", why_not=lambda: _NOT_SENT)]
    if kind or is_error_text(text):
        return []
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    users = [page for page in openings.pages() if page.kind is PageKind.USERS]
    place = _place_of(users)
    return [
        _command(
            f"find.{page.context.profile_id}.{page.context.pool_id}",
            f"Find “{shown}” among the users of {page.context.pool_name}{place(page)}",
            "search",
            partial(openings.find_users, page, text),
        )
        for page in users
    ]


def _nothing() -> None:
    """What cannot be done does nothing."""


def _place_of(pages: Sequence[Page]) -> Callable[[Page], str]:
    """What tells a page from one of another connection: its profile and Region, where several are open."""
    several = len({(page.context.profile_id, page.context.region) for page in pages}) > 1

    def place(page: Page) -> str:
        return f" · {page.aws.profile.name} · {page.context.region}" if several and page.aws is not None else ""

    return place


def _pages(openings: Openings) -> list[Page]:
    """What the tree leads to, and the predictions, which have no place in it."""
    pages = list(openings.pages())
    return pages + [replace(page, kind=PageKind.PREVIEW) for page in pages if page.kind is PageKind.TOKENS]


def title_of(page: Page) -> str:
    """What a page is called in the box."""
    here = page.context
    return f"{_WORDS.get(page.kind, '')} {here.pool_name or here.identity_pool_name}".strip()


def _command(command_id: str, title: str, symbol: str, run: Callable[[], object]) -> Command:
    return Command(command_id, title, run, icon=symbol)
