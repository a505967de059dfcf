"""The overview of an identity pool, whole and with a part refused."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.gui.identity_pools.identity_pool_panel import IdentityPoolPanel
from cognito_explorer.gui.workspace import PageKind, Workspace
from tests.gui.identity_pools.people import CLIENT_ID, POOL_ID, OpenedPages, door_of, everything_told, page_of, shown
from tests.gui.identity_pools.test_access_trouble import limited_keys
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
async def overview(qtbot: QtBot, aws: Aws, workspace: Workspace) -> IdentityPoolPanel:
    return await shown(qtbot, IdentityPoolPanel(page_of(aws, PageKind.IDENTITY_POOL), workspace))


@pytest.fixture
def reader(demo_sandbox: RunningSandbox) -> Iterator[tuple[str, str]]:
    """Keys that may describe the pool, but not read its roles; taken back afterwards."""
    keys = limited_keys(demo_sandbox, "pool-reader", "cognito-identity:DescribeIdentityPool")
    yield keys
    iam = demo_sandbox.client("iam")
    iam.delete_access_key(UserName="pool-reader", AccessKeyId=keys[0])
    iam.delete_user_policy(UserName="pool-reader", PolicyName="own")
    iam.delete_user(UserName="pool-reader")


async def test_the_pool_is_told_in_plain_words(overview: IdentityPoolPanel) -> None:
    told = everything_told(overview)
    for words in ("Let in", "arn:aws:iam::210987654321:role/MoonletterGuest", "MoonletterReader", "us-east-1:6d6f"):
        assert words in told
    rows = overview.providers_view.table.records()
    assert {(row.kind, row.name) for row in rows} == {("User pool", POOL_ID)}
    assert (CLIENT_ID, "web") in {(row.client, row.client_name) for row in rows}
    assert {row.role_choice for row in rows} == {
        "The role of the user's best group; otherwise the pool's authenticated role."
    }


async def test_enter_on_try_access_opens_it(overview: IdentityPoolPanel, opened: OpenedPages) -> None:
    overview.focus_first()
    QTest.keyClick(overview.try_button, Qt.Key.Key_Space)
    assert [each.kind for each in opened] == [PageKind.ACCESS]


async def test_a_refusal_of_the_roles_leaves_the_rest_standing(
    qtbot: QtBot, demo_sandbox: RunningSandbox, workspace: Workspace, reader: tuple[str, str]
) -> None:
    door = await door_of(demo_sandbox, keys=reader)
    panel = await shown(qtbot, IdentityPoolPanel(page_of(door, PageKind.IDENTITY_POOL), workspace))
    assert panel.banner.error is None
    assert panel.roles_banner.isVisible()
    assert panel.roles_banner.error is not None
    told = panel.roles_banner.error
    assert "cognito-identity:GetIdentityPoolRoles" in told.title + told.hint
    assert "Let in" in everything_told(panel)
    assert {row.role_choice for row in panel.providers_view.table.records()} == {
        "Not known: the pool's roles could not be read."
    }
    assert not panel.roles.isVisible()
    before = len(door.calls.recent())
    QTest.mouseClick(panel.roles_banner.retry_button, Qt.MouseButton.LeftButton)
    await panel.tasks.idle()
    asked = [call.operation for call in door.calls.recent()][: len(door.calls.recent()) - before]
    assert asked == ["GetIdentityPoolRoles"], "the part alone is read again"
    assert panel.roles_banner.isVisible()
    door.close()


async def test_an_unknown_pool_gets_its_sentence(qtbot: QtBot, aws: Aws, workspace: Workspace) -> None:
    page = page_of(aws, PageKind.IDENTITY_POOL)
    gone = "us-east-1:00000000-0000-0000-0000-000000000000"
    page = replace(page, context=replace(page.context, identity_pool_id=gone))
    panel = await shown(qtbot, IdentityPoolPanel(page, workspace))
    assert panel.banner.error is not None
    assert panel.banner.error.title == "This identity pool does not exist here."


async def test_without_a_connection_the_page_says_so(qtbot: QtBot, workspace: Workspace) -> None:
    panel = await shown(qtbot, IdentityPoolPanel(page_of(None, PageKind.IDENTITY_POOL), workspace))
    assert panel.face == "empty"
