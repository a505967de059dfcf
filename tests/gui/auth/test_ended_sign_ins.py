"""What was revoked or signed out from the tokens page goes on being known there, also when it is pasted again."""

import pytest

from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.gui.auth.ended_sign_ins import ended_sign_ins
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.times import clock
from tests.gui.auth.token_stage import confirm_dialog, lonely, panel, titles, tokens
from tests.sandbox_fixture import RunningSandbox
from tests.signed_in import signed_in

__all__ = ["lonely", "panel", "tokens"]


@pytest.fixture
def other(demo_sandbox: RunningSandbox) -> TokenSet:
    """Another sign-in of hers."""
    return signed_in(demo_sandbox, "ada")


async def show(panel: TokensPanel, tokens: TokenSet) -> None:
    panel.show_set(tokens)
    await panel.tasks.idle()


async def end(panel: TokensPanel, tokens: TokenSet, words: str) -> None:
    await show(panel, tokens)
    actions = panel.token_actions
    (actions.revoke_action if words == "Revoke" else actions.sign_out_action).trigger()
    await confirm_dialog(panel, words)
    await panel.tasks.idle()
    assert panel.banner.error is None


def told(panel: TokensPanel, words: str) -> bool:
    return any(title.startswith(words) for title in titles(panel))


async def test_what_was_revoked_is_known_to_be_wherever_it_is_told(
    panel: TokensPanel, lonely: TokensPanel, tokens: TokenSet, other: TokenSet
) -> None:
    lonely.take_text(tokens.id_token)
    await end(panel, tokens, "Revoke")
    for kind in ("id", "access", "refresh"):
        panel.kind_buttons[kind].click()
        assert told(panel, "You revoked it at ")
        assert "Whether it was revoked is not known." not in titles(panel)
        assert panel.heading.expiry.text.startswith("revoked at ")
    lifetimes = panel.details.lifetimes.text()
    assert "Lives on the refresh token" not in lifetimes
    assert "Revoke the refresh token: Ends nothing" in lifetimes
    assert panel.heading.refreshable.isHidden()
    assert told(lonely, "You revoked it at "), "another page that shows it, too"
    for text in (tokens.refresh_token, f"{tokens.access_token}\n{tokens.refresh_token}"):
        await show(panel, other)
        assert not told(panel, "You revoked it at "), "the user's other sign-ins go on"
        assert panel.token_actions.refresh_button.isEnabled()
        panel.take_text(text)
        await panel.tasks.idle()
        assert told(panel, "You revoked it at ")
        assert not panel.token_actions.refresh_button.isEnabled()


async def test_a_sign_out_everywhere_is_known_of_every_token_issued_before_and_of_none_after(
    panel: TokensPanel, tokens: TokenSet, other: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    await end(panel, tokens, "Sign out")
    await show(panel, other)
    assert told(panel, "You signed its user out everywhere at ")
    assert panel.heading.expiry.text.startswith("signed out at ")
    assert "Sign out everywhere (GlobalSignOut): Ends nothing" in panel.details.lifetimes.text()
    assert "signed this user out everywhere" in panel.token_actions.why_no_refresh()
    demo_sandbox.advance(5)
    try:
        await show(panel, signed_in(demo_sandbox, "ada"))
    finally:
        demo_sandbox.advance(-5)
    assert not told(panel, "You signed its user out everywhere at ")
    assert panel.token_actions.why_no_refresh() == ""


async def test_what_cognito_said_before_a_revocation_is_not_told_after_it(panel: TokensPanel, tokens: TokenSet) -> None:
    await show(panel, tokens)
    panel.findings.live_button.click()
    await panel.tasks.idle()
    assert "Cognito still takes it." in titles(panel)
    await end(panel, tokens, "Revoke")
    assert "Cognito still takes it." not in titles(panel)
    ended = ended_sign_ins().of_any({"access": panel.token}) if panel.token is not None else None
    assert ended is not None
    assert ended.told_at == clock().time_of_day(ended.at)
    assert tokens.refresh_token not in repr(vars(ended_sign_ins()))
