"""The inspector: edits wait for Apply, groups and states change with a way back, nothing typed is lost."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Journal
from cognito_explorer.gui.lib.visible import visible
from cognito_explorer.gui.user_pools.staged_edits import Edit
from tests.gui.user_pools.conftest import OpenPage
from tests.gui.user_pools.stage import OwnPool, UsersPage, click, make_iam_user, make_pool, profile_of
from tests.sandbox_fixture import RunningSandbox, start_sandbox

HOSTILE = "<b>bold</b><img src=x> \u202eright to left\u202c 🦉 " + "x" * 1_950


async def apply(page: UsersPage) -> None:
    click(page.inspector.changes.apply_button)
    await asyncio.sleep(0)
    await page.settle()


async def test_a_user_is_told_in_plain_words_with_cognitos_own_beneath(page: UsersPage) -> None:
    await page.choose("alan")
    heading = page.inspector.heading
    assert (heading.name.text(), heading.status.text, heading.enabled.text) == (
        "Alan Turing",
        "Must change password",
        "Enabled",
    )
    assert heading.code.text() == "FORCE_CHANGE_PASSWORD"
    assert page.inspector.suggested_button.text() == "Resend invitation…"


async def test_tab_goes_from_the_actions_to_the_attributes_from_top_to_bottom(page: UsersPage) -> None:
    await page.choose("ada")
    inspector = page.inspector
    inspector.menu_button.setFocus()
    met: list[str] = []
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget() or inspector, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused is inspector.attributes.adder:
            break
        name = next(
            (one for one in inspector.attributes.names() if inspector.attributes.row(one).isAncestorOf(focused)), ""
        )
        if name not in met:
            met.append(name)
    shown = inspector.attributes.names()
    assert [name for name in met if name] == [name for name in shown if not inspector.attributes.row(name).lock_reason]


async def test_edits_wait_and_are_shown_old_beside_new(page: UsersPage, pool: OwnPool) -> None:
    await page.choose("ada")
    page.retype("custom:plan", "annual")
    page.retype("name", "Ada King")
    assert page.panel.has_unsaved_edits()
    assert set(page.inspector.changes.shown) == {
        Edit("custom:plan", "plan", "paid", "annual"),
        Edit("name", "Name", "Ada Lovelace", "Ada King"),
    }
    assert pool.user("ada")["attributes"]["custom:plan"] == "paid"


async def test_ctrl_s_twice_sends_the_edits_once_and_keeps_what_is_typed_meanwhile(
    page: UsersPage, pool: OwnPool, own_aws: Aws
) -> None:
    await page.choose("ada")
    page.retype("custom:plan", "annual")
    page.inspector.apply_edits()
    await asyncio.sleep(0)
    page.retype("name", "Ada King")
    page.inspector.apply_edits()
    await page.settle()
    assert [change.operation for change in own_aws.journal.recent()] == ["admin_update_user_attributes"]
    assert page.inspector.attributes.edits() == (Edit("name", "Name", "Ada Lovelace", "Ada King"),)
    assert pool.user("ada")["attributes"]["custom:plan"] == "annual"


async def test_apply_sends_one_call_and_undo_brings_everything_back(
    page: UsersPage, pool: OwnPool, own_aws: Aws
) -> None:
    await page.choose("ada")
    page.retype("custom:plan", "annual")
    page.retype("name", "Ada King")
    await apply(page)
    assert [change.operation for change in own_aws.journal.recent()] == ["admin_update_user_attributes"]
    assert pool.user("ada")["attributes"]["custom:plan"] == "annual"
    assert not page.panel.has_unsaved_edits()
    renewed = page.panel.list.loaded_user("ada")
    assert renewed is not None and renewed.name == "Ada King"
    await page.undo()
    found = pool.user("ada")["attributes"]
    assert (found["custom:plan"], found["name"]) == ("paid", "Ada Lovelace")
    assert page.editor("name").text() == "Ada Lovelace"


async def test_a_changed_address_is_unverified_unless_one_says_otherwise(page: UsersPage, pool: OwnPool) -> None:
    await page.choose("ada")
    page.retype("email", "ada@example.test")
    assert [edit.after for edit in page.inspector.changes.shown] == ["ada@example.test", "false"]
    flag = page.inspector.attributes.row("email_verified").editor
    assert isinstance(flag, QComboBox)
    flag.setCurrentIndex(flag.findData("true"))
    await apply(page)
    found = pool.user("ada")["attributes"]
    assert (found["email"], found["email_verified"]) == ("ada@example.test", "true")
    await page.undo()
    found = pool.user("ada")["attributes"]
    assert (found["email"], found["email_verified"]) == ("ada@acme.test", "true")


async def test_an_attribute_can_be_added_and_emptied(page: UsersPage, pool: OwnPool) -> None:
    await page.choose("ada")
    adder = page.inspector.attributes.adder
    adder.setCurrentIndex(adder.findData("nickname"))
    adder.activated.emit(adder.currentIndex())
    QTest.keyClicks(page.editor("nickname"), "countess")
    page.retype("custom:plan", "")
    await apply(page)
    found = pool.user("ada")["attributes"]
    assert found["nickname"] == "countess"
    assert "custom:plan" not in found


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("email", "ada at acme", "does not look like an e-mail address"),
        ("phone_number", "020 7946", "starts with + and the country code"),
        ("custom:level", "12", "at most 9"),
        ("custom:level", "high", "a whole number"),
    ],
)
async def test_what_cannot_be_right_is_not_sent(page: UsersPage, name: str, text: str, words: str) -> None:
    await page.choose("ada")
    page.retype(name, text)
    assert words in page.inspector.attributes.row(name).problem.text()
    assert not page.inspector.changes.apply_button.isEnabled()
    click(page.inspector.attributes.row(name).revert_button)
    assert not page.panel.has_unsaved_edits()


async def test_an_immutable_attribute_is_locked_and_says_why(page: UsersPage) -> None:
    await page.choose("ada")
    row = page.inspector.attributes.row("custom:origin")
    assert "only when the user is created" in row.lock_reason
    assert row.value() == "import"
    assert "sub" not in page.inspector.attributes.names()


async def test_hostile_text_stays_text(page: UsersPage, pool: OwnPool) -> None:
    pool.add("mallory", name=HOSTILE)
    page.panel.reload()
    await page.settle()
    await page.choose("mallory")
    assert page.inspector.heading.name.text() == visible(HOSTILE)
    assert page.editor("name").text() == HOSTILE
    assert not page.panel.has_unsaved_edits()
    assert page.inspector.width() <= 420
    labels = page.window.findChildren(QLabel)
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels if "<b>" in label.text())
    assert "<b>" not in page.inspector.heading.name.toolTip()


async def test_groups_are_added_and_taken_away_with_a_way_back(page: UsersPage, pool: OwnPool, own_aws: Aws) -> None:
    await page.choose("ada")
    membership = page.inspector.membership
    assert membership.note.text() == "In no group."
    membership.chooser.setCurrentText("paid")
    click(membership.add_button)
    await asyncio.sleep(0)
    await page.settle()
    assert pool.groups("ada") == ["paid"] == membership.group_names()
    click(membership.remove_buttons["paid"])
    await asyncio.sleep(0)
    await page.settle()
    assert pool.groups("ada") == [] == membership.group_names()
    await page.undo()
    assert pool.groups("ada") == ["paid"] == membership.group_names()
    back, taken_away = own_aws.journal.recent(2)
    assert (back.undoes, back.operation) == (taken_away.id, "admin_add_user_to_group")
    assert taken_away.target_id == pool.user("ada")["attributes"]["sub"]


async def test_disabling_asks_first_and_can_be_undone(page: UsersPage, pool: OwnPool) -> None:
    await page.choose("ada")
    await page.run("user.disable")
    assert page.dialog().windowTitle() == "Disable ada?"
    await page.answer("Keep enabled")
    assert pool.user("ada")["Enabled"]
    await page.run("user.disable")
    await page.answer("Disable")
    assert not pool.user("ada")["Enabled"]
    assert page.inspector.heading.enabled.text == "Disabled"
    assert page.inspector.suggested_button.text() == "Enable"
    await page.undo()
    assert pool.user("ada")["Enabled"]
    assert page.inspector.heading.enabled.text == "Enabled"


async def test_a_lost_second_factor_is_reset(page: UsersPage, pool: OwnPool, own_aws: Aws) -> None:
    await page.choose("ada")
    await page.run("user.reset_mfa")
    assert page.dialog().windowTitle() == "Reset the MFA of ada?"
    await page.answer("Reset MFA")
    assert page.toasts()[-1] == "ada has no second factor any longer."
    outcomes = {change.operation: change.outcome for change in own_aws.journal.recent(2)}
    assert outcomes["admin_set_user_mfa_preference"] == "accepted"
    assert page.inspector.banner.error is None


async def test_what_cannot_be_done_says_why(page: UsersPage) -> None:
    assert page.commands.get("user.delete").disabled_reason == "Select a user first."
    await page.choose("alan")
    assert "temporary" in page.commands.get("user.reset_password").disabled_reason
    assert page.commands.get("user.confirm").disabled_reason
    assert page.commands.get("user.enable").disabled_reason == "This user is enabled already."
    await page.choose("ada")
    assert page.commands.get("user.reset_password").is_enabled
    assert page.commands.get("user.resend_invitation").disabled_reason


async def test_a_reset_makes_the_old_password_useless(page: UsersPage, pool: OwnPool) -> None:
    await page.choose("ada")
    await page.run("user.reset_password")
    await page.answer("Reset password")
    assert pool.user("ada")["UserStatus"] == "RESET_REQUIRED"
    assert page.inspector.heading.status.text == "Must reset password"


async def test_an_invitation_is_sent_again(page: UsersPage, sandbox: RunningSandbox) -> None:
    await page.choose("alan")
    await page.run("user.resend_invitation")
    await page.answer("Resend invitation")
    assert "alan@acme.test" in sandbox.messages()[0].values()
    assert page.toasts()[-1] == "The invitation was sent again to alan@acme.test."


async def test_a_sign_up_is_confirmed(page: UsersPage, pool: OwnPool, sandbox: RunningSandbox) -> None:
    client = pool.idp.create_user_pool_client(UserPoolId=pool.pool_id, ClientName="app")["UserPoolClient"]["ClientId"]
    sandbox.public_client("cognito-idp").sign_up(
        ClientId=client,
        Username="edsger",
        Password="Moonletter-2026",
        UserAttributes=[{"Name": "email", "Value": "edsger@acme.test"}],
    )
    page.panel.reload()
    await page.settle()
    await page.choose("edsger")
    await page.run("user.confirm")
    await page.answer("Confirm sign-up")
    assert pool.user("edsger")["UserStatus"] == "CONFIRMED"


async def test_a_password_is_checked_against_the_policy_before_it_is_set(page: UsersPage, pool: OwnPool) -> None:
    await page.choose("alan")
    await page.run("user.set_password")
    dialog = page.dialog()
    QTest.keyClicks(dialog.focusWidget(), "short")
    click(next(each for each in dialog.findChildren(type(page.inspector.menu_button)) if each.text() == "Set password"))
    assert any("still needs" in label.text() for label in dialog.findChildren(QLabel))
    QTest.keyClicks(dialog.focusWidget(), "-But-Longer-1")
    await page.answer("Set password")
    assert pool.user("alan")["UserStatus"] == "CONFIRMED"


async def test_everybody_can_be_signed_out(page: UsersPage, own_aws: Aws) -> None:
    await page.choose("ada")
    await page.run("user.sign_out")
    await page.answer("Sign out everywhere")
    assert own_aws.journal.recent()[0].operation == "admin_user_global_sign_out"


async def test_a_user_is_deleted_once_the_name_was_typed(page: UsersPage, pool: OwnPool) -> None:
    await page.choose("ada")
    await page.run("user.delete")
    QTest.keyClicks(page.dialog().focusWidget(), "ada")
    await page.answer("Delete")
    assert "ada" not in page.names
    with pytest.raises(pool.idp.exceptions.UserNotFoundException):
        pool.user("ada")


async def test_looking_at_another_user_asks_before_edits_are_lost(page: UsersPage) -> None:
    await page.choose("ada")
    page.retype("name", "Ada King")
    await page.click_row("grace")
    assert page.inspector.user is not None and page.inspector.user.username == "ada"
    await page.answer("Keep editing")
    assert page.editor("name").text() == "Ada King"
    selected = page.panel.list.selected_user()
    assert selected is not None and selected.username == "ada"
    await page.click_row("grace")
    await page.answer("Discard edits")
    assert page.inspector.heading.name.text() == "Grace Hopper"


async def test_a_search_keeps_the_edited_user_in_sight(page: UsersPage) -> None:
    await page.choose("ada")
    page.retype("name", "Ada King")
    page.panel.take_text("grace@acme")
    await page.settle()
    assert page.names == ["grace"]
    assert page.inspector.heading.name.text() == "Ada Lovelace"
    assert page.editor("name").text() == "Ada King"


async def test_a_refused_apply_keeps_the_edits_and_explains(
    open_page: OpenPage, sandbox: RunningSandbox, pool: OwnPool
) -> None:
    keys = make_iam_user(
        sandbox, "reader-" + pool.pool_id[-6:], "cognito-idp:List*", "cognito-idp:Describe*", "cognito-idp:Get*"
    )
    aws = await Aws.open(profile_of(sandbox, *keys), journal=Journal())
    page = await open_page(aws, pool.pool_id)
    await page.choose("ada")
    page.retype("name", "Ada King")
    await apply(page)
    assert page.inspector.banner.error is not None
    assert "AdminUpdateUserAttributes" in page.inspector.banner.error.title
    assert page.editor("name").text() == "Ada King"
    assert page.inspector.membership.trouble.error is not None
    assert page.inspector.changes.apply_button.isEnabled()
    aws.close()


async def test_a_killed_sandbox_costs_no_edit(open_page: OpenPage, tmp_path: Path) -> None:
    running = start_sandbox(tmp_path / "world", "--seed", "empty")
    pool = make_pool(running)
    pool.add("ada", name="Ada Lovelace")
    aws = await Aws.open(profile_of(running), journal=Journal())
    page = await open_page(aws, pool.pool_id)
    await page.choose("ada")
    page.retype("name", "Ada King")
    port = running.endpoint.rpartition(":")[2]
    running.kill()
    await apply(page)
    assert page.inspector.banner.error is not None
    assert page.panel.has_unsaved_edits()
    assert page.editor("name").text() == "Ada King"
    again = start_sandbox(tmp_path / "world", "--port", port)
    click(page.inspector.banner.retry_button)
    await asyncio.sleep(0)
    await page.settle()
    assert pool.user("ada")["attributes"]["name"] == "Ada King"
    assert not page.panel.has_unsaved_edits()
    aws.close()
    again.stop()


async def test_after_no_answer_one_is_asked_to_look_and_the_user_is_read_anew(
    open_page: OpenPage, demo_sandbox: RunningSandbox
) -> None:
    pool = make_pool(demo_sandbox)
    pool.add("ada")
    aws = await Aws.open(profile_of(demo_sandbox), journal=Journal())
    page = await open_page(aws, pool.pool_id)
    await page.choose("ada")
    banner = page.inspector.banner
    demo_sandbox.control("faults", {"outage": "refused"})
    try:
        await page.run("user.disable")
        await page.answer("Disable")
        assert aws.journal.recent()[0].outcome == "unknown"
        assert banner.look_button.isVisible()
        assert banner.retry_button.text() == "Disable again"
        assert banner.error is not None
        assert "Look whether it was done" in banner.error.hint
    finally:
        demo_sandbox.control("faults", {"outage": "none"})
    # As if the endpoint had done it all the same, before it fell silent.
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="ada")
    click(banner.look_button)
    await asyncio.sleep(0)
    await page.settle()
    assert page.inspector.user is not None
    assert not page.inspector.user.is_enabled
    assert banner.error is not None
    assert "ada was read again since" in banner.error.hint
    aws.close()
