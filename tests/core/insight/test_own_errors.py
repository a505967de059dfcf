"""What the app refuses or misses by itself is told as its own, with a cause for each of its codes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import cognito_explorer
from cognito_explorer.core.errors import ExplorerError, WriteRefused
from cognito_explorer.core.insight.explanations import catalogue, explain, is_error_text, own_errors, text_of

# It has no Explain button: the sentence says all there is.
_UNEXPLAINED = {"NotOffered"}


def codes_of_our_own() -> Iterator[str]:
    """Each code that stands in the source beside the error it is of."""
    root = Path(cognito_explorer.__path__[0])
    for path in sorted(file for room in ("core", "gui") for file in (root / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for each in node.keywords if isinstance(node, ast.Call) else ():
                if each.arg == "code" and isinstance(each.value, ast.Constant) and each.value.value:
                    yield str(each.value.value)


def test_each_code_has_a_cause() -> None:
    known = {code for entry in catalogue() for code in entry.codes}
    assert {*codes_of_our_own()} - known - _UNEXPLAINED <= own_errors().keys()
    assert not known & own_errors().keys()
    assert all(cause.cause and cause.todo for causes in own_errors().values() for cause in causes)


@pytest.mark.parametrize("code", ["MovedOn", "ModeRefused", "SignInRefused", "NameNotTyped"])
def test_a_refusal_of_the_apps_says_nothing_of_aws(code: str) -> None:
    error = WriteRefused("Nothing was changed: “a” is read-only.", "Switch it.", code=code, operation="cognito-idp:X")
    found = explain(error)
    assert (found.title, found.clues.message) == ("Nothing was changed: “a” is read-only.", "Switch it.")
    assert (found.clues.code, found.clues.operation, len(found.causes)) == (code, "X", 1)
    assert "An error occurred" not in text_of(error)
    assert explain(text_of(error)) == found, "its copied details lead to the same page"
    assert is_error_text(text_of(error))


def test_an_error_without_an_operation_is_of_none() -> None:
    error = ExplorerError("The proxy did not answer.", code="EndpointConnectionError")
    assert "unnamed" not in text_of(error)
    assert explain(error).entry_id == "unreachable"
