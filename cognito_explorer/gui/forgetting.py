"""Forget everything: says what would go, takes a typed word, empties the keyring, and ends the app without a trace."""

import asyncio
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cognito_explorer.core.errors import VaultUnavailable
from cognito_explorer.gui.lib.settings import Settings

if TYPE_CHECKING:
    from cognito_explorer.core.aws.sso_tokens import SsoTokens
    from cognito_explorer.core.belongings import Belonging
    from cognito_explorer.core.vault import Vault
    from cognito_explorer.gui.forget_question import ForgetQuestion
    from cognito_explorer.gui.main_window import MainWindow

_LOOK = "look_what_is_kept"


class Forgetting(QObject):
    """Owned by the window. Files go when nothing writes any more: whoever ends the app calls `remove_files`."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._going: tuple[Belonging, ...] = ()

    def start(self) -> None:
        """Ask, and do it."""
        self._window.tasks.start("forget_everything", self._forget(), label="Forgetting everything")

    def remove_files(self) -> None:
        """Remove what was agreed to; nothing where nobody did. Blocks; the journal and the log are closed by then."""
        if not self._going:
            return
        from cognito_explorer.core.belongings import remove_files

        settings = Settings()
        settings.forget("")
        settings.sync()
        for file in remove_files(self._going):
            sys.stderr.write(f"could not be removed: {file}\n")

    async def _forget(self) -> None:
        from cognito_explorer.core.belongings import forget_secrets
        from cognito_explorer.gui.forget_question import ForgetQuestion
        from cognito_explorer.gui.leaving import may_leave
        from cognito_explorer.gui.lib.dialogs import finished

        window = self._window
        Settings().sync()
        sandbox = window.connections.sandbox
        is_neighbours = sandbox is not None and sandbox.is_running and sandbox.running.is_attached
        question = ForgetQuestion(window)
        # A keyring may take its time: the question stands at once, and is told meanwhile what it is about.
        window.tasks.start(_LOOK, self._look(question, is_neighbours=is_neighbours), label="Looking what is kept")
        try:
            wants = await finished(question)
        finally:
            window.tasks.cancel(_LOOK)
        if wants and await may_leave(window):
            vault, tokens = await asyncio.to_thread(window.book.open_vault), self._tokens()
            try:
                await asyncio.to_thread(forget_secrets, vault, window.book.ids_file, tokens)
            except VaultUnavailable:
                await window.book.load()  # what is gone is off the list
                raise
            # The journal may have been opened, and the log begun, since the question was asked.
            self._going = await asyncio.to_thread(self._list, vault, tokens, with_sandbox=not is_neighbours)
            window.closed.emit()

    async def _look(self, question: "ForgetQuestion", *, is_neighbours: bool) -> None:
        window = self._window
        try:
            vault, tokens = await asyncio.to_thread(window.book.open_vault), self._tokens()
            found = await asyncio.to_thread(self._list, vault, tokens, with_sandbox=not is_neighbours)
        except VaultUnavailable:
            question.reject()
            raise
        stays = " The sandbox stays: another window of the app runs it." if is_neighbours else ""
        if window.book.is_for_this_run_only:
            stays += " What an earlier run has put into a keyring stays there, too."
        lines = "\n".join(f"• {each.title}: {each.detail}" for each in found)
        question.show_kept(
            f"This leaves this computer for good, and the app ends:\n{lines}\nNothing changes in AWS.{stays} Close"
            " other windows of the app first. What is not applied yet is lost."
        )

    def _list(self, vault: "Vault", tokens: "SsoTokens", *, with_sandbox: bool) -> "tuple[Belonging, ...]":
        from cognito_explorer.core.belongings import list_belongings

        ids_file, settings_file = self._window.book.ids_file, Settings().file
        return list_belongings(vault, ids_file, settings_file, tokens, with_sandbox=with_sandbox)

    def _tokens(self) -> "SsoTokens":
        from cognito_explorer.core.aws.sso_tokens import SsoTokens

        person = self._window.connections.person_of()
        return person.sso_tokens if person is not None else SsoTokens(self._window.book.open_vault)
