"""Where files live."""

from pathlib import Path

import pytest

from cognito_explorer.core import paths


def test_one_variable_moves_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COGNITO_EXPLORER_HOME", str(tmp_path))
    folders = [paths.config_folder(), paths.data_folder(), paths.log_folder(), paths.sandbox_folder()]
    assert all(tmp_path in folder.parents for folder in folders)
    assert len(set(folders)) == 4


def test_without_it_each_system_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COGNITO_EXPLORER_HOME")
    assert paths.config_folder().name == "cognito-explorer"
