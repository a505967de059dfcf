"""Pastes tokens of 2 kB into the real tokens page and prints how long each took to painted findings, as JSON.

A process of its own: `python -m tests.benchmarks.paste_token READY`, READY being a demo sandbox's ready line.
"""

import asyncio
import json
import sys
import time
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop
from typing_extensions import override

from cognito_explorer.app import prepare_process
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.workspace import Context, Page, PageKind, Workspace

_POOL_ID, _CLIENT_ID = "us-east-1_Moonlettr", "3moonletterweb7k2q9v5d1h8s"
_ROUNDS, _WARM_UP = 12, 2
_LONG = 2_000
_LOOKED_AT_S = 0.3
_PROVED = "The signature is valid."


class _Painted(QObject):
    """Tells when the findings were painted that say the signature is valid: after the whole frame is."""

    def __init__(self, panel: TokensPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self.at: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        # Of this one widget alone: a filter of the application would take as long as what is measured.
        self._widget = panel.findings.view.viewport()
        self._widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self.at.done():
            titles = {finding.title for finding in self._panel.findings.findings()}
            if _PROVED in titles:
                QTimer.singleShot(0, self._tell)
        return False

    def _tell(self) -> None:
        if not self.at.done():
            self.at.set_result(time.perf_counter())
            self._widget.removeEventFilter(self)


async def _measure(ready: dict[str, Any]) -> dict[str, list[float]]:
    aws = await Aws.open(_profile_of(ready))
    token = _token_of_2_kb(ready)
    page = Page(PageKind.TOKENS, Context("bench", "us-east-1", _POOL_ID, "moonletter"), aws)
    pages = []  # kept: the end of one is not what the next is measured by
    found: dict[str, list[float]] = {"empty_ms": [], "full_ms": []}
    for _ in range(_WARM_UP + _ROUNDS):
        panel = TokensPanel(page, Workspace())
        panel.resize(1040, 700)
        panel.show()
        # Nobody pastes into a page that is not on the screen yet.
        await asyncio.sleep(_LOOKED_AT_S)
        await panel.tasks.idle()
        for name in ("empty_ms", "full_ms"):
            found[name].append(await _paste(panel, token))
            await panel.tasks.idle()
            panel.paste_button.setChecked(True)
            panel.take_text(_forged())
            await panel.tasks.idle()
            panel.paste_button.setChecked(True)
        panel.hide()
        pages.append(panel)
    aws.close()
    return {name: values[_WARM_UP:] for name, values in found.items()} | {"size": [float(len(token))]}


async def _paste(panel: TokensPanel, token: str) -> float:
    QGuiApplication.clipboard().setText(f"Authorization: Bearer {token}")
    editor = panel.paste_field.editor
    editor.setFocus()
    painted = _Painted(panel)
    begun = time.perf_counter()
    QTest.keyClick(editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    return (await asyncio.wait_for(painted.at, 10) - begun) * 1_000


def _forged() -> str:
    return "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.eyJpc3MiOiJ4In0.c2ln"


def _profile_of(ready: dict[str, Any]) -> Profile:
    return Profile(
        id="bench",
        name="bench",
        kind="sandbox",
        region="us-east-1",
        color="#000000",
        endpoint_url=ready["endpoint"],
        access_key_id=ready["access_key_id"],
        secret_access_key=ready["secret_access_key"],
    )


def _token_of_2_kb(ready: dict[str, Any]) -> str:
    """Ada's ID token, with a name as long as names may be."""
    where: Any = {"service_name": "cognito-idp", "region_name": "us-east-1", "endpoint_url": ready["endpoint"]}
    keys: Any = {"aws_access_key_id": ready["access_key_id"], "aws_secret_access_key": ready["secret_access_key"]}
    attributes: Any = [{"Name": name, "Value": "A" * 250} for name in ("name", "given_name")]
    admin: Any = boto3.client(**where, **keys)
    admin.admin_update_user_attributes(UserPoolId=_POOL_ID, Username="ada", UserAttributes=attributes)
    public: Any = boto3.client(**where, config=Config(signature_version=UNSIGNED))
    parameters = {"USERNAME": "ada", "PASSWORD": "Moonletter-2026"}
    answer = public.initiate_auth(ClientId=_CLIENT_ID, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    token: str = answer["AuthenticationResult"]["IdToken"]
    if not _LONG <= len(token) <= 1.2 * _LONG:
        raise RuntimeError(f"the token has {len(token)} characters")
    return token


def main() -> int:
    """Print the measurement."""
    prepare_process()
    application = QApplication(sys.argv[:1])
    theme().apply()
    with QEventLoop(application) as loop:
        found = loop.run_until_complete(asyncio.wait_for(_measure(json.loads(sys.argv[1])), 120))
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
