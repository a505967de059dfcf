"""Durations in words."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.durations import in_words


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(0), "less than a second"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=41), "41 seconds"),
        (timedelta(seconds=90), "1 minute 30 seconds"),
        (timedelta(minutes=58, seconds=12), "58 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=2, minutes=5), "2 hours 5 minutes"),
        (timedelta(days=9, hours=5), "9 days"),
        (timedelta(days=-1, hours=-3), "1 day 3 hours"),
    ],
)
def test_a_duration_is_said_as_people_say_it(duration: timedelta, words: str) -> None:
    assert in_words(duration) == words


@given(st.timedeltas())
def test_any_duration_has_words(duration: timedelta) -> None:
    assert in_words(duration)
