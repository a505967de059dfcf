"""The page and the command line say the same of a token."""

import asyncio
import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from cognito_explorer.core.auth.tokens import TokenSet, decode
from cognito_explorer.core.insight.finding import Finding
from cognito_explorer.core.insight.token_command import main
from cognito_explorer.core.user_pools.groups import add_to_group, remove_from_group
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.workspace import Page
from tests.gui.auth.conftest import POOL_ID
from tests.gui.auth.test_pasted_forms import REFRESH
from tests.gui.auth.token_stage import forged, lonely, panel, tokens

__all__ = ["lonely", "panel", "tokens"]

OPEN_ID = forged(
    iss="https://cognito-identity.amazonaws.com", sub="us-east-1:i", aud="us-east-1:p", amr=["unauthenticated"],
    iat=1_700_000_000, exp=4_000_000_000,
)  # fmt: skip


class CommandLine:
    """`cognito-explorer token`, offline, with what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._capsys = capsys
        self._file = folder / "text"
        self.code = -1

    def file(self, name: str, text: str) -> str:
        """The path of a file with this in it."""
        path = self._file.with_name(name)
        path.write_text(text)
        return str(path)

    async def text(self, text: str, *options: str) -> str:
        """For people."""
        self._file.write_text(text)
        self.code = await asyncio.to_thread(main, [str(self._file), *options])
        return self._capsys.readouterr().out

    async def tokens(self, text: str, *options: str) -> list[dict[str, Any]]:
        """Of each token what JSON says."""
        found: list[dict[str, Any]] = json.loads(await self.text(text, "--format", "json", *options))["tokens"]
        return found


@pytest.fixture
def command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path)


def told(panel: TokensPanel, check: str) -> Finding:
    return next(each for each in panel.findings.findings() if each.check == check)


async def test_whom_an_identity_pools_token_is_for_is_told_without_asking_a_user_pool(
    panel: TokensPanel, lonely: TokensPanel, command_line: CommandLine
) -> None:
    said = next(each for each in (await command_line.tokens(OPEN_ID))[0]["findings"] if each["check"] == "audience")
    assert (said["verdict"], said["title"]) == ("passed", "For the identity pool us-east-1:p.")
    assert (await command_line.text(OPEN_ID)).startswith("Token: identity-pool OpenID token, ")
    for page in (panel, lonely):
        page.take_text(OPEN_ID)
        await page.tasks.idle()
        audience = told(page, "audience")
        assert (audience.verdict, audience.title, audience.detail) == (said["verdict"], said["title"], said["detail"])
        assert page.heading.text().startswith("Identity-pool OpenID token")


async def test_a_token_in_a_token_is_two_and_each_is_told_alike(lonely: TokensPanel, command_line: CommandLine) -> None:
    outer = nested(forged(token_use="id", iss="https://id.example", aud="a", iat=1, exp=4_000_000_000), cty="JWT")
    said = await command_line.tokens(outer)
    lonely.take_text(outer)
    assert lonely.heading.text().startswith("ID token")
    assert told_by_page(lonely) == told_by_command(said[1])
    assert not any("token is not whole" in title for title, _ in told_by_page(lonely))
    names = [lonely.found_box.box.itemText(at) for at in range(lonely.found_box.box.count())]
    assert names[0].startswith("1 of 2 · Nested JWT")
    assert names[1].endswith("inside another token")
    lonely.found_box.box.setCurrentIndex(0)
    lonely.found_box.box.activated.emit(0)
    assert lonely.heading.text() == "Nested JWT · nested"
    assert told_by_page(lonely) == told_by_command(said[0])
    assert [row.name for row in lonely.details.header.records()] == ["alg", "kid", "cty"]
    answers = [row for row in lonely.details.consumers.answers.records() if "ALB" not in row.consumer]
    assert all((row.will, "nested JWT" in row.reason) == ("no", True) for row in answers)


async def test_a_nested_token_that_does_not_say_so_is_warned_of(lonely: TokensPanel) -> None:
    lonely.take_text(nested(forged(sub="ada")))
    lonely.found_box.box.activated.emit(0)
    assert ("It does not say that it is nested.", "passed") in told_by_page(lonely)


@pytest.mark.parametrize("cut", [1, 2, 60, 300])
async def test_a_token_that_was_cut_off_is_a_mistake_in_copying_whoever_checks_it(
    cut: int, panel: TokensPanel, tokens: TokenSet, command_line: CommandLine
) -> None:
    text = tokens.id_token[:-cut]
    panel.take_text(text)
    await panel.tasks.idle()
    offline = next(each for each in (await command_line.tokens(text))[0]["findings"] if each["check"] == "signature")
    signature = told(panel, "signature")
    assert (signature.title, signature.verdict) == ("The signature was cut off.", offline["verdict"])
    assert offline["title"] == signature.title
    keys = command_line.file("keys.json", json.dumps({"keys": [{"kty": "RSA", "kid": "k9", "n": "AQAB", "e": "AQAB"}]}))
    checked = (await command_line.tokens(text, "--jwks", keys))[0]["findings"]
    assert (signature.title, signature.detail) in {(each["title"], each["detail"]) for each in checked}


async def test_the_end_of_a_token_whose_claims_were_cut_off_is_not_said_to_be_missing(lonely: TokensPanel) -> None:
    lonely.take_text(forged(token_use="id", sub="ada", exp=4_000_000_000)[:90])
    assert lonely.heading.text().endswith("expiry not read")
    assert [each.title for each in lonely.findings.findings()].count("The claims are damaged.") <= 1
    assert ("exp could not be read.", "unknown") in told_by_page(lonely)


async def test_a_refresh_token_alone_is_not_held_to_be_good(lonely: TokensPanel, command_line: CommandLine) -> None:
    lonely.take_text(REFRESH)
    said = (await command_line.tokens(REFRESH))[0]
    assert said["verdict"] == "unknown"
    assert ("Whether it was revoked or has expired is not known.", "unknown") in told_by_page(lonely)
    assert told_by_page(lonely) == told_by_command(said)
    assert command_line.code == 0


async def test_a_file_of_keys_is_not_called_a_pool(command_line: CommandLine) -> None:
    keys = command_line.file("keys.json", json.dumps({"keys": [{"kty": "RSA", "kid": "k9", "n": "AQAB", "e": "AQAB"}]}))
    said = await command_line.text(forged(sub="ada"), "--jwks", keys)
    assert "The file has no key of this id" in said
    assert "pool has" not in said


async def test_a_group_joined_before_the_token_was_pasted_is_told_with_how_long_after(
    panel: TokensPanel, page: Page, tokens: TokenSet
) -> None:
    assert page.aws is not None
    sub = decode(tokens.access_token).claims["sub"]
    await add_to_group(page.aws, POOL_ID, "ada", "editors", sub=sub)
    try:
        for text in (tokens.access_token, tokens.id_token):
            panel.take_text(text)
            await panel.tasks.idle()
            said = {row.name: row.origin.difference for row in panel.details.claims.records()}["cognito:groups"]
            assert re.match(r"The group “editors” was added (.* seconds?|less than a second) after this token", said)
    finally:
        await remove_from_group(page.aws, POOL_ID, "ada", "editors", sub=sub)


def nested(inner: str, **header: str) -> str:
    encoded = (json.dumps({"alg": "RS256", "kid": "k"} | header), inner)
    outer = [base64.urlsafe_b64encode(each.encode()).decode().rstrip("=") for each in encoded]
    return f"{outer[0]}.{outer[1]}.{'A' * 342}"


def told_by_page(panel: TokensPanel) -> set[tuple[str, str]]:
    return {(each.title, each.verdict) for each in panel.findings.findings()}


def told_by_command(token: dict[str, Any]) -> set[tuple[str, str]]:
    return {(each["title"], each["verdict"]) for each in token["findings"]}
