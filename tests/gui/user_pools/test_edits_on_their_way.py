"""Edits that were sent and have no answer yet: the panel says so, and what comes of them is said of the right user."""

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel

from cognito_explorer.core.aws.door import Aws
from tests.gui.user_pools.stage import OwnPool, UsersPage, click
from tests.sandbox_fixture import RunningSandbox

UPDATES = "cognito-idp:AdminUpdateUserAttributes"


@pytest.fixture
def slow(sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """That attributes change is not answered before `let_go`: one can do something else meanwhile."""
    sandbox.control("faults", {"latency": [{"operations": UPDATES, "fixed_ms": 300_000}]})
    yield sandbox
    sandbox.control("faults", {"latency": [], "errors": []})


def let_go(sandbox: RunningSandbox) -> None:
    sandbox.control("faults", {"latency": []})


async def sent(page: UsersPage, own_aws: Aws) -> None:
    await page.choose("ada")
    page.retype("custom:plan", "annual")
    click(page.inspector.changes.apply_button)
    async with asyncio.timeout(30):
        while not own_aws.journal.running():  # noqa: ASYNC110  # the intent is told to nobody before its outcome
            await asyncio.sleep(0.01)


def told(page: UsersPage) -> str:
    labels = page.inspector.changes.findChildren(QLabel)
    return "\n".join(each.text() for each in labels if not each.isHidden()).replace("\u200b", "")


async def test_whoever_switches_to_read_only_is_told_that_what_was_sent_goes_through(
    page: UsersPage, own_aws: Aws, pool: OwnPool, slow: RunningSandbox
) -> None:
    await sent(page, own_aws)
    own_aws.permit.switch("read-only")
    assert told(page).startswith("1 change on its way\n")
    assert "It was sent before the mode was switched, and goes through if AWS accepts it." in told(page)
    assert "not applied" not in told(page)
    assert "Switch its mode" not in told(page)
    page.retype("name", "Ada King")
    assert told(page).startswith("1 change on its way, 1 not applied\n")
    assert "Switch its mode" in told(page)
    let_go(slow)
    await page.settle()
    assert pool.user("ada")["attributes"]["custom:plan"] == "annual"
    assert told(page).startswith("1 change not applied\n")
    assert "It was sent" not in told(page)


async def test_a_refusal_that_comes_when_somebody_else_is_shown_says_whose_it_is_and_is_repeated_for_them(
    page: UsersPage, own_aws: Aws, pool: OwnPool, slow: RunningSandbox
) -> None:
    slow.control("faults", {"errors": [{"operations": UPDATES, "code": "NotAuthorizedException"}]})
    await sent(page, own_aws)
    await page.click_row("grace")
    assert page.inspector.user is not None and page.inspector.user.username == "grace"
    let_go(slow)
    await page.settle()
    banner = page.inspector.banner
    assert banner.error is not None and banner.error.title.startswith("ada: ")
    slow.control("faults", {"errors": []})
    click(banner.retry_button)
    await asyncio.sleep(0)
    await page.settle()
    assert pool.user("ada")["attributes"]["custom:plan"] == "annual"
    assert pool.user("grace")["attributes"]["custom:plan"] == "free"
    assert page.inspector.attributes.row("custom:plan").value() == "free"


async def test_an_undo_that_comes_too_late_shows_the_user_as_they_are_now(
    page: UsersPage, own_aws: Aws, pool: OwnPool
) -> None:
    await page.choose("ada")
    page.retype("custom:plan", "annual")
    click(page.inspector.changes.apply_button)
    await asyncio.sleep(0)
    await page.settle()
    others = [{"Name": "custom:plan", "Value": "gift"}]
    pool.idp.admin_update_user_attributes(UserPoolId=pool.pool_id, Username="ada", UserAttributes=others)
    await page.undo()
    error = page.inspector.banner.error
    assert error is not None and "changed again since" in error.title
    assert page.editor("custom:plan").text() == "gift"
