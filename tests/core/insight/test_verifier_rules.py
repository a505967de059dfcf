"""aws-jwt-verify's verdicts, read off its source check by check: which of them comes first, and what it throws."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.auth.tokens import DecodedToken, issuer_of, kind_of
from cognito_explorer.core.insight.verifier_rules import VerifierSettings, ask_verifier

T = 1_795_000_000
POOL = "us-east-1_abc"
ID: dict[str, Any] = {"iss": issuer_of(POOL), "sub": "s", "aud": "web", "token_use": "id", "exp": T + 60, "iat": T}
ACCESS: dict[str, Any] = {
    "iss": issuer_of(POOL), "sub": "s", "client_id": "web", "token_use": "access", "exp": T + 60, "scope": "a b",
    "cognito:groups": ["paid"],
}  # fmt: skip
ABSENT = object()
WEB: dict[str, Any] = {"client_ids": ("web",)}


def verdict(
    claims: dict[str, Any], settings: dict[str, Any], header: dict[str, Any] | None = None
) -> tuple[str, str, str]:
    given_ = {name: value for name, value in claims.items() if value is not ABSENT}
    token = DecodedToken(kind_of(given_), "raw", {"alg": "RS256", "kid": "k"} if header is None else header, given_)
    will, claim, reason = ask_verifier(token, T, VerifierSettings(**settings))
    return will, claim, reason.rpartition("(")[2].partition(")")[0] if "(" in reason else ""


@pytest.mark.parametrize(
    ("claims", "settings"),
    [
        (ID, {}),
        (ACCESS, {}),
        (ID, {"token_use": "id"}),
        (ACCESS, {"token_use": "access", "scopes": ("b",), "groups": ("paid", "x"), "client_ids": ("x", "web")}),
        (ID, {"issuer": issuer_of(POOL)}),
        (ID | {"exp": ABSENT}, {}),
        (ID | {"exp": T}, {}),
        (ID | {"exp": T - 5}, {"grace_s": 5}),
        (ID | {"nbf": T + 5}, {"grace_s": 5}),
        (ID | {"iat": T + 9_000}, {}),
        (ID | {"exp": T + 0.25}, {}),
        (ID | {"exp": 1e300}, {}),
        # Only the client's own claim counts.
        (ID | {"client_id": "other"}, {}),
        (ACCESS | {"aud": "https://api.example"}, {}),
        (ACCESS | {"cognito:groups": "paid"}, {"groups": ("paid",)}),
        (ACCESS | {"cognito:groups": ["paid", 7]}, {"groups": ("paid",)}),
        (ID | {"iss": issuer_of("us-gov-west-1_abc")}, {}),
    ],
)
def test_what_it_takes(claims: dict[str, Any], settings: dict[str, Any]) -> None:
    claim = "aud" if claims["token_use"] == "id" else "client_id"
    assert verdict(claims, WEB | settings)[:2] == ("yes", claim)


@pytest.mark.parametrize(
    ("changes", "settings", "claim", "error"),
    [
        ({"exp": None}, {}, "exp", "JwtParseError"),
        ({"exp": "9"}, {}, "exp", "JwtParseError"),
        ({"exp": True}, {}, "exp", "JwtParseError"),
        ({"exp": math.inf}, {}, "exp", "JwtParseError"),
        ({"nbf": [1]}, {}, "nbf", "JwtParseError"),
        ({"iat": "now"}, {}, "iat", "JwtParseError"),
        ({"iss": 7}, {}, "iss", "JwtParseError"),
        ({"sub": None}, {}, "sub", "JwtParseError"),
        ({"scope": ["a"]}, {}, "scope", "JwtParseError"),
        ({"jti": 1}, {}, "jti", "JwtParseError"),
        ({"aud": {"a": 1}}, {}, "aud", "JwtParseError"),
        ({"aud": ["web", 1]}, {}, "aud", "JwtParseError"),
        ({"exp": T - 1}, {}, "exp", "JwtExpiredError"),
        ({"exp": T - 6}, {"grace_s": 5}, "exp", "JwtExpiredError"),
        ({"nbf": T + 1}, {}, "nbf", "JwtNotBeforeError"),
        ({"iss": issuer_of("us-east-1_other")}, {"issuer": issuer_of(POOL)}, "iss", "JwtInvalidIssuerError"),
        ({"iss": ABSENT}, {"issuer": issuer_of(POOL)}, "iss", "JwtInvalidIssuerError"),
        ({"iss": f"https://issuer-cognito-idp.us-east-1.amazonaws.com/{POOL}"}, {}, "iss", "JwtInvalidIssuerError"),
        ({"iss": issuer_of("cn-north-1_abc")}, {}, "iss", "JwtInvalidIssuerError"),
        ({"iss": issuer_of("eusc-de-east-1_abc")}, {}, "iss", "ParameterValidationError"),
        ({"iss": "https://idp.example"}, {}, "iss", "ParameterValidationError"),
        ({"scope": ABSENT}, {"scopes": ("a",)}, "scope", "JwtInvalidScopeError"),
        ({"scope": "ab"}, {"scopes": ("a",)}, "scope", "JwtInvalidScopeError"),
        ({}, {"groups": ("paid",)}, "cognito:groups", "CognitoJwtInvalidGroupError"),
        ({"cognito:groups": []}, {"groups": ("paid",)}, "cognito:groups", "CognitoJwtInvalidGroupError"),
        ({"cognito:groups": [7, "paid"]}, {"groups": ("paid",)}, "cognito:groups", "CognitoJwtInvalidGroupError"),
        ({"token_use": ABSENT}, {}, "token_use", "CognitoJwtInvalidTokenUseError"),
        ({"token_use": "refresh"}, {}, "token_use", "CognitoJwtInvalidTokenUseError"),
        ({}, {"token_use": "access"}, "token_use", "CognitoJwtInvalidTokenUseError"),
        ({}, {"client_ids": ("other",)}, "aud", "CognitoJwtInvalidClientIdError"),
        ({"aud": ["web"]}, {}, "aud", "CognitoJwtInvalidClientIdError"),
        ({"aud": ABSENT, "client_id": "web"}, {}, "aud", "CognitoJwtInvalidClientIdError"),
    ],
)
def test_what_it_throws(changes: dict[str, Any], settings: dict[str, Any], claim: str, error: str) -> None:
    assert verdict(ID | changes, WEB | settings) == ("no", claim, error)


@pytest.mark.parametrize("header", [{}, {"kid": ""}, {"kid": 7}])
def test_a_header_without_a_key_is_refused(header: dict[str, Any]) -> None:
    assert verdict(ID, WEB, header) == ("no", "kid", "KidNotFoundInJwksError")


def test_its_checks_come_in_its_order() -> None:
    """What is wrong with a token all at once, mended one by one."""
    wrong = {
        "exp": T - 1, "nbf": T + 9, "iss": issuer_of("us-east-1_other"), "scope": "x", "cognito:groups": ["x"],
        "token_use": "id", "aud": "x",
    }  # fmt: skip
    settings = {
        "issuer": issuer_of(POOL),
        "scopes": ("a",),
        "groups": ("paid",),
        "token_use": "access",
        "client_ids": ("web",),
    }
    right, seen = ACCESS | {"nbf": T}, []
    while (found := verdict(wrong, settings))[0] == "no":
        seen.append(found[1])
        wrong[found[1]] = right[found[1]]
    assert seen == ["exp", "nbf", "iss", "scope", "cognito:groups", "token_use", "client_id"]


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
def test_a_number_that_javascript_cannot_hold_is_none(name: str) -> None:
    for number in (10**400, -(10**400)):
        assert verdict(ACCESS | {name: number}, WEB) == ("no", name, "JwtParseError")


def test_without_a_client_id_it_depends() -> None:
    assert verdict(ID, {})[:2] == ("depends", "aud")
    assert verdict(ACCESS, {})[:2] == ("depends", "client_id")


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=3)


@given(claims=st.dictionaries(st.sampled_from([*ID, *ACCESS, "nbf", "jti"]), JSON))
def test_no_claims_make_it_fall_over(claims: dict[str, Any]) -> None:
    assert verdict(claims, WEB | {"scopes": ("a",), "groups": ("b",)})[0] in ("yes", "no")
