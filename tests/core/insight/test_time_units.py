"""Times in milliseconds: one wording for each claim, wherever it is told."""

from dataclasses import replace
from typing import Any

import pytest

from cognito_explorer.core.auth.time_units import wrong_unit
from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.insight.claim_origins import origins_of
from cognito_explorer.core.insight.claims import claims_of
from cognito_explorer.core.insight.consumers import ask_consumers
from cognito_explorer.core.insight.finding import Finding
from cognito_explorer.core.insight.pool_facts import PoolFacts
from cognito_explorer.core.insight.token_findings import examine
from tests.core.insight.test_claim_origins import client
from tests.core.insight.test_token_findings import ACCESS, CONTEXT, HEADER, T

CHECKS = {"exp": "expiry", "nbf": "beginning", "iat": "issue time", "auth_time": "sign-in time"}


def token(**changes: Any) -> DecodedToken:
    return DecodedToken("access", "raw", HEADER, ACCESS | changes)


def found(**changes: Any) -> list[Finding]:
    return list(examine(token(**changes), CONTEXT))


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize(("unit", "times"), [("milliseconds", 10**3), ("microseconds", 10**6), ("nanoseconds", 10**9)])
def test_a_time_in_another_unit_fails_with_the_time_that_was_meant(name: str, unit: str, times: int) -> None:
    at = [each for each in found(**{name: T * times}) if each.claim == name and each.verdict == "failed"]
    assert [(each.title, each.check) for each in at] == [(f"{name} is in {unit}.", CHECKS[name])]
    assert at[0].detail == (
        "It would be 2026-11-23 12:00:00 UTC: JWT wants seconds (RFC 7519, section 2, NumericDate)."
    )
    assert not any(each.title == "Every claim is of the right type." for each in found(**{name: T * times}))
    assert next(each for each in claims_of(token(**{name: T * times})) if each.name == name).meaning.startswith(
        f"In {unit}. It would be 2026-11-23 12:00:00 UTC"
    )


@pytest.mark.parametrize("value", [True, None, "1795435200000", T, 0, -T * 1000, 253_402_300_799, 10**40, float("inf")])
def test_what_is_in_seconds_or_no_time_at_all_is_not_taken_for_another_unit(value: Any) -> None:
    assert wrong_unit(value) is None


def test_nobody_is_said_to_take_a_token_whose_times_are_in_milliseconds_unless_their_source_says_so() -> None:
    for name in ("exp", "iat"):
        context = replace(CONTEXT, signature=None)
        told = {each.consumer: each for each in ask_consumers(token(**{name: T * 1000}), context)}
        takers = {each.consumer for each in told.values() if each.will != "no" and each.claim != name}
        assert takers == {"aws-jwt-verify"}
    assert told["HTTP API, JWT authorizer"].reason == (
        "iat is in milliseconds: as seconds it lies in the future; iat must be over."
    )
    nbf = {each.consumer: each for each in ask_consumers(token(nbf=T * 1000), CONTEXT)}
    assert {each.will for each in nbf.values()} == {"no"}


def test_the_lifetime_of_milliseconds_is_not_held_against_the_clients() -> None:
    facts = PoolFacts(client=client())
    assert origins_of(token(exp=(T + 3_600) * 1000, iat=T * 1000), facts)["exp"].difference == ""


def test_an_expired_token_is_advised_once() -> None:
    at = next(each for each in found(exp=0) if each.check == "expiry")
    assert (at.detail, at.remedy) == ("", "Refresh it or sign in again.")
