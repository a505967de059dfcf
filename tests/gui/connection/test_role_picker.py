"""Account and permission set chosen in the profile's form, signing out, and what a deleted profile leaves: nothing."""

import asyncio
from dataclasses import replace

import keyring
import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from cognito_explorer.core.aws.person import Person
from cognito_explorer.core.aws.sso_portal import sso_of
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.asking import SignInDialog
from cognito_explorer.gui.connection.profiles_panel import ProfilesPanel
from cognito_explorer.gui.connection.role_picker import RolePicker
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.form import Form
from cognito_explorer.gui.main_window import MainWindow
from tests.gui.connection.test_asking import Browser
from tests.hand import Hand
from tests.sandbox.profile_endpoints.kit import ACCOUNT, make_permission_set
from tests.sandbox.profile_endpoints.test_single_sign_on import SCOPE, Kit
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture(autouse=True)
def _surroundings(secret_service: None, demo_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """keyring talks to the test's own Secret Service, single sign-on to the sandbox."""
    from keyring.backends.SecretService import Keyring

    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())  # type: ignore[no-untyped-call]
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", f"{demo_sandbox.endpoint}/_sso/oidc")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", f"{demo_sandbox.endpoint}/_sso/portal")


def person_of(window: MainWindow) -> Person:
    person = window.connections.person_of()
    assert person is not None
    return person


def button(dialog: Dialog, words: str) -> QPushButton:
    return next(each for each in dialog.findChildren(QPushButton) if each.text().replace("&", "").startswith(words))


async def begin_profile(hand: Hand) -> tuple[Dialog, Form]:
    """The form for a new profile, as one for IAM Identity Center."""
    hand.window.open_profiles()
    await hand.settle()
    hand.click(hand.page(ProfilesPanel).add_button)
    dialog = await hand.dialog(Dialog)
    form = dialog.findChild(Form)
    assert form is not None
    kind = form.editor("kind")
    assert isinstance(kind, QComboBox)
    kind.setCurrentIndex(kind.findData("sso"))
    return dialog, form


async def sign_in(hand: Hand, kit: Kit) -> None:
    """What a person does who is asked to."""
    browser = Browser()
    dialog = await hand.dialog(SignInDialog)
    hand.click(dialog.sign_in_button)
    async with asyncio.timeout(30):
        while not browser.urls:  # noqa: ASYNC110  # Qt tells a slot, no future
            await asyncio.sleep(0)
    await asyncio.to_thread(kit.answer, browser.urls[0])
    browser.close()


def typed(form: Form, key: str) -> str:
    editor = form.editor(key)
    assert isinstance(editor, QLineEdit)
    return editor.text()


async def test_account_and_permission_set_are_chosen_after_signing_in(
    shared_window: MainWindow, demo_sandbox: RunningSandbox
) -> None:
    make_permission_set(demo_sandbox, "Picked")
    hand, kit = Hand(shared_window), Kit(demo_sandbox)
    dialog, form = await begin_profile(hand)
    choose = button(dialog, "Choose account")
    choose.click()
    assert form.editor("sso_start_url").hasFocus(), "nobody can be asked without an address"
    form.set_values({"sso_start_url": kit.start_url, "sso_region": "us-east-1", "endpoint_url": demo_sandbox.endpoint})
    choose.click()
    await sign_in(hand, kit)
    picker = dialog.findChildren(RolePicker)[0]
    await picker.tasks.idle()
    assert [account.id for account in picker.accounts.records()] == [ACCOUNT]
    picker.role_view.setCurrentIndex(picker.roles.find(lambda role: role == "Picked"))
    picker.use_button.click()
    await hand.settle(besides=["add"])
    assert (typed(form, "sso_account_id"), typed(form, "sso_role_name")) == (ACCOUNT, "Picked")
    kit.http.close()
    dialog.reject()
    await hand.settle()


async def test_signing_out_and_deleting_leave_no_token(shared_window: MainWindow, demo_sandbox: RunningSandbox) -> None:
    hand, kit, window = Hand(shared_window), Kit(demo_sandbox), shared_window
    there = Profile("s", "Corp", "sso", "us-east-1", "#3A57D6", demo_sandbox.endpoint)
    profile = replace(
        there, sso_start_url=kit.start_url, sso_region="us-east-1", sso_account_id=ACCOUNT, sso_role_name="Picked"
    )
    await window.book.save(profile)
    window.open_profiles()
    await hand.settle()
    panel = hand.page(ProfilesPanel)
    assert not panel.sign_out_button.isVisible(), "nobody signs in to the sandbox"
    panel.view.setCurrentIndex(panel.view.table.find(lambda each: each.id == "s"))
    sso = sso_of(profile)
    assert sso is not None
    tokens = person_of(window).sso_tokens
    _, signed_in = kit.sign_in(SCOPE)
    tokens[sso.key] = {"accessToken": signed_in["accessToken"]}
    hand.click(panel.sign_out_button)
    await hand.settle()
    assert tokens.own(sso.key) == ""
    with pytest.raises(kit.portal.exceptions.UnauthorizedException):
        kit.portal.list_accounts(accessToken=signed_in["accessToken"])

    tokens[sso.key] = {"accessToken": "of a later sign-in"}
    hand.click(panel.delete_button)
    hand.click(button(await hand.dialog(Dialog), "Delete profile"))
    await hand.settle()
    assert window.book.open_vault().get("sso/known") == ""
    assert tokens.own(sso.key) == ""
    kit.http.close()
