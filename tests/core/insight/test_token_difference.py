"""Two tokens, claim by claim."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.insight.token_difference import compare_tokens, summary_of

VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)
CLAIMS = st.dictionaries(st.sampled_from(["sub", "iat", "scope", "cognito:groups", "x"]), VALUES)


def token(kind: Any = "id", raw: str = "a", **claims: Any) -> DecodedToken:
    return DecodedToken(kind, raw, {}, claims)


@pytest.mark.parametrize(
    ("name", "before", "after", "change", "detail"),
    [
        ("email", "a", "a", "same", ""),
        ("email", "a", "b", "changed", ""),
        ("email_verified", True, "true", "changed", "a boolean became a string"),
        ("x", 1, True, "changed", "a number became a boolean"),
        ("cognito:groups", ["free"], ["free", "paid"], "changed", "+ paid"),
        ("cognito:groups", ["a", "b"], ["b", "a"], "changed", "another order"),
        ("scope", "openid email", "openid phone", "changed", "+ phone − email"),
        ("auth_time", 0, 7200, "changed", "2 hours later"),
        ("auth_time", 7200, 0, "changed", "2 hours earlier"),
        ("auth_time", "soon", 0, "changed", ""),
    ],
)
def test_a_claim_in_both_is_compared(name: str, before: Any, after: Any, change: str, detail: str) -> None:
    (row,) = compare_tokens(token(**{name: before}), token(raw="b", **{name: after}))
    assert (row.change, row.detail) == (change, detail)


def test_a_claim_in_one_alone_is_told() -> None:
    rows = {row.name: row for row in compare_tokens(token(aud="x"), token("access", "b", client_id="x"))}
    assert (rows["aud"].change, rows["aud"].right) == ("only left", "")
    assert (rows["client_id"].change, rows["client_id"].left) == ("only right", "")


def test_what_tells_something_comes_first_and_what_always_differs_after_it() -> None:
    rows = compare_tokens(token(sub="s", jti="1", plan="a"), token(raw="b", sub="s", jti="2", plan="b"))
    assert [row.name for row in rows] == ["plan", "jti", "sub"]


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (token(sub="s"), token(sub="s"), "Both are the same token."),
        (token(sub="s"), token(raw="b", sub="t"), "Two different users. 1 claim differs"),
        (
            token(sub="s", origin_jti="o"),
            token("access", "b", sub="s", origin_jti="o"),
            "An ID token and an access token. Of the same sign-in. No claim differs",
        ),
        (token(sub="s", origin_jti="o"), token(raw="b", sub="s", origin_jti="p"), "Of two sign-ins of the same user."),
    ],
)
def test_two_tokens_are_related_in_words(left: DecodedToken, right: DecodedToken, words: str) -> None:
    assert summary_of(left, right).startswith(words)


@given(CLAIMS, CLAIMS)
def test_any_two_tokens_can_be_compared_both_ways(first: dict[str, Any], second: dict[str, Any]) -> None:
    there = compare_tokens(token(**first), token(raw="b", **second))
    back = compare_tokens(token(raw="b", **second), token(**first))
    assert {row.name for row in there} == {row.name for row in back} == {*first, *second}
    assert {row.name for row in there if row.change == "same"} == {row.name for row in back if row.change == "same"}
