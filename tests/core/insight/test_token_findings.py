"""Findings about a token."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.auth.clock_skew import ClockSkew
from cognito_explorer.core.auth.jwt_reading import HALF_BYTE, Trouble
from cognito_explorer.core.auth.liveness import LiveAnswer
from cognito_explorer.core.auth.signatures import KeySource
from cognito_explorer.core.auth.tokens import DecodedToken, SignatureCheck, SignatureState, TokenKind, issuer_of
from cognito_explorer.core.insight.finding import Finding, TokenContext
from cognito_explorer.core.insight.token_findings import examine, is_expired

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
T = int(NOW.timestamp())
POOL = "us-east-1_abc"
CONTEXT = TokenContext(POOL, "c1", {"c1": "web"}, SignatureCheck("valid", "Signed by the pool.", "k1"), NOW)
ID: dict[str, Any] = {
    "iss": issuer_of(POOL), "sub": "s", "aud": "c1", "token_use": "id", "exp": T + 3492, "iat": T - 108,
    "auth_time": T - 108, "origin_jti": "o", "cognito:username": "ada",
}  # fmt: skip
ACCESS = {name: value for name, value in ID.items() if name not in ("aud", "cognito:username")} | {
    "token_use": "access", "client_id": "c1", "username": "ada", "scope": "openid aws.cognito.signin.user.admin",
}  # fmt: skip


HEADER = {"alg": "RS256", "kid": "k1"}


def titles(kind: TokenKind, claims: dict[str, Any], context: TokenContext = CONTEXT) -> dict[str, str]:
    return {finding.title: finding.level for finding in examine(DecodedToken(kind, "raw", HEADER, claims), context)}


def test_a_good_id_token_has_only_good_findings() -> None:
    assert titles("id", ID) == {
        "The signature is valid.": "ok",
        "This is an ID token.": "ok",
        "The issuer is right.": "ok",
        "For the app client “web” (c1).": "ok",
        "Valid for 58 minutes more.": "ok",
        "Issued 1 minute 48 seconds ago.": "info",
        "The algorithm is RS256.": "ok",
        "Every claim is of the right type.": "ok",
        "It holds personal data.": "info",
        "Whether it was revoked is not known.": "unknown",
        "It fits into headers and cookies.": "ok",
    }


@pytest.mark.parametrize(
    ("changes", "title", "level"),
    [
        ({"exp": T - 3600}, "Expired 1 hour ago.", "bad"),
        ({"exp": None}, "The token does not say when it expires.", "bad"),
        ({"exp": "soon"}, "The token does not say when it expires.", "bad"),
        ({"nbf": T + 600}, "Not valid for another 10 minutes.", "bad"),
        ({"iat": T + 600}, "Issued 10 minutes in the future.", "warn"),
        ({"auth_time": T - 90_000}, "Refreshed 1 day after the sign-in.", "info"),
        ({"iss": issuer_of("eu-west-1_xyz")}, "Another pool issued this token.", "bad"),
        (
            {"iss": f"https://issuer-cognito-idp.us-east-1.amazonaws.com/{POOL}"},
            "The issuer is in the updated form.",
            "warn",
        ),
        ({"iss": "https://accounts.google.com"}, "The issuer is not a user pool.", "warn"),
        ({"iss": None}, "The token names no issuer.", "bad"),
        ({"aud": "c2"}, "The token is for another app client.", "bad"),
        ({"aud": None}, "There is no aud claim.", "bad"),
        ({"cognito:roles": ["a", "b"]}, "No preferred role.", "warn"),
        ({"origin_jti": None}, "", ""),
    ],
)
def test_what_is_wrong_with_a_token_is_found(changes: dict[str, Any], title: str, level: str) -> None:
    found = titles("id", ID | changes)
    assert not title or found[title] == level


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "No aud claim, as usual."),
        ({"scope": "aws.cognito.signin.user.admin"}, "It holds no OAuth scopes."),
        ({"scope": "openid"}, "Not for self-service."),
        ({"sub": "c1", "username": None}, "A machine's token."),
    ],
)
def test_what_an_access_token_is_good_for(changes: dict[str, Any], title: str) -> None:
    assert title in titles("access", ACCESS | changes)


def test_a_client_that_the_pool_does_not_have_is_named_with_the_reason() -> None:
    found = next(each for each in findings_of({"aud": "c9"}, {"c1": "web"}) if "no such app client" in each.title)
    assert found.level == "bad"
    assert "aud is c9, which is not among the app clients of us-east-1_abc (1 read)" in found.detail


def test_a_client_of_a_pool_that_could_not_be_read_is_said_to_be_unknown_and_why() -> None:
    found = findings_of({"aud": "c9"}, {}, "No connection is open.")
    unknown = next(each for each in found if each.title == "It is not known which app client this is.")
    assert unknown.detail == "aud is c9. No connection is open."


def findings_of(changes: dict[str, Any], names: dict[str, str], clients_unread: str = "") -> tuple[Finding, ...]:
    context = TokenContext(client_names=names, clients_unread=clients_unread, now=NOW)
    return examine(DecodedToken("id", "raw", {}, ID | changes), context)


def test_a_wrong_signature_is_the_first_thing_said() -> None:
    context = TokenContext(signature=SignatureCheck("invalid", "The signature does not fit.", "k1"), now=NOW)
    first = examine(DecodedToken("id", "raw", HEADER, ID), context)[0]
    assert (first.verdict, first.title) == ("failed", "The signature is wrong.")
    assert first.detail == "The signature does not fit. Trust nothing in this token."
    assert first.why
    assert first.remedy


def test_a_key_of_an_endpoint_is_not_taken_for_aws() -> None:
    source = KeySource("endpoint", "http://127.0.0.1:9")
    context = TokenContext(signature=SignatureCheck("valid", source.signed_by(), "k1", source.name), now=NOW)
    first = examine(DecodedToken("id", "raw", HEADER, ID), context)[0]
    assert (first.verdict, first.detail) == ("passed", "Signed by http://127.0.0.1:9, not AWS.")


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ({}, "The header names no algorithm."),
        ({"alg": 5}, "The algorithm is no name."),
        ({"alg": "nOnE"}, "It is not signed at all."),
        ({"alg": "HS256"}, "It is signed with a shared secret."),
        ({"alg": "ES256"}, "The algorithm is not Cognito's."),
        ({"kid": None}, "It names no key."),
        ({"kid": 7}, "The key id is no text."),
        ({"kid": "../../dev/null"}, "The key id is suspicious."),
        ({"jwk": {}}, "The token chooses its own keys."),
        ({"jku": "https://evil.example"}, "The token chooses its own keys."),
        ({"x5u": "https://evil.example"}, "The token chooses its own keys."),
        ({"x5c": []}, "The token chooses its own keys."),
        ({"crit": ["b64"]}, "It demands unknown extensions."),
    ],
)
def test_what_a_header_must_not_say(header: dict[str, Any], title: str) -> None:
    whole = HEADER | header if header else {}
    found = {each.title: each.verdict for each in examine(DecodedToken("id", "raw", whole, ID), CONTEXT)}
    assert found[title] == "failed"


def test_an_unknown_key_is_rotated_or_foreign_and_that_is_said_once() -> None:
    check = SignatureCheck("unknown key", "The pool has no key of this id.", "k1", known_key_ids=("k8", "k9"))
    found = [
        each
        for each in examine(DecodedToken("id", "raw", HEADER, ID), TokenContext(signature=check))
        if each.claim == "kid" or each.check == "signature"
    ]
    assert [(each.title, each.check) for each in found] == [
        ("No key fits the signature: rotated or foreign.", "signature")
    ]
    assert "Either the pool changed its keys since" in found[0].detail


def test_an_access_token_without_the_scope_is_for_no_self_service_and_get_user_is_no_advice() -> None:
    claims = ACCESS | {"scope": "openid news/read"}
    found = {each.check: each for each in examine(DecodedToken("access", "raw", HEADER, claims), CONTEXT)}
    assert found["use"].detail == "For APIs, not for identity pools."
    assert found["scopes"].title == "Not for self-service."
    assert "GetUser does not take it" in found["revocation"].detail
    assert "GetUser" not in found["revocation"].remedy
    with_it = {each.check: each for each in examine(DecodedToken("access", "raw", HEADER, ACCESS), CONTEXT)}
    assert with_it["use"].detail == "For APIs and for self-service, not for identity pools."
    assert "GetUser" in with_it["revocation"].remedy


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        ({"exp": str(T + 100)}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": float("nan")}, "exp"),
        ({"iat": "now"}, "iat"),
        ({"nbf": [1]}, "nbf"),
        ({"aud": 5}, "aud"),
        ({"aud": ["c1", 5]}, "aud"),
        ({"sub": 5}, "sub"),
        ({"iss": None}, "iss"),
        ({"cognito:groups": "paid"}, "cognito:groups"),
        ({"email_verified": "true"}, "email_verified"),
        ({"custom:age": 5}, "custom:age"),
    ],
)
def test_a_claim_of_a_wrong_type_fails_with_its_section(changes: dict[str, Any], claim: str) -> None:
    found = [
        each for each in examine(DecodedToken("id", "raw", HEADER, ID | changes), CONTEXT) if each.check == "types"
    ]
    if claim == "iss":
        found = [each for each in found if each.claim == "iss"]
    assert [(each.claim, each.verdict) for each in found] == [(claim, "failed")]
    assert "must be" in found[0].detail


def test_times_with_fractions_are_times() -> None:
    found = titles("id", ID | {"exp": T + 60.5, "iat": T - 0.5})
    assert found["Every claim is of the right type."] == "ok"


@pytest.mark.parametrize(
    ("state", "title", "verdict"),
    [
        ("accepted", "Cognito still takes it.", "passed"),
        ("refused", "Cognito takes it no more.", "failed"),
        ("unknown", "Whether it was revoked is not known.", "unknown"),
    ],
)
def test_revocation_is_unknown_until_it_is_asked(
    state: Literal["accepted", "refused", "unknown"], title: str, verdict: str
) -> None:
    context = TokenContext(now=NOW, live=LiveAnswer(state, "It said so."))
    found = {each.title: each for each in examine(DecodedToken("access", "raw", HEADER, ACCESS), context)}
    assert (found[title].verdict, found[title].detail) == (verdict, "It said so.")


def test_times_are_held_against_awss_clock() -> None:
    behind = TokenContext(now=NOW - timedelta(hours=2), clock=ClockSkew(timedelta(hours=2)))
    found = titles("id", ID, behind)
    assert found["Valid for 58 minutes more."] == "ok"
    assert found["The local clock is 2 hours behind AWS's."] == "warn"
    assert (
        titles("id", ID, TokenContext(now=NOW, clock=ClockSkew(timedelta(seconds=1))))["The local clock is right."]
        == "ok"
    )


@pytest.mark.parametrize(
    ("left_s", "clock", "verdict", "detail"),
    [
        (-1, None, "failed", "By this computer's clock, which was not compared with AWS's: that may see it otherwise."),
        (90, None, "passed", "By this computer's clock, which was not compared with AWS's: that may see it otherwise."),
        (200, None, "passed", ""),
        (1, ClockSkew(timedelta(seconds=1)), "unknown", "The clocks were compared to within 0.5 s:"),
        (-300, ClockSkew(timedelta(seconds=-300.4)), "unknown", "The clocks were compared to within 0.5 s:"),
        (90, ClockSkew(timedelta(minutes=10)), "failed", "By AWS's clock. By this computer's, which is wrong, it is"),
        (
            -90,
            ClockSkew(timedelta(minutes=-9), clock="http://127.0.0.1:9"),
            "passed",
            "By the clock of http://127.0.0.",
        ),
        (90, ClockSkew(timedelta(seconds=30)), "passed", ""),
    ],
)
def test_a_verdict_near_the_end_says_whose_clock_it_goes_by(
    left_s: int, clock: ClockSkew | None, verdict: str, detail: str
) -> None:
    claims = ID | {"exp": int((NOW + timedelta(seconds=left_s)).timestamp())}
    found = examine(DecodedToken("id", "raw", HEADER, claims), TokenContext(now=NOW, clock=clock))
    expiry = next(each for each in found if each.check == "expiry")
    assert expiry.verdict == verdict
    assert expiry.detail.startswith(detail)
    assert detail or not expiry.detail


def test_what_a_verifier_expects_is_held_against_the_token() -> None:
    good = titles("id", ID, TokenContext(now=NOW, issuer=issuer_of(POOL), audience="c1"))
    assert good["It is of the issuer that is expected."] == good["It is for the audience that is expected."] == "ok"
    bad = titles("id", ID, TokenContext(now=NOW, issuer=issuer_of(POOL) + "/", audience="c2"))
    assert bad["It is of another issuer than expected."] == bad["It is for another audience than expected."] == "bad"


@pytest.mark.parametrize(
    "issuer",
    [
        "https://cognito-idp.eu-west-1.amazonaws.com/us-east-1_abc",
        "https://cognito-idp.us-east-1.amazonaws.com.cn/us-east-1_abc",
    ],
)
def test_an_issuer_that_aws_cannot_have_fails(issuer: str) -> None:
    assert titles("id", ID | {"iss": issuer})["AWS has no such issuer."] == "bad"


def test_a_token_of_an_identity_pool_is_known_by_its_issuer() -> None:
    claims = {
        "iss": "https://cognito-identity.amazonaws.com", "sub": "us-east-1:i", "aud": "us-east-1:p",
        "amr": ["authenticated"], "iat": T, "exp": T + 600,
    }  # fmt: skip
    token = DecodedToken("other", "raw", {"alg": "RS512", "kid": "us-east-11", "typ": "JWS"}, claims)
    found = {each.title: each.verdict for each in examine(token, TokenContext(now=NOW))}
    assert found["This is an identity pool's OpenID token."] == "passed"
    assert found["An identity pool issued it."] == "passed"
    assert found["For the identity pool us-east-1:p."] == "passed"
    assert found["The algorithm is RS512."] == "passed"


def test_weak_spots_are_named_and_do_not_fail() -> None:
    big = DecodedToken("access", "x" * 9_000, HEADER, ACCESS | {"email": "a@b.example", "exp": T + 200_000})
    found = {each.title: each.verdict for each in examine(big, TokenContext(now=NOW))}
    for title in ("It is large.", "It tells who the user is.", "It lives longer than Cognito allows."):
        assert found[title] == "passed"


def test_damage_stands_first() -> None:
    trouble = Trouble("claims", "It stops making sense in b at character 12.", is_end=True)
    first = examine(DecodedToken("id", "raw", HEADER, ID), CONTEXT, (trouble,))[0]
    assert (first.title, first.detail, first.verdict) == ("The claims are damaged.", trouble.sentence, "failed")


def test_a_part_that_is_damaged_twice_is_named_once() -> None:
    troubles = (Trouble("claims", HALF_BYTE, is_end=True), Trouble("claims", "It stops in b.", is_end=True))
    found = examine(DecodedToken("id", "raw", HEADER, ID), CONTEXT, troubles)
    assert [each.detail for each in found if each.title == "The claims are damaged."] == [f"{HALF_BYTE} It stops in b."]


@pytest.mark.parametrize(("alg", "whole"), [("RS256", 342), ("ES256", 86), ("ES512", 176), ("EdDSA", 86)])
@pytest.mark.parametrize("state", ["not checked", "invalid", "unknown key"])
def test_the_beginning_of_a_signature_is_not_called_forged(alg: str, whole: int, state: SignatureState) -> None:
    check = SignatureCheck(state, "It does not fit.", "k1")
    raw = f"a.b.{'A' * (whole - 1)}"
    cut = Trouble("signature", HALF_BYTE, is_end=True)
    found = examine(DecodedToken("other", raw, {"alg": alg}, {}), TokenContext(signature=check, now=NOW), (cut,))
    said = [each for each in found if each.check == "signature" or "signature" in each.title]
    assert [each.title for each in said] == ["The signature was cut off."]
    assert said[0].remedy == "Copy the whole token again."
    assert "Trust nothing" not in said[0].detail


@pytest.mark.parametrize(
    ("value", "words"), [(float("nan"), "NaN, which is no number"), (float("inf"), "a number without end")]
)
def test_what_is_no_time_is_named_for_what_it_is(value: float, words: str) -> None:
    found = examine(DecodedToken("id", "raw", HEADER, ID | {"nbf": value}), CONTEXT)
    assert any(each.claim == "nbf" and each.detail.endswith(f"here it is {words}.") for each in found)


def test_a_refresh_token_is_left_alone() -> None:
    own = examine(DecodedToken("refresh", "raw", {"alg": "RSA-OAEP", "enc": "A256GCM"}), CONTEXT)
    unread = "Whether it was revoked or has expired is not known."
    assert [each.title for each in own] == ["This is an encrypted refresh token.", unread]
    assert [each.verdict for each in own] == ["passed", "unknown"]
    opaque = examine(DecodedToken("refresh", "raw"), CONTEXT)
    assert [each.title for each in opaque] == ["This is an opaque refresh token.", unread]
    foreign = examine(DecodedToken("refresh", "raw", {"alg": "dir", "enc": "A128CBC-HS256"}), CONTEXT)
    assert [each.title for each in foreign] == ["This is an encrypted token.", unread]


def test_a_token_without_an_end_counts_as_expired() -> None:
    assert is_expired(DecodedToken("id", "raw"))
    assert is_expired(DecodedToken("id", "raw", {}, ID), now=datetime(2027, 1, 1, tzinfo=UTC))
    assert not is_expired(DecodedToken("id", "raw", {}, ID), now=NOW)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)


@given(claims=st.dictionaries(st.sampled_from([*ID, *ACCESS, "nbf", "identities", "cognito:roles"]), JSON))
@pytest.mark.parametrize("kind", ["id", "access", "other"])
def test_no_claims_make_it_fall_over(kind: TokenKind, claims: dict[str, Any]) -> None:
    assert all(finding.title for finding in examine(DecodedToken(kind, "raw", {}, claims), CONTEXT))
