"""The mode in the window: down at once, up after a question; what it refuses is grey and says why."""

from dataclasses import replace

from PySide6.QtWidgets import QPushButton

from cognito_explorer.core.profiles import Mode
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.main_window import MainWindow
from tests.gui.windows import keys_profile
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox


async def answer(hand: Hand, words: str) -> None:
    """Press a button of the question that is open."""
    dialog = await hand.dialog(Dialog)
    next(each for each in dialog.findChildren(QPushButton) if each.text() == words).click()
    await hand.settle()


def mode_of(window: MainWindow) -> Mode:
    """The mode the door goes by."""
    assert window.session.aws is not None
    return window.session.aws.permit.mode


async def test_the_mode_goes_down_at_once(shared_window: MainWindow) -> None:
    aws = shared_window.session.aws
    assert aws is not None
    shared_window.top_bar.mode.wanted.emit("read-only")
    await Hand(shared_window).settle()
    assert aws.permit.mode == "read-only"
    assert shared_window.top_bar.mode.text() == "Sandbox: Read-only"
    assert "Support" in aws.permit.why_not("AdminResetUserPassword")


async def test_the_mode_goes_up_only_after_a_question(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.modes.want("read-only")
    await hand.settle()
    shared_window.modes.want("admin")
    await hand.dialog(Dialog)
    assert mode_of(shared_window) == "read-only"
    await answer(hand, "Stay with Read-only")
    assert (shared_window.modes.mode, mode_of(shared_window)) == ("read-only", "read-only")
    shared_window.modes.want("support")
    await answer(hand, "Switch to Support")
    assert mode_of(shared_window) == "support"
    assert shared_window.top_bar.mode.text() == "Sandbox: Support"


async def test_another_region_of_the_profile_is_in_the_same_mode(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.modes.want("support")
    await hand.settle()
    shared_window.top_bar.region_wanted.emit("eu-central-1")
    await hand.settle()
    assert shared_window.session.aws is not None
    assert shared_window.session.aws.permit.mode == "support"
    assert shared_window.top_bar.mode.text() == "Sandbox: Support"


async def test_a_sign_in_under_read_only_is_asked_about_once_for_a_profile(
    shared_window: MainWindow, demo_sandbox: RunningSandbox
) -> None:
    hand = Hand(shared_window)
    profile = replace(keys_profile(demo_sandbox, "only-lists", "cognito-idp:ListUserPools"), is_production=True)
    shared_window.session.switch(profile)
    await hand.settle()
    aws = shared_window.session.aws
    assert aws is not None
    answers: list[bool] = []

    async def ask() -> None:
        assert aws.permit.ask_sign_in is not None
        answers.append(await aws.permit.ask_sign_in())

    for words in ("Do not sign in", "Sign in"):
        shared_window.tasks.start("ask", ask())
        await answer(hand, words)
    await ask()
    assert answers == [False, True, True], "it is remembered for the profile"
