"""Changes to write into a journal."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from cognito_explorer.core.journal import Change


def change_of(target: str, **facts: Any) -> Change:
    """A change of a target, running unless `outcome` says otherwise."""
    plain = Change(uuid4().hex, datetime.now(UTC), "p", "admin_enable_user", target, {}, {}, "running")
    return replace(plain, action="AdminEnableUser", **facts)
