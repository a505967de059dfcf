"""Each kind of profile as a person makes it: by the form, then “Test connection”, with what it asks on the way."""

import asyncio
import json
import shlex
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from cognito_explorer.core.aws import person
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.gui.connection.asking import SignInDialog
from cognito_explorer.gui.connection.profiles_panel import ProfilesPanel
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.form import Form
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.main_window import MainWindow
from tests.core.aws.signing_in import hire
from tests.gui.connection.test_asking import Browser, code_field
from tests.hand import Hand
from tests.sandbox.profile_endpoints.kit import ACCOUNT, make_permission_set, make_role
from tests.sandbox.profile_endpoints.test_single_sign_on import Kit
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    yield made
    made.close()


@pytest.fixture
def kit(demo_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kit]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", f"{demo_sandbox.endpoint}/_sso/oidc")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", f"{demo_sandbox.endpoint}/_sso/portal")
    made = Kit(demo_sandbox)
    yield made
    made.http.close()


async def make(window: MainWindow, running: RunningSandbox, **fields: str) -> tuple[Hand, ProfilesPanel]:
    """Fill in the form for a new profile, save it and press “Test connection”."""
    hand = Hand(window)
    await hand.be_active()
    await window.book.go_on_without_keyring()
    window.open_profiles()
    await hand.settle()
    panel = hand.page(ProfilesPanel)
    hand.click(panel.add_button)
    dialog = await hand.dialog(Dialog)
    form = dialog.findChild(Form)
    assert form is not None
    for key, text in {"name": "Mine", **fields, "region": "us-east-1", "endpoint_url": running.endpoint}.items():
        editor = form.editor(key)
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(text))
        elif isinstance(editor, QLineEdit):
            editor.selectAll()
            QTest.keyClicks(editor, text)
    save = next(one for one in dialog.findChildren(QPushButton) if one.text() == "Save profile")
    hand.click(save)
    await hand.settle()
    hand.click(panel.test_button)
    return hand, panel


def trouble_of(panel: ProfilesPanel) -> ExplorerError | None:
    return panel.banner.error


def told(window: MainWindow) -> str:
    return "\n".join(note.text for note in window.findChildren(Toast))


async def until_opened(browser: Browser) -> str:
    async with asyncio.timeout(30):
        while not browser.urls:  # noqa: ASYNC110  # Qt tells a slot, no future
            await asyncio.sleep(0)
    return browser.urls[0]


async def test_a_role_with_an_external_id_and_a_code(shared_window: MainWindow, demo_sandbox: RunningSandbox) -> None:
    employee = hire(demo_sandbox, "by-form", external_id="ticket-7")
    hand, panel = await make(
        shared_window,
        demo_sandbox,
        kind="role",
        role_arn=employee.role_arn,
        access_key_id=employee.keys[0],
        secret_access_key=employee.keys[1],
        external_id="ticket-7",
        mfa_serial=employee.serial,
    )
    await code_field(hand)
    hand.write(employee.code())
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    assert trouble_of(panel) is None
    assert "assumed-role/by-form-role/" in told(shared_window)


async def test_a_program_works_and_one_that_prints_nonsense_is_told(
    shared_window: MainWindow, demo_sandbox: RunningSandbox
) -> None:
    keys = {name: demo_sandbox.ready[ours] for name, ours in (("AccessKeyId", "access_key_id"),)}
    whole = {"Version": 1, **keys, "SecretAccessKey": demo_sandbox.ready["secret_access_key"]}
    program = shlex.join([sys.executable, "-c", f"print({json.dumps(whole)!r})"])
    hand, panel = await make(shared_window, demo_sandbox, kind="process", credential_process=program)
    await hand.settle()
    assert trouble_of(panel) is None
    assert "“Mine” works" in told(shared_window)
    garbage = shlex.join([sys.executable, "-c", "print('Please log in first')"])
    hand, panel = await make(shared_window, demo_sandbox, name="Other", kind="process", credential_process=garbage)
    await hand.settle()
    assert panel.banner.error is not None
    assert "gave no credentials" in panel.banner.error.title


async def test_the_role_of_a_container(
    shared_window: MainWindow, demo_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = make_role(demo_sandbox, "FormTask", {"Service": "ecs-tasks.amazonaws.com"})
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{demo_sandbox.endpoint}/_container/credentials/{role}")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(demo_sandbox.data / "container-token"))
    hand, panel = await make(shared_window, demo_sandbox, kind="container")
    await hand.settle()
    assert trouble_of(panel) is None
    assert f"assumed-role/{role}/" in told(shared_window)


async def test_the_role_of_an_instance(
    shared_window: MainWindow, demo_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"{demo_sandbox.endpoint}/_imds/")
    hand, panel = await make(shared_window, demo_sandbox, kind="instance")
    await hand.settle()
    assert trouble_of(panel) is None
    assert "assumed-role/" in told(shared_window)


def corp(kit: Kit, role_name: str) -> dict[str, str]:
    there = {"kind": "sso", "sso_start_url": kit.start_url, "sso_region": "us-east-1", "sso_account_id": ACCOUNT}
    return there | {"sso_role_name": role_name}


async def test_identity_center_called_off_is_told_and_asked_again(
    shared_window: MainWindow,
    demo_sandbox: RunningSandbox,
    kit: Kit,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_permission_set(demo_sandbox, "Calm")
    hand, panel = await make(shared_window, demo_sandbox, **corp(kit, "Calm"))
    dialog = await hand.dialog(SignInDialog)
    hand.click(dialog.sign_in_button)
    await until_opened(browser)
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    assert panel.banner.error is not None
    assert "not signed in" in panel.banner.error.title
    browser.urls.clear()
    await hand.be_active()
    # A person takes longer to find the button.
    monkeypatch.setattr(person, "_GRACE_S", 0.0)
    hand.click(panel.banner.retry_button)
    again = await hand.dialog(SignInDialog)
    hand.click(again.sign_in_button)
    await asyncio.to_thread(kit.answer, await until_opened(browser))
    await hand.settle()
    assert trouble_of(panel) is None
    assert "AWSReservedSSO_Calm" in told(shared_window)


async def test_a_code_that_ran_out_is_told_in_the_dialog_and_a_new_one_works(
    shared_window: MainWindow, demo_sandbox: RunningSandbox, kit: Kit, browser: Browser
) -> None:
    make_permission_set(demo_sandbox, "Late")
    hand, panel = await make(shared_window, demo_sandbox, **corp(kit, "Late"))
    dialog = await hand.dialog(SignInDialog)
    hand.click(dialog.sign_in_button)
    await until_opened(browser)
    demo_sandbox.advance(700)
    try:
        await dialog.tasks.idle()
        assert dialog.banner.error is not None
        assert "code has run out" in dialog.banner.error.title
        assert dialog.sign_in_button.isVisible()
        assert not dialog.code.isVisible()
    finally:
        demo_sandbox.advance(-700)
    browser.urls.clear()
    hand.click(dialog.sign_in_button)
    await asyncio.to_thread(kit.answer, await until_opened(browser))
    await hand.settle()
    assert trouble_of(panel) is None
    assert "AWSReservedSSO_Late" in told(shared_window)
