"""PreventUserExistenceErrors, operation by operation (reference: errors 3)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.auth.srp_client import sign_in_with_srp
from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

NOBODY = "nobody@moonletter.example"
WRONG_CODE = "Invalid verification code provided, please try again."
NO_CODE = "Invalid code provided, please request a code again."
UNKNOWN = "Username/client id combination not found."
Call = Callable[[PoolUnderTest, str], Any]


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox, UsernameAttributes=["email"])
    made.add_user("ada@moonletter.example")
    return made


@pytest.fixture(scope="module")
def hiding(pool: PoolUnderTest) -> str:
    return str(pool.add_client(ExplicitAuthFlows=FLOWS, PreventUserExistenceErrors="ENABLED")["ClientId"])


def _forgot(pool: PoolUnderTest, client_id: str) -> Any:
    return pool.public.forgot_password(ClientId=client_id, Username=NOBODY)


def _resend(pool: PoolUnderTest, client_id: str) -> Any:
    return pool.public.resend_confirmation_code(ClientId=client_id, Username=NOBODY)


def _reset(pool: PoolUnderTest, client_id: str, password: str = PASSWORD) -> Any:
    return pool.public.confirm_forgot_password(
        ClientId=client_id, Username=NOBODY, ConfirmationCode="123456", Password=password
    )


def _confirm(pool: PoolUnderTest, client_id: str) -> Any:
    return pool.public.confirm_sign_up(ClientId=client_id, Username=NOBODY, ConfirmationCode="123456")


def _sign_in(pool: PoolUnderTest, client_id: str) -> Any:
    return pool.sign_in(NOBODY, client_id=client_id)


def _srp(pool: PoolUnderTest, client_id: str) -> Any:
    return sign_in_with_srp(pool.public, pool.pool_id, client_id, NOBODY, PASSWORD)


@pytest.mark.parametrize("call", [_sign_in, _srp])
def test_a_sign_in_does_not_tell_nobody_from_a_wrong_password(pool: PoolUnderTest, hiding: str, call: Call) -> None:
    with refused("NotAuthorizedException", "Incorrect username or password."):
        call(pool, hiding)
    with refused("UserNotFoundException", "User does not exist."):
        call(pool, pool.client_id)


@pytest.mark.parametrize("call", [_forgot, _resend])
def test_a_code_seems_to_be_sent_to_nobody(pool: PoolUnderTest, hiding: str, call: Call) -> None:
    details = call(pool, hiding)["CodeDeliveryDetails"]
    assert details == {"Destination": "n***@m***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    with refused("UserNotFoundException", UNKNOWN):
        call(pool, pool.client_id)


@pytest.mark.parametrize(("ask", "answer"), [(_forgot, _reset), (_resend, _confirm)])
def test_nobody_s_code_is_wrong_once_asked_for_and_too_old_before(
    pool: PoolUnderTest, hiding: str, ask: Call, answer: Call
) -> None:
    """ConfirmForgotPassword: CodeMismatchException, ExpiredCodeException if no code was requested."""
    pool.sandbox.advance(2 * 86400)
    with refused("ExpiredCodeException", NO_CODE):
        answer(pool, hiding)
    ask(pool, hiding)
    with refused("CodeMismatchException", WRONG_CODE):
        answer(pool, hiding)
    with refused("UserNotFoundException", UNKNOWN):
        answer(pool, pool.client_id)


def test_a_weak_password_is_refused_for_nobody_as_for_somebody(pool: PoolUnderTest, hiding: str) -> None:
    with refused("InvalidPasswordException", "Password did not conform with policy: Password not long enough"):
        _reset(pool, hiding, "Sh0rt-")


def test_a_taken_name_is_never_hidden_at_sign_up(pool: PoolUnderTest, hiding: str) -> None:
    """SignUp of existing name: still UsernameExistsException."""
    with refused("UsernameExistsException"):
        pool.public.sign_up(ClientId=hiding, Username="ada@moonletter.example", Password=PASSWORD)
