"""Issuers that differ from Cognito's by little: what differs is told, and nobody is advised to trust them."""

import io
import time

import pytest

from cognito_explorer.__main__ import main
from cognito_explorer.core.auth.issuer_likeness import unlike_cognitos
from cognito_explorer.core.auth.tokens import DecodedToken, issuer_of
from cognito_explorer.core.insight.consumers import ConsumerSettings, ask_consumers
from cognito_explorer.core.insight.finding import TokenContext
from cognito_explorer.core.insight.token_findings import examine
from tests.core.insight.test_token_findings import HEADER, ID, NOW
from tests.core.insight.token_corpus import claims_at, signed

HOST = "cognito-idp.us-east-1.amazonaws.com"
POOL = "us-east-1_abc"
NEAR = {
    f"https://{HOST}.evil.example/{POOL}": f"its host, {HOST}.evil.example",
    f"https://{HOST}@127.0.0.1:8799/{POOL}": f"what stands before its host, {HOST}@ and its host, 127.0.0.1",
    f"http://{HOST}/{POOL}": "its scheme, http",
    f"https://{HOST}/{POOL}/": "the slash at its end",
    f"https://{HOST}:443/{POOL}": "its port, 443",
    f"https://{HOST.upper()}/{POOL}": "upper case in its host",
    f"HTTPS://{HOST}/{POOL}": "its scheme, HTTPS",
    f"https://evil.example/{HOST}/{POOL}": f"its host, evil.example and its path, /{HOST}/{POOL}",
    f"https://{HOST}/": "its path, which names no pool",
    f" https://{HOST}/{POOL}": "white space around it",
    f"{HOST}/{POOL}": "its form: it is no https address",
    "https://cognito-identity.amazonaws.com.evil.example": "its host, cognito-identity.amazonaws.com.evil.example",
}


@pytest.mark.parametrize(("issuer", "difference"), NEAR.items())
def test_what_differs_is_told_and_the_issuer_fails(issuer: str, difference: str) -> None:
    assert unlike_cognitos(issuer).startswith(difference)
    token = DecodedToken("id", "raw", HEADER, ID | {"iss": issuer})
    found = next(each for each in examine(token, TokenContext()) if each.check == "issuer")
    assert found.verdict == "failed"
    assert f"looks like Cognito's issuer, but differs by {difference}" in found.detail
    assert {each.will for each in ask_consumers(token, TokenContext())} == {"no"}
    taken = ask_consumers(token, TokenContext(now=NOW), ConsumerSettings(issuer))
    assert any(each.will == "depends" for each in taken), "somebody set a verifier to this very issuer"


@pytest.mark.parametrize(
    "issuer",
    ["", issuer_of(POOL), issuer_of("cn-north-1_x"), f"https://issuer-{HOST}/{POOL}", "https://cognito-identity.amazonaws.com",
     "https://accounts.google.com", "https://oidc.eks.eu-west-1.amazonaws.com/id/X", "https://cognito-idp.example.com/x"],
)  # fmt: skip
def test_cognitos_own_and_strangers_are_not_called_alike(issuer: str) -> None:
    assert unlike_cognitos(issuer) == ""


def test_a_long_issuer_is_read_once() -> None:
    begun = time.process_time()
    assert unlike_cognitos("https://cognito-idp" + "cognito-identity-@:/" * 100_000 + "amazonaws") == ""
    assert unlike_cognitos("https://cognito-idp.amazonaws" + "@:/-" * 250_000)
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize("issuer", [each for each in NEAR if "127.0.0.1" not in each])
def test_the_command_line_gives_no_advice_to_trust_it(
    issuer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    token = signed(HEADER, claims_at(int(time.time())) | {"iss": issuer})
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(token.encode())))
    assert main(["token", "-", "--fetch-jwks"]) == 1
    said = capsys.readouterr().out
    assert "--issuer" not in said
    assert "Keys are fetched from AWS's issuers alone: this one differs from Cognito's by " in said
