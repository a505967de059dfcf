"""The users page as the window shows it: table and inspector side by side, real keys and clicks, real answers."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QSplitter, QVBoxLayout, QWidget

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.lib.commands import CommandList
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.user_pools.user_inspector import UserInspector
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from cognito_explorer.gui.workspace import Context, Page, PageKind, Workspace
from tests.sandbox_fixture import RunningSandbox

PASSWORD = "Moonletter-2026"


def profile_of(running: RunningSandbox, *keys: str) -> Profile:
    """The sandbox's administrator as a profile, or whoever holds other keys."""
    access_key_id, secret = keys or (running.ready["access_key_id"], running.ready["secret_access_key"])
    return Profile(
        id="sandbox",
        name="Sandbox",
        kind="sandbox",
        region="us-east-1",
        color="#2F9E6E",
        endpoint_url=running.endpoint,
        access_key_id=access_key_id,
        secret_access_key=secret,
    )


def make_iam_user(running: RunningSandbox, name: str, *actions: str) -> tuple[str, str]:
    """An IAM user who may do only this; returns the access key."""
    iam = running.client("iam")
    iam.create_user(UserName=name)
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


@dataclass
class OwnPool:
    """A pool of the test's own with an immutable and a numeric attribute, and users in it."""

    idp: Any
    pool_id: str
    names: list[str] = field(default_factory=list)

    def add(self, username: str, *, permanent: bool = True, **attributes: str) -> None:
        """A user; CONFIRMED unless told otherwise. `custom__plan` means custom:plan."""
        given = {"email": f"{username}@acme.test", "email_verified": "true"} | attributes
        pairs = [{"Name": name.replace("__", ":"), "Value": value} for name, value in given.items()]
        self.idp.admin_create_user(
            UserPoolId=self.pool_id, Username=username, UserAttributes=pairs, MessageAction="SUPPRESS"
        )
        if permanent:
            self.idp.admin_set_user_password(
                UserPoolId=self.pool_id, Username=username, Password=PASSWORD, Permanent=True
            )
        self.names.append(username)

    def user(self, username: str) -> dict[str, Any]:
        """What Cognito has, attributes as a dictionary."""
        found = self.idp.admin_get_user(UserPoolId=self.pool_id, Username=username)
        return {**found, "attributes": {pair["Name"]: pair["Value"] for pair in found["UserAttributes"]}}

    def groups(self, username: str) -> list[str]:
        """The names of the user's groups."""
        found = self.idp.admin_list_groups_for_user(UserPoolId=self.pool_id, Username=username)["Groups"]
        return [group["GroupName"] for group in found]


def make_pool(running: RunningSandbox) -> OwnPool:
    """An own pool, still empty, with the groups free and paid."""
    idp = running.client("cognito-idp")
    text = {"AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"}}
    limits = {"MinValue": "1", "MaxValue": "9"}
    made = idp.create_user_pool(
        PoolName="under test",
        AutoVerifiedAttributes=["email"],
        Schema=[
            {"Name": "plan", "Mutable": True, **text},
            {"Name": "origin", "Mutable": False, **text},
            {
                "Name": "level",
                "AttributeDataType": "Number",
                "Mutable": True,
                "NumberAttributeConstraints": limits,
            },
        ],
    )
    pool = OwnPool(idp, made["UserPool"]["Id"])
    for name in ("free", "paid"):
        idp.create_group(UserPoolId=pool.pool_id, GroupName=name)
    return pool


class UsersPage:
    """The panel in a window with its inspector, and hands to use it."""

    def __init__(self, aws: Aws, pool_id: str, username: str = "") -> None:
        self.window = QWidget()
        context = Context("sandbox", aws.region, pool_id, "under test", username)
        self.workspace = Workspace(self.window)
        self.panel = UsersPanel(Page(PageKind.USERS, context, aws), self.workspace)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.panel)
        splitter.addWidget(self.inspector)
        splitter.setSizes([660, 380])
        layout = QVBoxLayout(self.window)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self.commands = CommandList(self.window)
        self.commands.add(*self.panel.commands())
        self.commands.install_shortcuts(self.window)
        self.window.resize(1040, 760)

    @property
    def inspector(self) -> UserInspector:
        """The inspector."""
        return self.panel.user_inspector

    @property
    def names(self) -> list[str]:
        """The usernames shown, top to bottom."""
        return [user.username for user in self.panel.list.table.records()]

    async def settle(self) -> None:
        """Wait for panel, inspector and dialogs to have nothing left to do."""
        while busy := [scope for scope in self.window.findChildren(TaskScope) if scope.is_busy]:
            await busy[0].idle()

    async def click_row(self, username: str) -> None:
        """Click on a user's row and wait for the inspector."""
        view = self.panel.list.view
        index = self.panel.list.table.find(lambda user: user.username == username)
        view.scrollTo(index)
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index.siblingAtColumn(2)).center()
        )
        await asyncio.sleep(0)

    async def choose(self, username: str) -> None:
        """Click on a row and wait until everything about the user is there."""
        await self.click_row(username)
        await self.settle()

    async def run(self, command_id: str) -> None:
        """Run a command as the menu does; a dialog it opens is open afterwards."""
        assert self.commands.run(command_id), self.commands.get(command_id).disabled_reason
        await asyncio.sleep(0)

    def dialog(self) -> Dialog:
        """The dialog that is open."""
        return next(dialog for dialog in self.window.findChildren(Dialog) if dialog.isVisible())

    async def answer(self, words: str) -> None:
        """Press a button of the open dialog and wait for what follows."""
        click(button(self.dialog(), words))
        await asyncio.sleep(0)
        await self.settle()

    def editor(self, name: str) -> QLineEdit:
        """The line of an attribute."""
        editor = self.inspector.attributes.row(name).editor
        assert isinstance(editor, QLineEdit)
        return editor

    def retype(self, name: str, text: str) -> None:
        """Replace an attribute's text at the keyboard."""
        line = self.editor(name)
        line.setFocus()
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        QTest.keyClicks(line, text)

    def toasts(self) -> list[str]:
        """What the toasts say."""
        return [note.text for note in self.window.findChildren(Toast) if not note.isHidden()]

    async def undo(self) -> None:
        """Press Undo on the newest toast."""
        note = [note for note in self.window.findChildren(Toast) if not note.isHidden()][-1]
        click(note.action_button)
        await asyncio.sleep(0)
        await self.settle()


def button(widget: QWidget, words: str) -> QPushButton:
    """The button with that text."""
    return next(each for each in widget.findChildren(QPushButton) if each.text().replace("&", "") == words)


def click(target: QPushButton) -> None:
    """A real click."""
    QTest.mouseClick(target, Qt.MouseButton.LeftButton)
