"""A pool in plain words; a part that may not be read leaves the others standing."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Journal
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.user_pools.pool_panel import PoolPanel
from cognito_explorer.gui.workspace import Context, Page, PageKind, Workspace
from tests.gui.user_pools.conftest import MOONLETTER
from tests.gui.user_pools.stage import click, make_iam_user, profile_of
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
    assert [group.name for group in panel.groups_table.table.records()] == ["editors", "paid", "free"]
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
