"""JSON's null stands for a member that is not there."""

from typing import Any


def without_nulls(value: Any) -> Any:
    """The same without members that are null, however deep they lie."""
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    return [without_nulls(member) for member in value] if isinstance(value, list) else value
