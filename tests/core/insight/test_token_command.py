"""`cognito-explorer token` as a person and a program meet it."""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from cognito_explorer.__main__ import main
from cognito_explorer.core.auth.tokens import issuer_of
from tests.sandbox_fixture import start_sandbox

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEY_SET = {"keys": [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "k1", "alg": "RS256"}]}


def signed(**changes: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": issuer_of("us-east-1_abc"), "sub": "s", "aud": "c1", "token_use": "id", "cognito:username": "ada",
        "exp": now + 3_000, "iat": now - 60, "auth_time": now - 60, "origin_jti": "o",
    }  # fmt: skip
    return jwt.encode(claims | changes, KEY, "RS256", {"kid": "k1"})


@pytest.fixture
def keys(tmp_path: Path) -> str:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(KEY_SET), encoding="utf-8")
    return str(file)


def run(text: str | bytes, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    raw = text.encode() if isinstance(text, str) else text
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    return main(["token", "-", *options])


def test_what_cannot_be_known_offline_is_printed_and_does_not_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(f"Authorization: Bearer {signed()}", monkeypatch) == 0
    said = capsys.readouterr().out
    assert said.startswith("Token: ID token, unknown (header Authorization)\n")
    assert "unknown  The signature was not checked. No keys were given" in said
    assert "passed   This is an ID token." in said
    assert "no       GetUser: It takes access tokens alone." in said


def test_what_passed_but_is_to_be_looked_at_is_a_warning_in_the_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(signed(iat=int(time.time()) + 900), monkeypatch) == 0
    told = capsys.readouterr().out.split("findings:\n")[1].split("  would take it:")[0].splitlines()
    words = [each.split()[0] for each in told]
    assert "warning" in words
    assert words == sorted(words, key=["unknown", "warning", "passed"].index)


def test_keys_of_a_file_prove_the_signature(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], keys: str
) -> None:
    assert run(signed(), monkeypatch, "--jwks", keys, "--audience", "c1", "--issuer", issuer_of("us-east-1_abc")) == 0
    said = capsys.readouterr().out
    assert "passed   The signature is valid. Signed by a key in keys.json." in said
    assert "passed   It is for the audience that is expected. c1" in said


@pytest.mark.parametrize(
    ("changes", "options", "sentence"),
    [
        ({"exp": 1}, (), "failed   Expired "),
        ({"iat": "now"}, (), "failed   The claim iat is of a wrong type."),
        ({}, ("--audience", "c2"), "failed   It is for another audience than expected."),
        ({}, ("--issuer", "https://x.example"), "failed   It is of another issuer than expected."),
    ],
)
def test_what_fails_is_exit_code_1(
    changes: dict[str, Any],
    options: tuple[str, ...],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    token = jwt.api_jws.encode(
        json.dumps({**jwt.decode(signed(), options={"verify_signature": False}), **changes}).encode(), KEY, "RS256"
    )
    assert run(token, monkeypatch, *options) == 1
    assert sentence in capsys.readouterr().out


def test_a_file_of_other_keys_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "other.json"
    file.write_text(json.dumps({"keys": [{**KEY_SET["keys"][0], "kid": "k2"}]}), encoding="utf-8")
    assert run(signed(), monkeypatch, "--jwks", str(file)) == 1
    said = capsys.readouterr().out
    assert said.count("k2") == 1
    assert said.count("no key of this id") == 1
    assert "No key in other.json fits the signature. The file has no key of this id" in said
    assert "Check it with the issuer's own keys (--fetch-jwks)" in said
    assert "Trust nothing" not in said
    assert "no       the other 9: No key fits its signature." in said


def test_a_forged_token_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], keys: str) -> None:
    header, claims, signature = signed().split(".")
    forged = f"{header}.{claims}.{signature[:40]}{'A' * 40}{signature[80:]}"
    assert run(forged, monkeypatch, "--jwks", keys) == 1
    assert "failed   The signature is wrong." in capsys.readouterr().out


def test_json_has_a_version_and_lists_every_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps({"id_token": signed(), "access_token": signed(token_use="access"), "refresh_token": "opaque-one"})
    assert run(text, monkeypatch, "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == 1
    assert [(each["kind"], each["where"]) for each in document["tokens"]] == [
        ("id", "id_token"), ("access", "access_token"), ("refresh", "refresh_token")
    ]  # fmt: skip
    first = document["tokens"][0]["findings"][0]
    assert set(first) == {"check", "verdict", "level", "claim", "title", "detail", "why", "remedy"}


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_token_is_ever_printed_whole_and_no_terminal_is_moved(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = signed()
    outer = signed(carried=inner, inner={"deep": [f"Bearer {inner}"]}, name="\x1b[2J\u202eada\x9b")
    run(f'{{"refresh_token": "a-very-secret-one", "id_token": "{outer}"}}', monkeypatch, "--format", form)
    said = capsys.readouterr()
    for secret in (inner, outer, inner.rpartition(".")[2], "a-very-secret-one"):
        assert secret not in said.out + said.err
    assert not {"\x1b", "\u202e", "\x9b"} & set(said.out)


@pytest.mark.parametrize(
    ("text", "options", "code", "sentence"),
    [
        ("hello", (), 2, "no token was found"),
        (b"\xff\xfe\x00", (), 2, "no token was found"),
        (signed(), ("--jwks", "no-such-file"), 64, "no-such-file cannot be read"),
        (signed(), ("--jwks", __file__), 64, "is no JSON Web Key Set"),
        (signed(), ("--jwks", os.devnull), 64, "is no JSON Web Key Set"),
        (signed(), ("--format", "xml"), 64, "invalid choice"),
        (signed(), ("--no-such-option",), 64, "unrecognized arguments"),
        (signed(), ("--fetch-jwks", "--jwks", __file__), 64, "not allowed with"),
    ],
)
def test_a_text_without_tokens_is_exit_code_2_and_a_wrong_command_line_64(
    text: str | bytes,
    options: tuple[str, ...],
    code: int,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(text, monkeypatch, *options) == code
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("before", "after", "options"),
    [
        (["token"], "", []),
        (["token"], "Bearer ", []),
        (["token"], "authorization: Bearer\n", ["--fetch-jwks"]),
        (["token", os.devnull], "", []),
        (["token", os.devnull, "--format"], "", []),
        ([], "", []),
    ],
)
def test_a_token_in_the_place_of_a_file_is_not_printed_and_told_where_it_goes(
    before: list[str], after: str, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    token = signed()
    assert main([*before, f"{after}{token}", *options]) in (2, 64)
    said = capsys.readouterr()
    assert not any(part[6:] in said.out + said.err for part in token.split("."))
    assert "eyJhbG…" in said.err
    assert "that is a token" in said.err
    assert "No such file" not in said.err


def test_an_empty_key_set_is_a_wrong_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "none.json"
    file.write_text('{"keys": []}', encoding="utf-8")
    assert run(signed(), monkeypatch, "--jwks", str(file)) == 64
    assert "none.json has no keys in it" in capsys.readouterr().err


def test_the_advice_is_what_can_be_done_on_a_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(signed(token_use="access", scope="aws.cognito.signin.user.admin"), monkeypatch)
    said = capsys.readouterr().out
    assert "use --jwks FILE, or --fetch-jwks to ask the issuer.\n" in said
    assert "aws cognito-idp get-user --access-token TOKEN" in said
    run(signed(token_use="access", scope="openid"), monkeypatch)
    assert "get-user" not in capsys.readouterr().out, "GetUser would refuse it for its scopes"
    assert "Connect to the pool" not in said


@pytest.mark.parametrize("length", [80, 150, 200, 330])
def test_a_token_that_was_cut_off_says_so_and_not_that_it_never_expires(
    length: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(signed(note="x" * 200)[:length], monkeypatch) == 1
    said = capsys.readouterr().out
    assert "does not say when it expires" not in said
    lost = "its times could not be read" if length < 300 else "its signature is missing"
    assert f"no       the other 9: It was cut off: {lost}." in said
    assert "The token is not whole." in said


def test_a_signature_that_was_cut_off_is_no_signature(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(signed()[:-60], monkeypatch) == 1
    said = capsys.readouterr().out
    assert "failed   The signature was cut off. Its signature has 282 characters; those of RS256 have 342" in said
    assert "no       the other 9: Its signature has 282 characters" in said


def test_more_than_is_looked_at_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(f"{'moon ' * 4_000_001}{signed()}", monkeypatch) == 2
    assert "only the first 20 MB were read" in capsys.readouterr().err
    many = "\n".join(f"token_{number}={signed(n=number)}" for number in range(201))
    assert run(many, monkeypatch, "--format", "json") == 0
    said = capsys.readouterr()
    assert "200 tokens are listed at most" in said.err
    document = json.loads(said.out)
    assert len(document["tokens"]) == 200
    assert document["notes"] == ["200 tokens are listed at most: there may be more"]


def test_binary_input_is_searched_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(bytes(range(256)) * 40, monkeypatch) == 2
    assert run(bytes(range(128, 256)) * 40 + signed().encode() + b"\x00\xff", monkeypatch) == 0
    assert "This is an ID token." in capsys.readouterr().out


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_reader_that_has_had_enough_is_no_failure(form: str, tmp_path: Path) -> None:
    file = tmp_path / "many"
    file.write_text("\n".join(f"token_{number}={signed(n=number)}" for number in range(150)), encoding="utf-8")
    command = [sys.executable, "-m", "cognito_explorer", "token", str(file), "--format", form]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="closing a stream for a program is the shell's work")
@pytest.mark.parametrize(
    ("redirection", "code", "sentence"),
    [
        ("- <&-", 64, "standard input is closed"),
        ("- >&-", 74, "standard output is closed"),
        ("- >/dev/full", 74, "No space left on device"),
        ("- >&- 2>&-", 74, ""),
    ],
)
def test_streams_that_are_closed_or_full_are_told(redirection: str, code: int, sentence: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'"{sys.executable}" -m cognito_explorer token {redirection}'],
        input=signed().encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == code
    assert sentence in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_the_json_is_what_its_schema_says(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    schema = json.loads(Path("docs/token-report.schema.json").read_text(encoding="utf-8"))
    whole = signed(iat=float("inf"), nested={"a": [float("nan")]})
    text = json.dumps({"a": whole, "b": signed()[:150], "refresh_token": "opaque-one", "c": whole, "d": "eyJh.b.c.d.e"})
    run(text, monkeypatch, "--format", "json", "--issuer", "https://x.example")
    document = json.loads(capsys.readouterr().out, parse_constant=lambda name: pytest.fail(name))
    assert list(problems_with(document, schema, schema, "report")) == []
    assert {each["form"] for each in document["tokens"]} >= {"signed", "part", "opaque"}
    document["tokens"][0]["findings"][0]["verdict"] = "perhaps"
    del document["notes"]
    assert len(list(problems_with(document, schema, schema, "report"))) == 2


TYPES = {"object": dict, "array": list, "string": str}


def problems_with(value: Any, rule: dict[str, Any], whole: dict[str, Any], place: str) -> Iterator[str]:
    """As much of JSON Schema as the report's own schema uses; a member that it does not name is a problem, too."""
    rule = {**rule, **whole["$defs"].get(rule.get("$ref", "").removeprefix("#/$defs/"), {})}
    if "const" in rule and value != rule["const"]:
        yield f"{place} is not {rule['const']}"
    if "enum" in rule and value not in rule["enum"]:
        yield f"{place} is none of {rule['enum']}"
    if "type" in rule and not isinstance(value, TYPES[rule["type"]]):
        yield f"{place} is no {rule['type']}"
    if "properties" in rule:
        yield from (f"{place} lacks {name}" for name in rule["required"] if name not in value)
        yield from (f"{place} has {name}" for name in value if name not in rule["properties"])
        for name in set(value) & set(rule["properties"]):
            yield from problems_with(value[name], rule["properties"][name], whole, f"{place}.{name}")
    if "items" in rule:
        for each in value:
            yield from problems_with(each, rule["items"], whole, f"{place}[]")


def test_a_file_that_is_not_there_is_a_wrong_command_line_and_help_is_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["token", "no-such-file"]) == 64
    assert main(["token"]) == 64
    assert "no-such-file cannot be read" in capsys.readouterr().err
    assert main(["token", "--help"]) == 0
    said = capsys.readouterr().out
    assert all(words in said for words in ("0 nothing failed", "1 something failed", "2 no token", "64 the command"))


def test_a_token_in_a_token_is_listed_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], keys: str
) -> None:
    outer = jwt.api_jws.encode(signed().encode(), KEY, "RS256", {"kid": "k1", "cty": "JWT"})
    run(outer, monkeypatch, "--jwks", keys)
    said = capsys.readouterr().out
    outside, _, inside = said.partition("Token 2 of 2: ID token, unknown (inside another token)")
    assert outside.startswith("Token 1 of 2: nested JWT, passed (alone)")
    assert "This is a nested JWT. Its payload is another token" in outside
    assert not any(words in outside for words in ("claim is of the right type", "aud", "issuer", "expires"))
    assert "Every claim is of the right type." in inside


def test_output_survives_a_terminal_that_is_not_unicode() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cognito_explorer", "token", "-"],
        input=signed(name="ą").encode(),
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "0"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"\\u0105" in done.stdout


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_file_written_by_a_windows_shell_is_read(
    encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token.txt"
    file.write_text(signed(), encoding=encoding)
    assert main(["token", str(file)]) == 0
    assert "This is an ID token." in capsys.readouterr().out


def test_an_issuer_that_is_not_awss_is_asked_only_when_it_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    token = signed(iss="http://127.0.0.1:9/x")
    assert run(token, monkeypatch, "--fetch-jwks") == 0
    assert "Keys are fetched from AWS's issuers alone." in capsys.readouterr().out


def test_the_keys_of_an_issuer_that_is_named_are_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox = start_sandbox(tmp_path / "world", "--seed", "demo", "--issuer", "local")
    try:
        tokens = sandbox.public_client("cognito-idp").initiate_auth(
            ClientId="3moonletterweb7k2q9v5d1h8s",
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": "Moonletter-2026"},
        )["AuthenticationResult"]
        issuer = jwt.decode(tokens["IdToken"], options={"verify_signature": False})["iss"]
        code = run(json.dumps(tokens), monkeypatch, "--fetch-jwks", "--issuer", issuer)
    finally:
        sandbox.stop()
    said = capsys.readouterr().out
    assert f"passed   The signature is valid. Signed by a key in {issuer}." in said
    assert code == 0, said
