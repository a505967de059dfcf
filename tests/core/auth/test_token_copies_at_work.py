"""The copies are run as they are pasted: by a shell, by Python and, where it is installed, by Node."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from cognito_explorer.core.auth.hosted_ui import hosted_origin
from cognito_explorer.core.auth.token_copies import copies_of
from cognito_explorer.core.auth.tokens import TokenSet, decode, token_set
from tests.sandbox.hosted_ui.browser import POOL, WEB, sign_in
from tests.sandbox_fixture import RunningSandbox, demo_sandbox

__all__ = ["demo_sandbox"]

COMMANDS = {
    "curl": ("sh", ""),
    "python": (sys.executable, "python.py"),
    "javascript": ("node", "javascript.mjs"),
}
INSTALLED = [name for name, (program, _file) in COMMANDS.items() if shutil.which(program)]


@pytest.fixture(scope="module")
def tokens(demo_sandbox: RunningSandbox) -> TokenSet:
    """Linus's, by the hosted UI: userInfo wants the scope openid."""
    return token_set(sign_in(demo_sandbox, "linus", scope="openid email"), POOL, WEB)


def run(name: str, text: str, folder: Path) -> str:
    program, file = COMMANDS[name]
    if file:
        (folder / file).write_text(text, encoding="utf-8")
    command = [program, str(folder / file)] if file else [program, "-c", text]
    environment = {**os.environ, "no_proxy": "*", "NO_COLOR": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", INSTALLED)
def test_what_was_copied_asks_as_the_user_who_signed_in(
    name: str, tokens: TokenSet, demo_sandbox: RunningSandbox, tmp_path: Path
) -> None:
    url = f"{hosted_origin('moonletter', 'us-east-1', endpoint_url=demo_sandbox.endpoint)}/oauth2/userInfo"
    forms = {each.name: each.text for each in copies_of(decode(tokens.access_token), tokens, url=url)}
    answer = run(name, forms[name], tmp_path)
    status, _, body = answer.partition(" ") if name != "curl" else ("200", "", answer)
    assert status == "200"
    assert json.loads(body)["username"] == "linus"


def test_a_postman_environment_has_what_postman_reads(tokens: TokenSet) -> None:
    forms = {each.name: each.text for each in copies_of(decode(tokens.access_token), tokens)}
    environment = json.loads(forms["postman"])
    assert environment["_postman_variable_scope"] == "environment"
    assert uuid.UUID(environment["id"]).version == 4
    assert environment["name"] == f"Cognito {POOL}"
    assert all(set(each) == {"key", "value", "type", "enabled"} for each in environment["values"])
    assert all(each["type"] in ("default", "secret") and each["enabled"] is True for each in environment["values"])
    values = {each["key"]: each["value"] for each in environment["values"]}
    assert values["access_token"] == tokens.access_token
    assert values["refresh_token"] == tokens.refresh_token
