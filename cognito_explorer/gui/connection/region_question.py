"""A Region that the app does not know may be newer than it, or mistyped: that is asked before it is kept."""

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.aws.partitions import KNOWN_REGIONS
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.gui.lib.dialogs import confirm
from cognito_explorer.gui.lib.form import Form

_NEW = (
    "This app does not know it. It may be newer than the app; if it is mistyped, signed requests are sent to a host"
    " that is not there, or not AWS's."
)


async def check_region(parent: QWidget, form: Form, key: str, region: str) -> None:
    """Ask about a Region that is not known. Raises InvalidInput, said at its field, where it is not to be kept."""
    if not region or region in KNOWN_REGIONS:
        return
    title = f"Is there a Region {region}?"
    if await confirm(parent, title=title, text=_NEW, action="Keep it", keep="Correct it"):
        return
    form.show_error(key, "This app knows no such Region.")
    form.editor(key).setFocus()
    raise InvalidInput(f"{region} is not kept.", "Correct the Region, or try again and keep it.")
