"""What turns a line round or cannot be seen is written out wherever outside text is shown, and copied as it stands."""

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.labels import ElidedLabel, breakable, plain_label, plain_tooltip
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.text_view import TextView
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.lib.visible import visible

TURNED, SHOWN = "Ada \u202enimda\u202c", "Ada \\u202enimda\\u202c"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (TURNED, SHOWN),
        ("a\0b\x1b[31mc\x07", "a\\u0000b\\u001b[31mc\\u0007"),
        ("a\rb\r\nc\td", "a\\u000db\r\nc\td"),
        ("\u2066x\u2069 \u200f\u2028\ufeff\ud800", "\\u2066x\\u2069 \\u200f\\u2028\\ufeff\\ud800"),
        ("Zoë 李小龙 נעמי 👩‍🚀 نیم‌فاصله", "Zoë 李小龙 נעמי 👩‍🚀 نیم‌فاصله"),
    ],
    ids=["an override", "controls", "line ends", "isolates and marks", "names"],
)
def test_only_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_labels_cells_and_json_show_no_line_turned_round(qtbot: QtBot, theme_app: Theme) -> None:
    column: Column[str] = Column("Name", lambda text: text)
    view = TextView("Payload")
    qtbot.addWidget(view)
    view.set_json({"name": TURNED})
    label, elided = plain_label(TURNED), ElidedLabel(TURNED)
    for part in (label, elided):
        qtbot.addWidget(part)
    shown = [label.text(), elided.text(), elided.toolTip(), column.text(TURNED), plain_tooltip(TURNED)]
    assert shown == [SHOWN] * 5
    assert view.text() == f'{{\n  "name": "{SHOWN}"\n}}'
    assert breakable(TURNED) == SHOWN
    assert column.plain(TURNED) == TURNED


@pytest.mark.usefixtures("theme_app")
@pytest.mark.parametrize(
    ("text", "copied"),
    [("\u200eada\r\n\tb", "\u200eada\r\n\tb"), (TURNED, TURNED), ("\u200ehalf \ud800", "\u200ehalf \\ud800")],
    ids=["a mark and a line's end", "an override", "half a pair, which no clipboard takes"],
)
def test_what_is_written_out_is_copied_as_it_came(text: str, copied: str, qtbot: QtBot) -> None:
    view = TextView("Payload")
    qtbot.addWidget(view)
    view.set_text(text)
    assert view.text() != text
    view.copy_button.click()
    assert QGuiApplication.clipboard().text() == copied
    privacy().switch(on=True)
    view.set_text(f"{text} ada@example.com")
    view.copy_button.click()
    privacy().switch(on=False)
    assert QGuiApplication.clipboard().text() == f"{copied} a•••@•••"
