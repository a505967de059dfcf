"""Switches the mode of the profile in front: down at once, up after a question. Asks what permits have to ask."""

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from cognito_explorer.core.errors import VaultUnavailable
from cognito_explorer.core.journal import Intent, name_in
from cognito_explorer.core.profiles import Mode, Profile
from cognito_explorer.gui.connection.mode_raising import may_switch
from cognito_explorer.gui.connection.profile_modes import MODES, ORDER
from cognito_explorer.gui.lib.billable import BILLABLE
from cognito_explorer.gui.lib.dialogs import ask_typed_name, confirm
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.workspace import Context, Page, PageKind

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws
    from cognito_explorer.gui.main_window import MainWindow

_AGREED = "sign_in_agreed"
_FRAME_PX = 3


class ModeControl(QObject):
    """Owned by the window. A mode that was chosen is kept with the profile; the sandbox's holds for this run."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        window.top_bar.mode.wanted.connect(self.want)
        window.connections.ask_sign_in = self._may_sign_in
        window.connections.ask_name = self._name_is_typed
        window.session.opened.connect(self._show)
        window.session.switching.connect(self._frame)

    def want(self, mode: str) -> None:
        """Switch the mode of the profile in front, after a question where more will be possible."""
        profile = self._window.session.profile
        chosen = next((each for each in ORDER if each == mode), "read-only")
        self._window.tasks.start("switch_mode", self._switch(profile, cast("Mode", chosen)), label="Switching the mode")

    @property
    def mode(self) -> Mode | None:
        """The mode of the profile in front; None where there is none."""
        profile = self._window.session.profile
        return profile.mode if profile is not None else None

    def why_not(self) -> str:
        """Why no mode can be chosen, or ""."""
        return "" if self._window.session.profile is not None else "Connect to a profile first."

    def open_permissions(self) -> None:
        """Show what these credentials may do, with the pool in front where there is one."""
        session, here = self._window.session, self._window.workspace.context
        if session.profile is None or session.aws is None:
            return
        is_here = here.profile_id == session.profile.id and here.region == session.aws.region
        pool_id, pool_name = (here.pool_id, here.pool_name) if is_here else ("", "")
        context = Context(session.profile.id, session.aws.region, pool_id, pool_name)
        self._window.open_page(Page(PageKind.PERMISSIONS, context, session.aws))

    def adopt_rates(self) -> None:
        """Ask AWS for the account's own request rates, and keep to them."""
        aws = self._window.session.aws
        if aws is not None:
            self._window.tasks.start("rates", self._adopt_rates(aws), label="Asking for the account's rates")

    async def _adopt_rates(self, aws: "Aws") -> None:
        from cognito_explorer.core.aws.provisioned_limits import adopt_provisioned_limits

        rates = await adopt_provisioned_limits(aws)
        told = f"Keeping to the account's own rates in {counted(len(rates), 'category', 'categories')}: see the queue."
        toast(self._window, told if rates else "This endpoint does not say: the published rates hold.")

    async def _switch(self, profile: Profile | None, mode: Mode) -> None:
        if profile is None or profile.mode == mode:
            return
        if not await may_switch(self._window, profile, mode):
            self._window.top_bar.mode.show_mode(profile)
            return
        changed = replace(profile, chosen_mode=mode)
        permit = self._window.connections.permits.get(profile.id)
        if permit is not None:
            permit.switch(mode)
        self._window.session.take_profile(changed)
        if self._is_in_front(profile):
            self._show()
        toast(self._window, f"{profile.name} is in {MODES[mode].name.lower()} mode now.", icon=MODES[mode].icon)
        if profile.kind != "sandbox":
            await self._keep(changed)

    async def _keep(self, profile: Profile) -> None:
        try:
            await self._window.book.save(
                replace(self._window.book.find(profile.id) or profile, chosen_mode=profile.mode)
            )
        except VaultUnavailable as trouble:
            toast(self._window, f"The mode holds for this run only. {trouble.title}", icon="warning")

    async def _may_sign_in(self, profile: Profile) -> bool:
        key = f"{_AGREED}/{profile.id}"
        if Settings().flag(key):
            return True
        agreed = await confirm(
            self._window,
            title=f"Sign somebody in through {profile.name}?",
            text="The profile is read-only. A sign-in changes no record, but it makes a session, shows in the user's"
            f" sign-in history. {BILLABLE} You are asked once for this profile.",
            action="Sign in",
            keep="Do not sign in",
        )
        if agreed:
            Settings().put(key, value=True)
        return agreed

    async def _name_is_typed(self, profile: Profile, title: str, intent: Intent) -> bool:
        """The door's own question, where the page that sends a write has none that says more."""
        return await ask_typed_name(
            self._window,
            title=f"{title}: {intent.target}?",
            text=f"“{profile.name}” is a production profile, and this takes something away.",
            name=name_in(intent.target, intent.scope),
            action="Do it",
            keep="Leave it",
        )

    def _show(self) -> None:
        front = self._window.session.front
        if front is None:
            return
        profile = front.profile
        if front.mode != profile.mode:
            # The door knows better: it was switched while another profile was in front.
            profile = replace(profile, chosen_mode=front.mode)
            self._window.session.take_profile(profile)
        self._window.top_bar.mode.show_mode(profile)
        self._window.commands.refresh()

    def _frame(self) -> None:
        """Production stands in a frame of its colour, so that nobody takes it for anything else."""
        profile, whole = self._window.session.profile, self._window.centralWidget()
        if whole is None:
            return
        color = QColor(profile.color) if profile is not None and profile.is_production else QColor()
        width = _FRAME_PX if color.isValid() else 0
        whole.setObjectName("productionFrame")
        whole.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        whole.setStyleSheet(f"#productionFrame {{ border: {width}px solid {color.name()}; }}" if width else "")
        whole.setContentsMargins(width, width, width, width)

    def _is_in_front(self, profile: Profile) -> bool:
        shown = self._window.session.profile
        return shown is not None and shown.id == profile.id
