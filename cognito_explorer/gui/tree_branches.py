"""The branches of the explorer tree: user pools and identity pools as items that lead to pages."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_tooltip
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.workspace import Context, Page, PageKind

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

PAGE = Qt.ItemDataRole.UserRole + 1
RUN = Qt.ItemDataRole.UserRole + 2

_ENOUGH = 1_000
_POOL_PAGES = (
    ("Overview", "info", PageKind.POOL),
    ("Users", "users", PageKind.USERS),
    ("Sign in", "sign-in", PageKind.SIGN_IN),
    ("Tokens", "token", PageKind.TOKENS),
)
_IDENTITY_POOL_PAGES = (
    ("Overview", "info", PageKind.IDENTITY_POOL),
    ("Try access", "compare", PageKind.ACCESS),
)


async def user_pools(aws: "Aws") -> "AsyncIterator[QStandardItem]":
    """The user pools by name, each with its pages."""
    from cognito_explorer.core.user_pools.pools import list_pools

    context = Context(profile_id=aws.profile.id, region=aws.region)
    for pool in sorted(await list_pools(aws).collect(_ENOUGH), key=lambda pool: pool.name.lower()):
        here = replace(context, pool_id=pool.id, pool_name=pool.name)
        yield _branch(pool.name, pool.id, "pool", [(t, s, Page(kind, here, aws)) for t, s, kind in _POOL_PAGES])


async def identity_pools(aws: "Aws", after_s: float) -> "AsyncIterator[QStandardItem]":
    """The identity pools by name, each with its pages, asked for a moment later."""
    await asyncio.sleep(after_s)
    from cognito_explorer.core.identity_pools.identity_pools import list_identity_pools

    context = Context(profile_id=aws.profile.id, region=aws.region)
    for pool in sorted(await list_identity_pools(aws).collect(_ENOUGH), key=lambda pool: pool.name.lower()):
        here = replace(context, identity_pool_id=pool.id, identity_pool_name=pool.name)
        pages = [(t, s, Page(kind, here, aws)) for t, s, kind in _IDENTITY_POOL_PAGES]
        yield _branch(pool.name, pool.id, "identity-pool", pages)


def item(title: str, symbol: str, tone: Tone = Tone.TEXT) -> QStandardItem:
    """A line of the tree."""
    return QStandardItem(icon(symbol, tone), title)


def note(text: str, more: str = "") -> QStandardItem:
    """A line that only says something, with `more` of it in the tooltip."""
    found = QStandardItem(icon("info", Tone.MUTED), text)
    found.setToolTip(plain_tooltip(f"{text}\n{more}".strip()))
    found.setEnabled(False)
    return found


def offer(title: str, symbol: str, run: Callable[[], object]) -> QStandardItem:
    """A line that does something when it is activated."""
    found = item(title, symbol, Tone.ACCENT)
    found.setData(run, RUN)
    return found


def failure(error: ExplorerError, retry: Callable[[], object]) -> QStandardItem:
    """What happened; activated, it is tried again."""
    found = QStandardItem(icon("warning", Tone.WARN), f"{error.title} Try again")
    found.setToolTip(plain_tooltip(f"{error.title}\n{error.hint}\n{error.code}".strip()))
    found.setData(retry, RUN)
    return found


def _branch(name: str, thing_id: str, symbol: str, pages: list[tuple[str, str, Page]]) -> QStandardItem:
    found = item(name or thing_id, symbol)
    found.setToolTip(plain_tooltip(f"{name}\n{thing_id}"))
    found.setData(pages[0][2], PAGE)
    for title, page_symbol, page in pages:
        child = item(title, page_symbol, Tone.MUTED)
        child.setData(page, PAGE)
        found.appendRow(child)
    return found
