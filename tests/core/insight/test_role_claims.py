"""What a provider says, pasted as JSON or as a SAML response."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.insight.role_claims import LONGEST, read_claims
from tests.sandbox.identity_pools.providers import SamlProvider

SUBJECT = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier"
SAML = 'xmlns="urn:oasis:names:tc:SAML:2.0:assertion"'


def test_a_saml_response_is_read_as_posted_as_sent_and_as_xml() -> None:
    sent = SamlProvider().respond("MR-1", {"department": "Craters", "groups": ["a", "b"]})
    claims = {SUBJECT: "MR-1", "department": "Craters", "groups": ["a", "b"]}
    for text in (sent, base64.b64decode(sent).decode(), f"RelayState=x&SAMLResponse={quote(sent, safe='')}&y=1"):
        assert read_claims(text) == claims


def test_json_is_taken_as_it_is() -> None:
    assert read_claims(' {"app_id": "1", "n": [1]} ') == {"app_id": "1", "n": [1]}
    assert read_claims(" ") == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no JSON object"),
        ('{"a":' * 30_000, "no JSON object"),
        ("nonsense", "neither JSON nor"),
        ("bm9uc2Vuc2U=", "no XML"),
        ("<a>", "no XML"),
        ("<a>\ud800</a>", "no XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (f"<EncryptedAssertion {SAML}/>", "encrypted"),
        ("x" * (LONGEST + 1), "far too long"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_claims(text)
    assert words in refused.value.title


@given(st.text(max_size=200) | st.text("<>/a &;!=\"'", max_size=60))
def test_no_text_makes_it_fall_over(text: str) -> None:
    try:
        read_claims(text)
    except InvalidInput as error:
        assert error.hint
