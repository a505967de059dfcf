"""Where a profile's requests go, in a list: the end of the host is seen, and a place that is not AWS's has a mark."""

from collections.abc import Callable
from typing import TypeVar

from cognito_explorer.core.addresses import LETTERS_SAID, has_other_letters, plain_address, plain_place
from cognito_explorer.core.aws.shared_profiles import leads_elsewhere
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.tokens import Tone

R = TypeVar("R")


def endpoint_column(
    url_of: Callable[[R], str], *, width: int, otherwise: Callable[[R], str] = lambda _: "AWS"
) -> Column[R]:
    """`otherwise` says what stands where no endpoint is named. The whole address is in the tooltip."""
    return Column(
        "Endpoint",
        lambda record: plain_place(url_of(record)) or otherwise(record),
        icon=lambda record: "warning" if leads_elsewhere(url_of(record)) else "",
        tone=lambda record: Tone.WARN if leads_elsewhere(url_of(record)) else Tone.TEXT,
        tooltip=lambda record: _tip(url_of(record)),
        width=width,
        is_identifier=True,
    )


def endpoint_text(url: str) -> str:
    """What a filter looks at: as it is written, and as it is shown."""
    return f"{url} {plain_address(url)}"


def _tip(url: str) -> str:
    if not url:
        return "AWS's own, in the profile's Region"
    foreign = "This is neither AWS nor this computer." if leads_elsewhere(url) else ""
    letters = LETTERS_SAID if has_other_letters(url) else ""
    return "\n".join(line for line in (plain_address(url), foreign, letters) if line)
