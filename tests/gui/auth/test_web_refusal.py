"""As root without its switch, Chromium would end the whole program: the app says so instead, and goes on."""

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt

from cognito_explorer.gui.auth.sign_in_panel import SignInPanel
from cognito_explorer.gui.auth.web_refusal import web_refusal
from cognito_explorer.gui.main_window import MainWindow
from tests.hand import Hand

AS_ROOT = pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="needs root on Linux")


@pytest.fixture
def no_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has given up Chromium's sandbox."""
    for name in ("QTWEBENGINE_DISABLE_SANDBOX", "QTWEBENGINE_CHROMIUM_FLAGS"):
        monkeypatch.delenv(name, raising=False)


@AS_ROOT
@pytest.mark.usefixtures("no_switch")
@pytest.mark.parametrize(
    ("name", "value"),
    [("QTWEBENGINE_DISABLE_SANDBOX", "1"), ("QTWEBENGINE_CHROMIUM_FLAGS", "--mute-audio --no-sandbox")],
)
def test_whoever_gave_up_chromiums_sandbox_may_open_pages(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert web_refusal() is not None
    monkeypatch.setenv(name, value)
    assert web_refusal() is None


def test_an_ordinary_user_may_open_pages() -> None:
    program = (
        "import os, sys\n"
        "from cognito_explorer.gui.auth.web_refusal import web_refusal\n"
        "if sys.platform == 'linux' and os.geteuid() == 0:\n"
        "    os.seteuid(65534)\n"
        "print(web_refusal())"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QTWEBENGINE_")}
    said = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert said == "None\n"


@AS_ROOT
@pytest.mark.usefixtures("no_switch")
async def test_root_is_told_on_the_sign_in_page_and_the_app_goes_on(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    await hand.go("sign in to moonletter")
    panel = hand.page(SignInPanel)
    hand.press(Qt.Key.Key_Space)
    await hand.settle()
    assert not panel.attempt_view.is_open
    assert panel.attempt_view.outcome.isVisible()
    assert "root" in panel.attempt_view.outcome.text()
    await hand.go("users of moonletter")
