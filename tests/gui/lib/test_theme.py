"""Colours can be told apart, icons exist and load, and the style sheet holds together at every size."""

import re
from dataclasses import asdict

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from cognito_explorer import resources
from cognito_explorer.gui.lib import icons
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.theme import Theme, ThemeChoice
from cognito_explorer.gui.lib.tokens import DARK, LIGHT, Tokens, Tone, contrast

SCHEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
GROUNDS = ("window", "surface", "raised", "hover", "selection")


@SCHEMES
@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_text_can_be_read_on_every_ground(tokens: Tokens, tone: Tone, ground: str) -> None:
    assert contrast(tokens.tone(tone), str(getattr(tokens, ground))) >= 4.5


@SCHEMES
@pytest.mark.parametrize("tone", [Tone.ACCENT, Tone.GOOD, Tone.WARN, Tone.BAD, Tone.INFO])
def test_a_badge_can_be_read_on_its_own_ground(tokens: Tokens, tone: Tone) -> None:
    assert contrast(tokens.tone(tone), tokens.tint(tone)) >= 4.5
    assert contrast(tokens.text, tokens.tint(tone)) >= 4.5
    assert contrast(tokens.muted, tokens.tint(tone)) >= 4.5


@SCHEMES
def test_words_on_a_pressed_button_can_be_read(tokens: Tokens) -> None:
    assert contrast(tokens.text, tokens.pressed) >= 4.5


@SCHEMES
def test_words_on_filled_buttons_can_be_read(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.on_bad, tokens.bad) >= 4.5


@SCHEMES
@pytest.mark.parametrize("ground", ["window", "surface", "raised"])
def test_edges_of_controls_and_the_focus_ring_stand_out(tokens: Tokens, ground: str) -> None:
    assert contrast(tokens.border, str(getattr(tokens, ground))) >= 3
    assert contrast(tokens.accent, str(getattr(tokens, ground))) >= 3


@SCHEMES
def test_every_colour_is_a_full_hexadecimal_one(tokens: Tokens) -> None:
    colours = {name: value for name, value in asdict(tokens).items() if name != "is_dark"}
    assert all(re.fullmatch(r"#[0-9A-F]{6}", value) for value in colours.values())


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


def test_every_icon_draws_something_in_its_colour(theme_app: Theme) -> None:
    assert len(icons.names()) >= 50
    for name in icons.names():
        picture = icons.tinted(name, "#C0282D", 20, 2.0).toImage()
        assert picture.width() == 40
        inked = [
            picture.pixelColor(x, y) for x in range(40) for y in range(40) if picture.pixelColor(x, y).alpha() == 255
        ]
        assert inked, f"{name} is empty"
        assert all(abs(colour.red() - 0xC0) <= 3 for colour in inked), f"{name} is not tinted"


def test_an_unknown_icon_is_refused(theme_app: Theme) -> None:
    with pytest.raises(KeyError, match="no icon named"):
        icons.icon("nowhere")


def test_an_icon_changes_colour_with_the_theme(theme_app: Theme) -> None:
    found = icons.icon("user")
    light = found.pixmap(QSize(16, 16)).toImage()
    theme_app.choose(ThemeChoice.DARK)
    assert found.pixmap(QSize(16, 16)).toImage() != light


def test_a_disabled_icon_is_paler(theme_app: Theme) -> None:
    found = icons.icon("user")
    normal, disabled = (found.pixmap(QSize(16, 16), mode) for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled))
    assert normal.toImage() != disabled.toImage()


def test_the_application_icon_can_be_drawn_at_any_size(theme_app: Theme) -> None:
    assert icons.app_image(512).size() == QSize(512, 512)
    assert not icons.app_icon().isNull()


def test_the_style_sheet_names_only_glyphs_that_exist() -> None:
    named = set(re.findall(r"\$glyphs/([\w-]+\.svg)", resources.read_text("styles", "app.qss")))
    assert named
    for scheme in ("light", "dark"):
        assert all(resources.path("styles", "glyphs", scheme, name).is_file() for name in named)


def test_the_choice_of_theme_is_remembered(theme_app: Theme) -> None:
    theme_app.choose(ThemeChoice.DARK)
    assert Settings().text("theme") == "dark"
    assert theme_app.tokens is DARK


@pytest.mark.parametrize("scale", [1.0, 1.64, 2.0])
def test_a_button_grows_with_its_type(theme_app: Theme, qtbot: QtBot, scale: float) -> None:
    theme_app.set_scale(scale)
    button = QPushButton("Reset password")
    qtbot.addWidget(button)
    button.ensurePolished()
    assert button.sizeHint().height() >= button.fontMetrics().height() + 6
    assert button.sizeHint().height() >= 28
    theme_app.set_scale(1.0)


def test_a_picture_of_a_widget_has_the_scheme_s_ground(theme_app: Theme, qtbot: QtBot) -> None:
    button = QPushButton("Retry")
    qtbot.addWidget(button)
    theme_app.choose(ThemeChoice.DARK)
    picture: QImage = button.grab().toImage()
    assert picture.pixelColor(picture.width() // 2, 4).lightness() < 80


@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])
def test_what_is_on_is_marked_in_a_menu_where_there_is_an_icon_too(
    qtbot: QtBot, theme_app: Theme, choice: ThemeChoice
) -> None:
    theme_app.choose(choice)
    menu = QMenu()
    qtbot.addWidget(menu)
    action = menu.addAction(icons.icon("moon"), "Dark")
    action.setCheckable(True)
    menu.ensurePolished()
    menu.resize(menu.sizeHint())
    off = menu.grab().toImage()
    action.setChecked(True)
    assert menu.grab().toImage() != off
