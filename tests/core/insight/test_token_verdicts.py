"""Our verdicts beside PyJWT's and joserfc's: the same, or listed here with the section that decides."""

import json
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet as JoseKeySet
from joserfc.jws import JWSRegistry

from cognito_explorer.core.auth.jwt_reading import read_jwt
from cognito_explorer.core.auth.signatures import ASYMMETRIC, KeySet, key_set_url, verify
from cognito_explorer.core.auth.tokens import issuer_of
from cognito_explorer.core.insight.finding import TokenContext
from cognito_explorer.core.insight.token_findings import examine
from tests.core.insight.token_corpus import (
    CLAIM_CASES,
    CLAIMS,
    HEADER,
    KEY_SET,
    Case,
    ClaimCase,
    claims_at,
    curve_cases,
    signature_cases,
    signed,
)

TIMES_OFF: Any = {f"verify_{name}": False for name in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}
KEYS = KeySet(KEY_SET)
PYJWT_KEYS = jwt.PyJWKSet.from_dict(KEY_SET)
JOSE_KEYS = JoseKeySet.import_key_set(KEY_SET)  # type: ignore[arg-type]  # a dict is what a JWKS is
# Unknown header fields must be ignored (RFC 7515, section 4); its registry can be told so.
LENIENT = JWSRegistry(algorithms=["RS256"], strict_check_header=False)

# Where a library's verdict on a signature is not ours.
SIGNATURES_DIFFER = {
    ("PyJWT", "a key for encryption"): "RFC 7517, section 4.2: use is enc, so the key is not for signatures",
    ("PyJWT", "padding in the signature"): "RFC 7515, section 2: base64url has all trailing = omitted",
    ("PyJWT", "a header name twice"): "RFC 7515, section 4: header parameter names must be unique",
    ("joserfc", "a header name twice"): "RFC 7515, section 4: header parameter names must be unique",
    ("joserfc", "typ a number"): "RFC 7515, section 4.1.9: typ is for the application; whoever checks ignores it",
    ("joserfc", "crit empty"): "RFC 7515, section 4.1.11: producers must not use the empty list",
}
_NO_DATES = ("exp huge", "exp of 400 digits", "exp in milliseconds")
# Where a library's verdict on the claims is not ours.
CLAIMS_DIFFER = {
    ("PyJWT", "exp a text"): "RFC 7519, sections 2 and 4.1.4: a NumericDate is a JSON number",
    ("PyJWT", "nbf a text"): "RFC 7519, sections 2 and 4.1.5: a NumericDate is a JSON number",
    ("PyJWT", "iat a text"): "RFC 7519, sections 2 and 4.1.6: a NumericDate is a JSON number",
    **dict.fromkeys(
        [(library, name) for library in ("PyJWT", "joserfc") for name in _NO_DATES],
        "RFC 7519, section 2: dates are those of RFC 3339, whose years have four digits",
    ),
    **dict.fromkeys(
        [("PyJWT", "iat future"), ("joserfc", "iat future")],
        "RFC 7519, section 4.1.6: iat tells the age; no refusal is asked for, so it is a warning",
    ),
    **dict.fromkeys(
        [("PyJWT", "nbf within the clocks' difference"), ("joserfc", "nbf within the clocks' difference")],
        "RFC 7519, section 4.1.5: some leeway may be given for clock skew",
    ),
}

# Fields of a header that make a token fail here though one of the pool's keys signed it; both libraries ignore them.
FIELDS_DIFFER = {
    **dict.fromkeys(
        ["jwk", "jku", "x5u", "x5c"],
        "RFC 8725, section 3.10: what the token itself says of its keys must not be trusted",
    ),
    "kid": "RFC 8725, section 3.10: a kid may be made for lookups to be tricked with",
}

# What is about claims that every verifier looks at; the rest is Cognito's own.
CLAIM_CHECKS = {"expiry", "beginning", "issue time", "types", "expected issuer", "expected audience", "issuer"}


def pyjwt_takes(token: str, algorithms: Sequence[str] = ("RS256",), **options: Any) -> bool:
    try:
        key_id: Any = jwt.get_unverified_header(token).get("kid")
        jwt.decode(token, PYJWT_KEYS[key_id], algorithms=algorithms, **options)
    except (jwt.PyJWTError, KeyError, ValueError, TypeError, OverflowError):
        return False
    return True


def joserfc_takes(token: str, algorithms: Sequence[str] = ("RS256",)) -> bool:
    registry = JWSRegistry(algorithms=list(algorithms), strict_check_header=False)
    try:
        joserfc_jwt.decode(token, JOSE_KEYS, algorithms=list(algorithms), registry=registry)
    except (JoseError, ValueError, TypeError, KeyError):
        return False
    return True


@pytest.mark.parametrize("case", signature_cases(), ids=lambda case: case.name)
def test_signature_verdicts_are_those_of_the_libraries_or_listed(case: Case) -> None:
    assert (verify(read_jwt(case.token), KEYS).state == "valid") == case.is_good
    taken = {
        "PyJWT": pyjwt_takes(case.token, options=TIMES_OFF),
        "joserfc": joserfc_takes(case.token),
    }
    for library, is_taken in taken.items():
        assert (is_taken != case.is_good) == ((library, case.name) in SIGNATURES_DIFFER), library


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")  # of the name EdDSA, which RFC 9864 replaces
@pytest.mark.parametrize("case", curve_cases(), ids=lambda case: case.name)
def test_verdicts_on_curves_are_those_of_the_libraries(case: Case) -> None:
    allowed = sorted(ASYMMETRIC)
    assert (verify(read_jwt(case.token), KEYS, algorithms=ASYMMETRIC).state == "valid") == case.is_good
    assert pyjwt_takes(case.token, algorithms=allowed, options=TIMES_OFF) == case.is_good
    assert joserfc_takes(case.token, allowed) == case.is_good


@pytest.mark.filterwarnings("ignore::Warning")  # both libraries warn of the key, and take it
def test_a_key_that_is_too_short_is_refused_here_alone() -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(short.public_key())) | {"kid": "short"}
    token = signed({"alg": "RS256", "kid": "short"}, CLAIMS, short)
    check = verify(read_jwt(token), KeySet({"keys": [public]}))
    assert check.state == "invalid"
    assert "1,024 bits; 2,048 are the least (RFC 7518, section 3.3)" in check.detail
    del public["key_ops"]
    assert jwt.decode(token, jwt.PyJWK(public, "RS256"), algorithms=["RS256"], options=TIMES_OFF)
    keys = JoseKeySet.import_key_set({"keys": [public]})
    assert joserfc_jwt.decode(token, keys, algorithms=["RS256"], registry=LENIENT)


@pytest.mark.parametrize("name", FIELDS_DIFFER)
def test_a_signed_header_that_chooses_its_keys_fails_here_alone(name: str) -> None:
    value = {"jwk": KEY_SET["keys"][2], "x5c": ["AAAA"], "kid": "../../k1"}.get(name, "https://evil.example/keys")
    key_set = {"keys": [*KEY_SET["keys"], KEY_SET["keys"][0] | {"kid": "../../k1"}]}
    token = signed(HEADER | {name: value}, claims_at(int(time.time())))
    read = read_jwt(token)
    check = verify(read, KeySet(key_set))
    assert check.state == "valid"
    context = TokenContext(signature=check)
    failed = {each.claim for each in examine(read.decoded, context) if each.verdict == "failed"}
    assert failed == {name}
    key: Any = jwt.PyJWKSet.from_dict(key_set)[read.header["kid"]]
    assert jwt.decode(token, key, algorithms=["RS256"], options=TIMES_OFF)
    jose_keys = JoseKeySet.import_key_set(key_set)  # type: ignore[arg-type]  # a dict is what a JWKS is
    assert joserfc_jwt.decode(token, jose_keys, algorithms=["RS256"], registry=LENIENT)


def test_the_documentation_lists_every_difference_with_its_section() -> None:
    rows = [
        line
        for line in (Path(__file__).parents[3] / "docs" / "tokens.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    told = " ".join(row.rstrip("| ").rpartition("| ")[2] for row in rows)
    short_key = "RFC 7518, section 3.3: 2,048 bits at least"
    for section in (*(SIGNATURES_DIFFER | CLAIMS_DIFFER).values(), *FIELDS_DIFFER.values(), short_key):
        number, _, rest = section.partition(", section")
        wanted = re.findall(r"[\d.]*\d", rest.partition(":")[0])
        assert any(number in row and all(each in row for each in wanted) for row in rows), section
        assert number in told


def claims_pass(claims: dict[str, Any], now: int) -> bool:
    context = TokenContext(now=datetime.fromtimestamp(now, UTC), issuer=issuer_of("us-east-1_abc"), audience="c1")
    found = examine(read_jwt(signed(HEADER, claims)).decoded, context)
    return not any(each.verdict == "failed" for each in found if each.check in CLAIM_CHECKS)


def joserfc_passes(claims: dict[str, Any], now: int) -> bool:
    registry = joserfc_jwt.JWTClaimsRegistry(
        now=now,
        iss={"essential": True, "value": issuer_of("us-east-1_abc")},
        aud={"essential": True, "value": "c1"},
        exp={"essential": True},
    )
    try:
        registry.validate(claims)
    except (JoseError, ValueError, TypeError, OverflowError):
        return False
    return True


@pytest.mark.parametrize("case", CLAIM_CASES, ids=lambda case: case.name)
def test_claim_verdicts_are_those_of_the_libraries_or_listed(case: ClaimCase) -> None:
    # PyJWT asks the clock itself, so the case is made for this very moment.
    now = int(time.time())
    claims = {name: value for name, value in (claims_at(now) | case.changes(now)).items() if value is not None}
    assert claims_pass(claims, now) == case.passes
    required: Any = {"require": ["exp", "iss", "aud"]}
    taken = {
        "PyJWT": pyjwt_takes(
            signed(HEADER, claims), audience="c1", issuer=issuer_of("us-east-1_abc"), options=required
        ),
        "joserfc": joserfc_passes(claims, now),
    }
    for library, is_taken in taken.items():
        assert (is_taken != case.passes) == ((library, case.name) in CLAIMS_DIFFER), library


def test_each_difference_is_a_case_with_a_section() -> None:
    names = {case.name for case in signature_cases()} | {case.name for case in CLAIM_CASES}
    for (_, name), section in (SIGNATURES_DIFFER | CLAIMS_DIFFER).items():
        assert name in names
        assert section.startswith(("RFC 75", "RFC 8259"))


def test_keys_are_fetched_from_awss_own_issuers_alone() -> None:
    pool = "us-east-1_abc"
    for good in (
        issuer_of(pool),
        f"https://issuer-cognito-idp.us-east-1.amazonaws.com/{pool}",
        issuer_of("cn-north-1_x"),
        issuer_of("us-gov-west-1_x"),
    ):
        assert key_set_url(good) == f"{good}/.well-known/jwks.json"
    assert key_set_url("https://cognito-identity.amazonaws.com") == (
        "https://cognito-identity.amazonaws.com/.well-known/jwks_uri"
    )
    for bad in (
        "",
        "https://accounts.google.com",
        f"http://cognito-idp.us-east-1.amazonaws.com/{pool}",
        f"https://cognito-idp.us-east-1.amazonaws.com.evil.example/{pool}",
        f"https://evil.example/cognito-idp.us-east-1.amazonaws.com/{pool}",
        f"https://cognito-idp.us-east-1.amazonaws.com@evil.example/{pool}",
        f"https://cognito-idp.us-east-1.amazonaws.com:8443/{pool}",
        f"https://cognito-idp.us-east-1.amazonaws.com/{pool}/../x",
        f"https://cognito-idp.us-east-1.amazonaws.com/{pool}\n",
        f"https://cognito-idp.eu-west-1.amazonaws.com/{pool}",
        f"https://cognito-idp.us-east-1.amazonaws.com.cn/{pool}",
        "https://cognito-identity.amazonaws.com.evil.example",
    ):
        assert key_set_url(bad) == ""


HEADERS: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(["alg", "kid", "typ", "crit", "jwk", "jku", "x5u", "b64"]),
    st.sampled_from(["RS256", "ES256", "EdDSA", "none", "k1", "curve", "shared", "sealing", 1, None, [], {}, ["exp"]]),
)


@given(header=HEADERS, claims=st.binary(max_size=60), tail=st.text("AZaz09-_.=!", max_size=90))
def test_no_token_makes_a_check_fall_over(header: dict[str, Any], claims: bytes, tail: str) -> None:
    read = read_jwt(signed(header, claims).rpartition(".")[0] + "." + tail)
    for algorithms in (frozenset({"RS256"}), ASYMMETRIC):
        check = verify(read, KEYS, algorithms=algorithms)
        assert check.state != "valid"
        assert examine(read.decoded, TokenContext(signature=check), read.troubles)
    assert read.form in ("signed", "part", "encrypted", "opaque")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), st.lists, max_leaves=3
)


@given(document=st.dictionaries(st.just("keys"), st.lists(st.dictionaries(
    st.sampled_from(["kty", "kid", "n", "e", "crv", "x", "y", "use", "alg"]),
    st.sampled_from(["RSA", "EC", "OKP", "k1", "AQAB", "P-256", "AA", "sig", "RS256", "ES256"]) | VALUES,
), max_size=3) | VALUES))  # fmt: skip
def test_no_key_set_makes_a_check_fall_over(document: dict[str, Any]) -> None:
    for header in (HEADER, {"alg": "ES256", "kid": "k1"}, {"alg": "EdDSA", "kid": "k1"}):
        assert verify(read_jwt(signed(header, CLAIMS)), KeySet(document), algorithms=ASYMMETRIC).state != "valid"
