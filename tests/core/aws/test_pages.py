"""Lists page by page: when a page is fetched, and what becomes of one that did not come."""

from collections.abc import Iterator
from typing import Any

import pytest

from cognito_explorer.core.aws.pages import Pages, Paging
from cognito_explorer.core.errors import ExplorerError
from tests.core.aws.stubbed import Stubbed


@pytest.fixture
def stubbed() -> Iterator[Stubbed]:
    made = Stubbed()
    yield made
    made.aws.close()


async def test_pages_are_fetched_when_asked_for_and_empty_ones_skipped(stubbed: Stubbed) -> None:
    first: dict[str, Any] = {"UserPoolId": "us-east-1_abc"}
    stubbed.reader.add_response("list_users", {"Users": [{"Username": "a"}], "PaginationToken": "1"}, first)
    stubbed.reader.add_response("list_users", {"Users": [], "PaginationToken": "2"}, first | {"PaginationToken": "1"})
    stubbed.reader.add_response("list_users", {"Users": [{"Username": "b"}]}, first | {"PaginationToken": "2"})
    pages = stubbed.aws.pages(
        Paging("Users", "PaginationToken"), lambda row: row["Username"], stubbed.aws.idp.list_users, **first
    )
    assert stubbed.aws.calls.recent() == ()
    assert await anext(pages) == ("a",)
    assert await anext(pages) == ("b",)
    assert pages.has_more is False
    assert [page async for page in pages] == []


async def test_a_page_that_failed_can_be_asked_for_again(stubbed: Stubbed) -> None:
    stubbed.reader.add_client_error("list_users", "InternalErrorException", "sorry", 400)
    stubbed.reader.add_response("list_users", {"Users": [{"Username": "a"}]})
    pages = stubbed.aws.pages(
        Paging("Users", "PaginationToken"), lambda row: row["Username"], stubbed.aws.idp.list_users, UserPoolId="a_b"
    )
    with pytest.raises(ExplorerError, match="problem of its own"):
        await anext(pages)
    assert await anext(pages) == ("a",)


async def test_who_reads_all_pages_waits_for_what_passes(stubbed: Stubbed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cognito_explorer.core.aws.pages._PAUSES_S", (0, 0, 0, 0))
    for code in ("InternalErrorException", "TooManyRequestsException", "ServiceUnavailable"):
        stubbed.reader.add_client_error("list_users", code, "sorry", 400)
    stubbed.reader.add_response("list_users", {"Users": [{"Username": "a"}]})
    waits: list[str] = []
    assert await names(stubbed).next_patiently(lambda error: waits.append(error.code)) == ("a",)
    assert waits == ["InternalErrorException", "TooManyRequestsException", "ServiceUnavailable"]


async def test_nobody_waits_for_what_does_not_pass_nor_for_ever(
    stubbed: Stubbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cognito_explorer.core.aws.pages._PAUSES_S", (0, 0))
    waits: list[str] = []
    stubbed.reader.add_client_error("list_users", "NotAuthorizedException", "no", 400)
    with pytest.raises(ExplorerError):
        await names(stubbed).next_patiently(lambda error: waits.append(error.code))
    assert waits == []
    for _ in range(3):
        stubbed.reader.add_client_error("list_users", "InternalErrorException", "sorry", 400)
    with pytest.raises(ExplorerError, match="problem of its own"):
        await names(stubbed).next_patiently(lambda error: waits.append(error.code))
    assert waits == ["InternalErrorException"] * 2


def names(stubbed: Stubbed) -> Pages[str]:
    """The usernames of a pool."""
    list_users = stubbed.aws.idp.list_users
    return stubbed.aws.pages(
        Paging("Users", "PaginationToken"), lambda row: row["Username"], list_users, UserPoolId="a_b"
    )
