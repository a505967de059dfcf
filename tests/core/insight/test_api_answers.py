"""What is said of an API's answer: by its status, its headers and its message, whatever they hold."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognito_explorer.core.auth.live_check import LiveResult
from cognito_explorer.core.aws.http import HttpAnswer
from cognito_explorer.core.insight.api_answers import ApiAnswer, challenge_of, explain_answer, who_answered


def explained(status: int, text: str = "", without: int = 0, **headers: str) -> ApiAnswer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return explain_answer(LiveResult(HttpAnswer(status, text, named), without))


AUDIENCE = 'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"'
SCOPE = 'Bearer scope="news/read news/write" error="insufficient_scope"'


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        (explained(200), "taken", "it was let in"),
        (explained(200), "taken", "not asked again without the token"),
        (explained(200, without=401), "taken", "it was the token that opened it"),
        (explained(200, without=200), "taken", "nobody looks at the token here"),
        (explained(401, www_authenticate=AUDIENCE), "refused", "must be in the authorizer's audience"),
        (explained(403, www_authenticate=SCOPE), "refused", "one of news/read news/write is wanted"),
        (explained(401, www_authenticate="Bearer"), "refused", "has not seen a token at all"),
        (explained(401, www_authenticate='Basic realm="x"'), "refused", "wants the scheme basic"),
        (explained(401, '{"message":"Unauthorized"}'), "refused", "takes ID tokens alone"),
        (explained(401, '{"message":"The incoming token has expired"}'), "refused", "looked at exp"),
        (explained(403, '{"message":"Missing Authentication Token"}'), "refused", "a route, stage or method"),
        (explained(403, '{"message":"Forbidden"}'), "refused", "a scope is missing"),
        (
            explained(403, '{"Message":"User is not authorized to access this resource with an explicit deny"}'),
            "refused",
            "denied it",
        ),
        (explained(401, x_amzn_errortype="UnauthorizedException:http://x"), "refused", "of the wrong kind"),
        (explained(403, x_amzn_errortype="IncompleteSignatureException"), "refused", "guarded by IAM"),
        (
            explained(401, '{"errors":[{"message":"You are not authorized to make this call."}]}'),
            "refused",
            "AppSync refused",
        ),
        (explained(302, location="https://x.auth.us-east-1.amazoncognito.com/login"), "elsewhere", "leads on to https"),
        (explained(405), "unclear", "does not take this method"),
        (explained(418, '{"message":"short and stout"}'), "unclear", "“short and stout”"),
        (explained(503), "unclear", "AUTHORIZER_FAILURE"),
    ],
)
def test_an_answer_is_explained(answer: ApiAnswer, verdict: str, words: str) -> None:
    assert answer.verdict == verdict
    assert words in " ".join((answer.title, *answer.reasons))


EXPIRED = 'Bearer error="invalid_token" error_description="the token has expired"'


@pytest.mark.parametrize(
    ("text", "challenge"),
    [
        ("", EXPIRED),
        ('{"message":"The incoming token has expired"}', ""),
        ('{"errors":[{"message":"Token has expired."}]}', ""),
        ('{"message":"jwt expired"}', ""),
    ],
)
def test_a_server_that_calls_a_token_expired_is_not_believed_against_the_clock(text: str, challenge: str) -> None:
    result = LiveResult(HttpAnswer(401, text, {"www-authenticate": challenge} if challenge else {}))
    told = " ".join(explain_answer(result, timedelta(minutes=57)).reasons)
    assert "The server says expired; by this clock it has 57 minutes left: look at the server's clock" in told
    assert "efresh" not in told
    assert "by this clock" not in " ".join(explain_answer(result).reasons)


@pytest.mark.parametrize("kind", ["UnauthorizedException", "ExpiredTokenException"])
def test_words_of_ours_are_not_taken_for_the_servers(kind: str) -> None:
    refused = HttpAnswer(401, '{"message":"Unauthorized"}', {"x-amzn-errortype": kind})
    told = " ".join(explain_answer(LiveResult(refused), timedelta(minutes=57)).reasons)
    assert "The server says expired" not in told


@pytest.mark.parametrize(
    ("headers", "who"),
    [
        ({"apigw-requestid": "x"}, "an HTTP API of API Gateway"),
        ({"x-amz-apigw-id": "x"}, "a REST API of API Gateway"),
        ({"server": "awselb/2.0"}, "a load balancer (ALB)"),
        ({"server": "nginx"}, ""),
    ],
)
def test_who_answered_is_told_by_the_headers(headers: dict[str, str], who: str) -> None:
    assert who_answered(HttpAnswer(401, "", headers)) == who


def test_a_challenge_is_taken_apart() -> None:
    scheme, said = challenge_of('Bearer realm="a \\"b\\"", error=invalid_token, error_description="x, y"')
    assert (scheme, said["error"], said["error_description"]) == ("bearer", "invalid_token", "x, y")


def test_long_texts_of_strangers_are_shortened() -> None:
    answer = explained(401, '{"message":"' + "x" * 50_000 + '"}', www_authenticate="Bearer error=" + "y" * 50_000)
    assert all(len(reason) < 500 for reason in answer.reasons)


@settings(max_examples=40)
@given(status=st.integers(100, 599), text=st.text(max_size=200), challenge=st.text(max_size=80), kind=st.text())
def test_no_answer_makes_it_fall_over(status: int, text: str, challenge: str, kind: str) -> None:
    headers = {"www-authenticate": challenge, "x-amzn-errortype": kind, "server": text}
    assert explain_answer(LiveResult(HttpAnswer(status, text, headers))).title


@pytest.mark.parametrize("text", ["[" * 60_000, '{"errors": [1, null, {"message": 2}]}', '{"message": null}', "null"])
def test_odd_documents_say_nothing(text: str) -> None:
    assert explained(200, text).reasons == explained(200).reasons
