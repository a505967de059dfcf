"""One family of icons, tinted from the theme when they are painted, so that a change of theme needs no new icons."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from typing_extensions import override

from cognito_explorer import resources
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone

FOLDER = "icons"


def icon(name: str, tone: Tone | str = Tone.TEXT) -> QIcon:
    """The icon of that name in the colour of a tone, or in a fixed `#RRGGBB`. Raises KeyError for an unknown name."""
    _source(name)
    return _icon(name, str(tone))


def pixmap(name: str, tone: Tone | str = Tone.TEXT, size: int = 16) -> QPixmap:
    """The icon as a picture of `size` logical pixels, sharp on the application's finest screen."""
    application = QGuiApplication.instance()
    ratio = application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0
    return tinted(name, _colour(str(tone)), size, ratio)


def names() -> list[str]:
    """Every icon there is."""
    return sorted(file.stem for file in resources.path(FOLDER).glob("*.svg") if file.stem != "app")


@lru_cache(maxsize=1024)
def tinted(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """The icon drawn in one colour: `size` logical pixels at `ratio` physical ones each."""
    svg = _source(name).replace("currentColor", colour)
    picture = _render(svg, round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(picture)


def app_icon() -> QIcon:
    """The application's own icon in the sizes window managers ask for."""
    found = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        found.addPixmap(QPixmap.fromImage(app_image(size)))
    return found


def app_image(size: int) -> QImage:
    """The application's own icon, `size` physical pixels square."""
    return _render(resources.read_text(FOLDER, "app.svg"), size)


class _TintedEngine(QIconEngine):
    """Paints an icon in the colour its tone has at this moment."""

    def __init__(self, name: str, tone: str) -> None:
        super().__init__()
        self._name, self._tone = name, tone

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        device = painter.device()
        ratio = device.devicePixelRatio() if device is not None else 1.0
        side = min(rect.width(), rect.height())
        picture = self._draw(side, mode, ratio)
        painter.drawPixmap(rect.center() - QPoint((side - 1) // 2, (side - 1) // 2), picture)

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    @override
    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        # Qt asks in physical pixels and sets the ratio of what it gets.
        picture = self._draw(max(1, min(size.width(), size.height())), mode, 1.0)
        return QPixmap(picture)

    @override
    def clone(self) -> QIconEngine:
        return _TintedEngine(self._name, self._tone)

    def _draw(self, side: int, mode: QIcon.Mode, ratio: float) -> QPixmap:
        is_disabled = mode is QIcon.Mode.Disabled
        return tinted(self._name, theme().tokens.disabled if is_disabled else _colour(self._tone), side, ratio)


@lru_cache(maxsize=256)
def _icon(name: str, tone: str) -> QIcon:
    return QIcon(_TintedEngine(name, tone))


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    try:
        return resources.read_text(FOLDER, f"{name}.svg")
    except FileNotFoundError:
        raise KeyError(f"there is no icon named {name!r}") from None


def _colour(tone: str) -> str:
    if tone.startswith("#"):
        return tone
    if tone.startswith("on_"):
        return str(getattr(theme().tokens, tone))
    return theme().tokens.tone(tone)


def _render(svg: str, side: int) -> QImage:
    picture = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return picture
