"""The search for secrets finds what it is for: it must not pass because it looks at nothing."""

import base64
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.gui.spills import Spills

KEY = "wJalrXUtnFEMI/K7MDENG"


@pytest.mark.parametrize(
    "written",
    [
        f"key = {KEY}\n".encode(),
        f"key = {KEY}\n".encode("utf-16-le"),
        f"?key={quote(KEY, safe='')}".encode(),
        *(base64.b64encode(b"x" * before + KEY.encode() + b" and more") for before in range(4)),
    ],
)
def test_a_secret_is_found_however_it_was_written(tmp_path: Path, written: bytes) -> None:
    spills = Spills()
    spills.add("key", KEY)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(written)
    assert spills.found_in(tmp_path, apart_from=tmp_path / "other") == [f"key in {tmp_path}/deep/file"]
    assert spills.found_in(tmp_path, apart_from=tmp_path / "deep") == []


def test_of_a_signed_token_the_signature_is_looked_for() -> None:
    spills = Spills()
    spills.add("token", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl")
    assert spills.names_in(b'{"header": "eyJhbGciOiJSUzI1NiJ9", "claims": "eyJzdWIiOiJhZGEifQ"}') == []
    assert spills.names_in(b"Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl") == ["token"]
