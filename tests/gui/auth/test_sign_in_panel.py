"""Signing in on the real hosted UI, in the real web view, against the real sandbox."""

import gc
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.signatures import check_signature
from cognito_explorer.core.auth.tokens import decode, jwks_url
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.insight.explanations import explain
from cognito_explorer.gui.auth.hosted_clients import load_hosted_clients
from cognito_explorer.gui.auth.sign_in_panel import SignInPanel
from cognito_explorer.gui.auth.sign_in_steps import Progress, Step
from cognito_explorer.gui.lib.commands import Command, CommandList
from cognito_explorer.gui.lib.explaining import explaining
from cognito_explorer.gui.workspace import Context, Page, PageKind, Workspace
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.headless_web import headless_web
from tests.gui.auth.hosted_ui_driver import (
    DEMO_PASSWORD,
    came_back,
    failed,
    keyboard_in,
    next_page,
    press,
    run_script,
    sign_in,
    sign_in_as_stranger,
    submit_login,
    type_text,
    typed,
)
from tests.gui.auth.opened_pages import OpenedPages
from tests.sandbox_fixture import RunningSandbox

CALLBACK = "http://localhost:8400/callback"


@pytest.fixture
async def panel(qtbot: QtBot, page: Page, workspace: Workspace, opened: OpenedPages) -> SignInPanel:
    return await shown(qtbot, SignInPanel(page, workspace))


async def shown(qtbot: QtBot, panel: SignInPanel) -> SignInPanel:
    qtbot.addWidget(panel)
    panel.resize(1040, 700)
    panel.show()
    await panel.tasks.idle()
    return panel


def progress(panel: SignInPanel) -> list[Progress]:
    return [panel.attempt_view.steps.progress(step) for step in Step]


async def go_to(panel: SignInPanel, address: str) -> None:
    """Have the page itself navigate to the callback URL."""
    returned = came_back(panel)
    await run_script(panel.attempt_view, f"location.href = {address!r}; true")
    await returned


@headless_web
async def test_ada_signs_in_and_her_tokens_are_the_pools(
    panel: SignInPanel, page: Page, workspace: Workspace, opened: OpenedPages
) -> None:
    await sign_in(panel, "ada")
    tokens = workspace.tokens_of(POOL_ID)
    assert tokens is not None, panel.attempt_view.outcome.text()
    assert page.aws is not None
    check = await check_signature(page.aws.http, tokens.id_token, jwks_url(POOL_ID, page.aws.profile.endpoint_url))
    assert (check.state, decode(tokens.id_token).username) == ("valid", "ada")
    assert progress(panel) == [Progress.DONE] * len(Step)
    assert [each.kind for each in opened] == [PageKind.TOKENS]
    assert not panel.attempt_view.is_open


@headless_web
async def test_the_page_takes_real_keys(panel: SignInPanel, workspace: Workspace) -> None:
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    await keyboard_in(panel.attempt_view, "username")
    for word, key in (("grace", Qt.Key.Key_Tab), ("Moonletter-2026", Qt.Key.Key_Return)):
        type_text(panel.attempt_view, word)
        returned = came_back(panel) if key is Qt.Key.Key_Return else None
        press(panel.attempt_view, key)
        if returned is not None:
            await returned
    tokens = workspace.tokens_of(POOL_ID)
    assert tokens is not None
    assert decode(tokens.access_token).username == "grace"


@headless_web
async def test_a_wrong_password_stays_on_the_page_which_says_so(panel: SignInPanel, workspace: Workspace) -> None:
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    again = next_page(panel.attempt_view)
    await submit_login(panel.attempt_view, "ada", "wrong-password")
    await again
    said = await run_script(panel.attempt_view, "document.querySelector('.problem').textContent")
    assert "Incorrect username or password" in said
    assert panel.attempt_view.is_open
    assert workspace.tokens_of(POOL_ID) is None


@headless_web
async def test_a_confidential_client_proves_itself_with_its_secret(panel: SignInPanel, workspace: Workspace) -> None:
    panel.form.client_box.setCurrentIndex(panel.form.client_box.findText("server"))
    assert panel.form.client is not None
    assert panel.form.client.has_secret
    await sign_in(panel, "linus")
    assert workspace.tokens_of(POOL_ID) is not None, panel.attempt_view.outcome.text()


@headless_web
async def test_a_sign_in_through_an_external_provider_comes_back_too(
    panel: SignInPanel, workspace: Workspace, demo_sandbox: RunningSandbox
) -> None:
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    elsewhere = next_page(panel.attempt_view)
    await run_script(panel.attempt_view, "document.querySelector('.providers a').click(); true")
    assert "/_providers/" in await elsewhere
    assert (await sign_in_as_stranger(panel, workspace, demo_sandbox)).startswith("Moonbook_")


@headless_web
async def test_without_openid_there_is_no_nonce_to_compare(panel: SignInPanel, workspace: Workspace) -> None:
    for box in panel.form.scope_boxes:
        box.setChecked(box.property("scope") == "aws.cognito.signin.user.admin")
    assert "no ID token" in panel.form.sent_words()
    await sign_in(panel, "ada")
    tokens = workspace.tokens_of(POOL_ID)
    assert tokens is not None, panel.attempt_view.outcome.text()
    assert not tokens.id_token
    assert panel.attempt_view.steps.progress(Step.NONCE) is Progress.LEFT_OUT


@headless_web
async def test_an_answer_with_another_state_is_refused_and_nothing_is_used(
    panel: SignInPanel, workspace: Workspace
) -> None:
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    await go_to(panel, f"{CALLBACK}?code=stolen&state=foreign")
    assert "does not belong to this sign-in" in panel.attempt_view.outcome.text()
    assert panel.attempt_view.steps.progress(Step.STATE) is Progress.FAILED
    assert workspace.tokens_of(POOL_ID) is None


@headless_web
async def test_an_error_answer_is_told_in_words(panel: SignInPanel) -> None:
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    state = await run_script(panel.attempt_view, "new URLSearchParams(location.search).get('state')")
    await go_to(panel, f"{CALLBACK}?error=access_denied&error_description=%3Cb%3ENo%3C%2Fb%3E&state={state}")
    assert panel.attempt_view.steps.progress(Step.SIGNED_IN) is Progress.FAILED
    assert panel.attempt_view.outcome.text()
    assert panel.attempt_view.outcome.start_over_button.isVisible()


@headless_web
async def test_an_expired_code_is_told_and_starting_over_helps(panel: SignInPanel, workspace: Workspace) -> None:
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    state = await run_script(panel.attempt_view, "new URLSearchParams(location.search).get('state')")
    await go_to(panel, f"{CALLBACK}?code=00000000-0000-4000-8000-000000000000&state={state}")
    assert panel.attempt_view.steps.progress(Step.EXCHANGED) is Progress.FAILED
    panel.attempt_view.outcome.start_over_button.click()
    await next_page(panel.attempt_view)
    returned = came_back(panel)
    await submit_login(panel.attempt_view, "ada")
    await returned
    assert workspace.tokens_of(POOL_ID) is not None


@headless_web
async def test_cancelling_closes_the_view_and_forgets_it(panel: SignInPanel, workspace: Workspace) -> None:
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    browser = panel.attempt_view.browser
    assert browser is not None
    parts = (browser.view, browser.page, browser.profile)
    panel.attempt_view.cancel_button.click()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert [shiboken6.isValid(part) for part in parts] == [False, False, False]
    assert "cancelled" in panel.attempt_view.outcome.text()
    assert panel.attempt_view.steps.progress(Step.SIGNED_IN) is Progress.CANCELLED
    panel.attempt_view.outcome.change_button.click()
    assert not panel.is_signing_in
    assert workspace.tokens_of(POOL_ID) is None


@headless_web
async def test_closing_the_tab_tears_everything_down(
    qtbot: QtBot, page: Page, workspace: Workspace, opened: OpenedPages
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    panel = SignInPanel(page, workspace, window)
    window.show()
    await panel.tasks.idle()
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    panel.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert not shiboken6.isValid(panel)


@headless_web
async def test_every_attempt_has_a_private_profile_of_its_own(panel: SignInPanel) -> None:
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    first = panel.attempt_view.browser
    assert first is not None
    assert first.profile.isOffTheRecord()
    panel.attempt_view.start_over_button.click()
    await next_page(panel.attempt_view)
    second = panel.attempt_view.browser
    assert second is not None
    assert second is not first


@headless_web
async def test_a_callback_url_that_is_not_registered_is_explained(panel: SignInPanel) -> None:
    panel.form.callback_box.addItem("http://localhost:8400/Callback")
    panel.form.callback_box.setCurrentIndex(1)
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    assert "letter by letter" in panel.attempt_view.note_text()
    wanted: list[str] = []
    explaining().wanted.connect(wanted.append)
    panel.attempt_view.explain_button.click()
    explaining().wanted.disconnect(wanted.append)
    found = explain(wanted[0])
    assert (found.entry_id, found.clues.redirect_uri) == ("redirect-mismatch", "http://localhost:8400/Callback")


@headless_web
async def test_a_domain_that_does_not_answer_has_a_face_of_our_own(
    panel: SignInPanel, aws: Aws, unused_tcp_port: int
) -> None:
    found = await load_hosted_clients(aws, POOL_ID)
    panel.form.show_clients(replace(found, origin=f"http://localhost:{unused_tcp_port}/_hosted/moonletter"))
    panel.form.sign_in_button.click()
    await failed(panel)
    assert "did not answer" in panel.attempt_view.outcome.text()
    assert not panel.attempt_view.is_open


@headless_web
async def test_a_crash_of_the_page_offers_to_start_over(panel: SignInPanel) -> None:
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    browser = panel.attempt_view.browser
    assert browser is not None
    crashed = failed(panel)
    browser.page.load(QUrl("chrome://crash"))
    await crashed
    assert "ended unexpectedly" in panel.attempt_view.outcome.text()


async def test_clients_that_cannot_sign_in_are_listed_with_the_reason(panel: SignInPanel) -> None:
    box = panel.form.client_box
    assert box.currentText() == "web"
    at = box.findText("machine: for machines only, no sign-in")
    assert at > 0
    assert not box.model().flags(box.model().index(at, 0)) & Qt.ItemFlag.ItemIsEnabled


async def test_without_a_scope_there_is_nothing_to_sign_in_for(panel: SignInPanel) -> None:
    for box in panel.form.scope_boxes:
        box.setChecked(False)
    assert not panel.form.sign_in_button.isEnabled()


async def test_a_pool_without_a_domain_says_what_is_missing(
    qtbot: QtBot, page: Page, workspace: Workspace, demo_sandbox: RunningSandbox
) -> None:
    client = demo_sandbox.client("cognito-idp")
    pool_id = client.create_user_pool(PoolName="no domain")["UserPool"]["Id"]
    context = Context("sandbox", "us-east-1", pool_id, "no domain")
    panel = await shown(qtbot, SignInPanel(replace(page, context=context), workspace))
    assert panel.face == "empty"
    client.delete_user_pool(UserPoolId=pool_id)


@pytest.fixture
def native_client(demo_sandbox: RunningSandbox) -> Iterator[str]:
    """An app client that returns to an app's own scheme, or to a web address with a parameter of its own."""
    client = demo_sandbox.client("cognito-idp")
    name = "native"
    made = client.create_user_pool_client(
        UserPoolId=POOL_ID,
        ClientName=name,
        CallbackURLs=["moonletter://callback", "http://localhost:8400/callback?from=app"],
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        AllowedOAuthFlowsUserPoolClient=True,
        SupportedIdentityProviders=["COGNITO"],
    )
    yield name
    client.delete_user_pool_client(UserPoolId=POOL_ID, ClientId=made["UserPoolClient"]["ClientId"])


@headless_web
@pytest.mark.parametrize("callback", [0, 1])
async def test_any_registered_callback_url_is_caught(
    native_client: str, panel: SignInPanel, workspace: Workspace, callback: int
) -> None:
    panel.form.client_box.setCurrentIndex(panel.form.client_box.findText(native_client))
    assert panel.form.callback_box.isVisible()
    panel.form.callback_box.setCurrentIndex(callback)
    await sign_in(panel, "ada")
    assert workspace.tokens_of(POOL_ID) is not None, panel.attempt_view.outcome.text()


@headless_web
async def test_the_windows_shortcuts_work_while_the_web_page_has_the_keyboard(panel: SignInPanel) -> None:
    done = list[str]()
    commands = CommandList(panel)
    commands.add(
        Command("palette.open", "Find anything", lambda: done.append("found"), "Ctrl+K"),
        # Off-screen, Qt takes Windows' editing keys, which Ctrl+K is none of: Ctrl+End is one everywhere.
        Command("page.end", "Go to the end", lambda: done.append("gone"), "Ctrl+End"),
        Command("page.reload", "Reload", lambda: done.append("reloaded"), "F5"),
    )
    commands.install_shortcuts(panel)
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    view = panel.attempt_view
    await keyboard_in(view, "username")
    type_text(view, "ada")
    for key in (Qt.Key.Key_K, Qt.Key.Key_End):
        press(view, key, Qt.KeyboardModifier.ControlModifier)
    press(view, Qt.Key.Key_F5)
    assert done == ["found", "gone", "reloaded"]
    await typed(view, "ada")


@headless_web
async def test_links_to_other_programs_are_not_followed(panel: SignInPanel) -> None:
    panel.form.sign_in_button.click()
    await next_page(panel.attempt_view)
    browser = panel.attempt_view.browser
    assert browser is not None
    refused: list[str] = []
    browser.page.link_refused.connect(refused.append)
    answered = browser.page.acceptNavigationRequest(
        QUrl("mailto:someone@moonletter.example"), browser.page.NavigationType.NavigationTypeLinkClicked, True
    )
    assert (answered, refused) == (False, ["mailto"])
    assert "was not followed" in panel.attempt_view.note_text()


def test_webengine_is_not_loaded_before_a_view_opens() -> None:
    script = (
        "import sys; import cognito_explorer.gui.auth.sign_in_panel, cognito_explorer.gui.auth.tokens_panel;"
        "sys.exit(any('WebEngine' in name for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


async def test_the_form_shows_the_demo_password_to_be_copied(panel: SignInPanel) -> None:
    (fact,) = panel.form.demo.facts
    assert (fact.label, fact.value) == ("Everyone's demo password", DEMO_PASSWORD)
    assert panel.form.demo.isVisible()
    copy = panel.form.demo.findChild(QPushButton)
    assert copy is not None
    copy.setFocus()
    QTest.keyClick(copy, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == DEMO_PASSWORD
