"""Where the keys of a foreign issuer are taken from."""

from typing import Any

import pytest

from cognito_explorer.core.auth.foreign_keys import key_address
from cognito_explorer.core.errors import ExplorerError

ISSUER = "https://login.example"


def test_keys_may_be_at_another_host_than_the_issuer_s() -> None:
    found = {"issuer": ISSUER, "jwks_uri": "https://keys.example/jwks"}
    assert key_address(ISSUER, found) == "https://keys.example/jwks"
    local = {"issuer": "http://127.0.0.1:9000", "jwks_uri": "http://127.0.0.1:9000/jwks"}
    assert key_address("http://127.0.0.1:9000", local) == "http://127.0.0.1:9000/jwks"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"issuer": f"{ISSUER}/", "jwks_uri": "https://login.example/jwks"},
        {"issuer": ISSUER},
        {"issuer": ISSUER, "jwks_uri": 7},
        {"issuer": ISSUER, "jwks_uri": "http://login.example/jwks"},
        {"issuer": ISSUER, "jwks_uri": "http://127.0.0.1:8080/shutdown"},
        {"issuer": ISSUER, "jwks_uri": "https://localhost/jwks"},
        {"issuer": ISSUER, "jwks_uri": "https://["},
    ],
)
def test_a_document_that_leads_astray_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ExplorerError):
        key_address(ISSUER, document)
