"""A token sent to an API: what is sent, what is read of the answer, and what is never kept."""

import json
from collections.abc import Iterator

import pytest

from cognito_explorer.core.auth.live_check import (
    SMALLEST_QUERY,
    LiveCheck,
    LiveResult,
    Style,
    ask_api,
    ask_api_through,
    check_live,
    hide_token,
    host_of,
    may_ask,
)
from cognito_explorer.core.auth.live_presets import preset_for
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.http import Http, Limits
from cognito_explorer.core.errors import InvalidInput, Unreachable, WriteRefused
from cognito_explorer.core.insight.api_answers import explain_answer
from tests.core.auth.guarded_api import Api, forged_token, guarded_api

TOKEN = forged_token()
# The first block of text ends at its third triple of quotation marks: a backslash stands before the second.
HIDING = r'{ a(b: """\""" """) } mutation B { c(d: """e""") }'
PATIENT, QUICK, HASTY = Limits(20.0, 64_000), Limits(1.0, 64_000), Limits(0.4, 64_000)


@pytest.fixture
def api() -> Iterator[str]:
    with guarded_api(TOKEN) as address:
        yield address


@pytest.fixture
def http() -> Iterator[Http]:
    made = Http.standalone()
    yield made
    made.close()


async def ask(http: Http, url: str, style: Style = "bearer", limits: Limits = PATIENT) -> LiveResult:
    return await ask_api(http, LiveCheck(url, TOKEN, style), limits)


async def test_an_api_that_takes_the_token_is_asked_without_it_too(http: Http, api: str) -> None:
    result = await ask(http, f"{api}/articles")
    assert (result.answer.status, result.without) == (200, 401)
    assert [headers.get("authorization") for _, headers in Api.seen] == [f"Bearer {TOKEN}", None]
    assert (await ask(http, f"{api}/open")).without == 200


@pytest.mark.parametrize(
    ("style", "header", "value"),
    [
        ("bearer", "authorization", f"Bearer {TOKEN}"),
        ("alone", "authorization", TOKEN),
        ("alb", "x-amzn-oidc-accesstoken", TOKEN),
    ],
)
async def test_the_token_is_sent_as_was_chosen(http: Http, api: str, style: Style, header: str, value: str) -> None:
    await ask(http, f"{api}/nothing", style)
    ((_, sent),) = Api.seen
    assert sent[header] == value
    assert sum(TOKEN in each for each in sent.values()) == 1


MUTATION = '{"query":"mutation { publish }"}'


@pytest.mark.parametrize(
    ("path", "body", "is_read"),
    [
        ("/graphql", SMALLEST_QUERY, True),
        ("/v1/graphql/", '{"query":"query Named($id: ID) { article(id: $id) { title } }"}', True),
        ("/graphql", '{"query":"# mutation\\n{ a(text: \\"mutation\\") }"}', True),
        ("/graphql", MUTATION, False),
        ("/graphql", '{"query":"query A { a } mutation B { b }"}', False),
        ("/graphql", '{"query":"subscription { a }"}', False),
        ("/graphql", '{"query":"{ a } #\\r mutation B { b }"}', False),
        ("/graphql", json.dumps({"query": HIDING}), False),
        ("/graphql", json.dumps({"query": HIDING.replace("mutation B", "query B")}), True),
        ("/graphql", '{"query":"mutation { a }","query":"{ b }"}', False),
        ("/graphql", '{"query":7}', False),
        ("/graphql", "[]", False),
        ("/graphql", "", False),
        ("/articles", SMALLEST_QUERY, False),
    ],
)
def test_a_post_counts_as_what_it_does(path: str, body: str, is_read: bool) -> None:
    assert LiveCheck(f"https://api.example{path}", TOKEN, "bearer", "POST", body).is_read is is_read
    assert LiveCheck(f"https://api.example{path}", TOKEN, "bearer", "HEAD", body).is_read


async def test_a_graphql_api_is_asked_its_smallest_question(http: Http, api: str) -> None:
    result = await ask_api(http, LiveCheck(f"{api}/graphql", TOKEN, "alone", "POST", SMALLEST_QUERY), PATIENT)
    assert (result.answer.status, result.without) == (200, 401)
    assert Api.asked == [("POST", SMALLEST_QUERY)] * 2
    assert Api.seen[0][1]["content-type"] == "application/json"
    assert [headers.get("authorization") for _, headers in Api.seen] == [TOKEN, None]


async def test_what_may_do_something_is_sent_once_and_its_body_is_not_kept(http: Http, api: str) -> None:
    for body in ("", '{"title": "hush"}'):
        result = await ask_api(http, LiveCheck(f"{api}/articles", TOKEN, "bearer", "POST", body), PATIENT)
        assert (result.answer.status, result.without) == (200, 0)
    assert Api.asked == [("POST", ""), ("POST", '{"title": "hush"}')]
    assert "hush" not in repr((http.calls.recent(), LiveCheck(api, TOKEN, "bearer", "POST", "hush")))
    assert http.calls.recent()[0].operation == f"POST {api}/articles"
    head = await ask_api(http, LiveCheck(f"{api}/articles", TOKEN, "bearer", "HEAD"), PATIENT)
    assert (head.answer.status, head.answer.text, head.without) == (200, "", 401)


async def test_the_mode_decides_what_may_be_posted(aws: Aws, api: str) -> None:
    query = LiveCheck(f"{api}/graphql", TOKEN, "alone", "POST", SMALLEST_QUERY)
    posted = LiveCheck(f"{api}/articles", TOKEN, "bearer", "POST", "{}")
    for mode in ("read-only", "support"):
        aws.permit.switch(mode)
        assert (await ask_api_through(aws, query)).answer.status == 200
        for ask_it in (may_ask(aws, posted), ask_api_through(aws, posted), ask_api(aws.http, posted)):
            with pytest.raises(WriteRefused):
                await ask_it
    assert {method for method, body in Api.asked if body == "{}"} == set()
    assert aws.journal.recent() == ()
    aws.permit.switch("admin")
    assert (await ask_api_through(aws, posted)).answer.status == 200
    (change,) = aws.journal.recent()
    assert (change.action, change.outcome) == ("PostToApi", "accepted")
    assert change.after == {"sent": "POST /articles, with a token"}
    assert TOKEN not in repr(change)


@pytest.mark.parametrize("body", ["{", "null", "[" * 50_000, f'"{"x" * 8_000}"'])
def test_a_body_that_is_no_small_json_is_refused(body: str) -> None:
    with pytest.raises(InvalidInput):
        check_live(LiveCheck("https://api.example/", TOKEN, "bearer", "POST", body))
    check_live(LiveCheck("https://api.example/", TOKEN, "bearer", "GET", body))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://abc.appsync-api.eu-west-1.amazonaws.com/graphql", "AppSync"),
        ("https://api.example/graphql", "AppSync"),
        ("https://x.us-east-1.elb.amazonaws.com/", "ALB, JWT verification"),
        ("https://id.execute-api.us-east-1.amazonaws.com/prod/articles", "Any API"),
        ("https://[::1/", "Any API"),
        ("", "Any API"),
    ],
)
def test_an_address_says_how_its_api_wants_to_be_asked(url: str, name: str) -> None:
    assert preset_for(url).name == name


async def test_no_redirect_is_followed(http: Http, api: str) -> None:
    result = await ask(http, f"{api}/moved")
    assert (result.answer.status, result.answer.headers["location"]) == (302, "/articles")
    assert [path for path, _ in Api.seen] == ["/moved"]


async def test_an_answer_without_end_is_cut(http: Http, api: str) -> None:
    for path in ("huge", "dripping"):
        result = await ask(http, f"{api}/{path}", limits=QUICK)
        assert result.answer.is_cut
        assert 1 <= len(result.answer.text) <= QUICK.most_bytes


async def test_a_binary_answer_is_read_as_far_as_it_goes(http: Http, api: str) -> None:
    assert "\ufffd" in (await ask(http, f"{api}/binary")).answer.text
    assert (await ask(http, f"{api}/packed")).answer.text.endswith(" not really")


@pytest.mark.parametrize("path", ["silent", "hesitating"])
async def test_nobody_waits_longer_than_was_said(http: Http, api: str, path: str) -> None:
    with pytest.raises(Unreachable):
        await ask(http, f"{api}/{path}", limits=HASTY)
    assert (await ask(http, f"{api}/open")).answer.status == 200


async def test_what_the_token_brought_is_kept_where_nothing_comes_without_it(http: Http, api: str) -> None:
    told: list[LiveResult] = []
    result = await ask_api(http, LiveCheck(f"{api}/unguarded_slowly", TOKEN), HASTY, told.append)
    assert [(each.answer.status, each.again) for each in told] == [(200, "asking")]
    assert (result.answer.status, result.without, result.again) == (200, 0, "unanswered")
    assert explain_answer(result).reasons[0].startswith("Without the token it did not answer")


async def test_the_token_is_neither_kept_in_the_log_nor_shown_where_it_is_echoed(http: Http, api: str) -> None:
    result = await ask(http, f"{api}/echo?tenant=moon")
    await ask(http, f"{api}/articles")
    assert result.answer.text == "You sent Bearer •••"
    assert result.answer.headers["x-echo"] == "Bearer •••"
    calls = http.calls.recent()
    assert {call.operation for call in calls} == {f"GET {api}/echo?•••", f"GET {api}/articles"}
    kept = repr((calls, result, result.answer.headers, LiveCheck(api, TOKEN)))
    for secret in (TOKEN, TOKEN.split(".")[2], "moon"):
        assert secret not in kept


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example/articles",
        "ftp://127.0.0.1/",
        "https://",
        "https://user:pw@api.example/",
        f"https://api.example/{TOKEN}",
        "https://api.example/a b",
        "https://api.example/\n",
        "https://api.example:99999/",
        "https://[::1/",
        f"https://api.example/{'x' * 2_000}",
        "",
    ],
)
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        check_live(LiveCheck(url, TOKEN))


@pytest.mark.parametrize("token", ["", "a b", "a\r\nX-Evil: 1", "tökén"])
def test_a_token_that_no_header_takes_is_refused(token: str) -> None:
    with pytest.raises(InvalidInput):
        check_live(LiveCheck("https://api.example/", token))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://api.example:8443/x", "api.example:8443"),
        ("http://[::1]:80/", "[::1]:80"),
        ("https://API.example", "api.example"),
        ("nonsense", ""),
    ],
)
def test_the_host_is_named_as_it_will_be_asked(url: str, host: str) -> None:
    assert host_of(url) == host


def test_a_short_token_hides_nothing_else() -> None:
    assert hide_token("a banana", "a.b.a") == "a banana"
