"""RFC 6238's published values."""

import base64

import pytest

from cognito_explorer.sandbox.auth import totp
from cognito_explorer.sandbox.clock import Clock

SECRET = base64.b32encode(b"12345678901234567890").decode()


# The RFC prints eight digits; six are the last six of them (RFC 4226 section 5.3).
@pytest.mark.parametrize(
    ("moment", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    assert totp.code_at(SECRET, moment // 30) == code


def test_a_code_is_good_one_step_early_or_late_and_no_more() -> None:
    clock = Clock()
    step = int(clock.now() // 30)
    found = [totp.find_step(clock, SECRET, totp.code_at(SECRET, step + shift)) for shift in (-1, 0, 1)]
    # The step may end while this runs.
    assert found[1] == step
    assert totp.find_step(clock, SECRET, totp.code_at(SECRET, step - 3)) is None
    assert totp.find_step(clock, SECRET, totp.code_at(SECRET, step + 4)) is None


def test_an_authenticator_goes_by_its_own_clock_when_the_world_is_moved() -> None:
    clock = Clock()
    code = totp.code_at(SECRET, int(clock.now() // 30))
    clock.advance(86400)
    assert totp.find_step(clock, SECRET, code) is not None
