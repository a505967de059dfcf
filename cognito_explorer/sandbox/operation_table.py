"""The table of operations for the docs: `python -m cognito_explorer.sandbox.operation_table` prints it."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from cognito_explorer.sandbox.operations import implemented
from cognito_explorer.sandbox.protocol import service_model
from cognito_explorer.sandbox.registry import import_areas

SERVICES = ("cognito-idp", "cognito-identity")
# Operations the sandbox does not have, and why. Whoever adds one takes it out of here.
REFUSED: dict[tuple[str, str], str] = {}
# What an operation does not do as AWS does.
LIMITS: dict[tuple[str, str], str] = {
    ("cognito-idp", "AdminDisableProviderForUser"): (
        "A federated user's own identity cannot be parted from its profile: what AWS does then is not known."
    ),
    ("cognito-idp", "CreateIdentityProvider"): (
        "Nothing is fetched when a provider is made; discovery and metadata are read at sign-in."
    ),
    ("cognito-idp", "CreateUserImportJob"): (
        "Password hashes are not imported: `PasswordHashingAlgorithm` is refused. The log that AWS writes to CloudWatch"
        " is read from `/_sandbox/imports?job=…`; the role is only checked to trust Cognito."
    ),
    ("cognito-idp", "CreateUserPoolDomain"): "There is no waiting; custom domains get no DNS entry.",
    ("cognito-idp", "CreateUserPoolReplica"): "There is no waiting; an ACTIVE replica answers with the same data.",
    ("cognito-idp", "SetLogDeliveryConfiguration"): "Kept and checked, but no log is delivered.",
    ("cognito-idp", "SetRiskConfiguration"): (
        "What counts as a risk, and which passwords count as leaked, is the sandbox's own simple rule: see sandbox.md."
    ),
    ("cognito-idp", "UpdateProvisionedLimit"): "The account's maximum is ten times the free rate.",
}


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation of botocore's model. `note` says why it is refused, or what is different from AWS."""

    service: str
    name: str
    is_implemented: bool
    note: str


def operation_rows() -> list[OperationRow]:
    """Every operation of the Cognito services' models, in the models' order."""
    import_areas()
    known = implemented()
    rows: list[OperationRow] = []
    for service in SERVICES:
        for name in service_model(service).operation_names:
            key = (service, name)
            note = LIMITS.get(key, "") if key in known else REFUSED.get(key, "not built")
            rows.append(OperationRow(service, name, key in known, note))
    return rows


def markdown(rows: Iterable[OperationRow]) -> str:
    """The page `docs/sandbox-operations.md`."""
    lines = [
        "# The sandbox's operations",
        "",
        "Every operation of the two Cognito services in the version of botocore that the project pins."
        " Made by `python -m cognito_explorer.sandbox.operation_table`; a test compares.",
        "",
        "An operation that is refused answers `UnknownOperationException` with its name.",
    ]
    rows = list(rows)
    for service in SERVICES:
        mine = [row for row in rows if row.service == service]
        count = sum(row.is_implemented for row in mine)
        lines += ["", f"## {service}: {count} of {len(mine)}", "", "| operation | state | differs from AWS |"]
        lines += ["|---|---|---|"]
        lines += [_line(row) for row in mine]
    return "\n".join(lines) + "\n"


def _line(row: OperationRow) -> str:
    if row.is_implemented:
        return f"| {row.name} | implemented | {row.note} |"
    return f"| {row.name} | refused: {row.note} | |"


if __name__ == "__main__":
    sys.stdout.write(markdown(operation_rows()))
