"""x-amzn-oidc-data: a load balancer's word on a user, which is no token of the pool that it asked."""

import base64
import json
import time
from typing import Any

import jwt
import pytest

from cognito_explorer.core.auth.jwt_reading import ReadJwt, read_jwt
from cognito_explorer.core.auth.signatures import KeySet, key_set_address, verify
from cognito_explorer.core.auth.tokens import issuer_of, load_balancer_key_url
from cognito_explorer.core.insight.claim_origins import origins_of
from cognito_explorer.core.insight.consumers import ask_consumers
from cognito_explorer.core.insight.finding import Finding, TokenContext
from cognito_explorer.core.insight.pool_facts import PoolFacts
from cognito_explorer.core.insight.token_findings import examine
from cognito_explorer.core.insight.token_names import name_of
from tests.core.insight.token_corpus import CURVE, KEY_SET

ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188"
CLAIMS = {"sub": "u-1", "email": "u@example.com", "username": "joe", "iss": issuer_of("us-east-1_abc")}


def padded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode()


def written(**header: Any) -> ReadJwt:
    end = int(time.time()) + 100
    fields = {"typ": "JWT", "kid": "curve", "alg": "ES256", "iss": CLAIMS["iss"], "client": "c1", "signer": ARN}
    parts = [json.dumps(each).encode() for each in (fields | {"exp": end} | header, CLAIMS | {"exp": end, "pad": "xy"})]
    text = ".".join(map(padded, parts))
    return read_jwt(f"{text}.{padded(jwt.get_algorithm_by_name('ES256').sign(text.encode(), CURVE))}")


def found(token: ReadJwt, **context: Any) -> list[Finding]:
    return list(examine(token.decoded, TokenContext(**context), token.troubles))


def test_it_is_called_what_it_is_and_nothing_in_it_fails() -> None:
    token = written()
    assert "=" in token.raw
    assert name_of(token.decoded) == "load balancer's user-claims header"
    told = found(token, signature=verify(token, KeySet(KEY_SET)))
    assert {each.title: each.verdict for each in told if each.check != "expiry"} == {
        "The signature is valid.": "passed",
        "The algorithm is ES256.": "passed",
        "The key is one of those that were asked.": "passed",
        "This is a load balancer's user-claims header.": "passed",
        "Whether signer is your load balancer is not known.": "unknown",
        "For the app client c1.": "passed",
        "It fits into headers and cookies.": "passed",
        "Every claim is of the right type.": "passed",
    }


def test_it_says_where_its_key_is_and_that_the_signer_is_to_be_compared() -> None:
    told = {each.check: each for each in found(written())}
    assert "https://public-keys.auth.elb.us-east-1.amazonaws.com/curve" in told["signature"].detail
    assert told["signer"].detail == ARN
    assert told["signer"].remedy.startswith("Compare signer with your load balancer's ARN")


@pytest.mark.parametrize(
    ("region", "address"),
    [
        ("cn-north-1", "https://public-keys.auth.elb.cn-north-1.amazonaws.com.cn/curve"),
        ("us-gov-west-1", "https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1/curve"),
    ],
)
def test_other_partitions_have_their_keys_elsewhere(region: str, address: str) -> None:
    assert load_balancer_key_url(written(signer=ARN.replace("us-east-1", region)).decoded) == address


def test_no_address_is_made_of_a_key_id_that_leads_elsewhere() -> None:
    assert load_balancer_key_url(written(kid="../evil?x=").decoded) == ""


def test_it_is_read_as_no_token_of_the_pool_that_the_load_balancer_asked() -> None:
    token = written().decoded
    assert (token.pool_id, token.issuer, key_set_address(token)) == ("", "", "")
    assert {each.comes_from for each in origins_of(token, PoolFacts()).values()} == {"load balancer"}
    reasons = {each.reason for each in ask_consumers(token, TokenContext()) if each.consumer[:8] != "ALB, aut"}
    assert len(reasons) == 1
    assert "for the targets behind it" in reasons.pop()


def test_what_is_expected_is_held_against_its_own_fields() -> None:
    verdicts = {each.check: each.verdict for each in found(written(), issuer=CLAIMS["iss"], audience="c1")}
    assert (verdicts["expected issuer"], verdicts["expected audience"]) == ("passed", "passed")
    verdicts = {each.check: each.verdict for each in found(written(), issuer="https://x.example", audience="c2")}
    assert (verdicts["expected issuer"], verdicts["expected audience"]) == ("failed", "failed")


def test_another_algorithm_and_a_changed_claim_fail() -> None:
    assert any(each.title == "The algorithm is not a load balancer's." for each in found(written(alg="RS256")))
    header, claims, signature = written().raw.split(".")
    forged = read_jwt(f"{header}.{claims.replace('A', 'B', 1)}.{signature}")
    assert verify(forged, KeySet(KEY_SET)).state == "invalid"


@pytest.mark.parametrize("header", [{"signer": "arn:aws:iam::1:role/x"}, {"signer": 5}, {"signer": f"{ARN}\n"}])
def test_padding_is_damage_where_no_load_balancer_signed(header: dict[str, Any]) -> None:
    token = written(**header)
    assert token.decoded.pool_id == "us-east-1_abc"
    assert any("padded" in each.sentence for each in token.troubles)
