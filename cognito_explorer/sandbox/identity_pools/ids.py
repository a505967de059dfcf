"""Ids of identity pools and identities: a region and a GUID."""

import uuid


def new_id(region: str) -> str:
    """`region:GUID`; pools and identities share the form."""
    return f"{region}:{uuid.uuid4()}"


def region_of(any_id: str) -> str:
    """The region an id names."""
    return any_id.partition(":")[0]
