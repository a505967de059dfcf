"""Creating a user: a form made from the pool's schema. A refusal is shown where it belongs and loses nothing."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QPushButton, QWidget

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.user_pools.attributes import AttributeSpec, check_value
from cognito_explorer.core.user_pools.pool_overview import check_password, describe_password_policy
from cognito_explorer.core.user_pools.pools import PoolDetail
from cognito_explorer.core.user_pools.users import Invitation, NewUser, User, create_user
from cognito_explorer.gui.lib.billable import BILLABLE
from cognito_explorer.gui.lib.dialogs import ScrollingDialog, finished
from cognito_explorer.gui.lib.faces import ErrorBanner
from cognito_explorer.gui.lib.form import Field, Form
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.user_pools.password_dialog import add_generator
from cognito_explorer.gui.user_pools.staged_edits import FLAGS

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_COMMON = ("email", "phone_number", "name")
_YES_NO = (("", "Not set"), ("true", "Yes"), ("false", "No"))
_INVITATIONS = (("EMAIL", "By e-mail"), ("SMS", "By text message"), ("none", "Do not send one"))
# Which field Cognito's refusal is about.
_ABOUT = {"UsernameExistsException": "username", "InvalidPasswordException": "password"}


async def ask_new_user(parent: QWidget, aws: "Aws", pool: PoolDetail) -> User | None:
    """Ask for a user and create it; None if it was called off."""
    dialog = CreateUserDialog(parent, aws, pool)
    created: list[User] = []
    dialog.on_created = created.append
    await finished(dialog)
    return created[0] if created else None


class CreateUserDialog(ScrollingDialog):
    """Required attributes first, then the usual ones and the pool's own; the rest behind a button."""

    def __init__(self, parent: QWidget | None, aws: "Aws", pool: PoolDetail) -> None:
        text = "Cognito creates the user with a temporary password, to be changed at the first sign-in."
        text += f" {BILLABLE}"
        super().__init__(parent, f"Create a user in {pool.name[:40]}?", text)
        self.on_created: Callable[[User], object] = lambda _user: None
        self.tasks = TaskScope(self)
        self.banner = ErrorBanner()
        self.banner.retry_button.hide()
        self._aws, self._pool = aws, pool
        first, rest = _split(pool)
        letters = {"g", "m"}  # of the two buttons
        self.form = Form([_username_field(pool), *first, *_access_fields(pool)], taken=letters)
        self.more_form = Form(rest, taken=letters)
        self.more_button = QPushButton("&More attributes")
        self.more_button.setCheckable(True)
        if not rest:
            self.more_button.hide()
        self.more_form.hide()
        add_generator(self.form, "password", pool.password_policy)
        self.body.addWidget(self.banner)
        self.add_parts(self.form, self.more_button, self.more_form)
        self.add_safe("Cancel")
        self.create_button = self.add_action("Create user")
        self.create_button.setDefault(True)
        self.create_button.clicked.connect(self.submit)
        self.more_button.toggled.connect(self.more_form.setVisible)
        self.tasks.failed.connect(lambda _name, error: self._show_refusal(error))
        self.tasks.busy_changed.connect(lambda is_busy: self.create_button.setEnabled(not is_busy))
        self.form.focus_first()

    def new_user(self) -> NewUser:
        """The user as entered."""
        values = {**self.form.values(), **self.more_form.values()}
        flags = {name: "true" for name in FLAGS.values() if values.get(name) is True}
        known = {spec.name for spec in self._pool.attributes} - set(FLAGS.values())
        attributes = {name: str(value) for name, value in values.items() if name in known and value}
        return NewUser(
            username=str(values["username"]),
            attributes=self._with_alias(str(values["username"]), attributes | flags),
            temporary_password=str(values["password"]),
            invitation=cast("Invitation", values["invitation"]),
        )

    def submit(self) -> None:
        """Check everything, then create the user."""
        self.banner.dismiss()
        is_first_right, is_rest_right = self.form.check(), self.more_form.check()
        if not is_rest_right:
            self.more_button.setChecked(True)
        problems = self._problems_across()
        for key, problem in problems.items():
            self.form.show_error(key, problem)
        if is_first_right and is_rest_right and not problems:
            self.tasks.start("create", self._create(self.new_user()), label="Creating a user")

    async def _create(self, new_user: NewUser) -> None:
        user = await create_user(self._aws, self._pool.id, new_user)
        self.on_created(user)
        self.accept()

    def _problems_across(self) -> dict[str, str]:
        new_user = self.new_user()
        problems: dict[str, str] = {}
        needed = {"EMAIL": "email", "SMS": "phone_number"}.get(new_user.invitation, "")
        if needed and not new_user.attributes.get(needed):
            word = "an e-mail address" if needed == "email" else "a phone number"
            problems["invitation"] = f"Enter {word} to send it to, or do not send one."
        if new_user.invitation == "none" and not new_user.temporary_password:
            problems |= {"password": "Choose one: without an invitation nobody would see a generated one."}
        for name, flag in FLAGS.items():
            if new_user.attributes.get(flag) and not new_user.attributes.get(name):
                problems[flag] = "There is no address to be verified."
        return problems

    def _with_alias(self, username: str, attributes: dict[str, str]) -> dict[str, str]:
        """In a pool whose usernames are addresses, the username is that attribute, too."""
        names = self._pool.sign_in.username_attributes
        name = "phone_number" if username.startswith("+") else "email"
        return {**attributes, name: username} if name in names else attributes

    def _show_refusal(self, error: ExplorerError) -> None:
        key = _ABOUT.get(error.code, "")
        if key:
            self.form.show_error(key, f"{error.title} {error.hint}".strip())
            self.form.editor(key).setFocus()
        else:
            self.banner.show_error(error)


def _split(pool: PoolDetail) -> tuple[list[Field], list[Field]]:
    """The fields shown at once, and the rest. Attributes Cognito sets, or that are the username, are left out."""
    names = pool.sign_in.username_attributes
    specs = [spec for spec in pool.attributes if not spec.is_generated and spec.name not in FLAGS.values()]
    specs = [spec for spec in specs if spec.name not in names or len(names) > 1]
    specs.sort(key=lambda spec: (not spec.is_required, spec.name not in _COMMON, not spec.is_custom))
    first = [spec for spec in specs if spec.is_required or spec.name in _COMMON or spec.is_custom]
    fields: list[Field] = []
    for spec in first:
        fields.append(_field(spec))
        if spec.name in FLAGS:
            fields.append(_flag_field(spec))
    fields += [_flag_field(spec) for spec in pool.attributes if spec.name in FLAGS and spec not in first]
    return fields, [_field(spec) for spec in specs if spec not in first]


def _field(spec: AttributeSpec) -> Field:
    check = partial(check_value, spec)
    if spec.data_type == "Boolean":
        return Field(spec.name, spec.label, kind="choice", choices=_YES_NO, is_required=spec.is_required)
    return Field(
        spec.name, spec.label, is_required=spec.is_required, check=check, hint=_hint(spec), placeholder=_example(spec)
    )


def _flag_field(spec: AttributeSpec) -> Field:
    return Field(FLAGS[spec.name], f"{spec.label} is verified", kind="flag", value=False)


def _hint(spec: AttributeSpec) -> str:
    parts = [] if spec.is_mutable else ["Cannot be changed later."]
    if spec.data_type == "Number":
        limits = [f"at least {spec.minimum}"] if spec.minimum is not None else []
        limits += [f"at most {spec.maximum}"] if spec.maximum is not None else []
        parts.insert(0, f"A whole number{', ' if limits else ''}{' and '.join(limits)}.")
    elif spec.is_custom and spec.maximum is not None:
        parts.insert(0, f"At most {spec.maximum} characters.")
    if spec.is_custom:
        parts.insert(0, f"{spec.name}.")
    return " ".join(parts)


def _example(spec: AttributeSpec) -> str:
    examples = {"phone_number": "+14325551212", "birthdate": "1990-12-31", "zoneinfo": "Europe/Berlin"}
    return "2026-11-30T12:00:00+00:00" if spec.data_type == "DateTime" else examples.get(spec.name, "")


def _username_field(pool: PoolDetail) -> Field:
    names = pool.sign_in.username_attributes
    if not names:
        return Field("username", "Username", is_required=True, check=_check_username, max_length=128)
    label = "E-mail or phone number" if len(names) > 1 else "E-mail" if names[0] == "email" else "Phone number"
    hint = "They sign in with it; the username itself is made by Cognito."
    specs = {spec.name: spec for spec in pool.attributes}

    def check(text: str) -> str:
        spec = specs.get("phone_number" if text.startswith("+") and "phone_number" in names else names[0])
        return check_value(spec, text) if spec else ""

    return Field("username", label, is_required=True, hint=hint, check=check, max_length=128)


def _check_username(text: str) -> str:
    return "A username has no spaces in it." if any(letter.isspace() for letter in text) else ""


def _access_fields(pool: PoolDetail) -> list[Field]:
    policy = pool.password_policy
    return [
        Field("invitation", "Send an invitation", kind="choice", choices=_INVITATIONS, value="EMAIL"),
        Field(
            "password",
            "Temporary password",
            kind="secret",
            hint=f"Left empty, Cognito makes one up. {describe_password_policy(policy)}.",
            check=partial(check_password, policy),
            max_length=256,
        ),
    ]
