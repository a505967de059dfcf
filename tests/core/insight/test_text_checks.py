"""What an error's own words decide is confirmed without looking at anything."""

import pytest

from cognito_explorer.core.insight.configuration import Configuration, Subject
from cognito_explorer.core.insight.explanation_checks import check_named, grounds_of
from cognito_explorer.core.insight.explanations import explain
from tests.core.aws.stubbed import SANDBOX, Stubbed

SLOW = "Signature expired: 20261130T100000Z is now earlier than 20261130T105500Z (20261130T110000Z - 5 min.)"
OTHER = "The request signature we calculated does not match the signature you provided."


@pytest.mark.parametrize(
    ("said", "state", "evidence"),
    [
        (SLOW, "confirmed", "The text names both times: this computer's clock is 1 hour slow."),
        (OTHER, "ruled out", "A wrong clock is refused in other words, which name both times."),
        ("Signature expired.", "cannot be known", "The text names no two times to compare."),
    ],
)
async def test_a_wrong_clock_is_told_by_the_two_times_in_the_text(said: str, state: str, evidence: str) -> None:
    found = explain(f"An error occurred (InvalidSignatureException) when calling the ListUsers operation: {said}")
    here = Configuration(Stubbed(SANDBOX).aws, found.clues, Subject())
    verdict = await check_named("clock_wrong")(here)
    assert (verdict.state, verdict.evidence) == (state, evidence)
    assert any(cause.check == "clock_wrong" for cause in found.causes)
    assert grounds_of("clock_wrong") == frozenset(), "it needs no pool"
