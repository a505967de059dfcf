"""Which panel shows which page. Panels are imported when first opened: the window is painted long before."""

from collections.abc import Callable

from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.workspace import Page, PageKind, Workspace

PanelMaker = Callable[[Page, Workspace], Panel]


def make_panel(page: Page, workspace: Workspace) -> Panel:
    """The panel of a page of a user pool, an identity pool or tokens."""
    return _MAKERS[page.kind](page, workspace)


def _pool(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.user_pools.pool_panel import PoolPanel

    return PoolPanel(page, workspace)


def _users(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.user_pools.users_panel import UsersPanel

    return UsersPanel(page, workspace)


def _sign_in(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.auth.sign_in_panel import SignInPanel

    return SignInPanel(page, workspace)


def _tokens(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.auth.tokens_panel import TokensPanel

    return TokensPanel(page, workspace)


def _identity_pool(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.identity_pools.identity_pool_panel import IdentityPoolPanel

    return IdentityPoolPanel(page, workspace)


def _access(page: Page, workspace: Workspace) -> Panel:
    from cognito_explorer.gui.identity_pools.access_panel import AccessPanel

    return AccessPanel(page, workspace)


_MAKERS: dict[PageKind, PanelMaker] = {
    PageKind.POOL: _pool,
    PageKind.USERS: _users,
    PageKind.SIGN_IN: _sign_in,
    PageKind.TOKENS: _tokens,
    PageKind.IDENTITY_POOL: _identity_pool,
    PageKind.ACCESS: _access,
}
