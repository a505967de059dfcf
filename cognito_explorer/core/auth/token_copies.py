"""A token as people paste it elsewhere: a header, a command, lines of code, and a report without its signature."""

import json
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from cognito_explorer.core.auth.tokens import DecodedToken, TokenSet, instant
from cognito_explorer.core.personal_claims import is_called_personal, is_harmless

EXAMPLE_URL = "https://api.example.com/"
_KINDS = {"id": "ID token", "access": "Access token", "refresh": "Refresh token", "other": "Token"}
_TIMES = ("auth_time", "iat", "nbf", "exp")
# Wherever it stands, in a user's name or in a claim that a trigger made. What may stand before an @ is read once.
_REACHES_SOMEBODY = re.compile(
    r"(?<![^\s@\"'<>(),;:])[^\s@\"'<>(),;:]++@[\w-]+(?:\.[\w-]+)+|(?<![\w+/=-])\+\d[\d ()-]{5,}\d\b"
)
_BLOTTED = "[redacted]"
# What is good for one sign-in or on one device.
_ONE_TIME = frozenset(["nonce", "device_key"])
_REMOVED = (
    "The signature was removed. Names, addresses, phone numbers, usernames and custom attributes that look like a"
    " person's were blotted out; sub and other ids that tell no name were kept."
)
_REMOVED_OF_OTHERS = (
    "The signature was removed. Names, addresses, phone numbers and usernames were blotted out, and since nothing is"
    " known of what this issuer writes, so was every text in a claim that is not one of a protocol's own; times,"
    " numbers, scopes, roles, groups and ids that tell no name were kept."
)
_SHORTEST, _LONGEST = 3, 200


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


def copies_of(
    token: DecodedToken, tokens: TokenSet | None = None, *, url: str = EXAMPLE_URL, findings: Sequence[str] = ()
) -> tuple[TokenCopy, ...]:
    """Every form of a token. `tokens` are all of the sign-in: a Postman environment has them side by side.

    `findings` are lines for the report.

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
    report = partial(redacted_report, token, findings)
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


def redacted_report(token: DecodedToken, findings: Sequence[str] = ()) -> str:
    """Markdown about a token that nobody can sign in with: no signature, personal claims blotted out.

    `findings` are lines about it: what was blotted out of the claims is blotted out of them, too.
    """
    parts = [f"### {_KINDS[token.kind]}, redacted"]
    told = _fenced("Findings", "text", "\n".join(_told(each, token) for each in findings)) if findings else ""
    if token.kind == "refresh":
        parts.append("Encrypted: only Cognito can read it. Nothing of it is repeated here.")
        return "\n\n".join([*parts, told] if told else parts) + "\n"
    lines = [f"- {name}: {at:%Y-%m-%d %H:%M:%S} UTC" for name in _TIMES if (at := _time(token, name)) is not None]
    if lines:
        parts.append("\n".join(lines))
    parts.append(_fenced("Header", "json", _indented(token.header)))
    blot = _blotted if token.pool_id else _blotted_of_others
    parts.append(_fenced("Claims", "json", _indented({name: blot(name, each) for name, each in token.claims.items()})))
    if told:
        parts.append(told)
    return "\n\n".join([*parts, _REMOVED if token.pool_id else _REMOVED_OF_OTHERS]) + "\n"


def _told(line: str, token: DecodedToken) -> str:
    text = _REACHES_SOMEBODY.sub(_BLOTTED, " ".join(line.split()))
    for value in _personal_values(token.claims):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", _BLOTTED, text)
    return text


def _personal_values(claims: dict[str, Any]) -> list[str]:
    """What is blotted out of the claims as a whole, the longest first."""
    found = list(_personal_texts(claims))
    return sorted((each for each in found if _SHORTEST <= len(each) <= _LONGEST), key=len, reverse=True)


def _personal_texts(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from _personal_texts(each, inner)
    elif isinstance(value, list):
        for each in value:
            yield from _personal_texts(each, name)
    elif isinstance(value, str) and is_called_personal(name, value):
        yield value


def _indented(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True)


def _fenced(title: str, form: str, text: str) -> str:
    # A fence must be longer than any run of backticks in what it holds.
    fence = "`" * max(3, max((len(run) for run in _runs(text)), default=0) + 1)
    return f"{title}:\n\n{fence}{form}\n{text}\n{fence}"


def _runs(text: str) -> list[str]:
    return "".join(each if each == "`" else " " for each in text).split()


def _blotted(name: str, value: Any) -> Any:
    is_text = isinstance(value, str)
    is_personal = name in _ONE_TIME or is_called_personal(name, value if is_text else "")
    return _BLOTTED if is_personal else _without_addresses(value)


def _blotted_of_others(name: str, value: Any) -> Any:
    """Of a foreign issuer's claims only a protocol's own are kept as they are: the rest may say anything."""
    found = _blotted(name, value)
    return found if found == _BLOTTED or is_harmless(name) else _without_texts(found)


def _without_texts(value: Any) -> Any:
    """The structure, with its numbers."""
    if isinstance(value, str):
        return _BLOTTED
    if isinstance(value, list):
        return [_without_texts(each) for each in value]
    if isinstance(value, dict):
        return {name: each if is_harmless(name) else _without_texts(each) for name, each in value.items()}
    return value


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
