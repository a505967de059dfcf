"""What may go wrong with the connection, and the way out: a changed profile, a locked keyring, writes under way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar

from cognito_explorer.core.journal import Intent
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connections import SANDBOX_PROFILE
from cognito_explorer.gui.lib.faces import ErrorBanner
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import PageKind
from tests.gui.windows import MakeWindow, heard, keys_profile, page_of, pools_in_front, within
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
def real_keyring(secret_service: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """keyring talks to the test's own Secret Service."""
    from keyring.backends.SecretService import Keyring

    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())  # type: ignore[no-untyped-call]


@contextmanager
def locked_keyring() -> Iterator[None]:
    """The Secret Service's collection is locked, and nobody is there to type its password."""
    import secretstorage

    with secretstorage.dbus_init() as bus:
        secretstorage.get_default_collection(bus).lock()
        yield


def is_in_trouble(panel: Panel) -> bool:
    return any(banner.isVisible() for banner in panel.findChildren(ErrorBanner))


def looked_through(window: MainWindow) -> Profile | None:
    return window.session.profile


async def delete(hand: Hand, profile: Profile) -> None:
    await hand.window.book.delete(profile)
    hand.window.connections.forget(profile.id)
    await hand.settle()


def mark_of_last_tab(window: MainWindow) -> str:
    """Whose page it is, as its dot says."""
    dot = window.tabs.tabBar().tabButton(window.tabs.count() - 1, QTabBar.ButtonPosition.LeftSide)
    assert dot is not None
    return dot.toolTip()


def toasts(window: MainWindow) -> str:
    return "\n".join(note.text for note in window.findChildren(Toast))


@pytest.mark.usefixtures("real_keyring")
async def test_an_edited_profile_is_looked_through_at_once_and_its_pages_keep_their_door(
    shared_window: MainWindow, demo_sandbox: RunningSandbox
) -> None:
    hand, window = Hand(shared_window), shared_window
    a_page = page_of(window, PageKind.USERS)
    right = keys_profile(demo_sandbox, "edited", "cognito-idp:*", "cognito-identity:*", "sts:*")
    wrong = replace(right, secret_access_key="mistyped", name="Mistyped")
    await window.book.save(wrong)
    window.session.switch(wrong)
    await hand.settle()
    assert not pools_in_front(window)
    context = replace(a_page.context, profile_id=wrong.id)
    page = replace(a_page, context=context, aws=window.session.aws)
    window.open_page(page)
    await hand.settle()
    panel = hand.window.tabs.tabs()[-1].panel
    assert is_in_trouble(panel)

    assert mark_of_last_tab(window) == "Mistyped · us-east-1"
    await window.book.save(right)
    window.connections.take_change(right)
    await hand.settle()
    assert window.session.profile == right
    assert "moonletter" in pools_in_front(window)
    assert window.tabs.tabs()[-1].panel is panel
    assert mark_of_last_tab(window) == "edited · us-east-1"
    assert window.session.aws is page.aws
    assert not is_in_trouble(panel)
    assert "“edited” was changed: 1 open page loaded anew." in toasts(window)

    await delete(hand, right)
    assert window.session.profile == SANDBOX_PROFILE
    assert "“edited” and its pages are closed. You are in Moonletter sandbox now." in toasts(window)
    assert panel not in [tab.panel for tab in window.tabs.tabs()]


async def test_a_deleted_profiles_door_waits_for_the_write_under_way(own_window: MainWindow) -> None:
    aws = own_window.session.aws
    assert aws is not None
    pool_id = page_of(own_window, PageKind.POOL).context.pool_id
    write = aws.write(Intent("ada"), aws.idp.admin_disable_user, UserPoolId=pool_id, Username="ada")
    own_window.tasks.start("write", write)
    await within(heard(own_window.activity.changed))
    own_window.connections.forget(SANDBOX_PROFILE.id)
    await own_window.connections.tasks.idle()
    assert [change.outcome for change in aws.journal.recent(5)] == ["accepted"]


async def test_trying_an_aws_profile_again_asks_for_its_credentials_anew(
    shared_window: MainWindow, demo_sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = tmp_path / "credentials"
    credentials.write_text("[late]\nregion = us-east-1\n", encoding="utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    hand = Hand(shared_window)
    late = Profile("late", "late", "aws_profile", "us-east-1", "#57606A", demo_sandbox.endpoint, "late")
    shared_window.session.switch(late)
    await hand.settle()
    assert shared_window.banner.isVisible()
    keys = demo_sandbox.ready
    credentials.write_text(
        f"[late]\naws_access_key_id = {keys['access_key_id']}\naws_secret_access_key = {keys['secret_access_key']}\n",
        encoding="utf-8",
    )
    hand.tab_to(shared_window.banner.retry_button)
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    assert not shared_window.banner.isVisible()
    assert "moonletter" in pools_in_front(shared_window)


# keyring leaves its connection to the bus open when a collection is locked.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("real_keyring")
async def test_a_locked_keyring_is_told_at_the_start_and_the_last_profile_stays_remembered(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, settings: Settings
) -> None:
    first = make_window(demo_sandbox.data)
    await Hand(first).settle()
    await first.book.save(keys_profile(demo_sandbox, "kept", "cognito-idp:*", "cognito-identity:*", "sts:*"))
    settings.put("profile", "kept")
    settings.put("connections", ["sandbox us-east-1", "kept us-east-1"])
    with locked_keyring():
        window = make_window(demo_sandbox.data)
        hand = Hand(window)
        await hand.be_active()
        await hand.settle()
        error = window.banner.error
        assert error is not None
        assert error.title == "The keyring is locked."
        assert "Unlock the keyring" in error.hint
        assert window.tree.item_titles()[-1] == "1 connection in the keyring. Try again"
        assert looked_through(window) is None
        hand.click(window.banner.retry_button)
        await hand.settle()
        assert window.banner.error is not None
        window.explore_sandbox()
        await hand.settle()
        assert looked_through(window) == SANDBOX_PROFILE
        assert settings.text("profile") == "kept"
        assert settings.texts("connections") == ["sandbox us-east-1", "kept us-east-1"]


async def test_tabs_closed_in_one_breath_all_close(shared_window: MainWindow) -> None:
    for kind in (PageKind.POOL, PageKind.USERS):
        shared_window.open_page(page_of(shared_window, kind))
    await Hand(shared_window).settle()
    assert shared_window.tabs.count() == 3
    for index in (2, 1, 0):
        shared_window.close_tab(index)
    assert [tab.page.kind for tab in shared_window.tabs.tabs()] == [PageKind.WELCOME]
