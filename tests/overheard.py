"""Every secret that goes into a sandbox or comes out of it, told to a test in another process.

The test makes a `Listener` and starts a program with its `environment`. Nothing of it is written to a disk.
"""

import json
import os
import re
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_ROOT = Path(__file__).resolve().parent.parent
# As the services, OAuth and the hosted UI's forms call them, without their underscores and in lower case.
_NAMES = frozenset({
    "accesstoken", "actortoken", "assertion", "clientassertion", "clientsecret", "code", "codeverifier",
    "confirmationcode", "csrf", "devicesecretverifierconfig", "idtoken", "newpassword", "password",
    "passwordclaimsignature", "passwordverifier", "previouspassword", "proposedpassword", "refreshtoken", "secretblock",
    "secrethash", "secretaccesskey", "secretcode", "secretkey", "session", "sessiontoken", "subjecttoken",
    "temporarypassword", "token", "usercode", "webidentitytoken",
})  # fmt: skip
_MAPS_OF_SECRETS = frozenset({"logins"})
_HEADERS = frozenset({"x-amz-security-token", "x-sandbox-token", "x-aws-ec2-metadata-token"})
_HIDDEN_INPUT = re.compile(r'name="([^"]+)"[^>]*\svalue="([^"]+)"')
_SIGNATURE = re.compile(r"Signature=([0-9a-f]{64})")
_LARGEST = 60_000

Found = Iterator[tuple[str, str]]


class Listener:
    """Hears of secrets until it is closed: `heard` has them by name, each name numbered."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "witness"
        self.heard: dict[str, str] = {}
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self._path))
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def environment(self) -> dict[str, str]:
        """What the program, and every sandbox it starts, must be started with."""
        places = (_ROOT, _ROOT / "tests" / "witness")
        return {"WITNESS": str(self._path), "PYTHONPATH": os.pathsep.join(map(str, places))}

    def close(self) -> None:
        """Take in what was said so far, and listen no more."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
            own.sendto(b"", str(self._path))
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        known = set()
        while message := self._socket.recv(_LARGEST):
            name, secret = json.loads(message)
            if secret not in known:
                known.add(secret)
                self.heard[f"{name} {len(known)}"] = secret


def tell_of_all_requests(address: str) -> None:
    """Have every app that uvicorn serves in this process heard by the listener at an address."""
    import uvicorn

    mouth = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    mouth.connect(address)

    class Config(uvicorn.Config):
        def __init__(self, app: Any, **options: Any) -> None:
            super().__init__(_Ear(app, mouth), **options)

    uvicorn.Config = Config  # type: ignore[misc, assignment]  # the sandbox asks for it by this name


class _Ear:
    """An ASGI app around another. What it hears it tells once the answer is whole."""

    def __init__(self, app: Any, mouth: socket.socket) -> None:
        self._app, self._mouth = app, mouth

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        sent, answered, headers = bytearray(), bytearray(), [*scope.get("headers", ())]

        async def hear() -> Any:
            message = await receive()
            sent.extend(message.get("body", b""))
            return message

        async def tell(message: Any) -> None:
            headers.extend(message.get("headers", ()))
            answered.extend(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, hear, tell)
        finally:
            lines = [(bytes(name).decode().lower(), bytes(value).decode("latin-1")) for name, value in headers]
            found = [*_in_pairs(parse_qsl(scope.get("query_string", b"").decode()))]
            found += [*_in_headers(lines), *secrets_in(bytes(sent)), *secrets_in(bytes(answered))]
            for pair in found:
                # A test that ended has closed its ear.
                with suppress(OSError):
                    self._mouth.send(json.dumps(pair).encode()[:_LARGEST])


def secrets_in(body: bytes) -> Found:
    """The secrets of one body: JSON, a form, or a page with a form."""
    text = body.decode("utf-8", "replace")
    try:
        yield from _in_json(json.loads(text))
    except ValueError:
        yield from _in_pairs(_HIDDEN_INPUT.findall(text) if "<" in text else parse_qsl(text))


def _in_json(value: Any, name: str = "") -> Found:
    if isinstance(value, dict):
        is_secret = _plain(name) in _MAPS_OF_SECRETS
        for key, each in value.items():
            yield from [(name, each)] if is_secret and isinstance(each, str) else _in_json(each, str(key))
    elif isinstance(value, list):
        for each in value:
            yield from _in_json(each, name)
    elif isinstance(value, str):
        yield from _in_pairs([(name, value)])


def _in_pairs(pairs: Iterable[tuple[str, str]]) -> Found:
    for name, value in pairs:
        if _plain(name) in _NAMES and value:
            yield name, value


def _in_headers(lines: Iterable[tuple[str, str]]) -> Found:
    for name, value in lines:
        kind, _, rest = value.partition(" ")
        if name == "authorization":
            signature = _SIGNATURE.search(value)
            yield name, signature[1] if signature else rest or kind
        elif name in _HEADERS:
            yield name, value
        elif name == "location":
            parts = urlsplit(value)
            yield from _in_pairs(parse_qsl(f"{parts.query}&{parts.fragment}"))
        elif name in ("cookie", "set-cookie"):
            with suppress(CookieError):
                yield from ((f"cookie {key}", morsel.value) for key, morsel in SimpleCookie(value).items())


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
