"""Ids of identity pools and identities: a region and a GUID."""

from cognito_explorer.sandbox.world import World


def new_id(world: World, region: str) -> str:
    """`region:GUID`; pools and identities share the form."""
    return f"{region}:{world.chance.uuid4()}"


def region_of(any_id: str) -> str:
    """The region an id names."""
    return any_id.partition(":")[0]
