"""Which claims tell who somebody is, whatever a provider calls them: on the screen, in a ticket and in the findings."""

from typing import Any

import pytest

from cognito_explorer.core.auth.token_copies import redacted_report
from cognito_explorer.core.auth.tokens import DecodedToken, issuer_of
from cognito_explorer.core.insight.weak_spots import weak_spots
from cognito_explorer.core.personal_claims import is_called_personal, is_harmless, personal_claims

FOREIGN: dict[str, Any] = {
    "iss": "https://acme.okta.example/oauth2/default",
    "aud": "api://default",
    "exp": 1_796_062_621,
    "sub": "0f7c6f5e-1111-4222-8333-944445555666",
    "scp": ["news/read"],
    "unique_name": "ACME\\jbloggs",
    "samaccountname": "jbloggs",
    "ipaddr": "203.0.113.7",
    "actor": "octocat",
    "nickname": "joey",
    "login": "joe-login",
    "onprem_sid": "S-1-5-21-397955417",
    "preferred_username": "jb1",
    "http://schemas.microsoft.com/identity/claims/displayname": "Joe Bloggs",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname": "ACME\\jb2",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname": "Bloggs-Smith",
    "repository": "octocat/hello",
    "favourite": {"dish": "Moules Joe", "stars": 5, "open": True, "sub": "boss"},
    "unheard_of": ["Joe of Acme"],
}
OWN: dict[str, Any] = {
    "iss": issuer_of("us-east-1_abc"),
    "sub": "0f7c6f5e-1111-4222-8333-944445555666",
    "token_use": "id",
    "identities": [{"userId": "joe@acme.example", "providerName": "Okta"}],
    "cognito:username": "joe",
    "custom:employee": "J. Bloggs",
    "custom:manager_email": "boss@acme.example",
    "custom:plan": "gold",
    "email_verified": True,
}


@pytest.mark.parametrize("name", list(FOREIGN)[5:-3])
def test_a_claim_is_known_by_the_last_part_of_its_name(name: str) -> None:
    assert is_called_personal(name, str(FOREIGN[name]))
    assert is_called_personal(name.upper(), str(FOREIGN[name]))


@pytest.mark.parametrize(
    "name",
    ["iss", "aud", "scp", "email_verified", "cognito:groups", "custom:plan", "UserPoolName", "ClientId", "oid"],
)
def test_a_protocols_own_words_tell_of_nobody(name: str) -> None:
    assert not is_called_personal(name, "x")


def test_a_report_of_a_foreign_token_keeps_its_structure_and_no_text_that_may_tell_who_it_is() -> None:
    report = redacted_report(DecodedToken("other", "a.b.c", {"alg": "RS256"}, FOREIGN), ["note: jbloggs is in."])
    for told in ("bloggs", "octocat", "joe", "203.0", "S-1-5", "jb1", "jb2", "moules", "boss"):
        assert told not in report.lower().replace("acme.okta", "")
    for kept in ('"api://default"', '"news/read"', FOREIGN["sub"], '"stars": 5', '"open": true', "1796062621"):
        assert kept in report
    assert "every text in a claim that is not one of a protocol's own" in report


def test_a_report_blots_what_stands_within_a_claim_out_of_the_findings_too() -> None:
    claims = OWN | {"identities": [{"userId": "joe_bloggs", "providerName": "Okta"}]}
    report = redacted_report(DecodedToken("id", "a.b.c", {}, claims), ["failed: joe_bloggs of Okta is unknown."])
    assert "joe_bloggs" not in report
    assert '"gold"' in report
    assert "custom attributes that look like a person's" in report


def test_the_finding_names_the_claims_that_a_report_blots_out() -> None:
    names = ("identities.userId", "cognito:username", "custom:employee", "custom:manager_email")
    assert personal_claims(OWN) == names
    found = next(each for each in weak_spots(DecodedToken("id", "raw", {}, OWN), None) if each.check == "personal data")
    assert (found.title, found.claim) == ("It holds personal data.", "identities")
    assert all(name in found.detail for name in names)
    foreign = next(weak_spots(DecodedToken("other", "raw", {}, FOREIGN), None))
    assert (foreign.title, foreign.level) == ("It tells who the user is.", "warn")
    assert "unique_name, samaccountname, ipaddr, actor" in foreign.detail


def test_a_username_in_an_access_token_is_named_and_no_warning_for_cognito_always_writes_it() -> None:
    claims = {"iss": OWN["iss"], "token_use": "access", "username": "ada", "sub": OWN["sub"]}
    found = next(weak_spots(DecodedToken("access", "raw", {}, claims), None))
    assert (found.level, found.claim) == ("info", "username")


def test_what_is_harmless_says_nothing_of_who_somebody_is() -> None:
    assert is_harmless("token_use")
    assert not is_harmless("tenant_of")
