"""Scraps as people have them, out of a terminal, a log or an address bar, open the page they are about."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognito_explorer.core.insight.error_clues import LONGEST
from cognito_explorer.core.insight.explanations import catalogue, explain, is_error_text

# {"from", "text", "entry", "first"?}: where it comes from, its entry, and words of the cause that comes first.
SCRAPS: list[dict[str, str]] = json.loads(Path(__file__).with_name("error_scraps.json").read_text("utf-8"))
NAMES = [f"{at}-{scrap['from']}-{scrap['entry']}" for at, scrap in enumerate(SCRAPS)]
LONG = 1_000_000
# Reading a megabyte takes a twentieth of a second here; what takes this long has gone round in circles.
LIMIT_S = 2.0


@pytest.mark.parametrize("scrap", SCRAPS, ids=NAMES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\u2028"], ids=["lines", "windows", "one line"])
def test_a_scrap_opens_its_page(scrap: dict[str, str], line_end: str) -> None:
    # A box of one line keeps pasted line ends as U+2028.
    text = scrap["text"].replace("\n", line_end)
    found = explain(text)
    assert is_error_text(text)
    assert found.entry_id == scrap["entry"]
    assert scrap.get("first", "") in found.causes[0].cause


def test_there_are_scraps_of_every_kind_and_for_many_entries() -> None:
    assert len(SCRAPS) >= 120
    assert len({scrap["from"] for scrap in SCRAPS}) >= 20
    assert {scrap["entry"] for scrap in SCRAPS} <= {entry.id for entry in catalogue()}


@pytest.mark.parametrize("scrap", SCRAPS[::5], ids=NAMES[::5])
def test_the_error_at_the_end_of_a_long_log_is_found(scrap: dict[str, str]) -> None:
    noise = "2024-05-01T10:00:00Z INFO served /health in 3 ms\n" * (LONG // 50)
    assert explain(f"{noise}\n{scrap['text']}").entry_id == scrap["entry"]


@pytest.mark.parametrize(
    "name",
    [
        "404",
        "500",
        "ada",
        "Grace Hopper",
        "+49 561 2345678",
        "ada.lovelace@company.example",
        "error",
        "Group",
        "CN=ada",
    ],
)
def test_what_somebody_looks_for_is_no_error(name: str) -> None:
    assert not is_error_text(name)


@given(st.sampled_from(SCRAPS), st.text(max_size=60))
def test_no_surroundings_break_a_scrap(scrap: dict[str, str], noise: str) -> None:
    explain(f"{noise}{scrap['text']}{noise}")
    is_error_text(f"{noise}{scrap['text']}")


@settings(deadline=None, max_examples=60)
@given(
    st.one_of(
        st.text(min_size=1, max_size=12),
        st.sampled_from(
            [" ", "\n", "\u2028", '\\"', "%25", "An error occurred (", '"message":"', '{"code":"', "eyJhbGci."]
        ),
        st.sampled_from(
            ["https://a?", "error=", "User pool ", "AaAaAaAaAException", "us-east-1", "arn:aws:iam::", "client_id="]
        ),
        st.sampled_from([scrap["text"] for scrap in SCRAPS]),
    )
)
def test_a_megabyte_of_anything_does_not_stall(part: str) -> None:
    text = (part * (LONG // len(part) + 1))[:LONG]
    started = time.perf_counter()
    explain(text)
    is_error_text(text)
    assert time.perf_counter() - started < LIMIT_S


def test_what_looks_like_many_tokens_and_is_none_does_not_stall() -> None:
    started = time.process_time()
    explain("eyJ" * (LONGEST // 3))
    assert time.process_time() - started < 1
