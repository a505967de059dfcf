"""What is said of the journal while its key cannot be had: a keyring that is locked is not one that is missing."""

from cognito_explorer.core.errors import ExplorerError, VaultUnavailable, WriteRefused

# keyring's own name for a collection whose password nobody typed; one that is missing has no code.
_LOCKED, _ABSENT = "KeyringLocked", "NoKeyring"
_WHY = {
    _LOCKED: "the keyring is locked, and the journal's key is in it.",
    _ABSENT: "there is no keyring to keep the journal's key in.",
}
_SILENT = "the keyring, which has the journal's key, did not answer as it should."
_ADVICE = {
    _LOCKED: "Unlock your keyring: it asks again with the next change, or by the button on the page Journal.",
    _ABSENT: "Install a keyring (on Linux: gnome-keyring or KWallet), and try again.",
}
_LOOK = "See whether your keyring still runs, or install a keyring, and try again."


def kept_in_memory(error: VaultUnavailable) -> ExplorerError:
    """What becomes of the journal meanwhile, and what may be changed."""
    code = error.code or _ABSENT
    why = _WHY.get(code, _SILENT)
    title = f"Only the sandbox can be changed: {why}"
    hint = f"What is changed there is remembered for this run, and kept once the key can be had. {_todo(code)}"
    return ExplorerError(title, hint, code=code)


def not_sent(absence: ExplorerError) -> WriteRefused:
    """Why a write outside the sandbox was not sent."""
    title = f"Nothing was changed: {_WHY.get(absence.code, _SILENT)}"
    hint = f"Every change outside the sandbox is noted, encrypted, before it is sent. {_todo(absence.code)}"
    return WriteRefused(title, hint, code=absence.code)


def _todo(code: str) -> str:
    return _ADVICE.get(code, _LOOK)
