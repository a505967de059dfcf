"""What goes wrong while access is tried: each trouble has its own sentence, and what was known stays."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from cognito_explorer.core.aws.errors import explain
from cognito_explorer.core.identity_pools.probes import SANDBOX_PROBES
from cognito_explorer.gui.identity_pools.access_panel import AccessPanel
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.form import Form
from cognito_explorer.gui.workspace import PageKind, Workspace
from tests.gui.identity_pools.people import (
    IDENTITY_POOL_ID,
    POOL_ID,
    choose,
    click,
    door_of,
    fact,
    page_of,
    settled,
    shown,
    verdicts,
)
from tests.sandbox_fixture import RunningSandbox, start_sandbox
from tests.signed_in import signed_in


@pytest.fixture(scope="module")
def own_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A demo world whose settings and clock these tests may change."""
    running = start_sandbox(tmp_path_factory.mktemp("trouble") / "world", "--seed", "demo")
    yield running
    running.stop()


@pytest.fixture
def guests_off(own_sandbox: RunningSandbox) -> Iterator[None]:
    """Guests are switched off meanwhile."""
    _allow_guests(own_sandbox, allowed=False)
    yield
    _allow_guests(own_sandbox, allowed=True)


def _allow_guests(running: RunningSandbox, *, allowed: bool) -> None:
    identity = running.client("cognito-identity")
    now: dict[str, Any] = identity.describe_identity_pool(IdentityPoolId=IDENTITY_POOL_ID)
    now.pop("ResponseMetadata")
    now.pop("IdentityPoolTags", None)
    identity.update_identity_pool(**{**now, "AllowUnauthenticatedIdentities": allowed})


def limited_keys(running: RunningSandbox, name: str, *actions: str) -> tuple[str, str]:
    """The keys of a new IAM user who may do these actions and nothing else."""
    iam = running.client("iam")
    iam.create_user(UserName=name)
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


async def access_panel(qtbot: QtBot, workspace: Workspace, running: RunningSandbox, **options: Any) -> AccessPanel:
    door = await door_of(running, **options)
    panel = AccessPanel(page_of(door, PageKind.ACCESS), workspace)
    panel.destroyed.connect(door.close)
    return await shown(qtbot, panel)


async def test_guests_switched_off_get_their_sentence_and_the_other_column_goes_on(
    qtbot: QtBot, workspace: Workspace, own_sandbox: RunningSandbox, guests_off: None
) -> None:
    workspace.remember_tokens(POOL_ID, signed_in(own_sandbox, "ada"))
    panel = await access_panel(qtbot, workspace, own_sandbox)
    assert panel.guest.note.text().startswith("This pool lets no guests in.")
    await click(panel, panel.probes.run_button)
    assert panel.guest.banner.error is not None
    assert panel.guest.banner.error.title == "This identity pool does not let guests in."
    assert panel.authenticated.banner.error is None
    assert verdicts(panel)["Read an article"] == ("Not run", "Allowed")
    assert "does not let guests in" in panel.probes.answers.guest.text()


async def test_an_identity_that_is_gone_is_replaced_at_the_next_try(
    qtbot: QtBot, workspace: Workspace, own_sandbox: RunningSandbox
) -> None:
    panel = await access_panel(qtbot, workspace, own_sandbox)
    await click(panel, panel.guest.get_button)
    was = fact(panel, "guest", "Identity")
    own_sandbox.client("cognito-identity").delete_identities(IdentityIdsToDelete=[was])
    await click(panel, panel.guest.view.renew_button)
    assert panel.guest.banner.error is not None
    await click(panel, panel.guest.banner.retry_button)
    assert not panel.guest.banner.isVisible()
    assert fact(panel, "guest", "Identity") not in ("", was)
    assert was in panel.guest.view.facts.facts[0].hint


async def test_without_permission_for_the_roles_credentials_can_still_be_tried(
    qtbot: QtBot, workspace: Workspace, own_sandbox: RunningSandbox
) -> None:
    keys = limited_keys(own_sandbox, "no-roles", "cognito-identity:DescribeIdentityPool")
    panel = await access_panel(qtbot, workspace, own_sandbox, keys=keys)
    assert panel.banner.error is None
    assert "roles could not be read" in panel.guest.why.text()
    await click(panel, panel.guest.get_button)
    assert fact(panel, "guest", "Role") == "MoonletterGuest"


async def test_without_permission_for_the_pool_a_guest_and_the_signed_in_can_still_be_tried(
    qtbot: QtBot, workspace: Workspace, own_sandbox: RunningSandbox
) -> None:
    keys = limited_keys(own_sandbox, "nothing", "iam:GetUser")
    panel = await access_panel(qtbot, workspace, own_sandbox, keys=keys)
    assert panel.banner.error is not None
    assert "cognito-identity:DescribeIdentityPool" in panel.banner.error.title + panel.banner.error.hint
    assert panel.face == "content"
    workspace.remember_tokens(POOL_ID, signed_in(own_sandbox, "ada"))
    await click(panel, panel.probes.run_button)
    assert verdicts(panel)["Read an article"] == ("Denied", "Allowed")


async def test_a_write_by_a_profile_that_may_not_write_is_not_sent(
    qtbot: QtBot, workspace: Workspace, own_sandbox: RunningSandbox
) -> None:
    workspace.remember_tokens(POOL_ID, signed_in(own_sandbox, "grace"))
    panel = await access_panel(qtbot, workspace, own_sandbox, is_sandbox_profile=False)
    assert panel.probes.empty.isVisible()
    sandbox_panel = await access_panel(qtbot, workspace, own_sandbox)
    panel.probes.set_probes(sandbox_panel.probes.probes())
    await click(panel, panel.probes.run_button)
    assert verdicts(panel)["Write an article"] == ("Kept back", "Kept back")
    assert verdicts(panel)["Read an article"] == ("Denied", "Allowed")
    panel.probes.view.selectRow(4)
    assert panel.probes.answers.authenticated.verdict.text() == "Authenticated: kept back"
    assert "Nothing was sent. PutObject is an administrator's work." in panel.probes.answers.authenticated.text()
    aws = panel.guest.aws
    assert aws is not None
    assert "PutObject" not in {call.operation for call in aws.calls.recent()}
    assert aws.journal.recent() == ()
    aws.permit.switch("admin")
    assert verdicts(panel)["Write an article"] == ("Not run", "Not run")
    await click(panel, panel.probes.run_button)
    assert verdicts(panel)["Write an article"][1] == "Allowed"


async def test_in_production_a_writing_probe_asks_for_its_key_once_and_the_rest_runs_whatever_is_said(
    qtbot: QtBot, workspace: Workspace, own_sandbox: RunningSandbox
) -> None:
    workspace.remember_tokens(POOL_ID, signed_in(own_sandbox, "grace"))
    panel = await access_panel(qtbot, workspace, own_sandbox)
    aws = panel.guest.aws
    assert aws is not None
    aws.renew(replace(aws.profile, is_production=True))
    for is_sure, words in ((False, "Kept back"), (True, "Allowed")):
        QTest.mouseClick(panel.probes.run_button, Qt.MouseButton.LeftButton)
        await asyncio.sleep(0)
        (dialog,) = panel.findChildren(Dialog)
        if is_sure:
            dialog.findChild(Form).set_values({"name": "articles/written-by-a-probe.md"})  # type: ignore[union-attr]
            next(each for each in dialog.findChildren(QPushButton) if each.text() == "Write it").click()
        else:
            dialog.reject()
        await settled(panel)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert verdicts(panel)["Write an article"][1] == words
        assert verdicts(panel)["Read an article"] == ("Denied", "Allowed")


async def test_a_killed_sandbox_gets_a_sentence_and_the_answers_stay(
    qtbot: QtBot, workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    doomed = start_sandbox(tmp_path_factory.mktemp("doomed") / "world", "--seed", "demo")
    try:
        workspace.remember_tokens(POOL_ID, signed_in(doomed, "ada"))
        panel = await access_panel(qtbot, workspace, doomed)
        await click(panel, panel.probes.run_button)
        before = verdicts(panel)
    finally:
        doomed.kill()
    await click(panel, panel.probes.run_button)
    assert panel.banner.error is not None
    assert "Traceback" not in panel.banner.details()
    assert len(panel.banner.error.hint) > 10
    assert verdicts(panel) == before
    await click(panel, panel.guest.view.renew_button)
    assert panel.guest.banner.error is not None
    assert panel.guest.access is not None
    assert verdicts(panel) == before
    panel.reload()
    await settled(panel)
    assert panel.face == "content"


async def test_an_expired_id_token_says_to_sign_in_again(
    qtbot: QtBot, workspace: Workspace, own_sandbox: RunningSandbox
) -> None:
    """Last in this module: it moves the world's clock."""
    tokens = signed_in(own_sandbox, "ada")
    workspace.remember_tokens(POOL_ID, replace(tokens))
    panel = await access_panel(qtbot, workspace, own_sandbox)
    own_sandbox.advance(2 * 3600)
    await click(panel, panel.authenticated.get_button)
    error = panel.authenticated.banner.error
    assert error is not None
    assert error.title == "The ID token has expired."
    assert "sign in again" in error.hint
    assert panel.authenticated.other_button.isVisible()
    assert not panel.authenticated.get_button.isVisible()
    assert panel.guest.banner.error is None


async def test_what_a_mode_or_an_endpoint_rules_out_is_grey_and_says_why(
    qtbot: QtBot, workspace: Workspace, own_sandbox: RunningSandbox
) -> None:
    door = await door_of(own_sandbox, is_sandbox_profile=False)
    panel = AccessPanel(page_of(door, PageKind.ACCESS), workspace)
    panel.destroyed.connect(door.close)
    await shown(qtbot, panel)
    panel.probes.set_probes(SANDBOX_PROBES)
    choose(panel, "Write an article")
    assert not panel.probes.run_one_button.isEnabled()
    assert "Admin" in panel.probes.run_one_button.toolTip()
    assert "Admin" in panel.probes.answers.text()
    choose(panel, "Read an article")
    assert panel.probes.run_one_button.isEnabled()
    assert panel.guest.get_button.isEnabled()
    door.permit.hear("cognito-identity", "GetId", explain("UnknownOperationException", "", "cognito-identity:GetId"))
    assert not panel.guest.get_button.isEnabled()
    assert panel.guest.get_button.toolTip() == "This endpoint has no GetId."
    assert panel.guest.refusal.text() == "This endpoint has no GetId."
    assert next(each for each in panel.commands() if each.id == "access.guest").disabled_reason
    door.permit.try_again()
    assert panel.guest.get_button.isEnabled()
