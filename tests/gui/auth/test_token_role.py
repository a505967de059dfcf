"""The tab that traces a role: as what a token is brought, which flow and role, tags, and a search through all pools."""

import uuid

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.tokens import TokenSet, decode
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.identity_pools.identity_pools import describe_identity_pool
from cognito_explorer.gui.auth.token_role import TokenRole
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.theme import Theme
from tests.gui.auth.token_stage import forged, panel, paste, tokens
from tests.sandbox.identity_pools.providers import SamlProvider
from tests.sandbox.identity_pools.visitors import IDENTITY_POOL, PROVIDER, PoolKit
from tests.sandbox_fixture import RunningSandbox

__all__ = ["panel", "tokens"]


@pytest.fixture
def role(qtbot: QtBot, theme_app: Theme, aws: Aws) -> TokenRole:
    made = TokenRole(aws)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def ends_at(role: TokenRole) -> str:
    assert role.trace is not None
    return role.trace.role_arn.rpartition("/")[2]


async def test_pools_are_searched_for_where_none_is_known(role: TokenRole, tokens: TokenSet) -> None:
    role.show_traces((), decode(tokens.id_token))
    assert role.trace is not None
    assert "There may be more of them" in role.trace.conclusion
    assert not role.login_form.isVisible()
    role.search_button.click()
    assert role.search_button.text() == "Stop"
    await role.tasks.idle()
    assert ends_at(role) == "MoonletterSubscriber"
    assert role.search_button.text() == "Search all identity pools"
    assert "looked through, 1 to choose from." in role.searched.text()
    role.search_button.click()
    role.search_button.click()
    assert role.searched.text().startswith("Stopped.")
    await role.tasks.idle()
    assert ends_at(role) == "MoonletterSubscriber"
    role.search_button.click()
    role.tasks.running()[0].cancel()  # as the line along the bottom does
    await role.tasks.idle()
    assert (role.search_button.text(), role.searched.text()[:8]) == ("Search all identity pools", "Stopped.")
    role.show_traces((), decode(forged(iss="https://elsewhere.example")))
    assert "There may be more of them" in role.trace.conclusion, "what was found was of another issuer"
    assert role.searched.isHidden()


IN_ROLE, CRATER_ROLE = (f"arn:aws:iam::210987654321:role/{name}" for name in ("In", "Craters"))


@pytest.fixture
async def moonrise(role: TokenRole, tokens: TokenSet, aws: Aws, demo_sandbox: RunningSandbox) -> SamlProvider:
    """Its assertions are mapped by rules in the pool on show, which takes Facebook's logins, too."""
    kit, provider = PoolKit(demo_sandbox), SamlProvider()
    arn = provider.register(demo_sandbox, f"Moonrise-{uuid.uuid4().hex[:8]}")
    public = {"graph.facebook.com": "moon"}
    pool_id = kit.pool(SamlProviderARNs=[arn], SupportedLoginProviders=public, AllowClassicFlow=True)
    rules = [{"Claim": "department", "MatchType": "Equals", "Value": "Craters", "RoleARN": CRATER_ROLE}]
    mapping = {"Type": "Rules", "RulesConfiguration": {"Rules": rules}, "AmbiguousRoleResolution": "Deny"}
    roles = {"authenticated": IN_ROLE}
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles=roles, RoleMappings={arn: mapping})
    kit.admin.set_principal_tag_attribute_map(IdentityPoolId=pool_id, IdentityProviderName=PROVIDER, UseDefaults=True)
    try:
        role.show_traces((await describe_identity_pool(aws, pool_id),), decode(tokens.id_token))
        await role.tasks.idle()
    finally:
        kit.admin.delete_identity_pool(IdentityPoolId=pool_id)
    return provider


def bring(role: TokenRole, kind: str, text: str) -> str:
    """Bring a login of this kind of provider, and read what comes of it."""
    form = role.login_form
    form.provider_box.setCurrentIndex(form.provider_box.findText(kind, Qt.MatchFlag.MatchStartsWith))
    assert form.claims_text.isVisible()
    form.claims_text.setPlainText(text)
    assert role.trace is not None
    return role.trace.conclusion


async def test_a_login_of_another_provider_is_traced(role: TokenRole, moonrise: SamlProvider) -> None:
    assert ends_at(role) == "In"
    assert role.trace is not None
    assert "username = " in role.trace.steps[-1].answer
    assert bring(role, "SAML", "") == "No credentials: the mapping denies what is ambiguous."
    bring(role, "SAML", moonrise.respond("MR-1", {"department": "Craters"}))
    assert ends_at(role) == "Craters"
    bring(role, "SAML", "nonsense")
    assert "neither JSON nor a SAML response" in role.login_form.trouble.text()
    assert "does not accept" in bring(role, "Facebook", '{"app_id": "sun"}')
    bring(role, "Facebook", '{"app_id": "moon"}')
    assert ends_at(role) == "In"
    assert role.login_form.trouble.isHidden()
    await role.tasks.idle()


async def test_the_classic_flow_and_a_role_of_ones_own_are_traced(role: TokenRole, moonrise: SamlProvider) -> None:
    form = role.login_form
    form.flow_box.setCurrentIndex(1)
    assert role.trace is not None
    assert "classic flow is not supported with RoleMappings" in role.trace.steps[-1].answer
    form.flow_box.setCurrentIndex(0)
    form.role_line.setText(CRATER_ROLE)
    form.role_line.editingFinished.emit()
    assert "is not the token's to ask for" in role.trace.conclusion
    await role.tasks.idle()


async def test_the_pool_of_the_demo_world_is_traced(role: TokenRole, tokens: TokenSet, aws: Aws) -> None:
    role.show_traces((await describe_identity_pool(aws, IDENTITY_POOL),), decode(tokens.id_token))
    await role.tasks.idle()
    assert ends_at(role) == "MoonletterSubscriber"
    assert role.trace is not None
    assert "None." in role.trace.steps[-1].answer


async def test_a_foreign_token_can_be_brought_to_a_pool_that_is_searched_for(
    panel: TokensPanel, demo_sandbox: RunningSandbox
) -> None:
    kit = PoolKit(demo_sandbox)
    pool_id = kit.pool(SupportedLoginProviders={"accounts.google.com": "moon"})
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": IN_ROLE})
    paste(panel, forged(iss="https://accounts.google.com", aud="moon", sub="1"))
    await panel.tasks.idle()
    try:
        role = panel.details.role
        assert panel.details.isTabVisible(panel.details.indexOf(role))
        role.search_button.click()
        await role.tasks.idle()
    finally:
        kit.admin.delete_identity_pool(IdentityPoolId=pool_id)
    assert ends_at(role) == "In"
    assert role.trace is not None
    assert role.trace.steps[0].answer == "Yes: Google with the app moon is listed."
