"""An environment is made once, and made anew when it is not what it should be."""

from pathlib import Path

import pytest
from checkout import python_of
from errors import SetupError
from virtual_environment import ENVIRONMENT_STAMP, _explain, make_environment


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in which an earlier set-up was interrupted, then done again."""
    folder = tmp_path_factory.mktemp("checkout")
    lock = folder / "requirements.lock"
    lock.write_text("", encoding="utf-8")
    (folder / ".venv").mkdir()
    for name in ("pyvenv.cfg", "half-written"):
        (folder / ".venv" / name).touch()
    make_environment(folder / ".venv", lock)
    return folder


def test_an_interrupted_set_up_is_made_anew(place: Path) -> None:
    assert python_of(place / ".venv").exists()
    assert (place / ".venv" / ENVIRONMENT_STAMP).exists()
    assert not (place / ".venv" / "half-written").exists()


def test_a_ready_environment_is_kept(place: Path) -> None:
    mark = place / ".venv" / "kept"
    mark.touch()
    python = make_environment(place / ".venv", place / "requirements.lock")
    assert python == python_of(place / ".venv")
    assert mark.exists()


def test_a_changed_lock_makes_the_environment_anew(place: Path) -> None:
    mark = place / ".venv" / "old"
    mark.touch()
    (place / "requirements.lock").write_text("# newer\n", encoding="utf-8")
    make_environment(place / ".venv", place / "requirements.lock")
    assert not mark.exists()


def test_line_ends_of_the_lock_do_not_matter(place: Path) -> None:
    lock = place / "requirements.lock"
    mark = place / ".venv" / "kept"
    mark.touch()
    lock.write_bytes(lock.read_bytes().replace(b"\n", b"\r\n"))
    make_environment(place / ".venv", lock)
    assert mark.exists()


def test_a_folder_that_is_no_environment_is_left_alone(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("", encoding="utf-8")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "novel.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(SetupError, match="left alone"):
        make_environment(tmp_path / ".venv", lock)
    assert (tmp_path / ".venv" / "novel.txt").read_text(encoding="utf-8") == "dear"


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        ("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", "cannot be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "its hash differs"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "is not trusted here"),
        ("something else", "pip failed"),
    ],
)
def test_pip_s_failures_get_a_sentence_of_their_own(output: str, sentence: str) -> None:
    assert sentence in _explain(output, "pip failed").splitlines()[0]
