"""Every operation of botocore's model answers or is refused by name, and the docs say which does what."""

from pathlib import Path

from cognito_explorer.sandbox.operation_table import LIMITS, REFUSED, SERVICES, markdown, operation_rows
from cognito_explorer.sandbox.protocol import service_model

PAGE = Path(__file__).parents[2] / "docs" / "sandbox-operations.md"


def test_the_table_has_every_operation_of_the_models() -> None:
    named = {(row.service, row.name) for row in operation_rows()}
    assert named == {(service, name) for service in SERVICES for name in service_model(service).operation_names}


def test_what_is_missing_has_a_reason_and_what_is_there_has_none() -> None:
    missing = {(row.service, row.name) for row in operation_rows() if not row.is_implemented}
    assert missing == set(REFUSED)
    assert not missing & set(LIMITS)


def test_the_docs_have_the_table_as_it_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(operation_rows()), (
        "python -m cognito_explorer.sandbox.operation_table > docs/sandbox-operations.md"
    )
