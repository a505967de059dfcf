"""Whatever comes in, at every place where tokens come in or are told of: an answer, never an uncaught error."""

import io
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognito_explorer.core.auth.clock_skew import ClockSkew, skew_of
from cognito_explorer.core.auth.jwt_reading import read_jwt
from cognito_explorer.core.auth.token_copies import copies_of
from cognito_explorer.core.auth.token_text import find_tokens, text_in
from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind, TokenSet, issuer_of
from cognito_explorer.core.insight.claim_origins import absent_claims, differences, origins_of
from cognito_explorer.core.insight.claims import claims_of, header_of
from cognito_explorer.core.insight.finding import TokenContext
from cognito_explorer.core.insight.pool_facts import PoolFacts, PreTokenTrigger
from cognito_explorer.core.insight.token_command import main
from cognito_explorer.core.insight.token_difference import compare_tokens, summary_of
from cognito_explorer.core.insight.token_endings import endings_of, refresh_until, signed_in_at
from cognito_explorer.core.insight.token_findings import examine
from cognito_explorer.core.user_pools.app_clients import parse_app_client
from cognito_explorer.core.user_pools.users import User
from tests.core.insight.token_corpus import CLAIMS, HEADER, signed

NOW = datetime(2026, 11, 30, tzinfo=UTC)
GOOD = signed(HEADER, CLAIMS)
CLIENT = parse_app_client({"ClientId": "c1", "RefreshTokenRotation": {"Feature": "ENABLED"}})
# The first and the last second that Python has a date for.
EDGES = [-62_135_596_800, 253_402_300_799, 253_402_300_799.9]
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from(EDGES),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.sampled_from([
    *("iss", "sub", "aud", "client_id", "token_use", "exp", "iat", "nbf", "auth_time", "scope", "username", "email"),
    *("cognito:username", "cognito:groups", "cognito:roles", "cognito:preferred_role", "identities", "custom:plan"),
    *("origin_jti", "jti", "event_id", "amr", "nonce", "device_key", "version"),
])  # fmt: skip
ANY_CLAIMS = st.dictionaries(NAMES | st.text(max_size=4), VALUES, max_size=6)
FACTS = st.sampled_from([
    PoolFacts(),
    PoolFacts(is_user_gone=True, groups=(), client=CLIENT, is_trigger_known=True),
    PoolFacts(
        User("ada", "s", "CONFIRMED", True, None, None, {"sub": "s", "email": "a@b.example"}),
        client=CLIENT,
        trigger=PreTokenTrigger("arn:aws:lambda:us-east-1:1:function:f", "V2_0"),
        is_trigger_known=True,
        mapped_from={"email": "Google: mail"},
    ),
])  # fmt: skip
KINDS: list[TokenKind] = ["id", "access", "refresh", "other"]


def decoded(kind: TokenKind, claims: dict[str, Any]) -> DecodedToken:
    issuer = {"iss": issuer_of("us-east-1_abc")} if "iss" not in claims else {}
    return DecodedToken(kind, "a.b.c", {"alg": "RS256"}, issuer | claims)


BYTES = st.one_of(
    st.binary(max_size=120),
    st.binary(max_size=20).map(lambda raw: raw + GOOD.encode()),
    st.binary(max_size=20).map(lambda raw: GOOD.encode("utf-16") + raw),
    st.text(max_size=60).map(lambda text: text.encode("utf-16-le", "surrogatepass")),
    st.integers(0, len(GOOD)).map(lambda at: GOOD[:at].encode() + b"\n" + GOOD[at:].encode()),
)


@given(BYTES)
def test_a_file_of_any_bytes_is_searched(raw: bytes) -> None:
    for found in find_tokens(text_in(raw)):
        read = read_jwt(found.text)
        assert examine(read.decoded, TokenContext(now=NOW), read.troubles)
        assert all(claim.meaning for claim in (*claims_of(read.decoded), *header_of(read.decoded)))


@settings(max_examples=40)
@given(raw=BYTES, form=st.sampled_from(["text", "json"]))
def test_the_command_answers_any_bytes_with_a_code_and_a_text(raw: bytes, form: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        out = io.StringIO()
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
        patch.setattr("sys.stdout", out)
        patch.setattr("sys.stderr", io.StringIO())
        code = main(["-", "--format", form])
    assert code in (0, 1, 2)
    assert bool(out.getvalue()) == (code != 2)


@given(kind=st.sampled_from(KINDS), claims=ANY_CLAIMS, facts=FACTS)
def test_any_claims_have_an_origin_and_a_meaning(kind: TokenKind, claims: dict[str, Any], facts: PoolFacts) -> None:
    token = decoded(kind, claims)
    assert set(origins_of(token, facts)) == set(token.claims)
    assert all(claim.meaning for claim in claims_of(token))
    assert all(absent.reason for absent in absent_claims(token, facts))
    assert all(differences(token, facts))


@given(kind=st.sampled_from(KINDS), first=ANY_CLAIMS, second=ANY_CLAIMS)
def test_any_token_is_copied_compared_and_told_the_end_of(
    kind: TokenKind, first: dict[str, Any], second: dict[str, Any]
) -> None:
    token, other = decoded(kind, first), decoded("access", second)
    tokens = TokenSet("p", "c", NOW, NOW, id_token="a.b.c")
    assert all(form.text for form in copies_of(token, tokens))
    assert summary_of(token, other)
    assert compare_tokens(token, other) is not None
    together: dict[TokenKind, DecodedToken] = {kind: token, "access": other}
    for client in (None, CLIENT):
        assert all(ending.title for ending in endings_of(together, client, now=NOW, rotates=True))
        until = refresh_until(together, client)
        assert until is None or signed_in_at(together) is not None


@pytest.mark.parametrize("moment", EDGES)
def test_the_first_and_the_last_second_of_time_are_no_trouble(moment: float) -> None:
    claims = dict.fromkeys(("exp", "iat", "nbf", "auth_time"), moment)
    token = decoded("access", claims)
    assert refresh_until({"access": token}, CLIENT) is None or moment < 0
    for clock in (None, ClockSkew(timedelta(days=36_000)), ClockSkew(timedelta(days=-36_000))):
        assert examine(token, TokenContext(now=NOW, clock=clock, client=CLIENT))
    for facts in (PoolFacts(), PoolFacts(client=CLIENT)):
        assert set(origins_of(token, facts)) == set(token.claims)
    assert all(form.text for form in copies_of(token))
    assert compare_tokens(token, decoded("access", {"exp": 0}))


@given(claims=ANY_CLAIMS, ahead_s=st.floats(-1e9, 1e9), within_s=st.floats(0, 1e6))
def test_any_times_are_held_against_any_clock(claims: dict[str, Any], ahead_s: float, within_s: float) -> None:
    clock = ClockSkew(timedelta(seconds=ahead_s), timedelta(seconds=within_s))
    assert all(finding.title for finding in examine(decoded("id", claims), TokenContext(now=NOW, clock=clock)))


@given(st.text(max_size=40) | st.sampled_from(["Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359"]))
def test_any_date_tells_a_time_or_none(date: str) -> None:
    skew = skew_of(date, NOW, NOW + timedelta(seconds=1))
    assert skew is None or math.isfinite(skew.ahead.total_seconds())


PARTS: list[Callable[[str], str]] = [lambda text: text[:-1], lambda text: text + "A", lambda text: text.upper()]


@given(st.sampled_from(PARTS), st.integers(0, 2))
def test_a_token_with_a_damaged_part_is_read_and_fails(damage: Callable[[str], str], at: int) -> None:
    parts = GOOD.split(".")
    parts[at] = damage(parts[at])
    read = read_jwt(".".join(parts))
    assert read.raw
    assert examine(read.decoded, TokenContext(now=NOW), read.troubles)
