"""Errands: what an operation waits for, and what is put off until its change is on disk."""

import pytest

from cognito_explorer.sandbox.errands import Errands, ErrandWanted
from cognito_explorer.sandbox.errors import ServiceError


def run(errands: Errands, operation: object) -> object:
    """Run an operation as the server does, until it needs nothing more."""
    while True:
        errands.begin({})
        try:
            return operation()  # type: ignore[operator]
        except ErrandWanted as wanted:
            wanted.run()


def test_an_operation_runs_again_with_what_its_errands_came_to() -> None:
    errands, runs = Errands(), []

    def operation() -> str:
        runs.append(1)
        return errands.ask(("a",), lambda: "x") + errands.ask(("b",), lambda: "y") + errands.ask(("a",), lambda: "z")

    assert run(errands, operation) == "xyz"
    assert len(runs) == 4


def test_an_error_of_an_errand_is_raised_where_it_was_asked_for() -> None:
    errands = Errands()

    def fail() -> None:
        raise ServiceError("Late", "too late")

    with pytest.raises(ServiceError, match="too late"):
        run(errands, lambda: errands.ask(("a",), fail))


def test_values_kept_are_the_same_in_every_run() -> None:
    errands, drawn = Errands(), iter(range(10))

    def operation() -> int:
        number = errands.keep("number", lambda: next(drawn))
        errands.ask(("a",), lambda: None)
        return number

    assert run(errands, operation) == 0
    assert next(drawn) == 1


def test_what_is_put_off_is_done_once_for_the_run_that_succeeded() -> None:
    errands, done = Errands(), []

    def operation() -> None:
        errands.afterwards(lambda: done.append("after"))
        errands.ask(("a",), lambda: None)

    run(errands, operation)
    assert not errands.is_finished
    errands.finish()
    assert done == ["after"]
    assert errands.is_finished


def test_what_a_finished_part_put_off_survives_another_run_of_the_rest() -> None:
    errands, done = Errands(), []

    def operation() -> None:
        errands.keep("part", lambda: errands.afterwards(lambda: done.append("part")))
        errands.ask(("a",), lambda: None)

    run(errands, operation)
    errands.finish()
    assert done == ["part"]


def test_an_operation_that_asks_without_end_is_stopped() -> None:
    errands = Errands()

    def operation() -> None:
        for number in range(1000):
            errands.ask((str(number),), lambda: None)

    with pytest.raises(RuntimeError):
        run(errands, operation)


@pytest.mark.parametrize("keeps_writes", [False, True])
def test_what_a_refused_run_put_off_is_done_only_with_its_change(*, keeps_writes: bool) -> None:
    errands, done, refusal = Errands(), [], ServiceError("No", "no", keeps_writes=keeps_writes)

    def part() -> None:
        errands.afterwards(lambda: done.append("part"))
        raise refusal

    errands.begin({})
    errands.afterwards(lambda: done.append("run"))
    with pytest.raises(ServiceError):
        errands.keep("part", part)
    errands.refuse(refusal)
    errands.finish()
    assert done == (["run", "part"] if keeps_writes else [])
