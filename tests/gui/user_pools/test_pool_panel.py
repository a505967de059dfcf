"""A pool in plain words; a part that may not be read leaves the others standing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Journal
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.form import Form
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.user_pools.pool_panel import PoolPanel
from cognito_explorer.gui.workspace import Context, Page, PageKind, Workspace
from tests.gui.user_pools.conftest import MOONLETTER
from tests.gui.user_pools.stage import OwnPool, button, click, make_iam_user, make_pool, profile_of
from tests.sandbox_fixture import RunningSandbox

pytestmark = pytest.mark.usefixtures("theme_app")


async def opened(qtbot: QtBot, aws: Aws, pages: list[Page]) -> PoolPanel:
    workspace = Workspace()
    workspace.set_opener(pages.append)
    context = Context("sandbox", "us-east-1", MOONLETTER, "moonletter")
    panel = PoolPanel(Page(PageKind.POOL, context, aws), workspace)
    workspace.setParent(panel)
    qtbot.addWidget(panel)
    panel.resize(1040, 760)
    panel.show()
    await panel.tasks.idle()
    return panel


async def test_the_overview_says_it_in_words(qtbot: QtBot, demo_aws: Aws) -> None:
    panel = await opened(qtbot, demo_aws, [])
    said = {label.text() for label in panel.settings.findChildren(QLabel)}
    assert {"About 500", "A username, or their e-mail address", "Off"} <= said
    assert "At least 8 characters with an upper-case letter, a lower-case letter, a digit and a symbol" in said
    assert panel.identifiers.facts[0].value == MOONLETTER
    assert panel.domain_list.facts[0].value == "moonletter"


async def test_clients_groups_and_attributes_are_tables(qtbot: QtBot, demo_aws: Aws) -> None:
    panel = await opened(qtbot, demo_aws, [])
    assert {client.name for client in panel.clients_table.table.records()} == {"web", "server", "machine"}
    assert [group.name for group in panel.groups_part.table.table.records()] == ["editors", "paid", "free"]
    assert {spec.name for spec in panel.attributes_table.table.records()} == {"email", "custom:plan", "custom:ref"}


async def test_an_app_clients_id_can_be_copied(qtbot: QtBot, demo_aws: Aws, theme_app: Theme) -> None:
    panel = await opened(qtbot, demo_aws, [])
    panel.clients_table.view.selectRow(0)
    click(panel.clients_table.copy_button)
    chosen = panel.clients_table.table.record(0)
    assert QGuiApplication.clipboard().text() == chosen.client_id


async def test_the_buttons_lead_to_users_and_sign_in(qtbot: QtBot, demo_aws: Aws) -> None:
    pages: list[Page] = []
    panel = await opened(qtbot, demo_aws, pages)
    click(panel.users_button)
    click(panel.sign_in_button)
    assert [page.kind for page in pages] == [PageKind.USERS, PageKind.SIGN_IN]
    assert {page.context.pool_id for page in pages} == {MOONLETTER}


async def test_a_denied_part_leaves_the_others_standing(qtbot: QtBot, demo_sandbox: RunningSandbox) -> None:
    allowed = ("DescribeUserPool", "GetUserPoolMfaConfig", "ListUserPoolClients", "DescribeUserPoolClient")
    keys = make_iam_user(demo_sandbox, "no-groups", *(f"cognito-idp:{name}" for name in allowed))
    aws = await Aws.open(profile_of(demo_sandbox, *keys), journal=Journal())
    panel = await opened(qtbot, aws, [])
    assert panel.settings.is_filled and panel.clients.is_filled
    assert panel.groups.trouble.error is not None
    assert "cognito-idp:ListGroups" in panel.groups.trouble.error.title
    assert panel.domain.trouble.error is not None
    assert panel.banner.error is None
    aws.close()


async def answered(panel: PoolPanel, words: str, **values: str) -> None:
    """Fill the open dialog's form and press a button of it."""
    dialog = next(each for each in panel.findChildren(Dialog) if each.isVisible())
    for form in dialog.findChildren(Form):
        form.set_values(values)
    click(button(dialog, words))
    await asyncio.sleep(0)
    await settled(panel)


async def settled(panel: PoolPanel) -> None:
    while busy := [scope for scope in panel.findChildren(TaskScope) if scope.is_busy]:
        await busy[0].idle()


async def undone(panel: PoolPanel, typed_name: str = "") -> None:
    """Press Undo on the newest toast, and type the name where that is asked for."""
    click([note for note in panel.findChildren(Toast) if not note.isHidden()][-1].action_button)
    await asyncio.sleep(0)
    if typed_name:
        await answered(panel, "Undo the change", name=typed_name)
    await settled(panel)


def names(panel: PoolPanel) -> list[str]:
    return [group.name for group in panel.groups_part.table.table.records()]


@pytest_asyncio.fixture
async def own_panel(qtbot: QtBot, demo_sandbox: RunningSandbox) -> AsyncIterator[tuple[PoolPanel, OwnPool, Aws]]:
    """An own pool's overview, seen through a profile of production."""
    pool = make_pool(demo_sandbox)
    pool.add("ada")
    aws = await Aws.open(replace(profile_of(demo_sandbox), is_production=True), journal=Journal())
    panel = PoolPanel(Page(PageKind.POOL, Context("sandbox", "us-east-1", pool.pool_id, "own"), aws), Workspace())
    qtbot.addWidget(panel)
    panel.show()
    await settled(panel)
    yield panel, pool, aws
    aws.close()


async def test_a_pool_that_has_no_domain_any_more_has_no_reason_left(own_panel: tuple[PoolPanel, OwnPool, Aws]) -> None:
    panel, _, _ = own_panel
    panel.sign_in_button.setEnabled(False)  # as while it had one whose pages were not to be found
    panel.sign_in_button.setToolTip("This endpoint has no sign-in pages known here.")
    panel.reload()
    await settled(panel)
    assert panel.sign_in_button.isEnabled()
    assert panel.sign_in_button.toolTip() == ""


async def test_a_group_is_made_and_changed_with_a_way_back(own_panel: tuple[PoolPanel, OwnPool, Aws]) -> None:
    panel, _, _ = own_panel
    part = panel.groups_part
    assert part.edit_button.toolTip() == "Select a group first."
    click(part.create_button)
    await asyncio.sleep(0)
    await answered(panel, "Create group", name="staff", precedence="3")
    assert names(panel) == ["staff", "free", "paid"]
    part.table.view.selectRow(0)
    part.edit()
    await asyncio.sleep(0)
    await answered(panel, "Change group", description="Works here")
    assert part.table.table.record(0).description == "Works here"
    await undone(panel)
    assert part.table.table.record(0).description == ""


async def test_an_undo_that_was_refused_is_tried_again_by_retry(own_panel: tuple[PoolPanel, OwnPool, Aws]) -> None:
    panel, pool, _ = own_panel
    part = panel.groups_part
    part.table.view.selectRow(0)
    part.edit()
    await asyncio.sleep(0)
    await answered(panel, "Change group", description="Works here")
    name = part.table.table.record(0).name
    pool.idp.update_group(UserPoolId=pool.pool_id, GroupName=name, Description="Elsewhere")
    await undone(panel)
    assert panel.banner.error is not None
    assert panel.banner.error.code == "MovedOn"
    pool.idp.update_group(UserPoolId=pool.pool_id, GroupName=name, Description="Works here")
    click(panel.banner.retry_button)
    await settled(panel)
    assert not panel.banner.isVisible()
    assert part.table.table.record(0).description == ""


async def test_a_group_is_deleted_after_its_name_was_typed_and_comes_back_with_its_members(
    own_panel: tuple[PoolPanel, OwnPool, Aws],
) -> None:
    panel, pool, aws = own_panel
    part = panel.groups_part
    pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, Username="ada", GroupName="free")
    part.table.view.selectRow(0)
    part.delete()
    await asyncio.sleep(0)
    dialog = next(each for each in panel.findChildren(Dialog) if each.isVisible())
    assert not button(dialog, "Delete group").isEnabled()
    await answered(panel, "Delete group", name="free")
    assert names(panel) == ["paid"]
    await undone(panel)
    assert names(panel) == ["free", "paid"]
    assert pool.groups("ada") == ["free"]
    aws.permit.switch("support")
    assert "Admin" in part.create_button.toolTip()
    assert not part.delete_button.isEnabled()


async def test_settings_are_switched_with_a_way_back_and_the_rest_stays(
    own_panel: tuple[PoolPanel, OwnPool, Aws],
) -> None:
    panel, pool, aws = own_panel

    def settings() -> dict[str, Any]:
        found: dict[str, Any] = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]
        return found

    click(panel.switches.protect_button)
    await asyncio.sleep(0)
    await settled(panel)
    assert settings()["DeletionProtection"] == "ACTIVE"
    assert settings()["AutoVerifiedAttributes"] == ["email"]
    assert panel.switches.protect_button.text() == "Switch deletion protection off"
    await undone(panel, pool.pool_id)
    assert settings()["DeletionProtection"] == "INACTIVE"
    click(panel.switches.sign_up_button)
    await asyncio.sleep(0)
    await answered(panel, "Close sign-up", name="under test")
    assert settings()["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]
    assert panel.switches.sign_up_button.text() == "Open the sign-up…"
    await undone(panel)
    assert not settings()["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]
    assert aws.journal.recent(1)[0].undoes == aws.journal.recent(2)[1].id
    aws.permit.switch("support")
    assert "Admin" in panel.switches.protect_button.toolTip()
