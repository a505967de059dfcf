"""Errors on screen or on the clipboard lead to a page that explains them against the actual pool."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from cognito_explorer.core.aws.errors import explain as explain_aws
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.user_pools.undo_way import moved_on
from cognito_explorer.gui.auth.sign_in_panel import SignInPanel
from cognito_explorer.gui.insight.explanation_panel import ExplanationPanel
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.pool_panel import PoolPanel
from tests.core.insight.test_error_scraps import SCRAPS
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox

SECRET = (
    "NotAuthorizedException: Client is configured with secret but SECRET_HASH was not received\n    at de_X (a.js:1:1)"
)
AUTHORIZE = (
    "https://moonletter.auth.us-east-1.amazoncognito.com/oauth2/authorize?client_id=3moonletterweb7k2q9v5d1h8s"
    "&response_type=code&scope=openid"
)

AMBIGUOUS = "NotAuthorizedException: Role mapping: the role cannot be resolved."
NOT_ALLOWED = (
    "An error occurred (AccessDeniedException) when calling the ListUsers operation: User: arn:aws:iam::210987654321:"
    "user/ada is not authorized to perform: cognito-idp:ListUsers because no identity-based policy allows the"
    " cognito-idp:ListUsers action"
)


def labels(panel: ExplanationPanel) -> list[QLabel]:
    """Every label of the page."""
    return panel.findChildren(QLabel)


async def paste(hand: Hand, text: str) -> ExplanationPanel:
    """Paste a text into the universal box and press Enter."""
    hand.control(Qt.Key.Key_K)
    QApplication.clipboard().setText(text)
    hand.control(Qt.Key.Key_V)
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    return hand.page(ExplanationPanel)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (SECRET, "The app client has a secret, and no SECRET_HASH came."),
        ("https://a/cb?error=invalid_scope&error_description=invalid_scope", "A scope is not allowed."),
        ("An error was encountered with the requested page.", "The sign-in page cannot be shown."),
    ],
)
async def test_a_pasted_error_opens_its_page(shared_window: MainWindow, text: str, title: str) -> None:
    panel = await paste(Hand(shared_window), text)
    assert panel.heading.text() == title
    assert panel.causes.causes()


async def test_in_a_pool_the_causes_are_checked_by_themselves(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    await hand.go("overview of moonletter")
    hand.page(PoolPanel)
    panel = await paste(hand, "LimitExceededException: Exceeded daily email limit for the operation or the account.")
    first = panel.causes.causes()[0].verdict
    assert first is not None
    assert (first.state, "moonletter" in first.evidence) == ("ruled out", True)
    assert panel.ground.text() == "Checked against moonletter (user pool)."


async def test_choosing_the_user_it_is_about_settles_what_was_unknown(
    shared_window: MainWindow, demo_sandbox: RunningSandbox
) -> None:
    hand = Hand(shared_window)
    await hand.go("overview of moonletter")
    panel = await paste(hand, "NotAuthorizedException: User is disabled.")
    assert [each.verdict.state for each in panel.causes.causes() if each.verdict] == ["cannot be known"]
    panel.user_line.setFocus()
    hand.write("ada")
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    assert [each.verdict.state for each in panel.causes.causes() if each.verdict] == ["ruled out"]


async def test_where_no_pool_is_in_front_it_is_chosen_and_the_checks_run(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    await hand.go("overview of identity pool moonletter")
    panel = await paste(hand, "NotAuthorizedException: User is disabled.")
    assert panel.pool_box.isVisible()
    assert panel.client_box.count() == 1
    assert not panel.ground.isVisible(), "nothing of an identity pool is looked at for this"
    assert panel.subject.text() == "Choose the user pool it came from, to check these."
    assert not any(each.verdict for each in panel.causes.causes())
    panel.pool_box.setCurrentText("moonletter")
    panel.pool_box.activated.emit(panel.pool_box.currentIndex())
    await hand.settle()
    assert panel.client_box.findText("web") > 0
    panel.user_line.setText("ada")
    panel.user_line.returnPressed.emit()
    await hand.settle()
    assert [each.verdict.state for each in panel.causes.causes() if each.verdict] == ["ruled out"]
    assert panel.subject.isVisible()
    assert panel.subject.text().startswith("None of these holds here")
    assert panel.ground.text() == "Checked against moonletter (user pool)."


async def test_an_error_of_identity_pools_asks_for_no_user_pool(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    await hand.go("overview of identity pool moonletter")
    panel = await paste(hand, "NotAuthorizedException: Unauthenticated access is not supported for this identity pool.")
    assert panel.ground.text() == "Checked against moonletter (identity pool)."
    assert not any(part.isVisible() for part in (panel.pool_box, panel.client_box, panel.user_line, panel.subject))
    await hand.go("overview of moonletter")
    panel = await paste(hand, "NotAuthorizedException: Unauthenticated access is not supported for this identity pool.")
    assert not panel.ground.isVisible()
    assert panel.subject.text() == "Open an identity pool, then Explain from there, to check these."


async def test_where_both_kinds_of_pool_count_what_is_missing_is_asked_for(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    await hand.go("overview of identity pool moonletter")
    panel = await paste(hand, AMBIGUOUS)
    assert panel.ground.text() == "Checked against moonletter (identity pool)."
    assert panel.subject.text() == "Choose the user pool it came from, to check the rest."
    panel.pool_box.setCurrentText("moonletter")
    panel.pool_box.activated.emit(panel.pool_box.currentIndex())
    await hand.settle()
    panel.user_line.setText("ada")
    panel.user_line.returnPressed.emit()
    await hand.settle()
    assert panel.ground.text() == "Checked against moonletter (user pool) and moonletter (identity pool)."
    assert panel.subject.text().startswith("None of these holds here")


async def test_a_pool_found_by_the_errors_app_client_is_the_one_that_shows_as_chosen(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    await hand.go("overview of identity pool moonletter")
    panel = await paste(hand, "?error=redirect_mismatch&client_id=3moonletterweb7k2q9v5d1h8s")
    assert panel.ground.text() == "Checked against moonletter (user pool)."
    assert panel.pool_box.currentText() == "moonletter"
    assert panel.client_box.currentText() == "web"
    panel = await paste(hand, "NotAuthorizedException: User is disabled.")
    assert panel.pool_box.currentText() == "Not chosen", "it says nothing of the next error"


async def test_what_an_errors_own_words_decide_is_told_wherever_it_is_pasted(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    await hand.go("overview of identity pool moonletter")
    panel = await paste(hand, NOT_ALLOWED)
    assert [each.verdict.state for each in panel.causes.causes() if each.verdict] == ["confirmed"]
    assert not panel.ground.isVisible()


async def test_the_banner_of_an_error_explains_itself(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    await hand.go("overview of moonletter")
    banner = hand.page(PoolPanel).banner
    banner.show_error(explain_aws("NotAuthorizedException", "User is disabled.", "cognito-idp:InitiateAuth", "r-1"))
    hand.click(banner.explain_button)
    await hand.settle()
    panel = hand.page(ExplanationPanel)
    assert panel.heading.text() == "The user is disabled."
    assert panel.small.text().startswith("NotAuthorizedException · InitiateAuth")
    banner.dismiss()


async def test_an_own_refusal_is_the_apps_and_names_nobody_while_privacy_is_on(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    await hand.go("overview of moonletter")
    banner = hand.page(PoolPanel).banner
    tells = (("family_name", "Hopper-Murray"), ("family_name", "Somebody-Else"))
    banner.show_error(moved_on("Then: family_name was Hopper-Murray. Now: Somebody-Else.", *tells))
    hand.click(banner.explain_button)
    await hand.settle()
    panel = hand.page(ExplanationPanel)
    banner.dismiss()
    assert panel.heading.text() == "Nothing was undone: it was changed again since."
    assert panel.message.text() == "Then: family_name was Hopper-Murray. Now: Somebody-Else."
    assert [each.verdict.state for each in panel.causes.causes() if each.verdict] == ["confirmed"]
    privacy().switch(on=True)
    try:
        for _ in range(2):
            shown = [panel.editor.toPlainText(), *(label.text() for label in labels(panel))]
            assert "family_name was H•••. Now: S•••." in shown[0]
            assert [text for text in shown if "Hopper" in text or "Somebody-" in text] == []
            hand.click(panel.explain_button)
            await hand.settle()
    finally:
        privacy().switch(on=False)
    assert "Hopper-Murray" in panel.message.text()
    copied = await paste(hand, panel.editor.toPlainText())
    assert copied.heading.text() == "Nothing was undone: it was changed again since."


async def test_secrets_in_a_pasted_text_are_neither_shown_nor_kept(shared_window: MainWindow) -> None:
    panel = await paste(
        Hand(shared_window),
        'idp.initiate_auth(AuthParameters={"USERNAME": "ada", "PASSWORD": "Hunter2-Secret!"})\n'
        "botocore.errorfactory.NotAuthorizedException: An error occurred (NotAuthorizedException) when calling the"
        " InitiateAuth operation: Incorrect username or password.",
    )
    assert panel.heading.text() == "The name or the password is wrong."
    assert panel.user_line.text() == "ada"
    assert "Hunter2" not in panel.editor.toPlainText() + panel.pasted.text
    assert '"PASSWORD": (hidden)' in panel.editor.toPlainText()


async def test_the_user_of_the_text_is_checked_and_else_it_is_said_whose_name_it_is(
    shared_window: MainWindow,
) -> None:
    hand = Hand(shared_window)
    await hand.go("users of moonletter")
    shared_window.workspace.select_user("ada")
    panel = await paste(
        hand,
        "An error occurred (UserNotFoundException) when calling the AdminGetUser operation: User jane.doe@example.com"
        " does not exist.",
    )
    assert panel.user_line.text() == "jane.doe@example.com"
    assert panel.user_note.text() == "About the user jane.doe@example.com, named in the text."
    first = panel.causes.causes()[0].verdict
    assert first is not None
    assert (first.state, "jane.doe@example.com" in first.evidence) == ("confirmed", True)
    panel.take_text("NotAuthorizedException: User is disabled.")
    await hand.settle()
    assert panel.user_note.text() == "About the user ada, taken from the Users page."
    privacy().switch(on=True)
    try:
        assert panel.user_note.text() == "About the user a•••, taken from the Users page."
        assert panel.user_line.displayText() != "ada"
    finally:
        privacy().switch(on=False)
    panel.take_text("NotAuthorizedException: User is disabled in eu-west-1_Elsewhere1.")
    await hand.settle()
    assert panel.user_line.text() == "", "another pool's error is about nobody here"


async def test_a_failed_sign_in_explains_itself(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    await hand.go("sign in to moonletter")
    attempt = hand.page(SignInPanel).attempt_view
    attempt.show_error(ExplorerError("Refused.", code="unauthorized_client"))
    attempt.outcome.explain_button.click()
    await hand.settle()
    assert hand.page(ExplanationPanel).heading.text() == "The app client may not sign in in this way."


async def test_an_empty_page_takes_a_text_and_nothing_of_it_is_markup(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.commands.run("error.explain")
    panel = hand.page(ExplanationPanel)
    assert hand.focus() is panel.editor
    assert not panel.explain_button.isEnabled()
    hand.write("BrandNewException: <b>bold</b> <img src=x>")
    hand.click(panel.explain_button)
    await hand.settle()
    assert "<b>bold</b>" in panel.heading.text() + panel.message.text()
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels(panel))


async def test_scraps_of_every_kind_are_explained_by_the_universal_box(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    for scrap in {each["from"]: each for each in SCRAPS}.values():
        panel = await paste(hand, scrap["text"])
        assert panel.explanation is not None
        assert panel.explanation.entry_id == scrap["entry"]
        assert panel.causes.causes()


async def test_of_a_long_log_the_end_stays_where_its_error_is(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.commands.run("error.explain")
    panel = hand.page(ExplanationPanel)
    panel.take_text("GET /health 200\n" * 60_000 + "NotAuthorizedException: User is disabled.")
    await hand.settle()
    assert panel.heading.text() == "The user is disabled."
    hand.click(panel.explain_button)
    await hand.settle()
    assert panel.heading.text() == "The user is disabled."
    assert len(panel.editor.toPlainText()) <= 20_000


async def test_a_long_address_does_not_push_the_page_out_of_the_window(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    await hand.go("overview of moonletter")
    before = shared_window.width()
    address = f"{AUTHORIZE}&redirect_uri=http%3A%2F%2Flocalhost%3A8400%2F{'deep%2F' * 60}"
    panel = await paste(hand, address)
    assert panel.heading.text() == "The address of a sign-in: what may be wrong with it."
    assert not panel.message.isVisible(), "it stands in the editor above"
    verdict = panel.causes.causes()[0].verdict
    assert verdict is not None
    assert "differs at character" in verdict.evidence
    panel = await paste(hand, f"NotAuthorizedException: {address}")
    assert panel.minimumSizeHint().width() < before


async def test_each_explanation_begins_without_the_app_client_and_the_user_of_the_one_before(
    shared_window: MainWindow,
) -> None:
    hand = Hand(shared_window)
    await hand.go("overview of moonletter")
    panel = await paste(hand, SECRET)
    panel.client_box.setCurrentIndex(1)
    panel.user_line.setText("ada")
    panel.take_text("LimitExceededException: Exceeded daily email limit for the operation or the account.")
    await hand.settle()
    assert panel.client_box.currentData() == ""
    assert panel.user_line.text() == ""
    assert panel.client_box.count() > 2, "there is still something to choose from"
