"""Times in SAML are UTC wherever the sandbox runs."""

import time
from collections.abc import Iterator

import pytest

from cognito_explorer.sandbox.federation.saml_request import read_stamp, stamp


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "JST-9")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("tokyo")
@pytest.mark.parametrize("text", ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05", "2026-01-02T12:04:05+09:00"])
def test_a_time_without_a_zone_is_utc(text: str) -> None:
    assert stamp(read_stamp(text)) == "2026-01-02T03:04:05Z"


def test_what_is_no_time_is_told() -> None:
    with pytest.raises(ValueError, match="yesterday"):
        read_stamp("yesterday")
