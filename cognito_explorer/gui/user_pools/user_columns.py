"""The columns of the users table: what everybody wants to see, and the rest of the pool's schema to choose from."""

from collections.abc import Iterable
from functools import partial

from cognito_explorer.core.user_pools.attributes import AttributeSpec
from cognito_explorer.core.user_pools.pools import DEFAULT_TEMPORARY_PASSWORD_DAYS, PoolDetail
from cognito_explorer.core.user_pools.users import User
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.user_pools.user_looks import enabled_look, status_look

_SHOWN_ELSEWHERE = frozenset({"sub", "email", "name", "phone_number"})
_LONGEST_TOOLTIP = 600


def user_columns(pool: PoolDetail | None) -> tuple[Column[User], ...]:
    """All columns. Without the pool's settings (access denied) only those every pool has."""
    days = pool.password_policy.temporary_validity_days if pool else DEFAULT_TEMPORARY_PASSWORD_DAYS
    specs = [spec for spec in pool.attributes if spec.name not in _SHOWN_ELSEWHERE] if pool else []
    return (*_common_columns(days), *_schema_columns(sorted(specs, key=lambda spec: not spec.is_custom)))


def _common_columns(days: int) -> tuple[Column[User], ...]:
    return (
        Column(
            "Status",
            lambda user: status_look(user, days).word,
            icon=lambda user: status_look(user, days).icon,
            tone=lambda user: status_look(user, days).tone,
            tooltip=lambda user: user.status,
            width=184,
        ),
        Column(
            "Enabled",
            lambda user: enabled_look(user).word,
            icon=lambda user: enabled_look(user).icon,
            tone=lambda user: enabled_look(user).tone,
            width=98,
        ),
        Column(
            "Username",
            lambda user: privacy().of_username(user.sub, user.username),
            tooltip=lambda user: _cut(privacy().of_username(user.sub, user.username)),
            sort_key=lambda user: user.username,
            masks=False,
            width=94,
        ),
        Column("E-mail", lambda user: user.email, tooltip=lambda user: _cut(user.email), private_key=_sub, width=156),
        Column("Name", lambda user: user.name, tooltip=lambda user: _cut(user.name), private_key=_sub, width=110),
        Column("Created", lambda user: user.created_at, is_hidden=True, width=112),
        _attribute_column("Phone", "phone_number", width=132),
        Column("Modified", lambda user: user.modified_at, is_hidden=True, width=112),
        Column("Sub", lambda user: user.sub, is_identifier=True, is_hidden=True, width=160),
    )


def _schema_columns(specs: Iterable[AttributeSpec]) -> tuple[Column[User], ...]:
    return tuple(_attribute_column(spec.label, spec.name) for spec in specs)


def _attribute_column(label: str, name: str, *, width: int = 140) -> Column[User]:
    read = partial(_attribute, name=name)
    return Column(
        label,
        lambda user: privacy().of_attribute(user.sub, name, read(user)),
        key=name,
        full_name=name,
        tooltip=lambda user: _cut(privacy().of_attribute(user.sub, name, read(user))),
        sort_key=read,
        masks=False,
        is_hidden=True,
        width=width,
    )


def _sub(user: User) -> str:
    return user.sub


def _attribute(user: User, *, name: str) -> str:
    return user.attributes.get(name, "")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TOOLTIP else f"{text[:_LONGEST_TOOLTIP]}…"
