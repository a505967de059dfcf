"""Ids shaped like Cognito's."""

import secrets
import string

_POOL_ALPHABET = string.ascii_letters + string.digits
_CLIENT_ALPHABET = string.ascii_lowercase + string.digits


def new_pool_id(region: str) -> str:
    """`region_` and nine letters or digits."""
    return f"{region}_{_draw(_POOL_ALPHABET, 9)}"


def new_client_id() -> str:
    """Twenty-six lower-case letters or digits."""
    return _draw(_CLIENT_ALPHABET, 26)


def new_client_secret() -> str:
    """Fifty-one lower-case letters or digits, as Cognito draws them."""
    return _draw(_CLIENT_ALPHABET, 51)


def region_of(pool_id: str) -> str:
    """The region a pool id names."""
    return pool_id.partition("_")[0]


def _draw(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
