"""Reports on tokens stand whatever is in the tokens."""

import json
import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.auth.jwt_reading import ReadJwt
from cognito_explorer.core.auth.token_text import FoundToken
from cognito_explorer.core.insight.consumers import ask_consumers
from cognito_explorer.core.insight.finding import Finding, TokenContext
from cognito_explorer.core.insight.token_findings import examine
from cognito_explorer.core.insight.token_report import TokenReport, as_json, as_text

FOUND = FoundToken("raw", "alone")
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["exp", "iat", "nbf", "iss", "aud", "scope", "alg", "kid", "crit"]) | st.text(max_size=6)


@given(header=st.dictionaries(NAMES, VALUES, max_size=5), claims=st.dictionaries(NAMES, VALUES, max_size=6))
def test_no_token_makes_a_report_fall_over(header: dict[str, Any], claims: dict[str, Any]) -> None:
    token = ReadJwt("raw", "signed", "access", header, claims)
    findings = examine(token.decoded, TokenContext(issuer="x", audience="y"))
    reports = [TokenReport(FOUND, token, findings, ask_consumers(token.decoded, TokenContext()))]
    assert json.loads(as_json(reports), parse_constant=_refuse)["version"] == 1
    assert all(line.isprintable() for line in as_text(reports).split("\n"))


def test_a_token_in_a_claim_is_cut_and_a_long_claim_read_once() -> None:
    begun = time.process_time()
    inner = f"kept eyJhbGciOiJI.{'a' * 20}.sig x-ey-ey.eyJhbGciOiJI"
    token = ReadJwt("raw", "signed", "id", {}, {"long": "-ey" * 100_000, f"at {inner}": inner})
    claims = json.loads(as_json([TokenReport(FOUND, token, ())]))["tokens"][0]["claims"]
    assert claims == {
        "long": "-ey" * 100_000,
        "at kept eyJhbG… x-ey-ey.eyJhbGciOiJI": "kept eyJhbG… x-ey-ey.eyJhbGciOiJI",
    }
    assert time.process_time() - begun < 2


def test_the_worst_finding_is_the_verdict() -> None:
    good, unknown, bad = Finding("ok", "a"), Finding("unknown", "b"), Finding("bad", "c")
    token = ReadJwt("raw", "signed", "id")
    assert TokenReport(FOUND, token, (good, Finding("warn", "w"), Finding("info", "i"))).verdict == "passed"
    assert TokenReport(FOUND, token, (good, unknown)).verdict == "unknown"
    assert TokenReport(FOUND, token, (bad, unknown)).verdict == "failed"
    assert TokenReport(FOUND, token, ()).verdict == "passed"


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")
