"""Times, amounts and reports in words."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from cognito_explorer.gui.lib.columns import show, sort_rank
from cognito_explorer.gui.lib.redaction import redact
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.lib.times import clock, countdown, counted, duration, relative

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(seconds=-10), "just now"),
        (timedelta(seconds=10), "in a moment"),
        (timedelta(seconds=-50), "a minute ago"),
        (timedelta(minutes=58, seconds=20), "in 58 minutes"),
        (timedelta(hours=-1, minutes=-59), "1 hour ago"),
        (timedelta(days=-2, hours=-5), "2 days ago"),
        (timedelta(days=-45), "1 month ago"),
        (timedelta(days=800), "in 2 years"),
    ],
)
def test_a_moment_is_told_relative_to_now(ahead: timedelta, words: str) -> None:
    assert relative(NOW + ahead, NOW) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (61, "1 minute 1 second"),
        (3_600, "1 hour"),
        (86_400 * 30, "30 days"),
        (90_061, "1 day 1 hour"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds: int, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(("seconds", "words"), [(-3, "0:00"), (59, "0:59"), (3_492, "58:12"), (3_723, "1:02:03")])
def test_a_countdown_reads_like_a_clock(seconds: int, words: str) -> None:
    assert countdown(seconds) == words


def test_amounts_agree_with_their_noun() -> None:
    assert counted(1, "user") == "1 user"
    assert counted(2, "identity", "identities") == "2 identities"


def test_exact_times_switch_to_utc_and_stay_so(theme_app: Theme) -> None:
    clock().set_utc(True)
    assert clock().exact(NOW) == "2026-11-23 09:30:00 UTC"
    assert Settings().flag("times_in_utc")
    clock().set_utc(False)


def test_relative_times_move_on_when_somebody_comes_back_to_the_window(theme_app: Theme, qapp: QApplication) -> None:
    ticks: list[int] = []
    clock().ticked.connect(lambda: ticks.append(1))
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert ticks == [1]


def test_values_are_shown_in_words(theme_app: Theme) -> None:
    assert (show(None), show(True), show("x")) == ("", "Yes", "x")


def test_values_of_different_kinds_can_be_sorted() -> None:
    values = ["b", None, 3, NOW, "A", "", True]
    assert sorted(values, key=sort_rank) == [True, 3, NOW, "A", "b", None, ""]


SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12"
JWT = "eyJraWQiOiJhYmMi.eyJzdWIiOiIxMjM0NTYi.c2lnbmF0dXJl_-x"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"token {JWT} was refused", JWT),
        ("key AKIAIOSFODNN7EXAMPLE is unknown", "AKIAIOSFODNN7EXAMPLE"),
        ("ASIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"),
        ("password=Moonletter-2026", "Moonletter-2026"),
        ("{'Password': 'Moon letter', 'a': 1}", "Moon letter"),
        ('"client_secret": "abc123def"', "abc123def"),
        ("Authorization: Bearer abc.def-ghi_jkl", "abc.def-ghi_jkl"),
        (f"got {SECRET} back", SECRET),
        ("user ada@moonletter.example", "ada@moonletter"),
        ("call +44 20 7946 0958 now", "7946"),
        ("code: 123456", "123456"),
    ],
)
def test_a_report_holds_no(text: str, secret: str) -> None:
    assert secret not in redact(text)


def test_a_report_keeps_what_helps() -> None:
    text = 'File "cognito_explorer/core/user_pools/app_clients.py", line 42, in load_everything_there_is\nKeyError: 7'
    assert redact(text) == text
