"""When a token began, ends and can be refreshed until, by whose clock, and how far that is off."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from pytestqt.qtbot import QtBot

from cognito_explorer.core.auth.clock_skew import ClockSkew
from cognito_explorer.core.auth.tokens import DecodedToken, TokenSet
from cognito_explorer.gui.auth.skew_meter import SkewMeter
from cognito_explorer.gui.auth.token_heading import TokenHeading, expiry_in_words
from cognito_explorer.gui.auth.token_timeline import TokenTimeline
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.workspace import Workspace
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.token_stage import forged, lonely, panel, paste, titles, tokens
from tests.sandbox_fixture import RunningSandbox

__all__ = ["lonely", "panel", "tokens"]

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
T = int(NOW.timestamp())
MONTH = timedelta(days=30)
FRESH = DecodedToken("id", "raw", {}, {"auth_time": T - 600, "iat": T - 600, "exp": T + 3_000})


@pytest.fixture
def timeline(qtbot: QtBot, theme_app: Theme) -> TokenTimeline:
    line = TokenTimeline()
    qtbot.addWidget(line)
    line.resize(1_000, 40)
    return line


def test_the_end_of_refreshing_stands_on_the_line_and_leaves_the_life_its_room(timeline: TokenTimeline) -> None:
    timeline.show_token(FRESH, NOW, (NOW, NOW + MONTH))
    assert timeline.labels() == ["signed in · issued", "now", "expires", "refresh until"]
    assert "refresh until: " in timeline.accessibleName()
    timeline.show_token(FRESH, NOW)
    assert timeline.labels() == ["signed in · issued", "now", "expires"]


def test_milliseconds_are_called_so_and_not_a_missing_time(timeline: TokenTimeline) -> None:
    token = DecodedToken("id", "raw", {}, {"auth_time": T, "iat": T, "exp": (T + 3_000) * 1_000})
    assert expiry_in_words(token, NOW)[0] == "exp in milliseconds"
    timeline.show_token(token, NOW)
    assert timeline.labels() == ["signed in · issued · now"]


@pytest.mark.parametrize(
    ("claims", "labels"),
    [
        ({"auth_time": T - 20 * 86_400, "iat": T - 60, "exp": T + 3_540}, ["signed in", "issued · now", "expires"]),
        ({"auth_time": T - 90_000, "iat": T - 9_000, "exp": T - 5_400}, ["signed in", "issued", "expires", "now"]),
        ({"iat": T + 7_200, "exp": T + 10_800}, ["now", "issued", "expires"]),
        ({"iat": T + 60, "exp": T - 60}, ["expires", "now", "issued"]),
        ({"iat": T, "exp": T}, ["issued · expires · now"]),
        ({"iat": 1, "exp": 253_402_300_799}, ["issued · now", "expires"]),
    ],
)
def test_every_order_of_times_is_drawn(timeline: TokenTimeline, claims: dict[str, int], labels: list[str]) -> None:
    timeline.show_token(DecodedToken("id", "raw", {}, claims), NOW)
    assert timeline.labels() == labels
    assert not timeline.grab().isNull()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-14))),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    ],
)
def test_a_time_that_no_other_zone_has_a_date_for_is_told_as_it_is(moment: datetime, theme_app: Theme) -> None:
    assert f"{moment.month}-{moment.day}" in clock().exact(moment).replace("-0", "-")


def test_a_refresh_token_has_a_line_of_its_sign_in(timeline: TokenTimeline) -> None:
    timeline.show_token(DecodedToken("refresh", "raw"), NOW, (NOW - timedelta(days=10), NOW + timedelta(days=20)))
    assert timeline.labels() == ["signed in", "now", "refresh until"]
    timeline.show_token(DecodedToken("refresh", "raw"), NOW)
    assert not timeline.has_times


def test_the_end_of_refreshing_is_counted_down(qtbot: QtBot, theme_app: Theme) -> None:
    heading = TokenHeading()
    qtbot.addWidget(heading)
    heading.show_token(FRESH, "web")
    now = datetime.now(UTC)
    heading.show_refresh(now - MONTH, now + timedelta(minutes=2, seconds=1))
    first = heading.refreshable.text()
    assert first in ("refresh ends in 2 min 1 s", "refresh ends in 2 min")
    heading.show_clock(ClockSkew(timedelta(seconds=90)))
    heading.tell_time()
    assert heading.refreshable.text() in ("refresh ends in 31 s", "refresh ends in 30 s")
    heading.show_clock(ClockSkew(timedelta(minutes=3)))
    heading.tell_time()
    assert heading.refreshable.text().startswith("refresh ended ")
    heading.show_refresh(now, None)
    assert not heading.refreshable.isVisibleTo(heading)


@pytest.mark.parametrize(
    ("clock", "words", "told"),
    [
        (None, "clock not compared", "was not compared with AWS's"),
        (ClockSkew(timedelta(seconds=0.4)), "clock right", "0.4 s behind AWS's, give or take 0.5 s"),
        (ClockSkew(timedelta(seconds=4), timedelta(seconds=5)), "clock right", "give or take 5.0 s"),
        (ClockSkew(timedelta(seconds=41)), "clock 41 seconds slow", "41.0 s behind AWS's"),
        (ClockSkew(timedelta(hours=-2), clock="http://x"), "clock 2 hours fast", "7200.0 s ahead of that of http://x"),
    ],
)
def test_the_meter_says_how_far_the_clock_is_off(
    clock: ClockSkew | None, words: str, told: str, qtbot: QtBot, theme_app: Theme
) -> None:
    meter = SkewMeter()
    qtbot.addWidget(meter)
    meter.show_clock(clock)
    assert meter.text() == words
    assert told in meter.accessibleName()
    assert not meter.grab().isNull()


async def test_a_clock_that_is_slow_is_found_out_and_times_are_told_by_the_other(
    panel: TokensPanel, workspace: Workspace, tokens: TokenSet, demo_sandbox: RunningSandbox
) -> None:
    demo_sandbox.advance(7_200)
    try:
        workspace.remember_tokens(POOL_ID, tokens)
        await panel.tasks.idle()
    finally:
        demo_sandbox.advance(-7_200)
    assert panel.heading.skew_meter.text().endswith("slow")
    assert any(title.startswith("The local clock is ") and "behind that of http://127.0.0.1" in title
               for title in titles(panel))  # fmt: skip
    expiry = next(each for each in panel.findings.findings() if each.check == "expiry")
    assert expiry.verdict == "failed"
    assert expiry.detail.startswith("By the clock of http://127.0.0.1")
    assert "expired 1 hour" in panel.heading.text() or "expired 59 min" in panel.heading.text()


async def test_without_a_connection_the_clock_is_not_compared(lonely: TokensPanel, tokens: TokenSet) -> None:
    lonely.take_text(tokens.id_token)
    assert lonely.heading.skew_meter.text() == "clock not compared"
    assert lonely.heading.skew_meter.isVisible()


async def test_an_identity_pools_token_is_checked_with_its_own_keys(
    panel: TokensPanel, lonely: TokensPanel, demo_sandbox: RunningSandbox
) -> None:
    admin, guest = demo_sandbox.client("cognito-identity"), demo_sandbox.public_client("cognito-identity")
    pool = admin.create_identity_pool(
        IdentityPoolName="classic", AllowUnauthenticatedIdentities=True, AllowClassicFlow=True
    )["IdentityPoolId"]
    try:
        identity_id = guest.get_id(IdentityPoolId=pool)["IdentityId"]
        token = guest.get_open_id_token(IdentityId=identity_id)["Token"]
    finally:
        admin.delete_identity_pool(IdentityPoolId=pool)
    paste(panel, token)
    await panel.tasks.idle()
    valid = next(each for each in panel.findings.findings() if each.check == "signature")
    assert (valid.title, valid.detail) == ("The signature is valid.", f"Signed by {demo_sandbox.endpoint}, not AWS.")
    head, claims, mark = token.split(".")
    paste(panel, f"{head}.{claims}.{'A' * len(mark)}")
    await panel.tasks.idle()
    assert "The signature is wrong." in titles(panel)
    lonely.take_text(token)
    assert lonely.findings.check_button.isVisible()


async def test_a_token_of_nobody_aws_knows_is_not_asked_about(panel: TokensPanel) -> None:
    paste(panel, forged(iss="https://evil.example/pool", sub="1", exp=time.time() + 60))
    await panel.tasks.idle()
    signature = next(each for each in panel.findings.findings() if each.check == "signature")
    assert signature.detail.startswith("The issuer is none of AWS's")
