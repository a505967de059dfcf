"""Which panel shows which page. Panels are imported when first opened: the window is painted long before."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.workspace import Page, PageKind, Workspace

if TYPE_CHECKING:
    from cognito_explorer.gui.main_window import MainWindow

PanelMaker = Callable[[Page, Workspace], Panel]
OwnPanelMaker = Callable[["MainWindow"], Panel]


def make_panel(page: Page, window: "MainWindow") -> Panel:
    """The panel that shows a page in this window."""
    if page.kind is PageKind.TOKENS:
        return _tokens(page, window)
    of_window = _OF_WINDOW.get(page.kind)
    return of_window(window) if of_window is not None else _MAKERS[page.kind](page, window.workspace)


def _welcome(window: "MainWindow") -> Panel:
    from cognito_explorer.gui.connection.welcome_panel import WelcomePanel

    welcome = WelcomePanel()
    welcome.sandbox_wanted.connect(window.explore_sandbox)
    welcome.profiles_wanted.connect(window.open_profiles)
    welcome.token_wanted.connect(window.paste_token)
    return welcome


def _profiles(window: "MainWindow") -> Panel:
    from cognito_explorer.gui.connection.profiles_panel import ProfilesPanel

    profiles = ProfilesPanel(window.book, window.connections)
    profiles.chosen.connect(window.sides.choose)
    return profiles


def _sandbox(window: "MainWindow") -> Panel:
    from cognito_explorer.gui.connection.sandbox_panel import SandboxPanel

    sandbox = SandboxPanel(window.connections)
    sandbox.was_reset.connect(window.recovery.start_anew)
    return sandbox


def _tokens(page: Page, window: "MainWindow") -> Panel:
    from cognito_explorer.gui.auth.ended_sign_ins import ended_sign_ins
    from cognito_explorer.gui.auth.tokens_panel import TokensPanel

    ended_sign_ins().follow(window.connections.journal)
    return TokensPanel(page, window.workspace)


def _journal(window: "MainWindow") -> Panel:
    from cognito_explorer.gui.logs.journal_panel import JournalPanel

    return JournalPanel(window.connections, window.book)


def _calls(window: "MainWindow") -> Panel:
    from cognito_explorer.gui.logs.calls_panel import CallsPanel

    return CallsPanel(window.session)


def _pool(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.user_pools.pool_panel import PoolPanel

    return PoolPanel(page, workspace)


def _users(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.user_pools.users_panel import UsersPanel

    return UsersPanel(page, workspace)


def _sign_in(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.auth.sign_in_panel import SignInPanel

    return SignInPanel(page, workspace)


def _token_preview(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.auth.token_preview_panel import TokenPreviewPanel

    return TokenPreviewPanel(page, workspace)


def _identity_pool(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.identity_pools.identity_pool_panel import IdentityPoolPanel

    return IdentityPoolPanel(page, workspace)


def _access(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.identity_pools.access_panel import AccessPanel

    return AccessPanel(page, workspace)


def _explanation(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.insight.explanation_panel import ExplanationPanel

    return ExplanationPanel(page, workspace)


def _permissions(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.insight.permissions_panel import PermissionsPanel

    return PermissionsPanel(page, workspace)


_OF_WINDOW: dict[PageKind, OwnPanelMaker] = {
    PageKind.WELCOME: _welcome,
    PageKind.PROFILES: _profiles,
    PageKind.SANDBOX: _sandbox,
    PageKind.JOURNAL: _journal,
    PageKind.CALLS: _calls,
}
_MAKERS: dict[PageKind, PanelMaker] = {
    PageKind.POOL: _pool,
    PageKind.USERS: _users,
    PageKind.SIGN_IN: _sign_in,
    PageKind.PREVIEW: _token_preview,
    PageKind.IDENTITY_POOL: _identity_pool,
    PageKind.ACCESS: _access,
    PageKind.EXPLANATION: _explanation,
    PageKind.PERMISSIONS: _permissions,
}
