"""A token as people paste it elsewhere: a header, a command, lines of code, and a report without its signature."""

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from cognito_explorer.core.auth.tokens import DecodedToken, TokenSet, instant

EXAMPLE_URL = "https://api.example.com/"
_KINDS = {"id": "ID token", "access": "Access token", "refresh": "Refresh token", "other": "Token"}
_TIMES = ("auth_time", "iat", "nbf", "exp")
# What a colleague or a ticket has no need of: who somebody is.
_PERSONAL = frozenset({
    *("address", "birthdate", "email", "family_name", "gender", "given_name", "identities", "middle_name", "name"),
    *("nickname", "nonce", "phone_number", "picture", "preferred_username", "profile", "website", "device_key"),
})  # fmt: skip

# Wherever it stands, in a user's name or in a claim that a trigger made. What may stand before an @ is read once.
_REACHES_SOMEBODY = re.compile(
    r"(?<![^\s@\"'<>(),;:])[^\s@\"'<>(),;:]++@[\w-]+(?:\.[\w-]+)+|(?<![\w+/=-])\+\d[\d ()-]{5,}\d\b"
)
_BLOTTED = "[redacted]"


@dataclass(frozen=True, slots=True)
class TokenCopy:
    """One form of a token. `what` completes "Copied …"; `is_secret`: whoever has the text can use the token."""

    name: str
    title: str
    what: str
    make: Callable[[], str] = field(repr=False)
    is_secret: bool = True

    @property
    def text(self) -> str:
        """The text, made when it is wanted."""
        return self.make()


def copies_of(token: DecodedToken, tokens: TokenSet | None = None, *, url: str = EXAMPLE_URL) -> tuple[TokenCopy, ...]:
    """Every form of a token. `tokens` are all of the sign-in: a Postman environment has them side by side.

    A refresh token authorizes nothing at an API, so it has no header and no code.
    """
    forms = []
    if token.kind != "refresh":
        forms += [
            TokenCopy("header", "Authorization header", "the Authorization header", partial(header_line, token.raw)),
            TokenCopy("curl", "curl", "a curl command", partial(curl_line, token.raw, url)),
            TokenCopy("python", "Python (requests)", "Python code", partial(python_code, token.raw, url)),
            TokenCopy("javascript", "JavaScript (fetch)", "JavaScript code", partial(javascript_code, token.raw, url)),
        ]
    if tokens is not None:
        forms.append(TokenCopy("postman", "Postman environment", "a Postman environment", partial(postman, tokens)))
    report = partial(redacted_report, token)
    forms.append(TokenCopy("report", "Report for a ticket, redacted", "a report without the signature", report, False))
    return tuple(forms)


def header_line(raw: str) -> str:
    """The HTTP header (RFC 6750, section 2.1)."""
    return f"Authorization: Bearer {raw}"


def curl_line(raw: str, url: str) -> str:
    """A command for a POSIX shell."""
    return f"curl --header {shlex.quote(header_line(raw))} {shlex.quote(url)}"


def python_code(raw: str, url: str) -> str:
    """A request with the requests package."""
    return (
        "import requests\n\n"
        f'answer = requests.get({_quoted(url)}, headers={{"Authorization": {_quoted(f"Bearer {raw}")}}}, timeout=10)\n'
        "print(answer.status_code, answer.text)\n"
    )


def javascript_code(raw: str, url: str) -> str:
    """A request with fetch."""
    return (
        f"const answer = await fetch({_quoted(url)}, {{\n"
        f"  headers: {{ Authorization: {_quoted(f'Bearer {raw}')} }},\n"
        "});\n"
        "console.log(answer.status, await answer.text());\n"
    )


def postman(tokens: TokenSet) -> str:
    """An environment to import into Postman; the tokens are marked as secrets there."""
    named = {
        "id_token": tokens.id_token,
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "client_id": tokens.client_id,
        "user_pool_id": tokens.pool_id,
    }
    values = [
        {"key": key, "value": value, "type": "secret" if key.endswith("_token") else "default", "enabled": True}
        for key, value in named.items()
        if value
    ]
    document = {
        "id": str(uuid4()),
        "name": f"Cognito {tokens.pool_id}".strip(),
        "values": values,
        "_postman_variable_scope": "environment",
    }
    return json.dumps(document, indent=2)


def redacted_report(token: DecodedToken) -> str:
    """Markdown about a token that nobody can sign in with: no signature, personal claims blotted out."""
    parts = [f"### {_KINDS[token.kind]}, redacted"]
    if token.kind == "refresh":
        parts.append("Encrypted: only Cognito can read it. Nothing of it is repeated here.")
        return "\n\n".join(parts) + "\n"
    lines = [f"- {name}: {at:%Y-%m-%d %H:%M:%S} UTC" for name in _TIMES if (at := _time(token, name)) is not None]
    if lines:
        parts.append("\n".join(lines))
    parts.append(_fenced("Header", token.header))
    parts.append(_fenced("Claims", {name: _blotted(name, value) for name, value in token.claims.items()}))
    parts.append("The signature was removed, and claims about the person were blotted out.")
    return "\n\n".join(parts) + "\n"


def _fenced(title: str, value: dict[str, Any]) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=True)
    # A fence must be longer than any run of backticks in what it holds.
    fence = "`" * max(3, max((len(run) for run in _runs(text)), default=0) + 1)
    return f"{title}:\n\n{fence}json\n{text}\n{fence}"


def _runs(text: str) -> list[str]:
    return "".join(each if each == "`" else " " for each in text).split()


def _blotted(name: str, value: Any) -> Any:
    is_own = name.startswith(("custom:", "dev:"))
    return _BLOTTED if name in _PERSONAL or is_own else _without_addresses(value)


def _without_addresses(value: Any) -> Any:
    if isinstance(value, str):
        return _REACHES_SOMEBODY.sub(_BLOTTED, value)
    if isinstance(value, list):
        return [_without_addresses(each) for each in value]
    if isinstance(value, dict):
        return {_without_addresses(name): _blotted(name, each) for name, each in value.items()}
    return value


def _time(token: DecodedToken, name: str) -> datetime | None:
    found = instant(token.claims.get(name))
    return found.astimezone(UTC) if found else None


def _quoted(text: str) -> str:
    """A string in double quotes as Python and JavaScript both read it."""
    return json.dumps(text)
