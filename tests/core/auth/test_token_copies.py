"""Tokens as people paste them elsewhere."""

import ast
import json
import shlex
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from cognito_explorer.core.auth.token_copies import copies_of, curl_line, python_code, redacted_report
from cognito_explorer.core.auth.tokens import DecodedToken, TokenSet, issuer_of

RAW = "aaa.bbb.signature"
NOW = datetime(2026, 5, 1, tzinfo=UTC)
SET = TokenSet("us-east-1_abc", "web", NOW, NOW, "id.id.id", RAW, "refresh")


def token(kind: Any = "access", **claims: Any) -> DecodedToken:
    return DecodedToken(kind, RAW, {"kid": "k", "alg": "RS256"}, {"iss": issuer_of("us-east-1_abc")} | claims)


def test_every_form_of_an_access_token_bears_it_besides_the_report() -> None:
    forms = {each.name: each for each in copies_of(token(), SET)}
    assert list(forms) == ["header", "curl", "python", "javascript", "postman", "report"]
    assert forms["header"].text == f"Authorization: Bearer {RAW}"
    assert all(RAW in each.text for name, each in forms.items() if name != "report")
    assert [name for name, each in forms.items() if not each.is_secret] == ["report"]
    assert all(RAW not in repr(each) for each in forms.values())


def test_a_refresh_token_has_no_header() -> None:
    assert [each.name for each in copies_of(token("refresh"), SET)] == ["postman", "report"]
    assert RAW not in redacted_report(token("refresh"))


def test_a_postman_environment_marks_tokens_as_secret_and_leaves_out_what_there_is_not() -> None:
    forms = {each.name: each.text for each in copies_of(token(), TokenSet("", "web", NOW, NOW, access_token=RAW))}
    values = {each["key"]: each for each in json.loads(forms["postman"])["values"]}
    assert set(values) == {"access_token", "client_id"}
    assert values["access_token"]["type"] == "secret"


@pytest.mark.parametrize("url", ["https://x.example/a?b=c&d", "https://x.example/it's", 'https://x.example/"$(id)"'])
def test_an_address_cannot_break_out_of_its_quotes(url: str) -> None:
    assert shlex.split(curl_line(RAW, url))[-1] == url
    assert url in {node.value for node in ast.walk(ast.parse(python_code(RAW, url))) if isinstance(node, ast.Constant)}


def test_a_report_has_no_signature_and_nothing_personal() -> None:
    claims = {
        "sub": "s",
        "email": "ada@b.example",
        "custom:plan": "gold",
        "custom:nickname": "Countess",
        "exp": 0,
        "cognito:groups": ["paid"],
    }
    report = redacted_report(token("id", **claims))
    assert "signature" not in report.replace("The signature was removed", "")
    assert "ada@b.example" not in report
    assert '"gold"' in report
    assert "Countess" not in report
    assert '"paid"' in report
    assert "exp: 1970-01-01 00:00:00 UTC" in report


def test_a_report_names_nobody_by_an_address_wherever_it_stands() -> None:
    claims = {
        "username": "ada@b.example",
        "sub": "0f7c6f5e-1111-4222-8333-944445555666",
        "acme:visit": {"contact": "call +44 20 7946 0958 or ada@b.example", "email": "x", "roles": ["ada@b.example"]},
    }
    report = redacted_report(token("access", **claims))
    assert "@" not in report
    assert "7946" not in report
    assert '"email": "[redacted]"' in report
    assert "0f7c6f5e-1111-4222-8333-944445555666" in report


def test_a_report_blots_a_username_and_keeps_ids_and_says_so() -> None:
    sub = "0f7c6f5e-1111-4222-8333-944445555666"
    claims = {"sub": sub, "cognito:username": "ada", "name": "Ada Lovelace"}
    findings = ["failed: It is for another audience.", "passed: ada is Ada Lovelace\nat adapter ada@b.example."]
    report = redacted_report(token("id", **claims), findings)
    assert '"cognito:username": "[redacted]"' in report
    assert "sub and other ids that tell no name were kept" in report
    assert f'"sub": "{sub}"' in report
    assert "failed: It is for another audience." in report
    assert "passed: [redacted] is [redacted] at adapter [redacted]." in report
    assert f'"cognito:username": "{sub}"' in redacted_report(token("id", **{"cognito:username": sub}))


def test_a_report_reads_a_long_claim_once() -> None:
    begun = time.process_time()
    assert "a" * 200_000 in redacted_report(token("id", x="a" * 200_000))
    assert time.process_time() - begun < 2


def test_a_claim_cannot_end_the_fence_it_stands_in() -> None:
    report = redacted_report(token("id", x="````\n# gotcha"))
    assert "`````json" in report
