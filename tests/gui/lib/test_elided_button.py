"""A button that gives up the end of its words asks for the same room whatever it shows at the time."""

import pytest
from pytestqt.qtbot import QtBot

from cognito_explorer.gui.lib.elided_button import ElidedButton
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.theme import Theme, ThemeChoice


@pytest.mark.parametrize("kind", ["", "link"])
@pytest.mark.parametrize("has_icon", [False, True])
def test_the_room_asked_for_depends_on_the_words_alone(
    qtbot: QtBot, theme_app: Theme, kind: str, has_icon: bool
) -> None:
    button = ElidedButton("Queue", icon("search") if has_icon else None)
    button.setProperty("kind", kind)
    qtbot.addWidget(button)
    button.show()
    button.resize(button.sizeHint())
    wanted = button.sizeHint().width()
    for width in (1, 30, wanted, 400):
        button.resize(width, button.height())
        assert button.sizeHint().width() == wanted
    for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT, ThemeChoice.DARK):
        button.resize(1, button.height())
        theme_app.choose(choice)
        assert button.sizeHint().width() == wanted
        assert button.text() == "Queue"
