"""Two settings of a pool that are switched by hand: deletion protection, and whether everyone may sign up."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cognito_explorer.core.journal import Change
from cognito_explorer.core.user_pools.pools import PoolDetail
from cognito_explorer.core.user_pools.settings import POOL_TARGET, set_deletion_protection, set_sign_up
from cognito_explorer.core.user_pools.undo import newest_change
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.dialogs import confirm, confirm_with_care
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_tooltip
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.user_pools.undo_toast import UndoToasts

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_OPERATION = "update_user_pool"


class PoolSwitches(QWidget):
    """Each sends the pool's settings whole, with one changed, and can be undone. `changed`: they are others now."""

    changed = Signal()

    def __init__(self, aws: "Aws", pool_id: str, tasks: TaskScope, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._aws, self._pool_id, self._tasks = aws, pool_id, tasks
        self._pool: PoolDetail | None = None
        self.toasts = UndoToasts(self, tasks)
        self.protect_button = QPushButton(icon("shield"), "")
        self.sign_up_button = QPushButton(icon("users"), "")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for button, switch in (
            (self.protect_button, self.switch_protection),
            (self.sign_up_button, self.switch_sign_up),
        ):
            layout.addWidget(button)
            button.clicked.connect(switch)
        layout.addStretch(1)
        for stop in (aws.journal.subscribe(self._hear), aws.permit.subscribe(self.review)):
            self.destroyed.connect(partial(_end, stop))
        self.hide()

    def commands(self) -> list[Command]:
        """The same for menus and the palette."""
        return [
            Command(
                "pool.switch_protection",
                "Switch deletion protection…",
                self.switch_protection,
                icon="shield",
                why_not=self.why_not,
            ),
            Command(
                "pool.switch_sign_up", "Switch self sign-up…", self.switch_sign_up, icon="users", why_not=self.why_not
            ),
        ]

    def show_pool(self, pool: PoolDetail) -> None:
        """Offer what the pool is not."""
        self._pool = pool
        is_open = pool.sign_in.is_sign_up_open
        self.protect_button.setText(f"Switch deletion protection {'off' if pool.is_deletion_protected else 'on'}")
        self.sign_up_button.setText("Close the sign-up…" if is_open else "Open the sign-up…")
        self.review()
        self.show()

    def why_not(self) -> str:
        """Why the settings cannot be changed, or ""."""
        reason = self._aws.permit.why_not("UpdateUserPool", UserPoolId=self._pool_id)
        return reason or ("" if self._pool is not None else "The pool's settings are not known.")

    def review(self) -> None:
        """Another mode holds, or a permission turned out to be missing."""
        reason = self.why_not()
        for button in (self.protect_button, self.sign_up_button):
            button.setEnabled(not reason)
            button.setToolTip(plain_tooltip(reason))

    def switch_protection(self) -> None:
        """Protect the pool from being deleted, or ask and then no longer."""
        if self._pool is not None:
            self._start("protection", self._switch_protection(self._pool))

    def switch_sign_up(self) -> None:
        """Ask, then let everyone sign up or only administrators create users."""
        if self._pool is not None:
            self._start("sign-up", self._switch_sign_up(self._pool))

    async def _switch_protection(self, pool: PoolDetail) -> None:
        is_on = not pool.is_deletion_protected
        title = f"Let {pool.name[:40]} be deleted?"
        text = "Whoever has the permission can delete the pool then, and every user in it. The other settings stay."
        if not is_on and not await confirm_with_care(
            self, title=title, text=text, action="Switch it off", keep="Keep it on", typed_name=self._typed_name(pool)
        ):
            return
        with self._aws.permit.assured(f"{POOL_TARGET}{self._pool_id}"):
            await set_deletion_protection(self._aws, self._pool_id, is_on=is_on)
        self._offer_undo(f"Deletion protection is {'on' if is_on else 'off'}.")

    async def _switch_sign_up(self, pool: PoolDetail) -> None:
        is_open = not pool.sign_in.is_sign_up_open
        sure = await self._ask_to_open(pool) if is_open else await self._ask_to_close(pool)
        if sure:
            with self._aws.permit.assured(f"{POOL_TARGET}{self._pool_id}"):
                await set_sign_up(self._aws, self._pool_id, is_open=is_open)
            self._offer_undo(f"The sign-up is {'open to everyone' if is_open else 'closed'}.")

    async def _ask_to_open(self, pool: PoolDetail) -> bool:
        text = "Anyone who knows an app client can create an account then. The other settings stay."
        return await confirm(self, title=f"Let everyone sign up to {pool.name[:40]}?", text=text, action="Open sign-up")

    async def _ask_to_close(self, pool: PoolDetail) -> bool:
        text = "Only administrators create users then; who tries to sign up is refused. The other settings stay."
        title, typed_name = f"Close the sign-up of {pool.name[:40]}?", self._typed_name(pool)
        return await confirm_with_care(
            self, title=title, text=text, action="Close sign-up", keep="Keep it open", typed_name=typed_name
        )

    def _typed_name(self, pool: PoolDetail) -> str:
        return pool.name if self._aws.profile.is_production else ""

    def _offer_undo(self, text: str) -> None:
        change = newest_change(self._aws, _OPERATION, f"{POOL_TARGET}{self._pool_id}", self._pool_id)
        self.toasts.offer(self._aws, change, text, "The setting is as before.")

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.start(name, work, label="Changing the pool's settings")

    def _hear(self, change: Change) -> None:
        if change.operation == _OPERATION and change.scope == self._pool_id:
            self.changed.emit()


def _end(unsubscribe: Callable[[], object], _destroyed: object = None) -> None:
    unsubscribe()
