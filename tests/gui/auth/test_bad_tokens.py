"""What is damaged, endless or meant to do harm is looked at on every tab of the page: nothing breaks, nothing hangs."""

import base64
import json
import time

import pytest
from PySide6.QtWidgets import QApplication

from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from tests.gui.auth.test_pasted_forms import HEADER, ID, ISSUER, REFRESH, SIGNATURE
from tests.gui.auth.token_stage import forged, lonely, painted_texts, titles

__all__ = ["lonely"]


def encoded(text: str | bytes) -> str:
    raw = text if isinstance(text, bytes) else text.encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def token(claims: str | bytes, header: str = HEADER) -> str:
    return f"{header}.{encoded(claims)}.{SIGNATURE}"


CLAIMS = f'"token_use":"id","iss":"{ISSUER}","sub":"ada","aud":"c1","exp":4102444800,"iat":1'
WRONG = '"sub":{"a":1},"aud":[1,null,["x"]],"exp":"4102444800","iat":true,"token_use":["id"],"cognito:groups":"paid"'
KEYS = {"alg": ["RS256"], "kid": {"a": 1}, "typ": 5, "crit": "x", "jwk": {"kty": "RSA"}, "x5u": "http://x", "jku": 1}
MANY = ",".join(f'"c{number}":{number}' for number in range(2_000))

BAD = {
    "its header alone": (HEADER, "The token is not whole."),
    "half of its claims": (ID[:200], "The claims are damaged."),
    "no signature": (ID.rpartition(".")[0], "The token is not whole."),
    "an empty signature": (f"{ID.rpartition('.')[0]}.", "The signature is damaged."),
    "equal names": (token(f'{{{CLAIMS},"exp":5,"aud":"c2"}}'), "The claims are damaged."),
    "a number of 5,000 digits": (token(f'{{{CLAIMS},"n":{"9" * 5_000},"f":1e999}}'), "The claims are damaged."),
    "times beyond every calendar": (
        token(f'{{"token_use":"id","exp":1e300,"iat":-1e300,"auth_time":{"9" * 400}}}'),
        "The token does not say when it expires.",
    ),
    "NaN": (token(f'{{{CLAIMS},"n":NaN,"exp":Infinity}}'), "The claims are damaged."),
    "no UTF-8": (token(b'{"token_use":"id","name":"\xff\xfe\x80","sub":"ada"}'), "The claims are damaged."),
    "a character cut in two": (token(b'{"token_use":"id","name":"J\xc3'), "The claims are damaged."),
    "half of a pair": (token(f'{{{CLAIMS},"name":"\\ud83d","nul":"a\\u0000b","rtl":"\\u202eevil"}}'), ""),
    "depth": (token(f'{{{CLAIMS},"d":{"[" * 3_000}{"]" * 3_000}}}'), "The claims are damaged."),
    "depth that can be shown": (token(f'{{{CLAIMS},"d":{"[" * 60}{"]" * 60}}}'), ""),
    "a list of claims": (token("[1,2]"), "The claims are damaged."),
    "more behind it": (token(f"{{{CLAIMS}}} and more"), "The claims are damaged."),
    "wrong types": (token(f"{{{WRONG}}}"), "The claim exp is of a wrong type."),
    "a header of wrong types": (token(f"{{{CLAIMS}}}", encoded(json.dumps(KEYS))), "The token chooses its own keys."),
    "markup": (token(f'{{{CLAIMS},"cognito:username":"<script>alert(1)</script>"}}'), ""),
    "a value of 60 kB": (token(f'{{{CLAIMS},"name":"{"x" * 60_000}"}}'), "It is large."),
    "2,000 claims": (token(f"{{{CLAIMS},{MANY}}}"), ""),
    "a long name": (token(f'{{{CLAIMS},"{"n" * 5_000}":1}}'), ""),
    "a token in a token": (token(ID), "This is an ID token."),
    "an encrypted one": (REFRESH, "This is an encrypted refresh token."),
    "one encrypted by others": (
        f"{encoded(json.dumps({'alg': 'dir', 'enc': 'A256GCM'}))}..{'a' * 16}.{'b' * 80}.{'c' * 22}",
        "This is an encrypted token.",
    ),
}


@pytest.mark.parametrize("name", BAD)
async def test_every_tab_shows_what_could_be_read(lonely: TokensPanel, name: str) -> None:
    text, title = BAD[name]
    begun = time.process_time()
    lonely.take_text(text)
    await lonely.tasks.idle()
    assert lonely.token is not None
    assert lonely.paste_field.problem() == ""
    assert title in ["", *titles(lonely)]
    for at in range(lonely.details.count()):
        if lonely.details.isTabVisible(at):
            lonely.details.setCurrentIndex(at)
            QApplication.processEvents()
            lonely.grab()
    # Half a second is usual; on a busy machine even the processor's own time varies.
    assert time.process_time() - begun < 5


async def test_what_somebody_else_encrypted_is_not_called_a_refresh_token(lonely: TokensPanel) -> None:
    lonely.take_text(BAD["one encrypted by others"][0])
    assert lonely.heading.text().startswith("Encrypted token")


async def test_a_claim_that_turns_the_line_round_is_shown_as_it_stands(lonely: TokensPanel) -> None:
    lonely.take_text(forged(iss="x", sub="a", name="Ada \u202enimda", nickname="a\0\x1b[1m\x07"))
    details = lonely.details
    at = details.claims.find(lambda row: row.name == "name")
    assert at.siblingAtColumn(1).data() == "Ada \\u202enimda"
    details.claims_view.setCurrentIndex(at)
    assert "Ada \\u202enimda" in details.claims_part.explanation()
    assert '"nickname": "a\\u0000\\u001b[1m\\u0007"' in details.payload.text()
    found = [text for text in painted_texts(lonely) if set(text) & {"\u202e", "\0", "\x1b", "\x07"}]
    assert found == []
