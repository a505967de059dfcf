"""Every page that reads, on Cognitos of others: what one lacks is grey and says so, and nothing breaks."""

from collections.abc import Iterator

import keyring.core
import pytest
from keyring.backends.SecretService import Keyring
from PySide6.QtWidgets import QPushButton

from cognito_explorer.core.errors import NotOffered
from cognito_explorer.gui.auth.sign_in_panel import SignInPanel
from cognito_explorer.gui.connection.profiles_panel import ProfilesPanel
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.faces import ErrorBanner
from cognito_explorer.gui.lib.labels import ElidedLabel
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.pool_panel import PoolPanel
from cognito_explorer.gui.user_pools.pool_section import PoolSection
from cognito_explorer.gui.user_pools.trouble_line import TroubleLine
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from cognito_explorer.gui.workspace import Context, Page, PageKind
from tests.gui.windows import MakeWindow
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox
from tests.strangers import EMAIL, GROUP, NAMES, POOL, Stranger, stranger

# What a page reads of each at least, so that a refusal in words is not taken for success.
LACKING = {
    "moto server": ("cognito-identity", "GetIdentityPoolRoles"),
    "ministack": ("cognito-idp", "ListUserImportJobs"),
    "cognito-local": ("cognito-identity", "ListIdentityPools"),
}
OF_POOL = (PageKind.POOL, PageKind.USERS, PageKind.SIGN_IN, PageKind.TOKENS, PageKind.PREVIEW, PageKind.PERMISSIONS)
OF_IDENTITY_POOL = (PageKind.IDENTITY_POOL, PageKind.ACCESS)


@pytest.fixture(scope="module", params=NAMES)
def emulator(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stranger]:
    with stranger(request.param, tmp_path_factory.mktemp("stranger")) as running:
        yield running


@pytest.fixture
async def window(make_window: MakeWindow, demo_sandbox: RunningSandbox, emulator: Stranger) -> MainWindow:
    """A window that looks through a profile of the emulator."""
    made = make_window(demo_sandbox.data)
    hand = Hand(made)
    await hand.be_active()
    made.session.switch(emulator.profile())
    await hand.settle()
    return made


def pages(window: MainWindow, emulator: Stranger) -> list[Page]:
    """Everything that reads there, also what the tree does not lead to."""
    aws = window.session.aws
    context = Context("stranger", "us-east-1", emulator.pool_id, POOL)
    identity = Context(
        "stranger", "us-east-1", identity_pool_id=emulator.identity_pool_id, identity_pool_name="strange"
    )
    return [Page(kind, context, aws) for kind in OF_POOL] + [Page(kind, identity, aws) for kind in OF_IDENTITY_POOL]


def troubles(panel: Panel) -> list[object]:
    """What a page complains of, other than that the endpoint lacks something."""
    found = [panel.banner.error]
    found += [banner.error for banner in panel.findChildren(ErrorBanner)]
    found += [line.error for line in panel.findChildren(TroubleLine)]
    return [error for error in found if error is not None and not isinstance(error, NotOffered)]


async def nothing_is_asked_for_again(hand: Hand, lacking: tuple[str, str]) -> None:
    """Loading every page anew does not ask the endpoint for what it has said not to have."""
    aws = hand.window.session.aws
    assert aws is not None
    assert lacking in aws.permit.seen.lacking
    for tab in hand.window.tabs.tabs():
        if tab.page.kind in OF_IDENTITY_POOL or tab.page.kind is PageKind.PERMISSIONS:
            tab.panel.reload()
    await hand.settle()
    assert len([call for call in aws.calls.recent(500) if (call.service, call.operation) == lacking]) == 1


async def test_every_page_reads_what_is_there_and_greys_what_is_not(window: MainWindow, emulator: Stranger) -> None:
    hand = Hand(window)
    assert window.banner.error is None
    assert POOL in window.tree.item_titles()
    for page in pages(window, emulator):
        window.open_page(page)
        await hand.settle()
        panel = hand.page(Panel)
        assert (page.kind, panel.face in ("content", "empty"), troubles(panel)) == (page.kind, True, [])
        shown = [banner for banner in panel.findChildren(ErrorBanner) if banner.isVisible()]
        assert all(banner.property("lacks") == "true" for banner in shown), "what is lacking is no alarm"
    assert window.banner.error is None
    await nothing_is_asked_for_again(hand, LACKING[emulator.name])


async def test_a_pools_settings_clients_groups_and_users_are_read(window: MainWindow, emulator: Stranger) -> None:
    hand = Hand(window)
    overview, users = pages(window, emulator)[:2]
    window.open_page(overview)
    await hand.settle()
    filled = {part.accessibleName() for part in hand.page(PoolPanel).findChildren(PoolSection) if part.is_filled}
    assert filled >= {"Overview", "App clients", "Groups"}
    window.open_page(users)
    await hand.settle()
    panel = hand.page(UsersPanel)
    panel.list.view.selectRow(0)
    await hand.settle()
    assert panel.user_inspector.user is not None
    assert panel.user_inspector.user.attributes["email"] == EMAIL
    assert GROUP in [label.text() for label in panel.user_inspector.membership.findChildren(ElidedLabel)]


async def test_signing_in_never_leads_to_aws_s_own_pages(window: MainWindow, emulator: Stranger) -> None:
    hand = Hand(window)
    overview, sign_in = pages(window, emulator)[0], pages(window, emulator)[2]
    window.open_page(sign_in)
    await hand.settle()
    panel = hand.page(SignInPanel)
    assert panel.face == "empty"
    assert panel.form.app() is None
    window.open_page(overview)
    await hand.settle()
    button = hand.page(PoolPanel).sign_in_button
    has_domain = any(fact.label == "Domain" for fact in hand.page(PoolPanel).domain_list.facts)
    assert button.isEnabled() is not has_domain
    assert ("no sign-in pages known here" in button.toolTip()) is has_domain


@pytest.mark.full
async def test_an_action_that_an_endpoint_lacks_is_grey_once_it_has_said_so(
    window: MainWindow, emulator: Stranger
) -> None:
    if emulator.name != "cognito-local":
        return  # the others have all that is done to a user
    hand, aws = Hand(window), window.session.aws
    assert aws is not None
    await hand.go(f"users of {POOL}")
    panel = hand.page(UsersPanel)
    panel.list.view.selectRow(0)
    await hand.settle()
    assert window.commands.get("user.sign_out").is_enabled
    window.commands.run("user.sign_out")
    dialog = await hand.dialog(Dialog)
    next(each for each in dialog.findChildren(QPushButton) if each.text() == "Sign out everywhere").click()
    await hand.settle()
    assert isinstance(panel.user_inspector.banner.error, NotOffered)
    assert window.commands.get("user.sign_out").disabled_reason == "This endpoint has no AdminUserGlobalSignOut."


@pytest.mark.full
@pytest.mark.usefixtures("secret_service")
async def test_a_profile_of_an_endpoint_that_has_no_sts_can_be_tried(
    window: MainWindow, emulator: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())  # type: ignore[no-untyped-call]
    hand = Hand(window)
    await window.book.save(emulator.profile())
    window.open_profiles()
    await hand.settle()
    panel = hand.page(ProfilesPanel)
    table = panel.view.table
    panel.view.selectRow([profile.id for profile in table.records()].index("stranger"))
    hand.click(panel.test_button)
    await hand.settle()
    assert any("works" in note.text for note in window.findChildren(Toast))
