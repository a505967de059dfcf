"""Managed login's settings as a style sheet: colours and corners, as far as the pages have them."""

import re
from typing import Any

_COLOUR = re.compile(r"[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?")
# The pages' own names of colours, and where the settings keep them; {mode} is lightMode or darkMode.
_COLOURS = {
    "--window": "components.pageBackground.{mode}.color",
    "--surface": "components.form.{mode}.backgroundColor",
    "--hairline": "components.form.{mode}.borderColor",
    "--text": "components.pageText.{mode}.headingColor",
    "--muted": "components.pageText.{mode}.descriptionColor",
    "--accent": "components.primaryButton.{mode}.defaults.backgroundColor",
    "--accent-strong": "components.primaryButton.{mode}.hover.backgroundColor",
    "--on-accent": "components.primaryButton.{mode}.defaults.textColor",
    "--line": "componentClasses.input.{mode}.defaults.borderColor",
    "--field": "componentClasses.input.{mode}.defaults.backgroundColor",
    "--link": "componentClasses.link.{mode}.defaults.textColor",
    "--focus": "componentClasses.focusState.{mode}.borderColor",
}
_CORNERS = {
    ".card": "components.form.borderRadius",
    "button, .provider": "componentClasses.buttons.borderRadius",
    "input": "componentClasses.input.borderRadius",
}


def branding_sheet(settings: dict[str, Any], *, background: str = "") -> str:
    """CSS for a whole settings document; `background` is the URL of a page background, if there is one.

    The document is the pool owner's free text: only colours and numbers are taken from it.
    """
    rules = [f":root {{ {_palette(settings, 'lightMode')} }}"]
    dark = _palette(settings, "darkMode")
    rules.append(f'@media (prefers-color-scheme: dark) {{ :root:not([data-scheme="light"]) {{ {dark} }} }}')
    rules.append(f':root[data-scheme="dark"] {{ {dark} }}')
    for selector, path in _CORNERS.items():
        radius = _look_up(settings, path)
        if isinstance(radius, int | float) and not isinstance(radius, bool) and 0 <= radius <= 100:
            rules.append(f"{selector} {{ border-radius: {radius:g}px }}")
    has_image = _look_up(settings, "components.pageBackground.image.enabled") is True and background
    picture = f'background: center / cover no-repeat url("{background}")' if has_image else "display: none"
    rules.append(f".sky {{ {picture} }}")
    return "\n".join(rules) + "\n"


def _palette(settings: dict[str, Any], mode: str) -> str:
    found = {name: _look_up(settings, path.format(mode=mode)) for name, path in _COLOURS.items()}
    return " ".join(
        f"{name}: #{colour};" for name, colour in found.items() if isinstance(colour, str) and _COLOUR.fullmatch(colour)
    )


def _look_up(document: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(document, dict):
            return None
        document = document.get(name)
    return document
