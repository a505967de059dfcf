"""The main job, once through: sandbox process, real window, hosted UI in the real web view, real answers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from cognito_explorer.app import begin
from cognito_explorer.core.auth.signatures import check_signature
from cognito_explorer.core.auth.tokens import TokenSet, decode, jwks_url
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.user_pools.users import find_user
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connections import Connections
from cognito_explorer.gui.identity_pools.probe_table import ProbeRow
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.main_window import MainWindow
from tests.gui.auth.headless_web import headless_web
from tests.journey import MainJob

POOL_ID = "us-east-1_Moonlettr"


@pytest_asyncio.fixture
async def window(tmp_path: Path, settings: Settings, theme_app: Theme) -> AsyncIterator[MainWindow]:
    """The window as the app makes it for the first time, with a sandbox of its own. `begin` sets it going."""
    connections = Connections(tmp_path / "sandbox")
    window = MainWindow(connections, ProfileBook(tmp_path / "profiles.json"))
    yield window
    for index in reversed(range(window.tabs.count())):
        window.tabs.close_tab(index)
    await connections.close()
    window.hide()
    window.deleteLater()


@headless_web
async def test_the_main_job_from_the_list_of_users_to_the_article_a_guest_may_not_read(window: MainWindow) -> None:
    pictures: list[str] = []
    job = MainJob(window, pictures.append)
    window.show()
    begin(window)
    await job.begin()
    await job.look_at_the_pool()
    aws = window.session.aws
    assert aws is not None
    await _change_and_create(job, aws)
    await job.sign_in("ada")
    await job.read_the_tokens()
    await _check_tokens(aws, window.workspace.tokens_of(POOL_ID))
    await job.look_at_the_identity_pool()
    _check_answers(await job.try_access())
    assert pictures[0] == "start"
    assert pictures[-1] == "access tried"


async def _change_and_create(job: MainJob, aws: Aws) -> None:
    users = await job.find_a_user()
    await job.change_a_user(users)
    ada = await find_user(aws, POOL_ID, "ada")
    assert ada is not None
    assert ada.name == "Augusta Ada King"
    await job.create_a_user(users)
    assert await find_user(aws, POOL_ID, "mary") is not None


async def _check_tokens(aws: Aws, tokens: TokenSet | None) -> None:
    assert tokens is not None
    address = jwks_url(POOL_ID, aws.profile.endpoint_url)
    for token in (tokens.id_token, tokens.access_token):
        assert (await check_signature(aws.http, token, address)).state == "valid"
    assert decode(tokens.id_token).claims["name"] == "Augusta Ada King"


def _check_answers(answers: dict[str, ProbeRow]) -> None:
    assert _verdicts(answers["Read a teaser"]) == ("allowed", "allowed")
    assert _verdicts(answers["Read an article"]) == ("denied", "allowed")
    assert _verdicts(answers["Write an article"]) == ("denied", "denied")
    refusal = answers["Read an article"].guest
    assert refusal is not None
    assert "no identity-based policy allows the s3:GetObject action" in refusal.reason


def _verdicts(row: ProbeRow) -> tuple[str, str]:
    assert row.guest is not None
    assert row.authenticated is not None
    return row.guest.verdict, row.authenticated.verdict
