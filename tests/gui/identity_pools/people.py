"""Who tries access, and how a test presses their buttons."""

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.identity_pools.access_panel import AccessPanel
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.workspace import Context, Page, PageKind
from tests.sandbox_fixture import RunningSandbox

POOL_ID = "us-east-1_Moonlettr"
CLIENT_ID = "3moonletterweb7k2q9v5d1h8s"
IDENTITY_POOL_ID = "us-east-1:6d6f6f6e-6c65-4474-8572-2d64656d6f21"
PASSWORD = "Moonletter-2026"

PanelT = TypeVar("PanelT", bound=Panel)


class OpenedPages(list[Page]):
    """What panels asked the window to open, in order."""


async def door_of(
    running: RunningSandbox, *, keys: tuple[str, str] | None = None, is_sandbox_profile: bool = True
) -> Aws:
    """A door, as the administrator or with other keys, by a sandbox profile or by one that may not write."""
    access_key_id, secret = keys or (running.ready["access_key_id"], running.ready["secret_access_key"])
    profile = Profile(
        id="sandbox",
        name="Moonletter",
        kind="sandbox" if is_sandbox_profile else "keys",
        region="us-east-1",
        color="#2F9E6E",
        endpoint_url=running.endpoint,
        access_key_id=access_key_id,
        secret_access_key=secret,
    )
    door = await Aws.open(profile, journal=Journal())
    door.permit.may_sign_in = True  # signing in was agreed to, as a read-only profile asks once
    return door


def page_of(aws: Aws | None, kind: PageKind) -> Page:
    """A page of Moonletter's identity pool."""
    context = Context("sandbox", "us-east-1", identity_pool_id=IDENTITY_POOL_ID, identity_pool_name="moonletter")
    return Page(kind, context, aws)


async def shown(qtbot: QtBot, panel: PanelT) -> PanelT:
    """The panel on screen, loaded."""
    qtbot.addWidget(panel)
    panel.resize(1024, 652)
    panel.show()
    await panel.tasks.idle()
    return panel


async def click(panel: AccessPanel, button: QPushButton) -> None:
    """Press a button and wait for what it began."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await settled(panel)


async def settled(panel: AccessPanel) -> None:
    """Wait until nothing runs, in the panel and in its columns."""
    for scope in (panel.tasks, panel.guest.tasks, panel.authenticated.tasks, panel.probes.tasks, panel.tasks):
        await scope.idle()


def verdicts(panel: AccessPanel) -> dict[str, tuple[str, str]]:
    """Per probe what the guest's and the signed-in user's cells say."""
    table = panel.probes.table
    names = [column.name for column in table.columns]
    guest, user = (table.columns[names.index(name)] for name in ("Guest", "Authenticated"))
    return {row.probe.title: (guest.text(row), user.text(row)) for row in table.records()}


def choose(panel: AccessPanel, title: str) -> None:
    """Stand on a probe's line."""
    panel.probes.view.selectRow([row.probe.title for row in panel.probes.table.records()].index(title))


def fact(panel: AccessPanel, side: str, label: str) -> str:
    """The value of a fact in a column."""
    column = panel.guest if side == "guest" else panel.authenticated
    return next((str(each.value) for each in column.view.facts.facts if each.label == label), "")


def everything_told(widget: QWidget) -> str:
    """All that is painted, hovered or read aloud."""
    parts = [label.text() for label in widget.findChildren(QLabel)]
    parts += [button.text() for button in widget.findChildren(QPushButton)]
    for each in (widget, *widget.findChildren(QWidget)):
        parts += [each.toolTip(), each.accessibleName(), each.accessibleDescription(), each.windowTitle()]
        parts += [each.whatsThis(), each.statusTip(), each.objectName()]
    return "\n".join(parts)
