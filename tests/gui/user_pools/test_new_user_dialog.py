"""Creating a user: the schema makes the form, mistakes stand beside their field, a refusal loses nothing."""

import asyncio

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QScrollArea

from cognito_explorer.gui.user_pools.new_user_dialog import CreateUserDialog
from tests.gui.user_pools.stage import OwnPool, UsersPage, click
from tests.sandbox_fixture import RunningSandbox


async def asked(page: UsersPage) -> CreateUserDialog:
    click(page.panel.create_button)
    await asyncio.sleep(0)
    dialog = page.dialog()
    assert isinstance(dialog, CreateUserDialog)
    return dialog


def errors(dialog: CreateUserDialog) -> list[str]:
    return [
        label.text() for label in dialog.findChildren(QLabel) if label.property("role") == "fieldError" and label.text()
    ]


async def test_a_created_user_stands_in_the_table_and_in_the_inspector(
    page: UsersPage, pool: OwnPool, sandbox: RunningSandbox
) -> None:
    dialog = await asked(page)
    QTest.keyClicks(dialog.form.editor("username"), "hedy")
    QTest.keyClicks(dialog.form.editor("email"), "hedy@acme.test")
    QTest.keyClicks(dialog.form.editor("custom:plan"), "paid")
    await page.answer("Create user")
    found = pool.user("hedy")
    assert found["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert found["attributes"]["custom:plan"] == "paid"
    assert page.names[-1] == "hedy"
    assert page.inspector.user is not None and page.inspector.user.username == "hedy"
    assert any("hedy" in str(message) for message in sandbox.messages())


async def test_mistakes_stand_beside_their_fields_and_nothing_is_sent(page: UsersPage, pool: OwnPool) -> None:
    dialog = await asked(page)
    QTest.keyClicks(dialog.form.editor("username"), "two words")
    QTest.keyClicks(dialog.form.editor("phone_number"), "0123")
    QTest.keyClicks(dialog.form.editor("custom:level"), "20")
    QTest.keyClicks(dialog.form.editor("password"), "short")
    click(dialog.create_button)
    said = " ".join(errors(dialog))
    for words in ("no spaces", "starts with +", "at most 9", "still needs", "Enter an e-mail address"):
        assert words in said
    assert dialog.isVisible()
    (scrolled,) = dialog.findChildren(QScrollArea)
    dialog.more_button.setChecked(True)
    await asyncio.sleep(0)
    assert scrolled.geometry().bottom() < dialog.create_button.geometry().top()
    await page.answer("Cancel")
    assert page.names == ["ada", "grace", "alan"]


async def test_a_taken_name_is_refused_beside_the_field_and_the_rest_stays(page: UsersPage) -> None:
    dialog = await asked(page)
    QTest.keyClicks(dialog.form.editor("username"), "ada")
    QTest.keyClicks(dialog.form.editor("email"), "other@acme.test")
    click(dialog.create_button)
    await asyncio.sleep(0)
    await dialog.tasks.idle()
    assert dialog.isVisible()
    assert len(errors(dialog)) == 1
    assert dialog.new_user().attributes["email"] == "other@acme.test"
    await page.answer("Cancel")


async def test_without_an_invitation_a_password_must_be_chosen(page: UsersPage, pool: OwnPool) -> None:
    dialog = await asked(page)
    dialog.form.set_values({"username": "hedy", "invitation": "none"})
    click(dialog.create_button)
    assert "Choose one" in " ".join(errors(dialog))
    click(next(each for each in dialog.findChildren(type(dialog.create_button)) if "Generate" in each.text()))
    await page.answer("Create user")
    assert pool.user("hedy")["UserStatus"] == "FORCE_CHANGE_PASSWORD"
