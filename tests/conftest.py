"""Every test runs away from the person's own files, keys and network."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cognito_explorer.app import Application

_HOME = Path(tempfile.mkdtemp(prefix="cognito-explorer-tests-"))

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
os.environ["AWS_CONFIG_FILE"] = str(_HOME / "aws-config")
os.environ["AWS_SHARED_CREDENTIALS_FILE"] = str(_HOME / "aws-credentials")
os.environ["COGNITO_EXPLORER_HOME"] = str(_HOME / "home")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole programs, fuzzing and kill rounds come first, so that the files at the end are short ones."""
    first = {Path(__file__).parent, Path(__file__).parent / "sandbox"}
    items.sort(key=lambda item: item.path.parent not in first)


@pytest.fixture(scope="session")
def qapp_cls() -> "type[Application]":
    """The application object of the product; a process has one, whichever test asks first."""
    from cognito_explorer.app import Application

    return Application
