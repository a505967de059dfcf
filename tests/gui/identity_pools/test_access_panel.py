"""Trying access: the guest and the signed-in user, side by side, on the real service."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cognito_explorer.core.identity_pools.credentials import Access
from cognito_explorer.gui.identity_pools.access_panel import AccessPanel
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.workspace import Page, PageKind, Workspace
from tests.gui.identity_pools.people import (
    POOL_ID,
    OpenedPages,
    choose,
    click,
    everything_told,
    fact,
    settled,
    shown,
    verdicts,
)
from tests.sandbox_fixture import RunningSandbox
from tests.signed_in import signed_in


def expired(access: Access) -> Access:
    past = datetime.now(UTC) - timedelta(minutes=1)
    return replace(access, credentials=replace(access.credentials, expires_at=past))


async def test_a_guest_reads_the_teaser_and_is_denied_the_article(panel: AccessPanel) -> None:
    await click(panel, panel.guest.get_button)
    assert fact(panel, "guest", "Role") == "MoonletterGuest"
    assert "assumed-role/MoonletterGuest/" in fact(panel, "guest", "Caller")
    assert fact(panel, "guest", "Identity").startswith("us-east-1:")
    assert panel.guest.view.expiry.text().startswith("Expires in ")
    await click(panel, panel.probes.run_button)
    found = verdicts(panel)
    assert found["Read a teaser"] == ("Allowed", "Not run")
    assert found["Read an article"] == ("Denied", "Not run")
    choose(panel, "Read an article")
    assert "no identity-based policy allows the s3:GetObject action" in panel.probes.answers.guest.text()
    assert "AccessDenied" in panel.probes.answers.guest.verdict.text()
    assert "Nobody has signed in yet" in panel.probes.answers.authenticated.text()


async def test_a_subscriber_reads_the_article_beside_the_guest(
    panel: AccessPanel, workspace: Workspace, demo_sandbox: RunningSandbox
) -> None:
    workspace.remember_tokens(POOL_ID, signed_in(demo_sandbox, "ada"))
    await click(panel, panel.probes.run_button)
    assert verdicts(panel) == {
        "Read a teaser": ("Allowed", "Allowed"),
        "Read an article": ("Denied", "Allowed"),
        "List the teasers": ("Allowed", "Allowed"),
        "List the articles": ("Denied", "Denied"),
        "Write an article": ("Denied", "Denied"),
    }
    assert fact(panel, "authenticated", "Role") == "MoonletterSubscriber"
    # The first line where the two differ is chosen, so that the difference is read at once.
    row = panel.probes.view.current_record()
    assert row is not None
    assert row.probe.title == "Read an article"
    assert "The night the Selene halved" in panel.probes.answers.authenticated.text()
    why = next(each.hint for each in panel.authenticated.view.facts.facts if each.label == "Role")
    assert "paid" in why


async def test_an_editor_may_write(panel: AccessPanel, workspace: Workspace, demo_sandbox: RunningSandbox) -> None:
    workspace.remember_tokens(POOL_ID, signed_in(demo_sandbox, "grace"))
    choose(panel, "Write an article")
    await click(panel, panel.probes.run_one_button)
    assert verdicts(panel)["Write an article"] == ("Denied", "Allowed")
    assert verdicts(panel)["Read a teaser"] == ("Not run", "Not run")
    demo_sandbox.client("s3").delete_object(Bucket="moonletter-content", Key="articles/written-by-a-probe.md")


async def test_the_keyboard_runs_everything(
    panel: AccessPanel, workspace: Workspace, demo_sandbox: RunningSandbox
) -> None:
    workspace.remember_tokens(POOL_ID, signed_in(demo_sandbox, "ada"))
    panel.focus_first()
    QTest.keyClick(panel.probes.run_button, Qt.Key.Key_Space)
    await settled(panel)
    choose(panel, "Read a teaser")
    panel.probes.clear("guest")
    QTest.keyClick(panel.probes.view, Qt.Key.Key_Return)
    await settled(panel)
    assert verdicts(panel)["Read a teaser"] == ("Allowed", "Allowed")
    assert verdicts(panel)["Read an article"][0] == "Not run"


async def test_tokens_that_arrive_fill_the_offer_and_new_ones_end_the_old_access(
    panel: AccessPanel, workspace: Workspace, demo_sandbox: RunningSandbox
) -> None:
    assert not panel.authenticated.get_button.isVisible()
    workspace.remember_tokens(POOL_ID, signed_in(demo_sandbox, "ada"))
    assert panel.authenticated.get_button.isVisible()
    assert "ada" in everything_told(panel.authenticated)
    await click(panel, panel.probes.run_button)
    workspace.remember_tokens(POOL_ID, signed_in(demo_sandbox, "grace"))
    assert "grace" in everything_told(panel.authenticated)
    assert panel.authenticated.access is None
    assert verdicts(panel)["Read an article"] == ("Denied", "Not run")


async def test_showing_another_tab_changes_nothing_here(
    panel: AccessPanel, page: Page, workspace: Workspace, demo_sandbox: RunningSandbox
) -> None:
    workspace.remember_tokens(POOL_ID, signed_in(demo_sandbox, "ada"))
    await click(panel, panel.probes.run_button)
    before = verdicts(panel)
    workspace.show_context(page.context)
    assert verdicts(panel) == before
    assert panel.authenticated.access is not None


async def test_reloading_keeps_credentials_and_answers(panel: AccessPanel) -> None:
    await click(panel, panel.probes.run_button)
    before = verdicts(panel)
    panel.reload()
    await settled(panel)
    assert verdicts(panel) == before
    assert panel.guest.access is not None


async def test_the_tokens_of_another_app_client_are_told_apart(
    panel: AccessPanel, workspace: Workspace, demo_sandbox: RunningSandbox
) -> None:
    workspace.remember_tokens(POOL_ID, signed_in(demo_sandbox, "ada"))
    titles = [panel.providers.itemText(index) for index in range(panel.providers.count())]
    assert panel.providers.currentText() == "web"
    assert "3moonletterweb7k2q9v5d1h8s" in str(panel.providers.currentData(Qt.ItemDataRole.ToolTipRole))
    panel.providers.setCurrentIndex(titles.index("server"))
    assert "through another app client, web." in panel.authenticated.note.text()
    assert not panel.authenticated.get_button.isVisible()


async def test_the_tokens_a_page_was_opened_with_are_used(
    qtbot: QtBot, page: Page, workspace: Workspace, demo_sandbox: RunningSandbox
) -> None:
    context = replace(page.context, tokens=signed_in(demo_sandbox, "linus"))
    panel = await shown(qtbot, AccessPanel(replace(page, context=context), workspace))
    await click(panel, panel.authenticated.get_button)
    assert fact(panel, "authenticated", "Role") == "MoonletterReader"


async def test_signing_in_opens_the_sign_in_of_the_accepted_user_pool(panel: AccessPanel, opened: OpenedPages) -> None:
    await click(panel, panel.authenticated.other_button)
    assert [(each.kind, each.context.pool_id, each.context.identity_pool_id) for each in opened] == [
        (PageKind.SIGN_IN, POOL_ID, "")
    ]


async def test_renewing_keeps_the_guest_and_forgets_that_sides_answers_only(
    panel: AccessPanel, workspace: Workspace, demo_sandbox: RunningSandbox
) -> None:
    workspace.remember_tokens(POOL_ID, signed_in(demo_sandbox, "ada"))
    await click(panel, panel.probes.run_button)
    identity, key = fact(panel, "guest", "Identity"), fact(panel, "guest", "Access key id")
    await click(panel, panel.guest.view.renew_button)
    assert fact(panel, "guest", "Identity") == identity
    assert fact(panel, "guest", "Access key id") != key
    assert verdicts(panel)["Read a teaser"] == ("Not run", "Allowed")


async def test_another_identity_than_before_is_pointed_out(panel: AccessPanel) -> None:
    await click(panel, panel.guest.get_button)
    access = panel.guest.access
    assert access is not None
    panel.guest.show_access(replace(access, identity_id="us-east-1:another"))
    shown_fact = panel.guest.view.facts.facts[0]
    assert shown_fact.value == "us-east-1:another"
    assert access.identity_id in shown_fact.hint


async def test_expired_credentials_say_so_and_a_run_renews_them(panel: AccessPanel) -> None:
    await click(panel, panel.guest.get_button)
    access = panel.guest.access
    assert access is not None
    panel.guest.show_access(expired(access))
    assert panel.guest.view.expiry.text() == "Expired: renew them"
    assert panel.guest.view.expiry.property("tone") == "bad"
    await click(panel, panel.probes.run_button)
    assert panel.guest.view.expiry.text().startswith("Expires in")
    assert verdicts(panel)["Read a teaser"][0] == "Allowed"


async def test_credentials_about_to_expire_warn(panel: AccessPanel) -> None:
    await click(panel, panel.guest.get_button)
    access = panel.guest.access
    assert access is not None
    soon = replace(access.credentials, expires_at=datetime.now(UTC) + timedelta(minutes=2))
    panel.guest.show_access(replace(access, credentials=soon))
    assert panel.guest.view.expiry.property("tone") == "warn"


async def test_running_probes_can_be_stopped(panel: AccessPanel) -> None:
    await click(panel, panel.guest.get_button)
    QTest.mouseClick(panel.probes.run_button, Qt.MouseButton.LeftButton)
    assert panel.probes.run_button.text() == "&Stop"
    QTest.mouseClick(panel.probes.run_button, Qt.MouseButton.LeftButton)
    await settled(panel)
    assert panel.probes.run_button.text() == "&Run all with both"
    assert {words for both in verdicts(panel).values() for words in both} == {"Not run"}
    assert panel.banner.error is None
    await click(panel, panel.probes.run_button)
    assert verdicts(panel)["Read a teaser"][0] == "Allowed"


async def test_a_page_closed_while_probes_run_ends_quietly(
    qtbot: QtBot, page: Page, workspace: Workspace, panel: AccessPanel
) -> None:
    other = AccessPanel(page, workspace)
    other.show()
    await other.tasks.idle()
    other.run_all()
    tasks = other.guest.tasks
    other.deleteLater()
    await settled(panel)
    assert tasks is not None


async def test_no_secret_is_told_before_somebody_asks(
    panel: AccessPanel, workspace: Workspace, demo_sandbox: RunningSandbox
) -> None:
    tokens = signed_in(demo_sandbox, "ada")
    workspace.remember_tokens(POOL_ID, tokens)
    await click(panel, panel.probes.run_button)
    told = everything_told(panel) + panel.title + repr(panel.guest.access) + repr(panel.probes.table.records())
    for column in (panel.guest, panel.authenticated):
        assert column.access is not None
        keys = column.access.credentials
        assert keys.secret_access_key not in told
        assert keys.session_token not in told
        assert set(column.view.secret.shown_text()) == {"•"}
    assert tokens.id_token not in told
    assert tokens.access_token not in told


async def test_a_secret_that_was_shown_is_masked_again_when_it_is_out_of_sight(panel: AccessPanel) -> None:
    await click(panel, panel.guest.get_button)
    assert panel.guest.access is not None
    secret = panel.guest.access.credentials.secret_access_key
    QTest.mouseClick(panel.guest.view.secret.reveal_button, Qt.MouseButton.LeftButton)
    assert panel.guest.view.secret.shown_text() == secret
    panel.hide()
    panel.show()
    assert secret not in everything_told(panel)
    panel.guest.forget()
    assert panel.guest.view.secret.shown_text() == ""


async def test_credentials_are_copied_as_lines_for_a_shell(panel: AccessPanel, demo_sandbox: RunningSandbox) -> None:
    await click(panel, panel.guest.get_button)
    await click(panel, panel.guest.view.exports_button)
    lines = QGuiApplication.clipboard().text()
    assert panel.guest.access is not None
    assert f"export AWS_ACCESS_KEY_ID={panel.guest.access.credentials.access_key_id}\n" in lines
    assert f"export AWS_ENDPOINT_URL={demo_sandbox.endpoint}\n" in lines
    QGuiApplication.clipboard().clear()


@pytest.mark.parametrize("scale", [1.0, 1.5])
async def test_both_verdicts_are_seen_without_scrolling_sideways(
    qtbot: QtBot, page: Page, workspace: Workspace, scale: float
) -> None:
    theme().set_scale(scale)
    try:
        panel = await shown(qtbot, AccessPanel(page, workspace))
        view = panel.probes.view
        names = [column.name for column in panel.probes.table.columns]
        for name in ("Guest", "Authenticated"):
            left = view.columnViewportPosition(names.index(name))
            assert left >= 0
            assert left + view.columnWidth(names.index(name)) <= view.viewport().width()
        assert view.horizontalScrollBar().maximum() == 0
        assert panel.minimumSizeHint().width() <= 1000
    finally:
        theme().set_scale(1.0)
