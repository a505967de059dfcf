"""Which account and permission set of IAM Identity Center a profile uses, chosen from those somebody has."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from cognito_explorer.core.aws.person import Person, Question
from cognito_explorer.core.aws.sso_portal import SsoAccount, list_account_roles, list_accounts
from cognito_explorer.core.aws.sso_tokens import SsoSession
from cognito_explorer.core.errors import SessionExpired
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.asking import SignInDialog
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.dialogs import Dialog, finished
from cognito_explorer.gui.lib.faces import BusyBar, ErrorBanner
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.times import counted

_ROWS = 8


async def pick_role(parent: QWidget, profile: Profile, person: Person) -> tuple[str, str] | None:
    """Ask which account and permission set to use; None if it was called off. Who is not signed in does so first."""
    picker = RolePicker(parent, profile, person)
    return picker.choice() if await finished(picker) else None


class RolePicker(Dialog):
    """Accounts on the left, with a filter; on the right what one may be in the account selected."""

    def __init__(self, parent: QWidget, profile: Profile, person: Person) -> None:
        super().__init__(
            parent, "Which account and permission set?", "These are yours, as your AWS access portal says."
        )
        self._profile, self._person = profile, person
        self._sso = SsoSession(profile.sso_start_url, profile.sso_region, profile.sso_start_url)
        self._all: tuple[SsoAccount, ...] = ()
        self.tasks = TaskScope(self)
        self.banner = ErrorBanner()
        self.banner.explain_button.hide()
        self.filter = QLineEdit()
        self.accounts: RecordTable[SsoAccount] = RecordTable(_account_columns())
        self.account_view = RecordView(self.accounts, "sso-accounts")
        self.roles: RecordTable[str] = RecordTable((Column("Permission set", str, width=210),))
        self.role_view = RecordView(self.roles, "sso-roles")
        self.status = plain_label("", "small")
        self._busy = BusyBar()
        self._arrange()
        self.add_safe("Cancel")
        self.use_button = self.add_action("Use it")
        self.use_button.setDefault(True)
        self.use_button.setEnabled(False)
        self._connect()
        self.tasks.start("accounts", self._load(), label="Asking for your accounts")

    def choice(self) -> tuple[str, str] | None:
        """Account id and permission set that are selected."""
        account, role = self.account_view.current_record(), self.role_view.current_record()
        return (account.id, role) if isinstance(account, SsoAccount) and isinstance(role, str) else None

    async def _load(self) -> None:
        self.banner.dismiss()
        try:
            self._all = await list_accounts(self._profile, self._sso, self._person)
        except SessionExpired:
            if not await finished(SignInDialog(self, Question(self._profile, sso=self._sso), self._person)):
                raise
            self._all = await list_accounts(self._profile, self._sso, self._person)
        self._show_accounts()

    async def _load_roles(self, account: SsoAccount) -> None:
        self.roles.set_rows(await list_account_roles(self._profile, self._sso, self._person, account.id))
        at = self.roles.find(lambda role: role == self._profile.sso_role_name)
        self.role_view.setCurrentIndex(at if at.isValid() else self.roles.index(0, 0))
        self._show_possible()

    def _show_accounts(self) -> None:
        words = self.filter.text().casefold().split()
        shown = [each for each in self._all if all(word in f"{each.name} {each.id}".casefold() for word in words)]
        self.accounts.set_rows(shown)
        amount = counted(len(self._all), "account")
        self.status.setText(amount if len(shown) == len(self._all) else f"{len(shown)} of {amount}")
        at = self.accounts.find(lambda account: account.id == self._profile.sso_account_id)
        self.account_view.setCurrentIndex(at if at.isValid() else self.accounts.index(0, 0))
        if not shown:
            self._follow_account()

    def _follow_account(self) -> None:
        account = self.account_view.current_record()
        self.roles.set_rows(())
        self._show_possible()
        if isinstance(account, SsoAccount):
            self.tasks.start("roles", self._load_roles(account), label="Asking for your permission sets")
        else:
            self.tasks.cancel("roles")

    def _show_possible(self) -> None:
        self.use_button.setEnabled(self.choice() is not None)

    def _try_again(self) -> None:
        if self._all:
            self.banner.dismiss()
            self._follow_account()
        else:
            self.tasks.start("accounts", self._load(), label="Asking for your accounts")

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._show_accounts)
        self.account_view.selectionModel().currentRowChanged.connect(lambda *_: self._follow_account())
        self.role_view.selectionModel().currentRowChanged.connect(lambda *_: self._show_possible())
        self.role_view.activated.connect(lambda _index: self.accept())
        self.use_button.clicked.connect(self.accept)
        self.banner.retry_wanted.connect(self._try_again)
        self.tasks.failed.connect(lambda _name, error: self.banner.show_error(error))
        self.tasks.busy_changed.connect(self._busy.set_running)

    def _arrange(self) -> None:
        self.filter.setPlaceholderText("Filter by name or id")
        self.filter.setAccessibleName("Filter the accounts")
        self.filter.setClearButtonEnabled(True)
        self.filter.addAction(icon("filter"), QLineEdit.ActionPosition.LeadingPosition)
        self.account_view.setAccessibleName("Accounts")
        self.role_view.setAccessibleName("Permission sets")
        sides = QHBoxLayout()
        sides.setSpacing(12)
        left = QVBoxLayout()
        left.setSpacing(8)
        for part in (self.filter, self.account_view):
            left.addWidget(part)
        sides.addLayout(left, 3)
        sides.addWidget(self.role_view, 2)
        for view, width in ((self.account_view, 340), (self.role_view, 230)):
            view.setMinimumSize(theme().px(width), theme().row_height() * (_ROWS + 1))
            view.setProperty("framed", "true")
        self.setMinimumWidth(theme().px(340 + 230) + 60)
        self.body.addWidget(self.banner)
        self.body.addLayout(sides)
        self.body.addWidget(self._busy)
        self.body.addWidget(self.status)
        self.setTabOrder(self.account_view, self.role_view)


def _account_columns() -> tuple[Column[SsoAccount], ...]:
    return (
        Column("Account", lambda account: account.name, width=200),
        Column("Id", lambda account: account.id, width=120, is_identifier=True),
    )
