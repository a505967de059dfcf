"""The rows of a prediction: sources, what stays out and why, and the difference to a real token."""

from dataclasses import replace

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.insight.pool_facts import PoolFacts, PreTokenTrigger
from cognito_explorer.core.insight.predicted_claims import (
    Kind,
    PredictedClaim,
    Prediction,
    difference_in_words,
    is_comparable,
    predicted_claims,
)
from cognito_explorer.core.insight.token_preview import Preview, PreviewRequest, preview
from cognito_explorer.core.user_pools.app_clients import parse_app_client
from cognito_explorer.core.user_pools.users import User

CLIENT = parse_app_client({"ClientId": "web", "UserPoolId": "us-east-1_abc", "AllowedOAuthScopes": ["openid", "email"]})
ADA = User("ada", "s", "CONFIRMED", True, None, None, {"sub": "s", "email": "a@b.example", "name": "Ada"})
TRIGGER = PreTokenTrigger("arn:aws:lambda:us-east-1:123456789012:function:decides", "V2_0")


def predicted(final: Preview | None = None, scopes: tuple[str, ...] = ("openid", "email")) -> Prediction:
    request = PreviewRequest(CLIENT, ADA, scopes=scopes, trigger=TRIGGER)
    plain = preview(request)
    return Prediction(request, plain, final or plain, PoolFacts(ADA, (), CLIENT, TRIGGER, is_trigger_known=True))


def rows(prediction: Prediction, kind: Kind = "id") -> dict[str, PredictedClaim]:
    return {row.name: row for row in predicted_claims(prediction, kind)}


def test_what_stays_out_is_listed_with_the_reason() -> None:
    found = rows(predicted())
    assert found["email"].comes_from == "attribute"
    assert found["name"].stays_out
    assert found["name"].why == "The sign-in did not ask for the scope profile."
    assert "name" not in rows(predicted(), "access")


def test_what_the_function_decided_is_told_as_its() -> None:
    plain = predicted().plain
    changed = {**plain.identity, "email": "other@b.example", "moon": "full"}
    del changed["cognito:username"]
    found = rows(predicted(replace(plain, identity=changed)))
    for name in ("email", "moon"):
        assert found[name].comes_from == "pre-token trigger"
        assert "decides (event V2_0)" in found[name].why
    assert found["cognito:username"].stays_out
    assert found["sub"].comes_from == "user"


def test_ids_and_times_of_an_issued_token_are_not_held_against_it() -> None:
    prediction = predicted()
    issued = {**prediction.final.identity, "jti": "1", "exp": 1, "iat": 1, "at_hash": "x", "auth_time": 1}
    same = predicted_claims(prediction, "id", issued)
    assert {row.held for row in same} == {"same", "in neither"}
    assert difference_in_words(same) == "The token that was really issued says the same, besides ids and times."


def test_every_difference_to_an_issued_token_is_named() -> None:
    prediction = predicted()
    issued = {**prediction.final.identity, "email": "new@b.example", "name": "Ada", "tenant": 1}
    del issued["cognito:username"]
    found = {row.name: row for row in predicted_claims(prediction, "id", issued)}
    assert (found["email"].held, found["email"].issued) == ("other value", "new@b.example")
    assert found["cognito:username"].held == "not in it"
    assert (found["tenant"].held, found["tenant"].stays_out) == ("in it alone", True)
    assert found["name"].held == "in it alone"
    words = difference_in_words(tuple(found.values()))
    assert words == "email, cognito:username, name, tenant differ from the token that was really issued."


def test_true_and_one_are_two_values() -> None:
    prediction = predicted(replace(predicted().plain, identity={"email_verified": True}))
    (row, *_) = predicted_claims(prediction, "id", {"email_verified": 1})
    assert row.differs


def test_only_the_same_users_token_of_the_same_client_is_compared() -> None:
    prediction = predicted()
    ours = DecodedToken("id", "", {}, {"sub": "s", "aud": "web", "token_use": "id"})
    assert is_comparable(prediction, ours)
    assert not is_comparable(prediction, DecodedToken("id", "", {}, {"sub": "other", "aud": "web"}))
    assert not is_comparable(prediction, DecodedToken("access", "", {}, {"sub": "s", "client_id": "other"}))


def test_without_an_issued_token_nothing_is_said_of_one() -> None:
    assert difference_in_words(predicted_claims(predicted(), "access")) == ""
