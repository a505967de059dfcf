"""Answers that are not AWS's: which mean that an operation is not there, which that somebody stands in between."""

from typing import Any

import botocore.session
import pytest

from cognito_explorer.core.aws.foreign_answers import refuse_foreign_failure, refuse_no_answer
from cognito_explorer.core.errors import NotOffered, Unreachable

PAGE, JSON, XML = "text/html; charset=utf-8", "application/json; charset=utf-8", "text/xml"


def asked(protocol: str) -> Any:
    """botocore's model of an operation that speaks it."""
    service, name = ("sts", "GetCallerIdentity") if protocol == "query" else ("cognito-idp", "ListUsers")
    return botocore.session.get_session().get_service_model(service).operation_model(name)


@pytest.mark.parametrize(
    ("protocol", "status", "kind", "lacks"),
    [
        ("json", 500, PAGE, True),
        ("json", 501, PAGE, True),
        ("query", 400, JSON, True),
        ("query", 404, PAGE, True),
        ("json", 500, JSON, False),
        ("query", 500, XML, False),
        ("json", 503, PAGE, False),
        ("json", 200, PAGE, False),
    ],
)
def test_a_failure_that_no_operation_answered_means_that_there_is_none(
    protocol: str, status: int, kind: str, lacks: bool
) -> None:
    answer = {"status_code": status, "headers": {"Content-Type": kind}}
    if lacks:
        with pytest.raises(NotOffered, match="This endpoint has no "):
            refuse_foreign_failure(asked(protocol), answer)
    else:
        refuse_foreign_failure(asked(protocol), answer)


@pytest.mark.parametrize(
    ("holds", "kind", "length", "code"),
    [
        ({"UserPool": {}}, PAGE, "40", ""),
        ({}, PAGE, "2", ""),
        ({}, PAGE, "40", "NotAws"),
        ({}, PAGE, "", "NotAws"),
        ({}, JSON, "40", "IncompleteAnswer"),
        ({}, JSON, "2", ""),
    ],
)
def test_an_answer_that_holds_something_is_one_whatever_it_calls_itself(
    holds: dict[str, Any], kind: str, length: str, code: str
) -> None:
    headers = {"content-type": kind} | ({"content-length": length} if length else {})
    answer = {**holds, "ResponseMetadata": {"HTTPHeaders": headers}}
    if code:
        with pytest.raises(Unreachable) as caught:
            refuse_no_answer(answer)
        assert caught.value.code == code
    else:
        refuse_no_answer(answer)
