"""The ids of IAM's users and groups, whose prefixes tell what they are; moto gives such ids to roles alone."""

from collections.abc import Callable
from typing import Any

_LENGTH = 21


def give_users_their_ids(account_id: str) -> None:
    """From here on moto's users have ids of the form AIDA…, groups AGPA…; doing it again changes nothing."""
    from moto.iam import models

    for kind, prefix in ((models.User, "AIDA"), (models.Group, "AGPA")):
        if not hasattr(kind.__init__, "prefix"):
            kind.__init__ = _with_prefix(kind.__init__, prefix, account_id)  # type: ignore[method-assign]


def _with_prefix(make: Callable[..., None], prefix: str, account_id: str) -> Callable[..., None]:
    from moto.iam.utils import generate_access_key_id_from_account_id

    def make_named(made: Any, *given: Any, **named: Any) -> None:
        make(made, *given, **named)
        made.id = generate_access_key_id_from_account_id(account_id, prefix, _LENGTH)

    make_named.prefix = prefix  # type: ignore[attr-defined]
    return make_named
