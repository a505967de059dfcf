"""Every finding says why it matters, and what is not right what to do; every check of the list is there."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from cognito_explorer.core.auth.clock_skew import ClockSkew
from cognito_explorer.core.auth.jwt_reading import read_jwt
from cognito_explorer.core.auth.liveness import LiveAnswer
from cognito_explorer.core.auth.signatures import KeySet, KeySource, verify
from cognito_explorer.core.auth.tokens import SignatureCheck, issuer_of
from cognito_explorer.core.insight.finding import Finding, TokenContext
from cognito_explorer.core.insight.token_findings import examine
from cognito_explorer.core.user_pools.app_clients import parse_app_client
from tests.core.insight.token_corpus import CLAIM_CASES, HEADER, KEY_SET, claims_at, signature_cases, signed

KEYS = KeySet(KEY_SET)
POOL = "us-east-1_abc"
UPDATED = f"https://issuer-cognito-idp.us-east-1.amazonaws.com/{POOL}"
CLIENT = parse_app_client({"ClientId": "c1", "ClientName": "web", "UserPoolId": POOL})
ODD: tuple[dict[str, Any], ...] = (
    {}, {"email": "x"}, {"token_use": "access", "email": "x"}, {"token_use": "x"}, {"token_use": None},
    {"iss": "https://evil.example"}, {"iss": issuer_of("eu-west-1_x")}, {"iss": UPDATED},
    {"iss": "https://cognito-idp.us-east-1.amazonaws.com/eu-west-1_x"}, {"iss": "https://cognito-identity.amazonaws.com"},
    {"cognito:roles": ["a", "b"]}, {"identities": [{"providerName": "Google"}]}, {"aud": "c2"}, {"origin_jti": None},
    {"token_use": "access", "client_id": "c1", "scope": "openid"}, {"x": "y" * 20_000}, {"auth_time": 1},
    {"token_use": "access", "client_id": "c1", "scope": "aws.cognito.signin.user.admin"},
    {"token_use": "access", "client_id": "s", "scope": "news/read"},
)  # fmt: skip
CONTEXTS = (
    TokenContext(),
    TokenContext(POOL, client_names={"c1": "web"}, client=CLIENT, issuer=issuer_of(POOL), audience="c1"),
    TokenContext(POOL, "c9", clients_unread="No.", live=LiveAnswer("unknown", "d"), clock=ClockSkew(timedelta(0))),
    TokenContext("us-east-1_other", live=LiveAnswer("refused", "d"), clock=ClockSkew(timedelta(minutes=-9))),
    TokenContext(POOL, client_names={f"c{n}": "" for n in range(20, 320)}, live=LiveAnswer("accepted", "d")),
)


def all_findings() -> Iterator[Finding]:
    now = int(time.time())
    changes = [
        *ODD,
        *(case.changes(now) for case in CLAIM_CASES),
        {"exp": now - 5},
        {"exp": now + 3_540},
        {"exp": now + 100 * 86_400},
    ]
    claims = [{n: v for n, v in (claims_at(now) | each).items() if v is not None} for each in changes]
    texts = [signed(HEADER, each) for each in claims] + [case.token for case in signature_cases()]
    texts += ["eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..a.b.c", "eyJlbmMiOiJBMjU2R0NNIn0.a.b.c.d"]
    for text in texts:
        read = read_jwt(text)
        for check in (None, verify(read, KEYS)):
            for context in CONTEXTS:
                yield from examine(read.decoded, replace(context, signature=check), read.troubles)


def test_each_says_why_it_matters_and_what_to_do_about_what_is_not_right() -> None:
    found = {(each.check, each.title): each for each in all_findings()}
    assert len({check for check, _ in found}) > 15
    assert [name for name, each in found.items() if not each.why] == []
    amiss = {name: each for name, each in found.items() if each.level in ("bad", "warn", "unknown")}
    assert [name for name, each in amiss.items() if not each.remedy] == []


def test_each_check_of_the_list_can_pass_and_can_fail() -> None:
    verdicts: dict[str, set[str]] = {}
    for each in all_findings():
        verdicts.setdefault(each.check, set()).add(each.verdict if each.level != "warn" else "failed")
    both = {"passed", "failed"}
    for check in (
        *("signature", "algorithm", "key id", "use", "issuer", "audience", "expected issuer", "expected audience"),
        *("expiry", "beginning", "issue time", "types", "clock", "revocation", "lifetime", "size", "personal data"),
    ):
        assert both <= verdicts[check], check
    assert {check for check, seen in verdicts.items() if "unknown" in seen} >= {"signature", "audience", "revocation"}


def test_who_signed_is_told_apart_from_aws() -> None:
    read = read_jwt(signed(HEADER, claims_at(int(time.time()))))

    def told(check: SignatureCheck) -> str:
        return next(each.detail for each in examine(read.decoded, TokenContext(signature=check)) if each.check)

    assert told(verify(read, KEYS)) == "Signed with the pool's key k1."
    sandbox = KeySet(KEY_SET, KeySource("endpoint", "http://127.0.0.1:9229"))
    assert told(verify(read, sandbox)) == "Signed by http://127.0.0.1:9229, not AWS."
