"""Probes of one's own: added through the form, removed again."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton

from cognito_explorer.gui.identity_pools.access_panel import AccessPanel
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.faces import ErrorBanner
from cognito_explorer.gui.lib.form import Form
from cognito_explorer.gui.lib.tasks import TaskScope
from tests.gui.identity_pools.people import choose, click, settled, verdicts

TITLE = "The opening"


async def open_form(panel: AccessPanel) -> tuple[Dialog, Form]:
    QTest.mouseClick(panel.probes.add_button, Qt.MouseButton.LeftButton)
    await asyncio.sleep(0)
    dialog = panel.findChild(Dialog)
    assert dialog is not None
    form = dialog.findChild(Form)
    assert form is not None
    return dialog, form


def fill(form: Form, **texts: str) -> None:
    for key, text in texts.items():
        editor = form.editor(key)
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(text))
        else:
            QTest.keyClicks(editor, text)


async def accept(panel: AccessPanel, dialog: Dialog) -> None:
    """Press Add probe, and wait until it is added: nothing else runs in the panel then."""
    QTest.mouseClick(button(dialog), Qt.MouseButton.LeftButton)
    await panel.probes.tasks.idle()


def button(dialog: Dialog) -> QPushButton:
    return next(each for each in dialog.findChildren(QPushButton) if each.text() == "Add probe")


def errors(dialog: Dialog) -> list[str]:
    return [each.error.title for each in dialog.findChildren(ErrorBanner) if each.error is not None]


async def test_a_probe_of_ones_own_is_added_run_and_removed(panel: AccessPanel) -> None:
    dialog, form = await open_form(panel)
    fill(form, kind="s3 get", bucket="moonletter-content", key="articles/2026-11-halving.md", title=TITLE)
    await accept(panel, dialog)
    assert verdicts(panel)[TITLE] == ("Not run", "Not run")
    assert panel.probes.view.current_record().probe.title == TITLE  # type: ignore[union-attr]
    await click(panel, panel.probes.run_one_button)
    assert verdicts(panel)[TITLE] == ("Denied", "Not run")
    await click(panel, panel.probes.remove_button)
    assert TITLE not in verdicts(panel)


async def test_the_same_probe_twice_is_one_line(panel: AccessPanel) -> None:
    for _ in range(2):
        dialog, form = await open_form(panel)
        fill(form, kind="s3 list", bucket="moonletter-content", title=TITLE)
        await accept(panel, dialog)
    assert [row.probe.title for row in panel.probes.table.records()].count(TITLE) == 1


async def test_a_probe_without_a_name_is_called_after_its_request(panel: AccessPanel) -> None:
    dialog, form = await open_form(panel)
    fill(form, kind="s3 list", bucket="moonletter-content", key="drafts/")
    await accept(panel, dialog)
    assert "List a prefix: drafts/" in verdicts(panel)


async def test_reading_without_a_key_is_refused_in_the_form(panel: AccessPanel) -> None:
    dialog, form = await open_form(panel)
    fill(form, kind="s3 get", bucket="moonletter-content")
    QTest.mouseClick(button(dialog), Qt.MouseButton.LeftButton)
    for scope in dialog.findChildren(TaskScope):
        await scope.idle()
    assert errors(dialog) == ["The key is missing."]
    dialog.reject()
    await settled(panel)
    assert len(panel.probes.probes()) == 5


async def test_a_name_no_bucket_can_have_is_refused_in_the_form(panel: AccessPanel) -> None:
    dialog, form = await open_form(panel)
    fill(form, kind="s3 list", bucket="My Bucket")
    QTest.mouseClick(button(dialog), Qt.MouseButton.LeftButton)
    assert "small letters" in form.problems()["bucket"]
    dialog.reject()
    await settled(panel)


async def test_a_bucket_that_does_not_exist_is_a_failure_with_its_reason(panel: AccessPanel) -> None:
    dialog, form = await open_form(panel)
    fill(form, kind="s3 list", bucket="nobody-has-this", title=TITLE)
    await accept(panel, dialog)
    await click(panel, panel.probes.run_one_button)
    assert verdicts(panel)[TITLE][0] in ("Denied", "Failed")
    assert len(panel.probes.answers.guest.text()) > 20


async def test_without_probes_the_page_offers_to_add_one(panel: AccessPanel) -> None:
    for title in list(verdicts(panel)):
        choose(panel, title)
        await click(panel, panel.probes.remove_button)
    assert panel.probes.empty.isVisible()
    assert not panel.probes.run_button.isEnabled()
    assert panel.probes.empty.button.isVisible()
