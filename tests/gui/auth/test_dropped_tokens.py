"""Whatever is dropped on the tokens page or pasted into it: files, folders, pictures, megabytes, many tokens."""

import asyncio
import json
import re
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from cognito_explorer.core.auth.token_text import MOST_TOKENS
from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.gui.auth.found_chooser import FoundChooser
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.drop_target import DropTarget
from cognito_explorer.gui.lib.tasks import TaskScope
from tests.gui.auth.token_stage import forged, lonely, tokens

__all__ = ["lonely", "tokens"]

LONG = 6_000_000


async def drop(panel: TokensPanel, data: QMimeData) -> None:
    action, button, key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    # Qt delivers drops only in the course of a real drag; this is where they arrive.
    target = panel.findChild(DropTarget)
    assert target is not None
    assert target.eventFilter(panel, QDropEvent(QPointF(5, 5), action, data, button, key))
    await panel.tasks.idle()


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def recording(*requests: tuple[str, str]) -> str:
    entries = [
        {"request": {"method": "GET", "url": url, "headers": [{"name": "Authorization", "value": f"Bearer {token}"}]}}
        for url, token in requests
    ]
    return json.dumps({"log": {"entries": entries}})


async def test_the_tokens_of_two_files_are_offered_together(
    lonely: TokensPanel, tokens: TokenSet, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.har", tmp_path / "b.txt"
    first.write_text(recording(("https://api.example/one", tokens.id_token)))
    second.write_text(f"Bearer {tokens.access_token}\nand {tokens.id_token}")
    await drop(lonely, files(first, second))
    assert list(lonely.kind_buttons) == ["id", "access"]
    assert lonely.token is not None
    found = lonely.found_box
    assert not found.isVisible(), "both belong to the same sign-in"
    second.write_text(f"Bearer {forged(token_use='access', sub='other')}\nand {tokens.id_token}")
    await drop(lonely, files(first, second))
    assert found.box.itemText(0).endswith(
        "a.har, entry 1 GET https://api.example/one, request, headers, Authorization, after Bearer"
    )
    assert "b.txt" in found.box.itemData(0, Qt.ItemDataRole.ToolTipRole)
    assert found.box.itemText(1).endswith("b.txt, after Bearer")


async def test_a_tip_shows_the_names_of_files_as_they_are(lonely: TokensPanel, tmp_path: Path) -> None:
    marked, other = tmp_path / "<b>a<b>.txt", tmp_path / "b.txt"
    for file in (marked, other):
        file.write_text(f"Bearer {forged(token_use='access', sub=file.name)}")
    await drop(lonely, files(marked, other))
    assert "&lt;b&gt;a&lt;b&gt;.txt" in lonely.found_box.box.itemData(0, Qt.ItemDataRole.ToolTipRole)


async def test_a_folder_a_picture_and_what_is_gone_are_refused_in_a_sentence(
    lonely: TokensPanel, tmp_path: Path
) -> None:
    await drop(lonely, files(tmp_path))
    assert lonely.paste_field.problem().startswith("This is a folder. Open ")
    picture = tmp_path / "photo.png"
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    assert image.save(str(picture))
    await drop(lonely, files(picture))
    assert "photo.png looks like a picture" in lonely.paste_field.problem()
    await drop(lonely, files(tmp_path / "gone.har"))
    assert "could not be read. gone.har" in lonely.paste_field.problem()
    await drop(lonely, files(tmp_path, picture))
    assert lonely.paste_field.problem().startswith("No token was found. This is a folder.")
    assert lonely.banner.error is None


async def test_a_text_and_an_address_from_a_browser_are_read(lonely: TokensPanel, tokens: TokenSet) -> None:
    data = QMimeData()
    data.setUrls([QUrl(f"https://app.example/cb#id_token={tokens.id_token}&state=x")])
    await drop(lonely, data)
    assert lonely.token is not None
    assert lonely.token.raw == tokens.id_token
    data = QMimeData()
    data.setText(f"token: {tokens.access_token}")
    data.setHtml("<b>token</b>")
    await drop(lonely, data)
    assert lonely.token.raw == tokens.access_token


async def test_copied_files_are_read_and_a_copied_picture_is_no_text(
    lonely: TokensPanel, tokens: TokenSet, tmp_path: Path
) -> None:
    har = tmp_path / "session.har"
    har.write_text(recording(("https://api.example/one", tokens.id_token)))
    QGuiApplication.clipboard().setMimeData(files(har))
    QTest.keyClick(lonely.paste_field.editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    await lonely.tasks.idle()
    assert lonely.token is not None
    QGuiApplication.clipboard().setImage(QImage(4, 4, QImage.Format.Format_RGB32))
    lonely.paste_button.click()
    QTest.keyClick(lonely.paste_field.editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "There is no token here." in lonely.paste_field.problem()


@pytest.mark.parametrize("text", ['[{"a":1,"eyJ":"b"},', "%25eyJ"], ids=["a million objects", "percent signs"])
async def test_the_window_stays_alive_while_megabytes_are_read(lonely: TokensPanel, text: str) -> None:
    long = text * (LONG // len(text))
    if text.startswith("["):
        long = f"[{text[1:] * (LONG // len(text))}0]"
    gaps: list[float] = []

    async def tick() -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.005)
            gaps.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    lonely.take_text(long)
    assert lonely.tasks.is_running("read")
    beside = TaskScope(lonely)
    beside.start("tick", tick())
    await lonely.tasks.idle()
    took = time.perf_counter() - begun
    beside.cancel("tick")
    assert "No token was found." in lonely.paste_field.problem()
    # A single call into C took two fifths of the time before the text was read in bites.
    assert max(gaps) < max(took / 4, 0.05)


async def test_how_far_the_reading_is_can_be_seen_and_it_can_be_ended(lonely: TokensPanel) -> None:
    seen: list[str] = []

    def look() -> None:
        for task in lonely.tasks.running():
            seen.append(f"{task.label} {task.note}")
            if task.note:
                task.cancel()

    lonely.tasks.tasks_changed.connect(look)
    lonely.take_text("%25eyJ" * (4 * LONG // 6))
    await lonely.tasks.idle()
    assert seen[0] == "Looking for tokens "
    assert re.fullmatch(r"Looking for tokens \d+%", seen[-1])
    assert lonely.paste_field.problem() == "", "whoever ends it needs no reason why nothing was found"
    assert lonely.token is None


async def test_a_later_paste_ends_the_reading_of_an_earlier_one(lonely: TokensPanel, tokens: TokenSet) -> None:
    lonely.take_text("%25eyJ" * (LONG // 6))
    lonely.take_text(tokens.id_token)
    await lonely.tasks.idle()
    assert lonely.token is not None
    assert lonely.token.raw == tokens.id_token
    assert lonely.paste_field.problem() == ""


async def test_among_two_hundred_tokens_one_is_found_by_its_request(lonely: TokensPanel) -> None:
    requests = [
        (f"https://api.example/{at}", forged(token_use="access", sub=f"user-{at}", exp=1 if at % 2 else 4102444800))
        for at in range(MOST_TOKENS + 20)
    ]
    lonely.take_text(recording(*requests))
    await lonely.tasks.idle()
    assert lonely.found_box.box.count() == MOST_TOKENS
    lonely.found_box.list_button.click()
    await asyncio.sleep(0)
    dialog = lonely.findChild(FoundChooser)
    assert dialog is not None
    assert dialog.at == 0
    QTest.keyClicks(dialog.line, "example/150 headers")
    assert [row.found.whose for row in dialog.table.records()] == ["user-150"]
    dialog.line.setText("expired")
    assert dialog.table.rowCount() == MOST_TOKENS // 2
    QTest.keyClick(dialog.line, Qt.Key.Key_Down)
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    await lonely.tasks.idle()
    assert lonely.token is not None
    assert lonely.token.claims["sub"] == "user-3"
    assert lonely.found_box.box.currentIndex() == 3


async def test_a_token_is_pasted_wherever_the_keyboard_is_on_the_page(lonely: TokensPanel, tokens: TokenSet) -> None:
    lonely.take_text(tokens.id_token)
    for at, text in enumerate((tokens.access_token, tokens.id_token)):
        QGuiApplication.clipboard().setText(f"Authorization: Bearer {text}")
        where = (lonely.details.claims_view, lonely.details.payload.findChild(QPlainTextEdit))[at]
        assert where is not None
        lonely.details.setCurrentIndex((0, lonely.details.count() - 1)[at])
        QTest.keyClick(where, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert lonely.token is not None
        assert lonely.token.raw == text
        assert lonely.paste_field.isHidden()


async def test_a_clipboard_without_a_token_opens_the_field_and_shows_nothing_of_it(lonely: TokensPanel) -> None:
    lonely.take_text(forged(iss="x"))
    QGuiApplication.clipboard().setText("correct horse battery staple")
    lonely.take_clipboard()
    assert lonely.paste_field.isVisible()
    assert (lonely.paste_field.editor.toPlainText(), lonely.paste_field.problem()) == ("", "")
    QGuiApplication.clipboard().setText(forged(iss="y"))
    lonely.take_clipboard()
    assert lonely.token is not None
    assert lonely.token.claims["iss"] == "y"
    assert lonely.paste_field.isHidden()


async def test_a_long_clipboard_is_looked_through_beside_the_window(lonely: TokensPanel, tokens: TokenSet) -> None:
    for clipboard in ("v4.public.correct-horse-battery-staple-and-more " * 20_000, "%25eyJ" * (LONG // 6)):
        QGuiApplication.clipboard().setText(clipboard)
        lonely.take_clipboard()
        assert lonely.tasks.is_running("read")
        assert not lonely.paste_field.editor.toPlainText()
        await lonely.tasks.idle()
        assert lonely.paste_field.isVisible()
        assert (lonely.paste_field.editor.toPlainText(), lonely.paste_field.problem()) == ("", "")
    QGuiApplication.clipboard().setText(f"{'word ' * 50_000}\nAuthorization: Bearer {tokens.id_token}\n")
    lonely.take_clipboard()
    assert lonely.tasks.is_running("read")
    await lonely.tasks.idle()
    assert lonely.token is not None
    assert lonely.token.raw == tokens.id_token
    assert lonely.paste_field.isHidden()
    QGuiApplication.clipboard().clear()
