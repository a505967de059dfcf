"""Refreshing, revoking, signing out and userInfo on the page: real buttons, the sandbox's real answers."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from cognito_explorer.core.auth.tokens import TokenSet, token_set
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.workspace import Workspace
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.token_stage import CLIENT_ID, confirm_dialog, panel, titles
from tests.sandbox.hosted_ui.browser import sign_in
from tests.sandbox_fixture import RunningSandbox
from tests.signed_in import signed_in

__all__ = ["panel"]

GRACE_S = 30


@pytest.fixture
def hosted(demo_sandbox: RunningSandbox) -> TokenSet:
    """Linus's, by the hosted UI: with the scope openid."""
    answer = sign_in(demo_sandbox, "linus", scope="openid email aws.cognito.signin.user.admin")
    return token_set(answer, POOL_ID, CLIENT_ID)


@pytest.fixture
def rotated(demo_sandbox: RunningSandbox) -> Iterator[TokenSet]:
    """Linus's, of an app client that rotates refresh tokens."""
    idp = demo_sandbox.client("cognito-idp")
    client_id = idp.create_user_pool_client(
        UserPoolId=POOL_ID,
        ClientName="rotating",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": GRACE_S},
    )["UserPoolClient"]["ClientId"]
    yield signed_in(demo_sandbox, "linus", client_id)
    idp.delete_user_pool_client(UserPoolId=POOL_ID, ClientId=client_id)


async def show(panel: TokensPanel, tokens: TokenSet) -> None:
    panel.show_set(tokens)
    await panel.tasks.idle()


async def refresh(panel: TokensPanel) -> None:
    panel.token_actions.refresh_button.click()
    await panel.tasks.idle()


async def ask_cognito(panel: TokensPanel) -> None:
    panel.findings.live_button.click()
    await panel.tasks.idle()


async def test_a_rotated_refresh_token_is_taken_back_after_its_grace_and_the_page_says_so(
    panel: TokensPanel, workspace: Workspace, rotated: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    await show(panel, rotated)
    assert f"Refresh: Ends the refresh token used, after {GRACE_S} seconds of grace" in panel.details.lifetimes.text()
    end = panel.heading.refreshable.toolTip()
    await refresh(panel)
    assert any("refresh token was replaced" in note.text for note in panel.window().findChildren(Toast))
    newest = workspace.tokens_of(POOL_ID)
    assert newest is not None
    assert newest.refresh_token not in ("", rotated.refresh_token)
    assert panel.heading.refreshable.toolTip() == end
    demo_sandbox.advance(GRACE_S + 1)
    try:
        await show(panel, rotated)
        await refresh(panel)
        assert panel.banner.error is not None
        await show(panel, newest)
        await refresh(panel)
        assert panel.banner.error is None
    finally:
        demo_sandbox.advance(-GRACE_S - 1)


async def test_the_keyboard_stays_where_it_was_when_something_is_asked(panel: TokensPanel, hosted: TokenSet) -> None:
    await show(panel, hosted)
    button = panel.token_actions.refresh_button
    button.setFocus()
    button.click()
    await asyncio.sleep(0)
    button.click()
    await panel.tasks.idle()
    assert panel.focusWidget() is button
    assert panel.banner.error is None
    panel.findings.live_button.setFocus()
    await ask_cognito(panel)
    assert panel.findings.live_button.isHidden()
    assert panel.focusWidget() is panel.findings.view


async def test_what_was_revoked_is_refused_by_cognito_and_proved_by_its_signature(
    panel: TokensPanel, hosted: TokenSet
) -> None:
    await show(panel, hosted)
    told = panel.details.lifetimes.text()
    assert "Revoke the refresh token: Ends the refresh token\nthe access token at Cognito itself" in told
    assert not panel.heading.refreshable.isHidden()
    panel.token_actions.revoke_action.trigger()
    await confirm_dialog(panel, "Revoke")
    await panel.tasks.idle()
    assert panel.heading.refreshable.isHidden(), "what was revoked cannot be refreshed until any time"
    await ask_cognito(panel)
    assert "Cognito takes it no more." in titles(panel)
    assert "The signature is valid." in titles(panel)
    assert panel.token_actions.why_no_refresh().startswith("You revoked them at ")


async def test_a_user_who_was_signed_out_everywhere_keeps_no_sign_in(
    panel: TokensPanel, hosted: TokenSet, rotated: TokenSet
) -> None:
    await show(panel, hosted)
    panel.token_actions.sign_out_action.trigger()
    await confirm_dialog(panel, "Sign out")
    await panel.tasks.idle()
    for tokens in (hosted, rotated):
        await show(panel, tokens)
        await ask_cognito(panel)
        assert "Cognito takes it no more." in titles(panel)
    assert not panel.token_actions.refresh_button.isEnabled()
    panel.token_actions.refresh()
    await panel.tasks.idle()
    assert panel.banner.error is not None


async def test_user_info_has_a_tab_of_its_own(panel: TokensPanel, hosted: TokenSet) -> None:
    await show(panel, hosted)
    panel.token_actions.user_info_action.trigger()
    await panel.tasks.idle()
    assert panel.banner.error is None
    assert panel.details.currentWidget() is panel.details.user_info
    assert '"email_verified": "true"' in panel.details.user_info.text()
    assert '"username": "linus"' in panel.details.user_info.text()


async def test_what_user_info_says_of_a_person_is_masked_like_claims(
    panel: TokensPanel, demo_sandbox: RunningSandbox
) -> None:
    answer = sign_in(demo_sandbox, "linus", scope="openid email profile aws.cognito.signin.user.admin")
    await show(panel, token_set(answer, POOL_ID, CLIENT_ID))
    panel.token_actions.user_info_action.trigger()
    await panel.tasks.idle()
    told = json.loads(panel.details.user_info.text())
    try:
        privacy().switch(on=True)
        masked = panel.details.user_info.text()
        panel.token_actions.user_info_action.trigger()
        await panel.tasks.idle()
        asked_masked = panel.details.user_info.text()
    finally:
        privacy().switch(on=False)
    assert masked == asked_masked
    for name in ("name", "given_name", "family_name", "email", "username"):
        assert f'"{told[name]}"' not in masked
    assert told["sub"] in masked
    assert json.loads(panel.details.user_info.text()) == told


async def test_an_answer_about_earlier_tokens_is_not_taken_for_one_about_those_on_show(
    panel: TokensPanel, hosted: TokenSet, rotated: TokenSet
) -> None:
    await show(panel, hosted)
    panel.findings.live_button.click()
    await asyncio.sleep(0)
    await show(panel, rotated)
    assert "Cognito still takes it." not in titles(panel)
    assert "Whether it was revoked is not known." in titles(panel)


async def test_what_was_found_out_about_earlier_tokens_is_not_shown_with_later_ones(
    panel: TokensPanel, hosted: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    told: list[str] = []
    answer = asyncio.get_running_loop().create_future()

    async def surround() -> None:
        await answer
        told.append("earlier")

    await show(panel, signed_in(demo_sandbox, "ada"))
    panel.tasks.start("surroundings", surround())
    await asyncio.sleep(0)
    answer.set_result(None)  # it has just come
    await show(panel, hosted)
    assert told == []
