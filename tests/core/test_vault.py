"""The vault against a real Secret Service, and against no keyring at all."""

import keyring
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keyring.backends import fail, null

from cognito_explorer.core.errors import VaultUnavailable
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
