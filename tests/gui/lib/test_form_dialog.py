"""Forms longer than the screen scroll; their buttons stay where one can reach them."""

import asyncio

from PySide6.QtWidgets import QWidget

from cognito_explorer.gui.lib.dialogs import Dialog, ask_form
from cognito_explorer.gui.lib.form import Field, Form
from cognito_explorer.gui.lib.theme import Theme


async def test_a_form_longer_than_the_screen_keeps_its_buttons_on_it(theme_app: Theme) -> None:
    window = QWidget()
    window.resize(600, 400)
    window.show()
    form = Form([Field(f"field{number}", f"Field {number}", is_required=True) for number in range(40)])
    asking = asyncio.get_running_loop().create_task(ask_form(window, form, title="Many questions"))
    await asyncio.sleep(0)
    dialog = window.findChildren(Dialog)[0]
    dialog.adjustSize()
    assert not form.check()
    room = window.screen().availableGeometry().height()
    assert dialog.minimumSizeHint().height() <= room
    assert form.height() > room
    dialog.reject()
    assert not await asking
    window.deleteLater()
