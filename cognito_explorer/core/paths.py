"""Where our files live. COGNITO_EXPLORER_HOME moves all of them into one folder, for tests and portable use."""

import os
from pathlib import Path

import platformdirs

_APP = "cognito-explorer"


def config_folder() -> Path:
    """Settings and the list of profile ids; holds no secret."""
    return _home("config") or platformdirs.user_config_path(_APP, appauthor=False)


def data_folder() -> Path:
    """What the app keeps: the sandbox's world, later the journal and the index."""
    return _home("data") or platformdirs.user_data_path(_APP, appauthor=False)


def log_folder() -> Path:
    """The app's own log."""
    return _home("log") or platformdirs.user_log_path(_APP, appauthor=False)


def sandbox_folder() -> Path:
    """The sandbox's data folder, its own and nobody else's."""
    return data_folder() / "sandbox"


def _home(part: str) -> Path | None:
    home = os.environ.get("COGNITO_EXPLORER_HOME")
    return Path(home).expanduser() / part if home else None
