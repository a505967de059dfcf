"""Tokens as shells, columns, readers of pictures and other encoders leave them, and what only looks like one."""

import base64
import json
import time

import pytest

from cognito_explorer.core.auth.jwt_reading import STANDARD, read_jwt
from cognito_explorer.core.auth.signatures import KeySet, verify
from cognito_explorer.core.auth.token_text import find_tokens, why_none
from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.insight.consumers import ask_consumers
from cognito_explorer.core.insight.finding import TokenContext
from cognito_explorer.core.insight.token_findings import examine
from cognito_explorer.gui.auth.pasted_tokens import read_pasted
from tests.core.insight.token_corpus import CLAIMS, HEADER, KEY_SET, signed

CMD, POWERSHELL, SHELL = "^\r\n", "`\r\n", "\\\n"
TOKEN = signed(HEADER, CLAIMS | {"note": "moon" * 40})


def in_pieces(between: str, width: int) -> str:
    return between.join(TOKEN[at : at + width] for at in range(0, len(TOKEN), width))


TORN = {
    "blanks every 37": "Authorization: Bearer " + in_pieces(" ", 37),
    "blanks every 72": "Bearer " + in_pieces(" ", 72),
    "a blank behind dots": TOKEN.replace(".", ". "),
    "blanks around dots": TOKEN.replace(".", " . "),
    "blanks around dots, named": "token: " + TOKEN.replace(".", " . ") + "\nother: 1",
    "cmd": f'curl -H "Authorization: Bearer {in_pieces(CMD, 72)}" https://a.example',
    "PowerShell": f'curl.exe -H "Authorization: Bearer {in_pieces(POWERSHELL, 72)}"',
    "a shell": f'curl -H "Authorization: Bearer {in_pieces(SHELL, 72)}"',
}


@pytest.mark.parametrize("name", TORN)
def test_a_token_that_was_broken_up_is_put_together_in_the_app_and_on_the_command_line(name: str) -> None:
    assert [each.text for each in find_tokens(TORN[name])] == [TOKEN]
    assert [each.raw for each in read_pasted(TORN[name]).tokens.values()] == [TOKEN]


@pytest.mark.parametrize("behind", [" was refused", " user=ada", " . The end", f" {TOKEN}", f"\n{TOKEN}"])
def test_what_stands_behind_a_token_is_not_taken_into_it(behind: str) -> None:
    assert find_tokens(TOKEN + behind)[0].text == TOKEN


@pytest.mark.parametrize("behind", [" was refused", " user=ada", " . The end", f" {TOKEN}"])
def test_what_stands_behind_a_token_that_was_cut_off_is_not_taken_into_it(behind: str) -> None:
    assert find_tokens(f"{TOKEN[:-40]}{behind}")[0].text == TOKEN[:-40]


def test_the_standard_alphabet_is_told_and_the_claims_are_read() -> None:
    header, claims, _ = TOKEN.split(".")
    odd = base64.b64encode(b"\xff\xef\xbe" * 86).decode().rstrip("=")
    assert "+" in odd or "/" in odd
    (found,) = find_tokens(f"Bearer {header}.{claims}.{odd}")
    token = read_jwt(found.text)
    assert [each.sentence for each in token.troubles] == [STANDARD]
    assert token.claims["note"] == "moon" * 40
    assert verify(token, KeySet(KEY_SET)).state == "invalid"
    told = examine(token.decoded, TokenContext(), token.troubles)
    assert not any("cut off" in each.title for each in told)


def test_claims_alone_are_no_header() -> None:
    token = read_jwt(find_tokens(TOKEN.split(".")[1])[0].text)
    assert (token.form, token.kind, token.header) == ("part", "id", {})
    assert token.claims["sub"] == "s"
    assert "These are the claims of a token alone" in token.troubles[0].sentence
    titles = [each.title for each in examine(token.decoded, TokenContext(), token.troubles)]
    assert "The header names no algorithm." not in titles
    assert {each.will for each in ask_consumers(token.decoded, TokenContext())} == {"no"}
    assert isinstance(read_pasted(TOKEN.split(".")[1]).tokens["id"], DecodedToken)


@pytest.mark.parametrize("form", ["v4.public.", "v2.local."])
def test_a_paseto_is_called_one(form: str) -> None:
    footer = base64.urlsafe_b64encode(json.dumps({"kid": "zVhMiPBP9fRf2snEcT7gFTioeA9COcNy9DfgL1W60haN"}).encode())
    text = f"{form}{'U-TC4j76' * 20}.{footer.decode().rstrip('=')}"
    assert find_tokens(text) == ()
    assert f"It holds a PASETO ({form}…), which is no JWT" in why_none(text)
    with pytest.raises(InvalidInput, match="This is no JWT"):
        read_pasted(text)


def test_what_is_full_of_beginnings_is_not_said_to_have_none() -> None:
    text = "eyJ" * 350_000
    begun = time.process_time()
    assert find_tokens(text) == ()
    assert why_none(text) == (
        "1,050,000 characters were looked through: where one seems to begin (eyJ…), no header could be read."
    )
    assert time.process_time() - begun < 1
    assert why_none("hello").endswith("none of them begins one (eyJ…).")


@pytest.mark.parametrize(
    ("text", "part", "sentence"),
    [
        (TOKEN.replace("e", "\u0435", 1), "header", "Character 1 is a Cyrillic “\u0435”, which only looks like “e”."),
        ("Bearer " + TOKEN.replace(".eyJ", ".ey\u0408", 1), "claims", "Character 3 is a Cyrillic “\u0408”"),
        (TOKEN.replace("e", "\u0435"), "header", "Character 1 is a Cyrillic"),
    ],
)
def test_a_letter_of_another_alphabet_is_named_and_the_rest_read(text: str, part: str, sentence: str) -> None:
    (found,) = find_tokens(text)
    token = read_jwt(found.text)
    assert next(each for each in token.troubles if each.part == part).sentence.startswith(sentence)
    assert (token.header, token.claims["note"]) == (HEADER, "moon" * 40)
    assert verify(token, KeySet(KEY_SET)).state == "invalid"


def test_a_text_in_cyrillic_is_left_alone() -> None:
    text = f"\u0442\u043e\u043a\u0435\u043d: {TOKEN} \u0443\u0441\u0442\u0430\u0440\u0435\u043b"
    assert [each.text for each in find_tokens(text)] == [TOKEN]
