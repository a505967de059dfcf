"""Everything an administrator may do to one user, as commands that ask first where it cannot simply be undone."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, cast

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.aws.operations import is_billed
from cognito_explorer.core.user_pools.mfa import reset_mfa
from cognito_explorer.core.user_pools.pools import PoolDetail
from cognito_explorer.core.user_pools.undo import newest_change
from cognito_explorer.core.user_pools.users import (
    User,
    confirm_user,
    delete_user,
    disable_user,
    enable_user,
    resend_invitation,
    reset_password,
    sign_out_user,
)
from cognito_explorer.gui.lib.billable import BILLABLE
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.dialogs import ask_typed_name, confirm, confirm_with_care
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.user_pools.password_dialog import ask_new_password
from cognito_explorer.gui.user_pools.undo_toast import UndoToasts
from cognito_explorer.gui.user_pools.user_rules import (
    invitation_medium,
    verified_contacts,
    why_not_confirm,
    why_not_disable,
    why_not_enable,
    why_not_resend,
    why_not_reset_password,
)

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

MENU = (
    "user.confirm",
    "user.enable",
    "user.disable",
    "",
    "user.resend_invitation",
    "user.reset_password",
    "user.set_password",
    "user.reset_mfa",
    "",
    "user.sign_out",
    "user.delete",
)
_LONGEST_NAME = 40
# An invitation is sent again by the operation that creates users.
_ASKED = {"AdminCreateUser": {"MessageAction": "RESEND"}}


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an action is about, and through which door."""

    aws: "Aws"
    pool_id: str
    pool: PoolDetail | None
    user: User

    @property
    def name(self) -> str:
        """The username, short enough for a sentence."""
        name = self.user.username
        return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"

    @property
    def target(self) -> str:
        """What the journal calls them."""
        return f"user {self.user.username}"

    @property
    def typed_name(self) -> str:
        """What must be typed before something that hurts: the username in production, nothing elsewhere."""
        return self.user.username if self.aws.profile.is_production else ""


Work = Callable[[Subject], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class _Action:
    verb: str
    title: str
    icon: str
    work: Work
    operation: str
    why_not: Callable[[User], str] = lambda _user: ""
    is_destructive: bool = False


class UserActions:
    """Makes the commands. `subject` answers whom they are about at the moment, None for nobody."""

    def __init__(self, host: QWidget, tasks: TaskScope, subject: Callable[[], Subject | None]) -> None:
        self._host, self._tasks, self._subject = host, tasks, subject
        self._begun: dict[str, tuple[_Action, Subject]] = {}
        self._toasts = UndoToasts(host, tasks)

    def commands(self) -> list[Command]:
        """The commands, in the order of a menu."""
        return [self._command(action) for action in self._actions()]

    def title(self, command_id: str) -> str:
        """What an action is called, "" for what is none."""
        return next((each.title for each in self._actions() if f"user.{each.verb}" == command_id), "")

    def refusal(self, command_id: str) -> str:
        """Why the mode, a missing permission or the endpoint rules an action out, or ""."""
        subject = self._subject()
        operation = next((each.operation for each in self._actions() if f"user.{each.verb}" == command_id), "")
        if subject is None or not operation:
            return ""
        return subject.aws.permit.why_not(operation, UserPoolId=subject.pool_id, **_ASKED.get(operation, {}))

    def repeat(self, command_id: str) -> None:
        """Do again what was begun last, with the same user, whoever is shown by now."""
        self._begin(*self._begun[command_id])

    def whose(self, command_id: str) -> str:
        """The username of whom an action was begun for last, "" for none."""
        return self._begun[command_id][1].user.username if command_id in self._begun else ""

    def offer_undo(self, subject: Subject, operation: str, text: str, done: str) -> None:
        """Say that something was done, with a way back for ten seconds."""
        change = newest_change(subject.aws, operation, subject.target, subject.pool_id)
        self._toasts.offer(subject.aws, change, text, done)

    def _actions(self) -> tuple[_Action, ...]:
        return (
            _Action(
                "confirm", "Confirm sign-up…", "check-circle", self._confirm, "AdminConfirmSignUp", why_not_confirm
            ),
            _Action("enable", "Enable", "play", self._enable, "AdminEnableUser", why_not_enable),
            _Action(
                "disable",
                "Disable…",
                "pause",
                self._disable,
                "AdminDisableUser",
                why_not_disable,
                is_destructive=True,
            ),
            _Action("resend_invitation", "Resend invitation…", "mail", self._resend, "AdminCreateUser", why_not_resend),
            _Action(
                "reset_password",
                "Reset password…",
                "key",
                self._reset,
                "AdminResetUserPassword",
                why_not_reset_password,
                is_destructive=True,
            ),
            _Action("set_password", "Set password…", "lock", self._set_password, "AdminSetUserPassword"),
            _Action(
                "reset_mfa",
                "Reset MFA…",
                "shield",
                self._reset_mfa,
                "AdminSetUserMFAPreference",
                is_destructive=True,
            ),
            _Action(
                "sign_out",
                "Sign out everywhere…",
                "sign-out",
                self._sign_out,
                "AdminUserGlobalSignOut",
                is_destructive=True,
            ),
            _Action("delete", "Delete…", "trash", self._delete, "AdminDeleteUser", is_destructive=True),
        )

    def _command(self, action: _Action) -> Command:
        return Command(
            f"user.{action.verb}",
            action.title,
            partial(self._start, action),
            icon=action.icon,
            keywords=("user",),
            why_not=partial(self._why_not, action),
            is_destructive=action.is_destructive,
            is_billed=partial(is_billed, "cognito-idp", action.operation),
        )

    def _why_not(self, action: _Action) -> str:
        subject = self._subject()
        if subject is None:
            return "Select a user first."
        if self._tasks.is_running(f"user.{action.verb}"):
            return "This is under way."
        return self.refusal(f"user.{action.verb}") or action.why_not(subject.user)

    def _start(self, action: _Action) -> None:
        subject = self._subject()
        if subject is not None:
            self._begun[f"user.{action.verb}"] = (action, subject)
            self._begin(action, subject)

    def _begin(self, action: _Action, subject: Subject) -> None:
        label = f"{action.title.removesuffix('…')}: {subject.name}"
        self._tasks.start(f"user.{action.verb}", action.work(subject), label=label)

    async def _confirm(self, subject: Subject) -> None:
        text = (
            "The account becomes usable without the code that was sent. Whether the e-mail address or phone number "
            f"belongs to this person stays unproven: it is not marked as verified. It cannot be undone. {BILLABLE}"
        )
        if await confirm(self._host, title=f"Confirm {subject.name}?", text=text, action="Confirm sign-up"):
            await confirm_user(subject.aws, subject.pool_id, subject.user)
            toast(self._host, f"{subject.name} is confirmed.")

    async def _enable(self, subject: Subject) -> None:
        aws, pool_id, user = subject.aws, subject.pool_id, subject.user
        await enable_user(aws, pool_id, user)
        text, done = f"{subject.name} is enabled.", f"{subject.name} is disabled again."
        self.offer_undo(subject, "admin_enable_user", text, done)

    async def _disable(self, subject: Subject) -> None:
        aws, pool_id, user = subject.aws, subject.pool_id, subject.user
        text = (
            "They cannot sign in until you enable them again, and every session ends now. "
            "A token already issued stays valid wherever only its signature is checked, until it expires."
        )
        title = f"Disable {subject.name}?"
        if await confirm_with_care(
            self._host, title=title, text=text, action="Disable", keep="Keep enabled", typed_name=subject.typed_name
        ):
            with subject.aws.permit.assured(subject.target):
                await disable_user(aws, pool_id, user)
            done = f"{subject.name} is enabled again; they must sign in anew."
            self.offer_undo(subject, "admin_disable_user", f"{subject.name} is disabled.", done)

    async def _resend(self, subject: Subject) -> None:
        medium, address = invitation_medium(subject.user)
        text = (
            f"A new temporary password goes to {_cut(address)}. The one sent before stops working, "
            f"and the time to use it begins anew. It cannot be undone. {BILLABLE}"
        )
        title = f"Resend the invitation to {subject.name}?"
        if await confirm(self._host, title=title, text=text, action="Resend invitation"):
            by = cast("Literal['EMAIL', 'SMS']", medium)
            await resend_invitation(subject.aws, subject.pool_id, subject.user, medium=by)
            toast(self._host, f"The invitation was sent again to {_cut(address)}.", icon="mail")

    async def _reset(self, subject: Subject) -> None:
        where = " or ".join(_cut(contact) for contact in verified_contacts(subject.user))
        text = (
            f"The present password stops working at once. A code goes to {where}; with it they choose a new password. "
            "It cannot be undone."
        )
        title, verb = f"Reset the password of {subject.name}?", "Reset password"
        if await confirm_with_care(
            self._host, title=title, text=text, action=verb, keep="Keep it", typed_name=subject.typed_name
        ):
            with subject.aws.permit.assured(subject.target):
                await reset_password(subject.aws, subject.pool_id, subject.user)
            toast(self._host, f"A code to choose a new password was sent to {subject.name}.", icon="mail")

    async def _set_password(self, subject: Subject) -> None:
        if await ask_new_password(self._host, subject.aws, subject.pool_id, subject.user, subject.pool):
            toast(self._host, f"{subject.name} has a new password.")

    async def _reset_mfa(self, subject: Subject) -> None:
        text = (
            "No second factor is asked for any longer, and a registered authenticator app is forgotten. Where the pool"
            " requires MFA, they set up a factor anew at the next sign-in. It cannot be undone."
        )
        title, verb = f"Reset the MFA of {subject.name}?", "Reset MFA"
        if await confirm_with_care(
            self._host, title=title, text=text, action=verb, keep="Keep it", typed_name=subject.typed_name
        ):
            with subject.aws.permit.assured(subject.target):
                await reset_mfa(subject.aws, subject.pool_id, subject.user, subject.pool)
            toast(self._host, f"{subject.name} has no second factor any longer.")

    async def _sign_out(self, subject: Subject) -> None:
        text = (
            "Every refresh and access token is revoked. Services that only check a token's signature accept it until "
            f"it expires, and the hosted UI's own cookie is not reached. It cannot be undone. {BILLABLE}"
        )
        title, verb = f"Sign {subject.name} out everywhere?", "Sign out everywhere"
        if await confirm_with_care(
            self._host, title=title, text=text, action=verb, keep="Keep signed in", typed_name=subject.typed_name
        ):
            with subject.aws.permit.assured(subject.target):
                await sign_out_user(subject.aws, subject.pool_id, subject.user)
            toast(self._host, f"{subject.name} is signed out everywhere.")

    async def _delete(self, subject: Subject) -> None:
        text = (
            "The user and all attributes are gone for good, and they cannot sign in any more. "
            "The username can be used again, but whoever gets it has another user id (sub)."
        )
        name = subject.user.username
        if await ask_typed_name(self._host, title=f"Delete {subject.name}?", text=text, name=name):
            with subject.aws.permit.assured(subject.target):
                await delete_user(subject.aws, subject.pool_id, subject.user)
            toast(self._host, f"{subject.name} was deleted.", icon="trash")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"
