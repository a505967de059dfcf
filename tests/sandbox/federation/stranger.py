"""An OpenID provider outside the sandbox that says whatever a test wants it to say."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID = "client-at-the-strangers"
SUBJECT = "stranger-1"


@dataclass
class Stranger:
    """The provider: its answers by path, each a status and a body. A path in `silent` gets no answer at all."""

    url: str
    key: rsa.RSAPrivateKey = field(repr=False)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    over: Event = field(default_factory=Event)

    def say(self, path: str, document: Any, status: int = 200) -> None:
        """Answer a path with JSON, or with bytes as they are."""
        self.answers[path] = (status, document if isinstance(document, bytes) else json.dumps(document).encode())

    def behave(self) -> None:
        """Back to good manners."""
        self.silent.clear()
        jwk = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        self.say("/jwks", {"keys": [jwk | {"kid": "1", "alg": "RS256", "use": "sig"}]})
        self.say("/userinfo", {"sub": SUBJECT, "email": "stranger@elsewhere.example"})
        self.say("/.well-known/openid-configuration", self.discovery())

    def discovery(self, **changed: Any) -> dict[str, Any]:
        """The discovery document."""
        paths = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
            "jwks_uri": "jwks",
        }
        return {"issuer": self.url, **{name: f"{self.url}/{path}" for name, path in paths.items()}} | changed

    def vouch(self, nonce: str, now: float, *, kid: str = "1", **changed: Any) -> None:
        """Hand out an ID token about a person at the token endpoint."""
        claims = {
            "iss": self.url,
            "sub": SUBJECT,
            "aud": CLIENT_ID,
            "iat": int(now),
            "exp": int(now) + 300,
            "nonce": nonce,
        }
        token = jwt.encode(claims | changed, self.key, algorithm="RS256", headers={"kid": kid})
        self.say("/token", {"access_token": "a", "token_type": "Bearer", "id_token": token})

    @property
    def details(self) -> dict[str, str]:
        """ProviderDetails of a pool that trusts it, by discovery."""
        return {
            "client_id": CLIENT_ID,
            "client_secret": "s",
            "authorize_scopes": "openid email",
            "oidc_issuer": self.url,
            "attributes_request_method": "GET",
        }


@contextmanager
def stranger() -> Iterator[Stranger]:
    """The provider while it listens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    made = Stranger(f"http://127.0.0.1:{server.server_port}", key)
    made.behave()
    _Handler.stranger = made
    yield made
    made.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    stranger: Stranger

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.rfile.read(length)
        path = self.path.partition("?")[0]
        if path in self.stranger.silent:
            self.stranger.over.wait(20)
            return
        status, body = self.stranger.answers.get(path, (404, b"{}"))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""
