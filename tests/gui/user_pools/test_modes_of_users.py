"""The users page under each mode: what is refused is grey and says why; production asks for the name."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QLabel

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.insight.permissions import find_permissions
from cognito_explorer.core.profiles import Mode
from cognito_explorer.gui.lib.form import Form
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.theme import Theme
from tests.gui.user_pools.stage import OwnPool, UsersPage, button, make_iam_user, make_pool, profile_of
from tests.sandbox_fixture import RunningSandbox


@pytest_asyncio.fixture
async def page(demo_sandbox: RunningSandbox, theme_app: Theme, settings: Settings) -> AsyncIterator[UsersPage]:
    pool = make_pool(demo_sandbox)
    pool.add("ada")
    aws = await Aws.open(replace(profile_of(demo_sandbox), is_production=True))
    shown = UsersPage(aws, pool.pool_id)
    shown.window.show()
    shown.panel.reload()
    await shown.settle()
    await shown.choose("ada")
    yield shown
    shown.window.hide()
    shown.window.deleteLater()
    aws.close()


@pytest.mark.parametrize(
    ("mode", "greyed"),
    [
        ("admin", set()),
        ("support", {"user.set_password", "user.delete"}),
        ("read-only", {"user.set_password", "user.delete", "user.disable", "user.reset_password", "user.sign_out"}),
    ],
)
async def test_what_the_mode_refuses_is_grey_and_names_the_mode(page: UsersPage, mode: Mode, greyed: set[str]) -> None:
    page.inspector._aws.permit.switch(mode)
    asked = ("user.disable", "user.reset_password", "user.set_password", "user.sign_out", "user.delete")
    reasons = {name: page.commands.get(name).disabled_reason for name in asked}
    assert {name for name, reason in reasons.items() if reason} == greyed
    assert all("Switch its mode" in reasons[name] for name in greyed)
    assert page.panel.create_button.isEnabled() is (mode == "admin")


async def test_an_alias_cannot_be_applied_in_support_and_another_attribute_can(page: UsersPage) -> None:
    page.inspector._aws.permit.switch("support")
    page.retype("name", "Ada Lovelace")
    assert page.inspector.changes.apply_button.isEnabled()
    page.retype("custom:plan", "annual")
    assert page.inspector.changes.apply_button.isEnabled()
    page.inspector._aws.permit.switch("read-only")
    assert not page.inspector.changes.apply_button.isEnabled()
    assert "Support" in page.inspector.changes.apply_button.toolTip()


async def test_groups_without_a_role_can_be_given_in_support_only(page: UsersPage) -> None:
    membership = page.inspector.membership
    page.inspector._aws.permit.switch("support")
    assert membership.add_button.isEnabled()
    page.inspector._aws.permit.switch("read-only")
    assert not membership.add_button.isEnabled()
    assert "read-only" in membership.add_button.toolTip()


async def test_production_asks_for_the_name_before_it_disables(page: UsersPage) -> None:
    await page.run("user.disable")
    do = button(page.dialog(), "Disable")
    assert not do.isEnabled()
    (form,) = page.dialog().findChildren(Form)
    form.set_values({"name": "ada"})
    assert do.isEnabled()
    await page.answer("Disable")
    assert page.toasts() == ["ada is disabled."]


async def test_production_asks_for_the_name_before_somebody_leaves_a_group(
    page: UsersPage, demo_sandbox: RunningSandbox
) -> None:
    pool = OwnPool(demo_sandbox.client("cognito-idp"), page.inspector._pool_id)
    pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, Username="ada", GroupName="paid")
    page.inspector.load_groups()
    await page.settle()
    page.inspector.membership.remove_buttons["paid"].click()
    await asyncio.sleep(0)
    await page.answer("Keep them in it")
    assert pool.groups("ada") == ["paid"]
    page.inspector.membership.remove_buttons["paid"].click()
    await asyncio.sleep(0)
    assert "role included" in told(page)
    assert not button(page.dialog(), "Remove from group").isEnabled()
    page.dialog().findChild(Form).set_values({"name": "ada"})  # type: ignore[union-attr]
    await page.answer("Remove from group")
    assert pool.groups("ada") == []


async def test_production_asks_for_the_name_before_an_attribute_goes_and_not_where_one_changes(
    page: UsersPage, demo_sandbox: RunningSandbox
) -> None:
    pool = OwnPool(demo_sandbox.client("cognito-idp"), page.inspector._pool_id)
    page.retype("name", "Ada Lovelace")
    page.inspector.apply_edits()
    await page.settle()
    assert pool.user("ada")["attributes"]["name"] == "Ada Lovelace"
    page.retype("name", "")
    page.inspector.apply_edits()
    await asyncio.sleep(0)
    await page.answer("Keep it")
    assert pool.user("ada")["attributes"]["name"] == "Ada Lovelace"
    page.inspector.apply_edits()
    await asyncio.sleep(0)
    assert "Ada Lovelace" in told(page)
    page.dialog().findChild(Form).set_values({"name": "ada"})  # type: ignore[union-attr]
    await page.answer("Apply and delete")
    assert not pool.user("ada")["attributes"].get("name")


async def test_what_makes_the_user_billable_says_so_in_the_menu_and_beside_the_button(page: UsersPage) -> None:
    billed = {command.id for command in page.panel.commands() if command.is_billed()}
    assert billed == {
        "user.apply_edits",
        "user.confirm",
        "user.create",
        "user.resend_invitation",
        "user.set_password",
        "user.sign_out",
    }
    menu = page.inspector.menu_button.menu()
    marked = {action.objectName() for action in menu.actions() if action.text().endswith("\tBillable")}
    assert marked == billed - {"user.apply_edits", "user.create"}
    for status, is_billed in (("CONFIRMED", False), ("UNCONFIRMED", True)):
        assert page.inspector.user is not None
        page.inspector.refresh_user(replace(page.inspector.user, status=status))
        badge = page.inspector.suggested_billable
        assert (page.inspector.suggested_button.text(), badge.isVisible()) == (
            "Confirm sign-up…" if is_billed else "Reset password…",
            is_billed,
        )


def told(page: UsersPage) -> str:
    return "\n".join(label.text() for label in page.dialog().findChildren(QLabel))


async def test_what_iams_simulation_denies_is_grey_and_names_the_permission(
    demo_sandbox: RunningSandbox, theme_app: Theme, settings: Settings
) -> None:
    pool = make_pool(demo_sandbox)
    pool.add("ada")
    reads = ("cognito-idp:List*", "cognito-idp:Describe*", "cognito-idp:Get*", "cognito-idp:AdminList*")
    may = (*reads, "cognito-idp:AdminDisableUser", "iam:SimulatePrincipalPolicy")
    aws = await Aws.open(profile_of(demo_sandbox, *make_iam_user(demo_sandbox, "simulated", *may)))
    aws.permit.switch("support")
    shown = UsersPage(aws, pool.pool_id)
    shown.window.show()
    shown.panel.reload()
    await shown.settle()
    await shown.choose("ada")
    assert shown.commands.get("user.sign_out").disabled_reason == ""
    await find_permissions(aws, pool.pool_id)
    for verb, action in (("sign_out", "AdminUserGlobalSignOut"), ("reset_mfa", "AdminSetUserMFAPreference")):
        reason = shown.commands.get(f"user.{verb}").disabled_reason
        assert reason.startswith(f"The permission cognito-idp:{action} is missing: IAM's simulation says so.")
    assert shown.commands.get("user.disable").disabled_reason == ""
    assert not shown.inspector.membership.add_button.isEnabled()
    shown.window.hide()
    shown.window.deleteLater()
    aws.close()
