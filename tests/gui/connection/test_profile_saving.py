"""What a profile's form asks before it keeps something, and what is seen of it when it is kept."""

from dataclasses import replace

from PySide6.QtWidgets import QLabel, QMenu

from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.main_window import MainWindow
from tests.gui.connection.profile_dialog import form_of, other_dialog, press
from tests.gui.connection.test_profile_exchange import open_panel
from tests.gui.connection.test_profiles_panel import add_keys, names, selected_name
from tests.sandbox_fixture import RunningSandbox


async def test_a_name_that_another_has_is_refused_and_one_suggested_and_namesakes_are_told_apart(
    shared_window: MainWindow, demo_sandbox: RunningSandbox
) -> None:
    hand, panel = await open_panel(shared_window)
    book = hand.window.book
    await add_keys(hand, panel, demo_sandbox, "Payments")
    hand.click(panel.add_button)
    dialog = await hand.dialog(Dialog)
    form_of(dialog).set_values({"name": "pay\u202ements", "kind": "instance", "region": "eu-west-1"})
    press(dialog, "Save profile")
    assert "“payments (2)” is free." in form_of(dialog).problems()["name"]
    dialog.reject()
    await hand.settle()
    there = Profile("twin", "Payments", "instance", "eu-west-1", "#3A57D6")
    long = replace(there, id="long", name="x" * 120)
    await book.add_imported((there, long))
    hand.window.top_bar.choose_profile()
    (menu,) = [each for each in hand.window.top_bar.findChildren(QMenu) if each.isVisible()]
    shown = [action.text() for action in menu.actions()]
    menu.close()
    assert "Payments · Access keys · us-east-1" in shown
    assert "Payments · Instance · eu-west-1" in shown
    assert max(map(len, shown)) < 60


async def test_what_was_saved_is_selected_though_a_filter_would_hide_it_and_shows_fips(
    shared_window: MainWindow,
) -> None:
    hand, panel = await open_panel(shared_window)
    panel.filter.setText("moonletter")
    hand.click(panel.add_button)
    dialog = await hand.dialog(Dialog)
    form = form_of(dialog)
    form.set_values({"name": "Gov", "kind": "instance", "region": "us-gov-west-1", "use_fips": True})
    press(dialog, "Save profile")
    await hand.settle()
    assert selected_name(panel) == "Gov"
    assert panel.filter.text() == ""
    column = next(each for each in panel.view.table.columns if each.label == "Endpoint")
    assert [column.text(profile) for profile in panel.view.table.records()] == ["here", "AWS, FIPS"]


async def test_more_than_before_is_asked_about_when_a_profile_is_saved(
    shared_window: MainWindow, demo_sandbox: RunningSandbox
) -> None:
    hand, panel = await open_panel(shared_window)
    await add_keys(hand, panel, demo_sandbox, "Payments")
    for words, mode in (("Stay with Read-only", "read-only"), ("Switch to Admin", "admin")):
        await hand.be_active()
        hand.click(panel.edit_button)
        dialog = await hand.dialog(Dialog)
        form_of(dialog).set_values({"chosen_mode": "admin", "is_production": True})
        press(dialog, "Save profile")
        press(await other_dialog(hand, dialog), words)
        await hand.settle()
        kept = hand.window.book.all()[-1]
        assert (kept.mode, kept.is_production) == (mode, True)


async def test_a_region_that_is_not_known_is_kept_only_after_a_question(shared_window: MainWindow) -> None:
    hand, panel = await open_panel(shared_window)
    hand.click(panel.add_button)
    dialog = await hand.dialog(Dialog)
    form = form_of(dialog)
    form.set_values({"name": "New", "kind": "instance", "region": "us-gov-west-9"})
    press(dialog, "Save profile")
    press(await other_dialog(hand, dialog), "Correct it")
    await hand.settle(besides=["add"])
    assert dialog.isVisible()
    assert [label.text() for label in form.findChildren(QLabel) if label.isVisible() and "no such" in label.text()]
    assert names(panel) == ["Moonletter sandbox"]
    press(dialog, "Save profile")
    press(await other_dialog(hand, dialog), "Keep it")
    await hand.settle()
    assert hand.window.book.all()[-1].region == "us-gov-west-9"
