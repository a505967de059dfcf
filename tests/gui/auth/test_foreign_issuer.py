"""An issuer that is not AWS's is asked for its keys only where a person expects it and says so, not because of iss."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.dialogs import Dialog
from tests.gui.auth.token_stage import confirm_dialog, lonely
from tests.sandbox.federation.stranger import Stranger, stranger

__all__ = ["lonely"]


@pytest.fixture
def provider() -> Iterator[Stranger]:
    with stranger() as made:
        yield made


def token_of(provider: Stranger, **changed: Any) -> str:
    claims = {"iss": provider.url, "sub": "s", "aud": "theirs", "iat": int(time.time()), "exp": int(time.time()) + 300}
    return jwt.encode(claims | changed, provider.key, algorithm="RS256", headers={"kid": "1"})


def signature(panel: TokensPanel) -> tuple[str, str]:
    found = next(each for each in panel.findings.findings() if each.check == "signature")
    return found.title, found.detail


async def expect(panel: TokensPanel, issuer: str) -> None:
    panel.details.expected.issuer_line.setText(issuer)
    panel.details.expected.issuer_line.editingFinished.emit()
    await panel.tasks.idle()


@pytest.fixture
async def shown(lonely: TokensPanel, provider: Stranger) -> Any:
    lonely.take_text(token_of(provider))
    await expect(lonely, "")
    assert not lonely.findings.check_button.isVisible()
    await expect(lonely, provider.url)
    assert lonely.findings.check_button.isVisible()
    yield lonely
    await expect(lonely, "")


async def answer(panel: TokensPanel, words: str) -> None:
    panel.findings.check_button.click()
    await asyncio.sleep(0)
    await confirm_dialog(panel, words)
    await panel.tasks.idle()


async def test_the_expected_issuer_is_asked_after_a_question_that_names_its_host(
    shown: TokensPanel, provider: Stranger
) -> None:
    shown.findings.check_button.click()
    await asyncio.sleep(0)
    dialog = shown.findChild(Dialog)
    assert dialog is not None
    assert dialog.windowTitle() == "Ask 127.0.0.1 for its keys?"
    await confirm_dialog(shown, "Do not ask")
    await shown.tasks.idle()
    assert signature(shown)[0] == "The signature was not checked."
    await answer(shown, "Ask it")
    assert signature(shown) == ("The signature is valid.", f"Signed by a key in {provider.url}.")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"issuer": "https://elsewhere.example"}, "about another issuer"),
        ({"jwks_uri": None}, "names no jwks_uri"),
        ({"jwks_uri": "http://elsewhere.example/keys"}, "not safe to use"),
    ],
)
async def test_a_discovery_document_that_is_not_about_it_gives_no_keys(
    shown: TokensPanel, provider: Stranger, changed: dict[str, Any], words: str
) -> None:
    provider.say("/.well-known/openid-configuration", provider.discovery(**changed))
    await answer(shown, "Ask it")
    title, detail = signature(shown)
    assert title == "The signature was not checked."
    assert words in detail


async def test_an_issuer_that_is_not_the_expected_one_is_never_offered(lonely: TokensPanel, provider: Stranger) -> None:
    lonely.take_text(token_of(provider))
    await expect(lonely, f"{provider.url}/")
    assert not lonely.findings.check_button.isVisible()
    await expect(lonely, "")


async def test_one_question_does_for_all_tokens_of_a_sign_in(lonely: TokensPanel, provider: Stranger) -> None:
    both = {f"{use}_token": token_of(provider, token_use=use, client_id="theirs") for use in ("id", "access")}
    lonely.take_text(json.dumps(both))
    await expect(lonely, provider.url)
    await answer(lonely, "Ask it")
    for kind in ("id", "access"):
        lonely.show_kind(kind)
        assert signature(lonely)[0] == "The signature is valid."
    await expect(lonely, "")
