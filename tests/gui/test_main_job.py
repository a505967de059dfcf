"""The main job, once through: sandbox process, real window, hosted UI in the real web view, real answers."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from cognito_explorer.app import begin, log_to_file
from cognito_explorer.core import paths
from cognito_explorer.core.auth.signatures import check_signature
from cognito_explorer.core.auth.tokens import TokenSet, decode, jwks_url
from cognito_explorer.core.aws.copy_as import Place, languages
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.journal_file import open_journal
from cognito_explorer.core.profile_transfer import export_profiles
from cognito_explorer.core.profiles import Profile
from cognito_explorer.core.user_pools.pools import list_pools
from cognito_explorer.core.user_pools.users import find_user
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connections import Connections
from cognito_explorer.gui.identity_pools.access_panel import AccessPanel
from cognito_explorer.gui.identity_pools.probe_table import ProbeRow
from cognito_explorer.gui.lib.crash import CrashReporter
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.main_window import MainWindow
from tests.gui.auth.headless_web import headless_web
from tests.gui.auth.hosted_ui_driver import DEMO_PASSWORD
from tests.gui.spills import Spills
from tests.journey import MainJob

POOL_ID = "us-east-1_Moonlettr"
# Typed where it is wrong; see the main job.
WRONG_PASSWORD = "not the password"


@pytest.fixture
def home(tmp_path: Path, settings: Settings, secret_service: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for all that the app writes, whatever it writes it for, with a keyring and the log."""
    for name in ("COGNITO_EXPLORER_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    handler = log_to_file()
    yield tmp_path
    logging.getLogger().removeHandler(handler)
    handler.close()


@pytest_asyncio.fixture
async def window(home: Path, theme_app: Theme) -> AsyncIterator[MainWindow]:
    """The window as the app makes it for the first time, with a sandbox of its own. `begin` sets it going."""
    connections = Connections(home / "sandbox", Journal(open_journal))
    window = MainWindow(connections, ProfileBook(paths.config_folder() / "profiles.json"))
    yield window
    for index in reversed(range(window.tabs.count())):
        window.tabs.close_tab(index)
    await connections.close()
    window.hide()
    window.deleteLater()


@headless_web
async def test_the_main_job_from_the_list_of_users_to_the_article_a_guest_may_not_read(
    window: MainWindow, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
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
    tokens = window.workspace.tokens_of(POOL_ID)
    await _check_tokens(aws, tokens)
    await job.look_at_the_identity_pool()
    _check_answers(await job.try_access())
    assert pictures[0] == "start"
    assert pictures[-1] == "access tried"
    assert tokens is not None
    access = job.hand.page(AccessPanel)
    spills = _secrets_of(window, access, tokens)
    await _use_them(window, aws, access, home, spills)
    _crash(window, tokens)
    caplog.clear()
    _check_files(home, spills)


def _secrets_of(window: MainWindow, access: AccessPanel, tokens: TokenSet) -> Spills:
    """Everything that was used so far and lets somebody in."""
    spills = Spills()
    for name, secret in (("id token", tokens.id_token), ("access token", tokens.access_token)):
        spills.add(name, secret)
    spills.add("refresh token", tokens.refresh_token)
    spills.add("password", DEMO_PASSWORD)
    spills.add("wrong password", WRONG_PASSWORD)
    for side, column in access.columns.items():
        assert column.access is not None
        spills.add(f"{side}'s key", column.access.credentials.secret_access_key)
        spills.add(f"{side}'s session", column.access.credentials.session_token)
    assert window.connections.sandbox is not None
    spills.add("administrator's key", window.connections.sandbox.running.secret_access_key)
    spills.add("control token", window.connections.sandbox.running.control_token)
    return spills


async def _use_them(window: MainWindow, aws: Aws, panel: AccessPanel, home: Path, spills: Spills) -> None:
    """Profiles of several kinds, kept, opened and exported; clipboard, journal and call log copied and exported."""
    doors = [aws]
    for profile in _profiles(window, panel, spills):
        await window.book.save(profile)
        with suppress(ExplorerError):  # what they are refused is said, and logged
            doors.append(await window.connections.open(profile))
            await list_pools(doors[-1]).next_page()
    vault = await asyncio.to_thread(window.book.open_vault)
    spills.add("token of single sign-on", "aoaAAAAA-single-sign-on-of-ada")
    await asyncio.to_thread(vault.put, "sso/0f0f", "aoaAAAAA-single-sign-on-of-ada")
    for column in panel.columns.values():
        column.view.exports_button.click()
    await asyncio.to_thread((home / "profiles.json").write_text, export_profiles(window.book.all()))
    assert await window.connections.journal.export(home / "journal.jsonl") >= 2
    await asyncio.to_thread((home / "calls.txt").write_text, "\n".join(_calls(doors)))
    Settings().sync()


def _profiles(window: MainWindow, panel: AccessPanel, spills: Spills) -> list[Profile]:
    guest = panel.guest.access
    sandbox = window.connections.sandbox
    assert guest is not None
    assert sandbox is not None
    keys = Profile(
        id="keys",
        name="Guest",
        kind="keys",
        region="us-east-1",
        color="#3A57D6",
        endpoint_url=sandbox.running.endpoint,
        access_key_id=guest.credentials.access_key_id,
        secret_access_key=guest.credentials.secret_access_key,
        session_token=guest.credentials.session_token,
    )
    role_arn = "arn:aws:iam::123456789012:role/nobody"
    spills.add("external id", "external-id-of-ada")
    spills.add("program's key", "key-in-a-command-line")
    return [
        keys,
        replace(keys, id="role", name="Role", kind="role", role_arn=role_arn, external_id="external-id-of-ada"),
        replace(keys, id="process", name="Program", kind="process", credential_process="false key-in-a-command-line"),
    ]


def _calls(doors: list[Aws]) -> list[str]:
    """The call logs as they are shown, and each call as all that it can be copied as."""
    calls = [call for door in doors for call in door.calls.recent(500)]
    assert len(calls) > 20
    place = Place("us-east-1")
    return [repr(call) for call in calls] + [write(call, place) for call in calls for write in languages(call).values()]


def _crash(window: MainWindow, tokens: TokenSet) -> None:
    """An error nobody expected, in whose words a token stands."""
    reporter = CrashReporter(lambda: "1.2.3", window, parent=window)
    try:
        raise ValueError(f"could not read Bearer {tokens.access_token} password={DEMO_PASSWORD}")
    except ValueError as error:
        reporter.hear(type(error), error, error.__traceback__)


def _check_files(home: Path, spills: Spills) -> None:
    written = {file.name for file in home.rglob("*")}
    assert {"cognito-explorer.log", "journal.db", "journal.jsonl", "profiles.json", "settings.ini"} <= written
    assert spills.found_in(home, apart_from=home / "sandbox") == []


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
