"""Lists that AWS hands out page by page: the next page is fetched only when asked for."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cognito_explorer.core.aws.errors import is_passing
from cognito_explorer.core.errors import ExplorerError

Row = TypeVar("Row")

# A server-side filter may answer many empty pages in a row; asking on is bounded so that a caller regains control.
_EMPTY_PAGES_AT_ONCE = 25
# A page of many that did not come although botocore asked three times.
_PAUSES_S = (1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True, slots=True)
class Paging:
    """How one operation pages: the answer's member with the rows, and the token's name (the same both ways)."""

    rows: str
    token: str = "NextToken"  # noqa: S105  # the name of a parameter


class Pages(Generic[Row]):
    """An async iterator of pages (tuples of rows). A failed or abandoned fetch may simply be asked for again."""

    def __init__(
        self,
        paging: Paging,
        parse: Callable[[Any], Row],
        fetch: Callable[[Mapping[str, str]], Awaitable[Mapping[str, Any]]],
    ) -> None:
        self._paging = paging
        self._parse = parse
        self._fetch = fetch
        self._token = ""
        self.has_more = True

    def __aiter__(self) -> "Pages[Row]":
        return self

    async def __anext__(self) -> tuple[Row, ...]:
        if not self.has_more:
            raise StopAsyncIteration
        return await self.next_page()

    async def next_page(self) -> tuple[Row, ...]:
        """The next page; () at the end. Pages without rows are skipped, up to 25 at once. Raises ExplorerError."""
        for _ in range(_EMPTY_PAGES_AT_ONCE):
            if not self.has_more:
                break
            answer = await self._fetch({self._paging.token: self._token} if self._token else {})
            self._token = answer.get(self._paging.token) or ""
            self.has_more = bool(self._token)
            if rows := answer.get(self._paging.rows):
                return tuple(self._parse(row) for row in rows)
        return ()

    async def next_patiently(self, told: Callable[[ExplorerError], object]) -> tuple[Row, ...]:
        """`next_page` for who reads them all: what may pass by itself is waited for, up to four times.

        `told` hears of each such wait. Raises ExplorerError.
        """
        for pause_s in _PAUSES_S:
            try:
                return await self.next_page()
            except ExplorerError as error:
                if not is_passing(error):
                    raise
                told(error)
            await asyncio.sleep(pause_s)
        return await self.next_page()

    async def collect(self, limit: int) -> tuple[Row, ...]:
        """Rows until the end or until at least `limit` are there, then cut to it. `has_more` tells what is left."""
        found: list[Row] = []
        while self.has_more and len(found) < limit:
            found.extend(await self.next_page())
        return tuple(found[:limit])
