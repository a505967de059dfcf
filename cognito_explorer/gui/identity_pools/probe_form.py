"""The form for a probe of one's own."""

import re

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.identity_pools.probes import Probe, ProbeKind
from cognito_explorer.gui.lib.dialogs import ask_form
from cognito_explorer.gui.lib.form import Field, Form

_KINDS: dict[ProbeKind, str] = {
    "s3 get": "Read an object (s3:GetObject)",
    "s3 list": "List a prefix (s3:ListBucket)",
    "s3 put": "Write an object (s3:PutObject)",
}


_BUCKET = re.compile(r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]|arn:\S+")


async def ask_probe(parent: QWidget) -> Probe | None:
    """Ask for a request to try; None if it was called off."""
    form = Form(
        [
            Field("kind", "Request", kind="choice", choices=tuple((kind, words) for kind, words in _KINDS.items())),
            Field("bucket", "Bucket", is_required=True, is_identifier=True, check=_check_bucket),
            Field("key", "Key or prefix", is_identifier=True, hint="Of a list, the prefix: empty lists everything."),
            Field("title", "Name", hint="What the line is called. Empty: after the request."),
        ]
    )
    text = "Reading and listing change nothing. Writing replaces the object where it is allowed, and cannot be undone."

    async def check() -> None:
        if form.values()["kind"] != "s3 list" and not form.values()["key"]:
            raise InvalidInput("The key is missing.", "Say which object is read or written.")

    if not await ask_form(parent, form, title="Add a probe", text=text, action="Add probe", submit=check):
        return None
    values = {key: str(value) for key, value in form.values().items()}
    kind = next(kind for kind in _KINDS if kind == values["kind"])
    title = values["title"] or f"{_KINDS[kind].partition(' (')[0]}: {values['key'] or values['bucket']}"
    return Probe(title, kind, values["bucket"], values["key"])


def _check_bucket(text: str) -> str:
    if _BUCKET.fullmatch(text):
        return ""
    return "A bucket's name has 3 to 63 small letters, digits, dots and hyphens."
