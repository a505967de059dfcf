"""The page that predicts tokens: what is told, the pool's own function on consent, the difference to a real token."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.tokens import TokenSet, decode
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.gui.auth.token_preview_form import API, CHALLENGE, HOSTED, MACHINE
from cognito_explorer.gui.auth.token_preview_panel import TokenPreviewPanel
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.workspace import Page, Workspace
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.token_stage import CLIENT_ID, confirm_dialog, forged, tokens
from tests.sandbox.functions.lambdas import ROLE
from tests.sandbox.triggers.scene import Scene, make_scene
from tests.sandbox_fixture import RunningSandbox

__all__ = ["tokens"]

BODY = """
if event["userName"] == "eve":
    raise ValueError("not tonight")
event["response"]["claimsAndScopeOverrideDetails"] = {"idTokenGeneration": {
    "claimsToAddOrOverride": {"moon": "full", "sub": "me"}, "claimsToSuppress": ["email"]}}
""".strip()


async def shown(qtbot: QtBot, page: Page, workspace: Workspace) -> TokenPreviewPanel:
    panel = TokenPreviewPanel(page, workspace)
    qtbot.addWidget(panel)
    panel.resize(1040, 740)
    panel.show()
    await panel.tasks.idle()
    return panel


@pytest.fixture
async def panel(qtbot: QtBot, page: Page, workspace: Workspace) -> TokenPreviewPanel:
    return await shown(qtbot, page, workspace)


@pytest.fixture(scope="module")
def scene(demo_sandbox: RunningSandbox) -> Iterator[Scene]:
    """A pool with a function in the shared world, taken away after."""
    made = make_scene(demo_sandbox, "decides-tokens", [], BODY)
    config = {"PreTokenGenerationConfig": {"LambdaArn": made.function_arn, "LambdaVersion": "V2_0"}}
    made.pool.idp.update_user_pool(UserPoolId=made.pool.pool_id, LambdaConfig=config)
    for name in ("ada", "eve"):
        made.pool.add_user(name, email=f"{name}@moon.example")
    yield made
    made.pool.idp.delete_user_pool(UserPoolId=made.pool.pool_id)
    demo_sandbox.client("lambda").delete_function(FunctionName=made.function_arn)
    demo_sandbox.client("iam").delete_role(RoleName=ROLE)


@pytest.fixture
async def triggered(
    qtbot: QtBot, page: Page, workspace: Workspace, scene: Scene, aws: Aws
) -> AsyncIterator[TokenPreviewPanel]:
    """The page on the pool with the function."""
    context = replace(page.context, pool_id=scene.pool.pool_id, pool_name="under test", username="ada")
    panel = await shown(qtbot, replace(page, context=context), workspace)
    panel.form.predict_button.click()
    await panel.tasks.idle()
    yield panel
    aws.permit.switch("admin")


def choose(panel: TokenPreviewPanel, client_id: str, way: str = "") -> None:
    box = panel.form.client_box
    box.setCurrentIndex(box.findData(client_id))
    if way:
        panel.form.way_box.setCurrentIndex(panel.form.way_box.findData(way))


async def predict(panel: TokenPreviewPanel, whom: str = "") -> None:
    panel.form.user_line.setText(whom)
    panel.form.predict_button.click()
    await panel.tasks.idle()


def invocations(scene: Scene) -> int:
    return len(scene.events())


async def test_a_prediction_is_marked_and_equals_what_was_issued(
    panel: TokenPreviewPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    choose(panel, CLIENT_ID)
    await predict(panel, "ada@moonletter.example")
    assert panel.badge.text == "predicted"
    assert not panel.nothing.isVisible()
    for part in (panel.identity, panel.access):
        assert {row.held for row in part.table.records()} == {"same"}
        assert "says the same" in part.difference.text()
    assert not panel.trigger.isVisible()


async def test_without_a_real_token_nothing_is_compared(panel: TokenPreviewPanel, workspace: Workspace) -> None:
    choose(panel, CLIENT_ID)
    await predict(panel, "ada")
    assert panel.identity.difference.isHidden()
    assert {row.held for row in panel.identity.table.records()} == {""}
    panel.identity.view.selectRow(0)
    assert panel.identity.strip.text().startswith("sub\n")


async def test_the_chosen_claim_is_told_with_both_values_whole_and_nothing_twice(
    panel: TokenPreviewPanel, workspace: Workspace, tokens: TokenSet
) -> None:
    workspace.remember_tokens(POOL_ID, tokens)
    choose(panel, CLIENT_ID)
    await predict(panel, "ada")
    view = panel.identity.view
    view.setCurrentIndex(panel.identity.table.find(lambda row: row.name == "cognito:groups"))
    lines = panel.identity.strip.text().splitlines()
    assert lines[:3] == ["cognito:groups", 'Predicted: ["paid"]', "Issued: the same"]
    assert len({line.partition(" when the token was issued")[0] for line in lines}) == len(lines)
    claims = decode(tokens.id_token).claims | {"cognito:groups": ["guests"] * 9}
    workspace.remember_tokens(POOL_ID, replace(tokens, id_token=forged(**claims)))
    await predict(panel, "ada")
    view.setCurrentIndex(panel.identity.table.find(lambda row: row.name == "cognito:groups"))
    assert f"Issued: {json.dumps(['guests'] * 9)}" in panel.identity.strip.text()


async def test_scopes_take_no_room_where_nobody_asks_for_any(panel: TokenPreviewPanel) -> None:
    assert panel.form.scope_line.isHidden()
    panel.form.way_box.setCurrentIndex(panel.form.way_box.findData("hosted"))
    assert not panel.form.scope_line.isHidden()


async def test_a_token_on_the_clipboard_is_held_against_the_prediction(
    panel: TokenPreviewPanel, tokens: TokenSet
) -> None:
    choose(panel, CLIENT_ID)
    await predict(panel, "ada")
    QGuiApplication.clipboard().setText(tokens.id_token)
    panel.paste_button.click()
    assert "says the same" in panel.identity.difference.text()
    for text in ("garbage", forged(token_use="id", sub="other", aud=CLIENT_ID)):
        QGuiApplication.clipboard().setText(text)
        panel.paste_button.click()
        assert panel.banner.error is not None


async def test_what_differs_from_a_real_token_stands_first_and_can_stand_alone(
    panel: TokenPreviewPanel, tokens: TokenSet
) -> None:
    choose(panel, CLIENT_ID)
    await predict(panel, "ada")
    claims = {**decode(tokens.id_token).claims, "name": "Somebody else", "moon": "full"}
    QGuiApplication.clipboard().setText(forged(**claims))
    panel.paste_button.click()
    part = panel.identity
    names = [row.name for row in part.table.records()]
    assert names[:2] == ["name", "moon"]
    assert part.only_box.isVisibleTo(part)
    part.only_box.click()
    assert [row.name for row in part.table.records()] == ["name", "moon"]
    part.only_box.click()
    assert [row.name for row in part.table.records()] == names
    part.only_box.click()
    await predict(panel, "ada")
    assert len(part.table.records()) > 2
    assert not part.only_box.isVisibleTo(part)


async def test_every_prediction_reads_the_settings_anew(panel: TokenPreviewPanel, demo_sandbox: RunningSandbox) -> None:
    choose(panel, CLIENT_ID)
    await predict(panel, "ada")
    assert "email" in {row.name for row in panel.identity.table.records() if not row.stays_out}
    first = panel.read_at.text()
    assert first.startswith("Settings, user and groups as of 20")
    idp, client = demo_sandbox.client("cognito-idp"), {"UserPoolId": POOL_ID, "ClientId": CLIENT_ID}
    before = idp.describe_user_pool_client(**client)["UserPoolClient"]
    taken = ("UserPoolId", "ClientId", "ClientType", "LastModifiedDate", "CreationDate", "ClientSecret")
    settings = {name: value for name, value in before.items() if name not in taken}
    idp.update_user_pool_client(**client, **settings | {"ReadAttributes": ["name"]})
    try:
        await predict(panel, "ada")
    finally:
        idp.update_user_pool_client(**client, **settings)
    assert "email" in {row.name for row in panel.identity.table.records() if row.stays_out}


async def test_a_client_that_is_gone_takes_the_prediction_away_and_typed_scopes_stay(
    panel: TokenPreviewPanel, demo_sandbox: RunningSandbox
) -> None:
    idp = demo_sandbox.client("cognito-idp")
    made = idp.create_user_pool_client(UserPoolId=POOL_ID, ClientName="short-lived")["UserPoolClient"]["ClientId"]
    choose(panel, CLIENT_ID, HOSTED)
    panel.form.scope_line.setText("openid")
    panel.reload()
    await panel.tasks.idle()
    assert panel.form.scope_line.text() == "openid"
    choose(panel, made, API)
    await predict(panel, "ada")
    assert panel.tabs.isVisible()
    idp.delete_user_pool_client(UserPoolId=POOL_ID, ClientId=made)
    await predict(panel, "ada")
    assert panel.prediction is None
    assert panel.tabs.isHidden()
    assert panel.banner.error is not None


async def test_client_metadata_is_asked_for_where_there_is_a_function(
    panel: TokenPreviewPanel, triggered: TokenPreviewPanel, scene: Scene
) -> None:
    assert not panel.form.metadata_text.isVisibleTo(panel.form)
    form = triggered.form
    assert form.metadata_text.isVisibleTo(form)
    form.metadata_text.setPlainText("plan")
    triggered.trigger.button.click()
    await triggered.tasks.idle()
    assert triggered.banner.error is not None
    assert triggered.banner.error.title == "Line 1 of the client metadata has no key and value."
    form.metadata_text.setPlainText("plan=gold")
    for way, words, told in (
        (API, "The client metadata stays out. InitiateAuth does not hand", None),
        (CHALLENGE, "The client metadata plan goes along.", {"plan": "gold"}),
    ):
        form.way_box.setCurrentIndex(form.way_box.findData(way))
        await predict(triggered, "ada")
        triggered.trigger.button.click()
        await confirm_dialog(triggered, "Invoke it")
        await triggered.tasks.idle()
        assert words in triggered.trigger.words.text()
        assert scene.events()[-1]["request"].get("clientMetadata") == told


async def test_what_the_function_answered_does_not_stay_beneath_other_metadata(
    triggered: TokenPreviewPanel, scene: Scene
) -> None:
    form = triggered.form
    form.way_box.setCurrentIndex(form.way_box.findData(CHALLENGE))
    await predict(triggered, "ada")
    form.metadata_text.setPlainText("plan=gold")
    assert not triggered.tabs.isHidden(), "nothing of it hangs on the metadata yet"
    triggered.trigger.button.click()
    await confirm_dialog(triggered, "Invoke it")
    await triggered.tasks.idle()
    answered = triggered.prediction
    assert answered is not None
    assert answered.has_asked
    form.metadata_text.setPlainText("plan=silver")
    assert triggered.prediction is None
    assert [part.isHidden() for part in (triggered.tabs, triggered.notes, triggered.trigger)] == [True] * 3
    await predict(triggered, "ada")
    form.metadata_text.setPlainText("plan=lead")
    assert not triggered.tabs.isHidden()


async def test_a_prediction_for_nobody_says_whom_it_wants(panel: TokenPreviewPanel) -> None:
    assert panel.nothing.isVisible()
    assert not panel.nothing.button.isVisible()
    panel.predict()
    await panel.tasks.idle()
    assert panel.banner.error is not None
    assert panel.nothing.isVisible()
    await predict(panel, "nobody-of-this-name")
    assert panel.banner.error.title == "The pool has no such user."


async def test_tokens_of_another_user_do_not_stay_beneath_a_name_nobody_has(triggered: TokenPreviewPanel) -> None:
    assert triggered.tabs.isVisible()
    await predict(triggered, "nobody-of-this-name")
    assert triggered.prediction is None
    assert [part.isHidden() for part in (triggered.tabs, triggered.notes, triggered.trigger)] == [True] * 3
    assert triggered.nothing.isVisible()
    await predict(triggered, "ada")
    assert triggered.tabs.isVisible()
    assert triggered.trigger.isVisible()


async def test_scopes_that_keep_attributes_out_are_told(panel: TokenPreviewPanel) -> None:
    choose(panel, CLIENT_ID, HOSTED)
    panel.form.scope_line.setText("openid email")
    panel.form.resource_line.setText("https://api.example")
    await predict(panel, "ada")
    assert panel.notes.text().startswith("custom:plan, custom:ref, ")
    assert "stay out. The sign-in did not ask for the scope profile." in panel.notes.text()
    rows = {row.name: row for row in panel.identity.table.records()}
    assert rows["name"].stays_out
    assert {row.name: row.text for row in panel.access.table.records()}["aud"] == "https://api.example"


async def test_what_was_predicted_for_other_choices_goes_away(panel: TokenPreviewPanel) -> None:
    choose(panel, CLIENT_ID)
    await predict(panel, "ada")
    assert panel.tabs.isVisible()
    panel.form.way_box.setCurrentIndex(panel.form.way_box.findData(MACHINE))
    assert panel.prediction is None
    assert panel.tabs.isHidden()
    assert panel.badge.isHidden()
    assert panel.nothing.isVisible()
    choose(panel, CLIENT_ID, API)
    await predict(panel, "ada")
    assert panel.tabs.isVisible()
    QTest.keyClick(panel.form.user_line, Qt.Key.Key_X)
    assert panel.prediction is None


async def test_a_machine_is_not_offered_a_persons_scopes_and_what_would_be_refused_is_not_shown(
    panel: TokenPreviewPanel,
) -> None:
    choose(panel, CLIENT_ID, MACHINE)
    assert "openid" not in (panel.form.scopes or ())
    await predict(panel)
    assert "does not allow the grant client_credentials" in panel.notes.text()
    assert panel.tabs.isHidden()
    assert panel.nothing.isVisible()
    choose(panel, "7moonlettermachine1b9r3n5f", MACHINE)
    panel.form.scope_line.setText("openid")
    await predict(panel)
    assert "The client does not allow openid" in panel.notes.text()
    assert panel.tabs.isHidden()


async def test_a_machine_has_an_access_token_alone(panel: TokenPreviewPanel) -> None:
    choose(panel, "7moonlettermachine1b9r3n5f", MACHINE)
    await predict(panel)
    assert [panel.tabs.isTabVisible(at) for at in range(panel.tabs.count())] == [False, True]
    assert panel.notes.text() == "Nothing stands in the way."
    assert not panel.form.user_line.isEnabled()


async def test_the_function_runs_only_after_consent(triggered: TokenPreviewPanel, scene: Scene, aws: Aws) -> None:
    assert "exists and is not applied" in triggered.trigger.words.text()
    assert "moon" not in {row.name for row in triggered.identity.table.records()}
    before = invocations(scene)
    triggered.trigger.button.click()
    await confirm_dialog(triggered, "Leave it")
    await triggered.tasks.idle()
    assert invocations(scene) == before
    triggered.trigger.button.click()
    await confirm_dialog(triggered, "Invoke it")
    await triggered.tasks.idle()
    assert invocations(scene) == before + 1
    rows = {row.name: row for row in triggered.identity.table.records()}
    assert (rows["moon"].text, rows["moon"].comes_from) == ("full", "pre-token trigger")
    assert rows["email"].stays_out
    assert "is applied" in triggered.trigger.words.text()
    assert "in vain about sub" in triggered.notes.text()
    assert aws.journal.recent()[0].action == "Invoke"


async def test_the_question_names_what_happens_for_real(triggered: TokenPreviewPanel) -> None:
    triggered.trigger.button.click()
    await asyncio.sleep(0)
    dialog = triggered.findChild(Dialog)
    assert dialog is not None
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert said.startswith("Invoke the function decides-tokens?")
    assert "what it writes, sends and calls" in said
    await confirm_dialog(triggered, "Leave it")
    await triggered.tasks.idle()


async def test_a_function_that_fails_is_a_sign_in_that_fails(triggered: TokenPreviewPanel) -> None:
    await predict(triggered, "eve")
    triggered.trigger.button.click()
    await confirm_dialog(triggered, "Invoke it")
    await triggered.tasks.idle()
    said = triggered.notes.text().replace("\u200b", "")
    assert said.startswith("With the function this sign-in fails. UserLambdaValidationException: PreTokenGeneration")
    assert "not tonight" in said
    assert triggered.tabs.isHidden()
    assert triggered.nothing.isVisible()
    assert triggered.trigger.words.text().endswith("was invoked just now and failed.")
    assert triggered.banner.error is None


async def test_outside_admin_mode_the_function_stays_alone(triggered: TokenPreviewPanel, aws: Aws) -> None:
    aws.permit.switch("support")
    await predict(triggered, "ada")
    assert not triggered.trigger.button.isEnabled()
    assert "Admin" in triggered.trigger.button.toolTip()
