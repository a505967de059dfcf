"""The search for secrets finds what it is for: it must not pass because it looks at nothing."""

import base64
import json
import zlib
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
        f"key = {KEY}\n".encode("utf-16-be"),
        f"?key={quote(KEY, safe='')}".encode(),
        json.dumps({"key": KEY}).replace("/", "\\/").encode(),
        KEY.encode().hex().encode(),
        base64.urlsafe_b64encode(KEY.encode() + b"??>>"),
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


def test_of_a_picture_its_words_are_looked_at_and_its_pixels_are_not(tmp_path: Path) -> None:
    spills = Spills()
    spills.add("key", KEY)
    for kind, data, found in (
        (b"IDAT", KEY.encode(), False),
        (b"tEXt", b"Comment\0" + KEY.encode(), True),
        (b"zTXt", b"Comment\0\0" + zlib.compress(KEY.encode()), True),
    ):
        chunk = len(data).to_bytes(4, "big") + kind + data + bytes(4)
        (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk)
        assert bool(spills.found_in(tmp_path, apart_from=tmp_path / "other")) is found, kind


def test_a_name_of_a_file_or_folder_is_looked_at(tmp_path: Path) -> None:
    spills = Spills()
    spills.add("key", "moonlight-in-a-name")
    (tmp_path / "moonlight-in-a-name").mkdir()
    assert len(spills.found_in(tmp_path, apart_from=tmp_path / "other")) == 1
