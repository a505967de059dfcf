"""Tokens that somebody else ended: what Cognito and the pool say of them is told in the heading and as a finding."""

from collections.abc import Iterator

import pytest

from cognito_explorer.core.auth.tokens import TokenSet, issuer_of
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.privacy import privacy
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.token_stage import CLIENT_ID, forged, panel, titles, tokens
from tests.sandbox.hosted_ui.browser import PASSWORD
from tests.sandbox_fixture import RunningSandbox
from tests.signed_in import signed_in

__all__ = ["panel", "tokens"]
NAME = "short-lived"


@pytest.fixture
def hers(demo_sandbox: RunningSandbox) -> Iterator[TokenSet]:
    """Of a user who is there for one test."""
    idp = demo_sandbox.client("cognito-idp")
    idp.admin_create_user(UserPoolId=POOL_ID, Username=NAME, MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=POOL_ID, Username=NAME, Password=PASSWORD, Permanent=True)
    yield signed_in(demo_sandbox, NAME)
    if idp.list_users(UserPoolId=POOL_ID, Filter=f'username = "{NAME}"')["Users"]:
        idp.admin_delete_user(UserPoolId=POOL_ID, Username=NAME)


async def show(panel: TokensPanel, tokens: TokenSet) -> None:
    panel.show_set(tokens)
    await panel.tasks.idle()


def revoke(running: RunningSandbox, tokens: TokenSet) -> None:
    """Somewhere else."""
    running.public_client("cognito-idp").revoke_token(Token=tokens.refresh_token, ClientId=CLIENT_ID)


async def test_a_user_who_was_deleted_since_is_a_finding_and_the_heading_says_so(
    panel: TokensPanel, hers: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    demo_sandbox.client("cognito-idp").admin_delete_user(UserPoolId=POOL_ID, Username=NAME)
    await show(panel, hers)
    for button in panel.kind_buttons.values():
        button.click()
        found = next(each for each in panel.findings.findings() if each.title == "Its user was deleted.")
        assert (found.level, found.check) == ("bad", "revocation")
        assert "The pool has no user of this sub any longer." in found.detail
        assert panel.heading.expiry.text.startswith("user deleted")
    panel.kind_buttons["access"].click()
    told = next(each.detail for each in panel.findings.findings() if each.title == "Its user was deleted.")
    assert "more, until it expires: API Gateway" in told
    assert panel.heading.expiry.text.startswith("user deleted · accepted offline until ")
    assert panel.heading.refreshable.isHidden()


async def test_what_the_pool_has_no_more_is_no_name_to_be_masked(
    panel: TokensPanel, hers: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    demo_sandbox.client("cognito-idp").admin_delete_user(UserPoolId=POOL_ID, Username=NAME)
    await show(panel, hers)
    table = panel.details.claims
    row = table.find(lambda each: each.name == "sub").row()
    texts = [table.index(row, column) for column in range(table.columnCount())]
    privacy().switch(on=True)
    try:
        assert "no such user" in [each.data() for each in texts]
    finally:
        privacy().switch(on=False)


async def test_a_user_who_was_disabled_since_is_a_finding(
    panel: TokensPanel, hers: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    demo_sandbox.client("cognito-idp").admin_disable_user(UserPoolId=POOL_ID, Username=NAME)
    await show(panel, hers)
    assert "Its user is disabled." in titles(panel)
    assert "Whether it was revoked is not known." not in titles(panel)
    assert panel.heading.expiry.text.startswith("user disabled · accepted offline until ")


async def test_the_heading_promises_nothing_of_what_cognito_has_just_refused(
    panel: TokensPanel, tokens: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    await show(panel, tokens)
    assert panel.heading.expiry.text.startswith("expires in ")
    assert not panel.heading.refreshable.isHidden()
    revoke(demo_sandbox, tokens)
    panel.findings.live_button.click()
    await panel.tasks.idle()
    assert panel.heading.expiry.text.startswith("revoked · accepted offline until ")
    assert panel.heading.refreshable.isHidden()


async def test_get_user_is_not_offered_for_a_token_that_it_refuses_for_its_scopes(panel: TokensPanel) -> None:
    claims = {"iss": issuer_of(POOL_ID), "client_id": CLIENT_ID, "token_use": "access", "username": "ada", "sub": "s"}
    for scope, is_hidden in (("openid", True), ("openid aws.cognito.signin.user.admin", False)):
        panel.take_text(forged(**claims, scope=scope, exp=4_000_000_000, iat=1))
        await panel.tasks.idle()
        assert panel.findings.live_button.isHidden() is is_hidden


async def test_a_refused_refresh_speaks_of_the_refresh_token_alone(
    panel: TokensPanel, tokens: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    await show(panel, tokens)
    revoke(demo_sandbox, tokens)
    panel.token_actions.refresh_button.click()
    await panel.tasks.idle()
    assert panel.banner.error is not None
    assert panel.banner.error.title == "The refresh token is not accepted."
    assert "code" not in panel.banner.error.hint
    assert panel.heading.refreshable.isHidden()
    panel.kind_buttons["refresh"].click()
    assert panel.heading.expiry.text == "refused by Cognito"
    assert "Cognito takes it no more." in titles(panel)
    assert "Whether it was revoked or has expired is not known." not in titles(panel)


async def test_a_refused_refresh_says_nothing_of_the_tokens_that_were_shown_since(
    panel: TokensPanel, hers: TokenSet, tokens: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    await show(panel, hers)
    revoke(demo_sandbox, hers)
    panel.token_actions.refresh_button.click()
    await show(panel, tokens)
    assert panel.banner.error is not None
    panel.kind_buttons["refresh"].click()
    assert "Cognito takes it no more." not in titles(panel)
    assert not panel.heading.refreshable.isHidden()
