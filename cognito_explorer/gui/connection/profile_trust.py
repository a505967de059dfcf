"""Which addresses of an imported profile a person has typed or confirmed, while its form is open."""

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.profile_transfer import foreign_addresses
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profile_exchange import ask_foreign
from cognito_explorer.gui.lib.form import Form


class ProfileTrust:
    """Saving confirms nothing by itself: who enters the keys need not have looked at where they will be sent."""

    def __init__(self, profile: Profile, form: Form) -> None:
        # As the fields show them, which leave out blanks.
        self._imported = form.values() if profile.is_foreign else {}
        self._confirmed: list[dict[str, str]] = []

    def is_foreign(self, edited: Profile) -> bool:
        """Whether the profile, as edited, leads to a place that came with the file and that nobody has confirmed."""
        places = foreign_addresses(edited)
        if places in self._confirmed:
            return False
        return any(url == self._imported.get(name) for name, url in places.items())

    async def confirm(self, parent: QWidget, edited: Profile) -> bool:
        """Ask about such places; a yes holds for exactly these addresses."""
        if not self.is_foreign(edited):
            return True
        if wants := await ask_foreign(parent, edited):
            self._confirmed.append(foreign_addresses(edited))
        return wants
