"""Ids shaped like Cognito's."""

import string

from cognito_explorer.sandbox.world import World

_POOL_ALPHABET = string.ascii_letters + string.digits
_CLIENT_ALPHABET = string.ascii_lowercase + string.digits


def new_pool_id(world: World, region: str) -> str:
    """`region_` and nine letters or digits."""
    return f"{region}_{world.chance.text(_POOL_ALPHABET, 9)}"


def new_client_id(world: World) -> str:
    """Twenty-six lower-case letters or digits."""
    return world.chance.text(_CLIENT_ALPHABET, 26)


def new_client_secret(world: World) -> str:
    """Fifty-one lower-case letters or digits, as Cognito draws them."""
    return world.chance.text(_CLIENT_ALPHABET, 51)


def region_of(pool_id: str) -> str:
    """The region a pool id names."""
    return pool_id.partition("_")[0]
