"""What an identity provider's ID token has to say before anybody is let in: OpenID Connect Core 1.0, 3.1.3.7."""

from typing import Any

import pytest

from cognito_explorer.sandbox.federation.openid import check_claims
from cognito_explorer.sandbox.federation.problems import FederationProblem

NOW = 1_800_000_000.0
GOOD = {"sub": "luna", "aud": "moonletter", "exp": NOW + 60, "iat": NOW - 1}


def test_a_good_token_is_taken_with_or_without_the_optional_claims() -> None:
    check_claims(GOOD, "moonletter", NOW)
    check_claims(GOOD | {"azp": "moonletter", "nbf": NOW - 1, "aud": ["moonletter", "other"]}, "moonletter", NOW)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sub": ""}, "subject"),
        ({"sub": 7}, "subject"),
        ({"exp": NOW - 1}, "expired"),
        ({"exp": "tomorrow"}, "exp is no time"),
        ({"exp": [1]}, "exp is no time"),
        ({"exp": True}, "exp is no time"),
        ({"exp": float("nan")}, "exp is no time"),
        ({"nbf": NOW + 600}, "not valid yet"),
        ({"nbf": {}}, "nbf is no time"),
        ({"iat": NOW + 600}, "in the future"),
        ({"iat": None}, "iat is no time"),
        ({"azp": "somebody-else"}, "another party"),
        ({"aud": ["moonletter", "other"]}, "another party"),
    ],
)
def test_a_token_that_proves_nothing_is_refused_with_its_reason(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(FederationProblem, match=said):
        check_claims(GOOD | changed, "moonletter", NOW)


def test_a_token_without_an_end_has_ended() -> None:
    with pytest.raises(FederationProblem, match="expired"):
        check_claims({"sub": "luna", "aud": "moonletter"}, "moonletter", NOW)
