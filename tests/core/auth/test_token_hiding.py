"""No complaint about a command line repeats a token, however it was given."""

import os
from urllib.parse import quote

import jwt
import pytest

from cognito_explorer.core.auth.token_hiding import shortened
from cognito_explorer.core.insight.token_command import main

SECRET = jwt.encode({"sub": "somebody"}, "k" * 32, "HS256")


@pytest.mark.parametrize(
    "argument",
    [f"--format={SECRET}", f"--fetch-jwks={SECRET}", f"--fetch={SECRET}", f"-h{SECRET}", f"--nothing={SECRET}"],
)
def test_a_token_behind_a_flag_is_shortened(argument: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([os.devnull, argument]) in (0, 64)
    said = capsys.readouterr()
    assert not any(part[6:] in said.out + said.err for part in SECRET.split("."))


def test_what_was_written_in_another_way_is_not_shown_at_all() -> None:
    encoded = quote(SECRET).replace(".", "%2E")
    for part in SECRET.split("."):
        assert part[6:] not in shortened(f"a={encoded}&b={SECRET}")


def test_what_holds_no_token_is_left_as_it_is() -> None:
    assert shortened("tokens.har") == "tokens.har"
