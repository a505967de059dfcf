"""The table tells value, peer, goal and whether it was met."""

from tests.benchmarks.row import Row
from tests.benchmarks.runner import format_table


def test_a_goal_against_a_peer_is_met_up_to_its_ratio() -> None:
    assert Row(name="start", value=0.9, unit="s", peer="boto3", peer_value=0.6, most_ratio=1.5).is_met is True
    assert Row(name="start", value=0.91, unit="s", peer="boto3", peer_value=0.6, most_ratio=1.5).is_met is False


def test_a_goal_against_a_peer_that_was_not_measured_is_missed() -> None:
    assert Row(name="start", value=0.1, unit="s", peer="aws", most_ratio=1).is_met is False


def test_a_row_without_a_goal_is_neither_met_nor_missed() -> None:
    row = Row(name="size", value=3, unit="MB")
    assert row.is_met is None
    assert row.as_json()["met"] is None


def test_the_table_has_a_line_for_each_row_and_shouts_a_missed_goal() -> None:
    rows = [Row(name="stall", value=61.5, unit="ms", most=50), Row(name="list", value=0.5, unit="s", most=1)]
    lines = format_table(rows).splitlines()
    assert lines[0].split()[:3] == ["name", "value", "unit"]
    assert lines[2].split() == ["stall", "61.5", "ms", "≤", "50", "ms", "NO"]
    assert lines[3].endswith("yes")
