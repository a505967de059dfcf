"""How a pool's pages look: logo, colours and style sheet as the pool has them."""

from dataclasses import dataclass

from cognito_explorer.sandbox.hosted_ui.visit import Visit


@dataclass(frozen=True, slots=True)
class Look:
    """URLs of what differs from the plain pages; empty where nothing does."""

    style_sheet: str = ""
    logo: str = ""
    icon: str = ""
    color_scheme: str = "light dark"


def look_of(_visit: Visit) -> Look:
    """The look of a visit's client."""
    return Look()
