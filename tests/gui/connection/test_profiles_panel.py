"""Profiles in a real Secret Service, by real clicks and keys; and without any keyring."""

from dataclasses import replace

import keyring
import pytest
from keyring.backends import fail
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profiles_panel import ProfilesPanel
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.form import Value
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.logs.call_columns import operation_of
from cognito_explorer.gui.logs.calls_panel import CallsPanel
from cognito_explorer.gui.main_window import MainWindow
from tests.gui.connection.profile_dialog import form_of, press
from tests.gui.windows import MakeWindow, keys_profile, pools_in_front
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
def real_keyring(secret_service: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """keyring talks to the test's own Secret Service."""
    from keyring.backends.SecretService import Keyring

    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())  # type: ignore[no-untyped-call]


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer without any keyring."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", fail.Keyring())  # type: ignore[no-untyped-call]


async def open_panel(make_window: MakeWindow, running: RunningSandbox) -> tuple[Hand, ProfilesPanel]:
    window: MainWindow = make_window(running.data)
    hand = Hand(window)
    await hand.be_active()
    await hand.settle()
    window.open_profiles()
    await hand.settle()
    return hand, hand.page(ProfilesPanel)


def names(panel: ProfilesPanel) -> list[str]:
    return [profile.name for profile in panel.view.table.records()]


def selected_name(panel: ProfilesPanel) -> str:
    record = panel.view.current_record()
    return record.name if record is not None else ""


def is_shown(widget: QWidget) -> bool:
    return widget.isVisible()


def trouble_of(panel: ProfilesPanel) -> ExplorerError | None:
    return panel.banner.error


def fill(dialog: Dialog, key: str, text: str) -> None:
    editor = form_of(dialog).editor(key)
    if isinstance(editor, QComboBox):
        editor.setFocus()
        while editor.currentData() != text:
            QTest.keyClick(editor, Qt.Key.Key_Down)
    elif isinstance(editor, QLineEdit):
        editor.selectAll()
        QTest.keyClicks(editor, text)


async def add_keys(hand: Hand, panel: ProfilesPanel, running: RunningSandbox, name: str) -> None:
    hand.click(panel.add_button)
    dialog = await hand.dialog(Dialog)
    fill(dialog, "name", name)
    fill(dialog, "kind", "keys")
    fill(dialog, "access_key_id", running.ready["access_key_id"])
    fill(dialog, "secret_access_key", running.ready["secret_access_key"])
    fill(dialog, "region", "us-east-1")
    fill(dialog, "endpoint_url", running.endpoint)
    press(dialog, "Save profile")
    await hand.settle()


async def select(hand: Hand, panel: ProfilesPanel, name: str) -> None:
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.view.table.find(lambda profile: profile.name == name))
    await hand.be_active()


@pytest.mark.usefixtures("real_keyring")
async def test_a_profile_is_added_tried_and_used(make_window: MakeWindow, demo_sandbox: RunningSandbox) -> None:
    hand, panel = await open_panel(make_window, demo_sandbox)
    assert names(panel) == ["Moonletter sandbox"]
    assert not is_shown(panel.memory_button)
    await add_keys(hand, panel, demo_sandbox, "Payments & co")
    assert names(panel) == ["Moonletter sandbox", "Payments & co"]
    assert selected_name(panel) == "Payments & co"

    hand.click(panel.test_button)
    await hand.settle()
    assert trouble_of(panel) is None

    await select(hand, panel, "Moonletter sandbox")
    hand.click(panel.test_button)
    await hand.settle()
    hand.window.tree.reload()
    await hand.settle()
    assert "moonletter" in pools_in_front(hand.window)

    await select(hand, panel, "Payments & co")
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    assert hand.window.top_bar.switch.text() == "Payments && co · us-east-1"
    assert "moonletter" in pools_in_front(hand.window)


@pytest.mark.usefixtures("real_keyring")
async def test_a_profile_is_duplicated_edited_and_deleted(
    make_window: MakeWindow, demo_sandbox: RunningSandbox
) -> None:
    hand, panel = await open_panel(make_window, demo_sandbox)
    await add_keys(hand, panel, demo_sandbox, "Payments & co")
    await select(hand, panel, "Payments & co")
    hand.click(panel.copy_button)
    press(await hand.dialog(Dialog), "Save profile")
    await hand.settle()
    assert trouble_of(panel) is None
    assert names(panel) == ["Moonletter sandbox", "Payments & co", "Payments & co (copy)"]
    assert selected_name(panel) == "Payments & co (copy)", "the saved one is selected, not the sandbox"
    await hand.be_active()
    hand.click(panel.edit_button)
    dialog = await hand.dialog(Dialog)
    fill(dialog, "name", "Staging")
    press(dialog, "Save profile")
    await hand.settle()
    assert names(panel) == ["Moonletter sandbox", "Payments & co", "Staging"]
    assert selected_name(panel) == "Staging"

    await select(hand, panel, "Staging")
    hand.click(panel.delete_button)
    await hand.dialog(Dialog)
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    assert "Staging" in names(panel)
    await select(hand, panel, "Staging")
    hand.click(panel.delete_button)
    press(await hand.dialog(Dialog), "Delete profile")
    await hand.settle()
    assert names(panel) == ["Moonletter sandbox", "Payments & co"]


@pytest.mark.usefixtures("real_keyring")
async def test_a_profile_outlives_the_window_and_its_secret_is_in_no_file(
    make_window: MakeWindow, demo_sandbox: RunningSandbox
) -> None:
    hand, panel = await open_panel(make_window, demo_sandbox)
    await add_keys(hand, panel, demo_sandbox, "Kept")
    assert demo_sandbox.ready["secret_access_key"] not in hand.window.book.ids_file.read_text(encoding="utf-8")
    _, second = await open_panel(make_window, demo_sandbox)
    assert names(second) == ["Moonletter sandbox", "Kept"]


@pytest.mark.usefixtures("real_keyring")
async def test_what_is_missing_is_said_in_the_form_and_nothing_typed_is_lost(
    make_window: MakeWindow, demo_sandbox: RunningSandbox
) -> None:
    hand, panel = await open_panel(make_window, demo_sandbox)
    hand.click(panel.add_button)
    dialog = await hand.dialog(Dialog)
    fill(dialog, "name", "Half")
    fill(dialog, "kind", "keys")
    fill(dialog, "access_key_id", "AKIAONLY")
    press(dialog, "Save profile")
    await hand.settle(besides=["add"])
    assert dialog.isVisible()
    assert form_of(dialog).editor("secret_access_key").hasFocus()
    fill(dialog, "secret_access_key", "typed")
    hand.press(Qt.Key.Key_Return)
    await hand.settle(besides=["add"])
    assert form_of(dialog).editor("region").hasFocus()
    assert form_of(dialog).problems() == {"region": "Region is needed."}
    assert form_of(dialog).values()["access_key_id"] == "AKIAONLY"
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    assert names(panel) == ["Moonletter sandbox"]


async def calls_of_tests(hand: Hand) -> list[tuple[str, str]]:
    """What the call log of the connection in front shows of others that were tested."""
    hand.window.commands.run("calls.open")
    await hand.settle()
    calls = hand.page(CallsPanel).view.table.records()
    hand.window.open_profiles()
    await hand.settle()
    return [(operation_of(call), call.outcome) for call in calls if call.profile_name]


@pytest.mark.usefixtures("real_keyring")
async def test_a_connection_that_does_not_work_says_why(make_window: MakeWindow, demo_sandbox: RunningSandbox) -> None:
    hand, panel = await open_panel(make_window, demo_sandbox)
    wrong = keys_profile(demo_sandbox, "soon-gone", "cognito-idp:ListUserPools")
    demo_sandbox.client("iam").delete_access_key(UserName="soon-gone", AccessKeyId=wrong.access_key_id)
    await hand.window.book.save(wrong)
    await select(hand, panel, "soon-gone")
    place = panel.view.mapTo(hand.window, QPoint())
    hand.click(panel.test_button)
    await hand.settle()
    assert panel.banner.isVisible()
    assert panel.view.mapTo(hand.window, QPoint()) == place, "nothing moves under the mouse"
    assert wrong.secret_access_key not in panel.banner.details()
    assert await calls_of_tests(hand) == [("soon-gone: GetCallerIdentity", "InvalidClientTokenId")]
    error = trouble_of(panel)
    assert error is not None
    assert error.title.startswith("“soon-gone”: ")
    await select(hand, panel, "Moonletter sandbox")
    assert not panel.banner.isVisible(), "it was not about this one"
    await select(hand, panel, "soon-gone")
    hand.click(panel.test_button)
    await hand.settle()

    right = keys_profile(demo_sandbox, "here-to-stay", "sts:GetCallerIdentity")
    await hand.window.book.save(replace(right, id=wrong.id))
    hand.tab_to(panel.banner.retry_button)
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    assert not panel.banner.isVisible()
    assert "“here-to-stay” works" in hand.window.findChildren(Toast)[-1].text


@pytest.mark.usefixtures("no_keyring")
async def test_without_a_keyring_one_goes_on_for_this_run_only(
    make_window: MakeWindow, demo_sandbox: RunningSandbox
) -> None:
    hand, panel = await open_panel(make_window, demo_sandbox)
    trouble = trouble_of(panel)
    assert trouble is not None
    assert "keyring" in trouble.title
    hand.click(panel.memory_button)
    await hand.settle()
    assert trouble_of(panel) is None
    assert not is_shown(panel.memory_button)
    hand.click(panel.add_button)
    dialog = await hand.dialog(Dialog)
    words = [label.text() for label in dialog.findChildren(QLabel)]
    assert any(text.startswith("You go on without a keyring: the profile is kept in memory") for text in words)
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    await add_keys(hand, panel, demo_sandbox, "For now")
    assert names(panel) == ["Moonletter sandbox", "For now"]
    assert not hand.window.book.ids_file.exists()
    await select(hand, panel, "For now")
    assert panel.delete_button.isEnabled()
    await select(hand, panel, "Moonletter sandbox")
    assert not panel.delete_button.isEnabled()


@pytest.mark.usefixtures("real_keyring")
async def test_a_profile_whose_entry_was_deleted_is_told_and_taken_off_the_list(
    make_window: MakeWindow, demo_sandbox: RunningSandbox
) -> None:
    hand, panel = await open_panel(make_window, demo_sandbox)
    assert not panel.lost_button.isVisible()
    await hand.window.book.save(keys_profile(demo_sandbox, "missed", "sts:*"))
    keyring.delete_password("Cognito Explorer", "profile/missed/facts")
    panel.reload()
    await hand.settle()
    said = " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())
    assert "A profile on the list cannot be shown: its entry was deleted in the keyring." in said
    hand.click(panel.lost_button)
    await hand.settle()
    assert hand.window.book.lost == ()
    assert not panel.lost_button.isVisible()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"region": "eu central 1"}, "written like eu-central-1"),
        ({"region": "Frankfurt"}, "written like eu-central-1"),
        ({"proxy_url": "proxy.corp:8080"}, "written as http://host:port"),
        ({"proxy_url": "socks5://proxy.corp:1080"}, "SOCKS"),
        ({"endpoint_url": "http://10.0.0.4:4566"}, "plain http to another computer"),
        ({"endpoint_url": "http://127.1:4566"}, "in more than one way"),
        ({"endpoint_url": "http://localhost:4566", "use_fips": True}, "They are AWS's own"),
        ({"region": "cn-north-1", "use_fips": True}, "Cognito has none in cn-north-1"),
    ],
)
async def test_what_cannot_work_is_said_beneath_its_field(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, no_keyring: None, wrong: dict[str, Value], said: str
) -> None:
    hand, panel = await open_panel(make_window, demo_sandbox)
    await hand.window.book.go_on_without_keyring()
    hand.click(panel.add_button)
    dialog = await hand.dialog(Dialog)
    form, right = form_of(dialog), {"name": "Box", "kind": "instance", "region": "us-gov-west-1"}
    form.set_values({**right, **wrong})
    press(dialog, "Save profile")
    await hand.settle(besides=["add"])
    assert [label.text() for label in form.findChildren(QLabel) if label.isVisible() and said in label.text()]
    form.set_values({"proxy_url": "", "endpoint_url": "", "use_fips": True, **right})
    press(dialog, "Save profile")
    await hand.settle()
    assert names(panel) == ["Moonletter sandbox", "Box"]


@pytest.mark.usefixtures("real_keyring")
@pytest.mark.parametrize("damage", ["no JSON", "[1]", "{}"])
async def test_a_profile_whose_entry_is_damaged_is_told_and_its_entry_kept(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, damage: str
) -> None:
    hand, panel = await open_panel(make_window, demo_sandbox)
    kept = Profile("spoilt", "Spoilt", "keys", "us-east-1", "#3A57D6")
    await hand.window.book.save(replace(kept, access_key_id="AKIASPOILT", secret_access_key="own"))
    keyring.set_password("Cognito Explorer", "profile/spoilt/facts", damage)
    panel.reload()
    await hand.settle()
    said = " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())
    assert "its entry was damaged in the keyring. What was damaged is kept there as it is" in said
    assert "profile/spoilt/facts" in said
    assert "was deleted" not in said
    await add_keys(hand, panel, demo_sandbox, "Anew")
    assert names(panel) == ["Moonletter sandbox", "Anew"]
    assert keyring.get_password("Cognito Explorer", "profile/spoilt/facts") == damage
    hand.click(panel.lost_button)
    await hand.settle()
    assert hand.window.book.lost == hand.window.book.damaged == ()


async def test_a_token_that_lost_a_piece_in_the_keyring_is_said_and_not_used(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, real_keyring: None
) -> None:
    hand, panel = await open_panel(make_window, demo_sandbox)
    window = hand.window
    there = Profile("half", "Half", "keys", "us-east-1", "#3A57D6", endpoint_url=demo_sandbox.endpoint)
    profile = replace(there, access_key_id="AKIAHALF", secret_access_key="own", session_token="x" * 2_500)
    await window.book.save(profile)
    keyring.delete_password("Cognito Explorer", "profile/half/session_token#1")
    await window.book.load()
    notes = [label.text() for label in panel.findChildren(QLabel) if "lost a part" in label.text()]
    assert notes == ["The keyring has lost a part of the session token of “Half”. Edit the profile and enter it again."]
    half = window.book.find("half")
    assert half is not None
    window.session.switch(half)
    await hand.settle()
    assert window.session.trouble is not None
    assert window.session.trouble.code == "SecretLost"
    assert window.session.aws is None
    await window.book.save(replace(half, session_token="y" * 2_500, lost_part=""))
    assert not [label for label in panel.findChildren(QLabel) if "lost a part of the session" in label.text()]
