"""The strip along the top: whose eyes we look through, where to find things, and what may be changed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.aws.shared_profiles import is_shared
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.mode_switch import ModeSwitch
from cognito_explorer.gui.connection.profile_words import names_apart
from cognito_explorer.gui.lib.color_dot import color_dot
from cognito_explorer.gui.lib.elided_button import ElidedButton
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import ElidedLabel, plain_tooltip
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.tokens import Tone

# The Regions Cognito is most used in; any other is typed in the profile.
REGIONS = (
    "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1",
    "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1", "eu-south-1",
    "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2", "me-south-1", "af-south-1",
)  # fmt: skip
_STRIP_PX = 4
# More than fits on a screen is looked for on the page, which has a filter.
_SHARED_AT_MOST = 25


class TopBar(QWidget):
    """Profile switch, search, who we are. Emits what a person chose; the window acts on it."""

    profile_wanted = Signal(object)
    region_wanted = Signal(str)
    profiles_wanted = Signal()
    close_wanted = Signal()
    search_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profiles: tuple[Profile, ...] = ()
        self._profile: Profile | None = None
        self._region, self._caller_arn = "", ""
        self._strip = QFrame()
        self._strip.setFixedHeight(_STRIP_PX)
        self.switch = ElidedButton("No profile")
        self.switch.setAccessibleName("Profile and Region")
        self.switch.setToolTip("Change the profile or the Region (Ctrl+P)")
        self.search = ElidedButton("Find anything    Ctrl+K", icon("search", Tone.MUTED))
        self.search.setProperty("kind", "search")
        self.search.setAccessibleName("Find anything")
        self.search.setToolTip("Find a page, a command or a user; paste a token (Ctrl+K)")
        self.search.clicked.connect(self.search_wanted)
        self.account = ElidedLabel("")
        self.account.setProperty("role", "muted")
        self.caller = ElidedLabel("", middle=True)
        self.caller.setProperty("role", "muted")
        self.caller.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.mode = ModeSwitch()
        self.privacy_button = QPushButton()
        self.privacy_button.setProperty("kind", "icon")
        self.privacy_button.setCheckable(True)
        self.privacy_button.clicked.connect(lambda: privacy().switch(on=not privacy().is_on))
        privacy().changed.connect(self._show_privacy)
        self._show_privacy()
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.switch.setMenu(self._menu)
        self._arrange()

    def show_profiles(self, profiles: Sequence[Profile]) -> None:
        """Offer these profiles, those of the AWS CLI's files in a menu of their own."""
        self._profiles = tuple(profiles)

    def show_profile(self, profile: Profile, region: str) -> None:
        """Show whose eyes we look through."""
        self._profile, self._region = profile, region
        self.switch.setText(f"{profile.name} · {region}".replace("&", "&&"))
        self.switch.setAccessibleName(f"Profile and Region: {profile.name}, {region}")
        self.switch.setToolTip(plain_tooltip(f"{profile.name} · {region}\nChange the profile or the Region (Ctrl+P)"))
        self.switch.setIcon(color_dot(profile.color))
        colour = QColor(profile.color)
        self._strip.setStyleSheet(f"background: {colour.name() if colour.isValid() else 'transparent'};")
        self.mode.show_mode(profile)
        self.show_caller("", "")

    def show_nothing(self) -> None:
        """No connection is open."""
        self._profile, self._region = None, ""
        self.switch.setText("No profile")
        self.switch.setAccessibleName("Profile and Region: none")
        self.switch.setToolTip("Choose a profile (Ctrl+P)")
        self.switch.setIcon(QIcon())
        self._strip.setStyleSheet("background: transparent;")
        self.mode.hide()
        self.show_caller("", "")

    def show_caller(self, account: str, arn: str) -> None:
        """Show the account and who we are in it, once AWS has said so."""
        self.account.setText(account)
        self._caller_arn = arn
        self._show_arn()

    def _show_arn(self) -> None:
        """A session of IAM Identity Center is called by the person's e-mail address."""
        shown = privacy().in_text(self._caller_arn)
        self.caller.setText(shown.split(":", 5)[-1] if shown else "")
        self.caller.setToolTip(plain_tooltip(shown))

    def choose_profile(self) -> None:
        """Open the switch, for the keyboard."""
        self.switch.showMenu()

    def _show_privacy(self) -> None:
        self._show_arn()
        is_on = privacy().is_on
        words = "People's data is masked: show it" if is_on else "Mask people's addresses, numbers and names"
        self.privacy_button.setChecked(is_on)
        self.privacy_button.setIcon(icon("eye-off" if is_on else "eye", Tone.ACCENT if is_on else Tone.MUTED))
        self.privacy_button.setToolTip(f"{words} (Ctrl+Shift+H)")
        self.privacy_button.setAccessibleName("Privacy: masked" if is_on else "Privacy: not masked")

    def _fill_menu(self) -> None:
        self._menu.clear()
        for old in (*self._menu.findChildren(QMenu), *self._menu.findChildren(QActionGroup)):
            old.deleteLater()
        group = QActionGroup(self._menu)
        self._add_profiles(self._menu, [each for each in self._profiles if not is_shared(each.id)], group)
        shared = [each for each in self._profiles if is_shared(each.id)]
        if shared:
            menu = self._menu.addMenu(icon("profile"), "From the &AWS configuration files")
            self._add_profiles(menu, shared[:_SHARED_AT_MOST], group)
            if len(shared) > _SHARED_AT_MOST:
                menu.addAction("All of them…").triggered.connect(self.profiles_wanted)
        self._menu.addSeparator()
        self._add_regions()
        self._menu.addSeparator()
        close = self._menu.addAction(icon("close"), "&Close connection")
        close.setEnabled(self._profile is not None)
        close.triggered.connect(self.close_wanted)
        manage = self._menu.addAction(icon("profile"), "&Manage profiles…")
        manage.triggered.connect(self.profiles_wanted)

    def _add_profiles(self, menu: QMenu, profiles: Sequence[Profile], group: QActionGroup) -> None:
        called = names_apart(self._profiles)
        for profile in profiles:
            action = QAction(color_dot(profile.color), called[profile.id].replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(self._profile is not None and profile.id == self._profile.id)
            action.triggered.connect(lambda _checked=False, chosen=profile: self.profile_wanted.emit(chosen))
            group.addAction(action)
            menu.addAction(action)

    def _add_regions(self) -> None:
        menu = self._menu.addMenu(icon("globe"), "&Region")
        typed = [profile.region for profile in (self._profile, *self._profiles) if profile is not None]
        for region in dict.fromkeys((self._region, *typed, *REGIONS)):
            if region:
                action = menu.addAction(region)
                action.setCheckable(True)
                action.setChecked(region == self._region)
                action.triggered.connect(lambda _checked=False, chosen=region: self.region_wanted.emit(chosen))

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self.switch)
        row.addWidget(self.search, 3)
        row.addWidget(self.caller, 3)
        row.addWidget(self.account)
        row.addWidget(self.privacy_button)
        row.addWidget(self.mode, 0, Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._strip)
        layout.addLayout(row)
