"""The page and the command line say the same of a token."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from cognito_explorer.core.insight.finding import Finding
from cognito_explorer.core.insight.token_command import main
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from tests.gui.auth.token_stage import forged, lonely, panel

__all__ = ["lonely", "panel"]

OPEN_ID = forged(
    iss="https://cognito-identity.amazonaws.com", sub="us-east-1:i", aud="us-east-1:p", amr=["unauthenticated"],
    iat=1_700_000_000, exp=4_000_000_000,
)  # fmt: skip


class CommandLine:
    """`cognito-explorer token`, offline, with what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._capsys = capsys
        self._file = folder / "text"

    async def text(self, text: str, *options: str) -> str:
        """For people."""
        self._file.write_text(text)
        await asyncio.to_thread(main, [str(self._file), *options])
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
