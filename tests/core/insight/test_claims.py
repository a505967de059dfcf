"""What each claim means."""

import pytest

from cognito_explorer.core.auth.tokens import DecodedToken, issuer_of
from cognito_explorer.core.insight.claims import claims_of, header_of, meaning_of

KNOWN = [
    "sub", "aud", "iss", "token_use", "cognito:username", "cognito:groups", "cognito:roles",
    "cognito:preferred_role", "identities", "email", "email_verified", "phone_number", "phone_number_verified",
    "name", "nonce", "auth_time", "iat", "exp", "nbf", "jti", "origin_jti", "event_id", "at_hash", "acr", "amr",
    "client_id", "username", "scope", "device_key", "version", "given_name", "family_name", "middle_name",
    "nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo",
    "locale", "address", "updated_at", "azp",
]  # fmt: skip
TOKEN = DecodedToken("id", "raw", {"kid": "k", "alg": "RS256"}, {"iss": issuer_of("us-east-1_abc")})


@pytest.mark.parametrize("name", KNOWN)
def test_every_claim_cognito_writes_is_explained(name: str) -> None:
    meaning = meaning_of(name, TOKEN)
    assert meaning.endswith(".")
    assert "Private claim" not in meaning


def test_the_same_claim_means_something_else_in_an_access_token() -> None:
    assert meaning_of("aud", DecodedToken("access", "raw")) != meaning_of("aud", TOKEN)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("custom:plan", "Custom attribute plan"),
        ("cognito:new", "that this version does not know"),
        ("tenant", "Private claim of https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc. Probably added by"),
    ],
)
def test_an_unknown_claim_is_placed(name: str, part: str) -> None:
    assert part in meaning_of(name, TOKEN)


def test_a_private_claim_of_nobody_known() -> None:
    assert meaning_of("x", DecodedToken("other", "raw")) == "Private claim of an unnamed issuer."


def test_claims_keep_their_order_and_times_are_marked() -> None:
    claims = claims_of(DecodedToken("id", "raw", {}, {"exp": 1, "sub": "s", "cognito:groups": ["paid"], "iat": "soon"}))
    assert [(claim.name, claim.text, claim.is_time) for claim in claims] == [
        ("exp", "1", True),
        ("sub", "s", False),
        ("cognito:groups", '["paid"]', False),
        ("iat", "soon", False),
    ]


def test_a_refresh_tokens_header_tells_of_encryption_and_not_of_a_signature() -> None:
    header = {"cty": "JWT", "enc": "A256GCM", "alg": "RSA-OAEP"}
    meanings = {field.name: field.meaning for field in header_of(DecodedToken("refresh", "raw", header))}
    assert "encrypted (a JWE)" in meanings["alg"]
    assert "RS256" not in meanings["alg"]
    assert "signs with RS256" in next(field.meaning for field in header_of(TOKEN) if field.name == "alg")


def test_the_header_is_explained_too() -> None:
    assert all(claim.meaning for claim in header_of(TOKEN))
