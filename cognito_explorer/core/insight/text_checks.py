"""Checks that an error's own words decide: nothing is looked at."""

from cognito_explorer.core.aws.clock import clock_in_words, skew_in
from cognito_explorer.core.insight.configuration import Configuration, Verdict, confirmed, ruled_out, unknown


async def as_said(_here: Configuration) -> Verdict:
    """Why the app itself did not go on: it knows."""
    return confirmed("The app itself says so: it is no answer of AWS.")


async def clock_wrong(here: Configuration) -> Verdict:
    """Whether the times in the text differ, and by how much."""
    said = here.clues.message
    ahead = skew_in(said)
    return confirmed(f"The text names both times: {clock_in_words(ahead)}.") if ahead is not None else _not_said(said)


def _not_said(said: str) -> Verdict:
    if "does not match" in said:
        return ruled_out("A wrong clock is refused in other words, which name both times.")
    return unknown("The text names no two times to compare.")
