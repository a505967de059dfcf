"""Levels of assurance (reference: flows 3 USER_AUTH, tokens 2)."""

from typing import Any

import jwt
import pytest

from tests.sandbox.auth.second_factors import PHONE, make_mfa_pool, respond
from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, refused
from tests.sandbox_fixture import RunningSandbox

CLIENT = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_AUTH"]}
FIRST, SECOND = "urn:cognito:loa:1", "urn:cognito:loa:2"


@pytest.fixture
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    names = {"Level2": {"AcrValue": "urn:moonletter:strong"}}
    made = make_mfa_pool(sandbox, "OPTIONAL", "SMS", client=CLIENT, AcrConfiguration=names)
    made.add_user("ada", phone_number=PHONE)
    made.add_user("grace")
    return made


def _start(pool: PoolUnderTest, username: str, **parameters: str) -> dict[str, Any]:
    answer: dict[str, Any] = pool.public.initiate_auth(
        AuthFlow="USER_AUTH", ClientId=pool.client_id, AuthParameters={"USERNAME": username, **parameters}
    )
    return answer


def _with_password(pool: PoolUnderTest, username: str, levels: str) -> dict[str, Any]:
    return _start(pool, username, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES=levels)


def _claims(answer: dict[str, Any], kind: str = "IdToken") -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(answer["AuthenticationResult"][kind], options={"verify_signature": False})
    return claims


def _turn_on_text_messages(pool: PoolUnderTest) -> None:
    pool.idp.admin_set_user_mfa_preference(UserPoolId=pool.pool_id, Username="ada", SMSMfaSettings={"Enabled": True})


def test_the_level_that_was_reached_stands_in_the_tokens(pool: PoolUnderTest) -> None:
    """tokens 2: acr and amr when step-up levels are requested, and only then."""
    claims = _claims(_with_password(pool, "grace", FIRST))
    assert (claims["acr"], claims["amr"]) == (FIRST, ["pwd"])
    assert "acr" not in _claims(_start(pool, "grace", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD))


def test_a_user_without_a_second_factor_falls_back_to_the_next_level(pool: PoolUnderTest) -> None:
    """flows: highest first, unknown ones ignored; all unknown or unreachable, an error."""
    assert _claims(_with_password(pool, "grace", f"urn:none {SECOND} {FIRST}"))["acr"] == FIRST
    with refused("InvalidParameterException"):
        _with_password(pool, "grace", "urn:none")
    with refused("NotAuthorizedException"):
        _with_password(pool, "grace", SECOND)


def test_a_higher_level_asks_for_the_second_factor_and_bears_the_pool_s_name(pool: PoolUnderTest) -> None:
    """config 10: AcrConfiguration names; flows: TARGET_ACR_VALUES."""
    _turn_on_text_messages(pool)
    asked = _with_password(pool, "ada", f"{SECOND} {FIRST}")
    done = respond(pool, asked, "ada", SMS_MFA_CODE=pool.latest_code())
    assert _claims(done)["acr"] == "urn:moonletter:strong"
    assert _claims(done, "AccessToken")["amr"] == ["pwd", "sms", "mfa"]


def test_an_access_token_gives_credit_for_the_first_factor(pool: PoolUnderTest) -> None:
    """flows: ACCESS_TOKEN (same user) gives credit, requires TARGET_ACR_VALUES; MAX_AGE discards it."""
    first = pool.tokens("ada")["AccessToken"]
    _turn_on_text_messages(pool)
    asked = _start(pool, "ada", ACCESS_TOKEN=first, TARGET_ACR_VALUES=SECOND)
    assert asked["ChallengeName"] == "SMS_MFA"
    done = respond(pool, asked, "ada", SMS_MFA_CODE=pool.latest_code())
    strong = done["AuthenticationResult"]["AccessToken"]
    assert _claims(_start(pool, "ada", ACCESS_TOKEN=strong, TARGET_ACR_VALUES=SECOND))["amr"] == ["pwd", "sms", "mfa"]
    with refused("InvalidParameterException"):
        _start(pool, "ada", ACCESS_TOKEN=first)
    with refused("NotAuthorizedException"):
        _start(pool, "grace", ACCESS_TOKEN=first, TARGET_ACR_VALUES=FIRST)
    pool.sandbox.advance(100)
    asked = _start(pool, "ada", ACCESS_TOKEN=strong, TARGET_ACR_VALUES=SECOND, MAX_AGE="50")
    assert asked["ChallengeName"] == "SELECT_CHALLENGE"
