"""Every test runs away from the person's own files, keys and network."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

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

# As dev.py test asks for the short run; the long one tries as many examples as hypothesis itself thinks right.
_SHORT_RUN, _SHORT_EXAMPLES = "not full", 50


def pytest_configure(config: pytest.Config) -> None:
    """How long an example takes says nothing on a busy machine; how many there are is told by the run."""
    settings.register_profile("whole", deadline=None)
    settings.register_profile("short", deadline=None, max_examples=_SHORT_EXAMPLES)
    settings.load_profile("short" if config.option.markexpr == _SHORT_RUN else "whole")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole programs, fuzzing and kill rounds come first, so that the files at the end are short ones."""
    first = {Path(__file__).parent, Path(__file__).parent / "sandbox"}
    items.sort(key=lambda item: item.path.parent not in first)


@pytest.fixture(scope="session")
def qapp_cls() -> "type[Application]":
    """The application object of the product; a process has one, whichever test asks first."""
    from cognito_explorer.app import Application

    return Application
