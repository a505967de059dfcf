"""After the whole gallery no file of the app, and no word on the terminal, holds a secret that was used or received."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

import pytest

from cognito_explorer.core.journal_file import KEY_NAME
from cognito_explorer.core.profiles import Profile
from cognito_explorer.core.vault import SERVICE
from tests.gui.auth.hosted_ui_driver import DEMO_PASSWORD
from tests.gui.spills import Spills
from tests.overheard import Listener, secrets_in
from tests.secret_service_fixture import secret_service
from tests.traces import EXTERNAL_ID

__all__ = ["secret_service"]

GALLERY = Path(__file__).with_name("gallery.py")
FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME", "TMPDIR")
SECRET_FIELDS = frozenset(each.name for each in fields(Profile) if not each.repr)


@dataclass(frozen=True)
class Remains:
    """What a run of the gallery has left: files, words, and what was heard of secrets meanwhile."""

    home: Path
    said: bytes = field(repr=False)
    spills: Spills
    heard: dict[str, str] = field(repr=False)


@pytest.fixture
def remains(tmp_path: Path, secret_service: None) -> Iterator[Remains]:
    """The gallery as a program of its own, in folders of its own, with a keyring and a listener."""
    home = tmp_path / "home"
    environment = {name: value for name, value in os.environ.items() if name != "COGNITO_EXPLORER_HOME"}
    for name in (*FOLDERS, "cwd"):
        (home / name.lower()).mkdir(parents=True)
        environment[name] = str(home / name.lower())
    with tempfile.TemporaryDirectory(prefix="w") as folder:
        listener = Listener(Path(folder))
        done = subprocess.run(
            [sys.executable, str(GALLERY), str(tmp_path / "pictures"), "light", "--keyring"],
            env=environment | listener.environment,
            cwd=home / "cwd",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        listener.close()
    assert done.returncode == 0, done.stdout.decode()[-2_000:]
    spills = Spills()
    for name, secret in {**listener.heard, **kept_secrets(), "wrong password": "not the password"}.items():
        if len(secret) >= Spills.SHORTEST:
            spills.add(name, secret)
    yield Remains(home, done.stdout, spills, listener.heard)


def kept_secrets() -> dict[str, str]:
    """What lies in the keyring and is no plain fact of a profile."""
    import secretstorage

    with secretstorage.dbus_init() as bus:
        entries = [
            (item.get_attributes()["username"], item.get_secret().decode())
            for item in secretstorage.search_items(bus, {"service": SERVICE})
        ]
    return {name: secret for name, secret in entries if name == KEY_NAME or name.rpartition("/")[2] in SECRET_FIELDS}


def test_no_file_and_no_word_on_the_terminal_holds_a_secret(remains: Remains) -> None:
    kept = kept_secrets()
    assert EXTERNAL_ID in kept.values()
    assert KEY_NAME in kept
    kinds = {name.rpartition(" ")[0] for name in remains.heard}
    assert kinds >= {
        "access_token", "id_token", "refresh_token", "code", "code_verifier", "password", "_csrf",
        "authorization", "SecretKey", "SessionToken", "cookie cognito", "ClientSecret",
    }, sorted(kinds)  # fmt: skip
    assert DEMO_PASSWORD in remains.heard.values()
    written = {path.name for path in remains.home.rglob("*") if path.is_file()}
    assert written >= {"cognito-explorer.log", "journal.db", "profiles.json", "Cognito Explorer.ini"}, written
    sandbox = remains.home / "xdg_data_home" / "cognito-explorer" / "sandbox"
    assert sandbox.is_dir()
    assert b"this error is made for its picture" in remains.said
    assert remains.spills.found_in(remains.home, apart_from=sandbox) == []
    assert remains.spills.names_in(remains.said) == []
    for name, secret in remains.heard.items():
        if len(secret) >= Spills.SHORTEST:
            planted = remains.home / "cwd" / "planted"
            planted.write_bytes(b"\x00x=" + secret.encode() + b"\n")
            assert remains.spills.found_in(remains.home / "cwd", apart_from=sandbox), f"{name} is not looked for"
            planted.unlink()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"AuthParameters": {"USERNAME": "ada", "PASSWORD": "moonlight"}}', {"PASSWORD": "moonlight"}),
        (b'{"Credentials": {"AccessKeyId": "ASIA1", "SecretKey": "secret-key"}}', {"SecretKey": "secret-key"}),
        (b'{"Logins": {"cognito-idp/pool": "e.y.s"}, "Session": "AYABe"}', {"Logins": "e.y.s", "Session": "AYABe"}),
        (b"grant_type=authorization_code&code=a-code&client_id=web", {"code": "a-code"}),
        (b'<input type="hidden" name="_csrf" value="seven" /><p>session</p>', {"_csrf": "seven"}),
        (b'{"UserPool": {"Name": "moonletter"}}', {}),
    ],
)
def test_a_secret_is_heard_in_each_kind_of_body(body: bytes, found: dict[str, str]) -> None:
    assert dict(secrets_in(body)) == found
