"""What people paste is read in every form it comes in; what is damaged is told apart."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.gui.auth.pasted_tokens import LONGEST, as_token_set, read_pasted

CLIENT_ID = "3moonletterweb7k2q9v5d1h8s"


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


HEADER = part({"kid": "k1", "alg": "RS256"})
ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Moonlettr"
ID = f"{HEADER}.{part({'token_use': 'id', 'iss': ISSUER, 'aud': CLIENT_ID, 'exp': 1})}.c2ln"
ACCESS = f"{HEADER}.{part({'token_use': 'access', 'iss': ISSUER, 'client_id': CLIENT_ID, 'exp': 1})}.c2ln"
REFRESH = f"{part({'enc': 'A256GCM'})}.a.b.c.d"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f'"{ID}"',
        f"'{ID}',",
        f"Bearer {ID}",
        f'"Bearer {ID}"',
        f"Authorization: Bearer {ID}",
        f"  {ID[:30]}\n{ID[30:60]}\r\n   {ID[60:]}\n",
        json.dumps({"id_token": ID, "expires_in": 3600}),
        json.dumps({"AuthenticationResult": {"IdToken": ID}}),
        f"http://localhost:8400/callback#id_token={ID}&token_type=Bearer",
    ],
)
def test_a_token_is_found_in_whatever_is_around_it(text: str) -> None:
    found = read_pasted(text)
    assert found.tokens["id"].raw == ID


def test_a_whole_answer_brings_all_its_tokens() -> None:
    found = read_pasted(json.dumps({"id_token": ID, "access_token": ACCESS, "refresh_token": REFRESH}))
    tokens = as_token_set(found)
    assert list(found.tokens) == ["id", "access", "refresh"]
    assert (tokens.pool_id, tokens.client_id, tokens.refresh_token) == ("us-east-1_Moonlettr", CLIENT_ID, REFRESH)


def test_a_refresh_token_of_any_form_is_taken_from_an_answer() -> None:
    assert read_pasted(json.dumps({"refresh_token": "not-a-jwt"})).tokens["refresh"].raw == "not-a-jwt"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no token"),
        ("hello", "three parts"),
        ("http://[localhost/callback#id_token=a", "address is damaged"),
        (f"xx{ID}", "first part"),
        ('{"id_token": "eyJ', "stops making sense at character"),
        ('{"status": "ok"}', "holds no tokens"),
        ("[" * 5_000, "three parts"),
        ('{"a":' * 60_000, "No token was found"),
        ("ey" * LONGEST, "400,000 characters were looked through"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_pasted(text)
    assert words in f"{caught.value.title} {caught.value.hint}"


def test_no_token_shows_in_a_printed_record() -> None:
    found = read_pasted(ID)
    assert ID not in repr(found)
    assert ID not in repr(as_token_set(found))


@pytest.mark.parametrize(
    "text",
    [
        f"curl -H 'Authorization: Bearer {ID}' https://api.example",
        f"GET / HTTP/1.1\r\nCookie: session=1; id_token={ID}; a=b\r\n",
        f"2026-05-01 ERROR refused {ID} for ada",
        json.dumps({"log": {"entries": [{"request": {"headers": [{"name": "x", "value": f"Bearer {ID}"}]}}]}}),
        f"https://app.example/error?message=denied&token={ID}",
    ],
)
def test_a_token_is_found_in_the_midst_of_anything(text: str) -> None:
    assert read_pasted(text).tokens["id"].raw == ID


def test_several_tokens_of_a_text_can_be_chosen_one_by_one() -> None:
    other = f"{HEADER}.{part({'token_use': 'id', 'iss': ISSUER, 'sub': 'other', 'exp': 1})}.c2ln"
    read = read_pasted(f"first {ID} then {ACCESS} and {other}")
    assert [each.token.raw for each in read.found] == [ID, ACCESS, other]
    assert list(read.tokens) == ["id", "access"]
    assert {kind: token.raw for kind, token in read.showing(2).tokens.items()} == {"id": other}


def test_what_could_be_read_of_a_damaged_token_is_shown_with_where_it_stopped() -> None:
    read = read_pasted(f"Bearer {ID.rpartition('.')[0]}")
    token = read.tokens["id"]
    assert token.client_id == CLIENT_ID
    assert "signature is missing" in read.troubles_of(token)[0].sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEADER, "ends within its header"),
        (HEADER[:20], "ends within its header"),
        (f"{HEADER}.!!!.sig", "ends within its claims"),
        (f"{HEADER}.{part([1])}.sig", "not a JSON object"),
        (f"Bearer {HEADER}.", "ends within its claims"),
    ],
)
def test_a_header_is_shown_where_nothing_else_could_be_read(text: str, sentence: str) -> None:
    read = read_pasted(text)
    token = read.tokens["other"]
    assert token.header["kid"] == "k1"
    assert token.claims == {}
    assert any(sentence in each.sentence and each.is_end for each in read.troubles_of(token))


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ('{"aud":"c1","aud":"c2"}', "aud stands in it twice"),
        ('{"n":NaN}', "n holds NaN, which is not JSON"),
        (f'{{"n":{"9" * 5_000}}}', "a number of 5,000 digits"),
        ('{"aud":"c1"} and more', "After its end"),
    ],
)
def test_what_is_odd_about_a_token_that_could_be_read_is_told_too(claims: str, sentence: str) -> None:
    encoded = base64.urlsafe_b64encode(claims.encode()).decode().rstrip("=")
    for text in (f"{HEADER}.{encoded}.c2ln", json.dumps({"id_token": f"{HEADER}.{encoded}.c2ln"})):
        read = read_pasted(text)
        assert any(sentence in each.sentence for each in read.troubles_of(next(iter(read.tokens.values()))))


def test_a_token_inside_another_is_the_one_that_is_shown() -> None:
    outer = f"{part({'alg': 'RS256', 'kid': 'k', 'cty': 'JWT'})}.{base64.urlsafe_b64encode(ID.encode()).decode()}.c2ln"
    read = read_pasted(outer)
    token = read.tokens["id"]
    assert token.raw == ID
    assert [(each.name, each.where) for each in read.found] == [
        ("Nested JWT", "alone"),
        ("ID token", "inside another token"),
    ]
    assert read.troubles_of(token) == ()


def test_two_tokens_one_below_the_other_are_two() -> None:
    # As long as RS256 makes signatures: a shorter one would be taken for a wrapped line.
    first, second = (each.removesuffix("c2ln") + "A" * 342 for each in (ID, ACCESS))
    read = read_pasted(f"{first}\n{second}\n")
    assert [each.token.raw for each in read.found] == [first, second]
    assert list(read.tokens) == ["id", "access"]


TOKENISH = st.text(st.sampled_from('eyJ0iwKZXlabAB01-_=.%25&#?:{}"[], \n\\\r\ud800é'), max_size=200)


@settings(deadline=None)
@given(st.one_of(TOKENISH, st.text(max_size=120), st.builds(lambda a, b: a + ID + b, TOKENISH, TOKENISH)))
def test_no_text_makes_it_fall_over(text: str) -> None:
    try:
        found = read_pasted(text)
    except InvalidInput as refused:
        assert refused.title
    else:
        assert as_token_set(found)
        assert found.first in found.tokens
