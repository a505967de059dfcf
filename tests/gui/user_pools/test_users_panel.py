"""The users table: pages, server search, columns, faces, and one row anew after a write."""

import asyncio
import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Journal
from cognito_explorer.gui.user_pools.user_search import guess_queries
from tests.gui.user_pools.conftest import MOONLETTER, OpenPage
from tests.gui.user_pools.stage import OwnPool, UsersPage, click, make_iam_user, make_pool, profile_of
from tests.sandbox_fixture import RunningSandbox


def cell(page: UsersPage, username: str, column: str) -> str:
    table = page.panel.list.table
    row = table.find(lambda user: user.username == username).row()
    at = next(number for number, each in enumerate(table.columns) if each.label == column)
    return str(table.index(row, at).data())


async def search(page: UsersPage, attribute: str, text: str) -> None:
    box = page.panel.search
    box.attribute.setCurrentIndex(box.attribute.findData(attribute))
    box.line.setFocus()
    QTest.keyClicks(box.line, text)
    QTest.keyClick(box.line, Qt.Key.Key_Return)
    await page.settle()


async def test_the_first_page_is_sixty_users_of_about_all(moonletter: UsersPage, qtmodeltester: ModelTester) -> None:
    assert len(moonletter.names) == 60
    assert moonletter.panel.list.footer.label.text() == "60 of about 500 loaded"
    qtmodeltester.check(moonletter.panel.list.table)  # type: ignore[no-untyped-call]


async def test_status_and_switch_are_words_of_their_own(moonletter: UsersPage) -> None:
    assert cell(moonletter, "ada", "Status") == "Confirmed"
    assert cell(moonletter, "alan", "Status") == "Invitation expired"
    assert cell(moonletter, "barbara", "Status") == "Must reset password"
    assert (cell(moonletter, "ken", "Status"), cell(moonletter, "ken", "Enabled")) == ("Confirmed", "Disabled")


async def test_scrolling_to_the_end_fetches_the_next_page(moonletter: UsersPage) -> None:
    QTest.keyClick(moonletter.panel.list.view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    moonletter.panel.list.view.scrollToBottom()
    await asyncio.sleep(0)
    await moonletter.settle()
    assert len(moonletter.names) >= 120
    assert len(set(moonletter.names)) == len(moonletter.names)


async def test_everybody_can_be_loaded_and_it_can_be_stopped(moonletter: UsersPage) -> None:
    footer = moonletter.panel.list.footer
    click(footer.all_button)
    assert footer.stop_button.isVisible()
    click(footer.stop_button)
    await moonletter.settle()
    assert len(moonletter.names) < 500
    assert footer.all_button.isVisible()
    click(footer.all_button)
    await moonletter.settle()
    assert len(moonletter.names) == 500
    assert footer.label.text() == "All 500 users loaded"
    assert not footer.all_button.isVisible()


async def test_loading_everybody_goes_on_by_itself_when_aws_asks_to_slow_down(
    moonletter: UsersPage, demo_sandbox: RunningSandbox
) -> None:
    throttled = {"operations": "cognito-idp:ListUsers", "code": "TooManyRequestsException"}
    demo_sandbox.control("faults", {"errors": [throttled]})
    notes: list[str] = []

    def hear() -> None:
        notes.extend(task.note for task in moonletter.panel.tasks.running())
        if notes and "goes on by itself" in notes[-1]:
            demo_sandbox.control("faults", {"errors": []})

    moonletter.panel.tasks.tasks_changed.connect(hear)
    click(moonletter.panel.list.footer.all_button)
    await moonletter.settle()
    demo_sandbox.control("faults", {"errors": []})
    assert any("60 of about 500. AWS asks us to slow down." in note for note in notes)
    assert len(set(moonletter.names)) == len(moonletter.names) == 500
    assert moonletter.panel.list.footer.error is None


async def test_a_page_of_the_listing_before_never_joins_the_search(moonletter: UsersPage) -> None:
    moonletter.panel.take_text("ada@moon")
    moonletter.panel.list.load_more()
    await moonletter.settle()
    assert moonletter.names == ["ada"]
    moonletter.panel.search.line.clear()
    moonletter.panel.list.load_all()
    await moonletter.settle()
    assert len(moonletter.names) == 60


async def test_enter_searches_on_the_server_and_clearing_restores(moonletter: UsersPage) -> None:
    await search(moonletter, "email", "ada@moon")
    assert moonletter.names == ["ada"]
    assert moonletter.panel.list.footer.label.text() == "1 user found · server search: e-mail starts with “ada@moon”"
    moonletter.panel.search.line.clear()
    await moonletter.settle()
    assert len(moonletter.names) == 60


async def test_a_single_hit_is_opened_in_the_inspector(moonletter: UsersPage) -> None:
    await search(moonletter, "username", "grace")
    assert moonletter.inspector.user is not None
    assert moonletter.inspector.heading.name.text() == "Grace Hopper"


async def test_an_exact_search_wants_the_whole_value(moonletter: UsersPage) -> None:
    moonletter.panel.search.comparison.setCurrentText("is exactly")
    await search(moonletter, "username", "gra")
    assert moonletter.names == []
    assert moonletter.panel.list.is_empty_face_shown
    click(moonletter.panel.list.empty.button)
    await moonletter.settle()
    assert len(moonletter.names) == 60


async def test_a_status_is_chosen_not_typed(moonletter: UsersPage) -> None:
    box = moonletter.panel.search
    box.attribute.setCurrentIndex(box.attribute.findData("cognito:user_status"))
    box.choice.setCurrentIndex(box.choice.findData("RESET_REQUIRED"))
    box.choice.activated.emit(box.choice.currentIndex())
    await moonletter.settle()
    assert "barbara" in moonletter.names
    assert {user.status for user in moonletter.panel.list.table.records()} == {"RESET_REQUIRED"}
    assert "status is “Must reset password”" in moonletter.panel.list.footer.label.text()


@pytest.mark.parametrize("scrap", ["ada@moonletter", "ada", "Ada Love"])
async def test_a_pasted_scrap_finds_the_person(moonletter: UsersPage, scrap: str) -> None:
    moonletter.panel.take_text(scrap)
    await moonletter.settle()
    assert "ada" in moonletter.names
    assert len(moonletter.names) < 60


@pytest.mark.parametrize(
    ("scrap", "attribute"),
    [
        ("+44 (20) 7946-0000", "phone_number"),
        ("x@y", "email"),
        ("0a1b2c3d-0000-4000-8000-00000000000f", "sub"),
        ("ada", "username"),
    ],
)
def test_a_scrap_is_taken_for_what_it_looks_like(scrap: str, attribute: str) -> None:
    assert guess_queries(scrap)[0].attribute == attribute


async def test_ctrl_f_goes_to_the_search_and_down_to_the_table(moonletter: UsersPage) -> None:
    moonletter.panel.list.view.setFocus()
    QTest.keyClick(moonletter.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert moonletter.panel.search.line.hasFocus()
    QTest.keyClick(moonletter.panel.search.line, Qt.Key.Key_Down)
    assert moonletter.panel.list.view.hasFocus()
    await moonletter.settle()
    assert moonletter.inspector.user is not None
    QTest.keyClick(moonletter.panel.list.view, Qt.Key.Key_Return)
    assert moonletter.inspector.isAncestorOf(moonletter.window.focusWidget())


async def test_the_schema_offers_its_attributes_as_columns(moonletter: UsersPage) -> None:
    view = moonletter.panel.list.view
    assert not view.is_column_shown("custom:plan")
    view.show_column("custom:plan", shown=True)
    assert cell(moonletter, "ada", "plan") == "paid"


async def test_an_attributes_real_name_stands_in_the_header_and_in_what_is_exported(moonletter: UsersPage) -> None:
    view = moonletter.panel.list.view
    view.show_column("custom:plan", shown=True)
    position = next(at for at, column in enumerate(view.table.columns) if column.name == "custom:plan")
    tip = view.table.headerData(position, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert tip == "plan (custom:plan)"
    assert "plan (custom:plan)" in [action.text() for action in view.column_menu().actions()]
    await moonletter.choose("ada")
    assert json.loads(view.as_json())["custom:plan"] == "paid"
    assert "custom:plan" in view.as_csv().splitlines()[0]
    view.restore_columns()


async def test_a_users_page_never_asks_for_one_user_the_billed_way(moonletter: UsersPage, demo_aws: Aws) -> None:
    await moonletter.choose("ada")
    asked = {call.operation for call in demo_aws.calls.recent()}
    assert "ListUsers" in asked
    assert "AdminGetUser" not in asked


async def test_an_empty_pool_says_what_would_be_here(
    open_page: OpenPage, own_aws: Aws, sandbox: RunningSandbox
) -> None:
    pool_id = sandbox.client("cognito-idp").create_user_pool(PoolName="empty")["UserPool"]["Id"]
    page = await open_page(own_aws, pool_id)
    assert page.panel.list.is_empty_face_shown
    assert page.panel.list.empty.button.text() == "Create user…"


async def test_without_permission_the_banner_names_what_is_missing(
    open_page: OpenPage, demo_sandbox: RunningSandbox
) -> None:
    keys = make_iam_user(demo_sandbox, "no-users", "cognito-idp:DescribeUserPool")
    aws = await Aws.open(profile_of(demo_sandbox, *keys), journal=Journal())
    page = await open_page(aws, MOONLETTER)
    assert page.panel.banner.error is not None
    assert "cognito-idp:ListUsers" in page.panel.banner.error.title
    aws.close()


async def test_without_the_pools_settings_the_table_still_works(
    open_page: OpenPage, demo_sandbox: RunningSandbox
) -> None:
    keys = make_iam_user(demo_sandbox, "only-users", "cognito-idp:ListUsers")
    aws = await Aws.open(profile_of(demo_sandbox, *keys), journal=Journal())
    page = await open_page(aws, MOONLETTER)
    assert len(page.names) == 60
    await page.choose("ada")
    assert page.inspector.attributes.row("email").lock_reason
    assert page.inspector.membership.trouble.error is not None
    assert not page.commands.get("user.create").is_enabled
    aws.close()


async def test_a_write_renews_one_row_and_keeps_the_others_and_the_selection(page: UsersPage, pool: OwnPool) -> None:
    await page.choose("grace")
    before = page.panel.list.table.records()
    await page.run("user.disable")
    await page.answer("Disable")
    assert cell(page, "grace", "Enabled") == "Disabled"
    after = page.panel.list.table.records()
    assert [user for user in after if user.username != "grace"] == [each for each in before if each.username != "grace"]
    selected = page.panel.list.selected_user()
    assert selected is not None and selected.username == "grace"


async def test_a_page_that_does_not_come_can_be_asked_for_again(
    open_page: OpenPage, demo_sandbox: RunningSandbox
) -> None:
    keys = make_iam_user(demo_sandbox, "soon-refused", "cognito-idp:ListUsers", "cognito-idp:DescribeUserPool")
    aws = await Aws.open(profile_of(demo_sandbox, *keys), journal=Journal())
    page = await open_page(aws, MOONLETTER)
    iam = demo_sandbox.client("iam")
    policy = iam.get_user_policy(UserName="soon-refused", PolicyName="own")["PolicyDocument"]
    iam.delete_user_policy(UserName="soon-refused", PolicyName="own")
    footer = page.panel.list.footer
    click(footer.all_button)
    await page.settle()
    assert footer.again_button.isVisible()
    assert len(page.names) == 60
    iam.put_user_policy(UserName="soon-refused", PolicyName="own", PolicyDocument=json.dumps(policy))
    click(footer.again_button)
    await page.settle()
    assert len(page.names) == 120
    assert not footer.again_button.isVisible()
    aws.close()


async def test_a_search_without_an_answer_says_that_the_list_is_the_one_from_before(
    open_page: OpenPage, demo_sandbox: RunningSandbox
) -> None:
    pool = make_pool(demo_sandbox)
    pool.add("ada")
    pool.add("grace")
    aws = await Aws.open(profile_of(demo_sandbox), journal=Journal())
    page = await open_page(aws, pool.pool_id)
    label = page.panel.list.footer.label
    assert label.text() == "All 2 users loaded"
    page.panel.search.line.setText("gr")
    demo_sandbox.control("faults", {"outage": "refused"})
    try:
        page.panel.search.wanted.emit()
        await page.settle()
    finally:
        demo_sandbox.control("faults", {"outage": "none"})
    assert page.panel.banner.error is not None
    assert label.text() == "Still the list from before: All 2 users loaded · everybody, not searched"
    click(page.panel.banner.retry_button)
    await asyncio.sleep(0)
    await page.settle()
    assert page.names == ["grace"]
    assert label.text().startswith("1 user found")
    aws.close()


TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"


async def test_a_token_in_the_search_row_is_not_sent_but_offered_to_be_read(
    moonletter: UsersPage, demo_aws: Aws
) -> None:
    read: list[str] = []
    moonletter.workspace.set_opener(lambda _page: None, read.append)
    before, box = len(demo_aws.calls.recent()), moonletter.panel.search
    await search(moonletter, "email", f"Authorization: Bearer {TOKEN}")
    assert box.refusal.words == "This is a token: read it on the Tokens page."
    moonletter.panel.take_text(f"token={TOKEN}")
    click(box.button)
    await moonletter.settle()
    assert len(demo_aws.calls.recent()) == before
    click(box.refusal.read_button)
    await moonletter.settle()
    assert len(read) == 1
    assert TOKEN in read[0]
    assert (box.line.text(), box.refusal.isHidden()) == ("", True)
    await search(moonletter, "username", "ada")
    assert moonletter.names[0] == "ada"
