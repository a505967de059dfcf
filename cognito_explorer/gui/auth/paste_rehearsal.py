"""What the first paste on a page needs, made ready while nobody waits: texts shaped, widgets styled, code at hand."""

import base64
import json
import time
from datetime import UTC, datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton, QWidget

from cognito_explorer.core.auth.tokens import DecodedToken, SignatureCheck, issuer_of
from cognito_explorer.core.insight.finding import TokenContext
from cognito_explorer.core.insight.token_findings import examine
from cognito_explorer.gui.auth.findings_list import FindingsList
from cognito_explorer.gui.auth.pasted_tokens import read_pasted
from cognito_explorer.gui.auth.token_heading import TokenHeading, expiry_in_words
from cognito_explorer.gui.lib.tokens import Tone

_AFTER_MS = 150
_LIFE_S = 3_600


class PasteRehearsal(QTimer):
    """Goes through a token that nobody has, once, a moment after the page was first seen empty.

    What would show it is hidden then, and is painted into a picture that is thrown away.
    """

    def __init__(self, findings: FindingsList, heading: TokenHeading, pool_id: str, parent: QWidget) -> None:
        super().__init__(parent, singleShot=True, interval=_AFTER_MS)
        self._panel, self._findings, self._heading, self._pool_id = parent, findings, heading, pool_id
        self._is_over = False
        self.timeout.connect(self._play)

    def wait(self) -> None:
        """The page is seen, and has no token."""
        if not self._is_over:
            self.start()

    def end(self) -> None:
        """A token has come: it is no longer needed."""
        self._is_over = True
        self.stop()

    def _play(self) -> None:
        self.end()
        page = self._findings.parentWidget()
        room = page.parentWidget() if page is not None else None
        if page is None or room is None or page.isVisible():
            return
        token = _made_up(self._pool_id)
        now = datetime.now(UTC)
        context = TokenContext(self._pool_id, signature=SignatureCheck("valid", "", "0", "AWS", ("0",)))
        self._findings.set_findings(examine(token, context))
        self._heading.timeline.show_token(token, now)
        self._heading.expiry.set_status(*expiry_in_words(token, now))
        page.resize(room.size())
        self._heading.resize(room.width(), self._heading.sizeHint().height())
        for part in (page, self._heading):
            part.grab()
        for button in self._panel.findChildren(QPushButton):
            button.ensurePolished()
        self._findings.set_findings(())
        self._heading.expiry.set_status("", Tone.GOOD)


def _made_up(pool_id: str) -> DecodedToken:
    now = int(time.time())
    claims = {
        "sub": "0", "iss": issuer_of(pool_id) if pool_id else "", "aud": "0", "token_use": "id", "origin_jti": "0",
        "event_id": "0", "jti": "0", "auth_time": now, "iat": now, "exp": now + _LIFE_S, "cognito:username": "0",
        "email": "0", "name": "0",
    }  # fmt: skip
    parts = ({"kid": "0", "alg": "RS256"}, claims)
    header, payload = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return read_pasted(f"Authorization: Bearer {header}.{payload}.{'A' * 342}").tokens["id"]
