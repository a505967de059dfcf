"""What the tokens page tells beside the token: origins, roles, differences, endings, copies, several tokens."""

import asyncio
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.core.user_pools.groups import add_to_group, remove_from_group
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.drop_target import DropTarget
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.workspace import Page, PageKind, Workspace
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.opened_pages import OpenedPages
from tests.gui.auth.token_stage import CLIENT_ID, confirm_dialog, forged, lonely, panel, shown, titles, tokens
from tests.sandbox_fixture import RunningSandbox

__all__ = ["lonely", "panel", "tokens"]


async def test_a_claim_that_changed_since_is_told_with_its_value_of_today(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    idp = demo_sandbox.client("cognito-idp")
    plan = {"UserPoolId": POOL_ID, "Username": "ada"}
    idp.admin_update_user_attributes(**plan, UserAttributes=[{"Name": "custom:plan", "Value": "annual"}])
    idp.admin_add_user_to_group(**plan, GroupName="editors")
    try:
        workspace.remember_tokens(POOL_ID, tokens)
        await panel.tasks.idle()
    finally:
        idp.admin_update_user_attributes(**plan, UserAttributes=[{"Name": "custom:plan", "Value": "paid"}])
        idp.admin_remove_user_from_group(**plan, GroupName="editors")
    rows = {row.name: row for row in panel.details.claims.records()}
    assert (rows["custom:plan"].origin.comes_from, rows["custom:plan"].origin.now) == ("attribute", "annual")
    assert rows["cognito:groups"].origin.now == "+ editors"
    assert rows["email"].origin.now == "same"
    assert "would read differently now" in panel.details.claims_part.explanation()
    index = panel.details.claims.find(lambda row: row.name == "cognito:groups")
    panel.details.claims_view.setCurrentIndex(index)
    assert "The group “editors” was added after this token was issued" in panel.details.claims_part.explanation()


async def test_a_group_that_somebody_joins_while_the_page_is_open_is_told_with_how_long_after(
    panel: TokensPanel, page: Page, workspace: Workspace, tokens: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    assert page.aws is not None
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    await asyncio.sleep(0)
    await add_to_group(page.aws, POOL_ID, "ada", "editors")
    try:
        await panel.tasks.idle()
    finally:
        await remove_from_group(page.aws, POOL_ID, "ada", "editors")
    said = {row.name: row.origin.difference for row in panel.details.claims.records()}["cognito:groups"]
    assert re.fullmatch(r"The group “editors” was added .*second.* after this token was issued: refresh\..*", said)


async def test_with_the_privacy_switch_on_claims_name_nobody(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    details = panel.details
    details.setCurrentWidget(details.payload)
    email = next(row.claim.text for row in details.claims.records() if row.name == "email")

    def told() -> str:
        rows = details.claims.records()
        cells = (text for row in rows for each in details.claims.columns for text in (each.text(row), each.tip(row)))
        return "\n".join((*cells, details.payload.editor.toPlainText()))

    assert email in told()
    privacy().switch(on=True)
    try:
        assert email not in told()
        assert '"email_verified": true' in told()
    finally:
        privacy().switch(on=False)
    assert email in told()


async def test_the_way_to_the_role_is_shown_where_an_identity_pool_takes_the_token(
    panel: TokensPanel, lonely: TokensPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    role = panel.details.role
    assert panel.details.isTabVisible(panel.details.indexOf(role))
    assert role.trace is not None
    assert role.trace.role_arn.endswith("/MoonletterSubscriber")
    panel.kind_buttons["access"].click()
    trace = panel.details.role.trace
    assert trace is not None
    assert "does not accept" in trace.conclusion
    lonely.take_text(tokens.id_token)
    assert not lonely.details.isTabVisible(lonely.details.indexOf(lonely.details.role))


async def test_the_identity_pool_can_be_chosen_and_the_one_that_takes_the_client_comes_first(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    identity = demo_sandbox.client("cognito-identity")
    provider = f"cognito-idp.us-east-1.amazonaws.com/{POOL_ID}"
    providers = {
        "guests": [],
        "a pool of others": [{"ProviderName": provider, "ClientId": "5moonletterserver2x8p4t6zc"}],
        "zebra": [{"ProviderName": provider, "ClientId": CLIENT_ID}],
    }
    made = [
        identity.create_identity_pool(
            IdentityPoolName=name, AllowUnauthenticatedIdentities=not each, CognitoIdentityProviders=each
        )["IdentityPoolId"]
        for name, each in providers.items()
    ]
    try:
        workspace.remember_tokens(POOL_ID, tokens)
        await panel.tasks.idle()
    finally:
        for each in made:
            identity.delete_identity_pool(IdentityPoolId=each)
    role = panel.details.role
    names = [role.pool_box.itemText(at) for at in range(role.pool_box.count())]
    assert [name.partition(" (")[0] for name in names] == ["moonletter", "zebra", "a pool of others"]
    assert names[-1].endswith(", for other app clients")
    assert role.trace is not None
    assert role.trace.role_arn.endswith("/MoonletterSubscriber")
    role.pool_box.setCurrentIndex(1)
    assert "no authenticated role" in role.trace.conclusion
    role.pool_box.setCurrentIndex(2)
    assert "does not accept" in role.trace.conclusion
    panel.kind_buttons["access"].click()
    panel.kind_buttons["id"].click()
    assert panel.details.role.pool_box.currentIndex() == 2


async def test_a_long_list_is_read_line_by_line(lonely: TokensPanel) -> None:
    lonely.take_text(forged(**{"cognito:groups": [f"group-{number}" for number in range(1_000)]}))
    await lonely.tasks.idle()
    table = lonely.details.claims
    tip = next(column for column in table.columns if column.name == "value").tip(table.record(0))
    assert tip.splitlines()[:2] == ["group-0", "group-1"]
    assert tip.splitlines()[-1] == "and 970 more: see JSON"


async def test_a_refresh_keeps_the_earlier_tokens_to_compare_with(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    comparison = panel.details.comparison
    assert comparison.others_box.itemText(0) == "Access token of the same sign-in"
    assert comparison.summary.text().startswith("An access token and an ID token. Of the same sign-in.")
    panel.token_actions.refresh_button.click()
    await panel.tasks.idle()
    assert panel.details.comparison is comparison
    names = [comparison.others_box.itemText(at) for at in range(comparison.others_box.count())]
    at = next(at for at, name in enumerate(names) if name.startswith("Earlier ID token: ada"))
    comparison.others_box.setCurrentIndex(at)
    assert comparison.summary.text() == "Of the same sign-in. No claim differs, besides ids and times of issue."
    changed = [row.name for row in comparison.rows.records() if row.change == "changed"]
    assert set(changed) <= {"iat", "exp", "jti"}


async def test_a_token_is_compared_with_the_clipboards(lonely: TokensPanel, tokens: TokenSet) -> None:
    lonely.take_text(tokens.id_token)
    comparison = lonely.details.comparison
    assert comparison.rows.rowCount() == 0
    QGuiApplication.clipboard().setText("garbage")
    comparison.paste_button.click()
    assert len(comparison.summary.text()) > 20
    QGuiApplication.clipboard().setText(forged(token_use="id", sub="other", **{"cognito:username": "<b>eve</b>"}))
    comparison.paste_button.click()
    assert comparison.others_box.currentText() == "From the clipboard: <b>eve</b>"
    assert comparison.summary.text().startswith("Two different users.")


async def test_two_tokens_are_compared_by_key_with_both_values_whole(lonely: TokensPanel) -> None:
    long = "x" * 500
    lonely.take_text(forged(token_use="id", sub="ada", email="ada@b.example", note=f"{long}1", same="s"))
    await lonely.tasks.idle()
    comparison = lonely.details.comparison
    lonely.details.setCurrentWidget(comparison)
    other = forged(token_use="id", sub="eve", email="eve@b.example", note=f"{long}2", same="s")
    QGuiApplication.clipboard().setText(other)
    comparison.paste_button.click()
    assert [row.name for row in comparison.rows.records()] == ["sub", "email", "note", "token_use", "same"]
    comparison.differences_box.click()
    assert [row.name for row in comparison.rows.records()] == ["sub", "email", "note"]
    comparison.view.setFocus()
    for _ in range(3):
        QTest.keyClick(comparison.view, Qt.Key.Key_Down)
    assert comparison.told() == f"note: changed\nThe other: {long}2\nThis one: {long}1"
    comparison.differences_box.click()
    assert comparison.told().startswith("note: changed"), "the chosen claim stays chosen"
    QTest.keyClick(comparison.view, Qt.Key.Key_Up)
    assert "ada@b.example" in comparison.told()
    privacy().switch(on=True)
    try:
        assert "@b.example" not in comparison.told()
        cells = [each.text(row) for row in comparison.rows.records() for each in comparison.rows.columns]
        assert not any("@b.example" in cell for cell in cells)
    finally:
        privacy().switch(on=False)


async def test_what_each_ending_kills_is_told_with_times(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    told = panel.details.lifetimes.text()
    assert "Revoke the refresh token: Ends the refresh token" in told
    assert "the refresh token: until " in told
    assert "(in 29 days)" in told or "(in 1 month)" in told


async def test_signing_out_everywhere_asks_first_and_ends_the_access_token(
    panel: TokensPanel, page: Page, workspace: Workspace, tokens: TokenSet
) -> None:
    assert page.aws is not None
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    panel.token_actions.sign_out_action.trigger()
    await confirm_dialog(panel, "Sign out")
    await panel.tasks.idle()
    assert panel.banner.error is None
    change = page.aws.journal.recent()[0]
    assert (change.action, change.target, change.outcome) == ("GlobalSignOut", "tokens of ada", "accepted")
    assert tokens.access_token not in repr(change)
    assert not panel.token_actions.refresh_button.isEnabled()


async def test_user_info_refuses_a_token_without_openid_with_a_sentence(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    panel.token_actions.user_info_action.trigger()
    await panel.tasks.idle()
    assert panel.banner.error is not None
    assert panel.banner.error.title.startswith("userInfo refuses this token")
    assert tokens.access_token not in str(panel.banner.error)


async def test_a_token_is_copied_in_its_forms_and_leaves_the_clipboard(lonely: TokensPanel, tokens: TokenSet) -> None:
    lonely.take_text(tokens.access_token)
    menu = lonely.token_actions.copy_menu
    menu.aboutToShow.emit()
    assert next(action.data() for action in menu.actions()) == "header"
    menu.copy_form("header")
    assert QGuiApplication.clipboard().text() == f"Authorization: Bearer {tokens.access_token}"
    menu.copy_form("report")
    report = QGuiApplication.clipboard().text()
    assert tokens.access_token.rpartition(".")[2] not in report
    assert "unknown: The signature was not checked." in report
    assert "ada" not in re.findall(r"\w+", report)


async def test_a_text_with_several_tokens_offers_each(lonely: TokensPanel, tokens: TokenSet) -> None:
    other = forged(token_use="id", sub="other", **{"cognito:username": "eve"})
    lonely.take_text(f"first: {tokens.id_token}\nthen: {other}")
    assert lonely.found_box.isVisible()
    assert lonely.token is not None
    assert lonely.token.username == "ada"
    lonely.found_box.box.setCurrentIndex(1)
    lonely.found_box.box.activated.emit(1)
    assert lonely.token.username == "eve"
    assert lonely.found_box.box.currentIndex() == 1
    lonely.take_text(tokens.id_token)
    assert not lonely.found_box.isVisible()


async def test_what_could_be_read_of_a_cut_token_is_shown_and_where_it_stopped(lonely: TokensPanel) -> None:
    lonely.take_text(forged(token_use="id", aud="x").rpartition(".")[0])
    assert lonely.token is not None
    assert "The token is not whole." in titles(lonely)


async def test_cognito_is_asked_whether_a_token_was_revoked_on_demand_only(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    assert "Whether it was revoked is not known." in titles(panel)
    panel.findings.live_button.click()
    await panel.tasks.idle()
    assert "Cognito still takes it." in titles(panel)
    assert not panel.findings.live_button.isVisible()


async def test_who_would_take_the_token_is_told_with_the_claim_that_decides(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet, settings: Settings
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    consumers = panel.details.consumers
    answers = {row.consumer: row for row in consumers.answers.records()}
    assert any(row.will == "yes" and "dentity pool" in name for name, row in answers.items())
    consumers.audience_line.setText("somebody-else")
    consumers.audience_line.editingFinished.emit()
    assert any(row.will == "no" and row.claim == "aud" for row in panel.details.consumers.answers.records())
    consumers.view.selectRow(0)
    assert consumers.answers.record(0).reason in consumers.reason.text()
    workspace.remember_tokens(POOL_ID, replace(tokens, received_at=datetime.now(UTC)))
    assert consumers.audience == "somebody-else"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
async def test_a_dropped_file_is_read_for_tokens(
    encoding: str, lonely: TokensPanel, tokens: TokenSet, tmp_path: Path
) -> None:
    har = tmp_path / "session.har"
    document = {"log": {"entries": [{"request": {"headers": [{"value": tokens.id_token}]}}]}}
    har.write_text(json.dumps(document), encoding=encoding)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(har))])
    action, button, key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    # Qt delivers drops only in the course of a real drag; this is where they arrive.
    target = lonely.findChild(DropTarget)
    assert target is not None
    assert target.eventFilter(lonely, QDropEvent(QPointF(5, 5), action, data, button, key))
    await lonely.tasks.idle()
    assert lonely.token is not None
    assert lonely.token.raw == tokens.id_token


async def test_the_tokens_page_leads_to_the_prediction(panel: TokensPanel, opened: OpenedPages) -> None:
    panel.token_actions.predict_button.click()
    assert [(each.kind, each.context.pool_id) for each in opened] == [(PageKind.PREVIEW, POOL_ID)]


async def test_the_prediction_is_of_the_user_on_show(
    panel: TokensPanel, opened: OpenedPages, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    panel.token_actions.predict_button.click()
    assert opened[-1].context.username == "ada"


async def test_a_long_text_is_looked_through_beside_the_window(lonely: TokensPanel, tokens: TokenSet) -> None:
    lines = "2026-11-30 12:00:00 INFO nothing to see here, and nothing to read\n" * 25_000
    lonely.take_text(lines + tokens.id_token)
    assert lonely.tasks.is_running("read")
    await lonely.tasks.idle()
    assert lonely.token is not None
    assert lonely.token.raw == tokens.id_token
    lonely.take_text(lines)
    await lonely.tasks.idle()
    assert "No token was found" in lonely.paste_field.problem()


async def test_what_is_expected_is_remembered_for_the_next_token_of_the_issuer_and_can_be_forgotten(
    qtbot: QtBot, tokens: TokenSet, settings: Settings
) -> None:
    first = await shown(qtbot, TokensPanel(Page(PageKind.TOKENS), Workspace()))
    first.take_text(tokens.id_token)
    for line, text in (
        (first.details.consumers.audience_line, " somebody-else "),
        (first.details.consumers.issuer_line, f"https://cognito-idp.us-east-1.amazonaws.com/{POOL_ID}"),
    ):
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)
    first.close()
    later = await shown(qtbot, TokensPanel(Page(PageKind.TOKENS), Workspace()))
    later.take_text(tokens.id_token)
    assert "It is for another audience than expected." in titles(later)
    assert "It is of the issuer that is expected." in titles(later)
    said = next(each for each in later.findings.findings() if each.title.startswith("It is for another audience"))
    assert "set under “Will it work?”, and is remembered" in said.detail
    assert later.findings.forget_button.isVisible()
    later.take_text(forged(iss="https://elsewhere.example", aud="theirs", exp=4102444800))
    assert not [title for title in titles(later) if title.endswith("expected.")], "another issuer's tokens are not held"
    assert not later.findings.forget_button.isVisible()
    later.take_text(tokens.id_token)
    later.findings.forget_button.click()
    assert not [title for title in titles(later) if title.endswith("expected.")]
    assert not later.findings.forget_button.isVisible()
    again = await shown(qtbot, TokensPanel(Page(PageKind.TOKENS), Workspace()))
    again.take_text(tokens.id_token)
    assert again.details.consumers.audience_line.text() == ""
