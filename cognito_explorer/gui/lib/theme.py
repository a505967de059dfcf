"""Light, dark or as the system says: sets palette, font and style sheet of the whole application."""

from dataclasses import asdict
from enum import StrEnum
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from cognito_explorer import resources
from cognito_explorer.gui.lib.immortals import keep_singletons_alive
from cognito_explorer.gui.lib.of_application import of_application
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.tokens import DARK, LIGHT, Tokens, mix

BODY_PX, SMALL_PX, SECTION_PX, TITLE_PX = 13, 11, 13, 18
CONTROL_PX, ROW_PX = 28, 26


class ThemeChoice(StrEnum):
    """What a person may choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """The application's looks. `changed` tells that colours or sizes are new."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        keep_singletons_alive()
        settings = Settings()
        saved = settings.text("theme", ThemeChoice.SYSTEM)
        self._choice = ThemeChoice(saved) if saved in set(ThemeChoice) else ThemeChoice.SYSTEM
        self._scale = min(2.0, max(0.8, settings.number("font_scale", 1.0)))
        self._tokens = LIGHT
        self._is_applied = False
        self._fonts: dict[tuple[float, bool], QFont] = {}
        _application().styleHints().colorSchemeChanged.connect(self._follow_system)

    @property
    def choice(self) -> ThemeChoice:
        """Light, dark or system."""
        return self._choice

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        return self._tokens

    @property
    def scale(self) -> float:
        """How much larger than designed the type is, 0.8 to 2.0."""
        return self._scale

    def px(self, designed: float) -> int:
        """A designed measure at the present type size."""
        return round(designed * self._scale)

    def row_height(self) -> int:
        """Height of a table row in pixels: 26 as designed, more where the type needs it."""
        return max(self.px(ROW_PX), QFontMetrics(self.font()).height() + 8)

    def choose(self, choice: ThemeChoice) -> None:
        """Switch, and remember it."""
        self._choice = choice
        Settings().put("theme", choice.value)
        self.apply()

    def set_scale(self, scale: float) -> None:
        """Make all type larger or smaller, and remember it."""
        self._scale = min(2.0, max(0.8, scale))
        Settings().put("font_scale", self._scale)
        self.apply()

    def apply(self) -> None:
        """Set style, palette, font and style sheet of the application."""
        application = _application()
        self._fonts.clear()
        self._tokens = self._wanted()
        if not self._is_applied:
            application.setStyle("Fusion")
            self._is_applied = True
        palette = make_palette(self._tokens)
        application.setPalette(palette)
        QToolTip.setPalette(palette)
        application.setFont(self.font())
        sheet = self._style_sheet()
        if sheet != application.styleSheet():
            # In place, Qt polishes some widgets once for each of their ancestors: five times the work of anew.
            application.setStyleSheet("")
            application.setStyleSheet(sheet)
        self.changed.emit()

    def font(self, px: float = BODY_PX, *, is_bold: bool = False) -> QFont:
        """The system's own font at a designed size. Who gets it may change it: it is a copy of what is kept."""
        kept = self._fonts.get((px, is_bold))
        if kept is None:
            kept = self._fonts[px, is_bold] = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
            kept.setPixelSize(self.px(px))
            kept.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
        return QFont(kept)

    def monospace(self, px: float = 12) -> QFont:
        """The system's own monospace font at a designed size."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self.px(px))
        return font

    def _wanted(self) -> Tokens:
        if self._choice is ThemeChoice.SYSTEM:
            is_dark = _application().styleHints().colorScheme() is Qt.ColorScheme.Dark
            return DARK if is_dark else LIGHT
        return DARK if self._choice is ThemeChoice.DARK else LIGHT

    def _follow_system(self) -> None:
        if self._is_applied and self._choice is ThemeChoice.SYSTEM:
            self.apply()

    def _style_sheet(self) -> str:
        glyphs = resources.path("styles", "glyphs", "dark" if self._tokens.is_dark else "light").as_posix()
        control = max(CONTROL_PX, QFontMetrics(self.font()).height() + 10)
        sizes = {
            "small": self.px(SMALL_PX),
            "section": self.px(SECTION_PX),
            "title": self.px(TITLE_PX),
            "control": control - 2,  # Qt's style sheets draw the border outside
            "control_inner": control - 4,
            "tool": control - 10,
            "mini": self.px(20),
            "row": self.row_height(),
            "glyph": self.px(16),
            "indicator": self.px(16),
            "radio_radius": self.px(16) // 2 + 1,
            "search": self.px(40),
            "search_font": self.px(15),
            "mono": self.monospace().family(),
            "glyphs": glyphs,
        }
        tokens = self._tokens
        shades = {
            "accent_hover": mix(tokens.accent, tokens.text, 0.88),
            "bad_hover": mix(tokens.bad, tokens.text, 0.88),
            "grid": mix(tokens.line, tokens.surface, 0.5),
            "scroll": mix(tokens.border, tokens.surface, 0.55),
        }
        tints = {f"{tone}_tint": tokens.tint(tone) for tone in ("accent", "good", "warn", "bad", "info")}
        return Template(resources.read_text("styles", "app.qss")).substitute(asdict(tokens), **sizes, **shades, **tints)


def theme() -> Theme:
    """The application's theme."""
    return of_application(Theme)


def make_palette(tokens: Tokens) -> QPalette:
    """A palette in which widgets that no style sheet touches are right, too."""
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.surface,
        QPalette.ColorRole.AlternateBase: tokens.window,
        QPalette.ColorRole.ToolTipBase: tokens.raised,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.Button: tokens.raised,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.BrightText: tokens.bad,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.LinkVisited: tokens.accent,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.Accent: tokens.accent,
        QPalette.ColorRole.Light: tokens.raised,
        QPalette.ColorRole.Midlight: tokens.hover,
        QPalette.ColorRole.Mid: tokens.line,
        QPalette.ColorRole.Dark: tokens.border,
        QPalette.ColorRole.Shadow: tokens.border,
    }
    palette = QPalette()
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.disabled))
    return palette


def _application() -> QApplication:
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("there is no QApplication yet")
    return application
