"""Sending the token on show to an API: asked about first, told in plain text, never without need."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.live_check import SMALLEST_QUERY
from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Intent
from cognito_explorer.gui.auth.live_check_part import LiveCheckPart
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.theme import Theme
from tests.core.auth.guarded_api import Api, forged_token, guarded_api
from tests.gui.auth.token_stage import confirm_dialog

TOKEN = DecodedToken("access", forged_token())


@pytest.fixture
def api() -> Iterator[str]:
    with guarded_api(TOKEN.raw) as address:
        yield address


@pytest.fixture
def part(qtbot: QtBot, theme_app: Theme) -> LiveCheckPart:
    made = LiveCheckPart()
    qtbot.addWidget(made)
    made.resize(900, 400)
    made.show()
    made.show_token(TOKEN)
    return made


def opened(qtbot: QtBot, aws: Aws) -> LiveCheckPart:
    """The part beside an open connection, with a token on show."""
    part = LiveCheckPart(aws)
    qtbot.addWidget(part)
    part.show()
    part.show_token(TOKEN)
    return part


async def ask(part: LiveCheckPart, url: str, answer: str = "Send it") -> str:
    part.url_line.setText(url)
    part.ask_button.click()
    await asyncio.sleep(0)
    if any(dialog.isVisible() for dialog in part.findChildren(Dialog)):
        await confirm_dialog(part, answer)
    await part.tasks.idle()
    return f"{part.verdict.text()} {part.said.text()}".strip().replace("\u200b", "")


async def test_nothing_is_sent_before_the_host_is_confirmed(part: LiveCheckPart, api: str) -> None:
    assert await ask(part, f"{api}/articles", "Keep it here") == ""
    assert Api.seen == []
    said = await ask(part, f"{api}/articles")
    assert said.startswith("200: it was let in.")
    assert "it was the token that opened it" in said
    assert '{"articles": []}' in part.answer.text()


async def test_the_question_names_the_host_and_is_asked_once(part: LiveCheckPart, api: str) -> None:
    part.url_line.setText(f"{api}/audience")
    part.ask_button.click()
    await asyncio.sleep(0)
    dialog = part.findChild(Dialog)
    assert dialog is not None
    assert dialog.windowTitle() == f"Send this token to {api.removeprefix('http://')}?"
    await confirm_dialog(part, "Send it")
    await part.tasks.idle()
    assert "must be in the authorizer's audience" in part.said.text()
    part.ask_button.click()
    await part.tasks.idle()
    assert len(Api.seen) == 2


async def test_appsync_is_asked_as_it_wants_to_be(part: LiveCheckPart, api: str) -> None:
    assert not part.way.body_line.isVisible()
    said = await ask(part, f"{api}/graphql")
    assert (part.way.kind_box.currentText(), part.way.method_box.currentText()) == ("AppSync", "POST")
    assert part.way.body_line.text() == SMALLEST_QUERY
    assert said.startswith("200: it was let in.")
    part.way.kind_box.setCurrentText("HTTP API")
    part.way.kind_box.activated.emit(part.way.kind_box.currentIndex())
    part.url_line.setText(f"{api}/graphql?again")
    assert part.way.method_box.currentText() == "GET"
    assert not part.way.body_line.isVisible()


async def test_a_post_asks_each_time_and_only_where_the_mode_lets_it(
    qtbot: QtBot, theme_app: Theme, aws: Aws, api: str
) -> None:
    part = opened(qtbot, aws)
    part.way.method_box.setCurrentText("POST")
    aws.permit.switch("support")
    assert "in support mode" in await ask(part, f"{api}/articles")
    assert not part.findChildren(Dialog)
    aws.permit.switch("admin")
    for answer in ("Keep it here", "Send it", "Send it"):
        part.ask_button.click()
        await asyncio.sleep(0)
        dialog = next(each for each in part.findChildren(Dialog) if each.isVisible())
        said = " ".join(label.text() for label in dialog.findChildren(QLabel))
        assert "whatever it does there, it does for real. The journal keeps" in said
        next(button for button in dialog.findChildren(QPushButton) if button.text() == answer).click()
        await part.tasks.idle()
    assert [method for method, _ in Api.asked] == ["POST", "POST"]
    assert "It was not asked again without the token" in part.said.text()


async def test_in_production_a_post_asks_one_question_with_the_hosts_name_in_it(
    qtbot: QtBot, theme_app: Theme, aws: Aws, api: str
) -> None:
    profile = replace(aws.profile, is_production=True, chosen_mode="admin")
    own = await Aws.open(profile)
    asked: list[str] = []

    async def ask_name(title: str, _intent: Intent) -> bool:
        asked.append(title)
        return False

    own.permit.ask_name = ask_name
    part = opened(qtbot, own)
    part.way.method_box.setCurrentText("POST")
    part.url_line.setText(f"{api}/articles")
    part.ask_button.click()
    await asyncio.sleep(0)
    (dialog,) = part.findChildren(Dialog)
    send = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Send it")
    assert not send.isEnabled()
    line = dialog.findChild(QLineEdit)
    assert line is not None
    line.setText(api.removeprefix("http://"))
    send.click()
    await part.tasks.idle()
    assert asked == [], "the door does not ask again"
    assert [method for method, _ in Api.asked] == ["POST"]
    assert own.journal.recent()[0].outcome == "accepted"
    own.close()


async def test_an_unsafe_address_is_told_without_a_question(part: LiveCheckPart) -> None:
    assert "not safe to use" in await ask(part, "http://api.example/articles")
    assert "leave those out" in await ask(part, "https://a:b@api.example/")
    assert "did not answer" in await ask(part, "http://127.0.0.1:1/")


@pytest.mark.parametrize(
    ("path", "words"),
    [("echo", "You sent Bearer •••"), ("binary", "(The body is no text.)"), ("packed", "not unpacked")],
)
async def test_an_answer_is_shown_as_plain_text(part: LiveCheckPart, api: str, path: str, words: str) -> None:
    await ask(part, f"{api}/{path}")
    assert words in part.answer.text()
    assert TOKEN.raw not in part.answer.text()
    assert part.said.textFormat() is Qt.TextFormat.PlainText


async def test_whoever_stops_it_is_told_what_is_not_known(part: LiveCheckPart, api: str) -> None:
    part.url_line.setText(f"{api}/articles")
    part.ask_button.click()
    await asyncio.sleep(0)
    await confirm_dialog(part, "Send it")
    await asyncio.sleep(0)
    assert part.verdict.text() == "Asking…"
    part.tasks.running()[0].cancel()
    await part.tasks.idle()
    assert (part.verdict.text(), part.said.text()) == (
        "You stopped it before an answer came.",
        "What was sent may have arrived nevertheless.",
    )


async def test_a_refused_address_leaves_no_earlier_answer_below(part: LiveCheckPart, api: str) -> None:
    await ask(part, f"{api}/articles")
    assert part.answer.isVisible()
    assert "not safe to use" in await ask(part, "http://api.example/articles")
    assert not part.answer.isVisible()


async def test_the_first_answer_is_shown_while_the_second_is_waited_for(part: LiveCheckPart, api: str) -> None:
    part.url_line.setText(f"{api}/unguarded_slowly")
    part.ask_button.click()
    await confirm_dialog(part, "Send it")
    async with asyncio.timeout(4):
        while not part.answer.isVisible():  # noqa: ASYNC110  # Qt tells no one of it
            await asyncio.sleep(0)
    assert part.verdict.text().startswith("200: it was let in.")
    assert part.said.text().startswith("It is asked once more, without the token")
    part.tasks.running()[0].cancel()
    await part.tasks.idle()
    assert part.verdict.text().startswith("200: it was let in.")
    assert part.said.text().startswith("You stopped it before it answered without the token")
    assert '{"articles": []}' in part.answer.text()


async def test_nothing_above_moves_from_one_answer_to_the_next(part: LiveCheckPart, api: str) -> None:
    await ask(part, f"{api}/articles")
    part.grab()
    place = part.minimumSizeHint().height(), part.url_line.y()
    for path in ("nothing", "audience"):
        await ask(part, f"{api}/{path}")
        part.grab()
        assert (part.minimumSizeHint().height(), part.url_line.y()) == place
    await ask(part, "http://api.example/")
    part.grab()
    assert (part.minimumSizeHint().height(), part.url_line.y()) == place


async def test_a_confirmed_host_can_be_taken_back(part: LiveCheckPart, api: str) -> None:
    await ask(part, f"{api}/articles", "Keep it here")
    assert not part.forget_button.isVisible()
    await ask(part, f"{api}/articles")
    assert part.forget_button.isVisible()
    part.forget_button.click()
    assert not part.forget_button.isVisible()
    seen = len(Api.seen)
    await ask(part, f"{api}/articles", "Keep it here")
    assert len(Api.seen) == seen


async def test_another_token_takes_the_answer_away(part: LiveCheckPart, api: str) -> None:
    await ask(part, f"{api}/nothing")
    assert part.answer.isVisible()
    part.show_token(TOKEN)
    assert part.answer.isVisible()
    part.show_token(replace(TOKEN, raw=f"{TOKEN.raw}x"))
    assert not part.answer.isVisible()
    assert part.said.text() == ""


async def test_through_an_open_door_the_call_is_logged_without_the_token(
    qtbot: QtBot, theme_app: Theme, aws: Aws, api: str
) -> None:
    part = opened(qtbot, aws)
    await ask(part, f"{api}/articles?key=hush")
    calls = [call for call in aws.calls.recent() if call.service == "http"]
    assert [(call.operation, call.outcome) for call in calls] == [
        (f"GET {api}/articles?•••", outcome) for outcome in ("401", "ok")
    ]
    assert not [secret for secret in (TOKEN.raw, "hush") if secret in repr(aws.calls.recent())]


def test_a_refresh_token_is_never_sent(part: LiveCheckPart) -> None:
    part.show_token(DecodedToken("refresh", "a.b.c.d.e"))
    part.url_line.setText("https://api.example/")
    assert not part.ask_button.isEnabled()
    assert "token endpoint" in part.ask_button.toolTip()
