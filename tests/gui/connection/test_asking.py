"""Codes and sign-ins in place: what was begun goes on by itself, and the tabs stay."""

import asyncio

import keyring
import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QLineEdit

from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.asking import SignInDialog
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.form import Form
from cognito_explorer.gui.main_window import MainWindow
from tests.core.aws.signing_in import hire
from tests.gui.windows import pools_in_front
from tests.hand import Hand
from tests.sandbox.profile_endpoints.kit import ACCOUNT, make_permission_set
from tests.sandbox.profile_endpoints.test_single_sign_on import Kit
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture(autouse=True)
def _real_keyring(secret_service: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """keyring talks to the test's own Secret Service."""
    from keyring.backends.SecretService import Keyring

    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())  # type: ignore[no-untyped-call]


class Browser(QObject):
    """The system's browser, as far as Qt tells of it."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []
        for scheme in ("http", "https"):
            QDesktopServices.setUrlHandler(scheme, self, "open")  # type: ignore[arg-type]  # PySide takes nothing else

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        """An address was opened."""
        self.urls.append(url.toString())

    def close(self) -> None:
        """The system's own again."""
        for scheme in ("http", "https"):
            QDesktopServices.unsetUrlHandler(scheme)


async def code_field(hand: Hand) -> QLineEdit:
    dialog = await hand.dialog(Dialog)
    form = dialog.findChild(Form)
    assert form is not None
    editor = form.editor("code")
    assert isinstance(editor, QLineEdit)
    return editor


async def test_a_code_is_asked_for_again_and_the_tree_fills_by_itself(
    shared_window: MainWindow, demo_sandbox: RunningSandbox
) -> None:
    hand, employee = Hand(shared_window), hire(demo_sandbox, "gui-mfa")
    tabs = shared_window.tabs.count()
    shared_window.session.switch(employee.profile(demo_sandbox))
    first = await code_field(hand)
    hand.write("12345")
    hand.press(Qt.Key.Key_Return)
    assert first.isVisible(), "what cannot be a code is not sent"
    hand.write("0")
    hand.press(Qt.Key.Key_Return)
    async with asyncio.timeout(30):
        while (again := await code_field(hand)) is first:  # noqa: ASYNC110  # AWS answers meanwhile
            await asyncio.sleep(0)
    assert "did not accept this code" in " ".join(label for label in texts(again.window()))
    hand.write(employee.code())
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    assert "moonletter" in pools_in_front(shared_window)
    assert shared_window.tabs.count() == tabs


async def test_whoever_enters_no_code_is_told_and_may_try_again(
    shared_window: MainWindow, demo_sandbox: RunningSandbox
) -> None:
    hand, employee = Hand(shared_window), hire(demo_sandbox, "gui-no-code")
    shared_window.session.switch(employee.profile(demo_sandbox))
    await code_field(hand)
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    await hand.be_active()
    assert not pools_in_front(shared_window)


async def test_one_button_signs_in_and_the_work_goes_on(
    shared_window: MainWindow, demo_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", f"{demo_sandbox.endpoint}/_sso/oidc")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", f"{demo_sandbox.endpoint}/_sso/portal")
    make_permission_set(demo_sandbox, "Desk")
    hand, kit, browser = Hand(shared_window), Kit(demo_sandbox), Browser()
    profile = Profile(
        "sso",
        "Corp",
        "sso",
        "us-east-1",
        "#1A7F4B",
        endpoint_url=demo_sandbox.endpoint,
        sso_start_url=kit.start_url,
        sso_region="us-east-1",
        sso_account_id=ACCOUNT,
        sso_role_name="Desk",
    )
    shared_window.session.switch(profile)
    dialog = await hand.dialog(SignInDialog)
    hand.click(dialog.sign_in_button)
    async with asyncio.timeout(30):
        while not browser.urls:  # noqa: ASYNC110  # Qt tells a slot, no future
            await asyncio.sleep(0)
    assert dialog.code.text() in browser.urls[0]
    assert dialog.code.isVisible()
    QApplication.sendPostedEvents()
    assert dialog.code.height() >= dialog.code.sizeHint().height(), "the code is whole"
    assert dialog.page.height() >= dialog.page.heightForWidth(dialog.page.width())
    await asyncio.to_thread(kit.answer, browser.urls[0])
    await hand.settle()
    caller = shared_window.session.caller
    assert caller is None or "AWSReservedSSO_Desk" in caller.arn
    person = shared_window.connections.person_of()
    assert person is not None
    assert len(person.sso_tokens) == 1
    browser.close()
    kit.http.close()


def texts(widget: object) -> list[str]:
    from PySide6.QtWidgets import QLabel, QWidget

    assert isinstance(widget, QWidget)
    return [label.text() for label in widget.findChildren(QLabel)]
