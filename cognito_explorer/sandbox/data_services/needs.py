"""What one call needs: accesses for the gate, and the policy of the resource, where it has one."""

from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.access import Access
from cognito_explorer.sandbox.errors import ServiceError


@dataclass(frozen=True, slots=True)
class Need:
    """One access, with the resource's own policy as parsed JSON, or None."""

    access: Access
    policy: dict[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DataCall:
    """A validated call of a data service."""

    service: str
    name: str
    params: dict[str, Any] = field(repr=False)
    region: str


def unmapped(call: DataCall) -> ServiceError:
    """The refusal of a call that nothing maps."""
    text = f"The sandbox's {call.service} does not have {call.name}."
    return ServiceError("UnknownOperationException", text)


def short_name(named: str, separator: str) -> str:
    """The last part of an ARN or address, or the name itself."""
    return named.rpartition(separator)[2]
