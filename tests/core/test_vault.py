"""The vault against a real Secret Service, and against no keyring at all."""

import keyring
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keyring.backends import fail, null

from cognito_explorer.core.errors import SecretLost, VaultUnavailable
from cognito_explorer.core.vault import KeyringVault, MemoryVault, open_keyring


@pytest.fixture
def vault(secret_service: None, monkeypatch: pytest.MonkeyPatch) -> KeyringVault:
    from keyring.backends.SecretService import Keyring

    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())  # type: ignore[no-untyped-call]
    return open_keyring()


def test_what_was_put_in_comes_out_of_the_real_keyring(vault: KeyringVault) -> None:
    vault.put("profile/a/secret", "s3cret ✓")
    assert vault.get("profile/a/secret") == "s3cret ✓"


def test_a_long_value_is_split_and_put_together_again(vault: KeyringVault) -> None:
    token = "".join(chr(97 + number % 26) for number in range(3_456))
    vault.put("token", token)
    assert vault.get("token") == token
    longest = max(len(keyring.get_password("Cognito Explorer", f"token{end}") or "") for end in ("", "#1", "#2", "#3"))
    assert longest == 1_000


@pytest.mark.parametrize("length", [999, 1_000, 1_001, 1_972, 1_973, 2_000, 3_456])
def test_a_piece_that_is_lost_or_another_value_s_is_noticed(vault: KeyringVault, length: int) -> None:
    token = "".join(chr(97 + number % 26) for number in range(length))
    vault.put("token", token)
    assert vault.get("token") == token
    later = [end for end in ("#1", "#2", "#3") if keyring.get_password("Cognito Explorer", f"token{end}")]
    assert bool(later) is (length >= 1_000)
    for end in later:
        piece = keyring.get_password("Cognito Explorer", f"token{end}") or ""
        for other in ("", piece[:-1], piece.upper()):
            keyring.set_password("Cognito Explorer", f"token{end}", other)
            with pytest.raises(SecretLost, match="lost"):
                vault.get("token")
        keyring.delete_password("Cognito Explorer", f"token{end}")
        with pytest.raises(SecretLost, match="lost"):
            vault.get("token")
        keyring.set_password("Cognito Explorer", f"token{end}", piece)
    assert vault.get("token") == token
    vault.forget("token")
    assert keyring.get_password("Cognito Explorer", "token#1") is None


def test_nothing_is_left_of_a_value_that_had_lost_a_piece(vault: KeyringVault) -> None:
    for value in ("", "short"):
        vault.put("token", "x" * 2_500)
        keyring.delete_password("Cognito Explorer", "token#1")
        vault.put("token", value)
        assert keyring.get_password("Cognito Explorer", "token#2") is None


def test_a_long_value_that_does_not_say_how_long_is_read_where_it_ends_with_a_shorter_piece(
    vault: KeyringVault,
) -> None:
    for end, piece in (("", "x" * 1_000), ("#1", "y" * 1_000), ("#2", "z")):
        keyring.set_password("Cognito Explorer", f"old{end}", piece)
    assert vault.get("old") == "x" * 1_000 + "y" * 1_000 + "z"
    for end in ("#2", "#1"):
        keyring.delete_password("Cognito Explorer", f"old{end}")
        with pytest.raises(SecretLost):
            vault.get("old")


def test_a_value_that_begins_as_a_split_one_does_survives(vault: KeyringVault) -> None:
    for value in ("split ", "split 0001 0123456789abcdef x"):
        vault.put("odd", value)
        assert vault.get("odd") == value


def test_a_shorter_value_leaves_nothing_of_the_longer_one(vault: KeyringVault) -> None:
    vault.put("token", "x" * 2_500)
    vault.put("token", "short")
    assert vault.get("token") == "short"
    assert keyring.get_password("Cognito Explorer", "token#1") is None


def test_a_forgotten_value_is_gone_with_all_its_pieces(vault: KeyringVault) -> None:
    vault.put("token", "x" * 2_000)
    vault.forget("token")
    assert vault.get("token") == ""
    assert keyring.get_password("Cognito Explorer", "token#1") is None


def test_forgetting_what_is_not_there_is_no_error(vault: KeyringVault) -> None:
    vault.forget("never put in")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=2_100))
def test_any_text_survives(vault: KeyringVault, value: str) -> None:
    vault.put("any", value)
    assert vault.get("any") == value


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring()])  # type: ignore[no-untyped-call]
def test_a_keyring_that_keeps_nothing_is_refused_with_a_hint(
    backend: keyring.backend.KeyringBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    with pytest.raises(VaultUnavailable) as refused:
        open_keyring()
    assert "no keyring" in refused.value.title
    assert "for this run only" in refused.value.hint


def test_a_chain_of_keyrings_never_falls_back_to_one_that_keeps_nothing(
    secret_service: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keyring.backends.chainer import ChainerBackend

    monkeypatch.setattr(keyring.core, "_keyring_backend", ChainerBackend())  # type: ignore[no-untyped-call]
    vault = open_keyring()
    vault.put("a", "b")
    assert vault.get("a") == "b"


def test_a_keyring_that_dies_is_a_clear_error(
    vault: KeyringVault, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    with pytest.raises(VaultUnavailable, match="did not answer"):
        vault.get("token")


def test_memory_forgets_on_request() -> None:
    vault = MemoryVault()
    vault.put("a", "b")
    assert vault.get("a") == "b"
    vault.forget("a")
    assert vault.get("a") == ""
