"""Setting a user's password: permanent or temporary, checked against the pool's policy before it is sent."""

import secrets
import string
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.user_pools.pool_overview import check_password, describe_password_policy
from cognito_explorer.core.user_pools.pools import PasswordPolicy, PoolDetail
from cognito_explorer.core.user_pools.users import User, set_password
from cognito_explorer.gui.lib.billable import BILLABLE
from cognito_explorer.gui.lib.dialogs import ask_form
from cognito_explorer.gui.lib.form import Field, Form
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.typed_name import add_glance, typed_name_field

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_SYMBOLS = "!@#%&*()-_=+.:;?"
_GENERATED_LENGTH = 16


async def ask_new_password(parent: QWidget, aws: "Aws", pool_id: str, user: User, pool: PoolDetail | None) -> bool:
    """Ask for a password and set it; a refusal leaves what was typed. Tells whether it was set."""
    form = password_form(pool, typed_name=user.username if aws.profile.is_production else "")

    async def submit() -> None:
        values = form.values()
        is_permanent = values["kind"] == "permanent"
        with aws.permit.assured(f"user {user.username}"):
            await set_password(aws, pool_id, user, str(values["password"]), is_permanent=is_permanent)

    name = user.username if len(user.username) <= 40 else f"{user.username[:39]}…"
    text = (
        "The present password stops working at once. Sessions that are open stay open; sign out everywhere to end them."
        f" It cannot be undone: nobody knows the password there is now. {BILLABLE}"
    )
    return await ask_form(
        parent, form, title=f"Set a password for {name}", text=text, action="Set password", submit=submit
    )


def password_form(pool: PoolDetail | None, *, typed_name: str = "") -> Form:
    """The form: the password with its policy, whether it is temporary, and a button that makes one up.

    With `typed_name`, as in production, that name must be typed, too.
    """
    policy = pool.password_policy if pool else None
    days = f" within {policy.temporary_validity_days} days" if policy else ""
    kinds = (
        ("permanent", "Permanent: they sign in with it"),
        ("temporary", f"Temporary: they choose their own at the next sign-in{days}"),
    )
    form = Form(
        [
            Field(
                "password",
                "New password",
                kind="secret",
                is_required=True,
                hint=f"{describe_password_policy(policy)}." if policy else "The pool's policy could not be read.",
                check=partial(check_password, policy) if policy else None,
                max_length=256,
            ),
            Field("kind", "Kind", kind="choice", choices=kinds, value="permanent"),
            *_typed(typed_name),
        ],
        taken={"g"},
    )
    add_generator(form, "password", policy or PasswordPolicy())
    if typed_name:
        add_glance(form, typed_name)
    return form


def _typed(name: str) -> list[Field]:
    def check(text: str) -> str:
        return "" if text == name else "This is another name."

    return [typed_name_field(name, is_required=True, check=check)] if name else []


def add_generator(form: Form, key: str, policy: PasswordPolicy) -> QPushButton:
    """A button beneath a form that fills in a strong password and shows it."""
    button = QPushButton(icon("refresh"), "&Generate one")
    line = form.editor(key)

    def generate() -> None:
        if isinstance(line, QLineEdit):
            line.setText(generate_password(policy))
            for action in line.actions():
                action.setChecked(action.isCheckable())

    button.clicked.connect(generate)
    layout = form.layout()
    if isinstance(layout, QVBoxLayout):
        layout.insertWidget(layout.indexOf(line) + 1, button, 0, Qt.AlignmentFlag.AlignLeft)
    return button


def generate_password(policy: PasswordPolicy) -> str:
    """A random password that any policy of this length accepts: every kind of character is in it."""
    kinds = (string.ascii_uppercase, string.ascii_lowercase, string.digits, _SYMBOLS)
    length = max(policy.minimum_length, _GENERATED_LENGTH)
    letters = [secrets.choice(kind) for kind in kinds]
    letters += [secrets.choice("".join(kinds)) for _ in range(length - len(kinds))]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)
