"""The tokens page: a sign-in's tokens and pasted ones, with real tokens from the sandbox."""

import asyncio
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.core.aws.call_log import CallLog, LoggedCall
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.workspace import Context, Page, PageKind, Workspace
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.opened_pages import OpenedPages
from tests.gui.auth.token_stage import (
    confirm_dialog,
    forged,
    lonely,
    painted_texts,
    panel,
    paste,
    shown,
    titles,
    tokens,
)

__all__ = ["lonely", "panel", "tokens"]


async def test_tokens_of_a_sign_in_appear_and_are_verified(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    assert list(panel.kind_buttons) == ["id", "access", "refresh"]
    assert "The signature is valid." in titles(panel)
    assert panel.heading.text().startswith("ID token · ada · web · expires in ")
    assert "cognito:groups" in {claim.name for claim in panel.details.claims.records()}


@pytest.mark.parametrize(
    ("claims", "whose"),
    [
        ({"sub": "auth0|17", "aud": "theirs"}, "auth0|17 · theirs"),
        ({"sub": "machine", "client_id": "machine"}, "no user · machine"),
        ({"sub": 7, "aud": "theirs"}, "no user · theirs"),
    ],
    ids=["of another issuer", "a machine's", "no text"],
)
async def test_whom_a_token_without_a_username_is_about(
    panel: TokensPanel, claims: dict[str, object], whose: str
) -> None:
    panel.take_text(forged(exp=4102444800, **claims))
    await panel.tasks.idle()
    assert panel.heading.text().startswith(f"Token · {whose} · expires in ")


async def test_an_address_that_names_a_token_s_user_is_masked_when_others_look_on(panel: TokensPanel) -> None:
    panel.take_text(forged(exp=4102444800, sub="ada@moon.example", aud="theirs"))
    await panel.tasks.idle()
    assert "ada@moon.example" in panel.heading.text()
    privacy().switch(on=True)
    try:
        assert "ada@moon.example" not in panel.heading.text()
    finally:
        privacy().switch(on=False)


async def test_each_token_of_the_set_has_its_own_view(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    panel.kind_buttons["access"].click()
    assert "This is an access token." in titles(panel)
    panel.kind_buttons["refresh"].click()
    unread = "Whether it was revoked or has expired is not known."
    assert titles(panel) == [unread, "This is an encrypted refresh token."]
    assert "opaque" in panel.heading.text()
    assert not panel.findings.check_button.isVisible()


async def test_no_token_is_painted_until_somebody_asks(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    raw = panel.details.raw
    panel.details.setCurrentWidget(raw)
    everything = "\n".join([*painted_texts(panel), raw.shown_text(), panel.title, repr(panel.token)])
    assert tokens.id_token not in everything
    raw.reveal_button.click()
    assert raw.shown_text() == tokens.id_token
    assert tokens.id_token not in "\n".join(painted_texts(panel))
    panel.details.setCurrentIndex(0)
    panel.details.setCurrentWidget(raw)
    assert tokens.id_token not in raw.shown_text()


async def test_refreshing_brings_new_tokens_and_keeps_the_refresh_token(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    panel.token_actions.refresh_button.click()
    await panel.tasks.idle()
    newest = workspace.tokens_of(POOL_ID)
    assert newest is not None
    assert newest.id_token != tokens.id_token
    assert newest.refresh_token == tokens.refresh_token
    assert "The signature is valid." in titles(panel)


async def test_revoking_asks_first_and_ends_refreshing(
    qtbot: QtBot, panel: TokensPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    panel.token_actions.revoke_action.trigger()
    await confirm_dialog(panel, "Revoke")
    await panel.tasks.idle()
    assert panel.banner.error is None
    assert panel.token_actions.why_no_refresh().startswith("You revoked them at ")
    assert not panel.token_actions.refresh_button.isEnabled()


async def test_revoking_is_a_write_and_in_the_journal(
    panel: TokensPanel, page: Page, workspace: Workspace, tokens: TokenSet
) -> None:
    assert page.aws is not None
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    panel.token_actions.revoke_action.trigger()
    await confirm_dialog(panel, "Revoke")
    await panel.tasks.idle()
    change = page.aws.journal.recent()[0]
    assert (change.action, change.target, change.outcome) == ("RevokeToken", "tokens of ada", "accepted")


async def test_a_refresh_that_was_sent_is_seen_through_though_its_page_is_closed(
    panel: TokensPanel, page: Page, workspace: Workspace, tokens: TokenSet
) -> None:
    assert page.aws is not None
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    panel.token_actions.refresh()
    posted = heard_of(page.aws.calls, "oauth2/token")
    await posted
    panel.tasks.cancel_all()
    await page.aws.drain()
    newest = workspace.tokens_of(POOL_ID)
    assert newest is not None
    assert newest.id_token != tokens.id_token


def heard_of(calls: CallLog, words: str) -> "asyncio.Future[None]":
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def hear(call: LoggedCall) -> None:
        if words in call.operation and not future.done():
            future.set_result(None)

    calls.subscribe(hear)
    return future


async def test_the_sign_out_address_can_be_copied(panel: TokensPanel, workspace: Workspace, tokens: TokenSet) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    panel.token_actions.logout_action.trigger()
    await panel.tasks.idle()
    copied = QGuiApplication.clipboard().text()
    assert "/_hosted/moonletter.us-east-1/logout?client_id=" in copied
    assert tokens.id_token not in copied


async def test_trying_access_opens_the_identity_pool_that_accepts_the_tokens(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet, opened: OpenedPages
) -> None:
    assert not panel.token_actions.access_button.isVisible()
    workspace.remember_tokens(POOL_ID, tokens)
    await panel.tasks.idle()
    panel.token_actions.access_button.click()
    assert [(each.kind, each.context.identity_pool_name, each.context.pool_id) for each in opened] == [
        (PageKind.ACCESS, "moonletter", POOL_ID)
    ]


async def test_a_pasted_token_is_taken_from_the_screen_at_once(lonely: TokensPanel, tokens: TokenSet) -> None:
    paste(lonely, f'"Bearer {tokens.access_token}"')
    assert lonely.token is not None
    assert lonely.token.username == "ada"
    assert lonely.paste_field.editor.toPlainText() == ""
    assert "The signature was not checked." in titles(lonely)
    assert lonely.findings.check_button.isVisible()


async def test_a_foreign_issuer_is_never_offered_to_be_asked(lonely: TokensPanel) -> None:
    lonely.take_text(forged(iss="https://evil.example/x", sub="1", exp=time.time() + 60))
    assert "The issuer is not a user pool." in titles(lonely)
    assert not lonely.findings.check_button.isVisible()


async def test_enter_reads_what_was_typed(lonely: TokensPanel, tokens: TokenSet) -> None:
    editor = lonely.paste_field.editor
    editor.setPlainText(tokens.id_token)
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert lonely.token is not None
    assert lonely.token.kind == "id"


async def test_enter_on_nothing_says_nothing_and_on_a_mistake_leaves_it_as_it_is(lonely: TokensPanel) -> None:
    editor = lonely.paste_field.editor
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert lonely.paste_field.problem() == ""
    QTest.keyClicks(editor, "eyJ")
    QTest.keyClick(editor, Qt.Key.Key_Enter)
    assert lonely.paste_field.problem()
    assert editor.toPlainText() == "eyJ"
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert editor.toPlainText() == "eyJ\n"


async def test_an_expired_token_says_since_when(lonely: TokensPanel) -> None:
    now = int(time.time())
    lonely.take_text(forged(token_use="id", aud="x", iat=now - 3780, exp=now - 180))
    assert "expired 3 min" in lonely.heading.text()
    assert any(title.startswith("Expired 3 minutes") for title in titles(lonely))


async def test_a_changed_token_fails_its_signature_check(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    header, claims, signature = tokens.id_token.split(".")
    flipped = ("A" if signature[10] != "A" else "B").join((signature[:10], signature[11:]))
    panel.take_text(f"{header}.{claims}.{flipped}")
    await panel.tasks.idle()
    assert "The signature is wrong." in titles(panel)


async def test_a_token_of_another_pool_is_told_apart(panel: TokensPanel) -> None:
    issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Elsewhere"
    panel.take_text(forged(token_use="id", iss=issuer, aud="x", exp=time.time() + 60))
    await panel.tasks.idle()
    assert "Another pool issued this token." in titles(panel)


async def test_a_token_of_a_client_the_pool_does_not_have_says_so_wherever_it_is_pasted(
    qtbot: QtBot, page: Page, workspace: Workspace
) -> None:
    apart = await shown(qtbot, TokensPanel(Page(PageKind.TOKENS, aws=page.aws), workspace))
    issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{POOL_ID}"
    paste(apart, forged(token_use="id", iss=issuer, aud="nobody", exp=time.time() + 60))
    await apart.tasks.idle()
    assert "The pool has no such app client." in titles(apart)


async def test_a_client_of_a_pool_that_cannot_be_read_is_unknown_with_the_reason(
    panel: TokensPanel, lonely: TokensPanel
) -> None:
    issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Elsewhere"
    for each, reason in ((panel, "us-east-1_Elsewhere could not be read"), (lonely, "No connection is open")):
        paste(each, forged(token_use="id", iss=issuer, aud="x", exp=time.time() + 60))
        await each.tasks.idle()
        assert any(reason in found.detail and "not known" in found.title for found in each.findings.findings())


@pytest.mark.parametrize("text", ["garbage", "a.b.c", "eyJhbGci", "{", "\x00" * 50, "<b>bold</b>"])
async def test_garbage_gets_a_sentence_and_stays_to_be_mended(lonely: TokensPanel, text: str) -> None:
    lonely.take_text(text)
    assert len(lonely.paste_field.problem()) > 20
    assert lonely.token is None


async def test_a_megabyte_of_garbage_is_refused_without_being_laid_out(lonely: TokensPanel) -> None:
    mime = QMimeData()
    mime.setText("ey" * 500_000)
    begun = time.perf_counter()
    lonely.paste_field.editor.insertFromMimeData(mime)
    lonely.grab()
    assert time.perf_counter() - begun < 0.5
    await lonely.tasks.idle()
    assert "No token was found." in lonely.paste_field.problem()
    assert lonely.paste_field.editor.toPlainText() == ""


async def test_garbage_does_not_take_the_tokens_on_show_away(lonely: TokensPanel, tokens: TokenSet) -> None:
    lonely.take_text(tokens.id_token)
    lonely.take_text("garbage")
    assert lonely.token is not None
    assert lonely.paste_field.isVisible()


async def test_without_tokens_the_page_leads_to_the_sign_in(panel: TokensPanel, opened: OpenedPages) -> None:
    button = next(each for each in panel.findChildren(QPushButton) if each.text() == "Sign in")
    button.click()
    assert [each.kind for each in opened] == [PageKind.SIGN_IN]


async def test_a_page_of_another_pool_does_not_take_these_tokens(
    qtbot: QtBot, page: Page, workspace: Workspace, tokens: TokenSet
) -> None:
    context = Context("sandbox", "us-east-1", "us-east-1_MoonStage", "moonletter-staging")
    other = await shown(qtbot, TokensPanel(replace(page, context=context), workspace))
    workspace.remember_tokens(POOL_ID, tokens)
    await other.tasks.idle()
    assert other.token is None


async def test_another_token_is_looked_at_from_its_first_claim_on(lonely: TokensPanel) -> None:
    many = {f"claim{number}": number for number in range(60)}
    lonely.take_text(forged(iss="x", sub="a", **many))
    view = lonely.details.claims_view
    await asyncio.sleep(0)
    view.scrollToBottom()
    assert view.verticalScrollBar().value() > 0
    lonely.take_text(forged(iss="x", sub="b", **many))
    assert lonely.details.claims_view.verticalScrollBar().value() == 0


async def test_after_a_paste_the_keyboard_is_where_one_sees_it(lonely: TokensPanel) -> None:
    lonely.activateWindow()
    paste(lonely, forged(iss="x", sub="a"))
    focused = lonely.focusWidget()
    assert focused in lonely.kind_buttons.values()
    assert focused.isVisible()
