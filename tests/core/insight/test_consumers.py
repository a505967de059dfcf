"""Who takes which token, and the claim that decides."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.auth.liveness import LiveAnswer
from cognito_explorer.core.auth.tokens import DecodedToken, SignatureCheck, TokenKind, issuer_of
from cognito_explorer.core.insight.consumers import ConsumerSettings, ask_consumers
from cognito_explorer.core.insight.finding import TokenContext

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
T = int(NOW.timestamp())
POOL = "us-east-1_abc"
ISSUER = issuer_of(POOL)
ID: dict[str, Any] = {"iss": ISSUER, "sub": "s", "aud": "c1", "token_use": "id", "exp": T + 60, "iat": T - 60}
ACCESS: dict[str, Any] = {
    "iss": ISSUER, "sub": "s", "client_id": "c1", "token_use": "access", "exp": T + 60, "iat": T - 60,
    "scope": "openid news/read", "username": "ada",
}  # fmt: skip
REST, SCOPED, HTTP = (
    "REST API, Cognito authorizer",
    "REST API, Cognito authorizer with scopes",
    "HTTP API, JWT authorizer",
)
SYNC, ALB, POOLS, VERIFY = "AppSync, user pool", "ALB, authenticate-cognito", "Identity pool", "aws-jwt-verify"
ALB_JWT = "ALB, JWT verification"
IDENTITY = "https://cognito-identity.amazonaws.com"
HEADER = {"alg": "RS256", "kid": "k1"}
SIGNED = SignatureCheck("valid", "", "k1", "AWS")
AROUND = TokenContext(now=NOW, signature=SIGNED)
UPDATED = {"iss": f"https://issuer-cognito-idp.us-east-1.amazonaws.com/{POOL}"}


def answers(
    kind: TokenKind, claims: dict[str, Any], settings: ConsumerSettings | None = None, **context: Any
) -> dict[str, tuple[str, str]]:
    around = replace(AROUND, **context)
    token = DecodedToken(kind, "raw", HEADER, claims)
    return {each.consumer: (each.will, each.claim) for each in ask_consumers(token, around, settings)}


def test_an_id_token_without_any_settings() -> None:
    assert answers("id", ID) == {
        REST: ("yes", "token_use"),
        SCOPED: ("no", "token_use"),
        HTTP: ("depends", "aud"),
        SYNC: ("yes", "iss"),
        ALB: ("no", ""),
        ALB_JWT: ("depends", "iss"),
        POOLS: ("depends", "aud"),
        "GetUser": ("no", "token_use"),
        "userInfo": ("no", "token_use"),
        VERIFY: ("depends", "aud"),
    }


def test_an_access_token_without_any_settings() -> None:
    assert answers("access", ACCESS) == {
        REST: ("no", "token_use"),
        SCOPED: ("depends", "scope"),
        HTTP: ("depends", "client_id"),
        SYNC: ("yes", "iss"),
        ALB: ("no", ""),
        ALB_JWT: ("depends", "iss"),
        POOLS: ("no", "token_use"),
        "GetUser": ("no", "scope"),
        "userInfo": ("yes", "scope"),
        VERIFY: ("depends", "client_id"),
    }


ADMIN = {"scope": "aws.cognito.signin.user.admin"}
S = ConsumerSettings


@pytest.mark.parametrize(
    ("consumer", "kind", "changes", "settings", "expected"),
    [
        (REST, "id", UPDATED, S(), ("no", "iss")),
        (REST, "id", {"iss": "https://accounts.google.com"}, S(), ("no", "iss")),
        (SCOPED, "access", {}, S(scopes=("news/read",)), ("yes", "scope")),
        (SCOPED, "access", ADMIN, S(scopes=("news/read",)), ("no", "scope")),
        (HTTP, "id", {}, S(audiences=("c1",)), ("yes", "aud")),
        (HTTP, "id", {"aud": ["x", "c1"]}, S(audiences=("c1",)), ("yes", "aud")),
        (HTTP, "access", {}, S(audiences=("c1",)), ("yes", "client_id")),
        (HTTP, "access", {"aud": "https://api"}, S(audiences=("c1",)), ("no", "aud")),
        (HTTP, "access", {}, S(issuer=ISSUER + "/", audiences=("c1",)), ("no", "iss")),
        (HTTP, "access", {}, S(audiences=("c1",), scopes=("other",)), ("no", "scope")),
        (SYNC, "id", UPDATED, S(), ("depends", "iss")),
        (SYNC, "id", {}, S(client_ids=("c2",)), ("no", "aud")),
        (SYNC, "id", {}, S(groups=("paid",)), ("no", "cognito:groups")),
        (POOLS, "id", {}, S(identity_pool_clients=("c1",)), ("yes", "aud")),
        (POOLS, "id", {}, S(identity_pool_clients=()), ("no", "aud")),
        (POOLS, "id", UPDATED, S(), ("depends", "iss")),
        ("GetUser", "access", ADMIN, S(), ("yes", "scope")),
        ("GetUser", "access", ADMIN | {"sub": "c1"}, S(), ("no", "sub")),
        ("userInfo", "access", ADMIN, S(), ("no", "scope")),
        (VERIFY, "id", {}, S(client_ids=("c1",), token_use="id"), ("yes", "aud")),
        (VERIFY, "id", {}, S(client_ids=("c1",), token_use="access"), ("no", "token_use")),
        (VERIFY, "access", {}, S(client_ids=("c2",)), ("no", "client_id")),
        (VERIFY, "access", {}, S(client_ids=("c1",), scopes=("x",)), ("no", "scope")),
        (VERIFY, "access", {"cognito:groups": ["paid"]}, S(groups=("paid",)), ("depends", "client_id")),
        (VERIFY, "access", {"cognito:groups": ["paid"]}, S(client_ids=("c1",), groups=("paid",)), ("yes", "client_id")),
        (VERIFY, "access", {}, S(issuer="https://other"), ("no", "iss")),
        (VERIFY, "access", {}, S(client_ids=("c2",), token_use="id"), ("no", "token_use")),
        (VERIFY, "access", {}, S(client_ids=("c2",), groups=("paid",)), ("no", "cognito:groups")),
        (VERIFY, "access", {}, S(scopes=("x",), groups=("paid",)), ("no", "scope")),
        (VERIFY, "id", UPDATED, S(client_ids=("c1",)), ("no", "iss")),
        (VERIFY, "id", UPDATED, S(issuer=UPDATED["iss"], client_ids=("c1",)), ("no", "iss")),
        (POOLS, "other", {"iss": "https://idp.example"}, S(), ("depends", "iss")),
        (POOLS, "other", {"iss": "https://accounts.google.com"}, S(), ("depends", "aud")),
        (POOLS, "other", {"iss": IDENTITY, "amr": ["authenticated"]}, S(), ("depends", "aud")),
        (POOLS, "other", {"iss": IDENTITY, "amr": ["unauthenticated"]}, S(), ("no", "amr")),
        (POOLS, "other", {"iss": None}, S(), ("no", "iss")),
        (ALB_JWT, "access", {}, S(issuer=ISSUER), ("yes", "iss")),
        (ALB_JWT, "id", {}, S(issuer=ISSUER + "/"), ("no", "iss")),
        (HTTP, "access", {"iat": T + 60}, S(audiences=("c1",)), ("no", "iat")),
        (ALB_JWT, "access", {"iat": T + 60}, S(issuer=ISSUER), ("no", "iat")),
        (VERIFY, "id", {"iat": T + 60}, S(client_ids=("c1",)), ("yes", "aud")),
    ],
)
def test_the_claim_that_decides(
    consumer: str, kind: TokenKind, changes: dict[str, Any], settings: ConsumerSettings, expected: tuple[str, str]
) -> None:
    assert answers(kind, (ID if kind == "id" else ACCESS) | changes, settings)[consumer] == expected


@pytest.mark.parametrize(
    ("changes", "context", "claim"),
    [
        ({"exp": T}, {}, "exp"),
        ({"exp": "soon"}, {}, "exp"),
        ({"nbf": T + 600}, {}, "nbf"),
        ({}, {"signature": SignatureCheck("invalid", "It does not fit.")}, "signature"),
        ({}, {"signature": SignatureCheck("unknown key", "No such key.")}, "kid"),
    ],
)
def test_what_everybody_refuses(changes: dict[str, Any], context: dict[str, Any], claim: str) -> None:
    found = answers("id", ID | changes, **context)
    # A verifier lets the second of exp count.
    apart = (ALB, VERIFY) if changes == {"exp": T} else (ALB,)
    assert {answer for consumer, answer in found.items() if consumer not in apart} == {("no", claim)}


@pytest.mark.parametrize(
    ("changes", "grace_s", "expected"),
    [
        ({"exp": T}, 0, ("yes", "aud")),
        ({"exp": T - 1}, 0, ("no", "exp")),
        ({"exp": T - 5}, 5, ("yes", "aud")),
        ({"exp": T - 6}, 5, ("no", "exp")),
        ({"nbf": T + 5}, 5, ("yes", "aud")),
        ({"nbf": T + 6}, 5, ("no", "nbf")),
        ({"exp": None}, 0, ("no", "exp")),
        ({"exp": "soon"}, 0, ("no", "exp")),
        ({"exp": 1e20}, 0, ("yes", "aud")),
        ({"exp": T + 0.5}, 0, ("yes", "aud")),
        ({"exp": float("inf")}, 0, ("no", "exp")),
        ({"nbf": "soon"}, 0, ("no", "nbf")),
    ],
)
def test_a_verifier_gives_grace(changes: dict[str, Any], grace_s: int, expected: tuple[str, str]) -> None:
    found = answers("id", ID | changes, S(client_ids=("c1",), grace_s=grace_s))
    assert found[VERIFY] == expected


def test_every_answer_names_the_document_of_its_rule() -> None:
    token = DecodedToken("id", "raw", HEADER, ID)
    assert all(each.source for each in ask_consumers(token, AROUND))


def test_another_issuers_token_has_its_scopes_in_scp() -> None:
    claims = {"iss": "https://idp.example", "aud": "c1", "exp": T + 60, "scp": ["news/read"]}
    wanted = S(issuer="https://idp.example", audiences=("c1",), scopes=("news/read",))
    assert answers("other", claims, wanted)[HTTP] == ("yes", "scope")
    assert answers("other", claims | {"scp": "other"}, wanted)[HTTP] == ("no", "scope")


@pytest.mark.parametrize(
    ("alg", "http", "alb"), [("ES256", "no", "no"), ("RS512", "yes", "no"), ("RS256", "yes", "yes")]
)
def test_authorizers_know_few_algorithms(alg: str, http: str, alb: str) -> None:
    claims = {"iss": "https://idp.example", "aud": "c1", "exp": T + 60}
    token = DecodedToken("other", "raw", {"alg": alg, "kid": "k"}, claims)
    wanted = S(issuer="https://idp.example", audiences=("c1",))
    found = {each.consumer: each.will for each in ask_consumers(token, AROUND, wanted)}
    assert (found[HTTP], found[ALB_JWT]) == (http, alb)


def test_a_token_validation_expression_would_refuse_what_has_no_aud() -> None:
    token = DecodedToken("access", "raw", HEADER, ACCESS)
    reasons = {each.consumer: each.reason for each in ask_consumers(token, AROUND, S(scopes=("news/read",)))}
    assert "token validation expression" in reasons[SCOPED]


def test_cognito_itself_refuses_what_was_revoked() -> None:
    found = answers("access", ACCESS | ADMIN, live=LiveAnswer("refused", "Access Token has been revoked"))
    assert found["GetUser"] == ("no", "")
    assert found[SYNC] == ("yes", "iss")


@pytest.mark.parametrize("check", [None, SignatureCheck("not checked", "There are no keys.")])
def test_nobody_is_said_to_take_what_may_be_forged(check: SignatureCheck | None) -> None:
    wanted = S(ISSUER, ("c1",), ("c1",), "", (), (), ("c1",))
    context = replace(AROUND, signature=check)
    tokens: dict[TokenKind, dict[str, Any]] = {"id": ID, "access": ACCESS | ADMIN, "other": ID | {"iss": "https://x"}}
    for kind, claims in tokens.items():
        found = ask_consumers(DecodedToken(kind, "raw", HEADER, claims), context, wanted)
        assert "yes" not in {each.will for each in found}
        assert not [each.reason for each in found if "Signature" in each.reason]
    forged = {each.consumer: each for each in ask_consumers(DecodedToken("id", "raw", HEADER, ID), context, wanted)}
    assert {forged[each].claim for each in (REST, HTTP, SYNC, ALB_JWT, POOLS, VERIFY)} == {"signature"}
    assert forged[ALB_JWT].reason.startswith("On the signature, which was not checked. Otherwise yes. Of the rest, iss")
    assert answers("id", ID, wanted)[ALB_JWT] == ("yes", "iss")


def test_cognito_has_checked_the_signature_of_what_it_took() -> None:
    found = answers("access", ACCESS | ADMIN, signature=None, live=LiveAnswer("accepted", "GetUser answers."))
    assert found["GetUser"] == ("yes", "scope")
    assert found[SYNC] == ("depends", "signature")


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=3)


@given(claims=st.dictionaries(st.sampled_from([*ID, *ACCESS, "nbf", "cognito:groups"]), JSON))
@pytest.mark.parametrize("kind", ["id", "access", "other"])
def test_no_claims_make_it_fall_over(kind: TokenKind, claims: dict[str, Any]) -> None:
    settings = ConsumerSettings(ISSUER, ("c1",), ("c1",), "", ("x",), ("g",), ())
    for each in (None, settings):
        assert all(
            answer.reason for answer in ask_consumers(DecodedToken(kind, "", HEADER, claims), TokenContext(), each)
        )
